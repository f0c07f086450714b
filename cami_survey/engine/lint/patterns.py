"""Patterns that one program looks for anywhere in an answer, and another wants the whole answer to be.

The ODK XForms specification and browsers search; ODK Collect wants all of it to fit, as its documentation says
(https://docs.getodk.org/form-operators-functions/#regex). With both ends marked they agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cami_survey.base.texts import _
from cami_survey.engine.definitions import Definition
from cami_survey.engine.errors import FormProblem, shortened
from cami_survey.engine.form import Form
from cami_survey.engine.xpath.syntax import Call, Literal, walk

BEGINS = re.compile(r"\(*(?:\^|\\A|\.\*)")
ENDS = re.compile(r"(?:(?<!\\)(?:\\\\)*\$|\\[zZ]|\.\*)\)*\Z")
USES = ("constraint", "relevant", "calculate", "required", "readonly")


def open_patterns(form: Form) -> Iterator[FormProblem]:
    """Patterns without a mark of where the answer begins, or where it ends."""
    for definition in form.root.walk():
        for use, pattern in _patterns(definition):
            if not (BEGINS.match(pattern) and ENDS.search(pattern)):
                text = _(
                    "{use} looks for “{pattern}” anywhere in the answer; ODK Collect wants the whole answer to be it."
                )
                reason = text.format(use=use, pattern=shortened(pattern))
                reason += " " + _("With ^ before and $ behind it means the same everywhere.")
                yield FormProblem(reason, "form.open-pattern", path=definition.path)


def _patterns(definition: Definition) -> Iterator[tuple[str, str]]:
    """What a node's expressions call `regex` with, where it is written in them."""
    for use in USES:
        expression = getattr(definition.bind, use)
        if expression is not None and "regex" in expression.text:
            for part in walk(expression.tree):
                if isinstance(part, Call) and part.name == "regex" and isinstance(part.arguments[1], Literal):
                    yield use, part.arguments[1].text

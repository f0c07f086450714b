"""What cannot be evaluated as soon as the form is opened, before anybody has answered anything."""

from __future__ import annotations

from collections.abc import Iterator

from cami_survey.base.texts import _
from cami_survey.engine.errors import FormProblem, shortened
from cami_survey.engine.form import Form
from cami_survey.engine.graph import computed_of
from cami_survey.engine.results import Failure


def failing(form: Form) -> Iterator[FormProblem]:
    """The expressions of a form that fail when an interview begins."""
    for failure in form.open().failures:
        text = _("{use} cannot be worked out: {reason} It counts as empty.")
        reason = text.format(use=_use(form, failure), reason=failure.reason)
        yield FormProblem(reason, "form.fails", path=failure.path, expression=failure.expression)


def _use(form: Form, failure: Failure) -> str:
    """What the expression is for, in the XForm's word; the expression itself where that is not known."""
    for aspect, expressions in computed_of(form.by_path[failure.path]):
        if any(expression.text == failure.expression for expression in expressions):
            return aspect
    return f"“{shortened(failure.expression)}”"

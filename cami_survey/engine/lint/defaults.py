"""Defaults that a question cannot take: it begins empty, and nobody knows why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from cami_survey.base.texts import _
from cami_survey.engine.errors import FormProblem
from cami_survey.engine.form import Form
from cami_survey.engine.lexical import NORMAL, normal

WRITTEN = {"time": "14:30:00", "date": "2026-03-02", "dateTime": "2026-03-02T14:30:00", "geopoint": "42.87 74.59 0 0"}


def impossible_defaults(form: Form) -> Iterator[FormProblem]:
    """Fixed defaults that are no answer of their question's type."""
    for definition in form.root.walk():
        kind, text = definition.bind.type, definition.text.strip()
        if not definition.is_leaf or definition.is_attribute or kind not in NORMAL or not text:
            continue
        if normal(text, kind, UTC) == "":
            reason = _("default “{text}” is no answer to this question, which begins empty.").format(text=text[:40])
            if kind in WRITTEN:
                reason += " " + _("It would be written as {example}.").format(example=WRITTEN[kind])
            yield FormProblem(reason, "form.impossible-default", path=definition.path)

"""The outline of one interview for the detail panel: the groups of its form and how far each is. Read on the worker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cami_survey.base.errors import UserError
from cami_survey.base.records import RecordView
from cami_survey.ui.pages.interviews_detail import Part, Progress

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.store.api import SurveyFile


def read(survey: SurveyFile, record: str) -> list[Part]:
    """The groups of the form, in order and in the program's language; nothing if the form is not here."""
    from cami_survey.operations.forms import form_of
    from cami_survey.ui.interview.reading import of_program

    # What the program was ended in the middle of has no revision yet, only unsaved work.
    source = next((draft for draft in survey.drafts() if draft.record == record), None) or survey.view(record)
    values = {**source.answers.fields, **source.answers.computed} if isinstance(source, RecordView) else source.values
    try:
        form = form_of(survey, source.form_id, source.form_version)
    except UserError:
        return []
    given = {field: text for field, text in values.items() if not field.startswith("@")}
    session = form.open(given, language=of_program(form.languages))
    top = session.node(session.root.ref)
    parts = [_part(node) for node in top.children if node.kind in ("group", "repeat")]
    return [part for part in parts if part is not None]


def _part(node: Node) -> Part | None:
    questions = [leaf for leaf in _questions(node) if leaf.relevant]
    if not questions or not node.label:
        return Part(node.label, 0, 0, "skipped") if node.label and not node.relevant else None
    answered = sum(1 for leaf in questions if leaf.text_value)
    wrong = any(not leaf.valid and leaf.text_value for leaf in questions)
    state: Progress = "empty"
    if wrong:
        state = "wrong"
    elif answered == len(questions) or (answered and all(leaf.text_value or not leaf.required for leaf in questions)):
        state = "done"
    elif answered:
        state = "open"
    return Part(node.label, answered, len(questions), state)


def _questions(node: Node) -> Iterator[Node]:
    for child in node.children:
        if child.kind == "question":
            if child.control and not child.computed and child.control != "trigger":
                yield child
        else:
            yield from _questions(child)

"""The outline of one interview for the detail panel: the pages of its form and how far each is. Read on the worker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cami_survey.base.errors import UserError
from cami_survey.base.records import RecordView
from cami_survey.operations import chapters
from cami_survey.operations.progress import added, leaves_open, state_of, tally
from cami_survey.ui.pages.interviews_detail import Part

if TYPE_CHECKING:
    from cami_survey.engine.api import Session
    from cami_survey.store.api import SurveyFile


def read(survey: SurveyFile, record: str) -> list[Part]:
    """The pages of the form, in order and in the program's language; nothing if the form is not here."""
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
    return list(_parts(session))


def _parts(session: Session) -> Iterator[Part]:
    """The pages that have a name, each as the interview itself would show it."""
    from cami_survey.ui.interview.flow import named_by
    from cami_survey.ui.interview.head import plain

    wrong = {problem.field for problem in session.problems() if session.node(problem.field).text_value}
    undecided = False
    for page in chapters.pages_of(session):
        nodes = [session.node(member) for member in page.members]
        count = added(tally(node, wrong) for node in nodes)
        relevant = undecided or any(node.relevant for node in nodes)
        state = state_of(count, visited=count.answered > 0, relevant=relevant)
        undecided = undecided or leaves_open(count)
        label = plain(named_by(session.node(page.field)).label) if page.field else ""
        if label and (count.asked or count.hidden):
            yield Part(label, count.answered, count.asked or count.hidden, state)

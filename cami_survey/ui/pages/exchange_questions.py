"""What is to be settled, in words: the question, what it was, what each side says. Read behind the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cami_survey.base.errors import UserError
from cami_survey.base.form_words import form_title
from cami_survey.base.records import DELETED, STATE, Claim, Conflict
from cami_survey.base.remarks import remark_of
from cami_survey.base.sealed import shown
from cami_survey.base.texts import _
from cami_survey.ui import words

if TYPE_CHECKING:
    from cami_survey.engine.api import Node, Session
    from cami_survey.store.api import SurveyFile

SEVERAL = ("select", "rank", "odk:rank")


@dataclass(frozen=True, slots=True)
class Said:
    """One claim: its value as kept, as read, and who wrote it when. `gone` when it takes the answer away."""

    value: str | None
    text: str
    who: str
    device: str = ""
    mine: bool = False
    gone: bool = False
    device_id: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A conflict as a person sees it. `choices` are (value, words) where one picks; `several` if more than one.

    `interview` names the interview, `where` the question's place in it as well.
    """

    record: str
    field: str
    label: str
    where: str
    before: str
    mine: Said
    others: tuple[Said, ...]
    choices: tuple[tuple[str, str], ...] = ()
    several: bool = False
    writable: bool = True
    interview: str = ""

    @property
    def claims(self) -> tuple[Said, ...]:
        """What everybody says, mine first."""
        return (self.mine, *self.others)

    def words_of(self, value: str | None) -> str:
        """A written value as it is read."""
        if value is None:
            return _("no answer")
        labels = dict(self.choices)
        parts = value.split() if self.several else [shown(value)]
        return ", ".join(labels.get(part) or part for part in parts)


def read(survey: SurveyFile, record: str | None = None) -> list[Question]:
    """All conflicts of a survey, or of one record, with the words of their forms."""
    titles = {form.form_id: form_title(form.title) for form in survey.forms()}
    sessions: dict[str, Session | None] = {}
    questions = []
    for conflict in survey.conflicts(record):
        if conflict.record not in sessions:
            sessions[conflict.record] = _session(survey, conflict.record)
        title = titles.get(conflict.form_id, conflict.form_id)
        questions.append(_question(conflict, title, sessions[conflict.record]))
    return questions


def _session(survey: SurveyFile, record: str) -> Session | None:
    """The record in its form, in the program's language; None if the form is not here."""
    from cami_survey.operations.forms import form_of
    from cami_survey.ui.interview.reading import of_program

    view = survey.view(record)
    try:
        form = form_of(survey, view.form_id, view.form_version)
    except UserError:
        return None
    values: Mapping[str, str] = {**view.answers.fields, **view.answers.computed}
    given = {field: text for field, text in values.items() if not field.startswith("@")}
    return form.open(given, language=of_program(form.languages))


def _question(conflict: Conflict, title: str, session: Session | None) -> Question:
    node = _node(session, conflict.field)
    mine = next((claim for claim in conflict.claims if claim.mine), conflict.claims[0])
    others = [claim for claim in conflict.claims if claim is not mine]
    bare = Question(
        conflict.record,
        conflict.field,
        _label(conflict.field, node),
        " · ".join(part for part in (*_around(node), conflict.code, title) if part),
        "",
        Said(None, "", ""),
        (),
        _choices(node),
        node is not None and node.control in SEVERAL,
        node is not None and node.kind == "question",
        " · ".join(part for part in (conflict.code, title) if part),
    )
    return replace(
        bare,
        before=_text(bare, conflict.before) if conflict.before is not None else "",
        mine=_said(bare, mine, conflict.before),
        others=tuple(_said(bare, claim, conflict.before) for claim in others),
    )


def _node(session: Session | None, field: str) -> Node | None:
    if session is None or field.startswith("@"):
        return None
    try:
        return session.node(field)
    except KeyError:
        return None


def _around(node: Node | None) -> list[str]:
    """The repeat instances around a question that its own words do not tell apart, outer ones first."""
    found: list[str] = []
    while node is not None:
        key = node.field.rpartition("[")[2] if node.kind == "repeat_instance" else ""
        if key.startswith("k") or key[:1].isdigit():
            repeat = node.parent
            name = node.label or (repeat.label if repeat is not None else "") or node.name
            found.insert(0, _("{name} {number}").format(name=name, number=words.number(_place_of(node))))
        node = node.parent
    return found


def _place_of(instance: Node) -> int:
    return int(instance.ref[instance.ref.rfind("[") + 1 : -1])


def _label(field: str, node: Node | None) -> str:
    if field == STATE:
        return _("State of the interview")
    if field == DELETED:
        return _("Kept or in the bin")
    if node is not None and node.label:
        return node.label
    kind, about = remark_of(field)
    if kind:
        from cami_survey.operations.histories import remark_label

        return remark_label(kind, about.rpartition("/")[2])
    return field.rpartition("/")[2]


def _choices(node: Node | None) -> tuple[tuple[str, str], ...]:
    if node is None:
        return ()
    return tuple((choice.value, choice.label or choice.value) for choice in node.choices or ())


def _text(question: Question, value: str | None) -> str:
    if question.field == STATE:
        return {"draft": _("Draft"), "final": _("Final")}.get(value or "", value or "")
    if question.field == DELETED:
        return _("in the bin") if value else _("kept")
    if question.field.endswith("]"):
        return _("kept") if value is not None else _("deleted with its card")
    return question.words_of(value)


def _said(question: Question, claim: Claim, before: str | None) -> Said:
    text = _text(question, claim.value)
    if question.several and before is not None and claim.value is not None:
        text = _difference(question, before, claim.value) or text
    device = claim.device_name or claim.device[:8]
    who = _("{device} · {when}").format(device=device, when=words.day_and_clock(claim.written))
    return Said(claim.value, text, who, device, claim.mine, claim.value is None, claim.device)


def _difference(question: Question, before: str, after: str) -> str:
    """What a list of choices adds or leaves out; empty if it does both."""
    old, new = before.split(), after.split()
    added = [value for value in new if value not in old]
    left = [value for value in old if value not in new]
    if added and not left:
        return _("adds {choices}").format(choices=question.words_of(" ".join(added)))
    if left and not added:
        return _("leaves out {choices}").format(choices=question.words_of(" ".join(left)))
    return ""

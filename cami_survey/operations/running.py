"""A running interview: a session of the form, and the draft journal that outlives a crash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from cami_survey.base.clock import system_clock
from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.records import Answers, State
from cami_survey.base.remarks import ASIDE, COMMENT, REASON, carried_in, remark_name, remarks_in
from cami_survey.base.sealed import MARK, is_sealed
from cami_survey.base.texts import _
from cami_survey.operations import audit, identity
from cami_survey.operations.summaries import closed_to, show_saved, summarise

if TYPE_CHECKING:
    from datetime import datetime

    from cami_survey.base.clock import Clock
    from cami_survey.base.records import Summary
    from cami_survey.base.reviews import Query
    from cami_survey.engine.api import Changed, Form, Problems, Session
    from cami_survey.store.api import SurveyFile

FILE = "@file:"

Journal = Callable[[str, Mapping[str, str | None], str], None]
"""Writes changes (field -> text, None where it is gone) and the place into the draft with this id."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What was kept of an interview. `revision` is empty if there was nothing new to keep."""

    record: str
    revision: str
    state: State
    code: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """What an interview began from: the heads it continues, the fields they hold and what was worked out of them."""

    parents: tuple[str, ...] = ()
    fields: Mapping[str, str] | None = None
    state: State = "draft"
    computed: Mapping[str, str] | None = None


class Interview:
    """A session joined with its draft. Changes go to the session, and what they changed goes to the journal.

    Without a survey it is a preview: everything works and nothing is kept. Without a draft (a scripted interview)
    only `leave` and `finalise` write. Whoever passes a `journal` that writes later waits for it before either.
    `recalled`: the list shows what the draft holds since the program ended before it was saved.
    """

    def __init__(
        self,
        form: Form,
        session: Session,
        *,
        survey: SurveyFile | None = None,
        record: str = "",
        draft: str | None = None,
        origin: Origin | None = None,
        values: Mapping[str, str] | None = None,
        files: Mapping[str, str] | None = None,
        place: str = "",
        journal: Journal | None = None,
        clock: Clock = system_clock,
        recalled: bool = False,
    ) -> None:
        self.form, self.session, self.survey = form, session, survey
        self.record, self.draft = record, draft
        self._recalled = recalled
        self.origin = origin or Origin()
        self.files = dict(files or {})
        # The files of a preview, by their hash.
        self._unkept: dict[str, bytes] = {}
        self.comments = remarks_in(COMMENT, values or {})
        self.reasons = remarks_in(REASON, values or {})
        self.aside = remarks_in(ASIDE, values or {})
        self.carried = carried_in(values or {})
        self._place = place
        self._journal = journal or self._write_at_once
        self._pending: dict[str, str | None] = {}
        self._excuse_again()
        self.trail = self._trail(values or {}, clock)
        self._before = dict(self.origin.fields) if self.origin.fields is not None else dict(self.answers().fields)
        self._asked = self._open_queries()
        self._is_sealed = any(map(is_sealed, self._before.values()))

    # -- answering

    def set(self, ref: str, value: object) -> Changed:
        """Give an answer (XForms text or the Python type). A wrong one is kept and shows at its node.

        What is sealed is changed by nobody who reads only that it is.
        """
        if value == MARK and is_sealed(self.session.node(ref).text_value):
            value = self.session.node(ref).text_value
        changed = self._keep(self.session.set(ref, value))
        for field in self.reasons.keys() & changed.values.keys():
            self._forget_reason(field)
        return changed

    def failures(self) -> tuple[Notice, ...]:
        """What the form could not work out since the interview was opened, each said once."""
        text = _(
            "This form cannot work out “{name}”: {reason} It counts as empty, everything else works."
            " Tell whoever made the form."
        )
        return tuple(
            Notice(
                "form.fails",
                text.format(name=failure.path.rpartition("/")[2], reason=failure.reason),
                "warning",
                failure.path,
            )
            for failure in self.session.failures
        )

    def add_repeat(self, ref: str) -> Changed:
        """Add an instance at the end of a repeat."""
        return self._keep(self.session.add_repeat(ref))

    def remove_repeat(self, ref: str) -> Changed:
        """Remove a repeat instance with all its answers."""
        return self._keep(self.session.remove_repeat(ref))

    def set_language(self, name: str) -> Changed:
        """Ask in another language of the form."""
        return self._keep(self.session.set_language(name))

    def comment(self, field: str, text: str) -> None:
        """Keep a remark on a question; an empty one takes it away."""
        if text:
            self.comments[field] = text
        else:
            self.comments.pop(field, None)
        self._write({remark_name(COMMENT, field): text or None})

    @property
    def queries(self) -> dict[str, str]:
        """Field -> what a reviewer asks about it and nobody has answered: by a comment, or by another answer.

        A question that stands elsewhere in this version of the form is found there.
        """
        return {field: query.text for field, query in self._asked.items() if self._reply_to(field, query) is None}

    def _open_queries(self) -> dict[str, Query]:
        # What begins from nothing known (carried over from another version) replies to nobody.
        if self.survey is None or not self.origin.parents or not self.origin.fields:
            return {}
        asked = (query for query in self.survey.review(self.record).open if query.field)
        return {place: query for query in asked if (place := self.form.place_of(query.field))}

    def _reply_to(self, field: str, query: Query) -> str | None:
        """The comment that was written here, nothing but another answer (an empty text), or None."""
        from cami_survey.engine.api import UnknownNode

        comment = self.comments.get(field, "")
        if comment and comment != self._before.get(remark_name(COMMENT, field)):
            return comment
        with suppress(UnknownNode):
            return "" if self.session.node(field).text_value != query.value else None
        return None

    def _reply(self, replies: Mapping[str, str]) -> None:
        """Say these (query id -> text) to the queries that nobody has answered meanwhile."""
        from cami_survey.operations import reviews

        for query in self._open_queries().values():
            if query.id in replies and self.survey is not None:
                reviews.reply(self.survey, query, replies[query.id])

    def excuse(self, field: str, reason: str) -> Changed:
        """Let an unusual answer stand for a reason; without one it is asked for again."""
        changed = self.session.excuse(field, bool(reason))
        if reason:
            self.reasons[field] = reason
        else:
            self.reasons.pop(field, None)
        self._write({remark_name(REASON, field): reason or None})
        return changed

    def _forget_reason(self, field: str) -> None:
        """Another answer needs a reason of its own."""
        if field in self.reasons:
            del self.reasons[field]
            self.session.excuse(field, False)
            self._write({remark_name(REASON, field): None})

    def _excuse_again(self) -> None:
        from cami_survey.engine.api import UnknownNode

        for field in self.reasons:
            with suppress(UnknownNode):
                self.session.excuse(field)

    def _trail(self, values: Mapping[str, str], clock: Clock) -> audit.Trail | None:
        """The event log, if the form asks for one and the interview is kept."""
        if self.survey is None:
            return None
        asked = audit.asked_by(self.session, identity.paths(self.survey, self.form))
        if asked is None:
            return None
        device = self.survey.device
        return audit.Trail(
            asked, clock, device.facilitator or device.name, lambda name, line: self._write({name: line}), values
        )

    def attach(self, ref: str, content: bytes, name: str) -> Changed:
        """Answer a question with a file, which is kept in the survey."""
        return self.attached(ref, name, self.keep(content, name))

    def keep(self, content: bytes, name: str) -> str:
        """Keep the bytes of a file, in the survey if there is one; their SHA-256. Any thread may call it."""
        if self.survey is not None:
            return self.survey.attach(content, name)
        sha256 = hashlib.sha256(content).hexdigest()
        self._unkept[sha256] = content
        return sha256

    def attached(self, ref: str, name: str, sha256: str) -> Changed:
        """Answer a question with a file that was kept before."""
        self.files[name] = sha256
        self._write({FILE + name: sha256})
        return self.set(ref, name)

    def file_name(self, suffix: str, now: datetime) -> str:
        """A name for a file as ODK gives it: the milliseconds of the time. No other file of the interview has it."""
        millis = round(now.timestamp() * 1000)
        return next(name for n in count(millis) if (name := f"{n}{suffix}") not in self.files)

    def file(self, name: str) -> bytes | None:
        """The bytes of a file of this interview; None where the survey does not hold them."""
        sha256 = self.files.get(name, "")
        if self.survey is None or not sha256:
            return self._unkept.get(sha256)
        return self.survey.attachment(sha256) if self.survey.has_attachment(sha256) else None

    @property
    def place(self) -> str:
        """Where the person is in the form, in words of the window; kept with the draft."""
        return self._place

    @place.setter
    def place(self, place: str) -> None:
        if place != self._place:
            self._place = place
            self._write({}, moved=True)

    # -- journal

    def _keep(self, changed: Changed) -> Changed:
        self._write(changed.values)
        return changed

    def _write(self, changes: Mapping[str, str | None], *, moved: bool = False) -> None:
        """Journal changes together with those that could not be written before."""
        self._pending.update(changes)
        if self.draft is None or not (self._pending or moved):
            return
        pending, self._pending = self._pending, {}
        try:
            self._journal(self.draft, pending, self._place)
        except UserError:
            self.not_written(pending)
            raise

    def _write_at_once(self, draft: str, changes: Mapping[str, str | None], place: str) -> None:
        if self.survey is not None:
            self.survey.journal(draft, changes, place=place)

    def write_with(self, journal: Journal) -> None:
        """Journal through `journal` from now on, which may write later; it gives back what it could not write."""
        self._journal = journal

    @property
    def unwritten(self) -> bool:
        """Whether there are changes that the journal could not take."""
        return bool(self._pending)

    def not_written(self, changes: Mapping[str, str | None]) -> None:
        """Take back changes that a journal writing later could not write; they go with the next ones."""
        self._pending = {**changes, **self._pending}

    def write_pending(self) -> None:
        """Try again to journal what could not be written."""
        self._write({})

    # -- what there is

    def answers(self, *, relevant_only: bool = False) -> Answers:
        """The answers with remarks, what is kept aside, and files."""
        whole = self.session.answers()
        given = self.session.answers(relevant_only=True) if relevant_only else whole
        given = identity.held(self.form, whole, given, self.origin.computed or {})
        kinds = ((COMMENT, self.comments), (REASON, self.reasons), (ASIDE, self.aside))
        remarks = {remark_name(kind, field): text for kind, said in kinds for field, text in said.items()}
        remarks |= self.carried
        used = {*given.fields.values(), *given.computed.values(), *self.aside.values()}
        files = {name: sha256 for name, sha256 in self.files.items() if name in used}
        return replace(given, fields={**given.fields, **remarks}, files={**given.files, **files})

    @property
    def changed(self) -> bool:
        """Whether there is anything that no revision holds."""
        return dict(self.answers().fields) != self._before

    def closed(self, answered: int) -> int:
        """How many answers there are besides the `answered` ones on its pages: sealed, or hanging on what is."""
        return closed_to(self.form, self.answers(), answered) if self._is_sealed else 0

    def summary(self) -> Summary:
        """What the list shows of this interview."""
        return summarise(self.form, self.answers(), session=self.session)

    # -- ending

    @property
    def needs_reason(self) -> bool:
        """Whether a finished interview was changed: whoever ends it says why."""
        return self.survey is not None and self.origin.state == "final" and self.changed

    def leave(self, reason: str = "") -> Outcome[Saved]:
        """Close the interview: one draft revision if anything changed, with a reason; the journal is dropped."""
        if self.survey is None or not self.changed:
            return self._leave_unchanged()
        self._log(audit.SAVE, audit.EXIT, reason=reason)
        saved = self._save("draft", self.answers(), reason)
        text = _("{code} was saved. You can continue it at any time.").format(code=_shown(saved))
        return Outcome(saved, frozenset({"records", "drafts"}), (Notice("interview.saved", text),))

    def discard(self) -> Outcome[None]:
        """Close the interview and forget what no revision holds."""
        self._drop_draft()
        return Outcome(None, frozenset({"drafts"}))

    def finalise(self, reason: str = "") -> Outcome[Saved | Problems]:
        """One final revision with the relevant answers, or everything that stands in the way; then nothing is kept."""
        from cami_survey.engine.api import Problems

        result = self.session.finalise()
        if isinstance(result, Problems):
            return Outcome(result)
        if self.survey is None:
            return Outcome(Saved(self.record, "", "final", self.summary().code))
        if self.origin.state == "final" and dict(self.answers(relevant_only=True).fields) == self._before:
            return Outcome(self._leave_unchanged().value, frozenset({"drafts"}))
        self._log(audit.SAVE, audit.FINALISE, audit.EXIT, reason=reason)
        saved = self._save("final", self.answers(relevant_only=True), reason)
        text = _("{code} is final.").format(code=_shown(saved))
        return Outcome(saved, frozenset({"records", "drafts"}), (Notice("interview.final", text),))

    def _leave_unchanged(self) -> Outcome[Saved]:
        self._drop_draft()
        return Outcome(Saved(self.record, "", self.origin.state, self.summary().code), frozenset({"drafts"}))

    def _drop_draft(self) -> None:
        if self.survey is not None and self.draft is not None:
            self.survey.drop_draft(self.draft)
            self.draft = None
            if self._recalled and self.origin.parents:
                show_saved(self.survey, self.record)

    def _log(self, *events: str, reason: str = "") -> None:
        """End the event log of this session with these events and answer the form's question with its file."""
        if self.trail is None or self.survey is None:
            return
        if reason:
            self.trail.event(audit.REASON, reason=reason)
        for name in events:
            self.trail.event(name)
        kept = self.files.get(audit.FILE_NAME)
        content = self.trail.take(self.survey.attachment(kept) if kept else b"")
        self.files[audit.FILE_NAME] = self.survey.attach(content, audit.FILE_NAME)
        self.session.set(self.trail.asked.ref, audit.FILE_NAME)

    def _save(self, state: State, answers: Answers, reason: str) -> Saved:
        assert self.survey is not None
        summary = self.summary()
        asked = self._asked.items()
        replies = {query.id: text for field, query in asked if (text := self._reply_to(field, query)) is not None}
        revision = self.survey.save(
            record=self.record,
            form_id=self.form.id,
            form_version=self.form.version,
            answers=answers,
            state=state,
            parents=self.origin.parents,
            summary=summary,
            draft=self.draft,
            reason=reason,
            names=identity.paths(self.survey, self.form),
        )
        self.draft = None
        self.origin = Origin((revision,), answers.fields, state, answers.computed)
        self._before = dict(answers.fields)
        self._reply(replies)
        return Saved(self.record, revision, state, summary.code)


def _shown(saved: Saved) -> str:
    return saved.code or _("The interview")

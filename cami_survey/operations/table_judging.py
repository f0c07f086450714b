"""What becomes of the rows of tables of others: by the form, and by what is in the survey."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Literal
from uuid import UUID, uuid5

from cami_survey.base.clock import is_everywhere, local, system_clock
from cami_survey.base.errors import UserError
from cami_survey.base.texts import _
from cami_survey.operations.beginnings import Manner, begin, begin_with
from cami_survey.operations.corrections import stands_against
from cami_survey.operations.held_days import HeldDays
from cami_survey.operations.table_rows import Flaw, Gathered, label_of

if TYPE_CHECKING:
    from cami_survey.base.clock import Clock
    from cami_survey.engine.api import Form
    from cami_survey.operations.running import Interview
    from cami_survey.operations.table_columns import Matching
    from cami_survey.store.api import SurveyFile

Becomes = Literal["final", "draft", "known", "refused"]
# The records of imported rows are named after form and row, so that two laptops make one interview of a row.
ROWS = UUID("5b0fd5c5-2f0e-4d5c-9c1a-6f3a1c2d7e90")
# When an interview was held of which the file says the day alone.
NOON = time(12)


@dataclass(frozen=True, slots=True)
class ImportRow:
    """What becomes of a row. `known` is here already; `flaws` name cell and reason. `answers`: field -> text.

    `attached`: field -> where a file lies that came along.
    """

    number: int
    key: str
    becomes: Becomes
    answers: Mapping[str, str]
    flaws: tuple[Flaw, ...] = ()
    record: str = ""
    values: Mapping[str, str] | None = None
    moment: datetime | None = None
    attached: Mapping[str, str] = field(default_factory=dict)

    @property
    def problems(self) -> tuple[str, ...]:
        """The flaws in a sentence each."""
        return tuple(map(str, self.flaws))


def taken_back_note(form_id: str) -> str:
    """Where this copy remembers how often the rows of a form were taken back."""
    return f"table-taken-back:{form_id}"


class Judge:
    """Says what becomes of each row, by the form and by what is in the survey."""

    def __init__(self, survey: SurveyFile, matching: Matching) -> None:
        from cami_survey.analysis.forms import definition_of

        self._survey, self._form, self._matching = survey, matching.form, matching
        self._seen: set[str] = set()
        self._taken_back = json.loads(survey.recalled(taken_back_note(self._form.id)) or "{}")
        self._withdrawn = set(survey.withdrawn())
        self._instances: set[str] | None = None
        self._held = HeldDays([definition_of(self._form)])
        self._by_itself: dict[date | None, dict[str, str]] = {}

    def row(self, gathered: Gathered) -> ImportRow:
        """A row of the file and what becomes of it."""
        record, moment = self._record(gathered), self._moment(gathered)
        row = ImportRow(
            gathered.number, gathered.identity, "final", {name: gathered.values[name] for name in gathered.fields},
            tuple(gathered.flaws), record, self._values(gathered, record, moment), moment, gathered.attached,
        )  # fmt: skip
        if gathered.identity in self._seen or self._is_here(gathered, record):
            return replace(row, becomes="known", flaws=())
        self._seen.add(gathered.identity)
        return replace(row, becomes="refused") if gathered.flaws else self._judged(row, gathered)

    def _record(self, gathered: Gathered) -> str:
        times = self._taken_back.get(gathered.identity, 0)
        if self._matching.book.program == "cami" and not times:
            try:
                return str(UUID(gathered.identity))
            except ValueError:
                pass
        return str(uuid5(ROWS, "\n".join((self._form.id, gathered.identity, str(times or "")))))

    def _is_here(self, gathered: Gathered, record: str) -> bool:
        try:
            self._survey.view(record)
        except UserError:
            if record in self._withdrawn or gathered.identity in self._taken_back:
                return record in self._withdrawn
            return not self._known_instances(gathered).isdisjoint((gathered.instance, f"uuid:{gathered.identity}"))
        return True

    def _known_instances(self, gathered: Gathered) -> set[str]:
        """The IDs of all interviews with this form, and those they had before they were corrected."""
        if not gathered.instance:
            return set()
        if self._instances is None:
            names = [f"{self._form.root.path}/meta/{name}" for name in ("instanceID", "deprecatedID", "rootUuid")]
            self._instances = {
                text
                for view in self._survey.views(self._form.id)
                for name in names
                if (text := view.answers.computed.get(name) or view.answers.fields.get(name))
            }
        return self._instances

    def _moment(self, gathered: Gathered) -> datetime | None:
        """When the interview ended: what the form was told then, else when it was sent if that was on its day."""
        for node in self._form.preloaded:
            if node.bind.preload == "timestamp" and node.bind.preload_parameters == "end":
                with suppress(ValueError):
                    if is_everywhere(ended := datetime.fromisoformat(gathered.values.get(node.path, ""))):
                        return ended
        day, sent = self._held.told(gathered.values), gathered.sent
        if day is None or not is_everywhere(day) or (sent is not None and local(sent).date() == day):
            return sent
        return local(datetime.combine(day, NOON))

    def _defaults(self, moment: datetime | None) -> dict[str, str]:
        """What the form says by itself on the day of the interview, without what the device says."""
        day = local(moment).date() if moment is not None else None
        if day not in self._by_itself:
            given = {node.path for node in self._form.preloaded}
            manner = Manner(clock=system_clock if moment is None else lambda: moment, kept=False)
            computed = begin(self._survey, self._form, manner).session.answers().computed
            self._by_itself[day] = {
                field: text for field, text in computed.items() if "[" not in field and field not in given
            }
        return self._by_itself[day]

    def _values(self, gathered: Gathered, record: str, moment: datetime | None) -> dict[str, str]:
        values = {**self._defaults(moment), **_begun(self._form, moment), **gathered.values}
        identity = f"{self._form.root.path}/meta/instanceID"
        return {**values, identity: gathered.instance or f"uuid:{record}"} if identity in self._form.by_path else values

    def _judged(self, row: ImportRow, gathered: Gathered) -> ImportRow:
        interview = interview_of(self._survey, self._form, row, system_clock)
        flaws = [
            Flaw(gathered.places[name], label_of(question), gathered.values[name], reason)
            for name, question in gathered.fields.items()
            if question.shape != "computed" and (reason := _against(interview, name, gathered.values[name]))
        ]
        if flaws:
            return replace(row, becomes="refused", flaws=tuple(flaws))
        place = f"{self._matching.mains[0].sheet.name}!{row.number}"
        missing = tuple(Flaw(place, one.label, "", one.message) for one in interview.session.problems())
        return replace(row, becomes="draft" if missing else "final", flaws=missing)


def _against(interview: Interview, name: str, text: str) -> str:
    from cami_survey.engine.api import UnknownNode

    if "[" in name:
        try:
            interview.session.node(name)
        except UnknownNode:
            return _("With the other answers the form has fewer rows here.")
    return stands_against(interview, name, text)


def _begun(form: Form, moment: datetime | None) -> dict[str, str]:
    """What the device would have said when the interview was held, as near as the file tells."""
    if moment is None:
        return {}
    said = {"date": local(moment).date().isoformat(), "timestamp": moment.isoformat(timespec="milliseconds")}
    return {node.path: said[kind] for node in form.preloaded if (kind := node.bind.preload or "") in said}


def interview_of(survey: SurveyFile, form: Form, row: ImportRow, clock: Clock) -> Interview:
    """The interview of a row, on the day on which it was held."""
    moment = row.moment
    manner = Manner(None, clock if moment is None else lambda: moment, kept=False)
    interview = begin_with(survey, form, manner, row.values or {}, row.record)
    _excuse(interview, row.answers)
    return interview


def _excuse(interview: Interview, answers: Mapping[str, str]) -> None:
    from cami_survey.engine.api import UnknownNode

    for name in answers:
        try:
            if interview.session.node(name).violation == "soft":
                interview.excuse(name, _("from a table"))
        except UnknownNode:
            continue

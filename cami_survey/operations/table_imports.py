"""Tables of others into a form: exports of KoboToolbox, ODK Central and ours are recognised, others by headings."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from uuid import UUID, uuid5

from cami_survey.base.clock import system_clock
from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.texts import _, ngettext
from cami_survey.operations.beginnings import Manner, begin, begin_with
from cami_survey.operations.corrections import in_words, stands_against
from cami_survey.operations.forms import form_of
from cami_survey.operations.returned_rows import counted
from cami_survey.operations.table_columns import Column, Matching
from cami_survey.operations.table_rows import Flaw, Gathered, Gathering, label_of, told

if TYPE_CHECKING:
    from cami_survey.analysis.definitions import Question
    from cami_survey.base.clock import Clock
    from cami_survey.engine.api import Form
    from cami_survey.exports.foreign import ForeignBook, Program
    from cami_survey.operations.running import Interview
    from cami_survey.store.api import SurveyFile

Becomes = Literal["final", "draft", "known", "refused"]
Progress = Callable[[int, int], None]
# Of how many rows the samples of a column are, and how many.
LOOKED_AT, SAMPLES = 50, 3
# The records of imported rows are named after form and row, so that two laptops make one interview of a row.
ROWS = UUID("5b0fd5c5-2f0e-4d5c-9c1a-6f3a1c2d7e90")


def _silent(_done: int, _total: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class ImportRow:
    """What becomes of a row. `known` is here already; `flaws` name cell and reason. `answers`: field -> text.

    `attached`: field -> name of a file that came along.
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


@dataclass(frozen=True, slots=True)
class TableImport:
    """What a table would bring. `mapping`: name of a column -> field; `unmatched` columns are left out.

    `questions` are those that columns answer, by path.
    """

    name: str
    form_id: str
    kind: Program
    mapping: Mapping[str, str]
    unmatched: tuple[str, ...]
    rows: tuple[ImportRow, ...]
    told: tuple[str, ...]
    columns: tuple[Column, ...] = ()
    questions: Mapping[str, Question] = field(default_factory=dict)
    book: ForeignBook | None = None

    def number(self, becomes: Becomes) -> int:
        """How many rows become that."""
        return sum(row.becomes == becomes for row in self.rows)

    def in_words(self, row: ImportRow) -> list[tuple[str, str]]:
        """What a row answers as people read it: what each question is called, and the answer."""
        asked = ((self.questions[re.sub(r"\[[^]]*\]", "", name)], text) for name, text in row.answers.items())
        return [(label_of(question), in_words(question, text)) for question, text in asked]


@dataclass(frozen=True, slots=True)
class TableColumns:
    """The columns of a file beside a form. `questions`: name of a column -> path, name and label of what it can answer.

    `samples` are the first texts that stand in each, `rows` counts the interviews, `inner` the rows of repeats.
    `remembered`: an earlier import of this form has a say in it.
    """

    name: str
    form_id: str
    kind: Program
    columns: tuple[Column, ...]
    questions: Mapping[str, tuple[tuple[str, str, str], ...]]
    samples: Mapping[str, tuple[str, ...]]
    rows: int
    inner: int
    remembered: bool


def look(table: Path) -> ForeignBook:
    """The tables of a file, and whose they are. UserError for what is no table."""
    from cami_survey.exports.foreign import read

    return read(table)


def fitting(survey: SurveyFile, book: ForeignBook) -> list[tuple[str, str, int]]:
    """The forms of a survey with their titles and how many columns each answers, the most first.

    UserError where there is no form.
    """
    newest = {entry.form_id: entry for entry in survey.forms()}
    if not newest:
        raise UserError(
            "table.no-form", _("The survey has no form that a table could answer."), advice=_("Add the form first.")
        )
    found = [
        (
            form_id,
            entry.title,
            sum(bool(column.path) for column in Matching(form_of(survey, form_id), book, {}).columns()),
        )
        for form_id, entry in newest.items()
    ]
    return sorted(found, key=lambda one: -one[2])


def match(
    survey: SurveyFile, form_id: str, book: ForeignBook, *, asked: Mapping[str, str] | None = None
) -> TableColumns:
    """Which column answers which question; no row is looked at. `asked` is as for `preview`."""
    matching = _matching(survey, form_id, book, asked or {})
    return TableColumns(
        book.file,
        form_id,
        book.program,
        tuple(matching.columns()),
        {column.name: _offered(matched) for matched in matching.sheets for column in matched.columns},
        {name: texts for matched in matching.sheets for name, texts in _samples(matched)},
        sum(len(matched.sheet.lines) for matched in matching.mains),
        sum(len(matched.sheet.lines) for matched in matching.inner),
        bool(survey.recalled(_mapping_note(form_id))),
    )


def _matching(survey: SurveyFile, form_id: str, book: ForeignBook, asked: Mapping[str, str]) -> Matching:
    wishes = json.loads(survey.recalled(_mapping_note(form_id)) or "{}") | dict(asked)
    return Matching(form_of(survey, form_id), book, wishes, asked)


def _offered(matched: Matched) -> tuple[tuple[str, str, str], ...]:
    return tuple((question.path, question.name, label_of(question)) for question in matched.questions)


def _samples(matched: Matched) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The first different texts of every column."""
    from cami_survey.exports.backcells import text_of

    sheet = matched.sheet
    titled = (at for at, title in enumerate(sheet.titles) if title)
    for at, column in zip(titled, matched.columns, strict=True):
        texts = dict.fromkeys(text_of(line.cells[at]).strip() for line in sheet.lines[:LOOKED_AT])
        yield column.name, tuple(filter(None, texts))[:SAMPLES]


def preview(
    survey: SurveyFile,
    form_id: str,
    table: Path | ForeignBook,
    *,
    asked: Mapping[str, str] | None = None,
    progress: Progress = _silent,
) -> Outcome[TableImport]:
    """Match the columns of a table with the questions of a form and look at every row; nothing is written.

    `asked` maps columns to names or paths of questions, to nothing where a column is left out; what was asked for at
    an earlier import of this form holds until then. Columns of sheets of repeats have `SHEET!` before their heading.
    `progress` gets rows done and their number; whatever it raises ends the preview.
    UserError for what is no table and for unknown names.
    """
    book = look(table) if isinstance(table, Path) else table
    matching = _matching(survey, form_id, book, asked or {})
    if not any(matched.targets for matched in matching.mains):
        raise UserError(
            "table.nothing-matches",
            _("No column of the table answers a question of the form."),
            advice=_("Name at least one column and its question."),
            where=book.file,
        )
    gathering, files = Gathering(matching), 0
    rows: list[ImportRow] = []
    judge = _Judge(survey, matching)
    for done, gathered in enumerate(gathering, 1):
        rows.append(judge.row(gathered))
        files += gathered.files
        progress(done, len(gathering))
    sentences = tuple(told(matching, gathering, files))
    columns = tuple(matching.columns())
    mapping = {column.name: column.path for column in columns if column.path}
    unmatched = tuple(column.name for column in columns if not column.path and not column.about)
    questions = {q.path: q for matched in matching.sheets for q, _part in matched.targets.values()}
    found = TableImport(
        book.file, form_id, book.program, mapping, unmatched, tuple(rows), sentences, columns, questions, book
    )
    return Outcome(found, notices=tuple(Notice("table.told", text, "warning") for text in sentences))


def forget_mapping(survey: SurveyFile, form_id: str) -> None:
    """What was asked for at earlier imports of this form no longer holds."""
    survey.remember(_mapping_note(form_id), "")


def _mapping_note(form_id: str) -> str:
    return f"table-mapping:{form_id}"


def _taken_back_note(form_id: str) -> str:
    return f"table-taken-back:{form_id}"


class _Judge:
    """Says what becomes of each row, by the form and by what is in the survey."""

    def __init__(self, survey: SurveyFile, matching: Matching) -> None:
        self._survey, self._form, self._matching = survey, matching.form, matching
        self._seen: set[str] = set()
        self._taken_back = json.loads(survey.recalled(_taken_back_note(self._form.id)) or "{}")
        self._withdrawn = set(survey.withdrawn())
        self._instances: set[str] | None = None
        self._hidden = self._defaults()

    def row(self, gathered: Gathered) -> ImportRow:
        """A row of the file and what becomes of it."""
        record = self._record(gathered)
        row = ImportRow(
            gathered.number, gathered.identity, "final", {name: gathered.values[name] for name in gathered.fields},
            tuple(gathered.flaws), record, self._values(gathered, record), _ended(self._form, gathered),
            gathered.attached,
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

    def _defaults(self) -> dict[str, str]:
        """What the form says by itself, without what the device says."""
        given = {node.path for node in self._form.preloaded}
        computed = begin(self._survey, self._form, Manner(kept=False)).session.answers().computed
        return {field: text for field, text in computed.items() if "[" not in field and field not in given}

    def _values(self, gathered: Gathered, record: str) -> dict[str, str]:
        values = {**self._hidden, **_begun(self._form, gathered.sent), **gathered.values}
        identity = f"{self._form.root.path}/meta/instanceID"
        return {**values, identity: gathered.instance or f"uuid:{record}"} if identity in self._form.by_path else values

    def _judged(self, row: ImportRow, gathered: Gathered) -> ImportRow:
        interview = _interview(self._survey, self._form, row, system_clock)
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


def _begun(form: Form, sent: datetime | None) -> dict[str, str]:
    """What the device would have said when the interview was held, as near as the file tells."""
    if sent is None:
        return {}
    said = {"date": sent.astimezone().date().isoformat(), "timestamp": sent.isoformat(timespec="milliseconds")}
    return {node.path: said[kind] for node in form.preloaded if (kind := node.bind.preload or "") in said}


def _ended(form: Form, gathered: Gathered) -> datetime | None:
    """When the interview ended: what the form was told then, else when it was sent."""
    for node in form.preloaded:
        if node.bind.preload == "timestamp" and node.bind.preload_parameters == "end":
            try:
                return datetime.fromisoformat(gathered.values.get(node.path, ""))
            except ValueError:
                pass
    return gathered.sent


def _interview(survey: SurveyFile, form: Form, row: ImportRow, clock: Clock) -> Interview:
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


# ---- writing


@dataclass(frozen=True, slots=True)
class Imported:
    """The records that were made, finished ones and drafts."""

    final: tuple[str, ...]
    drafts: tuple[str, ...]


def apply(
    survey: SurveyFile, found: TableImport, *, clock: Clock = system_clock, progress: Progress = _silent
) -> Outcome[Imported]:
    """Make an interview of every row that is neither refused nor known, and remember the mapping.

    Undo puts the interviews into the bin; the rows can be imported again then.
    """
    from cami_survey.operations.running import Saved

    form, reason = form_of(survey, found.form_id), _("imported from {name}").format(name=found.name)
    survey.remember(_mapping_note(form.id), json.dumps(_remembered(found)))
    final: list[str] = []
    drafts: list[str] = []
    without: list[str] = []
    coming = [row for row in found.rows if row.becomes in ("final", "draft")]
    for done, row in enumerate(coming, 1):
        interview = _interview(survey, form, row, clock)
        without += _attach(interview, row, found.book, clock)
        if row.becomes == "final" and isinstance(interview.finalise(reason).value, Saved):
            final.append(interview.record)
        else:
            drafts.append(interview.leave(reason).value.record)
        progress(done, len(coming))
    imported = Imported(tuple(final), tuple(drafts))
    undo = partial(_take_back, survey, form.id, [row for row in coming if row.record]) if coming else None
    notices = [*_said(found, imported), *_without(without)]
    return Outcome(imported, frozenset({"records"}), tuple(notices), undo)


def _attach(interview: Interview, row: ImportRow, book: ForeignBook | None, clock: Clock) -> list[str]:
    """Keep the files of a row as the window keeps them; the names of those that cannot be."""
    from cami_survey.exports.foreign import attached
    from cami_survey.operations.attachments import LARGEST, prepared, wanted

    without: list[str] = []
    for name, file in row.attached.items():
        try:
            assert book is not None
            content = attached(book, file, LARGEST)
            made = prepared(content, file, wanted(interview.session.node(name).attributes))
        except UserError:
            interview.set(name, "")
            without.append(file)
            continue
        interview.attach(name, made.content, interview.file_name(made.suffix, clock()))
    return without


def _without(files: list[str]) -> Iterator[Notice]:
    if files:
        text = ngettext(
            "{n} attached file cannot be read or is of another kind, and was left out: {names}.",
            "{n} attached files cannot be read or are of another kind, and were left out: {names}.",
            len(files),
        )
        yield Notice("table.files", counted(text, files), "warning")


def _remembered(found: TableImport) -> dict[str, str]:
    """The mapping without columns of single choices and parts of places, which are known by their headings."""
    whole = {column.name: column.path for column in found.columns if column.path and not column.part}
    return {**dict.fromkeys(found.unmatched, ""), **whole}


def _take_back(survey: SurveyFile, form_id: str, rows: list[ImportRow]) -> Outcome[None]:
    taken_back = json.loads(survey.recalled(_taken_back_note(form_id)) or "{}")
    for row in rows:
        survey.set_deleted(row.record, True, _("the import was taken back"))
        taken_back[row.key] = taken_back.get(row.key, 0) + 1
    survey.remember(_taken_back_note(form_id), json.dumps(taken_back))
    text = ngettext(
        "{n} interview of the import is in the bin.", "{n} interviews of the import are in the bin.", len(rows)
    )
    return Outcome(None, frozenset({"records"}), (Notice("table.taken-back", text.format(n=len(rows))),))


def _said(found: TableImport, imported: Imported) -> Iterator[Notice]:
    count = len(imported.final) + len(imported.drafts)
    text = ngettext(
        "{n} interview was imported, of these as draft: {drafts}.",
        "{n} interviews were imported, of these as drafts: {drafts}.",
        count,
    )
    yield Notice("table.imported", text.format(n=count, drafts=len(imported.drafts)))
    if known := found.number("known"):
        text = ngettext("{n} row was imported before.", "{n} rows were imported before.", known)
        yield Notice("table.known", text.format(n=known))
    if refused := found.number("refused"):
        text = ngettext("{n} row was refused.", "{n} rows were refused.", refused)
        yield Notice("table.refused", text.format(n=refused), "warning")


if TYPE_CHECKING:
    from cami_survey.operations.table_columns import Matched

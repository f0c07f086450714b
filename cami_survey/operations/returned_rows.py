"""The rows of a workbook that comes back, beside the interviews they are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from cami_survey.base.errors import UserError
from cami_survey.base.remarks import REASON, remarks_in
from cami_survey.base.sealed import MARK
from cami_survey.base.texts import ngettext

if TYPE_CHECKING:
    from cami_survey.analysis.definitions import Question
    from cami_survey.base.records import Answers, RecordView, RevisionEntry
    from cami_survey.exports.returned import Heading, Returned, ReturnedSheet
    from cami_survey.exports.spreadsheets import Cell
    from cami_survey.store.api import SurveyFile

A_SECOND = timedelta(seconds=1)
# Columns of the record itself that are compared. Names of laptops and people change under one that was exported, and
# whether there are conflicts changes with every merge.
STARTED = "_started"
ABOUT = {"_code", "_state", "_form_version", STARTED, "_changed"}
MOST_NAMED = 8
# How many interviews tell the language of a workbook.
TELLING = 200


@dataclass(slots=True)
class Found:
    """One answer in the workbook: its question, its cell, or of several choices one cell each."""

    name: str
    question: Question
    place: str
    parts: dict[str, tuple[Cell, str]]
    cell: Cell = None


class Rows:
    """The rows of a workbook beside the interviews of a survey."""

    def __init__(self, survey: SurveyFile, book: Returned) -> None:
        self._survey = survey
        self._book = book
        self._views: dict[str, RecordView | None] = {}
        self._forms: dict[str, dict[str, Question]] = {}
        self._named: set[tuple[str, ...]] = set()
        self.rows: dict[str, list[tuple[ReturnedSheet, int, tuple[str, ...]]]] = {}
        self._strange: list[str] = []
        self._twice: list[str] = []
        for sheet in book.sheets:
            self._take_rows(sheet)

    # ---- rows

    def _take_rows(self, sheet: ReturnedSheet) -> None:
        from cami_survey.exports.backcells import text_of
        from cami_survey.exports.returned import RECORD

        at = sheet.column(RECORD)
        if at is None:
            return
        for number, line in enumerate(sheet.lines[1:], 2):
            if all(cell is None for cell in line):
                continue
            record = text_of(line[at])
            keys = tuple(text_of(line[key]) for key in sheet.keys)
            view = self._known(record)
            if view is None or (keys and not self._instance(view, sheet, keys)):
                self._strange.append(f"{sheet.name}!{number}")
            elif (sheet.name, record, *keys) in self._named:
                self._twice.append(f"{sheet.name}!{number}")
            else:
                self._named.add((sheet.name, record, *keys))
                self.rows.setdefault(record, []).append((sheet, number, keys))

    def _known(self, record: str) -> RecordView | None:
        if record not in self._views:
            try:
                view = self._survey.view(record) if record else None
            except UserError:
                view = None
            self._views[record] = view if view is not None and not view.deleted else None
        return self._views[record]

    def view(self, record: str) -> RecordView:
        """The interview as it stands."""
        view = self._known(record)
        assert view is not None
        return view

    def _instance(self, view: RecordView, sheet: ReturnedSheet, keys: tuple[str, ...]) -> bool:
        questions = self.questions(view.form_id)
        path = next((h.path for h in sheet.columns.values() if h.path in questions), "")
        if not path or len(questions[path].repeats) != len(keys):
            return False
        instance = field_of(questions[path], keys).rpartition("]")[0] + "]"
        return any(name == instance or name.startswith(instance + "/") for name in _all(view.answers))

    def questions(self, form_id: str) -> dict[str, Question]:
        """The questions of all versions of a form by their path."""
        from cami_survey.analysis.layout import merged_questions
        from cami_survey.operations.exports import definitions_of

        if form_id not in self._forms:
            versions = definitions_of(self._survey, form_id)
            self._forms[form_id] = {q.path: q for q in merged_questions(versions)} if versions else {}
        return self._forms[form_id]

    def told(self) -> Iterator[str]:
        """What is in the workbook or missing there and is never taken."""
        unknown = [f"{sheet.name}: {title}" for sheet in self._book.sheets for title in sheet.unknown]
        if unknown:
            text = ngettext(
                "{n} column is not of the export and is left alone: {names}.",
                "{n} columns are not of the export and are left alone: {names}.",
                len(unknown),
            )
            yield counted(text, unknown)
        beside = [f"{sheet.name}: {title}" for sheet in self._book.sheets for title in sheet.beside]
        if beside:
            text = ngettext(
                "{n} column has labels beside the answers and is left alone; correct the answers: {names}.",
                "{n} columns have labels beside the answers and are left alone; correct the answers: {names}.",
                len(beside),
            )
            yield counted(text, beside)
        if self._strange:
            text = ngettext(
                "{n} row is of no interview or part of one here and is left alone: {names}.",
                "{n} rows are of no interview or part of one here and are left alone: {names}.",
                len(self._strange),
            )
            yield counted(text, self._strange)
        if self._twice:
            text = ngettext(
                "{n} row stands there twice; the first counts: {names}.",
                "{n} rows stand there twice; the first counts: {names}.",
                len(self._twice),
            )
            yield counted(text, self._twice)
        if about := list(self._about()):
            text = ngettext(
                "{n} cell about the interview itself was changed and is left alone, the program sets it: {names}.",
                "{n} cells about interviews themselves were changed and left alone, the program sets them: {names}.",
                len(about),
            )
            yield counted(text, about)
        yield from self._missing()

    def _about(self) -> Iterator[str]:
        """The cells of the record's own columns that say what no export of the interview can have said."""
        from cami_survey.exports.backcells import text_of

        for record, rows in self.rows.items():
            for sheet, number, _keys in rows:
                for at, heading in sheet.columns.items():
                    cell = sheet.lines[number - 1][at]
                    if heading.name in ABOUT and not self._was(record, heading.name, cell, text_of(cell).strip()):
                        yield f"{sheet.name}!{_column(at)}{number} ({heading.name})"

    @cached_property
    def _codes(self) -> Mapping[str, str]:
        return self._survey.codes(list(self.rows))

    def _was(self, record: str, name: str, cell: Cell, text: str) -> bool:
        """Whether the interview ever had this in one of its own columns, as far as the survey knows."""
        view = self.view(record)
        today = {"_code": self._codes.get(record, ""), "_state": view.state, "_form_version": view.form_version}
        if text == today.get(name):
            return True
        history = self._survey.history(record)
        if name == "_state":
            return text in {entry.state for entry in history}
        if name == "_form_version":
            return text in {entry.form_version for entry in history}
        if name == "_code":
            # The code is an answer, today's or that of an earlier day.
            states = (self._survey.answers_of(record, {entry.id for entry in history[:end]}) for end in _whole(history))
            return not text or any(text in (*now.fields.values(), *now.computed.values()) for now in states)
        moments = [entry.written for entry in history]
        if name == STARTED:
            moments = [min(moments)]
        return isinstance(cell, datetime) and any(abs(when - cell.replace(tzinfo=UTC)) < A_SECOND for when in moments)

    def _missing(self) -> Iterator[str]:
        forms = {self.view(record).form_id for record in self.rows}
        exported = self._book.exported
        there = [
            view.record
            for form_id in sorted(forms)
            for view in self._survey.views(form_id, state="final")
            if exported is None or view.started is None or view.started <= exported
        ]
        codes = self._survey.codes(there)
        missing = [codes.get(record) or record for record in there if record not in self.rows]
        if missing:
            text = ngettext(
                "{n} interview is not in the workbook; it stays as it is: {names}.",
                "{n} interviews are not in the workbook; they stay as they are: {names}.",
                len(missing),
            )
            yield counted(text, missing)

    # ---- cells

    @cached_property
    def language(self) -> str:
        """The language of the labels in the workbook, as far as its first interviews tell."""
        from cami_survey.exports.backcells import language_of

        return language_of(
            (found.question, found.cell)
            for record in islice(self.rows, TELLING)
            for found in self.answers(record)
            if found.question.shape == "choice"
        )

    def answers(self, record: str) -> Iterator[Found]:
        """Every answer that the workbook has of an interview."""
        questions = self.questions(self.view(record).form_id)
        for sheet, number, keys in self.rows[record]:
            several: dict[str, Found] = {}
            line = sheet.lines[number - 1]
            for at, heading in sheet.columns.items():
                question = _asked(questions, heading)
                if question is None or len(question.repeats) != len(keys):
                    continue
                place = f"{sheet.name}!{_column(at)}{number}"
                if line[at] == MARK:
                    # The export could not say it, so the cell says nothing of it.
                    continue
                if not heading.code:
                    yield Found(field_of(question, keys), question, place, {}, line[at])
                    continue
                found = several.setdefault(question.path, Found(field_of(question, keys), question, place, {}))
                found.parts[heading.code] = line[at], place
            yield from several.values()

    # ---- what the export said

    def then(self, record: str, now: Texts) -> Texts:
        """The answers as the export had them: of all that the interview ever was here, what fits the workbook best."""
        history = self._survey.history(record)
        if len(history) == 1:
            return now
        ends = self._possible(record, history)
        found = list(self.answers(record))
        best, fewest = now, len(found) + 1
        for end in reversed(ends):
            ids = {entry.id for entry in history[:end]}
            texts = now if end == len(history) else Texts(self._survey.answers_of(record, ids))
            count = sum(not says(one, texts.text(one.name)) for one in found)
            if count < fewest:
                best, fewest = texts, count
        return best

    def _possible(self, record: str, history: list[RevisionEntry]) -> list[int]:
        """How many of its revisions may have been here when the workbook was made."""
        exported = self._book.exported
        ends = _whole(history)
        if exported is not None:
            ends = [n for n in ends if all(e.written <= exported + A_SECOND for e in history[:n])] or ends[:1]
        changed = self._changed(record)
        alike = [n for n in ends if changed and abs(_newest(history[:n]) - changed) < A_SECOND]
        return alike or ends

    def _changed(self, record: str) -> datetime | None:
        from cami_survey.exports.returned import CHANGED

        for sheet, number, _keys in self.rows[record]:
            at = sheet.column(CHANGED)
            if at is not None and isinstance(cell := sheet.lines[number - 1][at], datetime):
                return cell.replace(tzinfo=UTC)
        return None


class Texts:
    """The answers of an interview by field, with the reasons given for unusual ones."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    @cached_property
    def _reasons(self) -> dict[str, str]:
        return remarks_in(REASON, self._answers.fields)

    def text(self, field: str) -> str:
        """The answer, empty if there is none."""
        found = self._answers.fields.get(field) or self._answers.computed.get(field)
        return found or self._reasons.get(field.removesuffix("_reason"), "")


def _all(answers: Answers) -> Iterator[str]:
    yield from answers.fields
    yield from answers.computed


def _whole(history: list[RevisionEntry]) -> list[int]:
    """After how many arrivals an interview was whole: of a package, a correction may arrive before what it corrects."""
    ends: list[int] = []
    here: set[str] = set()
    missing: set[str] = set()
    for end, entry in enumerate(history, 1):
        here.add(entry.id)
        missing = (missing | set(entry.parents)) - here
        if not missing:
            ends.append(end)
    return ends or [len(history)]


def _newest(entries: list[RevisionEntry]) -> datetime:
    return max(entry.written for entry in entries)


def counted(text: str, names: list[str]) -> str:
    """A sentence about these, with how many and the first of their names."""
    named = ", ".join(names[:MOST_NAMED]) + (", …" if len(names) > MOST_NAMED else "")
    return text.format(n=len(names), names=named)


def _column(at: int) -> str:
    from cami_survey.exports.spreadsheets import column_letters

    return column_letters(at)


def _asked(questions: Mapping[str, Question], heading: Heading) -> Question | None:
    """The question of a column; the column of a reason is of no type and no list."""
    if not heading.path:
        return None
    if heading.path in questions:
        return questions[heading.path]
    about = questions.get(heading.path.removesuffix("_reason"))
    return replace(about, path=heading.path, kind="text", shape="single", choices=(), known=False) if about else None


def field_of(question: Question, keys: tuple[str, ...]) -> str:
    """The field of a question in the repeat instances with these keys."""
    made, done = "", ""
    for repeat, key in zip(question.repeats, keys, strict=True):
        made += f"{repeat[len(done) :]}[{key}]"
        done = repeat
    return made + question.path[len(done) :]


def says(found: Found, raw: str) -> bool:
    """Whether the workbook says what the answer `raw` is."""
    from cami_survey.exports.backcells import same

    if not found.parts:
        return same(found.question, raw, found.cell)
    codes = raw.split()
    return all(_says_part(found.question, code, codes, cell) for code, (cell, _place) in found.parts.items())


def _says_part(question: Question, code: str, codes: list[str], cell: Cell) -> bool:
    from cami_survey.exports.backcells import text_of

    text = text_of(cell).strip()
    if question.shape == "ranking":
        return text == (str(codes.index(code) + 1) if code in codes else "")
    return text == "1" if code in codes else text in ("", "0")

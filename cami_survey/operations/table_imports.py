"""Tables of others into a form: exports of KoboToolbox and ODK Central are recognised, others matched by headings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cami_survey.base.clock import system_clock
from cami_survey.base.errors import UserError, nearest
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.texts import _, ngettext
from cami_survey.operations.beginnings import Manner, begin
from cami_survey.operations.corrections import stands_against
from cami_survey.operations.forms import form_of
from cami_survey.operations.returned_rows import counted

if TYPE_CHECKING:
    from cami_survey.analysis.definitions import Question
    from cami_survey.base.clock import Clock
    from cami_survey.engine.api import Form
    from cami_survey.exports.spreadsheets import Cell, Lines
    from cami_survey.operations.running import Interview
    from cami_survey.store.api import SurveyFile

Kind = Literal["kobo", "odk", "table"]
Becomes = Literal["final", "draft", "known", "refused"]
# Columns of the other program about the submission, not answers.
ABOUT = {"key", "parent_key", "submissiondate", "submitterid", "submittername", "attachmentspresent"}
ABOUT |= {"attachmentsexpected", "status", "reviewstate", "deviceid", "edits", "formversion", "__version__"}
ABOUT |= {"formhub/uuid", "meta/instanceid", "meta-instanceid", "instanceid", "meta/rootuuid", "index"}
KEYS = ("_uuid", "KEY", "meta/instanceID", "meta-instanceID", "instanceID", "_id")
PLACE_PARTS = ("Latitude", "Longitude", "Altitude", "Accuracy")


@dataclass(frozen=True, slots=True)
class ImportRow:
    """What becomes of a row. `known` was imported before; `problems` name cell and reason."""

    number: int
    key: str
    becomes: Becomes
    answers: Mapping[str, str]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableImport:
    """What a table would bring. `mapping`: heading -> field; `unmatched` headings are left out."""

    name: str
    form_id: str
    kind: Kind
    mapping: Mapping[str, str]
    unmatched: tuple[str, ...]
    rows: tuple[ImportRow, ...]
    told: tuple[str, ...]

    def number(self, becomes: Becomes) -> int:
        """How many rows become that."""
        return sum(row.becomes == becomes for row in self.rows)


def preview(
    survey: SurveyFile, form_id: str, table: Path, *, asked: Mapping[str, str] | None = None
) -> Outcome[TableImport]:
    """Match the columns of a table with the questions of a form and look at every row; nothing is written.

    `asked` maps headings to names or paths of questions, to nothing where a column is left out; what was asked for at
    an earlier import of this form holds until then. UserError for what is no table and for unknown names.
    """
    from cami_survey.exports.spreadsheets import read_sheets

    sheets = {name: lines for name, lines in read_sheets(table).items() if len(lines) > 1}
    if not sheets:
        text = _("{name} has no rows below a heading.").format(name=table.name)
        raise UserError("table.empty", text, where=table.name)
    name, lines = next(iter(sheets.items()))
    titles = [str(cell or "").strip() for cell in lines[0]]
    matching = _Matching(form_of(survey, form_id), titles, _wishes(survey, form_id, titles, asked or {}))
    told = tuple(_told(list(sheets)[1:], matching))
    rows = tuple(_looked_at(survey, matching, name, lines))
    found = TableImport(table.name, form_id, _kind(titles), matching.shown(), tuple(matching.unmatched), rows, told)
    return Outcome(found, notices=tuple(Notice("table.told", text, "warning") for text in told))


def _kind(titles: Sequence[str]) -> Kind:
    if "_uuid" in titles and "_submission_time" in titles:
        return "kobo"
    return "odk" if "KEY" in titles and "SubmissionDate" in titles else "table"


def _wishes(survey: SurveyFile, form_id: str, titles: Sequence[str], asked: Mapping[str, str]) -> dict[str, str]:
    for title in asked:
        if title not in titles:
            near = nearest(title, titles)
            raise UserError(
                "table.no-column",
                _("The table has no column “{title}”.").format(title=title),
                advice=_("Did you mean “{name}”?").format(name=near) if near else "",
                where=title,
            )
    remembered = json.loads(survey.recalled(_mapping_note(form_id)) or "{}")
    return {title: path for title, path in remembered.items() if title in titles} | dict(asked)


def _mapping_note(form_id: str) -> str:
    return f"table-mapping:{form_id}"


def _rows_note(form_id: str) -> str:
    return f"table-rows:{form_id}"


class _Matching:
    """Which column answers which question. `columns`: position -> (question, code or part of a place)."""

    def __init__(self, form: Form, titles: Sequence[str], wishes: Mapping[str, str]) -> None:
        from cami_survey.analysis.forms import definition_of

        self.form, self.titles, self.wishes = form, titles, wishes
        asked = [q for q in definition_of(form).questions if not q.quiet and q.shape != "computed"]
        self._questions = [question for question in asked if not question.repeats]
        self._repeats = {self._below(question) for question in asked if question.repeats}
        self.columns: dict[int, tuple[Question, str]] = {}
        self.unmatched: list[str] = []
        for at, title in enumerate(titles):
            self._match(at, title)
        self._drop_doubles()

    @staticmethod
    def _below(question: Question) -> str:
        return question.path.lstrip("/").partition("/")[2]

    def _match(self, at: int, title: str) -> None:
        if title in self.wishes:
            if wish := self.wishes[title]:
                self.columns[at] = self._named(wish), ""
            return
        if not title or title.startswith("_") or title.casefold() in ABOUT:
            return
        found = self._question(title)
        if found is None:
            self.unmatched.append(title)
        else:
            self.columns[at] = found

    def _named(self, wish: str) -> Question:
        found = [q for q in self._questions if wish in (q.path, q.name, self._below(q))]
        if len(found) != 1:
            near = nearest(wish, [question.name for question in self._questions])
            raise UserError(
                "table.no-question",
                _("The form has no question “{name}” outside its repeats.").format(name=wish),
                advice=_("Did you mean “{name}”?").format(name=near) if near else "",
                where=wish,
            )
        return found[0]

    def _question(self, title: str) -> tuple[Question, str] | None:
        for sign in ("/", "-"):
            for question in self._questions:
                below = self._below(question).replace("/", sign)
                if title in (below, question.path):
                    return question, ""
                if title.startswith(below + sign):
                    part = title.removeprefix(below + sign)
                    if part in PLACE_PARTS and question.type == "geopoint":
                        return question, part
                    if question.shape == "choices" and any(choice.code == part for choice in question.choices):
                        return question, part
        wanted = title.casefold()
        for same in (
            [q for q in self._questions if q.name.casefold() == wanted],
            [q for q in self._questions if any(" ".join(t.split()).casefold() == wanted for t in q.labels.values())],
        ):
            if len(same) == 1:
                return same[0], ""
        return None

    def _drop_doubles(self) -> None:
        """A question with a column of its own needs none for its single choices; of two columns the first counts."""
        whole: set[str] = set()
        for question, part in self.columns.values():
            if not part:
                whole.add(question.path)
        seen: set[tuple[str, str]] = set()
        for at, (question, part) in list(self.columns.items()):
            if (question.path, part) in seen or (part and question.path in whole):
                del self.columns[at]
                if not part:
                    self.unmatched.append(self.titles[at])
            seen.add((question.path, part))

    def shown(self) -> dict[str, str]:
        """Heading -> field."""
        return {self.titles[at]: question.path for at, (question, _part) in self.columns.items()}

    def answers(self, sheet: str, number: int, line: Sequence[Cell]) -> tuple[dict[str, str], list[str]]:
        """The answers of a row by field, and what is wrong with its cells."""
        from cami_survey.exports.backcells import UnfitError, lexical, text_of
        from cami_survey.exports.spreadsheets import column_letters

        answers: dict[str, str] = {}
        places: dict[str, dict[str, str]] = {}
        problems: list[str] = []
        for at, (question, part) in self.columns.items():
            cell = text_of(line[at]) if question.kind == "text" else line[at]
            if part in PLACE_PARTS and question.type == "geopoint":
                places.setdefault(question.path, {})[part] = text_of(cell).strip()
            elif part:
                if text_of(cell).strip().casefold() in ("1", "true", "yes"):
                    answers[question.path] = f"{answers.get(question.path, '')} {part}".strip()
            else:
                try:
                    answers[question.path] = lexical(question, cell)
                except UnfitError as unfit:
                    problems.append(f"{sheet}!{column_letters(at)}{number}: {unfit}")
        for path, parts in places.items():
            if parts.get("Latitude") and parts.get("Longitude"):
                answers[path] = " ".join(parts.get(part) or "0" for part in PLACE_PARTS)
        return {path: text for path, text in answers.items() if text.strip()}, problems


def _told(others: Sequence[str], matching: _Matching) -> Iterator[str]:
    if matching.unmatched:
        text = ngettext(
            "{n} column answers no question of the form and is left out: {names}.",
            "{n} columns answer no question of the form and are left out: {names}.",
            len(matching.unmatched),
        )
        yield counted(text, matching.unmatched)
    if others:
        text = ngettext(
            "{n} more sheet is left out, since rows of repeats are not imported: {names}.",
            "{n} more sheets are left out, since rows of repeats are not imported: {names}.",
            len(others),
        )
        yield counted(text, list(others))
    if not matching.columns:
        raise UserError(
            "table.nothing-matches",
            _("No column of the table answers a question of the form."),
            advice=_("Name at least one column and its question."),
        )


def _looked_at(survey: SurveyFile, matching: _Matching, sheet: str, lines: Lines) -> Iterator[ImportRow]:
    known = set(json.loads(survey.recalled(_rows_note(matching.form.id)) or "[]"))
    key_at = next((matching.titles.index(name) for name in KEYS if name in matching.titles), None)
    for number, line in enumerate(lines[1:], 2):
        if all(cell is None for cell in line):
            continue
        key = _key(line, key_at)
        answers, problems = matching.answers(sheet, number, line)
        if key in known:
            yield ImportRow(number, key, "known", answers)
            continue
        known.add(key)
        if problems:
            yield ImportRow(number, key, "refused", answers, tuple(problems))
            continue
        yield _judged(survey, matching.form, sheet, ImportRow(number, key, "final", answers))


def _key(line: Sequence[Cell], key_at: int | None) -> str:
    if key_at is not None and line[key_at] is not None:
        return str(line[key_at])
    return sha256(json.dumps([str(cell) if cell is not None else "" for cell in line]).encode()).hexdigest()


def _judged(survey: SurveyFile, form: Form, sheet: str, row: ImportRow) -> ImportRow:
    interview = begin(survey, form, Manner(kept=False))
    _fill(interview, row.answers)
    problems = [
        f"{sheet}!{row.number}: {interview.session.node(field).label or field}: {reason}"
        for field, text in row.answers.items()
        if (reason := stands_against(interview, field, text))
    ]
    if problems:
        return ImportRow(row.number, row.key, "refused", row.answers, tuple(problems))
    missing = tuple(f"{sheet}!{row.number}: {one.label}: {one.message}" for one in interview.session.problems())
    return ImportRow(row.number, row.key, "draft" if missing else "final", row.answers, missing)


def _fill(interview: Interview, answers: Mapping[str, str]) -> None:
    for field, text in answers.items():
        interview.set(field, text)
    for field in answers:
        if interview.session.node(field).violation == "soft":
            interview.excuse(field, _("from a table"))


@dataclass(frozen=True, slots=True)
class Imported:
    """The records that were made, finished ones and drafts."""

    final: tuple[str, ...]
    drafts: tuple[str, ...]


def apply(survey: SurveyFile, found: TableImport, *, clock: Clock = system_clock) -> Outcome[Imported]:
    """Make an interview of every row that is neither refused nor known, and remember the mapping and the rows."""
    from cami_survey.operations.running import Saved

    form, reason = form_of(survey, found.form_id), _("imported from {name}").format(name=found.name)
    final: list[str] = []
    drafts: list[str] = []
    known = json.loads(survey.recalled(_rows_note(form.id)) or "[]")
    for row in found.rows:
        if row.becomes not in ("final", "draft"):
            continue
        interview = begin(survey, form, Manner(None, clock, kept=False))
        _fill(interview, row.answers)
        if row.becomes == "final" and isinstance(interview.finalise(reason).value, Saved):
            final.append(interview.record)
        else:
            drafts.append(interview.leave(reason).value.record)
        known.append(row.key)
        survey.remember(_rows_note(form.id), json.dumps(known))
    left_out = dict.fromkeys(found.unmatched, "")
    survey.remember(_mapping_note(form.id), json.dumps({**left_out, **_whole(found)}))
    imported = Imported(tuple(final), tuple(drafts))
    return Outcome(imported, frozenset({"records"}), tuple(_said(found, imported)))


def _whole(found: TableImport) -> dict[str, str]:
    """The mapping without columns of single choices and parts of places, which are known by their headings."""
    fields = list(found.mapping.values())
    return {title: path for title, path in found.mapping.items() if fields.count(path) == 1}


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

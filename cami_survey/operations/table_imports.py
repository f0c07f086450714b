"""Tables of others into a form: exports of KoboToolbox, ODK Central and ours are recognised, others by headings."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.base.clock import system_clock
from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.texts import _, ngettext
from cami_survey.operations.corrections import in_words
from cami_survey.operations.forms import form_of
from cami_survey.operations.returned_rows import counted
from cami_survey.operations.table_columns import Column, Matching
from cami_survey.operations.table_judging import Becomes, ImportRow, Judge, interview_of, taken_back_note
from cami_survey.operations.table_rows import Gathering, label_of, told

if TYPE_CHECKING:
    from cami_survey.analysis.definitions import Question
    from cami_survey.base.clock import Clock
    from cami_survey.exports.foreign import ForeignBook, Program
    from cami_survey.operations.running import Interview
    from cami_survey.operations.table_columns import Matched
    from cami_survey.store.api import SurveyFile

Progress = Callable[[int, int], None]
# Of how many rows the samples of a column are, and how many.
LOOKED_AT, SAMPLES = 50, 3


def _silent(_done: int, _total: int) -> None:
    pass


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
    `remembered`: an earlier import of this form has a say in it. `files` counts the attached files that come along
    from `media`.
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
    files: int = 0
    media: str = ""


def look(table: Path, media: Path | None = None) -> ForeignBook:
    """The tables of a file, and whose they are. `media` is a zip or folder with the files that its rows name.

    UserError for what is no table, and for files that cannot be read.
    """
    from cami_survey.exports.foreign import read

    return read(table, media)


def attach(book: ForeignBook, media: Path) -> ForeignBook:
    """The book with the files of its rows, from a zip or folder. UserError where there is none or it cannot be read."""
    from cami_survey.exports.mediafiles import media_in

    found = media_in(media)
    if not found.count:
        raise UserError(
            "table.no-files",
            _("{name} holds no attached files.").format(name=media.name),
            advice=_("Take the zip that KoboToolbox gives for media, or the folder media of ODK Central."),
            where=media.name,
        )
    return replace(book, media=found)


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
        book.media.count if book.media else 0,
        book.media.source.name if book.media else "",
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
    judge = Judge(survey, matching)
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


def keep_mapping(survey: SurveyFile, found: TableImport) -> None:
    """Remember how columns were matched for the next table of this form, also where nothing is imported yet."""
    survey.remember(_mapping_note(found.form_id), json.dumps(_remembered(found)))


def _mapping_note(form_id: str) -> str:
    return f"table-mapping:{form_id}"


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
    keep_mapping(survey, found)
    final: list[str] = []
    drafts: list[str] = []
    without: list[str] = []
    coming = [row for row in found.rows if row.becomes in ("final", "draft")]
    for done, row in enumerate(coming, 1):
        interview = interview_of(survey, form, row, clock)
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
    from cami_survey.operations.attachments import LARGEST, prepared, wanted

    without: list[str] = []
    for name, member in row.attached.items():
        file = member.replace("\\", "/").rpartition("/")[2]
        try:
            assert book is not None
            assert book.media is not None
            content = book.media.read(member, LARGEST)
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
    taken_back = json.loads(survey.recalled(taken_back_note(form_id)) or "{}")
    for row in rows:
        survey.set_deleted(row.record, True, _("the import was taken back"))
        taken_back[row.key] = taken_back.get(row.key, 0) + 1
    survey.remember(taken_back_note(form_id), json.dumps(taken_back))
    text = ngettext(
        "{n} interview of the import is in the bin.", "{n} interviews of the import are in the bin.", len(rows)
    )
    return Outcome(None, frozenset({"records"}), (Notice("table.taken-back", text.format(n=len(rows))),))


def _said(found: TableImport, imported: Imported) -> Iterator[Notice]:
    count = len(imported.final) + len(imported.drafts)
    drafts = len(imported.drafts)
    if not drafts:
        text = ngettext("{n} interview was imported.", "{n} interviews were imported.", count)
    elif drafts == count:
        text = ngettext("{n} interview was imported as a draft.", "{n} interviews were imported as drafts.", count)
    else:
        text = ngettext(
            "{n} interview was imported, of these as draft: {drafts}.",
            "{n} interviews were imported, of these as drafts: {drafts}.",
            count,
        )
    yield Notice("table.imported", text.format(n=count, drafts=drafts))
    if known := found.number("known"):
        text = ngettext("{n} row was imported before.", "{n} rows were imported before.", known)
        yield Notice("table.known", text.format(n=known))
    if refused := found.number("refused"):
        text = ngettext("{n} row was refused.", "{n} rows were refused.", refused)
        yield Notice("table.refused", text.format(n=refused), "warning")

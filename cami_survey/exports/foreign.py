"""Tables of answers that came from elsewhere: whose they are, and which row of a repeat belongs to which interview.

KoboToolbox numbers rows in `_index` and names the parent in `_parent_index`; ODK Central, Briefcase and our `.odk.zip`
name rows in `KEY` and `PARENT_KEY`; ODK Aggregate writes `null` where nothing is and has no repeats; our workbooks have
`_record` and the keys of repeats. Sources: the exporters kobotoolbox/formpack, getodk/central-backend, getodk/briefcase
and getodk/aggregate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from glob import escape
from pathlib import Path
from typing import Literal

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _
from cami_survey.exports import returned
from cami_survey.exports.backcells import text_of
from cami_survey.exports.mediafiles import MediaFiles, media_in
from cami_survey.exports.spreadsheets import Cell, Lines, holds_csv, read_sheets

Program = Literal["cami", "kobo", "odk", "table"]
KEY, PARENT_KEY = "KEY", "PARENT_KEY"
INDEX, PARENT_INDEX, PARENT_TABLE = "_index", "_parent_index", "_parent_table_name"
# What an interview is known by, best first: what stays the same when it is edited there comes before what changes.
AGGREGATE = ("*meta-instance-id*", "meta:instanceID")
IDENTITIES = (KEY, "meta/rootUuid", "_uuid", "meta/instanceID", "meta-instanceID", "instanceID", *AGGREGATE, "_id")
INSTANCES = ("meta-instanceID", "meta/instanceID", "_uuid", "instanceID", *AGGREGATE, KEY)
MOMENTS = ("SubmissionDate", "_submission_time", "*meta-submission-date*", "_changed")
# Sheets that an ODK export of ours has besides the answers.
BESIDE = {"codebook", "conflicts", "provenance"}
SHORTENED = ("...", "…")


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its number in the sheet, what names it among all rows, and the row that it belongs to."""

    number: int
    cells: list[Cell]
    name: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class ForeignSheet:
    """One table. `paths`: column -> path and code of the question, where a codebook says it; no path for the record's.

    `identity` is the column that says which interview it is, however often it was edited, `instance` the one with its
    ID of now, `moment` the one that says when it was sent.
    """

    name: str
    titles: tuple[str, ...]
    lines: list[Line]
    paths: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    identity: int | None = None
    instance: int | None = None
    moment: int | None = None


@dataclass(frozen=True, slots=True)
class ForeignBook:
    """The tables of a file: those of interviews, those of repeats, and the names of others that hold rows.

    `media` are the attached files that came along. A book is `alone` where it is one CSV file with no others of its
    name beside it: rows of repeats would be in these.
    """

    file: str
    program: Program
    mains: list[ForeignSheet]
    inner: list[ForeignSheet]
    others: tuple[str, ...] = ()
    media: MediaFiles | None = None
    alone: bool = False


def read(source: Path, media: Path | None = None) -> ForeignBook:
    """UserError for what is no table, for one without rows, and where `media`, a zip or folder of files, is neither."""
    book = _read(source)
    if media is None and book.program == "odk" and holds_csv(source):
        media = source
    alone = source.suffix.casefold() == ".csv" and not _beside(source)
    return replace(book, media=media_in(media) if media is not None else None, alone=alone)


def _beside(source: Path) -> list[Path]:
    """The CSV files that ODK Briefcase writes for the repeats of a form beside that of the form."""
    return sorted(file for file in source.parent.glob(f"{escape(source.stem)}-*.csv") if file.is_file())


def _read(source: Path) -> ForeignBook:
    sheets = _with_repeats(source, {name: lines for name, lines in read_sheets(source).items() if len(lines) > 1})
    if not sheets:
        text = _("{name} has no rows below a heading.").format(name=source.name)
        raise UserError("table.empty", text, where=source.name)
    ours = returned.found_in(sheets)
    if ours is not None and any(sheet.column(returned.RECORD) is not None for sheet in ours.sheets):
        return _of_ours(source.name, _bare(ours) if holds_csv(source) else ours)
    titles = {name: [text_of(cell).strip() for cell in lines[0]] for name, lines in sheets.items()}
    if any(KEY in heads and _is_odk(heads) for heads in titles.values()):
        return _of_odk(source.name, sheets, titles)
    if any("_uuid" in heads or PARENT_INDEX in heads for heads in titles.values()):
        return _of_kobo(source.name, sheets, titles)
    first, *others = sheets
    plain = [_sheet(first, sheets[first], titles[first])]
    if set(AGGREGATE) & set(titles[first]):
        return ForeignBook(source.name, "odk", [_without_null(plain[0])], [], tuple(others))
    return ForeignBook(source.name, "table", plain, [], tuple(others))


def _with_repeats(source: Path, sheets: dict[str, Lines]) -> dict[str, Lines]:
    """The sheets, and those of the repeats: ODK Briefcase writes them into files of their own beside the first."""
    if list(sheets) != [source.stem] or KEY not in sheets[source.stem][0]:
        return sheets
    read = {name: lines for file in _beside(source) for name, lines in read_sheets(file).items() if len(lines) > 1}
    return sheets | {name: lines for name, lines in read.items() if PARENT_KEY in lines[0]}


def _without_null(sheet: ForeignSheet) -> ForeignSheet:
    for line in sheet.lines:
        line.cells[:] = [None if cell == "null" else cell for cell in line.cells]
    return sheet


def _bare(ours: returned.Returned) -> returned.Returned:
    """Our CSV files without the apostrophe before what a spreadsheet could take for a formula."""
    for sheet in ours.sheets:
        for line in sheet.lines:
            line[:] = [cell.removeprefix("'") if isinstance(cell, str) else cell for cell in line]
    return ours


def _is_odk(titles: Sequence[str]) -> bool:
    return bool({"SubmissionDate", "meta-instanceID", "ReviewState", "FormVersion", PARENT_KEY} & set(titles))


def _sheet(
    name: str,
    lines: Lines,
    titles: Sequence[str],
    naming: Callable[[list[Cell]], tuple[str, str]] = lambda _cells: ("", ""),
) -> ForeignSheet:
    found = [
        Line(number, cells, *naming(cells))
        for number, cells in enumerate(lines[1:], 2)
        if any(cell is not None for cell in cells)
    ]
    known, now, sent = (_first(names, titles) for names in (IDENTITIES, INSTANCES, MOMENTS))
    return ForeignSheet(name, tuple(titles), found, identity=known, instance=now, moment=sent)


def _first(names: Sequence[str], titles: Sequence[str]) -> int | None:
    return next((titles.index(name) for name in names if name in titles), None)


def _of_odk(file: str, sheets: Mapping[str, Lines], titles: Mapping[str, list[str]]) -> ForeignBook:
    def read_one(name: str) -> ForeignSheet:
        heads = titles[name]
        key, parent = heads.index(KEY), heads.index(PARENT_KEY) if PARENT_KEY in heads else None
        return _sheet(
            name,
            sheets[name],
            heads,
            lambda cells: (text_of(cells[key]), text_of(cells[parent]) if parent is not None else ""),
        )

    mains = [read_one(name) for name, heads in titles.items() if KEY in heads and PARENT_KEY not in heads]
    inner = [read_one(name) for name, heads in titles.items() if KEY in heads and PARENT_KEY in heads]
    others = [name for name, heads in titles.items() if KEY not in heads and name not in BESIDE]
    return ForeignBook(file, "odk", mains, inner, tuple(others))


def _of_kobo(file: str, sheets: Mapping[str, Lines], titles: Mapping[str, list[str]]) -> ForeignBook:
    outer = [name for name, heads in titles.items() if PARENT_INDEX not in heads]

    def read_one(name: str) -> ForeignSheet:
        heads = titles[name]
        index = heads.index(INDEX) if INDEX in heads else None
        parent = heads.index(PARENT_INDEX) if PARENT_INDEX in heads else None
        table = heads.index(PARENT_TABLE) if PARENT_TABLE in heads else None

        def naming(cells: list[Cell]) -> tuple[str, str]:
            own = f"{name}\n{text_of(cells[index])}" if index is not None else ""
            if parent is None:
                return own, ""
            above = _cut_to(text_of(cells[table]) if table is not None else "", sheets) or next(iter(outer), "")
            return own, f"{above}\n{text_of(cells[parent])}"

        return _sheet(name, sheets[name], heads, naming)

    known = next((name for name in outer if "_uuid" in titles[name]), next(iter(outer), ""))
    inner = [read_one(name) for name in titles if name not in outer]
    others = tuple(name for name in outer if name != known)
    return ForeignBook(file, "kobo", [read_one(known)] if known else [], inner, others)


def _cut_to(table: str, sheets: Mapping[str, Lines]) -> str:
    """The sheet of a table, whose name may be longer than Excel lets sheets be called."""
    return next((name for name in sheets if is_called(name, table)), "")


def is_called(sheet: str, table: str) -> bool:
    """Whether a sheet has this name, whole or cut to what Excel allows."""
    stem = sheet
    for mark in SHORTENED:
        stem = stem.removesuffix(mark)
    return bool(table) and (sheet == table or (len(sheet) >= 28 and table.startswith(stem)))


def _of_ours(file: str, ours: returned.Returned) -> ForeignBook:
    mains: list[ForeignSheet] = []
    inner: list[ForeignSheet] = []
    for sheet in ours.sheets:
        at = sheet.column(returned.RECORD)
        if at is None:
            continue
        around = [at, *sheet.keys]

        def naming(cells: list[Cell], around: list[int] = around) -> tuple[str, str]:
            parts = [text_of(cells[column]) for column in around]
            return "\n".join(parts), "\n".join(parts[:-1])

        titles = [text_of(cell).strip() for cell in sheet.lines[0]]
        plain = _sheet(sheet.name, sheet.lines, titles, naming)
        paths = {column: (heading.path, heading.code) for column, heading in sheet.columns.items()}
        found = replace(plain, paths=paths, identity=at, moment=sheet.column(returned.CHANGED))
        (inner if sheet.keys else mains).append(found)
    return ForeignBook(file, "cami", mains, inner)

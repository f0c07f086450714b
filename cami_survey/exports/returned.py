"""An exported workbook that comes back: which sheet is which table, which column which answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _
from cami_survey.exports.backcells import text_of
from cami_survey.exports.cells import cut, visible
from cami_survey.exports.sheetnames import SheetNames
from cami_survey.exports.spreadsheets import Lines, read_sheets

HEADING = 255
RECORD, CHANGED = "_record", "_changed"
_PAGE = re.compile(r"( \+\d+)?( \(\d+\))?$")
_IN_BRACKETS = re.compile(r"\[([^\[\]]+)\]$")
_EXPORTED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d:\d\d")
_TABLE, _NAME, _TYPE, _CODE, _FIRST_LABEL = range(5)


@dataclass(frozen=True, slots=True)
class Heading:
    """What a column holds: the question at `path`, or of several choices the one with `code`; no path for `_record`."""

    name: str
    path: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class ReturnedSheet:
    """A sheet of answers. `columns`: position -> heading; `unknown` are headings that the codebook does not have,
    `beside` those of the labels that an export writes beside its answers.
    """

    name: str
    columns: dict[int, Heading]
    unknown: tuple[str, ...]
    beside: tuple[str, ...]
    lines: Lines

    def column(self, name: str) -> int | None:
        """Where the column with this name stands."""
        return next((at for at, heading in self.columns.items() if heading.name == name), None)

    @property
    def keys(self) -> list[int]:
        """The columns that name repeat instances, outermost first."""
        return [at for at, heading in self.columns.items() if not heading.path and _is_key(heading.name)]


def _is_key(name: str) -> bool:
    return name.startswith("_") and re.search(r"_key\d*$", name) is not None


@dataclass(frozen=True, slots=True)
class Returned:
    """The sheets of answers of a workbook, and when it says it was exported."""

    sheets: list[ReturnedSheet]
    exported: datetime | None


@dataclass(slots=True)
class _Known:
    """The columns of one table by their names, and by their labels in each language of the codebook."""

    names: dict[str, Heading] = field(default_factory=dict)
    labels: list[dict[str, list[Heading]]] = field(default_factory=list)
    split: dict[str, tuple[str, list[str]]] = field(default_factory=dict)

    def add(self, heading: Heading, labels: Sequence[str]) -> None:
        """One column; a label that a language lacks is said in the first that has one."""
        self.names[heading.name] = heading
        self.labels.extend({} for _more in labels[len(self.labels) :])
        otherwise = next(filter(None, labels), "") or heading.name
        for spoken, label in zip(self.labels, labels, strict=False):
            spoken.setdefault(_shown(label or otherwise), []).append(heading)

    def named(self, title: str) -> Heading | None:
        """The column with this name; one of a choice that the codebook does not list is known by its question."""
        if title in self.names:
            return self.names[title]
        stem, slash, code = title.rpartition("/")
        if slash and stem in self.split:
            return Heading(title, self.split[stem][0], code)
        return None

    def spoken(self, titles: Sequence[str]) -> dict[str, list[Heading]]:
        """The labels in the language of these titles."""
        return max(self.labels, key=lambda labels: sum(title in labels for title in titles), default={})

    def labelled(self, title: str, titles: Sequence[str]) -> Heading | None:
        """The column with this label, or with this label and its name in brackets."""
        if (bracket := _IN_BRACKETS.search(title)) and (heading := self.named(bracket[1])):
            return heading
        found = [one for one in self.spoken(titles).get(title, ()) if f"{title} [{one.name}]" not in titles]
        if found:
            return found[0] if len(found) == 1 else None
        for name, (path, labels) in self.split.items():
            for label in filter(None, labels):
                if title.startswith(f"{label}: "):
                    code = title.removeprefix(f"{label}: ")
                    return Heading(f"{name}/{code}", path, code)
        return self.named(title)


def _shown(label: str) -> str:
    return cut(visible(" ".join(label.split())), HEADING)


def read(source: Path) -> Returned:
    """UserError for what is no workbook, or none that was exported from a survey with its codebook."""
    found = found_in(read_sheets(source))
    if found is None:
        raise UserError(
            "corrections.no-codebook",
            _("{name} is not an exported workbook: it has no sheet with the codebook.").format(name=source.name),
            advice=_("Correct in a workbook that this program exported, and keep all of its sheets."),
            where=source.name,
        )
    if not any(sheet.column(RECORD) is not None for sheet in found.sheets):
        raise UserError(
            "corrections.no-record",
            _("No sheet of {name} has the column _record, so nobody can tell which interview a row is.").format(
                name=source.name
            ),
            advice=_("Export again and correct without taking columns away."),
            where=source.name,
        )
    return found


def found_in(sheets: Mapping[str, Lines]) -> Returned | None:
    """The sheets of answers among these; None where no sheet is the codebook of an export."""
    codebook = next((name for name, lines in sheets.items() if _path_column(lines) is not None), None)
    if codebook is None:
        return None
    tables = _tables(sheets[codebook])
    names = SheetNames()
    # A sheet may have its name cut, a file has the whole.
    by_sheet = {table.casefold(): known for table, known in tables.items()}
    by_sheet |= {names.take(table).casefold(): known for table, known in tables.items()}
    found: list[ReturnedSheet] = []
    others: list[Lines] = []
    for name, lines in sheets.items():
        known = by_sheet.get(_PAGE.sub("", name).casefold()) if name != codebook else None
        if known is not None and lines:
            found.append(_sheet(name, lines, known))
        elif name != codebook:
            others.append(lines)
    return Returned(found, next(filter(None, map(_exported, others)), None))


def _path_column(lines: Lines) -> int | None:
    """The column with places in the form, if these are the lines of a codebook."""
    if len(lines) < 2 or len(lines[0]) < _FIRST_LABEL + 2 or not any(line[_TYPE] == "record" for line in lines):
        return None
    paths = [at for at in range(_FIRST_LABEL, len(lines[0])) if any(str(line[at] or "")[:1] == "/" for line in lines)]
    return paths[-1] if paths else None


def _tables(lines: Lines) -> dict[str, _Known]:
    tables: dict[str, _Known] = {}
    place = _path_column(lines)
    assert place is not None
    around = Heading("")
    titles: list[str] = []
    for line in lines[1:]:
        table, name, kind, code = (text_of(line[at]) for at in (_TABLE, _NAME, _TYPE, _CODE))
        if not table or not name:
            continue
        known = tables.setdefault(table, _Known())
        labels = [text_of(line[at]) for at in range(_FIRST_LABEL, max(place - 2, _FIRST_LABEL + 1))]
        if kind == "choice":
            if around.name.endswith("/*") and code:
                both = [
                    ": ".join(filter(None, (title or _first(titles), label or _first(labels) or code)))
                    for title, label in zip(titles, labels, strict=True)
                ]
                known.add(Heading(f"{around.name[:-1]}{code}", around.path, code), both)
        elif path := text_of(line[place]):
            around, titles = Heading(name, path), labels
            if name.endswith("/*"):
                known.split[name[:-2]] = path, labels
            else:
                known.add(around, labels)
        else:
            known.add(Heading(name), labels)
    return tables


def _first(labels: Sequence[str]) -> str:
    return next(filter(None, labels), "")


def _sheet(name: str, lines: Lines, known: _Known) -> ReturnedSheet:
    titles = [text_of(cell).strip() for cell in lines[0]]
    by_name = RECORD in titles
    columns: dict[int, Heading] = {}
    unknown: list[str] = []
    beside: list[str] = []
    for at, title in enumerate(titles):
        if not title:
            continue
        heading = known.named(title) if by_name else known.labelled(title, titles)
        if heading is None and by_name and known.named(title.partition("::")[0]) is not None:
            beside.append(title)
        elif heading is None or heading in columns.values():
            unknown.append(title)
        else:
            columns[at] = heading
    return ReturnedSheet(name, columns, tuple(unknown), tuple(beside), lines)


def _exported(lines: Lines) -> datetime | None:
    texts: Iterator[str] = (text_of(cell) for line in lines if len(line) <= 4 for cell in line[1:2])
    return next((datetime.fromisoformat(text) for text in texts if _EXPORTED.fullmatch(text)), None)

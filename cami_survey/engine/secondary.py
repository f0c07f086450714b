"""Secondary instances: lists inside the form, and CSV, XML and GeoJSON files beside it."""

from __future__ import annotations

import csv
import glob
import io
import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from hashlib import sha256
from pathlib import Path

from cami_survey.base import system_errors
from cami_survey.base.collecting import paused
from cami_survey.base.texts import _
from cami_survey.engine.errors import refuse
from cami_survey.engine.geojson import features_root
from cami_survey.engine.lexical import FORBIDDEN
from cami_survey.engine.tree import DOCUMENT, ELEMENT, NO_NODES, Node, element_name, make_element, string_value
from cami_survey.engine.xml import parse_xml, static_document
from cami_survey.engine.xpath.static import Numbered, StaticNode
from cami_survey.engine.xpath.values import text_to_number

Media = Mapping[str, Path | bytes] | Path | None
MEDIA_COLUMNS = frozenset({"image", "big-image", "audio", "video"})
LARGEST_FILE = 500_000_000
ITEMSETS = "itemsets.csv"
LIST_NAME = "list_name"
END = "\x00"  # a line behind the last, which no text of a table holds


PRIMARY = Node(DOCUMENT)  # stands for the form's own data among the lists


class TableRow(Node):
    """A row of a table: its place and its texts. Cells become nodes, and what all rows share is set, when somebody
    looks: a filter may let a hundred thousand through.
    """

    __slots__ = ("cells", "table")

    cells: tuple[str, ...]
    table: Table

    def __getattr__(self, name: str) -> object:
        if name == "children":
            self.children = []
            for column, text in zip(self.table.columns, self.cells, strict=False):
                make_element(column, self, text)
            return self.children
        if name not in OF_EACH_ROW:
            raise AttributeError(name)
        setattr(self, name, OF_EACH_ROW[name])
        return OF_EACH_ROW[name]


OF_EACH_ROW: dict[str, object] = {
    "_number": None,
    "_positions": None,
    "attributes": NO_NODES,
    "kind": ELEMENT,
    "name": "item",
    "named": None,
    "prefix": "",
    "text": "",
    "uri": "",
}


def cell(row: Node, column: str) -> str | None:
    """The text of a child by name; None without one."""
    if isinstance(row, TableRow):
        place = row.table.places.get(column)
        return None if place is None or place >= len(row.cells) else row.cells[place]
    found = row.children_named(column)
    return string_value(found[0]) if found else None


def cells(rows: list[Node], column: str) -> list[str]:
    """The texts of the children of that name, one for each row, empty without one."""
    table = rows[0].table if rows and isinstance(rows[0], TableRow) else None
    if table is None or column not in table.places:
        return [cell(row, column) or "" for row in rows]
    place = table.places[column]
    return [
        row.cells[place]
        if type(row) is TableRow and row.table is table and place < len(row.cells)
        else cell(row, column) or ""
        for row in rows
    ]


class Table(StaticNode):
    """The `root` of a CSV file: columns and rows of text. A row becomes a node when somebody looks."""

    __slots__ = ("_made", "_texts", "columns", "has_media", "places", "rows")

    def __init__(self, columns: list[str], rows: list[tuple[str, ...]]) -> None:
        super().__init__(ELEMENT, "root")
        self.columns = columns
        self.places = {column: place for place, column in reversed(list(enumerate(columns)))}
        self.has_media = not MEDIA_COLUMNS.isdisjoint(columns)
        self.rows = rows
        self._made: dict[int, TableRow] = {}
        self._texts: dict[str, dict[str, tuple[int, ...]]] = {}
        del self.children, self.named

    def __getattr__(self, name: str) -> object:
        if name == "children":
            self.children = self.rows_at(range(len(self.rows)))
            return self.children
        if name == "named":
            self.named = {"item": self.children}
            return self.named
        raise AttributeError(name)

    def rows_at(self, places: Iterable[int]) -> list[Node]:
        """The rows with these numbers (from 0), in that order."""
        made, make = self._made, self._row
        with paused():
            return [made.get(place) or make(place) for place in places]

    def _row(self, place: int) -> TableRow:
        row = self._made[place] = TableRow.__new__(TableRow)
        row.parent = row.table = self
        row._place = place
        row.cells = self.rows[place]
        return row

    def texts(self, column: str) -> dict[str, tuple[int, ...]]:
        """Each text of a column with the numbers of its rows; rows too short for the column are missing."""
        known = self._texts.get(column)
        if known is None:
            with paused():
                known = self._texts[column] = self._find_texts(column)
        return known

    def _find_texts(self, column: str) -> dict[str, tuple[int, ...]]:
        place = self.places.get(column)
        if place is None:
            return {}
        texts = [cells[place] for cells in self.rows if place < len(cells)]
        if len(set(texts)) == len(self.rows):
            return {text: (number,) for number, text in enumerate(texts)}
        found: defaultdict[str, list[int]] = defaultdict(list)
        for number, cells in enumerate(self.rows):
            if place < len(cells):
                found[cells[place]].append(number)
        return {text: tuple(numbers) for text, numbers in found.items()}

    def rows_with(self, row: str, column: str, text: str) -> list[Node]:
        return self.rows_at(self.texts(column).get(text, ())) if row == "item" else []

    def _number_index(self, row: str, column: str, zone: tzinfo | None) -> dict[float, list[Node]]:
        known = self._number_indexes.get((row, column))
        if known is None:
            places: dict[float, list[int]] = {}
            for text, numbers in self.texts(column).items() if row == "item" else ():
                places.setdefault(text_to_number(text, zone), []).extend(numbers)
            known = {number: self.rows_at(sorted(found)) for number, found in places.items()}
            self._number_indexes[row, column] = known
        return known

    @property
    def size(self) -> int:
        return len(self.rows)

    def numbered(self, row: str, column: str) -> Numbered | None:
        return None if row != "item" or self.columns.count(column) > 1 else self.texts(column)


def document_of(element: Node) -> Node:
    """A document node above `element`."""
    document = Node(DOCUMENT)
    document.append(element)
    return document


# Python's reader of CSV stops at 131,072 characters in a cell unless it is told otherwise.
MOST_IN_A_CELL = 10_000_000
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def encoding_of(content: bytes) -> str:
    """The encoding of a text: UTF-8, or UTF-16 as of Excel's “Unicode text”, which some programs write without mark."""
    if content.startswith(UTF_16_MARKS):
        return "utf-16"
    if content[:1] == b"\0" != content[1:2]:
        return "utf-16-be"
    return "utf-16-le" if content[1:2] == b"\0" != content[:1] else "utf-8-sig"


def is_unicode(content: bytes) -> bool:
    """Whether all letters of a text can be read."""
    try:
        content.decode(encoding_of(content))
    except UnicodeDecodeError:
        return False
    return True


def from_csv(content: bytes, name: str) -> Node:
    """A table of `item` rows; the separator is a comma, a semicolon or a tab."""
    return document_of(_table(content, name))


def _table(content: bytes, name: str) -> Table:
    text = content.decode(encoding_of(content), errors="replace")
    if FORBIDDEN.search(text):
        text = FORBIDDEN.sub("", text)  # no answer can hold it, so that nobody could choose the row
    csv.field_size_limit(MOST_IN_A_CELL)
    rows = _rows(*_separated(text.replace("\r\n", "\n").replace("\r", "\n")), name)
    columns = [element_name(header) for header in rows[0]] if rows else []
    return Table(columns, [_filled(row, len(columns)) for row in rows[1:]])


def _separated(text: str) -> tuple[str, str]:
    """The text and its separator, which Excel may tell in a line before it (`sep=;`)."""
    first_line, _end, rest = text.partition("\n")
    if first_line[:4] == "sep=" and len(first_line) == 5:
        return f"\n{rest}", first_line[4]
    return text, next((mark for mark in ",;\t" if mark in _outside_quotes(first_line)), ",")


def _rows(text: str, separator: str, name: str) -> list[tuple[str, ...]]:
    """The rows that hold anything: a spreadsheet may end in hundreds of separators alone.

    FormError where a quotation mark is left open: lines that follow would be one cell. Words beside the quotation marks
    of a cell (`"so called" herd`) are let be where the cell is in one line.
    """
    for strict in (True, False):
        reader = csv.reader(itertools.chain(io.StringIO(text), [END]), delimiter=separator, strict=strict)
        rows: list[tuple[str, ...]] = []
        begun = start = 1
        try:
            for row in reader:
                if row == [END]:
                    return rows
                if any(row):
                    rows.append(tuple(row))
                begun, start = start, reader.line_num + 1
        except csv.Error:
            begun = start
        if reader.line_num > start:
            break
    sentence = _(
        "{name} cannot be read as CSV: the cell that begins in line {line} has a quotation mark that stays open."
    )
    raise refuse(sentence.format(name=name, line=begun), "form.media")


def _filled(row: tuple[str, ...], width: int) -> tuple[str, ...]:
    """The row with an empty text for each cell that it leaves out at its end."""
    return row if len(row) >= width else (*row, *[""] * (width - len(row)))


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def file_name(source: str) -> str:
    """The name of the file that a `jr://` address means; `pulldata('trees.csv', ...)` asks for `trees.csv.csv`."""
    name = source.rpartition("/")[2]
    return name.removesuffix(".csv") if name.endswith(".csv.csv") else name


def find_media(media: Media, name: str) -> bytes | None:
    """The content of a file beside the form, by its name; None where there is none."""
    if media is None or not name:
        return None
    if isinstance(media, Path):
        held: Path | bytes | None = _in_folder(media, name)
    else:
        held = next((held for key, held in media.items() if key.rpartition("/")[2] == name), None)
    return _content(held, name) if isinstance(held, Path) else held


def _in_folder(folder: Path, name: str) -> Path | None:
    """The file of exactly this name in a folder or below; None also for what no file can be called."""
    try:
        return next((path for path in folder.rglob(glob.escape(name)) if path.is_file()), None)
    except (OSError, ValueError):
        return None


def _content(path: Path, name: str) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise refuse(_("{name} is larger than 500 MB.").format(name=name), "form.too-large")
        return path.read_bytes()
    except OSError as error:
        text = _("{name} cannot be read: {reason}.")
        raise refuse(text.format(name=name, reason=system_errors.in_words(error)), "form.unreadable") from error


def read_media(content: bytes, name: str) -> Node:
    """The document of an external file, by its ending and its first character."""
    if name.endswith(".geojson") or (name.endswith(".json") and b"FeatureCollection" in content[:2000]):
        return document_of(features_root(content, name))
    if name.endswith(".xml") or content.lstrip()[:1] == b"<":
        return static_document(parse_xml(content, name))
    return from_csv(content, name)


@dataclass(slots=True)
class Outside:
    """The lists of a form that come from files beside it.

    `files`: list -> file. `listed`: lists of `select_one_external`. `asked`: file -> digest of what it held,
    empty where it was not there.
    """

    files: dict[str, str] = field(default_factory=dict)
    listed: tuple[str, ...] = ()
    asked: dict[str, str] = field(default_factory=dict)

    def find(self, name: str, media: Media) -> bytes | None:
        """The content of a file beside the form; that it was asked for is noted."""
        content = find_media(media, name)
        self.asked[name] = digest(content)
        return content

    @property
    def lists(self) -> tuple[str, ...]:
        """The names of all these lists."""
        return (*self.files, *self.listed)

    def contents(self, media: Media) -> dict[str, bytes | None] | None:
        """What all these files hold; None where other files are beside the form than there were, or others' content."""
        content = {name: find_media(media, name) for name in self.asked}
        return content if all(digest(content[name]) == known for name, known in self.asked.items()) else None

    def document(self, listed: str, content: Mapping[str, bytes | None]) -> Node:
        """The document of one of these lists; FormError for a file that cannot be read."""
        if listed in self.listed:
            return read_listed([listed], content.get(ITEMSETS))[listed]
        name = self.files[listed]
        held = content[name]
        return Node(ELEMENT) if held is None else read_media(held, name)


def digest(content: bytes | None) -> str:
    """What tells the content of a file from any other; empty for none."""
    return "" if content is None else sha256(content).hexdigest()


def read_listed(names: Iterable[str], content: bytes | None) -> dict[str, Node]:
    """Lists of `select_one_external`, taken from `itemsets.csv`; empty ones without that file."""
    if content is None:
        return {name: Node(ELEMENT) for name in names}
    table = _table(content, ITEMSETS)
    if LIST_NAME not in table.columns:
        return {name: document_of(Table(table.columns, table.rows)) for name in names}
    rows = table.texts(LIST_NAME)
    return {
        name: document_of(Table(table.columns, [table.rows[place] for place in rows.get(name, ())])) for name in names
    }

"""The interview list as a Qt model: rows are fetched in pages as they are seen and forgotten again.

Headings of days stand between the records; they come from counts per day, so no record is read for them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from cami_survey.base.form_words import form_title, spoken_language
from cami_survey.base.records import RecordFilter, RecordRow
from cami_survey.base.texts import _, ngettext
from cami_survey.ui import words
from cami_survey.ui.kit.table import CELL, Cell

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
# Two screens of rows: a search reads no more than is seen at once.
PAGE = 40
PAGES_KEPT = 50
INTERVIEW, PLACE, LANGUAGE, STATE, CHANGED = range(5)
RECORD = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren


@dataclass(frozen=True, slots=True)
class Query:
    """What the list shows."""

    filter: RecordFilter = "all"
    search: str = ""
    form_id: str = ""


class Source(Protocol):
    """Where rows come from; a survey file."""

    def rows(
        self, filter: RecordFilter = ..., search: str = ..., form_id: str = ..., offset: int = ..., limit: int = ...
    ) -> list[RecordRow]:
        """Rows newest change first."""


@dataclass(frozen=True, slots=True)
class Group:
    """A heading and the run of records under it. `row` is the heading's own row, `offset` the first record."""

    words: str
    row: int
    offset: int
    count: int


def grouped(days: Sequence[tuple[date, int]], today: date) -> list[Group]:
    """Days, newest first, gathered under their headings."""
    groups: list[Group] = []
    month, of_month = (0, 0), ""
    for day, count in days:
        recent = (today - day).days < 2
        if not recent and (day.year, day.month) != month:
            month, of_month = (day.year, day.month), words.period(day, today)
        heading = words.period(day, today) if recent else of_month
        if groups and groups[-1].words == heading:
            last = groups[-1]
            groups[-1] = Group(heading, last.row, last.offset, last.count + count)
        else:
            offset = groups[-1].offset + groups[-1].count if groups else 0
            groups.append(Group(heading, offset + len(groups), offset, count))
    return groups


class InterviewsModel(QAbstractTableModel):
    """`narrow` folds place and language under the code."""

    def __init__(self, source: Source, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source = source
        self.query = Query()
        self.narrow = False
        self.groups: list[Group] = []
        self._starts: list[int] = []
        self._pages: OrderedDict[int, list[RecordRow]] = OrderedDict()
        self._cells: dict[int, list[Cell]] = {}
        self._rows = 0

    def show(self, query: Query, days: Sequence[tuple[date, int]], first: list[RecordRow] | None = None) -> None:
        """Show what `query` finds; `days` counts it, `first` is its first page if that is known."""
        self.beginResetModel()
        self.query = query
        self.groups = grouped(days, date.today())
        self._starts = [group.row for group in self.groups]
        self._rows = self.total() + len(self.groups)
        self._pages.clear()
        self._cells.clear()
        if first is not None:
            self._pages[0] = first
        self.endResetModel()

    def total(self) -> int:
        """How many records there are."""
        return self.groups[-1].offset + self.groups[-1].count if self.groups else 0

    def kept(self) -> int:
        """How many pages are in memory."""
        return len(self._pages)

    def _group(self, row: int) -> Group:
        return self.groups[bisect_right(self._starts, row) - 1]

    def is_heading(self, row: int) -> bool:
        """Whether a row is a heading."""
        return 0 <= row < self._rows and self._group(row).row == row

    def record_at(self, row: int) -> RecordRow | None:
        """The record in a row; None for a heading or outside of the list."""
        if not 0 <= row < self._rows:
            return None
        group = self._group(row)
        if group.row == row:
            return None
        number = group.offset + row - group.row - 1
        page = self._page(number // PAGE)
        return page[number % PAGE] if number % PAGE < len(page) else None

    def row_of(self, record: str) -> int:
        """The row of a record among the pages in memory, -1 if it is not there."""
        for number, page in self._pages.items():
            for place, row in enumerate(page):
                if row.record == record:
                    return self._row_of_number(number * PAGE + place)
        return -1

    def _row_of_number(self, number: int) -> int:
        offsets = [group.offset for group in self.groups]
        return number + bisect_right(offsets, number) if offsets else -1

    def _page(self, number: int) -> list[RecordRow]:
        if number in self._pages:
            self._pages.move_to_end(number)
            return self._pages[number]
        query = self.query
        rows = self.source.rows(query.filter, query.search, query.form_id, number * PAGE, PAGE)
        self._pages[number] = rows
        if len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        return rows

    # ---- Qt

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else 5

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self.is_heading(index.row()):
            return Qt.ItemFlag.NoItemFlags
        return RECORD

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (_("Interview"), _("Place"), _("Language"), _("State"), _("Changed"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or role not in (CELL, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        row = index.row()
        if self.is_heading(row):
            cell = Cell(self._group(row).words, role="header", token="muted", heading=True)
        else:
            cell = self._row_cells(row)[index.column()]
        return cell if role == CELL else cell.words

    def _row_cells(self, row: int) -> list[Cell]:
        if row not in self._cells:
            if len(self._cells) > PAGE * PAGES_KEPT:
                self._cells.clear()
            record = self.record_at(row)
            columns = range(self.columnCount())
            self._cells[row] = [Cell() if record is None else _cell(record, column, self.narrow) for column in columns]
        return self._cells[row]

    def refold(self, narrow: bool) -> None:
        """Fold place and language under the code, or give them their columns again."""
        if self.narrow != narrow and self.rowCount():
            self.narrow = narrow
            self._cells.clear()
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, 4))
        self.narrow = narrow


def mark(row: RecordRow) -> tuple[str, str, bool]:
    """Icon, its colour and whether it is filled: only rows that need a hand carry a filled one."""
    if row.deleted:
        return "trash", "muted", False
    if row.conflicts:
        return "warning", "warn", True
    if row.state == "draft" or row.draft is not None:
        return "circle-half", "accent", True
    if row.summary.note:
        return "minus-circle", "muted", False
    return "check-circle", "good", False


REVIEW_TOKENS = {"issues": "warn", "approved": "good", "rejected": "error"}


def state_cell(row: RecordRow) -> Cell:
    """The state in words."""
    if row.deleted:
        return Cell(_("In the bin"), token="muted")
    if row.conflicts:
        count = ngettext("{count} conflict", "{count} conflicts", row.conflicts)
        return Cell(_("To settle"), count.format(count=words.number(row.conflicts)), token="warn")
    if row.state == "draft" or row.draft is not None:
        summary = row.summary
        if not summary.total:
            return Cell(_("Draft"))
        text = _("Draft · {answered} of {total}").format(
            answered=words.number(summary.answered), total=words.number(summary.total)
        )
        return Cell(text, role="small", share=summary.answered / summary.total)
    if row.summary.note:
        return Cell(words.kept(row.summary.note), token="muted")
    if row.review:
        return Cell(review_words(row.review), _review_detail(row), token=REVIEW_TOKENS.get(row.review, "ink"))
    return Cell(_("Final"))


def review_words(state: str) -> str:
    """The state of a review."""
    words = {"issues": _("Has issues"), "approved": _("Approved"), "rejected": _("Rejected")}
    return words.get(state, _("Received"))


def _review_detail(row: RecordRow) -> str:
    if row.changed_since:
        return _("changed since")
    if row.queries:
        return ngettext("{count} query", "{count} queries", row.queries).format(count=words.number(row.queries))
    return ""


def _cell(row: RecordRow, column: int, narrow: bool) -> Cell:
    summary = row.summary
    if column == INTERVIEW:
        icon, token, filled = mark(row)
        folded = " · ".join(part for part in (summary.place, spoken_language(summary.language)) if part)
        sub = folded if narrow and folded else form_title(row.form_title)
        return Cell(summary.code or _("No code yet"), sub, role="strong", icon=icon, icon_token=token, filled=filled)
    if column == PLACE:
        return Cell(summary.place, summary.place_detail)
    if column == LANGUAGE:
        return Cell(spoken_language(summary.language), words.kept(summary.language_detail))
    if column == STATE:
        return state_cell(row)
    return Cell(words.when(row.changed, headed=True), origin(row))


def origin(row: RecordRow) -> str:
    """Where the last change came from, if that says anything."""
    if not row.this_device:
        return _("from {device}").format(device=row.device_name or row.device[:8])
    return _("this laptop") if row.state == "draft" or row.draft is not None else ""

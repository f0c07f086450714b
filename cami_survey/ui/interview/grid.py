"""The cells of a repeat as a table: model, head in two languages, painting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from cami_survey.base.sealed import shown
from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.interview import digits
from cami_survey.ui.interview.answers.dates import shown_moment
from cami_survey.ui.interview.head import plain
from cami_survey.ui.kit import painting
from cami_survey.ui.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.reading import Reading

Index = QModelIndex | QPersistentModelIndex
ROW, HEAD, PAD = 40, 44, 12
NUMBERS = frozenset({"int", "integer", "decimal"})
MOMENTS = frozenset({"date", "time", "dateTime"})
# The least widths of columns in px at 100 %.
NUMBER_WIDTH, DATE_WIDTH, TEXT_WIDTH, REMOVE_WIDTH = 76, 104, 112, 40
CHOICE_WIDTHS = ((9, 92), (18, 124), (10_000, 156))


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer in its row. `field` is empty where the cell does not exist."""

    field: str = ""
    words: str = ""
    relevant: bool = False
    number: bool = False
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class ColumnHead:
    """The words over a column and what its cells hold."""

    name: str
    label: str
    small: str
    number: bool
    least: int


def column_heads(cells: list[Node], reading: Reading) -> list[ColumnHead]:
    """The heads for the questions of one instance."""
    found = []
    for node in cells:
        small = plain(node.label_in(reading.small)) if reading.small else ""
        label = plain(node.label) or node.name
        found.append(
            ColumnHead(node.name, label, "" if small == label else small, node.type in NUMBERS, least_width(node))
        )
    return found


def least_width(node: Node) -> int:
    """The least width of a column in px at 100 %."""
    if node.control == "select1":
        lengths = sorted(len(choice.label) for choice in node.choices) or [0]
        usual = lengths[len(lengths) * 3 // 4] if len(lengths) > 3 else lengths[-1]
        return next(width for most, width in CHOICE_WIDTHS if usual <= most)
    if node.type in NUMBERS:
        return NUMBER_WIDTH
    return DATE_WIDTH if node.type in ("date", "time") else TEXT_WIDTH


def words_of(node: Node, reading: Reading) -> str:
    """The answer of a node for reading."""
    value = shown(node.text_value)
    if not value:
        return ""
    if node.control == "select1":
        return next((plain(choice.label) or value for choice in node.choices if choice.value == value), value)
    if node.type in NUMBERS:
        return digits.shown(value, reading.locale, local_digits=reading.local_digits)
    if node.control == "input" and node.type in MOMENTS:
        return reading.digits(shown_moment(value, node.type, reading.locale, node.appearance.split()))
    return value


class CellModel(QAbstractTableModel):
    """Rows are instances; the last column takes a row out."""

    def __init__(self, look_up: Callable[[str], Node | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look_up = look_up
        self.heads: list[ColumnHead] = []
        self.rows: list[str] = []
        self.wrong: set[str] = set()
        self.reading: Reading | None = None
        self._cells: dict[tuple[int, int], Cell] = {}

    def show(self, heads: list[ColumnHead], rows: list[str], reading: Reading) -> bool:
        """Show these columns and rows; whether their number or order changed."""
        self._cells.clear()
        self.reading = reading
        changed = [head.name for head in heads] != [head.name for head in self.heads] or rows != self.rows
        if changed:
            self.beginResetModel()
        relabelled = heads != self.heads
        self.heads, self.rows = heads, rows
        if changed:
            self.endResetModel()
        elif relabelled:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(heads))
        return changed

    def forget(self) -> None:
        """Read every cell anew when it is next painted."""
        self._cells.clear()

    def field(self, row: int, column: int) -> str:
        """The field of a cell."""
        return f"{self.rows[row]}/{self.heads[column].name}"

    def node(self, row: int, column: int) -> Node | None:
        """The node of a cell."""
        if not (0 <= row < len(self.rows) and 0 <= column < len(self.heads)):
            return None
        return self._look_up(self.field(row, column))

    def cell(self, row: int, column: int) -> Cell:
        """What a cell shows."""
        found = self._cells.get((row, column))
        if found is None:
            found = self._cells[row, column] = self._read(row, column)
        return found

    def _read(self, row: int, column: int) -> Cell:
        node = self.node(row, column)
        if node is None or self.reading is None:
            return Cell()
        field = self.field(row, column)
        relevant = node.relevant
        return Cell(
            field,
            words_of(node, self.reading) if relevant else "–",
            relevant,
            self.heads[column].number,
            field in self.wrong and relevant,
        )

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 -- Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 -- Qt's own signature
        return 0 if parent.isValid() or not self.heads else len(self.heads) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if index.column() >= len(self.heads):
            words = _("Remove row {number}").format(number=counted(index.row() + 1))
            return words if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole) else None
        cell = self.cell(index.row(), index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.words
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.heads[index.column()].label}: {cell.words}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Vertical or role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.heads[section].label if section < len(self.heads) else ""


class CellPainter(QStyledItemDelegate):
    """Paints a cell; the one with the focus has a ring."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = self.parent()
        model = index.model()
        if not isinstance(view, QTableView) or not isinstance(model, CellModel):
            return
        box = QRect(option.rect)
        rtl = view.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painting.hairline(painter, box.x(), box.bottom(), box.width())
        current = view.currentIndex() == index and view.property("active")
        if index.column() >= len(model.heads):
            self._paint_remove(painter, box, current=bool(current))
            return
        cell = model.cell(index.row(), index.column())
        if cell.wrong:
            painter.fillRect(box.adjusted(0, 0, 0, -1), theme.colour("error_soft"))
        role = "medium" if index.column() == 0 else "body"
        token = "error" if cell.wrong else "ink" if cell.relevant else "faint"
        room = box.adjusted(theme.u(PAD), 0, -theme.u(PAD), 0)
        painting.text(
            painter, room, cell.words, theme.font(role), theme.colour(token),
            side="end" if cell.number else "start", mirrored=rtl,
        )  # fmt: skip
        if current:
            painting.ring(painter, box.adjusted(1, 1, -1, -2), radius=6)

    def _paint_remove(self, painter: QPainter, box: QRect, *, current: bool) -> None:
        side = theme.u(16)
        painting.icon(painter, painting.centred(box, side, side), "trash", "error" if current else "faint")
        if current:
            painting.ring(painter, box.adjusted(1, 1, -1, -2), radius=6)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.u(60), theme.u(ROW))


class HeadRow(QHeaderView):
    """Two lines over each column: the respondent's words, wrapped to two lines at most, and the facilitator's."""

    LINES = 2

    def __init__(self, view: QWidget, model: CellModel) -> None:
        super().__init__(Qt.Orientation.Horizontal, view)
        self._cells = model
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(10)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSectionsClickable(False)

    def height_for(self, widths: list[int]) -> int:
        """The height in px for columns of these widths."""
        line, small = theme.metrics("header"), theme.metrics("detail")
        lines, below = 1, False
        for head, width in zip(self._cells.heads, widths, strict=False):
            room = width - 2 * theme.u(PAD)
            lines = max(lines, min(self.LINES, -(-line.horizontalAdvance(head.label) // max(room, 1))))
            below = below or bool(head.small)
        return line.height() * lines + (small.height() if below else 0) + theme.u(12)

    def sizeHint(self) -> QSize:
        widths = [self.sectionSize(at) for at in range(self.count())]
        return QSize(100, self.height_for(widths))

    def paintSection(self, painter: QPainter, rect: QRect, logical: int) -> None:
        painting.hairline(painter, rect.x(), rect.bottom(), rect.width())
        if logical >= len(self._cells.heads):
            return
        head = self._cells.heads[logical]
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        pad, side = theme.u(PAD), "end" if head.number else "start"
        small = theme.metrics("detail").height() if any(one.small for one in self._cells.heads) else 0
        room = rect.adjusted(pad, theme.u(6), -pad, -theme.u(6))
        label = QRect(room.x(), room.y(), room.width(), room.height() - small)
        words = theme.metrics("header")
        wrap = words.horizontalAdvance(head.label) > label.width()
        shown = _two_lines(head.label, label.width()) if wrap else head.label
        painting.text(
            painter, label, shown, theme.font("header"), theme.colour("muted"), side="end" if head.number else "start",
            mirrored=rtl, wrap=wrap,
        )  # fmt: skip
        below = QRect(room.x(), label.bottom() + 1, room.width(), small)
        painting.text(
            painter, below, head.small, theme.font("detail"), theme.colour("muted"),
            side="end" if side == "end" else "start", mirrored=rtl,
        )  # fmt: skip


def _two_lines(words: str, width: int) -> str:
    """`words` cut so that two lines of `width` px hold them."""
    measures = theme.metrics("header")
    flags = int(Qt.TextFlag.TextWordWrap)
    most = measures.lineSpacing() * HeadRow.LINES + 1
    whole = words
    while words and measures.boundingRect(QRect(0, 0, width, 9_999), flags, words + "…").height() > most:
        shorter = words.rsplit(" ", 1)[0]
        words = shorter if shorter != words else words[:-1]
    words = words if words == whole else words.rstrip(" ,.;:(") + "…"
    # A single word may be wider than the column.
    return " ".join(measures.elidedText(word, Qt.TextElideMode.ElideRight, width) for word in words.split())

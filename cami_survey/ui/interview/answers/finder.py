"""A list of choices that gets shorter while one types: model, painting and keys, for a page, a drop-down or a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QListView, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.interview.answers.choice_list import Option, folded, matching
from cami_survey.ui.kit import SearchField, painting

if TYPE_CHECKING:
    from collections.abc import Iterable

Index = QModelIndex | QPersistentModelIndex
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
LINE, ROWS_SHOWN = 44, 7


class Options(QAbstractListModel):
    """The choices that match what was typed. Rows are handed to the view as it gets to them: Qt lays out every row."""

    AT_ONCE = 100

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.every: list[Option] = []
        self.shown: list[Option] = []
        self.chosen: frozenset[str] = frozenset()
        self._typed = ""
        self._words: list[str] = []
        self._rows = 0

    def set_options(self, found: list[Option]) -> None:
        """Offer other choices."""
        self.beginResetModel()
        self.every = found
        self._words = [folded(one) for one in self.every]
        self._match()
        self.endResetModel()

    def _match(self) -> None:
        self.shown = matching(self.every, self._typed, self._words)
        self._rows = min(len(self.shown), self.AT_ONCE)

    def reach(self, row: int) -> None:
        """Hand over the rows down to this one."""
        if row >= self._rows:
            last = min(max(row + 1, self._rows + self.AT_ONCE), len(self.shown)) - 1
            self.beginInsertRows(QModelIndex(), self._rows, last)
            self._rows = last + 1
            self.endInsertRows()

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._rows < len(self.shown)

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self.reach(self._rows)

    def find(self, typed: str) -> None:
        """Show what matches `typed`."""
        self.beginResetModel()
        self._typed = typed
        self._match()
        self.endResetModel()

    def choose(self, values: Iterable[str]) -> None:
        """Mark these values as chosen."""
        self.chosen = frozenset(values)
        if self.shown:
            self.dataChanged.emit(self.index(0), self.index(self._rows - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 -- Qt's own signature
        return 0 if parent.isValid() else self._rows

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.shown):
            return None
        option = self.shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return option.label
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return option.words
        if role == Qt.ItemDataRole.CheckStateRole:
            on = option.value in self.chosen
            return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
        return None


class Lines(QStyledItemDelegate):
    """Paints a choice: mark, words, second language behind or beneath."""

    def __init__(self, view: QListView, *, many: bool) -> None:
        super().__init__(view)
        self.many = many

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.u(120), theme.u(LINE))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, Options):
            return
        one, view = model.shown[index.row()], self.parent()
        rtl = isinstance(view, QWidget) and view.layoutDirection() == Qt.LayoutDirection.RightToLeft
        box = QRect(option.rect)
        current = isinstance(view, QListView) and view.currentIndex() == index
        chosen = one.value in model.chosen
        if current or chosen:
            shade = theme.colour("accent_soft" if current else "hover")
            painting.body(painter, box.adjusted(4, 1, -4, -1), shade, radius=6)
        if current:
            painting.body(painter, box.adjusted(4, 1, -4, -1), None, theme.colour("accent"), radius=6)
        side = theme.u(18)
        mark = QRect(box.x() + theme.u(14), box.y() + (box.height() - side) // 2, side, side)
        (painting.tick if self.many else painting.radio)(painter, painting.mirrored(box, mark, rtl), chosen)
        left = mark.right() + theme.u(12)
        self._words(painter, box, QRect(left, box.y(), box.right() - left - theme.u(12), box.height()), one, rtl)

    def _words(self, painter: QPainter, box: QRect, room: QRect, one: Option, rtl: bool) -> None:
        length = min(theme.metrics("medium").horizontalAdvance(one.label) + 2, room.width())
        label = QRect(room.x(), room.y(), length, room.height())
        ink = theme.colour("ink")
        painting.text(painter, painting.mirrored(box, label, rtl), one.label, theme.font("medium"), ink, mirrored=rtl)
        rest = QRect(label.right() + theme.M, room.y(), room.right() - label.right() - theme.M, room.height())
        if one.small and rest.width() > theme.u(40):
            painting.text(
                painter, painting.mirrored(box, rest, rtl), one.small, theme.font("small"), theme.colour("muted"),
                mirrored=rtl,
            )  # fmt: skip


def nothing_fits() -> str:
    """What is said where no choice has what was typed."""
    return _("No answer has these letters.")


class _Listing(QListView):
    """The list of what matches; says so where nothing does."""

    def __init__(self, model: Options) -> None:
        super().__init__()
        self.setModel(model)
        self._options = model

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._options.every and not self._options.shown:
            room = self.viewport().rect().adjusted(theme.u(14), 0, -theme.u(14), 0)
            painting.text(
                QPainter(self.viewport()), QRect(room.x(), 0, room.width(), theme.u(LINE)), nothing_fits(),
                theme.font("body"), theme.colour("muted"),
                mirrored=self.layoutDirection() == Qt.LayoutDirection.RightToLeft,
            )  # fmt: skip


class Finder(QWidget):
    """A line to type in and the choices that match.

    `picked` carries the value, `left` that nothing was wanted, `done` that all that was wanted is ticked.
    """

    picked = Signal(str)
    left = Signal()
    done = Signal()

    def __init__(self, *, many: bool = False, framed: bool = True) -> None:
        super().__init__()
        self.many, self._framed = many, framed
        self.search = SearchField(_("Type a part of the answer"), leads_down=False)
        self.model = Options(self)
        self.view = _Listing(self.model)
        self.view.setItemDelegate(Lines(self.view, many=many))
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setAccessibleName(_("Choices"))
        self.view.setCursor(Qt.CursorShape.PointingHandCursor)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(theme.XS)
        column.addWidget(self.search)
        column.addWidget(self.view, 1)
        self.search.changed.connect(self._find)
        self.search.edit.installEventFilter(self)
        self.view.clicked.connect(lambda index: self.pick(index.row()))
        self.setFocusProxy(self.search.edit)
        self.read_only = False

    def offer(self, found: list[Option], chosen: Iterable[str]) -> None:
        """Offer `found`, of which `chosen` are chosen already."""
        if self.model.every is not found and self.model.every != found:
            self.model.set_options(found)
        self.model.choose(chosen)
        self.lead()

    def start(self, typed: str = "") -> None:
        """Begin to search, with what was typed already."""
        self.search.edit.setText(typed)
        self.lead()

    def lead(self) -> None:
        """Lead to what is chosen, else to the first line."""
        if not self.view.currentIndex().isValid() and self.model.shown:
            self.go(max(self.chosen_row(), 0))

    def chosen_row(self) -> int:
        """The line of what is chosen; -1 where it is not seen, and where there may be several."""
        rows = [at for at, one in enumerate(self.model.shown) if one.value in self.model.chosen]
        return rows[0] if rows and not self.many else -1

    def _find(self, typed: str) -> None:
        self.model.find(typed)
        if typed:
            self.go(0)
        else:
            self.lead()
        if not self.model.shown:
            self.search.edit.setAccessibleDescription(nothing_fits())

    def go(self, row: int) -> None:
        """Lead to a line."""
        row = min(max(row, 0), len(self.model.shown) - 1)
        if row >= 0:
            self.model.reach(row)
            self.view.setCurrentIndex(self.model.index(row))
            self.view.scrollTo(self.view.currentIndex())
            words = self.model.shown[row].words
            self.search.edit.setAccessibleDescription(words)

    def pick(self, row: int) -> bool:
        """Pick what stands in a line; whether there is anything to pick."""
        if not 0 <= row < len(self.model.shown) or self.read_only:
            return False
        self.picked.emit(self.model.shown[row].value)
        return True

    def rows_height(self, rows: int) -> int:
        """The height in px with `rows` lines of choices."""
        return theme.target() + theme.XS + rows * theme.u(LINE) + 4

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._take_key(event):
            return True
        return super().eventFilter(watched, event)

    def _take_key(self, event: QKeyEvent) -> bool:
        row = self.view.currentIndex().row()
        key = Qt.Key(event.key())
        page = max(1, self.view.height() // theme.u(LINE) - 1)
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: page, Qt.Key.Key_PageUp: -page}
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return False
        if key in steps:
            self.go(row + steps[key])
            return True
        return self.take_choice_key(key, row, event)

    def take_choice_key(self, key: Qt.Key, row: int, event: QKeyEvent) -> bool:
        """Enter picks, Escape leaves; where many can be chosen and nothing is typed, Space ticks and Enter ends."""
        if key in ENTER and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            if self.many and self.model.chosen and not self.search.text():
                self.done.emit()
            else:
                self.pick(row)
            return True
        if key == Qt.Key.Key_Escape:
            self.left.emit()
            return True
        if key == Qt.Key.Key_Space and self.many and not self.search.text():
            self.pick(row)
            return True
        return False


class FinderPopup(QFrame):
    """A finder that drops down below a field or a cell, over the page. `done` follows `closed` when all is ticked."""

    picked = Signal(str)
    closed = Signal()
    done = Signal()

    def __init__(self, parent: QWidget, *, many: bool = False) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.finder = Finder(many=many)
        self.finder.picked.connect(self._picked)
        self.finder.left.connect(self.close)
        self.finder.done.connect(self.close)
        self.finder.done.connect(self.done)
        self.finder.search.changed.connect(self._fit)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.S, theme.S, theme.S, theme.S)
        column.addWidget(self.finder)
        # Where the popup ends when it stands above its field; it begins below it otherwise.
        self._above: int | None = None

    def _tall(self) -> int:
        rows = min(max(len(self.finder.model.shown), 1), ROWS_SHOWN)
        return self.finder.rows_height(rows) + 2 * theme.S

    def _fit(self) -> None:
        """As tall as what is found, and beside its field as long as the screen has room there."""
        self.resize(self.width(), self._tall())
        screen = self.screen().availableGeometry()
        y = self.y() if self._above is None else self._above - self.height()
        self.move(self.x(), max(min(y, screen.bottom() - self.height()), screen.top()))

    def drop(self, below: QWidget, box: QRect, found: list[Option], chosen: Iterable[str], typed: str = "") -> None:
        """Open below `box` of the widget `below`, above it where there is no room."""
        self.setLayoutDirection(below.layoutDirection())
        self.finder.offer(found, chosen)
        self.finder.start(typed)
        tall = self._tall()
        wide = max(box.width(), theme.u(320))
        at = below.mapToGlobal(box.bottomLeft() + QPoint(0, theme.XS))
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            at.setX(at.x() + box.width() - wide)
        screen = (below.screen() or QGuiApplication.primaryScreen()).availableGeometry()
        self._above = None
        if at.y() + tall > screen.bottom():
            self._above = below.mapToGlobal(box.topLeft()).y() - theme.XS
            at.setY(max(screen.top(), self._above - tall))
        at.setX(min(max(at.x(), screen.left()), max(screen.right() - wide, screen.left())))
        self.setGeometry(at.x(), at.y(), wide, tall)
        self.show()
        self.finder.search.edit.setFocus(Qt.FocusReason.PopupFocusReason)

    def _picked(self, value: str) -> None:
        if not self.finder.many:
            self.hide()
        self.picked.emit(value)
        if self.finder.many:
            self.finder.search.clear()
        else:
            self.close()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painting.body(QPainter(self), self.rect(), theme.colour("raised"), theme.colour("edge"))

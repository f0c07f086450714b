"""The outline: every page with its state and how much of it is answered, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from cami_survey.base.texts import _
from cami_survey.operations.progress import PageState
from cami_survey.ui import theme
from cami_survey.ui.kit import Label, Panel, ScrollArea, painting, row
from cami_survey.ui.kit.button import PaintedButton

MARKS: dict[PageState, tuple[str, str, bool]] = {
    "done": ("check-circle", "good", False),
    "begun": ("circle-half", "accent", False),
    "open": ("circle", "faint", False),
    "wrong": ("warning-circle", "error", True),
    "skipped": ("minus-circle", "muted", False),
}


def state_words(state: PageState) -> str:
    """A state for screen readers and tool tips."""
    return {
        "done": _("done"),
        "begun": _("begun"),
        "open": _("not begun"),
        "wrong": _("something is wrong"),
        "skipped": _("not asked"),
    }[state]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the outline. `inner` lines are instances on the current page."""

    field: str
    label: str
    small: str = ""
    count: str = ""
    state: PageState = "open"
    inner: bool = False


class Outline(Panel):
    """A list to jump by. `chosen` carries the field of an item."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__("background", "end")
        self._items: list[Item] = []
        self._lines: list[_Line] = []
        self.title, self.count = Label(_("Outline"), "strong"), Label("", "small", "muted")
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(theme.S, 0, theme.S, theme.S)
        self._column.setSpacing(2)
        self._column.addStretch(1)
        self.area = ScrollArea(self._list)
        head = row(self.title, None, self.count)
        head.setContentsMargins(theme.L + theme.XS, theme.L + theme.XS, theme.L + theme.XS, theme.XS)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 0)
        column.setSpacing(theme.S)
        column.addLayout(head)
        column.addWidget(self.area, 1)
        self.setAccessibleName(_("Outline"))

    def sizeHint(self) -> QSize:
        return QSize(theme.u(theme.OUTLINE), 200)

    def show_items(self, items: Sequence[Item], current: str, pages_done: str) -> None:
        """Show these lines; `current` is the field of the page or instance that is open."""
        self.count.setText(pages_done)
        self._items = list(items)
        while len(self._lines) < len(items):
            line = _Line(self)
            self._lines.append(line)
            self._column.insertWidget(self._column.count() - 1, line)
        for line, item in zip(self._lines, items, strict=False):
            line.show_item(item, current=item.field == current)
        for line in self._lines[len(items) :]:
            line.hide()

    def focus_current(self) -> None:
        """Bring the focus to the line of the open page."""
        line = next((line for line in self._lines if line.current), None)
        if line is not None:
            line.setFocus(Qt.FocusReason.OtherFocusReason)
            self.area.ensureWidgetVisible(line)

    def step(self, line: QWidget, by: int) -> None:
        """Move the focus to the line above or below."""
        shown = [one for one in self._lines if not one.isHidden()]
        at = min(max(shown.index(line) + by, 0), len(shown) - 1) if isinstance(line, _Line) else 0
        shown[at].setFocus(Qt.FocusReason.OtherFocusReason)
        self.area.ensureWidgetVisible(shown[at])

    def items(self) -> list[Item]:
        """The lines shown."""
        return list(self._items)


class _Line(PaintedButton):
    def __init__(self, outline: Outline) -> None:
        super().__init__()
        self._outline = outline
        self.item = Item("", "")
        self.current = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda: outline.chosen.emit(self.item.field))

    def show_item(self, item: Item, *, current: bool) -> None:
        """Show another item, or the same in another state."""
        if self.isHidden():
            self.show()
        if (item, current) == (self.item, self.current):
            return
        resized = bool(item.small) != bool(self.item.small) or item.inner != self.item.inner
        self.item, self.current = item, current
        parts = [item.label, item.small, item.count, state_words(item.state)]
        self.setAccessibleName(", ".join(part for part in parts if part))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if current else Qt.FocusPolicy.ClickFocus)
        if resized:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if self.item.inner:
            return QSize(theme.u(160), theme.u(32))
        lines = theme.metrics("body").height() + (theme.metrics("small").height() if self.item.small else 0)
        return QSize(theme.u(160), max(theme.u(theme.ROW if self.item.small else 40), lines + theme.u(8)))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.u(80), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step:
            self._outline.step(self, step)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, whole, rtl = QPainter(self), self.rect(), self.mirrored()
        if self.current or self.underMouse():
            painting.body(painter, whole, theme.colour("accent_soft" if self.current else "hover"))
        if self.hasFocus():
            painting.ring(painter, whole)
        name, token, filled = MARKS[self.item.state]
        side = theme.u(14 if self.item.inner else theme.ICON)
        left = theme.u(30 if self.item.inner else 13)
        mark = QRect(left, (whole.height() - side) // 2, side, side)
        painting.icon(painter, painting.mirrored(whole, mark, rtl), name, token, filled=filled)
        self._paint_words(painter, left + side + theme.u(10 if self.item.inner else 13), rtl)

    def _paint_words(self, painter: QPainter, left: int, rtl: bool) -> None:
        whole, item = self.rect(), self.item
        quiet = item.state in ("open", "skipped") and not self.current
        count = theme.metrics("small").horizontalAdvance(item.count) + 2 if item.count else 0
        end = whole.width() - theme.u(12)
        body, small = theme.metrics("body").height(), theme.metrics("small").height()
        role = "small" if item.inner else "strong" if self.current else "body"
        first = QRect(left, 0, end - left - (0 if item.small else count + theme.S), whole.height())
        second = QRect(left, 0, end - left - count - theme.S, 0)
        place = QRect(end - count, 0, count, whole.height())
        if item.small:
            top = (whole.height() - body - small) // 2
            first = QRect(left, top, end - left, body)
            second = QRect(left, top + body, end - left - count - theme.S, small)
            place = QRect(end - count, top + body, count, small)
        self._draw(painter, first, item.label, role, "muted" if quiet else "ink", rtl)
        self._draw(painter, second, item.small, "small", "muted", rtl)
        token = "error" if item.state == "wrong" else "muted"
        painting.text(
            painter, painting.mirrored(whole, place, rtl), item.count, theme.font("small"), theme.colour(token),
            side="end", mirrored=rtl,
        )  # fmt: skip

    def _draw(self, painter: QPainter, box: QRect, words: str, role: str, token: str, rtl: bool) -> None:
        if words:
            painting.text(
                painter, painting.mirrored(self.rect(), box, rtl), words, theme.font(role), theme.colour(token),
                mirrored=rtl,
            )  # fmt: skip

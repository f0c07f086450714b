"""Putting things in order: with the keys, or by dragging."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.interview import digits
from cami_survey.ui.interview.answers.choice_list import Option, options
from cami_survey.ui.interview.answers.parts import AnswerButton, ManyStops
from cami_survey.ui.kit import painting

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.reading import Reading

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
CLEAR = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
LINE = 48
DRAG = 6


class _Line(QAbstractButton):
    """One thing to put in order."""

    def __init__(self, owner: RankAnswer, option: Option) -> None:
        super().__init__(owner)
        self._owner, self.option = owner, option
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._owner.take_key(self, event):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def focusNextPrevChild(self, forwards: bool) -> bool:
        return self._owner.focusNextPrevChild(forwards)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._owner.grab_line(self, event.position().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._owner.drag_line(self, event.position().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._owner.drop_line(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, whole = QPainter(self), self.rect()
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        held, focused = self._owner.held is self, self.hasFocus()
        fill = "accent_soft" if held else "hover" if self.underMouse() and not self._owner.read_only else "surface"
        inner = whole.adjusted(3, 3, -3, -3) if focused else whole
        painting.body(painter, inner, theme.colour(fill), theme.colour("accent" if held else "line"))
        if focused:
            painting.ring(painter, whole)
        place = self._owner.place_of(self)
        number = QRect(theme.u(14), 0, theme.u(30), whole.height())
        painting.text(
            painter, painting.mirrored(whole, number, rtl), place, theme.font("strong"),
            theme.colour("accent"), mirrored=rtl,
        )  # fmt: skip
        self._paint_words(painter, rtl)
        side, sign = theme.u(20), "arrows-down-up" if held else "dots-six-vertical"
        grip = QRect(whole.width() - side - theme.u(12), (whole.height() - side) // 2, side, side)
        painting.icon(painter, painting.mirrored(whole, grip, rtl), sign, "accent" if held else "faint")

    def _paint_words(self, painter: QPainter, rtl: bool) -> None:
        whole, left = self.rect(), theme.u(14 + 30 + 6)
        room = whole.width() - left - theme.u(44)
        length = min(theme.metrics("medium").horizontalAdvance(self.option.label) + 2, room)
        label = QRect(left, 0, length, whole.height())
        painting.text(
            painter, painting.mirrored(whole, label, rtl), self.option.label, theme.font("medium"),
            theme.colour("ink"), mirrored=rtl,
        )  # fmt: skip
        rest = QRect(left + length + theme.M, 1, room - length - theme.M, whole.height())
        if self.option.small and rest.width() > theme.u(40):
            painting.text(
                painter, painting.mirrored(whole, rest, rtl), self.option.small, theme.font("small"),
                theme.colour("muted"), mirrored=rtl,
            )  # fmt: skip


class RankAnswer(ManyStops):
    """Lines in an order. Alt+Up and Alt+Down move a line; so do Up and Down after Space has picked it up.

    Delete takes the answer back. Nothing is answered until something was moved or the order was confirmed.
    """

    def __init__(self, node: Node, reading: Reading) -> None:
        super().__init__(node, reading)
        self.held: _Line | None = None
        self._options: list[Option] = []
        self._lines: list[_Line] = []
        self._value = ""
        self._at = 0
        self._press: QPoint | None = None
        self._dragging = False
        self.keep = AnswerButton(_("This order is right"), "secondary", "check")
        self.keep.setParent(self)
        self.keep.clicked.connect(self._confirm)
        self.show_node(node, reading)

    def show_node(self, node: Node, reading: Reading) -> None:
        self.reading = reading
        found, value = options(node, reading), node.text_value
        if found != self._options or value != self._value:
            self._options, self._value = found, value
            self._show()
        self.set_read_only(self.read_only or node.readonly)

    def _show(self) -> None:
        known = {option.value: option for option in self._options}
        order = [known[value] for value in self._value.split() if value in known]
        order += [option for option in self._options if option not in order]
        kept = {line.option.value: line for line in self._lines}
        self._lines = []
        for option in order:
            line = kept.pop(option.value, None) or _Line(self, option)
            line.option = option
            line.show()
            self._lines.append(line)
        for line in kept.values():
            line.hide()
            line.deleteLater()
        self._at = min(self._at, max(len(self._lines) - 1, 0))
        self._stop(self._at)
        self._renumber()
        self.arrange(self.width(), self.height())

    def _stop(self, at: int) -> None:
        for place, line in enumerate(self._lines):
            line.setFocusPolicy(Qt.FocusPolicy.StrongFocus if place == at else Qt.FocusPolicy.ClickFocus)
        self._at = at
        if self._lines:
            self.setFocusProxy(self._lines[at])

    def _renumber(self) -> None:
        for line in self._lines:
            place = self.place_of(line)
            line.setAccessibleName(f"{place} {line.option.words}".strip())
            line.update()
        self.keep.setVisible(not self._value and not self.read_only)

    def place_of(self, line: _Line) -> str:
        """The place of a line in words, empty as long as nothing is answered."""
        if not self._value:
            return "–"
        words = f"{self._lines.index(line) + 1}."
        return self.reading.digits(words)

    def order(self) -> list[str]:
        """The values in the order shown."""
        return [line.option.value for line in self._lines]

    def lines(self) -> list[QWidget]:
        """The lines from the first place to the last."""
        return list(self._lines)

    def _confirm(self) -> None:
        # The button goes once there is an answer, and Qt would hand its focus to the next question.
        if self._lines:
            self._lines[self._at].setFocus(Qt.FocusReason.OtherFocusReason)
        self._send()

    def stops(self) -> list[QWidget]:
        return [*self._lines[self._at : self._at + 1], *([] if self.keep.isHidden() else [self.keep])]

    def _send(self) -> None:
        value = " ".join(self.order())
        if value != self._value:
            self._value = value
            self._renumber()
            self.answered.emit(value)
            self.taller.emit()

    def height_for(self, width: int) -> int:
        lines = len(self._lines) * (theme.u(LINE) + theme.XS) - theme.XS
        return max(lines, 0) + (0 if self._value or self.read_only else theme.target() + theme.S)

    def arrange(self, width: int, height: int) -> None:
        y = 0
        for line in self._lines:
            if not (self._dragging and line is self.held):
                line.setGeometry(0, y, width, theme.u(LINE))
            y += theme.u(LINE) + theme.XS
        size = self.keep.sizeHint()
        box = QRect(0, y + theme.XS, min(size.width(), width), size.height())
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.keep.setGeometry(painting.mirrored(QRect(0, 0, width, height), box, rtl))

    # Keys

    def take_key(self, line: _Line, event: QKeyEvent) -> bool:
        """Act on a key pressed on a line; False leaves it to the page."""
        key, alt = Qt.Key(event.key()), event.modifiers() & Qt.KeyboardModifier.AltModifier
        at = self._lines.index(line)
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(key, 0)
        if step and (alt or self.held is line):
            self._move(at, at + step)
        elif step:
            self._go(at + step)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            far = 0 if key == Qt.Key.Key_Home else len(self._lines) - 1
            self._move(at, far) if alt or self.held is line else self._go(far)
        elif key == Qt.Key.Key_Space and not self.read_only:
            self._hold(None if self.held is line else line)
        elif key == Qt.Key.Key_Escape and self.held is not None:
            self._hold(None)
        else:
            return self._take_other(key, at, event)
        return True

    def _take_other(self, key: Qt.Key, at: int, event: QKeyEvent) -> bool:
        if key in ENTER:
            self._hold(None)
            return False
        if key in CLEAR and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.clear()
            return True
        number = digits.to_latin(event.text())
        if number.isdecimal() and self.held is not None and 0 < int(number) <= len(self._lines):
            self._move(at, int(number) - 1)
            return True
        return False

    def clear(self) -> None:
        """Take the answer back: the order is that of the form again."""
        if self._value and not self.read_only:
            self.held, self._value = None, ""
            self._show()
            self.answered.emit("")
            self.taller.emit()

    def _hold(self, line: _Line | None) -> None:
        if self.held is not None and line is None:
            self._send()
        self.held = line
        for one in self._lines:
            one.setAccessibleDescription(_("picked up") if one is line else "")
            one.update()

    def _go(self, at: int) -> None:
        if 0 <= at < len(self._lines):
            self._hold(None)
            self._stop(at)
            self._lines[at].setFocus(Qt.FocusReason.OtherFocusReason)

    def _move(self, at: int, to: int) -> None:
        to = min(max(to, 0), len(self._lines) - 1)
        if at == to or self.read_only:
            return
        self._lines.insert(to, self._lines.pop(at))
        self._stop(to)
        self.arrange(self.width(), self.height())
        self._lines[to].setFocus(Qt.FocusReason.OtherFocusReason)
        if not self._dragging:
            self._send()
        self._renumber()

    # Mouse

    def grab_line(self, line: _Line, at: QPoint) -> None:
        """The mouse went down on a line."""
        self._stop(self._lines.index(line))
        line.setFocus(Qt.FocusReason.MouseFocusReason)
        self._press = at

    def drag_line(self, line: _Line, at: QPoint) -> None:
        """The mouse moves with a line in hand."""
        if self._press is None or self.read_only:
            return
        if not self._dragging and abs(at.y() - self._press.y()) < DRAG:
            return
        if not self._dragging:
            self._dragging = True
            self._hold(line)
            line.raise_()
            line.setCursor(Qt.CursorShape.ClosedHandCursor)
        y = line.y() + at.y() - self._press.y()
        y = min(max(y, 0), (len(self._lines) - 1) * (theme.u(LINE) + theme.XS))
        line.move(0, y)
        to = round(y / (theme.u(LINE) + theme.XS))
        if to != self._lines.index(line):
            self._move(self._lines.index(line), to)

    def drop_line(self, line: _Line) -> None:
        """The mouse let go."""
        self._press = None
        if self._dragging:
            self._dragging = False
            line.setCursor(Qt.CursorShape.OpenHandCursor)
            self.arrange(self.width(), self.height())
            self._hold(None)

    def set_read_only(self, read_only: bool) -> None:
        self.read_only = read_only
        self.keep.setVisible(not self._value and not read_only)

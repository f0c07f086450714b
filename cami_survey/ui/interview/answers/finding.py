"""Long lists of choices: a field that drops a finder down, or a finder that stands on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.interview.answers.base import Answer
from cami_survey.ui.interview.answers.choice_list import Option, options
from cami_survey.ui.interview.answers.finder import ROWS_SHOWN, Finder, FinderPopup
from cami_survey.ui.kit import painting

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.reading import Reading

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
OPENING = (Qt.Key.Key_Space, Qt.Key.Key_F4)
CLEAR = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class _Choosing(Answer):
    """What both have in common: the choices, what is chosen, and how a pick changes it."""

    def __init__(self, node: Node, reading: Reading) -> None:
        super().__init__(node, reading)
        self.many = node.control == "select"
        self.options: list[Option] = []
        self.chosen: tuple[str, ...] = ()

    def show_node(self, node: Node, reading: Reading) -> None:
        self.reading = reading
        found = self.offered(node, reading)
        chosen = self.stored(node)
        self.set_read_only(self.read_only or node.readonly)
        if (found is not self.options and found != self.options) or chosen != self.chosen:
            self.options, self.chosen = found, chosen
            self.show_choices()

    def offered(self, node: Node, reading: Reading) -> list[Option]:
        """What can be chosen."""
        return options(node, reading)

    def stored(self, node: Node) -> tuple[str, ...]:
        """What is chosen."""
        value = node.text_value
        return tuple(value.split()) if self.many else ((value,) if value else ())

    def show_choices(self) -> None:
        """Show `options` and `chosen`."""
        raise NotImplementedError

    def pick(self, value: str) -> None:
        """Choose a value; where many can be chosen, or leave it out again."""
        if self.read_only:
            return
        if self.many:
            rest = tuple(one for one in self.chosen if one != value)
            self.chosen = rest if value in self.chosen else (*self.chosen, value)
        else:
            self.chosen = (value,)
        self.show_choices()
        self.answered.emit(" ".join(self.chosen))

    def clear(self) -> None:
        """Choose nothing."""
        if self.chosen and not self.read_only:
            self.chosen = ()
            self.show_choices()
            self.answered.emit("")

    def chosen_options(self) -> list[Option]:
        """What is chosen, in the order of choosing."""
        known = {option.value: option for option in self.options}
        return [known.get(value) or Option(value, value) for value in self.chosen]


class _DropField(QAbstractButton):
    """The closed field: what is chosen, large and small, and a caret. A button to screen readers."""

    opened = Signal(str)
    cleared = Signal()

    def __init__(self, owner: DropDownAnswer) -> None:
        super().__init__(owner)
        self._owner = owner
        self.wrong = False
        self.label, self.small = "", ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.opened.emit("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, words = event.key(), event.text()
        held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        alt_down = key == Qt.Key.Key_Down and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if key in CLEAR:
            self.cleared.emit()
        elif alt_down or (key in OPENING and not held):
            self.opened.emit("")
        elif words and words.isprintable() and not held:
            self.opened.emit(words)
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.ignore()

    def focusInEvent(self, event: object) -> None:
        self.update()

    def focusOutEvent(self, event: object) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, focused = QPainter(self), self.hasFocus()
        edge = "ring" if focused else "error" if self.wrong else "line" if self._owner.read_only else "edge"
        ground = theme.colour("background" if self._owner.read_only else "surface")
        painting.body(painter, self.rect(), ground, theme.colour(edge), width=2.0 if focused else 1.0)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        whole, side = self.rect(), theme.u(14)
        caret = QRect(whole.width() - theme.u(14) - side, (whole.height() - side) // 2, side, side)
        painting.icon(painter, painting.mirrored(whole, caret, rtl), "caret-down", "muted")
        room = caret.left() - theme.u(12) - theme.u(8)
        label = self.label or _("Choose, or type a part of the answer")
        role, token = ("medium", "ink") if self.label else ("body", "muted")
        length = min(theme.metrics(role).horizontalAdvance(label) + 2, room)
        box = QRect(theme.u(12), 0, length, whole.height())
        painting.text(
            painter, painting.mirrored(whole, box, rtl), label, theme.font(role), theme.colour(token), mirrored=rtl
        )
        rest = QRect(box.right() + theme.M, 1, room - length - theme.M, whole.height())
        if self.small and rest.width() > theme.u(40):
            painting.text(
                painter, painting.mirrored(whole, rest, rtl), self.small, theme.font("small"), theme.colour("muted"),
                mirrored=rtl,
            )  # fmt: skip


class DropDownAnswer(_Choosing):
    """A field of one line; typing, Space or Down drops the list down, Enter picks and goes on.

    Where many can be chosen Enter ticks what was typed, and goes on when nothing more is typed.
    """

    WIDTH = 520

    def __init__(self, node: Node, reading: Reading) -> None:
        super().__init__(node, reading)
        self.field = _DropField(self)
        self.field.opened.connect(self.open_list)
        self.field.cleared.connect(self.clear)
        self.setFocusProxy(self.field)
        self.popup: FinderPopup | None = None
        self.show_node(node, reading)
        self.show_choices()

    def show_choices(self) -> None:
        found = self.chosen_options()
        label = ", ".join(option.label for option in found)
        small = ", ".join(option.small for option in found if option.small)
        if (label, small) != (self.field.label, self.field.small):
            self.field.label, self.field.small = label, small
            self.field.setAccessibleDescription(label)
            self.field.update()
        if self.popup is not None and self.popup.isVisible():
            self.popup.finder.offer(self.options, self.chosen)

    def open_list(self, typed: str = "") -> None:
        """Drop the list down, with what was typed already."""
        if self.read_only:
            return
        if self.popup is None:
            self.popup = FinderPopup(self, many=self.many)
            self.popup.picked.connect(self._picked)
            self.popup.closed.connect(self._closed)
            self.popup.done.connect(self.finished)
        self.popup.finder.search.edit.setAccessibleName(self.accessibleName())
        self.popup.drop(self.field, self.field.rect(), self.options, self.chosen, typed)

    def _picked(self, value: str) -> None:
        self.pick(value)
        if not self.many:
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
            self.finished.emit()

    def _closed(self) -> None:
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def height_for(self, width: int) -> int:
        return theme.target()

    def arrange(self, width: int, height: int) -> None:
        wide = width if self.many else min(width, theme.u(self.WIDTH))
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.field.setGeometry(painting.mirrored(QRect(0, 0, width, height), QRect(0, 0, wide, height), rtl))

    def set_wrong(self, wrong: bool) -> None:
        if self.field.wrong != wrong:
            self.field.wrong = wrong
            self.field.update()

    def name(self, words: str) -> None:
        super().name(words)
        self.field.setAccessibleName(words)


class _PageFinder(Finder):
    """On a page Enter goes on, and picks first only what letters or arrows led to; Escape belongs to the page.

    `done` follows a pick by Enter where only one can be chosen.
    """

    def lead(self) -> None:
        """Lead to what is chosen; as long as nothing is, nothing is led to."""
        if not self.view.currentIndex().isValid() and (row := self.chosen_row()) >= 0:
            self.go(row)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Undo) and not self.search.text():
            # Nothing typed is to be taken back, so it is the last pick.
            event.ignore()
            return event.type() == QEvent.Type.KeyPress
        return super().eventFilter(watched, event)

    def take_choice_key(self, key: Qt.Key, row: int, event: QKeyEvent) -> bool:
        typed = bool(self.search.text())
        if key == Qt.Key.Key_Escape:
            return False
        if key in ENTER:
            return self._enter(row, typed=typed, back=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        if key == Qt.Key.Key_Space and not typed:
            self.pick(row)
            return True
        if key in CLEAR and not typed:
            self.left.emit()
            return True
        return super().take_choice_key(key, row, event)

    def _enter(self, row: int, *, typed: bool, back: bool) -> bool:
        """Pick what was led to; False leaves the key to the page, which goes on."""
        led = typed or (row >= 0 and not self.many and not self.model.chosen)
        if back or not led:
            return False
        if not self.pick(row):
            # Nothing is found: all is shown again, and the next Enter goes on.
            self.search.clear()
        elif not self.many:
            self.done.emit()
        return True


class FindAnswer(_Choosing):
    """A long list on the page, with a line above that makes it shorter while one types."""

    def __init__(self, node: Node, reading: Reading) -> None:
        super().__init__(node, reading)
        self.finder = _PageFinder(many=self.many)
        self.finder.setParent(self)
        self.finder.picked.connect(self._picked)
        self.finder.left.connect(self.clear)
        self.finder.done.connect(self.finished)
        self.setFocusProxy(self.finder.search.edit)
        self.show_node(node, reading)
        self.show_choices()

    def show_choices(self) -> None:
        self.finder.offer(self.options, self.chosen)

    def _picked(self, value: str) -> None:
        self.pick(value)
        self.finder.search.clear()

    def set_read_only(self, read_only: bool) -> None:
        super().set_read_only(read_only)
        if hasattr(self, "finder"):
            self.finder.read_only = read_only

    def height_for(self, width: int) -> int:
        rows = min(max(len(self.options), 1), ROWS_SHOWN)
        return self.finder.rows_height(rows) - (theme.u(LINE_CUT) if len(self.options) > rows else 0)

    def arrange(self, width: int, height: int) -> None:
        self.finder.setGeometry(0, 0, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        top = theme.target() + theme.XS
        box = QRect(0, top, self.width(), self.height() - top)
        painting.body(QPainter(self), box, theme.colour("surface"), theme.colour("line"))

    def name(self, words: str) -> None:
        super().name(words)
        self.finder.search.edit.setAccessibleName(words)


# The last line is cut, so that one sees that the list goes on.
LINE_CUT = 20

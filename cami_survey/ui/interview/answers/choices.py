"""Choices that are all seen: cards in columns, a scale across, or lines below each other. One Tab stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _
from cami_survey.operations import chapters
from cami_survey.ui import theme
from cami_survey.ui.interview import digits
from cami_survey.ui.interview.answers.base import Answer
from cami_survey.ui.interview.answers.choice_cell import ChoiceCell
from cami_survey.ui.interview.answers.choice_layout import Layout, looks_of
from cami_survey.ui.interview.answers.choice_list import Option, options, starting_with
from cami_survey.ui.kit import painting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.answers.choice_cell import Shape
    from cami_survey.ui.interview.reading import Reading

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
CLEAR = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
PAUSE = 700


class ChoicesAnswer(Answer):
    """One or many of a few choices.

    Numbers pick, arrows move, Space picks or ticks, Delete clears, letters find; Enter goes on, and picks first
    what the arrows lead to when nothing is picked yet.
    """

    scale = False
    tall_lines = False

    def __init__(self, node: Node, reading: Reading) -> None:
        super().__init__(node, reading)
        self.many = node.control == "select"
        self._acknowledges = node.control == "trigger"
        self.bilingual = bool(reading.small)
        self._cells: list[ChoiceCell] = []
        self._options: list[Option] = []
        self._chosen: tuple[str, ...] = ()
        self._at = 0
        self.looks = looks_of(chapters.words(node))
        self.layout_ = Layout(self.looks, scale=self.scale, tall_lines=self.tall_lines)
        # The places of the cells, and for what they were measured.
        self._placed: tuple[tuple[object, ...], Shape, list[QRect]] | None = None
        self._moved = False
        self._written = ""
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._pause_over)
        self.show_node(node, reading)

    # What is shown

    @property
    def tight(self) -> bool:
        """Whether the words of a scale are smaller, so that it fits."""
        return self.layout_.tight

    def written(self, number: int) -> str:
        """The digits of a key in the page's language."""
        words = str(number)
        return self.reading.digits(words)

    def show_node(self, node: Node, reading: Reading) -> None:
        self.reading, self.bilingual = reading, bool(reading.small)
        self.layout_.bilingual = self.bilingual
        found = options(node, reading)
        if found != self._options:
            self._show_options(found)
        # A list that waits for another answer has nothing to stop at: Enter goes past it.
        self.focusable = bool(found)
        chosen = tuple(node.text_value.split()) if self.many else ((node.text_value,) if node.text_value else ())
        if chosen != self._chosen:
            self._show_chosen(chosen)
        self.set_read_only(self.read_only or node.readonly)

    def _show_options(self, found: list[Option]) -> None:
        self._placed = None
        same = [one.value for one in found] == [one.value for one in self._options]
        before = [cell.height_for(max(cell.width(), 1), cell.shape_) for cell in self._cells]
        self._options = found
        if same:
            for cell, option in zip(self._cells, found, strict=True):
                cell.show_option(option)
            if before != [cell.height_for(max(cell.width(), 1), cell.shape_) for cell in self._cells]:
                self.taller.emit()
            return
        held = any(cell.hasFocus() for cell in self._cells)
        self._make_cells(found)
        if held:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.taller.emit()

    def _make_cells(self, found: list[Option]) -> None:
        kept = {cell.option.value: cell for cell in self._cells}
        self._cells = []
        for option in found:
            cell = kept.pop(option.value, None)
            if cell is None:
                cell = self.make_cell(option)
                cell.clicked.connect(self._clicked)
                cell.setChecked(option.value in self._chosen)
                cell.show()
            else:
                cell.show_option(option)
            self._cells.append(cell)
        for cell in kept.values():
            cell.hide()
            cell.deleteLater()
        self._at = min(self._at, max(len(self._cells) - 1, 0))
        self._move_stop(self._start())
        if self.width():
            self.arrange(self.width(), self.height())

    def make_cell(self, option: Option) -> ChoiceCell:
        """The widget of a choice."""
        return ChoiceCell(self, option, many=self.many or self._acknowledges)

    def _show_chosen(self, chosen: tuple[str, ...]) -> None:
        self._chosen = chosen
        for cell in self._cells:
            cell.setChecked(cell.option.value in chosen)
        if not any(cell.hasFocus() for cell in self._cells):
            self._move_stop(self._start())

    def _start(self) -> int:
        for at, option in enumerate(self._options):
            if option.value in self._chosen:
                return at
        return self._at if self._at < len(self._options) else 0

    def _move_stop(self, at: int) -> None:
        """Make one cell the place where Tab arrives."""
        if not self._cells:
            return
        if self._at < len(self._cells):
            self._cells[self._at].setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._at = at
        self._cells[at].setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocusProxy(self._cells[at])

    def set_read_only(self, read_only: bool) -> None:
        if read_only != self.read_only:
            self.read_only = read_only
            self.update()

    # Where it stands

    def small_height(self) -> int:
        """The height of the second language beneath the cells of a scale: that of the longest."""
        return self.layout_.small_height

    def _boxes(self, width: int) -> tuple[Shape, list[QRect]]:
        """Where the cells stand: measured anew only for another width, other words or another look."""
        look = theme.look
        key = (width, self.bilingual, look.name, look.scale, theme.target(), len(self._cells))
        if self._placed is None or self._placed[0] != key:
            self._placed = (key, *self.layout_.boxes(self._cells, width))
        return self._placed[1:]

    def height_for(self, width: int) -> int:
        if not self._cells:
            return theme.target()
        _shape, boxes = self._boxes(width)
        return max(box.bottom() for box in boxes) + 1

    def arrange(self, width: int, height: int) -> None:
        if not self._cells or width <= 0:
            return
        shape, boxes = self._boxes(width)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        whole = QRect(0, 0, width, height)
        # Options are kept with those apart at the end, and so are the boxes.
        for cell, place in zip(self._cells, boxes, strict=True):
            if cell.shape_ != shape:
                cell.shape_ = shape
                cell.update()
            cell.setGeometry(painting.mirrored(whole, place, rtl))

    # What a person does

    def _clicked(self) -> None:
        cell = self.sender()
        if isinstance(cell, ChoiceCell):
            self._move_stop(self._cells.index(cell))
            self._pick(self._at)

    def _pick(self, at: int, *, clear: bool = True) -> None:
        if self.read_only or not 0 <= at < len(self._cells):
            return
        value = self._options[at].value
        if self.many:
            chosen = tuple(one for one in self._chosen if one != value)
            chosen = chosen if value in self._chosen else (*self._chosen, value)
        else:
            chosen = () if clear and self._chosen == (value,) else (value,)
        self._moved = False
        self._show_chosen(chosen)
        self.answered.emit(" ".join(chosen))
        if chosen and self.looks.quick and not self.many:
            self.finished.emit()

    def _clear(self) -> None:
        if self._chosen and not self.read_only:
            self._show_chosen(())
            self.answered.emit("")

    def _go(self, at: int) -> None:
        at = min(max(at, 0), len(self._cells) - 1)
        if at != self._at:
            self._move_stop(at)
            self._moved = True
        self._cells[at].setFocus(Qt.FocusReason.OtherFocusReason)

    def take_key(self, cell: ChoiceCell, event: QKeyEvent) -> bool:
        """Act on a key pressed on one of the cells; False leaves it to the page."""
        key, held = Qt.Key(event.key()), event.modifiers()
        if held & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return False
        step = self._step(key)
        if step is not None:
            self._go(step)
        elif key in ENTER:
            return self._enter(held)
        elif key == Qt.Key.Key_Space:
            self._forget()
            self._pick(self._at)
        elif key in CLEAR:
            self._clear()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go(0 if key == Qt.Key.Key_Home else len(self._cells) - 1)
        else:
            return self._type(event)
        return True

    def _enter(self, held: Qt.KeyboardModifier) -> bool:
        if self._written.isdecimal():
            self._pause_over()
        elif self._moved and not self.many and not self._chosen and not held & Qt.KeyboardModifier.ShiftModifier:
            self._pick(self._at)
        return False

    def _step(self, key: Qt.Key) -> int | None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            return self._at + (1 if (key == Qt.Key.Key_Right) != rtl else -1)
        if key not in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return None
        return self._neighbour(down=key == Qt.Key.Key_Down)

    def _neighbour(self, *, down: bool) -> int:
        """The cell above or below; beyond the edge the next or previous one."""
        here = self._cells[self._at].geometry()
        best, reach = None, None
        for at, cell in enumerate(self._cells):
            box = cell.geometry()
            away = box.top() - here.top() if down else here.top() - box.top()
            if away > 0:
                measure = (away, abs(box.center().x() - here.center().x()))
                if reach is None or measure < reach:
                    best, reach = at, measure
        return best if best is not None else self._at + (1 if down else -1)

    def _type(self, event: QKeyEvent) -> bool:
        words, digit = event.text(), digits.of_key(event)
        if not words or not words.isprintable():
            return False
        # A letter on the row of digits is the digit where a number begins with it: that stands beside the choice.
        typed = self._written if self._written.isdecimal() else ""
        numbers = [option.number for option in self._options]
        if digit and (words.isdecimal() or _begins(numbers, typed + digit) or _begins(numbers, digit)):
            self._number(digit)
        else:
            self._letters(words)
        return True

    def _number(self, digit: str) -> None:
        """One more digit of a number: picks once no longer number can be meant; a pause decides otherwise."""
        places = {option.number: at for at, option in enumerate(self._options)}
        if self._written.isdecimal() and not _begins(places, self._written + digit):
            # Two numbers, one after the other.
            self._pause_over()
        self._written = (self._written if self._written.isdecimal() else "") + digit
        number = int(self._written)
        if not _begins(places, self._written):
            self._forget()
            return
        if number in places:
            self._go(places[number])
        if any(known != number and str(known).startswith(self._written) for known in places):
            self._pause.start()
            return
        self._forget()
        self._pick(places[number], clear=False)

    def _letters(self, words: str) -> None:
        self._written = ("" if self._written.isdecimal() else self._written) + words
        found = starting_with(self._options, self._written)
        if not found:
            self._written = words
            found = starting_with(self._options, words)
        self._pause.start()
        if not found:
            return
        self._go(found[0])
        if len(found) == 1 and not self.many:
            self._pick(found[0], clear=False)

    def _pause_over(self) -> None:
        """Nothing was typed for a moment: a number that could have gone on is complete."""
        number = self._written
        self._forget()
        if number.isdecimal():
            places = {option.number: at for at, option in enumerate(self._options)}
            if int(number) in places:
                self._pick(places[int(number)], clear=False)

    def _forget(self) -> None:
        self._pause.stop()
        self._written = ""

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._cells:
            rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            painting.text(
                QPainter(self), self.rect(), _("Nothing to choose from yet: it depends on other answers."),
                theme.font("body"), theme.colour("muted"), mirrored=rtl,
            )  # fmt: skip

    def name(self, words: str) -> None:
        self.setAccessibleName(words)

    def cells(self) -> list[QWidget]:
        """The choices as widgets, in order."""
        return list(self._cells)

    def flush(self) -> None:
        if self._written.isdecimal():
            self._pause_over()


def _begins(numbers: Iterable[int], written: str) -> bool:
    return any(str(number).startswith(written) for number in numbers)


class ScaleAnswer(ChoicesAnswer):
    """A scale across, with "do not know" and "refused" apart; lines where it does not fit."""

    scale = True


class LinesAnswer(ChoicesAnswer):
    """Lines below each other, tall enough for a thumb: for one question at a time."""

    tall_lines = True

"""One thing on the page: a question with its answer and what is wrong with it; an instance; the line that adds one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cami_survey.base.texts import _
from cami_survey.operations import chapters
from cami_survey.ui import theme
from cami_survey.ui.interview import flow
from cami_survey.ui.interview.head import Head, spoken
from cami_survey.ui.interview.label_media import LabelMedia
from cami_survey.ui.interview.message import Message, Tone
from cami_survey.ui.interview.widgets import widget_for
from cami_survey.ui.kit import Button, IconButton, KeyCap, painting
from cami_survey.ui.kit.button import PaintedButton, press_by_space

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.answers.base import Answer
    from cami_survey.ui.interview.files import Files
    from cami_survey.ui.interview.flow import Stop
    from cami_survey.ui.interview.reading import Reading


# The kinds of media that are seen.
PICTURES = frozenset({"image", "big-image"})


class Block(QWidget):
    """What every stop on the page is: as tall as it needs, shown again when its node changed, perhaps focusable.

    `answered` carries field and value, `given` field and file; `typed` and `refused` come from the answer; `taller`
    asks for a new layout; `here` says that the focus came to `field`; `asked` carries an act and a field: "add" or
    "remove" on a repeat, "fold" on a group, "reason" for an unusual answer.
    """

    answered = Signal(str, str)
    typed = Signal()
    refused = Signal(str, str)
    finished = Signal()
    taller = Signal()
    asked = Signal(str, str)
    given = Signal(str, object)

    def __init__(self, stop: Stop) -> None:
        super().__init__()
        self.stop = stop
        # What stands above the answer takes at least this room: that of the tallest beside it.
        self.lead = 0
        # What was answered before, as long as the person stays here: field and value.
        self._before: list[tuple[str, str]] = []
        self.installEventFilter(self)

    @property
    def field(self) -> str:
        """The field of the node shown, or of the cell that has the focus."""
        return self.stop.field

    def take_stop(self, stop: Stop) -> None:
        """Stand for another stop of the same key."""
        self.stop = stop

    def show_node(self, node: Node, reading: Reading) -> None:
        """Show the node as it stands."""
        raise NotImplementedError

    def height_for(self, width: int) -> int:
        """The height in px at `width` px."""
        raise NotImplementedError

    def words_height(self, width: int) -> int:
        """The height in px of what stands above the answer."""
        return 0

    def can_focus(self) -> bool:
        """Whether the keyboard can stop here."""
        return False

    def take_focus(self, *, backwards: bool = False) -> None:
        """Take the focus, coming from above or from below."""

    def step(self, *, backwards: bool) -> bool:
        """Go on inside the block; False when its end is reached."""
        return False

    def tab(self, *, backwards: bool) -> bool:
        """Go on inside the block by Tab; False when its end is reached."""
        return self.step(backwards=backwards)

    def flush(self) -> None:
        """Hand over what is typed."""

    def set_read_only(self, read_only: bool) -> None:
        """Show without letting anybody change it."""

    def tell(self, field: str, words: str, tone: Tone = "wrong") -> None:
        """Say what is wrong, or unusual, at the question; empty when nothing is."""

    def place(self) -> None:
        """Lay out what is inside for the present size."""

    def give(self, field: str, value: str, before: str) -> None:
        """Hand an answer over; Ctrl+Z gives back the one `before`, until the person goes on."""
        self._before.append((field, before))
        self.answered.emit(field, value)

    def forget(self) -> None:
        """The person is elsewhere now: nothing is to be taken back here."""
        self._before.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # What can be taken back here is not for the window around. An `event` of our own would do as well, but an
        # exception in what Qt calls below it ends the process.
        if event.type() == QEvent.Type.ShortcutOverride and self._before and _is_undo(event):
            event.accept()
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._before and _is_undo(event):
            self.answered.emit(*self._before.pop())
        else:
            event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.place()


def _is_undo(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Undo)


class QuestionBlock(Block):
    """A question: its words with their pictures and sounds, its answer, and beneath in words what is wrong."""

    def __init__(self, stop: Stop, node: Node, reading: Reading, *, alone: bool = False) -> None:
        super().__init__(stop)
        self.head = Head(spoken(node, reading), "note" if chapters.is_note(node) else "question")
        self.head.setParent(self)
        # Few questions have pictures or sounds; the others are built faster without.
        self.media: LabelMedia | None = None
        self.answer: Answer = widget_for(node, reading, alone=alone)
        self.answer.setParent(self)
        self.message = Message(self)
        self._value = node.text_value
        self.message.asked.connect(lambda: self.asked.emit("reason", self.stop.field))
        self.answer.answered.connect(self._answered)
        self.answer.typed.connect(self.typed)
        self.answer.finished.connect(self.finished)
        self.answer.taller.connect(self.taller)
        self.answer.refused.connect(lambda words: self.refused.emit(self.stop.field, words))
        self.answer.given.connect(lambda file: self.given.emit(self.stop.field, file))
        self.answer.name(self.head.words.whole)
        self._show_media(node, reading)

    def show_node(self, node: Node, reading: Reading) -> None:
        if self.head.say(spoken(node, reading)):
            self.answer.name(self.head.words.whole)
            self.taller.emit()
        if self._show_media(node, reading):
            self.taller.emit()
        self._value = node.text_value
        self.answer.show_node(node, reading)

    def _show_media(self, node: Node, reading: Reading) -> bool:
        """Show the pictures and sounds of the words; whether they differ from before."""
        media = node.media
        if self.answer.shows_picture:
            media = {kind: name for kind, name in media.items() if kind not in PICTURES}
        if self.media is None:
            if not media:
                return False
            self.media = LabelMedia(reading)
            self.media.setParent(self)
            self.media.refused.connect(lambda words: self.refused.emit(self.stop.field, words))
        return self.media.show_media(media, reading)

    def _answered(self, value: str) -> None:
        before, self._value = self._value, value
        self.give(self.stop.field, value, before)

    def height_for(self, width: int) -> int:
        body = self.answer.height_for(width)
        height = max(self.words_height(width), self.lead) + (theme.S + body if body else 0)
        return height + (theme.S + self.message.height_for(width) if self.message.words else 0)

    def words_height(self, width: int) -> int:
        return self.head.height_for(text_width(width)) + self._media_room(width)

    def place(self) -> None:
        width = self.width()
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        wide = text_width(width)
        tall = self.head.height_for(wide)
        self.head.setGeometry(painting.mirrored(self.rect(), QRect(0, 0, wide, tall), rtl))
        if self.media is not None:
            self.media.setGeometry(0, tall + theme.S, width, self.media.height_for(width))
        y, body = max(tall + self._media_room(width), self.lead), self.answer.height_for(width)
        self.answer.setGeometry(0, y + theme.S if body else 0, width, body)
        y += theme.S + body if body else 0
        if self.message.words:
            self.message.setGeometry(0, y + theme.S, width, self.message.height_for(width))

    def can_focus(self) -> bool:
        return self.answer.focusable or bool(self._media_stops())

    def take_focus(self, *, backwards: bool = False) -> None:
        first = self.answer if self.answer.focusable else self._media_stops()[0]
        first.setFocus(Qt.FocusReason.BacktabFocusReason if backwards else Qt.FocusReason.TabFocusReason)

    def tab(self, *, backwards: bool) -> bool:
        """Through the parts of the answer; before it, backwards, lie the sounds and pictures of its words."""
        stops = self._media_stops()
        at = next((at for at, stop in enumerate(stops) if stop.hasFocus()), None)
        if at is not None:
            return self._tab_media(at + (-1 if backwards else 1))
        if self.answer.tab(backwards=backwards):
            return True
        return backwards and self._tab_media(len(stops) - 1)

    def _media_stops(self) -> list[QWidget]:
        return self.media.stops() if self.media is not None else []

    def _media_room(self, width: int) -> int:
        return self.media.room(width) if self.media is not None else 0

    def _tab_media(self, at: int) -> bool:
        stops = self._media_stops()
        if at == len(stops) and self.answer.focusable:
            self.answer.setFocus(Qt.FocusReason.TabFocusReason)
        elif 0 <= at < len(stops):
            stops[at].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            return False
        return True

    def use_files(self, files: Files) -> None:
        """Let the answer look up the files of the interview."""
        self.answer.use_files(files)

    def flush(self) -> None:
        self.answer.flush()

    def set_read_only(self, read_only: bool) -> None:
        self.answer.set_read_only(read_only)

    def tell(self, field: str, words: str, tone: Tone = "wrong") -> None:
        if self.message.say(words, tone):
            self.answer.set_wrong(bool(words) and tone == "wrong")
            self.answer.setAccessibleDescription(self.message.accessibleName())
            self.taller.emit()


def text_width(width: int) -> int:
    """The width of question texts: no line is longer than 68 characters."""
    return min(width, theme.metrics("question").averageCharWidth() * theme.LINE_LENGTH)


class InstanceBlock(Block):
    """The head of one instance of a repeat: its name, which of how many, and a way to take it out."""

    def __init__(self, stop: Stop, node: Node, reading: Reading, *, removable: bool) -> None:
        super().__init__(stop)
        self.title, self.count = "", ""
        self.remove = IconButton(
            "trash", _("Remove this one with its answers (Ctrl+Delete)"), small=True, token="muted"
        )
        self.remove.setParent(self)
        self.remove.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.remove.setVisible(removable)
        self.remove.clicked.connect(lambda: self.asked.emit("remove", self.stop.field))

    def show_node(self, node: Node, reading: Reading) -> None:
        """Names come through `show_name`, which knows the neighbours."""

    def show_name(self, title: str, count: str) -> None:
        """Show the name of the instance and where it stands."""
        if (title, count) != (self.title, self.count):
            self.title, self.count = title, count
            self.setAccessibleName(f"{title}, {count}")
            self.update()

    def set_read_only(self, read_only: bool) -> None:
        if read_only:
            self.remove.hide()

    def height_for(self, width: int) -> int:
        return theme.u(44)

    def place(self) -> None:
        size = self.remove.sizeHint()
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        box = QRect(
            self.width() - size.width() - theme.XS, (self.height() - size.height()) // 2, size.width(), size.height()
        )
        self.remove.setGeometry(painting.mirrored(self.rect(), box, rtl))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, whole = QPainter(self), self.rect()
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painting.body(painter, whole, theme.colour("sunken"), theme.colour("line") if _sunlight() else None)
        bar = painting.mirrored(whole, QRect(0, theme.S, 3, whole.height() - 2 * theme.S), rtl)
        painter.fillRect(bar, theme.colour("accent"))
        end = whole.width() - (theme.M if self.remove.isHidden() else theme.u(48))
        count_width = theme.metrics("small").horizontalAdvance(self.count) + 2
        room = QRect(theme.M + theme.XS, 0, end - count_width - 2 * theme.M, whole.height())
        painting.text(
            painter, painting.mirrored(whole, room, rtl), self.title, theme.font("h2"), theme.colour("ink"),
            mirrored=rtl,
        )  # fmt: skip
        place = QRect(end - count_width, 0, count_width, whole.height())
        painting.text(
            painter, painting.mirrored(whole, place, rtl), self.count, theme.font("small"), theme.colour("muted"),
            side="end", mirrored=rtl,
        )  # fmt: skip


def _sunlight() -> bool:
    return theme.look.name == "sunlight"


class AddLine(PaintedButton):
    """The line that adds an instance, with its key."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.framed = True
        self.cap = KeyCap("Ctrl+Enter")
        self.cap.setParent(self)
        self.say(words)

    def say(self, words: str) -> None:
        """Show other words."""
        if words != self.text():
            self.setText(words)
            self.setAccessibleName(words)
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        size = self.cap.sizeHint()
        box = QRect(
            self.width() - size.width() - theme.M, (self.height() - size.height()) // 2, size.width(), size.height()
        )
        self.cap.setGeometry(painting.mirrored(self.rect(), box, self.mirrored()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        press_by_space(self, event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, whole, rtl = QPainter(self), self.rect(), self.mirrored()
        if self.framed:
            inner = whole.adjusted(3, 3, -3, -3) if self.hasFocus() else whole
            fill = "hover" if self.underMouse() else "surface"
            painting.body(painter, inner, theme.colour(fill), theme.colour("line"))
        if self.hasFocus():
            painting.ring(painter, whole)
        side = theme.u(16)
        mark = QRect(theme.u(14), (whole.height() - side) // 2, side, side)
        painting.icon(painter, painting.mirrored(whole, mark, rtl), "plus", "accent")
        left = theme.u(14 + 16 + 8)
        box = QRect(left, 0, whole.width() - left - self.cap.width() - 2 * theme.M, whole.height())
        painting.text(
            painter, painting.mirrored(whole, box, rtl), self.text(), theme.font("strong"), theme.colour("accent"),
            mirrored=rtl,
        )  # fmt: skip


class NothingLine(QWidget):
    """Says that an empty instance can be taken out, and with which key. `asked` carries its field."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.instance, self.read_only = "", False
        self.button = Button("", "quiet")
        self.button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.button.clicked.connect(lambda: self.asked.emit(self.instance))
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, theme.M, 0)
        whole.setSpacing(theme.XS)
        whole.addWidget(self.button)
        whole.addWidget(KeyCap("Ctrl+Delete"))
        self.hide()

    def show_repeat(self, repeat: Node) -> None:
        """Offer to take the last instance out if nothing was answered in it."""
        self.instance = flow.last_untouched(repeat)
        alone = repeat.count == 1
        self.button.setText(_("Nothing to report") if alone else _("Remove the empty one"))
        self.setVisible(bool(self.instance) and not self.read_only)

    def set_read_only(self, read_only: bool) -> None:
        """Nothing is taken out of what is only looked at."""
        self.read_only = read_only
        self.setVisible(bool(self.instance) and not read_only)

    def width_beside(self, whole: int) -> int:
        """The width in px it takes of a line `whole` px wide; 0 where it is not shown."""
        return min(self.sizeHint().width(), whole * 3 // 5) if not self.isHidden() else 0


def lay_beside(add: AddLine, nothing: NothingLine, line: QRect, *, rtl: bool) -> None:
    """Place both in one line."""
    taken = nothing.width_beside(line.width())
    add_at, end = line.adjusted(0, 0, -taken, 0), line.adjusted(line.width() - taken, 0, 0, 0)
    add.setGeometry(painting.mirrored(line, add_at, rtl))
    nothing.setGeometry(painting.mirrored(line, end, rtl))


class AddBlock(Block):
    """Adds an instance to a repeat whose instances are cards."""

    def __init__(self, stop: Stop, node: Node, reading: Reading) -> None:
        super().__init__(stop)
        self.line, self.nothing = AddLine(""), NothingLine()
        self.line.setParent(self)
        self.nothing.setParent(self)
        self.line.clicked.connect(lambda: self.asked.emit("add", self.stop.field))
        self.nothing.asked.connect(lambda field: self.asked.emit("remove", field))
        self.show_node(node, reading)

    def show_node(self, node: Node, reading: Reading) -> None:
        self.line.say(add_words(node))
        self.nothing.show_repeat(node)
        self.place()

    def height_for(self, width: int) -> int:
        return theme.u(44)

    def place(self) -> None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        lay_beside(self.line, self.nothing, self.rect(), rtl=rtl)

    def set_read_only(self, read_only: bool) -> None:
        self.nothing.set_read_only(read_only)
        self.place()

    def can_focus(self) -> bool:
        return not self.isHidden()

    def take_focus(self, *, backwards: bool = False) -> None:
        self.line.setFocus(Qt.FocusReason.TabFocusReason)


def add_words(repeat: Node) -> str:
    """What the line that adds says."""
    label = (repeat.label or "").strip()
    if not label:
        return _("Add another")
    return _("Add: {what}").format(what=label)

"""What answers of several parts share: buttons that leave Enter to the page, stops by Tab, parts in lines, files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.interview.answers.base import Answer
from cami_survey.ui.interview.files import Incoming, incoming
from cami_survey.ui.kit import Button, painting
from cami_survey.ui.kit.button import press_by_space
from cami_survey.ui.words import counted

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.reading import Reading

CLEAR = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class AnswerButton(Button):
    """A button within a question: Space presses it, Enter goes on as everywhere. `about` names the question."""

    about = ""

    def setText(self, words: str) -> None:
        super().setText(words)
        if words and self.about:
            self.setAccessibleName(f"{self.about}: {words}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        press_by_space(self, event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()


def lay_out(parts: Sequence[QWidget], box: QRect, *, rtl: bool, move: bool = True) -> int:
    """Place `parts` in lines from the top of `box`, in its width; the height they take, in px."""
    x, y, line = 0, 0, 0
    for part in parts:
        size = part.sizeHint()
        if x and x + size.width() > box.width():
            x, y, line = 0, y + line + theme.S, 0
        place = QRect(box.x() + x, box.y() + y, min(size.width(), box.width()), size.height())
        if move:
            part.setGeometry(painting.mirrored(QRect(box.x(), 0, box.width(), 1), place, rtl))
        x, line = x + size.width() + theme.S, max(line, size.height())
    return y + line


class ManyStops(Answer):
    """An answer with several things to focus; Tab goes through them. Ctrl+Z takes back what was done here last."""

    def __init__(self, node: Node, reading: Reading) -> None:
        super().__init__(node, reading)
        self.installEventFilter(self)

    def stops(self) -> list[QWidget]:
        """What the keyboard can stop at now, in order."""
        raise NotImplementedError

    def name(self, words: str) -> None:
        self.setAccessibleName(words)
        for part in self.findChildren(AnswerButton):
            part.about = words
            if part.text():
                part.setText(part.text())
        lead = self.focusProxy()
        if lead is not None and not isinstance(lead, AnswerButton):
            lead.setAccessibleName(words)

    def undo_last(self) -> bool:
        """Take back what was done last; False where there is nothing to."""
        return False

    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return False

    def tab(self, *, backwards: bool) -> bool:
        stops = self.stops()
        at = next((at for at, stop in enumerate(stops) if stop.hasFocus()), None)
        if at is None or not 0 <= (to := at + (-1 if backwards else 1)) < len(stops):
            return False
        stops[to].setFocus(Qt.FocusReason.BacktabFocusReason if backwards else Qt.FocusReason.TabFocusReason)
        return True

    def show_parts(self, parts: Mapping[QWidget, bool]) -> bool:
        """Show and hide parts; whether any changed. The first that is shown leads when the question has the focus.

        Qt hands the focus of what is hidden to the next question, so it goes to the leading part before.
        """
        changed = any(part.isHidden() == shown for part, shown in parts.items())
        first = next((part for part, shown in parts.items() if shown), None)
        for part, shown in parts.items():
            if shown:
                part.show()
        if first is not None:
            self.setFocusProxy(first)
            if any(part.hasFocus() for part, shown in parts.items() if not shown):
                first.setFocus(Qt.FocusReason.OtherFocusReason)
        for part, shown in parts.items():
            if not shown:
                part.hide()
        return changed

    def rtl(self) -> bool:
        """Whether the page is mirrored."""
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # What is taken back here is not for the window around.
        if event.type() == QEvent.Type.ShortcutOverride and _is_undo(event) and self.can_undo():
            event.accept()
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not (_is_undo(event) and self.undo_last()):
            event.ignore()


def _is_undo(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Undo)


class TakesFiles(ManyStops):
    """An answer that files are dropped on, pasted into and chosen for. `take` gets the one that was given."""

    def __init__(self, node: Node, reading: Reading) -> None:
        super().__init__(node, reading)
        self.setAcceptDrops(True)

    def take(self, file: Incoming) -> None:
        """A person gave this file."""
        raise NotImplementedError

    def paste(self) -> None:
        """Take what lies on the clipboard, or say that it is no file."""
        self._take_one(incoming(QGuiApplication.clipboard().mimeData()), self.nothing_to_paste)

    def nothing_to_paste(self) -> None:
        """The clipboard holds neither a file nor a picture."""
        self.refused.emit(_("There is no file and no picture on the clipboard."))

    def _take_one(self, found: Sequence[Incoming], nothing: Callable[[], object]) -> None:
        if self.read_only:
            return
        if len(found) > 1:
            self.refused.emit(_("This question takes one file; {n} were given.").format(n=counted(len(found))))
        elif found:
            self.take(found[0])
        else:
            nothing()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        data = event.mimeData()
        if not self.read_only and (data.hasUrls() or data.hasImage()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self._take_one(incoming(event.mimeData()), lambda: None)
        event.acceptProposedAction()

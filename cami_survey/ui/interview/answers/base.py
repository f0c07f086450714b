"""What every answer widget is: it shows a node and says what a person gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from cami_survey.ui import theme
from cami_survey.ui.interview.reading import Reading

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.files import Files


class Answer(QWidget):
    """The part of a question that is answered.

    `answered` carries the new value in lexical form, empty to clear it. `typed` says that the screen holds text that
    was not handed over yet; `flush()` hands it over. `refused` carries a sentence about input that cannot be taken.
    `finished` asks to go on to the next question, `taller` to be given another height. `given` carries a file
    (`files.Incoming`) to be attached as the answer; `refused` comes back if it cannot be, through `not_taken()`.
    """

    answered = Signal(str)
    typed = Signal()
    refused = Signal(str)
    finished = Signal()
    taller = Signal()
    given = Signal(object)

    # Whether the widget has anything to focus; notes have not.
    focusable: bool = True
    # Whether it shows the picture of the question itself, so that nothing else has to.
    shows_picture: bool = False

    def __init__(self, node: Node, reading: Reading) -> None:
        super().__init__()
        self.reading = reading
        self.read_only = False
        self.files: Files | None = None

    def show_node(self, node: Node, reading: Reading) -> None:
        """Show the node's value, choices and texts. Called often; touches only what differs."""
        raise NotImplementedError

    def height_for(self, width: int) -> int:
        """The height in px at `width` px."""
        raise NotImplementedError

    def arrange(self, width: int, height: int) -> None:
        """Place what is inside at this size."""

    def flush(self) -> None:
        """Hand over what is typed, if anything waits."""

    def use_files(self, files: Files) -> None:
        """Look up the files of the interview there."""
        self.files = files

    def not_taken(self) -> None:
        """The file that was given last could not be attached."""

    def tab(self, *, backwards: bool) -> bool:
        """Move the focus on inside, by Tab; False where it leaves the answer."""
        return False

    def set_wrong(self, wrong: bool) -> None:
        """Show that the answer is wrong, or no longer."""

    def set_read_only(self, read_only: bool) -> None:
        """Show the answer without letting anybody change it."""
        self.read_only = read_only

    def name(self, words: str) -> None:
        """Say the question's words to screen readers."""
        self.setAccessibleName(words)
        proxy = self.focusProxy()
        if proxy is not None:
            proxy.setAccessibleName(words)

    def in_sight(self, wished: int, least: int) -> int:
        """So many px, or as many as the window shows at once, `least` in any case."""
        area = self.parentWidget()
        while area is not None and not isinstance(area, QAbstractScrollArea):
            area = area.parentWidget()
        return min(wished, max(area.viewport().height() - 2 * theme.S, least)) if area is not None else wished

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.arrange(self.width(), self.height())

    def sizeHint(self) -> QSize:
        return QSize(400, self.height_for(400))

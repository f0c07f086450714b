"""What the form shows and plays with the words of a question: a picture, its large version, a sound, a film."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _
from cami_survey.ui import feedback, theme
from cami_survey.ui.interview.answers.parts import AnswerButton, lay_out
from cami_survey.ui.interview.media import PictureDialog, decoded, draw, fitted, open_outside
from cami_survey.ui.kit import painting

if TYPE_CHECKING:
    from cami_survey.ui.interview.reading import Reading

WIDEST, TALLEST, LINE = 480, 280, 24


class LabelMedia(QWidget):
    """Below the words. Without media it takes no room. `refused` carries a sentence about what cannot be played."""

    refused = Signal(str)

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self._names: dict[str, str] = {}
        self.missing = ""
        self.picture = _Picture(self)
        self.sound, self.film = AnswerButton("", "quiet", "speaker-high"), AnswerButton("", "quiet", "play")
        self._reading = reading
        for button in (self.picture, self.sound, self.film):
            button.setParent(self)
            button.hide()
        self.picture.clicked.connect(self.enlarge)
        self.sound.clicked.connect(lambda: self._play("audio"))
        self.film.clicked.connect(lambda: self._play("video"))

    def show_media(self, media: Mapping[str, str], reading: Reading) -> bool:
        """Show other media; whether they differ."""
        self._reading = reading
        if dict(media) == self._names:
            return False
        self._names = dict(media)
        shown = self._names.get("image") or self._names.get("big-image", "")
        self.picture.show_picture(self._read(shown), shown)
        self.sound.setText(_("Play the sound"))
        self.film.setText(_("Play the film"))
        self.sound.setVisible(bool(self._names.get("audio")))
        self.film.setVisible(bool(self._names.get("video")))
        lost = shown and self.picture.image is None
        self.missing = _("The picture {name} did not come with the form.").format(name=shown) if lost else ""
        self.setVisible(bool(self._names))
        return True

    def _content(self, name: str) -> bytes | None:
        return self._reading.media(name) if self._reading.media is not None and name else None

    def _read(self, name: str) -> QImage | None:
        content = self._content(name)
        return decoded(content, 2 * theme.u(WIDEST)) if content else None

    def enlarge(self) -> None:
        """Show the picture, or the large one that the form has of it, as large as the window."""
        name = self._names.get("big-image") or self._names.get("image", "")
        content = self._content(name)
        large = decoded(content) if content else self.picture.image
        if large is not None:
            feedback.modal(PictureDialog(large, name, self))

    def _play(self, kind: str) -> None:
        name = self._names.get(kind, "")
        content = self._content(name)
        if content is None:
            self.refused.emit(_("The file {name} did not come with the form.").format(name=name))
        elif not open_outside(content, name):
            self.refused.emit(_("This computer has no program that opens {name}.").format(name=name))

    def stops(self) -> list[QWidget]:
        """What the keyboard can stop at."""
        return [part for part in (self.picture, self.sound, self.film) if not part.isHidden()]

    def _buttons(self) -> list[QWidget]:
        return [part for part in (self.sound, self.film) if not part.isHidden()]

    def height_for(self, width: int) -> int:
        """The height in px at `width` px."""
        tall = self.picture.size_in(width).height() + theme.S if not self.picture.isHidden() else 0
        tall += theme.u(LINE) if self.missing else 0
        tall += lay_out(self._buttons(), QRect(0, 0, width, 0), rtl=False, move=False)
        return tall

    def room(self, width: int) -> int:
        """The height with the gap above it, none where there is nothing."""
        tall = self.height_for(width) if self._names else 0
        return tall + theme.S if tall else 0

    def resizeEvent(self, event: object) -> None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        y = theme.u(LINE) if self.missing else 0
        if not self.picture.isHidden():
            size = self.picture.size_in(self.width())
            self.picture.setGeometry(painting.mirrored(self.rect(), QRect(0, y, size.width(), size.height()), rtl))
            y += size.height() + theme.S
        lay_out(self._buttons(), QRect(0, y, self.width(), 0), rtl=rtl)

    def paintEvent(self, event: QPaintEvent) -> None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        box = QRect(0, 0, self.width(), theme.u(LINE))
        painting.text(QPainter(self), box, self.missing, theme.font("small"), theme.colour("warn"), mirrored=rtl)


class _Picture(AnswerButton):
    """The picture of a label. Space or a click shows it as large as the window."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("")
        self.setParent(parent)
        self.image: QImage | None = None

    def show_picture(self, image: QImage | None, name: str) -> None:
        """Show a picture, or none."""
        self.image = image
        self.setAccessibleName(_("Picture {name}").format(name=name))
        self.setToolTip(_("Show it larger (Space)"))
        self.setVisible(image is not None)
        self.update()

    def size_in(self, width: int) -> QSize:
        """The size in px where `width` px are free."""
        if self.image is None:
            return QSize()
        box = QRect(0, 0, min(width, theme.u(WIDEST)), theme.u(TALLEST))
        return fitted(self.image, box).size()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.image is not None:
            draw(painter, self.rect(), self.image)
        if self.hasFocus():
            painting.ring(painter, self.rect())

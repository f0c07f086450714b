"""Pictures, sounds and films: pictures are shown here, what is heard or watched opens in the system's own player."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QRect, QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QImageReader, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.kit import painting

LARGEST, LARGEST_PIXELS = 2048, 120_000_000


def decoded(content: bytes, largest: int = LARGEST) -> QImage | None:
    """The picture upright, its longer side at most `largest` px; None for what is none, or is far too large."""
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.width() * size.height() > LARGEST_PIXELS:
        return None
    if size.isValid() and max(size.width(), size.height()) > largest:
        reader.setScaledSize(size.scaled(QSize(largest, largest), Qt.AspectRatioMode.KeepAspectRatio))
    picture = reader.read()
    return None if picture.isNull() else picture


def fitted(picture: QImage, box: QRect) -> QRect:
    """The largest place in the middle of `box` that shows the whole picture, no larger than the picture is."""
    size = picture.size()
    if size.width() > box.width() or size.height() > box.height():
        size = size.scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
    return painting.centred(box, size.width(), size.height())


def draw(painter: QPainter, place: QRect, picture: QImage) -> None:
    """Draw a picture smoothly into `place`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(place, picture)
    painter.restore()


class PictureDialog(QDialog):
    """One picture as large as the window. Escape, Enter, Space and a click close it."""

    def __init__(self, picture: QImage, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(name)
        self.setAccessibleName(_("Picture {name}").format(name=name))
        self.sheet = _Sheet(picture, self)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.sheet)
        over = parent.window().size()
        self.resize(max(over.width() * 9 // 10, 200), max(over.height() * 9 // 10, 200))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.accept()
        else:
            super().keyPressEvent(event)


class _Sheet(QWidget):
    def __init__(self, picture: QImage, dialog: PictureDialog) -> None:
        super().__init__(dialog)
        self._picture, self._dialog = picture, dialog

    def mouseReleaseEvent(self, event: object) -> None:
        self._dialog.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("sunken"))
        draw(painter, fitted(self._picture, self.rect().adjusted(theme.M, theme.M, -theme.M, -theme.M)), self._picture)


@cache
def _folder() -> Path:
    """A folder of this run of the program that nobody else may read; it goes when the program ends."""
    folder = Path(tempfile.mkdtemp(prefix="cami-survey-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def open_outside(content: bytes, name: str) -> bool:
    """Open a copy of a file with the system's program for it; whether there is one."""
    copy = _folder() / Path(name).name
    try:
        copy.write_bytes(content)
    except OSError:
        return False
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(copy)))

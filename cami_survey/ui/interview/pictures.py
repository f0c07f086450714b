"""Pictures that came with the form, small enough to be kept while the interview runs."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath

from cami_survey.ui.interview.media import decoded

if TYPE_CHECKING:
    from cami_survey.ui.interview.reading import Reading

# No picture of a choice is shown larger than this, in px.
LARGEST = 640


def picture(reading: Reading, name: str) -> QImage | None:
    """The picture of this name; None where the form has none or it cannot be read."""
    content = reading.media(name) if reading.media is not None and name else None
    return _read(content) if content else None


@lru_cache(maxsize=128)
def _read(content: bytes) -> QImage | None:
    return decoded(content, LARGEST)


def draw(painter: QPainter, box: QRect, image: QImage, *, whole: bool, radius: float = 6) -> None:
    """Draw a picture with round corners: the `whole` of it within `box`, or its middle filling it."""
    mode = Qt.AspectRatioMode.KeepAspectRatio if whole else Qt.AspectRatioMode.KeepAspectRatioByExpanding
    size = image.size().scaled(box.size(), mode)
    place = QRect(
        box.center().x() - size.width() // 2, box.center().y() - size.height() // 2, size.width(), size.height()
    )
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    corners = QPainterPath()
    corners.addRoundedRect(place if whole else box, radius, radius)
    painter.setClipPath(corners)
    painter.drawImage(place, image)
    painter.restore()

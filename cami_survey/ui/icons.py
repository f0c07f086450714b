"""Icons, painted from the outlines of the Phosphor glyphs: crisp at any scale, in any colour, mirrored when asked."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPainterPath, QPixmap, QTransform

from cami_survey.ui import fonts, theme

EM = 256.0
# Regular and filled share their code points.
CODES = {
    "arrow-counter-clockwise": 0xE038,
    "arrow-down": 0xE03E,
    "arrow-elbow-down-right": 0xE046,
    "arrow-left": 0xE058,
    "arrow-right": 0xE06C,
    "arrow-square-out": 0xE5DE,
    "arrow-up": 0xE08E,
    "arrows-down-up": 0xE098,
    "barcode": 0xE0B8,
    "bookmark-simple": 0xE0EA,
    "calendar-blank": 0xE10A,
    "camera": 0xE10E,
    "caret-down": 0xE136,
    "caret-left": 0xE138,
    "caret-right": 0xE13A,
    "caret-up": 0xE13C,
    "chart-bar": 0xE150,
    "chat-text": 0xE17A,
    "check": 0xE182,
    "check-circle": 0xE184,
    "circle": 0xE18A,
    "circle-half": 0xE18C,
    "clipboard-text": 0xE198,
    "clock": 0xE19A,
    "clock-counter-clockwise": 0xE1A0,
    "copy": 0xE1CA,
    "dots-six": 0xE794,
    "dots-six-vertical": 0xEAE2,
    "dots-three": 0xE1FE,
    "download-simple": 0xE20C,
    "equals": 0xE21C,
    "export": 0xEAF0,
    "eye": 0xE220,
    "file-plus": 0xE236,
    "file-text": 0xE23A,
    "file-xls": 0xEB22,
    "fingerprint": 0xE23E,
    "flag": 0xE244,
    "floppy-disk": 0xE248,
    "folder-open": 0xE256,
    "funnel": 0xE266,
    "gear-six": 0xE272,
    "git-merge": 0xE280,
    "hard-drives": 0xE2A0,
    "hourglass": 0xE2B2,
    "image": 0xE2CA,
    "info": 0xE2CE,
    "key": 0xE2D6,
    "keyboard": 0xE2D8,
    "laptop": 0xE586,
    "list": 0xE2F0,
    "lock-key": 0xE2FE,
    "magnifying-glass": 0xE30C,
    "map-pin": 0xE316,
    "map-trifold": 0xE31A,
    "microphone": 0xE326,
    "minus": 0xE32A,
    "minus-circle": 0xE32C,
    "note": 0xE348,
    "notebook": 0xE34E,
    "package": 0xE390,
    "paperclip": 0xE39A,
    "pause": 0xE39E,
    "paw-print": 0xE648,
    "pencil-simple": 0xE3B4,
    "play": 0xE3D0,
    "plus": 0xE3D4,
    "presentation": 0xE654,
    "printer": 0xE3DC,
    "prohibit": 0xE3DE,
    "push-pin": 0xE3E2,
    "question": 0xE3E8,
    "record": 0xE3EE,
    "shield-check": 0xE40C,
    "shuffle": 0xE422,
    "sidebar-simple": 0xEC24,
    "signature": 0xEBAC,
    "skip-forward": 0xE5A6,
    "speaker-high": 0xE44A,
    "stack": 0xE466,
    "star": 0xE46A,
    "stop": 0xE46C,
    "swap": 0xE83C,
    "table": 0xE476,
    "text-aa": 0xE6EE,
    "translate": 0xE4A2,
    "trash": 0xE4A6,
    "upload-simple": 0xE4C0,
    "usb": 0xE956,
    "user": 0xE4C2,
    "users": 0xE4D6,
    "warning": 0xE4E0,
    "warning-circle": 0xE4E2,
    "x": 0xE4F6,
    "x-circle": 0xE4F8,
}
DIRECTIONAL = frozenset(
    {"arrow-left", "arrow-right", "caret-left", "caret-right", "skip-forward", "arrow-counter-clockwise"}
    | {"arrow-square-out", "sidebar-simple", "list", "play", "arrow-elbow-down-right"}
)


@lru_cache(maxsize=512)
def outline(name: str, filled: bool = False) -> QPainterPath:
    """The glyph as a path in a box of 256 x 256; KeyError for a name that is not in the table."""
    font = fonts.icon_font(filled)
    glyph = font.glyphIndexesForString(chr(CODES[name]))[0]
    path = font.pathForGlyph(glyph)
    return QTransform.fromTranslate(0, font.ascent()).map(path)


def paint(painter: QPainter, box: QRect | QRectF, name: str, colour: QColor, *, filled: bool = False) -> None:
    """Draw the icon centred in `box`, as large as its shorter side; arrows turn round in a right-to-left layout."""
    box = QRectF(box)
    side = min(box.width(), box.height())
    flip = name in DIRECTIONAL and QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.center() - QPointF(-side / 2 if flip else side / 2, side / 2))
    painter.scale(-side / EM if flip else side / EM, side / EM)
    painter.fillPath(outline(name, filled), colour)
    painter.restore()


def pixmap(name: str, size: int, colour: QColor, *, filled: bool = False) -> QPixmap:
    """The icon as a pixmap of `size` px, drawn twice as large for dense screens."""
    image = QPixmap(size * 2, size * 2)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint(painter, QRect(0, 0, size * 2, size * 2), name, colour, filled=filled)
    painter.end()
    image.setDevicePixelRatio(2)
    return image


def icon(name: str, token: str = "ink") -> QIcon:
    """For menus and actions of Qt's own, in the colour of `token`."""
    return QIcon(pixmap(name, theme.u(theme.ICON), theme.colour(token)))

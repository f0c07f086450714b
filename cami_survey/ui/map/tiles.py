"""Tiles of a map that a person added, as pictures; the ones seen last are kept."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QObject, QRectF, Signal
from PySide6.QtGui import QImage, QImageReader

from cami_survey.base.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cami_survey.store.api import TileMap

KEPT, LARGEST_SIDE = 120, 1024


class Tiles:
    """Pictures of tiles. What breaks while the map is shown is left white."""

    def __init__(self, source: TileMap) -> None:
        self.source = source
        self._kept: OrderedDict[tuple[int, int, int], QImage | None] = OrderedDict()

    def seen(self, view: QRectF, zoom: float) -> Iterator[tuple[QRectF, QImage]]:
        """The tiles that lie in `view` (a part of the square world) with their places, for a zoom of the window."""
        low, high = self.source.zooms
        level = min(max(round(zoom), low), high)
        if level - zoom > 3:
            # So far out there would be too many.
            return
        side = 1 / 2**level
        last = 2**level - 1
        for row in range(max(int(view.top() / side), 0), min(int(view.bottom() / side), last) + 1):
            for column in range(max(int(view.left() / side), 0), min(int(view.right() / side), last) + 1):
                picture = self._picture(level, column, row)
                if picture is not None:
                    yield QRectF(column * side, row * side, side, side), picture

    def _picture(self, level: int, column: int, row: int) -> QImage | None:
        key = (level, column, row)
        if key not in self._kept:
            content = None
            with suppress(UserError):
                content = self.source.tile(*key)
            self._kept[key] = decoded(content, self.source.format) if content else None
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def close(self) -> None:
        """Let go of the file."""
        self._kept.clear()
        self.source.close()


class News(QObject):
    """`changed`: another map of tiles is to be shown, or none any more."""

    changed = Signal()


news = News()
# The maps of this run of the program, one open file each.
_open: dict[Path, Tiles] = {}


def shared(source: TileMap) -> Tiles:
    """The pictures of a map, the same ones for all widgets that show it."""
    before = _open.get(source.path)
    if before is not None:
        before.close()
    _open[source.path] = Tiles(source)
    return _open[source.path]


def add(path: Path) -> TileMap:
    """Show the map of tiles in this file from now on; UserError for what is no map."""
    from cami_survey.operations import maps

    source = maps.add(path).value
    shared(source)
    news.changed.emit()
    return source


def forget(shown: Tiles) -> None:
    """Show these tiles no longer."""
    from cami_survey.operations import maps

    maps.forget(shown.source.path)
    _open.pop(shown.source.path, None)
    news.changed.emit()
    shown.close()


def added() -> Tiles | None:
    """The map of tiles that was added last, if it can be read now."""
    from cami_survey.operations import maps

    with suppress(OSError):
        last = next(iter(maps.known()), None)
        if last in _open:
            return _open[last]
        found = maps.current()
        return shared(found) if found is not None else None
    return None


def decoded(content: bytes, format_: str) -> QImage | None:
    """The picture of a tile in its declared format; None for one that is broken or larger than tiles are."""
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    reader = QImageReader(buffer, QByteArray(format_.encode()))
    reader.setAutoDetectImageFormat(False)
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > LARGEST_SIDE:
        return None
    picture = reader.read()
    return None if picture.isNull() else picture

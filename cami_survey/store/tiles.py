"""Map tiles that a person brings: an MBTiles file (SQLite), read tile by tile and trusted in nothing."""

from __future__ import annotations

import re
from contextlib import suppress
from html import unescape
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from cami_survey.base import system_errors
from cami_survey.base.errors import UserError
from cami_survey.base.texts import _
from cami_survey.store.connection import connect

MAGIC = b"SQLite format 3\0"
FORMATS = {"png": "png", "jpg": "jpg", "jpeg": "jpg", "webp": "webp"}
LARGEST_TILE, LARGEST_TEXT, DEEPEST = 2_000_000, 2_000, 22
# Steps of SQLite's machine after which a look-up is given up, counted in thousands.
PATIENCE, STEP = 2_000, 1_000
# What the file may make SQLite do: read its tables and join them. No functions but ours, no recursion, no writing.
_SELECT, _READ, _FUNCTION, _OK, _DENY = 21, 20, 31, 0, 1
_FUNCTIONS = frozenset({"substr", "max", "min"})

TILE = "SELECT substr(tile_data, 1, ?) FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ? LIMIT 1"
ZOOMS = "SELECT min(zoom_level), max(zoom_level) FROM tiles"
ABOUT = "SELECT substr(name, 1, ?), substr(value, 1, ?) FROM metadata LIMIT 100"


def _allowed(action: int, _one: str | None, two: str | None, *_rest: object) -> int:
    if action in (_SELECT, _READ):
        return _OK
    return _OK if action == _FUNCTION and two in _FUNCTIONS else _DENY


class TileMap:
    """An open file of raster tiles. `format` is png, jpg or webp, `bounds` west, south, east, north in degrees."""

    def __init__(self, path: Path) -> None:
        """Open the file at `path`; UserError for what is not there or holds no raster tiles."""
        self.path = path
        self._steps = 0
        self._raw = _opened(path)
        self._raw.set_progress_handler(self._step, STEP)
        self._raw.set_authorizer(_allowed)
        try:
            self._read_about()
        except BaseException:
            self._raw.close()
            raise

    def _step(self) -> int:
        self._steps += 1
        return int(self._steps > PATIENCE)

    def _ask(self, query: str, values: tuple[object, ...] = ()) -> list[Any]:
        self._steps = 0
        try:
            return list(self._raw.execute(query, values))
        except (dbapi2.Error, OverflowError, UnicodeDecodeError, MemoryError) as error:
            raise _no_tiles(self.path) from error

    def _read_about(self) -> None:
        about = {str(name): str(value) for name, value in self._ask(ABOUT, (LARGEST_TEXT, LARGEST_TEXT))}
        written = about.get("format", "").casefold()
        if written == "pbf":
            raise UserError(
                "tiles.vector",
                _("“{file}” holds vector tiles, which cannot be drawn here.").format(file=self.path.name),
                advice=_("Ask for the same map as raster tiles (PNG or JPEG)."),
                where=self.path.name,
            )
        if written not in FORMATS:
            raise _no_tiles(self.path)
        self.format = FORMATS[written]
        self.name = about.get("name", "") or self.path.stem
        self.attribution = _plain(about.get("attribution", ""))
        low, high = self._ask(ZOOMS)[0]
        if type(low) is not int or type(high) is not int or not 0 <= low <= high <= DEEPEST:
            raise _no_tiles(self.path)
        self.zooms = (low, high)
        self.bounds = _bounds(about.get("bounds", ""))

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """The picture of a tile, counted from the north-west; None where the file has none. UserError if it breaks."""
        found = self._ask(TILE, (LARGEST_TILE + 1, zoom, column, 2**zoom - 1 - row))
        content = found[0][0] if found else None
        return content if isinstance(content, bytes) and len(content) <= LARGEST_TILE else None

    def close(self) -> None:
        """Let go of the file."""
        self._raw.close()


def _plain(words: str) -> str:
    """Words without the HTML that makers of tiles write their names in."""
    return " ".join(unescape(re.sub(r"<[^<>]*>", "", words)).split())


def _opened(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            start = file.read(len(MAGIC))
    except OSError as error:
        raise UserError(
            "tiles.unreadable",
            _("The map “{file}” cannot be read: {reason}.").format(
                file=path.name, reason=system_errors.in_words(error)
            ),
            advice=_("Put the stick back in, or add the map again."),
            where=str(path),
        ) from error
    if start != MAGIC:
        raise _no_tiles(path)
    with suppress(dbapi2.Error):
        return connect(path, None, mode="immutable")
    raise _no_tiles(path)


def _no_tiles(path: Path) -> UserError:
    return UserError(
        "tiles.none",
        _("“{file}” is no file of map tiles, or it is damaged.").format(file=path.name),
        advice=_("Choose an MBTiles file with PNG, JPEG or WebP tiles."),
        where=path.name,
    )


def _bounds(text: str) -> tuple[float, float, float, float]:
    with suppress(ValueError):
        west, south, east, north = (float(part) for part in text.split(","))
        if -180 <= west < east <= 180 and -90 <= south < north <= 90:
            return west, south, east, north
    return -180.0, -85.0, 180.0, 85.0

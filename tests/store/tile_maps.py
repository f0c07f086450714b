"""Files of map tiles for the tests, whole and hostile."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image
from sqlcipher3 import dbapi2

PLAIN = (
    "CREATE TABLE metadata (name TEXT, value TEXT)",
    "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)",
)


def tile() -> bytes:
    """A tile of one colour."""
    target = BytesIO()
    Image.new("RGB", (256, 256), "#12ab34").save(target, "PNG")
    return target.getvalue()


def tile_map(
    path: Path, *, about: dict[str, str] | None = None, schema: tuple[str, ...] = PLAIN, deepest: int = 4
) -> Path:
    """A file with every tile of the first levels."""
    raw = dbapi2.connect(str(path), isolation_level=None)
    for statement in schema:
        raw.execute(statement)
    told = {
        "name": "Pasture",
        "format": "png",
        "bounds": "70,38,80,44",
        "attribution": "Survey of 1985",
        **(about or {}),
    }
    raw.executemany("INSERT INTO metadata VALUES (?, ?)", told.items())
    if schema is PLAIN:
        content = tile()
        raw.execute("BEGIN")
        for zoom in range(deepest + 1):
            rows = ((zoom, x, y, content) for x in range(2**zoom) for y in range(2**zoom))
            raw.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
        raw.execute("COMMIT")
    raw.close()
    return path

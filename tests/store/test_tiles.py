"""Map tiles from a file that anybody may have made."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from cami_survey.base.errors import UserError
from cami_survey.operations import maps
from cami_survey.store.api import TileMap
from tests.store.tile_maps import PLAIN, tile, tile_map

ABOUT = PLAIN[0]


def refused(path: Path) -> str:
    with pytest.raises(UserError) as told:
        TileMap(path)
    return told.value.code


def test_tiles_are_counted_from_the_north_west(tmp_path: Path) -> None:
    path = tile_map(tmp_path / "a.mbtiles")
    tiles = TileMap(path)
    assert (tiles.name, tiles.format, tiles.zooms, tiles.attribution) == ("Pasture", "png", (0, 4), "Survey of 1985")
    assert tiles.bounds == (70, 38, 80, 44)
    assert tiles.tile(4, 3, 5) == tile()
    assert tiles.tile(4, 99, 5) is None
    tiles.close()


def test_whose_tiles_they_are_is_said_without_markup(tmp_path: Path) -> None:
    written = '&copy; <a href="https://example.org/copyright">Example  mappers</a>, <b>survey</b> of 1985 &lt;3'
    tiles = TileMap(tile_map(tmp_path / "pasture.mbtiles", about={"attribution": written}, deepest=0))
    assert tiles.attribution == "© Example mappers, survey of 1985 <3"
    tiles.close()


def test_images_behind_a_view_are_read_too(tmp_path: Path) -> None:
    schema = (
        ABOUT,
        "CREATE TABLE map (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_id TEXT)",
        "CREATE TABLE images (tile_id TEXT, tile_data BLOB)",
        "CREATE VIEW tiles AS SELECT map.zoom_level, map.tile_column, map.tile_row, images.tile_data"
        " FROM map JOIN images ON images.tile_id = map.tile_id",
        "INSERT INTO map VALUES (0, 0, 0, 'a')",
        "INSERT INTO images VALUES ('a', x'89504e47')",
    )
    tiles = TileMap(tile_map(tmp_path / "a.mbtiles", schema=schema))
    assert tiles.tile(0, 0, 0) == b"\x89PNG"
    tiles.close()


@pytest.mark.parametrize(
    "view",
    [
        "SELECT 0 AS zoom_level, 0 AS tile_column, 0 AS tile_row, randomblob(100000000) AS tile_data",
        "SELECT 0 AS zoom_level, 0 AS tile_column, 0 AS tile_row, load_extension('x') AS tile_data",
        "WITH RECURSIVE n(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM n) SELECT x AS zoom_level, 0 AS tile_column,"
        " 0 AS tile_row, x AS tile_data FROM n",
        "SELECT a.value AS zoom_level, 0 AS tile_column, 0 AS tile_row, 1 AS tile_data FROM metadata a, metadata b,"
        " metadata c, metadata d, metadata e, metadata f, metadata g, metadata h, metadata i, metadata j, metadata k,"
        " metadata l, metadata m, metadata n",
    ],
)
def test_a_view_that_does_more_than_reading_is_refused(tmp_path: Path, view: str) -> None:
    assert refused(tile_map(tmp_path / "a.mbtiles", schema=(ABOUT, f"CREATE VIEW tiles AS {view}"))) == "tiles.none"


def test_what_holds_no_raster_tiles_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "gone.mbtiles") == "tiles.unreadable"
    words = tmp_path / "words.mbtiles"
    words.write_bytes(b"words")
    assert refused(words) == "tiles.none"
    broken = tmp_path / "broken.mbtiles"
    broken.write_bytes(b"SQLite format 3\0" + b"\xff" * 4000)
    assert refused(broken) == "tiles.none"
    assert refused(tile_map(tmp_path / "vector.mbtiles", about={"format": "pbf"})) == "tiles.vector"
    assert refused(tile_map(tmp_path / "odd.mbtiles", about={"format": "exe"})) == "tiles.none"
    assert refused(tile_map(tmp_path / "none.mbtiles", schema=(ABOUT,))) == "tiles.none"


def test_a_damaged_file_is_said_while_it_is_read(tmp_path: Path) -> None:
    path = tile_map(tmp_path / "a.mbtiles")
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :] = b"\xff" * (len(content) - len(content) // 2)
    path.write_bytes(bytes(content))
    codes: list[str] = []
    try:
        with closing(TileMap(path)) as tiles:
            for column in range(16):
                tiles.tile(4, column, 3)
    except UserError as told:
        codes.append(told.code)
    assert codes in ([], ["tiles.none"])


def test_reading_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    path = tile_map(tmp_path / "a.mbtiles")
    before = path.read_bytes()
    tiles = TileMap(path)
    tiles.tile(1, 0, 0)
    tiles.close()
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith("a.")] == ["a.mbtiles"]


def test_maps_are_remembered_the_last_one_first(tmp_path: Path) -> None:
    first, second = tile_map(tmp_path / "first.mbtiles"), tile_map(tmp_path / "second.mbtiles")
    for path in (first, second, first, second):
        maps.add(path).value.close()
    assert maps.known() == [second, first]
    second.unlink()
    found = maps.current()
    assert found is not None
    assert found.path == first
    found.close()
    maps.forget(first)
    assert maps.current() is None

"""Maps of tiles that a person added on this laptop, the last one first."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.places import home
from cami_survey.base.texts import _

if TYPE_CHECKING:
    from cami_survey.store.api import TileMap

FILE, MOST = "maps.json", 5


def known() -> list[Path]:
    """The files of maps that were added, whether they are there now or not."""
    try:
        saved = json.loads((home() / FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return []
    return [Path(name) for name in saved if isinstance(name, str)] if isinstance(saved, list) else []


def add(path: Path) -> Outcome[TileMap]:
    """Open the map at `path` and remember it; UserError for what is no map. The file stays where it is."""
    from cami_survey.store.api import TileMap

    tiles = TileMap(path)
    _remember([path, *(other for other in known() if other != path)])
    notice = Notice("map.added", _("The map “{name}” was added.").format(name=tiles.name))
    return Outcome(tiles, frozenset({"settings"}), (notice,))


def forget(path: Path) -> Outcome[None]:
    """Show the map at `path` no longer. The file stays where it is."""
    _remember([other for other in known() if other != path])
    return Outcome(None, frozenset({"settings"}))


def current() -> TileMap | None:
    """The map added last that can be read now; None without one."""
    from cami_survey.base.errors import UserError
    from cami_survey.store.api import TileMap

    for path in known():
        try:
            return TileMap(path)
        except UserError:
            continue
    return None


def _remember(paths: list[Path]) -> None:
    target = home() / FILE
    partial = target.with_suffix(".part")
    with partial.open("w", encoding="utf-8") as file:
        json.dump([str(path) for path in paths[:MOST]], file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(target)

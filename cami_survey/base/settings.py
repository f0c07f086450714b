"""Settings of this person on this laptop: declared once, typed, kept as JSON in the user's folder."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

from cami_survey.base import system_language, texts
from cami_survey.base.places import home

Theme = Literal["light", "dark", "sunlight"]
Walk = Literal["page", "one-by-one"]
FILE = "settings.json"


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default. `text_size` is a percentage from 90 to 200.

    `lock_after` are the minutes of idleness after which an encrypted survey is covered, 0 for never; `keyring` says
    whether the system's keyring is asked for keys.
    """

    facilitator: str = ""
    device_name: str = ""
    language: str = "en"
    question_language: str = ""
    second_language: str = ""
    theme: Theme = "light"
    follow_system: bool = False
    text_size: int = 100
    touch: bool = False
    motion: bool = True
    digits: Literal["language", "latin"] = "language"
    walk: Walk = "page"
    backup_folder: str = ""
    export_folder: str = ""
    lock_after: int = 10
    keyring: bool = False
    recent: tuple[str, ...] = ()
    window: str = ""

    def with_recent(self, path: str) -> Settings:
        """These settings with `path` first among the last ten surveys."""
        return replace(self, recent=(path, *(other for other in self.recent if other != path))[:10])


CHOICES: dict[str, tuple[object, ...]] = {
    "theme": ("light", "dark", "sunlight"),
    "digits": ("language", "latin"),
    "walk": ("page", "one-by-one"),
}


def _accept(name: str, value: Any, default: Any) -> Any:
    if isinstance(default, tuple) and isinstance(value, list):
        value = tuple(item for item in value if isinstance(item, str))
    if type(value) is not type(default) or value not in CHOICES.get(name, (value,)):
        return default
    return min(max(value, 90), 200) if name == "text_size" else value


def load(preferred: Sequence[str] | None = None) -> Settings:
    """The saved settings; whatever is missing or broken has its default.

    A language that was never chosen is the first of `preferred` that the program has; None asks the environment.
    """
    try:
        saved = json.loads((home() / FILE).read_text("utf-8"))
    except (OSError, ValueError):
        saved = {}
    if not isinstance(saved, dict):
        saved = {}
    defaults = Settings() if saved.get("language") else Settings(language=_system_language(preferred))
    return Settings(
        **{
            item.name: _accept(item.name, saved.get(item.name), getattr(defaults, item.name))
            for item in fields(Settings)
        }
    )


def _system_language(preferred: Sequence[str] | None) -> str:
    wanted = system_language.preferred() if preferred is None else preferred
    return system_language.first_of(texts.languages(), wanted) or texts.SOURCE_LANGUAGE


def save(settings: Settings) -> None:
    """Write the settings so that a crash leaves the old file or the new one."""
    target = home() / FILE
    partial = target.with_suffix(".part")
    with partial.open("w", encoding="utf-8") as file:
        json.dump(asdict(settings), file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(target)

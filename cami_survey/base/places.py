"""Where things lie: shipped files and the user's own folders."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def shipped(name: str) -> Path:
    """The folder `forms` or `translations`: inside the installed package, or beside it in a checkout."""
    installed = PACKAGE / f"_{name}"
    return installed if installed.is_dir() else PACKAGE.parent / name


def fonts() -> Path:
    """The folder with the fonts that come with the program."""
    return PACKAGE / "ui" / "assets" / "fonts"


def home() -> Path:
    """The folder for settings, logs and caches, made if missing; `CAMI_SURVEY_HOME` overrides it (portable use)."""
    override = os.environ.get("CAMI_SURVEY_HOME")
    if override:
        folder = Path(override)
    else:
        import platformdirs

        folder = Path(platformdirs.user_data_dir("cami-survey", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True)
    return folder

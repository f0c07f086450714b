"""What is done again and again in processes that get killed: keys changed, backups made, backups restored."""

from __future__ import annotations

from itertools import count, cycle
from multiprocessing.connection import Connection
from pathlib import Path

from cami_survey.store.api import SurveyFile, change_key, restore


def change_keys(path: Path, keys: list[str | None], pipe: Connection) -> None:
    """Give the file the next key and the next, the first of which it has already."""
    now = keys[0]
    for key in cycle([*keys[1:], keys[0]]):
        pipe.send(now)
        change_key(path, now, key)
        now = key


def back_up(path: Path, key: str | None, target: Path, pipe: Connection) -> None:
    """Replace one backup, and make further ones."""
    survey = SurveyFile.open(path, key=key)
    for number in count():
        survey.backup(target)
        survey.backup()
        pipe.send(number)


def bring_back(backup: Path, path: Path, key: str | None, pipe: Connection) -> None:
    """Restore the same backup over the same file."""
    for number in count():
        restore(backup, path, key)
        pipe.send(number)

"""What is costly to make and the same for every test is made by one process of a run, and read by the others."""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from cami_survey.store.lock import InstanceLock

Made = TypeVar("Made")
PAUSE = 0.05
MOST_SHEETS = 500


class MadeOnce:
    """A folder of the whole run with what was made, by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    @classmethod
    def of(cls, factory: pytest.TempPathFactory) -> MadeOnce:
        """That of a run with several processes lies above their own folders."""
        base = factory.getbasetemp()
        return cls((base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "made-once")

    def __call__(self, name: str, make: Callable[[], Made]) -> Made:
        """What `make` gives: whoever asks first makes it, who asks meanwhile waits. Each gets a copy of their own."""
        kept = self.folder / f"{name}.pickle"
        if not kept.exists():
            self._made(kept, make)
        found: Made = pickle.loads(kept.read_bytes())
        return found

    def _made(self, kept: Path, make: Callable[[], object]) -> None:
        while (turn := InstanceLock.take(kept)) is None:
            time.sleep(PAUSE)
        try:
            if not kept.exists():
                part = kept.with_suffix(".part")
                part.write_bytes(pickle.dumps(make()))
                part.replace(kept)
        finally:
            turn.release()


class Conversions:
    """What the conversion of sheets gave, by the sheets and the name of their file.

    The same small forms stand in hundreds of tests. A refusal is not kept.
    """

    def __init__(self, convert: Callable[[Any, str], tuple[str, list[str], str | None]]) -> None:
        self._convert = convert
        self._known: dict[str, tuple[str, tuple[str, ...], str | None]] = {}

    def __call__(self, workbook: Any, name: str) -> tuple[str, list[str], str | None]:
        """The XForm, what was noticed, and a file of choices, as the conversion gives them."""
        key = repr((workbook.names, workbook.rows, workbook.headers, name))
        if key not in self._known:
            if len(self._known) >= MOST_SHEETS:
                self._known.clear()
            xml, warnings, itemsets = self._convert(workbook, name)
            self._known[key] = xml, tuple(warnings), itemsets
        xml, noticed, itemsets = self._known[key]
        return xml, list(noticed), itemsets

"""A folder with the forms that were opened on this computer, compiled.

Each is sealed with a key made of its own XForm: who has not got the form cannot read it, and what was damaged or put
there by somebody else is not opened. A form that is not found is read in full.
"""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from hashlib import blake2b, sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cami_survey import __version__
from cami_survey.base.collecting import paused
from cami_survey.base.texts import language
from cami_survey.engine.compiled.restoring import Sections, packed, restored
from cami_survey.engine.compiled.writing import flattened
from cami_survey.engine.form import Form
from cami_survey.engine.secondary import Media

ENGINE = Path(__file__).resolve().parents[1]
NONCE = 12
LARGEST = 50_000_000
USUAL = 65_536  # bytes that hold most forms; asking for the size of a small file costs as much as reading it
BINARY = getattr(os, "O_BINARY", 0)
MOST_FILES, MOST_BYTES = 200, 200_000_000
ENDING = ".form"


@lru_cache(maxsize=1)
def maker() -> bytes:
    """What stands for this program: another version, or another line in the engine, makes other files."""
    files = sorted((str(path), path.stat()) for path in ENGINE.rglob("*.py"))
    stamps = "".join(f"{name} {found.st_size} {found.st_mtime_ns}\n" for name, found in files)
    return sha256(f"{__version__} {sys.version} {stamps}".encode()).digest()


class FormCache:
    """Compiled forms in `folder`, which is made when there is something to keep."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, xml: bytes, media: Media) -> Form | None:
        """The form of this XForm, as a full reading would give it; None where that has to be done."""
        path, key = self._place(xml)
        try:
            sealed = _content(path)
            plain = AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], None)
        except (OSError, InvalidTag, ValueError):
            return None
        return restored(Sections(plain), xml, media)

    def keep(self, form: Form) -> None:
        """Keep the form for the next time; forms that cannot be kept are left out."""
        place, key = self._place(form.xml)
        try:
            with paused():
                plain = packed(flattened(form))
            if len(plain) < LARGEST:
                nonce = os.urandom(NONCE)
                self._write(Path(place), nonce + AESGCM(key).encrypt(nonce, plain, None))
        except (OSError, orjson.JSONEncodeError, RecursionError):
            return

    def _place(self, xml: bytes) -> tuple[str, bytes]:
        """Where a form lies, and its key; neither tells the other."""
        about = blake2b(sha256(xml).digest() + maker() + language().encode()).digest()
        return f"{self.folder}{os.sep}{about[32:52].hex()}{ENDING}", about[:32]

    def _write(self, path: Path, content: bytes) -> None:
        """All of it or nothing, also where another window writes the same."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self.folder, suffix=".part", delete=False) as target:
            target.write(content)
        Path(target.name).replace(path)
        self._make_room()

    def _make_room(self) -> None:
        """The oldest go where there are too many."""
        kept = sorted(((found.stat(), found) for found in self.folder.iterdir()), key=lambda each: -each[0].st_mtime)
        size = 0
        for place, (found, path) in enumerate(kept, 1):
            size += found.st_size
            if place > MOST_FILES or size > MOST_BYTES:
                path.unlink(missing_ok=True)


def _content(path: str) -> bytes:
    """What a file holds; OSError where it cannot be read. `open` takes longer than all else that a small form costs."""
    source = os.open(path, os.O_RDONLY | BINARY)
    try:
        content = os.read(source, USUAL)
        return content if len(content) < USUAL else content + _rest(source)
    finally:
        os.close(source)


def _rest(source: int) -> bytes:
    return os.read(source, min(os.fstat(source).st_size, 2 * LARGEST))

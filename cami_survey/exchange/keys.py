"""Recipients, identities and fingerprints: who can open a package, and how people compare keys by voice."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Protocol

import pyrage
from pyrage import x25519

from cami_survey.exchange.refusals import altered, cut_short, not_for_this_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MAGIC = b"age-encryption.org/v1\n"
LARGEST_CARD = 64 * 1024
CHUNK = 64 * 1024
_RECIPIENT = re.compile(r"\bage1[02-9ac-hj-np-z]{58}\b")
_LONGEST_HEADER = 256 * 1024
_NONCE = 16


class Writer(Protocol):
    """Where decrypted or encrypted bytes go."""

    def write(self, data: bytes, /) -> int: ...
    def flush(self) -> None: ...


class Reader(Protocol):
    """Where bytes come from."""

    def read(self, count: int = -1, /) -> bytes: ...


def fingerprint(public_key: bytes) -> str:
    """The id of the device with this key: SHA-256 in hex."""
    return hashlib.sha256(public_key).hexdigest()


def readable(device_id: str) -> str:
    """The part of a fingerprint that people compare, in four groups of four: `3f9a 1c02 77de 0b41`."""
    return " ".join(device_id[at : at + 4] for at in range(0, 16, 4))


def is_recipient(text: str) -> bool:
    """Whether `text` is an age recipient (`age1…`)."""
    try:
        x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        return False
    return True


def recipient_in(path: Path) -> str:
    """The one recipient written in a small text file (a card, JSON or plain); empty if there is none or more."""
    if path.stat().st_size > LARGEST_CARD:
        return ""
    found = set(_RECIPIENT.findall(path.read_text("utf-8", errors="replace")))
    return found.pop() if len(found) == 1 and is_recipient(next(iter(found))) else ""


def recipient_of(identity: str) -> str:
    """The recipient that belongs to an age identity."""
    return str(x25519.Identity.from_str(identity).to_public())


def encrypt(source: Reader, target: Writer, recipients: Iterable[str]) -> None:
    """Write `source` to `target` so that only `recipients` can open it. OSError as `target` raises it."""
    guarded = _Guarded(target)
    try:
        pyrage.encrypt_io(source, guarded, [x25519.Recipient.from_str(text) for text in recipients])
    except pyrage.EncryptError:
        # pyrage passes an error of the disk on as text; the number in it is what tells a full disk.
        if guarded.error is not None:
            raise guarded.error from None
        raise


def decrypt(source: Reader, target: Writer, identities: Iterable[str], *, size: int, name: str) -> None:
    """Write the plain bytes of the age file `source` of `size` bytes to `target`, or refuse package `name`.

    What reached `target` before a refusal is not to be trusted; it must not be a file on a disk.
    """
    meter = _Meter(source, target)
    try:
        pyrage.decrypt_io(meter, meter, [x25519.Identity.from_str(text) for text in identities])
    except pyrage.DecryptError as error:
        if "No matching keys" in str(error):
            raise not_for_this_file(name) from None
        raise (cut_short(name) if meter.header_is_cut(size) else altered(name)) from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise (cut_short(name) if meter.failed_at_end(size) else altered(name)) from None


class _Guarded:
    """Passes bytes on and keeps the error that stopped it."""

    def __init__(self, target: Writer) -> None:
        self._target = target
        self.error: OSError | None = None

    def write(self, data: bytes, /) -> int:
        try:
            return self._target.write(data)
        except OSError as error:
            self.error = error
            raise

    def flush(self) -> None:
        self._target.flush()


class _Meter:
    """Passes bytes on and remembers enough to tell a changed package from one whose end is missing."""

    def __init__(self, source: Reader, target: Writer) -> None:
        self._source = source
        self._target = target
        self._head = b""
        self._written = 0

    def read(self, count: int = -1, /) -> bytes:
        data = self._source.read(count)
        if len(self._head) < _LONGEST_HEADER:
            self._head += data
        return data

    def write(self, data: bytes, /) -> int:
        self._written += len(data)
        return self._target.write(data)

    def flush(self) -> None:
        self._target.flush()

    def _header(self) -> int:
        found = re.search(rb"\n--- [A-Za-z0-9+/]+\n", self._head)
        return found.end() if found else 0

    def header_is_cut(self, size: int) -> bool:
        header = self._header()
        return size < header + _NONCE if header else size < _LONGEST_HEADER

    def failed_at_end(self, size: int) -> bool:
        # age seals chunks of 64 KiB with 16 bytes each, after the nonce: only the last one did not open.
        sealed = size - self._header() - _NONCE
        return sealed - self._written // CHUNK * (CHUNK + 16) <= CHUNK + 16


def copy(source: Reader, target: Writer) -> None:
    """Write `source` to `target` as it is."""
    while piece := source.read(1024 * 1024):
        target.write(piece)


def drain(source: Reader) -> None:
    """Read `source` to its end."""
    while source.read(1024 * 1024):
        pass

"""Key slots: the ways to the one random key of a survey file, each of them alone enough.

A slot holds the file's key under something else: a passphrase (Argon2id, ChaCha20-Poly1305) or an age recipient whose
secret half lies on paper. Slots hold no secret that could be read. While a file is open for writing they lie beside it
(`NAME-keys`), as its log does; when it is closed they stand behind its last page, so that a file at rest needs nothing
beside it.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import time
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from cami_survey.store import keys
from cami_survey.store.disk import sync

TAG = b"cami-survey/key-slot/1\0"
MAGIC = b"CAMIKEY1"
LONGEST = 32 * 1024
BESIDE = "-keys"

# Floor and ceiling of the stretching. A file that asks for less is not ours, one that asks for more would keep busy.
MEMORY_KIB = 64 * 1024
LEAST_ROUNDS, MOST_ROUNDS = 3, 12
AIM_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class PassphraseSlot:
    """The key under a passphrase, with the parameters of its stretching."""

    rounds: int
    salt: bytes
    box: bytes


@dataclass(frozen=True, slots=True)
class Slots:
    """All slots of a file; `file` is the salt at its beginning, which says whose slots they are."""

    file: bytes
    passphrase: PassphraseSlot | None = None
    recovery: tuple[tuple[str, bytes], ...] = ()

    def with_passphrase(self, passphrase: str, key: bytes) -> Slots:
        """These slots with a new passphrase in place of the one before."""
        salt = secrets.token_bytes(keys.SALT)
        rounds, stretched = _calibrated(passphrase, salt)
        nonce = secrets.token_bytes(12)
        about = _about(self.file, rounds, salt)
        box = nonce + ChaCha20Poly1305(stretched).encrypt(nonce, key, about)
        return replace(self, passphrase=PassphraseSlot(rounds, salt, box))

    def with_recovery(self, recipient: str, key: bytes) -> Slots:
        """These slots and one for an age recipient."""
        box = pyrage.encrypt(TAG + self.file + key, [pyrage.x25519.Recipient.from_str(recipient)])
        others = tuple(slot for slot in self.recovery if slot[0] != recipient)
        return replace(self, recovery=(*others, (recipient, box)))

    def without_recovery(self, recipient: str) -> Slots:
        """These slots without one."""
        return replace(self, recovery=tuple(slot for slot in self.recovery if slot[0] != recipient))

    def by_passphrase(self, passphrase: str) -> bytes | None:
        """The key, or None where the passphrase is wrong."""
        slot = self.passphrase
        if slot is None:
            return None
        stretched = _stretched(passphrase, slot.salt, slot.rounds)
        about = _about(self.file, slot.rounds, slot.salt)
        try:
            return ChaCha20Poly1305(stretched).decrypt(slot.box[:12], slot.box[12:], about)
        except InvalidTag:
            return None

    def by_recovery(self, secret: str) -> bytes | None:
        """The key, or None where no slot opens to this age secret."""
        try:
            identity = pyrage.x25519.Identity.from_str(secret)
        except pyrage.IdentityError:
            return None
        for recipient, box in self.recovery:
            if recipient == str(identity.to_public()):
                return self._recovered(box, identity)
        return None

    def _recovered(self, box: bytes, identity: Any) -> bytes | None:
        try:
            content = pyrage.decrypt(box, [identity])
        except pyrage.DecryptError:
            return None
        begin = TAG + self.file
        return content[len(begin) :] if content.startswith(begin) and len(content) == len(begin) + 32 else None

    def encoded(self) -> bytes:
        """As it stands behind the last page and beside a living file."""
        value: dict[str, Any] = {"v": 1, "file": self.file.hex()}
        value["recovery"] = [[recipient, base64.b64encode(box).decode()] for recipient, box in self.recovery]
        if self.passphrase is not None:
            slot = self.passphrase
            value["passphrase"] = {"rounds": slot.rounds, "salt": slot.salt.hex(), "box": slot.box.hex()}
        body = json.dumps(value, sort_keys=True).encode()
        return body + len(body).to_bytes(4) + MAGIC


def of_key(key: bytes, salt: bytes, passphrase: str, recipients: tuple[str, ...] = ()) -> Slots:
    """New slots for a key."""
    made = Slots(salt).with_passphrase(passphrase, key)
    for recipient in recipients:
        made = made.with_recovery(recipient, key)
    return made


def read(path: Path) -> Slots | None:
    """The slots of a survey file; where they were lost with its end, those of its newest backup."""
    file = keys.file_salt(path)
    beside = path.with_name(path.name + BESIDE)
    backups = path.with_name(path.stem + "-backups")
    others = sorted(backups.glob("*.cami"), reverse=True) if backups.is_dir() else []
    for candidate in (beside, path, *others):
        found = decoded(_end(candidate)) if candidate.is_file() else None
        if found is not None and found.file == file:
            return found
    return None


def length(path: Path) -> int:
    """How many bytes behind the last page belong to the slots."""
    return _length(_end(path))


def append(path: Path, found: Slots) -> None:
    """Put the slots behind the last page of a file that nobody has open; durable when it returns."""
    with path.open("r+b") as file:
        file.truncate(_whole(path))
        file.seek(0, os.SEEK_END)
        file.write(found.encoded())
        file.flush()
        os.fsync(file.fileno())


def wake(path: Path) -> None:
    """Before a file is written to: its slots go beside it, where no growing page can overwrite them."""
    found = read(path)
    if found is not None:
        write_beside(path, found)
        if length(path):
            with path.open("r+b") as file:
                file.truncate(_whole(path))


def rest(path: Path) -> None:
    """After a file was closed: its slots go behind its last page. What still has a log stays as it is."""
    beside, log = path.with_name(path.name + BESIDE), path.with_name(path.name + "-wal")
    if not beside.exists() or log.exists():
        return
    found = read(path)
    if found is not None:
        append(path, found)
    beside.unlink()


def write_beside(path: Path, found: Slots) -> None:
    """Keep the slots of a living file: the old ones or the new ones after a crash, never half of them."""
    beside = path.with_name(path.name + BESIDE)
    part = beside.with_name(beside.name + ".part")
    with part.open("wb") as file:
        file.write(found.encoded())
        file.flush()
        os.fsync(file.fileno())
    part.replace(beside)
    sync(beside.parent)


def decoded(end: bytes) -> Slots | None:
    """The slots at the end of some bytes; None where there are none, or none that are whole."""
    size = _length(end)
    if not size:
        return None
    try:
        value = json.loads(end[-size : -len(MAGIC) - 4])
        slot = value.get("passphrase")
        passphrase = None
        if slot is not None:
            passphrase = PassphraseSlot(int(slot["rounds"]), bytes.fromhex(slot["salt"]), bytes.fromhex(slot["box"]))
            if not LEAST_ROUNDS <= passphrase.rounds <= MOST_ROUNDS or len(passphrase.salt) != keys.SALT:
                return None
        recovery = tuple((str(name), base64.b64decode(box, validate=True)) for name, box in value["recovery"])
        return Slots(bytes.fromhex(value["file"]), passphrase, recovery)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _end(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LONGEST))
        return file.read(LONGEST)


def _length(end: bytes) -> int:
    if not end.endswith(MAGIC):
        return 0
    size = int.from_bytes(end[-len(MAGIC) - 4 : -len(MAGIC)]) + 4 + len(MAGIC)
    return size if size <= len(end) else 0


def _whole(path: Path) -> int:
    """The length of a file without its slots, or what a crash left of them: whole pages."""
    size = path.stat().st_size - length(path)
    return size - size % keys.PAGE


def _about(file: bytes, rounds: int, salt: bytes) -> bytes:
    """What the passphrase slot is sealed with: nobody can weaken the stretching or move the slot to another file."""
    return TAG + file + f"argon2id {MEMORY_KIB} {rounds} 1 ".encode() + salt


def _calibrated(passphrase: str, salt: bytes) -> tuple[int, bytes]:
    """As many rounds as this computer does in half a second, three at least; with the stretched passphrase."""
    began = time.perf_counter()
    stretched = _stretched(passphrase, salt, LEAST_ROUNDS)
    spent = max(time.perf_counter() - began, 1e-3)
    rounds = min(MOST_ROUNDS, max(LEAST_ROUNDS, round(LEAST_ROUNDS * AIM_SECONDS / spent)))
    return rounds, stretched if rounds == LEAST_ROUNDS else _stretched(passphrase, salt, rounds)


def _stretched(passphrase: str, salt: bytes, rounds: int) -> bytes:
    # One keyboard composes letters, another does not.
    return keys.stretched(unicodedata.normalize("NFC", passphrase).encode(), salt, rounds, MEMORY_KIB)

"""From what a person gives as key to what SQLCipher takes: 32 raw bytes and the file's own salt."""

from __future__ import annotations

import math
import re
from collections import Counter
from pathlib import Path

SALT = 16
PAGE = 8192
SQLITE_MAGIC = b"SQLite format 3\0"
HEX_KEY = re.compile(r"[0-9a-fA-F]{64}")
OTHER_MAGIC = (
    b"PK\3\4",
    b"age-encryption.org",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"(\xb5/\xfd",
    b"7z\xbc\xaf",
)


def plain_key(key: bytes | str) -> bytes | None:
    """32 bytes or 64 hex digits as the raw key that they are; None for a passphrase."""
    if isinstance(key, bytes) and len(key) == 32:
        return key
    text = text_of(key).strip()
    return bytes.fromhex(text) if HEX_KEY.fullmatch(text) else None


def raw_key(key: bytes | str, salt: bytes) -> bytes:
    """The raw key itself, or a passphrase stretched with the file's own salt, as in files without key slots."""
    raw = plain_key(key)
    if raw is not None:
        return raw
    return stretched(key.encode() if isinstance(key, str) else key, salt, 3, 64 * 1024)


def text_of(key: bytes | str) -> str:
    """A key as text."""
    return key if isinstance(key, str) else key.decode("utf-8", "replace")


def stretched(secret: bytes, salt: bytes, rounds: int, memory_kib: int) -> bytes:
    """32 bytes by Argon2id with one lane."""
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        secret, salt, time_cost=rounds, memory_cost=memory_kib, parallelism=1, hash_len=32, type=Type.ID
    )


def pragma(key: bytes, salt: bytes) -> str:
    """The statement that keys a connection. It holds the key: never log it."""
    return f"PRAGMA key = \"x'{key.hex()}{salt.hex()}'\""


def file_salt(path: Path) -> bytes:
    """The salt at the beginning of a keyed file."""
    with path.open("rb") as file:
        return file.read(SALT)


def key_name(path: Path) -> str:
    """The public name of a keyed file's key; it changes whenever the key does."""
    return file_salt(path).hex()


def is_encrypted(path: Path | str) -> bool:
    """Whether the file looks like a survey under a key: one page at least, and nothing to be recognised in it."""
    with Path(path).open("rb") as file:
        page = file.read(PAGE)
    if len(page) < PAGE or page.startswith((SQLITE_MAGIC, *OTHER_MAGIC)):
        return False
    counts = Counter(page)
    bits = -sum(n / PAGE * math.log2(n / PAGE) for n in counts.values())
    return bits > 7.9

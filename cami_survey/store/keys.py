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


def raw_key(key: bytes | str, salt: bytes) -> bytes:
    """32 bytes and 64 hex digits are a raw key; anything else is a passphrase, stretched by Argon2id with `salt`."""
    if isinstance(key, bytes) and len(key) == 32:
        return key
    text = key if isinstance(key, str) else key.decode("utf-8", "replace")
    if HEX_KEY.fullmatch(text.strip()):
        return bytes.fromhex(text.strip())
    from argon2.low_level import Type, hash_secret_raw

    secret = key.encode() if isinstance(key, str) else key
    return hash_secret_raw(secret, salt, time_cost=3, memory_cost=64 * 1024, parallelism=1, hash_len=32, type=Type.ID)


def pragma(key: bytes, salt: bytes) -> str:
    """The statement that keys a connection. It holds the key: never log it."""
    return f"PRAGMA key = \"x'{key.hex()}{salt.hex()}'\""


def file_salt(path: Path) -> bytes:
    """The salt at the beginning of a keyed file."""
    with path.open("rb") as file:
        return file.read(SALT)


def is_encrypted(path: Path | str) -> bool:
    """Whether the file looks like a survey under a key: one page at least, and nothing to be recognised in it."""
    with Path(path).open("rb") as file:
        page = file.read(PAGE)
    if len(page) < PAGE or page.startswith((SQLITE_MAGIC, *OTHER_MAGIC)):
        return False
    counts = Counter(page)
    bits = -sum(n / PAGE * math.log2(n / PAGE) for n in counts.values())
    return bits > 7.9

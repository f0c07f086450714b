"""Names that lead back to nobody without the key, and are the same in every export."""

from __future__ import annotations

import hmac
from base64 import b32encode
from hashlib import sha256

LENGTH = 10


def keyed(key: bytes, *about: str) -> bytes:
    """32 bytes that only this key gives for these words (HMAC-SHA-256; each word is preceded by its length)."""
    told = b"".join(len(word.encode()).to_bytes(4, "big") + word.encode() for word in about)
    return hmac.new(key, told, sha256).digest()


def pseudonym(key: bytes, kind: str, name: str) -> str:
    """A name of ten letters and digits (50 bits) for `name`; the same name of another kind has another pseudonym."""
    return b32encode(keyed(key, kind, name)).decode()[:LENGTH].lower()

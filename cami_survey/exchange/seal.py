"""The seal at the end of a package: who sent it, and that no byte of it was changed.

It is the comment of the zip: `CAMIPACK/1 <public key> <signature>`, the key and the Ed25519 signature in lower-case
hex. The signature covers the format's tag and the SHA-512 of every byte before the comment.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cami_survey.exchange.refusals import altered, cut_short, newer

if TYPE_CHECKING:
    from collections.abc import Callable

    from cami_survey.exchange.spool import Spool

FORMAT = 1
TAG = b"CAMIPACK/1 "
LENGTH = len(TAG) + 64 + 1 + 128
CHUNK = 1024 * 1024

_SEAL = re.compile(rb"CAMIPACK/1 ([0-9a-f]{64}) ([0-9a-f]{128})")
_ANY_TAG = re.compile(rb"CAMIPACK/([0-9]{1,4}) ")


def digest(spool: Spool, size: int) -> bytes:
    """What is signed: the tag and the SHA-512 of the first `size` bytes."""
    hasher = hashlib.sha512()
    spool.seek(0)
    left = size
    while left:
        piece = spool.read(min(left, CHUNK))
        hasher.update(piece)
        left -= len(piece)
    return TAG + hasher.digest()


def seal(spool: Spool, public_key: bytes, sign: Callable[[bytes], bytes]) -> None:
    """Append the seal to a zip that ends with an announced comment of `LENGTH` bytes."""
    signature = sign(digest(spool, spool.size))
    spool.seek(spool.size)
    spool.write(TAG + public_key.hex().encode() + b" " + signature.hex().encode())


def check_seal(spool: Spool, name: str) -> bytes:
    """The sender's public key, after the signature was found right; otherwise the package `name` is refused."""
    before = spool.size - LENGTH
    spool.seek(max(before, 0))
    found = _SEAL.fullmatch(spool.read(LENGTH))
    if found is None:
        raise _broken_end(spool, name)
    public_key, signature = (bytes.fromhex(part.decode()) for part in found.groups())
    if not is_signed(public_key, signature, digest(spool, before)):
        raise altered(name)
    return public_key


def is_signed(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the Ed25519 `signature` of `message` is right."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _broken_end(spool: Spool, name: str) -> Exception:
    # Told apart only for the sentence: a tag of another version, a whole end with changed bytes, or no end at all.
    spool.seek(max(spool.size - 4 * LENGTH, 0))
    tail = spool.read()
    tag = _ANY_TAG.search(tail)
    if tag is not None and int(tag[1]) > FORMAT:
        return newer(name)
    whole = tag is not None and len(tail) - tag.start() >= LENGTH
    return altered(name) if whole or tail[-LENGTH - 22 : -LENGTH - 18] == b"PK\x05\x06" else cut_short(name)

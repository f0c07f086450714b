"""Canonical bytes: the one way a fact is written, so that its hash means something.

Canonical JSON is UTF-8 text in Unicode normalisation form C with sorted keys, no spaces and no floats.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import orjson

from cami_survey.base.composition import composed

MAX_BYTES = 1_500_000
FORMAT = 1
SURROGATE = re.compile("[\ud800-\udfff]")


class MalformedError(ValueError):
    """Stored bytes are not what they have to be; the message says in English what is wrong, for a `detail`."""


def nfc(text: str) -> str:
    """`text` in form C; halves of surrogate pairs, which no file can hold, become U+FFFD."""
    if text.isascii():
        return text
    return composed(text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def nfc_mapping(texts: Mapping[str, str]) -> dict[str, str]:
    """A copy with keys and values in form C."""
    whole = "\n".join((*texts, *texts.values()))
    if whole.isascii() or (composed(whole) == whole and not SURROGATE.search(whole)):
        return dict(texts)
    return {nfc(key): nfc(value) for key, value in texts.items()}


def encode(value: Mapping[str, Any]) -> bytes:
    """The canonical bytes of `value`, whose texts are in form C already and whose numbers are integers."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def decode(data: bytes) -> dict[str, Any]:
    """The object in `data`; MalformedError if it is too large, no object or not written canonically."""
    if len(data) > MAX_BYTES:
        raise MalformedError("too large")
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise MalformedError("not JSON") from error
    if not isinstance(value, dict) or orjson.dumps(value, option=orjson.OPT_SORT_KEYS) != data:
        raise MalformedError("not in canonical form")
    return value


def digest(kind: str, *parts: bytes) -> bytes:
    """SHA-256 under the domain tag of `kind`, so that bytes of one kind never pass for another."""
    return hashlib.sha256(b"".join((_tag(kind), *parts))).digest()


@cache
def _tag(kind: str) -> bytes:
    return f"cami-survey/{kind}/1\0".encode()

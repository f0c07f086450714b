"""A fact as one line of `facts.ndjson`.

`{"id", "kind", "head", "body", "salt64"}`: bytes that are UTF-8 stand as text under their name, others as base64 under
their name with `64`. An attachment has its bytes in a file of their own. A line is read only in the form it is written.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Final, cast, get_args

import orjson

from cami_survey.base.records import Fact, FactKind
from cami_survey.base.texts import _
from cami_survey.exchange import strictjson
from cami_survey.exchange.strictjson import MalformedJsonError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

MIB: Final = 1024 * 1024
LARGEST: Final[Mapping[FactKind, int]] = {
    "revision": 3 * MIB // 2,
    "form": 3 * MIB // 2,
    "attachment": 128 * MIB,
    "device": MIB // 16,
    "withdrawal": MIB // 16,
    "statement": MIB,
}
LONGEST_LINE: Final = 12 * MIB  # a control character takes six bytes in JSON

_KINDS = frozenset(get_args(FactKind))
_REVISION: Final = re.compile(
    rb'","id":"([0-9a-f]{64})","kind":"revision","salt64":"((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)"}'
)
_HEX = frozenset("0123456789abcdef")


def is_hash(text: object) -> bool:
    """Whether `text` is a SHA-256 in lower-case hex."""
    return isinstance(text, str) and len(text) == 64 and _HEX.issuperset(text)


def size_of(fact: Fact) -> int:
    """The bytes a fact carries."""
    return len(fact.head) + len(fact.body or b"")


def to_line(fact: Fact) -> bytes:
    """The line of `fact`, without the line break."""
    parts = {"id": fact.id, "kind": fact.kind}
    if fact.kind != "attachment":
        _put(parts, "head", fact.head)
    if fact.body is not None:
        _put(parts, "body", fact.body)
    if fact.salt is not None:
        parts["salt64"] = b64encode(fact.salt).decode()
    return orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)


def _put(parts: dict[str, str], name: str, data: bytes) -> None:
    try:
        parts[name] = data.decode()
    except UnicodeDecodeError:
        parts[name + "64"] = b64encode(data).decode()


def from_line(line: bytes, attachment: Callable[[str], bytes]) -> Fact:
    """The fact of a line; `attachment` gives the bytes to an attachment's id. MalformedJsonError says what is wrong."""
    return _plain_revision(line) or _any(line, attachment)


def _plain_revision(line: bytes) -> Fact | None:
    """The revision of a line that escapes nothing but quotation marks, as nearly all are; None for any other line."""
    head_at, tail_at = line.rfind(b'","head":"'), line.rfind(b'","id":"')
    if not 0 <= head_at < tail_at or not line.startswith(b'{"body":"'):
        return None
    tail = _REVISION.fullmatch(line, tail_at)
    body, head = _unquoted(line[8 : head_at + 1]), _unquoted(line[head_at + 9 : tail_at + 1])
    if tail is None or body is None or head is None or len(head) + len(body) > LARGEST["revision"]:
        return None
    salt = b64decode(tail[2])
    if b64encode(salt) != tail[2]:
        return None
    return Fact("revision", tail[1].decode(), head, body, salt)


def _unquoted(text: bytes) -> bytes | None:
    """The bytes of a JSON text written the shortest way, which is the one way we write it; None for any other."""
    try:
        plain: bytes = orjson.loads(text).encode()
    except (orjson.JSONDecodeError, AttributeError):
        return None
    shortest = len(plain) + plain.count(b'"') + plain.count(b"\\") + 2
    return plain if shortest == len(text) else None


def _any(line: bytes, attachment: Callable[[str], bytes]) -> Fact:
    try:
        parts = orjson.loads(line)
        fact = _fact(parts, attachment)
    except (orjson.JSONDecodeError, ValueError, TypeError, KeyError, AttributeError) as error:
        if isinstance(error, MalformedJsonError):
            raise
        strictjson.parse(line)
        raise MalformedJsonError(_("it is not a fact of a survey")) from error
    if to_line(fact) != line:
        strictjson.parse(line)
        raise MalformedJsonError(_("it is not written in the form this program writes"))
    if size_of(fact) > LARGEST[fact.kind]:
        raise MalformedJsonError(_("it is larger than such a thing may be"))
    return fact


def _fact(parts: dict[str, str], attachment: Callable[[str], bytes]) -> Fact:
    kind, name = parts["kind"], parts["id"]
    if kind not in _KINDS or not is_hash(name):
        raise KeyError(kind)
    if kind == "attachment":
        return Fact("attachment", name, _checked(name, attachment(name)))
    salt = parts.get("salt64")
    head = _take(parts, "head")
    if head is None:
        raise KeyError("head")
    body = _take(parts, "body")
    return Fact(cast("FactKind", kind), name, head, body, None if salt is None else b64decode(salt, validate=True))


def _take(parts: dict[str, str], name: str) -> bytes | None:
    if name in parts:
        return parts[name].encode()
    coded = parts.get(name + "64")
    return None if coded is None else b64decode(coded, validate=True)


def _checked(name: str, content: bytes) -> bytes:
    if hashlib.sha256(content).hexdigest() != name:
        raise MalformedJsonError(_("the file {name} is not the one it is called after").format(name=name[:16]))
    return content


def split(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a stream of pieces, without their line breaks; MalformedJsonError for one without end."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
        if len(rest) > LONGEST_LINE:
            raise MalformedJsonError(_("the line is too long"))
    if rest:
        raise MalformedJsonError(_("the line is not complete"))

"""A revision in bytes: head, body and salt, minted and read back with every check."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from cami_survey.base.records import DELETED, STATE, Answers, State
from cami_survey.store.canonical import FORMAT, MAX_BYTES, MalformedError, decode, digest, encode, nfc, nfc_mapping

HEX64 = re.compile(r"[0-9a-f]{64}")
STAMP = re.compile(r"[0-9a-f]{12}-[0-9a-f]{4}")
NAME_LIMIT = 300
HEAD_KEYS = {"v", "record", "parents", "dev", "dev_seq", "hlc", "form", "form_version", "body"}


class NewerFormatError(MalformedError):
    """Written by a later version of the program."""


class Head(NamedTuple):
    """What a revision's id covers. `body` is the hex SHA-256 of salt and body."""

    record: str
    parents: tuple[str, ...]
    dev: str
    dev_seq: int
    hlc: str
    form: str
    form_version: str
    body: str

    def encoded(self) -> bytes:
        """The canonical bytes."""
        return encode({"v": FORMAT, **self._asdict()})


@dataclass(frozen=True, slots=True)
class Body:
    """What a revision says. `fields` holds `@state` and `@deleted` too; `open` names conflicts it leaves as they are.

    `stale` says that `computed` was carried over and not computed from these fields.
    """

    fields: Mapping[str, str]
    computed: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    open: tuple[str, ...] = ()
    reason: str = ""
    stale: bool = False

    @classmethod
    def of(
        cls,
        answers: Answers,
        state: State,
        *,
        deleted: bool = False,
        open_fields: Iterable[str] = (),
        reason: str = "",
        stale: bool = False,
    ) -> Body:
        """The body that says `answers`, in form C. ValueError for `@state` and `@deleted` among them."""
        fields = nfc_mapping(answers.fields)
        if STATE in fields or DELETED in fields:
            raise ValueError("@state and @deleted are not answers")
        fields[STATE] = state
        if deleted:
            fields[DELETED] = "1"
        computed, files = nfc_mapping(answers.computed), nfc_mapping(answers.files)
        return cls(fields, computed, files, tuple(sorted(open_fields)), nfc(reason), stale)

    def encoded(self) -> bytes:
        """The canonical bytes."""
        value: dict[str, Any] = {"v": FORMAT, "fields": self.fields, "open": list(self.open), "reason": self.reason}
        value |= {"computed": self.computed, "files": self.files}
        return encode(value | ({"stale": 1} if self.stale else {}))

    @property
    def state(self) -> State:
        """`final` or `draft`."""
        return state_of(self.fields)

    @property
    def deleted(self) -> bool:
        """Whether the revision deletes the record."""
        return self.fields.get(DELETED) == "1"


def state_of(fields: Mapping[str, str]) -> State:
    """The state among a record's fields; `draft` if none is settled."""
    return "final" if fields.get(STATE) == "final" else "draft"


@dataclass(frozen=True, slots=True)
class Minted:
    """A new revision, ready to be written."""

    id: bytes
    head: bytes
    body: bytes
    salt: bytes


def mint(body: Body, **about: Any) -> Minted:
    """A revision of `body`; `about` are the fields of `Head` but its body. MalformedError if it is too large."""
    text, salt = body.encoded(), secrets.token_bytes(16)
    if len(text) > MAX_BYTES:
        raise MalformedError("too large")
    head = Head(**about, body=digest("body", salt, text).hex()).encoded()
    return Minted(digest("revision", head), head, text, salt)


def read_head(data: bytes) -> Head:
    """The head in `data`; MalformedError unless every part has its type and form."""
    value = decode(data)
    check_format(value)
    if not value.keys() >= HEAD_KEYS:
        raise MalformedError("head is incomplete")
    head = Head(
        value["record"],
        _parents(value["parents"]),
        value["dev"],
        value["dev_seq"],
        value["hlc"],
        value["form"],
        value["form_version"],
        value["body"],
    )
    for text in (head.record, head.form, head.form_version):
        if not isinstance(text, str) or len(text) > NAME_LIMIT:
            raise MalformedError("head names are not short texts")
    if not head.record or not head.form:
        raise MalformedError("head names nothing")
    if not isinstance(head.dev, str) or not is_device(head.dev) or not isinstance(head.body, str):
        raise MalformedError("head holds a malformed name")
    _matches(STAMP, head.hlc)
    if type(head.dev_seq) is not int or not 0 < head.dev_seq < 2**53:
        raise MalformedError("device sequence is out of range")
    return head


@lru_cache(maxsize=1024)
def is_device(name: str) -> bool:
    """Whether `name` is a hash in hex; the same few come again and again."""
    return HEX64.fullmatch(name) is not None


def read_body(data: bytes) -> Body:
    """The body in `data`; MalformedError unless every part has its type."""
    return _body(checked_body(data))


def trusted_body(data: bytes) -> Body:
    """The body in bytes that were checked when they came in."""
    return _body(orjson.loads(data))


def trusted_answers(data: bytes) -> tuple[Answers, bool]:
    """The answers and remarks in such bytes, without the record's state, and whether `computed` is stale.

    Nothing else is made of them: an export asks for a hundred thousand.
    """
    value = orjson.loads(data)
    fields = value["fields"]
    fields.pop(STATE, None)
    fields.pop(DELETED, None)
    return Answers(fields, value["computed"], value["files"]), value.get("stale") == 1


def checked_body(data: bytes) -> dict[str, Any]:
    """The parts of the body in `data` by their names; MalformedError unless every part has its type."""
    value = decode(data)
    check_format(value)
    for name in ("fields", "computed", "files"):
        _check_texts(value, name)
    if not isinstance(value.get("open"), list) or not set(map(type, value["open"])) <= {str}:
        raise MalformedError("open holds something else than text")
    if not isinstance(value.setdefault("reason", ""), str):
        raise MalformedError("body holds something else than text")
    _matches(HEX64, *value["files"].values())
    return value


def _body(value: Mapping[str, Any]) -> Body:
    return Body(
        value["fields"],
        value["computed"],
        value["files"],
        tuple(value["open"]),
        value["reason"],
        value.get("stale") == 1,
    )


def check_format(value: Mapping[str, Any]) -> None:
    """MalformedError unless `value` says a format version this program reads."""
    version = value.get("v")
    if type(version) is not int or version < 1:
        raise MalformedError("no format version")
    if version > FORMAT:
        raise NewerFormatError("made by a newer version")


def _check_texts(value: Mapping[str, Any], name: str) -> None:
    part = value.get(name)
    if not isinstance(part, dict) or not set(map(type, part.values())) <= {str} or "" in part:
        raise MalformedError(f"{name} holds something else than text")


def _parents(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > 1000:
        raise MalformedError("parents are no list")
    _matches(HEX64, *value)
    if sorted(set(value)) != value:
        raise MalformedError("parents are not sorted")
    return tuple(value)


def _matches(pattern: re.Pattern[str], *values: object) -> None:
    for value in values:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise MalformedError("head holds a malformed name")

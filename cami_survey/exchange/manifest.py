"""What a package says about itself: from whom, for whom, how many of what, and the hash of each of its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TypeVar

from cami_survey.base.clock import Stamp
from cami_survey.base.records import DeviceInfo
from cami_survey.base.texts import _
from cami_survey.exchange import keys, lines, strictjson
from cami_survey.exchange.seal import FORMAT
from cami_survey.exchange.strictjson import MalformedJsonError

LARGEST = 16 * 1024 * 1024
LONGEST_TEXT = 1000
Item = TypeVar("Item")
Ranges = Mapping[str, tuple[tuple[int, int], ...]]


class NewerFormatError(ValueError):
    """The manifest follows a later format than this program knows."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each kind a package holds; `records` counts interviews."""

    records: int = 0
    revisions: int = 0
    forms: int = 0
    attachments: int = 0
    devices: int = 0
    withdrawals: int = 0
    statements: int = 0


@dataclass(frozen=True, slots=True)
class File:
    """One file in the package: its plain size and SHA-256 in hex."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`recipients` is empty in a package for everybody. `sequences` are the runs of each device the sender holds."""

    survey: str
    program: str
    created: datetime
    stamp: Stamp
    sender: DeviceInfo
    recipients: tuple[str, ...]
    counts: Counts
    files: Mapping[str, File]
    sequences: Ranges

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        return strictjson.dump(
            {
                "format": FORMAT,
                "survey": self.survey,
                "program": self.program,
                "created": self.created.isoformat(),
                "stamp": self.stamp.text(),
                "sender": _device_out(self.sender),
                "recipients": list(self.recipients),
                "counts": asdict(self.counts),
                "files": {name: asdict(file) for name, file in self.files.items()},
                "sequences": {device: [list(run) for run in runs] for device, runs in self.sequences.items()},
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """The manifest; NewerFormatError for a later format, MalformedJsonError with the reason for anything wrong."""
        if len(data) > LARGEST:
            raise MalformedJsonError(_("it is larger than such a thing may be"))
        try:
            return cls._from_parts(_Parts(strictjson.parse(data)))
        except (KeyError, TypeError, OverflowError) as error:
            raise MalformedJsonError(_("it is not a manifest")) from error

    @classmethod
    def _from_parts(cls, parts: _Parts) -> Manifest:
        if parts.whole("format") != FORMAT:
            raise NewerFormatError
        created = _parsed(datetime.fromisoformat, parts.text("created"))
        if created.tzinfo is None:
            raise TypeError("created")
        return cls(
            survey=parts.text("survey"),
            program=parts.text("program"),
            created=created,
            stamp=_parsed(Stamp.parse, parts.text("stamp")),
            sender=_device_in(parts.inner("sender")),
            recipients=tuple(_text(item) for item in parts.items("recipients")),
            counts=_counts(parts.inner("counts")),
            files={name: _file(_Parts(item)) for name, item in parts.mapping("files").items()},
            sequences={device: _runs(item) for device, item in parts.mapping("sequences").items()},
        )


class _Parts:
    """A JSON object whose values are taken by name and kind; KeyError or TypeError if they are not there."""

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            raise TypeError("object")
        self._value: dict[str, object] = value

    def text(self, name: str) -> str:
        return _text(self._value[name])

    def whole(self, name: str) -> int:
        return _whole(self._value[name])

    def items(self, name: str) -> list[object]:
        return _list(self._value[name])

    def inner(self, name: str) -> _Parts:
        return _Parts(self._value[name])

    def mapping(self, name: str) -> dict[str, object]:
        return _Parts(self._value[name])._value


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise TypeError("text")
    return value


def _whole(value: object) -> int:
    if type(value) is not int or value < 0:
        raise TypeError("number")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("list")
    return value


def _parsed(reader: Callable[[str], Item], text: str) -> Item:
    try:
        return reader(text)
    except ValueError as error:
        raise TypeError(text) from error


def _counts(parts: _Parts) -> Counts:
    return Counts(**{name: parts.whole(name) for name in Counts.__slots__})


def _file(parts: _Parts) -> File:
    return File(parts.whole("size"), parts.text("sha256"))


def _runs(value: object) -> tuple[tuple[int, int], ...]:
    return tuple(_run(_list(run)) for run in _list(value))


def _run(run: list[object]) -> tuple[int, int]:
    if len(run) != 2:
        raise TypeError("run")
    return _whole(run[0]), _whole(run[1])


def _device_out(device: DeviceInfo) -> dict[str, object]:
    return {
        "id": device.id,
        "number": device.number,
        "name": device.name,
        "facilitator": device.facilitator,
        "public_key": device.public_key.hex(),
        "recipient": device.recipient,
    }


def _device_in(parts: _Parts) -> DeviceInfo:
    key, recipient, name = parts.text("public_key"), parts.text("recipient"), parts.text("id")
    if not lines.is_hash(key) or keys.fingerprint(bytes.fromhex(key)) != name or not keys.is_recipient(recipient):
        raise TypeError("device")
    return DeviceInfo(
        id=name,
        number=parts.whole("number"),
        name=parts.text("name"),
        facilitator=parts.text("facilitator"),
        public_key=bytes.fromhex(key),
        recipient=recipient,
        trusted=False,
    )

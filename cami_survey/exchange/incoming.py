"""One thing to merge, opened and checked: a package, or another survey file read without changing it."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _
from cami_survey.exchange import codes, keys
from cami_survey.exchange.package import open_package
from cami_survey.exchange.refusals import not_a_package, revoked_sender, unknown_sender

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from cami_survey.base.records import DeviceInfo, Fact
    from cami_survey.exchange.manifest import Ranges
    from cami_survey.exchange.sources import Kind
    from cami_survey.store.api import SurveyFile


@dataclass(frozen=True, slots=True)
class Incoming:
    """`facts` may be read more than once. `known` is whether the sender was trusted before. `total` counts facts."""

    name: str
    sha256: str
    sender: DeviceInfo
    known: bool
    encrypted: bool
    facts: Callable[[], Iterator[Fact]]
    total: int
    sequences: Ranges


@contextmanager
def opened(
    survey: SurveyFile, path: Path, kind: Kind, *, enrol: bool, expected: Collection[str] = ()
) -> Iterator[Incoming]:
    """What lies at `path`, as `survey` may take it. UserError with the reason if it may not.

    A sender that was never heard of, or heard of only through others, is taken with `enrol` or if its short code is
    among those that are `expected`.
    """
    door = _Door(survey, path.name, expected, enrol=enrol)
    if kind == "package":
        with open_package(path, identities=survey.identities(), admit=door.admit) as package:
            counts = package.manifest.counts
            yield Incoming(
                name=path.name,
                sha256=package.sha256,
                sender=package.manifest.sender,
                known=door.trusts(package.public_key),
                encrypted=package.encrypted,
                facts=package.facts,
                total=sum(astuple(counts)) - counts.records,
                sequences=package.manifest.sequences,
            )
    elif kind == "survey":
        with _foreign(path) as other:
            door.admit(other.device.public_key)
            held = {device: tuple(runs) for device, runs in other.sequence_ranges().items()}
            yield Incoming(
                name=path.name,
                sha256=_hash_of(path),
                sender=other.device,
                known=door.trusts(other.device.public_key),
                encrypted=other.encrypted,
                facts=other.facts,
                total=sum(last - first + 1 for runs in held.values() for first, last in runs),
                sequences=held,
            )
    else:
        raise not_a_package(path.name)


class _Door:
    """Lets senders in: those the survey trusts, and with `enrol` those it has not met."""

    def __init__(self, survey: SurveyFile, name: str, expected: Collection[str], *, enrol: bool) -> None:
        self._known = {device.public_key: device for device in survey.devices()}
        self._name = name
        self._expected = expected
        self._enrol = enrol

    def trusts(self, public_key: bytes) -> bool:
        device = self._known.get(public_key)
        return device is not None and device.trusted

    def _awaits(self, public_key: bytes) -> bool:
        return bool(self._expected) and codes.short_code(keys.fingerprint(public_key)) in self._expected

    def admit(self, public_key: bytes) -> None:
        device = self._known.get(public_key)
        if device is not None and device.revoked:
            raise revoked_sender(self._name, public_key, device.name)
        if not self._enrol and not self.trusts(public_key) and not self._awaits(public_key):
            raise unknown_sender(self._name, public_key, keys.readable(keys.fingerprint(public_key)))


@contextmanager
def _foreign(path: Path) -> Iterator[SurveyFile]:
    from cami_survey.store.api import SurveyFile, is_encrypted

    if is_encrypted(path):
        raise UserError(
            "survey.encrypted",
            _("{name} is an encrypted or a damaged survey file; it cannot be merged as it is.").format(name=path.name),
            advice=_("Ask the sender for a package instead."),
            where=path.name,
        )
    survey = SurveyFile.open(path, read_only=True)
    try:
        yield survey
    finally:
        survey.close()


def _hash_of(path: Path) -> str:
    hasher = hashlib.sha256()
    for part in (path, path.with_name(path.name + "-wal")):
        if part.exists():
            with part.open("rb") as file:
                while piece := file.read(1024 * 1024):
                    hasher.update(piece)
    return hasher.hexdigest()

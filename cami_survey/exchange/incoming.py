"""One thing to merge, opened and checked: a package, or another survey file read without changing it."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack, contextmanager
from dataclasses import astuple, dataclass, field
from typing import TYPE_CHECKING

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _
from cami_survey.exchange import codes, keys
from cami_survey.exchange.package import Package, open_package
from cami_survey.exchange.refusals import not_a_package, revoked_sender, unknown_sender

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from cami_survey.base.records import DeviceInfo, Fact
    from cami_survey.exchange.ahead import Opening, ReadingAhead, Ready
    from cami_survey.exchange.manifest import Ranges
    from cami_survey.exchange.sources import Kind
    from cami_survey.store.api import Batch, SurveyFile

    Facts = Callable[[], Iterator[Fact]]
    Arriving = Callable[[], Iterator[Fact | Batch]]


@dataclass(frozen=True, slots=True)
class Incoming:
    """`facts` may be read more than once. `known` is whether the sender was trusted before. `total` counts facts.

    `arriving` gives the same facts, checked in batches where a process has read ahead; it then raises NotReadError if
    that went wrong.
    """

    name: str
    sha256: str
    sender: DeviceInfo
    known: bool
    encrypted: bool
    facts: Facts
    arriving: Arriving
    total: int
    sequences: Ranges


@contextmanager
def opened(
    path: Path, kind: Kind, door: Door, *, identities: Sequence[str], ahead: ReadingAhead | None = None
) -> Iterator[Incoming]:
    """What lies at `path`, opened with the age `identities`, if its sender comes in at the `door`. UserError if not.

    A package that was read `ahead` is not opened again unless its `facts` are asked for.
    """
    if kind == "package":
        with ExitStack() as stack:

            def package() -> Package:
                return stack.enter_context(open_package(path, identities=identities, admit=door.admit))

            if ahead is not None and (ready := ahead.ready(path)) is not None:
                yield _read_ahead(ready, door, lambda: package().facts())
            else:
                found = package()
                yield _of_package(found, door, found.facts, found.facts)
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
                arriving=other.facts,
                total=sum(last - first + 1 for runs in held.values() for first, last in runs),
                sequences=held,
            )
    else:
        raise not_a_package(path.name)


def _of_package(package: Package | Opening, door: Door, facts: Facts, arriving: Arriving) -> Incoming:
    counts = package.manifest.counts
    return Incoming(
        name=door.name,
        sha256=package.sha256,
        sender=package.manifest.sender,
        known=door.trusts(package.public_key),
        encrypted=package.encrypted,
        facts=facts,
        arriving=arriving,
        total=sum(astuple(counts)) - counts.records,
        sequences=package.manifest.sequences,
    )


def _read_ahead(ready: Ready, door: Door, facts: Facts) -> Incoming:
    """A package that another process has opened: its facts are taken from there once, and from here after that."""
    door.admit(ready.opening.public_key)
    readings = iter([ready.batches])
    return _of_package(ready.opening, door, facts, lambda: next(readings, facts)())


@dataclass(frozen=True, slots=True)
class Door:
    """Lets senders of the file called `name` in: those whose keys are `trusted`, none that are `revoked` (with a name).

    A sender that was never heard of, or heard of only through others, comes in with `enrol` or if its short code is
    among those that are `expected`. Plain data, for any process.
    """

    name: str
    trusted: frozenset[bytes] = frozenset()
    revoked: Mapping[bytes, str] = field(default_factory=dict)
    expected: frozenset[str] = frozenset()
    enrol: bool = False

    def trusts(self, public_key: bytes) -> bool:
        """Whether the survey trusted this device before."""
        return public_key in self.trusted

    def _awaits(self, public_key: bytes) -> bool:
        return bool(self.expected) and codes.short_code(keys.fingerprint(public_key)) in self.expected

    def admit(self, public_key: bytes) -> None:
        """UserError for a sender who is not let in."""
        if public_key in self.revoked:
            raise revoked_sender(self.name, public_key, self.revoked[public_key])
        if not self.enrol and not self.trusts(public_key) and not self._awaits(public_key):
            raise unknown_sender(self.name, public_key, keys.readable(keys.fingerprint(public_key)))


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

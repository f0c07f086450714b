"""What is done with one source after the other: looked at as if it were merged, or taken in."""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from cami_survey.base.errors import UserError
from cami_survey.base.records import MergeCounts, Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from cami_survey.base.records import DeviceInfo, Fact
    from cami_survey.exchange.incoming import Door, Incoming
    from cami_survey.store.api import Batch, SurveyFile

    Progress = Callable[[int, int], None]
    Runs = Sequence[tuple[int, int]]

TELL_EVERY = 64


class HereError(Exception):
    """Why this survey takes nothing in, whatever the source: it cannot be written to."""

    def __init__(self, error: UserError) -> None:
        super().__init__(error)
        self.error = error


@contextmanager
def here(survey: SurveyFile) -> Iterator[None]:
    """Tells what is wrong with this survey from what is wrong with a source."""
    try:
        yield
    except UserError as error:
        if error.where == str(survey.path):
            raise HereError(error) from error
        raise


class Step(ABC):
    """What is done with one source after the other."""

    def __init__(self, survey: SurveyFile, *, enrol: bool) -> None:
        self.survey = survey
        self.enrol = enrol
        self.identities = survey.identities()
        self.devices = {device.public_key: device for device in survey.devices()}
        self.tally, self.packages = Tally(), list[str]()
        self._identified: dict[Path, tuple[str, bool]] = {}
        self._again: dict[str, int] = {}
        self._merged: set[Path] = set()

    def door(self, path: Path) -> Door:
        """Who may send the file at `path`."""
        from cami_survey.exchange.incoming import Door
        from cami_survey.operations import laptops

        trusted = frozenset(key for key, device in self.devices.items() if device.trusted)
        revoked = {key: device.name for key, device in self.devices.items() if device.revoked}
        return Door(path.name, trusted, revoked, laptops.expected(self.survey), self.enrol)

    def trust(self, sender: DeviceInfo) -> None:
        """Trust a sender from now on; the merge makes it durable at its end."""
        self.survey.enrol(sender, durable=False)
        self.devices[sender.public_key] = replace(sender, trusted=True, revoked=False)

    def identify(self, path: Path) -> tuple[str, bool]:
        """The SHA-256 of a package and whether it is encrypted; UserError if it cannot be read."""
        from cami_survey.exchange import package

        if path not in self._identified:
            self._identified[path] = package.identify(path)
        return self._identified[path]

    def was_merged(self, path: Path) -> bool:
        """Whether a package is here already, or cannot be read at all: nobody needs to open it before its turn."""
        if path not in self._merged:
            try:
                if self.survey.merged(self.identify(path)[0]) is None:
                    return False
            except UserError:
                return True
            self._merged.add(path)
        return True

    @abstractmethod
    def take(self, incoming: Incoming, tell: Progress) -> MergeCounts:
        """What the source brings; UserError where it is refused."""

    @abstractmethod
    def held(self, devices: Iterable[str] | None = None) -> Mapping[str, Sequence[tuple[int, int]]]:
        """The runs of revisions per device, or of these at least, that are here after all sources so far."""

    def again(self, sha256: str) -> MergeCounts | None:
        """What a package counts that was merged before: all of it is known. None if it was not."""
        known = self.survey.merged(sha256)
        if known is None:
            return None
        same = known.new + known.newer + known.same
        if sha256 not in self.packages:
            self._again[sha256] = same
        return MergeCounts(same=same, forks=known.forks)

    def told_of(self) -> tuple[int, int, int]:
        """How many interviews all sources so far brought, changed, and told of that were known; each counts once.

        Packages that were merged before are not opened again: they tell of no more than was here.
        """
        new, newer, same = len(self.tally.new), len(self.tally.newer), len(self.tally.same)
        if self._again:
            same = min(same + sum(self._again.values()), max(same, self.before() - newer))
        return new, newer, same

    def before(self) -> int:
        """How many interviews were here before the first source."""
        counts = self.survey.counts()
        return counts["all"] + counts["deleted"]

    def expected(self, sequences: Mapping[str, Runs], sender: str) -> dict[str, Runs]:
        """Of what a sender holds the own work of the sender, and that of laptops of which something is here.

        Whoever gets a few interviews back for correction does not wait for those of everybody else.
        """
        here = {name for name, runs in self.held(sequences).items() if runs}
        return {name: runs for name, runs in sequences.items() if name == sender or name in here}

    def settled(self, counts: MergeCounts) -> MergeCounts:
        """What a source counted, without the gaps that a later source closed."""
        from cami_survey.exchange import sequences

        wanted: dict[str, list[tuple[int, int]]] = {}
        for device, first, last in counts.gaps:
            wanted.setdefault(device, []).append((first, last))
        return replace(counts, gaps=tuple(sequences.gaps(wanted, self.held(wanted))))


class Looking(Step):
    """Looks at one source after the other, as if those before it had been merged."""

    def __init__(
        self,
        survey: SurveyFile,
        rehearse: Callable[[Iterable[Fact | Batch], DeviceInfo | None], MergeCounts],
        *,
        enrol: bool,
        tally: Tally,
    ) -> None:
        super().__init__(survey, enrol=enrol)
        self.rehearse, self.tally = rehearse, tally
        self._held = {device: list(runs) for device, runs in survey.sequence_ranges().items()}

    def held(self, devices: Iterable[str] | None = None) -> Mapping[str, Sequence[tuple[int, int]]]:
        held = self._held
        return held if devices is None else {name: held.get(name, []) for name in devices}

    def take(self, incoming: Incoming, tell: Progress) -> MergeCounts:
        from cami_survey.exchange import sequences

        numbers: dict[str, list[int]] = {}
        counts = self.again(incoming.sha256)
        if counts is None:
            with here(self.survey):
                facts = _noted(_counted(incoming, tell), numbers)
                counts = self.rehearse(facts, None if incoming.known else incoming.sender)
        for device, found in numbers.items():
            self._held.setdefault(device, []).extend(sequences.runs(found))
        wanted = self.expected(incoming.sequences, incoming.sender.id)
        return replace(counts, gaps=sequences.merged(counts.gaps, sequences.gaps(wanted, self._held)))


class Taking(Step):
    """Takes in one source after the other; the first that is right makes the backup."""

    backup: Path | None = None
    _ready = False

    def __init__(self, survey: SurveyFile, *, enrol: bool) -> None:
        super().__init__(survey, enrol=enrol)
        self.run = secrets.token_hex(8)

    def before(self) -> int:
        return super().before() - len(self.tally.new)

    def held(self, devices: Iterable[str] | None = None) -> Mapping[str, Sequence[tuple[int, int]]]:
        return self.survey.sequence_ranges(devices)

    def take(self, incoming: Incoming, tell: Progress) -> MergeCounts:
        from cami_survey.exchange import sequences
        from cami_survey.operations import arrivals, laptops

        counts = self.again(incoming.sha256)
        if counts is None:
            self._back_up(lambda: tell(0, incoming.total))
            with here(self.survey):
                counts = self._accept(incoming, tell) if incoming.known else self._accept_trusting(incoming, tell)
        elif not incoming.known:
            self.trust(incoming.sender)
        laptops.forget_expected(self.survey, incoming.sender.id)
        arrivals.note(self.survey, incoming.sender.id, incoming.sequences)
        wanted = self.expected(incoming.sequences, incoming.sender.id)
        missing = sequences.gaps(wanted, self.held(wanted))
        return replace(counts, gaps=sequences.merged(counts.gaps, missing))

    def _back_up(self, tick: Callable[[], None]) -> None:
        if not self._ready and self.survey.counts()["all"]:
            try:
                self.backup = self.survey.backup(tick=tick)
            except UserError as error:
                raise HereError(error) from error
        self._ready = True

    def _accept(self, incoming: Incoming, tell: Progress) -> MergeCounts:
        counts = self.survey.accept(
            _counted(incoming, tell),
            progress=lambda done: tell(done, incoming.total),
            package=incoming.sha256,
            source=incoming.name,
            sender=incoming.sender.id,
            run=self.run,
            durable=False,
            tally=self.tally,
        )
        self.packages.append(incoming.sha256)
        return counts

    def _accept_trusting(self, incoming: Incoming, tell: Progress) -> MergeCounts:
        """Take in a new sender's facts and trust the sender once they are right, earlier only if they need it."""
        try:
            counts = self._accept(incoming, tell)
        except UserError as error:
            if (error.code, error.where) != ("facts.untrusted-withdrawal", incoming.sender.id):
                raise
            self.trust(incoming.sender)
            return self._accept(incoming, tell)
        self.trust(incoming.sender)
        return counts


def _counted(incoming: Incoming, tell: Progress) -> Iterator[Fact | Batch]:
    from cami_survey.store.api import Batch

    done = told = 0
    for arrived in incoming.arriving():
        yield arrived
        done += arrived.size if isinstance(arrived, Batch) else 1
        if done >= told + TELL_EVERY:
            tell(done, incoming.total)
            told = done


def _noted(facts: Iterable[Fact | Batch], numbers: dict[str, list[int]]) -> Iterator[Fact | Batch]:
    """The facts as they come, after the device sequence numbers of each were kept in `numbers`."""
    import orjson

    from cami_survey.store.api import Batch

    for arrived in facts:
        yield arrived
        if isinstance(arrived, Batch):
            for device, number in arrived.numbers():
                numbers.setdefault(device, []).append(number)
        elif arrived.kind == "revision":
            head = orjson.loads(arrived.head)
            numbers.setdefault(str(head["dev"]), []).append(int(head["dev_seq"]))

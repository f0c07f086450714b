"""What has arrived: of each laptop here, and of this one at the others.

Every package says, under the sender's signature, which revisions of which laptop its sender holds. That is the receipt
for whatever reached the sender, and tells of what exists and did not come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cami_survey.base.notices import Notice
from cami_survey.base.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cami_survey.base.records import DeviceInfo
    from cami_survey.store.api import SurveyFile

    Runs = Sequence[tuple[int, int]]

HOLDS = "holds "
SHOWN, MOST = 8, 6


@dataclass(frozen=True, slots=True)
class Arrived:
    """How much of a laptop is here. `missing` are runs of its changes that exist and are not."""

    device: DeviceInfo
    here: int
    missing: tuple[tuple[int, int], ...]

    @property
    def lacking(self) -> int:
        """How many changes are missing."""
        return _length(self.missing)


@dataclass(frozen=True, slots=True)
class Delivered:
    """How much of what is here another laptop has said to hold. `lacking` are changes, of these `interviews`.

    Of the withdrawn interviews (ids) it has `forgotten` some; of the `unaware` it has not said so yet.
    """

    device: DeviceInfo
    held: int
    lacking: int
    interviews: tuple[str, ...]
    forgotten: tuple[str, ...] = ()
    unaware: tuple[str, ...] = ()


def note(survey: SurveyFile, sender: str, sequences: Mapping[str, Runs]) -> None:
    """Remember what a sender says to hold, until `flush` not durably; nothing that was held is ever given up."""
    from cami_survey.exchange.sequences import joined

    known = holdings(survey, sender)
    both = {device: joined([*known.get(device, ()), *sequences.get(device, ())]) for device in {*known, *sequences}}
    if both != known:
        held = " ".join(f"{name}:{_written(runs)}" for name, runs in sorted(both.items()))
        survey.remember(HOLDS + sender, held, durable=False)


def holdings(survey: SurveyFile, sender: str) -> dict[str, list[tuple[int, int]]]:
    """Device -> the runs of it that `sender` said to hold."""
    found = {}
    for part in survey.recalled(HOLDS + sender).split():
        name, _colon, runs = part.partition(":")
        found[name] = [_run(run) for run in runs.split(",")]
    return found


def arrived(survey: SurveyFile) -> list[Arrived]:
    """Each other laptop that wrote something, with what of it is not here."""
    from cami_survey.exchange import sequences

    here = survey.sequence_ranges()
    devices = survey.devices()
    said = [holdings(survey, device.id) for device in devices if not device.this_file]
    found = []
    for device in devices:
        runs = here.get(device.id, [])
        wanted = [run for claims in said for run in claims.get(device.id, ())] + ([(1, runs[-1][1])] if runs else [])
        missing = tuple(sequences.without(wanted, runs))
        if not device.this_file and (runs or missing):
            found.append(Arrived(device, _length(runs), missing))
    return found


def delivered(survey: SurveyFile) -> list[Delivered]:
    """Each laptop that ever said what it holds, with what it lacks of what is here."""
    found = []
    withdrawn, told = survey.withdrawn(), survey.withdrawals_told()
    for device in survey.devices():
        if not device.this_file and survey.recalled(HOLDS + device.id):
            lacking = lacked(survey, device.id)
            total = sum(_length(runs) for runs in survey.sequence_ranges().values())
            number = sum(_length(runs) for runs in lacking.values())
            known = told.get(device.id, set())
            forgotten = tuple(record for record in withdrawn if record in known)
            unaware = tuple(record for record in withdrawn if record not in known)
            interviews = tuple(survey.records_in(lacking))
            found.append(Delivered(device, total - number, number, interviews, forgotten, unaware))
    return found


def lacked(survey: SurveyFile, device_id: str) -> dict[str, list[tuple[int, int]]]:
    """What is here and a laptop has not said to hold."""
    from cami_survey.exchange import sequences

    held = holdings(survey, device_id)
    here = survey.sequence_ranges()
    lacking = {name: sequences.without(runs, held.get(name, ())) for name, runs in here.items()}
    return {name: runs for name, runs in lacking.items() if runs}


def receipts(survey: SurveyFile, senders: Sequence[DeviceInfo]) -> Iterator[Notice]:
    """What these senders have not received yet of this laptop's own work, if they ever received some."""
    from cami_survey.exchange import sequences

    own = survey.device.id
    here = survey.sequence_ranges([own]).get(own, [])
    for sender in senders:
        received = holdings(survey, sender.id).get(own, ())
        lacking = sequences.without(here, received)
        if received and lacking:
            text = ngettext(
                "{name} has not received {n} change of this laptop yet.",
                "{name} has not received {n} changes of this laptop yet.",
                _length(lacking),
            ).format(name=sender.name or sender.number, n=_length(lacking))
            advice = _("Write a package of what is missing there.")
            yield Notice("merge.lacking", f"{text} {advice}", "info", sender.id)
    withdrawn, told = survey.withdrawn(), survey.withdrawals_told()
    for sender in senders:
        gone = [record for record in withdrawn if record in told.get(sender.id, ())]
        if gone:
            text = ngettext(
                "{name} says that {n} withdrawn interview is gone there: {records}",
                "{name} says that {n} withdrawn interviews are gone there: {records}",
                len(gone),
            ).format(name=sender.name or sender.number, n=len(gone), records=listed(gone))
            yield Notice("merge.withdrawn", text, "info", sender.id)


def listed(records: Sequence[str]) -> str:
    """Ids as people compare them: their beginnings, the first few."""
    return ", ".join(record[:SHOWN] for record in records[:MOST]) + ("…" if len(records) > MOST else "")


def _length(runs: Runs) -> int:
    return sum(last - first + 1 for first, last in runs)


def _written(runs: Runs) -> str:
    return ",".join(f"{first}-{last}" for first, last in runs)


def _run(text: str) -> tuple[int, int]:
    first, _dash, last = text.partition("-")
    return int(first), int(last)

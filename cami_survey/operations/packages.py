"""Packages: send interviews to others, and be known to them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.base.clock import system_clock
from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from cami_survey.base.clock import Clock
    from cami_survey.base.records import Fact
    from cami_survey.store.api import SurveyFile

    Progress = Callable[[int, int], None]

TELL_EVERY = 64


@dataclass(frozen=True, slots=True)
class Packed:
    """A package as it was written. `recipients` are names; empty for a package in clear."""

    path: Path
    records: int
    revisions: int
    recipients: tuple[str, ...]
    size: int
    sha256: str

    @property
    def plain(self) -> bool:
        """Whether anybody can read it."""
        return not self.recipients


def pack(
    survey: SurveyFile,
    out_dir: Path,
    *,
    to: Sequence[str] = (),
    records: Iterable[str] | None = None,
    missing_for: str = "",
    plain: bool = False,
    progress: Progress | None = None,
    clock: Clock = system_clock,
) -> Outcome[Packed]:
    """Write a package of all interviews, or of `records` (ids or codes), into `out_dir`.

    With `missing_for` it is of those that the laptop named so has not said to hold, and for that laptop.

    It is encrypted to `to` (age recipients, known names, files with a recipient), else to the recipients the survey
    knows; `plain` signs it without encrypting. `progress` is told how many revisions of how many are done.
    """
    chosen = None if records is None else [survey.find(text) for text in records]
    if missing_for:
        chosen, to = _missing(survey, missing_for, to)
    if chosen == []:
        raise UserError("pack.nothing", _("No interviews were chosen."))
    readers = _readers(survey, to, plain=plain)
    packed = _write(survey, out_dir, readers, chosen, progress, clock)
    return Outcome(packed, notices=tuple(_pack_notices(packed)))


def readers(survey: SurveyFile) -> list[tuple[str, str]]:
    """Who packages can be written for, as (name, recipient): recipients, then trusted laptops, each once."""
    found = {recipient: name for name, recipient in survey.recipients()}
    for device in survey.devices():
        if device.trusted and device.recipient and not device.this_file and device.recipient not in found:
            found[device.recipient] = " · ".join(part for part in (device.facilitator, device.name) if part)
    return [(name, recipient) for recipient, name in found.items()]


def receipt(
    survey: SurveyFile, out_dir: Path, *, to: Sequence[str] = (), plain: bool = False, clock: Clock = system_clock
) -> Outcome[Packed]:
    """Write a package without interviews: what arrived here, what was withdrawn, and who this is."""
    packed = _write(survey, out_dir, _readers(survey, to, plain=plain), [], None, clock)
    text = _("A receipt was written into {name}.").format(name=packed.path.name)
    return Outcome(packed, notices=(Notice("pack.receipt", text, where=str(packed.path)), *_withdrawn(survey)))


def _withdrawn(survey: SurveyFile) -> Iterator[Notice]:
    """Which interviews a receipt says are gone here, and have to go where it is read."""
    from cami_survey.operations.arrivals import listed

    records = survey.withdrawn()
    if records:
        text = ngettext(
            "It says that {n} withdrawn interview is gone here: {records}",
            "It says that {n} withdrawn interviews are gone here: {records}",
            len(records),
        )
        yield Notice("pack.withdrawn", text.format(n=len(records), records=listed(records)), "info")


def _missing(survey: SurveyFile, name: str, to: Sequence[str]) -> tuple[list[str], Sequence[str]]:
    from cami_survey.operations import arrivals, laptops

    device = laptops.named(survey, name)
    records = survey.records_in(arrivals.lacked(survey, device.id))
    if not records:
        text = _("{name} has said to hold everything that is here.").format(name=device.name or device.number)
        raise UserError("pack.nothing-missing", text)
    return records, to or [device.recipient]


def _write(
    survey: SurveyFile,
    out_dir: Path,
    readers: dict[str, str],
    chosen: list[str] | None,
    progress: Progress | None,
    clock: Clock,
) -> Packed:
    from cami_survey.exchange.package import Sender, write_package

    held = {device: tuple(runs) for device, runs in survey.sequence_ranges().items()}
    total = sum(last - first + 1 for runs in held.values() for first, last in runs)
    written = write_package(
        out_dir,
        _told(survey.facts(records=chosen), total, progress),
        sender=Sender(survey.device, survey.sign, survey.title, held),
        recipients=readers,
        created=clock(),
        record_of=_record_of,
    )
    counts, names = written.manifest.counts, tuple(sorted(readers.values()))
    path = written.file.path
    return Packed(path, counts.records, counts.revisions, names, written.file.size, written.file.sha256)


def _readers(survey: SurveyFile, to: Sequence[str], *, plain: bool) -> dict[str, str]:
    from cami_survey.exchange import recipients

    if plain and to:
        raise UserError("pack.plain-or-to", _("A package is either for named recipients or plain, not both."))
    if plain:
        return {}
    readers = recipients.resolve(survey, to) if to else {key: name for name, key in survey.recipients()}
    if not readers:
        raise UserError(
            "pack.no-recipient",
            _("This survey knows nobody to encrypt the package for."),
            advice=_("Name a recipient, or say explicitly that the package is to be plain, readable by anybody."),
        )
    return readers


def _record_of(fact: Fact) -> str:
    import orjson

    return str(orjson.loads(fact.head)["record"])


def _told(facts: Iterable[Fact], total: int, progress: Progress | None) -> Iterator[Fact]:
    done = 0
    for fact in facts:
        yield fact
        if fact.kind == "revision":
            done += 1
            if progress is not None and done % TELL_EVERY == 0:
                progress(min(done, total), total)


def _pack_notices(packed: Packed) -> Iterator[Notice]:
    text = ngettext(
        "{n} interview was packed into {name}.", "{n} interviews were packed into {name}.", packed.records
    ).format(n=packed.records, name=packed.path.name)
    yield Notice("pack.done", text, where=str(packed.path))
    if packed.plain:
        plain = _("The package is not encrypted: whoever finds it can read it.")
        yield Notice("pack.plain", plain, "warning", str(packed.path))


def fingerprint(device_id: str) -> str:
    """The part of a device's id that people read to each other."""
    from cami_survey.exchange import keys

    return keys.readable(device_id)


def card(survey: SurveyFile) -> dict[str, str]:
    """What others need to send packages to this file and to recognise its own: to be read aloud or handed over."""
    device = survey.device
    return {
        "survey": survey.title,
        "name": device.name,
        "facilitator": device.facilitator,
        "fingerprint": fingerprint(device.id),
        "device": device.id,
        "public_key": device.public_key.hex(),
        "recipient": device.recipient,
    }


def add_recipient(survey: SurveyFile, name: str, recipient: str) -> Outcome[str]:
    """From now on packages are encrypted for `recipient` (as in `pack`) too, who is called `name`."""
    from cami_survey.exchange import recipients

    resolved = next(iter(recipients.resolve(survey, [recipient])))
    survey.add_recipient(name, resolved)
    text = _("Packages are encrypted for {name} from now on.").format(name=name)
    return Outcome(resolved, frozenset({"devices"}), (Notice("recipient.added", text),))

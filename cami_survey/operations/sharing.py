"""The shared folder: packages of this laptop go there, packages of others come from there. Nothing else lies in it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from cami_survey.base import system_errors
from cami_survey.base.clock import system_clock
from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cami_survey.base.clock import Clock
    from cami_survey.exchange.transport import Passed, Transport
    from cami_survey.operations.merges import MergeReport
    from cami_survey.store.api import SurveyFile

    Progress = Callable[[int, int], None]

FOLDER, TAKEN, SENT, SAID = "shared folder", "shared taken", "shared sent", "shared said"
WITHDRAWN = "shared withdrawn"
TRIES = 3
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Shared:
    """What passed: `sent` is the name of the package that went out, empty if nothing was new; `passed` lay beside."""

    sent: str = ""
    report: MergeReport | None = None
    passed: tuple[Passed, ...] = field(default=())


def folder_of(survey: SurveyFile) -> Path | None:
    """The folder this copy shares, if any."""
    text = survey.recalled(FOLDER)
    return Path(text) if text else None


def set_folder(survey: SurveyFile, folder: Path | None) -> Outcome[None]:
    """Share a folder from now on, or none."""
    from cami_survey.exchange.transport import folder_is_right

    if folder is not None:
        folder_is_right(folder, survey.path)
    survey.remember(FOLDER, str(folder.absolute()) if folder is not None else "")
    return Outcome(None, frozenset({"devices"}))


def exchange(
    survey: SurveyFile,
    *,
    to: Sequence[str] = (),
    plain: bool = False,
    transport: Transport | None = None,
    progress: Progress | None = None,
    clock: Clock = system_clock,
) -> Outcome[Shared]:
    """Take in what others put into the shared folder, then put there what is new here since the last time.

    Packages are encrypted as in `packages.pack`. Each call to the folder is tried three times; what fails then is
    said, what was done stays, and the next exchange goes on from there.
    """
    from cami_survey.exchange.transport import Folder

    folder = folder_of(survey)
    if transport is None:
        if folder is None:
            raise UserError(
                "sharing.none",
                _("This survey shares no folder yet."),
                advice=_("Choose the folder that all laptops of the survey see."),
            )
        transport = Folder(folder)
    report, passed = _take(survey, transport, progress)
    news = report is not None and report.value.counts.revisions > 0
    gone = survey.withdrawn()
    news = news or len(gone) != int(survey.recalled(WITHDRAWN) or 0)
    sent = _send(survey, transport, lambda folder, records: _packed(survey, folder, records, to, plain, news, clock))
    survey.remember(WITHDRAWN, str(len(gone)))
    shared = Shared(sent, report.value if report is not None else None, passed)
    notices = (*_notices(shared), *(report.notices if report is not None else ()))
    undo = report.undo if report is not None else None
    return Outcome(shared, frozenset({"records", "forms", "devices"}), notices, undo)


def _take(
    survey: SurveyFile, transport: Transport, progress: Progress | None
) -> tuple[Outcome[MergeReport] | None, tuple[Passed, ...]]:
    """Fetch what is not known, merge it, and remember the names of what was taken."""
    from cami_survey.operations import merges

    known = {*survey.recalled(TAKEN).split(), *survey.recalled(SENT).split()[1:]}
    listing = _tried(lambda: transport.listing(known))
    if not listing.names:
        return None, listing.passed
    with tempfile.TemporaryDirectory(prefix="cami-") as folder:
        fetched = [_fetched(transport, name, Path(folder)) for name in listing.names]
        here = [path for path in fetched if path is not None]
        report = merges.merge(survey, here, progress=progress)
    taken = [source.path.name for source in report.value.taken]
    survey.remember(TAKEN, " ".join(sorted({*survey.recalled(TAKEN).split(), *taken})))
    return report, listing.passed


def _fetched(transport: Transport, name: str, folder: Path) -> Path | None:
    """None for one that is not whole: it comes the next time."""
    try:
        return _tried(lambda: transport.fetch(name, folder))
    except UserError as error:
        if error.code == "transport.half":
            return None
        raise


def _send(survey: SurveyFile, transport: Transport, write: Callable[[Path, list[str]], Path | None]) -> str:
    """Send what changed since the last time, but what came from the folder itself; its name, or nothing."""
    before, _blank, names = survey.recalled(SENT).partition(" ")
    last, told = survey.last_seq(), survey.last_statement()
    taken = survey.recalled(TAKEN).split()
    records = survey.records_after(int(before or 0), taken)
    said = survey.records_told_after(int(survey.recalled(SAID) or 0), taken)
    gone = set(survey.withdrawn())
    records = [record for record in dict.fromkeys([*records, *said]) if record not in gone]
    with tempfile.TemporaryDirectory(prefix="cami-") as folder:
        package = write(Path(folder), records)
        if package is None:
            return ""
        name = _tried(lambda: transport.send(package))
    survey.remember(SENT, " ".join([str(last), *names.split(), name]))
    survey.remember(SAID, str(told))
    return name


def _packed(
    survey: SurveyFile,
    folder: Path,
    records: list[str],
    to: Sequence[str],
    plain: bool,
    news: bool,
    clock: Clock,
) -> Path | None:
    """A package of these records; the bare receipt where others had news or consent was taken back; else None."""
    from cami_survey.operations import packages

    if records:
        return packages.pack(survey, folder, to=to, records=records, plain=plain, clock=clock).value.path
    return packages.receipt(survey, folder, to=to, plain=plain, clock=clock).value.path if news else None


def _tried(call: Callable[[], Value]) -> Value:
    """What the transport gives, or the sentence why it does not after three tries."""
    for left in reversed(range(TRIES)):
        try:
            return call()
        except OSError as error:
            if not left:
                raise UserError(
                    "transport.failed",
                    _("The shared folder cannot be used: {reason}.").format(reason=system_errors.in_words(error)),
                    advice=_("Check the drive or the connection, then try again. What was done stays."),
                ) from error
    raise AssertionError


def _notices(shared: Shared) -> Iterator[Notice]:
    if shared.sent:
        yield Notice("sharing.sent", _("What is new here was put into the shared folder."))
    elif shared.report is None:
        yield Notice("sharing.nothing", _("Nothing is new, neither here nor in the shared folder."), "info")
    half = [one.name for one in shared.passed if one.why in ("half", "unfinished", "unreadable")]
    if half:
        text = ngettext(
            "{n} file in the shared folder is not whole yet and is tried again the next time.",
            "{n} files in the shared folder are not whole yet and are tried again the next time.",
            len(half),
        )
        yield Notice("sharing.half", text.format(n=len(half)), "info", ", ".join(half[:3]))
    copies = [one.name for one in shared.passed if one.why == "copy"]
    if copies:
        text = ngettext(
            "{n} copy that a cloud program made was passed over.",
            "{n} copies that a cloud program made were passed over.",
            len(copies),
        )
        yield Notice("sharing.copies", text.format(n=len(copies)), "info", ", ".join(copies[:3]))

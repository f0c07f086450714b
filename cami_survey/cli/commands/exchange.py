"""pack, receipt, merge, arrivals, refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice
from cami_survey.base.texts import _, ngettext
from cami_survey.cli.command import Command, survey_of, takes_out_folder, takes_plain, takes_recipients, takes_survey
from cami_survey.cli.reply import Reply, table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Iterator

    from cami_survey.base.records import MergeCounts
    from cami_survey.operations.arrivals import Delivered
    from cami_survey.operations.merges import MergePreview, Source


def commands() -> list[Command]:
    """The commands of this module."""
    return [
        Command(
            ("pack",),
            _("Write a package of interviews into a folder, encrypted for its recipients."),
            "ala-too.cami /media/stick --to consultant",
            _takes_pack,
            pack,
            keys=("package", "records", "revisions", "recipients", "plain", "size", "sha256"),
        ),
        Command(
            ("receipt",),
            _("Write what arrived here into a folder, without interviews: the receipt that travels back."),
            "ala-too.cami /media/stick --to KG-05",
            _takes_receipt,
            receipt,
            keys=("package", "recipients", "plain"),
        ),
        Command(
            ("arrivals",),
            _("Say what of each laptop has arrived here, and what the others have received."),
            "ala-too.cami",
            takes_survey,
            arrivals,
            keys=("arrived", "delivered"),
        ),
        Command(
            ("refused",),
            _("List the files of which nothing was merged; they are kept beside the survey with the reason."),
            "ala-too.cami --forget",
            _takes_refused,
            refused,
            keys=("folder", "files"),
        ),
        Command(
            ("merge",),
            _("Take in packages, survey files, or folders of them."),
            "ala-too.cami /media/stick --enrol",
            _takes_merge,
            merge,
            keys=("dry_run", "sources", "ignored", "counts", "backup"),
        ),
        Command(
            ("share",),
            _("Take in what others put into the shared folder, and put there what is new here."),
            "ala-too.cami --folder /media/share/ala-too",
            _takes_share,
            share,
            keys=("folder", "sent", "merged", "passed"),
        ),
        Command(
            ("merges",),
            _("List the packages that were merged, newest first."),
            "ala-too.cami",
            takes_survey,
            merges,
            keys=("merges",),
        ),
        Command(
            ("unmerge",),
            _("Take back the last merge, or packages of it: what was before is written once more."),
            "ala-too.cami",
            _takes_unmerge,
            unmerge,
            keys=(),
        ),
    ]


def _takes_pack(parser: ArgumentParser) -> None:
    takes_survey(parser)
    takes_out_folder(parser)
    takes_recipients(parser)
    records = _("only these interviews (ids or codes)")
    parser.add_argument("--records", nargs="+", action="extend", metavar="RECORD", help=records)
    missing = _("only what this laptop (name, number or short code) has not said to hold, encrypted for it")
    parser.add_argument("--missing-for", default="", metavar="DEVICE", help=missing)
    takes_plain(parser)


def _takes_receipt(parser: ArgumentParser) -> None:
    takes_survey(parser)
    takes_out_folder(parser)
    takes_recipients(parser)
    takes_plain(parser)


def receipt(arguments: Namespace) -> Reply:
    """Write a receipt."""
    from cami_survey.operations import packages

    with survey_of(arguments) as survey:
        outcome = packages.receipt(survey, arguments.folder, to=arguments.to, plain=arguments.plain)
    packed = outcome.value
    value = {"package": str(packed.path), "recipients": list(packed.recipients), "plain": packed.plain}
    return Reply(value, [str(packed.path)], outcome.notices)


def arrivals(arguments: Namespace) -> Reply:
    """What has arrived, here and there."""
    from cami_survey.operations import arrivals as operations

    with survey_of(arguments) as survey:
        here, there = operations.arrived(survey), operations.delivered(survey)
    value = {
        "arrived": [
            {
                "device": one.device.id,
                "name": one.device.name,
                "here": one.here,
                "missing": [list(m) for m in one.missing],
            }
            for one in here
        ],
        "delivered": [
            {
                "device": one.device.id,
                "name": one.device.name,
                "held": one.held,
                "lacking": one.lacking,
                "interviews": list(one.interviews),
                "withdrawn": list(one.forgotten),
                "withdrawn_unsaid": list(one.unaware),
            }
            for one in there
        ],
    }
    rows = [(one.device.name, str(one.here), str(one.lacking), _runs(one.missing)) for one in here]
    lines = table(
        [_("Laptop"), _("Here"), _("Missing"), _("Numbers")], rows, _("Nothing of other laptops is here yet.")
    )
    received = [
        (one.device.name, str(one.held), str(one.lacking), str(len(one.interviews)), _gone(one)) for one in there
    ]
    if received:
        headings = [_("Laptop"), _("Has received"), _("Has not"), _("Interviews"), _("Withdrawn")]
        lines += ["", *table(headings, received)]
    return Reply(value, lines)


def _gone(there: Delivered) -> str:
    """How many of the withdrawn interviews it has said to be gone there, of how many."""
    total = len(there.forgotten) + len(there.unaware)
    return f"{len(there.forgotten)} / {total}" if total else ""


def _runs(runs: Iterable[tuple[int, int]]) -> str:
    return ", ".join(f"{first}–{last}" if last > first else str(first) for first, last in runs)


def _takes_refused(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("--forget", action="store_true", help=_("remove these files"))


def refused(arguments: Namespace) -> Reply:
    """The files in quarantine."""
    from cami_survey.operations import quarantine

    with survey_of(arguments) as survey:
        found, folder = quarantine.kept(survey), quarantine.folder_of(survey)
        if arguments.forget:
            quarantine.forget(survey)
    value = {
        "folder": str(folder),
        "files": [{"path": str(one.path), "name": one.name, "reason": one.reason} for one in found],
    }
    rows = [(one.name, one.reason) for one in found]
    return Reply(value, table([_("File"), _("Reason")], rows, _("No file was refused.")))


def pack(arguments: Namespace) -> Reply:
    """Write a package."""
    from cami_survey.operations import packages

    with survey_of(arguments) as survey:
        outcome = packages.pack(
            survey,
            arguments.folder,
            to=arguments.to,
            records=arguments.records,
            missing_for=arguments.missing_for,
            plain=arguments.plain,
        )
    packed = outcome.value
    value = {
        "package": str(packed.path),
        "records": packed.records,
        "revisions": packed.revisions,
        "recipients": list(packed.recipients),
        "plain": packed.plain,
        "size": packed.size,
        "sha256": packed.sha256,
    }
    return Reply(value, [str(packed.path)], outcome.notices)


def _takes_merge(parser: ArgumentParser) -> None:
    takes_survey(parser)
    sources = _("packages, survey files, or folders of them")
    parser.add_argument("sources", metavar="SOURCE", nargs="+", type=Path, help=sources)
    parser.add_argument("--dry-run", action="store_true", help=_("say what would come, and change nothing"))
    parser.add_argument(
        "--enrol", action="store_true", help=_("accept devices not yet known; their fingerprints are shown")
    )


def merge(arguments: Namespace) -> Reply:
    """Merge, or say what merging would bring."""
    from cami_survey.operations import merges

    work = merges.preview if arguments.dry_run else merges.merge
    with survey_of(arguments) as survey:
        outcome = work(survey, arguments.sources, enrol=arguments.enrol)
    report = outcome.value
    backup = getattr(report, "backup", None)
    value = {
        "dry_run": arguments.dry_run,
        "sources": [_as_dict(source) for source in report.sources],
        "ignored": [str(path) for path in report.ignored],
        "counts": _counts(report.counts),
        "backup": str(backup) if backup else None,
    }
    notices = tuple(merges.refusals(report)) if arguments.dry_run else outcome.notices
    lines = list(_lines(report)) if report.sources or not notices else []
    return Reply(value, lines, [*notices, *_how_to_accept(report)], _refusal(report))


def _as_dict(source: Source) -> dict[str, Any]:
    sender = source.sender
    return {
        "path": str(source.path),
        "kind": source.kind,
        "device": sender.id if sender else None,
        "device_name": sender.name if sender else None,
        "fingerprint": source.fingerprint,
        "known": source.known,
        "encrypted": source.encrypted,
        "counts": _counts(source.counts),
        "refused": source.refused.as_dict() if source.refused else None,
    }


def _counts(counts: MergeCounts) -> dict[str, Any]:
    gaps = [{"device": device, "first": first, "last": last} for device, first, last in counts.gaps]
    return {
        "new": counts.new,
        "newer": counts.newer,
        "same": counts.same,
        "conflicts": counts.conflicts,
        "forms": counts.forms,
        "attachments": counts.attachments,
        "revisions": counts.revisions,
        "incomplete": counts.incomplete,
        "gaps": gaps,
        "ahead": list(counts.ahead),
        "behind": list(counts.behind),
        "said": counts.said,
        "withdrawn": counts.withdrawn,
    }


def _lines(report: MergePreview) -> Iterator[str]:
    headings = [_("Source"), _("Device"), _("Fingerprint"), _("New"), _("Newer"), _("Same"), _("Conflicts"), ""]
    rows = [_cells(source) for source in report.sources]
    yield from table(headings, rows, _("There was no package or survey file to merge."))
    for path in report.ignored:
        yield _("ignored: {name}").format(name=path)


def _cells(source: Source) -> tuple[str, ...]:
    counts, sender = source.counts, source.sender
    known = "" if source.known else _("not known before")
    return (
        source.path.name,
        sender.name if sender else "",
        source.fingerprint,
        *(str(number) for number in (counts.new, counts.newer, counts.same, counts.conflicts)),
        _("refused") if source.refused else known,
    )


def _refusal(report: MergePreview) -> UserError | None:
    """One refused source makes the command fail, though the others were merged."""
    if not report.refused:
        return None
    first = report.refused[0].refused
    if first is not None and len(report.refused) == 1:
        return first
    text = ngettext("{n} source was refused.", "{n} sources were refused.", len(report.refused))
    where = ", ".join(str(source.path) for source in report.refused)
    return UserError(first.code if first else "", text.format(n=len(report.refused)), where=where)


def _is_unknown(report: MergePreview) -> bool:
    return any(source.refused and source.refused.code == "package.unknown-sender" for source in report.refused)


def _how_to_accept(report: MergePreview) -> list[Notice]:
    """What to type where a sender is not known yet."""
    if not _is_unknown(report):
        return []
    text = _("Is every fingerprint the one that was read out? Then merge again with --enrol.")
    return [Notice("merge.enrol", text, "info")]


def merges(arguments: Namespace) -> Reply:
    """The log of merges."""
    with survey_of(arguments) as survey:
        found = survey.merges()
    value = [
        {
            "package": one.package,
            "source": one.source,
            "at": one.at.isoformat(),
            "merge": one.run,
            "taken_back": one.taken_back,
            "counts": _counts(one.counts),
        }
        for one in found
    ]
    rows = [
        (
            one.at.astimezone().strftime("%Y-%m-%d %H:%M"),
            one.package[:12],
            one.source,
            *(str(number) for number in (one.counts.new, one.counts.newer, one.counts.conflicts)),
            _("taken back") if one.taken_back else "",
        )
        for one in found
    ]
    headings = [_("Merged"), _("Package"), _("Source"), _("New"), _("Newer"), _("Conflicts"), ""]
    return Reply({"merges": value}, table(headings, rows, _("Nothing was merged yet.")))


def _takes_unmerge(parser: ArgumentParser) -> None:
    takes_survey(parser)
    packages = _("packages as listed by merges; without any, all of the last merge")
    parser.add_argument("packages", metavar="PACKAGE", nargs="*", help=packages)


def unmerge(arguments: Namespace) -> Reply:
    """Take back a merge."""
    from cami_survey.operations import merges as operations

    with survey_of(arguments) as survey:
        outcome = operations.take_back(survey, arguments.packages)
    return Reply({}, notices=outcome.notices)


def _takes_share(parser: ArgumentParser) -> None:
    takes_survey(parser)
    folder = _("the folder that all laptops see, a network drive or a synced folder; it is remembered")
    parser.add_argument("--folder", type=Path, metavar="DIR", help=folder)
    takes_recipients(parser)
    takes_plain(parser)


def share(arguments: Namespace) -> Reply:
    """Exchange through a folder."""
    from cami_survey.operations import sharing

    with survey_of(arguments) as survey:
        if arguments.folder is not None:
            sharing.set_folder(survey, arguments.folder)
        outcome = sharing.exchange(survey, to=arguments.to, plain=arguments.plain)
        folder = sharing.folder_of(survey)
    shared = outcome.value
    value = {
        "folder": str(folder),
        "sent": shared.sent,
        "merged": _counts(shared.report.counts) if shared.report else None,
        "passed": [{"name": one.name, "why": one.why} for one in shared.passed],
    }
    lines = list(_lines(shared.report)) if shared.report else []
    return Reply(value, lines, (*outcome.notices, *_how_to_accept_shared(shared.report, folder)))


def _how_to_accept_shared(report: MergePreview | None, folder: Path | None) -> list[Notice]:
    """Sharing enrols nobody by the way: that is done once, by merging."""
    if report is None or not _is_unknown(report):
        return []
    text = _("Is every fingerprint the one that was read out? Then type once: merge FILE.cami {folder} --enrol")
    return [Notice("merge.enrol", text.format(folder=folder), "info")]

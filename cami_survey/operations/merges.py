"""Merging: look at what packages and survey files bring, and take it in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice, Outcome, Touched
from cami_survey.base.records import MergeCounts, Tally
from cami_survey.base.texts import _, ngettext
from cami_survey.operations.merge_steps import HereError, Looking, Step, Taking

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from cami_survey.base.records import DeviceInfo
    from cami_survey.exchange.ahead import ReadingAhead
    from cami_survey.exchange.incoming import Incoming
    from cami_survey.exchange.sources import Kind
    from cami_survey.store.api import Brought, SurveyFile, TakenBack

    Progress = Callable[[int, int], None]

# A process of its own reads so many packages ahead, once so many bytes are to come; a large package from the first on.
AHEAD = 8
WORTH_A_PROCESS = 4 * 1024 * 1024
LARGE = 8 * 1024 * 1024
NOT_TRIED = "merge.not-tried"
# Of the time of a merge about half goes into reading, half into what the list shows of each interview.
WHOLE, READING = 1000, 500


@dataclass(frozen=True, slots=True)
class Source:
    """One thing to merge and what it brings, or why it was `refused`.

    `fingerprint` is in groups for reading aloud. `known` is whether its sender was trusted before.
    """

    path: Path
    kind: Kind
    sender: DeviceInfo | None = None
    fingerprint: str = ""
    known: bool = False
    encrypted: bool = False
    counts: MergeCounts = field(default_factory=MergeCounts)
    refused: UserError | None = None


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What a merge would do. `ignored` are files beside the sources that are neither packages nor survey files.

    `told_of`: how many interviews are new, newer and the same; one that several sources tell of counts once.
    """

    sources: tuple[Source, ...]
    ignored: tuple[Path, ...] = ()
    told_of: tuple[int, int, int] = (0, 0, 0)

    @property
    def taken(self) -> tuple[Source, ...]:
        """The sources that can be, or were, merged."""
        return tuple(source for source in self.sources if source.refused is None)

    @property
    def refused(self) -> tuple[Source, ...]:
        """The sources of which nothing is merged."""
        return tuple(source for source in self.sources if source.refused is not None)

    @property
    def counts(self) -> MergeCounts:
        """All sources together: each counted after the ones before it, interviews as before the first of them."""
        from cami_survey.exchange import sequences

        counted = [source.counts for source in self.taken]
        new, newer, same = self.told_of
        return MergeCounts(
            new=new,
            newer=newer,
            same=same,
            conflicts=sum(counts.conflicts for counts in counted),
            forms=sum(counts.forms for counts in counted),
            attachments=sum(counts.attachments for counts in counted),
            gaps=sequences.merged(*(counts.gaps for counts in counted)),
            revisions=sum(counts.revisions for counts in counted),
            incomplete=max((counts.incomplete for counts in counted), default=0),
            forks=tuple(sorted({fork for counts in counted for fork in counts.forks})),
            ahead=tuple(sorted({device for counts in counted for device in counts.ahead})),
            behind=tuple(sorted({device for counts in counted for device in counts.behind})),
            said=sum(counts.said for counts in counted),
            withdrawn=sum(counts.withdrawn for counts in counted),
        )


@dataclass(frozen=True, slots=True)
class MergeReport(MergePreview):
    """What a merge did. `backup` was made before it, if there was anything to lose."""

    backup: Path | None = None


def preview(
    survey: SurveyFile, sources: Iterable[Path], *, enrol: bool = False, progress: Progress | None = None
) -> Outcome[MergePreview]:
    """What merging `sources` (packages, survey files, folders of them) one after the other would bring.

    Nothing is changed. `progress` is told how much of how much is done, here and in `merge`.
    """
    tally = Tally()
    with survey.rehearsal(tally) as rehearse:
        step = Looking(survey, rehearse, enrol=enrol, tally=tally)
        seen, ignored = _each(survey, sources, step, progress)
    return Outcome(MergePreview(seen, ignored, step.told_of()))


def refusals(report: MergePreview) -> Iterator[Notice]:
    """Why each source that was tried is refused."""
    for source in report.refused:
        if source.refused is not None and source.refused.code != NOT_TRIED:
            yield Notice(source.refused.code, str(source.refused), "error", str(source.path))


def merge(
    survey: SurveyFile,
    sources: Iterable[Path],
    *,
    enrol: bool = False,
    progress: Progress | None = None,
    most: int = -1,
) -> Outcome[MergeReport]:
    """Take in `sources`: each whole or not at all, in one step of its own, whatever becomes of the others.

    Senders that are not known are refused, or with `enrol` trusted from now on. A backup is made first if the survey
    has interviews. `progress` may raise to stop; what was merged before stays. UserError if this survey cannot be
    written to; once something was merged, that is said of the source it happened with, and the rest is not tried.

    What the list shows is made for interviews in conflict and `most` others; the rest is left to `summaries.catch_up`.
    """
    from cami_survey.operations import quarantine
    from cami_survey.operations.summaries import refresh

    survey.ensure_writable()
    step = Taking(survey, enrol=enrol)
    reading = READING if most < 0 else WHOLE
    try:
        merged, ignored = _each(survey, sources, step, _part(progress, 0, reading))
    finally:
        survey.flush()
    for source in merged:
        if source.refused is not None:
            quarantine.keep(survey, source.path, source.refused)
        else:
            quarantine.release(survey, source.path)
    report = MergeReport(merged, ignored, step.told_of(), step.backup)
    if report.taken:
        tell = _part(progress, reading, WHOLE) or _untold
        tell(0, 1)
        refresh(survey, conflicts=True, progress=lambda _done, _of: tell(0, 1))
        refresh(survey, most=most, progress=tell)
    if progress is not None:
        progress(WHOLE, WHOLE)
    undo = partial(take_back, survey, tuple(step.packages)) if step.packages else None
    touched: frozenset[Touched] = frozenset({"records", "forms", "devices"})
    return Outcome(report, touched, tuple(_merge_notices(survey, report)), undo)


def take_back(survey: SurveyFile, packages: Collection[str] = ()) -> Outcome[None]:
    """Take back what these packages (SHA-256, or its beginning) brought, without any those of the last merge.

    What came with them goes to the bin, what they changed is as it was before, by new steps of its history; interviews
    that were changed since are left. Reviews stand as before where nothing was said since; what cannot be unsaid is
    named. UserError if there is no such merge.
    """
    from cami_survey.operations.summaries import refresh
    from cami_survey.store.api import last_run

    done = survey.merges()
    chosen = [one for one in done if one.package.startswith(tuple(packages))] if packages else last_run(done)
    names = [one.package for one in chosen]
    taken = survey.take_back(names, _("The merge was taken back"))
    refresh(survey)
    said = tuple(_said_back(survey, survey.brought(names), taken))
    return Outcome(None, frozenset({"records"}), (*_taken_notices(taken), *said))


def _said_back(survey: SurveyFile, brought: Brought, taken: TakenBack) -> Iterator[Notice]:
    """What was said beside the answers: reviews stand as before, the rest stays and is named."""
    from cami_survey.base.reviews import TOPICS
    from cami_survey.operations import reviews

    about: dict[str, set[str]] = {}
    for name, topic, subject in brought.statements:
        if topic in TOPICS:
            about.setdefault(subject, set()).add(name)
    # What is in the bin took its review with it.
    standing = survey.not_deleted(list(about)) - set(taken.binned)
    back, left = reviews.take_back(survey, {record: ids for record, ids in about.items() if record in standing})
    if back:
        text = ngettext("The review of {n} interview stands as before.", "{n} reviews stand as before.", back)
        yield Notice("merge.reviews-back", text.format(n=back))
    stays = list(_stays(brought, left))
    if stays:
        text = _("It stays what was said with it and cannot be unsaid: {said}.")
        yield Notice("merge.said-stays", text.format(said="; ".join(stays)), "warning")


def _stays(brought: Brought, reviews_left: int) -> Iterator[str]:
    if reviews_left:
        text = ngettext("{n} review that went on since", "{n} reviews that went on since", reviews_left)
        yield text.format(n=reviews_left)
    if n := len(brought.withdrawn):
        yield ngettext("{n} withdrawal of consent", "{n} withdrawals of consent", n).format(n=n)
    topics = [topic for _name, topic, _subject in brought.statements]
    if n := sum(topic.startswith("duplicate.") for topic in topics):
        yield ngettext("{n} decision about doubles", "{n} decisions about doubles", n).format(n=n)
    if n := sum(topic.startswith("register.") for topic in topics):
        yield ngettext("{n} decision about organisations", "{n} decisions about organisations", n).format(n=n)
    if n := sum(topic.startswith("reference.") for topic in topics):
        yield ngettext("{n} word on reference tables", "{n} words on reference tables", n).format(n=n)


def _taken_notices(taken: TakenBack) -> Iterator[Notice]:
    binned = ngettext("{n} interview is in the bin", "{n} interviews are in the bin", len(taken.binned))
    restored = ngettext("{n} is as it was before", "{n} are as they were before", len(taken.restored))
    text = _("The merge was taken back: {binned}, {restored}.")
    counted = {"binned": binned.format(n=len(taken.binned)), "restored": restored.format(n=len(taken.restored))}
    yield Notice("merge.taken-back", text.format(**counted))
    if taken.kept:
        kept = ngettext(
            "{n} interview was changed since and is left as it is.",
            "{n} interviews were changed since and are left as they are.",
            len(taken.kept),
        )
        yield Notice("merge.left", kept.format(n=len(taken.kept)), "warning")


def _each(
    survey: SurveyFile, sources: Iterable[Path], step: Step, progress: Progress | None
) -> tuple[tuple[Source, ...], tuple[Path, ...]]:
    from cami_survey.exchange.ahead import ReadingAhead
    from cami_survey.exchange.sources import find

    found = find(sources, own=survey.path)
    sizes = [path.stat().st_size for path, _kind in found.files]
    reported = []
    told = _Told(progress)
    with ReadingAhead(survey.prepare, told.again) as ahead:
        for place, (path, kind) in enumerate(found.files):
            _look_ahead(ahead, step, found.files, sizes, place)
            tell = _scaled(told, sum(sizes[:place]), sizes[place], sum(sizes))
            try:
                reported.append(_one(path, kind, step, tell, ahead))
            except HereError as stopped:
                if not any(source.refused is None for source in reported):
                    raise stopped.error from stopped
                reported.append(Source(path, kind, refused=stopped.error))
                reported += [Source(path, kind, refused=_not_tried(path)) for path, kind in found.files[place + 1 :]]
                break
            tell(1, 1)
    return tuple(
        replace(one, counts=step.settled(one.counts)) if one.counts.gaps else one for one in reported
    ), found.ignored


def _look_ahead(
    ahead: ReadingAhead, step: Step, files: Sequence[tuple[Path, Kind]], sizes: Sequence[int], place: int
) -> None:
    """Have another process read the packages that follow, and a large one from the first on, where much is to come."""
    for at in range(place if sizes[place] >= LARGE else place + 1, min(place + 1 + AHEAD, len(files))):
        path, kind = files[at]
        if kind != "package" or ahead.is_wanted(path) or step.was_merged(path):
            continue
        if not ahead.is_at_work and sum(sizes[at:]) < WORTH_A_PROCESS:
            return
        ahead.want(path, step.identities, step.door(path))


class _Told:
    """Passes progress on, and tells it once more while there is nothing new, so that it can stop what waits."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._last = (0, 1)

    def __call__(self, done: int, total: int) -> None:
        self._last = (done, total)
        self.again()

    def again(self) -> None:
        if self._progress is not None:
            self._progress(*self._last)


def _not_tried(path: Path) -> UserError:
    return UserError(
        NOT_TRIED,
        _("{name} was not tried any more.").format(name=path.name),
        advice=_("Merge it again when this survey can be written to."),
        where=path.name,
    )


def _part(progress: Progress | None, begin: int, end: int) -> Progress | None:
    """Tells the progress of one piece of work as its share of the whole."""
    if progress is None:
        return None
    return lambda done, of: progress(begin + (end - begin) * min(done, of) // max(of, 1), WHOLE)


def _untold(done: int, of: int) -> None:
    del done, of


def _scaled(progress: Progress | None, before: int, size: int, total: int) -> Progress:
    """Tells the progress of one file as bytes of all files."""

    def tell(done: int, of: int) -> None:
        if progress is not None:
            progress(before + size * min(done, of) // max(of, 1), total)

    return tell


def _one(path: Path, kind: Kind, step: Step, tell: Progress, ahead: ReadingAhead) -> Source:
    from cami_survey.exchange.ahead import NotReadError

    try:
        return _tried(path, kind, step, tell, ahead)
    except NotReadError:
        return _tried(path, kind, step, tell, None)


def _tried(path: Path, kind: Kind, step: Step, tell: Progress, ahead: ReadingAhead | None) -> Source:
    from cami_survey.exchange import keys
    from cami_survey.exchange.incoming import opened
    from cami_survey.exchange.refusals import UnknownSenderError

    source = Source(path, kind)
    try:
        known = _merged_before(source, step)
        if known is not None:
            return known
        with opened(path, kind, step.door(path), identities=step.identities, ahead=ahead) as incoming:
            sender = incoming.sender
            source = replace(source, sender=sender, fingerprint=keys.readable(sender.id))
            source = replace(source, known=incoming.known, encrypted=incoming.encrypted)
            try:
                return replace(source, counts=step.take(incoming, tell))
            except UserError as error:
                raise _placed(error, incoming) from error
    except UnknownSenderError as error:
        name, fingerprint = step.devices.get(error.public_key), keys.fingerprint(error.public_key)
        return replace(source, sender=name, fingerprint=keys.readable(fingerprint), refused=error)
    except UserError as error:
        return replace(source, refused=error)


def _merged_before(source: Source, step: Step) -> Source | None:
    """A package of a trusted laptop that was merged before, known by its hash and not opened again."""
    from cami_survey.exchange import keys, sequences
    from cami_survey.operations import arrivals

    if source.kind != "package":
        return None
    sha256, encrypted = step.identify(source.path)
    name = step.survey.merged_from(sha256)
    counts = step.again(sha256) if name else None
    if counts is None:
        return None
    sender = next((device for device in step.devices.values() if device.id == name and device.trusted), None)
    if sender is None:
        return None
    holdings = step.expected(arrivals.holdings(step.survey, name), name)
    missing = sequences.gaps(holdings, step.held(holdings))
    counts = replace(counts, gaps=tuple(missing))
    return replace(
        source, sender=sender, fingerprint=keys.readable(name), known=True, encrypted=encrypted, counts=counts
    )


def _placed(error: UserError, incoming: Incoming) -> UserError:
    """An error about a fact, with the line the fact stands in."""
    if not error.code.startswith("facts."):
        return error
    line = next((line for line, fact in enumerate(incoming.facts(), 1) if fact.id == error.where), 0)
    sentence = _("{name}, line {line}: {what}").format(name=incoming.name, line=line or "–", what=error.sentence)
    return UserError(error.code, sentence, advice=error.advice, where=f"{incoming.name}:{line}")


def _merge_notices(survey: SurveyFile, report: MergeReport) -> Iterator[Notice]:
    from cami_survey.operations import arrivals

    counts = report.counts
    names = {device.id: device.name or str(device.number) for device in survey.devices()}
    if report.taken:
        yield Notice("merge.done", _merged(counts))
    if counts.conflicts:
        text = ngettext("{n} conflict is to be settled.", "{n} conflicts are to be settled.", counts.conflicts)
        yield Notice("merge.conflicts", text.format(n=counts.conflicts), "warning")
    for device, first, last in counts.gaps:
        text = ngettext(
            "Change {first} of {device} is known of, but has not arrived.",
            "Changes {first} to {last} of {device} are known of, but have not arrived.",
            last - first + 1,
        ).format(first=first, last=last, device=names.get(device, device[:8]))
        yield Notice("merge.gap", text, "warning", device)
    for device in sorted({device for device, _number in counts.forks}):
        text = _("Two copies of the survey file of {device} are in use at once. The work of both was kept.")
        yield Notice("merge.fork", text.format(device=names.get(device, device[:8])), "warning", device)
    yield from _said_with(counts)
    yield from _clocks(counts, names)
    yield from arrivals.receipts(survey, [source.sender for source in report.taken if source.sender is not None])
    yield from refusals(report)
    if not report.sources:
        yield Notice("merge.nothing", _("There was no package or survey file to merge."), "info")


def _clocks(counts: MergeCounts, names: Mapping[str, str]) -> Iterator[Notice]:
    """Whose clock was wrong."""
    ahead = _("The clock of {device} was more than a day ahead. Its interviews came whole; no clock decides anything.")
    behind = _("The clock of {device} was years behind. Its interviews came whole; no clock decides anything.")
    advice = _("Have the date on that laptop set right.")
    for text, devices in ((ahead, counts.ahead), (behind, counts.behind)):
        for device in devices:
            said = text.format(device=names.get(device, device[:8]))
            yield Notice("merge.clock", f"{said} {advice}", "warning", device)


def _said_with(counts: MergeCounts) -> Iterator[Notice]:
    """What came beside answers."""
    if counts.said:
        text = ngettext(
            "{n} word about interviews came with it: a query, a reply, a review or a decision.",
            "{n} words about interviews came with it: queries, replies, reviews, decisions.",
            counts.said,
        )
        yield Notice("merge.said", text.format(n=counts.said))
    if counts.withdrawn:
        text = ngettext(
            "Consent was taken back for {n} interview: its answers are gone here too.",
            "Consent was taken back for {n} interviews: their answers are gone here too.",
            counts.withdrawn,
        )
        yield Notice("merge.withdrawals", text.format(n=counts.withdrawn), "warning")


def _merged(counts: MergeCounts) -> str:
    new = ngettext("{n} new interview", "{n} new interviews", counts.new).format(n=counts.new)
    newer = ngettext("{n} changed", "{n} changed", counts.newer).format(n=counts.newer)
    same = ngettext("{n} known already", "{n} known already", counts.same).format(n=counts.same)
    return _("Merged: {new}, {newer}, {same}.").format(new=new, newer=newer, same=same)

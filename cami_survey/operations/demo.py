"""The demonstration: the whole journey of a survey, with sixty interviews and files to look at."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.base import system_errors
from cami_survey.base.clock import system_clock
from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.places import shipped
from cami_survey.base.texts import _, ngettext
from cami_survey.operations import analyses, conflicts, exports, forms, merges, packages, scripts, surveys
from cami_survey.operations.beginnings import Manner, begin, begin_from
from cami_survey.operations.demo_answers import interviews
from cami_survey.operations.running import Saved

if TYPE_CHECKING:
    from cami_survey.base.clock import Clock
    from cami_survey.operations.demo_script import DemoInterview
    from cami_survey.operations.running import Interview
    from cami_survey.store.api import SurveyFile

Photographer = Callable[[Path, Path], list[Path]]
Progress = Callable[[int, int], None]
Tell = Callable[[str], None]

FORMS = ("herder_interview.xlsx", "stakeholder_survey.xlsx")
MARK = "demonstration.json"
TITLE = "Ala-Too 2026"
LAPTOPS = (("laptop-1.cami", "KG-03", "Aizada"), ("laptop-2.cami", "KG-07", "Temir"))
CONSULTANT = ("consultant.cami", "KG-00", "Gulnara")
HANDED_OVER, PACKAGES, PICTURES, WORKBOOK = "handed-over", "packages", "screenshots", "interviews.xlsx"
CORRECTED = "/stock[sheep]/stock_n"
CORRECTIONS = (12, 30)
STEPS_BESIDES_INTERVIEWS = 7
ANALYSED = ("power_interest", "themes", "recognition", "losses")


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What was made. `files`: what it is, and where. `survey` is the consultant's file, `pictures` those of pages."""

    folder: Path
    survey: Path
    files: tuple[tuple[str, Path], ...]
    pictures: tuple[Path, ...]
    interviews: int
    settled: int


@dataclass(slots=True)
class _Watch:
    """A laptop's clock in the days of the interviews."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        self.now += by


@dataclass(slots=True)
class _Journey:
    """The state of one demonstration in the making."""

    folder: Path
    clock: Clock
    tell: Tell
    progress: Progress
    files: list[tuple[str, Path]] = field(default_factory=list)
    done: int = 0
    total: int = 0

    def step(self, text: str = "") -> None:
        """One more step is done; say what it was."""
        self.done += 1
        self.progress(self.done, self.total)
        if text:
            self.tell(text)


def demonstration_survey(
    folder: Path, *, progress: Progress | None = None, clock: Clock = system_clock
) -> Outcome[Path]:
    """Make the journey in `folder` and return the consultant's survey file."""
    outcome = demonstrate(folder, progress=progress, clock=clock)
    return Outcome(outcome.value.survey, outcome.touched, outcome.notices)


def demonstrate(
    folder: Path,
    *,
    photographer: Photographer | None = None,
    tell: Tell | None = None,
    progress: Progress | None = None,
    seed: int = 1,
    clock: Clock = system_clock,
) -> Outcome[Demonstration]:
    """Two laptops fill interviews and send packages; the consultant merges, settles a conflict and exports.

    `folder` is new, empty, or an earlier demonstration, which is made anew; any other is refused. `photographer` saves
    pictures of the pages, `tell` is told each step in a sentence; `progress` may raise to stop.
    """
    planned = interviews(seed, now=clock())
    journey = _Journey(folder, clock, tell or _silent, progress or _unmoved)
    journey.total = len(planned) + STEPS_BESIDES_INTERVIEWS
    _make_room(folder)
    path = _consultant(journey, planned)
    pictures = _look(journey, path, photographer)
    (folder / MARK).write_text(json.dumps({"made": "whole"}), "utf-8")
    made = Demonstration(folder, path, tuple(journey.files), tuple(pictures), len(planned), 1)
    text = ngettext(
        "The demonstration with {n} interview is in {folder}.",
        "The demonstration with {n} interviews is in {folder}.",
        len(planned),
    ).format(n=len(planned), folder=folder)
    return Outcome(made, frozenset({"survey"}), (Notice("demo.made", text, where=str(folder)),))


def _silent(_text: str) -> None:
    """Nobody listens."""


def _unmoved(_done: int, _total: int) -> None:
    """Nobody watches."""


# -- the folder


def _make_room(folder: Path) -> None:
    """An empty folder, or one from which an earlier demonstration was taken away."""
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            raise UserError(
                "demo.folder-in-use",
                _("{folder} holds other files.").format(folder=folder),
                advice=_("Name a new folder for the demonstration."),
                where=str(folder),
            )
        _clear(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARK).write_text(json.dumps({"made": "unfinished"}), "utf-8")
    except OSError as error:
        raise UserError(
            "demo.folder-unwritable",
            _("Nothing can be written into {folder}: {reason}.").format(
                folder=folder, reason=system_errors.in_words(error)
            ),
            advice=_("Name another folder for the demonstration."),
            where=str(folder),
        ) from None


def _clear(folder: Path) -> None:
    """Take away what a demonstration made and nothing else. A survey file that is open stops it before."""
    names = [name for name, _device, _person in (*LAPTOPS, CONSULTANT)]
    for name in names:
        if (folder / name).is_file():
            surveys.open_survey(folder / name).value.close()
    backups = [f"{Path(name).stem}-backups" for name in names]
    for name in (HANDED_OVER, PACKAGES, PICTURES, *backups):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / WORKBOOK).unlink(missing_ok=True)
    for path in (found for name in names for found in folder.glob(f"{name}*")):
        path.unlink()


# -- the journey


def _consultant(journey: _Journey, planned: Sequence[DemoInterview]) -> Path:
    """Everything but the pictures; returns the consultant's file."""
    name, device, person = CONSULTANT
    path = journey.folder / name
    consultant = surveys.create(path, title=TITLE, device_name=device, facilitator=person, clock=journey.clock).value
    try:
        _field_work(journey, planned, consultant.device.recipient)
        merged = merges.merge(consultant, [journey.folder / PACKAGES], enrol=True).value
        journey.step(
            _("The consultant merged {packages} packages: {interviews} interviews, {conflicts} in conflict.").format(
                packages=len(merged.taken), interviews=merged.counts.new, conflicts=len(consultant.conflicts())
            )
        )
        _settle(journey, consultant)
        _analyse(journey, consultant)
        _export(journey, consultant)
        backup = surveys.backup(consultant).value
    finally:
        consultant.close()
    journey.files[:0] = [(_("Consultant's survey"), path)]
    journey.files.append((_("Backup"), backup))
    return path


def _field_work(journey: _Journey, planned: Sequence[DemoInterview], recipient: str) -> None:
    """Both laptops fill their interviews, correct the same one differently, and pack for the consultant."""
    first = planned[0].started - timedelta(days=1)
    watches = [_Watch(first) for _name in LAPTOPS]
    laptops = [_laptop(journey, place, watches[place]) for place in range(len(LAPTOPS))]
    try:
        for plan in planned:
            _hold(laptops[plan.device], watches[plan.device], plan)
            journey.step()
        for laptop, (_name, device, person) in zip(laptops, LAPTOPS, strict=True):
            journey.tell(
                _("{person} filled {n} interviews on the laptop {device}.").format(
                    person=person, n=laptop.counts()["all"], device=device
                )
            )
        _disagree(journey, laptops, watches)
        for laptop, watch in zip(laptops, watches, strict=True):
            laptop.add_recipient(CONSULTANT[2], recipient)
            packed = packages.pack(laptop, journey.folder / PACKAGES, clock=watch).value
            title = _("Package of {device}").format(device=laptop.device.name)
            journey.files.append((title, packed.path))
            journey.step(_("{title}: {n} interviews, encrypted.").format(title=title, n=packed.records))
    finally:
        for laptop in laptops:
            laptop.close()


def _laptop(journey: _Journey, place: int, watch: _Watch) -> SurveyFile:
    """A field laptop's new survey with both forms."""
    name, device, person = LAPTOPS[place]
    path = journey.folder / name
    survey = surveys.create(path, title=TITLE, device_name=device, facilitator=person, clock=watch).value
    forms.add(survey, [shipped("forms") / form for form in FORMS])
    journey.files.append((_("Survey of {device}").format(device=device), path))
    return survey


def _hold(survey: SurveyFile, watch: _Watch, plan: DemoInterview) -> None:
    """One interview, from its start to its end by the laptop's clock."""
    watch.now = max(watch.now, plan.started)
    interview = begin(survey, forms.form_of(survey, plan.form_id), Manner(clock=watch, kept=False))
    pace = timedelta(minutes=plan.minutes) / max(1, len(plan.steps))
    for number, step in enumerate(plan.steps, 1):
        watch.forward(pace)
        scripts.take(interview, step, number)
    if plan.draft:
        interview.leave()
    else:
        _finalise(interview)


def _finalise(interview: Interview) -> Saved:
    """The demonstration's own interviews have no problems; a form that says otherwise was changed without them."""
    result = interview.finalise().value
    if not isinstance(result, Saved):
        raise RuntimeError(f"demonstration interview {interview.summary().code} is not valid: {result.problems}")
    return result


def _disagree(journey: _Journey, laptops: Sequence[SurveyFile], watches: Sequence[_Watch]) -> None:
    """The second laptop gets the interviews of the first; then both correct one number, each in its own way."""
    given, taken = laptops
    handed = packages.pack(given, journey.folder / HANDED_OVER, to=[taken.device.recipient], clock=watches[0]).value
    journey.files.append((_("Package between the laptops"), handed.path))
    merges.merge(taken, [handed.path], enrol=True)
    record = next(row.record for row in reversed(given.rows("final")) if _holds(given, row.record))
    for laptop, watch, more in zip(laptops, watches, CORRECTIONS, strict=True):
        watch.forward(timedelta(hours=2))
        _correct(laptop, record, more, watch)
    journey.step(_("Both laptops corrected the same interview, each in its own way."))


def _holds(survey: SurveyFile, record: str) -> bool:
    return any(name.endswith(CORRECTED) for name in survey.view(record).answers.fields)


def _correct(survey: SurveyFile, record: str, more: int, watch: _Watch) -> None:
    view = survey.view(record)
    name, text = next((name, text) for name, text in view.answers.fields.items() if name.endswith(CORRECTED))
    interview = begin_from(survey, view, Manner(clock=watch, kept=False))
    interview.set(name, int(text) + more)
    _finalise(interview)


def _settle(journey: _Journey, consultant: SurveyFile) -> None:
    """The consultant asked by phone: the later count is right."""
    (conflict,) = consultant.conflicts()
    latest = max(conflict.claims, key=lambda claim: claim.written)
    conflicts.resolve(consultant, conflict.record, conflict.field, f"value={latest.value}")
    said = " / ".join(claim.value or "-" for claim in conflict.claims)
    journey.step(
        _("Settled {code}, {field}: {values}, {value} stands.").format(
            code=conflict.code, field=conflict.field, values=said, value=latest.value
        )
    )


def _analyse(journey: _Journey, consultant: SurveyFile) -> None:
    """What can be said of the interviews: the first sentence of some analyses."""
    material = analyses.load(consultant)
    found = [analyses.analyse(material, name) for name in ANALYSED]
    for analysis in found:
        journey.tell(f"{analysis.title}: {analysis.messages[0].text}")
    journey.step(
        ngettext(
            "Analysed {n} interview; analyse lists every analysis.",
            "Analysed {n} interviews; analyse lists every analysis.",
            material.n,
        ).format(n=material.n)
    )


def _export(journey: _Journey, consultant: SurveyFile) -> None:
    target = journey.folder / WORKBOOK
    exported = exports.export(consultant, target, clock=journey.clock).value
    journey.files.append((_("Workbook"), target))
    journey.step(_("Exported {n} interviews to {name}.").format(n=exported.interviews, name=target.name))


def _look(journey: _Journey, survey: Path, photographer: Photographer | None) -> list[Path]:
    if photographer is None:
        return []
    journey.tell(_("Taking pictures of every page; that takes a minute."))
    pictures = photographer(survey, journey.folder / PICTURES)
    if pictures:
        title = ngettext("{n} picture of the pages", "{n} pictures of the pages", len(pictures))
        journey.files.append((title.format(n=len(pictures)), journey.folder / PICTURES))
    return pictures

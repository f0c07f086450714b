"""Analyses: what the finished interviews of a survey say, as tables and figures.

`load` reads a survey once; `analyse` computes one analysis of it within a scope. Page, papers and command line show
what comes back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from cami_survey.analysis.material import Material, Scope
from cami_survey.base import collecting
from cami_survey.base.beside import GoneError, processors
from cami_survey.base.errors import UserError, nearest
from cami_survey.base.form_words import form_title
from cami_survey.base.heeding import heed, heeding
from cami_survey.base.order import ordered
from cami_survey.base.texts import _

if TYPE_CHECKING:
    from cami_survey.analysis.definitions import Definition
    from cami_survey.analysis.intake import Intake, Silence
    from cami_survey.analysis.results import Analysis
    from cami_survey.engine.api import Form
    from cami_survey.operations.answers_read import Answered, LaterAnswers
    from cami_survey.store.api import SurveyFile

__all__ = [
    "Choices",
    "Entry",
    "Material",
    "Option",
    "Scope",
    "all_of",
    "analyse",
    "check",
    "check_language",
    "day",
    "for_public",
    "load",
    "names",
    "scope_choices",
    "silence_of",
]

Progress = Callable[[int, int], None]
REPORT_EVERY = 200
# Interviews from which on another process, which takes a second or two to begin, makes the reading shorter; its share
# is less than half, since it has to hand over what it read.
WORTH_A_PROCESS = 15_000
SHARE = 0.48


@dataclass(frozen=True, slots=True)
class Entry:
    """An analysis as it is offered: `name` for `analyse`, title and chapter in the program's language."""

    name: str
    title: str
    chapter: str


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be filtered by: what goes into a `Scope`, how it reads, and how many interviews it has."""

    code: str
    label: str
    n: int


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything a survey can be filtered by; `first` and `last` are the days (ISO) of its interviews."""

    countries: tuple[Option, ...] = ()
    forms: tuple[Option, ...] = ()
    groups: tuple[Option, ...] = ()
    species: tuple[Option, ...] = ()
    reviews: tuple[Option, ...] = ()
    first: str = ""
    last: str = ""


def names() -> tuple[Entry, ...]:
    """Every analysis, chapter by chapter."""
    from cami_survey.analysis.subjects.catalogue import SUBJECTS

    return tuple(Entry(name, subject.title(), subject.chapter()) for name, subject in SUBJECTS.items())


def analyse(material: Material, name: str, scope: Scope | None = None, *, language: str = "") -> Analysis:
    """One analysis of the interviews within `scope` (all of the material's own without one).

    `language` is that of choice labels, by name or code; without it they are in that of the material. UserError for a
    name that is none. Computing the same again costs nothing as long as the material lives.
    """
    from cami_survey.analysis.subjects.catalogue import SUBJECTS
    from cami_survey.base.texts import language as spoken

    if name not in SUBJECTS:
        near = nearest(name, SUBJECTS)
        raise UserError(
            "analysis.unknown",
            _("There is no analysis {name}.").format(name=name),
            advice=_("Did you mean {name}?").format(name=near)
            if near
            else _("Analyses are: {names}.").format(names=", ".join(SUBJECTS)),
            where=name,
        )
    wanted = _of(material, scope, language)
    key = (name, spoken())
    if key not in wanted.kept_analyses:
        with collecting.paused():
            wanted.kept_analyses[key] = SUBJECTS[name].analyse(wanted)
    return wanted.kept_analyses[key]


def all_of(material: Material, *, progress: Progress | None = None) -> dict[str, Analysis]:
    """All analyses by their names. `progress` gets analyses done and their number, and several times the same; whatever
    it raises ends the work, and what was computed until then is kept."""
    found: dict[str, Analysis] = {}
    entries = names()
    with collecting.paused(), _telling(progress, lambda: len(found), len(entries)):
        for entry in entries:
            heed()
            found[entry.name] = analyse(material, entry.name)
    return found


def for_public(
    material: Material, k: int, scope: Scope | None = None, *, language: str = "", progress: Progress | None = None
) -> dict[str, Analysis]:
    """All analyses by their names as they leave for the public, one alone or many in a paper.

    What one hides since fewer than `k` answers stand behind it, no other shows. `progress` as for `all_of`, with hiding
    as the last of the analyses.
    """
    from cami_survey.analysis.disclosure.cells import together
    from cami_survey.base.texts import language as spoken

    wanted = _of(material, scope, language)
    key = (k, spoken())
    if key not in wanted.kept_public:
        total = len(names()) + 1
        with collecting.paused():
            found = all_of(wanted, progress=progress and (lambda done, _total: progress(done, total)))
            with _telling(progress, lambda: total - 1, total):
                # All analyses are kept from here on, so nobody will need them soon.
                wanted.forget_rows()
                wanted.kept_public[key] = dict(zip(found, together(list(found.values()), k), strict=True))
    return wanted.kept_public[key]


def _of(material: Material, scope: Scope | None, language: str) -> Material:
    wanted = material if scope is None else material.within(scope)
    return wanted.speaking(language) if language else wanted


def _telling(progress: Progress | None, done: Callable[[], int], total: int) -> AbstractContextManager[None]:
    """Within this, computing tells `progress` how far it is, wherever it heeds."""
    return nullcontext() if progress is None else heeding(lambda: progress(done(), total))


def scope_choices(material: Material) -> Choices:
    """What the material can be filtered by, of the whole survey whatever is filtered now."""
    everything = material.within(Scope())
    about = everything.interviews
    days = sorted(filter(None, set(about.days)))
    return Choices(
        _options(_words(about.countries), everything.country_label),
        _options(Counter(about.forms), {form.form_id: form_title(form.title) for form in everything.forms}.__getitem__),
        _options(Counter(about.groups), lambda code: everything.label(*code.split("/", 1))),
        _options(_species(everything), everything.species_label),
        _options(Counter(text or "none" for text in about.reviews), _review_words),
        days[0] if days else "",
        days[-1] if days else "",
    )


def check(material: Material, scope: Scope) -> Scope:
    """The scope if the survey knows what it names; UserError with the nearest there is otherwise."""
    choices = scope_choices(material)
    for asked, options in (
        (scope.countries, choices.countries),
        (scope.forms, choices.forms),
        (scope.species, choices.species),
        ((scope.group,) if scope.group else (), choices.groups),
        ((scope.review,) if scope.review else (), choices.reviews),
    ):
        known = {code for option in options for code in (option.code, option.code.rpartition("/")[2])}
        for code in asked:
            if code not in known:
                raise _unknown(code, sorted(known))
    return scope


def check_language(material: Material, language: str) -> None:
    """UserError where no form has choice labels in that language; a survey without forms has nothing to say in one."""
    from cami_survey.operations.beginnings import language_in

    known = list(dict.fromkeys(name for form in material.forms for name in form.languages if name))
    if language and known and not language_in(known, language):
        near = nearest(language, known)
        raise UserError(
            "language.unknown",
            _("No form of this survey has the language “{language}”.").format(language=language),
            advice=_("Did you mean “{name}”?").format(name=near)
            if near
            else _("The forms have: {names}.").format(names=", ".join(known)),
            where=language,
        )


def day(text: str | None) -> str | None:
    """A day, month or year as a scope takes it; UserError for anything else."""
    if not text:
        return None
    if re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text) and _is_day(f"{text}-01-01"[:10]):
        return text
    raise UserError(
        "analysis.no-day",
        _("{text} is no day.").format(text=text),
        advice=_("Write it as year, month and day: 2026-10-31."),
        where=text,
    )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _unknown(code: str, known: Sequence[str]) -> UserError:
    near = nearest(code, known)
    there_are = _("There are: {names}.").format(names=", ".join(known)) if known else ""
    return UserError(
        "analysis.unknown-filter",
        _("No interview of this survey is of {code}.").format(code=code),
        advice=_("Did you mean {name}?").format(name=near) if near else there_are,
        where=code,
    )


def _options(counted: Counter[str], label: Callable[[str], str]) -> tuple[Option, ...]:
    found = [Option(code, label(code), n) for code, n in counted.items() if code]
    return tuple(sorted(found, key=lambda option: (ordered(option.label), option.code)))


def _words(texts: Sequence[str]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for text, n in Counter(texts).items():
        for word in text.split():
            counted[word] += n
    return counted


def _species(material: Material) -> Counter[str]:
    counted = _words(material.interviews.species)
    for code in material.species_in_rows():
        counted.setdefault(code, 0)
    return counted


def _review_words(code: str) -> str:
    from cami_survey.operations.reviews import state_name

    return _("not reviewed") if code == "none" else state_name(code)


# -- reading a survey


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The material of a survey as it was in that state, with what was said of its organisations and interviews then."""

    state: tuple[object, ...]
    verdicts: list[str]
    reviews: Mapping[str, str]
    material: Material


_loaded: WeakKeyDictionary[SurveyFile, _Loaded] = WeakKeyDictionary()


def load(survey: SurveyFile, *, language: str = "", progress: Progress | None = None) -> Material:
    """The final interviews of a survey as columns; read again only after something has changed.

    `language` is that of choice labels, by name or code; the forms' own without it. `progress` gets interviews read
    and their number; whatever it raises ends the reading.
    """
    from cami_survey.analysis.factor import Factor
    from cami_survey.operations.register import TOPIC, canonical

    state, verdicts = _state(survey), [said.id for said in survey.statements(TOPIC)]
    reviews = survey.review_states()
    kept = _loaded.get(survey)
    if kept is None or kept.state != state:
        with collecting.seldom():
            read = _read(survey, reviews, progress).material(same=canonical(survey))
        kept = _Loaded(state, verdicts, reviews, read)
    elif (kept.verdicts, kept.reviews) != (verdicts, reviews):
        about = kept.material.interviews
        told = replace(about, reviews=Factor.of(reviews.get(record, "") for record in about.records))
        fresh = replace(kept.material, interviews=told, same=canonical(survey), views={})
        kept = _Loaded(state, verdicts, reviews, fresh)
    _loaded[survey] = kept
    return kept.material.speaking(language)


def _state(survey: SurveyFile) -> tuple[object, ...]:
    """What tells whether any answer was added, changed, withdrawn or taken back since."""
    forms = tuple((entry.form_id, entry.version, entry.added) for entry in survey.forms())
    return (survey.last_seq(), tuple(survey.counts().values()), forms, len(survey.merges()))


def _read(survey: SurveyFile, reviews: Mapping[str, str], progress: Progress | None) -> Intake:
    """Everything, form by form; the later interviews of each by another process where that is worth it."""
    from cami_survey.operations.answers_read import Answered, LaterAnswers

    forms = [_answered(survey, form_id) for form_id in dict.fromkeys(entry.form_id for entry in survey.forms())]
    total = survey.counts()["final"]
    if total >= WORTH_A_PROCESS and processors() > 1:
        with suppress(GoneError):
            told = _Told(progress, total, 2)
            parts = [Answered(*form, survey.boundary(form[0][0].form_id, SHARE)) for form in forms]
            with LaterAnswers(survey, parts, told.again) as later:
                return _taken(survey, parts, reviews, told, later)
    return _taken(survey, [Answered(*form) for form in forms], reviews, _Told(progress, total, 1), None)


def _taken(
    survey: SurveyFile,
    parts: Sequence[Answered],
    reviews: Mapping[str, str],
    told: _Told,
    later: LaterAnswers | None,
) -> Intake:
    from cami_survey.analysis.intake import Intake
    from cami_survey.operations.answers_read import read

    intake = Intake()
    for part in parts:
        filling = intake.form(part.definitions, part.silence)
        read(survey, part, filling, reviews, told.step, until=part.after if later else None)
        if later:
            filling.take_in(later.parts())
        filling.close()
    return intake


def _answered(survey: SurveyFile, form_id: str) -> tuple[list[Definition], dict[str, Silence]]:
    """The versions of a form, the one added last first, and how its questions take that nothing is said."""
    from cami_survey.analysis.forms import definition_of
    from cami_survey.operations.forms import form_of

    entries = [entry for entry in survey.forms() if entry.form_id == form_id]
    entries.sort(key=lambda entry: (entry.added, entry.version), reverse=True)
    forms = [form_of(survey, form_id, entry.version) for entry in entries]
    definitions = [definition_of(form) for form in forms]
    return definitions, silence_of(forms, definitions)


class _Told:
    """Tells how many interviews were read; each stands for as many as there are processes."""

    def __init__(self, progress: Progress | None, total: int, processes: int) -> None:
        self._progress = progress
        self._total = total
        self._processes = processes
        self._read = 0

    def step(self) -> None:
        self._read += 1
        if self._read % REPORT_EVERY == 0:
            self.again()

    def again(self) -> None:
        """Tell it once more while there is nothing new, so that what waits can be stopped."""
        if self._progress is not None:
            self._progress(min(self._read * self._processes, self._total), self._total)


def silence_of(forms: Sequence[Form], definitions: Sequence[Definition]) -> dict[str, Silence]:
    """By question, the codes of all versions for "does not know" and "refused"."""
    from cami_survey.analysis.intake import Silence
    from cami_survey.operations.nonresponse import static_code

    found: dict[str, Silence] = {}
    for form, definition in zip(forms, definitions, strict=True):
        for node in form.nodes:
            unknown = static_code(node, "unknown", form.marks, definition.languages)
            refused = static_code(node, "refused", form.marks, definition.languages)
            before = found.get(node.path, Silence())
            found[node.path] = Silence(
                before.unknown | ({unknown} if unknown else set()), before.refused | ({refused} if refused else set())
            )
    return found

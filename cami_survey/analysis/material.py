"""What was answered, as columns: one factor of codes per question, so that many interviews are counted fast.

Codes for "does not know" and "refused" are the same for every question here (`UNKNOWN`, `REFUSED`), "" is no answer.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from cami_survey.analysis import feeds
from cami_survey.analysis.definitions import Question
from cami_survey.analysis.factor import Factor, Mask, Numbers, joined
from cami_survey.analysis.register import folded
from cami_survey.analysis.results import Analysis
from cami_survey.base.heeding import heed
from cami_survey.base.texts import _
from cami_survey.base.texts import language as spoken
from cami_survey.reference import species

Found = TypeVar("Found")
UNKNOWN, REFUSED = "@unknown", "@refused"
# So many scopes are kept as they were computed.
VIEWS = 8
# A row that is about one species; several have blanks between.
ROW_SPECIES = ("thr_species", "t_species", "sp", "s_sp", "r_species")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which interviews count. What is empty does not limit; `since` and `until` are ISO days, both included.

    `group` is a kind of respondent as `scope_choices` lists it, or the code alone; `review` a state of the review,
    "none" for interviews that nobody has reviewed.
    """

    countries: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    group: str = ""
    species: tuple[str, ...] = ()
    review: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """The interviews of one form, or the instances of one of its repeats (`path`), with the interview of each row."""

    path: str
    interviews: Numbers
    columns: Mapping[str, Factor]


@dataclass(frozen=True, slots=True, eq=False)
class FormColumns:
    """Everything one form was answered; `main` has the rows from `first` on, without gaps."""

    form_id: str
    title: str
    languages: tuple[str, ...]
    questions: Mapping[str, Question]
    first: int
    main: Sheet
    repeats: tuple[Sheet, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Interviews:
    """What is known of every interview besides its answers; all columns have one entry per interview.

    `clusters` say who is not independent of whom: the organisation, or the camp or district; "" where not known.
    """

    records: Sequence[str]
    forms: Factor
    countries: Factor
    days: Factor
    facilitators: Factor
    clusters: Factor
    groups: Factor
    reviews: Factor
    species: Factor
    conflicts: Numbers


class Behind(Sequence[str]):
    """The ids of the interviews behind a figure, each once; looked up when somebody asks."""

    __slots__ = ("_found", "_interviews", "_records")

    def __init__(self, records: Sequence[str], interviews: Iterable[int]) -> None:
        self._records = records
        self._interviews = interviews
        self._found: tuple[str, ...] | None = None

    def _ids(self) -> tuple[str, ...]:
        if self._found is None:
            numbers = self._interviews
            each = dict.fromkeys(numbers.tolist() if isinstance(numbers, np.ndarray) else numbers)
            self._found = tuple(map(self._records.__getitem__, each))
        return self._found

    def __len__(self) -> int:
        return len(self._ids())

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...

    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        return self._ids()[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._ids() == tuple(other)

    def __hash__(self) -> int:
        return hash(self._ids())

    def __repr__(self) -> str:
        return repr(self._ids())


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows in which the asked questions stand together. `asked` is false where no form has these questions."""

    interviews: Numbers
    columns: Mapping[str, Factor]
    asked: bool = True

    def __getitem__(self, name: str) -> Factor:
        return self.columns[name]

    def __len__(self) -> int:
        return len(self.interviews)


@dataclass(frozen=True, eq=False)
class Material:
    """The final interviews of a survey, or those of them within a scope.

    `same` leads a folded name of an organisation to the name it is shown by, `language` is that of choice labels.
    """

    interviews: Interviews
    forms: tuple[FormColumns, ...]
    scope: Scope = Scope()
    language: str = ""
    same: Mapping[str, str] = field(default_factory=dict)
    views: dict[tuple[Scope, str], Material] = field(default_factory=dict, repr=False)

    def within(self, scope: Scope) -> Material:
        """The interviews of that scope, of the whole survey whatever the scope is now."""
        return self._view(scope, self.language)

    def speaking(self, language: str) -> Material:
        """The same, with choice labels in another language where the forms have it."""
        return self._view(self.scope, language)

    def _view(self, scope: Scope, language: str) -> Material:
        """Views are kept, the last few of them, so that what is computed once is not computed again."""
        if (scope, language) == (self.scope, self.language):
            return self
        found = self.views.pop((scope, language), None) or replace(self, scope=scope, language=language)
        self.views[scope, language] = found
        while len(self.views) > VIEWS:
            del self.views[next(iter(self.views))]
        return found

    @cached_property
    def kept_analyses(self) -> dict[tuple[str, str], Analysis]:
        """Analyses that were computed, by name and the program's language."""
        return {}

    @cached_property
    def kept_public(self) -> dict[tuple[int, str], dict[str, Analysis]]:
        """All analyses as they leave for the public, by threshold and the program's language."""
        return {}

    @cached_property
    def kept(self) -> Mask | None:
        """Which interviews are in the scope; None where all are."""
        found: Mask | None = None
        for mask in self._tests():
            found = mask if found is None else found & mask
        return found

    def _tests(self) -> Iterable[Mask]:
        scope, all_ = self.scope, self.interviews
        if scope.countries:
            yield all_.countries.where(lambda value: not set(value.split()).isdisjoint(scope.countries))
        if scope.forms:
            yield all_.forms.among(scope.forms)
        if scope.since:
            since = scope.since
            yield all_.days.where(lambda value: value >= since)
        if scope.until:
            until = scope.until
            yield all_.days.where(lambda value: value[: len(until)] <= until)
        if scope.group:
            yield all_.groups.where(lambda value: scope.group in (value, value.rpartition("/")[2]))
        if scope.review:
            yield all_.reviews.among(("" if scope.review == "none" else scope.review,))
        if scope.species:
            yield all_.species.where(lambda value: not value or not set(value.split()).isdisjoint(scope.species))

    @cached_property
    def indices(self) -> Numbers:
        """The interviews in the scope."""
        everything = np.arange(len(self.interviews.records), dtype=np.int32)
        return everything if self.kept is None else everything[self.kept]

    @property
    def n(self) -> int:
        """How many interviews are in the scope."""
        return len(self.indices)

    def of(self, column: Factor) -> Factor:
        """One of the columns of `interviews`, within the scope."""
        return _within(column, self.kept)

    def behind(self, interviews: Iterable[int]) -> Behind:
        """The ids of these interviews."""
        heed()
        return Behind(self.interviews.records, interviews)

    def clusters(self, interviews: Iterable[int]) -> int:
        """How many camps or organisations these interviews are from; one whose place is not known stands alone."""
        heed()
        return int(np.count_nonzero(np.bincount(self.places[_numbers(interviews)])))

    def among(self, *parts: Numbers) -> Mask:
        """Which interviews of the survey are in any of these parts."""
        found = np.zeros(len(self.interviews.records), np.bool_)
        for interviews in parts:
            found[interviews] = True
        return found

    @cached_property
    def places(self) -> Numbers:
        """Who is not independent of whom, as a number for each interview of the survey: those of one camp or
        organisation have the same, one whose place is not known has its own."""
        column = self.interviews.clusters
        alone = ~column.where(bool)
        numbers = column.codes.copy()
        numbers[alone] = np.arange(len(column.levels), len(column.levels) + np.count_nonzero(alone))
        return numbers

    @cached_property
    def _made(self) -> dict[tuple[tuple[str, ...], ...], Rows]:
        return {}

    def column(self, form: FormColumns, question: Question) -> Factor:
        """The answers to one question of one form within the scope, one per interview or repeat instance."""
        heed()
        path = question.repeats[-1] if question.repeats else ""
        sheet = next(sheet for sheet in (form.main, *form.repeats) if sheet.path == path)
        chosen = self._chosen(sheet)
        return _within(sheet.columns[question.name], chosen)

    def rows(self, *needed: str, optional: tuple[str, ...] = (), main: tuple[str, ...] = ()) -> Rows:
        """The rows in which all `needed` questions stand, of every form that has them, within the scope.

        `optional` ones are empty where a form does not ask them; `main` ones are taken from the interview of the row.
        """
        heed()
        key = (needed, optional, main)
        if key not in self._made:
            self._made[key] = self._collect(needed, optional, main)
        return self._made[key]

    def consents(self) -> Rows:
        """What people said who were asked whether they take part; experts are asked whether they may be listed."""
        rows = self.rows(*feeds.CONSENT, optional=(feeds.EXPERT,))
        asked = np.flatnonzero(~rows[feeds.EXPERT].where(bool))
        return Rows(rows.interviews[asked], {name: one.take(asked) for name, one in rows.columns.items()}, rows.asked)

    def once(self, make: Callable[..., Found], *about: Hashable) -> Found:
        """What `make` makes of this and of some of its rows or columns; kept as long as the rows, in each language."""
        key = (make, about, spoken())
        if key not in self._once:
            self._once[key] = make(self, *about)
        found: Found = self._once[key]
        return found

    @cached_property
    def _once(self) -> dict[Hashable, Any]:
        return {}

    def forget_rows(self) -> None:
        """Let go of the rows that were collected; who asks for them again gets them collected again."""
        self._made.clear()
        self._chosen_rows.clear()
        self._once.clear()

    def _collect(self, needed: tuple[str, ...], optional: tuple[str, ...], main: tuple[str, ...]) -> Rows:
        parts = []
        for form in self.forms:
            if self.scope.forms and form.form_id not in self.scope.forms:
                continue
            sheets = [sheet for sheet in (form.main, *form.repeats) if all(name in sheet.columns for name in needed)]
            parts += [self._part(form, sheet, (*needed, *optional), main) for sheet in sheets[:1]]
        if not parts:
            return Rows(np.empty(0, np.int32), dict.fromkeys((*needed, *optional, *main), Factor.blank(0)), asked=False)
        if len(parts) == 1:
            return parts[0]
        interviews = np.concatenate([part.interviews for part in parts])
        names = (*needed, *optional, *main)
        return Rows(interviews, {name: joined([part[name] for part in parts]) for name in names})

    def _part(self, form: FormColumns, sheet: Sheet, names: tuple[str, ...], main: tuple[str, ...]) -> Rows:
        heed()
        chosen = self._chosen(sheet)
        interviews = sheet.interviews if chosen is None else sheet.interviews[chosen]
        empty = Factor.blank(len(interviews))
        columns = {name: _within(sheet.columns[name], chosen) if name in sheet.columns else empty for name in names}
        for name in main:
            whole = form.main.columns.get(name)
            columns[name] = empty if whole is None else whole.take(interviews - form.first)
        return Rows(interviews, columns)

    @cached_property
    def _chosen_rows(self) -> dict[int, NDArray[np.intp] | None]:
        return {}

    def _chosen(self, sheet: Sheet) -> NDArray[np.intp] | None:
        """Which rows are in the scope, by number; None where all are."""
        if id(sheet) not in self._chosen_rows:
            mask = self._mask(sheet)
            self._chosen_rows[id(sheet)] = None if mask is None else np.flatnonzero(mask)
        return self._chosen_rows[id(sheet)]

    def _mask(self, sheet: Sheet) -> Mask | None:
        chosen = None if self.kept is None else self.kept[sheet.interviews]
        name = next((name for name in ROW_SPECIES if name in sheet.columns), "")
        if not self.scope.species or not name:
            return chosen
        wanted = set(self.scope.species)
        ours = sheet.columns[name].where(lambda text: not text or not wanted.isdisjoint(text.split()))
        return ours if chosen is None else chosen & ours

    @cached_property
    def _questions(self) -> dict[str, list[tuple[FormColumns, Question]]]:
        found: dict[str, list[tuple[FormColumns, Question]]] = {}
        for form in self.forms:
            for name, question in form.questions.items():
                found.setdefault(name, []).append((form, question))
        return found

    def question(self, name: str) -> str:
        """The wording of a question in the language asked for, else in that of a form; its name where none says one."""
        asked = self._questions.get(name, ())
        spoken = (_spoken(question.labels, self.language) for _form, question in asked)
        own = (_own(question.labels, form.languages) for form, question in asked)
        return next(filter(None, chain(spoken, own)), name)

    def codes(self, *names: str) -> list[str]:
        """The codes that questions of these names can be answered with, in the order of the forms."""
        questions = [question for name in names for _form, question in self._questions.get(name, ())]
        return list(dict.fromkeys(choice.code for question in questions for choice in question.choices))

    @cached_property
    def _labels(self) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
        return {}

    def _labels_of(self, name: str) -> tuple[dict[str, str], dict[str, str]]:
        """Code -> label of a question's choices: in the language asked for, and in that of a form; the first counts."""
        if name not in self._labels:
            spoken: dict[str, str] = {}
            own: dict[str, str] = {}
            for form, question in self._questions.get(name, ()):
                for choice in question.choices:
                    spoken[choice.code] = spoken.get(choice.code) or _spoken(choice.labels, self.language)
                    own[choice.code] = own.get(choice.code) or _own(choice.labels, form.languages)
            self._labels[name] = spoken, own
        return self._labels[name]

    def label(self, name: str, code: str) -> str:
        """What a code of a question says; the code itself where no form knows it."""
        return self.label_among((name,), code)

    def country_label(self, code: str) -> str:
        """What a country is called; words that say so where no form knows its code; "" where none is told."""
        said = self.label("country", code)
        return said if said != code or not code else _("unknown country ({code})").format(code=code)

    def species_label(self, code: str) -> str:
        """What a species is called: as a question names it in the language asked for, else as it is known to be called
        in that language, else as any question names it."""
        asked = ("species", *ROW_SPECIES)
        return self._spoken_among(asked, code) or species.name_in(code, self.language) or self.label_among(asked, code)

    def label_among(self, names: Iterable[str], code: str) -> str:
        """What a code says in the first of these questions that has it in the language asked for, else in any."""
        heed()
        if code == UNKNOWN:
            return _("Did not know")
        if code == REFUSED:
            return _("Refused")
        asked = tuple(names)
        if (asked, code) not in self._said:
            own = (self._labels_of(name)[1].get(code) for name in asked)
            self._said[asked, code] = self._spoken_among(asked, code) or next(filter(None, own), code)
        return self._said[asked, code]

    @cached_property
    def _said(self) -> dict[tuple[tuple[str, ...], str], str]:
        return {}

    def _spoken_among(self, names: Iterable[str], code: str) -> str:
        return next(filter(None, (self._labels_of(name)[0].get(code) for name in names)), "")

    def species_in_rows(self) -> list[str]:
        """Every species that a row of some repeat is about."""
        texts = {
            text
            for form in self.forms
            for sheet in form.repeats
            for name in ROW_SPECIES
            if name in sheet.columns
            for text in sheet.columns[name].present()
        }
        return sorted({code for text in texts for code in text.split() if not code.startswith("@")})

    def shown(self, organisation: str) -> str:
        """The name an organisation is shown by, whoever wrote it however."""
        return self.same.get(folded(organisation), organisation)


def is_answer(text: str) -> bool:
    """Whether a text answers its question: it is neither empty nor a "does not know" or "refused"."""
    return text not in ("", UNKNOWN, REFUSED)


def _within(column: Factor, chosen: NDArray[Any] | None) -> Factor:
    """The rows of a column that are chosen; all where nothing was."""
    return column if chosen is None else column.take(chosen)


def _numbers(interviews: Iterable[int]) -> Numbers:
    return interviews if isinstance(interviews, np.ndarray) else np.fromiter(interviews, np.int32)


def _spoken(labels: Mapping[str, str], asked: str) -> str:
    """The label in the language asked for by name, word or code; empty without."""
    wish = asked.casefold()
    for language, text in labels.items():
        word, _bracket, code = language.casefold().partition("(")
        if wish and wish in (language.casefold(), word.strip(), code.rstrip(") ")) and text:
            return text
    return ""


def _own(labels: Mapping[str, str], languages: Sequence[str]) -> str:
    """The label in a form's default language."""
    return labels.get(languages[0], "") if languages else ""

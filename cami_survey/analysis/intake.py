"""Records of one form to columns."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cami_survey.analysis.definitions import Definition, Question
from cami_survey.analysis.factor import Factor, Levels, crossed, filled, joined
from cami_survey.analysis.feeds import AROUND, CAMP, COUNTRY, FACILITATOR, GROUP, ORGANISATION, SPECIES, SUBSTANTIVE
from cami_survey.analysis.layout import merged_questions
from cami_survey.analysis.material import REFUSED, UNKNOWN, FormColumns, Interviews, Material, Sheet, is_answer
from cami_survey.base.records import RecordView
from cami_survey.base.sealed import PREFIX

BATCH = 50
_KEY = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Silence:
    """The codes by which a question takes that somebody does not know, or does not want to say."""

    unknown: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()


class _Codes(dict[str | None, int]):
    """What was answered -> the number of its level."""

    def __init__(self, silence: Silence | None) -> None:
        super().__init__()
        self.levels = Levels({"": 0})
        self[None] = 0
        if silence is not None:
            for text in silence.refused:
                self[text] = self.levels[REFUSED]
            for text in silence.unknown:
                self[text] = self.levels[UNKNOWN]

    def __missing__(self, text: str | None) -> int:
        assert text is not None
        if text.startswith(PREFIX):
            return 0
        self[text] = number = self.levels[text]
        return number


class _Column:
    """A column in the making."""

    def __init__(self, silence: Silence | None = None) -> None:
        self._codes = _Codes(silence)
        self._rows = array("i")

    def __len__(self) -> int:
        return len(self._rows)

    def extend(self, texts: Iterable[str | None]) -> None:
        """Put texts behind."""
        self._rows.extend(map(self._codes.__getitem__, texts))

    def append(self, text: str) -> None:
        """Put a text behind."""
        self._rows.append(self._codes[text])

    def part(self, first: int = 0) -> tuple[list[str], array[int]]:
        """The rows from `first` on, for `take_in` elsewhere."""
        return list(self._codes.levels), self._rows[first:]

    def take_in(self, part: tuple[list[str], array[int]]) -> None:
        """Put the rows of another column behind."""
        levels, rows = part
        fresh = np.fromiter(map(self._codes.levels.__getitem__, levels), np.int32, len(levels))
        self._rows.frombytes(fresh[np.frombuffer(rows, np.int32)].tobytes())

    def factor(self) -> Factor:
        """The column; nothing can be put behind any more."""
        return Factor(list(self._codes.levels), np.frombuffer(self._rows, np.int32))


class _Filling:
    """A sheet in the making: where each question stands, its column, and the rows that are not in the columns yet."""

    def __init__(self) -> None:
        self.slots: dict[str, int] = {}
        self.interviews = array("i")
        self._columns: dict[str, _Column] = {}
        self._rows: list[Sequence[str | None]] = []

    def place(self, question: Question, silence: Silence | None) -> None:
        """Make the column of a question, unless another one of its name has it."""
        if question.name not in self._columns:
            self.slots[question.path] = len(self._columns)
            self._columns[question.name] = _Column(silence)

    def add(self, interview: int, row: Sequence[str | None]) -> None:
        """A row with a text for each of the slots."""
        self.interviews.append(interview)
        self._rows.append(row)
        if len(self._rows) == BATCH:
            self._into_columns()

    def _into_columns(self) -> None:
        """A column after the other, since most of the work per answer is then not done in Python."""
        for column, texts in zip(self._columns.values(), zip(*self._rows, strict=True), strict=False):
            column.extend(texts)
        self._rows = []

    def parts(self) -> Iterator[Any]:
        """All rows: the interview of each, and then the columns, none of which is kept."""
        self._into_columns()
        yield self.interviews
        while self._columns:
            yield self._columns.pop(next(iter(self._columns))).part()

    def take_in(self, parts: Iterator[Any], before: int) -> None:
        """Put the rows of another filling behind, the interviews of which follow so many."""
        self._into_columns()
        theirs = np.frombuffer(next(parts), np.int32) + np.int32(before)
        self.interviews.frombytes(theirs.tobytes())
        for column in self._columns.values():
            column.take_in(next(parts))

    def sheet(self, path: str) -> Sheet:
        """All rows."""
        self._into_columns()
        columns = {name: column.factor() for name, column in self._columns.items()}
        return Sheet(path, np.frombuffer(self.interviews, np.int32), columns)


class Intake:
    """Takes the records of form after form in and gives the material. Private answers do not enter."""

    def __init__(self) -> None:
        self._forms: list[FormColumns] = []
        self._records: list[str] = []
        self._conflicts = array("i")
        self._noted = {name: _Column() for name in ("forms", "days", "reviews", "facilitators")}
        self._told: dict[str, list[Factor]] = {
            name: [] for name in ("countries", "species", "clusters", "groups", "facilitators")
        }

    def form(self, definitions: Sequence[Definition], silence: Mapping[str, Silence]) -> FormIntake:
        """The intake of one form, whose versions are `definitions`, the newest first."""
        return FormIntake(self, definitions, silence)

    def __len__(self) -> int:
        return len(self._records)

    def add(self, view: RecordView, facilitator: str, day: str, review: str) -> int:
        """Note an interview, before its answers are placed; its number."""
        self._records.append(view.record)
        self._conflicts.append(len(view.conflicts))
        for column, text in zip(self._noted.values(), (view.form_id, day, review, facilitator), strict=True):
            column.append(text)
        return len(self._records) - 1

    def parts(self, first: int) -> Iterator[Any]:
        """What is noted of the interviews from `first` on, for `take_in` elsewhere."""
        yield self._records[first:]
        yield self._conflicts[first:]
        for column in self._noted.values():
            yield column.part(first)

    def take_in(self, parts: Iterator[Any]) -> None:
        """Put interviews behind that were noted elsewhere."""
        self._records += next(parts)
        self._conflicts += next(parts)
        for column in self._noted.values():
            column.take_in(next(parts))

    def close(self, form: FormColumns) -> None:
        """A form is whole: read from its columns what is known of its interviews."""
        self._forms.append(form)
        columns = form.main.columns
        empty = Factor.blank(len(form.main.interviews))
        self._told["countries"].append(_first(columns, COUNTRY, empty))
        self._told["species"].append(_first(columns, SPECIES, empty))
        self._told["clusters"].append(_clusters(columns, empty))
        self._told["groups"].append(_groups(columns, empty))
        self._told["facilitators"].append(_first(columns, FACILITATOR, empty))

    def material(self, language: str = "", same: Mapping[str, str] | None = None) -> Material:
        """Everything that was taken in."""
        noted = {name: column.factor() for name, column in self._noted.items()}
        told = {name: joined(columns) if columns else Factor.blank(0) for name, columns in self._told.items()}
        told["facilitators"] = filled(told["facilitators"], noted["facilitators"])
        about = Interviews(self._records, conflicts=np.frombuffer(self._conflicts, np.int32), **{**noted, **told})
        return Material(about, tuple(self._forms), language=language, same=same or {})


@dataclass(slots=True)
class _Instance:
    """One instance of a repeat in an interview."""

    order: float
    path: str
    row: list[str | None]


class FormIntake:
    """Fills the sheets of one form."""

    def __init__(self, whole: Intake, definitions: Sequence[Definition], silence: Mapping[str, Silence]) -> None:
        self._whole = whole
        self._definition = definitions[0]
        kept = {
            path: said
            for path, said in silence.items()
            if (said.unknown or said.refused) and path.rpartition("/")[2] not in SUBSTANTIVE
        }
        self._questions: dict[str, Question] = {}
        self._main = _Filling()
        self._repeats: dict[str, _Filling] = {}
        self._first = len(whole)
        for question in merged_questions(definitions):
            if question.private or question.quiet:
                continue
            self._questions.setdefault(question.name, question)
            home = self._repeats.setdefault(question.repeats[-1], _Filling()) if question.repeats else self._main
            home.place(question, kept.get(question.path))

    def add(self, view: RecordView, facilitator: str = "", day: str = "", review: str = "") -> None:
        """Take one record in; `review` is its state, empty where nobody reviewed it."""
        number = self._whole.add(view, facilitator, day, review)
        answers = view.answers
        texts = {**answers.computed, **answers.fields} if answers.computed else answers.fields
        slots = self._main.slots
        self._main.add(number, list(map(texts.get, slots)))
        if self._repeats and not texts.keys() <= slots.keys():
            for path, row in self._instances(texts):
                self._repeats[path].add(number, row)

    def parts(self) -> Iterator[Any]:
        """Everything that was taken in, for `take_in` elsewhere, a column at a time."""
        yield self._first
        yield from self._whole.parts(self._first)
        for filling in (self._main, *self._repeats.values()):
            yield from filling.parts()

    def take_in(self, parts: Iterator[Any]) -> None:
        """Put interviews behind that were taken in elsewhere by an intake of the same form."""
        before = len(self._whole) - next(parts)
        self._whole.take_in(parts)
        for filling in (self._main, *self._repeats.values()):
            filling.take_in(parts, before)

    def _instances(self, texts: Mapping[str, str]) -> Iterator[tuple[str, list[str | None]]]:
        """The rows of repeats, each with the path of its repeat, in their order."""
        instances: dict[str, _Instance] = {}
        for name, text in texts.items():
            if "[" in name and name[0] != "@":
                self._put(name, text, instances)
        for one in sorted(instances.values(), key=lambda one: one.order):
            yield one.path, one.row

    def _put(self, name: str, text: str, instances: dict[str, _Instance]) -> None:
        end = name.rindex("]") + 1
        instance = name[:end]
        found = instances.get(instance)
        if found is None:
            path = _KEY.sub("", instance)
            if path not in self._repeats:
                return
            row: list[str | None] = [None] * len(self._repeats[path].slots)
            found = instances[instance] = _Instance(len(instances), path, row)
        if end == len(name):
            found.order = _order(text, found.order)
            return
        slot = self._repeats[found.path].slots.get(found.path + name[end:])
        if slot is not None:
            found.row[slot] = text

    def close(self) -> None:
        """All records of the form are in."""
        made = FormColumns(
            self._definition.form_id,
            self._definition.title,
            self._definition.languages,
            self._questions,
            self._first,
            self._main.sheet(""),
            tuple(filling.sheet(path) for path, filling in self._repeats.items()),
        )
        self._whole.close(made)


def _order(text: str, otherwise: float) -> float:
    try:
        return float(text)
    except ValueError:
        return otherwise


def _first(columns: Mapping[str, Factor], names: Sequence[str], empty: Factor) -> Factor:
    """What is told in the first of these columns that is there."""
    return next((_told(columns[name]) for name in names if name in columns), empty)


def _told(column: Factor) -> Factor:
    """The column without silences: nobody is from the same camp as others since all of them did not say."""
    return column.renamed(lambda text: text if is_answer(text) else "")


def _clusters(columns: Mapping[str, Factor], empty: Factor) -> Factor:
    if any(name in columns for name in ORGANISATION):
        return _first(columns, ORGANISATION, empty)
    if not any(name in columns for name in CAMP):
        return empty
    codes, places = crossed(*(_told(columns.get(name, empty)) for name in (*AROUND, *CAMP)))
    names = Factor(["/".join(place) if any(place[len(AROUND) :]) else "" for place in places], codes.astype(np.int32))
    return names.renamed(str)


def _groups(columns: Mapping[str, Factor], empty: Factor) -> Factor:
    name = next((name for name in GROUP if name in columns), "")
    return columns[name].renamed(lambda code: f"{name}/{code}" if is_answer(code) else "") if name else empty

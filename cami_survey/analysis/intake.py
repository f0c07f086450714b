"""Records of one form to columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from sys import intern
from typing import Any

from cami_survey.analysis.definitions import Definition, Question
from cami_survey.analysis.feeds import AROUND, CAMP, COUNTRY, FACILITATOR, GROUP, ORGANISATION, SPECIES, SUBSTANTIVE
from cami_survey.analysis.layout import merged_questions
from cami_survey.analysis.material import REFUSED, UNKNOWN, FormColumns, Interviews, Material, Sheet
from cami_survey.base.records import RecordView
from cami_survey.base.sealed import PREFIX

BATCH = 50
# Different answers to a question whose codes are remembered while they are read.
REMEMBERED = 2000
_KEY = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Silence:
    """The codes by which a question takes that somebody does not know, or does not want to say."""

    unknown: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()


class _Codes(dict[str | None, str]):
    """Text -> what a column has for it, remembered of the first different texts: most answers are one of few."""

    def __init__(self, silence: Silence | None) -> None:
        super().__init__({None: ""})
        if silence is not None:
            self.update(dict.fromkeys(silence.refused, REFUSED))
            self.update(dict.fromkeys(silence.unknown, UNKNOWN))

    def __missing__(self, text: str | None) -> str:
        assert text is not None
        code = "" if text.startswith(PREFIX) else intern(text)
        if len(self) < REMEMBERED:
            self[text] = code
        return code


class _Filling:
    """A sheet in the making: where each question stands, its column, and the rows that are not in the columns yet."""

    def __init__(self) -> None:
        self.slots: dict[str, int] = {}
        self.interviews: list[int] = []
        self._columns: dict[str, list[str]] = {}
        self._codes: list[_Codes] = []
        self._rows: list[Sequence[str | None]] = []

    def place(self, question: Question, silence: Silence | None) -> None:
        """Make the column of a question, unless another one of its name has it."""
        if question.name not in self._columns:
            self.slots[question.path] = len(self._columns)
            self._columns[question.name] = []
            self._codes.append(_Codes(silence))

    def add(self, interview: int, row: Sequence[str | None]) -> None:
        """A row with a text for each of the slots."""
        self.interviews.append(interview)
        self._rows.append(row)
        if len(self._rows) == BATCH:
            self._into_columns()

    def _into_columns(self) -> None:
        """A column after the other, since most of the work per answer is then not done in Python."""
        for column, codes, texts in zip(
            self._columns.values(), self._codes, zip(*self._rows, strict=True), strict=False
        ):
            column += map(codes.__getitem__, texts)
        self._rows = []

    def parts(self) -> Iterator[Sequence[Any]]:
        """All rows: the interview of each, and then the columns, none of which is kept."""
        self._into_columns()
        yield self.interviews
        while self._columns:
            yield self._columns.pop(next(iter(self._columns)))

    def take_in(self, parts: Iterator[Sequence[Any]], before: int) -> None:
        """Put the rows of another filling behind, the interviews of which follow so many."""
        self._into_columns()
        self.interviews += [before + one for one in next(parts)]
        for column in self._columns.values():
            column += next(parts)

    def sheet(self, path: str) -> Sheet:
        """All rows."""
        self._into_columns()
        return Sheet(path, self.interviews, self._columns)


class Intake:
    """Takes the records of form after form in and gives the material. Private answers do not enter."""

    def __init__(self) -> None:
        self._forms: list[FormColumns] = []
        self._about: dict[str, list[str]] = {
            name: [] for name in Interviews.__dataclass_fields__ if name != "conflicts"
        }
        self._conflicts: list[int] = []
        self._devices: list[str] = []

    def form(self, definitions: Sequence[Definition], silence: Mapping[str, Silence]) -> FormIntake:
        """The intake of one form, whose versions are `definitions`, the newest first."""
        return FormIntake(self, definitions, silence)

    def add(self, view: RecordView, facilitator: str, day: str, review: str) -> int:
        """Note an interview, before its answers are placed; its number."""
        self._about["records"].append(view.record)
        self._about["forms"].append(view.form_id)
        self._about["days"].append(day)
        self._about["reviews"].append(intern(review))
        self._devices.append(intern(facilitator))
        self._conflicts.append(len(view.conflicts))
        return len(self._conflicts) - 1

    @property
    def lists(self) -> list[list[Any]]:
        """What is noted of interviews before a form is whole."""
        told = ("records", "forms", "days", "reviews")
        return [*(self._about[name] for name in told), self._devices, self._conflicts]

    def close(self, form: FormColumns) -> None:
        """A form is whole: read from its columns what is known of its interviews."""
        self._forms.append(form)
        number = len(form.main.interviews)
        columns = form.main.columns
        empty = [""] * number
        self._about["countries"] += _first(columns, COUNTRY, empty)
        self._about["species"] += _first(columns, SPECIES, empty)
        self._about["clusters"] += _clusters(columns, empty)
        self._about["groups"] += _groups(columns, empty)
        told = _first(columns, FACILITATOR, empty)
        devices = self._devices[form.first : form.first + number]
        self._about["facilitators"] += [name or device for name, device in zip(told, devices, strict=True)]

    def material(self, language: str = "", same: Mapping[str, str] | None = None) -> Material:
        """Everything that was taken in."""
        return Material(
            Interviews(**self._about, conflicts=self._conflicts), tuple(self._forms), language=language, same=same or {}
        )


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
        self._first = len(whole._conflicts)
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

    def parts(self) -> Iterator[Sequence[Any]]:
        """Everything that was taken in, for `take_in` elsewhere, a list at a time."""
        yield [self._first]
        for noted in self._whole.lists:
            yield noted[self._first :]
        for filling in (self._main, *self._repeats.values()):
            yield from filling.parts()

    def take_in(self, parts: Iterator[Sequence[Any]]) -> None:
        """Put interviews behind that were taken in elsewhere by an intake of the same form."""
        before = len(self._whole.lists[0]) - next(parts)[0]
        for noted in self._whole.lists:
            noted += next(parts)
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


def _first(columns: Mapping[str, Sequence[str]], names: Sequence[str], empty: Sequence[str]) -> Sequence[str]:
    """The first of these columns that is there."""
    return next((columns[name] for name in names if name in columns), empty)


def _clusters(columns: Mapping[str, Sequence[str]], empty: Sequence[str]) -> Sequence[str]:
    if any(name in columns for name in ORGANISATION):
        return _first(columns, ORGANISATION, empty)
    if not any(name in columns for name in CAMP):
        return empty
    around = [columns.get(name, empty) for name in AROUND]
    camps = zip(*(columns.get(name, empty) for name in CAMP), strict=True)
    return [
        intern("/".join((*wider, *camp))) if any(camp) else ""
        for wider, camp in zip(zip(*around, strict=True), camps, strict=True)
    ]


def _groups(columns: Mapping[str, Sequence[str]], empty: Sequence[str]) -> Sequence[str]:
    name = next((name for name in GROUP if name in columns), "")
    return [intern(f"{name}/{code}") if code else "" for code in columns[name]] if name else empty

"""Records of one form to columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from sys import intern

from cami_survey.analysis.definitions import Definition, Question
from cami_survey.analysis.feeds import AROUND, CAMP, COUNTRY, FACILITATOR, GROUP, ORGANISATION, SPECIES, SUBSTANTIVE
from cami_survey.analysis.layout import merged_questions
from cami_survey.analysis.material import REFUSED, UNKNOWN, FormColumns, Interviews, Material, Sheet
from cami_survey.base.records import RecordView
from cami_survey.base.sealed import PREFIX

_KEY = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Silence:
    """The codes by which a question takes that somebody does not know, or does not want to say."""

    unknown: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Filling:
    """A sheet in the making: where each question stands, and the rows so far."""

    slots: dict[str, int] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    interviews: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    def place(self, question: Question) -> None:
        if question.name not in self.names:
            self.slots[question.path] = len(self.names)
            self.names.append(question.name)

    def sheet(self, path: str) -> Sheet:
        columns = zip(*self.rows, strict=True) if self.rows else ((),) * len(self.names)
        return Sheet(path, self.interviews, dict(zip(self.names, map(list, columns), strict=True)))


class Intake:
    """Takes the records of form after form in and gives the material. Private answers do not enter."""

    def __init__(self) -> None:
        self._forms: list[FormColumns] = []
        self._about: dict[str, list[str]] = {
            name: [] for name in Interviews.__dataclass_fields__ if name != "conflicts"
        }
        self._conflicts: list[int] = []
        self._devices: list[str] = []

    def form(self, definitions: Sequence[Definition], silence: Mapping[str, Silence]) -> _FormIntake:
        """The intake of one form, whose versions are `definitions`, the newest first."""
        return _FormIntake(self, definitions, silence)

    def add(self, view: RecordView, facilitator: str, day: str, review: str) -> int:
        """Note an interview, before its answers are placed; its number."""
        self._about["records"].append(view.record)
        self._about["forms"].append(view.form_id)
        self._about["days"].append(day)
        self._about["reviews"].append(intern(review))
        self._devices.append(intern(facilitator))
        self._conflicts.append(len(view.conflicts))
        return len(self._conflicts) - 1

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


class _FormIntake:
    """Fills the sheets of one form."""

    def __init__(self, whole: Intake, definitions: Sequence[Definition], silence: Mapping[str, Silence]) -> None:
        self._whole = whole
        self._definition = definitions[0]
        self._silence = {
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
            home.place(question)

    def add(self, view: RecordView, facilitator: str = "", day: str = "", review: str = "") -> None:
        """Take one record in; `review` is its state, empty where nobody reviewed it."""
        number = self._whole.add(view, facilitator, day, review)
        main = [""] * len(self._main.names)
        instances: dict[str, tuple[float, str, list[str]]] = {}
        slots = self._main.slots
        for name, text in chain(view.answers.computed.items(), view.answers.fields.items()):
            slot = slots.get(name)
            if slot is not None:
                main[slot] = self._code(name, text)
            elif "[" in name and name[0] != "@":
                self._put(name, text, instances)
        self._main.interviews.append(number)
        self._main.rows.append(main)
        for _order, path, row in sorted(instances.values(), key=lambda one: one[0]):
            self._repeats[path].interviews.append(number)
            self._repeats[path].rows.append(row)

    def _put(self, name: str, text: str, instances: dict[str, tuple[float, str, list[str]]]) -> None:
        end = name.rindex("]") + 1
        instance = name[:end]
        found = instances.get(instance)
        if found is None:
            path = _KEY.sub("", instance)
            if path not in self._repeats:
                return
            found = instances[instance] = (len(instances), path, [""] * len(self._repeats[path].names))
        if end == len(name):
            instances[instance] = (_order(text, found[0]), found[1], found[2])
            return
        generic = found[1] + name[end:]
        slot = self._repeats[found[1]].slots.get(generic)
        if slot is not None:
            found[2][slot] = self._code(generic, text)

    def _code(self, path: str, text: str) -> str:
        silence = self._silence.get(path)
        if silence is not None:
            if text in silence.unknown:
                return UNKNOWN
            if text in silence.refused:
                return REFUSED
        return "" if text.startswith(PREFIX) else intern(text)

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

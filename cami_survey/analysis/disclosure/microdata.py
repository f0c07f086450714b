"""Interviews made fit to leave for the public: read twice, first to learn what is rare, then to let go of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from heapq import heappush, heappushpop
from typing import Literal

from cami_survey.analysis.definitions import Definition, Question
from cami_survey.analysis.disclosure.places import Place, in_grid, shifted
from cami_survey.analysis.disclosure.pseudonyms import keyed, pseudonym
from cami_survey.analysis.disclosure.treatment import Treatment, asks_people, order, treatment
from cami_survey.base.records import Answers, RecordView

Places = Literal["grid", "shift", "out"]
LEAST_GRID = {"g25": 25.0, "g10": 10.0}
NO_PLACE = frozenset({"none", "adm"})
_KEYS = re.compile(r"\[([^\]]*)\]")
_RANDOM = re.compile(r"k[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class Rules:
    """How answers leave. Fewer than `k` people who share what they are, or a number, are not shown.

    `key` makes pseudonyms and shifts, `kilometres` is the width of grid cells, `towns` are for shifts, `keep` are names
    of questions let go as they are.
    """

    key: bytes
    k: int = 10
    places: Places = "grid"
    kilometres: float = 25.0
    keep: frozenset[str] = frozenset()
    towns: tuple[Place, ...] = ()


@dataclass(slots=True)
class Suppressed:
    """What was taken out, counted in answers: of classes too small, beyond the ends, without consent, made coarse."""

    classes: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    without_consent: int = 0
    left_out: int = 0


class Shield:
    """Takes the interviews of one form. First `learn` from each, then `shield` each; the same in gives the same out."""

    def __init__(self, definitions: Sequence[Definition], rules: Rules) -> None:
        self.rules = rules
        self.suppressed = Suppressed()
        asked = {q.path: q for form in reversed(definitions) for q in form.questions}
        people = asks_people(tuple(asked.values()))
        self.treatments: dict[str, Treatment] = {
            path: treatment(question, of_people=people, keep=rules.keep) for path, question in asked.items()
        }
        self.definitions = [_closed(form, self.treatments) for form in definitions]
        self._classes = sorted(self._paths("class"), key=lambda path: order(asked[path]))
        self._consents = self._paths("consent")
        self._precision = next(iter(self._paths("precision")), "")
        self._numbers = {path: _Ends(rules.k) for path in self._paths("ends")}
        self._people: dict[str, tuple[str | None, ...]] = {}
        self._kept: dict[str, int] | None = None

    def learn(self, view: RecordView) -> None:
        """Take note of what is rare in this interview and of what is not."""
        told = {**view.answers.computed, **view.answers.fields}
        if self._classes:
            self._people[view.record] = tuple(told.get(path) or None for path in self._classes)
        spans: dict[str, list[Decimal]] = {}
        for name, text in told.items():
            path = _KEYS.sub("", name)
            if path in self._numbers and (number := _number(text)) is not None:
                spans.setdefault(path, []).append(number)
        for path, numbers in spans.items():
            self._numbers[path].add(min(numbers), max(numbers))

    def shield(self, view: RecordView) -> RecordView:
        """The interview as it may leave. Its record has a pseudonym; times are the first day of their month."""
        if self._kept is None:
            self._kept = class_widths(self._people, self.rules.k)
        width = self._kept.get(view.record, 0)
        refused = self._refused(view.answers.fields)
        given = self._answers(view, view.answers.fields, width, refused)
        computed = self._answers(view, view.answers.computed, width, refused)
        return replace(
            view,
            record=self.name("record", view.record),
            answers=Answers(given, computed),
            conflicts=(),
            changed=_month(view.changed),
            device=self.name("device", view.device),
            started=_month(view.started) if view.started else None,
        )

    def name(self, kind: str, name: str) -> str:
        """The pseudonym of a record, a device or a facilitator; empty for an empty name."""
        return pseudonym(self.rules.key, kind, name) if name else ""

    def _paths(self, treated: Treatment) -> list[str]:
        return [path for path, treatment in self.treatments.items() if treatment == treated]

    def _refused(self, fields: Mapping[str, str]) -> tuple[str, ...]:
        """Beginnings of the fields of instances that may not be published (all fields, where the form itself asks)."""
        without: set[str] = {self._around(name) for name in fields if name.endswith("]")} if self._consents else set()
        homes = {path.rpartition("/")[0] for path in self._consents}
        asking = {name for name in without if _KEYS.sub("", name) in homes}
        given = {
            self._around(name.rpartition("/")[0])
            for name, text in fields.items()
            if text == "yes" and _KEYS.sub("", name) in self._consents
        }
        return tuple(sorted(asking - given))

    @staticmethod
    def _around(name: str) -> str:
        return name[: name.rfind("]") + 1]

    def _answers(
        self, view: RecordView, told: Mapping[str, str], width: int, refused: tuple[str, ...]
    ) -> dict[str, str]:
        precision = view.answers.fields.get(self._precision, "") if self._precision else ""
        shown: dict[str, str] = {}
        for name, text in told.items():
            if refused and name.startswith(refused):
                self.suppressed.without_consent += 1
            elif name.endswith("]"):
                shown[self._renamed(name, view.record)] = text
            elif text and (answer := self._answer(_KEYS.sub("", name), text, view.record, width, precision)):
                shown[self._renamed(name, view.record)] = answer
            else:
                self.suppressed.left_out += bool(text)
        return shown

    def _answer(self, path: str, text: str, record: str, width: int, precision: str) -> str | None:
        match self.treatments.get(path):
            case "kept" | "precision" | "consent":
                return text
            case "class":
                return self._class(path, text, width, precision)
            case "ends":
                shown = self._numbers[path].within(text)
                self.suppressed.ends[path] += shown != text
                return shown
            case "month":
                return _first_of_month(text)
            case "place":
                return self._place(text, record, precision)
            case _:
                return None

    def _class(self, path: str, text: str, width: int, precision: str) -> str | None:
        hidden = self._classes.index(path) >= width or (precision == "none" and path.endswith("/adm1"))
        self.suppressed.classes[path] += hidden
        return None if hidden else text

    def _place(self, text: str, record: str, precision: str) -> str | None:
        place = _point(text)
        if place is None or precision in NO_PLACE or self.rules.places == "out":
            return None
        if self.rules.places == "shift" and precision not in LEAST_GRID:
            coarse = shifted(place, record, self.rules.key, self.rules.towns)
        else:
            coarse = in_grid(place, max(self.rules.kilometres, LEAST_GRID.get(precision, 0.0)))
        return f"{coarse[0]} {coarse[1]} 0 0"

    def _renamed(self, name: str, record: str) -> str:
        """The field with its random keys named anew, so that it leads to no field of the survey file."""
        return _KEYS.sub(lambda found: f"[{self._key(found[1], record)}]", name) if "[" in name else name

    def _key(self, key: str, record: str) -> str:
        return f"k{keyed(self.rules.key, 'instance', record, key).hex()[:9]}" if _RANDOM.fullmatch(key) else key


class _Ends:
    """The k-th lowest and the k-th highest number that interviews gave; beyond them numbers are not told."""

    def __init__(self, k: int) -> None:
        self._k = k
        self._low: list[Decimal] = []
        self._high: list[Decimal] = []

    def add(self, low: Decimal, high: Decimal) -> None:
        for heap, number in ((self._low, -low), (self._high, high)):
            if len(heap) < self._k:
                heappush(heap, number)
            else:
                heappushpop(heap, number)

    def within(self, text: str) -> str | None:
        """The number, or the end it lies beyond; None where too few gave one."""
        number = _number(text)
        if number is None or len(self._high) < self._k:
            return None
        low, high = -self._low[0], self._high[0]
        if low > high:
            return None
        return text if low <= number <= high else str(min(max(number, low), high))


def class_widths(people: Mapping[str, Sequence[str | None]], k: int) -> dict[str, int]:
    """How many of the leading answers of each person may be shown, so that at least `k` share what is shown.

    Answers are cut from the end, person by person, until nobody stands in a class of fewer than `k`; a person of whom
    nothing is shown stands in no class.
    """
    widths = {person: len(answers) for person, answers in people.items()}
    rare = set(people)
    while rare:
        sizes = Counter(_shown(people[person], width) for person, width in widths.items())
        rare = {person for person, width in widths.items() if width and sizes[_shown(people[person], width)] < k}
        for person in rare:
            widths[person] -= 1
    return widths


def _shown(answers: Sequence[str | None], width: int) -> tuple[str | None, ...]:
    return (*answers[:width], *(None,) * (len(answers) - width))


def _closed(form: Definition, treatments: Mapping[str, Treatment]) -> Definition:
    """The form with everything that is left out marked as private."""
    return replace(form, questions=tuple(_private(q) if treatments[q.path] == "out" else q for q in form.questions))


def _private(question: Question) -> Question:
    return replace(question, private=True)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _point(text: str) -> Place | None:
    numbers = [_number(part) for part in text.split()[:2]]
    if len(numbers) < 2 or numbers[0] is None or numbers[1] is None:
        return None
    place = float(numbers[0]), float(numbers[1])
    return place if abs(place[0]) <= 90 and abs(place[1]) <= 180 else None


def _month(moment: datetime) -> datetime:
    return datetime(moment.year, moment.month, 1, tzinfo=UTC)


def _first_of_month(text: str) -> str | None:
    found = re.match(r"(\d{4}-\d\d)-\d\d(T?)", text)
    if not found:
        return None
    return f"{found[1]}-01T00:00:00.000Z" if found[2] else f"{found[1]}-01"


def shielded(definitions: Sequence[Definition], views: Iterable[RecordView], rules: Rules) -> list[RecordView]:
    """All interviews of a form as they may leave; `views` is read twice."""
    kept = list(views)
    shield = Shield(definitions, rules)
    for view in kept:
        shield.learn(view)
    return [shield.shield(view) for view in kept]

"""Small forms and records, written by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from cami_survey.analysis.definitions import Choice, Definition, Question, Repeat
from cami_survey.analysis.factor import Factor
from cami_survey.analysis.methods.findings import TooFew
from cami_survey.analysis.methods.network import Network, network
from cami_survey.analysis.methods.priorities import smith_s
from cami_survey.analysis.tables import Options, Origin, Tabulation, tabulate
from cami_survey.base.records import Answers, Claim, Conflict, RecordView, State

CHANGED = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
STARTED = datetime(2026, 2, 28, 8, 0, tzinfo=UTC)
SPECIES = (
    Choice("PANUNC", {"en": "Snow leopard", "ru": "Снежный барс"}),
    Choice("SAITAT", {"en": "Saiga", "ru": "Сайгак"}),
    Choice("EQUHEM", {"en": "Kulan", "ru": "Кулан"}),
)
SCALE = tuple(Choice(code, {"en": label}) for code, label in (("1", "Low"), ("5", "High"), ("99", "Do not know")))


def text(path: str, *repeats: str, **more: Any) -> Question:
    """A text question."""
    return Question(path, repeats=repeats, **more)


def form(
    *questions: Question, version: str = "1", languages: tuple[str, ...] = ("en", "ru"), title: str = "Herders"
) -> Definition:
    """A form `herders` with these questions and the repeats they lie in."""
    repeats = {
        path: Repeat(path, question.repeats[: index + 1], {"en": path.rsplit("/", 1)[-1].title()})
        for question in questions
        for index, path in enumerate(question.repeats)
    }
    return Definition("herders", version, title, languages, questions, tuple(repeats.values()))


def record(
    fields: Mapping[str, str],
    name: str = "r1",
    *,
    computed: Mapping[str, str] | None = None,
    conflicts: tuple[Conflict, ...] = (),
    version: str = "1",
    state: State = "final",
) -> RecordView:
    """A record of that form."""
    return RecordView(
        name,
        "herders",
        version,
        state,
        False,
        Answers(dict(fields), dict(computed or {})),
        ("head",),
        conflicts,
        False,
        CHANGED,
        "device",
    )


def disagreement(field: str, *values: str | None, before: str | None = None) -> Conflict:
    """A conflict over `field` between devices A, B and so on."""
    claims = tuple(
        Claim(value, f"rev{index}", f"dev{index}", "AB"[index], CHANGED, index == 0)
        for index, value in enumerate(values)
    )
    return Conflict("r1", "herders", "KG-H001", field, before, claims)


def tabulated(definitions: Definition | list[Definition], views: Iterable[RecordView], **options: Any) -> Tabulation:
    """The tables of these records; every record has the code KG-H001 and comes from Osh laptop."""
    origin = Origin("KG-H001", "Osh laptop", "Aizada", STARTED)
    versions = definitions if isinstance(definitions, list) else [definitions]
    return tabulate(versions, views, lambda view: origin, Options(**options))


def cells(tabulation: Tabulation, table: int = 0) -> list[dict[str, object]]:
    """The rows of a table as mappings from column names."""
    found = tabulation.tables[table]
    return [dict(zip([column.name for column in found.columns], row, strict=True)) for row in found.rows]


def salience_of_lists(lists: Sequence[Sequence[str]]) -> dict[str, float] | TooFew:
    """Smith's S of lists of items, one for each respondent."""
    numbers = np.repeat(np.arange(len(lists), dtype=np.int32), list(map(len, lists)))
    return smith_s(numbers, Factor.of(item for items in lists for item in items), len(lists))


def network_of(ties: Iterable[tuple[str, str]], others: Iterable[str] = ()) -> tuple[list[str], Network | TooFew]:
    """The names of all nodes in order, and the network of these ties; `others` are nodes without."""
    told = list(ties)
    names = sorted({*others, *(name for tie in told for name in tie)})
    numbers = [[names.index(name) for name in tie] for tie in told]
    return names, network(len(names), np.array(numbers, np.int64).reshape(-1, 2))

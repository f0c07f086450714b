"""Respondents of one organisation as one voice; who did not give a name speaks for the kind of organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.factor import (
    Factor,
    Mask,
    Numbers,
    by_code,
    filled,
    level_at,
    middles,
    numbered,
    reached,
    shared_out,
    turned_up,
)
from cami_survey.analysis.material import Material, Rows, is_answer
from cami_survey.analysis.methods.findings import Interval
from cami_survey.base.heeding import heed, heeded
from cami_survey.base.order import ordered
from cami_survey.base.texts import _

LEVELS: Mapping[str, int] = {str(level): level for level in range(1, 6)}
Groups = NDArray[np.int64] | Numbers
"""For each row the number of its organisation or group."""


@dataclass(frozen=True, slots=True, eq=False)
class Voices:
    """Organisations by name, each with the code of its type, and for each row the number of the one that speaks.

    `interviews` are those behind each organisation.
    """

    names: Sequence[str]
    kinds: Sequence[str]
    codes: NDArray[np.int64]
    interviews: Sequence[NDArray[np.int32]]

    def __len__(self) -> int:
        return len(self.names)


def voices(material: Material, rows: Rows) -> Voices:
    """The organisations behind these rows, which have the columns `org_name` and `org_type`."""
    return material.once(_voices, rows)


def _voices(material: Material, rows: Rows) -> Voices:
    kinds = rows[feeds.ORGANISATION_TYPE]
    said = filled(unified(material, rows["org_name"]), kinds.renamed(partial(_unnamed, material)))
    codes, firsts = numbered(said.codes)
    names = [said.levels[code] for code in said.codes[firsts].tolist()]
    order = sorted(heeded(range(len(names))), key=lambda place: ordered(names[place]))
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    codes = places[codes]
    return Voices(
        [names[place] for place in order],
        [kinds.levels[kind] for kind in _commonest(codes, kinds).tolist()],
        codes,
        shared_out(rows.interviews[by_code(codes)], np.bincount(codes, minlength=len(names))),
    )


def _commonest(groups: Groups, column: Factor) -> Numbers:
    """The level that most rows of each group have, of several the one that turns up first."""
    pairs, firsts = numbered(groups * len(column.levels) + column.codes)
    order = np.lexsort((firsts, -np.bincount(pairs), groups[firsts]))
    own = groups[firsts][order]
    return column.codes[firsts][order][np.flatnonzero(np.diff(own, prepend=-1))]


def unified(material: Material, names: Factor) -> Factor:
    """Each name as it is shown: confirmed matches, and names that differ only in blanks and capitals, are one."""
    return material.once(_unified, names)


def _unified(material: Material, names: Factor) -> Factor:
    spelled = material.once(_Spelled)
    first: dict[str, str] = {}
    known: dict[str, str] = {}
    for code in heeded(turned_up(names.codes, len(names.levels)).tolist()):
        name = names.levels[code]
        folded, shown = spelled[name]
        known[name] = first.setdefault(folded, shown)
    return names.renamed(lambda name: known.get(name, ""))


class _Spelled(dict[str, tuple[str, str]]):
    """Name as somebody wrote it -> what makes it another organisation, and how it is shown."""

    def __init__(self, material: Material) -> None:
        super().__init__()
        self._material = material

    def __missing__(self, name: str) -> tuple[str, str]:
        shown = self._material.shown(" ".join(name.split())) if name else ""
        self[name] = found = shown.casefold(), shown
        return found


def _unnamed(material: Material, kind: str) -> str:
    said = material.label(feeds.ORGANISATION_TYPE, kind) if is_answer(kind) else _("Organisation")
    return _("{kind} (not named)").format(kind=said)


def said_by_each(column: Factor, groups: Groups, number: int) -> list[list[str]]:
    """The texts that stand in the rows of each group, each once, as they turn up."""
    firsts = numbered(groups * len(column.levels) + column.codes)[1]
    found: list[list[str]] = [[] for _group in range(number)]
    for group, text in zip(groups[firsts].tolist(), column.take(firsts), strict=True):
        found[group].append(text)
    return found


class Ratings:
    """What groups of rows said on a scale from 1 to 5: how many of each, and the middle; other answers are left out.

    `n` are the ratings of each group, `middle` their medians, nothing where there are none.
    """

    __slots__ = ("_reached", "middle", "n")

    def __init__(self, column: Factor, groups: Groups, number: int, among: Mask | None = None) -> None:
        heed()
        levels = rated(column)
        given = levels > 0 if among is None else among & (levels > 0)
        self._reached = reached(levels[given], groups[given], number, len(LEVELS))
        self.n: NDArray[np.int64] = self._reached[:, -1]
        lower, upper = middles(self._reached)
        self.middle: NDArray[np.float64] = np.where(self.n > 0, (lower + upper) / 2, np.nan)

    def medians(self) -> list[float | None]:
        """The median of each group, whole where one answer is in the middle; None where nobody rated."""
        return [
            None if not n else int(middle) if n % 2 else middle
            for n, middle in zip(self.n.tolist(), self.middle.tolist(), strict=True)
        ]

    def middle_halves(self) -> list[Interval | None]:
        """The quartiles of each group; None where there are too few for a middle half."""
        lower, upper = self._quantile(0.25).tolist(), self._quantile(0.75).tolist()
        return [
            Interval(low, high, 0.5, cells.outside_half(n)) if n >= cells.SPREAD else None
            for n, low, high in zip(self.n.tolist(), lower, upper, strict=True)
        ]

    def _quantile(self, part: float) -> NDArray[np.float64]:
        place: NDArray[Any] = part * (self.n - 1)
        below = np.maximum(place.astype(np.int64), 0)
        above = np.minimum(below + 1, np.maximum(self.n - 1, 0))
        low, high = (level_at(self._reached, places) for places in (below, above))
        found: NDArray[Any] = low + (place - below) * (high - low)
        return found


def rated(column: Factor) -> NDArray[np.int64]:
    """The level in each row, 0 where none is told."""
    return column.on(LEVELS, 0)

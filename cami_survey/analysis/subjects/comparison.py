"""Two groups compared: women and men, those with and without losses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.factor import Numbers
from cami_survey.analysis.material import Material
from cami_survey.analysis.methods.comparison import Comparison, compare, holm
from cami_survey.analysis.methods.findings import TooFew
from cami_survey.analysis.methods.medians import group_medians, in_order, middle
from cami_survey.analysis.results import Analysis, Cell, Column, Message, ResultTable
from cami_survey.analysis.subjects.attitudes import SCALE, Item, items_of
from cami_survey.base.heeding import heed
from cami_survey.base.texts import _, ngettext

NAME = "comparison"
# A test on fewer voices per group says nothing; below it their answers are shown.
NEEDED = 10
SURE = 0.05


def title() -> str:
    """What the comparison is called."""
    return _("Groups compared")


@dataclass(frozen=True, slots=True)
class _Compared:
    item: Item
    groups: tuple[NDArray[np.float64], NDArray[np.float64]]
    interviews: Numbers
    found: Comparison | TooFew


def comparison(material: Material) -> Analysis:
    """Attitudes of women and men, and of those who lost animals and those who did not."""
    question = _("Do women and men, or those with and without losses, answer differently?")
    items, asked = items_of(material)
    tables = []
    said: list[Message] = []
    people: list[Numbers] = []
    pairs = (
        ("sex", feeds.SEX, ("f", "m"), (_("Women"), _("Men")), _("Women and men")),
        (
            "losses",
            feeds.LOST_ANY,
            ("yes", "no"),
            (_("With losses"), _("Without losses")),
            _("With and without losses"),
        ),
    )
    tests = [
        (name, words, heading, _compared(material, items, field, codes)) for name, field, codes, words, heading in pairs
    ]
    found = [one for *_rest, ones in tests for one in ones]
    corrected = _corrected(found)
    for name, words, heading, ones in tests:
        if any(len(one.groups[0]) and len(one.groups[1]) for one in ones):
            tables.append(_comparison_table(material, name, heading, words, ones, corrected))
            said += _comparison_messages(words, ones, corrected)
            people += [one.interviews for one in ones]
    if not tables:
        return cells.nothing(NAME, title(), question, material, asked=asked)
    n = int(np.count_nonzero(material.among(*people)))
    if corrected:
        text = ngettext(
            "{n} comparison was made; p is corrected for that (Holm).",
            "{n} comparisons were made; p is corrected for their number (Holm).",
            len(corrected),
        )
        said.append(cells.beside(text.format(n=cells.whole(len(corrected))), n))
    method = _(
        "People of one camp or district count as one voice (median) within each group. Exact permutation test up to 60 "
        "voices, normal approximation above; Cliff's delta from -1 to 1 says how much more often the first group "
        "answers higher. Below {needed} voices in a group there is no test: look at the medians and ranges."
    ).format(needed=cells.whole(NEEDED))
    return Analysis(NAME, title(), question, n, tuple(tables), (), tuple(said), method)


def _compared(material: Material, items: list[Item], field: str, codes: tuple[str, str]) -> list[_Compared]:
    """Every statement by two answers of another question, camps as one voice."""
    rows = material.rows(field)
    side = np.full(len(material.interviews.records), -1, np.int32)
    ours = rows[field].among(codes)
    side[rows.interviews[ours]] = rows[field].take(ours).among(codes[1:])
    voices = int(material.places.max(initial=-1)) + 1
    found = []
    for item in items:
        heed()
        groups = side.take(item.interviews)
        told = np.flatnonzero((groups >= 0) & (item.levels > 0))
        interviews = item.interviews[told]
        voice = material.places.take(interviews) + groups[told] * voices
        both = group_medians(item.levels[told], voice, 2 * voices, SCALE[-1])
        first, second = (each[~np.isnan(each)] for each in (both[:voices], both[voices:]))
        found.append(_Compared(item, (first, second), interviews, compare(first, second, NEEDED)))
    return found


def _corrected(found: list[_Compared]) -> dict[int, float]:
    """p values corrected for all comparisons, by the identity of the comparison."""
    tested = [one for one in found if isinstance(one.found, Comparison)]
    values = holm([one.found.p for one in tested if isinstance(one.found, Comparison)])
    return dict(zip(map(id, tested), values, strict=True))


def _comparison_table(
    material: Material,
    name: str,
    heading: str,
    words: tuple[str, str],
    ones: list[_Compared],
    corrected: dict[int, float],
) -> ResultTable:
    columns = (
        cells.name_column(_("Statement")),
        Column("first_n", _("{group}: n").format(group=words[0]), "count"),
        Column("first", _("{group}: median").format(group=words[0]), "number"),
        Column("second_n", _("{group}: n").format(group=words[1]), "count"),
        Column("second", _("{group}: median").format(group=words[1]), "number"),
        Column("delta", _("Cliff's delta"), "number", 2),
        Column("p", _("p, corrected"), "number", 3),
    )
    return ResultTable(name, heading, columns, tuple(_comparison_row(material, one, corrected) for one in ones))


def _comparison_row(material: Material, one: _Compared, corrected: dict[int, float]) -> tuple[Cell, ...]:
    behind = material.behind(one.interviews)
    sides: list[Cell] = []
    for values in map(in_order, one.groups):
        n = len(values)
        sides.append(cells.count(n))
        sides.append(cells.figure(middle(values) if n else None, n, interval=cells.middle_half(values)))
    n = sum(map(len, one.groups))
    if isinstance(one.found, TooFew):
        said = (Cell(one.found, n), Cell(one.found, n))
    else:
        p = corrected[id(one)]
        said = (Cell(one.found.delta, n), Cell(p, n, tone="notable" if p <= SURE else ""))
    return (cells.text(one.item.label, records=behind), *sides, *said)


def _comparison_messages(words: tuple[str, str], ones: list[_Compared], corrected: dict[int, float]) -> list[Message]:
    said = []
    for one in ones:
        if isinstance(one.found, Comparison) and corrected[id(one)] <= SURE:
            higher, lower = words if one.found.delta > 0 else (words[1], words[0])
            text = _("“{item}”: {higher} agree more than {lower} (Cliff's delta {delta}, corrected p {p}).")
            said.append(
                Message(
                    text.format(
                        item=one.item.label,
                        higher=higher,
                        lower=lower,
                        delta=cells.number(abs(one.found.delta), 2),
                        p=cells.number(corrected[id(one)], 3),
                    )
                )
            )
    untested = [one for one in ones if isinstance(one.found, TooFew) and one.found.reason == "too few"]
    if len(untested) == len(ones):
        text = _("“{first}” and “{second}”: too few to compare, {needed} voices are needed in each group.")
        said.append(cells.warn(text.format(first=words[0], second=words[1], needed=cells.whole(NEEDED))))
    elif not said:
        text = _("“{first}” and “{second}”: every difference could be chance.")
        said.append(Message(text.format(first=words[0], second=words[1])))
    return said

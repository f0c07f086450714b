"""What an analysis says, as data: tables and figures whose every number carries its n and the interviews behind it.

The page, the workbook, the brief and the command line show the same `Analysis`; none of them computes anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cami_survey.analysis.methods.findings import Interval, TooFew

Kind = Literal["text", "count", "number", "percent", "level", "state"]
Tone = Literal["", "good", "notable", "bad", "quiet", "hidden", "missing"]
Level = Literal["say", "warn"]
Reach = Literal["all", "here", "team"]
Said = str | float | int | TooFew | None


@dataclass(slots=True)
class Cell:
    """One thing that is said. None: nothing asked; `TooFew`: asked, but too few answers to say.

    Nobody changes a cell: it may stand in several tables. It is not frozen since that takes four times as long.
    `n` answers it rests on, None where it is no figure. `records` are the interviews behind it, for drilling down.
    `weight` from 0 to 1 shades a cell of a matrix. `hidden` was left out by disclosure control; `said` is None then.
    `least` are the answers that it would give away where these are fewer than `n`: those who said yes, or no, of a
    share that is worked out; those with the lowest value.
    """

    said: Said
    n: int | None = None
    interval: Interval | None = None
    tone: Tone = ""
    weight: float | None = None
    records: Sequence[str] = ()
    hidden: bool = False
    least: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column. Percentages are said as shares from 0 to 1; `decimals` counts those of what is shown.

    One whose `reach` is "team" is never shown to the public. Counts and percentages that are `additive` stand for
    answers that add up along the table; shares of a herd or of counters do not, nor do counts of some among others.
    Everybody but the team reads its numbers with `public_decimals`, where all decimals would tell the answers behind.
    """

    name: str
    title: str
    kind: Kind = "text"
    decimals: int = 1
    reach: Reach = "all"
    additive: bool = True
    public_decimals: int | None = None


@dataclass(frozen=True, slots=True)
class ResultTable:
    """A table. The first column names the row; each row has one cell per column. `name` is distinct in its analysis.

    One whose `reach` is "team" is never shown to the public. Of a table that is looked things up in, a paper prints the
    first `printed` rows and leaves the others to the workbook.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    reach: Reach = "all"
    printed: int | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A place in a grid, with the middle half of what was said along both axes where it is known."""

    label: str
    x: float
    y: float
    n: int
    across: Interval | None = None
    up: Interval | None = None
    group: str = ""
    records: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class GridChart:
    """Points on two scales cut into quadrants. `quadrants`: names of top left, top right, bottom left, bottom right."""

    x_title: str
    y_title: str
    limits: tuple[float, float]
    cut: tuple[float, float]
    quadrants: tuple[str, str, str, str]
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure on a line of a dot chart, with its interval."""

    series: int
    value: float
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class DotLine:
    """One line of a dot chart: its marks, its n, and what is written at its end ("" for nothing)."""

    label: str
    marks: tuple[Mark, ...]
    n: int
    end: str = ""
    records: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class DotChart:
    """Figures with their intervals, line by line. `limits` are the ends of the scale and `ends` their words."""

    series: tuple[str, ...]
    limits: tuple[float, float]
    ends: tuple[str, str]
    lines: tuple[DotLine, ...]
    end_title: str = ""


@dataclass(frozen=True, slots=True)
class BarChart:
    """Shares or counts per category, stacked where there are several series. `values[line][series]`."""

    lines: tuple[str, ...]
    series: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    ns: tuple[int, ...]
    kind: Literal["count", "percent", "number"] = "count"
    tones: tuple[Tone, ...] = ()


@dataclass(frozen=True, slots=True)
class MatrixChart:
    """A matrix shaded by `Cell.weight`, `Cell.tone` and `Cell.hidden`: the table of that name drawn."""

    table: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Node:
    """An organisation or group in a network; `size` from 0 to 1."""

    name: str
    label: str
    size: float
    group: str = ""


@dataclass(frozen=True, slots=True)
class Tie:
    """A tie between two nodes; one that only one side named is not confirmed."""

    source: str
    target: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class NetworkChart:
    """Who is linked with whom."""

    nodes: tuple[Node, ...]
    ties: tuple[Tie, ...]


Chart = GridChart | DotChart | BarChart | MatrixChart | NetworkChart


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart under its title. `subtitle` says what is measured and the n; `alt` says in words what is to be seen."""

    name: str
    title: str
    subtitle: str
    chart: Chart
    alt: str


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence written from the numbers: something that can be said, or a warning of what not to read into them.

    `n` answers it rests on, the fewest where it compares; None where it is not written from answers. `reach` says
    whom it is for: "here" belongs beside its tables and is no key message, "team" is never shown to the public.
    """

    text: str
    level: Level = "say"
    n: int | None = None
    reach: Reach = "all"


@dataclass(frozen=True, slots=True)
class Analysis:
    """One analysis of what was answered.

    `n` interviews it rests on. `method` says in a sentence how it is computed and by whose rules. `empty` is what
    stands where there is nothing to show ("" otherwise); then tables and figures may be missing.
    """

    name: str
    title: str
    question: str
    n: int
    tables: tuple[ResultTable, ...] = ()
    figures: tuple[Figure, ...] = ()
    messages: tuple[Message, ...] = ()
    method: str = ""
    empty: str = ""

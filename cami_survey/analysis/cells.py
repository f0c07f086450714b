"""Cells, columns and numbers in words: what every analysis says in the same way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from cami_survey.analysis.methods.findings import Interval, TooFew
from cami_survey.analysis.methods.medians import quantile
from cami_survey.analysis.methods.shares import Share, share
from cami_survey.analysis.results import Analysis, Cell, Column, Message, Tone
from cami_survey.base.numbers import number as number
from cami_survey.base.numbers import percent as percent
from cami_survey.base.numbers import whole as whole
from cami_survey.base.texts import _, is_right_to_left, language, ngettext

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from cami_survey.analysis.material import Material
    from cami_survey.analysis.methods.medians import Median, Ordered

    Some = Sequence[int] | NDArray[Any]

DASH = "–"
# Isolates of Unicode: the words between have the direction of their first letter, whatever stands around them.
APART = "\u2068{}\u2069"
_FOREIGN = re.compile("[A-Za-z\u0370-\u052f]")
# Below this many answers nothing is put into an order; below the other there is no spread to speak of.
FEW, SPREAD = 5, 3


def text(said: str, *, n: int | None = None, tone: Tone = "", records: Sequence[str] = ()) -> Cell:
    """Words; those that are made of answers rest on `n` of them."""
    return Cell(said, n, tone=tone, records=records)


def count(
    number: int, *, n: int | None = None, records: Sequence[str] = (), tone: Tone = "", least: int | None = None
) -> Cell:
    """A number of answers; `n` is what it is counted among, itself unless told.

    It gives away those that are not counted too, where they are fewer.
    """
    if least is None and n is not None and 0 < number <= n:
        least = fewest(number, n)
    return Cell(number, number if n is None else n, tone=tone, records=records, least=least)


def figure(
    said: float | str | TooFew | None,
    n: int,
    *,
    interval: Interval | TooFew | None = None,
    records: Sequence[str] = (),
    tone: Tone = "",
    weight: float | None = None,
    least: int | None = None,
) -> Cell:
    """A figure that rests on `n` answers, and would give away `least`."""
    said = TooFew("no data", 0) if n == 0 and said is None else said
    # Counts are whole and said so; a median that happens to be whole stands beside others with decimals.
    said = float(said) if isinstance(said, int) else said
    return Cell(said, n, interval if isinstance(interval, Interval) else None, tone, weight, records, least=least)


def share_of(material: Material, those: Some, of: Some, *, tone: Tone = "", least: int | None = None) -> Cell:
    """Interviews as a share of others, with the Wilson interval of as many camps or organisations as they are from.

    It gives away the smaller side of the share, or `least` where that is still less.
    """
    found = share(len(those), len(of), clusters=material.clusters(of))
    if isinstance(found, TooFew):
        return Cell(found, found.n)
    side = fewest(len(those), len(of))
    given_away = side if least is None else min(side, least)
    return Cell(found.share, found.n, found.interval, tone, found.share, material.behind(those), least=given_away)


def fewest(those: int, among: int) -> int:
    """How many answers the smaller side of a share rests on; all where it is everybody or nobody."""
    return min(those, among - those) or among


def few(n: int) -> TooFew | None:
    """What stands in place of a figure that rests on fewer than `FEW` answers."""
    return TooFew("too few", n, FEW) if n < FEW else None


def plain_share(found: Share | TooFew, *, records: Sequence[str] = ()) -> Cell:
    """A share of things that are not interviews, without an interval."""
    if isinstance(found, TooFew):
        return Cell(found, found.n)
    least = fewest(found.count, found.n)
    return Cell(found.share, found.n, weight=found.share, records=records, least=least)


def median_cell(found: Median | TooFew, *, records: Sequence[str] = ()) -> Cell:
    """A median with its interval where there is one."""
    if isinstance(found, TooFew):
        return Cell(found, found.n)
    return figure(found.median, found.n, interval=found.interval, records=records)


def middle_half(ordered: Ordered) -> Interval | None:
    """The quartiles of sorted values; None where there are too few for a middle half."""
    if len(ordered) < SPREAD:
        return None
    return Interval(quantile(ordered, 0.25), quantile(ordered, 0.75), 0.5, outside_half(len(ordered)))


def outside_half(n: int) -> int:
    """How many of `n` sorted values lie at each quartile or outside of it."""
    return int(0.25 * (n - 1)) + 1


def name_column(title: str) -> Column:
    """The first column, which names the row."""
    return Column("name", title)


def n_column(title: str = "", *, additive: bool = True) -> Column:
    """The column with the number of answers."""
    return Column("n", title or _("n"), "count", additive=additive)


# -- in words


def plain(value: float) -> str:
    """A median of counts: halves with a decimal, whole ones without."""
    return number(value, 0 if value == int(value) else 1)


def day(iso: str) -> str:
    """A day as 2026-11-28, in this order also among words that run from the right."""
    return f"\u200e{iso}\u200e" if is_right_to_left(language()) else iso


def span(interval: Interval, *, shares: bool = False) -> str:
    """An interval as "12 % to 34 %"."""
    said = percent if shares else number
    return _("{low} to {high}").format(low=said(interval.low), high=said(interval.high))


def listed(names: Iterable[str]) -> str:
    """Names with commas, or with semicolons where a name has a comma itself.

    In Persian, with its own marks and each foreign name apart: the number of “1.2 Overgrazing” stood before the colon.
    """
    found = list(names)
    marks = ("، ", "؛ ") if is_right_to_left(language()) else (", ", "; ")
    between = marks[any(mark in name for name in found for mark in ",،")]
    if marks[0] == ", ":
        return between.join(found)
    return between.join(APART.format(name) if _FOREIGN.search(name) else name for name in found)


def quoted(said: str) -> str:
    """A question or a heading, in the quotation marks of the language."""
    return _("“{text}”").format(text=said)


def reason(few: TooFew) -> str:
    """Why there is no figure, in words."""
    words = {
        "no data": _("no answers"),
        "all refused": _("all refused"),
        "nobody knew": _("nobody knew"),
        "no known codes": _("no known codes"),
        "no spread": _("all the same"),
    }
    if few.reason in words:
        return words[few.reason]
    return ngettext("too few to say ({n} answer)", "too few to say ({n} answers)", few.n).format(n=whole(few.n))


def spoken(cell: Cell, column: Column) -> str:
    """What a cell says, with its interval behind it; nothing asked is a dash."""
    said = cell.said
    if cell.hidden:
        return _("hidden")
    if said is None:
        return DASH
    if isinstance(said, TooFew):
        return reason(said)
    if isinstance(said, str):
        return said
    words = _figure(said, column)
    if cell.interval is None:
        return words
    # The ends have as many decimals as what stands between them.
    ends = (float(end) if isinstance(said, float) else end for end in (cell.interval.low, cell.interval.high))
    low, high = (_figure(end, column).removesuffix(" %") for end in ends)
    return f"{words} ({low}–{high})"


def _figure(said: float, column: Column) -> str:
    if column.kind == "percent":
        return percent(said)
    if isinstance(said, int):
        return whole(said)
    if 0 < said < least_shown(column):
        return _("< {figure}").format(figure=number(2 * least_shown(column), column.decimals))
    return number(said, column.decimals)


def least_shown(column: Column) -> float:
    """Below this a number would be shown as nothing."""
    return 0.5 / float(10**column.decimals)


def interviews(n: int) -> str:
    """How many interviews, in words."""
    return ngettext("{n} interview", "{n} interviews", n).format(n=whole(n))


def warn(said: str, n: int | None = None) -> Message:
    """A warning of what not to read into the numbers; `n` answers it rests on, None where it is not made of any."""
    return Message(said, "warn", n)


def beside(said: str, n: int) -> Message:
    """A warning that always goes with these tables, so that it is no key message."""
    return Message(said, "warn", n, reach="here")


def few_warning(n: int) -> list[Message]:
    """The warning that goes with figures of less than `FEW` answers."""
    if n >= FEW:
        return []
    said = ngettext(
        "Only {n} answer: too few to say more than what was answered.",
        "Only {n} answers: too few to say more than what was answered.",
        n,
    )
    return [warn(said.format(n=whole(n)))]


def nothing(name: str, title: str, question: str, material: Material, *, asked: bool, method: str = "") -> Analysis:
    """An analysis with nothing to show, and why."""
    if not material.interviews.records:
        empty = _("There are no finished interviews yet.")
    elif material.n == 0:
        empty = _("No finished interview fits these filters.")
    elif not asked:
        empty = _("No form of this survey asks the questions that this analysis needs.")
    else:
        empty = _("Nobody answered the questions that this analysis needs.")
    return Analysis(name, title, question, 0, method=method, empty=empty)

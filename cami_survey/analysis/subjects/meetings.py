"""What meetings ranked: orders, votes, counters and pairs as they were given, each group one voice."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.material import Material, is_answer
from cami_survey.analysis.methods.findings import TooFew
from cami_survey.analysis.methods.meetings import condorcet_winner, copeland, pile_shares
from cami_survey.analysis.methods.priorities import Agreement, borda, kendall_w
from cami_survey.analysis.results import Analysis, Cell, Column, Message, ResultTable
from cami_survey.analysis.subjects.rankings import agreement_words
from cami_survey.analysis.subjects.threat_rating import threat_label
from cami_survey.base.texts import _, ngettext

NAME = "meetings"
# The latest meetings are shown one by one, and the very latest spoken of.
SHOWN, TOLD = 20, 3


def title() -> str:
    """What the analysis is called."""
    return _("Rankings of meetings")


@dataclass(slots=True)
class _Meeting:
    """One meeting: the order of each group, its votes or counters, the pairs it compared; `told` in sentences."""

    interview: int
    code: str
    items: list[str]
    orders: list[list[str]] = field(default_factory=list)
    piled: bool = False
    votes: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    wins: Counter[str] = field(default_factory=Counter)
    pairs: int = 0
    told: bool = True

    @property
    def said(self) -> bool:
        return bool(self.orders or any(self.votes.values()) or self.pairs)


def meetings(material: Material) -> Analysis:
    """A table per meeting, with a check where two rules of counting disagree."""
    question = _("What did meetings hold most important?")
    rows = material.rows(*feeds.RANKING, optional=("mt_code", "mt_place", "mt_from"))
    found = [meeting for meeting in _meetings(material).values() if meeting.said]
    if not found:
        return cells.nothing(NAME, title(), question, material, asked=rows.asked)
    tables: list[ResultTable] = []
    said: list[Message] = []
    for meeting in found[-SHOWN:]:
        meeting.told = meeting in found[-TOLD:]
        table, messages = _one(material, meeting)
        tables.append(table)
        said += messages if meeting.told else []
    method = _(
        "Orders: Borda points (of k items the rank r gives k - r, items left out share what remains), checked by pairs "
        "won (Copeland) and by the item that wins against every other (Condorcet). Votes: share of all votes. "
        "Counters: median of the groups' shares. Pairs: wins and half of the ties. Every group counts the same."
    )
    return Analysis(NAME, title(), question, len(found), tuple(tables), (), tuple(said), method)


def _meetings(material: Material) -> dict[int, _Meeting]:
    rows = material.rows(*feeds.RANKING, optional=("mt_code",))
    found = {
        interview: _Meeting(
            interview, code or _("Meeting"), list(filter(is_answer, items.split())), piled=kind == "pile"
        )
        for interview, kind, items, code in zip(
            rows.interviews.tolist(), rows["rk_method"], rows["rk_items"], rows["mt_code"], strict=True
        )
        if is_answer(kind) and kind != "none"
    }
    orders = material.rows(feeds.ORDERS[0])
    for interview, order in zip(orders.interviews.tolist(), orders[feeds.ORDERS[0]], strict=True):
        if is_answer(order) and interview in found:
            found[interview].orders.append(order.split())
    dots = material.rows(*feeds.DOTS)
    groups, items, numbers = (dots[name] for name in feeds.DOTS)
    for interview, group, item, n in zip(
        dots.interviews.tolist(), groups, items, numbers.amounts().tolist(), strict=True
    ):
        if is_answer(item) and n >= 0 and interview in found:
            found[interview].votes[group][item] += n
    pairs = material.rows(*feeds.PAIRS)
    for interview, a, b, win in zip(pairs.interviews.tolist(), *(pairs[name] for name in feeds.PAIRS), strict=True):
        if interview in found and is_answer(a) and is_answer(b) and win in ("a", "b", "eq"):
            found[interview].pairs += 1
            found[interview].wins[a] += 0
            found[interview].wins[b] += 0
            for item in (a, b) if win == "eq" else (a if win == "a" else b,):
                found[interview].wins[item] += 1 if win == "eq" else 2
    return found


def _one(material: Material, meeting: _Meeting) -> tuple[ResultTable, list[Message]]:
    if meeting.orders:
        return _ordered(material, meeting)
    if meeting.pairs:
        return _paired(material, meeting)
    return _piled(material, meeting) if meeting.piled else _voted(material, meeting)


def _table(
    material: Material, meeting: _Meeting, columns: tuple[Column, ...], lines: dict[str, list[Cell]]
) -> ResultTable:
    behind = material.behind([meeting.interview])
    rows = tuple((cells.text(threat_label(material, item), records=behind), *said) for item, said in lines.items())
    return ResultTable(f"meeting_{meeting.interview}", meeting.code, (cells.name_column(_("Item")), *columns), rows)


def _items(meeting: _Meeting, more: list[str]) -> list[str]:
    return list(dict.fromkeys([*meeting.items, *more]))


def _ordered(material: Material, meeting: _Meeting) -> tuple[ResultTable, list[Message]]:
    items = _items(meeting, [item for order in meeting.orders for item in order])
    points, pairs = borda(meeting.orders, items), copeland(meeting.orders, items)
    n = len(meeting.orders)
    ranks = {item: sorted(order.index(item) + 1 for order in meeting.orders if item in order) for item in items}
    order = sorted(items, key=lambda item: (-points[item], item))
    columns = (
        Column("borda", _("Borda points"), "number"),
        Column("pairs", _("Pairs won"), "number"),
        Column("best", _("Best rank"), "count", reach="team"),
        Column("worst", _("Worst rank"), "count", reach="team"),
        cells.n_column(_("Groups")),
    )
    lines = {
        item: [
            Cell(points[item], n),
            Cell(pairs[item], n),
            Cell(ranks[item][0] if ranks[item] else None, n),
            Cell(ranks[item][-1] if ranks[item] else None, n),
            cells.count(len(ranks[item]), n=n),
        ]
        for item in order
    }
    said = _ordered_messages(material, meeting, order, points) if meeting.told else []
    return _table(material, meeting, columns, lines), said


def _ordered_messages(
    material: Material, meeting: _Meeting, order: list[str], points: dict[str, float]
) -> list[Message]:
    first = [item for item in order if points[item] == points[order[0]]]
    text = ngettext(
        "{meeting}: first by Borda points of {n} group: {names}.",
        "{meeting}: first by Borda points of {n} groups: {names}.",
        len(meeting.orders),
    )
    names = cells.listed(threat_label(material, item) for item in first)
    said = [Message(text.format(meeting=meeting.code, n=cells.whole(len(meeting.orders)), names=names))]
    winner = condorcet_winner(meeting.orders, order)
    if winner is None:
        text = _("{meeting}: no item wins against every other one, so the first place depends on the rule of counting.")
        said.append(cells.warn(text.format(meeting=meeting.code)))
    elif winner not in first or len(first) > 1:
        text = _("{meeting}: {name} wins against every other item in pairs, but is not first by points.")
        said.append(cells.warn(text.format(meeting=meeting.code, name=threat_label(material, winner))))
    complete = [[one.index(item) + 1.0 for item in order] for one in meeting.orders if len(one) == len(order)]
    agreement = kendall_w(complete)
    if isinstance(agreement, Agreement):
        text = _("{meeting}: agreement of the groups is {words} (Kendall's W {w}, p {p}).")
        said.append(
            Message(
                text.format(
                    meeting=meeting.code,
                    words=agreement_words(agreement.w),
                    w=cells.number(agreement.w, 2),
                    p=cells.number(agreement.p, 2),
                )
            )
        )
    return said


def _voted(material: Material, meeting: _Meeting) -> tuple[ResultTable, list[Message]]:
    total: Counter[str] = Counter()
    for votes in meeting.votes.values():
        total.update(votes)
    n = total.total()
    order = sorted(_items(meeting, list(total)), key=lambda item: (-total[item], item))
    columns = (Column("votes", _("Votes"), "count"), Column("share", _("Share of votes"), "percent"))
    lines = {item: [cells.count(total[item], n=n), cells.figure(total[item] / n if n else None, n)] for item in order}
    text = ngettext(
        "{meeting}: most of {n} vote: {name} ({share}).", "{meeting}: most of {n} votes: {name} ({share}).", n
    )
    said = text.format(
        meeting=meeting.code,
        n=cells.whole(n),
        name=threat_label(material, order[0]),
        share=cells.percent(total[order[0]] / n if n else 0),
    )
    return _table(material, meeting, columns, lines), [Message(said)] if n else []


def _piled(material: Material, meeting: _Meeting) -> tuple[ResultTable, list[Message]]:
    groups = list(meeting.votes.values())
    shares = pile_shares(groups)
    columns = (
        Column("share", _("Share of counters (median of groups)"), "percent", additive=False),
        Column("lowest", _("Lowest group"), "percent", additive=False, reach="team"),
        Column("highest", _("Highest group"), "percent", additive=False, reach="team"),
        cells.n_column(_("Groups")),
    )
    if isinstance(shares, TooFew):
        return _table(material, meeting, columns, {}), []
    lines = {}
    for item in sorted(shares, key=lambda item: (-shares[item], item)):
        each = [group[item] / group.total() for group in groups if group.total()]
        n = len(each)
        lines[item] = [
            cells.figure(shares[item], n),
            cells.figure(min(each), n),
            cells.figure(max(each), n),
            cells.count(n),
        ]
    first = next(iter(lines))
    text = _("{meeting}: most counters on {name} ({share}, median of {n} groups).")
    said = text.format(
        meeting=meeting.code,
        name=threat_label(material, first),
        share=cells.percent(shares[first]),
        n=cells.whole(len(groups)),
    )
    return _table(material, meeting, columns, lines), [Message(said)]


def _paired(material: Material, meeting: _Meeting) -> tuple[ResultTable, list[Message]]:
    order = sorted(_items(meeting, list(meeting.wins)), key=lambda item: (-meeting.wins[item], item))
    columns = (Column("wins", _("Pairs won, ties as halves"), "number"), cells.n_column(_("Comparisons")))
    lines = {item: [Cell(meeting.wins[item] / 2, meeting.pairs), cells.count(meeting.pairs)] for item in order}
    text = _("{meeting}: wins most comparisons: {name} ({wins} of {n}).")
    said = text.format(
        meeting=meeting.code,
        name=threat_label(material, order[0]),
        wins=cells.number(meeting.wins[order[0]] / 2),
        n=cells.whole(meeting.pairs),
    )
    return _table(material, meeting, columns, lines), [Message(said)]

"""Who works with whom: the network of organisations."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import compress

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.material import Material
from cami_survey.analysis.methods.network import Network, network
from cami_survey.analysis.results import (
    Analysis,
    Cell,
    Column,
    Figure,
    Message,
    NetworkChart,
    Node,
    ResultTable,
    Tie,
)
from cami_survey.analysis.subjects.organisations import unified
from cami_survey.analysis.subjects.standing import some
from cami_survey.base.heeding import heed, heeded
from cami_survey.base.texts import _, ngettext

NAME = "network"
# So many organisations can be told apart in a drawing.
DRAWN = 60
# So many ties are listed.
LISTED = 1000
# Below so many a centrality says little.
SMALL = 5


def title() -> str:
    """What the analysis is called."""
    return _("Network")


@dataclass(slots=True)
class _Told:
    """Ties as they were told."""

    behind: defaultdict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    kinds: Counter[str] = field(default_factory=Counter)
    nameless: int = 0
    asked: bool = True
    respondents: set[str] = field(default_factory=set)
    types: dict[str, str] = field(default_factory=dict)


def links(material: Material) -> Analysis:
    """Density, degrees, betweenness, and every tie with whether both sides named it."""
    question = _("Who works with whom, and who links the others?")
    told = _told(material)
    heed()
    found = network(told.behind, told.respondents)
    if not isinstance(found, Network) or not told.behind:
        return cells.nothing(NAME, title(), question, material, asked=told.asked)
    method = _(
        "Ties of all kinds without direction; confirmed where both sides named them. Density is the share of possible "
        "ties, betweenness the share of shortest paths through an organisation (Brandes 2001)."
    )
    if not found.exact:
        method += " " + _("Betweenness is estimated from a part of the organisations.")
    n = len({one for ones in told.behind.values() for one in ones})
    return Analysis(
        NAME,
        title(),
        question,
        n,
        (_organisations(material, found, told), _ties(material, found, told), _kinds(material, told), _whole(found)),
        (_figure(material, found, told),),
        _messages(found, told),
        method,
    )


def _told(material: Material) -> _Told:
    """Ties between named organisations; short names stand for long ones where a respondent gave both."""
    rows = material.rows(*feeds.PARTNERS, optional=("p_type",), main=("org_name",))
    respondents = material.rows("org_name", optional=("org_acr", "org_type"))
    told = _Told(asked=rows.asked)
    known = unified(material, [*respondents["org_name"], *rows["org_name"], *rows["p_name"]])
    own, rest = known[: len(respondents)], known[len(respondents) :]
    naming, named = rest[: len(rows)], rest[len(rows) :]
    short = {
        acronym.casefold(): name for acronym, name in zip(respondents["org_acr"], own, strict=True) if acronym and name
    }
    told.respondents = {name for name in own if name}
    told.types = {name: kind for name, kind in zip(own, respondents["org_type"], strict=True) if name}
    long = {name: short.get(name.casefold(), name) for name in set(named)}
    others = list(map(long.__getitem__, named))
    whole = [bool(one and other) for one, other in zip(naming, others, strict=True)]
    told.nameless = sum(map(bool, others)) - sum(whole)
    told_ties = zip(zip(naming, others, strict=True), rows.interviews, strict=True)
    for tie, interview in heeded(compress(told_ties, whole)):
        told.behind[tie].append(interview)
    told.kinds.update(compress(rows["p_tie"], whole))
    # Backwards, so that what is told first of an organisation stands.
    kinds = list(compress(zip(others, rows["p_type"], strict=True), whole))
    told.types = {**dict(reversed(kinds)), **told.types}
    return told


def _organisations(material: Material, found: Network, told: _Told) -> ResultTable:
    columns = (
        cells.name_column(_("Organisation")),
        Column("kind", _("Kind")),
        Column("names", _("Others it named"), "count"),
        Column("named", _("Others who named it"), "count"),
        Column("degree", _("Linked with"), "percent"),
        Column("betweenness", _("Betweenness"), "number", 2),
        Column("asked", _("Was asked")),
    )
    order = sorted(found.nodes, key=lambda node: (-found.betweenness[node], -found.degree[node], node))
    others = len(found.nodes) - 1
    interviews: defaultdict[str, list[int]] = defaultdict(list)
    for (one, other), ones in told.behind.items():
        interviews[one] += ones
        interviews[other] += ones
    return ResultTable(
        "organisations",
        _("Organisations"),
        columns,
        reach="team",
        rows=tuple(
            (
                cells.text(node, records=(behind := material.behind(interviews.get(node, ())))),
                cells.text(material.label(feeds.ORGANISATION_TYPE, told.types.get(node, "")) or "–"),
                cells.count(found.names[node], records=behind),
                cells.count(found.named_by[node], records=behind),
                cells.figure(found.degree[node], others, records=behind),
                cells.figure(found.betweenness[node], others, records=behind),
                cells.text(_("yes") if node in told.respondents else _("no")),
            )
            for node in order
        ),
    )


def _ties(material: Material, found: Network, told: _Told) -> ResultTable:
    columns = (
        cells.name_column(_("Organisation")),
        Column("other", _("Linked with")),
        Column("confirmed", _("Named by")),
        cells.n_column(_("Respondents")),
    )
    ties = found.confirmed + found.one_sided
    pairs = [*zip(ties, [True] * len(found.confirmed) + [False] * len(found.one_sided), strict=True)]
    heading = _("Ties")
    if len(pairs) > LISTED:
        heading = _("The {n} ties named most").format(n=cells.whole(LISTED))
        often = map(len, map(told.behind.__getitem__, ties))
        pairs = [pairs[-place] for _n, place in nlargest(LISTED, zip(often, range(0, -len(ties), -1), strict=True))]
    rows = tuple(_tie(material, tie, told, confirmed=both) for tie, both in pairs)
    return ResultTable("ties", heading, columns, rows, reach="team")


def _tie(material: Material, tie: tuple[str, str], told: _Told, *, confirmed: bool) -> tuple[Cell, ...]:
    interviews = told.behind[tie] + (told.behind[tie[1], tie[0]] if confirmed else [])
    behind = material.behind(interviews)
    return (
        cells.text(tie[0], records=behind),
        cells.text(tie[1], records=behind),
        cells.text(_("both sides") if confirmed else _("the first only"), tone="good" if confirmed else "quiet"),
        cells.count(len(behind), records=behind),
    )


def _kinds(material: Material, told: _Told) -> ResultTable:
    columns = (cells.name_column(_("Kind of link")), cells.n_column(_("Times named")))
    rows = tuple(
        (cells.text(material.label("p_tie", code) or _("not told")), cells.count(n))
        for code, n in told.kinds.most_common()
    )
    return ResultTable("kinds", _("Kinds of links"), columns, rows)


def _whole(found: Network) -> ResultTable:
    ties = len(found.confirmed) + len(found.one_sided)
    possible = len(found.nodes) * (len(found.nodes) - 1) // 2
    rows = (
        (cells.text(_("Organisations")), cells.count(len(found.nodes))),
        (cells.text(_("Ties")), cells.count(ties)),
        (cells.text(_("of them named by both sides")), cells.count(len(found.confirmed), n=ties)),
        (cells.text(_("Density (share of possible ties)")), Cell(found.density, possible)),
        (cells.text(_("Separate parts")), cells.count(len(found.components))),
    )
    columns = (cells.name_column(_("The whole network")), Column("value", _("Value"), "number", 2))
    return ResultTable("whole", _("The whole network"), columns, rows)


def _figure(material: Material, found: Network, told: _Told) -> Figure:
    order = sorted(found.nodes, key=lambda node: (-found.degree[node], -found.betweenness[node], node))
    drawn = set(order[:DRAWN])
    most = max(found.betweenness.values()) or 1.0
    nodes = tuple(
        Node(
            node,
            node,
            found.betweenness[node] / most,
            material.label(feeds.ORGANISATION_TYPE, told.types.get(node, "")),
        )
        for node in order[:DRAWN]
    )
    pairs = [(tie, True) for tie in found.confirmed] + [(tie, False) for tie in found.one_sided]
    ties = tuple(Tie(a, b, both) for (a, b), both in pairs if a in drawn and b in drawn)
    subtitle = _("{nodes} organisations, {ties} ties, {both} named by both sides; size: betweenness").format(
        nodes=cells.whole(len(nodes)), ties=cells.whole(len(ties)), both=cells.whole(sum(tie.confirmed for tie in ties))
    )
    leading = _leading(found)
    alt = _("Network of organisations: {subtitle}. Most paths lead through: {names}.").format(
        subtitle=subtitle, names=cells.listed(leading) or _("nobody")
    )
    return Figure("network", _("Who works with whom"), subtitle, NetworkChart(nodes, ties), alt)


def _leading(found: Network, most: int = 3) -> list[str]:
    """Who links the others, best first; nobody where no path leads through anybody."""
    order = sorted(found.nodes, key=lambda node: (-found.betweenness[node], node))
    return [node for node in order[:most] if found.betweenness[node] > 0]


def _messages(found: Network, told: _Told) -> tuple[Message, ...]:
    ties = len(found.confirmed) + len(found.one_sided)
    said = []
    leading = _leading(found)
    if leading and len(found.nodes) >= SMALL:
        text = _("Most paths between others lead through {names}.")
        said.append(Message(text.format(names=cells.listed(leading))))
    if len(found.components) > 1:
        text = ngettext(
            "The network falls into {n} part that nobody links.",
            "The network falls into {n} parts that nobody links.",
            len(found.components),
        )
        said.append(Message(text.format(n=cells.whole(len(found.components)))))
    missing = [node for node in found.nodes if node not in told.respondents and found.named_by[node] > 1]
    if missing:
        text = _("Named by several and not asked themselves: {names}.")
        said.append(Message(text.format(names=some(missing))))
    text = ngettext(
        "{both} of {n} tie was named by both sides; the others are what one side says.",
        "{both} of {n} ties were named by both sides; the others are what one side says.",
        ties,
    )
    said.append(cells.warn(text.format(both=cells.whole(len(found.confirmed)), n=cells.whole(ties))))
    if told.nameless:
        text = ngettext(
            "{n} tie of a respondent who gave no name of an organisation is left out.",
            "{n} ties of respondents who gave no name of an organisation are left out.",
            told.nameless,
        )
        said.append(cells.warn(text.format(n=cells.whole(told.nameless))))
    return tuple(said)

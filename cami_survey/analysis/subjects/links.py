"""Who works with whom: the network of organisations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.factor import Factor, by_code, different, first_rows, joined, runs, shared_out, turned_up
from cami_survey.analysis.material import Material, Rows
from cami_survey.analysis.methods.network import Network, Ties, network
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
from cami_survey.base.heeding import heeded
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


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """Ties as they were told, between organisations that are numbers of `names`, which stand in order.

    `ids` are the different ties, in order: the number of the one who named times that of all organisations, and the
    number of the other. The `interviews` of each lie between its of the `starts` and the next. `by_name` has those of
    each organisation. `kinds` counts what the ties were called. `asked` tells who was asked, `types` the codes of their
    types. `nameless` are ties of respondents who gave no name.
    """

    names: Sequence[str]
    types: Sequence[str]
    asked: Sequence[bool]
    ids: NDArray[np.int64]
    starts: NDArray[np.int64]
    interviews: NDArray[np.int32]
    by_name: Sequence[NDArray[np.int32]]
    kinds: Sequence[tuple[str, int]]
    nameless: int

    @property
    def ties(self) -> Ties:
        """Who named whom."""
        n = max(1, len(self.names))
        return np.stack([self.ids // n, self.ids % n], axis=1)

    def places(self, ties: Ties) -> NDArray[np.int64]:
        """Where these ties stand among `ids`."""
        return np.searchsorted(self.ids, ties[:, 0] * len(self.names) + ties[:, 1])

    def times(self) -> NDArray[np.int64]:
        """How many times each tie was named."""
        return np.diff(self.starts)

    def of(self, place: int) -> NDArray[np.int32]:
        """The interviews in which a tie was named."""
        return self.interviews[self.starts[place] : self.starts[place + 1]]


def links(material: Material) -> Analysis:
    """Density, degrees, betweenness, and every tie with whether both sides named it."""
    question = _("Who works with whom, and who links the others?")
    rows = material.rows(*feeds.PARTNERS, optional=("p_type",), main=("org_name",))
    told = _told(material, rows)
    found = network(len(told.names), told.ties)
    if not isinstance(found, Network) or not len(told.ids):
        return cells.nothing(NAME, title(), question, material, asked=rows.asked)
    method = _(
        "Ties of all kinds without direction; confirmed where both sides named them. Density is the share of possible "
        "ties, betweenness the share of shortest paths through an organisation (Brandes 2001)."
    )
    if not found.exact:
        method += " " + _("Betweenness is estimated from a part of the organisations.")
    return Analysis(
        NAME,
        title(),
        question,
        len(different(told.interviews)),
        (_organisations(material, found, told), _ties(material, found, told), _kinds(material, told), _whole(found)),
        (_figure(material, found, told),),
        _messages(found, told),
        method,
    )


def _told(material: Material, rows: Rows) -> _Told:
    """Ties between named organisations; short names stand for long ones where a respondent gave both."""
    respondents = material.rows("org_name", optional=("org_acr", "org_type"))
    own, naming, named = _names(material, respondents, rows)
    asked, whole = own.where(bool), naming.where(bool) & named.where(bool)
    own, naming, named, ties = own.take(asked), naming.take(whole), named.take(whole), named.where(bool).sum()
    there = different(np.concatenate([own.codes, naming.codes, named.codes])).tolist()
    order = sorted(heeded(there), key=own.levels.__getitem__)
    number = len(order)
    places = np.zeros(len(own.levels), np.int64)
    places[order] = np.arange(number)
    ones, others = places[naming.codes], places[named.codes]
    interviews = rows.interviews[whole]
    ids = ones * number + others
    by_tie, starts = runs(ids)
    both = np.concatenate([ones, others])
    called = rows["p_tie"].take(whole)
    kinds = [(called.levels[code], n) for code, n in _most(called)]
    # What is told last of those who were asked stands, and what is told first of others.
    types = _first(others, rows["p_type"].take(whole), number)
    types |= _first(places[own.codes][::-1], respondents["org_type"].take(np.flatnonzero(asked)[::-1]), number)
    return _Told(
        [own.levels[code] for code in order],
        [types.get(node, "") for node in range(number)],
        (np.bincount(places[own.codes], minlength=number) > 0).tolist(),
        ids[by_tie][starts],
        np.append(starts, len(ids)),
        interviews[by_tie],
        shared_out(np.tile(interviews, 2)[by_code(both)], np.bincount(both, minlength=number)),
        kinds,
        int(ties) - len(interviews),
    )


def _names(material: Material, respondents: Rows, rows: Rows) -> tuple[Factor, Factor, Factor]:
    """Who was asked, who named somebody, and whom, as columns of the same levels."""
    asked, ties = len(respondents), len(rows)
    known = unified(material, joined([respondents["org_name"], rows["org_name"], rows["p_name"]]))
    own, named = known[:asked], known[asked + ties :]
    acronyms = respondents["org_acr"].renamed(str.casefold)
    given = acronyms.where(bool) & own.where(bool)
    short = dict(zip(acronyms.take(given), own.take(given), strict=True))
    both = joined([known[: asked + ties], named.renamed(lambda name: short.get(name.casefold(), name))])
    return both[:asked], both[asked : asked + ties], both[asked + ties :]


def _most(column: Factor) -> list[tuple[int, int]]:
    """The levels that stand in any row and how often, the one that most have first; of several that turned up first."""
    counts = column.tally().tolist()
    there = turned_up(column.codes, len(counts)).tolist()
    return sorted(((code, counts[code]) for code in there), key=lambda one: -one[1])


def _first(nodes: NDArray[np.int64], said: Factor, number: int) -> dict[int, str]:
    """What is said first of each node of which anything is."""
    rows = first_rows(nodes, number)
    told = np.flatnonzero(rows < len(nodes))
    return dict(zip(told.tolist(), said.take(rows[told]), strict=True))


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
    others = found.n - 1
    yes, no = cells.text(_("yes")), cells.text(_("no"))
    counted = (one.tolist() for one in (found.names, found.named_by, found.degree, found.betweenness))
    nodes = list(zip(told.names, told.types, told.asked, told.by_name, *counted, strict=True))
    rows = []
    for node in heeded(np.lexsort((-found.degree, -found.betweenness)).tolist()):
        name, kind, asked, interviews, names, named, degree, between = nodes[node]
        behind = material.behind(interviews)
        rows.append(
            (
                cells.text(name, records=behind),
                cells.text(material.label(feeds.ORGANISATION_TYPE, kind) or cells.DASH),
                cells.count(names, records=behind),
                cells.count(named, records=behind),
                cells.figure(degree, others, records=behind),
                cells.figure(between, others, records=behind),
                yes if asked else no,
            )
        )
    return ResultTable("organisations", _("Organisations"), columns, tuple(rows), reach="team")


def _ties(material: Material, found: Network, told: _Told) -> ResultTable:
    columns = (
        cells.name_column(_("Organisation")),
        Column("other", _("Linked with")),
        Column("confirmed", _("Named by")),
        cells.n_column(_("Respondents")),
    )
    ties = np.concatenate([found.confirmed, found.one_sided])
    listed = np.arange(len(ties))
    heading = _("Ties")
    if len(ties) > LISTED:
        heading = _("The {n} ties named most").format(n=cells.whole(LISTED))
        often = told.times()[told.places(ties)]
        listed = by_code(often.max() - often)[:LISTED]
    chosen = ties[listed]
    there, back = told.places(chosen).tolist(), told.places(chosen[:, ::-1]).tolist()
    both = (listed < len(found.confirmed)).tolist()
    rows = []
    for (one, other), place, turned, confirmed in zip(chosen.tolist(), there, back, both, strict=True):
        interviews = np.concatenate([told.of(place), told.of(turned)]) if confirmed else told.of(place)
        behind = material.behind(interviews)
        rows.append(
            (
                cells.text(told.names[one], records=behind),
                cells.text(told.names[other], records=behind),
                cells.text(_("both sides"), tone="good")
                if confirmed
                else cells.text(_("the first only"), tone="quiet"),
                cells.count(len(behind), records=behind),
            )
        )
    return ResultTable("ties", heading, columns, tuple(rows), reach="team")


def _kinds(material: Material, told: _Told) -> ResultTable:
    columns = (cells.name_column(_("Kind of link")), cells.n_column(_("Times named")))
    rows = tuple((cells.text(material.label("p_tie", code) or _("not told")), cells.count(n)) for code, n in told.kinds)
    return ResultTable("kinds", _("Kinds of links"), columns, rows)


def _whole(found: Network) -> ResultTable:
    ties = len(found.confirmed) + len(found.one_sided)
    possible = found.n * (found.n - 1) // 2
    rows = (
        (cells.text(_("Organisations")), cells.count(found.n)),
        (cells.text(_("Ties")), cells.count(ties)),
        (cells.text(_("of them named by both sides")), cells.count(len(found.confirmed), n=ties)),
        (cells.text(_("Density (share of possible ties)")), Cell(found.density, possible)),
        (cells.text(_("Separate parts")), cells.count(len(found.components))),
    )
    columns = (cells.name_column(_("The whole network")), Column("value", _("Value"), "number", 2))
    return ResultTable("whole", _("The whole network"), columns, rows)


def _figure(material: Material, found: Network, told: _Told) -> Figure:
    order = np.lexsort((-found.betweenness, -found.degree))[:DRAWN]
    most = float(found.betweenness.max()) or 1.0
    nodes = tuple(
        Node(
            told.names[node],
            told.names[node],
            float(found.betweenness[node]) / most,
            material.label(feeds.ORGANISATION_TYPE, told.types[node]),
        )
        for node in order.tolist()
    )
    drawn = np.zeros(found.n, np.bool_)
    drawn[order] = True
    ties = tuple(
        Tie(told.names[one], told.names[other], confirmed)
        for some, confirmed in ((found.confirmed, True), (found.one_sided, False))
        for one, other in some[drawn[some].all(axis=1)].tolist()
    )
    subtitle = _("{nodes} organisations, {ties} ties, {both} named by both sides; size: betweenness").format(
        nodes=cells.whole(len(nodes)), ties=cells.whole(len(ties)), both=cells.whole(sum(tie.confirmed for tie in ties))
    )
    leading = _leading(found, told)
    alt = _("Network of organisations: {subtitle}. Most paths lead through: {names}.").format(
        subtitle=subtitle, names=cells.listed(leading) or _("nobody")
    )
    return Figure("network", _("Who works with whom"), subtitle, NetworkChart(nodes, ties), alt)


def _leading(found: Network, told: _Told, most: int = 3) -> list[str]:
    """Who links the others, best first; nobody where no path leads through anybody."""
    order = np.argsort(-found.betweenness, kind="stable")[:most]
    return [told.names[node] for node in order.tolist() if found.betweenness[node] > 0]


def _messages(found: Network, told: _Told) -> tuple[Message, ...]:
    ties = len(found.confirmed) + len(found.one_sided)
    said = []
    leading = _leading(found, told)
    if leading and found.n >= SMALL:
        text = _("Most paths between others lead through {names}.")
        said.append(Message(text.format(names=cells.listed(leading))))
    if len(found.components) > 1:
        text = ngettext(
            "The network falls into {n} part that nobody links.",
            "The network falls into {n} parts that nobody links.",
            len(found.components),
        )
        said.append(Message(text.format(n=cells.whole(len(found.components)))))
    often = (found.named_by > 1).tolist()
    missing = [name for name, asked, many in zip(told.names, told.asked, often, strict=True) if many and not asked]
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

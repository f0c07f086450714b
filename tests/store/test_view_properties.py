"""Properties of the view over random histories, and proof that they can fail: seeded mutants are caught."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import permutations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cami_survey.store import view
from cami_survey.store.view import Token, fold
from tests.store.laptops import Laptop

FIELDS = ("/data/herd", "/data/dogs", "/data/sight[k1]", "/data/sight[k1]/year", "@deleted")
STEP = st.tuples(
    st.integers(0, 2),
    st.sampled_from(["edit", "edit", "edit", "take", "settle"]),
    st.integers(0, 2),
    st.sampled_from(FIELDS),
    st.sampled_from(["1", "2", None]),
)
HISTORY = st.lists(STEP, max_size=14)
Steps = list[tuple[int, str, int, str, str | None]]


def laptops_after(steps: Steps) -> list[Laptop]:
    """Three laptops after editing, merging and settling as told."""
    laptops = [Laptop("a"), Laptop("b", clock=900), Laptop("c", clock=50)]
    laptops[0].edit(herd="40")
    for laptop in laptops[1:]:
        laptop.take(laptops[0])
    for who, what, other, name, value in steps:
        if what == "edit":
            laptops[who].edit(**{name: value})
        elif what == "take":
            laptops[who].take(laptops[other])
        else:
            settle_one(laptops[who])
    return laptops


def settle_one(laptop: Laptop) -> None:
    """Decide the first conflict for its greatest claim."""
    for standing in laptop.view().conflicts[:1]:
        claims = sorted((value for value, _said in standing.claims), key=lambda value: value or "")
        laptop.edit(**{standing.field: claims[-1]})
        assert standing.field not in {left.field for left in laptop.view().conflicts}


def check_merging_is_a_union(steps: Steps) -> None:
    """Order, grouping and repetition of merges never matter."""
    laptops = laptops_after(steps)
    views = []
    for order in permutations(laptops):
        everyone = Laptop("x")
        everyone.take(*order, *order)
        views.append(everyone.view())
    assert all(other == views[0] for other in views)
    revisions = list({name: r for laptop in laptops for name, r in laptop.has.items()}.values())
    assert fold(reversed(revisions)) == views[0]


def check_a_decision_holds(steps: Steps) -> None:
    """Whoever settles every conflict has none left, here and wherever the decision arrives."""
    laptops = laptops_after(steps)
    judge = Laptop("judge")
    judge.take(*laptops)
    for _round in range(20):
        if not judge.view().conflicts:
            break
        settle_one(judge)
    assert judge.view().conflicts == ()
    for laptop in laptops:
        laptop.take(judge)
        assert laptop.view().conflicts == ()
        assert laptop.view().fields == judge.view().fields


def check_no_answer_is_lost_silently(steps: Steps) -> None:
    """Two laptops that change one field differently at the same time: both values stand, whatever the clocks say."""
    laptops = laptops_after(steps)
    judge = Laptop("judge")
    judge.take(*laptops)
    while judge.view().conflicts:
        settle_one(judge)
    a, b = Laptop("a", clock=5), Laptop("b", clock=7000)
    a.take(judge)
    b.take(judge)
    a.edit(herd="one")
    b.edit(herd="two")
    a.take(b)
    assert {"one", "two"} <= a.claims("herd")


def check_against_the_definition(steps: Steps) -> None:
    """The view is what its definition says, computed the slow way for plain fields."""
    everyone = Laptop("x")
    everyone.take(*laptops_after(steps))
    past = {name: ancestors(everyone, name) for name in everyone.has}
    for name in ("/data/herd", "/data/dogs"):
        latest = slow_latest(everyone, past, name, set(everyone.has))
        values = {everyone.has[writer].fields.get(name) for writer in latest}
        if len(values) > 1:
            assert everyone.claims(name) == values
        else:
            assert everyone.claims(name) == set()
            assert {everyone.view().fields.get(name)} == (values or {None})


def ancestors(laptop: Laptop, name: str) -> set[str]:
    """Everything a revision builds on."""
    found = set(laptop.has[name].parents)
    for parent in laptop.has[name].parents:
        found |= ancestors(laptop, parent)
    return found


def slow_latest(laptop: Laptop, past: Mapping[str, set[str]], name: str, among: set[str]) -> set[str]:
    """The causally latest writers of a field among some revisions, by the definition."""
    writers = set()
    for revision in among:
        before = slow_latest(laptop, past, name, past[revision])
        values = {laptop.has[writer].fields.get(name) for writer in before} or {None}
        if name not in laptop.has[revision].open and values != {laptop.has[revision].fields.get(name)}:
            writers.add(revision)
    return {writer for writer in writers if not any(writer in past[other] for other in writers)}


PROPERTIES: list[Callable[[Steps], None]] = [
    check_merging_is_a_union,
    check_a_decision_holds,
    check_no_answer_is_lost_silently,
    check_against_the_definition,
]


@pytest.mark.parametrize("check", PROPERTIES)
@settings(max_examples=60)
@given(steps=HISTORY)
def test_property(check: Callable[[Steps], None], steps: Steps) -> None:
    check(steps)


def newest_wins(claims: Mapping[int, Token | None], past: view._Past) -> set[Token | None]:
    """Mutant: the clock decides."""
    newest = max(claims, key=lambda at: past.revisions[at].stamp)
    return {claims[newest]}


def arrival_wins(claims: Mapping[int, Token | None], past: view._Past) -> set[Token | None]:
    """Mutant: what was handed over last decides."""
    del past
    return {next(iter(claims.values()))}


def writes_differences_only(
    tokens: Mapping[str, Token], said: Mapping[str, set[Token | None]], left_open: frozenset[str]
) -> set[str]:
    """Mutant: a revision that picks one of the conflicting values writes nothing."""
    written = {n for n in tokens.keys() | said.keys() if tokens.get(n) not in said.get(n, {None})}
    return written - left_open


MUTANTS = [("settle", newest_wins), ("settle", arrival_wins), ("writes", writes_differences_only)]


@pytest.mark.parametrize(("name", "mutant"), MUTANTS)
def test_the_properties_catch_a_seeded_mutant(
    name: str, mutant: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, name, mutant)
    assert any(fails(check) for check in PROPERTIES)


def fails(check: Callable[[Steps], None]) -> bool:
    """Whether some history breaks the property."""
    quick = settings(
        max_examples=80,
        phases=[Phase.generate],
        # The first way to fail is enough: no other is looked for.
        report_multiple_bugs=False,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    try:
        quick(given(HISTORY)(check))()
    except AssertionError:
        return True
    return False

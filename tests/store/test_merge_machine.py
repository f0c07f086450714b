"""Histories of several laptops as a state machine: edits, merges of parts in any order, decisions, clocks that jump.

The machine holds the merge against a model that follows the definition word by word. Three seeded mutants of the merge
(a clock that decides, the last one wins, a writer who only counts where the value differs) must each make it fail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cami_survey.store import view
from cami_survey.store.view import Folded, Revision, Token, fold
from tests.store.laptops import Laptop

NAMES = ("a", "b", "c", "d")
FIELDS = ("/data/herd", "/data/dogs", "/data/note")
WHO = st.sampled_from(NAMES)
CLOCKS = st.sampled_from([0, 1, 500, 2**40, 2**41])


class Model:
    """The latest writers of a field by the definition, over all revisions ever written."""

    def __init__(self) -> None:
        self.past: dict[str, frozenset[str]] = {}
        self.wrote: dict[str, frozenset[str]] = {}
        self.fields: dict[str, Mapping[str, str]] = {}

    def learn(self, revision: Revision) -> None:
        """A revision with its past, and the fields it writes."""
        before = frozenset(revision.parents).union(*(self.past[parent] for parent in revision.parents))
        self.past[revision.id] = before
        self.fields[revision.id] = revision.fields
        written = set()
        for name in FIELDS:
            said = self.values(name, before)
            if name not in revision.open and said != {revision.fields.get(name)}:
                written.add(name)
        self.wrote[revision.id] = frozenset(written)

    def latest(self, name: str, among: frozenset[str]) -> frozenset[str]:
        writers = {one for one in among if name in self.wrote[one]}
        return frozenset(one for one in writers if not any(one in self.past[other] for other in writers))

    def values(self, name: str, among: frozenset[str]) -> set[str | None]:
        """The distinct values of the latest writers; one means settled."""
        return {self.fields[writer].get(name) for writer in self.latest(name, among)} or {None}

    def whole(self, has: Mapping[str, Revision]) -> frozenset[str]:
        """The revisions whose past is here too."""
        return frozenset(one for one in has if self.past[one] <= has.keys())


class MergeMachine(RuleBasedStateMachine):
    """Four laptops with one interview."""

    @initialize()
    def begin(self) -> None:
        self.model = Model()
        self.laptops = {name: Laptop(name, clock=place) for place, name in enumerate(NAMES)}
        first = self.laptops["a"]
        first.edit(herd="40", dogs="1")
        self.learn(first)
        for other in self.laptops.values():
            other.take(first)

    def learn(self, laptop: Laptop) -> None:
        """Tell the model what the laptop wrote last."""
        for name in [name for name in laptop.has if name not in self.model.past]:
            self.model.learn(laptop.has[name])

    @rule(who=WHO, field=st.sampled_from(FIELDS), value=st.sampled_from(["1", "2", "3", None]))
    def edit(self, who: str, field: str, value: str | None) -> None:
        """One answer is changed; conflicts that stand are left as they are."""
        self.laptops[who].edit(**{field: value})
        self.learn(self.laptops[who])

    @rule(who=WHO, clock=CLOCKS)
    def clock_jumps(self, who: str, clock: int) -> None:
        """The battery was out; or somebody set the year 2099."""
        self.laptops[who].clock = clock

    @rule(who=WHO, other=WHO)
    def merge(self, who: str, other: str) -> None:
        """Everything another has."""
        self.laptops[who].take(self.laptops[other])

    @rule(who=WHO, other=WHO, keep=st.integers(0, 7))
    def merge_part(self, who: str, other: str, keep: int) -> None:
        """A package that did not bring all: children may come before their parents."""
        for place, (name, revision) in enumerate(sorted(self.laptops[other].has.items())):
            if (place * 5 + keep) % 3:
                self.laptops[who].has.setdefault(name, revision)

    @rule(who=WHO, first=st.booleans())
    def settle(self, who: str, first: bool) -> None:
        """A person decides one conflict for a value that is claimed; it is settled then."""
        laptop = self.laptops[who]
        for standing in laptop.view().conflicts[:1]:
            claims = sorted((value for value, _said in standing.claims), key=lambda value: value or "")
            laptop.edit(**{standing.field: claims[0 if first else -1]})
            self.learn(laptop)
            assert standing.field not in {left.field for left in laptop.view().conflicts}

    @invariant()
    def every_view_is_what_the_definition_says(self) -> None:
        """A field has one value, or a conflict that shows all of them; nothing is dropped, whatever the clocks say."""
        for laptop in getattr(self, "laptops", {}).values():
            folded, here = laptop.view(), self.model.whole(laptop.has)
            assert set(folded.incomplete) == laptop.has.keys() - here
            for name in FIELDS:
                values = self.model.values(name, here)
                if len(values) == 1:
                    assert laptop.claims(name) == set()
                    assert {folded.fields.get(name)} == values
                else:
                    assert laptop.claims(name) == values

    @invariant()
    def the_same_revisions_give_the_same_view_in_any_order(self) -> None:
        for laptop in getattr(self, "laptops", {}).values():
            revisions = list(laptop.has.values())
            assert fold(reversed(revisions)) == fold(revisions + revisions[:2])

    def teardown(self) -> None:
        """In the end everybody merges everybody, each in another order, and all see the same."""
        if not hasattr(self, "laptops"):
            return
        views: list[Folded] = []
        for place in range(len(NAMES)):
            everyone = Laptop("x")
            turned = [*NAMES[place:], *NAMES[:place]]
            everyone.take(*(self.laptops[name] for name in turned))
            views.append(everyone.view())
        assert all(other == views[0] for other in views)


TestMerging = MergeMachine.TestCase
TestMerging.settings = settings(max_examples=max(60, settings().max_examples), stateful_step_count=25, deadline=None)


def clock_decides(claims: Mapping[int, Token | None], past: view._Past) -> set[Token | None]:
    """Mutant: where laptops differ, the one with the later clock is right."""
    newest = max(claims, key=lambda at: (past.revisions[at].stamp, past.revisions[at].id))
    return {claims[newest]}


def last_write_wins(claims: Mapping[int, Token | None], past: view._Past) -> set[Token | None]:
    """Mutant: whichever comes last in the causal order stands."""
    del past
    return {claims[max(claims)]}


def differences_only(
    tokens: Mapping[str, Token], said: Mapping[str, set[Token | None]], left_open: frozenset[str]
) -> set[str]:
    """Mutant: who picks a value that is claimed already has written nothing."""
    return {name for name in tokens.keys() | said.keys() if tokens.get(name) not in said.get(name, {None})} - left_open


MUTANTS = [("settle", clock_decides), ("settle", last_write_wins), ("writes", differences_only)]


@pytest.mark.parametrize(("name", "mutant"), MUTANTS)
def test_the_machine_catches_a_seeded_mutant(
    name: str, mutant: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, name, mutant)
    quick = settings(
        # One in eight looks of 200 examples does not meet the rarest of them; the first that is met ends the look.
        max_examples=4000,
        stateful_step_count=25,
        deadline=None,
        phases=[Phase.generate],
        # The first way to fail is enough: no other is looked for.
        report_multiple_bugs=False,
        database=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(MergeMachine, settings=quick)

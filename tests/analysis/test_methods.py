"""Methods give published or independently computed values, and say so where there is too little to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from math import isclose, nan, sqrt
from random import Random
from statistics import mean, median, variance

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from cami_survey.analysis.methods.comparison import Comparison, approximate_p, cliffs_delta, compare, exact_p, holm
from cami_survey.analysis.methods.coverage import cell, coverage
from cami_survey.analysis.methods.findings import Interval, TooFew, heard
from cami_survey.analysis.methods.importance import Field, Importance, importance_performance
from cami_survey.analysis.methods.likert import consensus, likert, potential_for_conflict
from cami_survey.analysis.methods.medians import Median, Repeated, group_medians, median_of, middle, quantile, summary
from cami_survey.analysis.methods.meetings import condorcet_winner, copeland, effectiveness, pairwise, pile_shares
from cami_survey.analysis.methods.network import Network, network
from cami_survey.analysis.methods.priorities import (
    Agreement,
    _drawn,
    borda,
    chi_square_tail,
    kendall_w,
    mean_ranks,
    priorities,
)
from cami_survey.analysis.methods.recognition import control_rates
from cami_survey.analysis.methods.sensitive import Estimate, crosswise, forced_response, list_experiment
from cami_survey.analysis.methods.shares import Share, share
from cami_survey.analysis.methods.stakeholders import quadrant, salience
from cami_survey.analysis.methods.threats import Judgement, Rating, group_ratings, majority, project, rating, roll_up
from tests.analysis.makers import network_of, salience_of_lists


@pytest.mark.parametrize(
    ("frequencies", "expected"),
    [([30, 40, 210, 130, 530, 50, 10], 0.7256876), ([0, 0, 12, 0, 0], 1.0), ([4, 4, 4, 4, 4], 0.433985)],
)
def test_consensus_is_that_of_tastle_and_wierman(frequencies: list[int], expected: float) -> None:
    assert consensus(frequencies) == pytest.approx(expected, abs=1e-6)


def test_half_at_each_end_is_no_consensus() -> None:
    assert consensus([7, 0, 0, 7]) == pytest.approx(0)


@pytest.mark.parametrize(("values", "expected"), [([-2, -2, 2, 2], 1.0), ([-1, 0, 1, 2, -2], 0.5)])
def test_potential_for_conflict(values: list[int], expected: float) -> None:
    assert potential_for_conflict(values, 2) == pytest.approx(expected)


def test_agreement_of_three_judges() -> None:
    found = kendall_w([[1, 2, 3, 4, 5], [2, 1, 3, 5, 4], [1, 3, 2, 4, 5]])
    assert isinstance(found, Agreement)
    assert (found.w, found.chi2, found.p_chi2) == pytest.approx((0.844444, 10.133333, 0.038241), abs=1e-6)
    assert found.p < found.p_chi2


def test_many_judges_of_many_items_need_no_permutations() -> None:
    found = kendall_w([[*range(at, 8), *range(at)] for at in range(8)])
    assert isinstance(found, Agreement)
    assert found.w == pytest.approx(0)
    assert found.p == found.p_chi2 == pytest.approx(1)


def test_tied_ranks_are_corrected_and_full_agreement_is_one() -> None:
    found = kendall_w([[1, 1, 3, 4], [1, 1, 3, 4], [5, 5, 6, 9]])
    assert isinstance(found, Agreement)
    assert found.w == pytest.approx(1)
    ranks = mean_ranks(np.array([[5.0, 5, 6, 9], [2, 2, 2, 1]]))
    assert ranks.tolist() == [[1.5, 1.5, 3, 4], [3, 3, 3, 1]]


@pytest.mark.parametrize(("judges", "items"), [(2, 5), (7, 2), (3, 12), (1, 300)])
def test_orders_are_drawn_as_random_shuffles(judges: int, items: int) -> None:
    chance, orders = Random(1), [list(range(items)) for _ in range(judges)]
    drawn = np.concatenate(list(_drawn(judges, items)))
    assert drawn.shape == (4999, judges, items)
    for draw in drawn[:50].tolist():
        for order in orders:
            chance.shuffle(order)
        assert draw == orders


@pytest.mark.parametrize(("value", "freedom", "tail"), [(3.841459, 1, 0.05), (5.991465, 2, 0.05), (11.344867, 3, 0.01)])
def test_chi_square_tails_are_those_of_the_tables(value: float, freedom: int, tail: float) -> None:
    assert chi_square_tail(value, freedom) == pytest.approx(tail, abs=1e-6)


@pytest.mark.parametrize(("value", "freedom", "tail"), [(343, 342, 0.474610), (443.3, 341, 0.000155), (0, 700, 1)])
def test_rankings_of_hundreds_of_items_have_a_tail(value: float, freedom: int, tail: float) -> None:
    assert chi_square_tail(value, freedom) == pytest.approx(tail, abs=1e-6)


def test_borda_shares_the_points_that_remain() -> None:
    found = borda(["ABCD", "BACD", "CBAD", "AB"], "ABCD")
    assert found == {"A": 9.0, "B": 9.0, "C": 5.5, "D": 0.5}


def test_items_are_compared_pair_by_pair() -> None:
    orders = ["ABCD", "BACD", "CBAD", "AB"]
    found = {a + b: counts for (a, b), counts in pairwise(orders, "ABCD").items()}
    assert found == {"AB": (2, 2), "AC": (3, 1), "AD": (4, 0), "BC": (3, 1), "BD": (4, 0), "CD": (3, 0)}
    assert copeland(orders, "ABCD") == {"A": 2.5, "B": 2.5, "C": 1.0, "D": 0.0}
    assert condorcet_winner(orders, "ABCD") is None
    assert condorcet_winner([*orders, "BA"], "ABCD") == "B"
    assert condorcet_winner([], "A") is None


def test_piles_are_put_together_by_the_median_share() -> None:
    found = pile_shares([{"a": 10, "b": 6, "c": 4}, {"a": 4, "b": 12, "c": 4}, {}])
    assert found == pytest.approx({"a": 0.35, "b": 0.45, "c": 0.2})
    assert pile_shares([{"a": 1}, {"b": 1}, {"c": 1}]) == TooFew("no spread", 3)


def test_effectiveness_counts_applicable_questions() -> None:
    assert effectiveness([3, 2, None, 1, 0, 2]) == pytest.approx(53.3333, abs=1e-4)


def test_priorities_have_their_spread() -> None:
    first, second = priorities([{"fences": 1, "poaching": 2}, {"fences": 3, "poaching": 1}, {"poaching": 2}])
    assert (first.item, first.n, first.median, first.best, first.worst) == ("poaching", 3, 2, 1, 2)
    assert (second.item, second.n, second.worst) == ("fences", 2, 3)


def test_free_lists_have_smiths_salience() -> None:
    found = salience_of_lists(
        [["wolf", "snow leopard", "argali"], ["argali", "wolf"], ["wolf", "ibex", "argali", "hare"]],
    )
    expected = {"wolf": 0.833333, "argali": 0.611111, "ibex": 0.25, "snow leopard": 0.222222, "hare": 0.083333}
    assert found == pytest.approx(expected, abs=1e-6)


def test_an_item_named_twice_counts_where_it_came_first() -> None:
    assert salience_of_lists([["wolf", "hare", "wolf"], [], ["hare"]]) == {"hare": (1 / 2 + 1) / 3, "wolf": 1 / 3}


@given(st.lists(st.integers(0, 9), min_size=2), st.lists(st.integers(0, 9), min_size=2))
def test_the_list_experiment_is_means_and_variances(short: list[int], long: list[int]) -> None:
    found = list_experiment(Counter(short), Counter(long))
    assert isinstance(found, Estimate)
    assert found.raw == mean(long) - mean(short)
    assert found.error == sqrt(variance(long) / len(long) + variance(short) / len(short))


def test_threats_are_rated_by_the_two_tables() -> None:
    magnitudes = [[min(scope, severity) for scope in range(1, 5)] for severity in range(1, 5)]
    assert magnitudes == [[1, 1, 1, 1], [1, 2, 2, 2], [1, 2, 3, 3], [1, 2, 3, 4]]
    for severity, row in enumerate(magnitudes, 1):
        for scope, size in enumerate(row, 1):
            rated = [rating(Judgement(scope, severity, irreversibility)) for irreversibility in range(1, 5)]
            assert rated == [table[size - 1] for table in ([1, 1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 4], [2, 3, 4, 4])]
    assert rating(Judgement(4, 4, 0)) == rating(Judgement(0, 4, 4)) == 0


@pytest.mark.parametrize(
    ("levels", "expected"),
    [([4], 3), ([3, 3, 3, 4], 4), ([3], 2), ([2, 2], 2), ([1], 1), ([1] * 14, 2), ([2] * 10, 3), ([], 0)],
)
def test_ratings_roll_up(levels: list[int], expected: int) -> None:
    assert roll_up(levels) == expected


@pytest.mark.parametrize(("levels", "expected"), [([4, 3, 2, 2, 1], 2), ([1, 1, 1, 4], 1), ([], 0), ([0, 0], 0)])
def test_more_than_half_reach_the_majority_level(levels: list[int], expected: int) -> None:
    assert majority(levels) == expected


def test_experts_are_put_together_before_the_tables() -> None:
    judgements = np.array([(4, 4, 4), (2, 2, 2), (1, 1, 1), (0, 3, 3), (0, 3, 3)])
    found = group_ratings(judgements, np.array([1, 3, 1, 1, 2]), 4)
    assert found[1] == Rating(3, 2, (1, 4)), "medians of 2.5 round up to 3, and high with high is high"
    assert found[0] == found[2] == Rating(0, 0, (0, 0)), "nobody, and nobody who said everything"
    assert found[3] == Rating(2, 1, (2, 2))


def test_a_project_is_the_higher_of_its_two_ratings() -> None:
    found = project({("fences", "kulan"): 4, ("fences", "saiga"): 4, ("mining", "saiga"): 1})
    assert found.threats == {"fences": 4, "mining": 1}
    assert found.targets == {"kulan": 3, "saiga": 3}
    assert (found.rolled, found.majority, found.overall) == (3, 4, 4)


def test_importance_and_performance_give_quadrants_with_a_warning() -> None:
    importance = {"a": [5, 4, 5], "b": [3, 4, 3], "c": [2, 3, 2], "d": [5, 5, 4]}
    performance = {"a": [2, 2, 3], "b": [4, 4, 3], "c": [1, 2, 2], "d": [4, 4, 5]}
    found = importance_performance({k: list(zip(importance[k], performance[k], strict=True)) for k in importance})
    assert isinstance(found, Importance)
    assert found.crosshair == pytest.approx((3.75, 3.0))
    assert found.small_sample
    fields = [field for field in found.fields.values() if isinstance(field, Field)]
    assert [f.gap for f in fields] == pytest.approx([2.3333, -0.3333, 0.6667, 0.3333], abs=1e-4)
    quadrants = ["concentrate here", "possible overkill", "low priority", "keep up"]
    assert [f.quadrant for f in fields] == quadrants
    assert all(f.interval.low <= f.gap <= f.interval.high and 0 < f.support <= 1 for f in fields)


def test_gaps_are_those_of_answers_drawn_again_from_one_start() -> None:
    pairs, chance = [(1.0, 5.0), (2.5, 3.0), (4.0, 4.0)], Random(1)
    runs = [chance.choices(pairs, k=3) for _ in range(1000)]
    gaps = sorted(sum(a for a, _b in run) / 3 - sum(b for _a, b in run) / 3 for run in runs)
    found = importance_performance({"a": pairs})
    assert isinstance(found, Importance)
    field = found.fields["a"]
    assert isinstance(field, Field)
    assert field.interval == Interval(quantile(gaps, 0.05), quantile(gaps, 0.95), 0.9)


def test_many_answers_have_the_spread_of_few_answers_many_times_over() -> None:
    pairs = [(5, 2), (4, 3), (3, 3), (5, 4), (2, 1)]
    widths = []
    for times in (79, 80):
        found = importance_performance({"law": pairs * times}, (3, 3))
        assert isinstance(found, Importance)
        field = found.fields["law"]
        assert isinstance(field, Field)
        assert found.small_sample == (field.n < 400)
        widths.append(field.interval.high - field.interval.low)
    assert widths[0] == pytest.approx(widths[1], rel=0.1)
    assert widths[1] == pytest.approx(2 * 1.644854 * (0.96 / 400) ** 0.5, rel=0.1)


@pytest.mark.parametrize(("yes", "n", "raw", "error"), [(30, 100, 0.177778, 0.061101), (5, 40, -0.055556, 0.069722)])
def test_forced_response(yes: int, n: int, raw: float, error: float) -> None:
    found = forced_response(yes, n)
    assert isinstance(found, Estimate)
    assert (found.raw, found.error) == pytest.approx((raw, error), abs=1e-6)
    assert found.shown == max(0, found.raw)
    assert 0 <= found.interval.low <= found.shown <= found.interval.high <= 1


def test_list_experiment_and_crosswise() -> None:
    found = list_experiment(Counter([1, 2, 2, 3, 1, 0, 2, 2, 1, 3]), Counter([2, 2, 3, 3, 1, 1, 2, 3, 2, 3]))
    assert isinstance(found, Estimate)
    assert (found.raw, found.error) == pytest.approx((0.5, 0.390157), abs=1e-6)
    crossed = crosswise(65, 100, 0.25)
    assert isinstance(crossed, Estimate)
    assert crossed.raw == pytest.approx(0.2)


@pytest.mark.parametrize(("yes", "n", "low", "high"), [(0, 5, 0.0, 0.434482), (12, 20, 0.386581, 0.781193)])
def test_wilson_intervals(yes: int, n: int, low: float, high: float) -> None:
    found = share(yes, n)
    assert isinstance(found, Share)
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high), abs=1e-6)


def test_small_groups_are_compared_exactly() -> None:
    found = compare([4, 5, 4, 3, 5], [2, 3, 1, 2, 4, 2])
    assert isinstance(found, Comparison)
    assert (found.delta, found.p) == pytest.approx((0.833333, 0.019481), abs=1e-6)
    assert (found.permutations, found.exact) == (462, True)


def test_the_exact_p_is_that_of_trying_every_division() -> None:
    values = [1, 2, 2, 3, 5, 5, 8]
    observed = abs(cliffs_delta(values[:3], values[3:]))
    divisions = [
        abs(cliffs_delta([values[i] for i in chosen], [v for i, v in enumerate(values) if i not in chosen]))
        for chosen in combinations(range(7), 3)
    ]
    found = compare(values[:3], values[3:])
    assert isinstance(found, Comparison)
    assert isclose(found.p, sum(one >= observed - 1e-9 for one in divisions) / 35)


def test_holm_corrects_in_the_order_given() -> None:
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])


def test_a_network_has_density_degree_and_betweenness() -> None:
    names, found = network_of(
        [("A", "B"), ("A", "C"), ("A", "D"), ("D", "E"), ("E", "F"), ("B", "A"), ("C", "C"), ("D", "E")]
    )
    assert isinstance(found, Network)
    assert found.density == pytest.approx(0.333333, abs=1e-6)
    degree, betweenness = (dict(zip(names, said.tolist(), strict=True)) for said in (found.degree, found.betweenness))
    assert degree == pytest.approx({"A": 0.6, "B": 0.2, "C": 0.2, "D": 0.4, "E": 0.4, "F": 0.2})
    assert betweenness == pytest.approx({"A": 0.7, "B": 0, "C": 0, "D": 0.6, "E": 0.4, "F": 0})
    assert found.names.tolist() == [3, 1, 0, 1, 1, 0]
    assert found.named_by.tolist() == [1, 1, 1, 1, 1, 1]
    assert _named(names, found.confirmed) == (("A", "B"),)
    assert _named(names, found.one_sided) == (("A", "C"), ("A", "D"), ("D", "E"), ("E", "F"))
    assert _named(names, found.components) == (("A", "B", "C", "D", "E", "F"),)


def _named(names: list[str], numbers: Iterable[NDArray[np.int64]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(names[number] for number in one.tolist()) for one in numbers)


def test_an_organisation_nobody_links_stands_alone() -> None:
    names, found = network_of([("A", "B")], ["C"])
    assert isinstance(found, Network)
    assert _named(names, found.components) == (("A", "B"), ("C",))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30))
def test_a_network_is_what_one_finds_step_by_step(ties: list[tuple[int, int]]) -> None:
    found = network(10, np.array(ties, np.int64).reshape(-1, 2))
    assert isinstance(found, Network)
    told = {(a, b) for a, b in ties if a != b}
    near = [{b for a, b in told | {(b, a) for a, b in told} if a == node} for node in range(10)]
    assert list(map(tuple, found.confirmed.tolist())) == sorted((a, b) for a, b in told if a < b and (b, a) in told)
    assert list(map(tuple, found.one_sided.tolist())) == sorted((a, b) for a, b in told if (b, a) not in told)
    assert found.degree.tolist() == [len(others) / 9 for others in near]
    paths = [shortest(near, source) for source in range(10)]
    through = [0.0] * 10
    for source in range(10):
        for target, (far, ways) in paths[source].items():
            for node, (here, so_far) in paths[source].items():
                rest, onwards = paths[node].get(target, (-1, 0))
                if node not in (source, target) and here + rest == far:
                    through[node] += so_far * onwards / ways / 72
    assert found.betweenness.tolist() == pytest.approx(through)
    parts = {tuple(sorted(reached)) for reached in paths}
    assert [tuple(part.tolist()) for part in found.components] == sorted(parts, key=lambda part: (-len(part), part))


def shortest(near: list[set[int]], source: int) -> dict[int, tuple[int, int]]:
    """How far each node is from one, and by how many shortest paths; those out of reach are not in."""
    found, edge, far = {source: (0, 1)}, [source], 0
    while edge:
        far += 1
        ways = Counter(other for node in edge for other in near[node] - found.keys() for _way in range(found[node][1]))
        found |= {node: (far, n) for node, n in ways.items()}
        edge = list(ways)
    return found


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("P", "dormant"),
        ("L", "discretionary"),
        ("U", "demanding"),
        ("PL", "dominant"),
        ("PU", "dangerous"),
        ("LU", "dependent"),
        ("PLU", "definitive"),
        ("", "non-stakeholder"),
    ],
)
def test_salience_classes(attributes: str, expected: str) -> None:
    assert salience("P" in attributes, "L" in attributes, "U" in attributes) == expected


@pytest.mark.parametrize(
    ("power", "interest", "advice"),
    [
        (3.5, 3.5, "manage closely"),
        (5, 3, "keep satisfied"),
        (3, 4, "keep informed"),
        (1, 3.4, "monitor"),
    ],
)
def test_the_grid_advises_by_power_and_interest(power: float, interest: float, advice: str) -> None:
    assert quadrant(power, interest) == advice


def test_a_cell_is_covered_as_far_as_its_measures_reach() -> None:
    states = [cell(None, 3), cell(0, 0), cell(4, 3), cell(4, 2, 0.5), cell(2, 0), cell(3, None)]
    assert [one.state for one in states] == ["no data", "not relevant", "covered", "partly", "uncovered", "no data"]
    assert states[3].gap == pytest.approx(2.665)
    found = coverage(states)
    assert isinstance(found.covered, Share)
    assert isinstance(found.data, Share)
    assert (found.covered.count, found.covered.n, found.data.count, found.data.n) == (1, 3, 4, 6)


def test_control_cards_are_counted_by_facilitator() -> None:
    found = control_rates({"Bek": (0, 0), "Aida": (1, 2)})
    assert isinstance(found["Aida"], Share)
    assert (found["Aida"].count, found["Aida"].n) == (1, 2)
    assert found["Bek"] == TooFew("no data", 0)
    assert list(found) == ["Aida", "Bek"]


def test_a_median_of_ten_has_the_interval_of_the_sign_test() -> None:
    found = median_of(range(1, 11))
    assert isinstance(found, Median)
    assert (found.median, found.lower, found.upper) == (5.5, 3.25, 7.75)
    assert found.interval == Interval(2, 9, rank=2)


def test_the_interval_of_many_values_goes_on_where_that_of_fewer_ends() -> None:
    few, many = median_of(range(500)), median_of(range(502))
    assert isinstance(few, Median)
    assert isinstance(many, Median)
    assert isinstance(few.interval, Interval)
    assert isinstance(many.interval, Interval)
    assert abs(few.interval.low - many.interval.low) <= 1
    assert 1 <= many.interval.high - few.interval.high <= 3
    assert isinstance(median_of(range(20_000)), Median)


def test_a_median_of_one_has_no_interval() -> None:
    found = median_of([4])
    assert isinstance(found, Median)
    assert (found.median, found.interval) == (4, TooFew("too few", 1, 6))


def test_people_of_one_camp_are_one_voice() -> None:
    camps, levels = np.array([0, 0, 0, 2, 3, 3]), np.array([1, 5, 5, 2, 2, 3])
    assert group_medians(levels, camps, 4, 5).tolist() == [5, pytest.approx(nan, nan_ok=True), 2, 2.5]


@given(st.lists(st.integers(1, 5), max_size=40))
def test_counted_answers_have_the_figures_of_the_answers(levels: list[int]) -> None:
    counted = Repeated(range(1, 6), [levels.count(level) for level in range(1, 6)])
    assert [counted[place] for place in range(len(counted))] == sorted(levels)
    assert summary(counted) == median_of(levels) == median_of(np.array(levels, np.int64))
    if levels:
        assert middle(counted) == median(levels)


def test_refusals_and_not_knowing_stand_apart() -> None:
    answers = heard([1, 5, 98, 99, 99, None, 7], codes=range(1, 6), refused=[99], unknown=[98])
    found = likert(answers, range(1, 6))
    assert found.counts == {1: 1, 2: 0, 3: 0, 4: 0, 5: 1}
    assert (found.n, found.refused, found.unknown, found.missing, found.strange) == (2, 2, 1, 1, 1)


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([], "no data"),
        ([None], "no data"),
        ([99, 99, 98], "all refused"),
        ([98], "nobody knew"),
        ([7], "no known codes"),
    ],
)
def test_an_item_without_answers_says_why(answers: list[int | None], reason: str) -> None:
    found = likert(heard(answers, codes=range(1, 6), refused=[99], unknown=[98]), range(1, 6))
    assert isinstance(found.median, TooFew)
    assert found.median.reason == reason
    assert found.median == found.consensus


@pytest.mark.parametrize(
    "found",
    [
        share(0, 0),
        median_of([]),
        consensus([0, 0, 0]),
        potential_for_conflict([], 2),
        forced_response(0, 0),
        crosswise(0, 0, 0.25),
        list_experiment({}, {}),
        network_of([])[1],
        compare([], []),
        kendall_w([]),
        salience_of_lists([]),
        pile_shares([]),
        effectiveness([None]),
        importance_performance({}),
        importance_performance({"law": []}),
        coverage([]).covered,
    ],
)
def test_no_data_is_said_in_place_of_a_figure(found: object) -> None:
    assert isinstance(found, TooFew)
    assert (found.reason, found.n) == ("no data", 0)


@pytest.mark.parametrize(
    "found",
    [
        potential_for_conflict([1], 2),
        list_experiment({1: 1}, {2: 1}),
        network_of([("A", "A")])[1],
        compare([1], [2]),
        kendall_w([[1, 2]]),
    ],
)
def test_one_interview_is_too_few_for_what_takes_two(found: object) -> None:
    assert found == TooFew("too few", 1, 2)


def test_equal_answers_have_no_order() -> None:
    assert compare([3, 3], [3, 3]) == TooFew("no spread", 4)
    assert kendall_w([[1, 1], [1, 1]]) == TooFew("no spread", 2)


def test_above_sixty_people_the_approximation_is_close_to_the_exact_value() -> None:
    ranks = [2 * (7 * place % 61) + (place % 9) for place in range(60)]
    ranks = [round(2 * rank) for rank in mean_ranks(np.array([ranks], np.float64))[0].tolist()]
    assert approximate_p(ranks, 25) == pytest.approx(exact_p(ranks, 25), abs=0.01)
    found = compare([1] * 40 + [2], [2] * 40)
    assert isinstance(found, Comparison)
    assert not found.exact
    assert found.p < 1e-12
    assert found.delta == pytest.approx(-40 / 41)

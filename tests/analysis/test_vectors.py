"""Every case of the shared list of values, recomputed; skipped where the list is not there."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cami_survey.analysis.methods.comparison import Comparison, compare
from cami_survey.analysis.methods.importance import Field, Importance, importance_performance
from cami_survey.analysis.methods.likert import consensus, potential_for_conflict
from cami_survey.analysis.methods.meetings import copeland, effectiveness, pairwise, pile_shares
from cami_survey.analysis.methods.network import Network
from cami_survey.analysis.methods.priorities import Agreement, borda, kendall_w
from cami_survey.analysis.methods.sensitive import Estimate, crosswise, forced_response, list_experiment
from cami_survey.analysis.methods.shares import Share, share
from cami_survey.analysis.methods.stakeholders import salience
from cami_survey.analysis.methods.threats import Judgement, majority, rating, roll_up
from tests.analysis.makers import network_of, salience_of_lists

VECTORS = Path(__file__).parents[3] / "shared" / "domain" / "method_test_vectors.json"
EVERYWHERE = range(1, 5)
Vectors = Any
Pairs = list[tuple[object, object]]
"""What we find and what the list says."""


def of_consensus(cases: Vectors, _all: Vectors) -> Pairs:
    return [(consensus(case["freq"]), case["consensus"]) for case in cases]


def of_conflict(cases: Vectors, _all: Vectors) -> Pairs:
    return [(potential_for_conflict(case["values"], 2), case["pci"]) for case in cases]


def of_agreement(cases: Vectors, _all: Vectors) -> Pairs:
    pairs: Pairs = []
    for case in cases:
        found = kendall_w(case["ranks"])
        assert isinstance(found, Agreement)
        pairs += [(found.w, case["W"]), (found.chi2, case["chi2"]), (found.p_chi2, case["p_chi2"])]
    return pairs


def _orders(vectors: Vectors) -> list[list[str]]:
    return [order for order, times in vectors["borda"]["orders"] for _time in range(times)]


def of_borda(case: Vectors, vectors: Vectors) -> Pairs:
    return [(borda(_orders(vectors), case["items"]), case["scores"])]


def of_copeland(case: Vectors, vectors: Vectors) -> Pairs:
    orders, items = _orders(vectors), vectors["borda"]["items"]
    found = {a + b: list(counts) for (a, b), counts in pairwise(orders, items).items()}
    return [(copeland(orders, items), case["scores"]), *((found[key], said) for key, said in case["pairwise"].items())]


def of_open_standards(case: Vectors, _all: Vectors) -> Pairs:
    sizes = case["magnitude_table_rows_severity_cols_scope_1to4"]
    ratings = case["rating_table_rows_irreversibility_cols_magnitude_1to4"]
    rated: Pairs = [
        (rating(Judgement(scope, severity, lasting)), ratings[lasting - 1][sizes[severity - 1][scope - 1] - 1])
        for scope in EVERYWHERE
        for severity in EVERYWHERE
        for lasting in EVERYWHERE
    ]
    rolled: Pairs = [(roll_up(one["values"]), one["result"]) for one in case["rollup"]]
    return [*rated, *rolled, *((majority(one["values"]), one["result"]) for one in case["majority"])]


def of_importance(case: Vectors, _all: Vectors) -> Pairs:
    rows = zip(case["importance"], case["performance"], strict=True)
    found = importance_performance({str(at): list(zip(*row, strict=True)) for at, row in enumerate(rows)})
    assert isinstance(found, Importance)
    fields = [one for one in found.fields.values() if isinstance(one, Field)]
    return [
        ([one.importance for one in fields], case["mean_importance"]),
        ([one.performance for one in fields], case["mean_performance"]),
        ([one.gap for one in fields], case["gap"]),
        (list(found.crosshair), case["crosshair"]),
        ([one.quadrant for one in fields], case["quadrant"]),
    ]


def _estimates(found: object, case: Vectors, raw: str) -> Pairs:
    assert isinstance(found, Estimate)
    return [(found.raw, case[raw]), (found.error, case["se"])]


def of_forced_response(cases: Vectors, _all: Vectors) -> Pairs:
    return [pair for case in cases for pair in _estimates(forced_response(case["yes"], case["n"]), case, "pi")]


def of_list_experiment(case: Vectors, _all: Vectors) -> Pairs:
    return _estimates(list_experiment(Counter(case["control"]), Counter(case["treatment"])), case, "difference")


def of_crosswise(case: Vectors, _all: Vectors) -> Pairs:
    found = crosswise(round(1000 * case["lambda"]), 1000, case["p_nonsensitive"])
    assert isinstance(found, Estimate)
    return [(found.raw, case["pi"])]


def of_wilson(cases: Vectors, _all: Vectors) -> Pairs:
    pairs: Pairs = []
    for case in cases:
        found = share(case["y"], case["n"])
        assert isinstance(found, Share)
        pairs += [(found.interval.low, case["lo"]), (found.interval.high, case["hi"])]
    return pairs


def of_comparison(case: Vectors, _all: Vectors) -> Pairs:
    found = compare(case["x"], case["y"])
    assert isinstance(found, Comparison)
    assert found.exact
    told = ("delta", "permutations", "p_two_sided")
    return list(zip((found.delta, found.permutations, found.p), map(case.get, told), strict=True))


def of_network(case: Vectors, _all: Vectors) -> Pairs:
    names, found = network_of([(a, b) for a, b in case["edges"]])
    assert isinstance(found, Network)
    return [
        (dict(zip(names, found.degree.tolist(), strict=True)), case["degree_centrality"]),
        (dict(zip(names, found.betweenness.tolist(), strict=True)), case["betweenness_norm"]),
        (found.density, case["density"]),
    ]


def of_effectiveness(case: Vectors, _all: Vectors) -> Pairs:
    return [(effectiveness(case["scores"]), case["percent"])]


def of_piles(case: Vectors, _all: Vectors) -> Pairs:
    return [(pile_shares(list(case["groups"].values())), case["median_share"])]


def of_salience(cases: Vectors, _all: Vectors) -> Pairs:
    return [(salience("P" in has, "L" in has, "U" in has), said) for has, said in cases.items()]


def of_free_lists(case: Vectors, _all: Vectors) -> Pairs:
    return [(salience_of_lists(case["lists"]), case["S"])]


METHODS: dict[str, Callable[[Vectors, Vectors], Pairs]] = {
    "consensus_tastle_wierman": of_consensus,
    "pci2_D1_power1": of_conflict,
    "kendall_w": of_agreement,
    "borda": of_borda,
    "copeland": of_copeland,
    "open_standards": of_open_standards,
    "ipa": of_importance,
    "rrt_forced_two_dice": of_forced_response,
    "uct": of_list_experiment,
    "crosswise": of_crosswise,
    "wilson95": of_wilson,
    "cliffs_delta_exact_perm": of_comparison,
    "network": of_network,
    "mett_percent": of_effectiveness,
    "pile": of_piles,
    "salience": of_salience,
    "smith_s": of_free_lists,
}


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    if not VECTORS.exists():
        pytest.skip(f"{VECTORS} is not there")
    return json.loads(VECTORS.read_text(encoding="utf-8"))


def test_every_case_of_the_list_is_recomputed(vectors: Vectors) -> None:
    assert set(vectors) == set(METHODS)


@pytest.mark.parametrize("name", METHODS)
def test_a_method_finds_what_the_list_says(vectors: Vectors, name: str) -> None:
    pairs = METHODS[name](vectors[name], vectors)
    assert pairs
    for found, said in pairs:
        # The list gives four to seven decimals.
        assert found == (said if isinstance(said, str) or _has_words(said) else pytest.approx(said, abs=6e-5))


def _has_words(said: object) -> bool:
    return isinstance(said, list) and any(isinstance(one, str) for one in said)

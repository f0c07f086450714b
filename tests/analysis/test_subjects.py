"""Analyses from interviews to tables. What is expected was worked out by hand from the rules named in each test."""

from __future__ import annotations

import pytest

from cami_survey.analysis.material import Scope
from cami_survey.analysis.methods.findings import TooFew
from cami_survey.analysis.results import BarChart, DotChart, GridChart, NetworkChart
from cami_survey.analysis.subjects.catalogue import SUBJECTS
from cami_survey.analysis.subjects.programme import section_of
from cami_survey.analysis.subjects.threat_rating import threat_label
from tests.analysis.answered import analysed, answered, cell, said, table, texts


def org(name: str, **answers: object) -> dict[str, object]:
    """A respondent of a research institute in Kyrgyzstan."""
    return {"country": "KG", "consent": "yes", "org_name": name, "org_type": "sci", **answers}


def herder(grid: str = "", **answers: object) -> dict[str, object]:
    """A herder of one grid cell in Kyrgyzstan."""
    return {"country": "KG", "adm1": "KG-N", "adm2": "At-Bashy", "grid": grid, "consent": "yes", **answers}


# -- stakeholders


def test_an_organisation_is_the_median_of_its_respondents() -> None:
    found = analysed(
        "power_interest",
        stakeholder_survey=[
            org("Reserve", influence=5, interest=4, partner=[{"p_name": "Elsewhere", "p_tie": "info", "p_infl": 5}]),
            org("Reserve", influence=4, interest=5),
            org(" reserve", influence=3, interest=5),
            org("Union", influence=2, interest=5, partner=[{"p_name": "RESERVE", "p_tie": "info", "p_infl": 2}]),
            org("Union", influence=3, interest=99, partner=[{"p_name": "Reserve", "p_tie": "info", "p_infl": 3}]),
        ],
    )
    assert said(table(found)) == [
        ["Reserve", "Research institute or university", 3, 4, 5, 2.5, "manage closely"],
        ["Union", "Research institute or university", 1, 2, 5, TooFew("no data", 0), "keep informed"],
    ]
    # Quartiles of 3, 4, 5 and of 4, 5, 5 (type 7).
    power, interest = cell(table(found), "Reserve", "influence"), cell(table(found), "Reserve", "interest")
    assert power.interval is not None
    assert (power.interval.low, power.interval.high) == (3.5, 4.5)
    assert interest.interval is not None
    assert (interest.interval.low, interest.interval.high) == (4.5, 5)
    assert list(power.records) == ["stakeholder_survey-1", "stakeholder_survey-2", "stakeholder_survey-3"]
    assert found.n == 4
    # The kind is the median of its two organisations, not of its four respondents.
    assert cell(table(found, "kinds"), "Research institute or university", "influence").said == 3
    chart = found.figures[0].chart
    assert isinstance(chart, GridChart)
    assert [(p.label, p.x, p.y, p.n) for p in chart.points] == [("Reserve", 5, 4, 3), ("Union", 5, 2, 1)]
    assert chart.quadrants[1] == "manage closely"
    assert "! 1 of 2 organisations speaks through one respondent only" in texts(found)


def test_who_gave_no_name_speaks_for_the_kind() -> None:
    found = analysed("power_interest", stakeholder_survey=[org("", influence=4, interest=2)])
    assert said(table(found))[0][0] == "Research institute or university (not named)"
    assert said(table(found))[0][-1] == "keep satisfied"


def test_salience_needs_four_or_five() -> None:
    found = analysed(
        "salience",
        stakeholder_survey=[
            org("A", influence=4, legit=5, urgency=4),
            org("B", influence=3, legit=4, urgency=5),
            org("C", influence=5, legit=99, urgency=5),
        ],
    )
    assert cell(table(found), "A", "class").said == "definitive (power, legitimacy, urgency)"
    assert cell(table(found), "B", "class").said == "dependent (legitimacy, urgency)"
    assert cell(table(found), "C", "class").said == TooFew("no data", 0)
    assert cell(table(found), "C", "legitimacy").said == TooFew("no data", 0)


def test_positions_count_organisations() -> None:
    found = analysed(
        "position",
        stakeholder_survey=[
            org("A", attitude=5),
            org("A", attitude=4),
            org("B", attitude=1),
            org("C", attitude=3) | {"country": "KZ"},
        ],
    )
    assert said(table(found, "countries")) == [["Kazakhstan", 1, 0, 1, 0, 3], ["Kyrgyzstan", 2, 1, 0, 1, 2.75]]
    assert "1 of 3 organisations are in favour" in texts(found)
    assert "Opposed, so their objections have to be heard before the meeting: B." in texts(found)


def test_a_chain_of_four_has_its_betweenness_in_the_middle() -> None:
    """A-B-C-D: of the 3 pairs without B two go through it, so 2/3; density 3 of 6; A-B was named by both."""
    found = analysed(
        "network",
        stakeholder_survey=[
            org("Alpha", org_acr="AL", partner=[{"p_name": "Beta", "p_tie": "info"}]),
            org("Beta", partner=[{"p_name": "AL", "p_tie": "joint"}, {"p_name": "Gamma", "p_tie": "info"}]),
            org("Gamma", partner=[{"p_name": "Delta", "p_tie": "fund"}]),
            org("", partner=[{"p_name": "Delta", "p_tie": "fund"}]),
        ],
    )
    whole = table(found, "organisations")
    assert cell(whole, "Beta", "betweenness").said == pytest.approx(2 / 3)
    assert cell(whole, "Gamma", "betweenness").said == pytest.approx(2 / 3)
    assert cell(whole, "Alpha", "betweenness").said == 0
    assert cell(whole, "Delta", "asked").said == "no"
    assert cell(table(found, "whole"), "Density (share of possible ties)", "value").said == 0.5
    assert said(table(found, "ties")) == [
        ["Alpha", "Beta", "both sides", 2],
        ["Beta", "Gamma", "the first only", 1],
        ["Gamma", "Delta", "the first only", 1],
    ]
    chart = found.figures[0].chart
    assert isinstance(chart, NetworkChart)
    assert [tie.confirmed for tie in chart.ties] == [True, False, False]
    assert "! 1 tie of a respondent who gave no name" in texts(found)


def test_the_plan_follows_grid_salience_and_support() -> None:
    found = analysed(
        "participation",
        stakeholder_survey=[
            org("Quiet", influence=1, interest=2),
            org("Loud", influence=5, interest=5, legit=2, urgency=5, attitude=1, invite="o1_1"),
            org("Heard", influence=2, interest=5, legit=5, urgency=5, attitude=5),
        ],
    )
    lines = said(table(found))
    assert [line[0] for line in lines] == ["Loud", "Heard", "Quiet"]
    assert "It opposes measures" in str(lines[0][3])
    assert "can block" in str(lines[0][3])
    assert "1.1 Illegal hunting and trade" in str(lines[0][4])
    assert "Find a partner with influence" in str(lines[1][3])
    assert lines[2][3] == "Send the results; look again at the next survey."
    assert "2 of 3 organisations are to be invited" in texts(found)
    assert "ask them: Heard." in texts(found)


# -- coverage of fields and themes


def gap(field: str, importance: object, performance: object) -> dict[str, object]:
    return {"gap_field": field, "gap_imp": importance, "gap_perf": performance}


def test_gaps_are_those_of_organisations_and_the_crosshair_is_told() -> None:
    """Means over organisations: enf 5 and 2, mon 3 and 4; so the crosshair is at 4 and 3."""
    found = analysed(
        "importance",
        stakeholder_survey=[
            org("A", gap=[gap("enf", 5, 1), gap("mon", 3, 4)]),
            org("A", gap=[gap("enf", 5, 3), gap("mon", 99, 4)]),
            *(org(name, gap=[gap("enf", 5, 2), gap("mon", 3, 4)]) for name in "BCDE"),
        ],
    )
    assert said(table(found)) == [
        ["Law enforcement", 5, 5, 2, 3, "concentrate here", 100, 0],
        ["Population monitoring", 5, 3, 4, -1, "possible overkill", 100, 1],
    ]
    assert said(table(found, "crosshair")) == [["means of all fields", 4, 3]]
    dots, grid = (figure.chart for figure in found.figures)
    assert isinstance(dots, DotChart)
    assert (dots.lines[0].label, dots.lines[0].n, dots.lines[0].end) == ("Law enforcement", 5, "3.0")
    assert isinstance(grid, GridChart)
    assert grid.cut == (3, 4)
    assert "importance 4.00, works now 3.00" in found.method
    assert "Law enforcement matters and lags behind: gap 3.0, in 100 % of runs" in texts(found)
    assert "! Below 400 answers per field quadrants are unstable" in texts(found)


def test_too_few_answers_stand_in_place_of_an_order() -> None:
    found = analysed("importance", stakeholder_survey=[org("A", gap=[gap("enf", 5, 1)])])
    assert cell(table(found), "Law enforcement", "quadrant").said == TooFew("too few", 1, 5)
    assert "do not rank them: Law enforcement" in texts(found)


def test_themes_by_median_rank_with_kendalls_w() -> None:
    """Five judges, three items, all the same order but one swap of the last two.

    Rank sums 5, 11, 14; mean 10; S = 25 + 1 + 16 = 42; W = 12 * 42 / (25 * 24) = 0.84.
    """
    orders = ["o1_1 o1_2 o1_3"] * 4 + ["o1_1 o1_3 o1_2"]
    found = analysed(
        "themes", stakeholder_survey=[org(str(place), top_themes=order) for place, order in enumerate(orders)]
    )
    assert said(table(found)) == [
        ["1.1 Illegal hunting and trade", 5, 1, 1, 1],
        ["1.2 Overgrazing, livestock competition", 5, 2, 2, 3],
        ["1.3 Infrastructure and industry", 5, 3, 2, 3],
    ]
    agreement = table(found, "agreement")
    assert agreement.rows[0][0].said == "strong"
    assert agreement.rows[0][1].said == pytest.approx(0.84)
    assert "First by median rank (1.0): 1.1 Illegal hunting and trade. The agreement is strong (W 0.84" in texts(found)


def test_no_order_is_read_where_judges_do_not_agree() -> None:
    """Each item once at each place twice: all rank sums are the same, W is 0."""
    orders = ["o1_1 o1_2 o1_3", "o1_2 o1_3 o1_1", "o1_3 o1_1 o1_2"] * 2
    found = analysed(
        "themes", stakeholder_survey=[org(str(place), top_themes=order) for place, order in enumerate(orders)]
    )
    assert "! The organisations do not agree more than by chance (W 0.00" in texts(found)


def test_sections_without_measures() -> None:
    activity = {"act_title": "x", "act_theme": "o1_1", "act_status": "ong", "act_eff": "2"}
    found = analysed(
        "programme",
        stakeholder_survey=[org("A", activity=[activity, {**activity, "act_theme": "o1_2", "act_status": "plan"}])],
        measures_inventory=[
            {
                "country": "KZ",
                "rep": [
                    {"act": "pow_2021_2026_1_1", "r_status": "done", "r_eff": "1"},
                    {"act": "pow_2021_2026_SAITAT", "r_status": "ns"},
                ],
            }
        ],
    )
    sections = table(found)
    assert [c.said for c in sections.rows[0]][1:7] == ["measures", 2, 0, 0, 0.5, 2]
    assert cell(sections, "1.2 Overgrazing, livestock competition", "state").said == "planned only"
    assert cell(sections, "2 Species and regional planning", "stopped").said == 1
    assert "8 of 10 sections are without measures: 1.3 Infrastructure" in texts(found)
    assert len(table(found, "activities").rows) == 2


@pytest.mark.parametrize(
    ("activity", "section"),
    [
        ("pow_2021_2026_1_3", "o1_3"),
        ("pow_2021_2026_1_3_2", "o1_3"),
        ("pow_2014_2020_4", "o4"),
        ("pow_2014_2020_2_1", "o2"),
        ("pow_2021_2026_PANUNC", "o2"),
        ("pow_2021_2026_1", ""),
        ("pow_2021_2026_other", ""),
        ("", ""),
    ],
)
def test_activities_belong_to_sections(activity: str, section: str) -> None:
    assert section_of(activity) == section


# -- threats


def threat(code: str, *levels: object, **more: object) -> dict[str, object]:
    scope, severity, irreversibility = levels
    return {"t_code": code, "t_timing": "ong", "t_scope": scope, "t_sev": severity, "t_irr": irreversibility, **more}


def expert(
    species: str, *threats: dict[str, object], country: str = "KG", presence: str = "present"
) -> dict[str, object]:
    return {"species": species, "country": country, "presence": presence, "threat": list(threats)}


def test_a_group_rating_takes_medians_halves_up() -> None:
    """Scopes 2 and 3 give 3 (2.5 up), severities 4 and 4, irreversibilities 2 and 3 give 3: magnitude 3, high.

    Two-prime makes medium of a single high; the whole is the higher of that and what most species reach, high.
    """
    found = analysed(
        "threat_rating",
        expert_gap=[expert("OVIAMM", threat("cami_1", 2, 4, 2)), expert("OVIAMM", threat("cami_1", 3, 4, 3))],
    )
    assert said(table(found)) == [["Illegal hunting (poaching)", "high", "medium"], ["All threats", "medium", "high"]]
    assert said(table(found, "ratings")) == [["Argali", "Illegal hunting (poaching)", "high", 2, "medium to high"]]


def test_one_very_high_rolls_up_to_high_and_organisations_are_one_voice() -> None:
    """cami_1: argali very high, saiga low: two-prime gives high. One organisation judged twice: n stays 1."""
    rated = {"thr_code": "cami_1", "thr_species": "SAITAT", "thr_scope": 1, "thr_sev": 1, "thr_irr": 2}
    found = analysed(
        "threat_rating",
        stakeholder_survey=[org("A", thr_rate=[rated]), org("A", thr_rate=[rated])],
        expert_gap=[expert("OVIAMM", threat("cami_1", 4, 4, 2))],
    )
    matrix = table(found)
    assert cell(matrix, "Illegal hunting (poaching)", "OVIAMM").said == "very high"
    assert cell(matrix, "Illegal hunting (poaching)", "SAITAT").said == "low"
    assert cell(matrix, "Illegal hunting (poaching)", "SAITAT").n == 1
    assert cell(matrix, "Illegal hunting (poaching)", "all").said == "high"
    # The whole is the higher of the roll-up of one high (medium) and what more than half of the species reach (low).
    assert cell(matrix, "All threats", "all").said == "medium"


def test_coverage_is_need_less_what_measures_reach() -> None:
    """Need 3; adequacy 1 (1.33) times effect 2/3 covers 0.8867, so the gap is 2.1133."""
    found = analysed(
        "coverage",
        expert_gap=[
            expert(
                "OVIAMM",
                threat("cami_1", 3, 3, 2, t_meas=1, t_eff=2),
                threat("cami_2", 2, 2, 2, t_meas=3, t_eff=3),
                threat("cami_3", 4, 4, 2, t_meas=0),
                threat("cami_4", 0, 0, 1, t_meas=0),
            ),
            expert("SAITAT", threat("cami_1", 99, 3, 2, t_meas=1)),
            expert("PANUNC", threat("cami_1", 3, 3, 2, t_meas=1), presence="ext"),
        ],
    )
    tidy = {(row[0].said, row[2].said): (row[3].said, row[6].said) for row in table(found, "cells").rows}
    state, gap = tidy["Argali", "Illegal hunting (poaching)"]
    assert state == "partly covered"
    assert gap == pytest.approx(3 - 1.33 * 2 / 3)
    assert tidy["Argali", "Illegal trade in live animals, parts and products"] == ("covered", 0)
    assert tidy["Argali", "Overgrazing and pasture degradation"] == ("uncovered", 4)
    assert tidy["Argali", "Barriers to movement from linear infrastructure"] == ("not relevant", 0)
    assert tidy["Saiga antelope", "Illegal hunting (poaching)"] == ("no data", None)
    assert not any(species == "Snow leopard" for species, _threat in tidy)
    summary = table(found, "summary")
    assert cell(summary, "All species", "cells").said == 8
    assert cell(summary, "All species", "known").said == 0.5
    assert cell(summary, "All species", "covered").said == pytest.approx(1 / 3)
    assert "The widest gap (4.0 of 4): Overgrazing and pasture degradation for Argali." in texts(found)
    assert "1 of 3 relevant cells have no measure at all that works." in texts(found)


def test_measures_by_their_adequacy_and_gaps_by_importance() -> None:
    """Scores after METT: (0 + 3) of 6 given, (1 + 1 + 3) of 9."""
    first = {**expert("OVIAMM"), "m_law": 0, "m_enf": 3, "m_pa": 99}
    second = {**expert("OVIAMM"), "m_law": 1, "m_enf": 1, "m_pa": 3}
    gaps = [{"g_field": "enf", "g_imp": 3, "g_feas": 2}, {"g_field": "mon", "g_imp": 5, "g_feas": 99}]
    found = analysed("adequacy", expert_gap=[first, {**second, "gap": gaps}])
    measures = {row[1].said and str(row[0].said): row for row in table(found).rows}
    law = measures["How adequate is the legal protection of the species?"]
    assert [c.said for c in law[1:]] == [2, 1, 1, 0, 0, 0.5, pytest.approx(0.7370, abs=1e-4), 0]
    assert table(found).rows[0] is law
    score = table(found, "scores").rows[0][3]
    assert (score.said, score.n) == (pytest.approx((3 / 6 + 5 / 9) / 2), 2)
    assert said(table(found, "gaps")) == [
        ["Population monitoring", 1, 5, TooFew("no data", 0)],
        ["Law enforcement", 1, 3, 2],
    ]


def test_free_lists_by_smiths_s() -> None:
    """Lists a b, b: a is (1 + 0) / 2, b is (1/2 + 1) / 2."""
    found = analysed(
        "free_lists",
        expert_gap=[
            expert("OVIAMM", threat("cami_1", 1, 1, 1), threat("cami_2", 1, 1, 1)),
            expert("OVIAMM", threat("cami_2", 1, 1, 1)),
        ],
    )
    assert cell(table(found), "Illegal hunting (poaching)", "salience").said == 0.5
    assert cell(table(found), "Illegal trade in live animals, parts and products", "salience").said == 0.75
    assert "! Only 2 answers" in texts(found)


def test_piles_are_medians_of_camps() -> None:
    """Camp 1: 15 and 5 of 20 in one interview, 5 and 15 in another, so half each; camp 2 all on the first."""
    pile = [{"pl_threat": "cami_1", "pl_n": 15}, {"pl_threat": "cami_3", "pl_n": 5}]
    other = [{"pl_threat": "cami_1", "pl_n": 5}, {"pl_threat": "cami_3", "pl_n": 15}]
    whole = [{"pl_threat": "cami_1", "pl_n": 20}]
    found = analysed(
        "piles", herder_interview=[herder("G1", pile=pile), herder("G1", pile=other), herder("G2", pile=whole)]
    )
    assert said(table(found)) == [
        ["Illegal hunting (poaching)", 3, 0.75, 0.75],
        ["Overgrazing and pasture degradation", 2, 0.25, 0.25],
    ]


def test_borda_is_checked_by_pairs() -> None:
    """Two groups a b c, one b c a... points: a 2+2+2+0+0 = 6, b 1+1+1+2+2 = 7, c 0+0+0+1+1 = 2; a wins every pair."""
    votes = [{"v_group": "mix", "v_n": 5, "v_rank": "cami_1 cami_2 cami_3"}] * 3
    votes += [{"v_group": "gov", "v_n": 5, "v_rank": "cami_2 cami_3 cami_1"}] * 2
    found = analysed(
        "meetings",
        consultation_meeting=[
            {"mt_code": "KG-M01", "rk_method": "order", "rk_items": "cami_1 cami_2 cami_3", "vote": votes}
        ],
    )
    lines = said(table(found))
    assert [(line[0], line[1], line[2]) for line in lines] == [
        ("Illegal trade in live animals, parts and products", 7, 1),
        ("Illegal hunting (poaching)", 6, 2),
        ("Overgrazing and pasture degradation", 2, 0),
    ]
    assert "! KG-M01: Illegal hunting (poaching) wins against every other item in pairs" in texts(found)


def test_votes_counters_and_pairs_of_meetings() -> None:
    def meeting(code: str, method: str, **rows: object) -> dict[str, object]:
        return {"mt_code": code, "rk_method": method, "rk_items": "cami_1 cami_2", **rows}

    dots = [{"d_group": g, "d_item": i, "d_n": n} for g, i, n in (("gov", "cami_1", 3), ("ngo", "cami_2", 1))]
    piles = [
        {"d_group": g, "d_item": i, "d_n": n}
        for g, i, n in (("gov", "cami_1", 8), ("gov", "cami_2", 2), ("ngo", "cami_1", 1), ("ngo", "cami_2", 1))
    ]
    pairs = [{"pc_group": "gov", "pc_a": "cami_1", "pc_b": "cami_2", "pc_win": win} for win in ("a", "a", "b", "eq")]
    # Who wins against nothing is compared with nothing.
    pairs.append({"pc_group": "gov", "pc_a": "cami_1", "pc_win": "a"})
    found = analysed(
        "meetings",
        consultation_meeting=[
            meeting("M1", "dots", dot=dots),
            meeting("M2", "pile", dot=piles),
            meeting("M3", "pair", pair=pairs),
        ],
    )
    shares = [[row[1:3] for row in said(one)] for one in found.tables]
    assert shares[0] == [[3, 0.75], [1, 0.25]]
    # Medians of 0.8 and 0.5, of 0.2 and 0.5.
    assert shares[1] == [[pytest.approx(0.65), 0.5], [pytest.approx(0.35), 0.2]]
    assert shares[2] == [[2.5, 4], [1.5, 4]]


# -- herders


def card(species: str, result: str, **more: object) -> dict[str, object]:
    return {"sp": species, "id_res": result, **more}


def test_recognition_leaves_control_cards_out() -> None:
    """Saiga does not occur in Kyrgyzstan; shares of those who know the animal and could say."""
    found = analysed(
        "recognition",
        herder_interview=[
            herder("G1", card=[card("OVIAMM", "right", last_seen="m1", tr10="dec"), card("EQUKIA", "no")]),
            herder("G2", card=[card("OVIAMM", "help", last_seen="y5", tr10="dk"), card("EQUKIA", "right")]),
            herder("G3", card=[card("OVIAMM", "no")]),
        ],
    )
    assert len(table(found).rows) == 1
    assert [c.said for c in table(found).rows[0]][1:] == [3, pytest.approx(2 / 3), 0.5, 1, 0, 0, 1]
    control = analysed(
        "control_cards",
        herder_interview=[
            herder(interviewer="F1", card=[card("EQUKIA", "no"), card("EQUKIA", "right"), card("OVIAMM", "right")]),
            herder(interviewer="F1", card=[card("EQUKIA", "wrong"), card("EQUKIA", "no"), card("EQUKIA", "no")]),
        ],
    )
    # 1 of 5; Wilson interval from the published formula: 0.0362 to 0.6245.
    rate = cell(table(control), "F1", "rate")
    assert rate.said == 0.2
    assert rate.interval is not None
    assert (rate.interval.low, rate.interval.high) == (pytest.approx(0.0362, abs=1e-4), pytest.approx(0.6245, abs=1e-4))


def test_an_interval_counts_camps() -> None:
    """Six of ten in two camps: as wide as 1.2 of 2 after Wilson, not as 6 of 10."""
    found = analysed(
        "needs",
        herder_interview=[
            herder("G1" if place < 5 else "G2", needs="corral" if place < 6 else "vet") for place in range(10)
        ],
    )
    share = cell(table(found), "Better corrals", "share")
    assert (share.said, share.n) == (0.6, 10)
    assert share.interval is not None
    # (p + z²/2m ± z sqrt(p(1-p)/m + z²/4m²)) / (1 + z²/m) with p 0.6, m 2.
    assert (share.interval.low, share.interval.high) == (
        pytest.approx(0.1316, abs=1e-4),
        pytest.approx(0.9369, abs=1e-4),
    )


def test_who_names_something_twice_in_one_answer_is_counted_once() -> None:
    """Submissions of other programs may have a code twice."""
    found = analysed("needs", herder_interview=[herder("G1", needs="vet corral vet"), herder("G2", needs="corral")])
    assert [line[:3] for line in said(table(found))] == [["Better corrals", 1.0, 2], ["Veterinary service", 0.5, 1]]
    row = {"bar_type": "bfence", "bar_sp": "OVIAMM OVIAMM", "bar_cross": "never"}
    found = analysed("barriers", herder_interview=[herder("G1", barriers="bfence", barrier_row=[row])])
    assert "(1)" in str(cell(table(found), "Border fence", "species").said)


def test_barriers_and_what_they_stop() -> None:
    fence = {"bar_type": "bfence", "bar_sp": "OVIAMM"}
    found = analysed(
        "barriers",
        herder_interview=[
            herder("G1", barriers="bfence", barrier_row=[{**fence, "bar_cross": "never"}]),
            herder("G2", barriers="bfence", barrier_row=[{**fence, "bar_cross": "dk"}]),
            herder("G3", barriers="none"),
        ],
    )
    assert said(table(found)) == [["Border fence", pytest.approx(2 / 3), 2, 1, "Argali (2)"]]


def test_attitudes_keep_refusals_apart() -> None:
    """1, 1, 5, 5: half at each end, consensus 0; refused and not known are in no figure."""
    answers = [1, 1, 5, 5, 98, 99]
    found = analysed("attitudes", herder_interview=[herder(f"G{n}", at1=code) for n, code in enumerate(answers)])
    line = table(found).rows[0]
    assert line[0].said == "Wild hoofed animals take too much grass from our livestock."
    assert [c.said for c in line[1:]] == [4, 2, 0, 0, 0, 2, 3, pytest.approx(0)]
    assert said(table(found, "silent")) == [[line[0].said, 1, 1]]
    chart = found.figures[0].chart
    assert isinstance(chart, BarChart)
    assert chart.values == ((0.5, 0, 0, 0, 0.5),)


def test_groups_are_compared_by_camp_and_corrected() -> None:
    """Ten women all say 5, ten men all say 1: delta 1, p = 2 / C(20, 10), times two comparisons made."""
    women = [herder(f"W{n}", sex="f", at1=5, at2=n % 2 + 1) for n in range(10)]
    men = [herder(f"M{n}", sex="m", at1=1, at2=n % 2 + 1) for n in range(10)]
    found = analysed("comparison", herder_interview=[*women, *men])
    first, second = table(found, "sex").rows
    assert first[5].said == 1
    assert first[6].said == pytest.approx(2 * 2 / 184756)
    assert (second[5].said, second[6].said) == (0, 1)
    assert "Women agree more than Men (Cliff's delta 1.00" in texts(found)
    assert "2 comparisons were made" in texts(found)


def test_few_voices_are_not_tested() -> None:
    people = [herder(f"W{n}", sex="f", at1=5) for n in range(3)] + [herder(f"M{n}", sex="m", at1=1) for n in range(3)]
    found = analysed("comparison", herder_interview=people)
    assert table(found).rows[0][5].said == TooFew("too few", 3, 10)
    assert "! “Women” and “Men”: too few to compare, 10 voices are needed in each group." in texts(found)
    assert "corrected" not in texts(found), "no comparison was made"


def test_protected_questions_give_shares_of_the_group() -> None:
    """Dice: 5 of 12 yes, (5/12 - 1/6) / (3/4) = 1/3. Lists: means 2 and 2.5, so one half."""
    dice = [herder(f"D{n}", rrt_a="yes" if n < 5 else "no") for n in range(12)]
    lists = [herder(f"L{n}", uct_g="a", uct_n=2 + n % 3 - 1) for n in range(6)]
    lists += [herder(f"L{n}", uct_g="b", uct_n=2 + n % 2) for n in range(6)]
    found = analysed("sensitive", herder_interview=[*dice, *lists])
    assert [row[2].said for row in table(found).rows] == [pytest.approx(1 / 3), pytest.approx(0.5)]
    assert "too wide to say anything for a single place" in texts(found)


def test_losses_by_animal_and_cause() -> None:
    def loss(cause: str, animal: str, adults: int, young: int) -> dict[str, object]:
        return {"l_agent": cause, "l_animal": animal, "l_adult": adults, "l_young": young}

    sheep = [{"stock_sp": "sheep", "stock_n": 90}]
    found = analysed(
        "losses",
        herder_interview=[
            herder("G1", loss_any="yes", stock=sheep, loss_row=[loss("wolf", "sheep", 4, 6)]),
            herder(
                "G2", loss_any="yes", stock=sheep, loss_row=[loss("dis", "sheep", 10, 0), loss("wolf", "goat", 1, 1)]
            ),
            herder("G3", loss_any="no", stock=sheep),
            herder("G4", loss_any="refused"),
            herder("G5", loss_any="dk"),
        ],
    )
    causes = {row[0]: row[1:] for row in said(table(found, "causes"))}
    assert causes["Wolf"] == [2, pytest.approx(2 / 3), 6, 5, 7]
    # Ten of ten and ninety kept.
    assert said(table(found, "animals"))[0][1:] == [3, pytest.approx(2 / 3), 10, 0.1, 20]
    assert [row[1] for row in said(table(found, "households"))] == [2, 2, 1, 1]
    assert found.n == 3


def test_quality_counts_silence_consent_and_doubles() -> None:
    found = analysed(
        "quality",
        herder_interview=[
            herder(int_code="KG-H001", at1=98),
            herder(int_code="KG-H001", at1=99),
            herder(int_code="KG-H002", at1=7),
            herder(int_code="KG-H003", at1=3),
            herder(int_code="KG-H004", at1=3),
            {**herder(int_code="KG-H005"), "consent": "no"},
        ],
    )
    questions = table(found, "questions_herder_interview")
    line = next(row for row in questions.rows if row[1].said == "at1")
    # Three answered, one of them with a code the question does not have; one refused, one did not know, one empty.
    assert [c.said for c in line[2:]] == [3, 1, 1, 1, 1, 0.4]
    assert said(table(found, "consent")) == [["CAMI herder and community interview", 6, 5, 1]]
    assert "1 code stands on more than one interview: KG-H001." in texts(found)
    assert "1 of 6 people asked did not agree" in texts(found)


def test_where_everybody_refused_nobody_is_praised_for_answering() -> None:
    people = [{**herder(int_code=f"KG-H{at:03}"), "consent": "no", "_day": "2026-05-02"} for at in range(6)]
    said_so = texts(analysed("quality", herder_interview=people))
    assert "! Nobody who was asked agreed to take part, so there are no answers to analyse." in said_so
    assert "Nobody refused an answer" not in said_so
    assert "6 interviews from 1 country, held on 2026-05-02." in texts(analysed("overview", herder_interview=people))


def test_camps_are_districts_or_grid_cells_never_countries() -> None:
    material = answered(
        herder_interview=[
            herder("G1"),
            herder("G1"),
            herder("G2"),
            herder("", adm2=""),
            herder("", adm2=""),
            herder("", adm2="Naryn"),
            {**herder("", adm2="Naryn"), "adm1": "KG-J"},
        ],
        expert_gap=[expert("OVIAMM"), expert("OVIAMM")],
    )
    assert material.clusters(range(7)) == 2 + 2 + 2
    assert material.clusters([7, 8]) == 2


# -- scopes


def test_a_scope_limits_interviews_and_rows() -> None:
    material = answered(
        stakeholder_survey=[org("A") | {"_day": "2025-03-01"}, org("B") | {"country": "KZ", "_review": "approved"}],
        herder_interview=[
            herder(role="herd", card=[card("OVIAMM", "right"), card("PANUNC", "right")]) | {"_day": "2026-05-02"},
        ],
    )
    assert material.n == 3
    for scope, n in (
        (Scope(countries=("KZ",)), 1),
        (Scope(countries=("KZ", "KG")), 3),
        (Scope(forms=("herder_interview",)), 1),
        (Scope(since="2026-01-01"), 2),
        (Scope(until="2025"), 1),
        (Scope(since="2026-05-02", until="2026-05-02"), 1),
        (Scope(group="role/herd"), 1),
        (Scope(group="sci"), 2),
        (Scope(review="approved"), 1),
        (Scope(review="none"), 2),
        (Scope(countries=("MN",)), 0),
    ):
        assert material.within(scope).n == n, scope
    cards = material.within(Scope(species=("OVIAMM",))).rows("sp", "id_res")
    assert list(cards["sp"]) == ["OVIAMM"]


def test_a_form_of_others_with_the_same_questions_is_analysed_too() -> None:
    from cami_survey.analysis.intake import Intake
    from tests.analysis.makers import form, record, text

    filling = (intake := Intake()).form([form(text("/data/influence"), text("/data/interest"))], {})
    filling.add(record({"/data/influence": "5", "/data/interest": "5"}))
    filling.close()
    found = SUBJECTS["power_interest"].analyse(intake.material())
    assert said(table(found))[0][-1] == "manage closely"


def test_words_are_in_the_language_asked_for_where_any_form_has_them() -> None:
    """The herder interview speaks Persian; the stakeholder survey does not and asks about the same things."""
    both = answered(stakeholder_survey=[{"country": "TJ"}], herder_interview=[{"country": "TJ"}])
    persian = both.speaking("Persian (fa)")
    assert threat_label(both, "cami_1") == threat_label(both.speaking("xx"), "cami_1") == "Illegal hunting (poaching)"
    assert threat_label(persian, "cami_1") == "شکار غیرقانونی"
    assert (persian.species_label("PANUNC"), persian.label("country", "TJ")) == ("پلنگ برفی", "تاجیکستان")


def test_species_have_their_known_name_where_no_form_speaks_the_language() -> None:
    alone = answered(stakeholder_survey=[{"country": "TJ"}])
    assert alone.speaking("fa").species_label("PANUNC") == "پلنگ برفی"
    assert (alone.speaking("xx").species_label("PANUNC"), alone.species_label("zz")) == ("Snow leopard", "zz")

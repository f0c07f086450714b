"""Papers of real subjects for the public: what nobody may work out of a figure that rests on many answers."""

from __future__ import annotations

import pytest

from cami_survey.analysis.disclosure.cells import public
from cami_survey.analysis.ethics import statement
from cami_survey.analysis.results import Analysis, NetworkChart
from tests.analysis.answered import analysed, answered, table, texts
from tests.analysis.test_subjects import card, expert, herder, org, threat

K = 5


def _dice(yes: int, n: int) -> list[dict[str, object]]:
    return [herder(f"D{at}", rrt_a="yes" if at < yes else "no") for at in range(n)]


def shown(found: Analysis) -> list[list[object]]:
    """What stands in the first table, a hidden cell as “-”."""
    return [["-" if cell.hidden else cell.said for cell in row] for row in table(found).rows]


def test_a_share_by_dice_does_not_tell_how_few_said_yes() -> None:
    """3 yes of 16 give (3/16 - 1/6) / (3/4) = 0.028: whoever knows the dice reckons back."""
    told = public(analysed("sensitive", herder_interview=_dice(3, 16)), K)
    assert [row[1:] for row in shown(told)] == [[16]]
    assert not [message for message in told.messages if message.level == "say"]
    assert "0.02" not in repr(told)
    many = table(public(analysed("sensitive", herder_interview=_dice(8, 16)), K))
    assert "raw" not in [column.name for column in many.columns]
    assert many.rows[0][2].said is not None


def test_who_lost_animals_to_no_predator_is_not_told_by_a_difference() -> None:
    def losing(number: int, cause: str) -> dict[str, object]:
        row = {"l_agent": cause, "l_animal": "sheep", "l_adult": 2, "l_young": 0}
        return herder(f"G{number}", loss_any="yes", loss_row=[row])

    people = [losing(at, "wolf" if at < 17 else "dis") for at in range(20)]
    people += [herder(f"N{at}", loss_any="no") for at in range(9)]
    rows = table(public(analysed("losses", herder_interview=people), K), "households").rows
    assert rows[0][1].said == 20
    assert 17 not in [row[1].said for row in rows]


def test_what_few_named_has_no_salience() -> None:
    one, other = threat("cami_1", 1, 1, 1), threat("cami_2", 1, 1, 1)
    people = [expert("OVIAMM", *((one, other) if at < 2 else (one,))) for at in range(9)]
    found = analysed("free_lists", expert_gap=people)
    assert len(table(found).rows) == 2
    assert len(table(public(found, K)).rows) == 1


def test_judgements_of_few_are_no_rating_for_the_public() -> None:
    """Three who rate two threats of the ass each are six judgements of three people."""
    two = (threat("cami_1", 2, 2, 2), threat("cami_2", 3, 3, 3))
    people = [expert("EQUHEM", *two) for _one in range(3)] + [expert("OVIAMM", *two) for _one in range(6)]
    found = analysed("threat_rating", expert_gap=people)
    columns = [column.name for column in table(found).columns]
    assert [cell.n for cell in table(found).rows[-1]][columns.index("EQUHEM")] == 6
    told = table(public(found, K))
    assert [column.name for column in told.columns] == ["name", "OVIAMM", "all"]
    assert [cell.n for cell in told.rows[-1]] == [None, 12, 18]


def test_organisations_in_a_network_are_not_for_the_public() -> None:
    ties = [{"p_name": f"Partner {at}", "p_tie": "info", "p_type": "ngo"} for at in range(3)]
    found = analysed("network", stakeholder_survey=[org(f"O{at}", partner=ties) for at in range(8)])
    told = public(found, K)
    assert isinstance(found.figures[0].chart, NetworkChart)
    assert told.figures == ()
    assert {one.name for one in told.tables} <= {"kinds", "whole"}
    assert "Partner" not in repr(told)


def test_how_many_did_not_answer_is_said_with_all_who_were_asked() -> None:
    people = [herder(f"Q{at}", at1=98 if at < 6 else 3) for at in range(20)]
    assert "6 of 20 answers (30 %) are a refusal or “does not know”" in texts(
        analysed("quality", herder_interview=people)
    )


def test_that_one_was_not_asked_for_consent_is_not_told_by_a_difference() -> None:
    people = [*({"country": "KG", "consent": "yes"} for _one in range(12)), {"country": "KG"}]
    told = " ".join(statement(answered(herder_interview=people), K))
    assert "12" not in told
    assert "People were asked whether they take part" in told


def test_how_many_did_not_agree_is_not_told_by_those_who_did() -> None:
    people = [*(herder(f"C{at}") for at in range(12)), *({**herder("R"), "consent": "no"} for _one in range(4))]
    found = analysed("quality", herder_interview=people)
    assert table(found, "consent").rows[0][1].said == 16
    assert "consent" not in [one.name for one in public(found, K).tables]
    people += [{**herder("R"), "consent": "no"}]
    assert table(public(analysed("quality", herder_interview=people), K), "consent").rows[0][1].said == 17


def test_how_many_interviews_a_facilitator_held_is_not_told_by_control_cards() -> None:
    """Each interview shows two: eight cards are four interviews."""
    shown_cards = [card("EQUKIA", "no"), card("EQUKIA", "no")]
    held = {"KG-F01": 4, "KG-F02": 4, "KG-F03": 6}
    people = [
        herder(f"{name}{at}", interviewer=name, card=shown_cards) for name, times in held.items() for at in range(times)
    ]
    found = analysed("control_cards", herder_interview=people)
    assert [row[1].said for row in table(found).rows] == [8, 8, 12, 28]
    rows = table(public(found, K)).rows
    assert [row[0].said for row in rows] == ["Facilitator 3", "All facilitators"]
    assert 8 not in [value for row in rows for cell in row for value in (cell.said, cell.n)]


def test_consensus_does_not_tell_how_many_gave_each_answer() -> None:
    """7, 17, 8, 2 and 0 answers: of all that 34 people could say, only these and three others have this consensus."""
    given = [level for level, times in enumerate((7, 17, 8, 2), 1) for _one in range(times)]
    found = analysed("attitudes", herder_interview=[herder(f"A{at}", at1=level) for at, level in enumerate(given)])
    at = [column.name for column in table(found).columns].index("consensus")
    assert table(found).rows[0][at].said == pytest.approx(0.7383890978795358)
    told = table(public(found, K))
    at = [column.name for column in told.columns].index("consensus")
    assert (told.rows[0][at].said, told.columns[at].decimals) == (0.7, 1)
    assert "24 of 34 disagree; opinions lie close together (consensus 0.7)" in texts(public(found, K))


def test_the_third_of_three_shares_is_not_told_by_the_other_two() -> None:
    trends = ["dec"] * 10 + ["stable"] * 10 + ["inc"] * 2
    people = [herder(f"T{at}", card=[card("OVIAMM", "right", tr10=trend)]) for at, trend in enumerate(trends)]
    people += [herder(f"U{at}", card=[card("OVIAMM", "no")]) for at in range(2)]
    found = analysed("recognition", herder_interview=people)
    (before,) = table(found).rows
    (row,) = table(public(found, K)).rows
    at = [column.name for column in table(found).columns].index("fewer")
    assert [round(float(str(cell.said)) * 22) for cell in before[at : at + 3]] == [10, 10, 2]
    told = {cell.said for cell in row if not cell.hidden}
    assert len(told & {before[at].said, before[at + 1].said, before[at + 2].said}) < 2


def test_choices_of_several_do_not_hide_each_other() -> None:
    people = [herder(f"N{at}", needs="corral water" if at < 12 else "corral") for at in range(20)]
    people += [herder("M", needs="patrol")]
    rows = {row[0].said: row[1:] for row in table(public(analysed("needs", herder_interview=people), K)).rows}
    assert len(rows) == 1, "20 of 21 would say that one does not, 12 of 21 say nothing of anybody"
    assert not any(cell.hidden for row in rows.values() for cell in row)


def test_how_many_respondents_rated_nothing_is_not_said_beside_what_others_rated() -> None:
    rated = [org("Agency", influence=5, legit=4, urgency=4) for _one in range(9)]
    silent = [org("Fund", influence=99, legit=99, urgency=3)]
    told = table(public(analysed("salience", stakeholder_survey=[*rated, *silent]), K))
    assert [row[0].said for row in told.rows] == ["Agency"]
    assert [cell.n for cell in told.rows[0]] == [None, 9, 9, 9, 9, 9]


def test_codes_of_interviews_are_for_the_team() -> None:
    people = [herder(f"G{at}", int_code="KG-H001" if at < 2 else f"KG-H1{at}") for at in range(9)]
    found = analysed("quality", herder_interview=people)
    assert "KG-H001" in repr(found.messages)
    assert "KG-H001" not in repr(public(found, K))

"""Surveys at the edge: nothing, one interview, all refused, one country, unknown codes. Every analysis says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import pytest

from cami_survey.analysis.intake import Intake, Silence
from cami_survey.analysis.material import Material, Scope
from cami_survey.analysis.results import Analysis, BarChart, Cell, DotChart, MatrixChart
from cami_survey.analysis.subjects.catalogue import SUBJECTS
from tests.analysis.answered import FORMS, Interview, answered, shipped_form, view

EVERY = pytest.mark.parametrize("name", SUBJECTS)
REPEATS = {
    "stakeholder_survey": ("thr_rate", "gap", "partner", "activity"),
    "herder_interview": ("card", "stock", "barrier_row", "loss_row", "pile"),
    "expert_gap": ("threat", "gap"),
    "measures_inventory": ("rep",),
    "consultation_meeting": ("vote", "dot", "pair"),
}


def filled(form_id: str, code: str = "", **fixed: object) -> Interview:
    """An interview with an answer to every question: the first choice (`code` instead where given), 3, or a word."""
    definition, _silence = shipped_form(form_id)
    main: dict[str, object] = {}
    rows: dict[str, dict[str, object]] = {repeat: {} for repeat in REPEATS[form_id]}
    for question in definition.questions:
        if question.private or question.quiet:
            continue
        choice = question.choices[0].code if question.choices else "3" if question.kind != "text" else "word"
        value = fixed.get(question.name, code if code and question.choices else choice)
        if not question.repeats:
            main[question.name] = value
        elif (repeat := question.repeats[-1].rpartition("/")[2]) in rows:
            rows[repeat][question.name] = value
    return {**main, **{repeat: [row] for repeat, row in rows.items() if row}}


@cache
def survey(number: int = 1, code: str = "", **fixed: str) -> Material:
    """Every form answered `number` times."""
    return answered(**{form_id: [filled(form_id, code, **fixed)] * number for form_id in FORMS})


def numbers(analysis: Analysis) -> Iterator[Cell]:
    return (cell for table in analysis.tables for row in table.rows for cell in row)


def whole(analysis: Analysis) -> None:
    """Tables have one cell per column, names are distinct, figures have words, no number is NaN or in disguise."""
    names = [table.name for table in analysis.tables]
    assert len(set(names)) == len(names)
    for table in analysis.tables:
        assert len({column.name for column in table.columns}) == len(table.columns)
        assert all(len(row) == len(table.columns) for row in table.rows)
        assert all(row[0].said for row in table.rows), "every line has a name"
    for cell in numbers(analysis):
        assert cell.said == cell.said
        assert cell.weight is None or 0 <= cell.weight <= 1
        if cell.interval is not None:
            assert cell.interval.low <= cell.interval.high
            assert isinstance(cell.said, float | int)
    for figure in analysis.figures:
        assert figure.title
        assert figure.alt
        if isinstance(figure.chart, BarChart):
            assert len(figure.chart.lines) == len(figure.chart.values) == len(figure.chart.ns)
            assert all(len(values) == len(figure.chart.series) for values in figure.chart.values)
        if isinstance(figure.chart, DotChart):
            assert all(mark.series < len(figure.chart.series) for line in figure.chart.lines for mark in line.marks)
        if isinstance(figure.chart, MatrixChart):
            assert figure.chart.table in names
    assert all("{" not in message.text for message in analysis.messages)
    assert bool(analysis.tables) != bool(analysis.empty)


@EVERY
@pytest.mark.parametrize("forms", [(), FORMS], ids=["no forms", "no interviews"])
def test_a_survey_without_data_says_so(name: str, forms: Sequence[str]) -> None:
    found = SUBJECTS[name].analyse(answered(**{form: [] for form in forms}))
    whole(found)
    assert found.empty == "There are no finished interviews yet."
    assert found.n == 0


@EVERY
def test_a_survey_of_other_questions_says_so(name: str) -> None:
    if name in ("overview", "quality"):
        pytest.skip("says something of any form")
    from tests.analysis.makers import form, record, text

    filling = (intake := Intake()).form([form(text("/data/shoe_size"))], {})
    filling.add(record({"/data/shoe_size": "42"}))
    filling.close()
    found = SUBJECTS[name].analyse(intake.material())
    assert found.empty == "No form of this survey asks the questions that this analysis needs."


@EVERY
def test_a_scope_without_interviews_says_so(name: str) -> None:
    found = SUBJECTS[name].analyse(survey().within(Scope(countries=("BT",))))
    whole(found)
    assert found.empty == "No finished interview fits these filters."


@EVERY
def test_one_interview_of_every_form(name: str) -> None:
    """Nothing breaks, and nothing is put into an order without a warning."""
    whole(SUBJECTS[name].analyse(survey()))


@EVERY
def test_many_alike_interviews_of_one_country(name: str) -> None:
    material = survey(12)
    found = SUBJECTS[name].analyse(material)
    whole(found)
    assert found == SUBJECTS[name].analyse(material.within(Scope(countries=tuple(material.codes("country")))))


@EVERY
def test_answers_that_all_say_they_do_not_know(name: str) -> None:
    found = SUBJECTS[name].analyse(survey(3, "99", country="KG", species="OVIAMM", presence="present"))
    whole(found)


@cache
def silent_survey() -> Material:
    """Every form answered once, not known once and refused twice, where every question offers to say so."""
    intake = Intake()
    for form_id in FORMS:
        definition, _silence = shipped_form(form_id)
        silence = {question.path: Silence(frozenset({"dk"}), frozenset({"no"})) for question in definition.questions}
        filling = intake.form([definition], silence)
        for number, code in enumerate(("", "dk", "no", "no")):
            filling.add(view(definition, f"{form_id}-{number}", filled(form_id, code, adm2=code, grid=code)))
        filling.close()
    return intake.material()


@EVERY
def test_silences_that_only_forms_of_others_offer_are_no_answers(name: str) -> None:
    found = SUBJECTS[name].analyse(silent_survey())
    whole(found)
    words = [cell.said for cell in numbers(found) if isinstance(cell.said, str)]
    words += [message.text for message in found.messages]
    words += [f"{figure.alt} {figure.subtitle} {figure.chart}" for figure in found.figures]
    assert not [said for said in words if "@" in said]


@EVERY
@pytest.mark.parametrize("number", ["1" * 5000, "1e3", "-5", "00", "٣", "²", "2.5"])
def test_numbers_that_are_none_end_no_analysis(name: str, number: str) -> None:
    numeric = {q.name for form in FORMS for q in shipped_form(form)[0].questions if q.kind in ("integer", "decimal")}
    assert {"pl_n", "d_n", "stock_n", "uct_n"} <= numeric
    whole(SUBJECTS[name].analyse(survey(2, **dict.fromkeys(sorted(numeric), number))))


@EVERY
def test_who_is_asked_and_where_need_not_be_told(name: str) -> None:
    untold = ("country", "mt_country", "species", "org_name", "org_type", "p_type", "interviewer", "mt_code", "code")
    found = SUBJECTS[name].analyse(survey(2, presence="present", **dict.fromkeys(untold, "")))
    whole(found)
    assert not [cell for cell in numbers(found) if cell.said == ""]


def test_who_does_not_tell_the_camp_stands_alone() -> None:
    material = silent_survey()
    herders = [place for place, form in enumerate(material.interviews.forms) if form == "herder_interview"]
    assert material.clusters(herders) == 4
    assert material.interviews.countries.count("") > 0
    assert not [text for text in material.interviews.countries if text.startswith("@")]


def test_who_only_refuses_needs_is_not_among_those_who_answered() -> None:
    found = SUBJECTS["needs"].analyse(silent_survey())
    assert found.n == 1


@EVERY
def test_all_refused(name: str) -> None:
    """Who does not agree to the interview answers nothing else."""
    refused = {form_id: [{"country": "KG", "consent": "no"}] * 3 for form_id in FORMS[:2]}
    found = SUBJECTS[name].analyse(answered(**refused))
    whole(found)
    if name not in ("overview", "quality"):
        assert found.empty


@EVERY
def test_unknown_codes_are_no_answers(name: str) -> None:
    found = SUBJECTS[name].analyse(survey(6, "zz"))
    whole(found)
    if name == "quality":
        strange = [row[-2].said for table in found.tables[1:] if table.name != "facilitators" for row in table.rows]
        assert any(strange)


@EVERY
def test_a_language_without_texts_falls_back(name: str) -> None:
    whole(SUBJECTS[name].analyse(survey().speaking("xx")))

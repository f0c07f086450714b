"""What the list shows of an interview and what searching finds."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from cami_survey.base.places import shipped
from cami_survey.base.records import Answers
from cami_survey.engine.api import Form, load_form
from cami_survey.operations import forms
from cami_survey.operations.interviews import start
from cami_survey.operations.summaries import SEARCH_BYTES, last_name, path_of, refresh, summarise
from cami_survey.store.api import SurveyFile

FORMS = Path(__file__).parents[2] / "forms"


@pytest.fixture(scope="module")
def herder() -> Form:
    return load_form(FORMS / "herder_interview.xlsx", media=FORMS)


@pytest.fixture(scope="module")
def stakeholder() -> Form:
    return load_form(FORMS / "stakeholder_survey.xlsx", media=FORMS)


def fields(**values: str) -> Answers:
    return Answers({"/data/" + name.replace("__", "/"): text for name, text in values.items()})


def test_a_herder_interview(herder: Form) -> None:
    answers = fields(
        ident__int_code="KG-H0123", ident__country="KG", ident__adm2="At-Bashy", ident__grid="KG-25-0417",
        ident__lang="ky", ident__interp="yes", cons__consent="withdrawn",
    )  # fmt: skip
    summary = summarise(herder, answers)
    assert (summary.code, summary.place, summary.place_detail) == ("KG-H0123", "At-Bashy", "KG-25-0417")
    assert (summary.language, summary.language_detail) == ("Kyrgyz", "with interpreter")
    assert summary.note == "Consent withdrawn"
    assert summary.answered == 7
    assert summary.total == herder.questions


def test_a_stakeholder_survey_is_placed_by_its_organisation(stakeholder: Form) -> None:
    answers = fields(ident__resp_code="KG-0012", ident__country="KG", ident__mode="face", org__org_name="Ilbirs Fund")
    summary = summarise(stakeholder, answers)
    assert (summary.code, summary.place, summary.place_detail) == ("KG-0012", "Ilbirs Fund", "Kyrgyzstan")
    assert summary.language_detail == "Face to face"


def test_an_expert_who_is_not_to_be_listed_did_not_decline() -> None:
    form = load_form(shipped("forms") / "expert_gap.xlsx")
    answers = fields(ident__exp_code="KG-E014", ident__country="KG", ident__consent="no")
    assert summarise(form, answers).note == ""


def test_choices_are_found_in_every_language_of_the_form(herder: Form) -> None:
    answers = fields(ident__lang="ky", herd__livestock="yak horse")
    answers = Answers({**answers.fields, "/data/know/card[3]/local_name": "илбирс", "@state": "final"})
    found = summarise(herder, answers).search
    for word in ("Kyrgyz", "Yaks", "Horses", "Лошад", "илбирс", "yak horse"):
        assert word in found
    assert "final" not in found


def test_search_text_is_bounded_and_whole_letters(herder: Form) -> None:
    answers = fields(ident__adm2="ө" * 20_000)
    found = summarise(herder, answers).search
    assert len(found.encode()) <= SEARCH_BYTES
    assert set(found) <= {"ө", "\n"}


def test_without_a_code_the_first_words_typed_stand(herder: Form) -> None:
    assert summarise(herder, fields(ident__country="KG", ident__interviewer="Aizada")).code == "Aizada"
    assert summarise(herder, Answers()).code == ""
    named = Answers({}, {"/data/meta/instanceName": "Camp 4"})
    assert summarise(herder, named).code == "Camp 4"


def test_a_running_interview_counts_pages_that_are_not_decided_yet(herder: Form) -> None:
    session = herder.open()
    before = summarise(herder, session.answers(), session=session)
    assert (before.answered, before.total > 60) == (0, True)
    session.set("/data/cons/adult", "yes")
    session.set("/data/cons/consent", "yes")
    assert summarise(herder, session.answers(), session=session).answered == 2


BRANCHES = """
| survey |              |        |         |          |                 |
|        | type         | name   | label   | required | relevant        |
|        | begin group  | first  | First   |          |                 |
|        | select_one y | agrees | Agrees? | yes      |                 |
|        | note         | thanks | Thanks  |          |                 |
|        | end group    |        |         |          |                 |
|        | begin group  | later  | Later   |          | ${agrees} = 'y' |
|        | text         | camp   | Camp?   |          |                 |
|        | text         | herd   | Herd?   |          |                 |
|        | end group    |        |         |          |                 |
| choices |          |      |       |
|         | list_name | name | label |
|         | y         | y    | Yes   |
|         | y         | n    | No    |
| settings |          |         |
|          | form_id  | version |
|          | branches | 1       |
"""


@pytest.mark.parametrize(("agrees", "progress"), [("", (0, 3)), ("n", (1, 1)), ("y", (1, 3))])
def test_how_far_an_interview_is_follows_what_is_decided(agrees: str, progress: tuple[int, int]) -> None:
    form = load_form(BRANCHES.encode())
    session = form.open()
    session.set("/data/first/agrees", agrees)
    summary = summarise(form, session.answers(), session=session)
    assert (summary.answered, summary.total) == progress


@pytest.mark.parametrize(
    ("field", "path", "name"),
    [
        ("/data/a", "/data/a", "a"),
        ("/data/know/sight[k3f9a1c02]/s_year", "/data/know/sight/s_year", "s_year"),
        ("/data/a[1]/b[k2]/c", "/data/a/b/c", "c"),
        ("/data/a[1]", "/data/a", "a"),
    ],
)
def test_a_field_names_a_path_and_a_question(field: str, path: str, name: str) -> None:
    assert (path_of(field), last_name(field)) == (path, name)


def test_records_that_came_in_get_their_summaries(tmp_path: Path) -> None:
    with (
        SurveyFile.create(tmp_path / "a.cami", title="A") as laptop,
        SurveyFile.create(tmp_path / "b.cami", title="B") as hub,
    ):
        forms.add(laptop, [FORMS / "herder_interview.xlsx"])
        for number in range(3):
            interview = start(laptop, "herder_interview")
            interview.set("/data/ident/int_code", f"KG-H010{number}")
            interview.leave()
        hub.accept(laptop.facts(), package="p", source="s")
        assert refresh(hub, at_once=2) == 3
        assert {row.summary.code for row in hub.rows()} == {"KG-H0100", "KG-H0101", "KG-H0102"}
        assert {row.summary.code for row in hub.rows(search="kg-h0101")} == {"KG-H0101"}
        assert refresh(hub) == 0


def test_records_without_their_form_do_not_stop_the_others(tmp_path: Path) -> None:
    with SurveyFile.create(tmp_path / "b.cami", title="B") as hub:
        from cami_survey.base.records import Summary

        hub.save(
            record=hub.new_record(), form_id="gone", form_version="1", answers=Answers({"/data/a": "1"}),
            state="final", parents=(), summary=Summary(),
        )  # fmt: skip
        before = time.monotonic()
        refresh(hub)
        assert time.monotonic() - before < 10
        assert len(hub.rows()) == 1


def test_a_summary_does_not_depend_on_the_order_of_the_answers(herder: Form) -> None:
    answers = fields(herd__guard="dog", who__years="20", ident__adm1="Naryn")
    turned = Answers(dict(reversed(answers.fields.items())))
    assert summarise(herder, turned) == summarise(herder, answers)
    assert summarise(herder, turned).search.startswith("Naryn")

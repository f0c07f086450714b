"""Choices of questionnaires follow the tables: in a new version of the form, seen before it is made."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cami_survey.cli.app import main
from cami_survey.operations import choice_lists, forms, interviews, merges, packages, references, surveys, versions
from cami_survey.operations.choice_lists import Renewal
from cami_survey.reference.crosswalks import Crosswalk
from cami_survey.store.api import SurveyFile
from tests.conftest import Questionnaires

FORMS = Path(__file__).parents[2] / "forms"
GONE = "no longer in the table"


@pytest.fixture
def survey(tmp_path: Path) -> Iterator[SurveyFile]:
    made = surveys.create(tmp_path / "hub.cami", title="Hub", device_name="HUB").value
    yield made
    made.close()


@pytest.fixture
def add(questionnaires: Questionnaires) -> Callable[..., None]:
    def add(survey: SurveyFile, *names: str) -> None:
        for name in names:
            survey.add_form(questionnaires[name])

    return add


def table(survey: SurveyFile, name: str, *, new: list[dict[str, str]] = (), gone: str = "", **cells: str) -> Path:  # type: ignore[assignment]
    """The table written out, with rows added, the rows of a key dropped, and cells of the row `where` changed."""
    path = references.write_out(survey, name, Path(survey.path).parent / f"{name}.xlsx").value
    book = load_workbook(path)
    sheet = book[name]
    columns = [cell.value for cell in sheet[1]]
    where = cells.pop("where", None)
    for line in list(sheet.iter_rows(min_row=2))[::-1]:
        names = [cell.value for cell in line[:2]]
        if gone and gone in names:
            sheet.delete_rows(line[0].row)
        elif where in names:
            for column, text in cells.items():
                line[columns.index(column)].value = text
    for row in new:
        sheet.append([row.get(column, "") for column in columns])
    book.save(path)
    return path


def bring(survey: SurveyFile, path: Path, version: str = "COP15") -> dict[str, Renewal]:
    """Brings what was looked at first; what was said before is what is done."""
    seen = references.preview(survey, path).value
    before = survey.forms()
    done = references.bring(survey, path, version=version, origin="CMS").value
    assert done.forms == seen.forms
    added = {(entry.form_id, entry.version) for entry in survey.forms()} - {(e.form_id, e.version) for e in before}
    assert added == {(form.form_id, form.version) for form in seen.forms}
    return {form.form_id: form for form in seen.forms}


def choices(survey: SurveyFile, form: str, question: str, language: str = "English (en)") -> dict[str, str]:
    node = next(node for node in forms.form_of(survey, form).nodes if node.name == question)
    return {choice.value: choice.label for choice in node.choices(language)}


HARE = {
    "code": "LEPTOL", "sci_name_cms": "Lepus tolai", "name_en": "Tolai hare", "cami_2014": "0",
    "cami_17_list_2025": "1", "cms_confidence": "S", "iucn_confidence": "S",
}  # fmt: skip
TURKIYE = {
    "iso_a2": "TR", "iso_a3": "TUR", "iso_n3": "792", "name_cms": "Türkiye", "cms_party_2017": "0",
    "official_langs_cldr": "tr",
}  # fmt: skip
NOISE = {"scheme": "CAMI-work", "code": "CAMI-19", "level": "1", "label": "Noise", "confidence": "G", "source": "own"}
DAMS = {"scheme": "CMP-2.0", "code": "1.9", "parent": "1", "level": "2", "label": "Dams", "confidence": "S"} | {
    "source": "CMP"
}
PROVINCE = {"iso_a2": "KG", "iso_3166_2": "KG-X", "name": "Ala-Too", "type": "Region"}


@pytest.mark.parametrize(
    ("name", "row", "code", "questions"),
    [
        ("species", HARE, "LEPTOL", {"herder_interview": "cards", "stakeholder_survey": "species",
                                     "expert_gap": "species", "measures_inventory": "r_species",
                                     "consultation_meeting": "a_species"}),
        ("range_states", TURKIYE, "TR", {"herder_interview": "country", "stakeholder_survey": "country",
                                         "expert_gap": "country", "measures_inventory": "country",
                                         "consultation_meeting": "mt_country"}),
        ("threats", NOISE, "cami_19", {"stakeholder_survey": "threats", "expert_gap": "t_code",
                                       "measures_inventory": "r_threat", "consultation_meeting": "a_threat"}),
        ("conservation_actions", DAMS, "a1_9", {"measures_inventory": "r_action"}),
        ("admin1", PROVINCE, "KG-X", {"herder_interview": "adm1"}),
    ],
)  # fmt: skip
def test_a_new_row_can_be_chosen_in_every_form_that_chooses_from_the_table(
    survey: SurveyFile, add: Callable[..., None], name: str, row: dict[str, str], code: str, questions: dict[str, str]
) -> None:
    add(survey, *questions)
    renewed = bring(survey, table(survey, name, new=[row]))
    assert set(renewed) == set(questions)
    for form, question in questions.items():
        assert any(code in change.added for change in renewed[form].lists), form
        assert code in choices(survey, form, question), form
    assert choice_lists.plan(survey, references.states(survey)) == [], "once is enough"


def test_a_form_that_does_not_choose_from_the_table_stays_as_it_is(
    survey: SurveyFile, add: Callable[..., None]
) -> None:
    add(survey, "herder_interview")
    assert bring(survey, table(survey, "conservation_actions", new=[DAMS])) == {}
    assert len(survey.forms()) == 1


def test_a_choice_that_left_the_table_stays_readable_and_the_answer_with_it(
    survey: SurveyFile, add: Callable[..., None]
) -> None:
    add(survey, "expert_gap")
    running = interviews.start(survey, "expert_gap")
    running.set("/data/ident/species", "BOSMUT")
    running.leave()
    old = survey.forms()[0].version
    (form,) = bring(survey, table(survey, "species", gone="BOSMUT")).values()
    assert form.lists[0].retired == ("BOSMUT",)
    assert choices(survey, "expert_gap", "species")["BOSMUT"] == f"Wild yak ({GONE})"
    assert list(choices(survey, "expert_gap", "species"))[2] == "BOSMUT", "at its place"
    node = next(node for node in forms.form_of(survey, "expert_gap", old).nodes if node.name == "species")
    assert "Wild yak" in {choice.label for choice in node.choices()}, "the interview keeps its version"
    told = versions.preview(survey, running.record).value
    assert told.migration.lost == ()
    versions.carry(survey, running.record)
    carried = survey.view(running.record)
    assert carried.form_version == form.version
    assert carried.answers.fields["/data/ident/species"] == "BOSMUT"


def test_a_choice_that_comes_back_has_its_words_again(survey: SurveyFile, add: Callable[..., None]) -> None:
    add(survey, "expert_gap")
    before = choices(survey, "expert_gap", "species"), choices(survey, "expert_gap", "species", "Russian (ru)")
    whole = table(survey, "species").rename(Path(survey.path).parent / "whole.xlsx")
    bring(survey, table(survey, "species", gone="BOSMUT"), "1")
    (form,) = bring(survey, whole, "2").values()
    assert form.lists[0].added == ("BOSMUT",)
    assert (choices(survey, "expert_gap", "species"), choices(survey, "expert_gap", "species", "Russian (ru)")) == (
        before
    )


def test_words_follow_the_table_and_lists_of_some_rows_get_no_new_ones(
    survey: SurveyFile, add: Callable[..., None]
) -> None:
    add(survey, "herder_interview")
    few = choices(survey, "herder_interview", "tr_why")
    path = table(survey, "threats", new=[NOISE], where="CAMI-1", label="Poaching")
    (form,) = bring(survey, path).values()
    after = choices(survey, "herder_interview", "tr_why")
    assert after == few | {"cami_1": "Poaching"}
    assert {language for change in form.lists for _code, language in change.unworded} == {
        name for name in survey.forms()[0].languages if name != "English (en)"
    }, "the other languages have to be looked at"


def test_words_of_another_language_come_with_the_table_of_names(survey: SurveyFile, add: Callable[..., None]) -> None:
    add(survey, "expert_gap")
    bring(survey, table(survey, "species", new=[HARE]))
    assert choices(survey, "expert_gap", "species", "Russian (ru)")["LEPTOL"] == "Tolai hare"
    name = {"species_code": "LEPTOL", "lang": "ru", "name": "заяц-толай", "confidence": "S"}
    bring(survey, table(survey, "species_names", new=[name]))
    assert choices(survey, "expert_gap", "species", "Russian (ru)")["LEPTOL"] == "Заяц-толай"


CAMP = """
| survey |
| | type | name | label |
| | select_one country | where | Where? |
| | select_one world | from | From where? |
| choices |
| | list_name | name | label |
"""


def test_a_list_of_somebody_else_is_not_taken_for_ours(survey: SurveyFile, tmp_path: Path) -> None:
    states = [row["iso_a2"] for row in references.shelf(survey).rows("range_states")]
    world = [*states, "FR", "DE", "IT"]
    lines = [f"| | country | {code} | Our {code} |\n" for code in ("KG", "KZ", "DE")]
    lines += [f"| | world | {code} | {code} |\n" for code in world]
    (tmp_path / "camp.md").write_text(CAMP + "".join(lines), "utf-8")
    forms.add(survey, [tmp_path / "camp.md"])
    assert bring(survey, table(survey, "range_states", gone="BT", new=[TURKIYE])) == {}


def test_own_words_and_own_choices_stay(survey: SurveyFile, tmp_path: Path) -> None:
    rows = references.shelf(survey).rows("range_states")
    lines = [f"| | country | {row['iso_a2']} | {row['name_cms'].upper()} |\n" for row in rows]
    text = CAMP.replace("| | select_one world | from | From where? |\n", "") + "".join(lines)
    (tmp_path / "camp.md").write_text(text + "| | country | other | Elsewhere |\n", "utf-8")
    forms.add(survey, [tmp_path / "camp.md"])
    bring(survey, table(survey, "range_states", new=[TURKIYE], where="CN", name_cms="PR China"))
    found = choices(survey, "camp", "where", "")
    assert (found["CN"], found["other"], found["TR"]) == ("CHINA", "Elsewhere", "Türkiye")


def test_a_file_of_somebody_else_with_the_same_name_stays(survey: SurveyFile, tmp_path: Path) -> None:
    form = re.sub(r"select_one country", "select_one_from_file admin1.csv", CAMP.split("| | select_one world")[0])
    (tmp_path / "camp.md").write_text(form, "utf-8")
    (tmp_path / "admin1.csv").write_text("name,label,country\nKG-C,Chuy,KG\nown,My valley,KG\n", "utf-8")
    forms.add(survey, [tmp_path / "camp.md"])
    assert bring(survey, table(survey, "admin1", new=[PROVINCE])) == {}


def test_a_form_that_is_added_later_gets_the_choices_of_today(survey: SurveyFile) -> None:
    bring(survey, table(survey, "species", new=[HARE]))
    outcome = forms.add(survey, [FORMS / "expert_gap.xlsx"])
    assert "form.renewed" in {notice.code for notice in outcome.notices}
    assert "LEPTOL" in choices(survey, "expert_gap", "species")
    again = forms.add(survey, [FORMS / "expert_gap.xlsx"])
    assert [notice.code for notice in again.notices] == ["form.known"]


def test_two_laptops_that_take_the_same_table_have_one_version(
    survey: SurveyFile, add: Callable[..., None], tmp_path: Path
) -> None:
    add(survey, "expert_gap")
    with surveys.create(tmp_path / "kg.cami", title="KG", device_name="KG-07").value as other:
        add(other, "expert_gap")
        path = table(survey, "species", new=[HARE], gone="BOSMUT")
        bring(survey, path)
        bring(other, path)
        merges.merge(other, [packages.pack(survey, tmp_path / "out", plain=True).value.path], enrol=True)
        assert len(other.forms()) == 2
        assert choice_lists.plan(other, references.states(other)) == []


def test_a_code_that_left_its_table_still_counts_by_the_crosswalk(survey: SurveyFile, add: Callable[..., None]) -> None:
    add(survey, "expert_gap")
    bring(survey, table(survey, "threats", gone="CAMI-1b"))
    walk = Crosswalk(references.shelf(survey).rows("crosswalks"), "threats:CAMI-work", "threats:IUCN-3.x")
    assert walk.codes("CAMI-1b")
    assert choices(survey, "expert_gap", "t_code")["cami_1b"].endswith(f"({GONE})")


def test_the_command_line_tells_which_forms_change(
    survey: SurveyFile, add: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    add(survey, "expert_gap")
    path = table(survey, "species", new=[HARE])
    survey.close()
    assert main(["reference", "bring", str(survey.path), str(path), "--dry-run"]) == 0
    assert "1 new choice" in capsys.readouterr().out
    assert main(["reference", "bring", str(survey.path), str(path), "--dry-run", "--json"]) == 0
    (form,) = json.loads(capsys.readouterr().out)["forms"]
    assert (form["form_id"], form["lists"][0]["added"]) == ("expert_gap", ["LEPTOL"])

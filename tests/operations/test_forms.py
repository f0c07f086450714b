"""Forms: checked, added all or nothing with the files they use, kept open while the survey is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cami_survey.base.errors import UserError
from cami_survey.operations import forms
from cami_survey.store.api import SurveyFile
from tests.cli.commands import FORM, write_form

WITH_FILE = FORM.replace(
    "| | text | note |", "| | select_one_from_file places.csv | adm1 | Province | Область | | | |\n| | text | note |"
)


@pytest.fixture
def survey(tmp_path: Path) -> Iterator[SurveyFile]:
    with SurveyFile.create(tmp_path / "winter.cami", title="Winter") as made:
        yield made


def with_places(folder: Path) -> Path:
    (folder / "places.csv").write_text("name,label\nnaryn,Naryn\nosh,Osh\n", "utf-8")
    (folder / "unused.csv").write_text("name,label\nx,X\n", "utf-8")
    return write_form(folder, WITH_FILE)


def test_the_file_beside_the_form_comes_with_it(survey: SurveyFile, tmp_path: Path) -> None:
    source = with_places(tmp_path)
    assert forms.check(source).value.media == ("places.csv",)
    forms.add(survey, [source])
    (tmp_path / "places.csv").unlink()
    kept = survey.form("camp")
    assert set(kept.media) == {"places.csv"}
    session = forms.form_of(survey, "camp").open()
    assert [choice.label for choice in session.node("/data/adm1").choices] == ["Naryn", "Osh"]


def test_the_shipped_forms_bring_their_provinces(survey: SurveyFile) -> None:
    folder = Path(__file__).parents[2] / "forms"
    entries = forms.add(survey, [folder / "herder_interview.xlsx", folder / "stakeholder_survey.xlsx"]).value
    assert {entry.form_id: entry.questions for entry in entries} == {"herder_interview": 84, "stakeholder_survey": 60}
    assert set(survey.form("herder_interview").media) == {"admin1.csv"}
    session = forms.form_of(survey, "herder_interview").open()
    session.set("/data/ident/country", "KG")
    assert "Naryn" in [choice.label for choice in session.node("/data/ident/adm1").choices]


def test_a_form_is_opened_once_for_each_survey(survey: SurveyFile, tmp_path: Path) -> None:
    forms.add(survey, [write_form(tmp_path)])
    first = forms.form_of(survey, "camp")
    assert forms.form_of(survey, "camp", "3") is first
    forms.add(survey, [write_form(tmp_path, FORM.replace("| camp | 3 |", "| camp | 4 |"))])
    assert forms.form_of(survey, "camp").version == "4"
    assert forms.form_of(survey, "camp", "3") is first


def test_the_same_version_with_other_content_is_refused(survey: SurveyFile, tmp_path: Path) -> None:
    forms.add(survey, [write_form(tmp_path)])
    forms.add(survey, [write_form(tmp_path)])
    with pytest.raises(UserError, match="version"):
        forms.add(survey, [write_form(tmp_path, FORM.replace("Remarks", "Notes"))])
    assert len(survey.forms()) == 1


@pytest.mark.parametrize("names", [["camp.md", "broken.md"], ["broken.md", "camp.md"], ["camp.md", "gone.md"]])
def test_of_several_forms_all_are_added_or_none(survey: SurveyFile, tmp_path: Path, names: list[str]) -> None:
    write_form(tmp_path)
    write_form(tmp_path, FORM.replace("| text | note |", "| txet | note |"), "broken.md")
    with pytest.raises(UserError) as refused:
        forms.add(survey, [tmp_path / name for name in names])
    assert survey.forms() == []
    at_fault = next(name for name in names if name != "camp.md")
    assert f"That is {at_fault}; none of the forms was added." in str(refused.value)


def test_a_broken_form_adds_nothing(survey: SurveyFile, tmp_path: Path) -> None:
    broken = write_form(tmp_path, FORM.replace("select_one yn", "select_one nowhere"), "broken.md")
    report = forms.check(broken).value
    assert not report.ok
    assert report.problems
    with pytest.raises(UserError):
        forms.add(survey, [broken])
    assert survey.forms() == []


def test_a_report_can_be_written_as_json(tmp_path: Path) -> None:
    import json

    for text in (FORM, FORM.replace("select_one yn", "select_one nowhere")):
        report = forms.check(write_form(tmp_path, text)).value
        assert json.loads(json.dumps(report.as_dict()))["source"].endswith("camp.md")


def test_opening_a_kept_form_reads_no_spreadsheet(survey: SurveyFile, tmp_path: Path) -> None:
    forms.add(survey, [write_form(tmp_path)])
    survey.close()
    script = (
        "import sys; from pathlib import Path\n"
        "from cami_survey.operations import forms, surveys, interviews\n"
        "survey = surveys.open_survey(Path(sys.argv[1])).value\n"
        "interviews.start(survey, 'camp').leave()\n"
        "print([name for name in ('pyxform', 'openpyxl', 'PySide6') if name in sys.modules])\n"
        "survey.close()\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(survey.path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_lists_the_conversion_made_stay_with_the_form(survey: SurveyFile, tmp_path: Path) -> None:
    source = tmp_path / "outside.md"
    source.write_text(
        "| survey | | | | |\n| | type | name | label | choice_filter |\n| | text | oblast | Oblast | |\n"
        "| | select_one_external places | place | Place | oblast=${oblast} |\n"
        "| external_choices | | | | |\n| | list_name | name | label | oblast |\n| | places | osh | Osh | south |\n"
        "| | places | talas | Talas | north |\n"
        "| settings | | | | |\n| | form_id | version | | |\n| | outside | 1 | | |\n",
        "utf-8",
    )
    forms.add(survey, [source])
    assert set(survey.form("outside").media) == {"itemsets.csv"}
    session = forms.form_of(survey, "outside").open()
    session.set("/data/oblast", "south")
    assert [choice.value for choice in session.node("/data/place").choices] == ["osh"]

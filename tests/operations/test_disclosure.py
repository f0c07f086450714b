"""Exports for the public: nobody is named, nobody is alone, and every export is on record."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cami_survey.base import texts
from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice
from cami_survey.base.places import home
from cami_survey.base.records import Answers, Summary
from cami_survey.operations import disclosure, forms, surveys
from cami_survey.operations.export_filters import Filter
from cami_survey.operations.exports import export
from cami_survey.operations.summaries import summarise
from cami_survey.store.api import SurveyFile

FORM = """
| survey |  |  |  |  |
|  | type | name | label | bind::cami:disclosure |
|  | text | int_code | Code |  |
|  | select_one sex | sex | Sex |  |
|  | select_one age | age | Age |  |
|  | integer | sheep | Sheep |  |
|  | geopoint | camp | Camp |  |
|  | date | int_date | Day |  |
|  | text | story | Story |  |
|  | text | dung | What was found | keep |
| choices |  |  |  |
|  | list_name | name | label |
|  | sex | f | Woman |
|  | sex | m | Man |
|  | age | a18 | Young |
|  | age | a60 | Old |
| settings |  |  |  |
|  | form_id | version | namespaces |
|  | herders | 1 | cami="urn:cami-survey:xforms" |
"""
PEOPLE = [("f", "a18"), ("f", "a18"), ("f", "a18"), ("m", "a18"), ("m", "a18"), ("m", "a18"), ("m", "a60")]


@pytest.fixture
def survey(tmp_path: Path) -> SurveyFile:
    """Seven herders; one of them is an old man with by far the most sheep."""
    survey = surveys.create(tmp_path / "camp.cami", facilitator="Gulnara Osmonova").value
    source = tmp_path / "herders.md"
    source.write_text(FORM, encoding="utf-8")
    (entry,) = forms.add(survey, [source]).value
    form = forms.form_of(survey, entry.form_id, entry.version)
    for number, (sex, age) in enumerate(PEOPLE):
        fields = {
            "/data/int_code": f"KG-H00{number}",
            "/data/sex": sex,
            "/data/age": age,
            "/data/sheep": str(10 * number if age == "a18" else 4000),
            "/data/camp": f"41.0{number}1 74.5{number}2 2900 4",
            "/data/int_date": "2026-08-17",
            "/data/story": f"I am Aibek son of Bolot, number {number}",
            "/data/dung": "old dung",
        }
        answers = Answers(fields)
        survey.save(
            record=survey.new_record(),
            form_id="herders",
            form_version="1",
            answers=answers,
            state="final",
            parents=(),
            summary=summarise(form, answers),
        )
    return survey


def rows(target: Path) -> list[dict[str, object]]:
    sheet = load_workbook(target)["herders"]
    head, *body = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in body]


def test_t50_the_public_sees_nobody(survey: SurveyFile, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    export(survey, target, public=disclosure.rules(k=3), codes=True)
    found = rows(target)
    people = Counter((row["sex"], row["age"]) for row in found)
    assert people == {("f", "a18"): 3, ("m", "a18"): 3, (None, None): 1}
    assert max(int(str(row["sheep"])) for row in found) == 40
    assert {str(row["int_date"])[:10] for row in found} == {"2026-08-01"}
    assert {row["dung"] for row in found} == {"old dung"}
    assert all(str(row["camp"]).startswith(("41.", "40.")) and str(row["camp"]).endswith(" 0 0") for row in found)
    assert not {"int_code", "story"} & set(found[0])


def test_t50_nothing_in_the_file_leads_back(survey: SurveyFile, tmp_path: Path) -> None:
    target = tmp_path / "out.csv.zip"
    export(survey, target, public=disclosure.rules(k=3, places="shift"))
    with zipfile.ZipFile(target) as archive:
        everything = "".join(
            archive.read(name).decode("utf-8-sig") for name in archive.namelist() if "about" not in name
        )
    records = [row.record for row in survey.rows()]
    for secret in ("Aibek", "KG-H00", "4000", "41.061", *records, *[record[:12] for record in records]):
        assert secret not in everything


def test_t50_places_and_pseudonyms_are_the_same_in_every_export(survey: SurveyFile, tmp_path: Path) -> None:
    exports = []
    for name in ("one.xlsx", "two.xlsx"):
        export(survey, tmp_path / name, public=disclosure.rules(k=3, places="shift"))
        exports.append([(row["_record"], row["camp"]) for row in rows(tmp_path / name)])
    assert exports[0] == exports[1]
    assert len(set(exports[0])) == len(PEOPLE)


def test_the_export_says_by_which_rules_it_was_made(survey: SurveyFile, tmp_path: Path) -> None:
    export(survey, tmp_path / "out.xlsx", public=disclosure.rules(k=3))
    about = {row[0]: row[1] for row in load_workbook(tmp_path / "out.xlsx")["About"].iter_rows(values_only=True)}
    assert "fewer than 3" in str(about["Disclosure"])


def test_every_export_is_on_record(survey: SurveyFile, tmp_path: Path) -> None:
    export(survey, tmp_path / "team.xlsx")
    export(survey, tmp_path / "all.xlsx", public=disclosure.rules(k=3))
    team, everybody = disclosure.exports(survey)
    assert (team.name, team.level, team.threshold, team.interviews) == ("team.xlsx", "internal", 0, 7)
    assert (everybody.name, everybody.level, everybody.threshold, everybody.forms) == (
        "all.xlsx",
        "public",
        3,
        ("herders",),
    )


def test_a_preview_says_what_would_leave_and_writes_nothing(survey: SurveyFile) -> None:
    found = disclosure.preview(survey, None, disclosure.rules(k=3)).value
    told = {question.name: (question.treatment, question.lost) for question in found.questions}
    assert told == {
        "int_code": ("out", 0),
        "sex": ("class", 1),
        "age": ("class", 1),
        "sheep": ("ends", 4),
        "camp": ("place", 0),
        "int_date": ("month", 0),
        "story": ("out", 0),
        "dung": ("kept", 0),
    }
    assert found.interviews == {"herders": 7}
    assert found.left_out == 16
    assert disclosure.exports(survey) == []


def test_too_few_interviews_do_not_leave(survey: SurveyFile, tmp_path: Path) -> None:
    with pytest.raises(
        UserError, match="Of the form herders 7 interviews would leave, too few for the public: 10 are needed"
    ):
        export(survey, tmp_path / "out.xlsx", public=disclosure.rules())
    assert not (tmp_path / "out.xlsx").exists()


def test_a_form_with_too_few_interviews_does_not_keep_the_others_back(survey: SurveyFile, tmp_path: Path) -> None:
    source = tmp_path / "guides.md"
    source.write_text(FORM.replace("|  | herders | 1", "|  | guides | 1"), encoding="utf-8")
    forms.add(survey, [source])
    survey.save(
        record=survey.new_record(),
        form_id="guides",
        form_version="1",
        answers=Answers({"/data/sex": "f"}),
        state="final",
        parents=(),
        summary=Summary(),
    )
    outcome = export(survey, tmp_path / "out.xlsx", public=disclosure.rules(k=3))
    assert outcome.value.tables == {"herders": 7}
    assert [notice.where for notice in outcome.notices if notice.code == "disclosure.few"] == ["guides"]
    assert not [notice for notice in outcome.notices if "does not have" in notice.text], "its form is here"
    with pytest.raises(UserError, match="Of the form guides 1 interview would leave, too few"):
        export(survey, tmp_path / "out.xlsx", forms=["herders", "guides"], public=disclosure.rules(k=3))


def test_small_numbers_of_what_is_left_out_are_not_in_a_file_for_the_public(survey: SurveyFile, tmp_path: Path) -> None:
    for state, deleted in (("draft", False), ("draft", False), ("final", True)):
        record = survey.new_record()
        survey.save(
            record=record,
            form_id="herders",
            form_version="1",
            answers=Answers({"/data/sex": "f"}),
            state=state,
            parents=(),
            summary=Summary(),
        )
        if deleted:
            survey.set_deleted(record, True, "twice")
    said: dict[str, dict[object, object]] = {}
    notes: dict[str, str] = {}
    for level, rules in (("team", None), ("public", disclosure.rules(k=3))):
        export(survey, tmp_path / f"{level}.xlsx", public=rules)
        rows = list(load_workbook(tmp_path / f"{level}.xlsx")["About"].iter_rows(values_only=True))
        said[level] = {row[0]: row[1] for row in rows}
        notes[level] = " ".join(str(row[1]) for row in rows if row[0] == "Note")
    assert (said["team"]["Drafts left out"], said["public"]["Drafts left out"]) == (2, "fewer than 3")
    assert said["public"]["Deleted interviews left out, all forms"] == "fewer than 3"
    assert said["public"]["Interviews exported"] == 7
    assert "Gulnara" in str(said["team"]["Exported on"])
    assert "Gulnara" not in str(said["public"])
    assert "2 drafts" in notes["team"]
    assert "1 deleted" in notes["team"]
    assert "draft" not in notes["public"]
    assert "deleted" not in notes["public"]


def test_the_key_is_made_once_and_a_broken_one_is_not_replaced() -> None:
    key, made = disclosure.secret()
    assert made
    assert disclosure.secret() == (key, False)
    file = home() / disclosure.KEY_FILE
    file.write_text("not a key", encoding="ascii")
    with pytest.raises(UserError, match=r"cannot be read") as refused:
        disclosure.secret()
    assert refused.value.code == "disclosure.key"
    assert file.read_text(encoding="ascii") == "not a key"


@pytest.mark.parametrize(("wishes", "code"), [({"k": 2}, "disclosure.k"), ({"kilometres": 2}, "disclosure.cells")])
def test_rules_that_protect_nobody_are_refused(wishes: dict[str, int], code: str) -> None:
    with pytest.raises(UserError) as refused:
        disclosure.rules(**wishes)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_what_is_rare_is_rare_among_those_that_leave(survey: SurveyFile, tmp_path: Path) -> None:
    """Three women and three men are enough together; of one day alone nobody is."""
    source = survey.views("herders")
    first = next(iter(source))
    fields = {**first.answers.fields, "/data/int_date": "2026-09-01"}
    for number in range(3):
        answers = Answers({**fields, "/data/sex": "m" if number else "f", "/data/age": "a18"})
        record = survey.new_record()
        survey.save(
            record=record,
            form_id="herders",
            form_version="1",
            answers=answers,
            state="final",
            parents=(),
            summary=Summary(),
        )
    later = Filter(since=date(2026, 9, 1))
    export(survey, tmp_path / "later.xlsx", public=disclosure.rules(k=3), codes=True, only=later)
    assert {row["sex"] for row in rows(tmp_path / "later.xlsx")} == {None}
    found = disclosure.preview(survey, None, disclosure.rules(k=3), only=later, columns=["sex", "int_date"]).value
    assert found.interviews == {"herders": 3}
    assert [(line.name, line.lost) for line in found.questions] == [("sex", 3), ("int_date", 0)]
    with pytest.raises(UserError, match="3 interviews would leave, too few") as refused:
        export(survey, tmp_path / "few.xlsx", public=disclosure.rules(k=4), only=later)
    assert "longer period" in refused.value.advice


def test_an_export_for_the_public_is_told_of_earlier_ones_with_other_limits(survey: SurveyFile, tmp_path: Path) -> None:
    everybody, summer = disclosure.rules(k=3), Filter(until=date(2026, 8, 31))
    first = export(survey, tmp_path / "all.xlsx", public=everybody)
    again = export(survey, tmp_path / "again.xlsx", public=everybody)
    assert [beside(outcome.notices) for outcome in (first, again)] == [[], []]
    told = beside(disclosure.preview(survey, None, everybody, only=summer).notices)
    beware, said = told
    assert "subtract one from the other" in beware
    assert said.startswith("again.xlsx of ")
    assert said.endswith(": to this day: all there, 2026-08-31 here.")
    assert beside(export(survey, tmp_path / "summer.xlsx", public=everybody, only=summer).notices) == told
    assert beside(export(survey, tmp_path / "team.xlsx", only=summer).notices) == []
    assert [found.limits for found in disclosure.exports(survey)] == [
        {},
        {},
        {"until": "2026-08-31"},
        {"until": "2026-08-31"},
    ]


def test_a_survey_that_grew_and_a_record_without_limits_are_told_of(survey: SurveyFile, tmp_path: Path) -> None:
    told = {"name": "old.docx", "level": "public", "threshold": "5", "forms": "herders", "interviews": "7"}
    survey.state(disclosure.TOPIC, "00", told)
    _beware, said = beside(disclosure.preview(survey, None, disclosure.rules(k=3)).notices)
    assert said.endswith(": its limits were not noted.")
    survey.state(disclosure.TOPIC, "01", {**told, "name": "new.docx", "kind": "paper", "interviews": "5"})
    _beware, said, _old = beside(disclosure.preview(survey, None, disclosure.rules(k=3)).notices)
    assert said.startswith("new.docx")
    assert said.endswith(": interviews: 5 there, 7 here.")


def test_of_many_earlier_exports_three_are_named(survey: SurveyFile) -> None:
    for number in range(2, 7):
        told = {"name": f"{number}.docx", "level": "public", "forms": "herders", "interviews": str(number)}
        survey.state(disclosure.TOPIC, f"0{number}", {**told, "kind": "paper"})
    _beware, *said = beside(disclosure.preview(survey, None, disclosure.rules(k=3)).notices)
    assert [text.split()[0] for text in said[:3]] == ["6.docx", "5.docx", "4.docx"]
    assert said[3:] == ["and 2 more."]


def test_a_preview_has_questions_in_the_language_of_the_program(survey: SurveyFile, tmp_path: Path) -> None:
    source = tmp_path / "pastures.md"
    words = FORM.replace("| label | bind", "| label::Russian (ru) | label::English (en) | bind").replace(
        "herders", "pastures"
    )
    source.write_text(words.replace("| Sex |", "| Пол | Sex |", 1), encoding="utf-8")
    forms.add(survey, [source])
    for language, label in (("en", "Sex"), ("ru", "Пол"), ("mn", "Пол")):
        texts.set_language(language)
        try:
            found = disclosure.preview(survey, ["pastures"], disclosure.rules(k=3)).value
        finally:
            texts.set_language("en")
        assert [line.label for line in found.questions if line.name == "sex"] == [label]


def beside(notices: Sequence[Notice]) -> list[str]:
    return [notice.text for notice in notices if notice.code == "disclosure.beside"]

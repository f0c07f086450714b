"""Tables of others become interviews of a form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cami_survey.base.errors import UserError
from cami_survey.operations import analyses, forms, surveys, table_imports
from cami_survey.store.api import SurveyFile

FORM = """
| survey |  |  |  |  |  |
|  | type | name | label::English (en) | label::Russian (ru) | required |
|  | text | int_code | Code | Код | yes |
|  | begin group | who | Person | Человек |  |
|  | integer | years | Years here | Сколько лет здесь | yes |
|  | date | day | Day | День |  |
|  | end group |  |  |  |  |
|  | select_one yn | agrees | Agree? | Согласны? |  |
|  | select_multiple species | seen | Seen | Видели |  |
|  | geopoint | place | Place | Место |  |
|  | text | phone | Telephone | Телефон |  |
| choices |  |  |  |  |
|  | list_name | name | label::English (en) | label::Russian (ru) |
|  | yn | yes | Yes | Да |
|  | yn | no | No | Нет |
|  | species | PANUNC | Snow leopard | Снежный барс |
|  | species | SAITAT | Saiga | Сайгак |
| settings |  |  |  |  |
|  | form_id | version | default_language |
|  | herders | 1 | English (en) |
"""
KOBO = """int_code;who/years;who/day;agrees;seen;seen/PANUNC;seen/SAITAT;phone;_id;_uuid;_submission_time
KG-1;12;2026-05-31;yes;PANUNC SAITAT;1;1;0700123;1;aa;2026-06-01T10:00:00
KG-2;;2026-05-30;no;SAITAT;0;1;;2;bb;2026-06-01T11:00:00
"""
ODK = """SubmissionDate,int_code,who-years,seen-PANUNC,seen-SAITAT,\
place-Latitude,place-Longitude,place-Altitude,place-Accuracy,KEY
2026-06-01T10:00:00Z,KG-1,12,1,0,41.2,74.5,2100,5,uuid:1
"""
AGGREGATE = """"*meta-instance-id*","*meta-submission-date*","int_code","who:years","who:day","agrees","seen",\
"place:Latitude","place:Longitude","place:Altitude","place:Accuracy","meta:instanceID"
"uuid:1","Fri, 5 Jan 2024 10:00:00 GMT","KG-1","12","Fri, 5 Jan 2024 00:00:00 GMT","null","PANUNC SAITAT",\
"41.2","74.5","2100","5","uuid:1"
"""


@pytest.fixture
def survey(tmp_path: Path) -> Iterator[SurveyFile]:
    """A survey with the form above and nothing else."""
    opened = surveys.create(tmp_path / "t.cami", title="Winter", device_name="Osh", facilitator="Aizada").value
    source = tmp_path / "form.md"
    source.write_text(FORM, encoding="utf-8")
    forms.add(opened, [source])
    yield opened
    opened.close()


def table(folder: Path, text: str) -> Path:
    target = folder / "table.csv"
    target.write_text(text, encoding="utf-8")
    return target


def answers(survey: SurveyFile, record: str) -> dict[str, str]:
    return {name.rpartition("/")[2]: text for name, text in survey.view(record).answers.fields.items()}


def test_an_export_of_kobotoolbox_becomes_interviews_once(survey: SurveyFile, tmp_path: Path) -> None:
    source = table(tmp_path, KOBO)
    found = table_imports.preview(survey, "herders", source).value
    assert (found.kind, found.unmatched) == ("kobo", ())
    assert [row.becomes for row in found.rows] == ["final", "draft"], "required answers are missing in the second"
    done = table_imports.apply(survey, found).value
    assert answers(survey, done.final[0]) == {
        "int_code": "KG-1", "years": "12", "day": "2026-05-31", "agrees": "yes", "seen": "PANUNC SAITAT",
        "phone": "0700123",
    }  # fmt: skip
    assert survey.view(done.drafts[0]).state == "draft"
    assert survey.history(done.final[0])[0].reason == "imported from table.csv"
    again = table_imports.preview(survey, "herders", source).value
    assert [row.becomes for row in again.rows] == ["known", "known"]
    assert table_imports.apply(survey, again).value == table_imports.Imported((), ())


def test_an_export_of_odk_central_joins_choices_and_places(survey: SurveyFile, tmp_path: Path) -> None:
    found = table_imports.preview(survey, "herders", table(tmp_path, ODK)).value
    assert (found.kind, found.unmatched) == ("odk", ())
    (record,) = table_imports.apply(survey, found).value.final
    assert answers(survey, record)["seen"] == "PANUNC"
    assert answers(survey, record)["place"] == "41.2 74.5 2100.0 5.0"


def test_an_export_of_odk_aggregate_has_colons_and_the_word_null(survey: SurveyFile, tmp_path: Path) -> None:
    found = table_imports.preview(survey, "herders", table(tmp_path, AGGREGATE)).value
    assert (found.kind, found.unmatched, found.told) == ("odk", (), ())
    (record,) = table_imports.apply(survey, found).value.final
    assert answers(survey, record) == {
        "int_code": "KG-1", "years": "12", "day": "2024-01-05", "seen": "PANUNC SAITAT",
        "place": "41.2 74.5 2100.0 5.0",
    }  # fmt: skip
    again = table_imports.preview(survey, "herders", table(tmp_path, AGGREGATE)).value
    assert [row.becomes for row in again.rows] == ["known"]


@pytest.mark.parametrize(
    ("count", "finished", "sentence"),
    [
        (1, True, "1 interview was imported."),
        (2, True, "2 interviews were imported."),
        (1, False, "1 interview was imported as a draft."),
        (2, False, "2 interviews were imported as drafts."),
    ],
)
def test_how_many_came_in_is_one_sentence(
    survey: SurveyFile, tmp_path: Path, count: int, finished: bool, sentence: str
) -> None:
    rows = "".join(f"KG-{row},{'4' if finished else ''}\n" for row in range(count))
    found = table_imports.preview(survey, "herders", table(tmp_path, f"int_code,years\n{rows}")).value
    assert [notice.text for notice in table_imports.apply(survey, found).notices] == [sentence]


def test_drafts_among_finished_ones_are_counted(survey: SurveyFile, tmp_path: Path) -> None:
    done = table_imports.apply(survey, table_imports.preview(survey, "herders", table(tmp_path, KOBO)).value)
    assert [notice.text for notice in done.notices] == ["2 interviews were imported, of these as drafts: 1."]


def test_headings_are_labels_in_any_language_and_the_mapping_is_remembered(survey: SurveyFile, tmp_path: Path) -> None:
    source = table(tmp_path, "Код,Years here,Согласны?,Тел\nKG-1,12,Да,0700\n")
    assert table_imports.preview(survey, "herders", source).value.unmatched == ("Тел",)
    found = table_imports.preview(survey, "herders", source, asked={"Тел": "phone"}).value
    (record,) = table_imports.apply(survey, found).value.final
    assert answers(survey, record) == {"int_code": "KG-1", "years": "12", "agrees": "yes", "phone": "0700"}
    other = table(tmp_path, "Код,Years here,Согласны?,Тел\nKG-2,13,Нет,0701\n")
    assert table_imports.preview(survey, "herders", other).value.mapping["Тел"] == "/data/phone"


HELD = """
| survey |  |  |  |  |  |
|  | type | name | label | calculation | constraint |
|  | start | start |  |  |  |
|  | date | int_date | Day of the interview |  | . <= today() |
|  | integer | born | Year of birth |  |  |
|  | calculate | age |  | format-date(today(), '%Y') - ${born} |  |
|  | calculate | begun |  | once(today()) |  |
| settings |  |  |
|  | form_id | version |
|  | held | 1 |
"""


@pytest.mark.parametrize(
    ("text", "begun"),
    [
        ("int_date,born\n2016-05-31,1970\n", "2016-05-31"),
        ("int_date,born,KEY,SubmissionDate\n2016-05-31,1970,uuid:a,2016-07-02T10:00:00Z\n", "2016-05-31"),
        ("born,KEY,SubmissionDate\n1970,uuid:a,2016-07-02T10:00:00Z\n", "2016-07-02"),
        ("start,born\n2016-05-31T09:30:00.000+06:00,1970\n", "2016-05-31"),
    ],
)
def test_an_interview_is_of_the_day_on_which_it_was_held(
    survey: SurveyFile, tmp_path: Path, text: str, begun: str
) -> None:
    source = tmp_path / "held.md"
    source.write_text(HELD, encoding="utf-8")
    forms.add(survey, [source])
    found = table_imports.preview(survey, "held", table(tmp_path, text)).value
    (record,) = table_imports.apply(survey, found).value.final
    worked_out = survey.view(record).answers.computed
    assert (worked_out["/data/age"], worked_out["/data/begun"]) == ("46", begun)
    assert survey.view(record).answers.fields.get("/data/start", worked_out.get("/data/start", ""))[:10] == begun
    offered = analyses.scope_choices(analyses.load(survey))
    assert (offered.first, offered.last) == (begun, begun), "the analysis counts it on that day, not today"


@pytest.mark.parametrize("day", ["0001-01-01", "0024-05-31", "9999-12-31"])
def test_a_day_with_a_slip_in_its_year_does_not_end_the_import(survey: SurveyFile, tmp_path: Path, day: str) -> None:
    source = tmp_path / "held.md"
    source.write_text(HELD.replace(". <= today()", ""), encoding="utf-8")
    forms.add(survey, [source])
    sent = f"{day}T00:00:00+14:00"
    rows = f"int_date,start,born,KEY,SubmissionDate\n{day},{sent},1970,uuid:a,{sent}\n"
    found = table_imports.preview(survey, "held", table(tmp_path, rows)).value
    (record,) = table_imports.apply(survey, found).value.final
    assert answers(survey, record)["int_date"] == day


def test_a_heading_that_stands_twice_is_told_where_the_second_is_left_out(survey: SurveyFile, tmp_path: Path) -> None:
    source = table(tmp_path, "int_code,years,extra,extra,int_code,extra_URL\nKG-1,2,foo,bar,KG-9,https://x\n")
    found = table_imports.preview(survey, "herders", source).value
    assert len(found.unmatched) == 3, "the address of a file beside its name is nothing to tell"
    assert found.rows[0].answers["/data/int_code"] == "KG-1"


def test_what_is_no_answer_is_refused_at_its_cell(survey: SurveyFile, tmp_path: Path) -> None:
    source = table(tmp_path, "int_code,years,agrees\nKG-1,many,yes\nKG-2,3,perhaps\nKG-3,4,no\n")
    found = table_imports.preview(survey, "herders", source).value
    assert [row.becomes for row in found.rows] == ["refused", "refused", "final"]
    assert found.rows[0].problems[0].startswith("table!B2:")
    assert found.rows[1].problems[0].startswith("table!C3:")
    assert len(table_imports.apply(survey, found).value.final) == 1


@pytest.mark.parametrize(
    ("text", "asked", "sentence"),
    [
        ("int_code\n", {}, "no rows"),
        ("x,y\n1,2\n", {}, "No column"),
        ("int_code\nKG\n", {"Kode": "int_code"}, "no column"),
        ("Kode\nKG\n", {"Kode": "int_cod"}, "no question"),
    ],
)
def test_tables_that_say_nothing_are_refused(
    survey: SurveyFile, tmp_path: Path, text: str, asked: dict[str, str], sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        table_imports.preview(survey, "herders", table(tmp_path, text), asked=asked)

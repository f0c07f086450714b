"""Every format, read back by a reader that is not ours, says what was answered."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import struct
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pyreadstat
import pytest
from lxml import etree
from openpyxl import load_workbook

from cami_survey.base.errors import UserError
from cami_survey.base.records import Answers
from cami_survey.operations import export_profiles, forms, surveys
from cami_survey.operations.export_filters import Filter
from cami_survey.operations.export_formats import ENDINGS
from cami_survey.operations.export_profiles import Profile
from cami_survey.operations.exports import export
from cami_survey.operations.summaries import summarise
from cami_survey.store.api import SurveyFile

LONG = "a_question_whose_name_is_longer_than_thirty_two_letters"
FORM = f"""
| survey |  |  |  |  |
|  | type | name | label::English (en) | label::Russian (ru) |
|  | text | int_code | Code | Код |
|  | date | int_date | Day | День |
|  | select_one cc | country | Country | Страна |
|  | begin group | who | Person | Человек |
|  | integer | years | Years here | Сколько лет здесь |
|  | decimal | share | Share | Доля |
|  | time | hour | Hour | Час |
|  | dateTime | moment | Moment | Момент |
|  | end group |  |  |  |
|  | select_one likert | trust | Trust | Доверие |
|  | select_multiple species | seen | Seen | Видели |
|  | integer | {LONG}_1 | Long one | Длинный |
|  | integer | {LONG}_2 | Long two | Длинный |
|  | text | with | Remark | Примечание |
|  | geopoint | camp | Camp | Зимовка |
|  | geotrace | way | Way | Путь |
|  | geoshape | pasture | Pasture | Пастбище |
|  | begin repeat | herd | Herd | Стадо |
|  | text | kind | Which animals | Какие животные |
|  | geopoint | place | Place | Место |
|  | begin repeat | loss | Loss | Потеря |
|  | integer | lost | How many | Сколько |
|  | end repeat |  |  |  |
|  | end repeat |  |  |  |
| choices |  |  |  |  |
|  | list_name | name | label::English (en) | label::Russian (ru) |
|  | cc | kg | Kyrgyzstan | Кыргызстан |
|  | cc | tj | Tajikistan | Таджикистан |
|  | likert | 1 | Low | Низкое |
|  | likert | 2 | High | Высокое |
|  | likert | 98 | Refused | Отказ |
|  | likert | 99 | Does not know | Не знает |
|  | species | PANUNC | Snow leopard | Снежный барс |
|  | species | SAITAT | Saiga | Сайгак |
| settings |  |  |  |
|  | form_id | version | form_title | default_language |
|  | herders | 1 | Herders | English (en) |
"""
FIRST = {
    "int_code": "KG-H001",
    "int_date": "2026-02-28",
    "country": "kg",
    "who/years": "3",
    "who/share": "0.25",
    "who/hour": "08:05:00",
    "who/moment": "2026-02-28T08:30:00",
    "trust": "2",
    "seen": "PANUNC SAITAT",
    f"{LONG}_1": "1",
    f"{LONG}_2": "2",
    "with": "=Стадо; «барс» & <волк>",
    "camp": "41.5 75.25 2100 5",
    "way": "41.5 75.25 0 0;41.75 75.5 0 0",
    "pasture": "41 75 0 0;41 76 0 0;42 76 0 0;41 75 0 0",
    "herd[k00000001]": "1",
    "herd[k00000001]/kind": "козы",
    "herd[k00000001]/place": "41.25 75.5 0 0",
    "herd[k00000001]/loss[k00000002]": "1",
    "herd[k00000001]/loss[k00000002]/lost": "7",
}
SECOND = {"int_code": "TJ-H001", "int_date": "2026-03-05", "country": "tj", "trust": "99", "seen": "SAITAT"}
ODD = {"int_code": "XX-1", "trust": "77", "country": "zz", "with": "снег🐆" * 9000, "camp": "here"}


@pytest.fixture
def survey(tmp_path: Path) -> Iterator[SurveyFile]:
    """A survey with the form above and no interviews."""
    opened = surveys.create(tmp_path / "t.cami", title="Winter", device_name="Osh laptop", facilitator="Aizada").value
    source = tmp_path / "form.md"
    source.write_text(FORM, encoding="utf-8")
    forms.add(opened, [source])
    yield opened
    opened.close()


def keep(survey: SurveyFile, *given: dict[str, str]) -> list[str]:
    """Interviews with these answers, all final; returns their records."""
    records = []
    for answers in given:
        found = Answers({f"/data/{name}": text for name, text in answers.items()})
        summary = summarise(forms.form_of(survey, "herders"), found)
        records.append(survey.new_record())
        survey.save(
            record=records[-1],
            form_id="herders",
            form_version="1",
            answers=found,
            state="final",
            parents=(),
            summary=summary,
        )
    return records


def files(path: Path) -> dict[str, list[dict[str, str]]]:
    """The CSV files of a zip as rows by column."""
    with zipfile.ZipFile(path) as archive:
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline="")))
            for name in archive.namelist()
            if name.endswith(".csv")
        }


@pytest.mark.parametrize("interviews", [(), (FIRST,), (ODD,)], ids=["none", "one", "odd"])
def test_every_format_takes_every_survey(
    survey: SurveyFile, tmp_path: Path, interviews: tuple[dict[str, str], ...]
) -> None:
    keep(survey, *interviews)
    for ending in ENDINGS:
        done = export(survey, tmp_path / f"out{ending}").value
        assert done.interviews == len(interviews)
        assert done.path.stat().st_size > 0


def test_spss_has_labels_and_missing_values(survey: SurveyFile, tmp_path: Path) -> None:
    records = keep(survey, FIRST, SECOND)
    export(survey, tmp_path / "out.sav", language="ru")
    frame, about = pyreadstat.read_sav(tmp_path / "out.sav", user_missing=True)
    first, second = frame.to_dict("records")
    assert [first["record"], second["record"]] == records
    assert {name: first[name] for name in ("years", "share", "trust", "country", "v_with", "int_date", "hour")} == {
        "years": 3,
        "share": 0.25,
        "trust": 2,
        "country": "kg",
        "v_with": FIRST["with"],
        "int_date": date(2026, 2, 28),
        "hour": time(8, 5),
    }
    assert first["moment"] == datetime(2026, 2, 28, 8, 30)
    assert (first["seen_PANUNC"], second["seen_PANUNC"], second["trust"]) == (1, 0, 99)
    assert about.variable_value_labels["trust"] == {1: "Низкое", 2: "Высокое", 98: "Отказ", 99: "Не знает"}
    assert about.variable_value_labels["country"] == {"kg": "Кыргызстан", "tj": "Таджикистан"}
    assert about.column_names_to_labels["years"] == "years: Сколько лет здесь"
    assert {found["lo"] for found in about.missing_ranges["trust"]} == {98, 99}
    clean, _about = pyreadstat.read_sav(tmp_path / "out.sav")
    assert clean["trust"].isna().tolist() == [False, True]
    beside = files(tmp_path / "out-codebook.csv.zip")
    assert {"codebook.csv", "provenance.csv"} == set(beside)


def test_stata_has_labels_and_missing_values(survey: SurveyFile, tmp_path: Path) -> None:
    keep(survey, FIRST, SECOND, ODD)
    notices = export(survey, tmp_path / "out.dta").notices
    frame, about = pyreadstat.read_dta(tmp_path / "out.dta", user_missing=True)
    rows = frame.to_dict("records")
    assert all(len(name) <= 32 for name in frame.columns)
    assert len(set(frame.columns)) == len(frame.columns)
    shown = about.variable_value_labels["country"]
    assert [shown[row["country"]] for row in rows] == ["Kyrgyzstan", "Tajikistan", "zz"]
    assert [row["trust"] for row in rows] == [2, "b", 77]
    assert about.variable_value_labels["trust"]["b"] == "Does not know"
    long = [name for name in frame.columns if name.startswith("a_question")]
    assert [rows[0][name] for name in long] == [1, 2]
    assert rows[0]["int_date"] == date(2026, 2, 28)
    assert rows[2]["v_with"] == ODD["with"].encode()[:2045].decode(errors="ignore")
    assert {"export.shortened", "export.variables"} <= {notice.code for notice in notices}


@pytest.mark.parametrize(("ending", "read"), [("sav", pyreadstat.read_sav), ("dta", pyreadstat.read_dta)])
def test_all_tables_for_statistics(survey: SurveyFile, tmp_path: Path, ending: str, read: Any) -> None:
    (record,) = keep(survey, FIRST)
    target = tmp_path / f"out.{ending}.zip"
    export(survey, target)
    with zipfile.ZipFile(target) as archive:
        archive.extractall(tmp_path / "all")
    assert {path.name for path in (tmp_path / "all").iterdir()} == {
        *(f"herders{tail}.{ending}" for tail in ("", "-herd", "-loss")),
        "codebook.csv",
        "provenance.csv",
    }
    loss, _about = read(tmp_path / "all" / f"herders-loss.{ending}")
    assert loss[["record", "herd_key", "loss_key", "lost"]].values.tolist() == [[record, "k00000001", "k00000002", 7]]


def test_geojson_has_every_place_and_every_row(survey: SurveyFile, tmp_path: Path) -> None:
    keep(survey, FIRST, SECOND, ODD)
    outcome = export(survey, tmp_path / "out.geojson")
    made = json.loads((tmp_path / "out.geojson").read_text(encoding="utf-8"))
    places = {
        feature["properties"]["_geometry"]: feature["geometry"] for feature in made["features"] if feature["geometry"]
    }
    assert places["camp"] == {"type": "Point", "coordinates": [75.25, 41.5, 2100.0]}
    assert places["way"]["coordinates"] == [[75.25, 41.5, 0.0], [75.5, 41.75, 0.0]]
    assert places["pasture"]["coordinates"][0][0] == places["pasture"]["coordinates"][0][-1]
    assert places["place"]["coordinates"] == [75.5, 41.25, 0.0]
    bare = [feature["properties"]["int_code"] for feature in made["features"] if "int_code" in feature["properties"]]
    assert bare == ["KG-H001"] * 3 + ["TJ-H001", "XX-1"]
    first = made["features"][0]["properties"]
    assert (first["years"], first["trust"], first["with"]) == (3, "High", FIRST["with"])
    assert "export.misplaced" in {notice.code for notice in outcome.notices}
    assert made["provenance"]
    assert made["codebook"]


def test_kml_has_every_place_with_its_answers(survey: SurveyFile, tmp_path: Path) -> None:
    keep(survey, FIRST)
    export(survey, tmp_path / "out.kml", language="ru")
    names = {"k": "http://www.opengis.net/kml/2.2"}
    tree = etree.parse(tmp_path / "out.kml")
    marks = tree.findall(".//k:Placemark", names)
    assert [mark.find(".//k:coordinates", names).text for mark in marks[:2]] == [  # type: ignore[union-attr]
        "75.25,41.5,2100.0",
        "75.25,41.5,0.0 75.5,41.75,0.0",
    ]
    said = {
        data.get("name"): data.findtext("k:value", namespaces=names) for data in marks[0].iterfind(".//k:Data", names)
    }
    assert (said["trust"], said["with"], said["years"]) == ("Высокое", FIRST["with"], "3")
    assert len(marks) == 4
    assert "ns0:" not in (tmp_path / "out.kml").read_text("utf-8"), "map programs that know no namespaces read it too"


def test_geopackage_has_tables_and_layers(survey: SurveyFile, tmp_path: Path) -> None:
    keep(survey, FIRST, SECOND)
    export(survey, tmp_path / "out.gpkg")
    with closing(sqlite3.connect(tmp_path / "out.gpkg")) as made:
        assert made.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
        assert made.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert made.execute("PRAGMA foreign_key_check").fetchall() == []
        kinds = dict(made.execute("SELECT table_name, data_type FROM gpkg_contents"))
        assert kinds["herders"] == kinds["codebook"] == kinds["provenance"] == "attributes"
        assert [name for name, kind in kinds.items() if kind == "features"] == [
            "herders-camp",
            "herders-way",
            "herders-pasture",
            "herders-herd-place",
        ]
        rows = made.execute('SELECT int_code, years, trust, "with" FROM herders').fetchall()
        assert rows == [("KG-H001", 3, "High", FIRST["with"]), ("TJ-H001", None, "Does not know", None)]
        (blob,) = made.execute('SELECT geom FROM "herders-camp"').fetchone()
        assert struct.unpack("<2sBBi", blob[:8]) == (b"GP", 0, 1, 4326)
        assert struct.unpack("<BI3d", blob[8:]) == (1, 1001, 75.25, 41.5, 2100.0)
        box = made.execute("SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'herders-way'")
        assert box.fetchone() == (75.25, 41.5, 75.5, 41.75)


def test_odk_files_join_by_their_keys(survey: SurveyFile, tmp_path: Path) -> None:
    (record,) = keep(survey, FIRST)
    export(survey, tmp_path / "out.odk.zip")
    made = files(tmp_path / "out.odk.zip")
    (main,), (herd,), (loss,) = (made[f"herders{tail}.csv"] for tail in ("", "-herd", "-loss"))
    assert main["KEY"] == f"uuid:{record}"
    assert (main["who-years"], main["trust"], main["seen"], main["with"]) == ("3", "2", "PANUNC SAITAT", FIRST["with"])
    assert [main[f"camp-{part}"] for part in ("Latitude", "Longitude", "Altitude", "Accuracy")] == [
        "41.5",
        "75.25",
        "2100",
        "5",
    ]
    assert (herd["PARENT_KEY"], herd["kind"]) == (main["KEY"], "козы")
    assert herd["KEY"].startswith(main["SET-OF-herd"])
    assert (loss["PARENT_KEY"], loss["lost"]) == (herd["KEY"], "7")
    assert loss["KEY"].startswith(herd["SET-OF-loss"])
    assert {"codebook.csv", "provenance.csv"} <= set(made)


def test_everything_has_workbook_tables_files_and_forms(survey: SurveyFile, tmp_path: Path) -> None:
    (record,) = keep(survey, FIRST)
    sha256 = survey.attach(b"a picture", "../camp.jpg")
    found = Answers({"/data/int_code": "KG-H002"}, {}, {"../camp.jpg": sha256})
    other = survey.new_record()
    survey.save(
        record=other,
        form_id="herders",
        form_version="1",
        answers=found,
        state="final",
        parents=(),
        summary=summarise(forms.form_of(survey, "herders"), found),
    )
    outcome = export(survey, tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        names = set(archive.namelist())
        assert archive.read(f"media/{other}/_camp.jpg") == b"a picture"
        sheet = load_workbook(io.BytesIO(archive.read("answers.xlsx")))["herders"]
    assert {"tables/herders.csv", "tables/provenance.csv", "forms/herders-1.md"} <= names
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == [record, other]
    assert "export.files" not in {notice.code for notice in outcome.notices}


def test_codes_with_labels_in_two_languages_and_both_ways_of_several_choices(
    survey: SurveyFile, tmp_path: Path
) -> None:
    keep(survey, FIRST)
    export(
        survey,
        tmp_path / "out.csv.zip",
        language="English",
        languages=["Russian"],
        labels_too=True,
        multiple="both",
    )
    (row,) = files(tmp_path / "out.csv.zip")["herders.csv"]
    assert {name: text for name, text in row.items() if name.startswith(("trust", "seen"))} == {
        "trust": "2",
        "trust::English (en)": "High",
        "trust::Russian (ru)": "Высокое",
        "seen": "PANUNC SAITAT",
        "seen/PANUNC": "1",
        "seen/SAITAT": "1",
        "seen::English (en)": "Snow leopard; Saiga",
        "seen::Russian (ru)": "Снежный барс; Сайгак",
    }


def test_words_that_nobody_has_reviewed_are_said_with_the_export(demonstrated: Path, tmp_path: Path) -> None:
    with surveys.open_survey(demonstrated).value as survey:
        plain = export(survey, tmp_path / "plain.csv.zip", forms=["herder_interview"])
        drafts = export(
            survey, tmp_path / "out.csv.zip", forms=["herder_interview"], language="Russian", languages=["ky", "en"]
        )
    assert "export.draft-language" not in {notice.code for notice in plain.notices}
    (said,) = [notice for notice in drafts.notices if notice.code == "export.draft-language"]
    assert "Its words in Russian (ru), Kyrgyz (ky) are a draft" in said.text
    assert "are a draft" in str(files(tmp_path / "out.csv.zip")["provenance.csv"])


def test_chosen_columns_and_interviews(survey: SurveyFile, tmp_path: Path) -> None:
    keep(survey, FIRST, SECOND)
    export(survey, tmp_path / "out.csv.zip", columns=["who", "lost", "_state"], only=Filter(frozenset({"kg"})))
    made = files(tmp_path / "out.csv.zip")
    assert list(made["herders.csv"][0]) == ["_record", "_code", "_state", "years", "share", "hour", "moment"]
    assert list(made["herders-loss.csv"][0])[-1] == "lost"
    assert [row["_code"] for row in made["herders.csv"]] == ["KG-H001"]
    export(survey, tmp_path / "out.csv.zip", columns=["years"])
    assert "herders.csv" in (told := files(tmp_path / "out.csv.zip"))
    assert "herders-loss.csv" not in told, "a repeat of which nothing was chosen"
    spring = Filter(since=date(2026, 3, 1), until=date(2026, 3, 31))
    outcome = export(survey, tmp_path / "out.csv.zip", only=spring)
    assert [row["_code"] for row in files(tmp_path / "out.csv.zip")["herders.csv"]] == ["TJ-H001"]
    assert "export.filtered" in {notice.code for notice in outcome.notices}
    with pytest.raises(UserError) as refused:
        export(survey, tmp_path / "out.csv.zip", columns=["yaers"])
    assert (refused.value.code, refused.value.advice) == ("export.no-column", "Did you mean “years”?")


def test_a_profile_keeps_for_whom_an_export_is(survey: SurveyFile) -> None:
    export_profiles.save(survey, "All", Profile(reader="public", threshold="20", places="shift", keep="dung"))
    found = export_profiles.wishes(export_profiles.profile(survey, "All"))["public"]
    assert (found.k, found.places, found.kilometres, found.keep) == (20, "shift", 25.0, {"dung"})
    assert export_profiles.wishes(Profile())["public"] is None
    strange = export_profiles.wishes(Profile(reader="public", threshold="ten", places="moon", kilometres="far"))
    assert (strange["public"].k, strange["public"].places, strange["public"].kilometres) == (10, "grid", 25.0)
    with pytest.raises(UserError, match="Fewer than 3"):
        export_profiles.wishes(Profile(reader="public", threshold="1"))


def test_a_profile_is_kept_changed_and_forgotten(survey: SurveyFile) -> None:
    wished = Profile(".sav", languages="Russian (ru)", columns="who\ntrust", since="2026-01-01")
    export_profiles.save(survey, " Ministry  year ", wished)
    assert export_profiles.profiles(survey) == {"Ministry year": wished}
    export_profiles.save(survey, "Ministry year", Profile(".dta"))
    assert export_profiles.profile(survey, "Ministry year") == Profile(".dta")
    export_profiles.forget(survey, "Ministry year")
    assert export_profiles.profiles(survey) == {}
    with pytest.raises(UserError) as refused:
        export_profiles.profile(survey, "Ministry")
    assert refused.value.code == "export.no-profile"
    with pytest.raises(UserError) as refused:
        export_profiles.wishes(Profile(since="March"))
    assert refused.value.code == "export.no-day"

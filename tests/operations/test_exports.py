"""Exports: what was answered in interviews is what stands in the file."""

from __future__ import annotations

import csv
import errno
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from cami_survey import __version__
from cami_survey.base import texts
from cami_survey.base.errors import UserError
from cami_survey.base.places import shipped
from cami_survey.base.records import Answers, State
from cami_survey.operations import forms, surveys
from cami_survey.operations import interviews as interviewing
from cami_survey.operations.demo_answers import interviews
from cami_survey.operations.exports import export
from cami_survey.operations.scripts import fill
from cami_survey.operations.summaries import summarise
from cami_survey.store.api import SurveyFile

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FORM = """
| survey |  |  |  |  |  |  |
|  | type | name | label::English (en) | label::Russian (ru) | calculation | bind::cami:private |
|  | text | int_code | Code | Код |  |  |
|  | begin group | who | Person | Человек |  |  |
|  | integer | years | Years here | Сколько лет здесь |  |  |
|  | decimal | share | Share | Доля |  |  |
|  | date | day | Day | День |  |  |
|  | dateTime | moment | Moment | Момент |  |  |
|  | time | hour | Hour | Час |  |  |
|  | end group |  |  |  |  |  |
|  | select_one yn | agrees | Agree? | Согласны? |  |  |
|  | select_multiple species | seen | Seen | Видели |  |  |
|  | rank species | order | In order | По порядку |  |  |
|  | note | thanks | Thank you | Спасибо |  |  |
|  | begin repeat | herd | Herd | Стадо |  |  |
|  | text | kind | Which animals | Какие животные |  |  |
|  | begin repeat | loss | Loss | Потеря |  |  |
|  | integer | lost | How many | Сколько |  |  |
|  | end repeat |  |  |  |  |  |
|  | end repeat |  |  |  |  |  |
|  | calculate | total |  |  | sum(${lost}) |  |
|  | text | remark | Remark | Примечание |  |  |
|  | text | notes | Own notes | Свои заметки |  | yes |
| choices |  |  |  |  |
|  | list_name | name | label::English (en) | label::Russian (ru) |
|  | yn | yes | Yes | Да |
|  | yn | no | No | Нет |
|  | species | PANUNC | Snow leopard | Снежный барс |
|  | species | SAITAT | Saiga | Сайгак |
|  | species | EQUHEM | Kulan | Кулан |
| settings |  |  |  |  |  |
|  | form_id | version | form_title | default_language | namespaces |
|  | herders | 1 | Herders | English (en) | cami="urn:cami-survey:xforms" |
"""
GIVEN = {
    "/data/int_code": "KG-H001",
    "/data/who/years": "-3",
    "/data/who/share": "0.25",
    "/data/who/day": "2026-02-28",
    "/data/who/moment": "2026-02-28T08:30:00.000+06:00",
    "/data/who/hour": "08:05:00.000+06:00",
    "/data/agrees": "yes",
    "/data/seen": "PANUNC SAITAT",
    "/data/order": "EQUHEM PANUNC SAITAT",
    "/data/herd[1]/kind": "=козы",
    "/data/herd[1]/loss[1]/lost": "2",
    "/data/remark": "+996 یوز हिम",
    "/data/notes": "she was afraid",
}


@pytest.fixture
def survey(tmp_path: Path) -> Iterator[SurveyFile]:
    """A survey with the form above and nothing else."""
    opened = surveys.create(tmp_path / "t.cami", title="Winter", device_name="Osh laptop", facilitator="Aizada").value
    add_form(opened, tmp_path, FORM)
    yield opened
    opened.close()


def add_form(survey: SurveyFile, folder: Path, text: str) -> None:
    """Add a form written as a table."""
    source = folder / "form.md"
    source.write_text(text, encoding="utf-8")
    forms.add(survey, [source])


def answered(
    survey: SurveyFile, given: Mapping[str, str], *, form: str = "herders", version: str | None = None
) -> Answers:
    """The answers of a session in which these refs were set; repeats get the instances they need."""
    opened = forms.form_of(survey, form, version)
    session = opened.open(clock=lambda: NOON)
    for ref, value in given.items():
        session.set(ref, value)
    return session.answers()


def keep(
    survey: SurveyFile,
    answers: Answers,
    *,
    state: State = "final",
    record: str = "",
    parents: tuple[str, ...] = (),
    version: str = "1",
) -> tuple[str, str]:
    """Save a revision; returns the record and the revision."""
    record = record or survey.new_record()
    summary = summarise(forms.form_of(survey, "herders", version), answers)
    revision = survey.save(
        record=record,
        form_id="herders",
        form_version=version,
        answers=answers,
        state=state,
        parents=parents,
        summary=summary,
    )
    return record, revision


def rows(path: Path, sheet: str) -> list[dict[str, Any]]:
    """The rows of a sheet by column name."""
    header, *found = load_workbook(path)[sheet].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in found]


def about(path: Path) -> dict[str, Any]:
    """The provenance sheet."""
    return {row[0]: row[1] for row in load_workbook(path)["About"].iter_rows(values_only=True) if row[0]}


def test_what_was_answered_is_what_the_workbook_says(survey: SurveyFile, tmp_path: Path) -> None:
    record, _revision = keep(survey, answered(survey, GIVEN))
    target = tmp_path / "out.xlsx"
    outcome = export(survey, target, language="ru", clock=lambda: NOON)
    assert outcome.value.tables == {"herders": 1, "herders-herd": 1, "herders-loss": 1}
    row = rows(target, "herders")[0]
    assert {name: value for name, value in row.items() if name[0] != "_" and name != "instanceID"} == {
        "int_code": "KG-H001",
        "years": -3,
        "share": 0.25,
        "day": datetime(2026, 2, 28),
        "moment": datetime(2026, 2, 28, 8, 30),
        "hour": datetime(2026, 2, 28, 8, 5).time(),
        "agrees": "Да",
        "seen": "Снежный барс; Сайгак",
        "order": "Кулан; Снежный барс; Сайгак",
        "total": 2,
        "remark": "+996 یوز हिम",
    }
    assert row["instanceID"].startswith("uuid:")
    assert {name: value for name, value in row.items() if name[0] == "_"} | {"_started": 0, "_changed": 0} == {
        "_record": record,
        "_code": "KG-H001",
        "_state": "final",
        "_conflicts": "no",
        "_device": "Osh laptop",
        "_facilitator": "Aizada",
        "_form_version": "1",
        "_started": 0,
        "_changed": 0,
    }
    assert row["_started"] == row["_changed"]
    herd, loss = rows(target, "herders-herd")[0], rows(target, "herders-loss")[0]
    assert (herd["_record"], herd["kind"]) == (record, "=козы")
    assert (loss["_record"], loss["_herd_key"], loss["lost"]) == (record, herd["_herd_key"], 2)


def test_codes_and_a_column_per_choice(survey: SurveyFile, tmp_path: Path) -> None:
    keep(survey, answered(survey, GIVEN))
    target = tmp_path / "out.xlsx"
    export(survey, target, codes=True, split_multiple=True)
    row = rows(target, "herders")[0]
    assert row["agrees"] == "yes"
    assert [row[f"seen/{code}"] for code in ("PANUNC", "SAITAT", "EQUHEM")] == [1, 1, 0]
    assert [row[f"order/{code}"] for code in ("PANUNC", "SAITAT", "EQUHEM")] == [2, 3, 1]


def test_headings_can_be_the_texts_of_the_questions(survey: SurveyFile, tmp_path: Path) -> None:
    keep(survey, answered(survey, GIVEN))
    target = tmp_path / "out.xlsx"
    export(survey, target, language="Russian", headers="labels")
    assert rows(target, "herders")[0]["Сколько лет здесь"] == -3
    assert rows(target, "herders")[0]["Код"] == "KG-H001"


def test_private_answers_stay_and_that_is_said(survey: SurveyFile, tmp_path: Path) -> None:
    answers = answered(survey, GIVEN)
    remark = {f"@comment:{next(field for field in answers.fields if field.endswith('/kind'))}": "she hesitated"}
    keep(survey, Answers({**answers.fields, **remark}, answers.computed))
    for name in ("out.xlsx", "out.csv.zip"):
        notices = export(survey, tmp_path / name).notices
        assert {"export.private", "export.remarks"} <= {notice.code for notice in notices}
        with zipfile.ZipFile(tmp_path / name) as archive:
            everything = b"".join(archive.read(member) for member in archive.namelist())
        assert b"+996" in everything
        assert b"afraid" not in everything
        assert b"hesitated" not in everything
    assert about(tmp_path / "out.xlsx")["Private answers left out"] == 1


def test_drafts_and_deleted_interviews_are_left_out_and_counted(survey: SurveyFile, tmp_path: Path) -> None:
    keep(survey, answered(survey, GIVEN))
    keep(survey, answered(survey, {"/data/int_code": "KG-H002"}), state="draft")
    gone, _revision = keep(survey, answered(survey, {"/data/int_code": "KG-H003"}))
    survey.set_deleted(gone, True)
    survey.start_draft(form_id="herders", form_version="1", record=survey.new_record(), values={})
    target = tmp_path / "out.xlsx"
    outcome = export(survey, target, clock=lambda: NOON)
    assert [row["_code"] for row in rows(target, "herders")] == ["KG-H001"]
    assert {notice.code for notice in outcome.notices} >= {"export.drafts", "export.deleted", "export.unsaved"}
    said = about(target)
    assert (said["Interviews exported"], said["Drafts left out"]) == (1, 1)
    assert said["Deleted interviews left out, all forms"] == 1
    assert said["Program"] == f"CAMI Survey {__version__}"
    assert said["Exported"] == "2026-11-22 12:00:00+00:00"
    export(survey, target, include_drafts=True)
    assert [(row["_code"], row["_state"]) for row in rows(target, "herders")] == [
        ("KG-H001", "final"),
        ("KG-H002", "draft"),
    ]


def test_interviews_whose_form_is_not_here_are_counted_and_named(survey: SurveyFile, tmp_path: Path) -> None:
    """They came with a package whose sender did not have the form either, or are of a form since renamed."""
    keep(survey, answered(survey, GIVEN))
    summary = summarise(forms.form_of(survey, "herders"), Answers({}))
    for code in ("1", "2"):
        survey.save(
            record=survey.new_record(),
            form_id="camera_traps",
            form_version="3",
            answers=Answers({"/data/code": code}),
            state="final",
            parents=(),
            summary=summary,
        )
    target = tmp_path / "out.xlsx"
    notice = next(n for n in export(survey, target).notices if n.code == "export.form-missing")
    assert notice.text.startswith("2 interviews are left out")
    assert "camera_traps" in notice.text
    assert about(target)["Interviews left out since this survey does not have their form"] == 2
    one = export(survey, target, forms=["herders"])
    assert "export.form-missing" not in {n.code for n in one.notices}


def test_a_conflict_shows_the_value_from_before_and_every_claim(survey: SurveyFile, tmp_path: Path) -> None:
    record, first = keep(survey, answered(survey, GIVEN))
    for remark in ("mine", "theirs"):
        fields = dict(survey.revision_answers(first).fields) | {"/data/remark": remark}
        keep(survey, Answers(fields), record=record, parents=(first,))
    target = tmp_path / "out.xlsx"
    outcome = export(survey, target)
    row = rows(target, "herders")[0]
    assert (row["_conflicts"], row["remark"]) == ("yes", GIVEN["/data/remark"])
    assert sorted(claim["claim"] for claim in rows(target, "conflicts")) == ["mine", "theirs"]
    assert "export.conflicts" in {notice.code for notice in outcome.notices}


def test_calculations_of_merged_answers_are_made_anew(survey: SurveyFile, tmp_path: Path) -> None:
    record, first = keep(survey, answered(survey, GIVEN))
    before = survey.revision_answers(first)
    lost = next(field for field in before.fields if field.endswith("/lost"))
    keep(survey, Answers({**before.fields, lost: "40"}, before.computed), record=record, parents=(first,))
    remark = {**before.fields, "/data/remark": "written elsewhere"}
    keep(survey, Answers(remark, before.computed), record=record, parents=(first,))
    target = tmp_path / "out.xlsx"
    export(survey, target)
    row = rows(target, "herders")[0]
    assert (row["_conflicts"], row["remark"], row["total"]) == ("no", "written elsewhere", 40)


def test_versions_of_a_form_share_a_sheet(survey: SurveyFile, tmp_path: Path) -> None:
    keep(survey, answered(survey, GIVEN))
    newer = FORM.replace("| herders | 1 |", "| herders | 2 |").replace("| remark |", "| opinion |")
    add_form(survey, tmp_path, newer)
    keep(survey, answered(survey, {"/data/int_code": "KG-H009", "/data/opinion": "new"}, version="2"), version="2")
    target = tmp_path / "out.xlsx"
    export(survey, target)
    found = rows(target, "herders")
    assert [(row["_form_version"], row["remark"], row["opinion"]) for row in found] == [
        ("1", GIVEN["/data/remark"], None),
        ("2", None, "new"),
    ]


def test_csv_files_hold_the_same_rows(survey: SurveyFile, tmp_path: Path) -> None:
    keep(survey, answered(survey, GIVEN))
    target = tmp_path / "out.csv.zip"
    export(survey, target, codes=True)
    with zipfile.ZipFile(target) as archive:
        names = archive.namelist()
        found = list(csv.DictReader(io.StringIO(archive.read("herders.csv").decode("utf-8-sig"), newline="")))
        herd = list(csv.DictReader(io.StringIO(archive.read("herders-herd.csv").decode("utf-8-sig"), newline="")))
    assert names == ["herders.csv", "herders-herd.csv", "herders-loss.csv", "codebook.csv", "provenance.csv"]
    assert (found[0]["years"], found[0]["remark"], found[0]["seen"]) == ("-3", "'+996 یوز हिम", "PANUNC SAITAT")
    assert found[0]["moment"] == "2026-02-28T08:30:00+06:00"
    assert herd[0]["kind"] == "'=козы"


def test_an_empty_survey_and_a_form_without_interviews(survey: SurveyFile, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    assert export(survey, target).value.tables == {"herders": 0, "herders-herd": 0, "herders-loss": 0}
    assert load_workbook(target).sheetnames == ["herders", "herders-herd", "herders-loss", "codebook", "About"]
    bare = surveys.create(tmp_path / "bare.cami").value
    assert export(bare, target).value.interviews == 0
    assert load_workbook(target).sheetnames == ["codebook", "About"]
    bare.close()


@pytest.mark.parametrize(
    ("name", "wishes", "code", "advice"),
    [
        ("out.csv", {}, "export.unknown-format", "Write out.csv.zip: a CSV file for each table"),
        ("out.ods", {}, "export.unknown-format", "Formats that exist: .xlsx, .csv.zip, .zip, .sav"),
        ("out.xlsx", {"columns": ["agree"]}, "export.no-column", "Did you mean “agrees”?"),
        ("out.xlsx", {"forms": ["herder"]}, "form.unknown", "Did you mean “herders”?"),
        ("out.xlsx", {"language": "Rusian"}, "language.unknown", "Did you mean “Russian (ru)”?"),
        ("out.xlsx", {"language": "zz"}, "language.unknown", "The forms have: English (en), Russian (ru)."),
        ("none/out.xlsx", {}, "export.no-folder", "Make the folder first"),
    ],
)
def test_wishes_that_cannot_be_met_are_refused_and_nothing_is_written(
    survey: SurveyFile, tmp_path: Path, name: str, wishes: dict[str, Any], code: str, advice: str
) -> None:
    with pytest.raises(UserError) as refused:
        export(survey, tmp_path / name, **wishes)
    assert refused.value.code == code
    assert advice in refused.value.advice
    assert not list(tmp_path.glob("out*"))


def test_progress_reaches_the_end_and_can_stop_the_export(survey: SurveyFile, tmp_path: Path) -> None:
    answers = answered(survey, GIVEN)
    for _number in range(60):
        keep(survey, answers)
    steps: list[tuple[int, int]] = []
    export(survey, tmp_path / "out.xlsx", progress=lambda done, total: steps.append((done, total)))
    assert steps == sorted(steps)
    assert steps[-1] == (120, 120)

    class StoppedError(Exception):
        """Somebody pressed Cancel."""

    def stop(_done: int, _total: int) -> None:
        raise StoppedError

    (tmp_path / "old.xlsx").write_bytes(b"the old one")
    with pytest.raises(StoppedError):
        export(survey, tmp_path / "old.xlsx", progress=stop)
    assert (tmp_path / "old.xlsx").read_bytes() == b"the old one"
    assert not list(tmp_path.glob("*.part"))


def test_a_full_temporary_folder_is_a_sentence(
    survey: SurveyFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(survey, answered(survey, GIVEN))

    def full(**_wishes: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("cami_survey.analysis.rows.BATCH", 1)
    monkeypatch.setattr("tempfile.TemporaryFile", full)
    with pytest.raises(UserError) as refused:
        export(survey, tmp_path / "out.xlsx")
    assert refused.value.code == "export.disk-full"


def test_every_answer_of_the_demonstration_stands_in_its_cell(tmp_path: Path) -> None:
    survey = surveys.create(tmp_path / "demo.cami").value
    forms.add(survey, [shipped("forms") / f"{name}.xlsx" for name in ("herder_interview", "stakeholder_survey")])
    for interview in interviews(now=NOON):
        assert fill(survey, interview.form_id, interview.steps, draft=interview.draft).value.ok
    target = tmp_path / "out.xlsx"
    done = export(survey, target, codes=True, include_drafts=True).value
    assert done.interviews == 60
    book = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in load_workbook(target)}
    columns = {(row[0].split("-")[0], row[-1]): row[:2] for row in book["codebook"][1:] if row[-1]}
    cells: dict[tuple[Any, ...], Any] = {}
    for title in done.tables:
        header, *found = book[title]
        keys = [at for at, name in enumerate(header) if name == "_record" or name.endswith("_key")]
        for row in found:
            place = (title, *(row[at] for at in keys))
            cells.update({(*place, name): value for name, value in zip(header, row, strict=True) if value is not None})
    compared = 0
    for view in survey.views():
        for field, text in {**view.answers.computed, **view.answers.fields}.items():
            if not text or field.endswith("]") or field == "/data/close/notes":
                continue
            title, name = columns[view.form_id, re.sub(r"\[[^]]*]", "", field)]
            assert str(cells.pop((title, view.record, *re.findall(r"\[([^]]*)]", field), name))) == text
            compared += 1
    survey.close()
    assert compared > 4000
    left = {(title, name) for title, *_keys, name in cells if not name.startswith("_")}
    assert not left, "cells that nobody answered"


def test_what_is_said_of_our_questionnaires_names_them_in_the_language_of_the_program(tmp_path: Path) -> None:
    with surveys.create(tmp_path / "ours.cami", title="Ours").value as ours:
        forms.add(ours, [shipped("forms") / "stakeholder_survey.xlsx"])
        interview = interviewing.start(ours, "stakeholder_survey")
        interview.set(next(node.path for node in interview.form.nodes if node.kind == "question" and node.asks), "x")
        interview.leave()
        texts.set_language("ru")
        told = [notice.text for notice in export(ours, tmp_path / "out.xlsx").notices]
    assert any(text.startswith("Опрос заинтересованных сторон") for text in told), told

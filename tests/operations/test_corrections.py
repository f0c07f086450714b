"""Corrections in an exported workbook come back: what changed, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from cami_survey.base.errors import UserError
from cami_survey.operations import corrections, forms, interviews, surveys
from cami_survey.operations.exports import export
from cami_survey.store.api import SurveyFile
from tests.operations.held import correct, hold

FORM = """
| survey |  |  |  |  |  |  |  |
|  | type | name | label::English (en) | label::Russian (ru) | calculation | relevant | constraint |
|  | text | int_code | Code | Код |  |  |  |
|  | begin group | who | Person | Человек |  |  |  |
|  | integer | years | Years here | Сколько лет здесь |  |  | . >= 0 and . < 100 |
|  | decimal | share | Share | Доля |  |  |  |
|  | date | day | Day | День |  |  |  |
|  | dateTime | moment | Moment | Момент |  |  |  |
|  | time | hour | Hour | Час |  |  |  |
|  | end group |  |  |  |  |  |  |
|  | select_one yn | agrees | Agree? | Согласны? |  |  |  |
|  | text | why | Why not | Почему нет |  | ${agrees} = 'no' |  |
|  | select_multiple species | seen | Seen | Видели |  |  |  |
|  | rank species | order | In order | По порядку |  |  |  |
|  | begin repeat | herd | Herd | Стадо |  |  |  |
|  | integer | lost | Animals lost | Потеряно |  |  |  |
|  | end repeat |  |  |  |  |  |  |
|  | calculate | total |  |  | sum(${lost}) |  |  |
|  | text | remark | Remark | Примечание |  |  |  |
| choices |  |  |  |  |
|  | list_name | name | label::English (en) | label::Russian (ru) |
|  | yn | yes | Yes | Да |
|  | yn | no | No | Нет |
|  | species | PANUNC | Snow leopard | Снежный барс |
|  | species | SAITAT | Saiga | Сайгак |
|  | species | EQUHEM | Kulan | Кулан |
| settings |  |  |  |  |
|  | form_id | version | form_title | default_language |
|  | herders | 1 | Herders | English (en) |
"""
GIVEN = {
    "/data/int_code": "KG-H001",
    "/data/who/years": "12",
    "/data/who/share": "0.25",
    "/data/who/day": "2026-02-28",
    "/data/who/moment": "2026-02-28T08:30:00.000+06:00",
    "/data/who/hour": "08:05:00.000+06:00",
    "/data/agrees": "yes",
    "/data/seen": "PANUNC SAITAT",
    "/data/order": "EQUHEM PANUNC SAITAT",
    "/data/herd[1]/lost": "2",
    "/data/remark": "0700123456",
}
Edit = dict[tuple[str, str], Any]


@pytest.fixture
def survey(tmp_path: Path) -> Iterator[SurveyFile]:
    """A survey with the form above and nothing else."""
    opened = surveys.create(tmp_path / "t.cami", title="Winter", device_name="Osh", facilitator="Aizada").value
    source = tmp_path / "form.md"
    source.write_text(FORM, encoding="utf-8")
    forms.add(opened, [source])
    yield opened
    opened.close()


def interview(survey: SurveyFile, **more: str) -> str:
    """A finished interview; answers by the name of their question."""
    return hold(survey, "herders", GIVEN | {ref.replace("__", "/"): value for ref, value in more.items()})


def change(survey: SurveyFile, record: str, ref: str, value: str) -> None:
    """Correct a finished interview at the window."""
    correct(survey, record, {ref: value}, "mistyped")


@pytest.fixture
def workbook(survey: SurveyFile, tmp_path: Path) -> Callable[..., Path]:
    """Exports, and writes into cells named by sheet and heading (first row of answers)."""

    def make(edits: Edit | None = None, **options: Any) -> Path:
        target = tmp_path / "out.xlsx"
        export(survey, target, **options)
        write(target, edits or {})
        return target

    return make


def write(target: Path, edits: Edit) -> None:
    """Change cells as somebody at a spreadsheet does."""
    if not edits:
        return
    book = load_workbook(target)
    for (sheet, heading), value in edits.items():
        titles = [cell.value for cell in book[sheet][1]]
        book[sheet].cell(2, titles.index(heading) + 1).value = value
    book.save(target)


def answer(survey: SurveyFile, record: str, field: str) -> str:
    answers = survey.view(record).answers
    return answers.fields.get(field) or answers.computed.get(field, "")


@pytest.mark.parametrize("headers", ["names", "labels"])
@pytest.mark.parametrize("codes", [False, True])
@pytest.mark.parametrize("split", [False, True])
def test_a_workbook_nobody_touched_changes_nothing(
    survey: SurveyFile, workbook: Callable[..., Path], headers: str, codes: bool, split: bool
) -> None:
    interview(survey)
    found = corrections.preview(
        survey, workbook(headers=headers, codes=codes, split_multiple=split, language="ru")
    ).value
    assert (found.cells, found.told, found.interviews) == ((), (), 1)


def test_corrections_of_every_type_come_back_as_one_revision(survey: SurveyFile, workbook: Callable[..., Path]) -> None:
    record = interview(survey)
    herd = "herders-herd"
    found = corrections.preview(
        survey,
        workbook(
            {
                ("herders", "years"): 14,
                ("herders", "share"): 0.5,
                ("herders", "day"): datetime(2026, 3, 1),
                ("herders", "seen"): "Saiga; Kulan",
                ("herders", "agrees"): "no",
                ("herders", "order"): "Saiga; Kulan; Snow leopard",
                ("herders", "remark"): "from the diary",
                (herd, "lost"): 5,
            }
        ),
    ).value
    assert {one.standing for one in found.cells} == {"change"}, found.cells
    assert {(one.question, one.before, one.after) for one in found.cells} >= {
        ("Years here", "12", "14"),
        ("Seen", "Snow leopard; Saiga", "Saiga; Kulan"),
        ("Agree?", "Yes", "No"),
    }
    outcome = corrections.apply(survey, found)
    assert outcome.value.records == (record,)
    assert answer(survey, record, "/data/seen") == "SAITAT EQUHEM"
    assert answer(survey, record, "/data/order") == "SAITAT EQUHEM PANUNC"
    assert answer(survey, record, "/data/who/day") == "2026-03-01"
    assert answer(survey, record, "/data/who/share") == "0.5"
    assert answer(survey, record, "/data/total") == "5", "what the form works out is worked out again"
    assert [entry.reason for entry in survey.history(record)] == ["", "from Excel"]
    assert outcome.undo is not None
    outcome.undo()
    assert answer(survey, record, "/data/seen") == "PANUNC SAITAT"
    assert answer(survey, record, "/data/total") == "2"


def test_columns_of_single_choices_come_back(survey: SurveyFile, workbook: Callable[..., Path]) -> None:
    record = interview(survey)
    edits = {("herders", "seen/PANUNC"): 0, ("herders", "seen/EQUHEM"): 1}
    found = corrections.preview(survey, workbook(edits, split_multiple=True, codes=True)).value
    corrections.apply(survey, found)
    assert answer(survey, record, "/data/seen") == "SAITAT EQUHEM"


@pytest.mark.parametrize(
    ("heading", "value", "reason"),
    [
        ("years", "many", "not a number"),
        ("years", 3.5, "not a whole number"),
        ("years", 120, ""),
        ("agrees", "Perhaps", "none of the choices"),
        ("day", "spring", "not a date"),
        ("moment", "spring", "not a date"),
        ("hour", "noon", "not a time"),
        ("seen", "Saiga; Wolf", "none of the choices"),
        ("remark", 12, "made a number or date of a text"),
        ("remark", date(2026, 2, 1), "made a number or date of a text"),
        ("total", 99, "works it out"),
        ("why", "no time", "not asked"),
    ],
)
def test_what_is_no_answer_is_refused_at_its_cell(
    survey: SurveyFile, workbook: Callable[..., Path], heading: str, value: object, reason: str
) -> None:
    interview(survey)
    target = workbook({("herders", heading): value})
    (one,) = corrections.preview(survey, target).value.cells
    assert one.standing == "refused"
    assert reason in one.against
    assert one.cell.startswith("herders!")
    assert one.cell.endswith("2")
    assert corrections.apply(survey, corrections.preview(survey, target).value).value.records == ()


def test_a_number_that_excel_made_of_a_telephone_number_changes_nothing(
    survey: SurveyFile, workbook: Callable[..., Path]
) -> None:
    interview(survey)
    assert corrections.preview(survey, workbook({("herders", "remark"): 700123456})).value.cells == ()


def test_an_answer_changed_meanwhile_is_shown_and_not_overwritten(
    survey: SurveyFile, workbook: Callable[..., Path]
) -> None:
    record = interview(survey)
    made = datetime.now(UTC) + timedelta(seconds=2)
    target = workbook({("herders", "years"): 14, ("herders", "remark"): "seen"}, clock=lambda: made)
    change(survey, record, "/data/who/years", "13")
    change(survey, record, "/data/who/share", "0.75")
    found = corrections.preview(survey, target).value
    assert {one.field: one.standing for one in found.cells} == {
        "/data/who/years": "conflict",
        "/data/remark": "change",
    }, "what was changed in the survey alone stands"
    corrections.apply(survey, found)
    assert answer(survey, record, "/data/who/years") == "13"
    assert answer(survey, record, "/data/who/share") == "0.75"
    again = corrections.preview(survey, target).value
    corrections.apply(survey, again, conflicts=True)
    assert answer(survey, record, "/data/who/years") == "14"


def strict(survey: SurveyFile, tmp_path: Path) -> None:
    """Adds a version of the form that wants to know why somebody does not agree."""
    source = tmp_path / "strict.md"
    source.write_text(
        FORM.replace("| constraint |", "| constraint | required |")
        .replace("${agrees} = 'no' |  |", "${agrees} = 'no' |  | yes |")
        .replace("| herders | 1 |", "| herders | 2 |"),
        encoding="utf-8",
    )  # fmt: skip
    forms.add(survey, [source])


def test_a_finished_interview_is_not_made_incomplete(survey: SurveyFile, tmp_path: Path) -> None:
    strict(survey, tmp_path)
    record = interview(survey)
    export(survey, tmp_path / "out.xlsx")
    write(tmp_path / "out.xlsx", {("herders", "agrees"): "No"})
    (one,) = corrections.preview(survey, tmp_path / "out.xlsx").value.cells
    assert one.standing == "refused"
    assert "Why not" in one.against
    write(tmp_path / "out.xlsx", {("herders", "why"): "no time"})
    corrections.apply(survey, corrections.preview(survey, tmp_path / "out.xlsx").value)
    assert answer(survey, record, "/data/why") == "no time"


def test_what_leaves_an_interview_incomplete_does_not_stop_the_other_corrections(
    survey: SurveyFile, tmp_path: Path
) -> None:
    strict(survey, tmp_path)
    record = interview(survey)
    export(survey, tmp_path / "out.xlsx")
    write(tmp_path / "out.xlsx", {("herders", "years"): 13, ("herders", "agrees"): "No", ("herders", "seen"): "Kulan"})
    found = corrections.preview(survey, tmp_path / "out.xlsx").value
    assert {one.field: one.standing for one in found.cells} == {
        "/data/who/years": "change",
        "/data/agrees": "refused",
        "/data/seen": "change",
    }
    corrections.apply(survey, found)
    answers = {name: answer(survey, record, name) for name in ("/data/who/years", "/data/agrees", "/data/seen")}
    assert answers == {"/data/who/years": "13", "/data/agrees": "yes", "/data/seen": "EQUHEM"}


def test_a_change_that_takes_other_answers_along_says_how_many(
    survey: SurveyFile, workbook: Callable[..., Path]
) -> None:
    interview(survey, __data__agrees="no", __data__why="no time")
    found = corrections.preview(survey, workbook({("herders", "agrees"): "Yes", ("herders", "years"): 13})).value
    assert {one.field: (one.standing, one.against) for one in found.cells} == {
        "/data/who/years": ("change", ""),
        "/data/agrees": ("change", "Then 1 other question is no longer asked, and its answer goes."),
    }


def test_a_correction_that_arrived_before_what_it_corrects_is_looked_at_with_it(
    survey: SurveyFile, workbook: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    record = interview(survey)
    change(survey, record, "/data/int_code", "KG-H002")
    target = workbook({("herders", "years"): 13, ("herders", "_code"): "KG-H003"})
    arrived = survey.history(record)[::-1]
    monkeypatch.setattr(SurveyFile, "history", lambda _survey, _record: arrived)
    found = corrections.preview(survey, target).value
    assert [(one.field, one.standing) for one in found.cells] == [("/data/who/years", "change")]
    assert "_code" in found.told[0]


def test_rows_and_columns_that_do_not_belong_are_told(survey: SurveyFile, workbook: Callable[..., Path]) -> None:
    interview(survey)
    gone = interview(survey)
    target = workbook()
    book = load_workbook(target)
    sheet = book["herders"]
    sheet.delete_rows(next(row for row in (2, 3) if sheet.cell(row, 1).value == gone))
    sheet.cell(1, sheet.max_column + 1).value = "my notes"
    sheet.append(["no such record", "KG-X"])
    book.save(target)
    found = corrections.preview(survey, target).value
    assert found.cells == ()
    assert any("my notes" in text for text in found.told)
    assert any("herders!3" in text for text in found.told)


def test_labels_beside_codes_are_told_as_what_they_are(survey: SurveyFile, workbook: Callable[..., Path]) -> None:
    interview(survey)
    target = workbook({("herders", "years"): 14}, codes=True, labels_too=True)
    found = corrections.preview(survey, target).value
    assert [cell.after for cell in found.cells] == ["14"]
    (said,) = found.told
    assert "have labels beside the answers" in said
    assert "herders: agrees::label" in said


def test_an_interview_that_changed_after_the_preview_is_left_alone(
    survey: SurveyFile, workbook: Callable[..., Path]
) -> None:
    record = interview(survey)
    found = corrections.preview(survey, workbook({("herders", "years"): 14})).value
    change(survey, record, "/data/remark", "later")
    outcome = corrections.apply(survey, found)
    assert outcome.value.records == ()
    assert "KG-H001" in outcome.notices[-1].text


def test_cells_about_the_interview_itself_are_told_and_left_alone(
    survey: SurveyFile, workbook: Callable[..., Path]
) -> None:
    record = interview(survey)
    edits: Edit = {
        ("herders", "_code"): "KG-H999",
        ("herders", "_state"): "draft",
        ("herders", "_changed"): datetime(2020, 1, 1),
        ("herders-herd", "_code"): "KG-H999",
        ("herders", "years"): 14,
    }
    found = corrections.preview(survey, workbook(edits)).value
    (said,) = found.told
    assert said.startswith("4 cells about interviews themselves were changed and left alone")
    assert "herders!B2 (_code)" in said
    assert "herders!C2 (_state)" in said
    corrections.apply(survey, found)
    assert survey.codes([record])[record] == "KG-H001"
    assert survey.view(record).state == "final"
    assert answer(survey, record, "/data/who/years") == "14"


def test_a_code_that_was_corrected_after_the_export_is_no_change_of_the_workbook(
    survey: SurveyFile, workbook: Callable[..., Path]
) -> None:
    record = interview(survey)
    target = workbook()
    change(survey, record, "/data/int_code", "KG-H002")
    assert corrections.preview(survey, target).value.told == ()


def test_an_answer_taken_over_a_newer_one_that_the_form_refuses_says_why(
    survey: SurveyFile, workbook: Callable[..., Path]
) -> None:
    record = interview(survey)
    made = datetime.now(UTC) + timedelta(seconds=2)
    target = workbook({("herders", "years"): 140, ("herders", "remark"): "seen"}, clock=lambda: made)
    change(survey, record, "/data/who/years", "13")
    found = corrections.preview(survey, target).value
    assert [one.field for one in found.standing("conflict")] == ["/data/who/years"]
    outcome = corrections.apply(survey, found, conflicts=True)
    (said,) = [notice.text for notice in outcome.notices if notice.code == "corrections.refused"]
    assert said.startswith("KG-H001, “Years here”: the form refused “140”: ")
    assert not any(notice.code == "corrections.left" for notice in outcome.notices)
    assert answer(survey, record, "/data/who/years") == "13"
    assert answer(survey, record, "/data/remark") == "seen", "what the form takes is written"
    assert outcome.undo is not None
    outcome.undo()
    assert answer(survey, record, "/data/remark") == "0700123456"


def test_an_answer_taken_over_a_newer_one_that_leaves_a_gap_says_why(survey: SurveyFile, tmp_path: Path) -> None:
    source = tmp_path / "strict.md"
    source.write_text(
        FORM.replace("| constraint |", "| constraint | required |")
        .replace("${agrees} = 'no' |  |", "${agrees} = 'no' |  | yes |")
        .replace("| herders | 1 |", "| herders | 2 |"),
        encoding="utf-8",
    )  # fmt: skip
    forms.add(survey, [source])
    record = interview(survey)
    made = datetime.now(UTC) + timedelta(seconds=2)
    export(survey, tmp_path / "out.xlsx", clock=lambda: made)
    write(tmp_path / "out.xlsx", {("herders", "agrees"): "No"})
    running = interviews.open_record(survey, record)
    running.set("/data/agrees", "no")
    running.set("/data/why", "no time")
    running.finalise("mistyped")
    change(survey, record, "/data/agrees", "yes")
    found = corrections.preview(survey, tmp_path / "out.xlsx").value
    outcome = corrections.apply(survey, found, conflicts=True)
    assert outcome.value.records == ()
    assert not any("look" in notice.text.casefold() for notice in outcome.notices)


def test_what_is_no_export_is_refused_with_a_sentence(survey: SurveyFile, tmp_path: Path) -> None:
    for name, content in (("a.xlsx", b"PK\x03\x04nothing"), ("b.csv", b"a,b\n1,2\n"), ("c.xlsx", b"\xd0\xcf\x11\xe0")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UserError):
            corrections.preview(survey, tmp_path / name)
    with pytest.raises(UserError, match="There is no file"):
        corrections.preview(survey, tmp_path / "missing.xlsx")


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    number=st.integers(0, 99),
    share=st.decimals(-1000, 1000, places=4),
    picked=st.lists(st.sampled_from(["PANUNC", "SAITAT", "EQUHEM"]), unique=True),
    split=st.booleans(),
)
def test_whatever_was_answered_comes_back_unchanged(
    survey: SurveyFile, workbook: Callable[..., Path], text: str, number: int, share: Any, picked: Any, split: bool
) -> None:
    interview(
        survey, __data__remark=text, __data__who__years=str(number), __data__who__share=str(share),
        __data__seen=" ".join(picked),
    )  # fmt: skip
    found = corrections.preview(survey, workbook(split_multiple=split)).value
    assert found.cells == ()


@pytest.mark.parametrize("options", [{"codes": True, "split_multiple": True}, {"headers": "labels"}])
def test_the_sixty_interviews_of_the_demonstration_come_back_unchanged(
    demonstrated: Path, tmp_path: Path, options: Any
) -> None:
    with SurveyFile.open(demonstrated) as survey:
        export(survey, tmp_path / "out.xlsx", include_drafts=True, **options)
        found = corrections.preview(survey, tmp_path / "out.xlsx").value
    assert (found.interviews, found.cells, found.told) == (60, (), ())

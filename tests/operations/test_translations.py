"""A language goes out to a translator as a workbook and comes back checked, into a copy of the form."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cami_survey.base.errors import UserError
from cami_survey.engine.api import load_form
from cami_survey.exports import formbook
from cami_survey.operations import forms, translations
from cami_survey.store.api import SurveyFile

TARGET = "target: Kyrgyz (ky)"
EN = "label::English (en)"
SURVEY = [
    {"type": "begin group", "name": "herd", EN: "Livestock"},
    {"type": "select_one live", "name": "kept", EN: "Which animal?", "hint::English (en)": "One only."},
    {"type": "calculate", "name": "kind", "calculation": "jr:choice-name(${kept}, '${kept}')"},
    {
        "type": "integer",
        "name": "number",
        EN: "How many ${kind}?",
        "constraint": ". >= 0",
        "constraint_message::English (en)": "Enter 0 or more.",
    },
    {"type": "end group"},
]
CHOICES = [
    {"list_name": "live", "name": "sheep", EN: "Sheep"},
    {"list_name": "live", "name": "goat", EN: "Goats"},
]
SETTINGS = [{"form_id": "herd", "version": "2026110101", "default_language": "English (en)"}]
KYRGYZ = {
    "survey/herd/label": "Мал",
    "survey/kept/label": "Кайсы мал?",
    "survey/kept/hint": "Бирөө гана.",
    "survey/number/label": "${kind}: канча?",
    "survey/number/constraint_message": "0 же андан көп.",
    "choices/live/sheep/label": "Кой",
    "choices/live/goat/label": "Эчки",
}


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "herd.xlsx"
    sheets = {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS}
    columns = {name: list(dict.fromkeys(key for row in rows for key in row)) for name, rows in sheets.items()}
    formbook.write(path, [formbook.Sheet(name, columns[name], rows) for name, rows in sheets.items()])
    return path


def sent(form: Path, texts: dict[str, str], *, reviewer: str = "", **cells: str) -> Path:
    """A workbook for Kyrgyz that somebody filled in; `cells` are set as they are (A1=…)."""
    path = form.with_name("ky.xlsx")
    translations.send(form, "Kyrgyz (ky)", path)
    book = load_workbook(path)
    for row in book["texts"].iter_rows(min_row=2):
        if row[0].value in texts:
            row[3].value = texts[row[0].value]
            row[3].data_type = "s"
    book["languages"]["B2"] = reviewer
    for cell, value in cells.items():
        book["texts"][cell] = value
    book.save(path)
    return path


def problems(form: Path, workbook: Path, *, partial: bool = False) -> list[tuple[str, int | None, str]]:
    result = translations.take(form, workbook, form.with_name("copy.xlsx"), partial=partial).value
    assert not form.with_name("copy.xlsx").exists()
    return [(problem.code, problem.row, problem.reason) for problem in result.problems]


def test_the_workbook_tells_source_target_context_and_length(form: Path) -> None:
    outcome = translations.send(form, "ky", form.with_name("ky.xlsx"))
    assert (outcome.value.language, outcome.value.texts, outcome.value.missing) == ("Kyrgyz (ky)", 7, 7)
    head, *rows = load_workbook(form.with_name("ky.xlsx"))["texts"].iter_rows(values_only=True)
    assert head == ("key", "context", "source: English (en)", TARGET, "length")
    assert rows[1] == ("survey/kept/label", "Livestock › select one live", "Which animal?", None, 13)
    assert rows[-1][:3] == ("choices/live/goat/label", "Answer in the list live", "Goats")


def test_what_comes_back_whole_becomes_a_copy_and_the_form_stays(form: Path) -> None:
    before = hashlib.sha256(form.read_bytes()).digest()
    outcome = translations.take(
        form, sent(form, KYRGYZ), form.with_name("copy.xlsx"), clock=lambda: datetime(2026, 11, 28, tzinfo=UTC)
    )
    assert outcome.value.ok
    assert hashlib.sha256(form.read_bytes()).digest() == before
    copy = load_form(form.with_name("copy.xlsx"))
    assert (copy.languages, copy.version, copy.warnings) == (("English (en)", "Kyrgyz (ky)"), "2026112801", ())
    session = copy.open(language="Kyrgyz (ky)")
    session.set("/data/herd/kept", "goat")
    assert session.node("/data/herd/number").label == "Эчки: канча?"
    assert session.node("/data/herd/kept").hint == "Бирөө гана."
    assert copy.drafts == ("Kyrgyz (ky)",)
    assert [notice.code for notice in outcome.notices] == ["translation.draft"]


def test_the_copy_can_be_added_beside_the_form(form: Path, tmp_path: Path) -> None:
    copy = form.with_name("copy.xlsx")
    translations.take(form, sent(form, KYRGYZ), copy)
    with SurveyFile.create(tmp_path / "a.cami", title="A") as survey:
        forms.add(survey, [form, copy])
        assert len(survey.forms()) == 2


def test_a_reviewer_named_in_the_workbook_stands_in_the_form(form: Path) -> None:
    copy = form.with_name("copy.xlsx")
    outcome = translations.take(form, sent(form, KYRGYZ, reviewer="A. Asanova"), copy)
    assert outcome.notices == ()
    assert load_form(copy).reviews["Kyrgyz (ky)"].reviewer == "A. Asanova"
    translations.send(copy, "ky", form.with_name("again.xlsx"))
    book = load_workbook(form.with_name("again.xlsx"))
    assert book["languages"]["B2"].value == "A. Asanova"
    assert book["texts"]["D2"].value == "Мал"


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("Канча?", "The translation lacks ${kind}."),
        ("${kind}: ${kinds} канча?", "The translation has ${kinds} too much."),
        ("${Kind}: канча?", "The translation lacks ${kind} and has ${Kind} too much."),
        ("${kind}: ${канча?", "A reference is ${ and the name of a question and }."),
    ],
)
def test_a_broken_placeholder_is_refused_with_its_row(form: Path, label: str, reason: str) -> None:
    assert problems(form, sent(form, KYRGYZ | {"survey/number/label": label})) == [
        ("translation.placeholders", 5, reason)
    ]


def test_two_answers_that_read_alike_are_refused(form: Path) -> None:
    found = problems(form, sent(form, KYRGYZ | {"choices/live/goat/label": "кой"}))
    assert found == [
        (
            "translation.alike",
            8,
            "“кой” is the translation of two answers of one list: “Sheep” and “Goats”.",
        )
    ]


def test_a_text_nobody_can_read_and_a_day_that_is_none_are_refused(form: Path) -> None:
    assert problems(form, sent(form, KYRGYZ | {"survey/herd/label": "мал " * 1001})) == [
        ("translation.too-long", 2, "The text is longer than 4000 characters.")
    ]
    workbook = sent(form, KYRGYZ, reviewer="A. Asanova")
    book = load_workbook(workbook)
    book["languages"]["C2"] = "yesterday"
    book.save(workbook)
    assert problems(form, workbook) == [("translation.day", 2, "“yesterday” is not a date such as 2026-05-31.")]


def test_what_may_be_overlooked_is_told_and_taken(form: Path) -> None:
    hint = "Бирөө гана, калгандарын кийинки суроолордо айтасыз."
    workbook = sent(form, KYRGYZ | {"survey/herd/label": "Livestock", "survey/kept/hint": hint}, reviewer="A. Asanova")
    outcome = translations.take(form, workbook, form.with_name("copy.xlsx"))
    assert outcome.value.ok
    assert [notice.text for notice in outcome.notices] == [
        "1 text says the same as its source: row 2.",
        "1 text is more than twice as long as its source: row 4.",
    ]


def test_missing_texts_refuse_the_workbook_unless_they_are_let_pass(form: Path) -> None:
    workbook = sent(form, {key: text for key, text in KYRGYZ.items() if key != "survey/kept/hint"})
    assert problems(form, workbook) == [
        ("translation.missing", 3, "There is no translation of survey/kept/hint: “One only.”.")
    ]
    outcome = translations.take(form, workbook, form.with_name("copy.xlsx"), partial=True)
    assert outcome.value.missing == ("survey/kept/hint",)
    assert "translation.missing" in [notice.code for notice in outcome.notices]


def test_a_workbook_of_another_state_of_the_form_is_refused(form: Path) -> None:
    workbook = sent(form, KYRGYZ, C2="Animals", A4="survey/gone/hint", A5="survey/kept/label", C5="Which animal?")
    found = problems(form, workbook, partial=True)
    assert [code for code, _row, _reason in found] == ["translation.stale", "translation.unknown", "translation.twice"]
    assert found[0][2] == "The form says something else by now: “Livestock”."


def test_a_text_that_looks_like_a_formula_stays_text(form: Path) -> None:
    translations.take(form, sent(form, KYRGYZ | {"survey/kept/hint": "=1+1"}), form.with_name("copy.xlsx"))
    session = load_form(form.with_name("copy.xlsx")).open(language="Kyrgyz (ky)")
    assert session.node("/data/herd/kept").hint == "=1+1"


def test_nothing_is_written_over_the_form_or_from_foreign_files(form: Path, tmp_path: Path) -> None:
    workbook = sent(form, KYRGYZ)
    cases = {
        "translation.same-file": lambda: translations.take(form, workbook, form),
        "translation.foreign": lambda: translations.take(form, form, tmp_path / "copy.xlsx"),
        "file.not-found": lambda: translations.take(form, tmp_path / "none.xlsx", tmp_path / "copy.xlsx"),
        "translation.language": lambda: translations.send(form, "Klingon", tmp_path / "x.xlsx"),
        "translation.source": lambda: translations.send(form, "English (en)", tmp_path / "x.xlsx"),
    }
    for code, call in cases.items():
        with pytest.raises(UserError) as refused:
            call()
        assert refused.value.code == code
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK no workbook")
    with pytest.raises(UserError):
        translations.take(form, broken, tmp_path / "copy.xlsx")
    (tmp_path / "form.md").write_text("| survey |\n| | type | name | label |\n| | text | a | A |\n", "utf-8")
    with pytest.raises(UserError) as refused:
        translations.send(tmp_path / "form.md", "ky", tmp_path / "x.xlsx")
    assert refused.value.code == "translation.no-workbook"


def test_merged_cells_are_named(form: Path) -> None:
    book = load_workbook(form)
    sheet = book["survey"]
    sheet["G1"] = "label::Kyrgyz (ky)"
    sheet.merge_cells("G2:G3")
    book.save(form)
    with pytest.raises(UserError) as refused:
        translations.take(form, sent(form, KYRGYZ), form.with_name("copy.xlsx"))
    assert (refused.value.code, refused.value.where) == ("translation.merged", "survey!G3")
    assert not form.with_name("copy.xlsx").exists()


def test_a_form_without_named_languages_gets_its_first_translation(tmp_path: Path) -> None:
    form = tmp_path / "plain.xlsx"
    rows = [{"type": "text", "name": "place", "label": "Where?"}]
    formbook.write(
        form,
        [
            formbook.Sheet("survey", ["type", "name", "label"], rows),
            formbook.Sheet("settings", ["form_id"], [{"form_id": "plain"}]),
        ],
    )
    copy = tmp_path / "copy.xlsx"
    outcome = translations.take(form, sent(form, {"survey/place/label": "Кайда?"}), copy)
    assert load_form(copy).open(language="Kyrgyz (ky)").node("/data/place").label == "Кайда?"
    assert "translation.version" in [notice.code for notice in outcome.notices]


@pytest.mark.parametrize(
    ("version", "wanted"),
    [("2026110101", "2026112801"), ("2026112801", "2026112802"), ("7", "8"), ("v7", "v7"), ("", "")],
)
def test_the_version_after(version: str, wanted: str) -> None:
    assert translations.next_version(version, date(2026, 11, 28)) == wanted

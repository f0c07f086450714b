"""The two questionnaires convert cleanly, hold what was agreed row by row, and speak both languages."""

from __future__ import annotations

import csv
import re
import runpy
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree
from openpyxl import load_workbook
from pyxform.xls2xform import convert

from cami_survey.reference import places, species, threats

FORMS = Path(__file__).parents[2] / "forms"
EXPECTED = runpy.run_path(str(Path(__file__).with_name("expected.py")))
NAMES = ("herder_interview", "stakeholder_survey")
QUESTIONS = {"herder_interview": 84, "stakeholder_survey": 60}
LANGUAGES = ("English (en)", "Russian (ru)")
NOT_ASKED = ("begin", "end", "note", "calculate")
XF = "{http://www.w3.org/2002/xforms}"
H = "{http://www.w3.org/1999/xhtml}"
CAMI = "{urn:cami-survey:xforms}"


@dataclass
class Form:
    """One questionnaire: the sheets people edit and what they convert to."""

    survey: list[dict[str, str]]
    choices: dict[str, list[dict[str, str]]]
    settings: dict[str, str]
    warnings: list[str]
    model: etree._Element


def rows_of(sheet) -> list[dict[str, str]]:
    header, *lines = sheet.iter_rows(values_only=True)
    return [{name: cell or "" for name, cell in zip(header, line, strict=True)} for line in lines]


@pytest.fixture(scope="module")
def forms() -> dict[str, Form]:
    return {name: read(name) for name in NAMES}


def read(name: str) -> Form:
    book = load_workbook(FORMS / f"{name}.xlsx")
    choices: dict[str, list[dict[str, str]]] = {}
    for row in rows_of(book["choices"]):
        choices.setdefault(row["list_name"], []).append(row)
    warnings: list[str] = []
    result = convert(FORMS / f"{name}.xlsx", warnings=warnings)
    model = etree.fromstring(result.xform.encode()).find(f"{H}head/{XF}model")
    return Form(rows_of(book["survey"]), choices, rows_of(book["settings"])[0], warnings, model)


@pytest.fixture(params=NAMES)
def form(request: pytest.FixtureRequest, forms: dict[str, Form]) -> Form:
    return forms[request.param]


def expected_rows(name: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in EXPECTED[name.upper()].strip().splitlines()]


def as_expected(row: dict[str, str]) -> list[str]:
    rules = ("constraint", "calculation", "repeat_count", "choice_filter")
    rule = next((row[column] for column in rules if row.get(column)), "")
    cells = [row["name"], row["type"], row["relevant"], rule, row["required"]]
    while not cells[-1]:
        cells.pop()
    return cells


def test_it_converts_without_a_warning(form: Form) -> None:
    assert form.warnings == []


@pytest.mark.parametrize("name", NAMES)
def test_every_row_has_the_agreed_name_type_and_logic(name: str, forms: dict[str, Form]) -> None:
    assert [as_expected(row) for row in forms[name].survey] == expected_rows(name)


@pytest.mark.parametrize("name", NAMES)
def test_the_number_of_questions(name: str, forms: dict[str, Form]) -> None:
    asked = [row for row in forms[name].survey if not row["type"].startswith(NOT_ASKED)]
    assert len(asked) == QUESTIONS[name]


def test_every_choice_list_has_the_agreed_values(form: Form) -> None:
    text = re.sub(r"\n {2}", " ", EXPECTED["CHOICES"].strip())
    agreed = {line.split(": ")[0]: line.split(": ")[1].split() for line in text.splitlines()}
    used = {
        row["type"].split()[1] for row in form.survey if re.match(r"(select_one|select_multiple|rank) ", row["type"])
    }
    assert {name: [row["name"] for row in rows] for name, rows in form.choices.items()} == {
        name: agreed[name] for name in used
    }


def texts(form: Form, language: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Text id -> (words, references of the outputs) in one language."""
    found = {}
    for text in form.model.findall(f"{XF}itext/{XF}translation[@lang='{language}']/{XF}text"):
        for value in text.findall(f"{XF}value"):
            outputs = tuple(output.get("value", "").strip() for output in value.findall(f"{XF}output"))
            found[text.get("id", "")] = ("".join(value.itertext()).strip(), outputs)
    return found


def test_every_text_is_there_in_both_languages(form: Form) -> None:
    english, russian = (texts(form, language) for language in LANGUAGES)
    assert english.keys() == russian.keys()
    missing = [
        key
        for both in (english, russian)
        for key, (words, outputs) in both.items()
        if words in ("", "-") and not outputs
    ]
    assert missing == []


def test_a_text_names_the_same_answers_in_both_languages(form: Form) -> None:
    english, russian = (texts(form, language) for language in LANGUAGES)
    assert {key: sorted(outputs) for key, (_, outputs) in english.items()} == {
        key: sorted(outputs) for key, (_, outputs) in russian.items()
    }


def test_russian_is_written_in_cyrillic_and_english_is_not(form: Form) -> None:
    cyrillic = re.compile("[А-Яа-яЁё]")
    numbers_only = re.compile(r"[\d–-]+")
    assert [key for key, (words, _) in texts(form, "English (en)").items() if cyrillic.search(words)] == []
    assert [
        key
        for key, (words, _) in texts(form, "Russian (ru)").items()
        if not cyrillic.search(words) and not numbers_only.fullmatch(words)
    ] == []


def test_every_question_asks_a_whole_sentence(form: Form) -> None:
    asked = [row for row in form.survey if not row["type"].startswith(NOT_ASKED)]
    for language in LANGUAGES:
        labels = [re.sub(r" \([^)]*\)$", "", row[f"label::{language}"]) for row in asked]
        assert [label for label in labels if not label.endswith(("?", ".", "”", "»"))] == []


def test_every_constraint_says_in_words_what_is_asked(form: Form) -> None:
    for language in LANGUAGES:
        assert [
            row["name"] for row in form.survey if row["constraint"] and not row[f"constraint_message::{language}"]
        ] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_settings(name: str, forms: dict[str, Form]) -> None:
    settings = forms[name].settings
    assert settings["form_id"] == name
    assert settings["default_language"] == "English (en)"
    assert settings["style"] == "pages"
    assert re.fullmatch(r"\d{10}", settings["version"])


def test_only_the_facilitators_notes_are_private(forms: dict[str, Form]) -> None:
    private = {
        name: [bind.get("nodeset") for bind in form.model.findall(f"{XF}bind") if bind.get(f"{CAMI}private") == "yes"]
        for name, form in forms.items()
    }
    assert private == {"herder_interview": ["/data/close/notes"], "stakeholder_survey": []}


def test_the_lists_follow_the_reference_tables(form: Form) -> None:
    def named(name: str, language: str) -> dict[str, str]:
        return {row["name"]: row[f"label::{language}"] for row in form.choices[name]}

    kinds = species.species()
    assert named("species", "English (en)") == {kind.code: kind.name_en for kind in kinds} | {"OTH": "Other species"}
    russian = {kind.code: species.names(kind.code)["ru"] for kind in kinds}
    assert {code: name.casefold() for code, name in named("species", "Russian (ru)").items() if code != "OTH"} == {
        code: name.casefold() for code, name in russian.items()
    }
    assert named("country", "English (en)") == {state.iso_a2: state.name_cms for state in places.range_states()}


def test_the_threats_are_the_working_list(forms: dict[str, Form]) -> None:
    working = {item.code.lower().replace("-", "_"): item.label for item in threats.threats("CAMI-work")}
    labels = {row["name"]: row["label::English (en)"] for row in forms["stakeholder_survey"].choices["threat"]}
    assert labels == working
    short = {row["name"]: row["label::English (en)"] for row in forms["herder_interview"].choices["threat_short"]}
    assert short.items() <= working.items()


def test_the_provinces_cover_the_fourteen_range_states() -> None:
    with (FORMS / "admin1.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["name", "label", "country"]
    assert {row["name"]: row["country"] for row in rows} == {unit.code: unit.iso_a2 for unit in places.provinces()}
    assert {row["country"] for row in rows} == {state.iso_a2 for state in places.range_states()}
    assert len({(row["country"], row["label"]) for row in rows}) == len(rows)

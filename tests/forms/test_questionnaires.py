"""The five questionnaires convert cleanly, hold what was agreed row by row, and speak all their languages."""

from __future__ import annotations

import csv
import re
import runpy
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree
from openpyxl import load_workbook

from cami_survey.cli import questionnaires
from cami_survey.reference import places, programme, species, threats
from tests.forms.converted import FORMS, NAMES, QUESTIONS, converted

EXPECTED = runpy.run_path(str(Path(__file__).with_name("expected.py")))
FURTHER_LANGUAGES = (
    "Kyrgyz (ky)",
    "Kazakh (kk)",
    "Tajik (tg)",
    "Uzbek (uz)",
    "Mongolian (mn)",
    "Persian (fa)",
)
WORD = re.compile(r"[^\W\d_]+")
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
    warnings: tuple[str, ...]
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
    xform, warnings = converted(name)
    model = etree.fromstring(xform.encode()).find(f"{H}head/{XF}model")
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
    assert form.warnings == ()


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


def languages(form: Form) -> list[str]:
    return [name.partition("::")[2] for name in form.survey[0] if name.startswith("label::")]


def texts(form: Form, language: str) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    """Text id and form of the value -> (words, references of the outputs) in one language."""
    found = {}
    for text in form.model.findall(f"{XF}itext/{XF}translation[@lang='{language}']/{XF}text"):
        for value in text.findall(f"{XF}value"):
            outputs = tuple(output.get("value", "").strip() for output in value.findall(f"{XF}output"))
            found[text.get("id", ""), value.get("form", "")] = ("".join(value.itertext()).strip(), outputs)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_it_speaks_the_agreed_languages(name: str, forms: dict[str, Form]) -> None:
    agreed = {"English (en)", "Russian (ru)", *(FURTHER_LANGUAGES if name == "herder_interview" else ())}
    assert set(languages(forms[name])) >= agreed
    assert languages(forms[name]) == [language.heading for language in questionnaires.reviews()[name]]


def test_every_text_is_there_in_every_language(form: Form) -> None:
    english, *others = (texts(form, language) for language in languages(form))
    missing = [
        key
        for language in (english, *others)
        for key, (words, outputs) in language.items()
        if words in ("", "-") and not outputs
    ]
    assert missing == []
    assert all(language.keys() == english.keys() for language in others)


def test_a_text_names_the_same_answers_in_every_language(form: Form) -> None:
    english, *others = (
        {key: sorted(outputs) for key, (_words, outputs) in texts(form, language).items()}
        for language in languages(form)
    )
    assert [{key for key in english if language[key] != english[key]} for language in others] == [set()] * len(others)


def test_every_language_is_written_in_its_script(form: Form) -> None:
    scripts = {language.code: language.script for language in places.languages()}
    for language in languages(form):
        script = scripts[language.rpartition("(")[2].rstrip(")")]
        found = {
            key: (script_of(words), words) for key, (words, outputs) in texts(form, language).items() if not outputs
        }
        foreign = [words for used, words in found.values() if not used <= {script, "Latn"}]
        without = [words for used, words in found.values() if script not in used and re.search(r"[^\W\d]", words)]
        assert (language, foreign, without) == (language, [], [])
        mixed = [word for _used, words in found.values() for word in WORD.findall(words) if len(script_of(word)) > 1]
        assert (language, mixed) == (language, [])


def script_of(words: str) -> set[str]:
    scripts = {"Cyrl": "[\u0400-\u052f]", "Arab": "[\u0600-\u06ff]", "Latn": "[A-Za-z]"}
    return {name for name, letters in scripts.items() if re.search(letters, words)}


def test_every_question_asks_a_whole_sentence(form: Form) -> None:
    asked = [row for row in form.survey if not row["type"].startswith(NOT_ASKED)]
    for language in languages(form):
        labels = [re.sub(r" \([^)]*\)$", "", row[f"label::{language}"]) for row in asked]
        assert [label for label in labels if not label.endswith(("?", "؟", ".", "”", "»"))] == []


def test_what_is_read_aloud_is_short(form: Form) -> None:
    """A question fits one breath, an answer one glance; only what is told at the beginning of a part may be longer."""
    for language in languages(form):
        asked = [row[f"label::{language}"] for row in form.survey if not row["type"].startswith(NOT_ASKED)]
        answers = [row[f"label::{language}"] for rows in form.choices.values() for row in rows]
        told = [row[f"label::{language}"] for row in form.survey if row["type"] == "note"]
        sentences = [part for text in told for part in re.split(r"[.!?؟:]\s", text)]
        assert [text for text in asked if len(text) > 140] == []
        assert [text for text in answers if len(text) > 80] == []
        assert [text for text in sentences if len(text) > 190] == []


def test_every_constraint_says_in_words_what_is_asked(form: Form) -> None:
    for language in languages(form):
        assert [
            row["name"] for row in form.survey if row["constraint"] and not row[f"constraint_message::{language}"]
        ] == []


def test_choices_of_a_list_can_be_told_apart(form: Form) -> None:
    for language in languages(form):
        for name, rows in form.choices.items():
            labels = [row[f"label::{language}"].casefold() for row in rows]
            assert (name, language, len(set(labels))) == (name, language, len(labels))


def test_nobody_is_asked_whether_they_hunt(form: Form) -> None:
    """Own hunting is asked for through dice, lists and sealed papers alone, where no answer tells of a person."""
    own = re.compile(
        r"\b(?:do|did|have|are|were) you\b.*\b(?:hunt|poach|kill|shoot|shot|trap|snare|take a)", re.IGNORECASE
    )
    assert [row["name"] for row in form.survey if own.search(re.sub("“[^”]*”", "", row["label::English (en)"]))] == []
    household = [row for row in form.survey if "someone in your household" in row["label::English (en)"]]
    assert all(row["relevant"] == "${sens_m}='rrt'" for row in household)


def test_consent_and_purpose_come_before_all_else(form: Form) -> None:
    """What people are told stands on the first screens, and what they say is not asked for before they agreed."""
    kinds = [(row["type"], row["name"]) for row in form.survey]
    told = next(i for i, (kind, _name) in enumerate(kinds) if kind == "note")
    assert told < next(i for i, (kind, _name) in enumerate(kinds) if kind == "begin repeat")
    if any(name == "consent_note" or name == "cons_note" for _kind, name in kinds):
        depth, open_to_all = 0, []
        for row in form.survey:
            depth += row["type"].startswith("begin") - row["type"].startswith("end")
            if row["type"].startswith("begin") and depth == 1:
                open_to_all += [row["name"]] if "${consent}='yes'" not in row["relevant"] else []
        assert open_to_all[0] == "ident"
        assert open_to_all[1:] in (["cons"], ["consent_g"])


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
    assert private == {name: ["/data/close/notes"] if name == "herder_interview" else [] for name in NAMES}


def test_the_lists_follow_the_reference_tables(form: Form) -> None:
    def named(name: str, language: str) -> dict[str, str]:
        return {row["name"]: row[f"label::{language}"] for row in form.choices[name]}

    assert named("country", "English (en)") == {state.iso_a2: state.name_cms for state in places.range_states()}
    assert list(named("species", "English (en)")) == [*(kind.code for kind in species.species()), "OTH"]
    for language in languages(form):
        code = language.rpartition("(")[2].rstrip(")")
        known = {kind.code: species.names(kind.code).get(code) for kind in species.species()}
        ours = named("species", language)
        assert [item for item, name in known.items() if name and name.casefold() != ours[item].casefold()] == []


def test_the_threats_are_the_working_list(form: Form) -> None:
    working = {item.code.lower().replace("-", "_"): item.label for item in threats.threats("CAMI-work")}
    for name in {"threat", "threat_short", "item"} & form.choices.keys():
        labels = {row["name"]: row["label::English (en)"] for row in form.choices[name]}
        assert labels.items() <= working.items()
        assert name != "threat" or labels == working


def test_what_is_not_official_is_never_shown_as_official() -> None:
    with (FORMS / "pow_activities.csv").open(encoding="utf-8", newline="") as file:
        shown = [row["label"] for row in csv.DictReader(file)]
    for item in programme.programme(illustrative=True):
        if item.standing == "illustrative":
            assert not [label for label in shown if item.activity in label]
        if item.standing == "uncertain":
            texts = [text for text in (item.section, item.objective) if text]
            assert [label for label in shown if texts[0] in label and label.endswith("(not confirmed)")] or (
                ": " in item.section
            )
    assert all(label.endswith("(not confirmed)") for label in shown if "Species measures" in label)


def test_every_programme_of_work_has_activities() -> None:
    with (FORMS / "pow_versions.csv").open(encoding="utf-8", newline="") as file:
        versions = [row["name"] for row in csv.DictReader(file)]
    with (FORMS / "pow_activities.csv").open(encoding="utf-8", newline="") as file:
        activities = list(csv.DictReader(file))
    assert {row["pow"] for row in activities} == set(versions)
    assert len({row["name"] for row in activities}) == len(activities)


def test_the_provinces_cover_the_fourteen_range_states() -> None:
    with (FORMS / "admin1.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["name", "label", "country"]
    assert {row["name"]: row["country"] for row in rows} == {unit.code: unit.iso_a2 for unit in places.provinces()}
    assert {row["country"] for row in rows} == {state.iso_a2 for state in places.range_states()}
    assert len({(row["country"], row["label"]) for row in rows}) == len(rows)

"""The workbooks of `forms/` are what their sources say; a language that lacks a text is named with the text."""

from __future__ import annotations

import dataclasses
import re
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cami_survey.base.places import shipped
from cami_survey.cli import questionnaire_texts, questionnaires
from cami_survey.exports import formbook
from cami_survey.operations import translations
from cami_survey.reference import drawn, programme, tables

NAMES = tuple(questionnaires.forms())


def builder(name: str) -> questionnaires.Builder:
    return questionnaires.Builder(name, questionnaires.forms()[name], questionnaires.reviews()[name])


@pytest.mark.parametrize("name", NAMES)
def test_each_workbook_is_what_its_sources_say(name: str) -> None:
    made = builder(name)
    sheets = made.sheets()
    assert made.missing == []
    assert formbook.is_same(shipped("forms") / f"{name}.xlsx", sheets), "run python3 make.py forms"


def test_the_files_of_provinces_and_programmes_are_what_the_reference_tables_say() -> None:
    for name, rows in drawn.files(tables.rows, programme.TABLES).items():
        assert questionnaires.table(shipped("forms") / name) == rows


def test_no_text_is_left_over_and_none_stands_twice() -> None:
    kept = {
        name: {row["name"] for row in questionnaires.table(questionnaires.source("source", f"{name}.csv"))}
        for name in NAMES
    }
    kept |= {f"list:{name}": set(values) for name, values in questionnaires.lists().items()}
    for path in sorted((shipped("forms") / "texts").glob("*.csv")):
        if path.stem == "reviews":
            continue
        keys = [(row["part"], row["name"]) for row in questionnaires.table(path)]
        assert (path.name, [key for key in keys if key[1] not in kept.get(key[0], set())]) == (path.name, [])
        assert len(set(keys)) == len(keys)


def test_a_language_without_a_text_is_named_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    words = {code: dict(questionnaires.words(code)) for code in ("en", "ru")}
    del words["ru"]["herder_interview", "age"], words["ru"]["list:sex", "f"]
    monkeypatch.setattr(questionnaires, "words", words.__getitem__)
    made = builder("herder_interview")
    made.languages = made.languages[:2]
    made.sheets()
    assert made.missing == [
        "herder_interview: Russian (ru) has no text for age (label)",
        "herder_interview: Russian (ru) has no text for sex: f",
    ]


def test_a_new_language_is_texts_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line in the list of languages and one file of texts make a further language, by the same command."""
    folder = tmp_path / "forms"
    shutil.copytree(shipped("forms"), folder)
    with (folder / "texts" / "reviews.csv").open("a", encoding="utf-8") as file:
        file.write("expert_gap,en-GB,Plain English,A. Reader,2026-11-28\n")
    shutil.copy(folder / "texts" / "en.csv", folder / "texts" / "en-GB.csv")
    monkeypatch.setattr(questionnaires, "shipped", lambda _name: folder)
    monkeypatch.setattr(questionnaires, "choice_label", lambda *_of: "label")
    for cached in (questionnaires.words, questionnaires.reviews):
        cached.cache_clear()
    try:
        sheets = builder("expert_gap").sheets()
    finally:
        for cached in (questionnaires.words, questionnaires.reviews):
            cached.cache_clear()
    assert "label::Plain English (en-GB)" in sheets[0].columns
    assert sheets[3].rows[-1] == {
        "language": "Plain English (en-GB)",
        "reviewed by": "A. Reader",
        "reviewed on": "2026-11-28",
    }


def test_codes_stay_text_in_the_workbook(tmp_path: Path) -> None:
    sheet = formbook.Sheet("choices", ["list_name", "name"], [{"list_name": "rate4", "name": "0"}, {"name": "=1+1"}])
    formbook.write(tmp_path / "a.xlsx", [sheet])
    cells = [cell.value for cell in load_workbook(tmp_path / "a.xlsx")["choices"]["B"]]
    assert cells == ["name", "0", "=1+1"]
    assert formbook.is_same(tmp_path / "a.xlsx", [sheet])
    assert not formbook.is_same(tmp_path / "a.xlsx", [dataclasses.replace(sheet, columns=["name"])])
    assert not formbook.is_same(tmp_path / "b.xlsx", [sheet])


def test_a_translators_workbook_becomes_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, workbook = tmp_path / "forms", tmp_path / "tk.xlsx"
    shutil.copytree(shipped("forms"), folder)
    translations.send(folder / "herder_interview.xlsx", "tk", workbook)
    book = load_workbook(workbook)
    for row in book["texts"].iter_rows(min_row=2):
        row[3].value = f"tk {row[0].row} {' '.join(re.findall(r'[$]{[^}]*}', row[2].value))}".strip()
    book["languages"]["B2"], book["languages"]["C2"] = "G. Reader", "2026-12-01"
    book.save(workbook)
    monkeypatch.setattr(questionnaires, "shipped", lambda _name: folder)
    for cached in (questionnaires.words, questionnaires.reviews):
        cached.cache_clear()
    try:
        questionnaire_texts.take(workbook, "herder_interview")
        made = builder("herder_interview")
        sheets = made.sheets()
    finally:
        for cached in (questionnaires.words, questionnaires.reviews):
            cached.cache_clear()
    assert made.missing == []
    assert sheets[3].rows[-1] == {"language": "Turkmen (tk)", "reviewed by": "G. Reader", "reviewed on": "2026-12-01"}
    number = next(row for row in sheets[0].rows if row["name"] == "stock_n")
    assert "${stock_name}" in str(number["label::Turkmen (tk)"])
    assert all(row["label::Turkmen (tk)"] for row in sheets[1].rows)
    kept = questionnaires.table(folder / "texts" / "tk.csv")
    assert {row["part"] for row in kept} >= {"herder_interview", "list:threat", "list:yndkr"}
    assert not any(row["part"] == "list:yn" for row in kept)


def test_a_text_that_english_does_not_have_is_left_over() -> None:
    english = questionnaires.words("en")
    parts = ("label", "hint", "guidance", "constraint", "required")
    for path in sorted((shipped("forms") / "texts").glob("*.csv")):
        if path.stem in ("reviews", "en"):
            continue
        stray = [
            (key, part)
            for key, row in questionnaires.words(path.stem).items()
            for part in parts
            if not key[0].startswith("list:") and row[part] and not english.get(key, {}).get(part)
        ]
        assert (path.name, stray) == (path.name, [])

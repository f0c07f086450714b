"""The questionnaires of `forms/`, built from their sources: `python -m cami_survey.cli.questionnaires` in a checkout.

`source/NAME.csv` holds the rows of a form without any words, `source/lists.csv` the lists of choices that are our own,
`source/forms.toml` the settings, `texts/CODE.csv` all words of one language, and `texts/reviews.csv` which languages a
form has and who has read them. Species, countries, threats and kinds of action come from the reference tables.
"""

from __future__ import annotations

import csv
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cami_survey.base.places import shipped
from cami_survey.exports.formbook import Sheet, is_same, write
from cami_survey.reference import drawn, programme, tables

LOGIC_BEFORE = ("type", "name")
WORDS = {"label": "label", "hint": "hint", "guidance": "guidance_hint"}
LOGIC = ("required", "relevant", "constraint")
MESSAGES = {"constraint": "constraint_message", "required": "required_message"}
LOGIC_AFTER = ("appearance", "choice_filter", "calculation", "repeat_count", "private")
HEADERS = {"private": "bind::cami:private"}
NAMESPACES = 'cami="urn:cami-survey:xforms"'
PROGRAM = "program"
Words = dict[tuple[str, str], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Language:
    """A language of one form. Until somebody who grew up with it has read it, `reviewer` is empty."""

    code: str
    name: str
    reviewer: str
    reviewed_on: str

    @property
    def heading(self) -> str:
        """What the columns of the language are called after `label::`."""
        return f"{self.name} ({self.code})"


@dataclass(slots=True)
class Builder:
    """Makes the sheets of one form and notes what its languages lack in `missing`."""

    form: str
    settings: dict[str, str]
    languages: tuple[Language, ...]
    missing: list[str] = field(default_factory=list)

    def sheets(self) -> list[Sheet]:
        """The workbook: survey, choices, settings, languages."""
        rows = table(source("source", f"{self.form}.csv"))
        return [self._survey(rows), self._choices(rows), self._settings(rows), self._reviews()]

    def _survey(self, rows: list[dict[str, str]]) -> Sheet:
        filled = [dict(self._row(row)) for row in rows]
        return Sheet("survey", _used([*self._headings()], filled), filled)

    def _headings(self) -> Iterator[str]:
        yield from LOGIC_BEFORE
        for heading in WORDS.values():
            yield from self._in_all(heading)
        yield from LOGIC
        for heading in MESSAGES.values():
            yield from self._in_all(heading)
        yield from (HEADERS.get(name, name) for name in LOGIC_AFTER)

    def _in_all(self, heading: str) -> list[str]:
        return [f"{heading}::{language.heading}" for language in self.languages]

    def _row(self, row: dict[str, str]) -> Iterator[tuple[str, str]]:
        for name in (*LOGIC_BEFORE, *LOGIC, *LOGIC_AFTER):
            yield HEADERS.get(name, name), row[name]
        for part, heading in (WORDS | MESSAGES).items():
            wanted = row["name"] and words("en").get((self.form, row["name"]), {}).get(part, "")
            for language in self.languages if wanted else ():
                text = words(language.code).get((self.form, row["name"]), {}).get(part, "")
                yield f"{heading}::{language.heading}", text or self._lacks(language, f"{row['name']} ({part})")

    def _choices(self, rows: Iterable[dict[str, str]]) -> Sheet:
        kinds = (row["type"].split() for row in rows)
        used = dict.fromkeys(
            kind[1] for kind in kinds if kind[:1] and kind[0] in ("select_one", "select_multiple", "rank")
        )
        filled = [
            {"list_name": name, "name": choice}
            | {
                f"label::{language.heading}": choice_label(name, choice, language.code)
                or self._lacks(language, f"{name}: {choice}")
                for language in self.languages
            }
            for name in used
            for choice in lists()[name]
        ]
        return Sheet("choices", ["list_name", "name", *self._in_all("label")], filled)

    def _settings(self, rows: Iterable[dict[str, str]]) -> Sheet:
        row = {
            "form_title": self.settings["title"],
            "form_id": self.form,
            "version": self.settings["version"],
            "default_language": self.languages[0].heading,
            "instance_name": self.settings["instance_name"],
            "style": "pages",
        }
        if any(row["private"] for row in rows):
            row["namespaces"] = NAMESPACES
        return Sheet("settings", list(row), [row])

    def _reviews(self) -> Sheet:
        filled = [
            {"language": language.heading, "reviewed by": language.reviewer, "reviewed on": language.reviewed_on}
            for language in self.languages[1:]
        ]
        return Sheet("languages", ["language", "reviewed by", "reviewed on"], filled)

    def _lacks(self, language: Language, what: str) -> str:
        self.missing.append(f"{self.form}: {language.heading} has no text for {what}")
        return ""


def _used(headings: list[str], rows: list[dict[str, str]]) -> list[str]:
    """The columns that hold something."""
    return [heading for heading in headings if any(row.get(heading) for row in rows)]


def source(folder: str, name: str) -> Path:
    """A file the questionnaires are made of."""
    return shipped("forms") / folder / name


def table(path: Path) -> list[dict[str, str]]:
    """The records of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def forms() -> dict[str, dict[str, str]]:
    """The settings of each form: title, version, instance_name."""
    return tomllib.loads(source("source", "forms.toml").read_text("utf-8"))


@cache
def words(code: str) -> Words:
    """(form or list, name) -> part -> text, in the language `code`."""
    return {(row["part"], row["name"]): row for row in table(source("texts", f"{code}.csv"))}


@cache
def reviews() -> dict[str, tuple[Language, ...]]:
    """The languages of each form, English first, and those of the program under "program"."""
    found: dict[str, list[Language]] = {}
    for row in table(source("texts", "reviews.csv")):
        language = Language(row["code"], row["language"], row["reviewed by"], row["reviewed on"])
        found.setdefault(row["form"], []).append(language)
    return {form: tuple(languages) for form, languages in found.items()}


@cache
def lists() -> dict[str, list[str]]:
    """The values of each list of choices in their order."""
    found = {name: list(choices) for name, choices in _drawn().items()}
    found["species"].append("OTH")
    for row in table(source("source", "lists.csv")):
        found.setdefault(row["list"], []).append(row["name"])
    return found


def worded_as(name: str, choice: str) -> str:
    """The list whose words a choice has, which is mostly its own."""
    return _worded_as().get((name, choice), name)


@cache
def _worded_as() -> dict[tuple[str, str], str]:
    return {(row["list"], row["name"]): row["like"] for row in table(source("source", "lists.csv")) if row["like"]}


@cache
def _drawn() -> dict[str, dict[str, drawn.Drawn]]:
    """The lists that come from the reference tables: list -> name -> choice."""
    return {name: {choice.name: choice for choice in choices} for name, choices in drawn.lists(tables.rows).items()}


def choice_label(name: str, choice: str, code: str) -> str:
    """The words of a choice: from the reference tables where they have them, else from the texts; "" if neither has."""
    like = worded_as(name, choice)
    return from_reference(like, choice, code) or words(code).get((f"list:{like}", choice), {}).get("label", "")


def from_reference(name: str, choice: str, code: str) -> str:
    """The words of a choice in the reference tables, "" if they have none."""
    found = _drawn().get(name, {}).get(choice)
    return found.words.get(code, "") if found else ""


def write_table(path: Path, rows: list[dict[str, str]]) -> bool:
    """Write a CSV file unless it holds just that; whether it was written."""
    if path.exists() and table(path) == rows:
        return False
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return True


def main(arguments: Sequence[str]) -> int:
    """Build every form and file anew; print what was written, and what texts are missing (exit code 1).

    `--take WORKBOOK.xlsx [FORM]` brings a translator's workbook into the texts first.
    """
    if arguments[:1] == ["--take"]:
        from cami_survey.cli.questionnaire_texts import take

        print(take(Path(arguments[1]), *arguments[2:]))
    folder, missing = shipped("forms"), []
    for name, rows in drawn.files(tables.rows, programme.TABLES).items():
        if write_table(folder / name, rows):
            print(folder / name)
    for form, settings in forms().items():
        builder = Builder(form, settings, reviews()[form])
        sheets, path = builder.sheets(), folder / f"{form}.xlsx"
        missing.extend(builder.missing)
        if not builder.missing and not is_same(path, sheets):
            write(path, sheets)
            print(path)
    print("\n".join(missing), end="\n" if missing else "")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

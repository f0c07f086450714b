"""What questionnaires draw from the tables: lists of choices with their words, and files of choices beside a form."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import combining, normalize

from cami_survey.reference import activities, programme
from cami_survey.reference.changes import Row
from cami_survey.reference.schemas import PROGRAMME_PREFIX

Rows = Callable[[str], Sequence[Row]]
File = list[dict[str, str]]
PROVINCES = "admin1.csv"
SOURCE = "en"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A choice from a table: its name in forms, and its words by the code of the language; English is always there."""

    name: str
    words: Mapping[str, str]

    def word(self, language: str) -> str:
        """Its words in a language, in English where the tables have none."""
        return self.words.get(language) or self.words[SOURCE]


def lists(rows: Rows) -> dict[str, list[Drawn]]:
    """The lists of choices by what our questionnaires call them; `rows` gives the rows of a table."""
    return {
        "country": [Drawn(row["iso_a2"], {SOURCE: row["name_cms"]}) for row in rows("range_states")],
        "species": _species(rows),
        "threat": [
            Drawn(row["code"].lower().replace("-", "_"), {SOURCE: row["label"]})
            for row in rows("threats")
            if row["scheme"] == "CAMI-work"
        ],
        "action1": [
            Drawn("a" + row["code"].replace(".", "_"), {SOURCE: f"{row['code']} {row['label']}"})
            for row in rows("conservation_actions")
            if row["scheme"] == "CMP-2.0" and row["level"] == "2"
        ],
    }


def _species(rows: Rows) -> list[Drawn]:
    names: dict[str, dict[str, str]] = {}
    for row in rows("species_names"):
        names.setdefault(row["species_code"], {})[row["lang"]] = row["name"][:1].upper() + row["name"][1:]
    return [Drawn(row["code"], {SOURCE: row["name_en"]} | names.get(row["code"], {})) for row in rows("species")]


def files(rows: Rows, tables: Iterable[str]) -> dict[str, File]:
    """The files of choices by name: provinces, versions and activities of the programmes of work among `tables`."""
    items = programme.items([row for name in tables if name.startswith(PROGRAMME_PREFIX) for row in rows(name)])
    species = {row["species_code"]: row["name"] for row in rows("species_names") if row["lang"] == SOURCE}
    species |= {choice.name: choice.words[SOURCE] for choice in _species(rows)}
    return {PROVINCES: _provinces(rows("admin1"))} | activities.files(items, species)


def _provinces(rows: Sequence[Row]) -> File:
    """Two units of one country with the same name get their kind added."""
    twice = Counter((row["iso_a2"], row["name"]) for row in rows)
    made = [
        {
            "name": row["iso_3166_2"],
            "label": row["name"] + (f" ({row['type'].lower()})" if twice[row["iso_a2"], row["name"]] > 1 else ""),
            "country": row["iso_a2"],
        }
        for row in rows
    ]
    return sorted(made, key=lambda row: (row["country"], _plain(row["label"]), row["name"]))


def _plain(name: str) -> str:
    """A name to sort by: its letters without marks."""
    return "".join(letter for letter in normalize("NFKD", name) if not combining(letter)).casefold()


def as_csv(rows: File) -> bytes:
    """Such a file as its bytes."""
    text = io.StringIO()
    columns = list(dict.fromkeys(column for row in rows for column in row))
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()

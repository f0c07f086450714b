"""The texts of an XLSForm: where each stands, what it is for, and how it reads in two languages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from cami_survey.base.texts import _
from cami_survey.engine.api import Workbook

KINDS = ("label", "hint", "guidance_hint", "constraint_message", "required_message")
PLACEHOLDER = re.compile(r"\$\{\s*([^}]*?)\s*\}")


@dataclass(frozen=True, slots=True)
class Text:
    """One text. `key` names it for good, `row` is its row in `sheet`, `group` the list a choice belongs to."""

    key: str
    sheet: str
    row: int
    kind: str
    source: str
    target: str
    context: str
    group: str = ""

    @property
    def placeholders(self) -> list[str]:
        """The answers the source shows, sorted."""
        return placeholders(self.source)


def placeholders(text: str) -> list[str]:
    """The names in `${…}`, sorted."""
    return sorted(PLACEHOLDER.findall(text))


def split(header: str) -> tuple[str, str]:
    """Kind and language of a column: `label` and "Kyrgyz (ky)" of `label::Kyrgyz (ky)`; no language if it has none."""
    kind, _colons, language = header.partition("::")
    return re.sub(r"\s+", "_", kind.strip().lower()), language.strip()


def default_language(book: Workbook) -> str:
    """The language of the form that is the source of the others, "" if its columns name none."""
    row = next((row for row in book.rows.get("settings", ()) if row), {})
    languages = languages_of(book)
    chosen = next((text for header, text in row.items() if split(header)[0] == "default_language"), "")
    return chosen if chosen in languages or not languages else languages[0]


def languages_of(book: Workbook) -> list[str]:
    """The languages that columns are written in, in their order."""
    headers = [header for sheet in ("survey", "choices") for header in book.headers.get(sheet, ())]
    found = dict.fromkeys(language for kind, language in map(split, headers) if kind in KINDS)
    return [language for language in found if language]


@dataclass(slots=True)
class Texts:
    """The texts of a form in the order of its sheets."""

    book: Workbook
    source: str
    target: str
    _seen: Counter[str] = field(default_factory=Counter)

    def all(self) -> list[Text]:
        """Every text that the source language has."""
        return [*self._survey(), *self._choices()]

    def _survey(self) -> Iterator[Text]:
        inside: list[str] = []
        for number, row in enumerate(self.book.rows.get("survey", ()), 2):
            kind = " ".join(_cell(row, "type").lower().replace("_", " ").split())
            about = " › ".join(inside) or _("Form")
            yield from self._of_row("survey", number, row, _cell(row, "name"), f"{about} › {kind}")
            if kind.startswith("begin"):
                inside.append(self._say(row, "label", self.source) or _cell(row, "name"))
            elif kind.startswith("end") and inside:
                inside.pop()

    def _choices(self) -> Iterator[Text]:
        for number, row in enumerate(self.book.rows.get("choices", ()), 2):
            name = _cell(row, "list_name") or _cell(row, "list name")
            context = _("Answer in the list {name}").format(name=name)
            yield from self._of_row("choices", number, row, f"{name}/{_cell(row, 'name')}", context, name)

    def _of_row(
        self, sheet: str, number: int, row: dict[str, str], name: str, context: str, group: str = ""
    ) -> Iterator[Text]:
        for kind in KINDS:
            source = self._say(row, kind, self.source)
            if source:
                key = f"{sheet}/{name}/{kind}"
                self._seen[key] += 1
                if self._seen[key] > 1:
                    key += f"/{self._seen[key]}"
                yield Text(key, sheet, number, kind, source, self._say(row, kind, self.target), context, group)

    def _say(self, row: dict[str, str], kind: str, language: str) -> str:
        """A text in a language; a column without one speaks the source language."""
        said = {found: text for header, text in row.items() for of, found in [split(header)] if of == kind}
        return said.get(language, said.get("", "") if language == self.source else "")


def _cell(row: dict[str, str], name: str) -> str:
    return next((text for header, text in row.items() if header.strip().lower() == name), "")

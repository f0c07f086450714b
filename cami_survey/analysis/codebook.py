"""The codebook: every column of every table, its question in all languages, its choices with their codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cami_survey.analysis.columns import Options
from cami_survey.analysis.definitions import Definition, Question
from cami_survey.analysis.layout import Layout, Sheet
from cami_survey.analysis.model import Column, Row, Table
from cami_survey.base.texts import _

MOST_CHOICES = 1000


def codebook(
    layout: Layout, definitions: Sequence[Definition], sheets: Sequence[tuple[Sheet, Table]], options: Options
) -> Table:
    """One row per question and, below it, one per choice: at most 1,000, then a row that says how many there are."""
    languages = list(dict.fromkeys(language for version in definitions for language in version.languages))
    columns = (
        Column("table", _("Table")),
        Column("name", _("Column")),
        Column("type", _("Type")),
        Column("code", _("Code of the choice")),
        *(Column(f"label::{language}" if language else "label", _label_title(language)) for language in languages),
        Column("group", _("Group")),
        Column("versions", _("Form versions")),
        Column("path", _("Place in the form")),
    )
    rows: list[Row] = []
    for sheet, table in sheets:
        rows.extend(_of_sheet(sheet, table, definitions, languages, options))
    rows.extend(_private(layout, definitions, languages))
    return Table("codebook", _("Codebook"), columns, rows, keys=2)


def _label_title(language: str) -> str:
    return _("Label: {language}").format(language=language) if language else _("Label")


def _of_sheet(
    sheet: Sheet, table: Table, definitions: Sequence[Definition], languages: Sequence[str], options: Options
) -> Iterator[Row]:
    names: dict[str, list[str]] = {}
    for column in table.columns:
        names.setdefault(column.path, []).append(column.name)
    labels = {column.path: column.label for column in table.columns}
    for slot, question in enumerate(sheet.questions):
        if question.path not in names:
            continue
        name, *more = names[question.path]
        if question.path.startswith("@"):
            yield [table.name, name, "record", None, labels[question.path], *[None] * (len(languages) + 2)]
            continue
        if options.split_multiple and slot in sheet.codes and (more or "/" in name) and not options.together:
            name = name.rsplit("/", 1)[0] + "/*"
        yield _question_row(table.name, name, question, definitions, languages)
        yield from _choices(table.name, name, question, languages)


def _question_row(
    table: str, name: str, question: Question, definitions: Sequence[Definition], languages: Sequence[str]
) -> Row:
    having = [version.version for version in definitions if any(q.path == question.path for q in version.questions)]
    group = next(iter(question.group.values()), None)
    return [
        table,
        name,
        question.type if question.known else _("not in any form version"),
        None,
        *_labels(question.labels, languages),
        group,
        ", ".join(having) or None,
        question.path,
    ]


def _labels(labels: Mapping[str, str], languages: Sequence[str]) -> Row:
    return [labels.get(language) or None for language in languages]


def _choices(table: str, name: str, question: Question, languages: Sequence[str]) -> Iterator[Row]:
    for choice in question.choices[:MOST_CHOICES]:
        yield [table, name, "choice", choice.code, *_labels(choice.labels, languages), None, None, None]
    more = len(question.choices) - MOST_CHOICES
    if more > 0:
        said = _("{number} more choices are in the form's file").format(number=more)
        yield [table, name, "choice", None, said, *[None] * (len(languages) + 2)]


def _private(layout: Layout, definitions: Sequence[Definition], languages: Sequence[str]) -> Iterator[Row]:
    seen = {question.path: question for version in reversed(definitions) for question in version.questions}
    for path in sorted(layout.private):
        row = _question_row(layout.form_id, seen[path].name, seen[path], definitions, languages)
        row[2] = _("{type}, kept on the laptop and not exported").format(type=seen[path].type)
        yield row

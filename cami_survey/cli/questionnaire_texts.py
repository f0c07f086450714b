"""A translator's workbook of one of our forms into `forms/texts`: `make.py forms --take WORKBOOK.xlsx [FORM]`."""

from __future__ import annotations

import csv
from pathlib import Path

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _
from cami_survey.cli import questionnaires
from cami_survey.engine.api import FormError, read_workbook
from cami_survey.exports import translation
from cami_survey.exports.formtexts import Texts, default_language

COLUMNS = ("part", "name", "label", "hint", "guidance", "constraint", "required")
PARTS = {heading: part for part, heading in (questionnaires.WORDS | questionnaires.MESSAGES).items()}


def take(workbook: Path, form: str = "herder_interview") -> Path:
    """Check the workbook against the form as it is now and write its texts; the file of the language comes back.

    FormError with every problem of the workbook; what is missing is left to the build, which names it.
    """
    back = translation.read_back(workbook.read_bytes(), workbook.name)
    book = read_workbook((questionnaires.source("", f"{form}.xlsx")).read_bytes())
    texts = Texts(book, default_language(book), back.language).all()
    if problems := list(translation.check(back, texts)):
        raise FormError(problems)
    code = _code(back.language)
    path = questionnaires.source("texts", f"{code}.csv")
    rows = {(row["part"], row["name"]): row for row in (questionnaires.table(path) if path.exists() else [])}
    for _row, key, _source, text in back.lines:
        _put(rows, form, key, text, code)
    _write(path, COLUMNS, list(rows.values()))
    _review(form, back, code)
    return path


def _code(language: str) -> str:
    code = language.rpartition("(")[2].rstrip(")")
    if not code or code == language:
        raise UserError("translation.language", _("“{language}” has no code.").format(language=language))
    return code


def _put(rows: dict[tuple[str, str], dict[str, str]], form: str, key: str, text: str, code: str) -> None:
    sheet, *names, kind = key.split("/")
    if sheet == "survey":
        place = (form, names[0])
    else:
        like = questionnaires.worded_as(names[0], names[1])
        if questionnaires.from_reference(like, names[1], code):
            return
        place = (f"list:{like}", names[1])
    row = rows.setdefault(place, dict.fromkeys(COLUMNS, "") | {"part": place[0], "name": place[1]})
    row[PARTS[kind]] = text


def _review(form: str, back: translation.Translation, code: str) -> None:
    path = questionnaires.source("texts", "reviews.csv")
    rows = questionnaires.table(path)
    row = next((row for row in rows if (row["form"], row["code"]) == (form, code)), None)
    if row is None:
        row = {"form": form, "code": code, "language": back.language.partition("(")[0].strip()}
        last = max((place for place, other in enumerate(rows) if other["form"] == form), default=len(rows) - 1)
        rows.insert(last + 1, row)
    row |= {"reviewed by": back.reviewer, "reviewed on": back.day}
    _write(path, tuple(rows[0]), rows)


def _write(path: Path, columns: tuple[str, ...], rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)

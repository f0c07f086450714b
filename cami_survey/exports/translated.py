"""A copy of a form's workbook with one language written in; everything else stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _
from cami_survey.exports.formtexts import KINDS, Text, split
from cami_survey.exports.translation import DAY, LANGUAGE, LANGUAGES, REVIEWER, Translation

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet


def write_copy(
    form: Path, target: Path, texts: Sequence[Text], translation: Translation, settings: Mapping[str, str]
) -> None:
    """Write `form` to `target` with the texts of `translation` and the cells `settings` of its settings sheet."""
    book = load_workbook(form)
    given = {key: text for _row, key, _source, text in translation.lines if text}
    for name in ("survey", "choices"):
        sheet = _sheet(book, name)
        if sheet is not None:
            _fill(
                sheet, [text for text in texts if text.sheet == name and text.key in given], given, translation.language
            )
    _review(book, translation)
    _set(book, settings)
    book.save(target)


def _sheet(book: Workbook, name: str) -> Worksheet | None:
    return next((sheet for sheet in book.worksheets if sheet.title.strip().lower() == name), None)


def _headers(sheet: Worksheet) -> dict[str, int]:
    return {str(cell.value).strip(): cell.column for cell in sheet[1] if cell.value is not None}


def _fill(sheet: Worksheet, texts: Sequence[Text], given: Mapping[str, str], language: str) -> None:
    columns = {kind: _column(sheet, kind, language) for kind in KINDS if any(text.kind == kind for text in texts)}
    for text in texts:
        _write(sheet, text.row, columns[text.kind], given[text.key])


def _column(sheet: Worksheet, kind: str, language: str) -> int:
    """The column of a kind of text in a language; a new one goes to the end, dressed like the others of its kind."""
    headers = _headers(sheet)
    for header, column in headers.items():
        if split(header) == (kind, language):
            return column
    column = max(headers.values(), default=0) + 1
    model = next((number for header, number in headers.items() if split(header)[0] == kind), None)
    sheet.cell(1, column).value = f"{kind}::{language}"
    if model is not None:
        _dress(sheet, model, column)
    return column


def _dress(sheet: Worksheet, model: int, column: int) -> None:
    for row in range(1, sheet.max_row + 1):
        like, cell = sheet.cell(row, model), sheet.cell(row, column)
        for part in ("font", "fill", "alignment") if like.has_style else ():
            setattr(cell, part, copy(getattr(like, part)))
    width = sheet.column_dimensions[get_column_letter(model)].width
    sheet.column_dimensions[get_column_letter(column)].width = width


def _write(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """Text, also where it begins like a formula. UserError in a cell that is merged with others."""
    cell = sheet.cell(row, column)
    if not isinstance(cell, Cell):
        raise UserError(
            "translation.merged",
            _("A cell of the form is merged with others, so nothing can be written into it."),
            advice=_("Take the merged cells of the sheet apart first."),
            where=f"{sheet.title}!{cell.coordinate}",
        )
    cell.value = text
    cell.data_type = "s"


def _review(book: Workbook, translation: Translation) -> None:
    sheet = _sheet(book, LANGUAGES)
    if sheet is None:
        sheet = book.create_sheet(LANGUAGES)
    headers = _headers(sheet)
    for name in (LANGUAGE, REVIEWER, DAY):
        if name not in headers:
            headers[name] = max(headers.values(), default=0) + 1
            sheet.cell(1, headers[name]).value = name
    rows = range(2, sheet.max_row + 1)
    row = next(
        (row for row in rows if sheet.cell(row, headers[LANGUAGE]).value == translation.language), sheet.max_row + 1
    )
    for name, text in ((LANGUAGE, translation.language), (REVIEWER, translation.reviewer), (DAY, translation.day)):
        _write(sheet, row, headers[name], text)


def _set(book: Workbook, settings: Mapping[str, str]) -> None:
    sheet = _sheet(book, "settings")
    if sheet is None:
        return
    headers = _headers(sheet)
    for name, text in settings.items():
        if name in headers:
            _write(sheet, 2, headers[name], text)

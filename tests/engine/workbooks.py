"""Workbooks from Markdown tables, also such as no form may be."""

from __future__ import annotations

import io

from openpyxl import Workbook


def workbook(markdown: str) -> bytes:
    """An .xlsx with the sheets of a table: a line with one cell names a sheet, the others are rows of it."""
    book = Workbook()
    book.remove(book.active)
    sheet = None
    for line in markdown.strip().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if cells[0]:
            sheet = book.create_sheet(cells[0])
        else:
            sheet.append([cell or None for cell in cells[1:]])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()

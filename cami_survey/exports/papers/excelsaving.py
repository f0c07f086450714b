"""Saving a workbook so that it can be stopped: openpyxl writes a large one for seconds without a word."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from cami_survey.base.heeding import heed, heeded

PIECE = 1 << 18


def save(book: Workbook, target: Path) -> None:
    """Write the workbook as openpyxl does, heeding at every row. Whatever stops it, `target` is closed."""
    properties: Any = book.properties
    properties.modified = datetime.now(UTC).replace(tzinfo=None)
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        _Saving(book, archive).write_data()


class _Saving(ExcelWriter):
    _archive: ZipFile

    def write_worksheet(self, ws: Any) -> None:
        """Write a sheet through a file beside, which is gone afterwards."""
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        writer: Any = _Rows(ws)
        try:
            with closing(writer.xf):
                writer.write()
            ws._rels = writer._rels
            with Path(writer.out).open("rb") as source, self._archive.open(ws.path[1:], "w", force_zip64=True) as part:
                while piece := source.read(PIECE):
                    heed()
                    part.write(piece)
        finally:
            writer.cleanup()
        self.manifest.append(ws)


class _Rows(WorksheetWriter):
    def rows(self) -> list[tuple[int, list[Any]]]:
        """The cells of every row that has any or a height, in order."""
        found: dict[int, dict[int, Any]] = {}
        sheet: Any = self.ws
        for (row, column), cell in heeded(sheet._cells.items()):
            found.setdefault(row, {})[column] = cell
        for row in sheet.row_dimensions:
            found.setdefault(row, {})
        return [(row, [cells[column] for column in sorted(cells)]) for row, cells in heeded(sorted(found.items()))]

    def write_row(self, xf: Any, row: Any, row_idx: int) -> None:
        """Write a row, unless nobody waits for it any more."""
        heed()
        super().write_row(xf, row, row_idx)

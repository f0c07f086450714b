"""The way of a table of others into the survey: its columns, its rows, and then the interviews."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _
from cami_survey.ui.pages.exchange_columns import ColumnsPage
from cami_survey.ui.pages.exchange_rows import RowsPage

if TYPE_CHECKING:
    from cami_survey.base.notices import Outcome
    from cami_survey.exports.foreign import ForeignBook
    from cami_survey.operations.table_imports import Imported, TableColumns, TableImport
    from cami_survey.ui.desk import Desk
    from cami_survey.ui.worker import Report


@dataclass(frozen=True, slots=True)
class _Looked:
    """A file that was read, the forms it fits, and its columns beside the first of them."""

    book: ForeignBook
    forms: list[tuple[str, str, int]]
    columns: TableColumns


class TableWay(QObject):
    """`shown` carries the page to show, `ended` when there is nothing more to show. The file is read once."""

    shown = Signal(object)
    ended = Signal()

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.desk = desk
        self.book: ForeignBook | None = None
        self.columns: ColumnsPage | None = None
        self.rows: RowsPage | None = None

    def pages(self) -> list[QWidget]:
        """The pages that were made."""
        return [page for page in (self.columns, self.rows) if page is not None]

    def forget(self) -> None:
        """Let go of the file and its pages, which somebody else takes away."""
        self.book = self.columns = self.rows = None

    def begin(self, path: Path, media: Path | None = None) -> None:
        """Read a file and show how its columns match the form it fits best; `media` are the files of its rows."""
        survey = self.desk.survey

        def work(_report: Report) -> Outcome[_Looked]:
            from cami_survey.base.notices import Outcome
            from cami_survey.operations import table_imports

            book = table_imports.look(path, media)
            forms = table_imports.fitting(survey, book)
            return Outcome(_Looked(book, forms, table_imports.match(survey, forms[0][0], book)))

        stopped = self.desk.feedback.clear
        self.desk.do_long(_("Reading the table"), work, self._begun, receiver=self, stopped=stopped)

    def _begun(self, looked: _Looked) -> None:
        self.ended.emit()
        self.book = looked.book
        page = self.columns = ColumnsPage(looked.columns, looked.forms)
        page.left.connect(self.ended)
        page.asked.connect(self.match)
        page.forgotten.connect(self.match_anew)
        page.attached.connect(self.attach)
        page.accepted.connect(self.look)
        self.shown.emit(page)

    def match(self, form_id: str, wishes: Mapping[str, str]) -> None:
        """Match the columns again, with what the person asked for."""
        self._match(form_id, wishes, anew=False)

    def match_anew(self, form_id: str) -> None:
        """Match the columns without what earlier imports remembered."""
        self._match(form_id, {}, anew=True)

    def _match(self, form_id: str, wishes: Mapping[str, str], *, anew: bool) -> None:
        survey, book, page = self.desk.survey, self.book, self.columns
        if book is None or page is None:
            return

        def work() -> TableColumns:
            from cami_survey.operations import table_imports

            if anew:
                table_imports.forget_mapping(survey, form_id)
            return table_imports.match(survey, form_id, book, asked=wishes)

        self.desk.worker.run(work, page.show_columns, receiver=page, key="table-columns")

    def attach(self, media: Path) -> None:
        """Take the files that the rows name along, and show the columns again with their number."""
        book, page, survey = self.book, self.columns, self.desk.survey
        if book is None or page is None:
            return
        form_id, wishes = page.found.form_id, dict(page.wishes)

        def work(_report: Report) -> Outcome[tuple[ForeignBook, TableColumns]]:
            from cami_survey.base.notices import Outcome
            from cami_survey.operations import table_imports

            with_files = table_imports.attach(book, media)
            return Outcome((with_files, table_imports.match(survey, form_id, with_files, asked=wishes)))

        def attached(found: tuple[ForeignBook, TableColumns]) -> None:
            if page is self.columns:
                self.book = found[0]
                page.show_columns(found[1])

        stopped = self.desk.feedback.clear
        self.desk.do_long(_("Looking at the files"), work, attached, receiver=page, stopped=stopped)

    def look(self, form_id: str, wishes: Mapping[str, str]) -> None:
        """Look at every row; nothing is written."""
        survey, book = self.desk.survey, self.book
        if book is None:
            return

        def work(report: Callable[[int, int], None]) -> Outcome[TableImport]:
            from cami_survey.base.notices import Outcome
            from cami_survey.operations import table_imports

            # The page says what is left out.
            found = table_imports.preview(survey, form_id, book, asked=wishes, progress=report).value
            if wishes and not survey.read_only:
                # Who sees refused rows goes and mends the table: the columns need not be matched again then.
                table_imports.keep_mapping(survey, found)
            return Outcome(found)

        stopped = self.desk.feedback.clear
        self.desk.do_long(_("Looking at the rows"), work, self._looked, receiver=self, stopped=stopped)

    def _looked(self, found: TableImport) -> None:
        columns = self.columns
        if columns is None:
            return
        page = self.rows = RowsPage(found)
        page.left.connect(self.ended)
        page.back.connect(lambda: self.shown.emit(columns))
        page.accepted.connect(lambda: self.take(found))
        self.shown.emit(page)

    def take(self, found: TableImport) -> None:
        """Make the interviews; one Undo puts them into the bin."""
        survey = self.desk.survey

        def work(report: Callable[[int, int], None]) -> Outcome[Imported]:
            from cami_survey.operations import table_imports

            return table_imports.apply(survey, found, progress=report)

        def done(_imported: Imported) -> None:
            self.ended.emit()

        def stopped() -> None:
            self.desk.feedback.done(_("Stopped. What was imported before is here, and known the next time."))
            self.desk.touched.emit(frozenset({"records"}))
            self.ended.emit()

        self.desk.do_long(_("Importing"), work, done, receiver=self, stopped=stopped)

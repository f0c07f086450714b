"""Reference tables: which there are and where they come from, their rows with doubts, new versions with a preview."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.dialogs.doubt import DoubtDialog
from cami_survey.ui.feedback import modal, open_file, save_file
from cami_survey.ui.kit import Button, ElidedLabel, Label, SearchField
from cami_survey.ui.kit.lists import CellsModel
from cami_survey.ui.kit.table import Cell, Table
from cami_survey.ui.pages.page import Faces, Page, foot_line, framed
from cami_survey.ui.pages.tables_bring import BringPage
from cami_survey.ui.pages.tables_row import RowPanel
from cami_survey.ui.pages.tables_words import column_title, name_of, said_by, spoken, title_of

if TYPE_CHECKING:
    from cami_survey.base.notices import Outcome
    from cami_survey.operations.references import Preview
    from cami_survey.reference.changes import Key, Row
    from cami_survey.reference.shelf import Dispute, Shelf
    from cami_survey.reference.shelf import Table as ReferenceTable
    from cami_survey.ui.desk import Desk

NAME, VERSION, ROWS, DOUBTED = range(4)
KEY, SAYS, STANDING = range(3)


def table_filters() -> str:
    """What file dialogs show."""
    return _("Tables") + " (*.xlsx *.xls *.csv);;" + _("All files") + " (*)"


class TablesPage(Faces):
    """The list of tables, the rows of one, or what a file would change. `left` when the person goes back."""

    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.shelf: Shelf | None = None
        self.listing = _Listing()
        self.rows = _RowsPage()
        self.bring: BringPage | None = None
        for face in (self.listing, self.rows):
            self.addWidget(face)
        self.listing.left.connect(self.left)
        self.listing.opened.connect(self.open)
        self.listing.bring.clicked.connect(self.choose)
        self.listing.write.clicked.connect(lambda: self._write(self.listing.chosen()))
        self.rows.left.connect(lambda: self._show_list())
        self.rows.doubted.connect(self._doubt)
        self.rows.write.clicked.connect(lambda: self._write(self.rows.table_name))
        desk.touched.connect(lambda kinds: self.refresh() if "survey" in kinds else None)
        self.show_face(self.listing)
        self.refresh()

    def refresh(self) -> None:
        """Read the tables again."""
        survey = self.desk.survey

        def read() -> Shelf:
            from cami_survey.operations import references

            return references.shelf(survey)

        self.desk.worker.run(read, self._take, receiver=self, key="tables")

    def _take(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.listing.show_tables([shelf.table(name) for name in shelf.names()], shelf)
        if self.rows.table_name:
            self.rows.show_table(shelf.table(self.rows.table_name), shelf)

    def open(self, name: str) -> None:
        """Show the rows of a table."""
        if self.shelf is not None and name:
            self.rows.show_table(self.shelf.table(name), self.shelf)
            self.show_face(self.rows)
            self.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_list(self) -> None:
        self.rows.table_name = ""
        self.show_face(self.listing)
        self.listing.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- doing

    def choose(self) -> None:
        """Choose a file and show what it would change."""
        path = open_file(self, _("Bring a table"), table_filters())
        if path is not None:
            self.look_at(path)

    def look_at(self, path: Path) -> None:
        """Show what a file would change, before anything is kept."""
        survey = self.desk.survey

        def work() -> Outcome[Preview]:
            from cami_survey.operations import references

            return references.preview(survey, path)

        self.desk.do(work, lambda seen: self._preview(path, seen), receiver=self)

    def _preview(self, path: Path, seen: Preview) -> None:
        self._drop_preview()
        self.bring = BringPage(path, seen)
        self.bring.left.connect(self._drop_preview)
        self.bring.accepted.connect(lambda version, origin: self._bring(path, seen.table, version, origin))
        self.addWidget(self.bring)
        self.show_face(self.bring)
        self.bring.setFocus(Qt.FocusReason.OtherFocusReason)

    def _drop_preview(self) -> None:
        if self.bring is not None:
            gone, self.bring = self.bring, None
            self._show_list()
            self.removeWidget(gone)
            gone.deleteLater()

    def _bring(self, path: Path, table: str, version: str, origin: str) -> None:
        survey = self.desk.survey

        def work() -> Outcome[Preview]:
            from cami_survey.operations import references

            return references.bring(survey, path, version=version, origin=origin, table=table)

        def refused(error: Exception) -> None:
            if self.bring is not None:
                self.bring.refuse(str(error))

        self.desk.do(work, lambda _seen: self._drop_preview(), receiver=self, failed=refused)

    def _write(self, name: str) -> None:
        if not name:
            return
        path = save_file(self, _("Write the table"), f"{name}.xlsx", _("Workbooks") + " (*.xlsx)")
        if path is not None:
            survey = self.desk.survey

            def work() -> Outcome[Path]:
                from cami_survey.operations import references

                return references.write_out(survey, name, path)

            self.desk.do(work, receiver=self)

    def _doubt(self, table: ReferenceTable, row: Row) -> None:
        schema = table.schema
        columns = [(column, column_title(column)) for column in schema.columns if column not in schema.key]
        dialog = DoubtDialog(name_of(row, schema), row, columns, schema.allowed, self.window())
        dialog.said.connect(
            lambda column, proposed, reason, source: self._keep_doubt(table, row, column, proposed, reason, source)
        )
        modal(dialog)

    def _keep_doubt(
        self, table: ReferenceTable, row: Row, column: str, proposed: str, reason: str, source: str
    ) -> None:
        survey = self.desk.survey

        def work() -> Outcome[Dispute]:
            from cami_survey.operations import references
            from cami_survey.reference.changes import key_of

            key = key_of(row, table.schema)
            return references.doubt(survey, table.name, key, column, proposed, reason=reason, source=source)

        self.desk.do(work, receiver=self)


class _Listing(Page):
    """All tables; `opened` carries a name."""

    opened = Signal(str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__(_("Reference tables"))
        self.names: list[str] = []
        self.model = CellsModel((_("Table"), _("Version"), _("Rows"), _("Doubted")), self)
        self.table = Table(_("Reference tables"), frozenset({ROWS, DOUBTED}))
        self.table.setModel(self.model)
        self.back = Button(_("Forms"), "quiet", "arrow-left")
        self.bring = Button(_("Bring a new version"), "primary", "download-simple")
        self.head.insertWidget(0, self.back)
        self.head.addWidget(self.bring)
        self.write = Button(_("Write to a workbook"), "secondary", "export")
        self.show_rows = Button(_("Open"), "secondary", "arrow-right")
        self.said = ElidedLabel("", "body", "muted")
        foot = foot_line(self.said, None, self.write, self.show_rows, padding=theme.M)
        self.body.addWidget(framed(self.table, foot), 1)
        self.hand_keys(self.table)
        self.back.clicked.connect(self.left)
        self.show_rows.clicked.connect(lambda: self.opened.emit(self.chosen()))
        self.table.opened.connect(lambda _row: self.opened.emit(self.chosen()))
        self.table.selectionModel().currentChanged.connect(lambda *_indexes: self._say())
        theme.look.changed.connect(self._measure)
        self._sources: dict[str, str] = {}
        self._measure()

    def _measure(self) -> None:
        self.table.set_row_height(theme.ROW)
        self.table.setColumnHidden(ROWS, not theme.fits(self.width(), 620))
        self.table.set_columns({VERSION: 200, ROWS: 96, DOUBTED: 112})

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def chosen(self) -> str:
        """The table the keys are on."""
        row = self.table.current_row()
        return self.names[row] if 0 <= row < len(self.names) else ""

    def show_tables(self, tables: list[ReferenceTable], shelf: Shelf) -> None:
        """Show these; the keys stay where they are."""
        current = max(self.table.current_row(), 0)
        self.names = [table.name for table in tables]
        self._sources = {table.name: _origin(table) for table in tables}
        self.model.show([_cells(table, len(shelf.disputed(table.name))) for table in tables])
        self.table.setCurrentIndex(self.model.index(min(current, len(tables) - 1), 0))
        self._say()

    def _say(self) -> None:
        self.said.setText(self._sources.get(self.chosen(), ""))


def _origin(table: ReferenceTable) -> str:
    if table.shipped or table.at is None:
        return table.source
    return _("{source} · brought by {name}, {day}").format(
        source=table.source, name=table.brought_by, day=words.day(table.at)
    )


def _cells(table: ReferenceTable, doubted: int) -> list[Cell]:
    from cami_survey.reference.shelf import is_official

    held = sum(not is_official(row, table.schema) for row in table.rows) if table.name.startswith("pow_") else 0
    unofficial = ngettext("{count} row is not official text", "{count} rows are not official text", held)
    sub = unofficial.format(count=words.number(held)) if held else _origin(table)
    shipped = _("as shipped") if table.shipped else _("brought to this survey")
    return [
        Cell(title_of(table.name), sub, role="strong", icon="table", sub_token="warn" if held else "muted"),
        Cell(table.version, shipped),
        Cell(words.number(len(table.rows)), end=True),
        Cell(words.number(doubted) if doubted else "", end=True, token="warn"),
    ]


class _RowsPage(Page):
    """The rows of one table, and beside them all that one says. `doubted` carries the table and the row."""

    doubted = Signal(object, object)
    left = Signal()

    def __init__(self) -> None:
        super().__init__("")
        self.table_name = ""
        self.standing: ReferenceTable | None = None
        self.shelf: Shelf | None = None
        self.found: list[Row] = []
        self.back = Button(_("Reference tables"), "quiet", "arrow-left")
        self.write = Button(_("Write to a workbook"), "secondary", "export")
        self.head.insertWidget(0, self.back)
        self.search = SearchField(_("Code or word"), _("Search the table"))
        self.count = Label("", tone="muted")
        self.model = CellsModel((_("Row"), _("It says"), _("Standing")), self)
        self.table = Table(_("Rows"))
        self.table.setModel(self.model)
        self.panel = RowPanel()
        self.across = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.across.setSpacing(theme.L)
        self.across.addWidget(framed(self.table, foot_line(self.count, None, self.write, padding=theme.M)), 3)
        self.across.addWidget(self.panel, 2)
        self.body.addWidget(self.search)
        self.body.addLayout(self.across, 1)
        self.hand_keys(self.table)
        self.back.clicked.connect(self.left)
        self.search.changed.connect(lambda _text: self._find())
        self.search.down.connect(lambda: self.table.setFocus(Qt.FocusReason.TabFocusReason))
        self.table.selectionModel().currentChanged.connect(lambda *_indexes: self._show_row())
        self.table.opened.connect(lambda _row: self._doubt())
        self.panel.doubt.clicked.connect(self._doubt)
        theme.look.changed.connect(self._measure)
        QWidget.setTabOrder(self.table, self.panel.doubt)
        self._measure()

    def _measure(self) -> None:
        self.table.set_row_height(theme.ROW_SMALL)
        narrow = not theme.fits(self.width(), 860)
        direction = QBoxLayout.Direction
        self.across.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        self.search.setVisible(theme.fits(self.height(), 420))
        self.table.set_columns({KEY: 176, STANDING: 144}, stretch=SAYS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def show_table(self, table: ReferenceTable, shelf: Shelf) -> None:
        """Show a table; the keys stay on their row when it is the one that is seen."""
        same, current = table.name == self.table_name, self.table.current_row()
        self.standing, self.shelf, self.table_name = table, shelf, table.name
        self.title.setText(title_of(table.name))
        if not same:
            self.search.edit.clear()
        self._find()
        if self.found:
            self.table.setCurrentIndex(self.model.index(min(max(current, 0), len(self.found) - 1) if same else 0, 0))
        self._show_row()

    def _find(self) -> None:
        if self.standing is None or self.shelf is None:
            return
        wanted = self.search.edit.text().casefold().split()
        disputed = {key for key, _column in self.shelf.disputed(self.table_name)}
        self.found = [
            row for row in self.standing.rows if all(word in " ".join(row.values()).casefold() for word in wanted)
        ]
        self.model.show([_row_cells(row, self.standing, disputed) for row in self.found])
        count = ngettext("{count} row", "{count} rows", len(self.found))
        self.count.setText(count.format(count=words.number(len(self.found))))
        if self.found:
            self.table.setCurrentIndex(self.model.index(0, 0))
        self._show_row()

    def _show_row(self) -> None:
        row = self._row()
        if row is None or self.standing is None or self.shelf is None:
            self.panel.show_nothing()
        else:
            self.panel.show_row(row, self.standing, self.shelf)

    def _row(self) -> Row | None:
        at = self.table.current_row()
        return self.found[at] if 0 <= at < len(self.found) else None

    def _doubt(self) -> None:
        row = self._row()
        if row is not None and self.standing is not None:
            self.doubted.emit(self.standing, row)


def _row_cells(row: Row, table: ReferenceTable, disputed: set[Key]) -> list[Cell]:
    from cami_survey.reference.changes import key_of
    from cami_survey.reference.shelf import is_official

    key = key_of(row, table.schema)
    official = is_official(row, table.schema)
    if key in disputed:
        standing = Cell(_("doubted"), token="warn", icon="warning", icon_token="warn")
    elif not official:
        standing = Cell(_("not official"), token="muted")
    else:
        standing = Cell("")
    return [
        Cell(spoken(key, table.schema), role="strong"),
        Cell(said_by(row), token="ink" if official else "muted"),
        standing,
    ]

"""A table of others before it comes in: whose it is, the form it answers, and which column answers which question."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMenu

from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.dialogs.pick import Pickable, PickDialog
from cami_survey.ui.feedback import modal, open_file, open_folder
from cami_survey.ui.kit import Button, Combo, Label, Tick
from cami_survey.ui.kit.flow import Flow
from cami_survey.ui.kit.lists import CellsModel
from cami_survey.ui.kit.table import Cell, Table
from cami_survey.ui.pages.page import Page, framed

if TYPE_CHECKING:
    from cami_survey.operations.table_columns import Column
    from cami_survey.operations.table_imports import TableColumns

COLUMN, EXAMPLES, QUESTION = range(3)
LEFT_OUT = ""


class ColumnsPage(Page):
    """`asked` carries the form and what was asked for, to match again; `accepted` leads to the rows; `left` leaves.

    `forgotten` asks to match without what an earlier import remembered, `attached` carries the zip or folder with the
    files of the rows, chosen or dropped here.
    """

    asked = Signal(str, object)
    accepted = Signal(str, object)
    forgotten = Signal(str)
    attached = Signal(object)
    left = Signal()

    def __init__(self, found: TableColumns, forms: Sequence[tuple[str, str, int]]) -> None:
        super().__init__(_("Table into interviews"))
        self.found = found
        self.wishes: dict[str, str] = {}
        self.columns: list[Column] = []
        self.dialog: PickDialog | None = None
        self.said = Label("", tone="muted", wrap=True)
        self.body.addWidget(self.said)
        self.form = Combo([(form_id, title) for form_id, title, _n in forms], found.form_id, _("Form"))
        self.open_only = Tick(_("Only columns without a question"))
        self.anew = Button(_("Match anew"), "quiet", "arrow-counter-clockwise")
        self.anew.setToolTip(_("Forget what was chosen at earlier imports of this form"))
        self.attach = Button(_("Attached files…"), "quiet", "paperclip")
        self.attach.setToolTip(_("The zip or folder with the pictures and recordings that the table names"))
        self.setAcceptDrops(True)
        label = Label(_("Form"))
        label.setMinimumHeight(theme.target())
        self.model = CellsModel((_("Column"), _("Examples"), _("Question")), self)
        self.table = Table(_("Columns and questions"))
        self.table.setModel(self.model)
        self.body.addWidget(framed(self.table), 1)
        self.whole = Label("", "small", wrap=True)
        self.body.addWidget(self.whole)
        # Over the table, but after it for Tab: what comes before the place where a page begins is never reached.
        self.body.insertLayout(1, Flow(label, self.form, self.open_only, self.attach, self.anew))
        self.look = Button(_("Look at the rows"), "primary", "arrow-right")
        self.cancel = Button(_("Leave it"), "quiet")
        self.head.addWidget(self.cancel)
        self.head.addWidget(self.look)
        self.hand_keys(self.table)
        self._connect()
        self.show_columns(found)

    def _connect(self) -> None:
        self.cancel.clicked.connect(self.left)
        self.look.clicked.connect(lambda: self.accepted.emit(self.found.form_id, dict(self.wishes)))
        self.form.chosen.connect(self._choose_form)
        self.anew.clicked.connect(self._forget)
        self.attach.clicked.connect(self._offer_attached)
        self.open_only.toggled.connect(lambda _on: self._fill())
        self.table.opened.connect(self.choose)
        self.table.tapped.connect(self.choose)
        self.table.deleted.connect(lambda row: self._wish(row, LEFT_OUT))
        self.table.installEventFilter(self)
        self.table.selectionModel().currentRowChanged.connect(lambda now, _before: self._tell(now.row()))
        theme.look.changed.connect(self._measure)

    def show_columns(self, found: TableColumns) -> None:
        """Show how the columns are matched now."""
        self.found = found
        self.anew.setVisible(found.remembered or bool(self.wishes))
        self._fill()
        answered = sum(bool(column.path) for column in found.columns)
        self.look.setEnabled(answered > 0)
        self.said.setText(
            " ".join(filter(None, (_whose(found), _amount(found), _files(found), _("Nothing is imported yet."))))
        )

    def _fill(self) -> None:
        row = self.table.current_row()
        columns = [column for column in self.found.columns if not column.about]
        self.columns = [one for one in columns if not (one.path and self.open_only.isChecked())]
        self.model.show([self._line(column) for column in self.columns])
        if self.columns:
            self.table.setCurrentIndex(self.model.index(min(max(row, 0), len(self.columns) - 1), 0))
        self._tell(self.table.current_row())
        self._measure()

    def _line(self, column: Column) -> list[Cell]:
        question, part = self._question(column), f" · {column.part}" if column.part else ""
        answer = Cell(f"{question}{part}") if question else Cell(_("left out"), token="warn", italic=True)
        return [
            Cell(column.name, role="strong"),
            Cell(" · ".join(self.found.samples[column.name]), token="muted"),
            answer,
        ]

    def _question(self, column: Column) -> str:
        return next((label for path, _name, label in self.found.questions[column.name] if path == column.path), "")

    def _tell(self, row: int) -> None:
        if not 0 <= row < len(self.columns):
            self.whole.setText("")
            return
        column = self.columns[row]
        parts = (column.name, self._question(column) or _("left out"), column.path)
        keys = _("Enter or letters choose a question, Delete leaves the column out.")
        self.whole.setText(" → ".join(filter(None, parts)) + "\n" + keys)

    # ---- choosing

    def choose(self, row: int, search: str = "") -> None:
        """Let the person choose the question that a column answers."""
        if not 0 <= row < len(self.columns):
            return
        column = self.columns[row]
        options = [Pickable(LEFT_OUT, _("Leave the column out"))]
        options += [Pickable(path, label, name) for path, name, label in self.found.questions[column.name]]
        samples = " · ".join(self.found.samples[column.name])
        self.dialog = PickDialog(
            column.title, options, (column.path,), said=samples, search=search, parent=self.window()
        )
        self.dialog.picked.connect(lambda keys: self._wish(row, keys[0]))
        self.dialog.finished.connect(self._close)
        modal(self.dialog)

    def _close(self) -> None:
        self.dialog = None

    def _wish(self, row: int, path: str) -> None:
        if 0 <= row < len(self.columns):
            self.wishes[self.columns[row].name] = path
            self.asked.emit(self.found.form_id, dict(self.wishes))

    def _choose_form(self, form_id: str) -> None:
        self.wishes.clear()
        self.asked.emit(form_id, {})

    def _forget(self) -> None:
        self.wishes.clear()
        self.forgotten.emit(self.found.form_id)

    # ---- attached files

    def _offer_attached(self) -> None:
        self.attached_menu().popup(self.attach.mapToGlobal(QPoint(0, self.attach.height())))

    def attached_menu(self) -> QMenu:
        """A zip or a folder: the system's dialogs offer one of them at a time."""
        menu = QMenu(self.attach)
        menu.addAction(_("Zip file…"), self._choose_zip)
        menu.addAction(_("Folder…"), self._choose_folder)
        return menu

    def _choose_zip(self) -> None:
        filters = _("Zip files") + " (*.zip);;" + _("All files") + " (*)"
        if (path := open_file(self, _("Attached files"), filters)) is not None:
            self.attached.emit(path)

    def _choose_folder(self) -> None:
        if (path := open_folder(self, _("Attached files"))) is not None:
            self.attached.emit(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.attached.emit(paths[0])

    # ---- keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched is self.table:
            text, plain = event.text(), event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
            if text.isalnum() and not plain:
                self.choose(self.table.current_row(), text)
                return True
        return super().eventFilter(watched, event)

    # ---- layout

    def _measure(self) -> None:
        self.table.set_row_height(theme.ROW_SMALL)
        wide = theme.fits(self.width(), 760)
        self.table.setColumnHidden(EXAMPLES, not wide)
        share = max(self.width() - 2 * theme.XL, 240) * 100 // max(theme.u(100), 1)
        widths = {COLUMN: share * 3 // 10, EXAMPLES: share * 3 // 10} if wide else {COLUMN: share * 45 // 100}
        self.table.set_columns(widths, stretch=QUESTION)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()


def _whose(found: TableColumns) -> str:
    told = {
        "kobo": _("{name} is an export of KoboToolbox."),
        "odk": _("{name} is an export of ODK Central, or one in its shape."),
        "cami": _("{name} is an export of this program."),
        "table": _("{name} is a table without a known shape: its headings are compared with the form."),
    }
    return told[found.kind].format(name=found.name)


def _files(found: TableColumns) -> str:
    if not found.media:
        return ""
    text = ngettext("{n} attached file comes from {name}.", "{n} attached files come from {name}.", found.files)
    return text.format(n=words.number(found.files), name=found.media)


def _amount(found: TableColumns) -> str:
    text = ngettext("It has {count} interview", "It has {count} interviews", found.rows)
    said = text.format(count=words.number(found.rows))
    if not found.inner:
        return f"{said}."
    inner = ngettext("and {count} row of repeats.", "and {count} rows of repeats.", found.inner)
    return f"{said} {inner.format(count=words.number(found.inner))}"

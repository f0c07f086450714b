"""Holding against a cell of a reference table: what it should say, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _
from cami_survey.ui.dialogs.frame import DialogFrame, Rows
from cami_survey.ui.kit import Combo, Label, TextArea, TextField, column


class DoubtDialog(DialogFrame):
    """`columns` are names with titles; `said` carries name, proposed text, reason and source. `allowed` are the texts
    of columns that have a list."""

    said = Signal(str, str, str, str)

    def __init__(
        self,
        name: str,
        row: Mapping[str, str],
        columns: Sequence[tuple[str, str]],
        allowed: Mapping[str, frozenset[str]],
        parent: QWidget | None = None,
    ) -> None:
        words = _("The table keeps what it says; your doubt stands beside it, with its reason, on every laptop.")
        super().__init__(_("Doubt a cell of {name}").format(name=name), words, parent, width=600)
        self.row, self.allowed = row, allowed
        self.column = Combo(columns, columns[0][0], _("Column"))
        self.now = Label("", wrap=True)
        self.picked = Combo([], "", _("It should say"))
        self.written = TextField("", name=_("It should say"))
        self.reason = TextArea("", placeholder=_("What was seen, by whom, when"), name=_("Reason"))
        self.source = TextField("", name=_("Source"))
        rows = Rows()
        rows.add(_("Column"), self.column)
        rows.add(_("It says"), self.now)
        should = QWidget()
        should.setLayout(column(self.picked, self.written, gap=0))
        rows.add(_("It should say"), should)
        rows.add(_("Reason"), self.reason)
        rows.add(_("Source"), self.source, _("A report, an office, a person; may stay empty."))
        self.body.addLayout(rows)
        self.column.chosen.connect(lambda _key: self._show_column())
        self.finish_with(_("Keep the doubt"), "check").clicked.connect(self._say)
        self._show_column()
        self.column.setFocus()

    def _show_column(self) -> None:
        chosen = self.column.key()
        options = sorted(self.allowed.get(chosen, ()))
        self.now.setText(self.row.get(chosen, "") or _("nothing"))
        self.picked.set_options([(option, option) for option in options])
        self.picked.setVisible(bool(options))
        self.written.setVisible(not options)

    def _say(self) -> None:
        chosen, reason = self.column.key(), self.reason.toPlainText().strip()
        if not reason:
            self.refuse(_("A doubt needs a reason."))
            self.reason.setFocus()
            return
        proposed = self.picked.key() if chosen in self.allowed else self.written.text().strip()
        self.accept()
        self.said.emit(chosen, proposed, reason, self.source.text().strip())

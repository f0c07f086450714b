"""The export dialog: which forms, in which language, how choices are written, and where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cami_survey.base.errors import UserError
from cami_survey.base.records import FormEntry
from cami_survey.base.texts import _
from cami_survey.ui.dialogs.frame import DialogFrame, Rows
from cami_survey.ui.dialogs.survey import SUFFIX, file_name
from cami_survey.ui.feedback import ask, save_file, show_folder
from cami_survey.ui.kit import Button, Combo, Segments, TextField, Tick, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from cami_survey.base.notices import Outcome
    from cami_survey.operations.exports import Exported
    from cami_survey.ui.desk import Desk


class ExportDialog(DialogFrame):
    """Exports on the worker, with progress in the window behind. `folder_used` carries where the file went."""

    folder_used = Signal(str)

    def __init__(self, desk: Desk, form_id: str = "", parent: QWidget | None = None) -> None:
        super().__init__(
            _("Export to Excel"),
            _("One sheet per form, repeats on sheets of their own, a codebook, and where everything came from."),
            parent,
            width=600,
        )
        self.desk = desk
        newest: dict[str, FormEntry] = {}
        for form in desk.survey.forms():
            newest.setdefault(form.form_id, form)
        self.forms = list(newest.values())
        self.ticks = {form.form_id: Tick(form.title, not form_id or form.form_id == form_id) for form in self.forms}
        self.language = Combo(self._languages(), self._own_language(), name=_("Language of labels"))
        self.labels = Segments([("labels", _("Labels")), ("codes", _("Codes"))], "labels", _("Choices as"))
        self.multiple = Segments(
            [("one", _("One column")), ("split", _("One per choice"))], "one", _("Several choices in")
        )
        self.drafts = Tick(_("Drafts too"))
        self.path = TextField(str(self._proposal()), name=_("File"))
        self.path.setCursorPosition(0)
        self._agreed: Path | None = None
        self._lay_out()

    def _lay_out(self) -> None:
        forms = QWidget()
        column = QVBoxLayout(forms)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for tick in self.ticks.values():
            column.addWidget(tick)
            tick.toggled.connect(self._check)
        choose = Button(_("Choose…"))
        choose.clicked.connect(self._choose)
        place = QWidget()
        place.setLayout(row(self.path, choose))
        rows = Rows()
        rows.add(_("Forms"), forms)
        rows.add(_("Interviews"), self.drafts)
        rows.add(_("Language"), self.language)
        rows.add(_("Choices as"), self.labels)
        rows.add(_("Several choices in"), self.multiple)
        rows.add(_("File"), place)
        self.body.addLayout(rows)
        self.main = self.finish_with(_("Export"), "file-xls")
        self.main.clicked.connect(self._export)
        self.main.setFocus()
        self._check()

    def _languages(self) -> list[tuple[str, str]]:
        names = dict.fromkeys(language for form in self.forms for language in form.languages)
        return [("", _("As each form has it first")), *((name, name) for name in names)]

    def _own_language(self) -> str:
        """The program's language where every form speaks it, as the forms name it."""
        code = f"({self.desk.settings.language})"
        spoken = {next((name for name in form.languages if name.endswith(code)), "") for form in self.forms}
        return spoken.pop() if len(spoken) == 1 else ""

    def _proposal(self) -> Path:
        """A file that is not there yet, in the folder of the last export."""
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        folders = (Path(name) for name in (self.desk.settings.export_folder, documents) if name)
        folder = next((folder for folder in folders if folder.is_dir()), Path.home())
        title = file_name(self.desk.survey.title).removesuffix(SUFFIX)
        names = (f"{title}{number}.xlsx" for number in ("", *(f" {n}" for n in range(2, 1000))))
        return next((folder / name for name in names if not (folder / name).exists()), folder / f"{title}.xlsx")

    def _check(self) -> None:
        self.main.setEnabled(any(tick.isChecked() for tick in self.ticks.values()))

    def _choose(self) -> None:
        filters = _("Excel workbook") + " (*.xlsx);;" + _("CSV files in a zip") + " (*.csv.zip)"
        path = save_file(self, _("Export"), self.path.text(), filters)
        if path is not None:
            # The system's dialog has asked whether a file that is there may be replaced.
            self._agreed = path
            self.path.setText(str(path if path.suffix else path.with_suffix(".xlsx")))
            self.path.setCursorPosition(0)

    def _target(self) -> Path | None:
        """Where to write; None when it cannot be there, which is said, or must not be replaced."""
        from cami_survey.operations.exports import check_target

        target = Path(self.path.text().strip()).expanduser()
        target = target if target.suffix or not target.name else target.with_suffix(".xlsx")
        try:
            check_target(target)
        except UserError as error:
            self.refuse(f"{error.sentence} {error.advice}")
            self.path.setFocus()
            return None
        if not target.exists() or target == self._agreed:
            return target
        title, words = _("Replace {name}?").format(name=target.name), _("What is in the file now will be gone.")
        return target if ask(self, title, words, _("Replace"), danger=True) else None

    def _export(self) -> None:
        survey, target = self.desk.survey, self._target()
        if target is None:
            return
        chosen = [form_id for form_id, tick in self.ticks.items() if tick.isChecked()]
        # All of them are also those that this survey does not know.
        forms = None if len(chosen) == len(self.ticks) else chosen
        language, codes = self.language.key() or None, self.labels.key() == "codes"
        split, drafts = self.multiple.key() == "split", self.drafts.isChecked()

        def work(report: Callable[[int, int], None]) -> Outcome[Exported]:
            from cami_survey.operations import exports

            return exports.export(
                survey,
                target,
                forms=forms,
                language=language,
                codes=codes,
                split_multiple=split,
                include_drafts=drafts,
                progress=report,
            )

        def offer(exported: Exported) -> None:
            self.desk.feedback.offer(_("Open the folder"), lambda: show_folder(exported.path.parent))

        self.folder_used.emit(str(target.parent))
        self.accept()
        words = _("Writing {name}").format(name=target.name)
        self.desk.do_long(words, work, offer, receiver=self.desk, stopped=self.desk.say_stopped)

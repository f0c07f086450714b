"""One interview in a package of its own: sent back for correction, or to whoever asked for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from cami_survey.base.form_words import form_title
from cami_survey.base.texts import _
from cami_survey.ui.dialogs.pick import Pickable, PickDialog
from cami_survey.ui.feedback import modal, open_folder

if TYPE_CHECKING:
    from cami_survey.base.notices import Outcome
    from cami_survey.base.records import RecordRow
    from cami_survey.operations.packages import Packed
    from cami_survey.ui.desk import Desk


def send(page: QWidget, desk: Desk, record: RecordRow) -> None:
    """Ask who shall get it and where the package goes; the laptop that wrote it last is proposed."""
    survey, name = desk.survey, record.summary.code or form_title(record.form_title)

    def work() -> tuple[list[tuple[str, str]], list[str]]:
        from cami_survey.operations import packages

        wrote = [device.recipient for device in survey.devices() if device.id == record.device]
        return packages.readers(survey), wrote

    def ask(found: tuple[list[tuple[str, str]], list[str]]) -> None:
        readers, wrote = found
        if not readers:
            desk.feedback.done(_("Nobody is known yet who could read it. Let a laptop in under Exchange first."))
            return
        title, said = _("Send {name}").format(name=name), _("Whoever is chosen can read this one interview.")
        options = [Pickable(recipient, who) for who, recipient in readers]
        dialog = PickDialog(title, options, wrote, said=said, several=True, parent=page.window())
        dialog.picked.connect(lambda to: choose_folder(page, desk, record, to))
        modal(dialog)

    desk.worker.run(work, ask, receiver=page, waited=True)


def choose_folder(page: QWidget, desk: Desk, record: RecordRow, to: Sequence[str]) -> None:
    """Ask where the package goes, if it goes to anybody."""
    if not to:
        desk.feedback.done(_("Nobody was chosen; nothing was written."))
        return
    folder = open_folder(page, _("Where the package is written"))
    if folder is not None:
        write(page, desk, record, to, folder)


def write(page: QWidget, desk: Desk, record: RecordRow, to: Sequence[str], folder: Path) -> None:
    """Write the package."""
    survey = desk.survey

    def work() -> Outcome[Packed]:
        from cami_survey.operations import packages

        return packages.pack(survey, folder, to=list(to), records=[record.record])

    desk.do(work, receiver=page)

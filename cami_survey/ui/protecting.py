"""From the settings: another key for the open survey, a recovery code for paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.texts import _
from cami_survey.ui.dialogs.protection import NewKey, NewKeyDialog, RecoveryCodesDialog, RecoveryDialog
from cami_survey.ui.feedback import modal

if TYPE_CHECKING:
    from cami_survey.store.api import SurveyFile
    from cami_survey.ui.desk import Desk


class Protecting:
    """`opened` takes the survey after its file was written anew."""

    def __init__(self, desk: Desk, window: QWidget, opened: Callable[[SurveyFile], object]) -> None:
        self.desk, self.window, self.opened = desk, window, opened

    def change_key(self, problem: str = "") -> None:
        """Ask for the passwords, then write the file anew."""
        dialog = NewKeyDialog(self.desk.survey.encrypted, problem, self.window)
        dialog.ready.connect(self._change)
        modal(dialog)

    def _change(self, asked: NewKey) -> None:
        """Check the password of now, close the survey, and open it again when its file was written anew."""
        survey = self.desk.survey

        def checked(fits: bool) -> None:
            if not fits:
                self.change_key(_("That is not the password it has now."))
                return
            path, old = survey.path, asked.old if survey.encrypted else None
            self.desk.take(None)
            self.desk.worker.run_long(
                _("Writing the file under its new key"),
                lambda _report: _changed(path, old, asked.new),
                self._again,
                receiver=self.window,
            )

        self.desk.worker.run(
            lambda: not survey.encrypted or survey.opens_with(asked.old),
            checked,
            receiver=self.window,
            failed=lambda error: self.change_key(error.sentence),
        )

    def _again(self, outcome: Outcome[SurveyFile]) -> None:
        self.opened(outcome.value)
        self.desk.feedback.say(outcome, self.desk.undo)

    def make_recovery(self) -> None:
        """Ask how many sheets and where to, then make a code."""
        survey = self.desk.survey
        dialog = RecoveryDialog(Path(survey.path.parent), survey.path.stem, self.window)

        def work(target: Path, needed: int, total: int) -> Outcome[list[Path]]:
            from cami_survey.operations import protection
            from cami_survey.ui import recovery_pdf

            return protection.make_recovery(survey, target, needed=needed, total=total, write=recovery_pdf.write)

        dialog.ready.connect(
            lambda target, needed, total: self.desk.do(
                lambda: work(target, needed, total),
                lambda paths: self._offer(paths[0]),
                receiver=self.window,
            )
        )
        modal(dialog)

    def show_codes(self) -> None:
        """List the recovery codes; one that is chosen opens the survey no longer."""
        survey = self.desk.survey
        dialog = RecoveryCodesDialog(survey.recovery_recipients(), self.window)

        def work(recipient: str) -> Outcome[None]:
            from cami_survey.operations import protection

            return protection.remove_recovery(survey, recipient)

        dialog.removed.connect(lambda recipient: self.desk.do(lambda: work(recipient), receiver=self.window))
        modal(dialog)

    def seal_names(self) -> None:
        """Ask for whom names are sealed, and of which questions."""
        from cami_survey.operations import identity
        from cami_survey.ui.dialogs.names import NamesAsked, NamesDialog

        survey = self.desk.survey

        def ask(found: identity.Standing) -> None:
            dialog = NamesDialog(found, self.window)
            dialog.ready.connect(lambda asked: self.desk.do(lambda: work(asked), receiver=self.window))
            dialog.stopped.connect(lambda: self.desk.do(lambda: identity.stop(survey), receiver=self.window))
            modal(dialog)

        def work(asked: NamesAsked) -> Outcome[identity.Standing]:
            return identity.seal(survey, asked.to, also=asked.also, leave=asked.leave)

        self.desk.worker.run(lambda: identity.standing(survey), ask, receiver=self.window)

    def _offer(self, sheet: Path) -> None:
        from cami_survey.ui.feedback import show_folder

        self.desk.feedback.offer(_("Open the folder"), lambda: show_folder(sheet.parent))


def _changed(path: Path, old: str | None, new: str | None) -> Outcome[SurveyFile]:
    """Change the key and open the survey; where that fails it is open as before, and the reason is a notice."""
    from cami_survey.operations import protection, surveys

    try:
        outcome = protection.change_key(path, key=old, new_key=new)
    except UserError as error:
        text = " ".join(part for part in (error.sentence, error.advice) if part)
        notice = Notice(error.code, text, "error", str(path))
        return Outcome(surveys.open_survey(path, key=old).value, notices=(notice,))
    return Outcome(surveys.open_survey(path, key=new).value, outcome.touched, outcome.notices)

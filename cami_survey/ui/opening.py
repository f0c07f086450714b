"""Opening, making, checking and backing up surveys: questions first, then work behind the window."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from cami_survey.base.errors import UserError
from cami_survey.base.notices import Outcome
from cami_survey.base.texts import _
from cami_survey.ui.dialogs.survey import OF_KEY, DrillDialog, KeyDialog, NewSurvey, NewSurveyDialog, survey_filters
from cami_survey.ui.feedback import modal, open_file, open_folder

if TYPE_CHECKING:
    from cami_survey.base.records import RecordRow
    from cami_survey.operations.withdrawals import Withdrawn
    from cami_survey.store.api import Drill, SurveyFile
    from cami_survey.ui.desk import Desk
    from cami_survey.ui.protecting import Protecting
    from cami_survey.ui.rescuing import Rescuing

DAMAGED = ("file.damaged", "file.unsound")


class Opening:
    """`opened` takes the survey file; `failed` is called when none was opened."""

    def __init__(
        self,
        desk: Desk,
        window: QWidget,
        opened: Callable[[SurveyFile], object],
        failed: Callable[[], object],
    ) -> None:
        self.desk, self.window, self.opened, self.failed = desk, window, opened, failed
        self._protecting: Protecting | None = None
        self._rescue: Rescuing | None = None

    def choose(self) -> None:
        """Choose a file and open it."""
        path = open_file(self.window, _("Open a survey"), survey_filters())
        if path is not None:
            self.open_path(path)

    def open_path(self, path: Path, key: str = "") -> None:
        """Open the file; ask for its password if it has one. The one that is open already is shown."""
        if self.desk.is_open and path.resolve() == self.desk.survey.path.resolve():
            self.desk.go.emit("interviews")
            return

        def work() -> Outcome[SurveyFile | None]:
            from cami_survey.operations import keyrings, surveys
            from cami_survey.store.api import is_encrypted

            known = key
            if not key and path.is_file() and is_encrypted(path):
                known = keyrings.find(path) or ""
                if not known:
                    return Outcome(None)
            outcome = surveys.open_survey(path, key=known or None)
            return Outcome(outcome.value, outcome.touched, outcome.notices)

        def then(survey: SurveyFile | None) -> None:
            if survey is None:
                self._ask_key(path)
            else:
                self.opened(survey)

        self.desk.do(work, then, receiver=self.window, failed=lambda error: self._refused(error, path, key))

    def _refused(self, error: UserError, path: Path, key: str) -> None:
        if key and error.code.startswith(OF_KEY):
            problem = " ".join(part for part in (error.sentence, error.advice) if part)
            self._ask_key(path, problem, key)
            return
        if not self.desk.is_open:
            self.failed()
        ways = [
            (_("Restore a backup…"), lambda: self._rescuing().restore(path)),
            (_("Save what can be saved…"), lambda: self._rescuing().salvage(path)),
        ]
        self.desk.feedback.error(error, ways=ways if error.code in DAMAGED else ())

    def _ask_key(self, path: Path, problem: str = "", typed: str = "") -> None:
        if not self.desk.is_open:
            self.failed()
        dialog = KeyDialog(path.name, problem, self.window, typed=typed)
        dialog.ready.connect(lambda key: self.open_path(path, key))
        modal(dialog)

    def create(self) -> None:
        """Ask what the new survey is, make it, open it."""
        settings = self.desk.settings
        dialog = NewSurveyDialog(settings.facilitator, settings.device_name, self.window)
        dialog.ready.connect(self.make)
        modal(dialog)

    def make(self, asked: NewSurvey) -> None:
        """Make the survey and open it."""

        def work() -> Outcome[SurveyFile]:
            from cami_survey.operations import surveys

            return surveys.create(
                asked.path,
                title=asked.title,
                key=asked.key or None,
                device_name=asked.device_name,
                facilitator=asked.facilitator,
            )

        self.desk.do(work, self.opened, receiver=self.window, failed=lambda error: self._ask_again(asked, error))

    def _ask_again(self, asked: NewSurvey, error: UserError) -> None:
        problem = " ".join(part for part in (error.sentence, error.advice) if part)
        dialog = NewSurveyDialog(asked.facilitator, asked.device_name, self.window)
        dialog.ask_again(asked, problem, about_key=error.code.startswith("key."))
        dialog.ready.connect(self.make)
        modal(dialog)

    def demonstrate(self) -> None:
        """Choose a folder, fill it with the demonstration journey, open its survey."""
        folder = open_folder(self.window, _("Where the demonstration may be written"))
        if folder is not None:
            self.demonstrate_in(folder)

    def demonstrate_in(self, folder: Path) -> None:
        """Write the demonstration survey into `folder` and open it."""

        def work(report: Callable[[int, int], None]) -> Outcome[SurveyFile]:
            from cami_survey.operations import demo, surveys

            return surveys.open_survey(demo.demonstration_survey(folder, progress=report).value)

        self.desk.do_long(_("Making the demonstration survey"), work, self.opened, receiver=self.window)

    def back_up(self) -> None:
        """Copy the file to the folder for backups, or beside it."""
        survey, folder = self.desk.survey, self.desk.settings.backup_folder

        def work() -> Outcome[Path]:
            from cami_survey.operations import surveys

            return surveys.backup(survey, _in_folder(survey.path, folder) if folder else None)

        self.desk.do(work, receiver=self.window)

    def back_up_if_due(self) -> None:
        """After an interview: a backup without being asked, unless there was one in the last half hour."""
        survey, folder = self.desk.survey, self.desk.settings.backup_folder

        def work() -> Outcome[Path | None]:
            from cami_survey.operations import surveys

            return surveys.back_up_if_due(survey, folder)

        self.desk.do(work, receiver=self.window)

    def close(self) -> None:
        """Close the survey, with a backup of what no backup holds yet."""
        survey, folder = self.desk.survey, self.desk.settings.backup_folder
        self.desk.worker.run(lambda: _close(survey, folder), receiver=self.window)

    def protect(self, what: str) -> None:
        """Answer what the settings ask for: another key, a recovery code, a drill, a backup of before."""
        from cami_survey.ui.protecting import Protecting

        if not self.desk.is_open:
            return
        if self._protecting is None:
            self._protecting = Protecting(self.desk, self.window, self.opened)
        ways: dict[str, Callable[[], object]] = {
            "key": self._protecting.change_key,
            "recovery": self._protecting.make_recovery,
            "codes": self._protecting.show_codes,
            "names": self._protecting.seal_names,
            "drill": self.drill,
            "restore": self.restore,
        }
        ways[what]()

    def drill(self, problem: str = "") -> None:
        """Restore the newest backup on trial; an encrypted one by the password, once, as after a disaster."""
        if not self.desk.survey.encrypted:
            self._drill(None)
            return
        dialog = DrillDialog(problem, self.window)
        dialog.ready.connect(self._drill)
        modal(dialog)

    def _drill(self, key: str | None) -> None:
        survey = self.desk.survey

        def work() -> Outcome[Drill]:
            from cami_survey.operations import rescue

            return rescue.drill(survey, key=key)

        def failed(error: UserError) -> None:
            if key is not None and error.code.startswith("recovery."):
                self.drill(error.sentence)
            elif key is not None and error.code == "file.key-or-damage":
                self.drill(_("The newest backup does not open with that."))
            else:
                self.desk.feedback.error(error)

        self.desk.do(work, receiver=self.window, failed=failed)

    def remind(self) -> None:
        """Offer a drill where none was done for a month."""
        survey = self.desk.survey

        def work() -> bool:
            from cami_survey.operations import rescue

            return not survey.read_only and rescue.drill_due(survey)

        def then(due: bool) -> None:
            if due and self.desk.is_open and self.desk.survey is survey:
                self.desk.feedback.done(_("No backup was tried out for a month."))
                self.desk.feedback.offer(_("Try the newest one out"), self.drill)

        self.desk.worker.run(work, then, receiver=self.window)

    def restore(self) -> None:
        """Choose a backup and put it in the place of a survey."""
        self._rescuing().restore()

    def salvage(self) -> None:
        """Choose a damaged file and save what can be proven of it."""
        self._rescuing().salvage()

    def withdraw(self, row: RecordRow) -> None:
        """Ask, then drop what a respondent said for good."""
        from cami_survey.ui.dialogs.withdrawal import WithdrawalDialog

        survey = self.desk.survey
        dialog = WithdrawalDialog(row.summary.code or row.record, len(survey.backups()), self.window)

        def work(reason: str, in_backups: bool) -> Outcome[Withdrawn]:
            from cami_survey.operations import withdrawals

            return withdrawals.withdraw(survey, row.record, reason=reason, in_backups=in_backups)

        dialog.ready.connect(
            lambda reason, in_backups: self.desk.do(lambda: work(reason, in_backups), receiver=self.window)
        )
        modal(dialog)

    def _rescuing(self) -> Rescuing:
        from cami_survey.ui.rescuing import Rescuing

        if self._rescue is None:
            self._rescue = Rescuing(self.desk, self.window, self.open_path)
        return self._rescue

    def verify(self) -> None:
        """Check the whole file and say what was found."""
        survey = self.desk.survey

        def work() -> Outcome[object]:
            from cami_survey.operations import surveys

            outcome = surveys.verify(survey)
            return Outcome(outcome.value, outcome.touched, outcome.notices)

        self.desk.do(work, receiver=self.window)


def _close(survey: SurveyFile, folder: str) -> None:
    from cami_survey.operations import surveys

    try:
        # A disk without room for a backup keeps nobody from closing; the survey itself is safe.
        with suppress(UserError):
            surveys.back_up_if_due(survey, folder, timedelta(0))
    finally:
        survey.close()


def _in_folder(survey: Path, folder: str) -> Path:
    from cami_survey.base.clock import system_clock

    stamp = system_clock().strftime("%Y-%m-%d_%H%M%S")
    return Path(folder) / f"{survey.stem}_{stamp}{survey.suffix}"

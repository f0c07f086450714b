"""Going back to a backup, and saving what can be saved of a damaged file: questions first, then work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from cami_survey.base.notices import Outcome
from cami_survey.base.texts import _
from cami_survey.ui.dialogs.survey import OF_KEY, SUFFIX, KeyDialog, survey_filters
from cami_survey.ui.feedback import modal, open_file, save_file

if TYPE_CHECKING:
    from cami_survey.base.errors import UserError
    from cami_survey.store.api import Salvaged
    from cami_survey.ui.desk import Desk

Work = Callable[[Path, Path, str | None], Outcome[Path]]


class Rescuing:
    """`open_path` opens the survey that came out of it, with its key."""

    def __init__(self, desk: Desk, window: QWidget, open_path: Callable[[Path, str], object]) -> None:
        self.desk, self.window, self.open_path = desk, window, open_path

    def restore(self, broken: Path | None = None) -> None:
        """Choose a backup, and the file it shall be, at first that which is `broken`; it is kept under another name."""
        source = open_file(self.window, _("Which backup?"), survey_filters())
        if source is None:
            return
        place = self.desk.survey.path if self.desk.is_open else source.parent / f"restored{SUFFIX}"
        place = broken or place
        target = save_file(self.window, _("Restore as"), str(place), survey_filters())
        if target is not None:
            self._go(_restore, source, target)

    def salvage(self, broken: Path | None = None) -> None:
        """Choose a damaged file unless it is known, and where what can be saved of it shall go."""
        source = broken or open_file(self.window, _("Which file is damaged?"), survey_filters())
        if source is None:
            return
        place = source.with_name(f"{source.stem}-saved{SUFFIX}")
        target = save_file(self.window, _("Save what can be saved as"), str(place), survey_filters())
        if target is not None:
            self._go(_salvage, source, target)

    def _go(self, work: Work, source: Path, target: Path, key: str = "") -> None:
        """Do it; a key is asked for where one is needed. A survey that is to be replaced is closed first."""
        from cami_survey.store.api import is_encrypted

        if not key and source.is_file() and is_encrypted(source):
            self._ask(work, source, target)
            return
        if self.desk.is_open and self.desk.survey.path == target:
            self.desk.take(None)

        def then(outcome: Outcome[Path]) -> None:
            self.open_path(outcome.value, key)
            # After it is open: a survey that opens takes away what was said before.
            self.desk.do(lambda: outcome, receiver=self.window)

        def failed(error: UserError) -> None:
            if key and error.code.startswith(OF_KEY):
                self._ask(work, source, target, error.sentence, key)
            else:
                self.desk.feedback.error(error)

        self.desk.worker.run_long(
            _("Restoring"), lambda _report: work(source, target, key or None), then, receiver=self.window, failed=failed
        )

    def _ask(self, work: Work, source: Path, target: Path, problem: str = "", typed: str = "") -> None:
        dialog = KeyDialog(source.name, problem, self.window, typed=typed)
        dialog.ready.connect(lambda key: self._go(work, source, target, key))
        modal(dialog)


def _restore(source: Path, target: Path, key: str | None) -> Outcome[Path]:
    from cami_survey.operations import surveys

    return surveys.restore(source, target, key=key)


def _salvage(source: Path, target: Path, key: str | None) -> Outcome[Path]:
    from cami_survey.operations import rescue

    outcome: Outcome[Salvaged] = rescue.salvage(source, target, key=key)
    return Outcome(outcome.value.path, outcome.touched, outcome.notices)

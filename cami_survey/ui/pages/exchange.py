"""Exchange: packages for others, packages from others, and what differs between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _
from cami_survey.ui.desk import FILLED_AT_ONCE
from cami_survey.ui.pages.exchange_corrections import CorrectionsPage
from cami_survey.ui.pages.exchange_home import ExchangeHome
from cami_survey.ui.pages.exchange_import import TableWay
from cami_survey.ui.pages.exchange_merge import MergePage
from cami_survey.ui.pages.exchange_settle import SettlePage
from cami_survey.ui.pages.page import Faces

if TYPE_CHECKING:
    from collections.abc import Callable

    from cami_survey.base.notices import Outcome
    from cami_survey.operations.corrections import Corrected, Corrections
    from cami_survey.operations.dropped import Dropped
    from cami_survey.operations.merges import MergePreview, MergeReport
    from cami_survey.store.api import SurveyFile
    from cami_survey.ui.desk import Desk


class ExchangePage(Faces):
    """Home, the merge preview, the settling of conflicts, corrections from Excel and tables of others."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.home = ExchangeHome(desk)
        self.preview: MergePage | None = None
        self.settling: SettlePage | None = None
        self.correcting: CorrectionsPage | None = None
        self.tables = TableWay(desk, self)
        self.tables.shown.connect(self._show)
        self.tables.ended.connect(self.go_home)
        self.addWidget(self.home)
        self.show_face(self.home)
        self.home.table.connect(lambda path: self.tables.begin(path))
        self.home.merge.connect(self.look_at)
        self.home.correct.connect(self.look_at_corrections)
        self.home.settle.connect(lambda: self.settle(""))
        self.home.dropped.connect(self.take_dropped)

    def _show(self, page: QWidget) -> None:
        if self.indexOf(page) < 0:
            self.addWidget(page)
        self.show_face(page)
        page.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_home(self) -> None:
        """Back to the overview."""
        self.show_face(self.home)
        for page in (self.preview, self.settling, self.correcting, *self.tables.pages()):
            if page is not None:
                self.removeWidget(page)
                page.hide()
                page.deleteLater()
        self.preview = self.settling = self.correcting = None
        self.tables.forget()
        self.home.refresh()

    def take_dropped(self, paths: Sequence[Path]) -> None:
        """Go where these files lead by what they hold."""
        survey, chosen = self.desk.survey, list(paths)

        def work(_report: Callable[[int, int], None]) -> Outcome[Dropped]:
            from cami_survey.base.notices import Outcome
            from cami_survey.operations import dropped

            return Outcome(dropped.recognise(survey, chosen))

        stopped = self.desk.feedback.clear
        self.desk.do_long(_("Looking at the files"), work, self._recognised, receiver=self, stopped=stopped)

    def _recognised(self, found: Dropped) -> None:
        if found.corrected is not None:
            self.look_at_corrections(found.corrected)
        elif found.table is not None:
            self.tables.begin(found.table, found.media)
        else:
            self.look_at(found.packages)

    def look_at(self, paths: Sequence[Path]) -> None:
        """Preview what these files and folders would bring."""
        survey, chosen = self.desk.survey, list(paths)

        def work(report: Callable[[int, int], None]) -> Outcome[Looked]:
            from cami_survey.base.notices import Outcome
            from cami_survey.operations import merges

            preview = merges.preview(survey, chosen, enrol=True, progress=report).value
            return Outcome((preview, names_of(survey, preview)))

        self.desk.do_long(_("Looking at the packages"), work, self._previewed, receiver=self)

    def _previewed(self, looked: Looked) -> None:
        preview, names = looked
        if not preview.sources:
            self.desk.feedback.done(_("There was no package or survey file to merge."))
            return
        self.go_home()
        self.preview = MergePage(preview, names)
        self.preview.cancelled.connect(self.go_home)
        self.preview.accepted.connect(self.merge)
        self.preview.chosen.connect(self._recount)
        self._show(self.preview)
        if len(self.preview.paths()) < len(preview.taken):
            self._recount(self.preview.paths())

    def _recount(self, paths: list[Path]) -> None:
        """Count anew what these bring without the others."""
        page, survey = self.preview, self.desk.survey
        if page is None or not paths:
            return

        def work() -> MergePreview:
            from cami_survey.operations import merges

            return merges.preview(survey, paths, enrol=True).value

        def counted(preview: MergePreview) -> None:
            if page is self.preview:
                page.recount(preview)

        self.desk.worker.run(work, counted, receiver=page, key="recount")

    def merge(self, paths: Sequence[Path], enrol: bool) -> None:
        """Take these in; their senders were known or have just been trusted."""
        survey, chosen = self.desk.survey, list(paths)

        def work(report: Callable[[int, int], None]) -> Outcome[MergeReport]:
            from cami_survey.operations import merges

            merged = merges.merge(survey, chosen, enrol=enrol, progress=report, most=FILLED_AT_ONCE)
            # The page that comes next says it itself.
            left = tuple(notice for notice in merged.notices if notice.code != "merge.conflicts")
            return replace(merged, notices=left)

        self.desk.do_long(_("Merging"), work, self._merged, receiver=self, stopped=self._stopped)

    def _stopped(self) -> None:
        """Show what was taken in before; the packages after it are not."""
        self.desk.say_stopped()
        self.desk.touched.emit(frozenset({"records", "forms", "devices"}))
        self.desk.fill_list()
        self.go_home()

    def _merged(self, _report: MergeReport) -> None:
        self.desk.fill_list()
        self.go_home()
        self.settle("")

    def settle(self, record: str) -> None:
        """Show what is to be settled, of one record if one is named; stays at home if there is nothing."""
        survey = self.desk.survey

        def work() -> list[Question]:
            from cami_survey.ui.pages.exchange_questions import read

            return read(survey, record or None)

        self.desk.worker.run(work, lambda questions: self._settle(questions, record), receiver=self, waited=True)

    def _settle(self, questions: list[Question], record: str) -> None:
        if not questions:
            return
        self.go_home()
        self.settling = SettlePage(questions)
        self.settling.left.connect(self.go_home)
        self.settling.looked_at.connect(self.desk.asked_to_look_at.emit)
        self.settling.applied.connect(self.apply)
        self.settling.ruled.connect(lambda device, name: self.apply_rule(device, name, record))
        self._show(self.settling)

    def apply(self, decisions: dict[tuple[str, str], str | None]) -> None:
        """Write all decisions in one step; one Undo takes them back. What was refused before is said no longer."""
        survey = self.desk.survey
        self.desk.feedback.put_right()

        def work() -> Outcome[list[str]]:
            from cami_survey.operations import conflicts

            return conflicts.resolve_many(survey, decisions)

        self.desk.do(work, lambda _revisions: self.go_home(), receiver=self)

    def apply_rule(self, device: str, name: str, record: str) -> None:
        """Let the newest answer stand, of one laptop if it is named; one Undo takes it back."""
        survey = self.desk.survey

        def work() -> Outcome[list[str]]:
            from cami_survey.base.clock import system_clock
            from cami_survey.operations import conflicts

            return conflicts.resolve_by_rule(survey, conflicts.Rule(system_clock(), device, name), record or None)

        def settled(_revisions: list[str]) -> None:
            self.go_home()
            self.settle(record)

        self.desk.do(work, settled, receiver=self)

    def look_at_corrections(self, workbook: Path) -> None:
        """Show what was changed in an exported workbook."""
        survey = self.desk.survey

        def work(_report: Callable[[int, int], None]) -> Outcome[Corrections]:
            from cami_survey.base.notices import Outcome
            from cami_survey.operations import corrections

            return Outcome(corrections.preview(survey, workbook).value)

        stopped = self.desk.feedback.clear
        self.desk.do_long(_("Comparing the workbook"), work, self._compared, receiver=self, stopped=stopped)

    def _compared(self, found: Corrections) -> None:
        if not found.cells and not found.told:
            self.desk.feedback.done(_("Nothing was changed in the workbook."))
            return
        self.go_home()
        self.correcting = CorrectionsPage(found)
        self.correcting.left.connect(self.go_home)
        self.correcting.accepted.connect(lambda overwrite: self.correct(found, overwrite))
        self._show(self.correcting)

    def correct(self, found: Corrections, overwrite: bool) -> None:
        """Write the corrections; one Undo takes them back."""
        survey = self.desk.survey

        def work() -> Outcome[Corrected]:
            from cami_survey.operations import corrections

            return corrections.apply(survey, found, conflicts=overwrite)

        self.desk.do(work, lambda _done: self.go_home(), receiver=self)


def names_of(survey: SurveyFile, preview: MergePreview) -> dict[str, str]:
    """Device id -> name, of all that are known here or sent something."""
    senders = [source.sender for source in preview.sources if source.sender is not None]
    return {device.id: device.name for device in (*senders, *survey.devices())}


if TYPE_CHECKING:
    from cami_survey.ui.pages.exchange_questions import Question

    Looked = tuple[MergePreview, dict[str, str]]

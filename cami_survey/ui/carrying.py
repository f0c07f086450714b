"""Opening a draft whose form has a newer version: what would become of it is shown, and the person decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from cami_survey.ui.feedback import modal
from cami_survey.ui.interview.head import plain

if TYPE_CHECKING:
    from cami_survey.base.notices import Outcome
    from cami_survey.base.records import RecordRow
    from cami_survey.operations.versions import CarriedOver
    from cami_survey.store.api import SurveyFile
    from cami_survey.ui.desk import Desk


@dataclass(frozen=True, slots=True)
class Newer:
    """What a newer version would make of an interview, and the words of the questions of both versions."""

    carried: CarriedOver
    labels: Mapping[str, str]
    choices: Mapping[str, Mapping[str, str]]

    def named(self, field: str) -> str:
        """The words of the question of a field or path, else its name."""
        from cami_survey.operations.summaries import last_name, path_of

        return plain(self.labels.get(path_of(field))) or last_name(field)

    def read(self, field: str, value: str) -> str:
        """An answer as a person reads it: labels for chosen values."""
        from cami_survey.operations.summaries import path_of

        labels = self.choices.get(path_of(field), {})
        return ", ".join(labels.get(part) or part for part in value.split()) if labels else value


class Carrying(QObject):
    """`open_record` takes the record to open, carried over or not."""

    def __init__(self, desk: Desk, window: QWidget, open_record: Callable[[str], object]) -> None:
        super().__init__(desk)
        self._desk, self._window, self._open = desk, window, open_record

    def open(self, row: RecordRow) -> None:
        """Open an interview; ask first if it is not finished and its form has a newer version."""
        if row.state != "draft" and row.draft is None:
            self._open(row.record)
            return
        survey = self._desk.survey
        self._desk.worker.run(
            lambda: newer(survey, row), lambda found: self._ask(row.record, found), receiver=self, waited=True
        )

    def _ask(self, record: str, found: Newer | None) -> None:
        if found is None:
            self._open(record)
            return
        from cami_survey.ui.dialogs.carrying import CarryDialog

        carried = found.carried
        dialog = CarryDialog(carried.code, carried.before, carried.after, carried.migration, found, self._window)
        dialog.carried.connect(lambda: self._carry(record))
        dialog.stayed.connect(lambda: self._open(record))
        modal(dialog)

    def _carry(self, record: str) -> None:
        survey = self._desk.survey

        def work() -> Outcome[CarriedOver]:
            from cami_survey.operations import versions

            return versions.carry(survey, record)

        self._desk.do(work, lambda _carried: self._open(record), receiver=self)


def newer(survey: SurveyFile, row: RecordRow) -> Newer | None:
    """What would become of an interview in a newer version of its form; None if there is none."""
    from cami_survey.operations import forms, versions

    if forms.form_of(survey, row.form_id).version == row.form_version:
        return None
    carried = versions.preview(survey, row.record).value
    labels: dict[str, str] = {}
    choices: dict[str, dict[str, str]] = {}
    for version in (carried.before, carried.after):
        form = forms.form_of(survey, row.form_id, version)
        for node in form.nodes:
            labels[node.path] = node.label(form.default_language)
            offered = choices.setdefault(node.path, {})
            offered.update({one.value: plain(one.label) for one in node.choices(form.default_language)})
    return Newer(carried, labels, choices)

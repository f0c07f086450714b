"""Looks for interviews that may be the same as one that begins, as soon as its code, name, place or day is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from cami_survey.base.texts import _
from cami_survey.operations.summaries import CODE_NAMES, DAY_NAMES, NAME_NAMES, PLACE_NAMES, last_name
from cami_survey.ui.interview.frame import ALIKE
from cami_survey.ui.kit import Band, Button, KeyCap

if TYPE_CHECKING:
    from cami_survey.operations.duplicates import Alike, Register
    from cami_survey.operations.interviews import Interview
    from cami_survey.ui.interview.frame import Frame
    from cami_survey.ui.worker import Worker

TELLING = frozenset({*CODE_NAMES, *NAME_NAMES, *PLACE_NAMES, *DAY_NAMES})
WAIT = 400


class Watch(QObject):
    """For a new interview that is kept. `wanted` carries the record that is to be opened instead."""

    wanted = Signal(str)

    def __init__(self, interview: Interview, worker: Worker | None, frame: Frame, parent: QObject) -> None:
        super().__init__(parent)
        self._interview, self._worker, self._frame = interview, worker, frame
        self._shown: tuple[str, ...] = ()
        self._wait = QTimer(self, singleShot=True, interval=WAIT)
        self._wait.timeout.connect(self.look)

    def answered(self, field: str) -> None:
        """An answer was given."""
        if last_name(field) in TELLING:
            self._wait.start()

    def look(self) -> None:
        """Look now. A large survey is read in parts, so that saving never waits."""
        self._wait.stop()
        from cami_survey.operations.duplicates import register_of

        survey = self._interview.survey
        assert survey is not None
        register = register_of(survey, self._interview.form.id)
        if self._worker is None:
            while not register.catch_up(survey):
                pass
            self._read(register, True)
        else:
            self._worker.run(
                lambda: register.catch_up(survey), lambda whole: self._read(register, whole), receiver=self
            )

    def _read(self, register: Register, whole: bool) -> None:
        summary, record = self._interview.summary(), self._interview.record
        if not whole:
            self.look()
        elif self._worker is None:
            self._tell(register.alike(record, summary))
        else:
            self._worker.run(lambda: register.alike(record, summary), self._tell, receiver=self, key=ALIKE)

    def open_other(self) -> None:
        """Ask for the interview that is told of, if one is."""
        if self._shown and self._frame.band_words(ALIKE):
            self.wanted.emit(self._shown[0])

    def _tell(self, found: list[Alike]) -> None:
        known = tuple(one.record for one in found)
        if known == self._shown:
            return
        self._shown = known
        if not found:
            self._frame.clear_band(ALIKE)
            return
        first = found[0]
        head = (
            _("There is an interview with this code already.")
            if first.why == "code"
            else _("There is an interview already that may be with the same person.")
        )
        band = Band("warn", head, "; ".join(map(_named, found)))
        other = Button(_("Open that one"))
        other.setToolTip("Ctrl+Shift+O")
        other.clicked.connect(self.open_other)
        band.add_action(other)
        band.add_action(KeyCap("Ctrl+Shift+O"))
        self._frame.show_band(ALIKE, band)


def _named(one: Alike) -> str:
    summary = one.summary
    return ", ".join(part for part in (summary.code, summary.name, summary.place, summary.day) if part)

"""The frame of the running interview: top line, outline, the questions or what is wrong with them, notes, footer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.interview import tabbing
from cami_survey.ui.interview.around import Crumbs, Hints, Overlay
from cami_survey.ui.interview.footer import Footer
from cami_survey.ui.interview.notes import Notes
from cami_survey.ui.interview.outline import Outline
from cami_survey.ui.interview.panels import Problems
from cami_survey.ui.interview.topline import TopLine, arrow
from cami_survey.ui.kit import Band, Button, DoneBand, Panel

if TYPE_CHECKING:
    from cami_survey.base.errors import UserError
    from cami_survey.ui.interview.column import Column
    from cami_survey.ui.interview.reading import Reading

# Widths in px at 100 % below which a column is folded away: in text units, so that large text folds them too.
THREE_COLUMNS, WITH_NOTES, NARROW = 1084, 1000, 860

SMALLEST = 320
# What bands are about.
UNSAVED, ALIKE, WRITING, FAILING, AGAIN = "unsaved", "alike", "writing", "failing", "again"


class Frame(QWidget):
    """Lays the parts out and folds them as the window gets narrow. It knows nothing of interviews."""

    def __init__(self, column: Column, top: TopLine) -> None:
        super().__init__()
        self.column, self.top = column, top
        self.outline, self.notes = Outline(), Notes()
        self.problems, self.footer = Problems(), Footer()
        self.crumbs, self.hints, self.done = Crumbs(), Hints(), DoneBand()
        self.done.hide()
        self.done.closed.connect(self.done.hide)
        self.outline.hide()
        self.notes.hide()
        self._bands = QVBoxLayout()
        self._bands.setContentsMargins(0, 0, 0, 0)
        # What each band is about -> the band.
        self._said: dict[str, Band] = {}
        self._stack = QStackedWidget()
        self._stack.addWidget(column)
        self._stack.addWidget(self.problems)
        self._ground = Panel("background")
        self._row = QHBoxLayout()
        self._single = False
        self._lay()
        self._overlay = Overlay(self)
        top.asked_outline.connect(self.show_outline)
        self.crumbs.asked.connect(self.show_outline)

    def _lay(self) -> None:
        middle = QVBoxLayout(self._ground)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.crumbs)
        middle.addWidget(self._stack, 1)
        middle.addWidget(self.hints)
        self._row.setSpacing(0)
        self._row.addWidget(self.outline)
        self._row.addWidget(self._ground, 1)
        self._row.addWidget(self.notes)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.top)
        whole.addLayout(self._bands)
        whole.addLayout(self._row, 1)
        whole.addWidget(self.done)
        whole.addWidget(self.footer)

    # Columns

    @property
    def narrow(self) -> bool:
        """Whether the questions stand alone with a short top line."""
        return not theme.fits(self.width(), NARROW)

    def fold(self) -> None:
        """Show the columns that have room."""
        width = self.width()
        three, notes = theme.fits(width, THREE_COLUMNS), theme.fits(width, WITH_NOTES)
        self.close_over()
        for column, units, shown in ((self.outline, theme.OUTLINE, three), (self.notes, theme.NOTES, notes)):
            column.setFixedWidth(theme.u(units))
            column.setVisible(shown)
        self.top.fold(outline=not three, notes=not notes, narrow=self.narrow)
        self.footer.fold(line=notes, saved=not self.narrow)
        self.crumbs.setVisible(self.narrow)

    def show_walk(self, *, single: bool) -> None:
        """One question at a time has room to say the keys."""
        self._single = single
        self.hints.setVisible(single)

    def show_outline(self) -> None:
        """Go to the outline, over the questions where it is folded."""
        if not theme.fits(self.width(), THREE_COLUMNS):
            self._overlay.open_over(self.outline, self._row, 0)
        self.outline.focus_current()

    def show_notes(self) -> None:
        """Go to the comment on the question in hand."""
        if not theme.fits(self.width(), WITH_NOTES):
            self._overlay.open_over(self.notes, self._row, 2)
        self.notes.comment.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_over(self) -> bool:
        """Put a column away that lies over the questions; whether there was one."""
        return self._overlay.close_over()

    # What is wrong

    @property
    def lists_problems(self) -> bool:
        """Whether the list of everything wrong is shown instead of the questions."""
        return self._stack.currentWidget() is self.problems

    def list_problems(self, shown: bool) -> None:
        """Show the list of everything wrong, or the questions again."""
        if shown:
            # Qt gives the keys of a question that goes to the next one, which would be the one to come back to.
            self.footer.next_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self._stack.setCurrentWidget(self.problems if shown else self.column)

    def show_given(self, only: bool) -> None:
        """Say whether only what was answered is shown."""
        words = _("Only what was answered is shown. Ctrl+G shows every question.") if only else ""
        self.done.say(words, undo=False, icon="eye")
        self.done.setVisible(only)

    # Saved or not

    def show_saved(self, at: str) -> None:
        """Everything was saved at this time."""
        self.footer.saved.show_time(at)
        self.crumbs.saved.show_time(at)
        self.clear_band(UNSAVED)

    def show_failed(self, error: UserError) -> Button:
        """Say at once that saving failed; returns the button that tries again."""
        self.footer.saved.show_failed()
        self.crumbs.saved.show_failed()
        advice = error.advice or _("Your answers stay on the screen. Free some space, then save again.")
        band = Band("error", error.sentence, advice, closable=False)
        again = Button(_("Save again"))
        band.add_action(again)
        self.show_band(UNSAVED, band)
        return again

    # Bands

    def show_band(self, about: str, band: Band) -> None:
        """Show a band over the questions, in the place of the one that was about the same."""
        self.clear_band(about)
        self._said[about] = band
        band.closed.connect(lambda: self.clear_band(about))
        self._bands.addWidget(band)
        band.show()

    def clear_band(self, about: str) -> None:
        """Take a band away."""
        band = self._said.pop(about, None)
        if band is not None:
            band.hide()
            band.deleteLater()

    def band_words(self, about: str = UNSAVED) -> str:
        """What a band says, empty if there is none."""
        return self._said[about].accessibleName() if about in self._said else ""

    def focusNextPrevChild(self, forwards: bool) -> bool:
        over = self._overlay.column
        if over is not None:
            # What it covers is not in reach.
            tabbing.move([over], self.column, forwards=forwards)
            return True
        questions = self.problems if self.lists_problems else self.column
        before = [self.top, *self._said.values(), self.outline, self.crumbs]
        parts = [*before, questions, self.notes, self.done, self.footer]
        beyond = tabbing.around(self)
        return tabbing.move(parts, self.column, forwards=forwards, beyond=beyond) or super().focusNextPrevChild(
            forwards
        )

    # Languages

    def show_reading(self, reading: Reading) -> None:
        """Turn with the direction of the leading language."""
        self.top.show_reading(reading)
        self.footer.turn(back=arrow(True, rtl=reading.right_to_left), on=arrow(False, rtl=reading.right_to_left))

    def minimumSizeHint(self) -> QSize:
        # What is too wide now folds once the window is narrower.
        return QSize(theme.u(SMALLEST), theme.u(SMALLEST))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.fold()

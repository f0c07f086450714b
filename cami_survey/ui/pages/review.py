"""Review: interviews by the state of their review, one of them to look through, and the queries to work on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QWidget

from cami_survey.base.form_words import form_title
from cami_survey.base.reviews import STATES, ReviewState
from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.kit import Button, Chip, ElidedLabel
from cami_survey.ui.kit.flow import Flow
from cami_survey.ui.kit.lists import CellsModel
from cami_survey.ui.kit.table import Cell, Table
from cami_survey.ui.pages.page import Faces, Page, foot_line, framed
from cami_survey.ui.pages.review_reading import ReadingPage
from cami_survey.ui.pages.review_tasks import TasksPage
from cami_survey.ui.pages.review_words import MARKS, state_words

if TYPE_CHECKING:
    from cami_survey.base.records import RecordRow
    from cami_survey.store.api import SurveyFile
    from cami_survey.ui.desk import Desk

INTERVIEW, PLACE, QUERIES, CHANGED = range(4)
MOST = 500


@dataclass(frozen=True, slots=True)
class Loaded:
    """The newest interviews in a state, and how many there are in each."""

    state: ReviewState
    rows: list[RecordRow]
    counts: dict[ReviewState, int]
    queries: int


def load(survey: SurveyFile, state: ReviewState) -> Loaded:
    """Read them."""
    return Loaded(state, survey.rows(state, limit=MOST), survey.review_counts(), len(survey.queried()))


class ReviewPage(Faces):
    """The list, one interview of it, or the queries."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.listing = _Listing()
        self.reading = ReadingPage(desk)
        self.tasks = TasksPage(desk)
        for face in (self.listing, self.reading, self.tasks):
            self.addWidget(face)
        self.listing.back.clicked.connect(lambda: desk.go.emit("interviews"))
        self.listing.to_queries.clicked.connect(self.show_tasks)
        self.listing.to_duplicates.clicked.connect(lambda: desk.go.emit("duplicates"))
        self.listing.chosen.connect(self.show_state)
        self.listing.opened.connect(self.open)
        self.reading.left.connect(self._show_list)
        self.tasks.left.connect(self._show_list)
        desk.touched.connect(lambda kinds: self.refresh() if kinds & {"records", "drafts", "survey"} else None)
        self.show_face(self.listing)
        self.refresh()

    def refresh(self) -> None:
        """Read everything that is seen again."""
        survey, state = self.desk.survey, self.listing.state
        self.desk.worker.run(lambda: load(survey, state), self.listing.take, receiver=self, key="review")
        self.tasks.refresh()
        self.reading.refresh()

    def show_state(self, state: ReviewState) -> None:
        """List the interviews in a state."""
        self.listing.state = state
        self.refresh()

    def open(self, record: str) -> None:
        """Look through an interview; next and back walk through the list as it stands now."""
        rows = [row.record for row in self.listing.rows]
        self.reading.begin(record, rows if record in rows else [record])
        self.show_face(self.reading)
        self.reading.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_tasks(self) -> None:
        """Show the queries that are not closed."""
        self.show_face(self.tasks)
        self.tasks.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_list(self) -> None:
        self.show_face(self.listing)
        self.listing.setFocus(Qt.FocusReason.OtherFocusReason)


class _Listing(Page):
    """Interviews of one state; `chosen` carries a state, `opened` a record."""

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__(_("Review"))
        self.state: ReviewState = "received"
        self.rows: list[RecordRow] = []
        self.back = Button(_("Interviews"), "quiet", "arrow-left")
        self.to_queries = Button(_("Queries"), "secondary", "chat-text")
        self.head.insertWidget(0, self.back)
        self.to_duplicates = Button(_("Duplicates"), "secondary", "copy")
        self.to_duplicates.setToolTip("U")
        self.head.addWidget(self.to_duplicates)
        self.head.addWidget(self.to_queries)
        self.chips: dict[ReviewState, Chip] = {state: Chip(state_words(state)) for state in STATES}
        box = QWidget()
        box.setLayout(Flow(*self.chips.values()))
        self.model = CellsModel((_("Interview"), _("Place"), _("Queries"), _("Changed")), self)
        self.table = Table(_("Interviews to review"), frozenset({QUERIES}))
        self.table.setModel(self.model)
        self.count = ElidedLabel("", "body", "muted")
        self.look = Button(_("Look through"), "primary", "arrow-right")
        self.body.addWidget(box)
        self.body.addWidget(framed(self.table, foot_line(self.count, None, self.look, padding=theme.M)), 1)
        self.hand_keys(self.table)
        for state, chip in self.chips.items():
            chip.clicked.connect(lambda _checked=False, state=state: self.chosen.emit(state))
        self.table.opened.connect(lambda _row: self._open())
        self.look.clicked.connect(self._open)
        for keys, act in (("Q", self.to_queries.click), ("U", self.to_duplicates.click), ("Escape", self.back.click)):
            QShortcut(QKeySequence(keys), self, act, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.to_queries.setToolTip("Q")
        theme.look.changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        self.table.set_row_height(theme.ROW)
        self.table.setColumnHidden(PLACE, not theme.fits(self.width(), 860))
        self.table.setColumnHidden(CHANGED, not theme.fits(self.width(), 560))
        self.table.set_columns({PLACE: 200, QUERIES: 104, CHANGED: 160})

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def take(self, loaded: Loaded) -> None:
        """Show what was read; the keys stay at their place in the list."""
        if loaded.state != self.state:
            return
        current = max(self.table.current_row(), 0)
        self.rows = loaded.rows
        self.model.show([_cells(row) for row in loaded.rows])
        if loaded.rows:
            self.table.setCurrentIndex(self.model.index(min(current, len(loaded.rows) - 1), 0))
        self.look.setEnabled(bool(loaded.rows))
        for state, chip in self.chips.items():
            chip.set_count(words.number(loaded.counts[state]))
            chip.setChecked(state == self.state)
        name = _("Queries")
        self.to_queries.setText(f"{name}  {words.number(loaded.queries)}" if loaded.queries else name)
        self.to_queries.updateGeometry()
        total = loaded.counts[self.state]
        text = ngettext("{count} interview, newest change first", "{count} interviews, newest change first", total)
        if total > len(loaded.rows):
            text = _("The newest {shown} of {count} interviews").format(shown=words.number(MOST), count="{count}")
        self.count.setText(text.format(count=words.number(total)) if total else _("There are no such interviews."))
        self.to_queries.setAccessibleName(self.to_queries.text())

    def _open(self) -> None:
        row = self.table.current_row()
        if 0 <= row < len(self.rows):
            self.opened.emit(self.rows[row].record)


def _cells(row: RecordRow) -> list[Cell]:
    icon, token, filled = MARKS.get(row.review or "received", MARKS["received"])
    note = _("changed since") if row.changed_since else form_title(row.form_title)
    summary = row.summary
    return [
        Cell(
            summary.code or _("No code yet"), note, role="strong", icon=icon, icon_token=token, filled=filled,
            sub_token="warn" if row.changed_since else "muted",
        ),
        Cell(summary.place, summary.place_detail),
        Cell(words.number(row.queries) if row.queries else "", end=True, token="warn"),
        Cell(words.when(row.changed), row.device_name),
    ]  # fmt: skip

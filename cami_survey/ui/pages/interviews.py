"""Interviews: the list of everything asked, and the way to the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from cami_survey.base.form_words import form_title
from cami_survey.base.records import FormEntry, RecordFilter, RecordRow
from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.kit import Button, Chip, Label, SearchField, row
from cami_survey.ui.kit.flow import Flow
from cami_survey.ui.kit.handing import Ground
from cami_survey.ui.pages.first import FirstUse
from cami_survey.ui.pages.interviews_detail import Detail, Part
from cami_survey.ui.pages.interviews_history import show_history
from cami_survey.ui.pages.interviews_list import InterviewsList
from cami_survey.ui.pages.interviews_model import PAGE, InterviewsModel, Query, review_words
from cami_survey.ui.pages.interviews_sending import send
from cami_survey.ui.pages.page import Faces

if TYPE_CHECKING:
    from cami_survey.base.notices import Outcome
    from cami_survey.store.api import SurveyFile
    from cami_survey.ui.desk import Desk

FILTERS: tuple[RecordFilter, ...] = ("all", "drafts", "final", "conflicts")
FOLD = 960
# The keys have to rest on a row for so many milliseconds before its outline is read.
OUTLINE_AFTER = 120
COUNT_AFTER = 150


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the list needs, read in one go behind the window."""

    query: Query
    forms: list[FormEntry]
    counts: dict[RecordFilter, int]
    days: list[tuple[date, int]]
    first: list[RecordRow]
    anything: bool


def load(survey: SurveyFile, query: Query, forms: list[FormEntry] | None = None) -> Loaded:
    """Read counts, days and the first page, and the forms if they are not known."""
    counts = survey.counts(query.search)
    return Loaded(
        query,
        survey.forms() if forms is None else forms,
        counts,
        survey.day_counts(query.filter, query.search, query.form_id),
        survey.rows(query.filter, query.search, query.form_id, 0, PAGE),
        bool(query.search or query.form_id) or any(counts.values()),
    )


@dataclass(frozen=True, slots=True)
class FirstRows:
    """The first page of what was asked for, shown before anything is counted. `whole` when there is no more."""

    query: Query
    rows: list[RecordRow]

    @property
    def whole(self) -> bool:
        """Whether these are all."""
        return len(self.rows) < PAGE

    @property
    def days(self) -> list[tuple[date, int]]:
        """How many of these rows changed on each day."""
        return [(day, len(list(rows))) for day, rows in groupby(self.rows, _day)]


def _day(row: RecordRow) -> date:
    return row.changed.astimezone().date()


def load_first(survey: SurveyFile, query: Query) -> FirstRows:
    """Read the first page alone, which takes a hundredth of what counting takes."""
    return FirstRows(query, survey.rows(query.filter, query.search, query.form_id, 0, PAGE))


class InterviewsPage(Faces):
    """The list with its detail; before anything was asked, the page that says so."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.query = Query()
        self.forms: list[FormEntry] = []
        self._wanted = ""
        self._narrow = False
        self._count_wait = QTimer(self)
        self._count_wait.setSingleShot(True)
        self._count_wait.timeout.connect(self._count)
        self._outline_wait = QTimer(self)
        self._outline_wait.setSingleShot(True)
        self._outline_wait.setInterval(OUTLINE_AFTER)
        self._outline_wait.timeout.connect(self._read_outline)
        self.model = InterviewsModel(desk.survey, self)
        self.list = InterviewsList(self.model)
        self.detail = Detail()
        self._build()
        self._connect()
        self.refresh()

    # ---- building

    def _build(self) -> None:
        self.new = Button(_("New interview"), "primary", "plus")
        self.review = Button(_("Review"), "quiet", "check-circle")
        self.review.setToolTip("Ctrl+R")
        self.search = SearchField(_("Code, place, answer"), _("Search interviews"))
        names = {"all": _("All"), "drafts": _("Drafts"), "final": _("Final"), "conflicts": _("To settle")}
        self.chips = {key: Chip(names[key]) for key in FILTERS}
        self.filter = Chip(_("Filter"), icon="funnel", checkable=False)
        self.chip_box = QWidget()
        self.chip_box.setLayout(Flow(*self.chips.values()))
        self.bar = QGridLayout()
        self.bar.setSpacing(theme.S)
        self.whole = Ground()
        left = QVBoxLayout()
        left.setContentsMargins(theme.XL, theme.L + 4, theme.XL, theme.L + 4)
        left.setSpacing(theme.L)
        left.addLayout(row(Label(_("Interviews"), "title"), None, self.review, self.new))
        left.addLayout(self.bar)
        left.addWidget(self.list, 1)
        self.left_side = QWidget()
        self.left_side.setLayout(left)
        across = QHBoxLayout(self.whole)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.left_side, 1)
        across.addWidget(self.detail)
        self.empty = QWidget()
        self.addWidget(self.empty)
        self.addWidget(self.whole)
        self.whole.hand_keys(self.list)
        self.show_face(self.empty)
        self._arrange()

    def _connect(self) -> None:
        self.new.clicked.connect(self.start_new)
        self.review.clicked.connect(lambda: self.desk.go.emit("review"))
        self.search.changed.connect(self._search)
        self.search.down.connect(lambda: self.list.table.setFocus(Qt.FocusReason.TabFocusReason))
        for key, chip in self.chips.items():
            chip.clicked.connect(lambda _checked=False, key=key: self.show_filter(key))
        self.filter.clicked.connect(self._filter_menu)
        self.list.current.connect(self._show_detail)
        self.list.opened.connect(self.open)
        self.list.deleted.connect(self.delete)
        self.list.tapped.connect(self._tapped)
        self.detail.opened.connect(self.open)
        self.detail.duplicated.connect(self.duplicate)
        self.detail.looked_at.connect(self.desk.asked_to_look_at)
        self.detail.history_asked.connect(lambda record: show_history(self, self.desk, record))
        self.detail.review_asked.connect(lambda record: self.desk.asked_to_review.emit(record.record))
        self.detail.deleted.connect(self.delete)
        self.detail.withdrawn.connect(self.desk.asked_to_withdraw)
        self.detail.restored.connect(self.restore)
        self.detail.exported.connect(lambda record: self.desk.asked_to_export.emit(record.form_id))
        self.detail.sent.connect(lambda record: send(self, self.desk, record))
        self.detail.settled.connect(lambda record: self.desk.asked_to_settle.emit(record.record))
        self.detail.closed.connect(self._close_detail)
        self.desk.touched.connect(self._touched)
        self.desk.interview_left.connect(self._want)
        theme.look.changed.connect(self._fold)
        for keys, act in (
            ("Ctrl+N", self.start_new),
            ("Ctrl+F", self._to_search),
            ("Ctrl+D", self._duplicate_current),
            ("Ctrl+L", self._look_at_current),
            ("Ctrl+R", self._review_current),
        ):
            shortcut = QShortcut(QKeySequence(keys), self, act)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _arrange(self) -> None:
        """Search, chips and filter in one row, or the chips below."""
        for thing in (self.search, self.chip_box, self.filter):
            self.bar.removeWidget(thing)
        if self._narrow:
            self.bar.addWidget(self.search, 0, 0)
            self.bar.addWidget(self.filter, 0, 1)
            self.bar.addWidget(self.chip_box, 1, 0, 1, 2)
            self.search.setMaximumWidth(16777215)
            self.bar.setColumnStretch(0, 1)
            self.bar.setColumnStretch(1, 0)
        else:
            self.bar.addWidget(self.search, 0, 0)
            self.bar.addWidget(self.chip_box, 0, 1)
            self.bar.addWidget(self.filter, 0, 2)
            self.search.setMaximumWidth(theme.u(theme.SEARCH))
            self.bar.setColumnStretch(0, 0)
            self.bar.setColumnStretch(1, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        narrow = not theme.fits(self.width(), FOLD)
        if narrow != self._narrow:
            self._narrow = narrow
            self.detail.fold(narrow)
            self.left_side.show()
        self._arrange()
        self.detail.setVisible(self.detail.row is not None and (not narrow or self.left_side.isHidden()))

    # ---- reading

    def refresh(self) -> None:
        """Read the list again; the keys stay on the record they are on."""
        current = self.list.row()
        if current is not None and not self._wanted:
            self._wanted = current.record
        survey, query = self.desk.survey, self.query
        if query != self.model.query or not self.model.total():
            self.desk.worker.run(lambda: load_first(survey, query), self._take_first, receiver=self, key="interviews")
        # Counting waits until the typing pauses; the rows do not.
        self._count_wait.start(COUNT_AFTER if query.search else 0)

    def _want(self, record: str) -> None:
        """The keys go to this record when the list is read again."""
        self._wanted = record

    def _count(self) -> None:
        survey, query, forms = self.desk.survey, self.query, self.forms or None
        self.desk.worker.run(lambda: load(survey, query, forms), self._take, receiver=self, key="counts")

    def _take_first(self, first: FirstRows) -> None:
        if first.query != self.query or not (first.rows or first.query.search):
            return
        self.model.show(first.query, first.days, first.rows)
        self.show_face(self.whole)
        if first.whole:
            self._foot(first.query)
        if not self.list.select(self._wanted):
            self._nothing()

    def _take(self, loaded: Loaded) -> None:
        if loaded.query != self.query:
            return
        self.forms = loaded.forms
        if not loaded.forms or not loaded.anything:
            self._show_empty(bool(loaded.forms))
            return
        current = self.list.row()
        wanted = self._wanted or (current.record if current is not None else "")
        row, place = self.list.table.current_row(), self.list.table.verticalScrollBar().value()
        self.model.show(loaded.query, loaded.days, loaded.first)
        for key, chip in self.chips.items():
            chip.set_count(words.number(loaded.counts.get(key, 0)))
            chip.setChecked(key == loaded.query.filter)
        self._foot(loaded.query)
        self.show_face(self.whole)
        found = self.list.select(wanted)
        if self.list.table.current_row() == row:
            self.list.table.verticalScrollBar().setValue(place)
        self._wanted = ""
        if not found:
            self._nothing()

    def _foot(self, query: Query) -> None:
        total = self.model.total()
        if query.search:
            text = ngettext("{count} interview found", "{count} interviews found", total)
        else:
            text = ngettext("{count} interview, newest change first", "{count} interviews, newest change first", total)
        self.list.count.setText(text.format(count=words.number(total)))

    def _nothing(self) -> None:
        self.detail.row = None
        self.detail.hide()
        self.left_side.show()

    def _show_empty(self, has_forms: bool) -> None:
        before, self.empty = self.empty, _first_interview(self) if has_forms else _first_form(self)
        self.addWidget(self.empty)
        self.show_face(self.empty)
        self.removeWidget(before)
        before.deleteLater()

    def _touched(self, kinds: frozenset[str]) -> None:
        if kinds & {"forms", "records", "survey"}:
            self.forms = []
        if kinds & {"records", "drafts", "forms", "survey"}:
            self.refresh()

    def select(self, record: str) -> None:
        """Put the keys on a record once the list is read."""
        self._wanted = record
        self.refresh()

    # ---- finding

    def _search(self, text: str) -> None:
        self.query = replace(self.query, search=text.strip())
        self.refresh()

    def _to_search(self) -> None:
        self.search.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.edit.selectAll()

    def show_filter(self, key: RecordFilter) -> None:
        """Show one kind of interviews."""
        self.query = replace(self.query, filter=key)
        for name, chip in self.chips.items():
            chip.setChecked(name == key)
        self.refresh()

    def _filter_menu(self) -> None:
        menu = QMenu(self.filter)
        every = menu.addAction(_("All forms"), lambda: self._show_form("", ""))
        every.setCheckable(True)
        every.setChecked(not self.query.form_id)
        for form_id, title in {form.form_id: form_title(form.title) for form in self.forms}.items():
            action = menu.addAction(title, partial(self._show_form, form_id, title))
            action.setCheckable(True)
            action.setChecked(form_id == self.query.form_id)
        menu.addSeparator()
        reviewed: tuple[RecordFilter, ...] = ("received", "issues", "approved", "rejected")
        for key in reviewed:
            action = menu.addAction(review_words(key), partial(self.show_filter, key))
            action.setCheckable(True)
            action.setChecked(self.query.filter == key)
        menu.addSeparator()
        deleted = menu.addAction(_("In the bin"), lambda: self.show_filter("deleted"))
        deleted.setCheckable(True)
        deleted.setChecked(self.query.filter == "deleted")
        menu.popup(self.filter.mapToGlobal(QPoint(0, self.filter.height())))

    def _show_form(self, form_id: str, title: str) -> None:
        self.query = replace(self.query, form_id=form_id)
        self.filter.setText(title if len(title) < 25 else title[:24] + "…" if title else _("Filter"))
        if not title:
            self.filter.setText(_("Filter"))
        self.filter.setChecked(bool(form_id))
        self.filter.updateGeometry()
        self.refresh()

    # ---- one interview

    def _show_detail(self, record: RecordRow | None) -> None:
        if record is None:
            return
        self.detail.show_row(record)
        self.detail.setVisible(not self._narrow or self.left_side.isHidden())
        self._outline_wait.start()

    def _read_outline(self) -> None:
        shown = self.detail.row
        if shown is None or not self.desk.is_open:
            return
        survey, record = self.desk.survey, shown.record

        def work() -> list[Part]:
            from cami_survey.ui.pages.interviews_outline import read

            return read(survey, record)

        def then(parts: list[Part]) -> None:
            if self.detail.row is shown:
                self.detail.show_outline(parts)

        self.desk.worker.run(work, then, receiver=self, key="outline")

    def _tapped(self, record: RecordRow) -> None:
        if self._narrow:
            self.detail.show_row(record)
            self.left_side.hide()
            self.detail.show()
            self.detail.main.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close_detail(self) -> None:
        self.left_side.show()
        self.detail.setVisible(not self._narrow)
        self.list.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def start_new(self) -> None:
        """Begin an interview; ask which form if there are several."""
        if self.forms:
            self._start_one_of(self.forms)
        else:
            # The list may not have been read again since a form was added or an interview ended.
            self.desk.worker.run(self.desk.survey.forms, self._start_one_of, receiver=self, waited=True)

    def _start_one_of(self, forms: Sequence[FormEntry]) -> None:
        titles = {form.form_id: form_title(form.title) for form in forms}
        if not titles:
            self.desk.go.emit("forms")
        elif len(titles) == 1:
            self.start(next(iter(titles)))
        else:
            menu = QMenu(self.new)
            for form_id, title in titles.items():
                menu.addAction(title, partial(self.start, form_id))
            below = self.new if self.new.isVisible() else getattr(self.empty, "button", None) or self.empty
            menu.popup(below.mapToGlobal(QPoint(0, below.height())))
            menu.setActiveAction(menu.actions()[0])

    def start(self, form_id: str) -> None:
        """Begin an interview with a form."""
        self.desk.asked_to_start.emit(form_id)

    def open(self, record: RecordRow) -> None:
        """Continue a draft, or open a final interview for a correction."""
        if not record.deleted:
            self.desk.asked_to_open.emit(record)

    def duplicate(self, record: RecordRow) -> None:
        """A new draft with the same answers."""
        self.desk.asked_to_duplicate.emit(record)

    def _duplicate_current(self) -> None:
        record = self.list.row()
        if record is not None:
            self.duplicate(record)

    def _look_at_current(self) -> None:
        record = self.list.row()
        if record is not None:
            self.desk.asked_to_look_at.emit(record)

    def _review_current(self) -> None:
        record = self.list.row()
        self.desk.asked_to_review.emit(record.record if record is not None and not record.deleted else "")

    def delete(self, record: RecordRow) -> None:
        """Move to the bin; Undo takes it back."""
        if record.deleted:
            return
        survey = self.desk.survey

        def work() -> Outcome[None]:
            from cami_survey.operations import interviews

            return interviews.delete(survey, [record.record])

        self.desk.do(work, receiver=self)

    def restore(self, record: RecordRow) -> None:
        """Take out of the bin."""
        survey = self.desk.survey

        def work() -> Outcome[None]:
            from cami_survey.operations import interviews

            return interviews.bring_back(survey, [record.record])

        self.desk.do(work, receiver=self)


def _first_interview(page: InterviewsPage) -> FirstUse:
    return FirstUse(
        _("Every conversation is kept here"),
        _("Interviews are saved on this laptop after each answer, without any network."),
        main=(_("Start the first interview"), "plus", page.start_new),
        key=("Ctrl+N", _("starts one at any time")),
        before=_("Coming from another laptop?"),
        links=[(_("Merge a survey file"), lambda: page.desk.go.emit("exchange"))],
    )


def _first_form(page: InterviewsPage) -> FirstUse:
    return FirstUse(
        _("Every conversation is kept here"),
        _("An interview follows a form. Bring one in, or take those that come with the program."),
        main=(_("Choose a form"), "clipboard-text", lambda: page.desk.go.emit("forms")),
        before=_("Coming from another laptop?"),
        links=[(_("Merge a survey file"), lambda: page.desk.go.emit("exchange"))],
    )

"""Forms: what interviews follow. Import with a report, list, try out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cami_survey.base.form_words import form_title, our_title
from cami_survey.base.notices import Notice
from cami_survey.base.places import shipped
from cami_survey.base.records import FormEntry
from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.dialogs.pick import Pickable, PickDialog
from cami_survey.ui.feedback import modal, open_files
from cami_survey.ui.kit import Button, Label, Link, row
from cami_survey.ui.kit.frame import SnugScrollArea
from cami_survey.ui.kit.lists import CellsModel
from cami_survey.ui.kit.table import Cell, Table
from cami_survey.ui.pages.first import FirstUse
from cami_survey.ui.pages.forms_report import ReportCard
from cami_survey.ui.pages.page import Faces, Page, foot_line, framed
from cami_survey.ui.pages.tables import TablesPage

if TYPE_CHECKING:
    from cami_survey.base.notices import Outcome
    from cami_survey.engine.api import Review
    from cami_survey.operations.forms import FormReport
    from cami_survey.ui.desk import Desk

FORM, LANGUAGES, QUESTIONS, RECORDS, ADDED = range(5)
Reviews = dict[tuple[str, str], dict[str, "Review"]]


def _in_one_line(outcome: Outcome[list[FormEntry]]) -> Outcome[list[FormEntry]]:
    """Several forms are counted rather than named one after the other."""
    added = [notice for notice in outcome.notices if notice.code == "form.added"]
    if len(added) < 2:
        return outcome
    text = ngettext("{n} form was added.", "{n} forms were added.", len(added)).format(n=words.number(len(added)))
    rest = [notice for notice in outcome.notices if notice not in added]
    return replace(outcome, notices=(Notice("form.added", text), *rest))


def form_filters() -> str:
    """What file dialogs show."""
    return _("Forms") + " (*.xlsx *.xls *.csv *.md *.xml *.zip);;" + _("All files") + " (*)"


class FormsPage(Faces):
    """The list of forms; before there is one, the page that offers the first."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.forms: list[FormEntry] = []
        self.reviews: Reviews = {}
        # Our questionnaires by their ids, looked up once: every change of the width asks what is missing of them.
        self._ours = {path.stem: path for path in sorted(shipped("forms").glob("*.xlsx"))}
        self.model = CellsModel((_("Form"), _("Languages"), _("Questions"), _("Interviews"), _("Added")), self)
        self._build()
        self._connect()
        self.refresh()

    def _build(self) -> None:
        self.table = Table(_("Forms"), frozenset({QUESTIONS, RECORDS}))
        self.table.setModel(self.model)
        self.add = Button(_("Import a form"), "primary", "download-simple")
        self.tables_button = Button(_("Reference tables"), "quiet", "table")
        self.tables: TablesPage | None = None
        self.preview = Button(_("Preview"), "secondary", "eye")
        self.ask = Button(_("New interview"), "secondary", "plus")
        self.chosen = Label("", tone="muted", wrap=True)
        self.page = Page(_("Forms"))
        self.page.head.addWidget(self.tables_button)
        self.page.head.addWidget(self.add)
        self.report_place = QVBoxLayout()
        self.report: ReportCard | None = None
        self.page.body.addLayout(self.report_place)
        foot = foot_line(self.chosen, self.preview, self.ask, padding=theme.M)
        self.listing = framed(self.table, foot)
        self.page.body.addWidget(self.listing, 1)
        self.more = Link(_("More of the CAMI questionnaires"))
        self.page.body.addLayout(row(self.more, None))
        self.page.body.addStretch(0)
        self.page.hand_keys(self.table)
        self.empty = self._first()
        self.blank = QWidget()
        for page in (self.blank, self.page, self.empty):
            self.addWidget(page)
        self.show_face(self.blank)
        # Tab passes over what stands before the table, to which the page hands the keys.
        QWidget.setTabOrder(self.ask, self.tables_button)
        QWidget.setTabOrder(self.tables_button, self.add)

    def _first(self) -> FirstUse:
        links = [
            (_("Import a form of your own"), self.choose),
            (_("Look at the reference tables"), self.show_tables),
        ]
        if not self._missing():
            main = (_("Import a form"), "download-simple", self.choose)
            links = links[1:]
        else:
            main = (_("Add the CAMI questionnaires"), "clipboard-text", self.choose_ours)
        return FirstUse(
            _("Forms are what you ask"),
            _("An XLSForm or XForm of the ODK tools becomes a questionnaire here, in all its languages."),
            main=main,
            before=_("Have you written one?") if links else "",
            links=links,
        )

    def _connect(self) -> None:
        self.setAcceptDrops(True)
        self.add.clicked.connect(self.choose)
        self.tables_button.clicked.connect(self.show_tables)
        self.more.clicked.connect(self.choose_ours)
        self.preview.clicked.connect(lambda: self._preview(self.table.current_row()))
        self.ask.clicked.connect(self._start)
        self.table.opened.connect(self._preview)
        self.table.selectionModel().currentChanged.connect(lambda *_indexes: self._show_chosen())
        self.desk.touched.connect(self._touched)
        theme.look.changed.connect(self._measure)
        shortcut = QShortcut(QKeySequence("Ctrl+N"), self, self._start)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._measure()

    def _measure(self) -> None:
        wide = theme.fits(self.width(), 900)
        self.table.setColumnHidden(LANGUAGES, not wide)
        self.table.setColumnHidden(ADDED, not theme.fits(self.width(), 760))
        self.table.set_row_height(theme.ROW)
        self.more.setVisible(bool(self._missing()) and self.report is None)
        # A report is read before the list; where both have no room, the list waits.
        self.listing.setVisible(self.report is None or theme.fits(self.height(), 560))
        self.table.set_columns({LANGUAGES: 280, QUESTIONS: 112, RECORDS: 112, ADDED: 140})

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    # ---- reading

    def refresh(self) -> None:
        """Read the list again."""
        survey = self.desk.survey

        def read() -> tuple[list[FormEntry], Reviews]:
            from cami_survey.operations import forms

            entries = survey.forms()
            return entries, forms.reviews(survey, entries)

        waited = self.currentWidget() is self.blank
        self.desk.worker.run(read, self._take, receiver=self, key="forms", waited=waited)

    def _touched(self, kinds: frozenset[str]) -> None:
        if kinds & {"forms", "records"}:
            self.refresh()

    def _take(self, read: tuple[list[FormEntry], Reviews]) -> None:
        forms, self.reviews = read
        current = self.table.current_row()
        self.forms = forms
        if self.currentWidget() is self.tables:
            self.model.show([_cells(form, self.reviews[form.form_id, form.version]) for form in forms])
            return
        self.model.show([_cells(form, self.reviews[form.form_id, form.version]) for form in forms])
        self.show_face(self.page if forms or self.report is not None else self.empty)
        self._measure()
        if forms:
            self.table.setCurrentIndex(self.model.index(min(max(current, 0), len(forms) - 1), 0))
        self._show_chosen()

    def _show_chosen(self) -> None:
        form = self._form(self.table.current_row())
        for button in (self.preview, self.ask):
            button.setEnabled(form is not None)
        self.chosen.setText(self._about(form) if form is not None else "")

    def _about(self, form: FormEntry) -> str:
        reviews = self.reviews.get((form.form_id, form.version), {})
        read = [_read_by(language, review) for language, review in reviews.items() if not review.draft]
        said = [_("Reviewed by a native speaker: {languages}").format(languages="; ".join(read))] if read else []
        if drafts := _drafts(reviews):
            text = _("Drafts, not yet reviewed by a native speaker: {languages}")
            said.append(text.format(languages=", ".join(map(words.form_language, drafts))))
        return "\n".join(said) or form_title(form.title)

    def _form(self, row: int) -> FormEntry | None:
        return self.forms[row] if 0 <= row < len(self.forms) else None

    # ---- reference tables

    def show_tables(self) -> None:
        """Show the tables that forms and analyses draw from."""
        if self.tables is None:
            self.tables = TablesPage(self.desk)
            self.tables.left.connect(self._leave_tables)
            self.addWidget(self.tables)
        self.show_face(self.tables)
        self.tables.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_tables(self) -> None:
        face = self.page if self.forms else self.empty
        self.show_face(face)
        self._show_chosen()
        face.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and folders of this computer may be dropped anywhere on the page."""
        if _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = _dropped(event)
        if paths:
            event.acceptProposedAction()
            self.bring_in(paths)

    # ---- doing

    def _preview(self, row: int) -> None:
        form = self._form(row)
        if form is not None:
            self.desk.asked_to_preview.emit((form.form_id, form.version))

    def _start(self) -> None:
        form = self._form(self.table.current_row())
        if form is not None:
            self.desk.asked_to_start.emit(form.form_id)

    def _missing(self) -> dict[str, Path]:
        """Our questionnaires that the survey does not have, by their ids."""
        there = {form.form_id for form in self.forms}
        return {form_id: path for form_id, path in self._ours.items() if form_id not in there}

    def choose_ours(self) -> None:
        """Choose which of our questionnaires to bring in, in a new survey at first all of them."""
        ours = self._missing()
        dialog = PickDialog(
            _("Add the CAMI questionnaires"),
            [Pickable(form_id, our_title(form_id)) for form_id in ours],
            () if self.forms else ours,
            said=_("Choose those that you ask with. The others can be added at any time."),
            several=True,
            parent=self.window(),
        )
        dialog.picked.connect(lambda chosen: self._bring_in_ours([ours[form_id] for form_id in chosen]))
        modal(dialog)

    def _bring_in_ours(self, chosen: Sequence[Path]) -> None:
        if chosen:
            self.bring_in(chosen)

    def choose(self) -> None:
        """Choose files and bring them in."""
        paths = open_files(self, _("Import a form"), form_filters())
        if paths:
            self.bring_in(paths)

    def bring_in(self, paths: Sequence[Path]) -> None:
        """Check the files; add them if nothing is wrong with any, say what is wrong otherwise."""
        self._take_report_away()
        self.desk.feedback.clear()
        self.desk.feedback.quiet()

        def work(report: Callable[[int, int], None]) -> Outcome[list[FormReport]]:
            from cami_survey.base.notices import Outcome
            from cami_survey.operations import forms

            found = []
            for done, path in enumerate(paths):
                report(done, len(paths))
                found.append(forms.check(path).value)
            return Outcome(found)

        self.desk.do_long(_("Reading the forms"), work, self._checked, receiver=self)

    def _checked(self, reports: list[FormReport]) -> None:
        if any(not report.ok for report in reports):
            self._show_report(reports)
            return
        survey = self.desk.survey
        paths = [report.source for report in reports]

        def work() -> Outcome[list[FormEntry]]:
            from cami_survey.operations import forms

            return _in_one_line(forms.add(survey, paths))

        self.desk.do(work, lambda _entries: self._added(reports), receiver=self)

    def _repair(self, reports: list[FormReport]) -> None:
        """Write the repaired copies that were offered, and add them in place of the files that were refused."""
        survey = self.desk.survey
        self._take_report_away()

        def work() -> Outcome[list[FormEntry]]:
            from cami_survey.operations import forms

            copies = [report.source if report.ok else forms.repair(report.source).value.copy for report in reports]
            added = forms.add(survey, copies)
            names = ", ".join(copy.name for copy, report in zip(copies, reports, strict=True) if not report.ok)
            written = Notice("form.repaired", _("The repaired copy is {names}.").format(names=names))
            done = [notice for notice in added.notices if notice.level not in ("warning", "error")]
            return replace(added, notices=(*done, written))

        self.desk.do(work, receiver=self)

    def _added(self, reports: list[FormReport]) -> None:
        if any(report.warnings for report in reports):
            # The report says the same with the file it is about.
            self.desk.feedback.clear()
            self._show_report(reports)

    def _show_report(self, reports: list[FormReport]) -> None:
        self.report = ReportCard(reports)
        self.report.closed.connect(self._take_report_away)
        self.report.accepted.connect(lambda: self._repair(reports))
        self.report_scroll = SnugScrollArea(self.report)
        self.report_place.addWidget(self.report_scroll)
        self._measure()
        self.show_face(self.page)
        self.report.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_report_away(self) -> None:
        if self.report is None:
            return
        held = self.report.isAncestorOf(self.focusWidget() or self)
        self.report = None
        self.report_scroll.hide()
        self.report_scroll.deleteLater()
        self._measure()
        self.show_face(self.page if self.forms else self.empty)
        if held:
            (self.page if self.forms else self.empty).setFocus(Qt.FocusReason.OtherFocusReason)


def _dropped(event: QDropEvent) -> list[Path]:
    """The files and folders in a drop."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _cells(form: FormEntry, reviews: Mapping[str, Review]) -> list[Cell]:
    version = _("version {version}").format(version=form.version) if form.version else ""
    sub = " · ".join(part for part in (form.source_name or form.form_id, version) if part)
    languages = ", ".join(map(words.form_language, form.languages))
    return [
        Cell(form_title(form.title), sub, role="strong", icon="clipboard-text"),
        Cell(languages or _("no translation"), _counted(len(form.languages), len(_drafts(reviews)))),
        Cell(words.number(form.questions), end=True),
        Cell(words.number(form.records), end=True, token="ink" if form.records else "faint"),
        Cell(words.when(form.added)),
    ]


def _drafts(reviews: Mapping[str, Review]) -> list[str]:
    """The languages that no native speaker has reviewed."""
    return [language for language, review in reviews.items() if review.draft]


def _read_by(language: str, review: Review) -> str:
    return f"{words.form_language(language)}: {', '.join(filter(None, (review.reviewer, review.day)))}"


def _counted(languages: int, drafts: int) -> str:
    """How many languages, and how many of them nobody has reviewed yet."""
    count = ngettext("{count} language", "{count} languages", languages).format(count=words.number(languages))
    if not drafts:
        return count
    unread = ngettext("{count} draft, not yet reviewed", "{count} drafts, not yet reviewed", drafts)
    return f"{count} · {unread.format(count=words.number(drafts))}"

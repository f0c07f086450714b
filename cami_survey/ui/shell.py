"""The frame of the window: rail, top line, notices, and the page of the place we are at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from cami_survey.base import settings as settings_file
from cami_survey.base import texts
from cami_survey.base.numbers import use_latin_digits
from cami_survey.base.texts import _
from cami_survey.ui import fonts, qt_texts, theme
from cami_survey.ui.desk import Desk
from cami_survey.ui.feedback import Feedback
from cami_survey.ui.guard import Guard
from cami_survey.ui.interviewing import Interviewing, take_away
from cami_survey.ui.kit import Panel
from cami_survey.ui.progress import ProgressPanel
from cami_survey.ui.rail import PLACES, Rail
from cami_survey.ui.rail import words as rail_words
from cami_survey.ui.topline import Headline, TopLine
from cami_survey.ui.worker import Worker

if TYPE_CHECKING:
    from cami_survey.base.settings import Settings
    from cami_survey.operations.interviews import Interview
    from cami_survey.operations.reviews import Task
    from cami_survey.store.api import SurveyFile
    from cami_survey.ui.interview.page import InterviewPage
    from cami_survey.ui.opening import Opening

SMALLEST = (640, 520)
USUAL = (1440, 900)


class Shell(QMainWindow):
    """Built empty so that it can be painted at once; pages are made when they are first shown."""

    def __init__(self, settings: Settings, keep: Callable[[Settings], None] = settings_file.save) -> None:
        super().__init__()
        self._keep = keep
        self.worker = Worker(self)
        self.feedback = Feedback()
        self.desk = Desk(settings, self.worker, self.feedback)
        self.desk.setParent(self)
        self.pages: dict[str, QWidget] = {}
        self.place = "interviews"
        self.running: InterviewPage | None = None
        self._stale = False
        self._ways: Opening | None = None
        self.interviewing = Interviewing(self.desk, self.run, self)
        self.guard = Guard(self)
        self.setMinimumSize(*SMALLEST)
        self._restore()
        self._build()
        self._connect()
        self._keys()

    # ---- the frame

    def _build(self) -> None:
        self.rail, self.top, self.progress = Rail(), TopLine(), ProgressPanel()
        self.stack = QStackedWidget()
        self.ground = Panel("background")
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for thing in (self.top, self.feedback.top):
            column.addWidget(thing)
        column.addWidget(self.stack, 1)
        for thing in (self.progress, self.feedback.bottom):
            column.addWidget(thing)
        row = QHBoxLayout(self.ground)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(column, 1)
        self.setCentralWidget(self.ground)
        self.rail.chosen.connect(self.go)
        self.top.language_chosen.connect(self.set_language)
        self.top.who_clicked.connect(lambda: self.open_settings("you"))
        self.top.backup_clicked.connect(self.back_up)
        self.top.survey_clicked.connect(self._show_survey_menu)
        self.progress.cancelled.connect(self.worker.cancel)
        self._tell()

    def _connect(self) -> None:
        self.worker.user_error.connect(self.feedback.error)
        self.worker.crashed.connect(self.feedback.crash)
        self.worker.long_began.connect(lambda what: self.progress.begin(what))
        self.worker.progressed.connect(lambda progress: self.progress.tell(progress))
        self.worker.long_ended.connect(lambda: self.progress.end())
        self.worker.wait_began.connect(lambda: self.progress.wait())
        self.worker.wait_ended.connect(lambda: self.progress.waited())
        self.desk.survey_changed.connect(self._survey_changed)
        self.desk.touched.connect(self._touched)
        self.desk.go.connect(self.go)
        self.desk.asked_to_settle.connect(self.settle)
        self.desk.asked_to_review.connect(self.review)
        self.desk.asked_for_settings.connect(self.open_settings)
        self.desk.asked_to_export.connect(self.export)
        self.desk.asked_to_back_up.connect(self.back_up)
        self.desk.asked_to_protect.connect(lambda what: self._opening().protect(what))
        self.desk.asked_to_withdraw.connect(lambda row: self._opening().withdraw(row))

    def _keys(self) -> None:
        pairs: list[tuple[str, Callable[[], object]]] = [
            ("Ctrl+O", self.open_survey),
            ("Ctrl+Shift+N", self.new_survey),
            ("Ctrl+Z", self.feedback.undo),
            ("Ctrl+,", lambda: self.open_settings("you")),
            ("F1", lambda: self.go("help")),
            ("F12", self.guard.lock),
            ("Ctrl++", lambda: self.scale_text(theme.TEXT_STEP)),
            ("Ctrl+=", lambda: self.scale_text(theme.TEXT_STEP)),
            ("Ctrl+-", lambda: self.scale_text(-theme.TEXT_STEP)),
            ("Ctrl+0", lambda: self.scale_text(0)),
            ("Ctrl+E", lambda: self.export(None)),
            ("Ctrl+Q", self.close),
        ]
        pairs += [(f"Ctrl+{n}", partial(self._go_by_key, place)) for n, place in enumerate(PLACES, 1)]
        for keys, act in pairs:
            QShortcut(QKeySequence(keys), self, act)

    def _go_by_key(self, place: str) -> None:
        if self.desk.is_open and self.running is None:
            self.go(place)

    # ---- surveys

    def start(self, path: Path | None) -> None:
        """After the first paint: open `path`, else the survey of last time, else show the first-use page."""
        fonts.load("Arabic")
        recent = self.desk.recent()
        chosen = path if path is not None else (recent[0] if recent else None)
        if chosen is None:
            self._survey_changed()
            self.worker.run(_warm, receiver=self)
        else:
            self._opening().open_path(chosen)

    def _opening(self) -> Opening:
        """Kept: Qt calls a bound method only as long as its object lives, and a dialog answers later."""
        from cami_survey.ui.opening import Opening

        if self._ways is None:
            self._ways = Opening(self.desk, self, self._opened, self._survey_changed)
        return self._ways

    def open_survey(self) -> None:
        """Choose a survey file and open it."""
        if self.running is None:
            self._opening().choose()

    def new_survey(self) -> None:
        """Ask for title and place of a new survey and make it."""
        if self.running is None:
            self._opening().create()

    def open_recent(self, path: Path) -> None:
        """Open a survey of before."""
        self._opening().open_path(path)

    def try_demonstration(self) -> None:
        """Make a survey with invented interviews and open it."""
        self._opening().demonstrate()

    def _opened(self, survey: SurveyFile) -> None:
        self.remember(self.desk.settings.with_recent(str(survey.path)))
        self.desk.take(survey)
        self.worker.run(_warm, receiver=self)
        if not survey.read_only:
            self.desk.fill_list()
        self._opening().remind()

    def _survey_changed(self) -> None:
        self.feedback.clear()
        self._drop_pages()
        self.rail.set_open(self.desk.is_open)
        self._tell()
        self.go("interviews")
        self.guard.wait()

    def _touched(self, kinds: frozenset[str]) -> None:
        if "survey" in kinds or "devices" in kinds:
            self._tell()

    def _tell(self) -> None:
        if not self.desk.is_open:
            self.top.tell(Headline())
            self.setWindowTitle("CAMI Survey")
            return
        survey = self.desk.survey
        self.top.tell(
            Headline(
                title=survey.title,
                place=survey.path.name,
                facilitator=survey.device.facilitator or self.desk.settings.facilitator,
                device=survey.device.name,
                backup=survey.last_backup,
                read_only=survey.read_only,
            )
        )
        self.setWindowTitle(f"{survey.title} - CAMI Survey")

    def _show_survey_menu(self) -> None:
        from PySide6.QtWidgets import QMenu

        menu = QMenu(self.top.title)
        menu.addAction(_("Open a survey…"), self.open_survey)
        menu.addAction(_("New survey…"), self.new_survey)
        others = [path for path in self.desk.recent() if not self.desk.is_open or path != self.desk.survey.path]
        if others:
            menu.addSeparator()
        for path in others[:6]:
            menu.addAction(path.stem, partial(self.open_recent, path)).setToolTip(str(path))
        menu.addSeparator()
        menu.addAction(_("Restore a backup…"), lambda: self._opening().restore())
        menu.addAction(_("Save what can be saved of a damaged file…"), lambda: self._opening().salvage())
        if self.desk.is_open:
            menu.addSeparator()
            menu.addAction(_("Make a backup now"), self.back_up)
            menu.addAction(_("Check this file"), self.verify)
            menu.addAction(_("Try the newest backup out"), lambda: self._opening().drill())
            if self.desk.survey.encrypted:
                menu.addAction(_("Lock"), self.guard.lock)
            menu.addAction(_("Close this survey"), lambda: self.desk.take(None))
        self.top.drop(menu, self.top.title)

    def back_up(self) -> None:
        """Copy the survey file to the backup folder."""
        if self.desk.is_open:
            self._opening().back_up()

    def verify(self) -> None:
        """Check every record of the file."""
        self._opening().verify()

    # ---- places

    def go(self, place: str) -> None:
        """Show a place."""
        if place == "settings":
            self.open_settings("you")
            return
        if self.running is not None:
            return
        self.place = place
        self.rail.mark(place if self.desk.is_open or place == "help" else "")
        key = place if self.desk.is_open or place == "help" else "start"
        if key not in self.pages:
            self.pages[key] = self._make(key)
            self.stack.addWidget(self.pages[key])
        page = self.pages[key]
        self.stack.setCurrentWidget(page)
        page.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make(self, key: str) -> QWidget:
        from cami_survey.ui.places import make

        return make(key, self)

    def _drop_pages(self) -> None:
        for page in self.pages.values():
            self.stack.removeWidget(page)
            page.hide()
            page.deleteLater()
        self.pages.clear()

    def open_settings(self, section: str = "you") -> None:
        """The settings over the window; changes show at once."""
        from cami_survey.ui.dialogs.settings import SettingsDialog
        from cami_survey.ui.feedback import modal

        dialog = SettingsDialog(self.desk, section, self)
        dialog.changed.connect(self.change)
        modal(dialog)

    def settle(self, record: str) -> None:
        """Show the conflicts, of one record if one is named."""
        self.go("exchange")
        settle = getattr(self.pages.get("exchange"), "settle", None)
        if settle is not None:
            settle(record)

    def review(self, record: str) -> None:
        """Show the review, of one record if one is named."""
        self.go("review")
        begin = getattr(self.pages.get("review"), "open", None)
        if begin is not None and record:
            begin(record)

    def export(self, form_id: object) -> None:
        """The export dialog, with a form chosen if one is named."""
        if not self.desk.is_open or self.running is not None:
            return
        from cami_survey.ui.dialogs.export import ExportDialog
        from cami_survey.ui.feedback import modal

        dialog = ExportDialog(self.desk, str(form_id or ""), self)
        dialog.folder_used.connect(lambda folder: self.remember(replace(self.desk.settings, export_folder=folder)))
        modal(dialog)

    # ---- the running interview

    def run(self, interview: Interview, *, read_only: bool = False, task: Task | None = None) -> None:
        """Give the window to an interview until it is left; one without a survey is a preview.

        One that is only looked at shows what was answered, one that was opened for a query shows that.
        """
        from cami_survey.ui.interview.page import InterviewPage

        page = InterviewPage(
            interview,
            self.desk.settings,
            worker=self.worker,
            preview=interview.survey is None,
            read_only=read_only,
            given_only=read_only,
            back=rail_words(self.place),
            parent=self,
        )
        page.left.connect(self._stop)
        page.finalised.connect(self._stop)
        page.other_wanted.connect(self._open_instead)
        page.walk_changed.connect(lambda walk: self.remember(replace(self.desk.settings, walk=walk)))
        self.running = page
        if task is not None:
            from cami_survey.ui.asking import Asking

            Asking(self.desk, page, task)
        self.feedback.quiet()
        self.feedback.clear()
        self.rail.hide()
        self.top.hide()
        self.stack.addWidget(page)
        # Shown, it takes the keys itself, to the question where the person was.
        self.stack.setCurrentWidget(page)

    def _open_instead(self, record: str) -> None:
        """Leave the interview that runs, which is saved, and open another one."""
        page = self.running
        if page is not None:
            page.left.connect(lambda _left: self.interviewing.open_record(record))
            page.leave()

    def _stop(self, record: str) -> None:
        page, self.running = self.running, None
        if page is None:
            return
        take_away(page, self.stack)
        self.rail.show()
        self.top.show()
        if self._stale:
            self._rebuild()
        self.go(self.place)
        self.desk.interview_left.emit(record)
        outcome = page.outcome
        if outcome is not None:
            self.feedback.say(outcome, self.desk.undo)
            self.desk.touched.emit(outcome.touched or frozenset({"records", "drafts"}))
            self._opening().back_up_if_due()
        select = getattr(self.pages.get("interviews"), "select", None)
        if select is not None and record:
            select(record)

    # ---- look and settings

    def change(self, settings: Settings) -> None:
        """Take over changed settings: keep them, show them."""
        before = self.desk.settings
        self.remember(settings)
        apply_look(settings)
        if settings.language != before.language or settings.digits != before.digits:
            self._stale = self.running is not None
            if not self._stale:
                self._rebuild()
        self._tell()
        self.guard.wait()

    def remember(self, settings: Settings) -> None:
        """Keep the settings."""
        self.desk.settings = settings
        self._keep(settings)

    def set_language(self, code: str) -> None:
        """The program speaks another language from now on."""
        self.change(replace(self.desk.settings, language=code))

    def scale_text(self, step: int) -> None:
        """Larger or smaller text; 0 for the usual size."""
        size = self.desk.settings.text_size + step if step else 100
        size = min(max(size, theme.SMALLEST_TEXT), theme.LARGEST_TEXT)
        self.change(replace(self.desk.settings, text_size=size))

    def _rebuild(self) -> None:
        """Everything anew, in the language of now."""
        self._stale = False
        self._drop_pages()
        self.feedback.top.setParent(None)
        self.feedback.bottom.setParent(None)
        self.ground.deleteLater()
        self.feedback.translate()
        self._build()
        self.rail.set_open(self.desk.is_open)
        self.go(self.place)

    # ---- the window itself

    def _restore(self) -> None:
        saved = QByteArray.fromBase64(self.desk.settings.window.encode())
        if not (saved and self.restoreGeometry(saved)):
            screen = QGuiApplication.primaryScreen().availableGeometry()
            self.resize(min(USUAL[0], screen.width()), min(USUAL[1], screen.height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.guard.fit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.running is not None:
            self.running.close_down()
            self.worker.finish()
        window = bytes(self.saveGeometry().toBase64().data()).decode("ascii")
        self.remember(replace(self.desk.settings, window=window))
        if self.desk.is_open:
            self._opening().close()
        self.worker.close()
        event.accept()


def apply_look(settings: Settings) -> None:
    """Theme, text size, language and direction of the whole program from the settings."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("there is no application yet")
    texts.set_language(settings.language)
    qt_texts.speak(app, settings.language)
    use_latin_digits(settings.digits == "latin")
    rtl = texts.is_right_to_left(settings.language)
    app.setLayoutDirection(Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight)
    theme.apply(
        app,
        theme=theme.effective(settings.theme, settings.follow_system),
        text_size=settings.text_size,
        touch=settings.touch,
        motion=settings.motion,
        language=settings.language,
    )


def _warm() -> None:
    """Import what the first interview will need, while nobody waits."""
    import importlib

    for name in ("interviews", "forms", "packages", "conflicts"):
        importlib.import_module(f"cami_survey.operations.{name}")


def show_later(shell: Shell, path: Path | None) -> None:
    """Begin real work once the empty window is painted."""
    QTimer.singleShot(0, shell, lambda: shell.start(path))

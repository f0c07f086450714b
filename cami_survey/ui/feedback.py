"""What the program says: the error band under the top line, the done line with Undo, questions, the crash report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from cami_survey import __version__
from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme
from cami_survey.ui.kit import Band, Button, DoneBand, Label, row
from cami_survey.ui.kit.band import Kind
from cami_survey.ui.words import number, said

if TYPE_CHECKING:
    from cami_survey.base.errors import UserError
    from cami_survey.base.notices import Notice, Outcome

    TakeBack = Callable[[], Outcome[None]]

# More warnings than these, after the first, are counted: the band must leave room for the page.
MOST_SAID = 4


class Feedback(QObject):
    """Owns the two places where notices appear; the shell puts `top` and `bottom` into its layout."""

    def __init__(self) -> None:
        super().__init__()
        self.top = QWidget()
        self._column = QVBoxLayout(self.top)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.translate()
        self._band: Band | None = None
        self._undo: TakeBack | None = None
        self._offered: Callable[[], object] = bool
        self._run_undo: Callable[[TakeBack], None] | None = None

    def translate(self) -> None:
        """Make the done line in the language of now; nothing is said in it."""
        self.bottom = DoneBand()
        self.bottom.hide()
        self.bottom.undone.connect(self.undo)
        self.bottom.asked.connect(lambda: self._offered())
        self.bottom.closed.connect(self.quiet)

    def say(self, outcome: Outcome[Any], run_undo: Callable[[TakeBack], None]) -> None:
        """Show what an operation says; its undo replaces the one before."""
        bad = [notice for notice in outcome.notices if notice.level in ("warning", "error")]
        done = [notice.text for notice in outcome.notices if notice not in bad]
        if bad:
            self._warn(bad)
        if done:
            self.done(" ".join(done), outcome.undo, run_undo)

    def _warn(self, notices: list[Notice]) -> None:
        kind: Kind = "error" if any(notice.level == "error" for notice in notices) else "warn"
        first, *others = (said(notice.text) for notice in notices)
        if len(others) > MOST_SAID:
            n = len(others) - MOST_SAID
            others[MOST_SAID:] = [ngettext("And {n} more.", "And {n} more.", n).format(n=number(n))]
        self._show(Band(kind, first, " ".join(others)))

    def warn(self, head: str, words: str = "") -> None:
        """Show under the top line something to be known before going on."""
        self._show(Band("warn", head, words))

    def done(
        self, words: str, undo: TakeBack | None = None, run_undo: Callable[[TakeBack], None] | None = None
    ) -> None:
        """Say once that something was done."""
        self._undo, self._run_undo = undo, run_undo
        self.bottom.say(said(words), undo=undo is not None)
        self.bottom.show()

    def offer(self, words: str, action: Callable[[], object]) -> None:
        """Offer `action` beside what was just said to be done."""
        self._offered = action
        self.bottom.offer(words)

    def error(
        self,
        error: UserError,
        retry: Callable[[], object] | None = None,
        ways: Sequence[tuple[str, Callable[[], object]]] = (),
    ) -> None:
        """Show one of the world's errors under the top line, with ways out of it, as words and what they do."""
        # A place that the sentence names already is not said again.
        where = "" if error.where in error.sentence else error.where
        band = Band("error", said(error.sentence), ": ".join(filter(None, (where, said(error.advice)))))
        for words, act in [*ways, *([(_("Try again"), retry)] if retry is not None else [])]:
            button = Button(words)
            button.clicked.connect(self.clear)
            button.clicked.connect(lambda _on=False, act=act: act())
            band.add_action(button)
        self._show(band)

    def _show(self, band: Band) -> None:
        self.clear()
        band.closed.connect(self.clear)
        self._band = band
        self._column.addWidget(band)
        band.show()

    def clear(self) -> None:
        """Take the band under the top line away."""
        if self._band is not None:
            self._band.hide()
            self._band.deleteLater()
            self._band = None

    def put_right(self) -> None:
        """Take an error away, what it said is so no longer; a warning stays."""
        if self._band is not None and self._band.kind == "error":
            self.clear()

    def shown_error(self) -> str:
        """The head of the band under the top line, empty if there is none."""
        return self._band.head.text() if self._band is not None else ""

    def shown_done(self) -> str:
        """The words of the done line, empty if it is not there."""
        return "" if self.bottom.isHidden() else self.bottom.words.text()

    def quiet(self) -> None:
        """Take the done line away, and with it the undo."""
        self._undo = None
        self.bottom.hide()

    def undo(self) -> None:
        """Take back what was done last, if it can be."""
        take_back, run = self._undo, self._run_undo
        self.quiet()
        if take_back is not None and run is not None:
            run(take_back)

    def crash(self, report: str) -> None:
        """Show our own mistake, with a report that can be saved or copied."""
        CrashDialog(report, self.top.window()).exec()


class _Dialog(QDialog):
    def __init__(self, title: str, words: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(theme.u(440))
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.L)
        self.body.setSpacing(theme.S)
        self.body.addWidget(Label(title, "h2", wrap=True))
        if words:
            self.body.addWidget(Label(words, tone="muted", wrap=True))


class Question(_Dialog):
    """A question with two answers; `danger` when yes cannot be taken back."""

    def __init__(
        self, title: str, words: str, yes: str, no: str, *, danger: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, words, parent)
        self.no = Button(no, "quiet")
        self.no.clicked.connect(self.reject)
        self.yes = Button(yes, "danger" if danger else "primary")
        self.yes.clicked.connect(self.accept)
        self.body.addSpacing(theme.M)
        self.body.addLayout(row(None, self.no, self.yes))
        (self.no if danger else self.yes).setFocus()


def ask(parent: QWidget, title: str, words: str, yes: str, no: str = "", *, danger: bool = False) -> bool:
    """Ask a question; True for yes."""
    question = Question(title, words, yes, no or _("Cancel"), danger=danger, parent=parent.window())
    return question.exec() == QDialog.DialogCode.Accepted


class CrashDialog(_Dialog):
    """Our own mistake: what it means for the work, and the report."""

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        import platform

        words = _(
            "This is a mistake in the program. Answers already given are saved. "
            "Please save the report and send it to those who look after the program; it holds no answers."
        )
        super().__init__(_("Something went wrong inside the program"), words, parent)
        self.report = (
            f"CAMI Survey {__version__}\nPython {platform.python_version()}, {platform.platform()}\n\n{report}"
        )
        text = QPlainTextEdit(self.report)
        text.setReadOnly(True)
        text.setAccessibleName(_("Report"))
        text.setMinimumSize(theme.u(560), theme.u(220))
        self.body.addWidget(text)
        copy, save, close = Button(_("Copy"), "quiet"), Button(_("Save the report")), Button(_("Close"), "primary")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.report))
        save.clicked.connect(self._save)
        close.clicked.connect(self.accept)
        self.body.addLayout(row(None, copy, save, close))
        close.setFocus()

    def _save(self) -> None:
        path = save_file(self, _("Save the report"), "cami-survey-report.txt", "")
        if path is not None:
            path.write_text(self.report, "utf-8")


def open_files(parent: QWidget, title: str, filters: str) -> list[Path]:
    """Files chosen by the person, none if they thought better of it."""
    from PySide6.QtWidgets import QFileDialog

    names, _filter = QFileDialog.getOpenFileNames(parent.window(), title, "", filters)
    return [Path(name) for name in names]


def open_file(parent: QWidget, title: str, filters: str) -> Path | None:
    """One file chosen by the person."""
    from PySide6.QtWidgets import QFileDialog

    name, _filter = QFileDialog.getOpenFileName(parent.window(), title, "", filters)
    return Path(name) if name else None


def save_file(parent: QWidget, title: str, proposal: str, filters: str) -> Path | None:
    """A place to write to, chosen by the person."""
    from PySide6.QtWidgets import QFileDialog

    name, _filter = QFileDialog.getSaveFileName(parent.window(), title, proposal, filters)
    return Path(name) if name else None


def open_folder(parent: QWidget, title: str) -> Path | None:
    """A folder chosen by the person."""
    from PySide6.QtWidgets import QFileDialog

    name = QFileDialog.getExistingDirectory(parent.window(), title)
    return Path(name) if name else None


def show_folder(folder: Path) -> None:
    """Open a folder in the system's file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def modal(dialog: QDialog) -> None:
    """Show a dialog over its window without stopping the program."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.open()

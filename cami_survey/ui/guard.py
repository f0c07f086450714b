"""The lock of the window: after a while without a hand on it, or at once, an encrypted survey is covered.

What is being typed is kept first. The file stays open underneath, so that nothing is lost; `docs/security.md` says what
that means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QVBoxLayout, QWidget

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.kit import Button, Label, Mark, Panel, PasswordField, Shown

if TYPE_CHECKING:
    from cami_survey.base.errors import UserError
    from cami_survey.ui.shell import Shell

HANDS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)
MINUTE = 60_000


class Guard(QObject):
    """Covers the window and uncovers it for who knows the password."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._shell = shell
        self.cover: Cover | None = None
        self._before: QWidget | None = None
        self._silenced: list[QShortcut] = []
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self.lock)

    @property
    def is_locked(self) -> bool:
        """Whether the window is covered."""
        return self.cover is not None

    def wait(self) -> None:
        """Begin to count idle time anew, where there is something to lock."""
        app, minutes = QApplication.instance(), self._shell.desk.settings.lock_after
        self._idle.stop()
        if app is None:
            return
        app.removeEventFilter(self)
        if self._can_lock() and minutes and not self.is_locked:
            app.installEventFilter(self)
            self._idle.start(minutes * MINUTE)

    def _can_lock(self) -> bool:
        desk = self._shell.desk
        return desk.is_open and desk.survey.encrypted

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in HANDS:
            self._idle.start()
        return False

    def lock(self) -> None:
        """Cover the window now; a survey without a password cannot be locked."""
        if self.is_locked:
            return
        if not self._can_lock():
            if self._shell.desk.is_open:
                self._shell.feedback.done(
                    _("This survey has no password, so it cannot be locked. Settings, Safety and keys.")
                )
            return
        shell = self._shell
        self._before = QApplication.focusWidget()
        if shell.running is not None:
            shell.running.hold()
        _close_everything_over(shell)
        self._silenced = [found for found in shell.findChildren(QShortcut) if found.isEnabled()]
        for shortcut in self._silenced:
            shortcut.setEnabled(False)
        shell.ground.hide()
        shell.setWindowTitle("CAMI Survey")
        self.cover = Cover(shell)
        self.cover.tried.connect(self._try)
        self.fit()
        self.cover.show()
        self.cover.password.setFocus(Qt.FocusReason.OtherFocusReason)
        self.wait()

    def fit(self) -> None:
        """As large as the window."""
        if self.cover is not None:
            self.cover.setGeometry(self._shell.rect())

    def _try(self, typed: str) -> None:
        survey = self._shell.desk.survey
        self._shell.worker.run(lambda: survey.opens_with(typed), self._answer, receiver=self, failed=self._mistyped)

    def _mistyped(self, error: UserError) -> None:
        if self.cover is not None:
            self.cover.refuse(" ".join(part for part in (error.sentence, error.advice) if part))

    def _answer(self, opens: bool) -> None:
        if self.cover is None:
            return
        if not opens:
            self.cover.refuse(_("That is not the password."))
            return
        cover, self.cover = self.cover, None
        cover.hide()
        cover.deleteLater()
        for shortcut in self._silenced:
            shortcut.setEnabled(True)
        self._silenced = []
        self._shell.ground.show()
        self._shell.setWindowTitle(f"{self._shell.desk.survey.title} - CAMI Survey")
        if self._before is not None and self._before.window() is self._shell:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._shell.running is None:
            # The keys were in a dialog, which was closed.
            self._shell.go(self._shell.place)
        self._before = None
        self.wait()


class Cover(Panel):
    """What is seen of a locked survey: nothing but a line for the password. `tried` carries what was typed."""

    tried = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("background")
        self.setParent(parent)
        self.password = PasswordField(_("Password"))
        self.password.setMinimumWidth(theme.u(280))
        self.password.returnPressed.connect(self._try)
        self.open = Button(_("Unlock"), "primary", "lock-key")
        self.open.clicked.connect(self._try)
        self.problem = Label("", tone="error", wrap=True)
        words = _("Everything typed so far is kept. The password, or a recovery code, opens it again.")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.XL)
        column.setSpacing(theme.M)
        column.addStretch(2)
        column.addWidget(Mark("lock-key", "accent"), 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (Label(_("Locked"), "title", wrap=True), Label(words, tone="muted", wrap=True)):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addWidget(Shown(self.password), 0, Qt.AlignmentFlag.AlignHCenter)
        self.problem.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.problem)
        column.addWidget(self.open, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def _try(self) -> None:
        if self.password.text() and self.open.isEnabled():
            self.open.setEnabled(False)
            self.problem.setText("")
            self.tried.emit(self.password.text())

    def refuse(self, words: str) -> None:
        """Say why it stays locked."""
        self.open.setEnabled(True)
        self.problem.setText(words)
        self.password.selectAll()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)


def _close_everything_over(shell: Shell) -> None:
    """Menus and dialogs show answers too; what they ask is asked again."""
    popup = QApplication.activePopupWidget()
    while popup is not None:
        popup.close()
        following = QApplication.activePopupWidget()
        popup = following if following is not popup else None
    for dialog in shell.findChildren(QDialog):
        if dialog.isVisible():
            dialog.reject()

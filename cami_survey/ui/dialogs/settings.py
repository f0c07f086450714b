"""Settings: seven sections, every change shows at once, Put back takes all of them back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.dialogs.sections import SECTIONS, Section
from cami_survey.ui.kit import Button, Label, Panel, ScrollArea
from cami_survey.ui.kit.frame import row
from cami_survey.ui.kit.nav import Nav

if TYPE_CHECKING:
    from cami_survey.base.settings import Settings
    from cami_survey.ui.desk import Desk

SIZE = (880, 604)


def section_names() -> list[tuple[str, str, str]]:
    """Key, icon and name of the sections."""
    return [
        ("you", "user", _("You and this laptop")),
        ("look", "text-aa", _("Look and text")),
        ("languages", "translate", _("Languages")),
        ("interview", "microphone", _("Interview")),
        ("backups", "hard-drives", _("Backups")),
        ("safety", "lock-key", _("Safety and keys")),
        ("exchange", "swap", _("Exchange")),
    ]


class SettingsDialog(QDialog):
    """`changed` carries the new settings after every change."""

    changed = Signal(object)

    def __init__(self, desk: Desk, section: str = "you", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.before = desk.settings
        self.section = section
        self._ground: QWidget | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._build()
        screen = QGuiApplication.primaryScreen().availableGeometry()
        self.resize(self.sizeHint().boundedTo(QSize(round(screen.width() * 0.94), round(screen.height() * 0.9))))
        self._nav.setFocus(Qt.FocusReason.OtherFocusReason)

    def sizeHint(self) -> QSize:
        return QSize(theme.u(SIZE[0]), theme.u(SIZE[1]))

    @property
    def settings(self) -> Settings:
        """The settings as they are now."""
        return self.desk.settings

    def set(self, **values: Any) -> None:
        """Change settings by name."""
        self._change(replace(self.settings, **values))

    def _change(self, settings: Settings) -> None:
        before = self.settings
        if settings == before:
            return
        self.changed.emit(settings)
        if settings.language != before.language:
            self._build()

    def _build(self) -> None:
        layout = self.layout()
        if self._ground is not None and layout is not None:
            layout.removeWidget(self._ground)
            self._ground.hide()
            self._ground.deleteLater()
        self.setWindowTitle(_("Settings"))
        self._ground = QWidget()
        row = QHBoxLayout(self._ground)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side())
        row.addLayout(self._main(), 1)
        if layout is not None:
            layout.addWidget(self._ground)
        self.show_section(self.section)

    def _side(self) -> Panel:
        side = Panel("background", "end")
        self._nav = Nav(section_names(), self.section)
        self._nav.chosen.connect(self.show_section)
        column = QVBoxLayout(side)
        column.setContentsMargins(theme.L, theme.XL, theme.M, theme.L)
        column.setSpacing(theme.M)
        column.addWidget(Label(_("Settings"), "h2"))
        column.addWidget(self._nav, 1)
        return side

    def _main(self) -> QVBoxLayout:
        self._stack = QStackedWidget()
        self._made: dict[str, ScrollArea] = {}
        self.title = Label("", "h2")
        content = Panel("surface")
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, theme.XL, 0, 0)
        inner.setSpacing(theme.L)
        inner.addLayout(row(theme.XL, self.title, gap=0))
        inner.addWidget(self._stack, 1)
        self._back, self._done = Button(_("Put back"), "quiet"), Button(_("Done"), "primary")
        self._back.clicked.connect(self._put_back)
        self._done.clicked.connect(self.accept)
        foot = Panel("surface", "top")
        line = QHBoxLayout(foot)
        line.setContentsMargins(theme.XL, theme.M, theme.XL, theme.M)
        line.addWidget(Label(_("Changes show at once"), "small", "muted"))
        line.addStretch(1)
        line.addWidget(self._back)
        line.addWidget(self._done)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(content, 1)
        column.addWidget(foot)
        return column

    def show_section(self, key: str) -> None:
        """Show one section."""
        self.section = key
        self._nav.choose(key)
        self.title.setText({section: name for section, _icon, name in section_names()}[key])
        if key not in self._made:
            make: Callable[[SettingsDialog], Section] = SECTIONS[key]
            inside = make(self)
            inside.setContentsMargins(theme.XL, 0, theme.XL, theme.L)
            self._made[key] = ScrollArea(inside)
            self._stack.addWidget(self._made[key])
            self._foot_last()
        self._stack.setCurrentWidget(self._made[key])

    def _foot_last(self) -> None:
        """Sections are made when they are looked at; Tab comes to their settings before the buttons below."""
        inside = self._made[self.section].findChildren(QWidget)
        # The lists that drop down are windows of their own.
        stops = [one for one in inside if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.window() is self]
        if stops:
            QWidget.setTabOrder(stops[-1], self._back)
            QWidget.setTabOrder(self._back, self._done)

    def _put_back(self) -> None:
        kept = replace(self.before, recent=self.settings.recent, window=self.settings.window)
        self._change(kept)
        self._build()

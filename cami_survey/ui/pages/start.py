"""The page without a survey: make one, open one, try the demonstration, or go on with one of before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.kit import Button, Label
from cami_survey.ui.pages.first import FirstUse


class Frame(Protocol):
    """What this page asks of the window."""

    def new_survey(self) -> None: ...

    def open_survey(self) -> None: ...

    def open_recent(self, path: Path) -> None: ...

    def try_demonstration(self) -> None: ...


class StartPage(FirstUse):
    """`recent` are surveys that were open before."""

    def __init__(self, recent: Sequence[Path], frame: Frame) -> None:
        super().__init__(
            _("Every conversation is kept here"),
            _("A survey is one file on this laptop. Nothing needs a network."),
            main=(_("Make a new survey"), "plus", frame.new_survey),
            before=_("Nothing to ask yet, or coming from another laptop?"),
            links=[
                (_("Open a survey file"), frame.open_survey),
                (_("Try with the demonstration survey"), frame.try_demonstration),
            ],
        )
        if recent:
            self._add_recent(recent[:4], frame)

    def _add_recent(self, recent: Sequence[Path], frame: Frame) -> None:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, theme.L, 0, 0)
        column.setSpacing(theme.XS)
        head = Label(_("Go on with"), "small", "muted")
        column.addWidget(head, 0, Qt.AlignmentFlag.AlignHCenter)
        for path in recent:
            button = Button(path.stem, "quiet", "folder-open")
            button.setToolTip(str(path))
            button.clicked.connect(lambda _checked=False, path=path: frame.open_recent(path))
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.extra.addWidget(box, 0, Qt.AlignmentFlag.AlignHCenter)

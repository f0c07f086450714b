"""The progress line: what runs, how much of it is done, how long it still takes, and Cancel."""

from __future__ import annotations

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from cami_survey.base.texts import _
from cami_survey.ui import theme, words
from cami_survey.ui.kit import Button, Label, Panel, ProgressLine
from cami_survey.ui.worker import Progress

# Work that is over before this many milliseconds shows nothing.
PATIENCE = 300
# What nobody can say the end of shows that it runs, and only when a hand would ask itself whether the key was felt.
WAIT = 700


class ProgressPanel(Panel):
    """Appears when long work takes longer than a moment; `cancelled` when the person has had enough.

    While a person waits for work without a measure it says that it runs.
    """

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__("surface", "top")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.what = Label("", "strong")
        self.bar = ProgressLine(0)
        self.much = Label("", tone="muted")
        self.cancel = Button(_("Cancel"))
        self.cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.XL, theme.S, theme.XL, theme.S)
        row.setSpacing(theme.L)
        row.addWidget(self.what)
        row.addWidget(self.bar, 1)
        row.addWidget(self.much)
        row.addWidget(self.cancel)
        self._measured = False
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self.show)
        self.hide()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), max(theme.u(theme.FOOT), theme.target() + 2 * theme.S))

    def begin(self, what: str) -> None:
        """Long work began."""
        self._measured = True
        self._announce(what)
        self._patience.start(PATIENCE)

    def wait(self) -> None:
        """A person waits for something."""
        if not self._measured:
            self._announce(_("One moment…"))
            self._patience.start(WAIT)

    def waited(self) -> None:
        """What was waited for is there."""
        if not self._measured:
            self.end()

    def _announce(self, what: str) -> None:
        self.what.setText(what)
        self.setAccessibleName(what)
        self.much.setText("")
        self.bar.set_share(0)
        for part in (self.bar, self.much, self.cancel):
            part.setVisible(self._measured)

    def tell(self, progress: Progress) -> None:
        """Show how far it is."""
        if progress.total:
            self.bar.set_share(progress.done / progress.total)
            much = _("{done} of {total}").format(done=words.number(progress.done), total=words.number(progress.total))
        else:
            much = words.number(progress.done)
        left = words.remaining(progress.left) if progress.left is not None else ""
        self.much.setText(" · ".join(part for part in (much, left) if part))

    def end(self) -> None:
        """It is over."""
        self._measured = False
        self._patience.stop()
        self.hide()

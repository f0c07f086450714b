"""The line at the bottom: back, how far, how long, saved when, next."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme
from cami_survey.ui.kit import Button, KeyCap, Label, Mark, Panel, ProgressLine
from cami_survey.ui.words import counted


class Saved(QWidget):
    """When the answers were last known to be safe, or that they are not."""

    def __init__(self) -> None:
        super().__init__()
        self.mark, self.words = Mark("check", "good"), Label("", tone="muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.XS + 2)
        row.addWidget(self.mark)
        row.addWidget(self.words)
        self.mark.hide()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_time(self, at: str) -> None:
        """Everything on the screen was saved at this time."""
        self._say("check", "good", "muted", _("Saved {time}").format(time=at))

    def show_failed(self) -> None:
        """The last answers are not saved."""
        self._say("warning-circle", "error", "error", _("Not saved"))

    def show_preview(self) -> None:
        """Nothing is saved at all."""
        self._say("eye", "muted", "muted", _("Preview: nothing is saved"))

    def show_read_only(self) -> None:
        """Nothing can be changed."""
        self._say("lock-key", "muted", "muted", _("Read only"))

    def _say(self, icon: str, token: str, tone: str, words: str) -> None:
        if words != self.words.text():
            self.words.setText(words)
            self.setAccessibleName(words)
        if (icon, token) != (self.mark.icon, self.mark.token) or self.mark.isHidden():
            self.mark.show_icon(icon, token, filled=token == "error")
            self.mark.show()
            self.words.set_tone(tone)


class Footer(Panel):
    """`back`, `next_` and `missing` (from anywhere, once what is missing was listed) are pressed; the rest is shown."""

    back = Signal()
    next_ = Signal()
    missing = Signal()

    def __init__(self) -> None:
        super().__init__("surface", "top")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.back_button = Button(_("Back"), "secondary", "arrow-left")
        self.next_button = Button(_("Next"), "primary", after="arrow-right")
        self.back_button.clicked.connect(self.back)
        self.next_button.clicked.connect(self.next_)
        self._on = "arrow-right"
        self.again, self._again_key = Button(_("What is missing"), "secondary"), KeyCap("F8")
        self.again.setToolTip(_("List what is missing (F8)"))
        self.again.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.again.clicked.connect(self.missing)
        self._roomy = True
        self.count, self.left = Label("", "strong"), Label("", tone="muted")
        self.line = ProgressLine()
        self.saved = Saved()
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.L, theme.S, theme.L, theme.S)
        row.setSpacing(theme.M)
        row.addWidget(self.back_button)
        row.addStretch(1)
        row.addWidget(self.count)
        row.addWidget(self.line)
        row.addWidget(self.left)
        row.addSpacing(theme.M)
        row.addWidget(self.saved)
        row.addStretch(1)
        row.addWidget(self.again)
        row.addWidget(self._again_key)
        row.addWidget(self.next_button)
        self.show_again(False)
        self.line.setAccessibleName(_("Progress"))
        self._fit()
        theme.look.changed.connect(self._fit)

    def _fit(self) -> None:
        self.line.setFixedWidth(theme.u(200))
        self._make_room()

    def _make_room(self) -> None:
        """Show what is wanted as far as there is the room: the buttons stay to the last, at their least width."""
        again = not self.again.isHidden()
        self._name_back(_("Back"))
        self.back_button.setMinimumWidth(theme.u(104))
        self.next_button.setMinimumWidth(theme.u(128))
        given: dict[QWidget, bool] = {self.left: self._roomy or not again, self._again_key: again, self.count: True}
        kept: list[QWidget] = [
            self.back_button,
            self.next_button,
            *(part for part in (self.again, self.line, self.saved) if not part.isHidden()),
        ]
        for part in given:
            if self._taken([*kept, *(one for one, shown in given.items() if shown)]) > self.width():
                given[part] = False
        for part, shown in given.items():
            part.setVisible(shown)
        kept += [part for part, shown in given.items() if shown]
        tight = self._taken(kept) > self.width()
        if tight:
            self.back_button.setMinimumWidth(0)
            self.next_button.setMinimumWidth(0)
        self._name_back("" if tight and self._taken(kept) > self.width() else _("Back"))

    def _name_back(self, words: str) -> None:
        """Without words its arrow stands alone."""
        if words != self.back_button.text():
            self.back_button.setText(words)
            self.back_button.setAccessibleName(_("Back"))
            self.back_button.setToolTip("" if words else _("Back"))

    @staticmethod
    def _taken(parts: list[QWidget]) -> int:
        """The width in px of these parts beside each other."""
        widths = (max(part.sizeHint().width(), part.minimumWidth()) for part in parts)
        return sum(widths) + theme.M * (len(parts) + 1) + 2 * theme.L

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def sizeHint(self) -> QSize:
        return QSize(400, max(theme.u(theme.FOOT), theme.target() + 2 * theme.S))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def fold(self, *, line: bool, saved: bool) -> None:
        """Show the line and the time of saving where there is room; buttons, count and time left stay."""
        self.saved.setVisible(saved)
        self.line.setVisible(line)
        self._roomy = line
        self._make_room()

    def show_again(self, shown: bool) -> None:
        """Show the way back to what is missing; where there is little room the time left makes place for it."""
        self.again.setVisible(shown)
        self._make_room()

    def show_progress(self, answered: int, total: int, minutes: int) -> None:
        """Say how far the interview is."""
        self.count.setText(_("{done} of {total}").format(done=counted(answered), total=counted(total)))
        self.line.set_share(answered / total if total else 0.0)
        left = ngettext("about {number} min left", "about {number} min left", minutes)
        self.left.setText(left.format(number=counted(minutes)) if minutes else "")
        self.line.setAccessibleDescription(self.count.text())
        self._make_room()

    def turn(self, *, back: str, on: str) -> None:
        """The arrows that point back and on."""
        self.back_button.icon_name, self._on = back, on
        if self.next_button.icon_after:
            self.next_button.icon_after = on
        self.back_button.update()
        self.next_button.update()

    def show_ends(self, *, first: bool, last: bool, finish: str) -> None:
        """Nothing is before the first question; after the last one comes what finishes the interview."""
        self.back_button.setEnabled(not first)
        words = finish if last else _("Next")
        if words != self.next_button.text():
            self.next_button.icon_after = "" if last else self._on
            self.next_button.icon_name = "check" if last else ""
            self.next_button.setText(words)
            self._make_room()
            self.next_button.update()

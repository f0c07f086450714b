"""Panels over the questions: jump to a question by a part of it; everything that stands in the way of finishing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme
from cami_survey.ui.interview.answers.choice_list import Option
from cami_survey.ui.interview.answers.finder import FinderPopup
from cami_survey.ui.kit import Button, Label, ScrollArea, painting, row
from cami_survey.ui.kit.button import PaintedButton
from cami_survey.ui.words import counted


class Jump(FinderPopup):
    """Every question, found by a part of its words, its name or its answer. `picked` carries its field."""

    def open_over(self, page: QWidget, found: list[Option]) -> None:
        """Open at the top of the page."""
        self.finder.search.edit.setPlaceholderText(_("Go to a question: type a part of it"))
        self.finder.search.edit.setAccessibleName(_("Go to a question"))
        wide = min(theme.u(640), page.width() - 2 * theme.XL)
        left = (page.width() - wide) // 2
        self.drop(page, QRect(left, 0, wide, theme.u(theme.TOP)), found, ())


# Nobody reads thousands of lines, and each is a widget.
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that stands in the way: where, which question, what is wrong."""

    field: str
    page: str
    label: str
    words: str


class Problems(QWidget):
    """Lists everything that is missing or wrong; each row goes there. `closed` goes back to the questions.

    Where nothing is, it says that.
    """

    chosen = Signal(str)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[_Row] = []
        self.title = Label("", "title", wrap=True)
        self.words = Label("", tone="muted", wrap=True)
        self.more = Label("", tone="muted", wrap=True)
        self.more.hide()
        self.close_button = Button(_("Back to the questions"), "secondary")
        self.close_button.clicked.connect(self.closed)
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, theme.S, theme.S, theme.XL)
        self._column.setSpacing(theme.S)
        self._column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.XXL, theme.XL, theme.XXL, 0)
        column.setSpacing(theme.XS)
        column.addWidget(self.title)
        column.addWidget(self.words)
        column.addLayout(row(self.close_button, None))
        column.addWidget(self.more)
        column.addWidget(ScrollArea(self._inside), 1)
        self.setAccessibleName(_("What is missing or wrong"))

    def show_troubles(self, troubles: Sequence[Trouble], unanswered: int) -> None:
        """List these; where there are none, say so and how many questions are `unanswered`, which may be."""
        number = len(troubles)
        title = ngettext("{number} answer is missing or wrong", "{number} answers are missing or wrong", number)
        self.title.setText(
            title.format(number=counted(number)) if number else _("Nothing that has to be answered is missing")
        )
        if number:
            words = _("Choose a line to go there; F8 comes back to this list. Nothing is lost meanwhile.")
        else:
            words = _("Enter finishes the interview, Escape goes back to the questions.")
        if unanswered and not number:
            left = ngettext(
                "{number} question has no answer, which is allowed; Ctrl+Shift+J goes there.",
                "{number} questions have no answer, which is allowed; Ctrl+Shift+J goes from one to the next.",
                unanswered,
            )
            words = f"{left.format(number=counted(unanswered))} {words}"
        self.words.setText(words)
        for one in self.rows:
            one.hide()
            one.deleteLater()
        self.rows = [_Row(self, trouble) for trouble in troubles[:MOST_LISTED]]
        self.more.setVisible(number > MOST_LISTED)
        self.more.setText(
            _("These are the first {number}. The others are listed once these are mended.").format(
                number=counted(MOST_LISTED)
            )
        )
        for at, one in enumerate(self.rows):
            self._column.insertWidget(at, one)
            # A layout shows what is new only later, and what is not shown cannot take the focus.
            one.show()
        if self.rows:
            self.rows[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, line: _Row, by: int) -> None:
        """Move the focus to the row above or below."""
        at = min(max(self.rows.index(line) + by, 0), len(self.rows) - 1)
        self.rows[at].setFocus(Qt.FocusReason.OtherFocusReason)


class _Row(PaintedButton):
    def __init__(self, owner: Problems, trouble: Trouble) -> None:
        super().__init__()
        self._owner, self.trouble = owner, trouble
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{trouble.label}: {trouble.words} ({trouble.page})")
        self.setToolTip(trouble.label)
        self.clicked.connect(lambda: owner.chosen.emit(trouble.field))

    def sizeHint(self) -> QSize:
        lines = theme.metrics("medium").height() + theme.metrics("small").height()
        return QSize(theme.u(240), max(theme.u(60), lines + theme.u(18)))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.u(160), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step:
            self._owner.step(self, step)
        elif event.key() == Qt.Key.Key_Escape:
            self._owner.closed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, whole, rtl = QPainter(self), self.rect(), self.mirrored()
        inner = whole.adjusted(3, 3, -3, -3) if self.hasFocus() else whole
        fill = theme.colour("hover" if self.underMouse() else "surface")
        painting.body(painter, inner, fill, theme.colour("line"))
        if self.hasFocus():
            painting.ring(painter, whole)
        side = theme.u(theme.ICON)
        mark = QRect(theme.L, (whole.height() - side) // 2, side, side)
        painting.icon(painter, painting.mirrored(whole, mark, rtl), "warning-circle", "error", filled=True)
        left, end = mark.right() + theme.M, whole.width() - theme.L
        body, small = theme.metrics("medium").height(), theme.metrics("small").height()
        top = (whole.height() - body - small) // 2
        page = min(theme.metrics("small").horizontalAdvance(self.trouble.page) + 2, (end - left) // 3)
        parts = (
            (QRect(left, top, end - left - page - theme.M, body), self.trouble.label, "medium", "ink"),
            (QRect(left, top + body, end - left, small), self.trouble.words, "small", "error"),
            (QRect(end - page, top, page, body), self.trouble.page, "small", "muted"),
        )
        for box, words, role, token in parts:
            painting.text(
                painter, painting.mirrored(whole, box, rtl), words, theme.font(role), theme.colour(token), mirrored=rtl
            )

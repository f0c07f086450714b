"""The panel beside the list: one interview with its progress, what to do with it, its facts and its outline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from cami_survey.base.form_words import form_title, spoken_language
from cami_survey.base.records import RecordRow
from cami_survey.base.texts import _, ngettext
from cami_survey.operations.progress import Pace, PageState
from cami_survey.ui import theme, words
from cami_survey.ui.kit import (
    Band,
    Button,
    ElidedLabel,
    IconButton,
    Label,
    Panel,
    Pill,
    ProgressLine,
    Rule,
    ScrollArea,
    painting,
    row,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One page of an interview: how many of its questions are answered."""

    name: str
    answered: int
    total: int
    state: PageState


MARKS: dict[PageState, tuple[str, str, bool]] = {
    "done": ("check-circle", "good", False),
    "begun": ("circle-half", "accent", True),
    "open": ("circle", "muted", False),
    "skipped": ("minus-circle", "muted", False),
    "wrong": ("warning-circle", "error", True),
}


class Outline(QWidget):
    """The groups of a form, one under the other."""

    def __init__(self, parts: Sequence[Part]) -> None:
        super().__init__()
        self.parts = list(parts)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("; ".join(f"{part.name} {_count(part)}" for part in self.parts))

    def sizeHint(self) -> QSize:
        return QSize(theme.u(200), len(self.parts) * theme.u(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for number, part in enumerate(self.parts):
            self._line(painter, QRect(0, number * theme.u(32), self.width(), theme.u(32)), part)

    def _line(self, painter: QPainter, box: QRect, part: Part) -> None:
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        icon, token, filled = MARKS[part.state]
        side = theme.u(theme.ICON)
        mark = QRect(box.x(), box.y() + (box.height() - side) // 2, side, side)
        painting.icon(painter, painting.mirrored(box, mark, mirrored), icon, token, filled=filled)
        count = _count(part)
        room = theme.metrics("small").horizontalAdvance(count) + 2
        end = QRect(box.right() - room, box.y(), room, box.height())
        small, muted = theme.font("small"), theme.colour("muted")
        painting.text(
            painter, painting.mirrored(box, end, mirrored), count, small, muted, side="end", mirrored=mirrored
        )
        x = side + theme.M
        name = QRect(box.x() + x, box.y(), box.width() - x - room - theme.S, box.height())
        role = "strong" if part.state == "begun" else "body"
        ink = theme.colour("muted" if part.state in ("open", "skipped") else "ink")
        name = painting.mirrored(box, name, mirrored)
        painting.text(painter, name, part.name, theme.font(role), ink, mirrored=mirrored)


def _count(part: Part) -> str:
    if part.state == "skipped":
        return ""
    if part.state in ("begun", "wrong"):
        return _("{done} of {total}").format(done=words.number(part.answered), total=words.number(part.total))
    return words.number(part.total)


class Facts(QWidget):
    """Up to `most` names with their values, one under the other. The lines are kept: making them anew takes
    longer than painting the list beside them."""

    def __init__(self, most: int) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.L)
        grid.setVerticalSpacing(theme.S)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, theme.u(104))
        self.lines = [(Label(tone="muted"), Label(wrap=True)) for _line in range(most)]
        for number, (name, value) in enumerate(self.lines):
            grid.addWidget(name, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, number, 1)

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show these; lines that are left over are hidden."""
        for number, (name, value) in enumerate(self.lines):
            shown = number < len(facts)
            name.setVisible(shown)
            value.setVisible(shown)
            if shown:
                name.setText(facts[number][0])
                value.setText(facts[number][1])


class Detail(Panel):
    """Shows a RecordRow at once; `fill` adds facts and outline when they have been read."""

    opened = Signal(object)
    duplicated = Signal(object)
    looked_at = Signal(object)
    deleted = Signal(object)
    withdrawn = Signal(object)
    restored = Signal(object)
    exported = Signal(object)
    settled = Signal(object)
    history_asked = Signal(object)
    review_asked = Signal(object)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__("surface", "start")
        self.row: RecordRow | None = None
        self.code, self.pill = ElidedLabel("", "h2"), Pill("")
        self.form = Label("", tone="muted", wrap=True)
        self.much, self.left = Label("", "strong"), Label("", tone="muted")
        self.bar = ProgressLine(0)
        self.main = Button("", "primary", "arrow-right")
        self.main.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.more = IconButton("dots-three", _("More"), framed=True)
        self.back = Button(_("Interviews"), "quiet", "arrow-left")
        self.back.clicked.connect(self.closed)
        self.main.clicked.connect(self._main)
        self.more.clicked.connect(self._more)
        self.conflicts = Band("warn", "", framed=True, closable=False)
        self.facts = Facts(3)
        self._outline = QVBoxLayout()
        self._lay_out()
        self.fold(False)

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(theme.XL, theme.L + 2, theme.XL, theme.XL)
        column.setSpacing(theme.S)
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeading)
        column.addLayout(row(self.code, self.pill))
        column.addWidget(self.form)
        column.addSpacing(theme.S)
        column.addLayout(row(self.much, None, self.left))
        column.addWidget(self.bar)
        column.addSpacing(theme.S)
        column.addLayout(row(self.main, self.more))
        column.addSpacing(theme.S)
        column.addWidget(self.conflicts)
        for widget in (Rule(), self.facts, Rule()):
            column.addWidget(widget)
        column.addLayout(self._outline)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 0, 1, 0)
        outer.addWidget(ScrollArea(inside))

    def fold(self, narrow: bool) -> None:
        """As a page of its own when `narrow`, as a panel otherwise."""
        self.back.setVisible(narrow)
        self.lines = () if narrow else ("start",)
        policy = QSizePolicy.Policy.Expanding if narrow else QSizePolicy.Policy.Fixed
        self.setSizePolicy(policy, QSizePolicy.Policy.Preferred)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(theme.u(theme.DETAIL), theme.u(400))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.u(theme.DETAIL) if not self.back.isVisibleTo(self) else theme.u(200), theme.u(200))

    def show_row(self, record: RecordRow) -> None:
        """Show what the list knows of an interview."""
        self.row = record
        summary = record.summary
        self.code.setText(summary.code or _("No code yet"))
        self.pill.show_words(*_pill(record))
        title = form_title(record.form_title)
        self.form.setText(_("{form} · version {version}").format(form=title, version=record.form_version))
        draft = record.state == "draft" or record.draft is not None
        self.much.setVisible(bool(summary.total))
        self.bar.setVisible(bool(summary.total))
        self.bar.set_share(summary.answered / summary.total if summary.total else 0)
        self.much.setText(
            _("{answered} of {total} answered").format(
                answered=words.number(summary.answered), total=words.number(summary.total)
            )
        )
        self.left.setText(_time_left(record) if draft else "")
        self.main.setText(_main_words(record))
        self.main.icon_name = "arrow-counter-clockwise" if record.deleted else "arrow-right"
        self._say_conflicts(record.conflicts)
        self.facts.show_facts(_known_facts(record))
        self._drop_outline()

    def _drop_outline(self) -> None:
        while (item := self._outline.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _say_conflicts(self, count: int) -> None:
        text = ngettext("{count} answer differs between two laptops.", "{count} answers differ between laptops.", count)
        self.conflicts.say(text.format(count=words.number(count)))
        self.conflicts.setVisible(bool(count))

    def show_outline(self, parts: Sequence[Part]) -> None:
        """Add the groups of the form."""
        self._drop_outline()
        self._outline.addWidget(Outline(parts))

    def _main(self) -> None:
        if self.row is None:
            return
        if self.row.deleted:
            self.restored.emit(self.row)
        elif self.row.conflicts:
            self.settled.emit(self.row)
        else:
            self.opened.emit(self.row)

    def _more(self) -> None:
        record = self.row
        if record is None:
            return
        menu = QMenu(self.more)
        if record.conflicts and not record.deleted:
            menu.addAction(_("Open"), lambda: self.opened.emit(record))
        menu.addAction(_("Look at the answers"), lambda: self.looked_at.emit(record))
        menu.addAction(_("Review…"), lambda: self.review_asked.emit(record))
        menu.addAction(_("History"), lambda: self.history_asked.emit(record))
        menu.addAction(_("Duplicate"), lambda: self.duplicated.emit(record))
        menu.addAction(_("Export…"), lambda: self.exported.emit(record))
        if not record.deleted:
            menu.addSeparator()
            menu.addAction(_("Move to the bin"), lambda: self.deleted.emit(record))
        menu.addAction(_("Consent was taken back…"), lambda: self.withdrawn.emit(record))
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))


def _pill(record: RecordRow) -> tuple[str, str]:
    if record.deleted:
        return _("In the bin"), "plain"
    if record.conflicts:
        return _("To settle"), "warn"
    if record.state == "draft" or record.draft is not None:
        return _("Draft"), "accent"
    return (words.kept(record.summary.note), "plain") if record.summary.note else (_("Final"), "good")


def _main_words(record: RecordRow) -> str:
    if record.deleted:
        return _("Put back")
    if record.conflicts:
        count = ngettext("Settle {count} conflict", "Settle {count} conflicts", record.conflicts)
        return count.format(count=words.number(record.conflicts))
    if record.state == "draft" or record.draft is not None:
        return _("Continue")
    return _("Open")


def _time_left(record: RecordRow) -> str:
    """As the interview says itself when it is opened."""
    summary = record.summary
    minutes = Pace(summary.answered).minutes_left(summary.answered, summary.total)
    return ngettext("about {count} min left", "about {count} min left", minutes).format(count=words.number(minutes))


def _known_facts(record: RecordRow) -> list[tuple[str, str]]:
    summary = record.summary
    changed = words.day_and_clock(record.changed)
    by = _("this laptop") if record.this_device else record.device_name or record.device[:8]
    spoken = spoken_language(summary.language), words.kept(summary.language_detail)
    facts = [
        (_("Place"), ", ".join(part for part in (summary.place, summary.place_detail) if part)),
        (_("Language"), ", ".join(filter(None, spoken))),
        (_("Changed"), _("{when}, {device}").format(when=changed, device=by)),
    ]
    return [(name, value) for name, value in facts if value]

"""The cards of the overview of Exchange: laptops with what arrived, the shared folder, what was merged and refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.kit import Button, Card, ElidedLabel, IconButton, Label, Link, Mark, painting, row
from cami_survey.ui.kit.flow import Flow

if TYPE_CHECKING:
    from cami_survey.base.records import DeviceInfo
    from cami_survey.base.reviews import ReviewState
    from cami_survey.operations.arrivals import Arrived, Delivered
    from cami_survey.ui.pages.exchange_known import Known

QUIET = 4


class QrCode(QWidget):
    """A QR code, dark on light in every theme, with the quiet edge that readers need."""

    def __init__(self, squares: list[list[bool]], name: str) -> None:
        super().__init__()
        self.squares = squares
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _side(self) -> int:
        return max(3, theme.u(3))

    def sizeHint(self) -> QSize:
        side = (len(self.squares) + 2 * QUIET) * self._side()
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, side = QPainter(self), self._side()
        painter.fillRect(self.rect(), theme.colour("on_band"))
        dark = theme.colour("band")
        for y, line in enumerate(self.squares):
            for x, filled in enumerate(line):
                if filled:
                    painter.fillRect(QRect((x + QUIET) * side, (y + QUIET) * side, side, side), dark)


class LaptopLine(QWidget):
    """One other laptop: its trust, what of it is here, what it lacks.

    `lacking` asks to write that for it, `asked` to ask it for what has not arrived.
    """

    turned = Signal()
    lacking = Signal()
    asked = Signal()

    def __init__(self, device: DeviceInfo, here: Arrived | None, there: Delivered | None) -> None:
        super().__init__()
        name = " · ".join(part for part in (device.name, device.facilitator) if part) or device.id[:8]
        icon, token, state = _trust(device)
        if device.trusted:
            turn = IconButton("prohibit", _("Trust {name} no longer").format(name=name), small=True, token="muted")
        else:
            turn = IconButton("shield-check", _("Trust {name}").format(name=name), small=True, token="muted")
        turn.clicked.connect(self.turned)
        self.turn = turn
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row(Mark(icon, token), Label(name), ElidedLabel(state, "small", "muted"), turn, gap=theme.M))
        for text, warns in _arrival(here, there):
            column.addLayout(row(theme.XXL, Label(text, "small", "warn" if warns else "muted", wrap=True), gap=0))
        self.ask: Button | None = None
        self.again: Button | None = None
        if here is not None and here.missing and device.trusted:
            self.ask = Button(_("Ask for what is missing…"), "secondary", "chat-text")
            self.ask.setToolTip(_("Writes a receipt for this laptop: its program then offers what has not arrived."))
            self.ask.clicked.connect(self.asked)
        if there is not None and there.lacking and device.trusted:
            text = ngettext("Write {n} interview for it…", "Write {n} interviews for it…", len(there.interviews))
            self.again = Button(text.format(n=words.number(len(there.interviews))), "secondary", "export")
            self.again.clicked.connect(self.lacking)
        buttons = [button for button in (self.ask, self.again) if button is not None]
        if buttons:
            acts = QWidget()
            acts.setLayout(Flow(*buttons))
            indented = row(theme.XXL, gap=0)
            indented.addWidget(acts, 1)
            column.addLayout(indented)


def _trust(device: DeviceInfo) -> tuple[str, str, str]:
    if device.revoked:
        return "prohibit", "error", _("no longer trusted")
    if device.trusted:
        return "shield-check", "good", _("trusted")
    return "question", "muted", _("heard of through others")


def _arrival(here: Arrived | None, there: Delivered | None) -> list[tuple[str, bool]]:
    """What is said of a laptop's changes, and whether it is a warning: nobody waits for one that is only heard of."""
    said = []
    if here is not None:
        text = ngettext("{n} change of it is here", "{n} changes of it are here", here.here)
        said.append((text.format(n=words.number(here.here)), False))
        if here.missing:
            runs = ", ".join(_run(first, last) for first, last in here.missing[:3]) + ("…" if here.missing[3:] else "")
            text = ngettext("{n} has not arrived: {runs}", "{n} have not arrived: {runs}", here.lacking)
            said.append((text.format(n=words.number(here.lacking), runs=runs), here.device.trusted))
    if there is not None and not there.lacking:
        said.append((_("It has received everything that is here"), False))
    if there is not None and there.unaware:
        n = len(there.unaware)
        text = ngettext(
            "It has not said yet that {n} withdrawn interview is gone there",
            "It has not said yet that {n} withdrawn interviews are gone there",
            n,
        )
        said.append((text.format(n=words.number(n)), True))
    elif there is not None and there.forgotten:
        said.append((_("Interviews that were withdrawn are gone there too"), False))
    return said


def _run(first: int, last: int) -> str:
    return words.number(first) if first == last else f"{words.number(first)}–{words.number(last)}"


class SharedCard(Card):
    """The folder that laptops share: choose it, exchange through it."""

    chosen = Signal()
    left = Signal()
    exchanged = Signal()

    def show_known(self, known: Known) -> None:
        """Show the folder, or the offer of one."""
        column = refill(self, _("Shared folder"), "folder-open")
        about = _("A network drive, a synced folder or a stick that goes round. Only packages lie there.")
        column.addWidget(Label(about, tone="muted", wrap=True))
        if known.folder is not None:
            column.addWidget(Label(words.breakable(str(known.folder)), "small", wrap=True))
        column.addStretch(1)
        choose = Button(_("Choose the folder…") if known.folder is None else _("Another folder…"), "secondary")
        choose.clicked.connect(self.chosen)
        if known.folder is None:
            column.addLayout(row(choose, None))
            return
        now = Button(_("Exchange now"), "primary", "git-merge")
        now.clicked.connect(self.exchanged)
        away = IconButton("trash", _("Share no folder"), small=True, token="muted")
        away.clicked.connect(self.left)
        column.addLayout(row(now, choose, None, away))


class ReviewCard(Card):
    """What is asked about answers and not answered yet, and the ways to the review and to double interviews.

    `opened` carries a query to be answered at its question, `led` the name of a place.
    """

    opened = Signal(object)
    led = Signal(str)

    def show_known(self, known: Known) -> None:
        """Show how far the review is and the newest open queries."""
        column = refill(self, _("Review"), "chat-text")
        about = _("Queries about answers travel to those who asked, and interviews that came twice are found.")
        column.addWidget(Label(about, tone="muted", wrap=True))
        if any(number for state, number in known.review_counts.items() if state != "received"):
            column.addWidget(Label(_tally(known), "body", wrap=True))
        for task in known.tasks:
            link = Link(task.code or task.record[:8])
            link.clicked.connect(lambda _on=False, task=task: self.opened.emit(task))
            line = row(Mark("question", "warn"), link, gap=theme.M)
            line.addWidget(Label(task.query.text, "small", "muted", wrap=True), 1)
            column.addLayout(line)
        column.addStretch(1)
        buttons = []
        for text, icon, place in (
            (_("Review"), "check-circle", "review"),
            (_("Look for doubles"), "users", "duplicates"),
        ):
            button = Button(text, "secondary", icon)
            button.clicked.connect(lambda _on=False, place=place: self.led.emit(place))
            buttons.append(button)
        column.addLayout(row(*buttons, None))


def _tally(known: Known) -> str:
    counts = known.review_counts
    approved = ngettext("{n} approved", "{n} approved", counts["approved"])
    issues = ngettext("{n} with issues", "{n} with issues", counts["issues"])
    rejected = ngettext("{n} rejected", "{n} rejected", counts["rejected"])
    parts: tuple[tuple[str, ReviewState], ...] = ((approved, "approved"), (issues, "issues"), (rejected, "rejected"))
    return " · ".join(text.format(n=words.number(counts[name])) for text, name in parts)


class LogCard(Card):
    """The last merge, which can be taken back, and the files that were refused."""

    taken_back = Signal()
    forgotten = Signal()

    def show_known(self, known: Known) -> None:
        """Show them; the card goes away where there is neither."""
        column = refill(self, _("Merged and refused"), "clock")
        self.setVisible(bool(known.merged or known.refused))
        if known.merged:
            column.addWidget(Label(_last(known), "body", wrap=True))
            back = Button(_("Take the last merge back…"), "secondary", "arrow-counter-clockwise")
            back.clicked.connect(self.taken_back)
            column.addLayout(row(back, None))
        for kept in known.refused[:3]:
            column.addLayout(row(Mark("x-circle", "error", filled=True), Label(kept.name), None, gap=theme.M))
            column.addLayout(row(theme.XXL, Label(kept.reason, "small", "muted", wrap=True), gap=0))
        if known.refused:
            text = ngettext(
                "{n} refused file is kept beside the survey.",
                "{n} refused files are kept beside the survey.",
                len(known.refused),
            )
            away = Button(_("Remove"), "quiet", "trash")
            away.clicked.connect(self.forgotten)
            said = Label(text.format(n=words.number(len(known.refused))), "small", "muted", wrap=True)
            line = row(away)
            line.insertWidget(0, said, 1)
            column.addLayout(line)
        column.addStretch(1)


def _last(known: Known) -> str:
    new, newer = sum(one.new for one in known.merged), sum(one.newer for one in known.merged)
    when = words.day_and_clock(known.merged[0].at)
    packages = ngettext("{n} package", "{n} packages", len(known.merged)).format(n=words.number(len(known.merged)))
    text = _("{when}: {packages}, {new} new and {newer} changed interviews.")
    return text.format(when=when, packages=packages, new=words.number(new), newer=words.number(newer))


WRAPPED = int(Qt.TextFlag.TextWordWrap)


class DropArea(QWidget):
    """Shows that files can be dropped; the page takes them wherever they fall."""

    def __init__(self) -> None:
        super().__init__()
        self.words = _("Drop packages, corrected workbooks or tables here")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.words)

    def sizeHint(self) -> QSize:
        return QSize(theme.u(200), theme.u(104))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painting.body(painter, self.rect(), theme.colour("background"), theme.colour("edge"), dashed=True)
        measures, room = theme.metrics("small"), self.width() - 2 * theme.S
        side, tall = theme.u(28), measures.boundingRect(0, 0, room, self.height(), WRAPPED, self.words).height()
        top = max((self.height() - side - theme.XS - tall) // 2, theme.XS)
        painting.icon(painter, QRect((self.width() - side) // 2, top, side, side), "package", "muted")
        box = QRect(theme.S, top + side + theme.XS, room, tall)
        font, ink = theme.font("small"), theme.colour("muted")
        painting.text(painter, box, self.words, font, ink, side="centre", wrap=True)


def titled(title: str, icon: str) -> tuple[Card, QVBoxLayout]:
    """A card with a title, and the column below it."""
    card = Card()
    return card, refill(card, title, icon)


def refill(card: Card, title: str, icon: str) -> QVBoxLayout:
    """The column of a card, empty below its title."""
    old = card.layout()
    if isinstance(old, QVBoxLayout):
        empty(old)
        column = old
    else:
        column = QVBoxLayout(card)
    column.setContentsMargins(theme.L, theme.M, theme.L, theme.L)
    column.setSpacing(theme.S)
    head = QWidget()
    head.setLayout(row(Mark(icon, "accent", size=22), Label(title, "h2"), None, gap=theme.M))
    column.addWidget(head)
    return column


def empty(layout: QVBoxLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            _empty_any(inner)


def _empty_any(layout: object) -> None:
    take = getattr(layout, "takeAt", None)
    while take is not None and (item := take(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            _empty_any(inner)

"""The overview of Exchange: write a package, merge what came, this laptop's card, the people packages are for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.feedback import ask, open_files, open_folder
from cami_survey.ui.kit import (
    Band,
    Button,
    Card,
    Label,
    ScrollArea,
    row,
)
from cami_survey.ui.kit.flow import Flow
from cami_survey.ui.pages.exchange_cards import (
    DropArea,
    LogCard,
    ReviewCard,
    SharedCard,
    empty,
    titled,
)
from cami_survey.ui.pages.exchange_known import Known, know
from cami_survey.ui.pages.exchange_own import OwnCard
from cami_survey.ui.pages.exchange_pack import PackCard
from cami_survey.ui.pages.exchange_people import PeopleCard
from cami_survey.ui.pages.page import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cami_survey.base.notices import Outcome
    from cami_survey.operations.sharing import Shared
    from cami_survey.ui.desk import Desk


class ExchangeHome(Page):
    """What is asked for: to look at files and folders (`merge`), a workbook (`correct`) or a `table`, to `settle`.

    `dropped` carries files of which nobody has said what they are.
    """

    merge = Signal(object)
    correct = Signal(object)
    table = Signal(object)
    settle = Signal()
    dropped = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__(_("Exchange"))
        self.desk = desk
        self.known: Known | None = None
        self.setAcceptDrops(True)
        inside = QWidget()
        self.inner = QVBoxLayout(inside)
        self.inner.setContentsMargins(0, 0, theme.XS, 0)
        self.inner.setSpacing(theme.L)
        self.band_place = QVBoxLayout()
        self.inner.addLayout(self.band_place)
        self.sides = QHBoxLayout()
        self.sides.setSpacing(theme.L)
        self.inner.addLayout(self.sides, 1)
        self.columns = [QVBoxLayout(), QVBoxLayout()]
        for column in self.columns:
            column.setSpacing(theme.L)
            self.sides.addLayout(column, 1)
        self.scroller = ScrollArea(inside)
        self.body.addWidget(self.scroller, 1)
        self.pack_card, self.merge_card = PackCard(desk), self._merge_card()
        self.own_card, self.people_card = OwnCard(desk), PeopleCard(desk)
        self.shared_card, self.log_card, self.review_card = SharedCard(), LogCard(), ReviewCard()
        self.review_card.opened.connect(desk.asked_to_answer)
        self.review_card.led.connect(desk.go)
        self.shared_card.chosen.connect(self._choose_shared)
        self.shared_card.left.connect(lambda: self.share(None))
        self.shared_card.exchanged.connect(self.exchange)
        self.log_card.taken_back.connect(self._take_back)
        self.log_card.forgotten.connect(self._forget)
        self._columns, self._stale = 0, False
        self._held: tuple[Card, str, int] | None = None
        self._arrange()
        desk.touched.connect(self._touched)
        self.hand_keys(self.files)
        self.refresh()

    # ---- layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        left = (self.merge_card, self.own_card, self.shared_card, self.log_card)
        right = (self.pack_card, self.people_card, self.review_card)
        columns = 2 if theme.fits(self.width(), 860) and self._beside(left, right) else 1
        if columns == self._columns:
            return
        self._columns = columns
        first = (self.merge_card, self.pack_card, self.own_card, self.people_card)
        whole = (*first, self.shared_card, self.review_card, self.log_card)
        for column in self.columns:
            # Taken out as an item, a card would keep its height of now for ever.
            for card in whole:
                column.removeWidget(card)
            while column.takeAt(0) is not None:
                pass
        for column, cards in zip(self.columns, (left, right) if columns == 2 else (whole, ()), strict=True):
            for card in cards:
                column.addWidget(card)
            column.addStretch(1)
        self.sides.setStretch(1, 1 if columns == 2 else 0)

    def _beside(self, *sides: Sequence[Card]) -> bool:
        """Whether the widest cards of all sides have room beside each other; in some languages words are long."""
        least = sum(max(card.minimumSizeHint().width() for card in side) for side in sides)
        edges = 2 * theme.XL + theme.XS + self.scroller.verticalScrollBar().sizeHint().width()
        return least + theme.L * (len(sides) - 1) + edges <= self.width()

    def _merge_card(self) -> Card:
        card, column = titled(_("Merge packages"), "git-merge")
        column.addWidget(
            Label(
                _("Packages and survey files of other laptops. You see first what would come, then decide."),
                tone="muted",
                wrap=True,
            )
        )
        self.files = Button(_("Choose files…"), "primary", "package")
        self.folder = Button(_("Choose a folder…"), "secondary", "folder-open")
        self.files.clicked.connect(self._choose_files)
        self.folder.clicked.connect(self._choose_folder)
        column.addWidget(DropArea(), 1)
        column.addLayout(row(self.files, self.folder, None))
        self.workbook = Button(_("Corrections from Excel…"), "secondary", "table")
        self.workbook.clicked.connect(self._choose_workbook)
        self.foreign = Button(_("Import a table…"), "secondary", "download-simple")
        self.foreign.setToolTip(_("Excel or CSV, exports of KoboToolbox and ODK Central"))
        self.foreign.clicked.connect(self._choose_table)
        column.addLayout(Flow(self.workbook, self.foreign))
        return card

    # ---- reading

    def refresh(self) -> None:
        """Read who and what is known."""
        survey = self.desk.survey
        self.desk.worker.run(lambda: know(survey), self._take, receiver=self, key="exchange")

    def _touched(self, kinds: frozenset[str]) -> None:
        if kinds & {"records", "devices", "survey"}:
            self._stale = not self.isVisible()
            if not self._stale:
                self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self.refresh()

    def _take(self, known: Known) -> None:
        self.known = known
        self._held = self._held or self._holder()
        empty(self.band_place)
        if known.conflicts:
            text = ngettext(
                "{count} interview has answers that differ between laptops.",
                "{count} interviews have answers that differ between laptops.",
                known.conflicts,
            )
            band = Band("warn", text.format(count=words.number(known.conflicts)), framed=True, closable=False)
            button = Button(_("Settle"), "secondary", "arrow-right")
            button.clicked.connect(self.settle)
            band.add_action(button)
            self.band_place.addWidget(band)
            # Tab comes to it right after the place where the page begins, not after all cards.
            QWidget.setTabOrder(self.files, button)
            QWidget.setTabOrder(button, self.folder)
        self.pack_card.show_known(known)
        self.people_card.show_known(known)
        self.own_card.show_known(known)
        self.shared_card.show_known(known)
        self.log_card.show_known(known)
        self.review_card.show_known(known)
        self._arrange()
        # What a card shows is made anew; it can have the keys once it is shown.
        QTimer.singleShot(0, self, self._hold)

    def _holder(self) -> tuple[Card, str, int] | None:
        """What has the keys in one of the cards: the card, its name, its place among what can have them."""
        widget = QApplication.focusWidget()
        cards = (self.pack_card, self.people_card, self.own_card, self.shared_card, self.log_card, self.review_card)
        card = next((card for card in cards if widget is not None and card.isAncestorOf(widget)), None)
        if card is None or widget is None:
            return None
        stops = _stops(card)
        return card, widget.accessibleName(), stops.index(widget) if widget in stops else 0

    def _hold(self) -> None:
        """Give the keys back to what has the same name now, else to what is in its place."""
        if self._held is None:
            return
        (card, name, place), self._held = self._held, None
        stops = _stops(card)
        if not stops or not self.isVisible() or QApplication.activeModalWidget() is not None:
            return
        same = [stop for stop in stops if stop.accessibleName() == name]
        (same or stops[min(place, len(stops) - 1) :])[0].setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- doing

    def _choose_shared(self) -> None:
        folder = open_folder(self, _("The folder that all laptops see"))
        if folder is not None:
            self.share(folder)

    def share(self, folder: Path | None) -> None:
        """Share a folder from now on, or none."""
        survey = self.desk.survey

        def work() -> Outcome[None]:
            from cami_survey.operations import sharing

            return sharing.set_folder(survey, folder)

        self.desk.do(work, receiver=self)

    def exchange(self) -> None:
        """Take in what lies in the shared folder and put there what is new."""
        survey, folder = self.desk.survey, self.known.folder if self.known is not None else None
        to = self.pack_card.to()

        def work(report: Callable[[int, int], None]) -> Outcome[Shared]:
            from cami_survey.operations import sharing

            return sharing.exchange(survey, to=to, progress=report)

        def done(shared: Shared) -> None:
            self.desk.fill_list()
            refused = [] if shared.report is None else [source.refused for source in shared.report.refused]
            unknown = next((error for error in refused if error and error.code == "package.unknown-sender"), None)
            if unknown is not None and folder is not None:
                look = (_("Compare fingerprints…"), lambda: self.merge.emit([folder]))
                self.desk.feedback.error(unknown, ways=[look])

        self.desk.do_long(_("Exchanging"), work, done, receiver=self, stopped=self.desk.say_stopped)

    def _take_back(self) -> None:
        title = _("Take the last merge back?")
        text = _("Interviews that came with it go to the bin, changed ones are as they were before.")
        if ask(self, title, text, _("Take it back")):
            self.take_back()

    def take_back(self) -> None:
        """Take the last merge back."""
        survey = self.desk.survey

        def work() -> Outcome[None]:
            from cami_survey.operations import merges

            return merges.take_back(survey)

        self.desk.do(work, receiver=self)

    def _forget(self) -> None:
        survey = self.desk.survey

        def work() -> Outcome[int]:
            from cami_survey.base.notices import Notice, Outcome
            from cami_survey.operations import quarantine

            removed = quarantine.forget(survey)
            text = ngettext("{n} refused file was removed.", "{n} refused files were removed.", removed)
            notice = Notice("quarantine.forgotten", text.format(n=words.number(removed)))
            return Outcome(removed, frozenset({"devices"}), (notice,))

        if ask(self, _("Remove the refused files?"), _("Nothing of them was merged."), _("Remove them")):
            self.desk.do(work, receiver=self)

    def _choose_files(self) -> None:
        filters = _("Packages and surveys") + " (*.camipack *.cami);;" + _("All files") + " (*)"
        paths = open_files(self, _("Merge packages"), filters)
        if paths:
            self.merge.emit(paths)

    def _choose_workbook(self) -> None:
        filters = _("Workbooks") + " (*.xlsx *.xls *.xlsm *.ods);;" + _("All files") + " (*)"
        paths = open_files(self, _("Corrections from Excel"), filters)
        if paths:
            self.correct.emit(paths[0])

    def _choose_table(self) -> None:
        filters = _("Tables") + " (*.xlsx *.xls *.xlsm *.ods *.csv *.zip);;" + _("All files") + " (*)"
        paths = open_files(self, _("Import a table"), filters)
        if paths:
            self.table.emit(paths[0])

    def _choose_folder(self) -> None:
        folder = open_folder(self, _("Folder with packages"))
        if folder is not None:
            self.merge.emit([folder])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.dropped.emit(paths)


def _stops(card: Card) -> list[QWidget]:
    """What can have the keys in a card, in the order of Tab."""
    found = [one for one in card.findChildren(QWidget) if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    return [one for one in found if one.isVisible() and one.isEnabled()]

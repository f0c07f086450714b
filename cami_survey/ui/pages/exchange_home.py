"""The overview of Exchange: write a package, merge what came, this laptop's card, the people packages are for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from cami_survey.base.records import DeviceInfo
from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.feedback import ask, open_files, open_folder
from cami_survey.ui.kit import (
    Band,
    Button,
    Card,
    ElidedLabel,
    IconButton,
    Label,
    Mark,
    Radio,
    Rule,
    ScrollArea,
    TextField,
    Tick,
    row,
    set_problem,
)
from cami_survey.ui.kit.flow import Flow
from cami_survey.ui.pages.exchange_cards import (
    DropArea,
    LaptopLine,
    LogCard,
    QrCode,
    ReviewCard,
    SharedCard,
    empty,
    refill,
    titled,
)
from cami_survey.ui.pages.exchange_known import Known, know
from cami_survey.ui.pages.page import Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from cami_survey.base.notices import Outcome
    from cami_survey.operations.packages import Packed
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
        self.grid = QGridLayout()
        self.grid.setSpacing(theme.L)
        self.grid.setColumnStretch(0, 1)
        self.inner.addLayout(self.grid)
        self.inner.addStretch(1)
        self.body.addWidget(ScrollArea(inside), 1)
        self.pack_card, self.merge_card = self._pack_card(), self._merge_card()
        self.own_card, self.people_card = Card(), Card()
        self.shared_card, self.log_card, self.review_card = SharedCard(), LogCard(), ReviewCard()
        self.review_card.opened.connect(desk.asked_to_answer)
        self.review_card.led.connect(desk.go)
        self.shared_card.chosen.connect(self._choose_shared)
        self.shared_card.left.connect(lambda: self.share(None))
        self.shared_card.exchanged.connect(self.exchange)
        self.log_card.taken_back.connect(self._take_back)
        self.log_card.forgotten.connect(self._forget)
        self._columns, self._stale = 0, False
        self._arrange()
        desk.touched.connect(self._touched)
        self.setFocusProxy(self.files)
        self.refresh()

    # ---- layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        columns = 2 if theme.fits(self.width(), 860) else 1
        if columns == self._columns:
            return
        self._columns = columns
        first = (self.merge_card, self.pack_card, self.own_card, self.people_card)
        cards = (*first, self.shared_card, self.review_card, self.log_card)
        for number, card in enumerate(cards):
            self.grid.removeWidget(card)
            self.grid.addWidget(card, number // columns, number % columns)
        self.grid.setColumnStretch(1, 1 if columns == 2 else 0)

    def _pack_card(self) -> Card:
        card, column = titled(_("Write a package"), "package")
        column.addWidget(
            Label(
                _("All interviews in one file, for a stick or a mail. Nothing is taken away."), tone="muted", wrap=True
            )
        )
        self.for_people = Radio(_("Encrypted, for people"), True)
        self.plain = Radio(_("Plain, readable by anybody who finds it"))
        self.ticks = QVBoxLayout()
        self.ticks.setSpacing(0)
        column.addWidget(self.for_people)
        indented = row(theme.XXL, gap=0)
        indented.addLayout(self.ticks, 1)
        column.addLayout(indented)
        column.addWidget(self.plain)
        self.for_people.toggled.connect(self._enable)
        self.chosen: dict[str, Tick] = {}
        self.write = Button(_("Write the package…"), "secondary", "export")
        self.write.clicked.connect(self._choose_target)
        self.amount = Label("", "small", "muted")
        column.addStretch(1)
        column.addLayout(row(self.write, self.amount, None, gap=theme.M))
        return card

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
        text = ngettext("{count} interview", "{count} interviews", known.interviews)
        self.amount.setText(text.format(count=words.number(known.interviews)))
        self._show_people(known)
        self._show_own(known)
        self.shared_card.show_known(known)
        self.log_card.show_known(known)
        self.review_card.show_known(known)

    def _show_people(self, known: Known) -> None:
        empty(self.ticks)
        self.chosen.clear()
        for name, recipient in _readers(known):
            tick = Tick(name, True)
            tick.toggled.connect(self._enable)
            self.chosen[recipient] = tick
            self.ticks.addWidget(tick)
        if not self.chosen:
            self.ticks.addWidget(Label(_("Nobody is known yet. Add somebody below."), "small", "muted", wrap=True))
        self._enable()
        column = refill(self.people_card, _("People and laptops"), "users")
        for name, recipient in known.recipients:
            column.addLayout(self._person(name, recipient))
        self.laptops = {device.id: self._laptop(known, device) for device in known.devices}
        for line in self.laptops.values():
            column.addWidget(line)
        for code in sorted(known.expected):
            text = _("The laptop with the code {code} is awaited.").format(code=code)
            column.addLayout(row(Mark("hourglass", "muted"), Label(text, "small", "muted", wrap=True), gap=theme.M))
        if not known.recipients and not known.devices:
            column.addWidget(Label(_("Those who get your packages and those you trust."), tone="muted", wrap=True))
        column.addWidget(Rule())
        self.code = TextField(placeholder=_("Code of a laptop, as it reads it out"), name=_("Code of a laptop"))
        let_in = Button(_("Let in"), "secondary", "shield-check")
        let_in.clicked.connect(self._let_in)
        self.code.returnPressed.connect(self._let_in)
        column.addLayout(row(self.code, let_in))
        self.person = TextField(placeholder=_("Name"), name=_("Name of the recipient"))
        self.recipient = TextField(placeholder=_("Recipient, begins with age1"), name=_("Recipient"))
        add = Button(_("Add"), "secondary", "plus")
        add.clicked.connect(self._add)
        self.recipient.returnPressed.connect(self._add)
        column.addLayout(row(self.person, self.recipient, add))
        column.addStretch(1)

    def _laptop(self, known: Known, device: DeviceInfo) -> LaptopLine:
        line = LaptopLine(device, known.arrived.get(device.id), known.delivered.get(device.id))
        line.turned.connect(lambda: self._turn(device))
        line.lacking.connect(lambda: self._choose_lacking(device))
        return line

    def _person(self, name: str, recipient: str) -> QVBoxLayout:
        away = IconButton("trash", _("Remove {name}").format(name=name), small=True, token="muted")
        away.clicked.connect(lambda: self._remove(name, recipient))
        line = QVBoxLayout()
        shown = ElidedLabel(recipient, "small", "muted")
        line.addLayout(row(Mark("user"), Label(name), shown, away, gap=theme.M))
        return line

    def _show_own(self, known: Known) -> None:
        column = refill(self.own_card, _("This laptop"), "fingerprint")
        who = " · ".join(part for part in (known.card["facilitator"], known.card["name"]) if part)
        column.addWidget(Label(who, "strong", wrap=True))
        code = Label(known.code, "h2")
        code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        copy_card = IconButton("copy", _("Copy the card code"), small=True, token="muted")
        copy_card.clicked.connect(lambda: self._copy(_("Card code"), known.card_code))
        said = Label(_("The code to read out when another laptop lets this one in."), "small", "muted", wrap=True)
        beside = QVBoxLayout()
        beside.addLayout(row(code, copy_card, None))
        beside.addWidget(said)
        beside.addStretch(1)
        lines = row(QrCode(known.squares, _("Card code as a QR code")), gap=theme.L)
        lines.addLayout(beside, 1)
        column.addLayout(lines)
        for name, hint, value in (
            (_("Fingerprint"), _("read it aloud when somebody asks whose package this is"), known.card["fingerprint"]),
            (_("Recipient"), _("give it to those who write packages for you"), known.card["recipient"]),
        ):
            copy = IconButton("copy", _("Copy {name}").format(name=name), small=True, token="muted")
            copy.clicked.connect(lambda _checked=False, name=name, value=value: self._copy(name, value))
            column.addLayout(row(Label(name), ElidedLabel(hint, "small", "muted"), None, copy))
            shown = Label(words.breakable(value), "small", wrap=True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(shown)
        column.addStretch(1)

    def _copy(self, name: str, value: str) -> None:
        QGuiApplication.clipboard().setText(value)
        self.desk.feedback.done(_("{name} is copied.").format(name=name))

    def _enable(self) -> None:
        people = self.for_people.isChecked()
        for tick in self.chosen.values():
            tick.setEnabled(people)
        self.write.setEnabled(not people or any(tick.isChecked() for tick in self.chosen.values()))

    # ---- doing

    def _add(self) -> None:
        name, recipient = self.person.text().strip(), self.recipient.text().strip()
        set_problem(self.person, not name)
        set_problem(self.recipient, not recipient)
        if not name or not recipient:
            (self.recipient if name else self.person).setFocus()
            return
        survey = self.desk.survey

        def work() -> Outcome[str]:
            from cami_survey.operations import packages

            return packages.add_recipient(survey, name, recipient)

        self.desk.do(work, receiver=self)

    def _remove(self, name: str, recipient: str) -> None:
        survey = self.desk.survey

        def work() -> Outcome[None]:
            from cami_survey.base.notices import Notice, Outcome

            def put_back() -> Outcome[None]:
                survey.add_recipient(name, recipient)
                return Outcome(None, frozenset({"devices"}))

            survey.remove_recipient(recipient)
            text = _("{name} gets no more packages.").format(name=name)
            return Outcome(None, frozenset({"devices"}), (Notice("recipient.removed", text),), put_back)

        self.desk.do(work, receiver=self)

    def _choose_target(self) -> None:
        folder = open_folder(self, _("Where the package is written"))
        if folder is not None:
            self.write_to(folder)

    def write_to(self, folder: Path) -> None:
        """Write the package into `folder`, for those who are ticked."""
        survey, plain = self.desk.survey, self.plain.isChecked()
        to = [] if plain else [recipient for recipient, tick in self.chosen.items() if tick.isChecked()]

        def work(report: Callable[[int, int], None]) -> Outcome[Packed]:
            from cami_survey.operations import packages

            return packages.pack(survey, folder, to=to, plain=plain, progress=report)

        self.desk.do_long(_("Writing the package"), work, receiver=self, stopped=self.desk.say_stopped)

    def _let_in(self) -> None:
        code, survey = self.code.text().strip(), self.desk.survey
        set_problem(self.code, not code)
        if not code:
            self.code.setFocus()
            return

        def work() -> Outcome[DeviceInfo | None]:
            from cami_survey.operations import laptops

            return laptops.enrol(survey, code)

        self.desk.do(work, receiver=self)

    def _turn(self, device: DeviceInfo) -> None:
        """Trust a laptop no longer, or, after its code was compared, from now on."""
        from cami_survey.operations import laptops, packages

        survey, name = self.desk.survey, device.name or device.id[:8]
        if device.trusted:
            self.desk.do(lambda: laptops.revoke(survey, device.id), receiver=self)
            return
        text = _("Ask the person at that laptop to read the fingerprint out. It has to be:\n\n{fingerprint}")
        asked = text.format(fingerprint=packages.fingerprint(device.id))
        if ask(self, _("Trust {name}?").format(name=name), asked, _("It is the same")):
            self.desk.do(lambda: laptops.trust(survey, device), receiver=self)

    def _choose_lacking(self, device: DeviceInfo) -> None:
        folder = open_folder(self, _("Where the package is written"))
        if folder is not None:
            self.write_lacking(device, folder)

    def write_lacking(self, device: DeviceInfo, folder: Path) -> None:
        """Write a package of what a laptop has not received."""
        survey = self.desk.survey

        def work(report: Callable[[int, int], None]) -> Outcome[Packed]:
            from cami_survey.operations import packages

            return packages.pack(survey, folder, missing_for=device.id, progress=report)

        self.desk.do_long(_("Writing the package"), work, receiver=self, stopped=self.desk.say_stopped)

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
        survey = self.desk.survey
        to = [recipient for recipient, tick in self.chosen.items() if tick.isChecked()]

        def work(report: Callable[[int, int], None]) -> Outcome[Shared]:
            from cami_survey.operations import sharing

            return sharing.exchange(survey, to=to, progress=report)

        def done(_shared: Shared) -> None:
            self.desk.fill_list()

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


def _readers(known: Known) -> list[tuple[str, str]]:
    """Who packages can be written for: recipients, then trusted laptops, each once."""
    found = {recipient: name for name, recipient in known.recipients}
    for device in known.devices:
        if device.trusted and device.recipient and device.recipient not in found:
            found[device.recipient] = " · ".join(part for part in (device.facilitator, device.name) if part)
    return [(name, recipient) for recipient, name in found.items()]

"""The card of Exchange about the others: people who get packages, laptops that are let in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.feedback import ask, open_file, open_folder
from cami_survey.ui.kit import (
    Button,
    Card,
    ElidedLabel,
    IconButton,
    Label,
    Link,
    Mark,
    Rule,
    TextField,
    row,
    set_problem,
)
from cami_survey.ui.kit.flow import Flow
from cami_survey.ui.pages.exchange_cards import LaptopLine, refill

if TYPE_CHECKING:
    from collections.abc import Callable

    from cami_survey.base.notices import Outcome
    from cami_survey.base.records import DeviceInfo
    from cami_survey.operations.packages import Packed
    from cami_survey.ui.desk import Desk
    from cami_survey.ui.pages.exchange_known import Known


# Of more laptops than these, those that need something are shown first, the others when they are asked for.
MOST = 6


class PeopleCard(Card):
    """Adds and removes people, lets laptops in and writes for one what it lacks. `laptops`: their lines by number."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.whole = False

    def show_known(self, known: Known) -> None:
        """Show who is known."""
        column = refill(self, _("People and laptops"), "users")
        for name, recipient in known.recipients:
            column.addLayout(self._person(name, recipient))
        if len(known.devices) > MOST:
            column.addWidget(Label(_tally(known), wrap=True))
        self.laptops = {device.id: self._laptop(known, device) for device in self._shown(known)}
        for line in self.laptops.values():
            column.addWidget(line)
        if len(known.devices) > MOST:
            text = ngettext("Show all {n} laptops", "Show all {n} laptops", len(known.devices))
            self.all = Link(_("Show fewer laptops") if self.whole else text.format(n=words.number(len(known.devices))))
            self.all.clicked.connect(lambda: self._unfold(known))
            column.addLayout(row(self.all, None))
        for code in sorted(known.expected):
            text = _("The laptop with the code {code} is awaited.").format(code=code)
            column.addLayout(row(Mark("hourglass", "muted"), Label(text, "small", "muted", wrap=True), gap=theme.M))
        if not known.recipients and not known.devices:
            column.addWidget(Label(_("Those who get your packages and those you trust."), tone="muted", wrap=True))
        column.addWidget(Rule())
        self.code = TextField(placeholder=_("Code of a laptop, as it reads it out"), name=_("Code of a laptop"))
        let_in = Button(_("Let in"), "secondary", "shield-check")
        let_in.clicked.connect(self.let_in)
        self.code.returnPressed.connect(self.let_in)
        picture = IconButton("barcode", _("Read the QR code of a laptop from a picture…"), framed=True)
        picture.clicked.connect(self._choose_picture)
        column.addLayout(Flow(self.code, picture, let_in, grow=True))
        self.person = TextField(placeholder=_("Name"), name=_("Name of the recipient"))
        self.recipient = TextField(placeholder=_("Recipient, begins with age1"), name=_("Recipient"))
        add = Button(_("Add"), "secondary", "plus")
        add.clicked.connect(self.add)
        self.recipient.returnPressed.connect(self.add)
        column.addLayout(Flow(self.person, self.recipient, add, grow=True))
        column.addStretch(1)

    def _shown(self, known: Known) -> list[DeviceInfo]:
        """All laptops, or as many as there is room for: first those of which something is missing, then untrusted."""
        if self.whole or len(known.devices) <= MOST:
            return known.devices
        return sorted(known.devices, key=lambda device: (not _is_missed(known, device), device.trusted))[:MOST]

    def _unfold(self, known: Known) -> None:
        self.whole = not self.whole
        self.show_known(known)
        self.all.setFocus(Qt.FocusReason.OtherFocusReason)

    def _laptop(self, known: Known, device: DeviceInfo) -> LaptopLine:
        line = LaptopLine(device, known.arrived.get(device.id), known.delivered.get(device.id))
        line.turned.connect(lambda: self._turn(device))
        line.lacking.connect(lambda: self._choose_lacking(device))
        line.asked.connect(lambda: self._choose_asking(device))
        return line

    def _person(self, name: str, recipient: str) -> QVBoxLayout:
        away = IconButton("trash", _("Remove {name}").format(name=name), small=True, token="muted")
        away.clicked.connect(lambda: self._remove(name, recipient))
        line = QVBoxLayout()
        shown = ElidedLabel(recipient, "small", "muted")
        line.addLayout(row(Mark("user"), Label(name), shown, away, gap=theme.M))
        return line

    def add(self) -> None:
        """Add the person in the two fields to those who get packages."""
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

    def let_in(self) -> None:
        """Trust the laptop whose code is in the field."""
        code, survey = self.code.text().strip(), self.desk.survey
        set_problem(self.code, not code)
        if not code:
            self.code.setFocus()
            return

        def work() -> Outcome[DeviceInfo | None]:
            from cami_survey.operations import laptops

            return laptops.enrol(survey, code)

        self.desk.do(work, receiver=self)

    def _choose_picture(self) -> None:
        filters = _("Pictures") + " (*.png *.jpg *.jpeg *.webp *.bmp);;" + _("All files") + " (*)"
        path = open_file(self, _("Picture of the QR code"), filters)
        if path is not None:
            self.read_picture(path)

    def read_picture(self, path: Path) -> None:
        """Let in the laptop whose QR code is on a picture."""
        survey = self.desk.survey

        def work() -> Outcome[DeviceInfo | None]:
            from cami_survey.operations import attachments, barcodes, laptops

            return laptops.enrol(survey, barcodes.code_in(attachments.content_of(path), path.name))

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

    def _choose_asking(self, device: DeviceInfo) -> None:
        folder = open_folder(self, _("Where the receipt is written"))
        if folder is not None:
            self.write_receipt(device, folder)

    def write_receipt(self, device: DeviceInfo, folder: Path) -> None:
        """Write for a laptop what of it has arrived here, so that it can send the rest."""
        survey = self.desk.survey

        def work() -> Outcome[Packed]:
            from cami_survey.operations import packages

            return packages.receipt(survey, folder, to=[device.recipient])

        self.desk.do(work, receiver=self)


def _is_missed(known: Known, device: DeviceInfo) -> bool:
    here = known.arrived.get(device.id)
    return here is not None and device.trusted and bool(here.missing)


def _tally(known: Known) -> str:
    """How many laptops there are, of how many something is missing, and how many lack something."""
    missed = sum(_is_missed(known, device) for device in known.devices)
    lacking = sum(bool(there.lacking) for there in known.delivered.values())
    parts = (
        ngettext("{n} laptop", "{n} laptops", len(known.devices)).format(n=words.number(len(known.devices))),
        ngettext("of {n} something has not arrived", "of {n} something has not arrived", missed).format(
            n=words.number(missed)
        ),
        ngettext("{n} has not received everything", "{n} have not received everything", lacking).format(
            n=words.number(lacking)
        ),
    )
    return " · ".join(parts)

"""The card of Exchange that writes packages: for whom, or readable by anybody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.dialogs.pick import Pickable, PickDialog
from cami_survey.ui.feedback import modal, open_folder
from cami_survey.ui.kit import Button, Card, Label, Radio, Tick, row
from cami_survey.ui.kit.flow import Flow
from cami_survey.ui.pages.exchange_cards import empty, refill

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from cami_survey.base.notices import Outcome
    from cami_survey.operations.packages import Packed
    from cami_survey.ui.desk import Desk
    from cami_survey.ui.pages.exchange_known import Known


# More people than these are chosen from a list of their own.
MOST = 6


class PackCard(Card):
    """Writes all interviews into a package. `chosen`: recipient -> whether the package is for them, where few are.

    Whoever is `left_out` stays so when the card is shown anew.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.readers: list[tuple[str, str]] = []
        self.left_out: set[str] = set()
        column = refill(self, _("Write a package"), "package")
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
        self.receipt = Button(_("Only a receipt…"), "quiet", "check")
        self.receipt.setToolTip(_("Says to the others what of them has arrived here, without interviews."))
        self.receipt.clicked.connect(self._choose_receipt)
        self.amount = Label("", "small", "muted")
        column.addStretch(1)
        column.addLayout(Flow(self.write, self.receipt))
        column.addWidget(self.amount)

    def show_known(self, known: Known) -> None:
        """Show who packages can be written for, and how many interviews there are."""
        text = ngettext("{count} interview", "{count} interviews", known.interviews)
        self.amount.setText(text.format(count=words.number(known.interviews)))
        empty(self.ticks)
        self.chosen.clear()
        self.readers = known.readers
        if len(self.readers) > MOST:
            self._offer_list()
        for name, recipient in self.readers if len(self.readers) <= MOST else ():
            tick = Tick(name, recipient not in self.left_out)
            tick.toggled.connect(lambda on, recipient=recipient: self._turn(recipient, on))
            self.chosen[recipient] = tick
            self.ticks.addWidget(tick)
        if not self.readers:
            self.ticks.addWidget(Label(_("Nobody is known yet. Add somebody below."), "small", "muted", wrap=True))
        self._enable()

    def _offer_list(self) -> None:
        total, chosen = words.number(len(self.readers)), words.number(len(self.to()))
        self.whom = Button(_("For {n} of {total}…").format(n=chosen, total=total), "secondary", "users")
        self.whom.clicked.connect(self._choose_readers)
        self.ticks.addLayout(row(self.whom, None))

    def _choose_readers(self) -> None:
        options = [Pickable(recipient, name) for name, recipient in self.readers]
        dialog = PickDialog(_("Who can read the package"), options, self.to(), several=True, parent=self.window())
        dialog.picked.connect(self.choose)
        modal(dialog)

    def choose(self, recipients: Collection[str]) -> None:
        """Write for these from now on, and for nobody else."""
        self.left_out = {recipient for _name, recipient in self.readers} - set(recipients)
        empty(self.ticks)
        self._offer_list()
        self._enable()

    def _turn(self, recipient: str, on: bool) -> None:
        (self.left_out.discard if on else self.left_out.add)(recipient)
        self._enable()

    def to(self) -> list[str]:
        """The recipients that are ticked."""
        return [recipient for _name, recipient in self.readers if recipient not in self.left_out]

    def _enable(self) -> None:
        people, anybody = self.for_people.isChecked(), bool(self.to())
        for tick in self.chosen.values():
            tick.setEnabled(people)
        self.write.setEnabled(not people or anybody)
        self.receipt.setEnabled(not people or anybody)

    def _choose_receipt(self) -> None:
        folder = open_folder(self, _("Where the receipt is written"))
        if folder is not None:
            self.write_receipt_to(folder)

    def write_receipt_to(self, folder: Path) -> None:
        """Write what arrived here into `folder`, without interviews, for those who are ticked."""
        survey, plain = self.desk.survey, self.plain.isChecked()
        to = [] if plain else self.to()

        def work() -> Outcome[Packed]:
            from cami_survey.operations import packages

            return packages.receipt(survey, folder, to=to, plain=plain)

        self.desk.do(work, receiver=self)

    def _choose_target(self) -> None:
        folder = open_folder(self, _("Where the package is written"))
        if folder is not None:
            self.write_to(folder)

    def write_to(self, folder: Path) -> None:
        """Write the package into `folder`, for those who are ticked."""
        survey, plain = self.desk.survey, self.plain.isChecked()
        to = [] if plain else self.to()

        def work(report: Callable[[int, int], None]) -> Outcome[Packed]:
            from cami_survey.operations import packages

            return packages.pack(survey, folder, to=to, plain=plain, progress=report)

        self.desk.do_long(_("Writing the package"), work, receiver=self, stopped=self.desk.say_stopped)

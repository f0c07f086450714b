"""The card of Exchange that writes packages: for whom, or readable by anybody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.feedback import open_folder
from cami_survey.ui.kit import Button, Card, Label, Radio, Tick, row
from cami_survey.ui.pages.exchange_cards import empty, refill

if TYPE_CHECKING:
    from collections.abc import Callable

    from cami_survey.base.notices import Outcome
    from cami_survey.operations.packages import Packed
    from cami_survey.ui.desk import Desk
    from cami_survey.ui.pages.exchange_known import Known


class PackCard(Card):
    """Writes all interviews into a package. `chosen`: recipient -> whether the package is for them."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
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
        self.amount = Label("", "small", "muted")
        column.addStretch(1)
        column.addLayout(row(self.write, self.amount, None, gap=theme.M))

    def show_known(self, known: Known) -> None:
        """Show who packages can be written for, and how many interviews there are."""
        text = ngettext("{count} interview", "{count} interviews", known.interviews)
        self.amount.setText(text.format(count=words.number(known.interviews)))
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

    def to(self) -> list[str]:
        """The recipients that are ticked."""
        return [recipient for recipient, tick in self.chosen.items() if tick.isChecked()]

    def _enable(self) -> None:
        people = self.for_people.isChecked()
        for tick in self.chosen.values():
            tick.setEnabled(people)
        self.write.setEnabled(not people or any(tick.isChecked() for tick in self.chosen.values()))

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


def _readers(known: Known) -> list[tuple[str, str]]:
    """Who packages can be written for: recipients, then trusted laptops, each once."""
    found = {recipient: name for name, recipient in known.recipients}
    for device in known.devices:
        if device.trusted and device.recipient and device.recipient not in found:
            found[device.recipient] = " · ".join(part for part in (device.facilitator, device.name) if part)
    return [(name, recipient) for recipient, name in found.items()]

"""The card of Exchange about this laptop: who it is to others, as a code to read out and as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout

from cami_survey.base.texts import _
from cami_survey.ui import theme, words
from cami_survey.ui.kit import Card, ElidedLabel, IconButton, Label, row
from cami_survey.ui.pages.exchange_cards import QrCode, refill

if TYPE_CHECKING:
    from cami_survey.ui.desk import Desk
    from cami_survey.ui.pages.exchange_known import Known


class OwnCard(Card):
    """Code, fingerprint and recipient of this laptop, each to be copied."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk

    def show_known(self, known: Known) -> None:
        """Show who this laptop is."""
        column = refill(self, _("This laptop"), "fingerprint")
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

"""Writing the right value of an answer: picked where one picks, written otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _
from cami_survey.ui.dialogs.frame import DialogFrame
from cami_survey.ui.kit import Combo, TextField, Tick


class ValueDialog(DialogFrame):
    """`written` carries the value as it is kept; empty for no answer."""

    written = Signal(str)

    def __init__(
        self,
        label: str,
        value: str,
        choices: Sequence[tuple[str, str]],
        *,
        several: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(label, _("Write what is right."), parent)
        self.several = several
        self.field: TextField | None = None
        self.combo: Combo | None = None
        self.ticks: dict[str, Tick] = {}
        if several and choices:
            self._several(value.split(), choices)
        elif choices:
            self.combo = Combo([("", _("no answer")), *choices], value, label)
            self.body.addWidget(self.combo)
        else:
            self.field = TextField(value, name=label)
            self.body.addWidget(self.field)
        self.finish_with(_("Take this"), "check").clicked.connect(self._write)
        first = self.field or self.combo or next(iter(self.ticks.values()), None)
        if first is not None:
            first.setFocus()

    def _several(self, chosen: Sequence[str], choices: Sequence[tuple[str, str]]) -> None:
        # What was chosen keeps its order, which is the answer of a ranking.
        order = {value: place for place, value in enumerate(chosen)}
        for value, words in sorted(choices, key=lambda choice: order.get(choice[0], len(order))):
            self.ticks[value] = Tick(words, value in order)
            self.body.addWidget(self.ticks[value])

    def value(self) -> str:
        """The value as it is kept."""
        if self.ticks:
            return " ".join(value for value, tick in self.ticks.items() if tick.isChecked())
        if self.combo is not None:
            return self.combo.key()
        return self.field.text().strip() if self.field is not None else ""

    def _write(self) -> None:
        value = self.value()
        self.accept()
        self.written.emit(value)

"""Choosing from a long list: a search box over the names, one of them or several with tick marks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.dialogs.frame import DialogFrame
from cami_survey.ui.feedback import modal
from cami_survey.ui.kit import Button, Card, Label, SearchField
from cami_survey.ui.kit.lists import CellsModel
from cami_survey.ui.kit.table import Cell, Table

WIDTH, TALL = 560, 336
# Of the screen, that the list takes at most.
SHARE = 0.4
# How many of what is chosen a button names, and the letters it has room for.
NAMED, LONGEST = 2, 40


@dataclass(frozen=True, slots=True)
class Pickable:
    """Something to choose: its key, what people read, and a smaller line below that is searched as well."""

    key: str
    label: str
    sub: str = ""

    def says(self, wanted: Sequence[str]) -> bool:
        """Whether each of these words, in small letters, stands in it."""
        text = f"{self.label} {self.sub}".casefold()
        return all(word in text for word in wanted)


class PickDialog(DialogFrame):
    """`picked` carries the keys in the order of the list. Down goes to the list, Enter takes, Space ticks.

    With `several` what is chosen has a tick; without, the row with the cursor is taken, at first the one in `chosen`.
    """

    picked = Signal(object)

    def __init__(
        self,
        title: str,
        options: Sequence[Pickable],
        chosen: Collection[str] = (),
        *,
        said: str = "",
        several: bool = False,
        search: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, said, parent, width=WIDTH)
        self.options, self.several = list(options), several
        self.chosen = {option.key for option in options if option.key in chosen}
        self.shown: list[Pickable] = []
        self.search = SearchField(_("Search"), _("Search in {title}").format(title=title), leads_down=several)
        self.body.addWidget(self.search)
        self.model = CellsModel((title,), self)
        self.table = Table(title)
        self.table.setModel(self.model)
        self.table.horizontalHeader().hide()
        self.table.set_columns({}, stretch=0)
        self.table.set_row_height(theme.ROW if any(option.sub for option in options) else theme.ROW_SMALL)
        card = Card()
        inside = QVBoxLayout(card)
        inside.setContentsMargins(2, 2, 2, 4)
        inside.addWidget(self.table)
        screen = QGuiApplication.primaryScreen().availableGeometry()
        card.setMinimumHeight(min(theme.u(TALL), round(screen.height() * SHARE)))
        self.body.addWidget(card, 1)
        self.count = Label("", "small", "muted", wrap=True)
        self.body.addWidget(self.count)
        self.main = self.finish_with(_("Choose"), "check")
        self.main.clicked.connect(self._take)
        self.search.changed.connect(lambda _text: self._fill())
        self.search.down.connect(self._into_list)
        self.table.tapped.connect(self._tap)
        self.table.opened.connect(lambda _row: self._take())
        if several:
            self.table.clicked.connect(lambda index: self._tap(index.row()))
        self._fill()
        self.search.edit.setText(search)
        self.search.edit.installEventFilter(self)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.search.setFocus()
        # The letters that opened the list are the beginning of what is searched for; a window that becomes active
        # would have them replaced by the next one.
        QTimer.singleShot(0, self.search.edit, self.search.edit.deselect)

    def _fill(self) -> None:
        wanted = self.search.text().casefold().split()
        self.shown = [option for option in self.options if option.says(wanted)]
        self.model.show([[self._cell(option)] for option in self.shown])
        at = next((row for row, option in enumerate(self.shown) if option.key in self.chosen), 0)
        if self.shown:
            self.table.setCurrentIndex(self.model.index(0 if wanted else at, 0))
        self._say()

    def _cell(self, option: Pickable) -> Cell:
        tick = option.key in self.chosen if self.several else None
        return Cell(option.label, sub=option.sub, tick=tick)

    def _say(self) -> None:
        number = len(self.chosen) if self.several else len(self.shown)
        text = (
            ngettext("{count} is chosen", "{count} are chosen", number)
            if self.several
            else ngettext("{count} is found", "{count} are found", number)
        )
        self.count.setText(text.format(count=words.number(number)))
        self.main.setEnabled(self.several or bool(self.shown))

    def _into_list(self) -> None:
        if self.shown:
            self.table.setFocus(Qt.FocusReason.TabFocusReason)

    def _tap(self, row: int) -> None:
        if not self.several or not 0 <= row < len(self.shown):
            return
        option = self.shown[row]
        self.chosen ^= {option.key}
        self.model.change(row, [self._cell(option)])
        self._say()

    def _take(self) -> None:
        row = self.table.current_row()
        if self.several:
            self.picked.emit([option.key for option in self.options if option.key in self.chosen])
        elif 0 <= row < len(self.shown):
            self.picked.emit([self.shown[row].key])
        else:
            return
        self.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # One is found and taken without leaving the search box.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self.shown and not self.several:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step:
                row = min(max(self.table.current_row() + step, 0), len(self.shown) - 1)
                self.table.setCurrentIndex(self.model.index(row, 0))
                return True
        return super().eventFilter(watched, event)


class PickButton(Button):
    """Says what is chosen of a long list and opens the list. `read` hands the list on once it is known.

    Keys that the list does not have (a profile may come from another survey) stay chosen until somebody unticks them.
    """

    def __init__(self, name: str, nothing: str, read: Callable[[Callable[[list[Pickable]], None]], None]) -> None:
        super().__init__(nothing, after="caret-down")
        self.name, self._nothing, self._read = name, nothing, read
        self._chosen: list[str] = []
        self._labels: dict[str, str] = {}
        self.dialog: PickDialog | None = None
        self.clicked.connect(lambda: self._read(self._open))
        self._say()

    def keys(self) -> list[str]:
        """What is chosen; nothing means everything."""
        return list(self._chosen)

    def choose(self, keys: Sequence[str]) -> None:
        """Choose these."""
        self._chosen = list(keys)
        self._say()

    def _open(self, options: list[Pickable]) -> None:
        known = {option.key.casefold(): option.key for option in options}
        chosen = [known.get(key.casefold(), key) for key in self._chosen]
        strange = [Pickable(key, key, _("not in these forms")) for key in chosen if key not in known.values()]
        self._labels = {option.key: option.label for option in options}
        self.dialog = PickDialog(self.name, [*strange, *options], chosen, several=True, parent=self.window())
        self.dialog.picked.connect(self.choose)
        self.dialog.finished.connect(self._close)
        modal(self.dialog)

    def _close(self) -> None:
        self.dialog = None

    def _say(self) -> None:
        names = [self._labels.get(key, key) for key in self._chosen]
        if not names:
            text = self._nothing
        elif len(names) <= NAMED:
            text = ", ".join(names)
        else:
            text = ngettext("{count} is chosen", "{count} are chosen", len(names))
            text = text.format(count=words.number(len(names)))
        self.setText(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")
        self.setAccessibleName(f"{self.name}: {text}")

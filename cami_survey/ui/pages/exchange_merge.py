"""The merge preview: six counts, one row per package, and the trust that unknown laptops need."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout

from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.feedback import ask
from cami_survey.ui.kit import Button, Label, Mark
from cami_survey.ui.kit.count import CountCard
from cami_survey.ui.kit.lists import CellsModel
from cami_survey.ui.kit.steps import Steps
from cami_survey.ui.kit.table import Table
from cami_survey.ui.pages.exchange_sources import cells, missing, told
from cami_survey.ui.pages.page import Page, foot_line, framed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from cami_survey.operations.merges import MergePreview, Source
    from cami_survey.ui.pages.exchange_sources import Names

# Below this height, in px at 100 %, the counts give room to the list.
LOW, LOW_ROW = 560, 640
NAMED = 4
DEVICE, SENDER, FILE, NEW, NEWER, SAME, CONFLICTS, STATE = range(8)


class MergePage(Page):
    """`accepted` carries the paths to merge and whether unknown senders among them were trusted.

    `chosen` carries the paths whenever others are ticked: what one brings depends on those before it, so `recount`
    wants the preview of just these.
    """

    accepted = Signal(object, bool)
    chosen = Signal(object)
    cancelled = Signal()

    def __init__(self, preview: MergePreview, names: Names) -> None:
        super().__init__(scrolled=True)
        self.preview, self.names = preview, names
        self.counted = preview
        self.trusted: set[int] = set()
        self.ticked = {n for n, source in enumerate(preview.sources) if source.refused is None and source.known}
        count = len(preview.sources)
        self.title.setText(
            ngettext("Merge {count} package", "Merge {count} packages", count).format(count=words.number(count))
        )
        self.steps = Steps([_("Choose packages"), _("Preview"), _("Merge"), _("Settle conflicts")], 1)
        self.head.addWidget(self.steps)
        self.cards = _cards()
        self.card_grid = QGridLayout()
        self.card_grid.setSpacing(theme.M)
        self.body.addLayout(self.card_grid)
        self.model = CellsModel(
            (_("Device"), _("From"), _("File"), _("New"), _("Newer"), _("Same"), _("Conflicts"), _("State")), self
        )
        self.table = Table(_("Packages"), frozenset({NEW, NEWER, SAME, CONFLICTS}))
        self.table.setModel(self.model)
        self.body.addWidget(framed(self.table), 1)
        self.ignored = Label(_ignored(preview), "small", "muted", wrap=True)
        self.body.addWidget(self.ignored)
        self.ignored.setVisible(bool(preview.ignored))
        self._foot()
        self._show()
        self.table.tapped.connect(self.toggle)
        self.table.opened.connect(self.toggle)
        self.table.clicked.connect(lambda index: self.toggle(index.row()) if index.column() == DEVICE else None)
        self.table.selectionModel().currentChanged.connect(lambda *_indexes: self._say())
        theme.look.changed.connect(self._measure)
        self.hand_keys(self.table)
        self.table.setCurrentIndex(self.model.index(0, 0))
        self._measure()

    def _foot(self) -> None:
        self.said_mark, self.said = Mark("info"), Label("", tone="muted", wrap=True)
        self.trust = Button(_("Trust this laptop…"), "secondary", "fingerprint")
        self.trust.clicked.connect(lambda: self.toggle(self.table.current_row()))
        line = foot_line(self.said_mark, self.said, self.trust, padding=theme.M, token="background")
        line.lines = ()
        self.body.addWidget(line)
        self.cancel = Button(_("Cancel"), "quiet")
        self.main = Button("", "primary", "arrow-right")
        self.cancel.clicked.connect(self.cancelled)
        self.main.clicked.connect(self._accept)
        self.shield = Mark("shield-check", "good")
        self.promise = Label(
            _("Nothing is changed yet. A backup is made first, one Undo takes it all back."), tone="muted", wrap=True
        )
        self.column.addWidget(foot_line(self.shield, self.promise, self.cancel, self.main))
        # Where the sentence has no room it is still heard with the button, and read when the mouse rests there.
        self.main.setToolTip(self.promise.text())
        self.main.setAccessibleDescription(self.promise.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def _measure(self) -> None:
        low = self.height() < theme.u(LOW)
        in_a_row = theme.fits(self.width(), LOW_ROW if low else 980)
        columns = 6 if in_a_row else 3 if theme.fits(self.width(), 480) else 2
        for number, card in enumerate(self.cards.values()):
            card.fold(low=low)
            self.card_grid.removeWidget(card)
            self.card_grid.addWidget(card, number // columns, number % columns)
        self.table.set_row_height(theme.ROW_SMALL)
        self.table.show_at_least(4)
        roomy = theme.fits(self.width(), 820)
        self.shield.setVisible(roomy)
        self.promise.setText(self.main.toolTip() if roomy else "")
        self.table.setColumnHidden(FILE, not theme.fits(self.width(), 1100))
        for column in (SENDER, SAME, NEWER):
            self.table.setColumnHidden(column, not theme.fits(self.width(), 780))
        widths = {DEVICE: 140, SENDER: 164, FILE: 200, NEW: 72, NEWER: 80, SAME: 72, CONFLICTS: 96}
        self.table.set_columns(widths, stretch=STATE)

    # ---- showing

    def _show(self) -> None:
        current = max(self.table.current_row(), 0)
        self.model.show(
            [
                cells(source, ticked=n in self.ticked, trusted=n in self.trusted)
                for n, source in enumerate(self.preview.sources)
            ]
        )
        self.table.setCurrentIndex(self.model.index(current, 0))
        self._count()
        self._say()
        number = len(self.ticked)
        text = ngettext("Merge {count} package", "Merge {count} packages", number)
        self.main.setText(text.format(count=words.number(number)))
        self.main.setEnabled(bool(number))

    def _count(self) -> None:
        """What the ticked ones bring together, from the preview of just these; it is on its way if there is none."""
        exact = [source.path for source in self.counted.taken] == self.paths()
        chosen = [self.preview.sources[n].counts for n in sorted(self.ticked)]
        told = self.counted.counts if exact else None
        values = {
            "new": told.new if told else sum(counts.new for counts in chosen),
            "newer": told.newer if told else sum(counts.newer for counts in chosen),
            "same": told.same if told else sum(counts.same for counts in chosen),
            "conflicts": sum(counts.conflicts for counts in chosen),
            "gaps": sum(missing(counts) for counts in chosen),
            "refused": len(self.preview.refused),
        }
        for key, value in values.items():
            self.cards[key].show_count(value, words.number(value))

    def _source(self) -> Source | None:
        row = self.table.current_row()
        return self.preview.sources[row] if 0 <= row < len(self.preview.sources) else None

    def _say(self) -> None:
        source = self._source()
        row = self.table.current_row()
        unknown = source is not None and source.refused is None and not source.known and row not in self.trusted
        self.trust.setVisible(unknown)
        icon, token, text = told(source, self.names, row in self.trusted)
        self.said_mark.show_icon(icon, token, filled=icon in ("warning", "x-circle"))
        self.said.setText(text)

    # ---- doing

    def toggle(self, row: int) -> None:
        """Take a package or leave it; an unknown sender has to be trusted first."""
        if not 0 <= row < len(self.preview.sources):
            return
        source = self.preview.sources[row]
        if source.refused is not None:
            return
        if row in self.ticked:
            self.ticked.discard(row)
        elif source.known or row in self.trusted or self._trusts(source):
            if not source.known:
                self.trusted |= {n for n, other in enumerate(self.preview.sources) if _same_sender(source, other)}
            self.ticked.add(row)
        self._show()
        self.chosen.emit(self.paths())

    def take(self, rows: Iterable[int], *, trusted: bool = False) -> None:
        """Take these packages; `trusted` when their senders' fingerprints were compared."""
        for row in rows:
            source = self.preview.sources[row]
            if source.refused is None and (source.known or trusted):
                self.ticked.add(row)
                if not source.known:
                    self.trusted.add(row)
        self._show()
        self.chosen.emit(self.paths())

    def paths(self) -> list[Path]:
        """What is ticked."""
        return [self.preview.sources[n].path for n in sorted(self.ticked)]

    def recount(self, preview: MergePreview) -> None:
        """Show what the ticked packages bring when only they are merged; too late if others are ticked by now."""
        if [source.path for source in preview.sources] != self.paths():
            return
        fresh = {source.path: source.counts for source in preview.taken}
        sources = tuple(
            replace(source, counts=fresh.get(source.path, source.counts)) for source in self.preview.sources
        )
        self.preview, self.counted = replace(self.preview, sources=sources), preview
        self._show()

    def _trusts(self, source: Source) -> bool:
        sender = source.sender
        name = (sender.name or sender.id[:8]) if sender is not None else source.path.name
        return ask(
            self,
            _("Trust {name}?").format(name=name),
            _(
                "Ask the sender to read the fingerprint out. It has to be:\n\n{fingerprint}\n\n"
                "If it is the same, packages from this laptop are taken from now on."
            ).format(fingerprint=source.fingerprint),
            _("It is the same"),
        )

    def _accept(self) -> None:
        chosen = [self.preview.sources[n] for n in sorted(self.ticked)]
        self.accepted.emit(self.paths(), any(not source.known for source in chosen))


def _ignored(preview: MergePreview) -> str:
    """The files beside the packages that are none, by name as far as there is room."""
    names = [path.name for path in preview.ignored]
    shown = ", ".join(names[:NAMED]) + ("…" if names[NAMED:] else "")
    text = ngettext("{n} other file is ignored: {names}", "{n} other files are ignored: {names}", len(names))
    return text.format(n=words.number(len(names)), names=shown)


def _same_sender(one: Source, other: Source) -> bool:
    return one.sender is not None and other.sender is not None and one.sender.id == other.sender.id


def _cards() -> dict[str, CountCard]:
    return {
        "new": CountCard(_("new"), _("interviews not here yet")),
        "newer": CountCard(_("newer"), _("corrections of known ones")),
        "same": CountCard(_("same"), _("known, nothing new")),
        "conflicts": CountCard(_("conflicts"), _("you decide after the merge"), "warn"),
        "gaps": CountCard(_("gaps"), _("changes known of, missing"), "warn"),
        "refused": CountCard(_("refused"), _("kept apart, nothing is taken"), "error"),
    }

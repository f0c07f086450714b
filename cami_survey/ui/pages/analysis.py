"""What the interviews say: analyses by chapter, filtered, for the team or the public, and the papers made of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cami_survey.base import texts
from cami_survey.base.clock import system_clock
from cami_survey.base.texts import _
from cami_survey.operations.disclosure import PUBLIC_FIGURES
from cami_survey.ui import theme, words
from cami_survey.ui.feedback import modal, save_file
from cami_survey.ui.kit import Button, Combo, Label, ScrollArea, Segments, Tabs, row
from cami_survey.ui.kit.flow import Flow
from cami_survey.ui.pages.analysis_board import LEADING, Board
from cami_survey.ui.pages.analysis_card import AnalysisCard, sheet
from cami_survey.ui.pages.analysis_computing import Computing
from cami_survey.ui.pages.analysis_period import PeriodFilter
from cami_survey.ui.pages.page import Page

if TYPE_CHECKING:
    from cami_survey.analysis.results import Analysis
    from cami_survey.base.notices import Outcome
    from cami_survey.operations.analyses import Choices, Material, Option, Scope
    from cami_survey.operations.papers import Made, Preview
    from cami_survey.ui.desk import Desk
    from cami_survey.ui.dialogs.leaving import LeavingDialog
    from cami_survey.ui.worker import Report


# The width at which the head has room for a sentence.
RULE_NEEDS = 1100


class AnalysisPage(Page):
    """Reads the survey once, then shows one chapter at a time within the filters."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(_("Analysis"))
        self.desk = desk
        self.material: Material | None = None
        self.cards: list[AnalysisCard] = []
        self.leaving: LeavingDialog | None = None
        self._stale = True
        # The analysis to be seen when it has been computed.
        self._wanted = ""
        # What the chapter shows: its own analyses, those whose figures lead, and what of both is computed.
        self._own: list[str] = []
        self._led: list[str] = []
        self._found: dict[str, Analysis] = {}
        self.computing = Computing(desk.worker, self)
        self.level = Segments([("team", _("Team")), ("public", _("Public"))], "team", _("Who may see the figures"))
        self.rule = Label(
            _("For the public, figures on fewer than {k} answers are hidden.").format(k=words.number(PUBLIC_FIGURES)),
            "small",
            "muted",
        )
        self.level.setToolTip(self.rule.text())
        self.rule.hide()
        self.papers = Button(_("Make the papers"), "primary", "file-text")
        self.head.addWidget(self.rule)
        self.head.addWidget(self.level)
        self.head.addWidget(self.papers)
        self.chapter = Tabs(_("Chapter"))
        self.board: Board | None = None
        self.period = PeriodFilter(self)
        self.filters: dict[str, Combo] = {
            "country": Combo(name=_("Country"), brief=True),
            "form": Combo(name=_("Form"), brief=True),
            "group": Combo(name=_("Respondents"), brief=True),
            "species": Combo(name=_("Species"), brief=True),
            "period": self.period,
            "review": Combo(name=_("State of review"), brief=True),
        }
        self.clear = Button(_("Clear"), "quiet")
        self.organisations = Button(_("Organisations…"), "quiet", "users")
        self.organisations.setToolTip(_("Which names are one organisation"))
        self.line = Flow(*self.filters.values(), self.clear, self.organisations)
        self.empty = Label(_("Reading the interviews…"), tone="muted", wrap=True)
        self.again = Button(_("Go on"))
        self.again.hide()
        self._holder = QVBoxLayout()
        self._holder.setSpacing(theme.L)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.L)
        column.addLayout(self.line)
        column.addWidget(self.empty)
        column.addLayout(row(self.again, None))
        column.addLayout(self._holder)
        column.addStretch(1)
        self.sheets = ScrollArea(inside)
        self.body.addWidget(self.chapter)
        self.body.addWidget(self.sheets, 1)
        self.hand_keys(self.chapter)
        self.level.chosen.connect(lambda _key: self.show_chapter())
        self.level.chosen.connect(lambda _key: self._tell_rule())
        self.papers.clicked.connect(self.make_papers)
        self.chapter.chosen.connect(lambda _key: self.show_chapter())
        self.clear.clicked.connect(self.clear_filters)
        self.again.clicked.connect(self._go_on)
        self.organisations.clicked.connect(self._show_organisations)
        self.period.changed.connect(self.show_chapter)
        self.computing.found.connect(self._show)
        self.computing.stopped.connect(self._not_hidden)
        for combo in self.filters.values():
            if combo is not self.period:
                combo.chosen.connect(lambda _key: self.show_chapter())
        desk.touched.connect(self._touched)
        self.refresh()

    # ---- reading

    def refresh(self) -> None:
        """Read the survey again where it changed, and show the chapter."""
        survey = self.desk.survey
        self._stale = False
        self.again.hide()
        self.empty.setText(_("Reading the interviews…"))
        self.empty.setVisible(self.material is None)

        def read(report: Report) -> tuple[Material, Choices]:
            from cami_survey.operations.analyses import load, scope_choices

            material = load(survey, language=texts.language(), progress=report)
            return material, scope_choices(material)

        self.desk.worker.run_long(
            _("Reading the interviews"), read, self._take, receiver=self, stopped=self._not_read, key="analysis"
        )

    def _not_read(self) -> None:
        self._stale = True
        self._say_stopped(_("Stopped before all interviews were read."))

    def _say_stopped(self, words: str) -> None:
        self.empty.setText(words)
        self.empty.show()
        self.again.show()
        self.again.setFocus()
        # The filters of a narrow window leave no room for it; where it stands is known once it was laid out.
        QTimer.singleShot(0, self, lambda: self.sheets.ensureWidgetVisible(self.again))

    def _go_on(self) -> None:
        """Do what was stopped; what was computed until then is kept."""
        if self._stale:
            self.refresh()
        else:
            self.show_chapter()

    def _touched(self, kinds: frozenset[str]) -> None:
        if kinds & {"records", "survey", "forms"}:
            self._stale = True
            if self.isVisible():
                self.refresh()

    def showEvent(self, event: object) -> None:
        if self._stale:
            self.refresh()
        else:
            self.computing.look_ahead()

    def hideEvent(self, event: object) -> None:
        self.desk.worker.give_way()

    def _take(self, found: tuple[Material, Choices]) -> None:
        from cami_survey.operations.analyses import names

        self.material, choices = found
        self.empty.hide()
        if not self.chapter.key():
            chapters = dict.fromkeys(entry.chapter for entry in names())
            self.chapter.set_options([(chapter, chapter) for chapter in chapters])
        self._offer("country", _("Every country"), choices.countries)
        self._offer("form", _("Every form"), choices.forms)
        self._offer("group", _("All respondents"), choices.groups)
        self._offer("species", _("Every species"), choices.species)
        self._offer("review", _("Reviewed or not"), choices.reviews)
        self.period.offer(choices.first, choices.last, system_clock().date())
        self.period.setEnabled(bool(choices.first))
        self.show_chapter()

    def _offer(self, name: str, everything: str, options: Sequence[Option]) -> None:
        combo = self.filters[name]
        kept = combo.key()
        lines = [(option.code, f"{option.label}  {option.n}" if option.n else option.label) for option in options]
        combo.set_options([("", everything), *lines], kept)
        combo.setEnabled(len(options) > 0)

    # ---- showing

    def scope(self) -> Scope:
        """What the filters say."""
        from cami_survey.operations.analyses import Scope

        chosen = {name: combo.key() for name, combo in self.filters.items()}
        since, until = self.period.span()
        return Scope(
            (chosen["country"],) if chosen["country"] else (),
            (chosen["form"],) if chosen["form"] else (),
            since or None,
            until or None,
            chosen["group"],
            (chosen["species"],) if chosen["species"] else (),
            chosen["review"],
        )

    def show_chapter(self) -> None:
        """Compute the analyses of the chapter within the filters and show them."""
        material = self.material
        if material is None:
            return
        self.clear.setEnabled(any(combo.key() for combo in self.filters.values()))
        public = self.level.key() == "public"
        self.again.hide()
        self.empty.hide()
        self._own = _names_in(self.chapter.key())
        self._led = [name for name in LEADING if name not in self._own] if self._is_first() else []
        self._found = {}
        if public:
            # What the team sees must not stand under the other level while small figures are sought.
            self._clear()
            self.empty.setText(_("Hiding small figures…"))
            self.empty.show()
        self.computing.begin(material, self.scope(), [*self._own, *self._led], public=public)

    def _not_hidden(self) -> None:
        self._say_stopped(_("Stopped before small figures were hidden: nothing is shown yet."))

    def _is_first(self) -> bool:
        return self.chapter.key() == self.chapter.keys()[0]

    def _show(self, found: dict[str, Analysis]) -> None:
        """Show analyses of the chapter below those that stand there, and when all figures that lead from others are
        computed, those before them."""
        self.empty.hide()
        if not self._found:
            self._clear()
        self._found.update(found)
        self._add_cards([AnalysisCard(found[name]) for name in self._own if name in found])
        if self._led and all(name in self._found for name in self._led):
            self._add_board([self._found[name] for name in self._led])
        # Cards are painted once they were laid out, not squeezed and then again.
        self.sheets.setUpdatesEnabled(False)
        QTimer.singleShot(0, self, self._paint_again)

    def _paint_again(self) -> None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        self.sheets.setUpdatesEnabled(True)

    def _clear(self) -> None:
        self.cards, self.board = [], None
        while (before := self._holder.takeAt(0)) is not None:
            if (widget := before.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _add_cards(self, cards: Sequence[AnalysisCard]) -> None:
        if not cards:
            return
        for card in cards:
            card.opened.connect(self._open)
        self.cards += cards
        self._holder.addWidget(sheet(cards))
        wanted = next((card for card in cards if card.analysis.name == self._wanted), None)
        if wanted is not None:
            self._wanted = ""
            # Where it lies is known when the new cards have been laid out.
            QTimer.singleShot(0, wanted, lambda: self.sheets.verticalScrollBar().setValue(_top(wanted, self.sheets)))

    def _add_board(self, analyses: Sequence[Analysis]) -> None:
        board = Board(analyses)
        if board.bare:
            board.deleteLater()
            return
        self.board = board
        board.opened.connect(self._open)
        board.asked.connect(self.show_analysis)
        self._holder.insertWidget(0, board)

    def show_analysis(self, name: str) -> None:
        """Go to the chapter of an analysis and show it there."""
        from cami_survey.operations.analyses import names

        self._wanted = name
        self.chapter.choose(next(entry.chapter for entry in names() if entry.name == name))
        self.chapter.setFocus(Qt.FocusReason.OtherFocusReason)
        self.show_chapter()

    def clear_filters(self) -> None:
        """Show everything again."""
        for combo in self.filters.values():
            combo.choose("")
        self.show_chapter()

    def _tell_rule(self) -> None:
        """Say beside the level what it means, where there is room."""
        self.rule.setVisible(self.level.key() == "public" and theme.fits(self.width(), RULE_NEEDS))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_rule()

    # ---- doing

    def _open(self, what: str, records: Sequence[str]) -> None:
        """The interviews behind a number."""
        if not records:
            return
        from cami_survey.ui.dialogs.behind import BehindDialog

        dialog = BehindDialog(self.desk, what, list(records), self)
        dialog.opened.connect(self.desk.asked_to_open_record, Qt.ConnectionType.QueuedConnection)
        modal(dialog)

    def _show_organisations(self) -> None:
        """The register: which names are one, for every analysis."""
        from cami_survey.ui.dialogs.organisations import OrganisationsDialog

        modal(OrganisationsDialog(self.desk, self))

    def make_papers(self) -> None:
        """Write the paper of what the filters say; for the public, show first what would leave."""
        if self.level.key() != "public":
            self.write_papers(self.scope(), public=False)
            return
        survey, scope = self.desk.survey, self.scope()

        def work(report: Report) -> Outcome[Outcome[Preview]]:
            from cami_survey.base.notices import Outcome
            from cami_survey.operations import disclosure, papers

            # The dialog says what the notices say.
            return Outcome(papers.preview(survey, disclosure.rules(k=PUBLIC_FIGURES), scope=scope, progress=report))

        def show(found: Outcome[Preview]) -> None:
            from cami_survey.ui.dialogs.leaving import of_paper

            self.leaving = of_paper(self.desk, found, (_("Make the papers"), "file-text"), self)
            self.leaving.accepted.connect(lambda: self.write_papers(scope, public=True))
            self.leaving.finished.connect(self._close_leaving)
            modal(self.leaving)

        stopped = self.desk.feedback.clear
        self.desk.do_long(_("Looking at what would leave"), work, show, receiver=self, stopped=stopped)

    def _close_leaving(self) -> None:
        self.leaving = None

    def write_papers(self, scope: Scope, *, public: bool) -> None:
        """Ask where to and write the paper."""
        from cami_survey.operations import papers

        kinds = _("Word document") + " (*.docx);;PDF (*.pdf);;" + _("Excel workbook") + " (*.xlsx)"
        # While the person looks for a folder.
        self.desk.worker.run(papers.prepare, receiver=self)
        proposal = self.desk.survey.path.with_suffix(".docx").name
        folder = Path(self.desk.settings.export_folder) if self.desk.settings.export_folder else Path.home()
        path = save_file(self, _("Make the papers"), str(folder / proposal), kinds)
        if path is None:
            return
        survey = self.desk.survey

        def work(report: Report) -> Outcome[Made]:
            from cami_survey.operations import disclosure

            wanted = disclosure.rules(k=PUBLIC_FIGURES) if public else None
            return papers.make(survey, path, scope=scope, public=wanted, progress=report)

        self.desk.do_long(
            _("Writing {name}").format(name=path.name), work, receiver=self, stopped=self.desk.say_stopped
        )


def _top(card: QWidget, sheets: ScrollArea) -> int:
    """Where the page stands when the card is at its top."""
    bar = sheets.verticalScrollBar()
    return bar.value() + card.mapTo(sheets, QPoint(0, 0)).y() - theme.S


def _names_in(chapter: str) -> list[str]:
    """The analyses of a chapter."""
    from cami_survey.operations.analyses import names

    return [entry.name for entry in names() if entry.chapter == chapter]

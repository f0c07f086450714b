"""What the interviews say: analyses by chapter, filtered, for the team or the public, and the papers made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cami_survey.base import texts
from cami_survey.base.clock import system_clock
from cami_survey.base.texts import _
from cami_survey.operations.disclosure import PUBLIC_FIGURES
from cami_survey.ui import theme, words
from cami_survey.ui.feedback import modal, save_file
from cami_survey.ui.kit import Button, Combo, Label, ScrollArea, Segments, Tabs
from cami_survey.ui.kit.flow import Flow
from cami_survey.ui.pages.analysis_board import Board, leading
from cami_survey.ui.pages.analysis_card import AnalysisCard, sheet
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
        # The analysis to be seen when its chapter has been computed.
        self._wanted = ""
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
        self._holder = QVBoxLayout()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.L)
        column.addLayout(self.line)
        column.addWidget(self.empty)
        column.addLayout(self._holder)
        column.addStretch(1)
        self.sheets = ScrollArea(inside)
        self.body.addWidget(self.chapter)
        self.body.addWidget(self.sheets, 1)
        self.setFocusProxy(self.chapter)
        self.level.chosen.connect(lambda _key: self.show_chapter())
        self.level.chosen.connect(lambda _key: self._tell_rule())
        self.papers.clicked.connect(self.make_papers)
        self.chapter.chosen.connect(lambda _key: self.show_chapter())
        self.clear.clicked.connect(self.clear_filters)
        self.organisations.clicked.connect(self._show_organisations)
        self.period.changed.connect(self.show_chapter)
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
        self.empty.setVisible(self.material is None)

        def read() -> tuple[Material, Choices]:
            from cami_survey.operations.analyses import load, scope_choices

            material = load(survey, language=texts.language())
            return material, scope_choices(material)

        self.desk.worker.run(read, self._take, receiver=self, key="analysis")

    def _touched(self, kinds: frozenset[str]) -> None:
        if kinds & {"records", "survey", "forms"}:
            self._stale = True
            if self.isVisible():
                self.refresh()

    def showEvent(self, event: object) -> None:
        if self._stale:
            self.refresh()

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
        chapter, scope, public = self.chapter.key(), self.scope(), self.level.key() == "public"
        first = chapter == self.chapter.keys()[0]
        self.clear.setEnabled(any(combo.key() for combo in self.filters.values()))
        if public:
            # What the team sees must not stand under the other level while small figures are sought.
            self._show({}, [])
            self.empty.setText(_("Hiding small figures…"))
            self.empty.show()

        def work() -> tuple[dict[str, Analysis], list[str]]:
            from cami_survey.operations.analyses import analyse, for_public, names

            own = [entry.name for entry in names() if entry.chapter == chapter]
            if public:
                told = for_public(material, PUBLIC_FIGURES, scope)
                found = {name: told[name] for name in own}
                return (found | leading(told.__getitem__) if first else found), own
            found = {name: analyse(material, name, scope) for name in own}
            return (found | leading(lambda name: analyse(material, name, scope)) if first else found), own

        self.desk.worker.run(work, self._computed, receiver=self, key="analysis-chapter")

    def _computed(self, found: tuple[dict[str, Analysis], list[str]]) -> None:
        self.empty.hide()
        self._show(*found)
        card = next((card for card in self.cards if card.analysis.name == self._wanted), None)
        self._wanted = ""
        if card is not None:
            # Where it lies is known when the new cards have been laid out.
            QTimer.singleShot(0, card, lambda: self.sheets.verticalScrollBar().setValue(_top(card, self.sheets)))

    def _show(self, analyses: Mapping[str, Analysis], own: Sequence[str]) -> None:
        """Show the analyses of a chapter, its `own`, and before them the figures that lead from others."""
        self.cards = [AnalysisCard(analyses[name]) for name in own]
        board = Board([analysis for name, analysis in analyses.items() if name not in own])
        self.board = None if board.bare else board
        for card in self.cards:
            card.opened.connect(self._open)
        if self.board is not None:
            self.board.opened.connect(self._open)
            self.board.asked.connect(self.show_analysis)
        while (before := self._holder.takeAt(0)) is not None:
            if (widget := before.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if self.board is not None:
            self._holder.addWidget(self.board)
        self._holder.addWidget(sheet(self.cards))

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
        kinds = _("Word document") + " (*.docx);;PDF (*.pdf);;" + _("Excel workbook") + " (*.xlsx)"
        proposal = self.desk.survey.path.with_suffix(".docx").name
        folder = Path(self.desk.settings.export_folder) if self.desk.settings.export_folder else Path.home()
        path = save_file(self, _("Make the papers"), str(folder / proposal), kinds)
        if path is None:
            return
        survey = self.desk.survey

        def work(report: Report) -> Outcome[Made]:
            from cami_survey.operations import disclosure, papers

            wanted = disclosure.rules(k=PUBLIC_FIGURES) if public else None
            return papers.make(survey, path, scope=scope, public=wanted, progress=report)

        self.desk.do_long(_("Writing {name}").format(name=path.name), work, receiver=self)


def _top(card: QWidget, sheets: ScrollArea) -> int:
    """Where the page stands when the card is at its top."""
    bar = sheets.verticalScrollBar()
    return bar.value() + card.mapTo(sheets, QPoint(0, 0)).y() - theme.S

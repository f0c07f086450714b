"""What the interviews say: analyses by chapter, filtered, for the team or the public, and the papers made of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cami_survey.base import texts
from cami_survey.base.texts import _
from cami_survey.operations.disclosure import PUBLIC_FIGURES
from cami_survey.ui import theme, words
from cami_survey.ui.feedback import modal, save_file
from cami_survey.ui.kit import Button, Combo, Label, ScrollArea, Segments, row
from cami_survey.ui.kit.flow import Flow
from cami_survey.ui.pages.analysis_card import AnalysisCard, sheet
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
        # What is shown next, and how far it is where it may take long.
        self._asked = object()
        self._hiding: Report | None = None
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
        self.chapter = Combo(name=_("Chapter"), brief=True)
        self.filters = {
            "country": Combo(name=_("Country"), brief=True),
            "form": Combo(name=_("Form"), brief=True),
            "group": Combo(name=_("Respondents"), brief=True),
            "species": Combo(name=_("Species"), brief=True),
            "year": Combo(name=_("Year"), brief=True),
            "review": Combo(name=_("State of review"), brief=True),
        }
        self.clear = Button(_("Clear"), "quiet")
        self.organisations = Button(_("Organisations…"), "quiet", "users")
        self.organisations.setToolTip(_("Which names are one organisation"))
        self.line = Flow(self.chapter, *self.filters.values(), self.clear, self.organisations)
        self.empty = Label(_("Reading the interviews…"), tone="muted", wrap=True)
        self.again = Button(_("Go on"))
        self.again.hide()
        self._holder = QVBoxLayout()
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
        self.body.addWidget(self.sheets, 1)
        self.setFocusProxy(self.chapter)
        self.level.chosen.connect(lambda _key: self.show_chapter())
        self.level.chosen.connect(lambda _key: self._tell_rule())
        self.papers.clicked.connect(self.make_papers)
        self.chapter.chosen.connect(lambda _key: self.show_chapter())
        self.clear.clicked.connect(self.clear_filters)
        self.again.clicked.connect(self._go_on)
        self.organisations.clicked.connect(self._show_organisations)
        for combo in self.filters.values():
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

    def _take(self, found: tuple[Material, Choices]) -> None:
        from cami_survey.operations.analyses import names

        self.material, choices = found
        self.empty.hide()
        chapters = list(dict.fromkeys(entry.chapter for entry in names()))
        self.chapter.set_options([(chapter, chapter) for chapter in chapters], self.chapter.key())
        self._offer("country", _("Every country"), choices.countries)
        self._offer("form", _("Every form"), choices.forms)
        self._offer("group", _("All respondents"), choices.groups)
        self._offer("species", _("Every species"), choices.species)
        self._offer("review", _("Reviewed or not"), choices.reviews)
        years = [str(year) for year in range(_year(choices.first), _year(choices.last) + 1)] if choices.first else []
        kept = self.filters["year"].key()
        self.filters["year"].set_options([("", _("Every year")), *((year, year) for year in years)], kept)
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
        year = chosen["year"]
        return Scope(
            (chosen["country"],) if chosen["country"] else (),
            (chosen["form"],) if chosen["form"] else (),
            f"{year}-01-01" if year else None,
            f"{year}-12-31" if year else None,
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
        self.clear.setEnabled(any(combo.key() for combo in self.filters.values()))
        self._let_go()
        asked = self._asked

        def work() -> list[Analysis]:
            from cami_survey.operations.analyses import analyse

            return [analyse(material, name, scope) for name in _names_in(chapter)]

        def hide(report: Report) -> list[Analysis]:
            from cami_survey.operations.analyses import for_public

            told = for_public(material, PUBLIC_FIGURES, scope, progress=report)
            return [told[name] for name in _names_in(chapter)]

        def show(found: list[Analysis]) -> None:
            if asked is self._asked:
                self._computed(found)

        if not public:
            self.desk.worker.run(work, show, receiver=self, key="analysis-chapter")
            return
        # What the team sees must not stand under the other level while small figures are sought.
        self._show([])
        self.empty.setText(_("Hiding small figures…"))
        self.empty.show()
        self._hiding = self.desk.worker.run_long(
            _("Hiding small figures"),
            hide,
            show,
            receiver=self,
            stopped=lambda: self._not_hidden(asked),
            key="analysis-chapter",
        )

    def _let_go(self) -> None:
        """What was asked for before is not shown any more, and not computed to its end."""
        self._asked = object()
        self.again.hide()
        self.empty.hide()
        if self._hiding is not None:
            self._hiding.cancelled = True

    def _not_hidden(self, asked: object) -> None:
        if asked is self._asked:
            self._say_stopped(_("Stopped before small figures were hidden: nothing is shown yet."))

    def _computed(self, analyses: list[Analysis]) -> None:
        self.empty.hide()
        self._hiding = None
        self._show(analyses)

    def _show(self, analyses: list[Analysis]) -> None:
        self.cards = [AnalysisCard(analysis) for analysis in analyses]
        for card in self.cards:
            card.opened.connect(self._open)
        while (before := self._holder.takeAt(0)) is not None:
            if (widget := before.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._holder.addWidget(sheet(self.cards))

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


def _names_in(chapter: str) -> list[str]:
    """The analyses of a chapter."""
    from cami_survey.operations.analyses import names

    return [entry.name for entry in names() if entry.chapter == chapter]


def _year(day: str) -> int:
    return int(day[:4])

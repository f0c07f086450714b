"""Which page belongs to which place; the only module that knows all pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cami_survey.base.texts import _
from cami_survey.ui.pages.first import FirstUse

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from cami_survey.ui.shell import Shell


def make(key: str, shell: Shell) -> QWidget:
    """The page of a place; "start" when no survey is open."""
    if key == "interviews":
        from cami_survey.ui.pages.interviews import InterviewsPage

        return InterviewsPage(shell.desk)
    if key == "exchange":
        from cami_survey.ui.pages.exchange import ExchangePage

        return ExchangePage(shell.desk)
    if key == "analysis":
        from cami_survey.ui.pages.analysis import AnalysisPage

        return AnalysisPage(shell.desk)
    if key == "forms":
        from cami_survey.ui.pages.forms import FormsPage

        return FormsPage(shell.desk)
    if key == "review":
        from cami_survey.ui.pages.review import ReviewPage

        return ReviewPage(shell.desk)
    if key == "duplicates":
        from cami_survey.ui.pages.duplicates import DuplicatesPage

        return DuplicatesPage(shell.desk)
    if key == "help":
        from cami_survey.ui.pages.help import HelpPage

        return HelpPage()
    if key == "start":
        from cami_survey.ui.pages.start import StartPage

        return StartPage(shell.desk.recent(), shell)
    return _later(key, shell)


def _later(key: str, shell: Shell) -> FirstUse:
    """Places whose own tools are not there yet: what belongs here, and what helps today."""
    sentences = {
        "meeting": (
            _("One screen for everybody in the room"),
            _("Ranking together with many people belongs here. Today a workbook brings the answers into the meeting."),
        ),
        "map": (
            _("Where it was said"),
            _("Answers on a map, by grid cell, belong here. Today the workbook holds the cell of every interview."),
        ),
    }
    title, sentence = sentences[key]
    return FirstUse(
        title,
        sentence,
        main=(_("Export to Excel"), "file-xls", lambda: shell.export(None)),
        key=("Ctrl+E", _("exports from every place")),
    )

"""Pages, dialogs and questions say what they are, by name and role; the keyboard gets everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from cami_survey.base.settings import Settings
from cami_survey.engine.api import Form, load_form
from cami_survey.operations.interviews import preview
from cami_survey.store.api import SurveyFile
from cami_survey.ui.interview.page import InterviewPage
from cami_survey.ui.kit import Radio
from cami_survey.ui.shell import Shell
from tests.ui.conftest import HERDER, STAKEHOLDER, settle

KINDS = Path(__file__).parent / "interview" / "kinds.md"
EVERY = Path(__file__).parent / "interview" / "every.md"
SILENT = (QAccessible.Role.Client, QAccessible.Role.NoRole)
PAGES = ("interviews", "exchange", "analysis", "meeting", "map", "forms", "help")
FILL = {
    "/data/cons/adult": "yes",
    "/data/cons/consent": "yes",
    "/data/herd/livestock": "sheep yak",
    "/data/know/cards": "PANUNC OVIAMM",
    "/data/loss/loss_any": "yes",
    "/data/consent_g/consent": "yes",
    "/data/gaps/cap_fields": "leg enf",
}


def reachable(top: QWidget) -> Iterator[QWidget]:
    """What takes the keyboard or the mouse, painted or not."""
    for widget in (top, *top.findChildren(QWidget)):
        if widget.isVisibleTo(top) and widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget is not top:
            yield widget


def complaints(top: QWidget) -> list[str]:
    """What a screen reader could not say."""
    found = []
    for widget in reachable(top):
        said = QAccessible.queryAccessibleInterface(widget)
        about = f"{type(widget).__module__}.{type(widget).__name__}"
        if said is None or said.role() in SILENT:
            found.append(f"{about} has no role")
        elif not said.text(QAccessible.Text.Name).strip():
            found.append(f"{about} has no name")
    return sorted(set(found))


@pytest.fixture
def shell(window: Shell, make_survey: Callable[..., SurveyFile]) -> Shell:
    survey = make_survey("survey", HERDER)
    window.desk.take(survey)
    settle(window)
    return window


def test_the_check_finds_what_says_nothing(qtbot: QtBot) -> None:
    top = QWidget()
    qtbot.addWidget(top)
    QLabel("read", top)
    dumb = QWidget(top)
    dumb.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    assert complaints(top) == ["PySide6.QtWidgets.QWidget has no role"]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_what_is_on_it(shell: Shell, page: str) -> None:
    shell.go(page)
    settle(shell)
    assert complaints(shell) == []


def test_the_first_use_says_what_is_on_it(window: Shell) -> None:
    assert complaints(window) == []


def test_every_dialog_says_what_is_in_it(shell: Shell) -> None:
    from cami_survey.ui.dialogs.export import ExportDialog
    from cami_survey.ui.dialogs.settings import SettingsDialog, section_names
    from cami_survey.ui.dialogs.survey import KeyDialog, NewSurveyDialog
    from cami_survey.ui.interview.history import HistoryDialog
    from cami_survey.ui.interview.reasons import ReasonDialog

    dialogs: list[QWidget] = [
        ExportDialog(shell.desk, "", shell),
        NewSurveyDialog("Aizada", "KG-07", shell),
        KeyDialog("ala-too.cami", "", shell),
        ReasonDialog("Why?", "Because", "Keep", parent=shell),
        HistoryDialog("How many?", (), "12", str, shell),
        *(SettingsDialog(shell.desk, section, shell) for section, _icon, _name in section_names()),
    ]
    for dialog in dialogs:
        dialog.show()
        settle(shell)
        assert complaints(dialog) == [], type(dialog).__name__
        dialog.close()
        dialog.deleteLater()


@pytest.fixture(scope="module", params=[HERDER, STAKEHOLDER, KINDS, EVERY], ids=lambda path: path.stem)
def form(request: pytest.FixtureRequest) -> Form:
    return load_form(request.param)


@pytest.mark.parametrize("walk", ["page", "one-by-one"])
def test_every_question_says_what_it_is(qtbot: QtBot, look: None, form: Form, walk: str) -> None:
    interview = preview(form)
    paths = {node.path for node in form.nodes}
    for ref, value in FILL.items():
        if ref in paths:
            interview.set(ref, value)
    page = InterviewPage(interview, Settings(walk="page" if walk == "page" else "one-by-one"), preview=True)
    qtbot.addWidget(page)
    page.resize(1440, 900)
    page.show()
    found: set[str] = set()
    for number in range(len(page.course.pages)):
        page.walk.open(number)
        for stop in page.questions.column.stops():
            page.questions.column.block(stop.key)
        QApplication.processEvents()
        found.update(complaints(page))
    assert found == set()


@pytest.mark.parametrize("page", ["interviews", "forms", "exchange", "review", "analysis", "help"])
@pytest.mark.parametrize("size", [(1440, 900), (1280, 720), (1024, 700)])
def test_tab_reaches_everything_and_comes_round(shell: Shell, page: str, size: tuple[int, int]) -> None:
    shell.resize(*size)
    shell.go(page)
    settle(shell)
    shell.activateWindow()
    wanted = {
        widget
        for widget in reachable(shell)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isEnabled()
        and not widget.visibleRegion().isEmpty()
        and widget.focusProxy() is None
        # Of several ways that exclude each other Tab takes one, arrow keys go to the others.
        and not (isinstance(widget, Radio) and not widget.isChecked())
    }
    seen: list[QWidget] = []
    for _step in range(3 * len(wanted) + 3):
        held = shell.focusWidget()
        assert held is not None
        seen.append(held)
        QTest.keyClick(held, Qt.Key.Key_Tab)
    left = {f"{type(widget).__name__} {widget.accessibleName()}" for widget in wanted - set(seen)}
    assert left == set()

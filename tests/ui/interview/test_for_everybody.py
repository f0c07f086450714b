"""For everybody: names for screen readers, large text, dark and bright, narrow windows, both directions of reading."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPlainTextEdit, QWidget

from cami_survey.base.settings import Settings
from cami_survey.engine.api import Form, load_form
from cami_survey.ui import theme
from cami_survey.ui.interview.answers.choice_cell import ChoiceCell
from cami_survey.ui.interview.block import Block
from tests.ui.interview.conftest import FORMS, RUSSIAN, Open, Running

AGREED = {
    "/data/cons/adult": "yes",
    "/data/cons/consent": "yes",
    "/data/herd/livestock": "sheep yak",
    "/data/know/cards": "PANUNC OVIAMM",
    "/data/loss/loss_any": "yes",
}
CONSENT = {"/data/consent_g/consent": "yes", "/data/gaps/cap_fields": "leg enf"}


@pytest.fixture(scope="session")
def stakeholder() -> Form:
    return load_form(FORMS / "stakeholder_survey.xlsx")


def every_page(run: Running) -> list[Block]:
    """Builds every block of every page in turn."""
    found = []
    for number in range(len(run.page.course.pages)):
        run.page.walk.open(number)
        column = run.page.questions.column
        for stop in column.stops():
            block = column.block(stop.key)
            assert block is not None
            found.append(block)
        QApplication.processEvents()
        check_page(run)
    return found


def check_page(run: Running) -> None:
    for block in run.page.questions.column.blocks():
        check_names(block)
        check_room(block)


def check_names(block: QWidget) -> None:
    """Whatever takes the keyboard or the mouse says what it is."""
    for child in block.findChildren(QWidget):
        takes_keys = child.focusPolicy() != Qt.FocusPolicy.NoFocus and isinstance(
            child, (QAbstractButton, QLineEdit, QPlainTextEdit)
        )
        if takes_keys and not child.isHidden():
            assert child.accessibleName(), f"{child} in {block.accessibleName() or block} has no name"


def check_room(block: Block) -> None:
    """Nothing inside is cut or lies over what is beside it."""
    inside = block.rect()
    shown = [child for child in block.children() if isinstance(child, QWidget) and not child.isHidden()]
    for child in shown:
        assert inside.contains(child.geometry()), f"{child} sticks out of {block.stop.key}"
    for child in block.findChildren(ChoiceCell):
        if not child.isHidden():
            assert child.height() >= child.height_for(child.width(), child.shape_), child.accessibleName()
    cells = [
        cell.geometry() for cell in block.findChildren(ChoiceCell) if not cell.isHidden() and cell.mask().isEmpty()
    ]
    for at, one in enumerate(cells):
        assert not any(one.intersects(other) for other in cells[at + 1 :]), block.stop.key


@pytest.mark.parametrize("size", [100, 150, 200])
@pytest.mark.parametrize("width", [1440, 760])
def test_every_page_of_the_herder_form_has_names_and_room(
    open_form: Open, herder: Form, qapp: QApplication, size: int, width: int
) -> None:
    theme.apply(qapp, text_size=size, motion=False)
    assert len(every_page(open_form(herder, fill=AGREED, settings=RUSSIAN, size=(width, 900)))) > 70


@pytest.mark.parametrize("name", ["light", "dark", "sunlight"])
def test_every_page_of_the_stakeholder_form_has_names_and_room(
    open_form: Open, stakeholder: Form, qapp: QApplication, name: str
) -> None:
    theme.apply(qapp, theme=name, motion=False)
    assert len(every_page(open_form(stakeholder, fill=CONSENT, settings=RUSSIAN))) > 40


@pytest.mark.parametrize("size", [100, 200])
def test_a_mirrored_page_has_names_and_room(open_form: Open, persian: Form, qapp: QApplication, size: int) -> None:
    theme.apply(qapp, text_size=size, motion=False)
    every_page(open_form(persian, settings=Settings(second_language="en")))


@pytest.mark.parametrize(("size", "width", "language"), [(100, 1440, "en"), (200, 900, "fa")])
def test_files_drawings_and_maps_have_names_and_room(
    open_form: Open, qapp: QApplication, size: int, width: int, language: str
) -> None:
    theme.apply(qapp, text_size=size, motion=False)
    form = load_form(Path(__file__).with_name("files.md"), media={})
    filled = {"/data/files/photo": "1.jpg", "/data/places/route": "41.0 75.0; 41.2 75.2", "/data/places/well": "north"}
    settings = Settings(question_language=language, second_language="en")
    assert len(every_page(open_form(form, fill=filled, settings=settings, size=(width, 900)))) >= 14


def test_one_by_one_has_room_in_a_narrow_window(open_form: Open, herder: Form, qapp: QApplication) -> None:
    theme.apply(qapp, text_size=200, motion=False)
    run = open_form(herder, fill=AGREED, settings=Settings(walk="one-by-one"), size=(900, 700))
    for _step in range(12):
        check_page(run)
        run.press(Qt.Key.Key_Return)


def test_text_size_and_theme_change_while_typing(open_form: Open, herder: Form, qapp: QApplication) -> None:
    run = open_form(herder, fill=AGREED)
    run.go_to("/data/ident/adm2")
    run.type("Nar")
    theme.apply(qapp, theme="dark", text_size=200, motion=False)
    QApplication.processEvents()
    run.type("yn")
    assert run.value("/data/ident/adm2") == "Naryn"
    assert run.here() == "/data/ident/adm2"
    check_page(run)
    column = run.page.questions.column
    seen = QRect(QPoint(0, 0), column.viewport().size())
    assert seen.intersects(QRect(run.line().mapTo(column.viewport(), QPoint(0, 0)), run.line().size()))


def test_the_frame_says_what_it_is(open_form: Open, herder: Form) -> None:
    run = open_form(herder, settings=RUSSIAN)
    for button in run.page.findChildren(QAbstractButton):
        assert button.accessibleName() or button.isHidden(), button


def test_what_is_wrong_is_told_to_screen_readers_as_well(open_form: Open, herder: Form) -> None:
    run = open_form(herder)
    run.type("kg1")
    run.press(Qt.Key.Key_Return)
    answer = run.block("/data/ident/int_code").findChildren(QLineEdit)[0].parentWidget()
    assert answer is not None
    assert answer.accessibleDescription() != ""


def test_how_far_one_is_reads_in_the_direction_of_the_program(open_form: Open, persian: Form) -> None:
    run = open_form(persian, settings=Settings(second_language="en"), size=(700, 900))
    shown = run.page.frame.crumbs.chip.text()
    assert run.page.layoutDirection() == Qt.LayoutDirection.RightToLeft
    assert (shown[0], shown[-1]) == ("\u2066", "\u2069")

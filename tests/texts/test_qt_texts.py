"""What Qt itself says: menus of text fields follow the program's language, and no box of Qt's own is used."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from cami_survey.base import texts
from cami_survey.base.places import PACKAGE
from cami_survey.ui import qt_texts

COPY = {"en": "Copy", "ru": "Копировать", "fa": "کپی"}
OWN_BOXES = re.compile(r"\b(QMessageBox|QInputDialog|QDialogButtonBox|QWizard|QProgressDialog|QErrorMessage)\b")


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    qt_texts.speak(qapp, "en")


def menu_words(qtbot: QtBot) -> set[str]:
    field = QLineEdit()
    qtbot.addWidget(field)
    menu = field.createStandardContextMenu()
    words = {action.text().split("\t")[0].replace("&", "") for action in menu.actions()}
    menu.deleteLater()
    return words


@pytest.mark.parametrize("language", [*COPY, "fa-AF", "ru"])
def test_the_menu_of_a_field_is_in_the_language(app: QApplication, qtbot: QtBot, language: str) -> None:
    qt_texts.speak(app, language)
    assert COPY[language.split("-")[0]] in menu_words(qtbot)


@pytest.mark.parametrize("language", ["ky", "mn", "tg", "uz"])
def test_where_qt_has_no_catalogue_our_own_answers(app: QApplication, qtbot: QtBot, language: str) -> None:
    texts.set_language(language)
    qt_texts.speak(app, language)
    ours = qt_texts.spoken()
    assert {ours["Copy"], ours["Paste"], ours["Select All"]} <= menu_words(qtbot)
    assert app.translate("QFileDialog", "&Open") == ours["Open"]
    assert app.translate("QFileDialog", "What Qt never says") == "What Qt never says"


def test_a_language_nobody_knows_is_english(app: QApplication, qtbot: QtBot) -> None:
    qt_texts.speak(app, "ru")
    qt_texts.speak(app, "tlh")
    assert COPY["en"] in menu_words(qtbot)


def test_no_box_with_buttons_of_qt_is_used() -> None:
    users = [path.name for path in sorted(PACKAGE.rglob("*.py")) if OWN_BOXES.search(path.read_text("utf-8"))]
    assert users == [], "use the dialogs of cami_survey.ui.dialogs: their buttons are in the catalogue"

"""No text of the program is cut, on any page, in any dialog, in any language; what people wrote may end in dots."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages import Catalog
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from cami_survey.base import texts
from cami_survey.base.settings import Settings
from cami_survey.cli import catalogues
from cami_survey.operations import interviews, merges, surveys
from cami_survey.store.api import SurveyFile
from cami_survey.ui import screenshots
from cami_survey.ui.kit import painting
from tests.conftest import Questionnaires
from tests.ui.conftest import HERDER, STAKEHOLDER

LANGUAGES = texts.languages()
# A pixel is lost where a width that Qt gives in fractions becomes a whole number.
SLACK = 1
SURVEY, BESIDE = "survey", ("kg-03", "kg-04")
HOME, KEPT = "home", "kept"
FIXED_LETTERS = 6


class Own:
    """Which words are the program's own in a language, names of things filled in or not."""

    def __init__(self, language: str, source: Catalog) -> None:
        self.plain: set[str] = set()
        self._shapes: list[tuple[str, str]] = []
        for text in self._texts(language, source):
            if "{" not in text:
                self.plain.add(text.replace("&", ""))
            elif (shape := _shape(text)) is not None:
                self._shapes.append(shape)
        # The same words stand on many pages, and hundreds of shapes are tried for each.
        self._known: dict[str, bool] = {}

    def _texts(self, language: str, source: Catalog) -> Iterator[str]:
        catalogue = source if language == "en" else catalogues.read(catalogues.place_of(language))
        for message in catalogue:
            if message.id:
                said = message.id if language == "en" else message.string
                yield from (said,) if isinstance(said, str) else said

    def __contains__(self, words: str) -> bool:
        if words not in self._known:
            self._known[words] = self._says(words)
        return self._known[words]

    def _says(self, words: str) -> bool:
        if words.replace("&", "") in self.plain:
            return True
        return any(re.fullmatch(shape, words) for fixed, shape in self._shapes if fixed in words)


def _shape(text: str) -> tuple[str, str] | None:
    """The longest words that stand in every text of this shape, and the shape; None for what could be anything."""
    try:
        parts = [(before, name) for before, name, _form, _conversion in Formatter().parse(text)]
    except ValueError:
        return text, re.escape(text)
    shape = "".join(re.escape(before) + (".*" if name is not None else "") for before, name in parts)
    # "{name}, {place}" or "{one} and {other}" is anything a person wrote.
    if len(re.findall(r"\w", shape)) < FIXED_LETTERS:
        return None
    return max((before for before, _name in parts), key=len), shape


def cut(top: QWidget, own: Own) -> Iterator[str]:
    """The texts of Qt's widgets that have less room than they need."""
    for widget in top.findChildren(QWidget):
        if not widget.isVisibleTo(top):
            continue
        if isinstance(widget, QLabel) and widget.text() in own:
            room, needed = widget.width(), widget.sizeHint().width()
            if widget.wordWrap():
                room, needed = widget.height(), widget.heightForWidth(widget.width())
            if room + SLACK < needed:
                yield f"{type(widget).__name__} {widget.text()!r}: {room} of {needed}"
        elif isinstance(widget, QAbstractButton) and widget.text() in own:
            if widget.width() + SLACK < widget.sizeHint().width():
                yield f"{type(widget).__name__} {widget.text()!r}: {widget.width()} of {widget.sizeHint().width()}"
        elif isinstance(widget, QLineEdit) and not widget.text():
            needed = widget.fontMetrics().horizontalAdvance(widget.placeholderText())
            if widget.width() < needed:
                yield f"placeholder {widget.placeholderText()!r}: {widget.width()} of {needed}"


@pytest.fixture
def elided(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The painted words that did not fit, as they are met."""
    found: set[str] = set()
    plain = painting._laid

    def watched(words: str, font: QFont, width: int) -> object:
        if QFontMetrics(font).horizontalAdvance(words) > width + SLACK:
            found.add(words)
        return plain(words, font, width)

    monkeypatch.setattr(painting, "_laid", watched)
    return found


@pytest.fixture(scope="module")
def made(questionnaires: Questionnaires, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A laptop's folder with its survey, and with those of two laptops that corrected the same interview."""
    folder = tmp_path_factory.mktemp("cut-texts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CAMI_SURVEY_HOME", str(folder / HOME))
        survey, one, two = (_new(folder, name) for name in (SURVEY, *BESIDE))
        for each, name in ((survey, HERDER), (survey, STAKEHOLDER), (one, HERDER), (two, HERDER)):
            each.add_form(questionnaires[name.stem])
        record = _answered(one, None, "KG-H0001")
        merges.merge(two, [one.path], enrol=True)
        for each, again, code in ((one, record, "KG-H0002"), (two, record, "KG-H0003"), (survey, None, "KG-H0009")):
            _answered(each, again, code)
            each.close()
    shutil.copytree(folder, folder / KEPT)
    return folder


@pytest.fixture
def laptop(made: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The survey and what lies beside it, on the laptop where they were made and as they were then."""
    monkeypatch.setenv("CAMI_SURVEY_HOME", str(made / HOME))
    return [Path(shutil.copy(made / KEPT / f"{name}.cami", made)) for name in (SURVEY, *BESIDE)]


def _new(folder: Path, name: str) -> SurveyFile:
    return surveys.create(folder / f"{name}.cami", title=name, device_name=name.upper(), facilitator="Aizada").value


def _answered(survey: SurveyFile, record: str | None, code: str) -> str:
    running = interviews.start(survey, "herder_interview") if record is None else interviews.resume(survey, record)
    running.set(next(node.path for node in running.form.nodes if node.name == "int_code"), code)
    return running.leave().value.record


def test_the_check_finds_a_text_that_is_cut(qtbot: QtBot, look: None, elided: set[str], program_texts: Catalog) -> None:
    own = Own("en", program_texts)
    assert "Merge packages" in own.plain
    assert "3 interviews found" in own
    assert "Naryn, Osh" not in own
    top = QWidget()
    qtbot.addWidget(top)
    label, field = QLabel("New interview", top), QLineEdit(top)
    label.resize(20, 20)
    field.setPlaceholderText("Search interviews")
    field.resize(10, 20)
    top.show()
    assert len(list(cut(top, own))) == 2
    assert painting._laid("New interview", label.font(), 20)
    assert elided == {"New interview"}
    top.hide()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_cut(
    language: str,
    qapp: QApplication,
    look: None,
    laptop: list[Path],
    elided: set[str],
    tmp_path: Path,
    program_texts: Catalog,
) -> None:
    survey, *beside = laptop
    own, found, seen = Own(language, program_texts), set[str](), set[str]()

    def see(name: str, widget: QWidget) -> None:
        seen.add(name)
        painting._LAID.clear()
        elided.clear()
        widget.grab()
        found.update(f"{name}: {words!r} ends in dots" for words in elided if words in own)
        found.update(f"{name}: {complaint}" for complaint in cut(widget, own))

    screenshots.visit(screenshots.Look(language, Settings(language=language)), survey, tmp_path, beside, see)
    assert {"interviews", "interview", "settle", "export", "start", "forms"} <= seen
    assert not found, "\n".join(sorted(found))

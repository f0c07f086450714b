"""In a language with digits of its own the program writes every number in them; what people wrote stays as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from cami_survey.base import numbers, texts
from cami_survey.base.settings import Settings
from cami_survey.engine.api import load_form
from cami_survey.operations import interviews
from cami_survey.operations.interviews import preview
from cami_survey.store.api import SurveyFile
from cami_survey.ui import words
from cami_survey.ui.interview.page import InterviewPage
from cami_survey.ui.kit import Button, painting
from cami_survey.ui.shell import Shell, apply_look
from cami_survey.ui.words import counted, kept, number, said
from tests.ui.conftest import HERDER, settle

EVERY = Path(__file__).parent / "interview" / "every.md"
FILL = {
    "/data/written/word": "یک",
    "/data/written/whole": "1250",
    "/data/dated/day": "2026-11-28",
    "/data/dated/moment": "2026-11-28T14:30:00",
    "/data/chosen/order": "ash birch cedar elm other",
    "/data/measured/trust": "7",
    "/data/measured/stars": "4",
    "/data/placed/camp": "41.2 75.8 0 0",
    "/data/placed/route": "41.2 75.8 0 0; 41.3 75.9 0 0; 41.25 76.1 0 0",
    "/data/placed/pasture": "41.2 75.8 0 0; 41.3 75.9 0 0; 41.15 76.1 0 0; 41.2 75.8 0 0",
    "/data/herd[1]/head": "12",
}
# Keys, degrees, codes and versions are written alike everywhere; the choices of the form carry digits themselves.
SAME = re.compile(
    r"[0-9a-f]{4}(?: [0-9a-f]{4})+|[0-9A-Z]{4}(?:-[0-9A-Z]{4})+|age1[\w\u200b]+|"
    r"(?:Ctrl|Shift|Alt|F)\+?\d+|\d+\.\d{2,}|\d+°\d+′[\d.]+″|[A-Z]{2,}-[A-Z]?\d+|\d+(?:\.\d+){2,}|\d{10}|[1١۱]–[9٩۹]|"
    r"(?:شمارهٔ|Number|n) ?\d+|\d+\.\d, \d+\.\d"
)


@pytest.fixture
def persian() -> Iterator[None]:
    texts.set_language("fa")
    yield
    texts.set_language(texts.SOURCE_LANGUAGE)


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything that is painted rather than set on a label."""
    found: list[str] = []
    paint = painting.text

    def heard(painter: object, box: object, words: str, *about: object, **more: object) -> object:
        found.append(words)
        return paint(painter, box, words, *about, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(painting, "text", heard)
    return found


def written(top: QWidget) -> Iterator[str]:
    """What stands on labels and buttons and what a screen reader says."""
    for widget in (top, *top.findChildren(QWidget)):
        if widget.isVisibleTo(top):
            yield from (widget.accessibleName(), widget.accessibleDescription())
            if isinstance(widget, QLabel | Button):
                yield widget.text()


def latin(top: QWidget, painted: list[str]) -> list[str]:
    """Texts with 0-9 in them that should have other digits."""
    painted.clear()
    top.grab()
    found = {*painted, *written(top)}
    return sorted(words for words in found if re.search("[0-9]", SAME.sub("", words)))


@pytest.mark.usefixtures("persian")
def test_numbers_are_written_in_the_digits_of_the_language() -> None:
    assert (number(1250), number(31.46, 1), counted(7), counted("3/7")) == ("۱٬۲۵۰", "۳۱٫۵", "۷", "۳/۷")


@pytest.mark.usefixtures("look", "persian")
def test_every_page_of_an_interview_has_the_digits_of_the_language(qtbot: QtBot, painted: list[str]) -> None:
    interview = preview(load_form(EVERY, media={"map.svg": b""}))
    for ref, value in FILL.items():
        interview.set(ref, value)
    page = InterviewPage(interview, Settings(language="fa", question_language="fa"), preview=True)
    qtbot.addWidget(page)
    page.resize(1440, 1000)
    page.show()
    for at in range(len(page.course.pages)):
        page.walk.open(at)
        QApplication.processEvents()
        assert latin(page, painted) == []
    page.finish()
    QApplication.processEvents()
    assert latin(page, painted) == []


@pytest.mark.usefixtures("look")
def test_the_pages_of_the_window_have_the_digits_of_the_language(
    qtbot: QtBot, make_survey: Callable[..., SurveyFile], painted: list[str]
) -> None:
    survey = make_survey("survey", HERDER)
    for code in ("یک", "دو"):
        started = interviews.start(survey, "herder_interview")
        started.set("/data/ident/int_code", code)
        started.leave()
    settings = Settings(language="fa")
    apply_look(settings)
    window = Shell(settings, keep=lambda _settings: None)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    window.desk.take(survey)
    for place in ("interviews", "exchange", "forms"):
        window.go(place)
        settle(window)
        assert latin(window, painted) == [], place
    window.close()


def test_what_the_program_says_of_an_interview_follows_its_language(persian: None) -> None:
    assert kept("No consent") == "بدون رضایت"
    assert kept("Кыргызча") == "Кыргызча"


def test_sentences_have_the_digits_of_the_language_and_codes_stay(persian: None) -> None:
    assert said("60 مصاحبهٔ تازه، 1 تغییر.") == "۶۰ مصاحبهٔ تازه، ۱ تغییر."
    for code in ("KG-H0124", "laptop-2.cami", "version 2026.3", "10:42", "/srv/7/x", "age1x9"):
        assert said(code) == code
    texts.set_language("en")
    assert said("60 new interviews") == "60 new interviews"


@pytest.mark.parametrize(
    ("program", "shown"),
    [("en", "Kyrgyz (ky)"), ("ru", "Киргизский (ky)"), ("fa", "قرقیزی (ky)"), ("uz", "Qirgʻizcha (ky)")],
)
def test_languages_of_forms_are_named_in_the_language_of_the_program(program: str, shown: str) -> None:
    texts.set_language(program)
    try:
        assert words.form_language("Kyrgyz (ky)") == shown
        assert words.form_language("Dari") == "Dari"
        assert words.form_language("Own words (q-zz)") == "Own words (q-zz)"
        assert [key for key, _said in words.form_languages(["Kyrgyz (ky)"])] == ["Kyrgyz (ky)"]
    finally:
        texts.set_language(texts.SOURCE_LANGUAGE)


@pytest.mark.parametrize("code", texts.languages())
def test_the_window_and_the_papers_write_counts_alike(code: str) -> None:
    with texts.speaking(code):
        for count in (0, 7, 999, 1_000, 12_345, 1_234_567):
            assert number(count) == numbers.whole(count)


@pytest.mark.parametrize(
    ("code", "earlier", "month"),
    [("fa", "۱۴ مارس ۲۰۲۵", "مه ۲۰۲۵"), ("mn", "2025 оны 3-р сарын 14", "Тавдугаар сар 2025")],
)
def test_days_and_months_are_written_in_order_and_digits_of_the_language(code: str, earlier: str, month: str) -> None:
    with texts.speaking(code):
        assert words.day(date(2025, 3, 14)) == earlier
        assert words.period(date(2025, 5, 1), date(2026, 11, 28)) == month

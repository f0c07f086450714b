"""From the command line to the window, and what is said where there can be none."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import pytest

from cami_survey import __main__ as program
from cami_survey.operations import forms, surveys

WISHES = "| survey |\n| | type | name | label |\n| | text | wish | Wish |\n| settings |\n| | form_id |\n| | wishes |\n"


def kiosk_survey(path: Path, *, key: str | None = None) -> None:
    """A survey with one form."""
    form = path.with_name("wishes.md")
    form.write_text(WISHES, "utf-8")
    with surveys.create(path, key=key).value as survey:
        forms.add(survey, [form])


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path | None]:
    """The surveys the window was opened on."""
    from cami_survey.ui import app

    found: list[Path | None] = []
    monkeypatch.setattr(app, "main", lambda path, kiosk="": found.append(path) or 0)
    return found


def test_a_kiosk_opens_for_one_form(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from cami_survey.ui import app

    found: list[tuple[Path | None, str]] = []
    monkeypatch.setattr(app, "main", lambda path, kiosk="": found.append((path, kiosk)) or 0)
    survey = tmp_path / "a.cami"
    kiosk_survey(survey)
    assert program.main(["--kiosk", "wishes", str(survey)]) == 0
    assert found == [(survey, "wishes")]


def test_a_kiosk_with_a_form_that_is_not_there_names_the_nearest(
    opened: list[Path | None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    survey = tmp_path / "a.cami"
    kiosk_survey(survey)
    assert program.main(["--kiosk", "wish", str(survey)]) == 1
    assert "Did you mean “wishes”?" in capsys.readouterr().err
    survey.write_bytes(b"no survey at all")
    assert program.main(["--kiosk", "wishes", str(survey)]) == 1
    assert opened == []


def test_an_encrypted_survey_asks_for_its_password_in_the_window(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from cami_survey.ui import app

    monkeypatch.setattr(app, "main", lambda path, kiosk="": 0)
    survey = tmp_path / "a.cami"
    kiosk_survey(survey, key="one two three four")
    assert program.main(["--kiosk", "wishes", str(survey)]) == 0


@pytest.mark.parametrize("words", [["--kiosk"], ["--kiosk", "herder"], ["--kiosk", "herder", "nowhere.cami"]])
def test_a_kiosk_without_its_form_or_file_is_refused(
    opened: list[Path | None], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert program.main(words) == 1
    assert "survey file" in capsys.readouterr().err
    assert opened == []


def test_no_command_opens_the_window(opened: list[Path | None]) -> None:
    assert program.main([]) == 0
    assert opened == [None]


def test_a_survey_alone_opens_the_window_on_it(opened: list[Path | None], tmp_path: Path) -> None:
    assert program.main([str(tmp_path / "Winter.CAMI")]) == 0
    assert opened == [tmp_path / "Winter.CAMI"]


@pytest.mark.parametrize("words", [["list"], ["--help"], ["list", "a.cami"], ["a.xlsx"]])
def test_commands_open_no_window(
    opened: list[Path | None], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with contextlib.suppress(SystemExit):
        program.main(words)
    capsys.readouterr()
    assert opened == []


def test_without_qt_the_reason_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("QT_LOGGING_RULES", "")
    for name in ("cami_survey.ui.app", "cami_survey.ui.screenshots"):
        monkeypatch.setitem(sys.modules, name, None)
    assert program.main([]) == 1
    assert "Qt cannot be loaded" in capsys.readouterr().err
    assert program.photograph(tmp_path / "a.cami", tmp_path / "pictures") == []
    assert "no pictures" in capsys.readouterr().err

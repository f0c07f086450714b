"""From the command line to the window, and what is said where there can be none."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import pytest

from cami_survey import __main__ as program


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
    survey.write_bytes(b"")
    assert program.main(["--kiosk", "herder", str(survey)]) == 0
    assert found == [(survey, "herder")]


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

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import Commands, write_form


@pytest.fixture
def cami(capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(capsys)


@pytest.fixture
def form(tmp_path: Path) -> Path:
    return write_form(tmp_path)


@pytest.fixture
def survey(cami: Commands, tmp_path: Path, form: Path) -> Path:
    """A survey with the camp form."""
    path = tmp_path / "winter.cami"
    cami.json("new", path, "--title", "Winter camps", "--device", "KG-01", "--facilitator", "Aizada")
    cami.json("form", "add", path, form)
    return path

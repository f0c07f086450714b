"""docs/languages.md counts what is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages import Catalog

from cami_survey.cli import catalogues, languages, questionnaires

PAGE = Path(__file__).parents[2] / "docs" / "languages.md"


def test_the_page_says_of_the_questionnaires_what_they_are() -> None:
    assert languages.forms() in PAGE.read_text("utf-8"), "run python3 make.py languages"


def test_the_program_is_counted_by_its_catalogues(program_texts: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "extract", lambda: program_texts)
    read = questionnaires.Language("ru", "Russian", "A. Reader", "2026-12-01")
    monkeypatch.setattr(questionnaires, "reviews", lambda: {questionnaires.PROGRAM: (read,)})
    rows = {line.split("|")[1].strip(): line.split("|")[2:-1] for line in languages.program().splitlines()[6:]}
    assert {"English (en)", "Russian (ru)", "Persian (fa)"} <= rows.keys()
    for texts, translated, missing, _state in rows.values():
        assert int(texts) == int(translated) + int(missing) > 900
    assert rows["Russian (ru)"][-1].strip() == "reviewed by A. Reader, 2026-12-01"
    assert rows["Persian (fa)"][-1].strip() == "draft, not yet reviewed by a native speaker"

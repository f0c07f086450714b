import json
from pathlib import Path

import pytest

from cami_survey.base import settings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CAMI_SURVEY_HOME", str(tmp_path))
    return tmp_path


def test_what_is_saved_is_loaded(home: Path) -> None:
    mine = (
        settings.Settings(facilitator="Айзада", theme="dark", text_size=150).with_recent("a.cami").with_recent("b.cami")
    )
    settings.save(mine)
    assert settings.load() == mine
    assert [path.name for path in home.iterdir()] == ["settings.json"]


@pytest.mark.parametrize("content", ["", "{", "[1]", '"x"', "\x00"])
def test_a_broken_file_gives_the_defaults(home: Path, content: str) -> None:
    (home / "settings.json").write_text(content)
    assert settings.load() == settings.Settings()


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("theme", "neon", "light"),
        ("text_size", 900, 200),
        ("text_size", "big", 100),
        ("touch", 1, False),
        ("recent", ["a", 3], ("a",)),
        ("facilitator", None, ""),
    ],
)
def test_a_value_out_of_place_is_mended(home: Path, name: str, value: object, kept: object) -> None:
    (home / "settings.json").write_text(json.dumps({name: value, "unknown": 1}))
    assert getattr(settings.load(), name) == kept


def test_the_list_of_recent_surveys_holds_ten_each_once(home: Path) -> None:
    mine = settings.Settings()
    for number in [*range(12), 3]:
        mine = mine.with_recent(f"{number}.cami")
    assert mine.recent[0] == "3.cami"
    assert len(mine.recent) == len(set(mine.recent)) == 10

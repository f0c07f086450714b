"""The language at the first start: what the system is set to, as far as the program has it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cami_survey.base import settings, system_language, texts

OFFERED = ["en", "fa", "ky", "ru", "uz"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["ky_KG"], "ky"),
        (["ru-RU"], "ru"),
        (["fa-AF"], "fa"),
        (["uz-Cyrl-UZ"], "uz"),
        (["de-DE", "ru-RU", "en-US"], "ru"),
        (["en-GB", "ru"], "en"),
        (["RU"], "ru"),
        (["de", "C", "POSIX", ""], ""),
        ([], ""),
    ],
)
def test_the_first_that_the_program_has(wanted: list[str], found: str) -> None:
    assert system_language.first_of(OFFERED, wanted) == found


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({"LANG": "ru_RU.UTF-8"}, ["ru_RU"]),
        ({"LANGUAGE": "ky:ru", "LANG": "de_DE@euro"}, ["ky", "ru", "de_DE"]),
        ({"LC_ALL": "C.UTF-8"}, ["C"]),
        ({}, []),
    ],
)
def test_what_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], found: list[str]
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert system_language.preferred() == found


def test_the_first_start_is_in_the_language_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    assert settings.load().language == "ru"
    assert settings.load(["fa-IR", "en"]).language == "fa"
    assert settings.load(["de"]).language == texts.SOURCE_LANGUAGE


def test_a_language_that_was_chosen_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    settings.home().mkdir(parents=True, exist_ok=True)
    settings.save(replace(settings.Settings(), language="en"))
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    assert settings.load(["fa"]).language == "en"

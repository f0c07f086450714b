"""Analyses of a survey file: read once, filtered, with the register of organisations that persons confirm."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from cami_survey.analysis.disclosure.cells import public
from cami_survey.analysis.results import Analysis
from cami_survey.base.errors import UserError
from cami_survey.operations import analyses, forms, merges, packages, register, scripts, surveys
from cami_survey.operations.analyses import Scope
from cami_survey.store.api import SurveyFile

FORM = """| survey | | | |
| | type | name | label::English (en) | label::Russian (ru) |
| | select_one country | country | Country | Страна |
| | text | org_name | Name of the organisation | Название |
| | select_one kind | org_type | Type | Вид |
| | select_one s5 | influence | Influence | Влияние |
| | select_one s5 | interest | Interest | Интерес |
| | begin repeat | partner | Partner | Партнёр |
| | text | p_name | Organisation | Организация |
| | select_one tie | p_tie | Kind of link | Вид связи |
| | end repeat | | | |
| choices | | | |
| | list_name | name | label::English (en) | label::Russian (ru) |
| | country | KG | Kyrgyzstan | Кыргызстан |
| | country | KZ | Kazakhstan | Казахстан |
| | kind | ngo | Club | Клуб |
| | s5 | 1 | Low | Низкое |
| | s5 | 5 | High | Высокое |
| | s5 | 99 | Do not know | Не знаю |
| | tie | info | Information | Сведения |
| settings | | |
| | form_title | form_id | version | default_language |
| | Clubs | clubs | 1 | English (en) |
"""


@pytest.fixture
def hub(laptop: Callable[[str], SurveyFile], tmp_path: Path) -> SurveyFile:
    """A survey with the form of clubs."""
    made = laptop("hub")
    (tmp_path / "clubs.md").write_text(FORM, "utf-8")
    forms.add(made, [tmp_path / "clubs.md"])
    return made


def told(survey: SurveyFile, name: str, influence: int, interest: int, *partners: str, country: str = "KG") -> str:
    """One interview of a club; the id of its record."""
    answers = {"country": country, "org_name": name, "org_type": "ngo", "influence": influence, "interest": interest}
    steps: list[dict[str, object]] = [{"set": f"/data/{field}", "value": value} for field, value in answers.items()]
    if not partners:
        steps.append({"remove_repeat": "/data/partner[1]"})
    for place, partner in enumerate(partners, 1):
        steps += [{"add_repeat": "/data/partner"}] if place > 1 else []
        steps += [
            {"set": f"/data/partner[{place}]/p_name", "value": partner},
            {"set": f"/data/partner[{place}]/p_tie", "value": "info"},
        ]
    return scripts.fill(survey, "clubs", steps).value.record


def grid(survey: SurveyFile, scope: Scope | None = None) -> list[tuple[object, object]]:
    found = analyses.analyse(analyses.load(survey), "power_interest", scope)
    return [(row[0].said, row[2].said) for row in found.tables[0].rows] if found.tables else []


def test_a_survey_is_read_once_until_something_changes(hub: SurveyFile) -> None:
    record = told(hub, "Argali Club", 5, 5)
    material = analyses.load(hub)
    assert analyses.load(hub) is material
    assert grid(hub) == [("Argali Club", 1)]
    found = analyses.analyse(material, "power_interest")
    assert analyses.analyse(material, "power_interest") is found
    assert list(found.tables[0].rows[0][0].records) == [record]
    told(hub, "Argali Club", 1, 5)
    assert grid(hub) == [("Argali Club", 2)]
    hub.set_deleted(record, True)
    assert grid(hub) == [("Argali Club", 1)]
    hub.set_deleted(record, False)
    hub.withdraw(record)
    assert grid(hub) == [("Argali Club", 1)]


def test_drafts_do_not_count_and_do_not_know_is_no_rating(hub: SurveyFile) -> None:
    scripts.fill(hub, "clubs", [{"set": "/data/org_name", "value": "Draft"}], draft=True)
    told(hub, "Unsure", 99, 5)
    found = analyses.analyse(analyses.load(hub), "power_interest")
    assert found.empty == "Nobody answered the questions that this analysis needs."


def test_scopes_and_languages(hub: SurveyFile) -> None:
    told(hub, "A", 5, 5)
    told(hub, "B", 5, 5, country="KZ")
    material = analyses.load(hub)
    assert grid(hub, Scope(countries=("KZ",))) == [("B", 1)]
    assert grid(hub, Scope(until="2000-01-01")) == []
    choices = analyses.scope_choices(material)
    assert [(o.code, o.label, o.n) for o in choices.countries] == [("KZ", "Kazakhstan", 1), ("KG", "Kyrgyzstan", 1)]
    assert [(o.code, o.label) for o in choices.groups] == [("org_type/ngo", "Club")]
    assert [(o.code, o.label) for o in choices.reviews] == [("none", "not reviewed")]
    found: Analysis = analyses.analyse(material, "power_interest", language="ru")
    assert found.tables[0].rows[0][1].said == "Клуб"
    assert analyses.check(material, Scope(group="ngo", countries=("KZ",))).group == "ngo"


@pytest.mark.parametrize(
    ("scope", "sentence", "advice"),
    [
        (Scope(countries=("KY",)), "No interview of this survey is of KY.", "Did you mean"),
        (Scope(forms=("club",)), "No interview of this survey is of club.", "Did you mean clubs?"),
        (Scope(group="zzz"), "No interview of this survey is of zzz.", "There are: "),
    ],
)
def test_filters_nobody_is_of_are_refused(hub: SurveyFile, scope: Scope, sentence: str, advice: str) -> None:
    told(hub, "A", 5, 5)
    with pytest.raises(UserError) as refused:
        analyses.check(analyses.load(hub), scope)
    assert refused.value.sentence == sentence
    assert advice in refused.value.advice


def test_unknown_names_days_and_languages_are_refused(hub: SurveyFile) -> None:
    material = analyses.load(hub)
    for call, code in (
        (lambda: analyses.analyse(material, "losess"), "analysis.unknown"),
        (lambda: analyses.day("2026-13"), "analysis.no-day"),
        (lambda: analyses.day("soon"), "analysis.no-day"),
        (lambda: analyses.check_language(material, "klingon"), "language.unknown"),
    ):
        with pytest.raises(UserError) as refused:
            call()
        assert refused.value.code == code
    assert [analyses.day(text) for text in ("2026", "2026-10", "2026-10-31", None)] == [
        *("2026", "2026-10", "2026-10-31"),
        None,
    ]


def test_reading_can_be_stopped_and_watched(hub: SurveyFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analyses, "REPORT_EVERY", 1)
    told(hub, "A", 5, 5)
    told(hub, "B", 5, 5)
    seen: list[tuple[int, int]] = []
    analyses.load(hub, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]
    told(hub, "C", 5, 5)

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        analyses.load(hub, progress=stop)
    assert len(grid(hub)) == 3


def test_a_survey_can_be_analysed_from_another_thread(hub: SurveyFile) -> None:
    told(hub, "A", 5, 5)
    seen: list[list[tuple[object, object]]] = []
    thread = threading.Thread(target=lambda: seen.append(grid(hub)))
    thread.start()
    thread.join()
    assert seen == [[("A", 1)]]


# -- the register


def test_names_across_scripts_are_proposed_confirmed_and_told_apart(hub: SurveyFile) -> None:
    told(hub, "Barskoon Klub", 5, 5, "Altai Reserve")
    told(hub, "Барскоон клуб", 1, 5, "Altay Reserve", "altai  reserve")
    found = register.register(hub)
    assert [(one.name, one.n) for one in found.organisations] == [
        *(("Altai Reserve", 2), ("Altay Reserve", 1), ("Barskoon Klub", 1), ("Барскоон клуб", 1)),
    ]
    assert {frozenset((one.one, one.other)) for one in found.proposed} == {
        frozenset(("Barskoon Klub", "Барскоон клуб")),
        frozenset(("Altai Reserve", "Altay Reserve")),
    }
    assert len(grid(hub)) == 2
    register.match(hub, "Barskoon Klub", "барскоон клуб")
    register.apart(hub, "Altai Reserve", "Altay Reserve")
    assert grid(hub) == [("Barskoon Klub", 2)]
    found = register.register(hub)
    assert found.proposed == ()
    (club,) = (one for one in found.organisations if one.name == "Barskoon Klub")
    assert (set(club.names), club.n) == ({"Barskoon Klub", "Барскоон клуб"}, 2)
    register.apart(hub, "Barskoon Klub", "Барскоон клуб")
    assert len(grid(hub)) == 2


def test_a_verdict_does_not_read_the_survey_again(hub: SurveyFile, monkeypatch: pytest.MonkeyPatch) -> None:
    told(hub, "One", 5, 5)
    told(hub, "Two", 5, 5)
    assert len(grid(hub)) == 2
    monkeypatch.setattr(hub, "views", None)
    register.match(hub, "One", "Two")
    assert grid(hub) == [("One", 2)]


def test_confirmed_matches_travel(hub: SurveyFile, laptop: Callable[[str], SurveyFile], tmp_path: Path) -> None:
    told(hub, "Snow Ridge Society", 5, 5)
    told(hub, "Снежный хребет", 5, 5)
    register.match(hub, "Snow Ridge Society", "Снежный хребет")
    other = laptop("secretariat")
    packages.pack(hub, tmp_path / "out", plain=True)
    merges.merge(other, [tmp_path / "out"], enrol=True)
    assert grid(other) == [("Snow Ridge Society", 2)]


def test_matches_join_and_the_latest_name_is_shown(hub: SurveyFile) -> None:
    for name in ("One", "Two", "Three"):
        told(hub, name, 5, 5)
    register.match(hub, "One", "Two")
    register.match(hub, "Three", "Two")
    assert grid(hub) == [("Three", 3)]


def test_names_that_are_not_there_are_refused(hub: SurveyFile) -> None:
    told(hub, "Argali Club", 5, 5)
    with pytest.raises(UserError) as refused:
        register.match(hub, "Argali Clab", "Other")
    assert refused.value.code == "register.unknown"
    assert refused.value.advice == "Did you mean “Argali Club”?"
    with pytest.raises(UserError) as refused:
        register.apart(hub, "Argali Club", "argali  club")
    assert refused.value.code == "register.same-name"


def test_no_analysis_tells_the_public_what_few_said(demonstrated: Path) -> None:
    with closing(surveys.open_survey(demonstrated).value) as survey:
        material = analyses.load(survey)
        for entry in analyses.names():
            found = public(analyses.analyse(material, entry.name, Scope()), 10)
            for table in found.tables:
                places = [(row, *pair) for row in table.rows for pair in zip(row, table.columns, strict=True)]
                for row, cell, column in places:
                    assert not cell.records
                    assert cell.hidden or cell.n is None or not 0 < cell.n < 10, (entry.name, table.name, column.name)
                    told = column.kind in ("number", "level") and cell.said is not None
                    # A count that is hidden beside a figure is not told by it.
                    beside = any(one.hidden for one in row)
                    assert not told or cell.n is not None or beside, (entry.name, table.name, column.name)

"""Pairs of interviews that may be one: found across scripts, made one with the chosen answers, or marked as two."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cami_survey.base.errors import UserError
from cami_survey.base.records import Summary
from cami_survey.operations import doubles, forms, interviews, merges, packages
from cami_survey.operations.running import Saved
from cami_survey.store.api import SurveyFile

FORM = """
| survey |
| | type | name | label |
| | text | code | Code |
| | text | resp_name | Name |
| | text | adm2 | District |
| | date | int_date | Day |
| | integer | sheep | How many sheep? |
| | select_one yn | herd | Does he herd himself? |
| | calculate | twice | | ${sheep} * 2 |
| choices |
| | list_name | name | label |
| | yn | yes | Yes |
| | yn | no | No |
| settings |
| | form_id | title |
| | camp | Camp |
""".replace("| | type | name | label |", "| | type | name | label | calculation |")
Laptops = Callable[[str], SurveyFile]


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptops]:
    made: list[SurveyFile] = []
    path = tmp_path / "camp.md"
    path.write_text(FORM, "utf-8")

    def make(name: str) -> SurveyFile:
        made.append(SurveyFile.create(tmp_path / f"{name}.cami", title="W", device_name=name))
        forms.add(made[-1], [path])
        return made[-1]

    yield make
    for each in made:
        each.close()


def held(survey: SurveyFile, code: str, name: str, place: str, day: str, **more: object) -> str:
    interview = interviews.start(survey, "camp")
    for field, value in {"code": code, "resp_name": name, "adm2": place, "int_date": day, **more}.items():
        if value:
            interview.set(f"/data/{field}", value)
    saved = interview.finalise().value
    assert isinstance(saved, Saved)
    return saved.record


def twins(survey: SurveyFile) -> tuple[str, str]:
    one = held(survey, "KG-101", "Айзада Жумабекова", "Ат-Башы", "2026-11-20", sheep=40)
    other = held(survey, "KG-201", "Aizada Zhumabekova", "At-Bashy", "2026-11-22", sheep=45, herd="yes")
    return one, other


def found(survey: SurveyFile) -> list[tuple[str, str, str]]:
    return [(pair.first, pair.second, pair.why) for pair in doubles.pairs(survey)]


def test_the_same_person_is_found_across_scripts_and_the_same_code_first(laptop: Laptops) -> None:
    hub = laptop("HUB")
    one, other = twins(hub)
    third = held(hub, "kg 101", "Нурлан Осмонов", "Нарын", "2026-05-01")
    held(hub, "KG-301", "Айзада Жумабекова", "Ат-Башы", "2026-03-01")
    assert found(hub) == [(one, third, "code"), (one, other, "person")]


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        (("محمد رضایی", "مشهد", "2026-06-01"), ("Mohammad Rezaei", "Mashhad", "2026-06-03"), True),
        (("Осмонов Нурлан", "", "2026-06-01"), ("Nurlan Osmonov", "Naryn", "2026-06-03"), True),
        (("Осмонов Нурлан", "Нарын", ""), ("Nurlan Osmonov", "Naryn", ""), True),
        (("Осмонов Нурлан", "", ""), ("Nurlan Osmonov", "", ""), False),
        (("Осмонов Нурлан", "Нарын", "2026-06-01"), ("Nurlan Osmonov", "Osh", "2026-06-01"), False),
        (("Осмонов Нурлан", "Нарын", "2026-06-01"), ("Nurlan Osmonov", "Naryn", "2026-06-20"), False),
        (("Temir Kadyrov", "Naryn", "2026-06-01"), ("Saltanat Sydykova", "Naryn", "2026-06-01"), False),
    ],
)
def test_name_place_and_day_speak_together(
    first: tuple[str, str, str], second: tuple[str, str, str], alike: bool
) -> None:
    known = {
        str(at): Summary(code=f"C{at}", name=name, place=place, day=day)
        for at, (name, place, day) in enumerate((first, second))
    }
    assert [(pair.first, pair.second) for pair in doubles.alike(known)] == ([("0", "1")] if alike else [])


def test_two_are_compared_in_the_words_of_the_form(laptop: Laptops) -> None:
    hub = laptop("HUB")
    compared = {one.label: one for one in doubles.compare(hub, *twins(hub))}
    assert compared["How many sheep?"].texts == ("40", "45")
    assert compared["Does he herd himself?"].texts == ("", "Yes")
    assert list(compared)[:3] == ["Code", "Name", "District"]
    assert all(one.differs for one in compared.values())


def test_two_become_one_with_the_chosen_answers_and_two_again(laptop: Laptops) -> None:
    hub = laptop("HUB")
    one, other = twins(hub)
    before = hub.view(one).answers
    outcome = doubles.merge(hub, one, other, take=["/data/sheep"], reason="His daughter said so")
    kept = hub.view(one).answers
    assert kept.fields["/data/sheep"] == "45", "chosen"
    assert kept.fields["/data/herd"] == "yes", "not answered in the one that stays"
    assert kept.fields["/data/resp_name"] == "Айзада Жумабекова"
    assert kept.computed["/data/twice"] == "90", "computed anew"
    assert hub.view(other).deleted
    assert other in hub.history(one)[0].reason + hub.history(one)[-1].reason
    assert any(one in step.reason and "daughter" in step.reason for step in hub.history(other))
    assert found(hub) == []
    (said,) = hub.statements(doubles.MERGED)
    assert (said.body["kept"], said.body["gone"]) == (one, other)
    assert outcome.undo is not None
    outcome.undo()
    assert hub.view(one).answers.fields == before.fields
    assert not hub.view(other).deleted
    assert found(hub) == [(one, other, "person")]
    assert hub.verify().ok


def test_what_is_distinct_is_never_asked_again_on_any_laptop(laptop: Laptops, tmp_path: Path) -> None:
    hub, second = laptop("HUB"), laptop("KG-02")
    one, other = twins(hub)
    doubles.distinct(hub, other, one, "Mother and daughter")
    assert found(hub) == []
    merges.merge(second, [packages.pack(hub, tmp_path / "out", plain=True).value.path], enrol=True)
    assert len(second.rows()) == 2
    assert found(second) == []


def test_t24_a_double_that_is_corrected_elsewhere_meanwhile_is_not_lost(laptop: Laptops, tmp_path: Path) -> None:
    hub, second = laptop("HUB"), laptop("KG-02")
    one, other = twins(hub)
    merges.merge(second, [packages.pack(hub, tmp_path / "1", plain=True).value.path], enrol=True)
    corrected = interviews.open_record(second, other)
    corrected.set("/data/sheep", 50)
    assert isinstance(corrected.finalise(reason="Counted").value, Saved)
    doubles.merge(hub, one, other)
    merges.merge(hub, [packages.pack(second, tmp_path / "2", plain=True).value.path], enrol=True)
    assert "@deleted" in {conflict.field for conflict in hub.conflicts(other)}


def test_what_cannot_be_one_is_refused(laptop: Laptops) -> None:
    hub = laptop("HUB")
    one, other = twins(hub)
    with pytest.raises(UserError, match="one and the same"):
        doubles.merge(hub, one, one)
    with pytest.raises(UserError, match="Neither of the two"):
        doubles.merge(hub, one, other, take=["/data/goats"])
    hub.set_deleted(other, True)
    with pytest.raises(UserError, match="in the bin"):
        doubles.merge(hub, one, other)
    assert hub.statements(doubles.MERGED) == []


ROWS = """
| survey |
| | type | name | label |
| | text | code | Code |
| | begin repeat | sight | Sighting |
| | text | animal | Which animal? |
| | text | where | Where? |
| | end repeat | | |
| settings |
| | form_id | title |
| | rows | Rows |
"""


def test_a_row_that_was_added_comes_over_whole_and_only_when_it_is_taken(laptop: Laptops, tmp_path: Path) -> None:
    hub = laptop("HUB")
    path = tmp_path / "rows.md"
    path.write_text(ROWS, "utf-8")
    forms.add(hub, [path])
    records = []
    for added in ("", "argali"):
        running = interviews.start(hub, "rows")
        running.set("/data/code", "KG-1")
        running.set("/data/sight[1]/animal", "irbis")
        if added:
            running.add_repeat("/data/sight")
            running.set("/data/sight[2]/animal", added)
        saved = running.finalise().value
        assert isinstance(saved, Saved)
        records.append(saved.record)

    def animals() -> list[str]:
        fields = hub.view(records[0]).answers.fields
        return sorted(text for field, text in fields.items() if field.endswith("/animal"))

    undo = doubles.merge(hub, *records).undo
    assert animals() == ["irbis"]
    assert undo is not None
    undo()
    here, there = (hub.view(record).answers.fields for record in records)
    (row,) = [one for one in there if one.endswith("]") and one not in here]
    doubles.merge(hub, *records, take=[f"{row}/animal"])
    assert animals() == ["argali", "irbis"]
    assert row in hub.view(records[0]).answers.fields

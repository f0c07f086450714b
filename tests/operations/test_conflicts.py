"""Two laptops answered differently; a person says which answer stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from cami_survey.base.errors import UserError
from cami_survey.base.records import Answers, Summary
from cami_survey.operations.conflicts import conflicts, named, resolve, resolve_many
from cami_survey.operations.forms import add
from cami_survey.operations.interviews import Saved, open_record, start
from cami_survey.store.api import Settlement, SurveyFile
from tests.exchange.surveys import FORM, VERSION, interview, survey

BASE = {"yaks": "120", "herd/horses": "4", "name": "Айгүл"}


class Three:
    """Two field laptops and the hub, which all have one interview, and ways to let them drift and meet."""

    def __init__(self, folder: Path) -> None:
        self.naryn = survey(folder / "naryn", "KG-01")
        self.osh = survey(folder / "osh", "KG-02")
        self.hub = survey(folder / "hub", "KG-HUB")
        self.record = interview(self.naryn, BASE, code="H0087")
        self.meet()

    def bring(self, source: SurveyFile, target: SurveyFile) -> None:
        target.accept(source.facts(), package=source.device.id, source=source.device.name)

    def meet(self) -> None:
        for source in (self.naryn, self.osh):
            self.bring(source, self.hub)
        for target in (self.naryn, self.osh):
            self.bring(self.hub, target)

    def change(self, file: SurveyFile, answers: Mapping[str, str]) -> None:
        interview(file, {**BASE, **answers}, record=self.record)

    def answers(self, file: SurveyFile) -> dict[str, str]:
        return dict(file.view(self.record).answers.fields)

    def open_fields(self, file: SurveyFile) -> list[str]:
        return [conflict.field for conflict in file.conflicts(self.record)]


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Three]:
    made = Three(tmp_path)
    yield made
    for file in (made.naryn, made.osh, made.hub):
        file.close()


@pytest.fixture
def apart(three: Three) -> Three:
    """The yaks and the horses are answered differently in Naryn and in Osh; the hub has both."""
    three.change(three.naryn, {"yaks": "112", "herd/horses": "5"})
    three.change(three.osh, {"yaks": "121", "herd/horses": "6"})
    three.meet()
    return three


def test_conflicts_are_listed_for_all_or_for_one(apart: Three) -> None:
    everything = conflicts(apart.hub).value
    assert [(c.record, c.field, c.before) for c in everything] == [
        (apart.record, "/data/herd/horses", "4"),
        (apart.record, "/data/yaks", "120"),
    ]
    assert conflicts(apart.hub, apart.record[:12]).value == everything
    assert conflicts(apart.naryn, apart.record).value != []


def test_mine_is_the_value_of_this_file_and_theirs_the_other(apart: Three) -> None:
    resolve(apart.naryn, apart.record, "yaks", "mine")
    assert apart.answers(apart.naryn)["/data/yaks"] == "112"
    assert apart.open_fields(apart.naryn) == ["/data/herd/horses"]
    resolve(apart.naryn, apart.record, "herd/horses", "theirs")
    assert apart.answers(apart.naryn)["/data/herd/horses"] == "6"
    assert apart.open_fields(apart.naryn) == []


def test_in_a_file_that_wrote_neither_mine_is_what_came_first(apart: Three) -> None:
    resolve(apart.hub, apart.record, "/data/yaks", "mine")
    assert apart.answers(apart.hub)["/data/yaks"] == "112"
    resolve(apart.hub, apart.record, "horses", "theirs")
    assert apart.answers(apart.hub)["/data/herd/horses"] == "6"


def test_t25_a_settled_conflict_is_settled_everywhere(apart: Three) -> None:
    resolve_many(apart.hub, {(apart.record, "/data/yaks"): "112", (apart.record, "/data/herd/horses"): "7"})
    apart.meet()
    for file in (apart.naryn, apart.osh, apart.hub):
        assert apart.open_fields(file) == []
        assert apart.answers(file)["/data/yaks"] == "112"
        assert apart.answers(file)["/data/herd/horses"] == "7"


def test_t26_settled_differently_in_two_places_is_a_new_conflict(apart: Three) -> None:
    for file, value in ((apart.naryn, "130"), (apart.osh, "140")):
        resolve(file, apart.record, "yaks", f"value={value}")
        resolve(file, apart.record, "horses", "value=5")
    apart.meet()
    (conflict,) = apart.hub.conflicts(apart.record)
    assert {claim.value for claim in conflict.claims} == {"130", "140"}


def test_a_value_can_be_written_or_left_away(apart: Three) -> None:
    resolve(apart.hub, apart.record, "yaks", "value=a=b, 115")
    assert apart.answers(apart.hub)["/data/yaks"] == "a=b, 115"
    resolve(apart.hub, apart.record, "horses", "value=")
    assert "/data/herd/horses" not in apart.answers(apart.hub)


def test_many_decisions_are_one_step_that_can_be_taken_back(apart: Three) -> None:
    before = {c.field: {claim.value for claim in c.claims} for c in apart.hub.conflicts()}
    outcome = resolve_many(apart.hub, {(apart.record, c.field): "1" for c in apart.hub.conflicts()})
    assert len(outcome.value) == 1
    assert apart.open_fields(apart.hub) == []
    assert outcome.undo is not None
    outcome.undo()
    assert {c.field: {claim.value for claim in c.claims} for c in apart.hub.conflicts()} == before
    apart.meet()
    assert {c.field: {claim.value for claim in c.claims} for c in apart.naryn.conflicts()} == before
    resolve(apart.hub, apart.record, "yaks", "theirs")
    assert apart.open_fields(apart.hub) == ["/data/herd/horses"]


def test_the_same_decision_as_before_the_conflict_settles_it(apart: Three) -> None:
    resolve(apart.hub, apart.record, "yaks", "value=120")
    assert apart.open_fields(apart.hub) == ["/data/herd/horses"]
    assert apart.answers(apart.hub)["/data/yaks"] == "120"


@pytest.mark.parametrize("name", ["/data/herd/horses", "herd/horses", "/herd/horses", "horses"])
def test_a_field_may_be_written_shorter(apart: Three, name: str) -> None:
    resolve(apart.hub, apart.record, name, "mine")
    assert apart.open_fields(apart.hub) == ["/data/yaks"]


@pytest.mark.parametrize(
    ("field", "take", "code", "advice"),
    [
        ("yakz", "mine", "conflict.unknown", "yaks"),
        ("name", "mine", "conflict.unknown", "yaks"),
        ("yaks", "ours", "conflict.unknown-choice", "theirs"),
        ("yaks", "", "conflict.unknown-choice", "theirs"),
    ],
)
def test_what_cannot_be_settled_is_said(apart: Three, field: str, take: str, code: str, advice: str) -> None:
    with pytest.raises(UserError) as error:
        resolve(apart.hub, apart.record, field, take)
    assert error.value.code == code
    assert advice in error.value.advice
    assert len(apart.open_fields(apart.hub)) == 2


def test_an_unknown_record_is_said_with_the_nearest(apart: Three) -> None:
    with pytest.raises(UserError) as error:
        resolve(apart.hub, "H0087x", "yaks", "mine")
    assert error.value.code == "record.unknown"


def test_of_many_decisions_with_one_wrong_none_is_applied(apart: Three) -> None:
    with pytest.raises(UserError):
        resolve_many(apart.hub, {(apart.record, "/data/yaks"): "1", (apart.record, "/data/nothing"): "2"})
    assert len(apart.open_fields(apart.hub)) == 2


def test_with_three_values_theirs_says_too_little(three: Three) -> None:
    for file, value in ((three.naryn, "1"), (three.osh, "2"), (three.hub, "3")):
        three.change(file, {"yaks": value})
    three.meet()
    with pytest.raises(UserError) as error:
        resolve(three.hub, three.record, "yaks", "theirs")
    assert error.value.code == "conflict.several-others"
    assert "value=" in error.value.advice
    resolve(three.hub, three.record, "yaks", "mine")
    assert three.answers(three.hub)["/data/yaks"] == "3"


def sightings(file: SurveyFile, record: str, years: Mapping[str, str], parents: tuple[str, ...]) -> None:
    fields = {}
    for order, (key, year) in enumerate(years.items(), 1):
        fields[f"/data/know/sight[{key}]"] = str(order)
        fields[f"/data/know/sight[{key}]/year"] = year
    file.save(
        record=record,
        form_id=FORM,
        form_version=VERSION,
        answers=Answers(fields),
        state="final",
        parents=parents,
        summary=Summary(),
    )


def test_a_field_in_a_repeat_may_be_named_by_position(three: Three) -> None:
    record = three.naryn.new_record()
    sightings(three.naryn, record, {"kff000001": "2020", "k0a000002": "2021"}, ())
    three.meet()
    for file, first, second in ((three.naryn, "2001", "2011"), (three.osh, "2002", "2012")):
        sightings(file, record, {"kff000001": first, "k0a000002": second}, file.view(record).heads)
    three.meet()
    view = three.hub.view(record)
    first, second = "/data/know/sight[kff000001]/year", "/data/know/sight[k0a000002]/year"
    assert named("/data/know/sight[1]/year", view).field == first
    assert named("know/sight[2]/year", view).field == second
    assert named("know/sight[k0a000002]/year", view).field == second
    with pytest.raises(UserError) as error:
        named("year", view)
    assert error.value.code == "conflict.ambiguous"
    resolve(three.hub, record, "know/sight[1]/year", "theirs")
    assert [c.field for c in three.hub.conflicts(record)] == [second]
    assert three.hub.view(record).answers.fields[first] == "2002"


def test_t24_deleted_here_and_edited_there_is_a_question(three: Three) -> None:
    three.naryn.set_deleted(three.record, True)
    three.change(three.osh, {"yaks": "121"})
    three.meet()
    (conflict,) = three.hub.conflicts(three.record)
    assert conflict.field == "@deleted"
    outcome = resolve(three.hub, three.record, "deleted", "value=1")
    assert three.hub.view(three.record).deleted
    assert outcome.undo is None


FORM_TABLE = """
| survey |           |        |       |                    |
|        | type      | name   | label | calculation        |
|        | integer   | yaks   | Yaks  |                    |
|        | integer   | horses | Horses |                   |
|        | calculate | head   |       | ${yaks} + ${horses} |
| settings | | | | |
| | form_id | version | form_title | |
| | herd | 1 | Herd | |
"""


def test_what_the_form_calculates_follows_the_decision(three: Three, tmp_path: Path) -> None:
    source = tmp_path / "herd.md"
    source.write_text(FORM_TABLE, "utf-8")
    add(three.naryn, [source])
    record = counted(three.naryn, {"yaks": "10", "horses": "1"})
    three.meet()
    counted(three.naryn, {"yaks": "20", "horses": "1"}, record)
    counted(three.osh, {"yaks": "30", "horses": "1"}, record)
    three.meet()
    steps = len(three.hub.history(record))
    outcome = resolve(three.hub, record, "yaks", "value=40")
    view = three.hub.view(record)
    assert view.answers.computed["/data/head"] == "41"
    assert not view.stale
    assert [step.id for step in three.hub.history(record)][steps:] == outcome.value == list(view.heads)
    assert three.hub.rows(search="40")[0].record == record
    assert outcome.undo is not None
    outcome.undo()
    assert [c.field for c in three.hub.conflicts(record)] == ["/data/yaks"]


@pytest.mark.parametrize(("value", "advice"), [("many", ""), ("-3", "No herd is that small.")])
def test_a_written_value_has_to_be_an_answer(three: Three, tmp_path: Path, value: str, advice: str) -> None:
    source = tmp_path / "herd.md"
    source.write_text(
        "| survey | | | | | |\n| | type | name | label | constraint | constraint_message |\n"
        "| | integer | yaks | Yaks | . >= 0 | No herd is that small. |\n| | integer | horses | Horses | | |\n"
        "| settings | | | | |\n| | form_id | version | form_title | |\n| | herd | 1 | Herd | |\n",
        "utf-8",
    )
    add(three.naryn, [source])
    record = counted(three.naryn, {"yaks": "10", "horses": "1"})
    three.meet()
    counted(three.naryn, {"yaks": "20"}, record)
    counted(three.osh, {"yaks": "30"}, record)
    three.meet()
    with pytest.raises(UserError) as error:
        resolve(three.hub, record, "yaks", f"value={value}")
    assert (error.value.code, error.value.advice) == ("conflict.no-answer", advice)
    assert error.value.where == "Yaks"
    assert [c.field for c in three.hub.conflicts(record)] == ["/data/yaks"]
    resolve(three.hub, record, "yaks", "value=25")
    assert three.hub.conflicts(record) == []


def test_what_is_left_open_stays_open_when_the_form_calculates_anew(three: Three, tmp_path: Path) -> None:
    source = tmp_path / "herd.md"
    source.write_text(FORM_TABLE, "utf-8")
    add(three.naryn, [source])
    record = counted(three.naryn, {"yaks": "10", "horses": "1"})
    three.meet()
    counted(three.naryn, {"yaks": "20", "horses": "2"}, record)
    counted(three.osh, {"yaks": "30", "horses": "3"}, record)
    three.meet()
    resolve(three.hub, record, "yaks", "value=40")
    view = three.hub.view(record)
    assert [c.field for c in view.conflicts] == ["/data/horses"]
    assert (view.answers.computed["/data/head"], view.stale) == ("41", False)
    resolve(three.hub, record, "horses", "value=5")
    assert three.hub.view(record).answers.computed["/data/head"] == "45"
    three.meet()
    assert three.osh.view(record).answers == three.hub.view(record).answers


def test_settlements_of_several_interviews_are_written_all_or_none(apart: Three) -> None:
    other = interview(apart.naryn, BASE, code="H0088")
    apart.meet()
    before = apart.hub.last_seq()
    with pytest.raises(UserError):
        apart.hub.settle(
            {apart.record: Settlement({"/data/yaks": "1"}), other: Settlement({"/data/yaks": "settled already"})}
        )
    assert apart.hub.last_seq() == before
    assert len(apart.open_fields(apart.hub)) == 2


def test_what_was_worked_out_for_older_answers_is_not_kept(apart: Three) -> None:
    heads = apart.hub.view(apart.record).heads
    apart.hub.settle({apart.record: Settlement({"/data/herd/horses": "1"})})
    apart.hub.settle({apart.record: Settlement({"/data/yaks": "1"}, heads, {"/data/head": "999"}, Summary(code="old"))})
    view = apart.hub.view(apart.record)
    assert "/data/head" not in view.answers.computed
    assert view.stale
    assert apart.hub.stale_summaries() == [apart.record]


def counted(file: SurveyFile, answers: Mapping[str, str], record: str = "") -> str:
    """An interview in the form that counts the herd, held through the form."""
    held = open_record(file, record) if record else start(file, "herd")
    for name, text in answers.items():
        held.set(f"/data/{name}", text)
    saved = held.finalise().value
    assert isinstance(saved, Saved)
    return saved.record

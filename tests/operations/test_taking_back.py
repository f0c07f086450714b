"""A merge is taken back as a whole; a rule settles many conflicts; the history of an interview reads as a line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cami_survey.base.errors import UserError
from cami_survey.base.notices import Outcome
from cami_survey.operations import doubles, reviews, withdrawals
from cami_survey.operations.conflicts import Rule, resolve, resolve_by_rule
from cami_survey.operations.histories import steps_of
from cami_survey.operations.merges import merge, take_back
from cami_survey.operations.packages import pack
from cami_survey.store.api import SurveyFile
from tests.exchange.surveys import contents, interview, survey

NOW = datetime(2026, 11, 28, tzinfo=UTC)


class Four:
    """Two field laptops, the hub and a neighbour, joined by plain packages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.naryn, self.osh = survey(folder / "naryn", "KG-01"), survey(folder / "osh", "KG-02")
        self.hub, self.neighbour = survey(folder / "hub", "KG-HUB"), survey(folder / "far", "TJ-HUB")
        self.files = (self.naryn, self.osh, self.hub, self.neighbour)

    def packed(self, source: SurveyFile) -> Path:
        return pack(source, self.folder / "stick", plain=True).value.path

    def send(self, source: SurveyFile, target: SurveyFile) -> None:
        merge(target, [self.packed(source)], enrol=True)


@pytest.fixture
def four(tmp_path: Path) -> Iterator[Four]:
    made = Four(tmp_path)
    yield made
    for file in made.files:
        file.close()


def deleted(file: SurveyFile) -> list[str]:
    return [row.record for row in file.rows("deleted")]


def test_what_came_goes_to_the_bin_what_changed_is_as_before_and_what_was_there_stays(four: Four) -> None:
    known = interview(four.naryn, {"yaks": "120", "dogs": "1"}, code="H1")
    four.send(four.naryn, four.hub)
    four.send(four.naryn, four.osh)
    own = interview(four.hub, {"yaks": "7"}, code="H9")
    before = contents(four.hub)
    interview(four.osh, {"yaks": "121"}, record=known)
    new = interview(four.osh, {"yaks": "3"}, code="H2")
    interview(four.naryn, {"yaks": "122", "dogs": "1"}, record=known)
    report = merge(four.hub, [four.packed(four.osh), four.packed(four.naryn)], enrol=True)
    assert contents(four.hub)[known][1] == ["/data/yaks"]
    assert report.undo is not None
    notices = report.undo().notices
    assert [notice.text for notice in notices] == [
        "The merge was taken back: 1 interview is in the bin, 1 is as it was before."
    ]
    assert contents(four.hub) == before
    assert own in before
    assert deleted(four.hub) == [new]
    assert [one.taken_back for one in four.hub.merges()] == [True, True, False]
    assert four.hub.verify().ok


def test_taking_back_travels(four: Four) -> None:
    known = interview(four.naryn, {"yaks": "120"}, code="H1")
    for target in (four.hub, four.osh, four.neighbour):
        four.send(four.naryn, target)
    interview(four.osh, {"yaks": "999"}, record=known)
    four.send(four.osh, four.hub)
    four.send(four.hub, four.neighbour)
    assert four.neighbour.view(known).answers.fields["/data/yaks"] == "999"
    take_back(four.hub)
    four.send(four.hub, four.neighbour)
    four.send(four.hub, four.osh)
    for file in (four.hub, four.neighbour, four.osh):
        assert contents(file)[known] == ({"/data/yaks": "120"}, [])
    last = four.hub.history(known)[-1]
    assert last.reason == "The merge was taken back"


def test_the_same_package_once_more_changes_nothing_after_it_was_taken_back(four: Four) -> None:
    new = interview(four.osh, {"yaks": "3"}, code="H2")
    packed = four.packed(four.osh)
    merge(four.hub, [packed], enrol=True)
    take_back(four.hub)
    assert merge(four.hub, [packed]).value.counts.new == 0
    assert deleted(four.hub) == [new]


def test_what_was_changed_since_is_left_and_said(four: Four) -> None:
    known = interview(four.naryn, {"yaks": "120"}, code="H1")
    four.send(four.naryn, four.hub)
    interview(four.hub, {"yaks": "130"}, record=known)
    (kept,) = [notice for notice in take_back(four.hub).notices if notice.code == "merge.left"]
    assert kept.text == "1 interview was changed since and is left as it is."
    assert contents(four.hub)[known] == ({"/data/yaks": "130"}, [])


def test_a_conflict_from_before_the_merge_is_open_again(four: Four) -> None:
    known = interview(four.naryn, {"yaks": "120"}, code="H1")
    for target in (four.hub, four.osh, four.neighbour):
        four.send(four.naryn, target)
    interview(four.osh, {"yaks": "121"}, record=known)
    interview(four.hub, {"yaks": "122"}, record=known)
    four.send(four.osh, four.hub)
    assert [conflict.field for conflict in four.hub.conflicts()] == ["/data/yaks"]
    four.send(four.osh, four.neighbour)
    interview(four.neighbour, {"yaks": "121", "dogs": "2"}, record=known)
    four.send(four.neighbour, four.hub)
    take_back(four.hub)
    assert [conflict.field for conflict in four.hub.conflicts()] == ["/data/yaks"]
    assert "/data/dogs" not in four.hub.view(known).answers.fields


def test_one_package_alone_can_be_taken_back(four: Four) -> None:
    first = interview(four.naryn, {"yaks": "1"}, code="H1")
    second = interview(four.osh, {"yaks": "2"}, code="H2")
    merge(four.hub, [four.packed(four.naryn), four.packed(four.osh)], enrol=True)
    take_back(four.hub, [four.hub.merges()[0].package[:12]])
    assert len(deleted(four.hub)) == 1
    assert {*deleted(four.hub), *contents(four.hub)} == {first, second}


def test_without_a_merge_there_is_nothing_to_take_back(four: Four) -> None:
    with pytest.raises(UserError) as error:
        take_back(four.hub)
    assert error.value.code == "merge.unknown"


@pytest.fixture
def apart(four: Four) -> str:
    """Yaks and dogs are answered differently in Naryn and, later, in Osh; the hub has both."""
    record = interview(four.naryn, {"yaks": "120", "dogs": "1"}, code="H1")
    four.send(four.naryn, four.osh)
    interview(four.naryn, {"yaks": "112", "dogs": "5"}, record=record)
    interview(four.osh, {"yaks": "121", "dogs": "6"}, record=record)
    four.send(four.naryn, four.hub)
    four.send(four.osh, four.hub)
    return record


def test_always_the_newest_of_one_laptop_is_an_act_that_the_history_keeps(four: Four, apart: str) -> None:
    device = four.naryn.device
    outcome = resolve_by_rule(four.hub, Rule(datetime.now(UTC), device.id, device.name))
    assert contents(four.hub)[apart] == ({"/data/yaks": "112", "/data/dogs": "5"}, [])
    assert four.hub.history(apart)[-1].reason == "Rule: always the newest answer of KG-01"
    assert outcome.undo is not None
    outcome.undo()
    assert len(four.hub.conflicts()) == 2


def test_always_the_newest_takes_the_later_one(four: Four, apart: str) -> None:
    resolve_by_rule(four.hub, Rule(datetime.now(UTC)))
    assert contents(four.hub)[apart] == ({"/data/yaks": "121", "/data/dogs": "6"}, [])


def test_t29_a_clock_far_ahead_is_the_newest_of_nothing(four: Four, apart: str) -> None:
    conflict = four.hub.conflicts()[0]
    rule = Rule(min(claim.written for claim in conflict.claims) - timedelta(seconds=1))
    assert rule.chosen(conflict) is not None
    behind = Rule(min(claim.written for claim in conflict.claims) - timedelta(days=1) + timedelta(microseconds=1))
    chosen = behind.chosen(conflict)
    assert chosen is not None
    assert chosen.value == ("112" if conflict.field == "/data/yaks" else "5")


def test_a_rule_that_decides_nothing_is_said(four: Four, apart: str) -> None:
    with pytest.raises(UserError) as error:
        resolve_by_rule(four.hub, Rule(NOW, four.neighbour.device.id, "TJ-HUB"))
    assert error.value.code == "conflicts.no-such"


def test_the_history_is_a_line_of_changes_and_says_what_was_written_side_by_side(four: Four, apart: str) -> None:
    resolve(four.hub, apart, "yaks", "value=121")
    steps = steps_of(four.hub, apart).value
    assert [step.line for step in steps][:3] == [
        "dogs: – → 1; yaks: – → 120",
        "dogs: 1 → 5; yaks: 120 → 112",
        "dogs: 1 → 6; yaks: 120 → 121",
    ]
    assert steps[3].line in ("yaks: 112 / 121 → 121", "yaks: 121 / 112 → 121")
    first, naryn, osh, settled = steps
    assert (naryn.beside, osh.beside) == ((osh.revision,), (naryn.revision,))
    assert (first.beside, settled.beside, settled.joins) == ((), (), True)
    assert [step.device for step in steps] == ["KG-01", "KG-01", "KG-02", "KG-HUB"]


# ---- what was said with it


def said(outcome: Outcome[None]) -> dict[str, str]:
    return {notice.code: notice.text for notice in outcome.notices}


def test_a_review_that_came_with_a_merge_goes_with_it(four: Four) -> None:
    """A state, a query begun, a query answered and one closed by others stand as they stood."""
    records = [interview(four.naryn, {"yaks": str(n)}, code=f"H{n}") for n in range(4)]
    four.send(four.naryn, four.hub)
    asked = [reviews.comment(four.hub, record, "", "Why?").value for record in records[:2]]
    reviews.close(four.hub, asked[1])
    four.send(four.hub, four.osh)
    reviews.reply(four.osh, four.osh.review(records[0]).queries[0], "Because")
    reviews.ask_again(four.osh, four.osh.review(records[1]).queries[0], "And now?")
    reviews.comment(four.osh, records[2], "", "New")
    reviews.set_state(four.osh, [records[3]], "approved")
    four.send(four.osh, four.hub)
    assert [four.hub.review(record).state for record in records] == ["issues", "issues", "issues", "approved"]
    told = said(take_back(four.hub))
    assert told["merge.reviews-back"] == "4 reviews stand as before."
    assert "merge.said-stays" not in told
    stand = [[query.state for query in four.hub.review(record).queries] for record in records]
    assert stand == [["open"], ["closed"], ["closed"], []]
    assert [four.hub.review(record).state for record in records] == ["issues", "received", "received", "received"]
    four.send(four.hub, four.osh)
    assert [[query.state for query in four.osh.review(record).queries] for record in records] == stand


def test_a_review_that_went_on_since_is_left_and_named(four: Four) -> None:
    record = interview(four.naryn, {"yaks": "1"}, code="H1")
    for target in (four.hub, four.osh):
        four.send(four.naryn, target)
    reviews.comment(four.osh, record, "", "Why?")
    reviews.set_state(four.osh, [record], "issues")
    four.send(four.osh, four.hub)
    reviews.close(four.hub, four.hub.review(record).queries[0])
    reviews.set_state(four.hub, [record], "approved")
    told = said(take_back(four.hub))
    assert told["merge.said-stays"].endswith(": 1 review that went on since.")
    assert four.hub.review(record).state == "approved"


def test_withdrawals_and_decisions_about_doubles_stay_and_are_named(four: Four) -> None:
    one, other, gone = (interview(four.naryn, {"yaks": str(n)}, code=f"H{n}") for n in range(3))
    for target in (four.hub, four.osh):
        four.send(four.naryn, target)
    doubles.distinct(four.osh, one, other)
    withdrawals.withdraw(four.osh, gone)
    four.send(four.osh, four.hub)
    told = said(take_back(four.hub))
    assert told["merge.said-stays"].endswith(": 1 withdrawal of consent; 1 decision about doubles.")
    assert gone not in contents(four.hub)


def test_what_goes_to_the_bin_takes_its_review_with_it(four: Four) -> None:
    record = interview(four.naryn, {"yaks": "1"}, code="H1")
    reviews.comment(four.naryn, record, "", "Why?")
    four.send(four.naryn, four.hub)
    told = said(take_back(four.hub))
    assert set(told) == {"merge.taken-back"}
    assert four.hub.queried() == []

"""The review by file: a consultant asks, the query travels, the answer comes back; states follow one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cami_survey.base import texts
from cami_survey.base.errors import UserError
from cami_survey.operations import doubles, forms, interviews, merges, packages, queries, reviews, sharing, surveys
from cami_survey.store.api import SurveyFile
from tests.operations.held import correct, hold

FORM = """
| survey |
| | type | name | label |
| | text | code | Code |
| | integer | sheep | How many sheep? |
| | begin repeat | sight | Sighting |
| | select_one animals | animal | Which animal? |
| | end repeat | | |
| | text | note | Remarks |
| choices |
| | list_name | name | label |
| | animals | irbis | Snow leopard |
| | animals | argali | Argali |
| settings |
| | form_id | title |
| | camp | Camp |
"""
Laptops = Callable[..., SurveyFile]


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptops]:
    """Makes survey files with the form, each a device of its own; `clock` may be as wrong as it likes."""
    made: list[SurveyFile] = []
    path = tmp_path / "camp.md"
    path.write_text(FORM, "utf-8")

    def make(name: str, day: str = "2026-11-20") -> SurveyFile:
        start = datetime.fromisoformat(day).replace(tzinfo=UTC)
        ticks = iter(range(10**6))
        file = SurveyFile.create(
            tmp_path / f"{name}.cami", title="W", device_name=name, clock=lambda: start + timedelta(seconds=next(ticks))
        )
        forms.add(file, [path])
        made.append(file)
        return file

    yield make
    for each in made:
        each.close()


def held(survey: SurveyFile, code: str, sheep: int = 4000, *, draft: bool = False) -> str:
    answers = {"/data/code": code, "/data/sheep": sheep, "/data/sight[1]/animal": "irbis"}
    return hold(survey, "camp", answers, draft=draft)


def corrected(survey: SurveyFile, record: str, ref: str, value: object) -> None:
    correct(survey, record, {ref: value})


def bring(source: SurveyFile, target: SurveyFile, folder: Path) -> None:
    merges.merge(target, [packages.pack(source, folder, plain=True).value.path], enrol=True)


def states(survey: SurveyFile) -> dict[str, str]:
    return {row.record: row.review for row in survey.rows()}


def test_a_query_goes_out_becomes_a_task_and_comes_back_with_reply_and_change(laptop: Laptops, tmp_path: Path) -> None:
    kg, hub = laptop("KG-07"), laptop("HUB")
    record, other = held(kg, "KG-101"), held(kg, "KG-102", 12)
    bring(kg, hub, tmp_path / "stick")
    query = reviews.comment(hub, record, "sheep", "Four thousand?").value
    reviews.comment(hub, record, "animal", "Seen by himself?")
    assert states(hub) == {record: "issues", other: ""}

    (sent,) = queries.write(hub, tmp_path / "out").value
    assert (sent.device, sent.queries, sent.packed.records) == ("KG-07", 2, 1)
    merges.merge(kg, [sent.packed.path], enrol=True)

    tasks = reviews.tasks(kg)
    assert [(task.code, task.label, task.query.text, task.now, task.query.state) for task in tasks] == [
        ("KG-101", "How many sheep?", "Four thousand?", "4000", "open"),
        ("KG-101", "Which animal?", "Seen by himself?", "Snow leopard", "open"),
    ]
    corrected(kg, record, "/data/sheep", 400)
    reviews.reply(kg, tasks[0].query, "")
    reviews.reply(kg, tasks[1].query, "By his son")
    bring(kg, hub, tmp_path / "back")

    back = reviews.tasks(hub)
    assert [(task.before, task.now, task.changed, task.query.state) for task in back] == [
        ("4000", "400", True, "answered"),
        ("Snow leopard", "Snow leopard", False, "answered"),
    ]
    assert back[1].query.reply is not None
    assert (back[1].query.reply.text, back[1].query.reply.by) == ("By his son", "KG-07")
    with pytest.raises(UserError, match="not closed"):
        reviews.set_state(hub, [record], "approved")
    for task in back:
        reviews.close(hub, task.query)
    assert reviews.tasks(hub) == []
    reviews.set_state(hub, [record, other], "approved")
    assert states(hub) == {record: "approved", other: "approved"}
    assert query.id in {one.id for one in hub.review(record).queries}, "what was said stays"
    assert hub.verify().ok


def test_an_answer_that_changes_after_approval_is_told(laptop: Laptops) -> None:
    hub = laptop("HUB")
    record = held(hub, "KG-101")
    reviews.set_state(hub, [record], "approved")
    assert [row.changed_since for row in hub.rows("approved")] == [False]
    corrected(hub, record, "/data/sheep", 5)
    assert [row.changed_since for row in hub.rows("approved")] == [True]


def test_undo_sets_the_state_back_and_history_keeps_both(laptop: Laptops) -> None:
    hub = laptop("HUB")
    record = held(hub, "KG-101")
    outcome = reviews.set_state(hub, [record], "rejected", "Made up")
    assert states(hub) == {record: "rejected"}
    assert outcome.undo is not None
    outcome.undo()
    assert hub.review(record).state == "received"
    assert [step.state for step in hub.review(record).steps] == ["rejected", "received"]
    asked = reviews.comment(hub, record, "sheep", "Sure?")
    assert asked.undo is not None
    asked.undo()
    assert reviews.tasks(hub) == []


def test_t29_a_clock_in_2099_does_not_hold_a_state_for_ever(laptop: Laptops, tmp_path: Path) -> None:
    wrong, hub = laptop("WRONG", "2099-01-01"), laptop("HUB")
    record = held(hub, "KG-101")
    bring(hub, wrong, tmp_path / "1")
    reviews.set_state(wrong, [record], "rejected", "The clock says so")
    bring(wrong, hub, tmp_path / "2")
    assert hub.review(record).state == "rejected"
    reviews.set_state(hub, [record], "approved")
    assert hub.review(record).state == "approved", "it was said with the other in sight"
    bring(hub, wrong, tmp_path / "3")
    assert wrong.review(record).state == "approved"
    assert states(wrong) == states(hub)


def test_t18_t19_states_meet_in_any_order_and_what_was_said_side_by_side_is_told(
    laptop: Laptops, tmp_path: Path
) -> None:
    one, two, three = laptop("A"), laptop("B"), laptop("C")
    record = held(one, "KG-101")
    bring(one, two, tmp_path / "1")
    reviews.set_state(one, [record], "approved")
    reviews.set_state(two, [record], "rejected", "Twice")
    for source in (two, one, two):
        bring(source, three, tmp_path / "to-three")
    bring(two, one, tmp_path / "to-one")
    bring(one, two, tmp_path / "to-two")
    found = [survey.review(record) for survey in (one, two, three)]
    assert len({review.state for review in found}) == 1
    assert all(review.parallel for review in found)
    assert states(one) == states(two) == states(three)
    reviews.set_state(three, [record], "approved")
    assert not three.review(record).parallel


def test_t20_a_review_that_comes_before_its_interview_waits_for_it(laptop: Laptops) -> None:
    kg, hub = laptop("KG"), laptop("HUB")
    record = held(kg, "KG-101")
    reviews.set_state(kg, [record], "approved")
    facts = list(kg.facts())
    said = [fact for fact in facts if fact.kind == "statement"]
    hub.accept(said, package="said", source="s")
    assert hub.review(record).state == "approved"
    assert (hub.rows("approved"), hub.queried()) == ([], [])
    hub.accept([fact for fact in facts if fact.kind != "statement"], package="rest", source="s")
    assert [row.record for row in hub.rows("approved")] == [record]
    assert hub.review_counts()["approved"] == 1


def test_what_is_done_at_the_question_is_the_reply(laptop: Laptops, tmp_path: Path) -> None:
    file = laptop("one")
    record = held(file, "KG-101")
    for question, text in (("sheep", "Four thousand?"), ("code", "Is this right?"), ("note", "Nothing to say?")):
        reviews.comment(file, record, question, text)
    running = interviews.open_record(file, record)
    assert sorted(running.queries) == ["/data/code", "/data/note", "/data/sheep"]
    running.set("/data/sheep", 400)
    running.comment("/data/code", "Read from his card")
    assert list(running.queries) == ["/data/note"]
    again = interviews.resume(file, str(running.draft))
    assert list(again.queries) == ["/data/note"]
    again.finalise("Looked at again")
    told = {
        query.field: (query.state, query.reply.text if query.reply else None) for query in file.review(record).queries
    }
    assert told == {
        "/data/sheep": ("answered", ""),
        "/data/code": ("answered", "Read from his card"),
        "/data/note": ("open", None),
    }
    again = interviews.open_record(file, record)
    again.set("/data/sheep", 500)
    again.finalise("Once more")
    assert len(next(query for query in file.review(record).queries if query.field == "/data/sheep").said) == 2


def test_a_query_alone_goes_round_in_a_shared_folder(laptop: Laptops, tmp_path: Path) -> None:
    one, hub = laptop("one"), laptop("hub")
    record = held(one, "KG-101")
    (tmp_path / "folder").mkdir()
    for file, other in ((one, hub), (hub, one)):
        file.enrol(other.device)
        sharing.set_folder(file, tmp_path / "folder")

    def exchange(file: SurveyFile) -> str:
        return sharing.exchange(file, plain=True).value.sent

    exchange(one), exchange(hub), exchange(one)
    reviews.comment(hub, record, "sheep", "Four thousand?")
    assert exchange(hub)
    exchange(one)
    (query,) = one.review(record).queries
    reviews.reply(one, query, "Counted with his son")
    assert exchange(one)
    exchange(hub)
    assert [query.state for query in hub.review(record).queries] == ["answered"]
    exchange(one), exchange(hub)
    assert (exchange(one), exchange(hub)) == ("", "")


def test_withdrawn_consent_drops_what_was_asked_and_no_package_brings_it_back(laptop: Laptops, tmp_path: Path) -> None:
    one, hub = laptop("one"), laptop("hub")
    record, other = held(one, "KG-101"), held(one, "KG-102", 7)
    bring(one, hub, tmp_path)
    reviews.comment(hub, record, "code", "Did Jyldyzkan say so?")
    doubles.distinct(hub, record, other, "Jyldyzkan and her brother")
    reviews.comment(hub, other, "sheep", "Only seven?")
    bring(hub, one, tmp_path)
    one.withdraw(record)
    for path in (one.path, one.path.with_name(one.path.name + "-wal")):
        assert not path.exists() or b"Jyldyzkan" not in path.read_bytes()
    assert one.review(record).queries == ()
    assert [query.text for query in one.review(other).queries] == ["Only seven?"]
    assert one.verify().ok
    bring(hub, one, tmp_path)
    assert one.review(record).queries == ()
    bring(one, hub, tmp_path)
    assert hub.review(record).queries == ()
    assert b"Jyldyzkan" not in hub.path.read_bytes()


def test_a_reply_beside_a_closing_is_not_lost(laptop: Laptops, tmp_path: Path) -> None:
    kg, hub = laptop("KG-07"), laptop("HUB")
    record = held(kg, "KG-101")
    bring(kg, hub, tmp_path / "1")
    query = reviews.comment(hub, record, "", "Who translated?").value
    bring(hub, kg, tmp_path / "2")
    reviews.close(hub, query)
    reviews.reply(kg, reviews.tasks(kg)[0].query, "The teacher")
    bring(kg, hub, tmp_path / "3")
    (task,) = reviews.tasks(hub)
    assert task.query.state == "answered"
    assert task.query.reply is not None
    again = reviews.ask_again(hub, task.query, "Which one?").value
    assert again.state == "open"
    assert reviews.close(hub, again).value.state == "closed"


def test_a_query_file_tells_nothing_of_other_interviews(laptop: Laptops, tmp_path: Path) -> None:
    one, two, hub = laptop("ONE"), laptop("TWO"), laptop("HUB")
    mine, theirs = held(one, "KG-101"), held(two, "KG-201")
    bring(one, hub, tmp_path / "1")
    bring(two, hub, tmp_path / "2")
    for record in (mine, theirs):
        reviews.comment(hub, record, "sheep", f"About {record}")
    sent = {one.device: one for one in queries.write(hub, tmp_path / "out").value}
    assert sent.keys() == {"ONE", "TWO"}
    merges.merge(one, [sent["ONE"].packed.path], enrol=True)
    assert [task.record for task in reviews.tasks(one)] == [mine]
    assert one.review(theirs).queries == ()
    refused = merges.preview(two, [sent["ONE"].packed.path], enrol=True).value
    assert [source.refused is not None for source in refused.sources] == [True], "it is encrypted for the other"


def test_t32_a_query_file_is_not_written_for_a_laptop_that_is_not_trusted(laptop: Laptops, tmp_path: Path) -> None:
    kg, hub = laptop("KG-07"), laptop("HUB")
    record = held(kg, "KG-101")
    bring(kg, hub, tmp_path / "1")
    with pytest.raises(UserError, match="No query is open"):
        queries.write(hub, tmp_path / "out")
    reviews.comment(hub, record, "sheep", "Sure?")
    hub.revoke(kg.device.id)
    with pytest.raises(UserError, match="no trusted laptop"):
        queries.write(hub, tmp_path / "out")
    (sent,) = queries.write(hub, tmp_path / "out", plain=True).value
    assert (sent.device, sent.queries) == ("", 1)


@pytest.mark.parametrize(
    ("state", "reason", "sentence"),
    [("fine", "", "is no state"), ("rejected", " ", "needs a reason"), ("approved", "", "still a draft")],
)
def test_states_that_are_refused(laptop: Laptops, state: str, reason: str, sentence: str) -> None:
    hub = laptop("HUB")
    record = held(hub, "KG-101", draft=True)
    with pytest.raises(UserError) as refused:
        reviews.set_state(hub, [record], state, reason)
    assert sentence in str(refused.value)
    assert hub.review(record).steps == ()


@pytest.mark.parametrize(
    ("question", "text", "sentence"),
    [("shep", "Sure?", "names no question"), ("sheep", "  ", "needs words"), ("sheep", "x" * 5000, "longer than")],
)
def test_queries_that_are_refused(laptop: Laptops, question: str, text: str, sentence: str) -> None:
    hub = laptop("HUB")
    record = held(hub, "KG-101")
    with pytest.raises(UserError) as refused:
        reviews.comment(hub, record, question, text)
    assert sentence in str(refused.value)
    query = reviews.comment(hub, record, "sheep", "Sure?").value
    with pytest.raises(UserError, match="says nothing"):
        reviews.reply(hub, query, " ")
    with pytest.raises(UserError, match="names no query"):
        reviews.query_named(hub, "ffffff")
    assert reviews.query_named(hub, query.id[:8]) == query


def test_the_list_finds_by_state_and_word_together(laptop: Laptops) -> None:
    hub = laptop("HUB")
    records = [held(hub, f"KG-10{number}") for number in range(4)]
    reviews.set_state(hub, records[:2], "approved")
    reviews.set_state(hub, records[2:3], "issues")
    assert hub.review_counts() == {"received": 1, "issues": 1, "approved": 2, "rejected": 0}
    assert {row.record for row in hub.rows("approved")} == set(records[:2])
    assert [row.record for row in hub.rows("received")] == records[3:]
    assert [row.record for row in hub.rows("approved", "KG-101")] == [records[1]]
    assert hub.rows("approved", "KG-103") == []
    assert [row.record for row in hub.rows("issues", form_id="camp")] == [records[2]]
    hub.set_deleted(records[0], True)
    assert {row.record for row in hub.rows("approved")} == {records[1]}


def test_a_query_names_its_question_in_the_language_of_the_program(demonstrated: Path) -> None:
    with surveys.open_survey(demonstrated).value as survey:
        record = next(row.record for row in survey.rows("final", form_id="herder_interview", limit=1))
        field = next(name for name in survey.view(record).answers.fields if name.endswith("/age"))
        reviews.comment(survey, record, field, "Is this right?")
        texts.set_language("ru")
        try:
            (task,) = [one for one in reviews.tasks(survey, [record]) if one.query.text == "Is this right?"]
        finally:
            texts.set_language("en")
    assert task.label == "К какой возрастной группе вы относитесь?"

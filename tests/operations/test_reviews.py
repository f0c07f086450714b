"""Review by file: a consultant asks about answers, the facilitator answers at the very questions, replies come back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cami_survey.base.errors import UserError
from cami_survey.base.remarks import QUERY, REVIEW, remark_name
from cami_survey.operations import interviews, reviews
from cami_survey.operations.conflicts import resolve
from cami_survey.operations.forms import add
from cami_survey.operations.histories import steps_of
from cami_survey.operations.merges import merge
from cami_survey.operations.packages import pack
from cami_survey.store.api import SurveyFile
from tests.exchange.surveys import survey

FORM = """| survey | | | | |
| | type | name | label | required |
| | text | code | Code | yes |
| | integer | yaks | How many yaks? | |
| | integer | dogs | How many dogs? | |
| settings | | | | |
| | form_title | form_id | version | |
| | Camp visit | camp | 1 | |
"""


class Two:
    """A facilitator with an interview, and the consultant who has it too."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.field, self.desk = survey(folder / "field", "KG-05"), survey(folder / "desk", "KG-HUB")
        (folder / "camp.md").write_text(FORM)
        add(self.field, [folder / "camp.md"])
        running = interviews.start(self.field, "camp")
        for name, value in (("code", "KG-1"), ("yaks", "500"), ("dogs", "2")):
            running.set(f"/data/{name}", value)
        running.finalise()
        self.record = running.record
        self.send(self.field, self.desk)

    def send(self, source: SurveyFile, target: SurveyFile) -> None:
        merge(target, [pack(source, self.folder / "stick", plain=True).value.path], enrol=True)

    def review(self, file: SurveyFile) -> reviews.Review:
        (found,) = reviews.reviews(file).value
        return found


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    made = Two(tmp_path)
    yield made
    made.field.close()
    made.desk.close()


def test_a_query_goes_out_is_a_thing_to_do_at_its_question_and_its_answer_comes_back(two: Two) -> None:
    assert reviews.reviews(two.desk).value == []
    reviews.ask(two.desk, "KG-1", "yaks", "Really 500?")
    reviews.ask(two.desk, "KG-1", "dogs", "With puppies?")
    written = reviews.send(two.desk, two.folder / "queries", plain=True).value
    assert written.records == 1
    merge(two.field, [written.path], enrol=True)

    running = interviews.open_record(two.field, two.record)
    assert running.queries == {"/data/yaks": "Really 500?", "/data/dogs": "With puppies?"}
    running.set("/data/yaks", "50")
    assert running.queries == {"/data/dogs": "With puppies?"}
    running.comment("/data/dogs", "Grown ones only")
    assert running.queries == {}
    running.finalise("Looked at again")
    two.send(two.field, two.desk)

    review = two.review(two.desk)
    assert (review.state, review.open, review.code) == ("issues", 0, "KG-1")
    told = {query.field: (query.reply, query.changed) for query in review.queries}
    assert told == {"/data/yaks": ("=", True), "/data/dogs": ("Grown ones only", False)}
    assert two.desk.view(two.record).answers.fields["/data/yaks"] == "50"
    reviews.mark(two.desk, ["KG-1"], "approved")
    two.send(two.desk, two.field)
    assert two.review(two.field).state == "approved"
    with pytest.raises(UserError) as error:
        reviews.send(two.desk, two.folder / "queries", plain=True)
    assert error.value.code == "review.nothing-open"


def test_a_query_outlives_a_draft_that_is_left_and_taken_up_again(two: Two) -> None:
    reviews.ask(two.field, two.record, "yaks", "Really 500?")
    interviews.open_record(two.field, two.record)
    again = interviews.open_record(two.field, two.record)
    assert again.queries == {"/data/yaks": "Really 500?"}
    again.set("/data/dogs", "3")
    again.finalise("One more came")
    assert two.review(two.field).open == 1


def test_an_answer_without_a_word_is_a_reply_of_the_facilitator(two: Two) -> None:
    reviews.ask(two.field, two.record, "yaks", "Really 500?")
    reviews.reply(two.field, "KG-1", "yaks", "Counted with the neighbour's")
    (query,) = two.review(two.field).queries
    assert query.reply == "Counted with the neighbour's"
    with pytest.raises(UserError) as error:
        reviews.reply(two.field, "KG-1", "dogs", "Two")
    assert error.value.code == "review.no-query"


def test_asking_again_opens_it_again_and_nothing_takes_it_back(two: Two) -> None:
    reviews.ask(two.desk, two.record, "yaks", "Really 500?")
    reviews.reply(two.desk, two.record, "yaks", "Yes")
    reviews.ask(two.desk, two.record, "yaks", "Who counted?")
    assert [(one.text, one.reply) for one in two.review(two.desk).queries] == [("Who counted?", None)]
    reviews.ask(two.desk, two.record, "yaks", "")
    assert two.review(two.desk).queries == ()


def test_two_reviewers_who_judge_differently_are_a_conflict_like_any_other(two: Two) -> None:
    reviews.mark(two.desk, [two.record], "approved")
    reviews.mark(two.field, [two.record], "rejected")
    two.send(two.field, two.desk)
    assert [conflict.field for conflict in two.desk.conflicts()] == [REVIEW]
    resolve(two.desk, two.record, REVIEW, "value=rejected")
    assert two.review(two.desk).state == "rejected"


def test_answers_and_what_the_list_shows_stay_as_they_are(two: Two) -> None:
    before, row = two.desk.view(two.record), two.desk.rows()[0]
    reviews.save(two.desk, two.record, "issues", {"/data/yaks": "Really 500?"})
    after = two.desk.view(two.record)
    added = {REVIEW: "issues", remark_name(QUERY, "/data/yaks"): "Really 500?"}
    assert dict(after.answers.fields) == {**before.answers.fields, **added}
    assert after.answers.computed == before.answers.computed
    assert after.state == "final"
    assert two.desk.rows()[0].summary == row.summary


def test_the_history_says_in_words_what_was_asked_and_replied(two: Two) -> None:
    reviews.ask(two.field, two.record, "yaks", "Really 500?")
    running = interviews.open_record(two.field, two.record)
    running.set("/data/yaks", "50")
    running.finalise("Counted again")
    assert [step.line for step in steps_of(two.field, two.record).value][1:] == [
        "Query about “How many yaks?”: – → Really 500?; Review: – → has issues",
        "How many yaks?: 500 → 50; Reply about “How many yaks?”: – → the answer was changed",
    ]


def test_what_only_looks_like_a_query_is_none(two: Two) -> None:
    running = interviews.start(two.field, "camp")
    running.set("/data/code", '"@query:')
    running.finalise()
    assert reviews.reviews(two.field).value == []


def test_a_misspelt_state_or_field_is_told_the_nearest(two: Two) -> None:
    with pytest.raises(UserError) as error:
        reviews.mark(two.desk, [two.record], "aproved")
    assert (error.value.code, error.value.advice) == ("review.unknown-state", "Did you mean approved?")
    with pytest.raises(UserError) as error:
        reviews.ask(two.desk, two.record, "yakss", "What?")
    assert (error.value.code, error.value.advice) == ("review.unknown-field", "Did you mean yaks?")

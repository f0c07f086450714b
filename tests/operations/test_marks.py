"""Files of schema 2 said reviews and doubles as fields of the record; all of it stands after they are opened."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cami_survey.operations import doubles, interviews, merges, packages, reviews
from cami_survey.operations.summaries import catch_up
from cami_survey.store.api import SurveyFile
from tests.exchange.surveys import survey

SAMPLE = Path(__file__).parents[1] / "store" / "samples" / "schema2-marks.cami"


@pytest.fixture
def old(tmp_path: Path) -> Iterator[SurveyFile]:
    shutil.copyfile(SAMPLE, tmp_path / "old.cami")
    with SurveyFile.open(tmp_path / "old.cami") as made:
        yield made


def told(file: SurveyFile) -> list[tuple[str, str, list[tuple[str, str, str | None]]]]:
    """Code, state and queries with their replies."""
    found = []
    for row in file.rows():
        queries = [(q.text, q.state, q.reply.text if q.reply else None) for q in file.review(row.record).queries]
        found.append((row.summary.code, row.review, sorted(queries)))
    return sorted(found)


MARKS = [
    ("KG-1", "issues", [("Really 500?", "open", None), ("With puppies?", "answered", "Grown ones only")]),
    ("KG-2", "issues", [("Seven?", "answered", "")]),
    ("KG-3", "approved", []),
    ("kg 1", "", []),
]


def test_every_mark_of_an_old_file_stands_once_it_is_open(old: SurveyFile) -> None:
    catch_up(old)
    assert told(old) == MARKS
    assert old.review_counts() == {"received": 1, "issues": 2, "approved": 1, "rejected": 0}
    assert doubles.pairs(old) == []
    assert len(old.statements(doubles.MERGED)) == 1
    assert old.verify().ok


def test_a_query_of_before_is_answered_and_nothing_is_said_twice(old: SurveyFile) -> None:
    catch_up(old)
    record = old.find("KG-1")
    (open_query,) = old.review(record).open
    reviews.reply(old, open_query, "Yes, with his brother's")
    for query in old.review(record).queries:
        reviews.close(old, query)
    reviews.set_state(old, [record], "approved")
    running = interviews.open_record(old, record)
    running.set("/data/dogs", 3)
    running.finalise("One more came")
    catch_up(old)
    review = old.review(record)
    assert (review.state, [query.state for query in review.queries]) == ("approved", ["closed", "closed"])


def test_two_laptops_that_take_over_side_by_side_say_one_query(old: SurveyFile, tmp_path: Path) -> None:
    before = tmp_path / "twin.cami"
    shutil.copyfile(SAMPLE, before)
    with SurveyFile.open(before) as twin, survey(tmp_path / "hub", "KG-9") as hub:
        for file in (old, twin):
            catch_up(file)
            merges.merge(hub, [packages.pack(file, tmp_path / "stick", plain=True).value.path], enrol=True)
        catch_up(hub)
        assert told(hub) == MARKS

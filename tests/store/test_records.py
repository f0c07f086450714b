"""Saving, views, history, conflicts and their settling, deletion."""

from __future__ import annotations

import pytest

from cami_survey.base.errors import UserError
from cami_survey.base.records import Answers, Summary
from cami_survey.store.api import SurveyFile
from cami_survey.store.connection import READING_ALL
from tests.store.conftest import Laptops
from tests.store.interviews import FORM, VERSION, edit, interview, merge, save, values


def conflicting(laptop: Laptops) -> tuple[SurveyFile, SurveyFile, str]:
    """Two laptops that both know one interview and that its herd is 41 here and 42 there."""
    ours, theirs = laptop("KG-01"), laptop("KG-02")
    record = interview(ours, code="H0001", herd="40", dogs="2")
    merge(theirs, ours)
    edit(ours, record, herd="41")
    edit(theirs, record, herd="42")
    merge(ours, theirs)
    return ours, theirs, record


def test_what_was_saved_is_what_is_seen(survey: SurveyFile) -> None:
    answers = Answers(
        {"/data/herd": "40", "/data/name": "Б\u0438\u0306"}, {"/data/units": "12.5"}, {"a.jpg": "ab" * 32}
    )
    record = survey.new_record()
    survey.save(
        record=record,
        form_id=FORM,
        form_version=VERSION,
        answers=answers,
        state="draft",
        parents=(),
        summary=Summary(code="H0001"),
        reason="first",
    )
    view = survey.view(record)
    assert view.answers == Answers(
        {"/data/herd": "40", "/data/name": "Бй"}, {"/data/units": "12.5"}, {"a.jpg": "ab" * 32}
    )
    assert (view.state, view.deleted, view.stale, view.conflicts) == ("draft", False, False, ())
    assert (view.device, view.has_sealed) == (survey.device.id, False)
    assert [entry.reason for entry in survey.history(record)] == ["first"]


def test_history_has_each_step_with_its_answers(survey: SurveyFile) -> None:
    record = interview(survey, herd="40")
    edit(survey, record, herd="41")
    first, second = survey.history(record)
    assert second.parents == (first.id,)
    assert (first.device_seq, second.device_seq) == (1, 2)
    assert first.written < second.written
    assert survey.revision_answers(first.id).fields == {"/data/herd": "40"}


def test_a_conflict_names_both_values_their_writers_and_the_value_from_before(laptop: Laptops) -> None:
    ours, theirs, record = conflicting(laptop)
    (conflict,) = ours.conflicts()
    mine, other = conflict.claims
    assert (conflict.field, conflict.before, conflict.code) == ("/data/herd", "40", "H0001")
    assert (mine.value, mine.mine, mine.device_name) == ("41", True, "KG-01")
    assert (other.value, other.mine, other.device_name) == ("42", False, "KG-02")
    assert other.device == theirs.device.id
    assert ours.counts()["conflicts"] == 1
    assert ours.rows("conflicts")[0].conflicts == 1
    assert values(ours, record)["herd"] == "40"


@pytest.mark.parametrize("decision", ["41", "42", "40", "77", None])
def test_a_decision_settles_the_conflict_everywhere(laptop: Laptops, decision: str | None) -> None:
    ours, theirs, record = conflicting(laptop)
    ours.resolve(record, {"/data/herd": decision}, reason="asked again")
    merge(theirs, ours)
    for survey in (ours, theirs):
        assert survey.conflicts() == []
        assert values(survey, record).get("herd") == decision
        assert values(survey, record)["dogs"] == "2"
    assert ours.view(record).heads == theirs.view(record).heads


def test_fields_that_are_not_decided_stay_in_conflict(laptop: Laptops) -> None:
    ours, theirs, record = conflicting(laptop)
    edit(ours, record, dogs="3")
    edit(theirs, record, dogs="4")
    merge(ours, theirs)
    assert {conflict.field for conflict in ours.conflicts(record)} == {"/data/herd", "/data/dogs"}
    ours.resolve(record, {"/data/dogs": "4"})
    assert {conflict.field for conflict in ours.conflicts(record)} == {"/data/herd"}
    assert len(ours.view(record).heads) == 1


def test_saving_another_answer_leaves_a_conflict_open(laptop: Laptops) -> None:
    ours, _theirs, record = conflicting(laptop)
    edit(ours, record, dogs="5")
    assert [conflict.field for conflict in ours.conflicts(record)] == ["/data/herd"]
    assert values(ours, record) == {"herd": "40", "dogs": "5"}


def test_typing_a_value_into_a_field_in_conflict_settles_it(laptop: Laptops) -> None:
    ours, _theirs, record = conflicting(laptop)
    edit(ours, record, herd="42")
    assert ours.conflicts(record) == []
    assert values(ours, record)["herd"] == "42"


def test_settling_what_is_not_in_conflict_is_refused(laptop: Laptops) -> None:
    ours, _theirs, record = conflicting(laptop)
    with pytest.raises(UserError) as refusal:
        ours.resolve(record, {"/data/dogs": "2"})
    assert refusal.value.code == "conflict.unknown"


def test_after_settling_computed_values_are_stale_until_saved_again(laptop: Laptops) -> None:
    ours, _theirs, record = conflicting(laptop)
    ours.resolve(record, {"/data/herd": "42"})
    assert ours.view(record).stale
    assert ours.stale_summaries() == [record]
    save(ours, record, dict(ours.view(record).answers.fields))
    assert not ours.view(record).stale
    assert ours.stale_summaries() == []


def test_deletion_is_a_revision_and_can_be_taken_back(survey: SurveyFile) -> None:
    record = interview(survey, code="H0001", herd="40")
    survey.set_deleted(record, True)
    assert survey.counts() == {"all": 0, "drafts": 0, "final": 0, "conflicts": 0, "deleted": 1}
    assert [row.deleted for row in survey.rows("deleted")] == [True]
    assert list(survey.views(FORM)) == []
    survey.set_deleted(record, False)
    survey.set_deleted(record, False)
    assert survey.counts()["deleted"] == 0
    assert values(survey, record) == {"herd": "40"}
    assert len(survey.history(record)) == 3


def test_an_interview_deleted_here_and_edited_there_asks_a_person(laptop: Laptops) -> None:
    ours, theirs = laptop("KG-01"), laptop("KG-02")
    record = interview(ours, herd="40")
    merge(theirs, ours)
    ours.set_deleted(record, True)
    edit(theirs, record, herd="41")
    merge(ours, theirs)
    (conflict,) = ours.conflicts(record)
    assert conflict.field == "@deleted"
    assert {claim.value for claim in conflict.claims} == {"1", None}
    assert ours.counts()["all"] == 1
    ours.resolve(record, {"@deleted": "1"})
    assert ours.counts() == {"all": 0, "drafts": 0, "final": 0, "conflicts": 0, "deleted": 1}


def test_keeping_an_instance_that_somebody_removed_keeps_what_is_in_it(laptop: Laptops) -> None:
    ours, theirs = laptop("KG-01"), laptop("KG-02")
    sight = {"/data/sight[k1]": "1", "/data/sight[k1]/year": "2019", "/data/sight[k1]/place": "Naryn"}
    record = ours.new_record()
    save(ours, record, sight, parents=())
    merge(theirs, ours)
    save(ours, record, {})
    save(theirs, record, sight | {"/data/sight[k1]/year": "2020"})
    merge(ours, theirs)
    (conflict,) = ours.conflicts(record)
    assert (conflict.field, {claim.value for claim in conflict.claims}) == ("/data/sight[k1]", {None, "1"})
    ours.resolve(record, {"/data/sight[k1]": "1"})
    assert ours.view(record).answers.fields == sight | {"/data/sight[k1]/year": "2020"}
    edit(theirs, record, **{"sight[k1]/place": "Osh"})
    theirs_view = theirs.view(record).answers.fields
    assert theirs_view["/data/sight[k1]/place"] == "Osh"


def test_leaving_an_instance_away_takes_what_is_in_it_along(laptop: Laptops) -> None:
    ours, theirs = laptop("KG-01"), laptop("KG-02")
    sight = {"/data/sight[k1]": "1", "/data/sight[k1]/year": "2019"}
    record = ours.new_record()
    save(ours, record, sight, parents=())
    merge(theirs, ours)
    save(ours, record, {})
    save(theirs, record, sight | {"/data/sight[k1]/year": "2020"})
    merge(ours, theirs)
    ours.resolve(record, {"/data/sight[k1]": None})
    assert ours.view(record).answers.fields == {}
    assert ours.conflicts(record) == []


def test_a_revision_on_an_older_step_becomes_a_branch(survey: SurveyFile) -> None:
    record = interview(survey, herd="40")
    start = survey.view(record).heads
    save(survey, record, {"/data/herd": "41"}, parents=start)
    save(survey, record, {"/data/herd": "40", "/data/dogs": "1"}, parents=start)
    assert len(survey.view(record).heads) == 2
    assert values(survey, record) == {"herd": "41", "dogs": "1"}


def test_parents_that_are_not_there_are_our_mistake(survey: SurveyFile) -> None:
    record = interview(survey, herd="40")
    with pytest.raises(ValueError, match="parents"):
        save(survey, record, {"/data/herd": "41"}, parents=("00" * 32,))


def test_an_interview_too_large_to_be_exchanged_is_refused_and_the_draft_kept(survey: SurveyFile) -> None:
    record = survey.new_record()
    draft = survey.start_draft(form_id=FORM, form_version=VERSION, record=record, values={"/data/note": "x"})
    with pytest.raises(UserError) as refusal:
        survey.save(
            record=record,
            form_id=FORM,
            form_version=VERSION,
            answers=Answers({"/data/note": "x" * 1_600_000}),
            state="final",
            parents=(),
            summary=Summary(),
            draft=draft,
        )
    assert refusal.value.code == "record.too-large"
    assert survey.draft(draft).values == {"/data/note": "x"}


def test_views_stream_the_interviews_of_a_form(survey: SurveyFile) -> None:
    for number in range(7):
        interview(survey, state="final" if number % 2 else "draft", herd=str(number))
    assert [view.answers.fields["/data/herd"] for view in survey.views(FORM, "final")] == ["1", "3", "5"]
    assert len(list(survey.views(FORM))) == 7
    assert list(survey.views("other")) == []


def test_an_interview_nobody_knows_is_named_with_the_nearest(survey: SurveyFile) -> None:
    interview(survey, code="H0123", herd="1")
    with pytest.raises(UserError) as refusal:
        survey.find("H0132")
    assert refusal.value.code == "record.unknown"
    assert "H0123" in refusal.value.advice


def test_an_interview_is_found_by_id_by_its_beginning_and_by_code(survey: SurveyFile) -> None:
    record = interview(survey, code="H0123", herd="1")
    assert survey.find(record) == survey.find(record[:8]) == survey.find("H0123") == record
    interview(survey, code="H0123", herd="2")
    with pytest.raises(UserError) as refusal:
        survey.find("H0123")
    assert refusal.value.code == "record.ambiguous"


def test_withdrawn_consent_drops_what_was_said_here_and_from_old_packages(laptop: Laptops) -> None:
    ours, theirs = laptop("KG-01"), laptop("KG-02")
    record = interview(ours, code="H0001", herd="40", name="Азамат")
    kept = interview(ours, code="H0002", herd="7")
    package = list(ours.facts())
    theirs.enrol(ours.device)
    merge(theirs, ours)
    ours.withdraw(record, "asked to")
    merge(theirs, ours)
    for survey in (ours, theirs):
        survey.accept(package, package="old", source="stick")
        assert [row.record for row in survey.rows()] == [kept]
        assert survey.rows(search="Азамат") == []
        assert all(fact.body is None for fact in survey.facts([record]) if fact.kind == "revision")
        assert survey.verify().ok


def test_consent_withdrawn_before_the_interview_arrives_keeps_it_out(laptop: Laptops) -> None:
    ours, theirs = laptop("KG-01"), laptop("KG-02")
    record = interview(ours, herd="40")
    package = [fact for fact in ours.facts() if fact.kind == "revision"]
    ours.withdraw(record)
    theirs.enrol(ours.device)
    theirs.accept([fact for fact in ours.facts() if fact.kind == "withdrawal"], package="1", source="s")
    counts = theirs.accept(package, package="2", source="s")
    assert (counts.new, counts.newer) == (0, 0)
    assert theirs.rows() == []
    assert [fact.body for fact in theirs.facts() if fact.kind == "revision"] == [None]
    assert theirs.verify().ok


def test_after_withdrawal_nothing_more_is_saved_on_what_was_there(survey: SurveyFile) -> None:
    record = interview(survey, herd="40")
    heads = survey.view(record).heads
    survey.withdraw(record)
    with pytest.raises(UserError) as refusal:
        save(survey, record, {"/data/herd": "41"}, parents=heads)
    assert refusal.value.code == "record.withdrawn"


def test_a_withdrawal_by_a_device_that_is_not_trusted_is_refused(laptop: Laptops) -> None:
    ours, theirs = laptop("KG-01"), laptop("KG-02")
    record = interview(ours, herd="40")
    merge(theirs, ours)
    ours.withdraw(record)
    with pytest.raises(UserError) as refusal:
        merge(theirs, ours)
    assert refusal.value.code == "facts.untrusted-withdrawal"
    assert values(theirs, record) == {"herd": "40"}


def test_what_reading_all_interviews_keeps_in_memory_is_given_back(survey: SurveyFile) -> None:
    def kept() -> int:
        with survey._db.read() as connection:
            return int(connection.exec_driver_sql("PRAGMA cache_size").scalar_one())

    usual = kept()
    list(survey.views(FORM))
    assert kept() == usual
    with survey._db.read(everything=True) as connection:
        assert connection.exec_driver_sql("PRAGMA cache_size").scalar_one() == -READING_ALL
    assert kept() == usual

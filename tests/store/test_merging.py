"""Merging survey files: T18 to T20, T29 to T31, T38 and T39 of the fault list, counts, cancelling."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from cami_survey.base.errors import UserError
from cami_survey.base.records import Answers, Fact, MergeCounts, Summary
from cami_survey.store import connection, folding, merging
from cami_survey.store.api import SurveyFile
from cami_survey.store.canonical import digest, encode
from cami_survey.store.revisions import Body, mint
from tests.store.conftest import Laptops
from tests.store.interviews import FORM, VERSION, content, edit, interview, merge, new_survey, save, values


def whole(survey: SurveyFile) -> tuple[object, ...]:
    """Everything that has to be the same wherever the same facts are."""
    facts = {(fact.kind, fact.id) for fact in survey.facts()}
    views = {view.record: (view.answers, view.heads, view.conflicts) for view in survey.views(deleted=True)}
    for record, (answers, heads, conflicts) in views.items():
        neutral = [(c.field, c.before, {(claim.value, claim.revision) for claim in c.claims}) for c in conflicts]
        views[record] = (answers, heads, neutral)  # type: ignore[assignment]  # who is "mine" differs by file
    return facts, views


def seasoned(laptop: Laptops) -> list[SurveyFile]:
    """Three laptops that edited the same interviews, apart and after exchanging some."""
    a, b, c = laptop("a"), laptop("b"), laptop("c")
    a.add_form(content())
    records = [interview(a, code=f"H{n}", herd=str(n), dogs="1") for n in range(4)]
    merge(b, a)
    merge(c, a, b)
    edit(a, records[0], herd="50")
    edit(b, records[0], herd="51")
    edit(b, records[1], dogs="9")
    edit(c, records[1], herd="8")
    merge(a, b)
    a.set_deleted(records[2], True)
    edit(c, records[2], herd="3")
    merge(c, a)
    c.resolve(records[0], {"/data/herd": "51"})
    interview(c, code="C1", herd="1")
    return [a, b, c]


def listed(survey: SurveyFile) -> list[tuple[object, ...]]:
    """What the list says of every interview, in the bin too."""
    rows = [*survey.rows(limit=1000), *survey.rows(filter="deleted", limit=1000)]
    shown = [(row.record, row.form_version, row.state, row.deleted, row.conflicts, row.changed) for row in rows]
    return sorted((*one, row.device) for one, row in zip(shown, rows, strict=True))


@pytest.mark.parametrize("order", ["as sent", "backwards"])
def test_interviews_that_arrive_whole_are_listed_as_if_they_came_step_by_step(laptop: Laptops, order: str) -> None:
    a, b = laptop("a"), laptop("b")
    a.add_form(content())
    single, line, binned, parted, joined = (interview(a, code=f"H{n}", state="draft", herd="1") for n in range(5))
    for herd in ("2", "3"):
        edit(a, line, herd=herd)
    a.set_deleted(binned, True)
    merge(b, a)
    for file, herd in ((a, "4"), (b, "5")):
        edit(file, parted, herd=herd)
        edit(file, joined, herd=herd)
    merge(a, b)
    edit(a, joined, herd="6")
    facts = list(a.facts())
    revisions = [fact for fact in facts if fact.kind == "revision"]
    others = [fact for fact in facts if fact.kind != "revision"]
    revisions = revisions if order == "as sent" else revisions[::-1]
    at_once, slowly = laptop("at-once"), laptop("slowly")
    counts = at_once.accept([*others, *revisions], package="1", source="1")
    slowly.accept(others, package="0", source="0")
    for number, fact in enumerate(revisions):
        slowly.accept([fact], package=str(number), source="1")
    assert listed(at_once) == listed(slowly)
    assert whole(at_once)[1] == whole(slowly)[1] == whole(a)[1]
    assert (counts.new, counts.newer, counts.same, counts.incomplete) == (5, 0, 0, 0)
    assert at_once.counts() == slowly.counts()
    assert single in {record for record, *_rest in listed(at_once)}


def test_t18_packages_twice_and_in_any_order_give_the_same_rows_and_views(laptop: Laptops) -> None:
    sources = [list(survey.facts()) for survey in seasoned(laptop)]
    pieces = [facts[start : start + 5] for facts in sources for start in range(0, len(facts), 5)]
    results = []
    for seed in range(4):
        target = laptop(f"target{seed}")
        target.add_form(content())
        order = pieces + pieces
        random.Random(seed).shuffle(order)
        for number, piece in enumerate(order):
            target.accept([fact for fact in piece if fact.kind != "form"], package=str(number), source="stick")
        facts, views = whole(target)
        assert isinstance(facts, set)
        results.append(({name for kind, name in facts if kind == "revision"}, views))
    assert all(result == results[0] for result in results)


def test_t19_a_and_b_then_c_is_a_and_then_b_and_c(laptop: Laptops) -> None:
    a, b, c = seasoned(laptop)
    left, right, joined = laptop("left"), laptop("right"), laptop("joined")
    merge(left, a, b, c)
    merge(joined, c, b)
    merge(right, a, joined)
    merge(left, joined)
    merge(right, left)
    merge(left, right)
    assert whole(left) == whole(right)


def test_merging_again_adds_nothing(laptop: Laptops) -> None:
    a, b, c = seasoned(laptop)
    target = laptop("target")
    merge(target, a, b, c)
    before = whole(target)
    again = target.accept(c.facts(), package="again", source="stick")
    assert again == MergeCounts(same=5)
    assert whole(target) == before


def test_a_preview_counts_what_the_merge_will_and_keeps_nothing(laptop: Laptops) -> None:
    a, _b, c = seasoned(laptop)
    target = laptop("target")
    merge(target, a)
    before = whole(target)
    package = list(c.facts())
    previewed = target.preview(package)
    assert whole(target) == before
    assert target.accept(package, package="p", source="s") == previewed
    assert (previewed.new, previewed.newer) == (1, 3)
    assert previewed.revisions == 4


def test_t20_a_child_before_its_parent_is_held_and_joins_when_it_comes(laptop: Laptops) -> None:
    a, target = laptop("a"), laptop("target")
    record = interview(a, herd="1")
    edit(a, record, herd="2")
    first, second = [fact for fact in a.facts() if fact.kind == "revision"]
    counts = target.accept([second], package="2", source="s")
    assert (counts.incomplete, counts.new) == (1, 1)
    assert target.rows() == []
    assert counts.gaps == ((a.device.id, 1, 1),)
    counts = target.accept([first], package="1", source="s")
    assert (counts.incomplete, counts.gaps) == (0, ())
    assert values(target, record) == {"herd": "2"}


def test_t29_a_wrong_clock_changes_no_view_and_drags_nobody_along(tmp_path: Path) -> None:
    with (
        new_survey(tmp_path, "ours") as ours,
        new_survey(tmp_path, "future", start="2099-01-01T00:00:00") as future,
        new_survey(tmp_path, "past", start="1970-01-02T00:00:00") as past,
    ):
        record = interview(ours, herd="40")
        merge(future, ours)
        merge(past, ours)
        edit(future, record, herd="41")
        edit(past, record, herd="42")
        merge(ours, future, past)
        (conflict,) = ours.conflicts(record)
        assert {claim.value for claim in conflict.claims} == {"41", "42"}
        ours.resolve(record, {"/data/herd": "42"})
        assert ours.history(record)[-1].written.year == 2026


def test_t30_a_cloned_laptop_is_noticed_and_both_interviews_are_kept(laptop: Laptops) -> None:
    ours, target = laptop("ours"), laptop("target")
    interview(ours, herd="1")
    clone = revision(dev=ours.device.id, dev_seq=1, record="clone")
    merge(target, ours)
    counts = target.accept([clone], package="clone", source="s")
    assert counts.forks == ((ours.device.id, 1),)
    assert len(target.rows()) == 2


def test_t30_a_device_that_meets_its_clone_does_not_reuse_its_numbers(survey: SurveyFile) -> None:
    survey.accept([revision(dev=survey.device.id, dev_seq=7, record="clone")], package="p", source="s")
    record = interview(survey, herd="1")
    assert survey.history(record)[0].device_seq == 8


def test_t31_missing_runs_are_named_with_device_and_range(survey: SurveyFile) -> None:
    dev = "ab" * 32
    facts = [revision(dev=dev, dev_seq=number, record=f"r{number}") for number in (2, 3, 7, 8, 10)]
    counts = survey.accept(facts, package="p", source="s")
    assert counts.gaps == ((dev, 1, 1), (dev, 4, 6), (dev, 9, 9))
    assert survey.sequence_ranges()[dev] == [(2, 3), (7, 8), (10, 10)]


def revision(body: bytes | None = None, **about: object) -> Fact:
    """A revision of somebody else's making."""
    head = {"record": "r1", "parents": (), "dev": "cd" * 32, "dev_seq": 1, "hlc": "0193a0000000-0000"} | about
    made = mint(Body({"/data/herd": "1", "@state": "final"}), form=FORM, form_version=VERSION, **head)
    if body is None:
        return Fact("revision", made.id.hex(), made.head, made.body, made.salt)
    return with_head(Fact("revision", "", made.head, body, made.salt), body=digest("body", made.salt, body).hex())


def with_head(fact: Fact, **changes: object) -> Fact:
    """The fact with other things in its head, named by its new hash."""
    head = encode(orjson.loads(fact.head) | changes)
    return replace(fact, head=head, id=digest("revision", head).hex())


def altered(fact: Fact) -> Fact:
    """The fact with one answer changed and nothing else."""
    assert fact.body is not None
    return replace(fact, body=fact.body.replace(b'"1"', b'"2"'))


def without(fact: Fact, name: str) -> Fact:
    """The fact with one thing missing in its head and another in its place."""
    parts = orjson.loads(fact.head)
    del parts[name]
    head = encode(parts | {"zzz": 1})
    return replace(fact, head=head, id=digest("revision", head).hex())


GOOD_BODY = {"v": 1, "fields": {"/data/herd": "1"}, "computed": {}, "files": {}, "open": [], "reason": ""}
HOSTILE: dict[str, Callable[[], Fact]] = {
    "T39 altered body": lambda: altered(revision()),
    "another salt": lambda: replace(revision(), salt=b"0" * 16),
    "body of another": lambda: replace(revision(), body=encode(GOOD_BODY)),
    "no body": lambda: replace(revision(), body=None, salt=None),
    "another id": lambda: replace(revision(), id="00" * 32),
    "negative clock": lambda: with_head(revision(), hlc="-193a0000000-0000"),
    "negative sequence": lambda: with_head(revision(), dev_seq=-1),
    "sequence as text": lambda: with_head(revision(), dev_seq="1"),
    "sequence as truth": lambda: with_head(revision(), dev_seq=True),
    "device as list": lambda: with_head(revision(), dev=["ab" * 32]),
    "body as object": lambda: with_head(revision(), body={}),
    "clock as null": lambda: with_head(revision(), hlc=None),
    "something else instead of parents": lambda: without(revision(), "parents"),
    "device in capitals": lambda: with_head(revision(), dev="AB" * 32),
    "parents unsorted": lambda: with_head(revision(), parents=["cd" * 32, "ab" * 32]),
    "parents twice": lambda: with_head(revision(), parents=["ab" * 32, "ab" * 32]),
    "parents no list": lambda: with_head(revision(), parents="ab" * 32),
    "record as number": lambda: with_head(revision(), record=7),
    "record without name": lambda: with_head(revision(), record=""),
    "record of a megabyte": lambda: with_head(revision(), record="r" * 1_000_000),
    "no version": lambda: with_head(revision(), v=None),
    "number as answer": lambda: revision(encode(GOOD_BODY | {"fields": {"/data/herd": 1}})),
    "list as answers": lambda: revision(encode(GOOD_BODY | {"fields": ["a"]})),
    "file without hash": lambda: revision(encode(GOOD_BODY | {"files": {"a.jpg": "../../etc"}})),
    "open as number": lambda: revision(encode(GOOD_BODY | {"open": [1]})),
    "open as truth": lambda: revision(encode(GOOD_BODY | {"open": True})),
    "body as list": lambda: revision(b"[]"),
    "duplicate keys": lambda: revision(encode(GOOD_BODY)[:-1] + b',"v":1}'),
    "not a number": lambda: revision(b'{"v":NaN}'),
    "lone surrogate": lambda: revision(
        b'{"computed":{},"fields":{"a":"\\ud800"},"files":{},"open":[],"reason":"","v":1}'
    ),
    "bad utf-8": lambda: revision(encode(GOOD_BODY).replace(b"herd", b"h\xffrd")),
    "huge number": lambda: revision(b'{"v":1180591620717411303424}'),
    "deep nesting": lambda: revision(b'{"v":1,"fields":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "too large": lambda: revision(encode(GOOD_BODY | {"reason": "x" * 1_600_000})),
    "spaces": lambda: revision(orjson.dumps(GOOD_BODY, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)),
    "attachment": lambda: Fact("attachment", "00" * 32, b"photograph"),
    "form": lambda: Fact("form", digest("form", b"{}").hex(), b"{}"),
    "device": lambda: Fact("device", digest("device-card", b"{}").hex(), b"{}"),
    "withdrawal": lambda: Fact("withdrawal", digest("withdrawal", b"{}").hex(), b"{}"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_facts_are_refused_and_nothing_of_what_came_along_is_kept(survey: SurveyFile, name: str) -> None:
    interview(survey, herd="1")
    before = whole(survey)
    good = revision(record="good")
    with pytest.raises(UserError) as refusal:
        survey.accept([good, HOSTILE[name](), good], package="p", source="s")
    assert refusal.value.code == "facts.damaged"
    assert whole(survey) == before
    assert survey.verify().ok
    assert interview(survey, herd="2")


def test_a_fact_of_a_newer_version_is_refused_with_the_advice_to_update(survey: SurveyFile) -> None:
    with pytest.raises(UserError) as refusal:
        survey.accept([with_head(revision(), v=2)], package="p", source="s")
    assert refusal.value.code == "facts.newer"


def test_what_a_later_version_adds_to_a_body_is_kept(survey: SurveyFile, laptop: Laptops) -> None:
    fact = revision(encode(GOOD_BODY | {"mood": "good"}))
    survey.accept([fact], package="p", source="s")
    target = laptop("target")
    merge(target, survey)
    assert [sent for sent in target.facts() if sent.kind == "revision"] == [fact]


def test_cancelling_leaves_nothing(survey: SurveyFile) -> None:
    class StopError(Exception):
        pass

    def stop(done: int) -> None:
        raise StopError(done)

    facts = [revision(record=f"r{n}", dev_seq=n + 1) for n in range(3)]
    with pytest.raises(StopError, match="3"):
        survey.accept(facts, package="p", source="s", progress=stop)
    assert survey.rows() == []
    assert survey.sequence_ranges() == {}


def test_forms_files_and_devices_travel_with_the_interviews(laptop: Laptops) -> None:
    a, b = laptop("KG-01"), laptop("KG-02")
    a.add_form(content())
    a.add_form(content(form_id="other", xform=b"<other/>"))
    photo = a.attach(b"\xff\xd8 photograph", "camp.jpg")
    record = a.new_record()
    a.save(
        record=record,
        form_id=FORM,
        form_version=VERSION,
        answers=Answers({"/data/photo": "camp.jpg"}, {}, {"camp.jpg": photo}),
        state="final",
        parents=(),
        summary=Summary(),
    )
    counts = b.accept(a.facts([record]), package="p", source="s")
    assert (counts.forms, counts.attachments, counts.new) == (1, 1, 1)
    assert b.form(FORM).xform == b"<h:html/>"
    assert b.attachment(photo) == b"\xff\xd8 photograph"
    known = {device.id: device for device in b.devices()}
    assert known[a.device.id].name == "KG-01"
    assert not known[a.device.id].trusted


def test_a_form_without_its_contents_is_refused(laptop: Laptops) -> None:
    a, b = laptop("KG-01"), laptop("KG-02")
    a.add_form(content())
    with pytest.raises(UserError) as refusal:
        b.accept([fact for fact in a.facts() if fact.kind == "form"], package="p", source="s")
    assert refusal.value.code == "facts.damaged"
    assert b.forms() == []


def test_facts_after_a_number_are_those_that_came_later(survey: SurveyFile) -> None:
    interview(survey, herd="1")
    after = survey.last_seq()
    interview(survey, herd="2")
    assert len([fact for fact in survey.facts(after=after) if fact.kind == "revision"]) == 1


def test_an_interview_with_an_open_draft_here_keeps_it_through_a_merge(laptop: Laptops) -> None:
    a, b = laptop("a"), laptop("b")
    record = interview(a, herd="1")
    draft = b.start_draft(form_id=FORM, form_version=VERSION, record=record, values={"/data/herd": "2"})
    merge(b, a)
    (row,) = b.rows()
    assert (row.draft, row.record) == (draft, record)
    assert b.draft(draft).values == {"/data/herd": "2"}


def test_summaries_of_what_came_in_are_asked_for_and_then_found(laptop: Laptops) -> None:
    a, b = laptop("a"), laptop("b")
    records = [interview(a, code=f"H{n}", herd=f"word{n}") for n in range(3)]
    merge(b, a)
    assert set(b.stale_summaries()) == set(records)
    b.set_summaries({record: Summary(code=f"H{n}", search=f"word{n}") for n, record in enumerate(records)})
    assert b.stale_summaries() == []
    assert [row.record for row in b.rows(search="word1")] == [records[1]]
    save(a, records[1], {"/data/herd": "new"}, code="H1")
    merge(b, a)
    assert b.stale_summaries() == [records[1]]


@pytest.mark.parametrize("most", [1, 5, 1000])
def test_packages_that_are_listed_together_are_listed_as_if_each_had_been(
    laptop: Laptops, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(merging, "MOST_UNLISTED", most)
    a, b, c = seasoned(laptop)
    gone = interview(a, code="gone", herd="1")
    sent = [list(a.facts()), list(b.facts())]
    merge(c, a)
    c.withdraw(gone)
    sent.append(list(c.facts()))
    together, each = laptop("together"), laptop("each")
    for file, durable in ((together, False), (each, True)):
        file.enrol(c.device)
        for number, facts in enumerate(sent):
            file.accept(facts, package=str(number), source="", durable=durable)
        file.flush()
    assert listed(together) == listed(each)
    assert whole(together)[1] == whole(each)[1]


def test_what_a_merge_had_not_listed_when_it_stopped_is_listed_when_the_file_is_opened(
    tmp_path: Path, laptop: Laptops
) -> None:
    a = laptop("a")
    a.add_form(content())
    records = {interview(a, code=f"H{n}", herd=str(n)) for n in range(3)}
    with new_survey(tmp_path, "stopped") as stopped:
        own = interview(stopped, code="own", herd="1")
        stopped.accept(a.facts(), package="1", source="", durable=False)
        assert {row.record for row in stopped.rows()} == {own}
    for _time in range(2):
        with SurveyFile.open(tmp_path / "stopped.cami") as again:
            assert {row.record for row in again.rows()} == {own, *records}
            assert again.counts()["all"] == 4
            assert all(again.view(record).answers.fields for record in records)


def test_on_a_full_disk_what_was_merged_is_kept_and_listed_once_there_is_room(laptop: Laptops) -> None:
    a, b = laptop("a"), laptop("b")
    a.add_form(content())
    records = {interview(a, code=f"H{n}", herd=str(n)) for n in range(60)}
    b.accept(a.facts(), package="1", source="", durable=False)
    with b._db.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    b._db._set((f"PRAGMA max_page_count = {pages}",))
    b.flush()
    assert b.rows() == []
    assert b.merges()[0].counts.new == len(records)
    b._db._set(("PRAGMA max_page_count = 1000000",))
    b.flush()
    assert {row.record for row in b.rows()} == records


def test_facts_that_come_twice_in_one_package_come_to_the_same(laptop: Laptops) -> None:
    a, once, twice = laptop("a"), laptop("once"), laptop("twice")
    a.add_form(content())
    record = interview(a, code="H1", herd="1")
    edit(a, record, herd="2")
    interview(a, code="H2", herd="3")
    facts = list(a.facts())
    counts = once.accept(facts, package="1", source="")
    assert twice.accept([*facts, *reversed(facts)], package="1", source="") == counts
    assert listed(twice) == listed(once)
    assert whole(twice)[1] == whole(once)[1]


def test_the_log_of_a_long_merge_is_begun_anew(laptop: Laptops, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = laptop("a"), laptop("b")
    a.add_form(content())
    lengths = []
    for name in ("WORTH_FOLDING", "LONG_LOG"):
        monkeypatch.setattr(connection, name, 1)
    for number in range(6):
        interview(a, code=f"H{number}", herd=str(number))
        b.accept(a.facts(), package=str(number), source="", durable=False)
        lengths.append(b._db._log_pages()[0])
    assert max(lengths[1:]) < 2 * min(lengths[1:])
    b.flush()
    assert whole(b)[1] == whole(a)[1]


def test_the_log_is_flushed_beside_a_merge_where_little_is_to_be_folded(
    laptop: Laptops, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = laptop("a"), laptop("b")
    a.add_form(content())
    flushed: list[Path] = []
    monkeypatch.setattr(folding.disk, "sync", flushed.append)
    for number in range(2):
        interview(a, code=f"H{number}", herd=str(number))
        b.accept(a.facts(), package=str(number), source="", durable=False)
        b._db._folding.wait()
    assert set(flushed) == {b.path.with_name(b.path.name + "-wal")}
    assert len(flushed) == 2

"""T8, T18-T31, T41, T45, T49 with real packages and survey files: what a merge makes of laptops that differ."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from cami_survey.base.errors import UserError
from cami_survey.base.records import DELETED, Answers, Fact
from cami_survey.exchange import publish
from cami_survey.exchange.transport import Folder
from cami_survey.operations import arrivals, sharing
from cami_survey.operations.conflicts import resolve
from cami_survey.operations.merges import merge
from cami_survey.operations.packages import pack
from cami_survey.store.api import SurveyFile
from tests.exchange.surveys import FORM, VERSION, contents, interview, survey

Laptops = Callable[[str], SurveyFile]


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptops]:
    made: list[SurveyFile] = []

    def make(name: str) -> SurveyFile:
        made.append(survey(tmp_path / name, name))
        return made[-1]

    yield make
    for file in made:
        file.close()


@pytest.fixture
def send(tmp_path: Path) -> Callable[..., None]:
    """From one laptop to others, in a package."""

    def sent(source: SurveyFile, *targets: SurveyFile) -> None:
        package = pack(source, tmp_path / "stick", plain=True).value.path
        for target in targets:
            merge(target, [package], enrol=True)

    return sent


Send = Callable[..., None]


def state(file: SurveyFile) -> tuple[object, ...]:
    """Rows, heads and views of a survey file."""
    facts = sorted(fact.id for fact in file.facts() if fact.kind == "revision")
    heads = {view.record: view.heads for view in file.views(FORM, deleted=True)}
    return facts, heads, contents(file)


@pytest.fixture
def apart(laptop: Laptops, send: Send) -> tuple[SurveyFile, SurveyFile, SurveyFile, str]:
    """Two laptops and a hub that have the same interview of 120 yaks and one dog."""
    a, b, hub = laptop("KG-01"), laptop("KG-02"), laptop("KG-HUB")
    record = interview(a, {"yaks": "120", "dogs": "1"}, code="H1")
    send(a, b, hub)
    return a, b, hub, record


Apart = tuple[SurveyFile, SurveyFile, SurveyFile, str]


def test_t8_a_stick_that_gives_back_something_else_has_not_been_delivered_to(
    tmp_path: Path, apart: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = iter(range(9))
    true = publish._read
    monkeypatch.setattr(publish, "_read", lambda path: true(path) if next(reads) == 0 else ("0" * 64, 1))
    with pytest.raises(UserError) as error:
        pack(apart[0], tmp_path / "pulled", plain=True)
    assert error.value.code == "package.not-delivered"
    assert list((tmp_path / "pulled").iterdir()) == []


def test_t18_packages_twice_and_in_any_order_give_the_same_rows_heads_and_views(
    tmp_path: Path, laptop: Laptops, send: Send
) -> None:
    a, b = laptop("KG-01"), laptop("KG-02")
    packages = []
    rng = random.Random(18)
    records = [interview(a, {"yaks": "1"}, code="H0")]
    send(a, b)
    for turn in range(8):
        who = rng.choice((a, b))
        known = rng.choice(records)
        if who is a or known in contents(b):
            interview(who, {"yaks": str(turn), "dogs": str(turn)}, record=known)
        else:
            records.append(interview(who, {"yaks": str(turn)}, code=f"H{turn}"))
        packages.append(pack(who, tmp_path / "all", plain=True).value.path)
    states = []
    for turn in range(3):
        rng.shuffle(packages)
        hub = laptop(f"HUB-{turn}")
        merge(hub, [*packages, *packages[:3]], enrol=True)
        states.append(state(hub))
    assert states[0] == states[1] == states[2]


def test_t19_order_and_grouping_of_merges_do_not_matter(
    tmp_path: Path, apart: Apart, laptop: Laptops, send: Send
) -> None:
    a, b, c, record = apart
    for file, yaks in ((a, "1"), (b, "2"), (c, "3")):
        interview(file, {"yaks": yaks, "dogs": "1"}, record=record)
    states = []
    for number, order in enumerate([*permutations((a, b, c))][::2]):
        target = laptop(f"T{number}")
        for file in order:
            send(file, target)
        states.append(state(target))
    between, last = laptop("AB"), laptop("AB-C")
    send(a, between)
    send(b, between)
    send(between, last)
    send(c, last)
    assert all(one == state(last) for one in states)


def test_t20_a_child_before_its_parent_waits_and_joins_when_the_parent_comes(apart: Apart, laptop: Laptops) -> None:
    a, _b, _hub, record = apart
    interview(a, {"yaks": "121", "dogs": "1"}, record=record)
    facts = [fact for fact in a.facts() if fact.kind != "revision"]
    parent, child = (fact for fact in a.facts() if fact.kind == "revision")
    late = laptop("LATE")
    assert late.accept([*facts, child], package="1", source="child").incomplete == 1
    assert contents(late) == {}
    assert late.accept([parent], package="2", source="parent").incomplete == 0
    assert contents(late)[record] == ({"/data/yaks": "121", "/data/dogs": "1"}, [])


def test_t21_t22_t23_different_fields_merge_one_field_asks_and_equal_answers_agree(apart: Apart, send: Send) -> None:
    a, b, hub, record = apart
    interview(a, {"yaks": "121", "dogs": "1", "note": "same"}, record=record)
    interview(b, {"yaks": "120", "dogs": "2", "note": "same"}, record=record)
    send(a, hub)
    send(b, hub)
    assert contents(hub)[record] == ({"/data/yaks": "121", "/data/dogs": "2", "/data/note": "same"}, [])
    send(hub, a, b)
    interview(a, {"yaks": "5", "dogs": "2", "note": "same"}, record=record)
    interview(b, {"yaks": "6", "dogs": "2", "note": "same"}, record=record)
    send(a, hub)
    send(b, hub)
    (conflict,) = hub.conflicts()
    assert (conflict.field, {claim.value for claim in conflict.claims}) == ("/data/yaks", {"5", "6"})


def test_t24_deleting_here_and_editing_there_is_a_question(apart: Apart, send: Send) -> None:
    a, b, hub, record = apart
    a.set_deleted(record, True)
    interview(b, {"yaks": "121", "dogs": "1"}, record=record)
    send(a, hub)
    send(b, hub)
    assert [conflict.field for conflict in hub.conflicts(record)] == [DELETED]


def test_t25_t26_a_decision_clears_it_everywhere_and_two_decisions_are_a_new_question(apart: Apart, send: Send) -> None:
    a, b, hub, record = apart
    for file, yaks in ((a, "5"), (b, "6")):
        interview(file, {"yaks": yaks, "dogs": "1"}, record=record)
        send(file, hub)
    send(hub, a, b)
    resolve(hub, record, "yaks", "value=6")
    send(hub, a, b)
    assert [file.conflicts() for file in (a, b, hub)] == [[], [], []]
    assert {contents(file)[record][0]["/data/yaks"] for file in (a, b, hub)} == {"6"}
    for file, yaks in ((a, "7"), (b, "8")):
        interview(file, {"yaks": yaks, "dogs": "1"}, record=record)
    send(a, b)
    send(b, a)
    resolve(a, record, "yaks", "value=7")
    resolve(b, record, "yaks", "value=8")
    send(a, hub)
    send(b, hub)
    (conflict,) = hub.conflicts()
    assert {claim.value for claim in conflict.claims} == {"7", "8"}


def test_t27_t28_merging_alone_writes_nothing_and_criss_cross_ends_alike(apart: Apart, send: Send) -> None:
    a, b, hub, record = apart
    interview(a, {"yaks": "121", "dogs": "1"}, record=record)
    interview(b, {"yaks": "120", "dogs": "2"}, record=record)
    for _turn in range(2):
        send(a, b)
        send(b, a)
    send(a, hub)
    send(b, hub)
    assert state(a) == state(b) == state(hub)
    assert len(hub.view(record).heads) == 2
    assert len(hub.history(record)) == 3


@pytest.mark.parametrize("year", [2099, 1970])
def test_t29_a_wrong_clock_decides_nothing_and_drags_nobody_along(
    tmp_path: Path, apart: Apart, send: Send, year: int
) -> None:
    _a, b, hub, record = apart
    odd = SurveyFile.create(
        tmp_path / "odd.cami", title="Odd", device_name="ODD", clock=lambda: datetime(year, 6, 1, tzinfo=UTC)
    )
    with odd:
        odd.accept(hub.facts(), package="p", source="p")
        interview(odd, {"yaks": "9", "dogs": "1"}, record=record)
        interview(b, {"yaks": "8", "dogs": "1"}, record=record)
        hub.accept(odd.facts(), package="odd", source="odd")
    send(b, hub)
    (conflict,) = hub.conflicts()
    assert {claim.value for claim in conflict.claims} == {"9", "8"}
    new = interview(hub, {"yaks": "1"}, code="H9")
    assert abs(hub.history(new)[0].written - datetime.now(UTC)) < timedelta(hours=1)
    shown = {row.record: row.changed for row in hub.rows()}
    assert shown[record] <= datetime.now(UTC) + timedelta(days=1)


def test_t30_a_copied_file_used_twice_is_noticed_and_both_interviews_are_kept(
    tmp_path: Path, apart: Apart, laptop: Laptops
) -> None:
    hub = laptop("NEW-HUB")
    dev = "ab" * 32
    counts = hub.accept([*_clones(dev)], package="clone", source="clone")
    assert counts.forks == ((dev, 1),)
    assert sorted(contents(hub)) == ["left", "right"]


def _clones(dev: str) -> Iterator[Fact]:
    from cami_survey.store.revisions import Body, mint

    for record in ("left", "right"):
        about = {"record": record, "parents": (), "dev": dev, "dev_seq": 1, "hlc": "019000000000-0000"}
        made = mint(Body.of(Answers({"/data/yaks": "1"}), "final"), **about, form=FORM, form_version=VERSION)
        yield Fact("revision", made.id.hex(), made.head, made.body, made.salt)


def test_t31_a_missing_range_is_named_with_its_laptop(tmp_path: Path, apart: Apart) -> None:
    a, _b, hub, _record = apart
    codes = [f"H{number}" for number in range(2, 8)]
    for code in codes:
        interview(a, {"yaks": "1"}, code=code)
    part = pack(a, tmp_path / "part", plain=True, records=[codes[0], codes[-1]]).value.path
    report = merge(hub, [part], enrol=True)
    assert report.value.counts.gaps == ((a.device.id, 3, 6),)
    said = [notice.text for notice in report.notices if notice.code == "merge.gap"]
    assert said == ["Changes 3 to 6 of KG-01 are known of, but have not arrived."]
    assert [(one.device.name, one.missing) for one in arrivals.arrived(hub)] == [("KG-01", ((3, 6),))]


@pytest.mark.parametrize(
    "trick",
    [
        "CREATE VIEW v AS SELECT * FROM revision",
        "CREATE TRIGGER t AFTER INSERT ON revision BEGIN SELECT 1; END",
        "CREATE TABLE extra (x, y GENERATED ALWAYS AS (x + 1))",
    ],
)
def test_t41_a_file_that_only_looks_like_a_survey_brings_nothing(tmp_path: Path, apart: Apart, trick: str) -> None:
    hub = apart[2]
    path = tmp_path / "trick.cami"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE revision (seq INTEGER PRIMARY KEY, id TEXT, body TEXT)")
    connection.execute(trick)
    connection.execute("INSERT INTO revision (id, body) VALUES ('x', 'y')")
    connection.commit()
    connection.close()
    before = state(hub)
    (source,) = merge(hub, [path], enrol=True).value.sources
    assert source.refused is not None
    assert state(hub) == before


def test_t45_what_a_synced_folder_shows_of_a_file_on_its_way_is_left_until_it_is_whole(
    tmp_path: Path, apart: Apart
) -> None:
    a, _b, hub, _record = apart
    shared = tmp_path / "shared"
    shared.mkdir()
    interview(a, {"yaks": "2"}, code="H2")
    package = pack(a, tmp_path / "made", plain=True).value.path
    half = shared / package.name
    half.write_bytes(package.read_bytes()[:500])
    (shared / f"{package.stem} (1).camipack").write_bytes(package.read_bytes())
    (shared / f"{package.name}.part").write_bytes(b"")
    sharing.set_folder(hub, shared)
    assert {one.why for one in Folder(shared).listing(()).passed} == {"half", "copy", "unfinished"}
    assert sharing.exchange(hub, plain=True).value.report is None
    shutil.copyfile(package, half)
    taken = sharing.exchange(hub, plain=True).value.report
    assert taken is not None
    assert taken.counts.new == 1


def test_t49_what_was_withdrawn_does_not_come_back_with_an_old_package(tmp_path: Path, apart: Apart) -> None:
    a, b, hub, record = apart
    old = pack(a, tmp_path / "old", plain=True).value.path
    b.withdraw(record)
    merge(hub, [pack(b, tmp_path / "new", plain=True).value.path], enrol=True)
    interview(a, {"yaks": "121", "dogs": "1"}, record=record)
    later = pack(a, tmp_path / "later", plain=True).value.path
    for package in (old, later):
        merge(hub, [package], enrol=True)
        assert record not in contents(hub)
        assert all(fact.body is None for fact in hub.facts() if fact.kind == "revision")

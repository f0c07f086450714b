"""Interviews travel from laptop to laptop in packages."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cami_survey.base.errors import UserError
from cami_survey.base.records import Fact, MergeCounts
from cami_survey.exchange.package import Package
from cami_survey.operations.forms import add
from cami_survey.operations.interviews import start
from cami_survey.operations.merges import merge, preview
from cami_survey.operations.packages import add_recipient, card, pack
from cami_survey.operations.summaries import refresh
from cami_survey.store.api import SurveyFile, restore
from tests.exchange.surveys import FORM, VERSION, contents, interview


@pytest.fixture
def naryn(laptop: Callable[[str], SurveyFile]) -> SurveyFile:
    file = laptop("KG-01")
    interview(file, {"yaks": "120", "name": "Айгүл"}, code="H0001")
    interview(file, {"yaks": "80"}, code="H0002")
    interview(file, {"yaks": "7"}, code="H0003", state="draft")
    return file


@pytest.fixture
def hub(laptop: Callable[[str], SurveyFile]) -> SurveyFile:
    return laptop("KG-HUB")


def test_interviews_arrive_as_they_were(tmp_path: Path, naryn: SurveyFile, hub: SurveyFile) -> None:
    packed = pack(naryn, tmp_path / "stick", to=[hub.device.recipient]).value
    assert (packed.records, packed.revisions, packed.plain) == (3, 3, False)
    merged = merge(hub, [packed.path], enrol=True)
    assert merged.value.counts.new == 3
    assert merged.touched >= {"records"}
    assert contents(hub) == contents(naryn)
    assert {device.name: device.trusted for device in hub.devices()} == {"KG-HUB": True, "KG-01": True}


def test_merging_again_adds_nothing(tmp_path: Path, naryn: SurveyFile, hub: SurveyFile) -> None:
    path = pack(naryn, tmp_path, plain=True).value.path
    merge(hub, [path], enrol=True)
    before = contents(hub)
    counts = merge(hub, [path]).value.counts
    assert (counts.new, counts.newer, counts.same, counts.revisions) == (0, 0, 3, 0)
    assert contents(hub) == before


def test_a_preview_counts_and_changes_nothing(tmp_path: Path, naryn: SurveyFile, hub: SurveyFile) -> None:
    path = pack(naryn, tmp_path, plain=True).value.path
    seen = preview(hub, [path], enrol=True).value
    (source,) = seen.sources
    assert source.sender is not None
    assert (source.sender.name, source.sender.facilitator, source.known) == ("KG-01", "Facilitator of KG-01", False)
    assert source.fingerprint == card(naryn)["fingerprint"]
    assert seen.counts.new == 3
    assert contents(hub) == {}
    assert [device.name for device in hub.devices()] == ["KG-HUB"]


def test_a_preview_counts_each_package_after_the_ones_before(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile
) -> None:
    path = pack(naryn, tmp_path / "first", plain=True).value.path
    same = tmp_path / "second" / "again.camipack"
    same.parent.mkdir()
    shutil.copy(path, same)
    seen = preview(hub, [path, same], enrol=True).value
    assert [(source.counts.new, source.counts.same) for source in seen.sources] == [(3, 0), (0, 3)]
    assert (seen.counts.new, seen.counts.same) == (3, 0)
    merged = merge(hub, [path, same], enrol=True)
    assert merged.value.counts.new == 3
    assert merged.notices[0].text == "Merged: 3 new interviews, 0 changed, 0 known already."
    (again,) = [notice.text for notice in merge(hub, [path]).notices if notice.code == "merge.done"]
    assert again == "Merged: 0 new interviews, 0 changed, 3 known already."


def test_an_interview_that_several_packages_tell_of_counts_once(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile, laptop: Callable[[str], SurveyFile]
) -> None:
    osh, issyk = laptop("KG-02"), laptop("KG-03")
    handed = pack(naryn, tmp_path / "handed", plain=True).value.path
    paths = []
    for file, name in ((osh, "H0001"), (issyk, "H0002")):
        merge(file, [handed], enrol=True)
        interview(file, {"yaks": "9"}, code=name, record=naryn.find(name))
        paths.append(pack(file, tmp_path / "stick", plain=True).value.path)
    interview(naryn, {"yaks": "3"}, code="H0004")
    paths.insert(0, pack(naryn, tmp_path / "stick", plain=True).value.path)
    seen, merged = preview(hub, paths, enrol=True).value, merge(hub, paths, enrol=True).value
    assert [source.counts.newer for source in seen.sources] == [0, 1, 1]
    for counts in (seen.counts, merged.counts):
        assert (counts.new, counts.newer, counts.same) == (4, 0, 0)
    assert [(one.new, one.newer) for one in hub.merges()] == [(0, 0), (0, 0), (4, 0)]
    for again in (preview(hub, paths).value.counts, merge(hub, paths).value.counts):
        assert (again.new, again.newer, again.same) == (0, 0, 4)
    interview(osh, {"yaks": "10"}, code="H0001", record=naryn.find("H0001"))
    interview(issyk, {"yaks": "11"}, code="H0001", record=naryn.find("H0001"))
    later = [pack(file, tmp_path / "later", plain=True).value.path for file in (osh, issyk)]
    mixed = merge(hub, [*paths, *later]).value.counts
    assert (mixed.new, mixed.newer, mixed.same) == (0, 1, 3)


def test_whoever_gets_one_interview_back_does_not_wait_for_those_of_everybody_else(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile, laptop: Callable[[str], SurveyFile]
) -> None:
    osh = laptop("KG-02")
    for name in ("H0010", "H0011"):
        interview(osh, {"yaks": "1"}, code=name)
    merge(hub, [pack(file, tmp_path / "stick", plain=True).value.path for file in (naryn, osh)], enrol=True)
    back = pack(hub, tmp_path / "back", plain=True, records=[naryn.find("H0001")]).value.path
    assert preview(naryn, [back], enrol=True).value.counts.gaps == ()
    assert merge(naryn, [back], enrol=True).value.counts.gaps == ()
    assert merge(naryn, [back]).value.counts.gaps == ()
    some = pack(osh, tmp_path / "some", plain=True, records=["H0011"]).value.path
    assert merge(naryn, [some], enrol=True).value.counts.gaps == ((osh.device.id, 1, 1),)


def test_t29_a_laptop_whose_clock_is_far_ahead_is_named(tmp_path: Path, hub: SurveyFile) -> None:
    def future() -> datetime:
        return datetime(2099, 3, 1, tzinfo=UTC)

    with SurveyFile.create(tmp_path / "odd.cami", title="Odd", device_name="TJ-02", clock=future) as odd:
        interview(odd, {"yaks": "1"}, code="H0009")
        path = pack(odd, tmp_path / "stick", plain=True).value.path
        device = odd.device.id
    assert preview(hub, [path], enrol=True).value.counts.ahead == (device,)
    said = [notice for notice in merge(hub, [path], enrol=True).notices if notice.code == "merge.clock"]
    assert [(notice.level, notice.where) for notice in said] == [("warning", device)]
    assert said[0].text.startswith("The clock of TJ-02 was more than a day ahead.")
    assert merge(hub, [path]).value.counts.ahead == ()


def test_a_laptop_whose_clock_began_anew_is_named(tmp_path: Path, hub: SurveyFile) -> None:
    def past() -> datetime:
        return datetime(1980, 1, 1, tzinfo=UTC)

    with SurveyFile.create(tmp_path / "odd.cami", title="Odd", device_name="TJ-02", clock=past) as odd:
        interview(odd, {"yaks": "1"}, code="H0009")
        path = pack(odd, tmp_path / "stick", plain=True).value.path
        device = odd.device.id
    assert preview(hub, [path], enrol=True).value.counts.behind == (device,)
    done = merge(hub, [path], enrol=True)
    said = [notice for notice in done.notices if notice.code == "merge.clock"]
    assert [(notice.level, notice.where) for notice in said] == [("warning", device)]
    assert said[0].text.startswith("The clock of TJ-02 was years behind.")
    assert (done.value.counts.new, merge(hub, [path]).value.counts.behind) == (1, ())


def test_a_preview_foresees_the_conflicts_between_packages(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile, laptop: Callable[[str], SurveyFile]
) -> None:
    osh = laptop("KG-02")
    merge(osh, [pack(naryn, tmp_path / "to-osh", plain=True).value.path], enrol=True)
    record = naryn.find("H0001")
    interview(naryn, {"yaks": "121", "name": "Айгүл"}, code="H0001", record=record)
    interview(osh, {"yaks": "112", "name": "Айгүл"}, code="H0001", record=record)
    paths = [pack(file, tmp_path / "stick", plain=True).value.path for file in (naryn, osh)]
    seen = preview(hub, paths, enrol=True).value
    assert seen.counts.conflicts == 1
    assert contents(hub) == {}
    assert merge(hub, paths, enrol=True).value.counts.conflicts == 1
    assert len(hub.conflicts()) == 1


def test_without_recipients_nothing_is_packed_by_accident(tmp_path: Path, naryn: SurveyFile) -> None:
    with pytest.raises(UserError) as error:
        pack(naryn, tmp_path / "stick")
    assert error.value.code == "pack.no-recipient"
    assert not (tmp_path / "stick").exists()
    with pytest.raises(UserError) as error:
        pack(naryn, tmp_path / "stick", to=[naryn.device.recipient], plain=True)
    assert error.value.code == "pack.plain-or-to"


def test_a_plain_package_says_that_anybody_can_read_it(tmp_path: Path, naryn: SurveyFile) -> None:
    outcome = pack(naryn, tmp_path, plain=True)
    assert outcome.value.plain
    assert ("pack.plain", "warning") in {(notice.code, notice.level) for notice in outcome.notices}


def test_known_recipients_are_used_and_named(tmp_path: Path, naryn: SurveyFile, hub: SurveyFile) -> None:
    add_recipient(naryn, "Cholpon", hub.device.recipient)
    packed = pack(naryn, tmp_path).value
    assert packed.recipients == ("Cholpon",)
    assert merge(hub, [packed.path], enrol=True).value.counts.new == 3


def test_a_recipient_is_a_key_a_name_or_a_file(tmp_path: Path, naryn: SurveyFile, hub: SurveyFile) -> None:
    handed_over = tmp_path / "hub card.json"
    handed_over.write_text(json.dumps(card(hub)), "utf-8")
    note = tmp_path / "note.txt"
    note.write_text(f"my key is {hub.device.recipient}, thank you", "utf-8")
    add_recipient(naryn, "Cholpon", str(handed_over))
    for to in (hub.device.recipient, "cholpon", str(handed_over), str(note)):
        packed = pack(naryn, tmp_path / "stick", to=[to]).value
        assert packed.recipients == ("Cholpon",)
        assert preview(hub, [packed.path], enrol=True).value.counts.new == 3


def test_the_name_of_a_trusted_device_is_a_recipient(tmp_path: Path, naryn: SurveyFile, hub: SurveyFile) -> None:
    merge(naryn, [pack(hub, tmp_path, plain=True).value.path], enrol=True)
    assert pack(naryn, tmp_path, to=["KG-HUB"]).value.recipients == ("KG-HUB",)


@pytest.mark.parametrize(
    ("text", "code", "advice"),
    [
        ("Cholpom", "recipient.unknown", "Cholpon"),
        ("age1broken", "recipient.unknown", "age1"),
        ("empty.txt", "recipient.not-in-file", "age1"),
    ],
)
def test_an_unknown_recipient_is_refused_with_the_nearest_name(
    tmp_path: Path,
    naryn: SurveyFile,
    hub: SurveyFile,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    code: str,
    advice: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.txt").write_text("nothing here", "utf-8")
    add_recipient(naryn, "Cholpon", hub.device.recipient)
    with pytest.raises(UserError) as error:
        pack(naryn, tmp_path / "stick", to=[text])
    assert error.value.code == code
    assert advice in error.value.advice


def test_two_of_one_name_are_not_guessed(tmp_path: Path, naryn: SurveyFile, hub: SurveyFile) -> None:
    add_recipient(naryn, "Nurlan", hub.device.recipient)
    add_recipient(naryn, "nurlan", naryn.device.recipient)
    with pytest.raises(UserError) as error:
        pack(naryn, tmp_path, to=["Nurlan"])
    assert error.value.code == "recipient.ambiguous"


def test_a_few_interviews_can_be_chosen_by_code(tmp_path: Path, naryn: SurveyFile, hub: SurveyFile) -> None:
    packed = pack(naryn, tmp_path, records=["H0002"], plain=True).value
    assert packed.records == 1
    outcome = merge(hub, [packed.path], enrol=True)
    assert list(contents(hub)) == [naryn.find("H0002")]
    device = naryn.device.id
    assert outcome.value.counts.gaps == ((device, 1, 1), (device, 3, 3))
    gaps = [notice.text for notice in outcome.notices if notice.code == "merge.gap"]
    assert gaps == [f"Change {number} of KG-01 is known of, but has not arrived." for number in (1, 3)]
    with pytest.raises(UserError):
        pack(naryn, tmp_path, records=["H9999"], plain=True)
    with pytest.raises(UserError) as error:
        pack(naryn, tmp_path, records=[], plain=True)
    assert error.value.code == "pack.nothing"


def test_what_the_sender_holds_and_did_not_send_is_known_as_missing_before_merging(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile
) -> None:
    path = pack(naryn, tmp_path, records=["H0001", "H0002"], plain=True).value.path
    assert preview(hub, [path], enrol=True).value.counts.gaps == ((naryn.device.id, 3, 3),)
    merge(hub, [path], enrol=True)
    rest = pack(naryn, tmp_path, plain=True).value.path
    assert merge(hub, [rest]).value.counts.gaps == ()


def test_corrections_are_newer_and_contradictions_are_conflicts(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile
) -> None:
    record = naryn.find("H0001")
    merge(hub, [pack(naryn, tmp_path / "1", plain=True).value.path], enrol=True)
    interview(naryn, {"yaks": "121", "name": "Айгүл"}, record=record)
    counts = merge(hub, [pack(naryn, tmp_path / "2", plain=True).value.path]).value.counts
    assert (counts.new, counts.newer, counts.same, counts.conflicts) == (0, 1, 2, 0)
    interview(naryn, {"yaks": "122", "name": "Айгүл"}, record=record)
    interview(hub, {"yaks": "112", "name": "Айгүл"}, record=record)
    outcome = merge(hub, [pack(naryn, tmp_path / "3", plain=True).value.path])
    assert outcome.value.counts.conflicts == 1
    assert "merge.conflicts" in {notice.code for notice in outcome.notices}
    assert contents(hub)[record][1] == ["/data/yaks"]


def test_sources_are_files_and_folders_and_what_is_neither_is_listed(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile, laptop: Callable[[str], SurveyFile]
) -> None:
    stick = tmp_path / "stick"
    osh = laptop("KG-02")
    interview(osh, {"yaks": "1"}, code="H0101")
    pack(naryn, stick / "deep" / "deeper", plain=True)
    pack(osh, stick, plain=True)
    (stick / "photo.jpg").write_bytes(b"\xff\xd8")
    (stick / "0123456789abcdef.camipack.part").write_bytes(b"half")
    (stick / ".hidden.camipack").write_bytes(b"")
    report = merge(hub, [stick], enrol=True).value
    assert {source.sender.name for source in report.taken if source.sender} == {"KG-01", "KG-02"}
    assert sorted(path.name for path in report.ignored) == [
        ".hidden.camipack",
        "0123456789abcdef.camipack.part",
        "photo.jpg",
    ]
    assert len(contents(hub)) == 4


def test_a_renamed_package_named_by_itself_is_known(tmp_path: Path, naryn: SurveyFile, hub: SurveyFile) -> None:
    for to in ((), (hub.device.recipient,)):
        path = pack(naryn, tmp_path, to=to, plain=not to).value.path
        renamed = path.rename(tmp_path / "from Nurlan.bin")
        assert preview(hub, [renamed], enrol=True).value.counts.new == 3
    text = tmp_path / "letter.txt"
    text.write_text("Dear Cholpon", "utf-8")
    (source,) = merge(hub, [text]).value.refused
    assert source.refused is not None
    assert source.refused.code == "package.not-a-package"


def test_a_source_that_is_not_there_stops_before_anything(tmp_path: Path, naryn: SurveyFile, hub: SurveyFile) -> None:
    path = pack(naryn, tmp_path, plain=True).value.path
    with pytest.raises(UserError) as error:
        merge(hub, [path, tmp_path / "gone"], enrol=True)
    assert error.value.code == "file.not-found"
    assert contents(hub) == {}


def test_the_same_file_twice_is_merged_once_and_the_own_file_is_passed_over(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile
) -> None:
    path = pack(naryn, hub.path.parent, plain=True).value.path
    report = merge(hub, [path, hub.path.parent, path], enrol=True).value
    assert [source.path for source in report.sources] == [path]
    assert hub.path in report.ignored


def test_one_bad_source_does_not_hold_up_the_others(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile, laptop: Callable[[str], SurveyFile]
) -> None:
    good = pack(naryn, tmp_path / "1", plain=True).value.path
    osh = laptop("KG-02")
    interview(osh, {"yaks": "1"})
    bad = pack(osh, tmp_path / "2", plain=True).value.path
    bad.write_bytes(bad.read_bytes()[:-5])
    outcome = merge(hub, [bad, good], enrol=True)
    assert [source.path for source in outcome.value.taken] == [good]
    assert [source.path for source in outcome.value.refused] == [bad]
    assert "package.cut-short" in {notice.code for notice in outcome.notices if notice.level == "error"}
    assert contents(hub) == contents(naryn)


def test_a_survey_file_is_taken_in_and_left_as_it_was(tmp_path: Path, naryn: SurveyFile, hub: SurveyFile) -> None:
    record = naryn.find("H0001")
    naryn.close()
    before = naryn.path.read_bytes()
    (refused,) = merge(hub, [naryn.path]).value.refused
    assert refused.refused is not None
    assert refused.refused.code == "package.unknown-sender"
    assert refused.fingerprint
    report = merge(hub, [naryn.path], enrol=True).value
    assert report.counts.new == 3
    assert contents(hub)[record][0] == {"/data/yaks": "120", "/data/name": "Айгүл"}
    assert naryn.path.read_bytes() == before


def test_a_survey_file_in_use_gives_what_it_has_saved(tmp_path: Path, naryn: SurveyFile, hub: SurveyFile) -> None:
    assert merge(hub, [naryn.path], enrol=True).value.counts.new == 3
    interview(naryn, {"yaks": "5"}, code="H0004")
    assert merge(hub, [naryn.path]).value.counts.new == 1


def test_a_copy_on_a_stick_with_its_log_loses_nothing(tmp_path: Path, naryn: SurveyFile, hub: SurveyFile) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    for path in naryn.path.parent.glob("KG-01.cami*"):
        if path.suffix != ".lock":
            shutil.copy(path, stick)
    assert merge(hub, [stick], enrol=True).value.counts.new == 3


def test_a_file_that_is_no_survey_is_refused(tmp_path: Path, hub: SurveyFile) -> None:
    fake = tmp_path / "fake.cami"
    fake.write_bytes(b"SQLite format 3\0" + bytes(5000))
    empty = tmp_path / "empty.cami"
    empty.write_bytes(b"")
    outcome = merge(hub, [fake, empty], enrol=True)
    assert len(outcome.value.refused) == 2
    assert all(notice.level == "error" for notice in outcome.notices)


def test_a_backup_is_made_before_the_first_merge_that_could_hurt(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile
) -> None:
    path = pack(naryn, tmp_path, plain=True).value.path
    assert merge(hub, [path], enrol=True).value.backup is None
    assert merge(hub, [path]).value.backup is None
    interview(naryn, {"yaks": "9"})
    backup = merge(hub, [pack(naryn, tmp_path, plain=True).value.path]).value.backup
    assert backup is not None
    assert backup.is_file()


def test_progress_reaches_the_whole(tmp_path: Path, naryn: SurveyFile, hub: SurveyFile) -> None:
    for number in range(200):
        interview(naryn, {"yaks": str(number)})
    told: list[tuple[int, int]] = []
    path = pack(naryn, tmp_path, plain=True, progress=lambda done, of: told.append((done, of))).value.path
    assert told
    assert all(done <= of == 203 for done, of in told)
    told.clear()
    merge(hub, [path], enrol=True, progress=lambda done, of: told.append((done, of)))
    done, of = told[-1]
    assert done == of
    assert [done for done, _of in told] == sorted(done for done, _of in told)
    assert len(told) > 2


def test_a_merge_is_not_done_before_the_list_shows_it(tmp_path: Path, naryn: SurveyFile, hub: SurveyFile) -> None:
    path = pack(naryn, tmp_path, plain=True).value.path
    waiting: list[tuple[bool, int]] = []
    merge(hub, [path], enrol=True, progress=lambda done, of: waiting.append((done == of, len(hub.stale_summaries()))))
    assert (False, 3) in waiting
    assert all(count == 0 for whole, count in waiting if whole)


def test_a_package_merged_before_is_known_without_reading_it_again(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = pack(naryn, tmp_path / "few", plain=True, records=["H0002"]).value.path
    whole = pack(naryn, tmp_path / "all", plain=True).value.path
    gaps = merge(hub, [chosen], enrol=True).value.counts.gaps
    assert gaps == preview(hub, [chosen]).value.counts.gaps == merge(hub, [chosen]).value.counts.gaps != ()
    merge(hub, [whole])
    monkeypatch.setattr(Package, "facts", lambda _package: pytest.fail("it was read again"))
    for counts in (preview(hub, [whole, chosen]).value.counts, merge(hub, [whole, chosen]).value.counts):
        assert (counts.new, counts.newer, counts.same, counts.gaps) == (0, 0, 3, ())


def test_a_survey_that_cannot_be_written_takes_nothing_and_says_it_once(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile
) -> None:
    paths = [pack(naryn, tmp_path, plain=True, records=[code]).value.path for code in ("H0001", "H0002")]
    hub.close()
    with SurveyFile.open(hub.path, read_only=True) as reading, pytest.raises(UserError) as error:
        merge(reading, paths, enrol=True)
    assert error.value.code == "file.read-only"


def test_a_disk_that_fills_up_stops_a_merge_with_one_sentence(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [pack(naryn, tmp_path, plain=True, records=[record]).value.path for record in contents(naryn)]
    full = UserError("disk-full", "The disk is full.", where=str(hub.path))
    accept, room = hub.accept, iter([True, False])

    def until_full(*facts: Iterable[Fact], durable: bool, **about: str) -> MergeCounts:
        if not next(room, False):
            raise full
        return accept(*facts, durable=durable, **about)

    monkeypatch.setattr(hub, "accept", until_full)
    outcome = merge(hub, paths, enrol=True)
    assert outcome.value.counts.new == 1
    said = [source.refused and source.refused.code for source in outcome.value.sources]
    assert said == [None, "disk-full", "merge.not-tried"]
    assert [notice.text for notice in outcome.notices if notice.level == "error"] == ["The disk is full."]
    with pytest.raises(UserError) as error:
        merge(hub, paths[1:])
    assert error.value is full


def test_an_interview_that_came_before_its_form_is_shown_once_the_form_is_there(
    tmp_path: Path, laptop: Callable[[str], SurveyFile], hub: SurveyFile
) -> None:
    naryn, osh = laptop("KG-01"), laptop("KG-02")
    source = tmp_path / "herd.md"
    source.write_text(HERD, "utf-8")
    add(naryn, [source])
    held = start(naryn, "herd")
    held.set("/data/int_code", "KG-H0007")
    held.finalise()
    formless = [fact for fact in naryn.facts() if fact.kind == "revision"]
    for file in (hub, osh):
        file.accept(formless, package="without its form", source="KG-01")
        refresh(file)
        assert [row.summary.code for row in file.rows()] == [""]
    add(hub, [source])
    merge(osh, [pack(naryn, tmp_path / "stick", plain=True).value.path], enrol=True)
    for file in (hub, osh):
        assert [row.summary.code for row in file.rows(search="KG-H0007")] == ["KG-H0007"]
        assert file.find("KG-H0007") == held.record


HERD = """
| survey |      |          |       |
|        | type | name     | label |
|        | text | int_code | Code  |
| settings | | | |
| | form_id | version | form_title |
| | herd | 1 | Herd |
"""


def test_stopping_in_the_middle_leaves_whole_packages_only(tmp_path: Path, naryn: SurveyFile, hub: SurveyFile) -> None:
    class StopError(Exception):
        pass

    def stop(done: int, of: int) -> None:
        raise StopError

    for number in range(200):
        interview(naryn, {"yaks": str(number)})
    path = pack(naryn, tmp_path, plain=True).value.path
    with pytest.raises(StopError):
        merge(hub, [path], enrol=True, progress=stop)
    assert contents(hub) == {}
    assert not any(device.trusted for device in hub.devices() if not device.this_file)


def test_what_went_from_hand_to_hand_is_taken_from_a_sender_one_trusts(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile, laptop: Callable[[str], SurveyFile]
) -> None:
    merge(hub, [pack(naryn, tmp_path / "1", plain=True).value.path], enrol=True)
    secretariat = laptop("BONN")
    merge(secretariat, [pack(hub, tmp_path / "2", plain=True).value.path], enrol=True)
    assert contents(secretariat) == contents(naryn)
    trusted = {device.name: device.trusted for device in secretariat.devices()}
    assert trusted == {"BONN": True, "KG-HUB": True, "KG-01": False}
    (source,) = merge(secretariat, [pack(naryn, tmp_path / "3", plain=True).value.path]).value.refused
    assert source.refused is not None
    assert source.refused.code == "package.unknown-sender"


def test_a_package_on_its_way_to_a_laptop_that_was_lost_opens_in_its_restored_survey(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile
) -> None:
    merge(hub, [pack(naryn, tmp_path / "1", to=[hub.device.recipient]).value.path], enrol=True)
    interview(naryn, {"yaks": "5"})
    on_its_way = pack(naryn, tmp_path / "2", to=[hub.device.recipient]).value.path
    backup = hub.backup()
    with SurveyFile.open(restore(backup, tmp_path / "restored.cami")) as restored:
        assert restored.device.id != hub.device.id
        assert restored.device.recipient != hub.device.recipient
        assert merge(restored, [on_its_way]).value.counts.new == 1
        assert contents(restored) == contents(naryn)


def test_a_survey_file_that_moved_opens_what_was_sent_to_it_before(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile
) -> None:
    path = pack(naryn, tmp_path / "1", to=[hub.device.recipient]).value.path
    hub.close()
    moved = tmp_path / "moved.cami"
    shutil.copy(hub.path, moved)
    with SurveyFile.open(moved) as file:
        assert file.device.recipient != hub.device.recipient
        assert merge(file, [path], enrol=True).value.counts.new == 3


def test_an_interview_that_is_open_here_does_not_mind_a_merge(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile
) -> None:
    merge(hub, [pack(naryn, tmp_path / "1", plain=True).value.path], enrol=True)
    record = naryn.find("H0001")
    new = hub.new_record()
    for name, parents in ((new, ()), (record, hub.view(record).heads)):
        hub.start_draft(
            form_id=FORM, form_version=VERSION, record=name, parents=parents, values={"/data/yaks": "1"}, place="yaks"
        )
    interview(naryn, {"yaks": "121"}, record=record)
    assert merge(hub, [pack(naryn, tmp_path / "2", plain=True).value.path]).value.counts.newer == 1
    assert {draft.record for draft in hub.drafts()} == {new, record}
    assert hub.view(record).answers.fields["/data/yaks"] == "121"

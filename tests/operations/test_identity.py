"""Names under a second recipient: sealed when they are saved, carried unread, opened by whom they are for."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cami_survey.base.errors import UserError
from cami_survey.base.sealed import MARK, PREFIX, is_sealed
from cami_survey.operations import (
    conflicts,
    corrections,
    details,
    disclosure,
    doubles,
    exports,
    forms,
    histories,
    identity,
    interviews,
    merges,
    packages,
    reviews,
    surveys,
    versions,
    withdrawals,
)
from cami_survey.operations.progress import progress_of
from cami_survey.store.api import SurveyFile
from tests.operations import held

FORM = """
| survey |
| | type | name | label | relevant | constraint | calculation | bind::cami:identity | repeat_count |
| | audit | audit | | | | | | |
| | text | code | Code | | | | | |
| | text | resp_name | What is your name? | | string-length(.) < 40 | | | |
| | text | tel_own | Your telephone | | regex(., '^[+][0-9]+$') | | yes | |
| | text | village | Village of ${resp_name} | | | | | |
| | integer | sheep | How many sheep? | ${resp_name} != '' | | | | |
| | text | operator | Operator | regex(${tel_own}, '^[+]996') | | | | |
| | calculate | greeting | | | | concat('Dear ', ${resp_name}) | | |
| | integer | kids | How many children? | | | | yes | |
| | begin repeat | child | Child | | | | | ${kids} |
| | integer | age | How old? | | | | | |
| | end repeat | | | | | | | |
| settings |
| | form_id | title | namespaces |
| | camp | Camp | cami="urn:cami-survey:xforms" |
"""
NAME, TEL = "Айгүл Boronova", "+996700123456"
Laptops = Callable[..., SurveyFile]


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptops]:
    """Makes survey files with the form, each a device of its own."""
    made: list[SurveyFile] = []
    path = tmp_path / "camp.md"
    path.write_text(FORM.replace("| | audit | audit | | | | | | |\n", ""), "utf-8")

    def make(name: str) -> SurveyFile:
        start = datetime(2026, 11, 20, len(made), tzinfo=UTC)
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


@pytest.fixture
def send(tmp_path: Path) -> Callable[..., None]:
    def sent(source: SurveyFile, *targets: SurveyFile) -> None:
        for target in targets:
            package = packages.pack(source, tmp_path / "stick", to=[target.device.recipient]).value.path
            assert not [one.refused for one in merges.merge(target, [package], enrol=True).value.refused]

    return sent


Send = Callable[..., None]


def hold(survey: SurveyFile, **answers: str) -> str:
    given = {"code": "KG-1", "resp_name": NAME, "tel_own": TEL, "village": "Naryn", "sheep": "40", "operator": "O!"}
    return held.hold(survey, "camp", {f"/data/{name}": text for name, text in (given | answers).items()})


def correct(survey: SurveyFile, record: str, **answers: str) -> None:
    held.correct(survey, record, {f"/data/{name}": text for name, text in answers.items()}, "corrected")


def answers(survey: SurveyFile, record: str) -> dict[str, str]:
    view = survey.view(record)
    assert not view.conflicts
    told = {name.rpartition("/")[2]: text for name, text in {**view.answers.computed, **view.answers.fields}.items()}
    return {name: text for name, text in told.items() if not name.endswith("ID")}


def raw(survey: SurveyFile) -> bytes:
    """All that a package of this survey holds of its interviews and what was said."""
    return b"".join(fact.head + (fact.body or b"") for fact in survey.facts())


def travelled(survey: SurveyFile, texts: tuple[str, ...] = (NAME, TEL)) -> list[str]:
    return [text for text in texts if text.encode() in raw(survey)]


@pytest.fixture
def trio(laptop: Laptops, send: Send) -> tuple[SurveyFile, SurveyFile, SurveyFile, str]:
    """Field laptop, consultant, coordinator. Names of the field laptop are for the coordinator."""
    field, consultant, coordinator = laptop("field"), laptop("consultant"), laptop("coordinator")
    identity.seal(field, [coordinator.device.recipient])
    record = hold(field)
    send(field, consultant)
    return field, consultant, coordinator, record


Trio = tuple[SurveyFile, SurveyFile, SurveyFile, str]


# ---- what is sealed, and for whom


def test_the_own_laptop_reads_the_name_and_no_package_holds_it(trio: Trio) -> None:
    field, consultant, _coordinator, record = trio
    assert answers(field, record)["resp_name"] == NAME
    assert answers(field, record)["greeting"] == f"Dear {NAME}"
    assert travelled(field) == []
    seen = answers(consultant, record)
    assert [name for name, text in seen.items() if is_sealed(text)] == ["greeting", "resp_name", "tel_own"]
    assert (seen["village"], seen["sheep"], seen["operator"]) == ("Naryn", "40", "O!")
    assert consultant.verify().ok


def test_whoever_holds_the_second_key_opens_them_after_the_round_trip(trio: Trio, send: Send) -> None:
    field, consultant, coordinator, record = trio
    correct(consultant, record, village="At-Bashy")
    send(consultant, coordinator)
    assert answers(coordinator, record) == answers(field, record) | {"village": "At-Bashy"}
    assert coordinator.sealed_answers() == (1, 0)
    assert consultant.sealed_answers() == (0, 1)
    assert coordinator.verify().ok


def test_saving_again_writes_the_same_sealed_text(trio: Trio) -> None:
    field, _consultant, _coordinator, record = trio
    before = field.kept_as(record, "/data/resp_name")
    correct(field, record, sheep="41")
    assert field.kept_as(record, "/data/resp_name") == before


def test_equal_names_of_two_interviews_do_not_look_equal(trio: Trio) -> None:
    field, _consultant, _coordinator, record = trio
    other = hold(field, code="KG-2")
    assert field.kept_as(record, "/data/resp_name") != field.kept_as(other, "/data/resp_name")


def test_a_name_is_not_told_by_its_length(trio: Trio) -> None:
    field, _consultant, _coordinator, _record = trio
    lengths = {len(field.kept_as(hold(field, resp_name=name), "/data/resp_name")) for name in ("Bo", "Bolotbek uulu")}
    assert len(lengths) == 1


def test_what_was_written_before_stays_as_it_was_written(laptop: Laptops) -> None:
    field, coordinator = laptop("field"), laptop("coordinator")
    record = hold(field)
    said = identity.seal(field, [coordinator.device.recipient])
    assert [notice.code for notice in said.notices] == ["names.sealed", "names.not-sealed", "names.before"]
    correct(field, record, sheep="41")
    assert field.kept_as(record, "/data/resp_name") == NAME
    correct(field, record, resp_name="Aigul B.")
    assert is_sealed(field.kept_as(record, "/data/resp_name"))
    assert answers(field, record)["resp_name"] == "Aigul B."


def test_a_draft_is_sealed_too_and_goes_on_as_it_was(laptop: Laptops) -> None:
    field, coordinator = laptop("field"), laptop("coordinator")
    identity.seal(field, [coordinator.device.recipient])
    running = interviews.start(field, "camp")
    running.set("/data/resp_name", NAME)
    running.comment("/data/resp_name", "spelled as in her passport: Boronova")
    record = running.leave().value.record
    assert travelled(field, (NAME, "passport")) == []
    again = interviews.resume(field, record)
    assert again.session.node("/data/resp_name").value == NAME
    assert again.comments == {"/data/resp_name": "spelled as in her passport: Boronova"}


def test_questions_are_chosen_and_left_by_name(laptop: Laptops) -> None:
    field, coordinator = laptop("field"), laptop("coordinator")
    identity.seal(field, [coordinator.device.recipient], also=["village"], leave=["resp_name"])
    record = hold(field)
    assert travelled(field, (NAME, TEL, "Naryn")) == [NAME]
    assert answers(field, record)["village"] == "Naryn"
    with pytest.raises(UserError, match="village") as refused:
        identity.seal(field, [coordinator.device.recipient], also=["vilage"])
    assert refused.value.code == "names.unknown-question"


def test_what_decides_about_entries_is_not_sealed_and_said(laptop: Laptops) -> None:
    field, coordinator = laptop("field"), laptop("coordinator")
    said = identity.seal(field, [coordinator.device.recipient]).notices
    assert "kids of camp is not sealed" in next(one.text for one in said if one.code == "names.not-sealed")


def test_without_anybody_to_seal_for_nothing_is_sealed(laptop: Laptops) -> None:
    field, coordinator = laptop("field"), laptop("coordinator")
    with pytest.raises(UserError, match="Nobody was named"):
        identity.seal(field, [])
    identity.seal(field, [coordinator.device.recipient])
    identity.stop(field)
    assert hold(field)
    assert travelled(field) == [NAME, TEL]


def test_a_name_handed_on_opens_at_its_new_reader(trio: Trio, send: Send) -> None:
    _field, consultant, coordinator, record = trio
    with pytest.raises(UserError, match="can open no sealed names"):
        identity.share(consultant, [consultant.device.recipient])
    send(consultant, coordinator)
    identity.share(coordinator, [consultant.device.recipient])
    send(coordinator, consultant)
    assert answers(consultant, record)["resp_name"] == NAME


def test_a_key_under_a_wrong_name_opens_nothing(trio: Trio) -> None:
    field, consultant, _coordinator, record = trio
    key = field.kept_as(record, "/data/resp_name").split(":")[2]
    consultant.state("names.key", key, {"box": "bm8gYWdlIGZpbGU=", "recipients": "", "made": "1"})
    assert is_sealed(answers(consultant, record)["resp_name"])


def test_a_restored_backup_opens_what_it_opened(trio: Trio, tmp_path: Path) -> None:
    field, _consultant, _coordinator, record = trio
    backup = field.backup()
    (tmp_path / "again").mkdir()
    restored = surveys.restore(backup, tmp_path / "again" / "field.cami").value
    with SurveyFile.open(restored) as file:
        assert file.device.id != field.device.id
        assert answers(file, record)["resp_name"] == NAME
        correct(file, record, tel_own="+996555000111")
        assert travelled(file, (NAME, TEL, "+996555000111")) == []


# ---- merging


def test_a_correction_without_the_key_never_empties_a_name(trio: Trio, send: Send) -> None:
    """Answers whose question hangs on a sealed one stay too, as does what was worked out of it."""
    field, consultant, _coordinator, record = trio
    correct(consultant, record, village="At-Bashy")
    send(consultant, field)
    assert answers(field, record) == {
        **answers(field, record),
        "resp_name": NAME,
        "tel_own": TEL,
        "operator": "O!",
        "greeting": f"Dear {NAME}",
        "village": "At-Bashy",
        "sheep": "40",
    }


def test_a_draft_with_sealed_answers_is_as_far_on_its_page_as_in_the_list(trio: Trio, send: Send) -> None:
    field, consultant, _coordinator, _record = trio
    answers = {"code": "KG-2", "resp_name": NAME, "tel_own": TEL, "sheep": "40", "operator": "O!"}
    draft = held.hold(field, "camp", {f"/data/{name}": text for name, text in answers.items()}, draft=True)
    send(field, consultant)
    for survey in (field, consultant):
        running = interviews.resume(survey, draft)
        answered, total = progress_of(running.session)
        closed = running.closed(answered)
        shown = survey.summary(draft)
        assert (answered + closed, total + closed) == (shown.answered, shown.total)
        assert shown.answered == 5
        running.discard()


def test_corrections_on_both_sides_come_together(trio: Trio, send: Send) -> None:
    field, consultant, _coordinator, record = trio
    correct(consultant, record, village="At-Bashy")
    correct(field, record, resp_name="Aigul Boronova")
    send(consultant, field)
    send(field, consultant)
    assert answers(field, record)["resp_name"] == "Aigul Boronova"
    assert answers(field, record)["village"] == "At-Bashy"
    assert field.view(record).heads == consultant.view(record).heads


def test_two_names_are_a_conflict_that_is_settled_without_reading_them(trio: Trio, send: Send) -> None:
    field, consultant, coordinator, record = trio
    send(consultant, coordinator)
    correct(field, record, resp_name="Aigul")
    correct(coordinator, record, resp_name="Aygul")
    send(field, consultant)
    send(coordinator, consultant)
    (conflict,) = consultant.conflicts()
    assert all(is_sealed(claim.value or "") for claim in conflict.claims)
    with pytest.raises(UserError, match="nobody here can read"):
        conflicts.resolve(consultant, record, conflict.field, f"value={MARK}")
    of_field = next(claim for claim in conflict.claims if claim.device == field.device.id)
    conflicts.resolve_many(consultant, {(record, conflict.field): of_field.value})
    for reader in (field, coordinator):
        send(consultant, reader)
    assert answers(field, record)["resp_name"] == "Aigul"
    assert answers(coordinator, record) == answers(field, record)


def test_settling_with_the_key_takes_the_very_text_that_stands(trio: Trio, send: Send) -> None:
    field, consultant, coordinator, record = trio
    send(consultant, coordinator)
    correct(field, record, resp_name="Aigul")
    correct(coordinator, record, resp_name="Aygul")
    send(field, coordinator)
    (conflict,) = coordinator.conflicts()
    assert {claim.value for claim in conflict.claims} == {"Aigul", "Aygul"}
    assert conflict.before == NAME
    settled = conflicts.resolve(coordinator, record, "resp_name", "value=Aigul")
    assert answers(coordinator, record)["resp_name"] == "Aigul"
    assert coordinator.kept_as(record, "/data/resp_name") == field.kept_as(record, "/data/resp_name")
    assert answers(coordinator, record)["greeting"] == "Dear Aigul"
    assert settled.undo is not None
    settled.undo()
    (again,) = coordinator.conflicts()
    assert {claim.value for claim in again.claims} == {"Aigul", "Aygul"}
    assert travelled(coordinator, (NAME, TEL, "Aigul", "Aygul")) == []


def test_a_new_name_given_without_the_key_is_sealed_for_the_same_people(trio: Trio, send: Send) -> None:
    """Whoever corrects a sealed name, by a step file for example, reads his own words, and nobody else does."""
    _field, consultant, coordinator, record = trio
    correct(consultant, record, resp_name="Aigul from the list")
    assert answers(consultant, record)["resp_name"] == "Aigul from the list"
    send(consultant, coordinator)
    assert answers(coordinator, record)["resp_name"] == "Aigul from the list"
    assert travelled(consultant, ("from the list",)) == []


def test_a_merge_that_is_taken_back_leaves_the_name_as_it_was(trio: Trio, send: Send) -> None:
    field, consultant, _coordinator, record = trio
    before = consultant.kept_as(record, "/data/resp_name")
    correct(field, record, resp_name="Somebody else")
    send(field, consultant)
    merges.take_back(consultant)
    assert consultant.kept_as(record, "/data/resp_name") == before


def test_bin_and_back_change_no_name(trio: Trio, send: Send) -> None:
    _field, consultant, coordinator, record = trio
    interviews.delete(consultant, [record])
    interviews.bring_back(consultant, [record])
    send(consultant, coordinator)
    assert answers(coordinator, record)["resp_name"] == NAME


def test_the_mark_that_is_read_is_no_answer(trio: Trio) -> None:
    _field, consultant, _coordinator, record = trio
    running = interviews.open_record(consultant, record)
    node = running.session.node("/data/resp_name")
    assert node.readonly
    assert node.valid
    running.set("/data/resp_name", MARK)
    assert not running.changed
    assert running.session.node("/data/village").label == f"Village of {MARK}"


# ---- everything that reads


def test_lists_details_and_histories_say_that_it_is_sealed(trio: Trio) -> None:
    field, consultant, _coordinator, record = trio
    correct(consultant, record, village="At-Bashy")
    row = consultant.rows()[0]
    assert row.summary.name == ""
    assert PREFIX not in row.summary.search
    assert row.summary.answered == field.rows()[0].summary.answered
    shown = {one.name: one.text for one in details.show(consultant, record).value.answers}
    assert (shown["resp_name"], shown["greeting"], shown["village"]) == (MARK, f"Dear {MARK}", "At-Bashy")
    (first, second) = histories.steps_of(consultant, record).value
    assert {one.after for one in first.changes if one.field == "/data/resp_name"} == {MARK}
    assert [one.field for one in second.changes] == ["/data/village"]
    (change,) = histories.history_of(consultant, record, "/data/resp_name").value
    assert change.after == MARK
    assert {one.after for one in histories.history_of(field, record, "/data/resp_name").value} == {NAME}


def test_exports_have_the_column_and_say_that_it_is_sealed(trio: Trio, tmp_path: Path) -> None:
    field, consultant, _coordinator, _record = trio

    def exported(survey: SurveyFile) -> str:
        target = tmp_path / f"{survey.device.name}.zip"
        exports.export(survey, target)
        with zipfile.ZipFile(target) as book:
            tables = [book.read(name).decode("utf-8-sig") for name in book.namelist() if name.endswith(".csv")]
        return next(table for table in tables if "resp_name" in table.partition("\n")[0])

    (row,) = csv.DictReader(io.StringIO(exported(consultant)))
    assert (row["resp_name"], row["village"]) == (MARK, "Naryn")
    assert not any(PREFIX in cell for cell in row.values())
    assert NAME in exported(field)


def test_a_sheet_that_comes_back_changes_no_sealed_answer(trio: Trio, tmp_path: Path, send: Send) -> None:
    field, consultant, _coordinator, record = trio
    target = tmp_path / "answers.xlsx"
    exports.export(consultant, target)
    for survey in (consultant, field):
        assert corrections.preview(survey, target).value.cells == ()
    exports.export(field, tmp_path / "named.xlsx")
    found = corrections.preview(consultant, tmp_path / "named.xlsx").value
    assert {one.standing for one in found.cells} <= {"refused"}
    assert {one.before for one in found.cells} <= {MARK}
    assert answers(consultant, record)["village"] == "Naryn"


def test_names_never_leave_for_the_public(laptop: Laptops, tmp_path: Path) -> None:
    field = laptop("field")
    for n in range(12):
        hold(field, code=f"KG-{n}")
    rules = disclosure.rules(key_file=tmp_path / "key", keep=["tel_own"])
    left = {one.name: one.treatment for one in disclosure.preview(field, None, rules).value.questions}
    assert (left["resp_name"], left["tel_own"], left["kids"]) == ("out", "out", "out")


def test_a_query_on_a_name_holds_it_sealed(trio: Trio, send: Send) -> None:
    field, consultant, _coordinator, record = trio
    reviews.comment(field, record, "resp_name", "Is it spelled so?")
    assert travelled(field) == []
    (query,) = field.review(record).queries
    assert query.value == NAME
    send(field, consultant)
    (task,) = reviews.tasks(consultant)
    assert (task.before, task.now, task.changed) == (MARK, MARK, False)


def test_doubles_are_joined_without_reading_names(trio: Trio, send: Send) -> None:
    field, consultant, coordinator, record = trio
    other = hold(field, code="KG-2", tel_own="+996111")
    send(field, consultant)
    doubles.merge(consultant, record, other, take=["/data/tel_own"])
    send(consultant, coordinator)
    assert answers(coordinator, record)["tel_own"] == "+996111"
    assert answers(coordinator, record)["resp_name"] == NAME


def test_a_copied_interview_keeps_the_name(trio: Trio, send: Send) -> None:
    _field, consultant, coordinator, record = trio
    copy = interviews.duplicate(consultant, record).leave().value.record
    send(consultant, coordinator)
    assert answers(coordinator, copy)["resp_name"] == NAME != record


def test_a_withdrawal_forgets_the_sealed_name_as_well(trio: Trio) -> None:
    _field, consultant, _coordinator, record = trio
    sealed = consultant.kept_as(record, "/data/resp_name")
    withdrawals.withdraw(consultant, record)
    assert sealed.encode() not in raw(consultant)


def test_the_event_log_tells_that_a_name_changed_and_not_which(laptop: Laptops, tmp_path: Path) -> None:
    field, coordinator = laptop("field"), laptop("coordinator")
    path = tmp_path / "logged.md"
    logged = FORM.replace("| | camp | Camp |", "| | logged | Camp |")
    logged = logged.replace("bind::cami:identity | repeat_count |", "bind::cami:identity | repeat_count | parameters |")
    logged = logged.replace("| | audit | audit | | | | | | |", "| | audit | audit | | | | | | | track-changes=true |")
    path.write_text(logged, "utf-8")
    forms.add(field, [path])
    identity.seal(field, [coordinator.device.recipient])
    running = interviews.start(field, "logged")
    assert running.trail is not None
    running.trail.come("/data/resp_name", "")
    running.set("/data/resp_name", NAME)
    running.trail.go(NAME)
    running.trail.come("/data/village", "")
    running.trail.go("Naryn")
    record = running.leave().value.record
    log = field.attachment(field.view(record).answers.files["audit.csv"]).decode()
    assert NAME not in log
    assert MARK in log
    assert "Naryn" in log


@pytest.mark.parametrize("who", ["field", "consultant"])
@pytest.mark.parametrize("moved", [True, False])
def test_another_version_of_the_form_keeps_a_name_sealed(
    trio: Trio, send: Send, tmp_path: Path, who: str, moved: bool
) -> None:
    """Where the question is asked elsewhere, and where it is asked no more and kept aside; with the key and without."""
    field, consultant, coordinator, record = trio
    asked = "| | text | resp_name | What is your name? | | string-length(.) < 40 | | | |\n"
    again = f"| | begin group | who | Who | | | | | |\n{asked}| | end group | | | | | | | |\n" if moved else ""
    text = FORM.replace("| | audit | audit | | | | | | |\n", "").replace(asked, again)
    for used in (" of ${resp_name}", "${resp_name} != ''", "concat('Dear ', ${resp_name})"):
        text = text if moved else text.replace(used, "'-'" if used.startswith("concat") else "")
    path = tmp_path / "second.md"
    path.write_text(text.replace("| title |", "| title | version |").replace("| Camp |", "| Camp | 2 |"), "utf-8")
    survey = {"field": field, "consultant": consultant}[who]
    forms.add(survey, [path])
    versions.carry(survey, record)
    send(survey, coordinator)
    fields = coordinator.view(record).answers.fields
    place = "/data/who/resp_name" if moved else "@aside:/data/resp_name"
    assert fields[place] == NAME
    assert travelled(survey) == []

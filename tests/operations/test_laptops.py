"""Laptops are let in by a code and turned away; what arrived where is known; refused files are kept."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cami_survey.base.errors import UserError
from cami_survey.exchange import codes
from cami_survey.operations import arrivals, laptops, quarantine, withdrawals
from cami_survey.operations.barcodes import code_in
from cami_survey.operations.merges import merge, preview
from cami_survey.operations.packages import pack, receipt
from cami_survey.store.api import SurveyFile
from tests.exchange.surveys import contents, interview


@pytest.fixture
def naryn(laptop: Callable[[str], SurveyFile]) -> SurveyFile:
    file = laptop("KG-01")
    for number in range(1, 6):
        interview(file, {"yaks": str(number)}, code=f"H{number:04d}")
    return file


@pytest.fixture
def hub(laptop: Callable[[str], SurveyFile]) -> SurveyFile:
    return laptop("KG-HUB")


def refusal(file: SurveyFile, path: Path) -> str:
    """Why nothing of it was merged."""
    (source,) = merge(file, [path]).value.sources
    assert source.refused is not None
    return source.refused.code


@given(st.binary(min_size=32, max_size=32))
def test_a_short_code_is_understood_as_it_is_spoken(device: bytes) -> None:
    code = codes.short_code(device.hex())
    spoken = code.replace("-", " ").lower().replace("1", "l").replace("0", "o")
    assert codes.short_in(spoken) == code


def test_a_laptop_is_let_in_by_its_card_code_before_its_first_package(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile
) -> None:
    outcome = laptops.enrol(hub, laptops.card_code(naryn))
    assert outcome.value is not None
    assert (outcome.value.name, outcome.value.trusted) == ("KG-01", True)
    assert outcome.value.recipient == naryn.device.recipient
    packed = pack(naryn, tmp_path, to=[hub.device.recipient]).value
    assert merge(hub, [packed.path]).value.counts.new == 5


def test_a_short_code_that_was_read_aloud_lets_the_first_package_in_and_nobody_else(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile, laptop: Callable[[str], SurveyFile]
) -> None:
    other = laptop("KG-02")
    interview(other, {"yaks": "1"})
    theirs = pack(other, tmp_path / "other", plain=True).value.path
    mine = pack(naryn, tmp_path / "mine", plain=True).value.path
    assert laptops.enrol(hub, laptops.code_of(naryn).lower()).value is None
    assert refusal(hub, theirs) == "package.unknown-sender"
    assert preview(hub, [mine]).value.counts.new == 5
    assert merge(hub, [mine]).value.counts.new == 5
    assert laptops.expected(hub) == frozenset()
    assert [device.name for device in hub.devices() if device.trusted] == ["KG-HUB", "KG-01"]


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda text: text[:-1], "device.broken-code"),
        (lambda text: text.replace("KG-01", "KG-07"), "device.broken-code"),
        (lambda text: "CAMI1:" + "A" * 3000, "device.broken-code"),
        (lambda text: "Naryn", "device.no-code"),
    ],
)
def test_a_code_that_is_not_whole_is_refused(
    naryn: SurveyFile, hub: SurveyFile, spoil: Callable[[str], str], code: str
) -> None:
    with pytest.raises(UserError) as error:
        laptops.enrol(hub, spoil(laptops.card_code(naryn)))
    assert error.value.code == code
    assert [device.name for device in hub.devices()] == ["KG-HUB"]


def test_the_own_code_is_of_no_use(hub: SurveyFile) -> None:
    with pytest.raises(UserError) as error:
        laptops.enrol(hub, laptops.card_code(hub))
    assert error.value.code == "device.own"


def test_the_card_code_can_be_read_from_its_picture(naryn: SurveyFile) -> None:
    squares = laptops.qr_squares(laptops.card_code(naryn))
    picture = Image.new("L", (len(squares[0]), len(squares)), 255)
    for y, line in enumerate(squares):
        for x, dark in enumerate(line):
            picture.putpixel((x, y), 0 if dark else 255)
    file = io.BytesIO()
    large = picture.resize((picture.width * 6, picture.height * 6), Image.Resampling.NEAREST)
    framed = Image.new("L", (large.width + 80, large.height + 80), 255)
    framed.paste(large, (40, 40))
    framed.save(file, "PNG")
    assert code_in(file.getvalue(), "card.png") == laptops.card_code(naryn)
    assert laptops.qr_code("CAMI1").startswith("<?xml")


def test_t32_a_laptop_that_is_turned_away_is_refused_until_it_is_taken_back(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile
) -> None:
    laptops.enrol(hub, laptops.card_code(naryn))
    packed = pack(naryn, tmp_path, plain=True).value.path
    outcome = laptops.revoke(hub, "kg-01")
    assert refusal(hub, packed) == "package.revoked-sender"
    assert contents(hub) == {}
    assert outcome.undo is not None
    outcome.undo()
    assert merge(hub, [packed]).value.counts.new == 5


def test_an_unknown_laptop_cannot_be_turned_away(naryn: SurveyFile, hub: SurveyFile) -> None:
    laptops.enrol(hub, laptops.card_code(naryn))
    with pytest.raises(UserError) as error:
        laptops.revoke(hub, "KG-02")
    assert (error.value.code, error.value.advice) == ("device.unknown", "Did you mean KG-01?")


def test_t31_what_was_written_and_did_not_arrive_is_named_and_sent_again(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile
) -> None:
    laptops.enrol(hub, laptops.card_code(naryn))
    laptops.enrol(naryn, laptops.card_code(hub))
    part = pack(naryn, tmp_path / "a", to=["KG-HUB"], records=["H0001", "H0005"]).value.path
    report = merge(hub, [part])
    assert any(notice.code == "merge.gap" for notice in report.notices)
    (one,) = arrivals.arrived(hub)
    assert (one.device.name, one.here, one.missing) == ("KG-01", 2, ((2, 4),))

    back = merge(naryn, [receipt(hub, tmp_path / "b", to=["KG-01"]).value.path])
    said = [notice.text for notice in back.notices if notice.code == "merge.lacking"]
    assert said == ["KG-HUB has not received 3 changes of this laptop yet. Write a package of what is missing there."]
    (there,) = arrivals.delivered(naryn)
    assert (there.held, there.lacking, len(there.interviews)) == (2, 3, 3)

    again = pack(naryn, tmp_path / "c", missing_for="KG-HUB").value
    assert (again.records, again.recipients) == (3, ("KG-HUB",))
    assert merge(hub, [again.path]).value.counts.gaps == ()
    assert arrivals.arrived(hub)[0].missing == ()
    merge(naryn, [receipt(hub, tmp_path / "d", to=["KG-01"]).value.path])
    assert arrivals.delivered(naryn)[0].lacking == 0
    with pytest.raises(UserError) as error:
        pack(naryn, tmp_path / "e", missing_for="KG-HUB")
    assert error.value.code == "pack.nothing-missing"


def test_a_first_package_with_a_withdrawal_is_looked_at_as_it_is_merged(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile
) -> None:
    withdrawals.withdraw(naryn, "H0003")
    packed = pack(naryn, tmp_path, to=[hub.device.recipient]).value.path
    (looked,) = preview(hub, [packed], enrol=True).value.sources
    assert looked.refused is None
    assert not looked.known
    assert [device.name for device in hub.devices() if device.trusted] == ["KG-HUB"]
    assert refusal(hub, packed) == "package.unknown-sender"
    (merged,) = merge(hub, [packed], enrol=True).value.sources
    assert merged.counts == looked.counts
    assert merged.counts.withdrawn == 1


def test_a_withdrawal_goes_out_with_a_receipt_and_a_receipt_says_that_it_is_done(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile
) -> None:
    laptops.enrol(hub, laptops.card_code(naryn))
    laptops.enrol(naryn, laptops.card_code(hub))
    merge(hub, [pack(naryn, tmp_path / "a", to=["KG-HUB"]).value.path])
    merge(naryn, [receipt(hub, tmp_path / "b", to=["KG-01"]).value.path])
    record = naryn.find("H0003")
    withdrawals.withdraw(naryn, "H0003")
    (there,) = arrivals.delivered(naryn)
    assert (there.forgotten, there.unaware) == ((), (record,))

    out = receipt(naryn, tmp_path / "c", to=["KG-HUB"])
    said = [notice.text for notice in out.notices if notice.code == "pack.withdrawn"]
    assert said == [f"It says that 1 withdrawn interview is gone here: {record[:8]}"]
    report = merge(hub, [out.value.path])
    said = [notice.text for notice in report.notices if notice.code == "merge.withdrawn"]
    assert said == [f"KG-01 says that 1 withdrawn interview is gone there: {record[:8]}"]
    assert hub.withdrawn() == [record]

    assert arrivals.delivered(naryn)[0].unaware == (record,)
    back = merge(naryn, [receipt(hub, tmp_path / "d", to=["KG-01"]).value.path])
    assert any(notice.code == "merge.withdrawn" for notice in back.notices)
    (there,) = arrivals.delivered(naryn)
    assert (there.forgotten, there.unaware) == ((record,), ())


def test_an_older_receipt_takes_nothing_back(tmp_path: Path, naryn: SurveyFile, hub: SurveyFile) -> None:
    early = receipt(hub, tmp_path / "early", plain=True).value.path
    merge(hub, [pack(naryn, tmp_path / "p", plain=True).value.path], enrol=True)
    late = receipt(hub, tmp_path / "late", plain=True).value.path
    merge(naryn, [late, early], enrol=True)
    assert arrivals.delivered(naryn)[0].lacking == 0


def test_what_is_missing_between_two_others_is_known_from_what_they_say(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile, laptop: Callable[[str], SurveyFile]
) -> None:
    osh = laptop("KG-02")
    merge(osh, [pack(naryn, tmp_path / "a", plain=True).value.path], enrol=True)
    merge(hub, [receipt(osh, tmp_path / "b", plain=True).value.path], enrol=True)
    assert [(one.device.name, one.here, one.missing) for one in arrivals.arrived(hub)] == [("KG-01", 0, ((1, 5),))]


def test_t32_a_refused_file_is_kept_with_its_reason_and_once(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile
) -> None:
    packed = pack(naryn, tmp_path / "stick", plain=True).value.path
    content = bytearray(packed.read_bytes())
    content[200] ^= 1
    packed.write_bytes(content)
    preview(hub, [packed], enrol=True)
    assert quarantine.kept(hub) == []
    for _turn in range(2):
        assert refusal(hub, packed) == "package.altered"
    (one,) = quarantine.kept(hub)
    assert one.path.read_bytes() == content
    assert one.name == packed.name
    assert "was changed after it was sent" in one.reason
    assert merge(hub, [hub.path.parent]).value.sources == ()
    assert quarantine.forget(hub) == 1
    assert not quarantine.folder_of(hub).exists()


def test_a_file_that_is_merged_after_all_is_not_kept_as_refused(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile
) -> None:
    packed = pack(naryn, tmp_path / "stick", plain=True).value.path
    assert refusal(hub, packed) == "package.unknown-sender"
    assert [one.name for one in quarantine.kept(hub)] == [packed.name]
    merge(hub, [packed], enrol=True)
    assert quarantine.kept(hub) == []
    assert not quarantine.folder_of(hub).exists()


def test_what_is_for_somebody_else_is_not_kept(tmp_path: Path, naryn: SurveyFile, hub: SurveyFile) -> None:
    packed = pack(naryn, tmp_path / "stick", to=[naryn.device.recipient]).value.path
    assert refusal(hub, packed) == "package.not-for-this-file"
    assert quarantine.kept(hub) == []

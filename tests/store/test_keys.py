"""The key of a survey file: slots for a passphrase and for recovery, changing it, splitting a recovery code."""

from __future__ import annotations

import itertools
import random
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from cami_survey.base.errors import UserError
from cami_survey.store import recovery, slots
from cami_survey.store.api import SurveyFile, change_key, is_encrypted, new_recovery, restore, split_recovery
from tests.store.interviews import interview, new_survey, values

WORDS = "снежный барс 7"
FLOOR = slots.MEMORY_KIB, slots.LEAST_ROUNDS
pytestmark = pytest.mark.usefixtures("quick_stretching")


def test_stretching_takes_64_mib_and_three_rounds_at_least() -> None:
    assert FLOOR == (64 * 1024, 3)


def with_code(path: Path, key: str = WORDS) -> str:
    """A recovery code of the survey at `path`."""
    code = new_recovery()
    with SurveyFile.open(path, key=key) as survey:
        survey.add_recovery(code.recipient)
    return code.secret


def test_at_rest_the_slots_are_in_the_file_and_while_it_is_open_beside_it(tmp_path: Path) -> None:
    with new_survey(tmp_path, key=WORDS) as survey:
        record = interview(survey, herd="40")
        assert slots.length(survey.path) == 0
        assert survey.path.with_name(survey.path.name + "-keys").exists()
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [survey.path.name]
    assert slots.length(survey.path)
    with SurveyFile.open(survey.path, key=WORDS, read_only=True) as again:
        assert values(again, record) == {"herd": "40"}
        assert again.verify().ok


def test_a_password_opens_a_random_key_however_its_letters_are_composed(tmp_path: Path) -> None:
    word = "Ысык-Көл й"
    with new_survey(tmp_path, key=unicodedata.normalize("NFC", word)) as survey:
        assert survey.opens_with(unicodedata.normalize("NFD", word))
        assert not survey.opens_with("another")
    SurveyFile.open(survey.path, key=unicodedata.normalize("NFD", word)).close()


def test_two_files_of_one_password_have_different_keys(tmp_path: Path) -> None:
    with new_survey(tmp_path, "a", key=WORDS) as one, new_survey(tmp_path, "b", key=WORDS) as other:
        assert one.key_for_keyring() != other.key_for_keyring()
        assert one.key_name() != other.key_name()


def test_encrypting_changing_and_decrypting_keep_everything_and_the_device(tmp_path: Path) -> None:
    with new_survey(tmp_path) as survey:
        record = interview(survey, herd="40")
        draft = survey.start_draft(form_id="f", form_version="1", record=survey.new_record(), values={"/data/a": "1"})
        device, path = survey.device.id, survey.path
    for old, new in ((None, WORDS), (WORDS, "other"), ("other", "ab" * 32), ("ab" * 32, None)):
        change_key(path, old, new)
        assert is_encrypted(path) == (new is not None)
        with SurveyFile.open(path, key=new) as survey:
            assert survey.device.id == device
            assert values(survey, record) == {"herd": "40"}
            assert survey.draft(draft).values == {"/data/a": "1"}
            assert survey.counts()["all"] == 2
            assert survey.verify().ok
        if old is not None and new is not None:
            with pytest.raises(UserError):
                SurveyFile.open(path, key=old)
    assert [found.name for found in tmp_path.iterdir() if found.is_file()] == [path.name]


def test_a_changed_key_opens_nothing_of_the_old_slots(tmp_path: Path) -> None:
    with new_survey(tmp_path, key=WORDS) as survey:
        old, path = survey.key_for_keyring(), survey.path
    change_key(path, WORDS, "new")
    with pytest.raises(UserError):
        SurveyFile.open(path, key=old)


def test_a_file_with_an_open_log_changes_its_key_with_what_the_log_holds(tmp_path: Path) -> None:
    with new_survey(tmp_path) as survey:
        record = interview(survey, herd="40")
        copy = tmp_path / "copy"
        copy.mkdir()
        for path in tmp_path.glob(f"{survey.path.name}*"):
            (copy / path.name).write_bytes(path.read_bytes())
    (copy / f"{survey.path.name}.lock").unlink()
    change_key(copy / survey.path.name, None, WORDS)
    with SurveyFile.open(copy / survey.path.name, key=WORDS) as again:
        assert values(again, record) == {"herd": "40"}


def test_a_file_that_is_open_keeps_its_key(tmp_path: Path) -> None:
    with new_survey(tmp_path) as survey, pytest.raises(UserError) as refused:
        change_key(survey.path, None, WORDS)
    assert refused.value.code == "file.locked"


def test_a_recovery_code_opens_the_file_its_backups_and_the_file_under_its_next_password(tmp_path: Path) -> None:
    with new_survey(tmp_path, key=WORDS) as survey:
        path = survey.path
    code = with_code(path)
    with SurveyFile.open(path, key=code.lower()) as survey:
        backup = survey.backup()
    restore(backup, tmp_path / "elsewhere.cami", key=code)
    change_key(path, code, "next")
    with SurveyFile.open(path, key=f"  {code[:20]} {code[20:]}\n") as survey:
        (recipient,) = survey.recovery_recipients()
        survey.remove_recovery(recipient)
    with pytest.raises(UserError):
        SurveyFile.open(path, key=code)
    SurveyFile.open(path, key="next").close()


def test_lost_slots_are_found_in_the_newest_backup(tmp_path: Path) -> None:
    with new_survey(tmp_path, key=WORDS) as survey:
        survey.backup()
    with survey.path.open("r+b") as file:
        file.truncate(survey.path.stat().st_size - slots.length(survey.path))
    SurveyFile.open(survey.path, key=WORDS).close()
    assert slots.length(survey.path)


@pytest.mark.parametrize("at", [-30, -100, -200, -280])
def test_changed_slots_open_nothing_and_leave_the_file_as_it_was(tmp_path: Path, at: int) -> None:
    with new_survey(tmp_path, key=WORDS) as survey:
        path = survey.path
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    with pytest.raises(UserError) as refused:
        SurveyFile.open(path, key=WORDS)
    assert refused.value.code == "file.key-or-damage"
    assert path.read_bytes() == content


def test_slots_that_ask_for_weak_or_endless_stretching_are_none(tmp_path: Path) -> None:
    made = slots.of_key(b"k" * 32, b"s" * 16, WORDS).encoded()
    assert slots.decoded(made) is not None
    for rounds in (b"1", b"2", b"13", b"99"):
        value = made[: -len(slots.MAGIC) - 4]
        start = value.index(b'"rounds": ') + 10
        end = value.index(b",", start)
        body = value[:start] + rounds + value[end:]
        assert slots.decoded(body + len(body).to_bytes(4) + slots.MAGIC) is None


def test_multiplication_as_in_the_standard_of_aes() -> None:
    # FIPS-197, 4.2: {57}·{83} = {c1}; 4.2.1: {57}·{13} = {fe}, {57}·{02} = {ae}.
    assert recovery.product(0x57, 0x83) == 0xC1
    assert recovery.product(0x57, 0x13) == 0xFE
    assert recovery.product(0x57, 0x02) == 0xAE
    # FIPS-197, table 4 at {53}: the inverse is {ca}.
    assert recovery.inverse(0x53) == 0xCA
    assert all(recovery.product(a, recovery.inverse(a)) == 1 for a in range(1, 256))


def test_any_k_shares_give_the_code_and_fewer_do_not() -> None:
    code = new_recovery().secret
    shares = split_recovery(code, 3, 5)
    for some in itertools.permutations(shares, 3):
        assert recovery.secret_in("\n".join(some)) == code
    assert recovery.secret_in(" ".join(random.Random(1).sample(shares, 5))) == code
    with pytest.raises(UserError) as refused:
        recovery.secret_in("\n".join(shares[:2] + shares[:1]))
    assert refused.value.code == "recovery.too-few"


@pytest.mark.parametrize(
    "typed",
    [
        lambda code: code.lower(),
        lambda code: code.removeprefix("AGE-SECRET-KEY-1"),
        lambda code: code.replace("AGE-SECRET-KEY-1", "age secret key l"),
        lambda code: " - ".join(code[at : at + 4] for at in range(0, len(code), 4)),
        lambda code: "AGE-SECRET-KEY-1" + code[16:].replace("0", "o").replace("8", "B").replace("L", "1"),
        lambda code: code.translate(str.maketrans("ACEHKMPTXY0", "АСЕНКМРТХУО")),
        lambda code: code.translate(str.maketrans("23456789", "۲۳۴۵۶۷۸۹")),
    ],
)
def test_a_code_is_read_however_it_was_typed(typed: Callable[[str], str]) -> None:
    for _code in range(5):
        secret = new_recovery().secret
        assert recovery.secret_in(typed(secret)) == secret


def test_a_share_is_read_however_it_was_typed() -> None:
    code = new_recovery().secret
    for share in split_recovery(code, 2, 2), split_recovery(code, 2, 2):
        one, other = share
        looks = one[:10] + one[10:].replace("O", "0").replace("I", "1").replace("B", "8")
        assert recovery.secret_in(f"{looks.lower().replace('-', ' ')} {other.replace('-', '')}") == code


def test_a_code_that_is_not_whole_is_said_to_be_and_a_password_is_none() -> None:
    code = new_recovery().secret
    for wrong in (code[:-1], code[:-1] + ("Q" if code[-1] != "Q" else "P"), code + "Q"):
        with pytest.raises(UserError) as refused:
            recovery.secret_in(wrong)
        assert refused.value.code == "recovery.code"
    for password in ("yurt saddle river", "secret", code[16:-1], ""):
        assert recovery.secret_in(password) == ""


def test_what_does_not_open_a_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "survey.cami"
    with SurveyFile.create(
        path, title="Ala-Too", device_name="KG-07", facilitator="Aigul", key="age secret key 1 of mine"
    ) as survey:
        survey.add_recovery(new_recovery().recipient)
    with SurveyFile.open(path, key="age secret key 1 of mine"):
        pass
    for typed, said in (
        ("Age secret of mine", "that password"),
        (new_recovery().secret, "another survey"),
        (new_recovery().secret[:-3], "typing mistake"),
    ):
        with pytest.raises(UserError) as refused:
            SurveyFile.open(path, key=typed)
        assert said in refused.value.sentence


def test_two_shares_of_three_are_as_likely_for_any_secret() -> None:
    # Two points of a parabola leave its value at 0 open: each of the 256 values has one third point that fits.
    fitting = {recovery.at_zero([1, 2, 3], [17, 99, third]) for third in range(256)}
    assert fitting == set(range(256))


def test_mistyped_and_mixed_shares_are_said_to_be() -> None:
    one, other = split_recovery(new_recovery().secret, 2, 3), split_recovery(new_recovery().secret, 2, 3)
    wrong = one[0][:-1] + ("A" if one[0][-1] != "A" else "B")
    for typed, code in (([wrong, one[1]], "recovery.share"), ([one[0], other[1]], "recovery.mixed")):
        with pytest.raises(UserError) as refused:
            recovery.secret_in("\n".join(typed))
        assert refused.value.code == code
    for needed, total in ((1, 3), (4, 3), (2, 17)):
        with pytest.raises(UserError):
            split_recovery(new_recovery().secret, needed, total)

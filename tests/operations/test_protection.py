"""Keys, recovery sheets, keyring, drills, salvage and withdrawal, as a person asks for them."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from types import ModuleType

import pytest
import zxingcpp
from PIL import Image

from cami_survey.base import settings
from cami_survey.base.errors import UserError
from cami_survey.base.settings import Settings
from cami_survey.operations import keyrings, protection, rescue, surveys, withdrawals
from cami_survey.store.api import SurveyFile, is_encrypted, secret_in
from tests.store.interviews import interview, new_survey, values

WORDS = "four dry words here"
pytestmark = pytest.mark.usefixtures("quick_stretching")


def code_on(sheet: Path) -> str:
    """What somebody would type from the paper."""
    found = re.search(r'<p class="code"[^>]*>(.*?)</p>', sheet.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return unescape(found[1].replace("<br>", "\n"))


def code_in_squares(sheet: Path) -> str:
    """What a telephone reads from the paper."""
    text = sheet.read_text("utf-8")
    side = int(re.search(r'viewBox="0 0 (\d+)', text)[1])  # type: ignore[index]
    image = Image.new("L", (side, side), 255)
    for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", text):
        image.putpixel((int(x), int(y)), 0)
    (found,) = zxingcpp.read_barcodes(image.resize((side * 6, side * 6), Image.Resampling.NEAREST))
    return str(found.text)


def test_encrypting_makes_a_backup_under_the_new_key_and_names_the_old_ones(tmp_path: Path) -> None:
    with new_survey(tmp_path) as survey:
        record = interview(survey, herd="40")
        survey.backup()
    outcome = protection.change_key(survey.path, key=None, new_key=WORDS)
    assert [notice.code for notice in outcome.notices] == ["key.changed", "key.old-backups"]
    with SurveyFile.open(survey.path, key=WORDS) as again:
        assert values(again, record) == {"herd": "40"}
        assert [is_encrypted(path) for path in again.backups()] == [True, False]
    outcome = protection.change_key(survey.path, key=WORDS, new_key=None)
    assert "not encrypted any more" in outcome.notices[0].text


def test_a_short_password_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    new_survey(tmp_path).close()
    before = (tmp_path / "survey.cami").read_bytes()
    with pytest.raises(UserError) as refused:
        protection.change_key(tmp_path / "survey.cami", key=None, new_key="1234567")
    assert refused.value.code == "key.too-short"
    assert (tmp_path / "survey.cami").read_bytes() == before


def test_the_sheet_opens_the_survey_and_stands_alone(tmp_path: Path) -> None:
    with new_survey(tmp_path, key=WORDS) as survey:
        (sheet,) = protection.make_recovery(survey, tmp_path / "code.html").value
        (name,) = survey.recovery_recipients()
    text = sheet.read_text("utf-8")
    assert name in text
    assert "Winter camps" in text
    assert not re.search(r"src=|href=|url\(|@import", text)
    assert sheet.stat().st_mode & 0o077 == 0 or sys.platform == "win32"
    SurveyFile.open(survey.path, key=code_on(sheet)).close()
    SurveyFile.open(survey.path, key=code_in_squares(sheet)).close()
    with SurveyFile.open(survey.path, key=code_on(sheet).lower()) as again:
        protection.remove_recovery(again, name)
    with pytest.raises(UserError):
        SurveyFile.open(survey.path, key=code_on(sheet))


def test_two_of_three_sheets_open_it_and_one_does_not(tmp_path: Path) -> None:
    with new_survey(tmp_path, key=WORDS) as survey:
        sheets = protection.make_recovery(survey, tmp_path / "code.html", needed=2, total=3).value
    assert [sheet.name for sheet in sheets] == ["code-1.html", "code-2.html", "code-3.html"]
    one, two, three = map(code_on, sheets)
    assert secret_in(one + "\n" + three) == secret_in(two + "\n" + one)
    SurveyFile.open(survey.path, key=three + "\n" + two).close()
    assert secret_in("\n".join(map(code_in_squares, sheets[:2]))) == secret_in(one + "\n" + two)
    with pytest.raises(UserError) as refused:
        SurveyFile.open(survey.path, key=two)
    assert refused.value.code == "recovery.too-few"


def test_a_sheet_is_never_overwritten_and_a_survey_without_a_key_has_none(tmp_path: Path) -> None:
    (tmp_path / "code-2.html").write_text("mine")
    with new_survey(tmp_path, key=WORDS) as survey:
        with pytest.raises(UserError):
            protection.make_recovery(survey, tmp_path / "code.html", needed=2, total=3)
        assert survey.recovery_recipients() == []
    with new_survey(tmp_path, "plain") as survey, pytest.raises(UserError) as refused:
        protection.make_recovery(survey, tmp_path / "plain.html")
    assert refused.value.code == "key.none"
    assert sorted(path.name for path in tmp_path.glob("*.html")) == ["code-2.html"]


class Ring:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.broken = False

    def get_password(self, service: str, name: str) -> str | None:
        if self.broken:
            raise OSError("locked")
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, key: str) -> None:
        self.kept[service, name] = key

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[service, name]


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    """A keyring in the place of the system's."""
    made = Ring()
    monkeypatch.setattr(keyrings, "_keyring", lambda: made)
    settings.save(Settings(keyring=True))
    return made


def test_t16_a_keyring_opens_it_and_where_it_is_missing_changed_or_locked_the_password_does(
    tmp_path: Path, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_survey(tmp_path, key=WORDS) as survey:
        keyrings.remember(survey)
    path = survey.path
    (kept,) = ring.kept.values()
    assert len(kept) * 2 < 2560
    assert surveys.read_key(path, ask=lambda: "asked") == kept
    ring.broken = True
    assert surveys.read_key(path, ask=lambda: "asked") == "asked"
    ring.broken = False
    for name in ring.kept:
        ring.kept[name] = "00" * 32
    assert surveys.read_key(path, ask=lambda: "asked") == "asked"
    monkeypatch.setattr(keyrings, "_keyring", lambda: None)
    assert surveys.read_key(path, ask=lambda: "asked") == "asked"
    with SurveyFile.open(path, key=WORDS) as survey, pytest.raises(UserError):
        keyrings.remember(survey)


def test_t16_after_a_change_of_key_the_keyring_knows_nothing_of_the_file(tmp_path: Path, ring: Ring) -> None:
    with new_survey(tmp_path, key=WORDS) as survey:
        keyrings.remember(survey)
    protection.change_key(survey.path, key=WORDS, new_key="other dry words")
    assert keyrings.find(survey.path) is None
    with SurveyFile.open(survey.path, key="other dry words") as survey:
        keyrings.remember(survey)
        keyrings.forget(survey)
        keyrings.forget(survey)
    assert keyrings.find(survey.path) is None


def test_a_keyring_that_is_locked_away_or_keeps_the_key_is_not_said_to_have_forgotten(
    tmp_path: Path, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_survey(tmp_path, key=WORDS) as survey:
        keyrings.remember(survey)

        def refused() -> str:
            with pytest.raises(UserError) as error:
                keyrings.forget(survey)
            return error.value.code

        ring.broken = True
        assert refused() == "keyring.kept"
        ring.broken = False
        with monkeypatch.context() as patch:
            patch.setattr(ring, "delete_password", lambda _service, _name: None)
            assert refused() == "keyring.kept"
        with monkeypatch.context() as patch:
            patch.setattr(keyrings, "_keyring", lambda: None)
            assert refused() == "keyring.kept"
        assert len(ring.kept) == 1
        assert "no longer opens" in keyrings.forget(survey).notices[0].text
        assert ring.kept == {}
        assert "held no key" in keyrings.forget(survey).notices[0].text


def test_without_the_library_there_is_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert not keyrings.is_there()
    fail, library = ModuleType("keyring.backends.fail"), ModuleType("keyring")
    fail.Keyring = type("Keyring", (), {})  # type: ignore[attr-defined]
    library.get_keyring = fail.Keyring  # type: ignore[attr-defined]
    backends = ModuleType("keyring.backends")
    backends.fail = fail  # type: ignore[attr-defined]
    for name, module in (("keyring", library), ("keyring.backends", backends), ("keyring.backends.fail", fail)):
        monkeypatch.setitem(sys.modules, name, module)
    assert not keyrings.is_there()


@pytest.mark.parametrize("key", [None, WORDS], ids=["plain", "keyed"])
def test_a_drill_says_what_the_newest_backup_holds_and_leaves_nothing(tmp_path: Path, key: str | None) -> None:
    with new_survey(tmp_path, key=key) as survey:
        with pytest.raises(UserError):
            rescue.drill(survey)
        interview(survey, herd="40")
        survey.backup()
        interview(survey, herd="41")
        now = survey.last_backup
        assert now is not None
        assert not rescue.drill_due(survey, lambda: now)
        assert rescue.drill_due(survey, lambda: now + timedelta(days=31))
        outcome = rescue.drill(survey, key=key)
        assert (outcome.value.then, outcome.value.here, outcome.value.is_whole) == (1, 2, True)
        assert "1 step since then" in outcome.notices[0].text
        tried = survey.last_drill
        assert tried is not None
        assert not rescue.drill_due(survey, lambda: tried + timedelta(days=29))
        assert rescue.drill_due(survey, lambda: tried + timedelta(days=30))
        assert sorted(path.suffix for path in survey.path.with_name("survey-backups").iterdir()) == [".cami"]
    with SurveyFile.open(survey.path, key=key) as again:
        assert again.last_drill is not None


def test_a_drill_of_a_damaged_backup_says_so(tmp_path: Path) -> None:
    with new_survey(tmp_path) as survey:
        for n in range(20):
            interview(survey, herd=f"{n} sheep of Aigul")
        backup = survey.backup()
        backup.write_bytes(backup.read_bytes().replace(b"7 sheep of Aigul", b"8 sheep of Aigul"))
        with pytest.raises(UserError) as refused:
            rescue.drill(survey)
    assert refused.value.code == "file.unsound"


def test_salvage_says_what_came_over_and_what_did_not(tmp_path: Path) -> None:
    with new_survey(tmp_path) as survey:
        for n in range(5):
            interview(survey, herd=f"{n} goats")
    survey.path.write_bytes(survey.path.read_bytes().replace(b"3 goats", b"4 goats"))
    outcome = rescue.salvage(survey.path, tmp_path / "saved.cami")
    assert [notice.code for notice in outcome.notices] == ["salvage.saved", "salvage.lost"]
    assert outcome.value.kept["revision"] == 4


def test_withdrawing_by_code_says_what_is_out_of_reach(tmp_path: Path) -> None:
    with new_survey(tmp_path) as survey:
        record = interview(survey, code="KG-7", herd="Jyldyz")
        survey.backup()
        done = withdrawals.withdraw(survey, "KG-7")
        assert done.value.record == record
        assert [notice.code for notice in done.notices] == [
            "withdrawal.done",
            "withdrawal.left",
            "withdrawal.elsewhere",
        ]
        other = interview(survey, code="KG-8", herd="Nurlan")
        done = withdrawals.withdraw(survey, other, in_backups=True)
        assert [notice.code for notice in done.notices] == [
            "withdrawal.done", "withdrawal.backups", "withdrawal.elsewhere",
        ]  # fmt: skip
        (backup,) = survey.backups()
        assert b"Jyldyz" not in backup.read_bytes()
        with pytest.raises(UserError):
            withdrawals.withdraw(survey, "KG-7")


def test_a_sheet_says_its_day_and_its_part(tmp_path: Path) -> None:
    with new_survey(tmp_path, key=WORDS) as survey:
        sheets = protection.make_recovery(
            survey, tmp_path / "c.html", needed=2, total=2, clock=lambda: datetime(2026, 11, 28, tzinfo=UTC)
        ).value
    assert "2026-11-28" in sheets[0].read_text("utf-8")
    assert "part 1 of 2" in sheets[0].read_text("utf-8")


def test_a_sheet_of_another_kind_is_refused_and_leaves_no_code(tmp_path: Path) -> None:
    with new_survey(tmp_path, key=WORDS) as survey:
        with pytest.raises(UserError) as refused:
            protection.make_recovery(survey, tmp_path / "c.docx")
        assert refused.value.code == "recovery.ending"
        assert survey.recovery_recipients() == []
    assert not list(tmp_path.glob("c*"))

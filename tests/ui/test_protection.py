"""Keys, the lock, recovery, drills, restoring and withdrawal at the window, by keyboard."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QKeyEvent, QPainter
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from cami_survey.base.settings import Settings
from cami_survey.exports.recovery_sheet import Sheet
from cami_survey.operations import forms, identity, interviews, keyrings, laptops, merges, packages, protection, surveys
from cami_survey.store.api import SurveyFile, is_encrypted, new_recovery
from cami_survey.ui import recovery_pdf
from cami_survey.ui.dialogs import protection as dialogs
from cami_survey.ui.dialogs.names import NamesDialog
from cami_survey.ui.dialogs.protection import NewKeyDialog, RecoveryCodesDialog, RecoveryDialog
from cami_survey.ui.dialogs.settings import SettingsDialog
from cami_survey.ui.dialogs.survey import DrillDialog, KeyDialog
from cami_survey.ui.dialogs.withdrawal import WithdrawalDialog
from cami_survey.ui.kit import Button, Shown, Switch, TextField
from cami_survey.ui.shell import Shell, apply_look
from tests.conftest import Questionnaires
from tests.ui.conftest import HERDER, settle

WORDS = "ab" * 32
NAMED = """
| survey |
| | type | name | label | bind::cami:identity |
| | text | resp_name | What is your name? | |
| | text | tel_own | Your telephone | yes |
| | text | village | Village | |
| settings |
| | form_id | title | namespaces |
| | camp | Camp | cami="urn:cami-survey:xforms" |
"""
Kind = TypeVar("Kind", bound=QDialog)
pytestmark = pytest.mark.usefixtures("quick_stretching")


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory, questionnaires: Questionnaires) -> Path:
    """An encrypted survey with one interview in it, closed."""
    path = tmp_path_factory.mktemp("encrypted") / "keyed.cami"
    with surveys.create(path, title="keyed", device_name="KEYED", facilitator="Aizada").value as survey:
        survey.add_form(questionnaires[HERDER.stem])
        running = interviews.start(survey, "herder_interview")
        running.set(next(node.path for node in running.form.nodes if node.name == "int_code"), "KG-H0001")
        running.leave()
    protection.change_key(path, key=None, new_key=WORDS)
    return path


@pytest.fixture
def keyed(window: Shell, encrypted: Path, tmp_path: Path) -> Shell:
    """The window on a copy of the encrypted survey, its backups beside it."""
    path = shutil.copytree(encrypted.parent, tmp_path, dirs_exist_ok=True) / encrypted.name
    window.desk.take(surveys.open_survey(path, key=WORDS).value)
    settle(window)
    return window


def dialog_of(window: Shell, kind: type[Kind]) -> Kind:
    """The dialog of this kind that is open."""
    return next(found for found in window.findChildren(kind) if found.isVisible())


def typed(qtbot: QtBot, *pairs: tuple[object, str]) -> None:
    """Type into fields, then Enter."""
    for field, words in pairs:
        field.setFocus()  # type: ignore[attr-defined]
        qtbot.keyClicks(field, words)
    qtbot.keyClick(pairs[-1][0], Qt.Key.Key_Return)


def press(window: Shell, words: str) -> None:
    """Press the button with these words."""
    next(b for b in window.findChildren(Button) if b.isVisible() and b.text() == words).click()


def test_a_plain_survey_is_encrypted_from_the_settings(
    window: Shell, make_survey: Callable[..., SurveyFile], qtbot: QtBot
) -> None:
    window.desk.take(make_survey("plain", HERDER))
    settle(window)
    path = window.desk.survey.path
    window.open_settings("safety")
    press(window, "Encrypt…")
    dialog = dialog_of(window, NewKeyDialog)
    typed(qtbot, (dialog.new, "short"))
    assert "8 characters" in dialog.problem.text()
    dialog.new.clear()
    typed(qtbot, (dialog.new, WORDS), (dialog.again, WORDS[:-1]))
    assert "not the same" in dialog.problem.text()
    typed(qtbot, (dialog.again, WORDS[-1]))
    settle(window)
    assert is_encrypted(path)
    assert window.desk.survey.encrypted
    assert [form.form_id for form in window.desk.survey.forms()] == ["herder_interview"]
    assert "is encrypted now" in window.feedback.shown_done()


def test_a_wrong_password_changes_nothing_and_is_asked_again(keyed: Shell, qtbot: QtBot) -> None:
    keyed.desk.asked_to_protect.emit("key")
    dialog = dialog_of(keyed, NewKeyDialog)
    typed(qtbot, (dialog.old, "wrong words"), (dialog.new, "other dry words"), (dialog.again, "other dry words"))
    settle(keyed)
    again = dialog_of(keyed, NewKeyDialog)
    assert "not the password" in again.problem.text()
    typed(qtbot, (again.old, WORDS), (again.new, "other dry words"), (again.again, "other dry words"))
    settle(keyed)
    assert keyed.desk.survey.opens_with("other dry words")
    assert not keyed.desk.survey.opens_with(WORDS)
    assert keyed.desk.survey.counts()["all"] == 1


def test_what_was_typed_can_be_seen_and_put_right(window: Shell, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "ala-too.cami"
    surveys.create(path, title="Ala-Too", key="saddle yurt 7", device_name="KG-07", facilitator="Aizada").value.close()
    window.start(path)
    settle(window)
    typed(qtbot, (dialog_of(window, KeyDialog).password, "sadle yurt 7"))
    settle(window)
    dialog = dialog_of(window, KeyDialog)
    assert "does not open with that password" in dialog.problem.text()
    assert "sadle" not in dialog.password.displayText()
    qtbot.keyClick(dialog.password, Qt.Key.Key_Tab)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert dialog.password.displayText() == "sadle yurt 7"
    dialog.password.setCursorPosition(2)
    typed(qtbot, (dialog.password, "d"))
    settle(window)
    assert window.desk.survey.path == path


def test_a_lock_of_capitals_is_said_while_a_password_is_typed(look: None, qtbot: QtBot) -> None:
    dialog = KeyDialog("ala-too.cami")
    qtbot.addWidget(dialog)
    dialog.show()
    shown = dialog.findChild(Shown)
    assert shown is not None
    told = shown.told
    qtbot.keyClicks(dialog.password, "saddle 7")
    assert not told.isVisible()
    for letter, held, locked in (("S", False, True), ("s", False, False), ("s", True, True), ("S", True, False)):
        shift = Qt.KeyboardModifier.ShiftModifier if held else Qt.KeyboardModifier.NoModifier
        event = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_S, shift, letter)
        QApplication.sendEvent(dialog.password, event)
        assert told.isVisible() == locked
    assert dialog.password.text() == "saddle 7SssS"


def test_a_mistyped_recovery_code_is_said_to_be_that(keyed: Shell, qtbot: QtBot) -> None:
    code = new_recovery()
    keyed.desk.survey.add_recovery(code.recipient)
    qtbot.keyClick(keyed, Qt.Key.Key_F12)
    cover = keyed.guard.cover
    assert cover is not None
    typed(qtbot, (cover.password, code.secret[:-1]))
    settle(keyed)
    assert "typing mistake" in cover.problem.text()
    cover.password.clear()
    typed(qtbot, (cover.password, code.secret.removeprefix("AGE-SECRET-KEY-1").lower().replace("0", "o")))
    settle(keyed)
    assert not keyed.guard.is_locked


def test_a_password_can_be_taken_away(keyed: Shell, qtbot: QtBot) -> None:
    keyed.desk.asked_to_protect.emit("key")
    dialog = dialog_of(keyed, NewKeyDialog)
    dialog.off.click()
    assert not dialog.new.isEnabled()
    typed(qtbot, (dialog.old, WORDS))
    settle(keyed)
    assert not keyed.desk.survey.encrypted


def test_a_code_for_three_people_is_made_and_opens_the_survey(keyed: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    keyed.desk.asked_to_protect.emit("recovery")
    dialog = dialog_of(keyed, RecoveryDialog)
    dialog.total.choose("3")
    dialog.total.chosen.emit("3")
    assert (dialog.needed.key(), dialog.needed.isEnabled()) == ("2", True)
    dialog.path.setText(str(tmp_path / "code.html"))
    qtbot.keyClick(dialog.path, Qt.Key.Key_Return)
    settle(keyed)
    assert sorted(path.name for path in tmp_path.glob("code*")) == ["code-1.html", "code-2.html", "code-3.html"]
    assert len(keyed.desk.survey.recovery_recipients()) == 1
    assert "Any 2 of the 3" in keyed.feedback.shown_done()


def test_a_sheet_is_a_pdf_of_one_page_that_only_its_owner_reads(keyed: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    keyed.desk.asked_to_protect.emit("recovery")
    dialog = dialog_of(keyed, RecoveryDialog)
    assert dialog.path.text().endswith("-recovery.pdf")
    dialog.path.setText(str(tmp_path / "code.pdf"))
    qtbot.keyClick(dialog.path, Qt.Key.Key_Return)
    settle(keyed)
    made = tmp_path / "code.pdf"
    assert made.read_bytes().startswith(b"%PDF-")
    assert made.read_bytes().count(b"/Type /Page\n") == 1
    assert made.stat().st_mode & 0o077 == 0 or sys.platform == "win32"


@pytest.mark.parametrize("language", ["en", "fa"])
def test_the_squares_of_the_pdf_are_the_code_in_both_directions(qapp: QApplication, look: None, language: str) -> None:
    apply_look(Settings(language=language))
    code = "AGE-SECRET-KEY-1" + "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L" * 2
    squares = tuple(map(tuple, laptops.qr_squares(code)))
    sheet = Sheet("Ala-Too", "ala-too.cami", date(2026, 11, 28), code, "age1abc", squares=squares)
    document = recovery_pdf.document(sheet)
    document.setTextWidth(700)
    image = QImage(700, int(document.size().height()) + 1, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    document.drawContents(painter)
    painter.end()
    grey = Image.frombytes(
        "L", (image.width(), image.height()), bytes(image.constBits()), "raw", "L", image.bytesPerLine()
    )
    assert [found.text for found in zxingcpp.read_barcodes(grey)] == [code]


def test_a_code_is_taken_away_after_a_question(keyed: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    survey = keyed.desk.survey
    (sheet,) = protection.make_recovery(survey, tmp_path / "code.html").value
    (name,) = survey.recovery_recipients()
    answers = iter([False, True])
    monkeypatch.setattr(dialogs, "ask", lambda *_words, **_more: next(answers))
    keyed.open_settings("safety")
    press(keyed, "Take away…")
    dialog = dialog_of(keyed, RecoveryCodesDialog)
    dialog.buttons[name].click()
    assert survey.recovery_recipients() == [name]
    dialog.buttons[name].click()
    settle(keyed)
    assert survey.recovery_recipients() == []
    assert "opens this file no longer" in keyed.feedback.shown_done()
    assert sheet.exists()


def test_f12_covers_a_running_interview_keeps_what_is_typed_and_the_password_opens_it(
    keyed: Shell, qtbot: QtBot
) -> None:
    keyed.interviewing.start("herder_interview")
    settle(keyed)
    page = keyed.running
    assert page is not None
    field = QApplication.focusWidget()
    assert field is not None
    qtbot.keyClicks(field, "KG-H0777")
    qtbot.keyClick(keyed, Qt.Key.Key_F12)
    settle(keyed)
    cover = keyed.guard.cover
    assert cover is not None
    assert cover.isVisible()
    assert cover.geometry() == keyed.rect()
    assert not keyed.ground.isVisible()
    assert keyed.windowTitle() == "CAMI Survey"
    assert any("KG-H0777" in draft.values.values() for draft in keyed.desk.survey.drafts())
    qtbot.keyClick(keyed, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(keyed, Qt.Key.Key_Escape)
    assert keyed.running is page
    typed(qtbot, (cover.password, "wrong words"))
    settle(keyed)
    assert cover.problem.text() == "That is not the password."
    cover.password.clear()
    typed(qtbot, (cover.password, WORDS))
    settle(keyed)
    assert not keyed.guard.is_locked
    assert keyed.running is page
    assert page.isVisible()
    assert QApplication.focusWidget() is field
    page.leave()
    settle(keyed)


def test_a_dialog_that_is_open_is_closed_before_the_window_is_covered(keyed: Shell, qtbot: QtBot) -> None:
    keyed.open_settings("safety")
    dialog = dialog_of(keyed, SettingsDialog)
    keyed.guard.lock()
    assert not dialog.isVisible()
    assert keyed.guard.is_locked
    typed(qtbot, (keyed.guard.cover.password, WORDS))
    settle(keyed)
    holder = keyed.focusWidget()
    assert holder is not None
    assert keyed.pages[keyed.place].isAncestorOf(holder)


def test_idle_time_locks_and_a_hand_on_it_counts_anew(keyed: Shell, qtbot: QtBot) -> None:
    keyed.change(replace(keyed.desk.settings, lock_after=2))
    assert keyed.guard._idle.isActive()
    assert keyed.guard._idle.interval() == 120_000
    keyed.guard._idle.stop()
    qtbot.keyClick(keyed, Qt.Key.Key_Shift)
    assert keyed.guard._idle.isActive()
    keyed.guard._idle.timeout.emit()
    assert keyed.guard.is_locked
    assert not keyed.guard._idle.isActive()


def test_never_means_never_and_without_a_password_there_is_no_lock(
    keyed: Shell, make_survey: Callable[..., SurveyFile]
) -> None:
    keyed.change(replace(keyed.desk.settings, lock_after=0))
    assert not keyed.guard._idle.isActive()
    keyed.change(replace(keyed.desk.settings, lock_after=5))
    keyed.desk.take(make_survey("plain"))
    settle(keyed)
    assert not keyed.guard._idle.isActive()
    keyed.guard.lock()
    assert not keyed.guard.is_locked
    assert "no password" in keyed.feedback.shown_done()


def test_the_newest_backup_is_tried_out_by_the_password_which_is_asked_for_once(keyed: Shell, qtbot: QtBot) -> None:
    keyed.open_settings("backups")
    press(keyed, "Try it out")
    settle(keyed)
    dialog = dialog_of(keyed, DrillDialog)
    typed(qtbot, (dialog.password, "not the password"))
    settle(keyed)
    dialog = dialog_of(keyed, DrillDialog)
    assert dialog.problem.text() == "The newest backup does not open with that."
    typed(qtbot, (dialog.password, WORDS))
    settle(keyed)
    assert not [one for one in keyed.findChildren(DrillDialog) if one.isVisible()]
    assert "restored on trial" in keyed.feedback.shown_done()
    assert keyed.desk.survey.last_drill is not None


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path, Path], None]:
    """Chooses files in the place of a person."""

    def choose(source: Path, target: Path) -> None:
        monkeypatch.setattr("cami_survey.ui.rescuing.open_file", lambda *_words: source)
        monkeypatch.setattr("cami_survey.ui.rescuing.save_file", lambda *_words: target)

    return choose


def test_a_backup_is_restored_over_the_open_survey_with_its_password(
    keyed: Shell, qtbot: QtBot, chosen: Callable[[Path, Path], None]
) -> None:
    survey = keyed.desk.survey
    (backup, path) = (survey.backups()[0], survey.path)
    (row,) = survey.rows()
    survey.set_deleted(row.record, True)
    chosen(backup, path)
    keyed.open_settings("backups")
    press(keyed, "Restore…")
    dialog = dialog_of(keyed, KeyDialog)
    typed(qtbot, (dialog.password, "wrong words"))
    settle(keyed)
    again = dialog_of(keyed, KeyDialog)
    assert "key is wrong" in again.problem.text()
    typed(qtbot, (again.password, WORDS))
    settle(keyed, 6)
    assert [found.record for found in keyed.desk.survey.rows()] == [row.record]
    assert list(path.parent.glob("keyed-before-restore-*.cami"))


def test_a_damaged_file_is_salvaged_and_opened(
    window: Shell, make_survey: Callable[..., SurveyFile], chosen: Callable[[Path, Path], None], tmp_path: Path
) -> None:
    survey = make_survey("damaged", HERDER)
    survey.close()
    with survey.path.open("r+b") as file:
        file.truncate(survey.path.stat().st_size - 2 * 8192)
    chosen(survey.path, tmp_path / "saved.cami")
    window._opening().open_path(survey.path)
    settle(window)
    assert window.feedback.shown_error() == "“damaged.cami” is damaged or cut short."
    press_band(window, "Save what can be saved…")
    settle(window, 6)
    assert window.desk.survey.path == tmp_path / "saved.cami"
    assert "saved into saved.cami" in window.feedback.shown_done()
    assert "could not be saved" in window.feedback.shown_error()


def press_band(window: Shell, words: str) -> None:
    """Press a button of the band under the top line."""
    (button,) = [found for found in window.feedback.top.findChildren(Button) if found.text() == words]
    button.click()


def test_consent_is_taken_back_after_the_code_was_typed(keyed: Shell, qtbot: QtBot) -> None:
    (row,) = keyed.desk.survey.rows()
    keyed.desk.asked_to_withdraw.emit(row)
    dialog = dialog_of(keyed, WithdrawalDialog)
    typed(qtbot, (dialog.code, "KG-H0002"))
    assert "not the code" in dialog.problem.text()
    dialog.code.clear()
    typed(qtbot, (dialog.code, "kg-h0001"))
    settle(keyed)
    assert keyed.desk.survey.withdrawn() == [row.record]
    assert keyed.desk.survey.rows() == []
    assert f"The answers of KG-H0001 · {row.record[:8]} are gone from this file" in keyed.feedback.shown_done()


def test_a_keyring_that_cannot_be_used_is_said_and_the_switch_stands_as_before(
    keyed: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_words: str) -> None:
        raise OSError("locked")

    ring = SimpleNamespace(get_password=locked, delete_password=locked)
    monkeypatch.setattr(keyrings, "_keyring", lambda: ring)
    keyed.remember(replace(keyed.desk.settings, keyring=True))
    keyed.open_settings("safety")
    settle(keyed)
    dialog = dialog_of(keyed, SettingsDialog)
    name = "Open with this computer's keyring"
    switch = next(one for one in dialog.findChildren(Switch) if one.accessibleName() == name)
    switch.click()
    settle(keyed)
    assert switch.isChecked()
    assert keyed.desk.settings.keyring
    assert "may still be in it" in keyed.feedback.shown_error()
    dialog.close()


def test_names_are_sealed_from_the_settings(
    window: Shell, make_survey: Callable[..., SurveyFile], tmp_path: Path, qtbot: QtBot
) -> None:
    form = tmp_path / "camp.md"
    form.write_text(NAMED, "utf-8")
    survey, coordinator = make_survey("field", HERDER), make_survey("coordinator", HERDER)
    forms.add(survey, [form])
    window.desk.take(survey)
    settle(window)
    window.open_settings("safety")
    press(window, "Seal names…")
    settle(window)
    dialog = dialog_of(window, NamesDialog)
    assert list(dialog.ticks) == ["resp_name", "tel_own"]
    dialog.ticks["tel_own"].setChecked(False)
    typed(qtbot, (dialog.to, coordinator.device.recipient), (dialog.also, "village"))
    settle(window)
    assert [recipient for _name, recipient in survey.names_recipients()] == [coordinator.device.recipient]
    sealed = {one.name for one in identity.standing(survey).questions}
    assert sealed == {"resp_name", "village"}
    window.open_settings("safety")
    press(window, "Seal names…")
    settle(window)
    dialog_of(window, NamesDialog).stop.click()
    settle(window)
    assert survey.names_recipients() == []


def test_a_sealed_name_is_read_only_and_survives_the_page(
    window: Shell, make_survey: Callable[..., SurveyFile], tmp_path: Path, qtbot: QtBot
) -> None:
    form = tmp_path / "camp.md"
    form.write_text(NAMED, "utf-8")
    field, coordinator, consultant = (make_survey(name) for name in ("field", "coordinator", "consultant"))
    forms.add(field, [form])
    identity.seal(field, [coordinator.device.recipient])
    running = interviews.start(field, "camp")
    running.set("/data/resp_name", "Bolot uulu Askar")
    record = running.leave().value.record
    package = packages.pack(field, tmp_path / "stick", to=[consultant.device.recipient]).value.path
    merges.merge(consultant, [package], enrol=True)
    before = consultant.kept_as(record, "/data/resp_name")
    window.desk.take(consultant)
    settle(window)
    window.interviewing.open_record(record)
    settle(window)
    name, telephone, village = window.running.findChildren(TextField)[:3]
    assert (name.text(), name.isReadOnly()) == ("[sealed]", True)
    assert not village.isReadOnly()
    for given in (name, telephone, village):
        given.setFocus()
        qtbot.keyClicks(given, "Naryn")
        qtbot.keyClick(given, Qt.Key.Key_Return)
    window.running.leave()
    settle(window)
    assert consultant.kept_as(record, "/data/resp_name") == before
    assert consultant.view(record).answers.fields["/data/village"] == "Naryn"

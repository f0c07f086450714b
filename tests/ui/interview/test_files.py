"""Files, drawings and codes as answers: given by dialog, drop and paste, by mouse and by keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from threading import current_thread

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from cami_survey.base.settings import Settings
from cami_survey.engine.api import Form, load_form
from cami_survey.operations import barcodes, forms, interviews, surveys
from cami_survey.store.api import SurveyFile
from cami_survey.ui import feedback, theme
from cami_survey.ui.interview import label_media
from cami_survey.ui.interview.answers import upload
from cami_survey.ui.interview.answers.barcode import BarcodeAnswer
from cami_survey.ui.interview.answers.sketch import SketchAnswer
from cami_survey.ui.interview.answers.upload import FileAnswer
from cami_survey.ui.interview.block import QuestionBlock
from cami_survey.ui.interview.media import PictureDialog
from cami_survey.ui.interview.page import InterviewPage
from cami_survey.ui.worker import Worker
from tests.operations.pictures import drawing, film, photograph
from tests.operations.test_attachments import as_png, written_code
from tests.ui.interview.conftest import Open, Running, shown

SOURCE = Path(__file__).with_name("files.md")
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key
PHOTO, SOUND, FILM, PAPER, TAG = (f"/data/files/{name}" for name in ("photo", "sound", "film", "paper", "tag"))
SKETCH, MARKED, SIGNED = (f"/data/drawn/{name}" for name in ("sketch", "marked", "signed"))


@pytest.fixture(scope="session")
def files_form() -> Form:
    return load_form(SOURCE, media={"card.png": drawing((600, 400)), "call.wav": b"RIFF"})


@pytest.fixture(autouse=True)
def no_dialog(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dialog of the system would wait for ever."""
    monkeypatch.setattr(feedback, "open_file", lambda *about: pytest.fail(f"asked for a file: {about}"))


@pytest.fixture
def run(open_form: Open, files_form: Form) -> Running:
    return open_form(files_form)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "IMG_0417.JPG"
    path.write_bytes(photograph())
    return path


def answer(run: Running, ref: str) -> QWidget:
    block = run.block(ref)
    assert isinstance(block, QuestionBlock)
    return block.answer


def file_answer(run: Running, ref: str) -> FileAnswer:
    found = answer(run, ref)
    assert isinstance(found, FileAnswer)
    return found


def sketch(run: Running, ref: str) -> SketchAnswer:
    run.go_to(ref)
    found = answer(run, ref)
    assert isinstance(found, SketchAnswer)
    return found


def said(run: Running, ref: str) -> str:
    block = run.block(ref)
    assert isinstance(block, QuestionBlock)
    return block.message.words


def chosen(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> None:
    """What the person will choose in the next dialog."""
    monkeypatch.setattr(feedback, "open_file", lambda *_about: path)


def drop(widget: QWidget, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    about = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, QDragEnterEvent(QPoint(9, 9), *about))
    QApplication.sendEvent(widget, QDropEvent(QPointF(9, 9), *about))
    QApplication.processEvents()


def paste_picture(run: Running, picture: Image.Image) -> None:
    image = QImage()
    image.loadFromData(as_png(picture))
    QApplication.clipboard().setImage(image)
    run.press(Key.Key_V, hold=CONTROL)


def content(run: Running, ref: str) -> bytes:
    found = run.page.interview.file(run.value(ref))
    assert found is not None
    return found


# Files


def test_a_photograph_of_an_iphone_is_seen_among_the_files_and_refused_with_what_to_do(
    run: Running, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    photograph = tmp_path / "IMG_0007.HEIC"
    photograph.write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    asked: list[str] = []

    def choose(_parent: QWidget, _title: str, filters: str) -> Path:
        asked.append(filters)
        return photograph

    monkeypatch.setattr(feedback, "open_file", choose)
    run.go_to(PHOTO)
    run.press(Key.Key_O, hold=CONTROL)
    assert asked[0].endswith(";;All files (*)")
    assert "Most Compatible" in said(run, PHOTO)


def test_a_photograph_is_chosen_by_keys_alone(run: Running, photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen(monkeypatch, photo)
    run.go_to(PHOTO)
    run.press(Key.Key_Space)
    assert run.value(PHOTO).endswith(".jpg")
    made = Image.open(BytesIO(content(run, PHOTO)))
    assert made.size == (320, 240)
    assert not made.getexif()
    assert file_answer(run, PHOTO).picture is not None
    run.press(Key.Key_Return)
    assert run.here() == SOUND


def test_a_photograph_is_dropped_and_pasted(run: Running, photo: Path) -> None:
    run.go_to(PHOTO)
    drop(file_answer(run, PHOTO), photo)
    first = run.value(PHOTO)
    assert first.endswith(".jpg")
    paste_picture(run, Image.new("RGB", (40, 30), "teal"))
    assert run.value(PHOTO).endswith(".png")
    assert Image.open(BytesIO(content(run, PHOTO))).getpixel((5, 5)) == (0, 128, 128)


def test_delete_removes_a_file_and_undo_brings_it_back(run: Running, photo: Path) -> None:
    run.go_to(PHOTO)
    drop(file_answer(run, PHOTO), photo)
    name = run.value(PHOTO)
    run.press(Key.Key_Delete)
    assert run.value(PHOTO) == ""
    assert name in file_answer(run, PHOTO).words()
    run.press(Key.Key_Z, hold=CONTROL)
    assert run.value(PHOTO) == name
    run.click(file_answer(run, PHOTO).remove)
    assert run.value(PHOTO) == ""
    run.click(file_answer(run, PHOTO).undo)
    assert run.value(PHOTO) == name


def test_tab_goes_through_the_buttons_of_a_file_and_on(run: Running, photo: Path) -> None:
    run.go_to(PHOTO)
    drop(file_answer(run, PHOTO), photo)
    held = file_answer(run, PHOTO)
    run.go_to(PHOTO)
    assert run.focus() is held.open
    for part in (held.choose, held.remove):
        run.press(Key.Key_Tab)
        assert run.focus() is part
    run.press(Key.Key_Tab)
    assert run.here() == SOUND


@pytest.mark.parametrize(
    ("ref", "name", "bytes_", "words"),
    [
        (PHOTO, "notes.jpg", b"hello", "not a picture"),
        (PHOTO, "cut.jpg", photograph()[:700], "damaged"),
        (SOUND, "letter.txt", b"hello", "no sound"),
        (FILM, "photo.jpg", photograph(), "no film"),
        (PAPER, "empty.pdf", b"", "empty"),
        (PAPER, "phone.heic", b"\0" * 40, "not a picture"),
    ],
)
def test_what_cannot_be_attached_is_said_and_the_answer_stands(
    run: Running, tmp_path: Path, ref: str, name: str, bytes_: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(bytes_)
    run.go_to(ref)
    drop(answer(run, ref), path)
    assert words in said(run, ref)
    assert run.value(ref) == ""
    assert not file_answer(run, ref).busy


def test_a_file_that_vanished_and_two_files_at_once_are_said(run: Running, tmp_path: Path, photo: Path) -> None:
    run.go_to(PAPER)
    drop(answer(run, PAPER), tmp_path / "gone.pdf")
    assert "no longer there" in said(run, PAPER)
    drop(answer(run, PAPER), photo, tmp_path / "gone.pdf")
    assert "takes one file" in said(run, PAPER)
    QApplication.clipboard().setText("just words")
    run.press(Key.Key_V, hold=CONTROL)
    assert "clipboard" in said(run, PAPER)


def test_a_film_is_kept_under_a_name_as_odk_gives_and_opens_outside(
    run: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[bytes, str]] = []
    monkeypatch.setattr(upload, "open_outside", lambda *file: opened.append(file) is None)
    path = tmp_path / "VID_1.MP4"
    path.write_bytes(film())
    run.go_to(FILM)
    drop(answer(run, FILM), path)
    name = run.value(FILM)
    assert name.removesuffix(".mp4").isdecimal()
    run.press(Key.Key_Space)
    assert opened == [(content(run, FILM), name)]


def test_a_picture_is_seen_large_and_closed_by_a_key(run: Running, photo: Path) -> None:
    run.go_to(PHOTO)
    drop(file_answer(run, PHOTO), photo)
    run.go_to(PHOTO)
    run.press(Key.Key_Space)
    dialog = QApplication.activeModalWidget() or next(
        one for one in run.page.window().findChildren(PictureDialog) if one.isVisible()
    )
    assert isinstance(dialog, PictureDialog)
    QTest.keyClick(dialog, Key.Key_Return)
    assert not dialog.isVisible()


def test_another_language_keeps_the_file_and_mirrors_the_card(run: Running, photo: Path) -> None:
    run.go_to(PHOTO)
    held = file_answer(run, PHOTO)
    drop(held, photo)
    before, left = run.value(PHOTO), held.remove.x()
    run.press(Key.Key_L, hold=CONTROL)
    QApplication.processEvents()
    assert run.page.layoutDirection() == Qt.LayoutDirection.RightToLeft
    assert run.value(PHOTO) == before
    assert file_answer(run, PHOTO).remove.x() < held.width() - left


@pytest.mark.parametrize("ref", [PHOTO, SOUND, FILM, PAPER, TAG, SKETCH, MARKED, SIGNED])
def test_large_text_in_a_narrow_window_cuts_nothing(run: Running, qapp: QApplication, photo: Path, ref: str) -> None:
    theme.apply(qapp, text_size=200, motion=False)
    run.page.resize(700, 900)
    run.go_to(ref)
    held = answer(run, ref)
    if isinstance(held, FileAnswer) and ref == PHOTO:
        drop(held, photo)
    inside = [child for child in held.children() if isinstance(child, QWidget) and not child.isHidden()]
    assert all(held.rect().contains(child.geometry()) for child in inside)
    for at, one in enumerate(inside):
        assert not any(one.geometry().intersects(other.geometry()) for other in inside[at + 1 :])


def test_looking_only_gives_no_way_to_change(open_form: Open, files_form: Form) -> None:
    run = open_form(files_form, fill={PHOTO: "1.jpg", SIGNED: "2.png"}, read_only=True)
    held = file_answer(run, PHOTO)
    assert held.stops() == [held.open]
    assert "not in this survey" in held.words()
    run.click(held.open)
    assert "merge the package" in said(run, PHOTO)


# What comes with the words


def test_a_note_shows_its_picture_and_plays_its_sound_by_keys(run: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[str] = []
    monkeypatch.setattr(label_media, "open_outside", lambda _content, name: played.append(name) is None)
    run.page.walk.open(0)
    block = run.block("/data/files/card")
    assert isinstance(block, QuestionBlock)
    assert block.media is not None
    assert block.media.picture.image is not None
    run.go_to("/data/files/card")
    assert run.focus() is block.media.picture
    run.press(Key.Key_Tab)
    run.press(Key.Key_Space)
    assert played == ["call.wav"]
    run.press(Key.Key_Tab)
    assert run.here() == PHOTO


def test_a_sound_that_did_not_come_with_the_form_is_said(run: Running) -> None:
    run.go_to(SOUND)
    run.press(Key.Key_Tab, hold=SHIFT)
    run.press(Key.Key_Space)
    assert "lost.mp3" in said(run, SOUND)


def test_a_picture_that_did_not_come_is_said(open_form: Open) -> None:
    run = open_form(load_form(SOURCE, media={}))
    run.page.walk.open(0)
    block = run.block("/data/files/card")
    assert isinstance(block, QuestionBlock)
    assert block.media is not None
    assert "card.png" in block.media.missing


# Drawings


def draw_line(held: SketchAnswer, *places: tuple[int, int]) -> None:
    first, *rest = (QPoint(*place) for place in places)
    QTest.mousePress(held.pad, Qt.MouseButton.LeftButton, pos=first)
    for place in rest:
        QTest.mouseMove(held.pad, place)
    QTest.mouseRelease(held.pad, Qt.MouseButton.LeftButton, pos=rest[-1] if rest else first)
    QApplication.processEvents()


def dark(picture: bytes) -> int:
    """How many pixels are inked."""
    return sum(Image.open(BytesIO(picture)).convert("L").histogram()[:128])


def test_a_signature_is_kept_when_the_question_is_left(run: Running) -> None:
    held = sketch(run, SIGNED)
    draw_line(held, (20, 20), (60, 60), (120, 30))
    run.press(Key.Key_Return)
    name = run.value(SIGNED)
    assert name.endswith(".png")
    assert dark(content(run, SIGNED)) > 500


def test_strokes_are_taken_back_one_by_one_and_clearing_too(run: Running) -> None:
    held = sketch(run, SKETCH)
    draw_line(held, (20, 20), (90, 90))
    draw_line(held, (30, 90), (90, 30))
    assert len(held.pad.sketch.strokes) == 2
    run.press(Key.Key_Z, hold=CONTROL)
    assert len(held.pad.sketch.strokes) == 1
    run.press(Key.Key_Delete)
    assert run.value(SKETCH) == ""
    run.press(Key.Key_Z, hold=CONTROL)
    assert run.value(SKETCH).endswith(".png")
    run.press(Key.Key_Z, hold=CONTROL)
    assert run.value(SKETCH) == ""


def test_another_ink_is_taken_by_keys(run: Running) -> None:
    held = sketch(run, SKETCH)
    run.press(Key.Key_Tab, Key.Key_Tab, Key.Key_Space)
    assert held.inks[1].isChecked()
    draw_line(held, (20, 20), (200, 200))
    red = Image.open(BytesIO(content(run, SKETCH))).convert("RGB").getcolors(1_000_000) or []
    assert any(colour == held.inks[1].colour().getRgb()[:3] for _count, colour in red)


def test_a_picture_is_marked_and_both_are_kept(run: Running, photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen(monkeypatch, photo)
    held = sketch(run, MARKED)
    run.press(Key.Key_O, hold=CONTROL)
    plain = content(run, MARKED)
    assert held.pad.sketch.ground is not None
    draw_line(held, (60, 60), (200, 200))
    marked = content(run, MARKED)
    assert marked != plain
    assert Image.open(BytesIO(marked)).size == (400, 300)
    run.press(Key.Key_Delete)
    assert run.value(MARKED) == ""


def test_what_is_no_picture_is_refused_to_be_marked(run: Running, tmp_path: Path) -> None:
    held = sketch(run, MARKED)
    wrong = tmp_path / "words.png"
    wrong.write_bytes(b"words")
    drop(held, wrong)
    assert "not a picture" in said(run, MARKED)
    assert held.pad.sketch.empty
    assert not held.can_undo()


def test_a_drawing_keeps_its_shape_in_another_language_and_size(run: Running, qapp: QApplication) -> None:
    held = sketch(run, SKETCH)
    draw_line(held, (20, 20), (90, 90))
    strokes = held.pad.sketch.strokes
    run.press(Key.Key_L, hold=CONTROL)
    theme.apply(qapp, text_size=200, motion=False)
    QApplication.processEvents()
    assert held.pad.sketch.strokes == strokes
    assert run.value(SKETCH)


# Codes


def test_a_code_is_typed_by_a_scanner_and_enter_goes_on(run: Running) -> None:
    run.go_to(TAG)
    assert isinstance(answer(run, TAG), BarcodeAnswer)
    run.type("KG-0417")
    run.press(Key.Key_Return)
    assert run.value(TAG) == "KG-0417"
    assert run.here() != TAG


def test_a_code_is_read_from_a_picture_that_is_chosen_dropped_or_pasted(
    run: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tag.png"
    path.write_bytes(as_png(written_code("KG-0417")))
    chosen(monkeypatch, path)
    run.go_to(TAG)
    run.press(Key.Key_Tab, Key.Key_Space)
    assert run.value(TAG) == "KG-0417"
    run.go_to(TAG)
    run.clear()
    assert run.value(TAG) == ""
    drop(answer(run, TAG), path)
    assert run.value(TAG) == "KG-0417"
    paste_picture(run, written_code("KG-0999"))
    assert run.value(TAG) == "KG-0999"


def test_a_code_is_read_off_the_thread_of_the_window_and_whoever_goes_on_takes_it_along(
    files_form: Form, tmp_path: Path, qtbot: QtBot, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tag.png"
    path.write_bytes(as_png(written_code("KG-0417")))
    threads = []
    real = barcodes.code_in
    monkeypatch.setattr(barcodes, "code_in", lambda *about: (threads.append(current_thread()), real(*about))[1])
    page = InterviewPage(interviews.preview(files_form), Settings(), worker=worker, preview=True)
    run = shown(page, qtbot)
    run.go_to(TAG)
    drop(answer(run, TAG), path)
    run.go_to(SKETCH)
    assert run.node(TAG).text_value == "KG-0417"
    assert len(threads) == 1
    assert current_thread() not in threads


def test_a_picture_without_a_code_is_said_and_the_code_stands(run: Running, photo: Path) -> None:
    run.go_to(TAG)
    run.type("KG-1")
    drop(answer(run, TAG), photo)
    assert "No code" in said(run, TAG)
    assert run.value(TAG) == "KG-1"
    run.paste("KG-2\n")
    assert run.value(TAG).startswith("KG-1KG-2")


# In a survey


@pytest.fixture
def survey(tmp_path: Path) -> Iterator[SurveyFile]:
    source = tmp_path / "files_and_places.md"
    source.write_bytes(SOURCE.read_bytes())
    (tmp_path / "card.png").write_bytes(drawing((60, 40)))
    made = surveys.create(tmp_path / "field.cami").value
    forms.add(made, [source])
    yield made
    made.close()


@pytest.fixture
def worker(qapp: QApplication) -> Iterator[Worker]:
    running = Worker()
    crashes: list[str] = []
    running.crashed.connect(crashes.append)
    yield running
    running.finish()
    running.close()
    assert crashes == []


def test_a_file_is_read_off_the_window_s_thread_and_never_lost_by_leaving_at_once(
    survey: SurveyFile, worker: Worker, photo: Path, qtbot: QtBot
) -> None:
    page = InterviewPage(interviews.start(survey, "files_and_places"), Settings(), worker=worker)
    run = shown(page, qtbot)
    run.go_to(PHOTO)
    drop(file_answer(run, PHOTO), photo)
    left: list[str] = []
    page.left.connect(left.append)
    page.leave()
    qtbot.waitUntil(lambda: bool(left))
    view = survey.view(left[0])
    assert survey.has_attachment(view.answers.files[view.answers.fields[PHOTO]])


REPEAT = """
| survey |              |       |         |
|        | type         | name  | label   |
|        | begin repeat | herd  | Herd    |
|        | image        | photo | Photo   |
|        | end repeat   |       |         |
| settings |            |       |         |
|        | form_id      |       |         |
|        | herds        |       |         |
"""


def test_an_entry_that_goes_while_its_file_is_read_takes_the_file_along(
    worker: Worker, photo: Path, qtbot: QtBot
) -> None:
    interview = interviews.preview(load_form(REPEAT.encode(), name="herds.md", media={}))
    page = InterviewPage(interview, Settings(), worker=worker, preview=True)
    run = shown(page, qtbot)
    run.go_to("/data/herd[1]/photo")
    drop(file_answer(run, "/data/herd[1]/photo"), photo)
    run.press(Key.Key_Delete, hold=CONTROL)
    worker.finish()
    QApplication.processEvents()
    assert not interview.answers().fields
    assert page.questions.files is not None
    assert page.questions.files.waiting == 0


def test_media_of_the_form_and_attached_files_come_back_after_a_crash(
    survey: SurveyFile, photo: Path, qtbot: QtBot
) -> None:
    first = shown(InterviewPage(interviews.start(survey, "files_and_places"), Settings()), qtbot)
    first.go_to(PHOTO)
    drop(file_answer(first, PHOTO), photo)
    name = first.value(PHOTO)
    [draft] = survey.drafts()
    again = shown(InterviewPage(interviews.open_record(survey, draft.id), Settings()), qtbot)
    again.go_to(PHOTO)
    assert file_answer(again, PHOTO).value == name
    assert file_answer(again, PHOTO).picture is not None
    assert again.page.reading.media is not None
    assert again.page.reading.media("card.png") == drawing((60, 40))

"""Files that answer questions: nothing a camera wrote goes with them unasked, and nothing that is wrong gets in."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image

from cami_survey.base.errors import UserError
from cami_survey.engine.api import Form, load_form
from cami_survey.operations import attachments, barcodes, exports, forms, interviews, merges, packages, surveys
from cami_survey.operations.attachments import Wanted, prepared, read, wanted
from cami_survey.store.forms import ATTACHMENT_LIMIT
from tests.operations.pictures import drawing, film, photograph

PHOTO = Wanted("image")
FORM = """
| survey |       |       |        |                |                      |
|        | type  | name  | label  | parameters     | bind::cami:metadata  |
|        | image | plain | Photo  |                |                      |
|        | image | small | Photo  | max-pixels=640 | keep                 |
|        | image | where | Photo  |                | keep-place           |
|        | audio | sound | Sound  |                |                      |
|        | video | film  | Film   |                |                      |
|        | file  | paper | Paper  |                |                      |
| settings |     |       |        |                |                      |
|        | form_id | namespaces |                |                      |
|        | files | cami="urn:cami-survey:xforms" | |                      |
"""


@pytest.fixture(scope="module")
def form() -> Form:
    return load_form(FORM.encode(), name="files.md", media={})


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def test_a_question_says_what_it_takes(form: Form) -> None:
    session = form.open()
    taken = {name: wanted(session.node(f"/data/{name}").attributes) for name in ("plain", "small", "where", "paper")}
    assert taken["plain"][:3] == ("image", 0, "nothing")
    assert taken["small"][:3] == ("image", 640, "camera")
    assert taken["where"].keep == "place"
    assert taken["paper"] == Wanted()
    assert wanted(session.node("/data/sound").attributes).kind == "audio"
    assert wanted({"mediatype": "application/*", "accept": ".pdf, .DOCX"}).suffixes == {".pdf", ".docx"}
    assert wanted({"mediatype": "image/*", "max-pixels": "many"}).most == 0


def test_a_photograph_keeps_nothing_but_what_is_seen() -> None:
    before, after = photograph(), prepared(photograph(), "IMG_1.JPG", PHOTO)
    assert b"41.2044" in before
    assert b"GPSLatitude" in before
    assert after.suffix == ".jpg"
    for trace in (b"41.2044", b"GPS", b"Telephone", b"2026:11:22", b"Exif", b"film"):
        assert trace not in after.content
    assert not opened(after.content).getexif()


def test_a_photograph_is_not_made_worse_by_losing_its_notes() -> None:
    before, after = opened(photograph()), opened(prepared(photograph(), "a.jpg", PHOTO).content)
    assert after.quantization == before.quantization
    worst = max(abs(one - other) for one, other in zip(before.tobytes(), after.tobytes(), strict=True))
    assert worst <= 3


def test_a_form_can_ask_for_the_camera_s_notes_without_the_place() -> None:
    kept = prepared(photograph(), "a.jpg", Wanted("image", keep="camera")).content
    exif = opened(kept).getexif()
    assert exif[0x010F] == "Telephone of Aizada"
    assert exif.get_ifd(0x8769)[0x9003] == "2026:11:22 10:00:00"
    assert not exif.get_ifd(0x8825)
    assert b"41.2044" not in kept
    assert b"GPS" not in kept


def test_a_form_can_ask_for_the_place_too() -> None:
    exif = opened(prepared(photograph(), "a.jpg", Wanted("image", keep="place")).content).getexif()
    assert [float(part) for part in exif.get_ifd(0x8825)[2]] == pytest.approx(LATITUDE)


LATITUDE = [41.0, 12.0, 15.8]


def test_a_photograph_taken_on_its_side_is_turned_upright() -> None:
    made = opened(prepared(photograph((400, 300), orientation=6), "a.jpg", Wanted("image", keep="camera")).content)
    assert made.size == (300, 400)
    assert 0x0112 not in made.getexif()


@pytest.mark.parametrize(("size", "most", "becomes"), [((400, 300), 100, (100, 75)), ((30, 20), 100, (30, 20))])
def test_a_picture_is_no_larger_than_the_form_wants(size: tuple[int, int], most: int, becomes: tuple[int, int]) -> None:
    assert opened(prepared(photograph(size), "a.jpg", Wanted("image", most)).content).size == becomes


def test_a_drawing_stays_a_drawing_without_its_texts() -> None:
    made = prepared(drawing(), "map.png", PHOTO)
    assert made.suffix == ".png"
    assert b"41.2044" not in made.content
    assert opened(made.content).getpixel((1, 1)) == (200, 30, 30, 128)


def test_a_photograph_attached_as_a_file_is_still_a_photograph() -> None:
    assert b"41.2044" not in prepared(photograph(), "a.jpeg", Wanted()).content


def test_a_film_forgets_where_it_was_taken_and_nothing_in_it_moves() -> None:
    before, after = film(), prepared(film(), "VID.MP4", Wanted("video", suffixes=attachments.FILMS))
    assert before.count(b"41.2044") == 3
    assert b"41.2044" not in after.content
    assert len(after.content) == len(before)
    assert after.content.index(b"pictures") == before.index(b"pictures")
    assert prepared(film(), "a.mp4", Wanted("video", keep="place")).content == before


@pytest.mark.parametrize("cut", range(0, len(film()), 7))
def test_a_cut_film_is_kept_as_it_is_without_a_crash(cut: int) -> None:
    if cut:
        assert len(prepared(film()[:cut], "a.mp4", Wanted("video")).content) == cut


@pytest.mark.parametrize(
    ("content", "name", "want", "code"),
    [
        (b"hello", "notes.jpg", PHOTO, "picture.unknown"),
        (photograph()[:900], "cut.jpg", PHOTO, "picture.broken"),
        (drawing()[:60], "cut.png", PHOTO, "picture.broken"),
        (b"", "empty.jpg", PHOTO, "attachment.empty"),
        (b"\0" * 20, "IMG.HEIC", Wanted(), "picture.unknown"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 20, "IMG_0012.HEIC", Wanted("image"), "picture.heic"),
        (b"abc", "letter.docx", Wanted("audio", suffixes=attachments.SOUNDS), "attachment.another-kind"),
        (photograph(), "a.jpg", Wanted("video", suffixes=attachments.FILMS), "attachment.another-kind"),
        (b"abc", "letter.docx", Wanted(suffixes=frozenset({".pdf"})), "attachment.another-kind"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(content: bytes, name: str, want: Wanted, code: str) -> None:
    with pytest.raises(UserError) as told:
        prepared(content, name, want)
    assert told.value.code == code
    assert name in told.value.sentence


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    target = BytesIO()
    Image.new("1", (13_000, 10_000)).save(target, "PNG")
    with pytest.raises(UserError) as told:
        prepared(target.getvalue(), "bomb.png", PHOTO)
    assert told.value.code == "picture.too-large"


def test_files_that_vanish_or_are_too_large_or_folders_are_said(tmp_path: Path) -> None:
    large = tmp_path / "large.mp4"
    with large.open("wb") as file:
        file.truncate(attachments.LARGEST + 1)
    for path, code in (
        (tmp_path / "gone.jpg", "attachment.gone"),
        (large, "attachment.too-large"),
        (tmp_path, "attachment.folder"),
    ):
        with pytest.raises(UserError) as told:
            read(path, Wanted())
        assert told.value.code == code


def test_attached_files_are_named_as_odk_does_and_never_twice(form: Form) -> None:
    interview = interviews.preview(form)
    now = datetime(2026, 11, 22, 10, tzinfo=UTC)
    first = interview.file_name(".jpg", now)
    interview.attach("/data/plain", photograph(), first)
    assert first == "1795341600000.jpg"
    assert interview.file_name(".jpg", now) == "1795341600001.jpg"
    assert interview.file(first) == photograph()
    assert interview.file("nothing.jpg") is None


def test_an_attached_file_travels_with_its_answer_and_is_named_in_the_export(tmp_path: Path) -> None:
    source = tmp_path / "files.md"
    source.write_text(FORM, "utf-8")
    field = surveys.create(tmp_path / "field.cami").value
    forms.add(field, [source])
    (tmp_path / "IMG_1.jpg").write_bytes(photograph())
    steps = [{"attach": "/data/small", "file": str(tmp_path / "IMG_1.jpg")}]
    scripted = interviews.fill(field, "files", steps, draft=True).value
    [kept] = field.view(scripted.record).answers.files
    assert kept.endswith(".jpg")
    with pytest.raises(UserError, match="no longer there"):
        interviews.fill(field, "files", [{"attach": "/data/small", "file": str(tmp_path / "gone.jpg")}])
    interviews.delete(field, [scripted.record])
    interview = interviews.start(field, "files")
    made = prepared(photograph(), "a.jpg", PHOTO)
    name = interview.file_name(made.suffix, datetime(2026, 11, 22, 10, tzinfo=UTC))
    interview.attach("/data/plain", made.content, name)
    interview.leave()
    packages.pack(field, tmp_path / "stick", plain=True)
    home = surveys.create(tmp_path / "home.cami").value
    merges.merge(home, [tmp_path / "stick"], enrol=True)
    [row] = home.rows()
    view = home.view(row.record)
    assert view.answers.fields["/data/plain"] == name
    assert home.attachment(view.answers.files[name]) == made.content
    again = interviews.open_record(home, row.record)
    assert again.file(name) == made.content
    assert interviews.duplicate(home, row.record).file(name) == made.content
    exports.export(home, tmp_path / "out.csv.zip", include_drafts=True)
    with ZipFile(tmp_path / "out.csv.zip") as written:
        assert any(name in written.read(member).decode("utf-8-sig") for member in written.namelist())
    field.close()
    home.close()


def test_the_window_takes_no_more_than_the_store_does() -> None:
    assert attachments.LARGEST == ATTACHMENT_LIMIT


def test_a_removed_file_does_not_travel(tmp_path: Path, form: Form) -> None:
    interview = interviews.preview(form)
    interview.attach("/data/plain", photograph(), "1.jpg")
    interview.set("/data/plain", "")
    assert not interview.answers().files
    interview.set("/data/plain", "1.jpg")
    assert interview.summary().code == ""
    assert list(interview.answers().files) == ["1.jpg"]


def written_code(text: str, kind: str = "QRCode") -> Image.Image:
    import zxingcpp

    image = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind)).to_image(scale=4)
    return Image.frombuffer("L", (image.shape[1], image.shape[0]), bytes(image))


def as_png(picture: Image.Image) -> bytes:
    target = BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


@pytest.mark.parametrize(("text", "kind"), [("KG-0417/Ак илбирс", "QRCode"), ("4006381333931", "EAN13")])
def test_a_code_is_read_from_a_picture(text: str, kind: str) -> None:
    assert barcodes.code_in(as_png(written_code(text, kind)), "tag.png") == text


def test_two_codes_or_none_are_said() -> None:
    pair = Image.new("L", (500, 250), 255)
    pair.paste(written_code("one"), (10, 10))
    pair.paste(written_code("two"), (260, 10))
    for content, code in ((as_png(pair), "barcode.several"), (drawing(), "barcode.none"), (b"x", "picture.unknown")):
        with pytest.raises(UserError) as told:
            barcodes.code_in(content, "tag.png")
        assert told.value.code == code

"""A form with its files in a folder or a zip; hostile zips and huge or wrongly saved files."""

from __future__ import annotations

import io
import stat
import string
import time
import zipfile

import pytest
from openpyxl import load_workbook

from cami_survey.engine.api import FormError, examine_form, load_form

from .workbooks import workbook

FORM = workbook("""
| survey |
| | type | name | label |
| | select_one_from_file herds.csv | herd | Which herd? |
""")
LETTERS = string.ascii_uppercase
HERDS = b"name,label\nh1,First herd\nh2,Second herd\n"


def packed(**files: bytes) -> bytes:
    return zipped({name.replace("__", "/").replace("_", "."): content for name, content in files.items()})


def zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def refusal(source: object, name: str = "") -> FormError:
    started = time.monotonic()
    with pytest.raises(FormError) as caught:
        load_form(source, name=name)  # type: ignore[arg-type]
    assert time.monotonic() - started < 20, "a refusal is quick"
    return caught.value


def choices(form) -> list[str]:
    return [choice.label for choice in form.open().node("/data/herd").choices]


def test_a_zip_with_a_form_and_its_files_is_read():
    assert choices(load_form(packed(form_xlsx=FORM, media__herds_csv=HERDS))) == ["First herd", "Second herd"]


def test_a_folder_with_a_form_and_its_files_is_read(tmp_path):
    (tmp_path / "form.xlsx").write_bytes(FORM)
    (tmp_path / "form-media").mkdir()
    (tmp_path / "form-media" / "herds.csv").write_bytes(HERDS)
    assert choices(load_form(tmp_path)) == ["First herd", "Second herd"]


def test_what_an_operating_system_adds_to_a_zip_does_not_matter():
    added = ("__MACOSX/._form.xlsx", ".DS_Store", "~$form.xlsx")
    source = zipped({"form.xlsx": FORM, "herds.csv": HERDS, **dict.fromkeys(added, b"x")})
    assert choices(load_form(source)) == ["First herd", "Second herd"]


def test_a_zip_without_a_form_says_so():
    assert refusal(packed(herds_csv=HERDS), "h.zip").code == "form.none-inside"


def test_a_zip_with_two_forms_names_them():
    error = refusal(packed(a_xlsx=FORM, b_xlsx=FORM), "h.zip")
    assert error.code == "form.several-inside"
    assert "a.xlsx, b.xlsx" in str(error)


@pytest.mark.parametrize(
    "name", ["../form.xlsx", "/etc/form.xlsx", "C:\\form.xlsx", "a/../../form.xlsx", "..\\form.xlsx"]
)
def test_a_member_that_wants_out_is_refused(name):
    assert refusal(zipped({name: FORM}), "h.zip").code == "form.unsafe-zip"


def test_a_link_in_a_zip_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        link = zipfile.ZipInfo("form.xlsx")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert refusal(target.getvalue(), "h.zip").code == "form.unsafe-zip"


def test_a_locked_zip_is_refused():
    content = bytearray(packed(form_xlsx=FORM))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(content), "h.zip").code == "form.locked-zip"


def test_a_zip_that_unpacks_to_gigabytes_is_refused():
    assert refusal(zipped({"form.xlsx": FORM, "big.csv": b" " * 60_000_000}), "h.zip").code == "form.too-large"


def test_a_zip_of_thousands_of_files_is_refused():
    assert refusal(zipped({f"{number}.csv": b"" for number in range(2_100)}), "h.zip").code == "form.too-large"


def test_a_zip_cut_short_is_refused():
    assert refusal(packed(form_xlsx=FORM)[:-60], "h.zip").code == "form.damaged"


def test_a_broken_byte_in_a_zip_is_noticed():
    content = bytearray(packed(form_md=b"| survey |\n| | type | name | label |\n| | text | a | A |\n"))
    content[content.index(b"form.md") + 12] ^= 0xFF
    assert refusal(bytes(content), "h.zip").code == "form.damaged"


TABLE = "survey\n,type,name,label\n,text,a,Вопрос\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_table_in_unicode_is_read(encoding):
    content = TABLE.encode(encoding)
    content = b"\xff\xfe" + content if encoding == "utf-16-le" else content
    assert load_form(content, name="f.csv").open().node("/data/a").label == "Вопрос"


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r"])
def test_another_encoding_is_named_with_its_line(encoding):
    error = refusal(TABLE.encode(encoding), "f.csv")
    assert error.code == "form.encoding"
    assert "line 3" in str(error)


def test_a_picture_is_said_to_be_no_form():
    error = refusal(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)), "photo.jpg")
    assert error.code == "form.another-kind"
    assert "photo.jpg is no form" in str(error)


@pytest.mark.parametrize(
    "content", [b"a,b\n1,2\n", b"\0" * 500, b"\x89PNG\r\n\x1a\n", b"survey", b"choices\n,list_name,name\n"]
)
def test_what_is_no_table_of_a_form_is_refused_in_our_words(content):
    error = refusal(content, "f.csv")
    assert "DefinitionData" not in str(error)
    assert "codec" not in str(error)


def test_groups_without_end_are_too_deep():
    begin = "".join(f"| | begin group | g{number} | G |\n" for number in range(2_000))
    source = f"| survey |\n| | type | name | label |\n{begin}| | text | a | A |\n" + "| | end group | | |\n" * 2_000
    assert refusal(source.encode()).code == "form.too-deep"


def test_an_entity_bomb_is_refused():
    bomb = b"<!DOCTYPE a [<!ENTITY a 'ha'>" + b"".join(
        b"<!ENTITY %c '&%c;&%c;&%c;&%c;&%c;'>" % (98 + n, *[97 + n] * 5) for n in range(20)
    )
    error = refusal(bomb + b"]><a>&u;</a>", "f.xml")
    assert error.code in ("form.doctype", "form.broken-xml")


@pytest.mark.parametrize(
    "about",
    [b"| survey |\n| | type | name | label |\n| | note | n | %b |\n", b"survey\n,type,name,label\n,note,n,%b\n"],
)
def test_a_label_of_five_megabytes_is_kept(about):
    found = examine_form(about % (b"x" * 5_000_000))
    assert found.form is not None
    assert len(found.form.open().node("/data/n").label) == 5_000_000


def test_a_cell_of_a_csv_that_is_larger_still_is_refused():
    assert refusal(b"survey\n,type,name,label\n,note,n," + b"x" * 10_000_001, "f.csv").code == "form.damaged"


def changed(source: bytes, change: dict[str, tuple[bytes, bytes]]) -> bytes:
    """A workbook with one text of some members replaced."""
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return zipped({name: text.replace(*change[name], 1) if name in change else text for name, text in files.items()})


PLAIN = workbook("| survey |\n| | type | name | label |\n| | text | a | A |\n")
SHEET, STYLES = "xl/worksheets/sheet1.xml", "xl/styles.xml"


def test_a_sheet_formatted_to_its_last_column_is_read_and_its_copy_is_small():
    row = "".join(
        f'<c r="{first}{second}{third}{{0}}" s="0"/>' for first in "AB" for second in LETTERS for third in LETTERS
    )
    rows = "".join(f'<row r="{number}">{row.format(number)}</row>' for number in range(3, 60))
    rows += '<row r="99"><c r="XFD99" s="0"/></row>'
    source = changed(PLAIN, {SHEET: (b"</sheetData>", f"{rows}</sheetData>".encode())})
    found = examine_form(source)
    assert found.form is not None
    assert found.form.questions == 1
    assert [notice.code for notice in found.noticed] == ["form.empty-cells"]
    assert found.repaired is not None
    assert len(found.repaired) < len(source) / 2
    assert examine_form(found.repaired).noticed == ()


def test_broken_styles_stop_nothing_and_the_copy_is_without_them():
    found = examine_form(changed(PLAIN, {STYLES: (b"</styleSheet>", b"<oops>")}))
    assert found.form is not None
    assert [notice.code for notice in found.noticed] == ["form.broken-styles"]
    assert found.repaired is not None
    assert load_workbook(io.BytesIO(found.repaired))["survey"]["B2"].value == "a"

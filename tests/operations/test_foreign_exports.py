"""Exports of KoboToolbox, ODK Central and our own come in whole, with their repeats, and only once."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from openpyxl import Workbook, load_workbook
from PIL import Image

from cami_survey.analysis.definitions import Choice, Question
from cami_survey.base.errors import UserError
from cami_survey.engine.api import Form
from cami_survey.operations import forms, surveys, table_imports
from cami_survey.operations.demo_answers import interviews
from cami_survey.operations.details import submission_xml
from cami_survey.operations.exports import export
from cami_survey.operations.forms import form_of
from cami_survey.operations.interviews import fill
from cami_survey.operations.merges import merge
from cami_survey.operations.table_rows import spaced
from cami_survey.store.api import SurveyFile
from tests.operations.foreign import briefcase_folder, central_zip, kobo_csv, kobo_tables, kobo_workbook

FORMS = Path(__file__).parents[2] / "forms"
STAKEHOLDER = "stakeholder_survey"
MOST = 2
NOON = datetime(2026, 6, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A survey with two forms and no interview, made once."""
    path = tmp_path_factory.mktemp("bare") / "bare.cami"
    made = surveys.create(path, title="Others", device_name="Osh", facilitator="Nur").value
    forms.add(made, [FORMS / "herder_interview.xlsx", FORMS / "stakeholder_survey.xlsx"])
    made.close()
    return path


@pytest.fixture(scope="module")
def held(bare: Path) -> Iterator[SurveyFile]:
    """A copy with the interviews of the demonstration that have the most to say, which nobody changes here."""
    opened = surveys.open_survey(Path(shutil.copy(bare, bare.with_name("held.cami")))).value
    planned = sorted((one for one in interviews(now=NOON) if not one.draft), key=lambda one: -len(one.steps))
    for form_id in ("herder_interview", "stakeholder_survey"):
        for one in [one for one in planned if one.form_id == form_id][:MOST]:
            assert fill(opened, form_id, one.steps).value.ok
    yield opened
    opened.close()


@pytest.fixture
def empty(bare: Path, tmp_path: Path) -> Iterator[SurveyFile]:
    """A copy of that survey."""
    opened = surveys.open_survey(Path(shutil.copy(bare, tmp_path / "empty.cami"))).value
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def kept(bare: Path) -> Iterator[SurveyFile]:
    """A copy for many imports, each of which is taken back."""
    opened = surveys.open_survey(Path(shutil.copy(bare, bare.with_name("kept.cami")))).value
    yield opened
    opened.close()


def some(survey: SurveyFile, form_id: str) -> list[str]:
    """The interviews of a form."""
    return [view.record for view in survey.views(form_id)]


def said(survey: SurveyFile, record: str) -> list[tuple[str, str]]:
    """Every answer of the submission, in its order."""
    root = etree.fromstring(submission_xml(survey, record))
    return [(place(node), node.text or "") for node in root.iter() if not len(node) and node.text]


def place(node: etree._Element) -> str:
    """The names of a node and of what it is in."""
    return "/".join(etree.QName(one).localname for one in [*reversed(list(node.iterancestors())), node])


def same(held: SurveyFile, chosen: list[str], other: SurveyFile, made: tuple[str, ...]) -> None:
    """The interviews that were made say what those that were exported said."""
    assert len(made) == len(chosen)
    for before, record in zip(chosen, made, strict=True):
        assert said(other, record) == said(held, before)


Write = Callable[[Path, Form, list[bytes]], Path]
SHAPES: dict[str, tuple[str, Write]] = {
    "central": ("odk", lambda folder, form, xmls: central_zip(folder / "c.zip", form, xmls)),
    "central split": ("odk", lambda folder, form, xmls: central_zip(folder / "c.zip", form, xmls, split=True)),
    "central without groups": (
        "odk",
        lambda folder, form, xmls: central_zip(folder / "c.zip", form, xmls, group_paths=False),
    ),
    "kobo": ("kobo", lambda folder, form, xmls: kobo_workbook(folder / "k.xlsx", kobo_tables(form, xmls))),
    "kobo without groups": (
        "kobo",
        lambda folder, form, xmls: kobo_workbook(folder / "k.xlsx", kobo_tables(form, xmls, groups=False)),
    ),
    "kobo split": (
        "kobo",
        lambda folder, form, xmls: kobo_workbook(folder / "k.xlsx", kobo_tables(form, xmls, multiple="details")),
    ),
    "kobo labels": (
        "kobo",
        lambda folder, form, xmls: kobo_workbook(
            folder / "k.xlsx", kobo_tables(form, xmls, language=form.default_language)
        ),
    ),
    "kobo labels of which some mean another thing in another language": (
        "kobo",
        lambda folder, form, xmls: kobo_workbook(folder / "k.xlsx", kobo_tables(form, xmls, language="Kyrgyz (ky)")),
    ),
    "briefcase": ("odk", lambda folder, form, xmls: briefcase_folder(folder, form, xmls)),
    "kobo labels, one column": (
        "kobo",
        lambda folder, form, xmls: kobo_workbook(
            folder / "k.xlsx", kobo_tables(form, xmls, language=form.default_language, multiple="summary")
        ),
    ),
}


ALL = [
    *((shape, "herder_interview") for shape in SHAPES),
    *((shape, STAKEHOLDER) for shape in ("central split", "kobo labels", "briefcase")),
]


@pytest.mark.parametrize(("shape", "form_id"), ALL)
def test_an_export_comes_in_whole_and_once(
    held: SurveyFile, kept: SurveyFile, tmp_path: Path, form_id: str, shape: str
) -> None:
    chosen, form = some(held, form_id), form_of(held, form_id)
    program, write = SHAPES[shape]
    source = write(tmp_path, form, [submission_xml(held, record) for record in chosen])
    found = table_imports.preview(kept, form_id, source).value
    assert (found.kind, found.told) == (program, ())
    assert [row.problems for row in found.rows] == [()] * MOST
    done = table_imports.apply(kept, found)
    try:
        same(held, chosen, kept, done.value.final)
        assert table_imports.preview(kept, form_id, source).value.number("known") == MOST
    finally:
        assert done.undo is not None
        done.undo()


OURS: list[tuple[str, dict[str, Any]]] = [
    ("out.xlsx", {"language": "Russian", "headers": "labels"}),
    ("out.xlsx", {"codes": True, "multiple": "split"}),
    ("out.csv.zip", {}),
    ("out.odk.zip", {}),
]


@pytest.mark.parametrize(("name", "wishes"), OURS)
def test_our_own_exports_come_into_another_survey(
    held: SurveyFile, empty: SurveyFile, tmp_path: Path, name: str, wishes: dict[str, Any]
) -> None:
    target = tmp_path / name
    export(held, target, **wishes)
    found = table_imports.preview(empty, "herder_interview", target).value
    assert found.kind == ("odk" if "odk" in name else "cami")
    assert [text.split(":")[0] for text in found.told] == [
        "5 more sheets belong to no interviews of this form and are left out"
    ], "those of the other form"
    assert {row.becomes for row in found.rows} == {"final"}
    made = table_imports.apply(empty, found).value.final
    originals = {said_code(held, view.record): view.record for view in held.views("herder_interview", state="final")}
    for record in made:
        before = originals[said_code(empty, record)]
        assert [one for one in said(empty, record) if leaves(*one)] == [
            one for one in said(held, before) if leaves(*one)
        ]
        if found.kind == "cami":
            assert record == before, "it is the same interview, here and there"
    here = table_imports.preview(held, "herder_interview", target).value
    assert {row.becomes for row in here.rows} == {"known"}


def said_code(survey: SurveyFile, record: str) -> str:
    """The code of the interview."""
    return survey.codes([record])[record]


def leaves(name: str, _text: str) -> bool:
    """Whether it stands in an export: private answers do not, and the IDs of submissions not in every one."""
    return "/meta/" not in name and name != "data/close/notes"


# ---- what goes wrong, with a form of repeats in repeats

NESTED = """
| survey |  |  |  |
|  | type | name | label |
|  | text | code | Code |
|  | begin repeat | herd_with_a_name_longer_than_sheets | Herd |
|  | text | kind | Which animals |
|  | begin repeat | loss | Loss |
|  | integer | lost | How many |
|  | end repeat |  |  |
|  | end repeat |  |  |
| settings |  |  |  |
|  | form_id | version |
|  | herds | 1 |
"""
HERD = "/data/herd_with_a_name_longer_than_sheets"
MAIN = "code,meta-instanceID,KEY,Status,ReviewState\n"
HERDS, LOSSES = "kind,PARENT_KEY,KEY\n", "lost,PARENT_KEY,KEY\n"


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[str], SurveyFile]]:
    """Makes surveys with the form above."""
    made: list[SurveyFile] = []

    def one(name: str) -> SurveyFile:
        survey = surveys.create(tmp_path / f"{name}.cami", title=name, device_name=name, facilitator="Nur").value
        source = tmp_path / "herds.md"
        source.write_text(NESTED, encoding="utf-8")
        forms.add(survey, [source])
        made.append(survey)
        return survey

    yield one
    for survey in made:
        survey.close()


def zipped(folder: Path, **files: str) -> Path:
    """A zip with these CSV files."""
    target = folder / "herds.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_", "-") + ".csv", text)
    return target


def test_rows_of_repeats_find_their_interview_in_any_order(make: Callable[[str], SurveyFile], tmp_path: Path) -> None:
    survey = make("one")
    herd = "uuid:b/herd_with_a_name_longer_than_sheets"
    source = zipped(
        tmp_path,
        herds_loss=LOSSES + f"7,{herd}[2],{herd}[2]/loss[1]\n3,{herd}[1],{herd}[1]/loss[1]\n9,uuid:zz,uuid:zz/x[1]\n",
        herds=MAIN + "KG-1,uuid:a,uuid:a,,\nKG-2,uuid:b,uuid:b,,approved\n",
        herds_herd=HERDS + f"sheep,uuid:b,{herd}[1]\ngoats,uuid:b,{herd}[2]\n",
    )
    found = table_imports.preview(survey, "herds", source).value
    assert [text.split(":")[0] for text in found.told] == [
        "1 row of a repeat belongs to no interview of the file and is left out"
    ]
    first, second = table_imports.apply(survey, found).value.final
    assert not any("[" in name for name in survey.view(first).answers.fields)
    fields = survey.view(second).answers.fields
    told = [fields[f"{HERD}[k{n:08x}]/kind"] + fields[f"{HERD}[k{n:08x}]/loss[k00000001]/lost"] for n in (1, 2)]
    assert told == ["sheep3", "goats7"]


def test_sheets_whose_names_were_cut_are_found(make: Callable[[str], SurveyFile], tmp_path: Path) -> None:
    survey = make("one")
    name = "herd_with_a_name_longer_than..."
    tables = {
        "herds": [["code", "_uuid", "_submission_time", "_index"], ["KG-1", "aa", "2026-06-01T10:00:00", "1"]],
        name: [["kind", "_index", "_parent_table_name", "_parent_index"], ["sheep", "1", "herds", "1"]],
        "loss": [["lost", "_parent_table_name", "_parent_index"], ["4", HERD.rpartition("/")[2], "1"]],
    }
    found = table_imports.preview(survey, "herds", kobo_workbook(tmp_path / "k.xlsx", tables)).value
    assert found.told == ()
    (record,) = table_imports.apply(survey, found).value.final
    assert survey.view(record).answers.fields[f"{HERD}[k00000001]/loss[k00000001]/lost"] == "4"


def test_what_was_not_decrypted_and_what_stands_there_twice(make: Callable[[str], SurveyFile], tmp_path: Path) -> None:
    survey = make("one")
    rows = ",,uuid:a,not decrypted,\nKG-2,uuid:b,uuid:b,,\nKG-2,uuid:b,uuid:b,,\n"
    found = table_imports.preview(survey, "herds", zipped(tmp_path, herds=MAIN + rows)).value
    assert [row.becomes for row in found.rows] == ["refused", "final", "known"]
    assert found.rows[0].problems[0].startswith("herds!D2: Status: ODK Central could not read")


def test_the_repeats_of_a_csv_file_are_missing_and_that_is_told(
    make: Callable[[str], SurveyFile], tmp_path: Path
) -> None:
    tables = {"herds": [["code", "_id", "_uuid", "_submission_time"], ["KG-1; “x”", "1", "aa", "2026-06-01T10:00:00"]]}
    found = table_imports.preview(make("one"), "herds", kobo_csv(tmp_path / "k.csv", tables)).value
    assert (found.kind, [row.becomes for row in found.rows]) == ("kobo", ["final"])
    assert [text.partition(",")[0] for text in found.told] == ["The file has no rows of repeats"]


def test_attached_files_of_a_zip_come_along_without_their_place(
    make: Callable[[str], SurveyFile], tmp_path: Path
) -> None:
    survey, source = make("one"), tmp_path / "photos.md"
    source.write_text(
        "| survey |  |  |  |  |\n|  | type | name | label | required |\n|  | image | photo | Photo | yes |\n"
        "| settings |  |\n|  | form_id |\n|  | photos |\n",
        encoding="utf-8",
    )
    forms.add(survey, [source])
    target = tmp_path / "photos.zip"
    rows = "p1.jpg,uuid:a\np2.jpg,uuid:b\np3.jpg,uuid:c\n"
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("photos.csv", "photo,KEY,FormVersion\n" + rows.replace("\n", ",1\n"))
        archive.writestr("media/p1.jpg", photograph())
        archive.writestr("media/p2.jpg", b"no picture")
    found = table_imports.preview(survey, "photos", target).value
    assert found.told == ("1 attached file is left out: tables have only its name.",)
    assert [row.becomes for row in found.rows] == ["final", "final", "draft"]
    outcome = table_imports.apply(survey, found)
    (said,) = [notice.text for notice in outcome.notices if notice.code == "table.files"]
    assert "p2.jpg" in said
    (whole,) = outcome.value.final
    files = survey.view(whole).answers.files
    assert set(files) == {survey.view(whole).answers.fields["/data/photo"]}
    assert b"GPS" not in survey.attachment(*files.values())
    assert len(outcome.value.drafts) == 2, "a required picture that cannot be read is missing"


def photo_table(make: Callable[[str], SurveyFile], folder: Path) -> tuple[SurveyFile, Path]:
    """A survey with a form for photographs, and four rows of it as KoboToolbox writes them."""
    survey, source = make("one"), folder / "photos.md"
    source.write_text(
        "| survey |  |  |  |\n|  | type | name | label |\n|  | image | photo | Photo |\n"
        "|  | text | who | Who |\n| settings |  |\n|  | form_id |\n|  | photos |\n",
        encoding="utf-8",
    )
    forms.add(survey, [source])
    target = folder / "photos.csv"
    rows = "my photo (1).jpg,A,a1\nimage.jpg,B,b2\nimage.jpg,C,c3\nold.jpg,D,d4\n"
    target.write_text("photo,who,_uuid,_submission_time\n" + rows.replace("\n", ",2026-06-01\n"), encoding="utf-8")
    return survey, target


KOBO_FILES = ("a1/my_photo_1.jpg", "b2/image.jpg", "d0/old.jpg", "b2/other.jpg")


@pytest.mark.parametrize("unpacked", [False, True])
def test_files_that_kobotoolbox_gives_beside_the_table_find_their_submission(
    make: Callable[[str], SurveyFile], tmp_path: Path, unpacked: bool
) -> None:
    survey, table = photo_table(make, tmp_path)
    files = tmp_path / "media.zip"
    with zipfile.ZipFile(files, "w") as archive:
        for name in KOBO_FILES:
            archive.writestr(f"aizada/attachments/f0a1/{name}", photograph())
    if unpacked:
        zipfile.ZipFile(files).extractall(tmp_path / "files")
    book = table_imports.look(table, tmp_path / "files" if unpacked else files)
    found = table_imports.preview(survey, "photos", book).value
    assert [bool(row.attached) for row in found.rows] == [True, True, False, True], "C must not get the picture of B"
    assert found.told == ("1 attached file is left out: tables have only its name.",)
    made = [survey.view(record).answers for record in table_imports.apply(survey, found).value.final]
    with_files = {answers.fields["/data/who"] for answers in made if answers.files}
    assert with_files == {"A", "B", "D"}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"no zip at all"])
def test_media_that_cannot_be_read_are_refused(
    make: Callable[[str], SurveyFile], tmp_path: Path, content: bytes
) -> None:
    _survey, table = photo_table(make, tmp_path)
    (tmp_path / "media.zip").write_bytes(content)
    with pytest.raises(UserError) as refused:
        table_imports.look(table, tmp_path / "media.zip")
    assert refused.value.code == "table.damaged"


def test_no_broken_byte_of_a_zip_or_workbook_is_our_bug(make: Callable[[str], SurveyFile], tmp_path: Path) -> None:
    """Every way in which bytes break is a sentence: cut short, or one byte another, wherever it lies."""
    _survey, table = photo_table(make, tmp_path)
    archive, workbook, broken = tmp_path / "t.zip", tmp_path / "t.xlsx", tmp_path / "broken.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.write(table, "photos.csv")
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["photo"])
    sheet.append(["p.jpg"])
    book.save(workbook)
    codes: set[str] = set()
    for source in (archive, workbook):
        whole = source.read_bytes()
        for at in range(0, len(whole), max(1, len(whole) // 60)):
            for content in (whole[:at], whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]):
                broken.write_bytes(content)
                try:
                    table_imports.look(broken)
                except UserError as refused:
                    codes.add(refused.code)
    assert "table.damaged" in codes
    assert codes <= {"table.damaged", "table.empty", "table.no-csv", "table.too-large"}


def photograph() -> bytes:
    """A small picture with a place in its notes."""
    out, picture = io.BytesIO(), Image.new("RGB", (8, 8))
    notes = Image.Exif()
    notes.get_ifd(0x8825).update({1: "N", 2: (41.0, 12.0, 0.0), 3: "E", 4: (74.0, 30.0, 0.0)})
    notes[0x010E] = "GPS"
    picture.save(out, "jpeg", exif=notes)
    return out.getvalue()


def test_texts_that_look_like_formulas_come_back_from_our_own_csv_as_they_were(
    make: Callable[[str], SurveyFile], tmp_path: Path
) -> None:
    survey = make("one")
    herd = "/data/herd_with_a_name_longer_than_sheets"
    steps = [
        {"set": "/data/code", "value": "=1+1"},
        {"add_repeat": herd},
        {"set": f"{herd}[1]/kind", "value": "'quoted"},
    ]
    assert fill(survey, "herds", steps).value.ok
    for name in ("out.csv.zip", "out.xlsx", "out.odk.zip"):
        export(survey, tmp_path / name)
        other = make(name)
        found = table_imports.preview(other, "herds", tmp_path / name).value
        (record,) = table_imports.apply(other, found).value.final
        fields = other.view(record).answers.fields
        assert sorted(text for field, text in fields.items() if not field.endswith("]")) == ["'quoted", "=1+1"]


def test_what_a_reviewer_rejected_there_is_told(make: Callable[[str], SurveyFile], tmp_path: Path) -> None:
    source = zipped(tmp_path, herds=MAIN + "KG-1,uuid:a,uuid:a,,rejected\nKG-2,uuid:b,uuid:b,,approved\n")
    (said,) = table_imports.preview(make("one"), "herds", source).value.told
    assert said == "1 row was rejected by a reviewer in the other program and comes in all the same: herds!2."


def test_what_a_person_asks_for_comes_before_what_a_heading_says(
    make: Callable[[str], SurveyFile], tmp_path: Path
) -> None:
    survey, source = make("one"), tmp_path / "t.csv"
    source.write_text("code,true code\nold,new\n", encoding="utf-8")
    found = table_imports.preview(survey, "herds", source, asked={"true code": "code"}).value
    assert found.unmatched == ("code",)
    (record,) = table_imports.apply(survey, found).value.final
    assert survey.view(record).answers.fields["/data/code"] == "new"
    again = table_imports.preview(survey, "herds", source).value
    assert again.mapping == {"true code": "/data/code"}


def test_whose_consent_was_taken_back_does_not_come_again(make: Callable[[str], SurveyFile], tmp_path: Path) -> None:
    survey, source = make("one"), zipped(tmp_path, herds=MAIN + "KG-1,uuid:a,uuid:a,,\n")
    (record,) = table_imports.apply(survey, table_imports.preview(survey, "herds", source).value).value.final
    survey.withdraw(record)
    assert [row.becomes for row in table_imports.preview(survey, "herds", source).value.rows] == ["known"]


@pytest.mark.parametrize("key", ["a]b", "x/y", "[", "", "k1]/loss[k2", "\u202e"])
def test_keys_that_somebody_typed_do_no_harm(make: Callable[[str], SurveyFile], tmp_path: Path, key: str) -> None:
    survey = make("one")
    name = "herd_with_a_name_longer_than_sheets"
    steps = [{"set": "/data/code", "value": "KG"}, {"add_repeat": HERD}, {"set": f"{HERD}[1]/kind", "value": "sheep"}]
    assert fill(survey, "herds", steps).value.ok
    export(survey, tmp_path / "out.xlsx")
    book = load_workbook(tmp_path / "out.xlsx")
    sheet = next(sheet for sheet in book if sheet.title.startswith("her") and "-" in sheet.title)
    heads = [cell.value for cell in sheet[1]]
    sheet.cell(2, heads.index(f"_{name}_key") + 1).value = key
    book.save(tmp_path / "out.xlsx")
    other = make("other")
    (record,) = table_imports.apply(
        other, table_imports.preview(other, "herds", tmp_path / "out.xlsx").value
    ).value.final
    assert other.view(record).answers.fields[f"{HERD}[k00000001]/kind"] == "sheep"


def test_an_import_that_was_taken_back_can_be_made_again(make: Callable[[str], SurveyFile], tmp_path: Path) -> None:
    survey = make("one")
    source = zipped(tmp_path, herds=MAIN + "KG-1,uuid:a,uuid:a,,\n")
    done = table_imports.apply(survey, table_imports.preview(survey, "herds", source).value)
    assert done.undo is not None
    done.undo()
    assert survey.view(done.value.final[0]).deleted
    again = table_imports.apply(survey, table_imports.preview(survey, "herds", source).value).value
    assert again.final
    assert again.final != done.value.final
    assert table_imports.preview(survey, "herds", source).value.number("known") == 1
    # What a person puts into the bin stays there.
    survey.set_deleted(again.final[0], True)
    assert table_imports.preview(survey, "herds", source).value.number("known") == 1


def test_two_laptops_that_import_one_table_have_one_interview(
    make: Callable[[str], SurveyFile], tmp_path: Path
) -> None:
    source = zipped(tmp_path, herds=MAIN + "KG-1,uuid:a,uuid:a,,\n")
    one, other = make("one"), make("other")
    for survey in (one, other):
        table_imports.apply(survey, table_imports.preview(survey, "herds", source).value)
    other.close()
    merge(one, [tmp_path / "other.cami"], enrol=True)
    assert one.counts()["all"] == 1
    assert not one.conflicts()


def test_rows_without_a_name_may_say_the_same(make: Callable[[str], SurveyFile], tmp_path: Path) -> None:
    survey, source = make("one"), tmp_path / "t.csv"
    source.write_text("Code\nKG\nKG\n", encoding="utf-8")
    done = table_imports.apply(survey, table_imports.preview(survey, "herds", source).value).value
    assert len(done.final) == 2
    source.write_text("Code\nKG\nKG\nKG\n", encoding="utf-8")
    assert [row.becomes for row in table_imports.preview(survey, "herds", source).value.rows] == ["known"] * 2 + [
        "final"
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.zip", b"PK\x03\x04broken"),
        ("t.zip", b""),
        ("t.csv", b"a,b\n\xff\xfe,1\n"),
        ("t.csv", b'a,b\n"open,1\n'),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(
    make: Callable[[str], SurveyFile], tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError):
        table_imports.preview(make("one"), "herds", tmp_path / name)


@given(st.lists(st.sampled_from(["red", "red deer", "deer", "big red deer", "wolf"]), unique=True))
def test_labels_joined_by_spaces_are_read_or_left_alone(labels: list[str]) -> None:
    choices = tuple(
        Choice(name.replace(" ", "_"), {"": name}) for name in ["red", "red deer", "deer", "big red deer", "wolf"]
    )
    question = Question("/data/q", "select_multiple", "choice", "choices", choices=choices)
    codes = sorted(name.replace(" ", "_") for name in labels)
    assert sorted(spaced(question, " ".join(labels)).split()) in ([], codes)

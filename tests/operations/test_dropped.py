"""What is dropped on Exchange is known by what it holds, not by its name."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook

from cami_survey.base.errors import UserError
from cami_survey.operations import dropped, packages, surveys
from cami_survey.operations.dropped import Dropped
from cami_survey.operations.exports import export
from cami_survey.store.api import SurveyFile


@pytest.fixture
def survey(demonstrated: Path) -> Iterator[SurveyFile]:
    with surveys.open_survey(demonstrated).value as survey:
        yield survey


def a_table(folder: Path) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["code", "_uuid"])
    sheet.append(["KG-1", "a1"])
    book.save(folder / "kobo.xlsx")
    return folder / "kobo.xlsx"


def its_files(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "media.zip", "w") as archive:
        archive.writestr("aizada/attachments/f0/a1/p.jpg", b"x")
    return folder / "media.zip"


def test_a_package_a_corrected_workbook_and_a_table_each_go_their_way(survey: SurveyFile, tmp_path: Path) -> None:
    package = packages.pack(survey, tmp_path, plain=True).value.path
    renamed = shutil.copy(package, tmp_path / "from-laptop.zip")
    export(survey, tmp_path / "answers.xlsx")
    (tmp_path / "winter.csv").write_text("Code;Years\nKG-1;12\n", encoding="utf-8")
    ways = {
        package: "packages",
        Path(renamed): "packages",
        tmp_path / "answers.xlsx": "corrected",
        tmp_path / "winter.csv": "table",
        a_table(tmp_path): "table",
    }
    for path, way in ways.items():
        found = dropped.recognise(survey, [path])
        assert getattr(found, way) in (path, (path,)), path.name


def test_a_workbook_of_another_survey_is_a_table_here(survey: SurveyFile, tmp_path: Path) -> None:
    export(survey, tmp_path / "answers.xlsx")
    with surveys.create(tmp_path / "other.cami").value as other:
        assert dropped.recognise(other, [tmp_path / "answers.xlsx"]) == Dropped(table=tmp_path / "answers.xlsx")


def test_a_table_takes_its_files_along(survey: SurveyFile, tmp_path: Path) -> None:
    table, files = a_table(tmp_path), its_files(tmp_path)
    assert dropped.recognise(survey, [files, table]) == Dropped(table=table, media=files)
    (tmp_path / "unpacked").mkdir()
    assert dropped.recognise(survey, [table, tmp_path / "unpacked"]).media == tmp_path / "unpacked"


def test_what_leads_nowhere_or_several_ways_is_refused(survey: SurveyFile, tmp_path: Path) -> None:
    table, files = a_table(tmp_path), its_files(tmp_path)
    (tmp_path / "winter.csv").write_text("Code;Years\nKG-1;12\n", encoding="utf-8")
    for paths, code in (([files], "dropped.no-table"), ([table, tmp_path / "winter.csv"], "dropped.several-kinds")):
        with pytest.raises(UserError) as refused:
            dropped.recognise(survey, paths)
        assert refused.value.code == code


def test_what_is_none_of_these_is_told_by_the_merge(survey: SurveyFile, tmp_path: Path) -> None:
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04broken")
    for path in (tmp_path / "letter.pdf", tmp_path / "broken.zip", tmp_path):
        assert dropped.recognise(survey, [path]) == Dropped(packages=(path,))

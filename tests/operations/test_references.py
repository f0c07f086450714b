"""Reference tables: brought as a workbook after a preview, doubted cell by cell, the same on every laptop."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from cami_survey.base.errors import UserError
from cami_survey.operations import forms, interviews, merges, packages, references, surveys
from cami_survey.reference import checking, programme
from cami_survey.reference.schemas import SCHEMAS
from cami_survey.reference.shelf import is_official
from cami_survey.store.api import SurveyFile

FORMS = Path(__file__).parents[2] / "forms"
ORIGIN = "CMS COP15, Resolution 11.24 (Rev.COP15)"
PROGRAMME = [
    ["pow", "objective_no", "objective_title", "section_no", "section_title", "activity_no", "activity_text",
     "priority", "responsible", "timeframe", "text_status", "source"],
    ["CAMI-2027-2032", "1", "Address threats", "", "", "", "", "", "", "", "sourced", ORIGIN],
    ["CAMI-2027-2032", "1", "Address threats", "1.1", "Hunting", "1.1.1", "Patrol together", "high", "", "", "sourced",
     ORIGIN],
]  # fmt: skip


@pytest.fixture
def survey(tmp_path: Path) -> Iterator[SurveyFile]:
    made = surveys.create(tmp_path / "hub.cami", title="Hub", device_name="HUB").value
    yield made
    made.close()


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """Writes lines into a sheet of a workbook."""

    def write(lines: list[list[str]], sheet: str = "Sheet", name: str = "brought.xlsx") -> Path:
        book = Workbook()
        book.active.title = sheet
        for line in lines:
            book.active.append(line)
        book.save(tmp_path / name)
        return tmp_path / name

    return write


def lines_of(survey: SurveyFile, table: str) -> list[list[str]]:
    found = references.shelf(survey).table(table)
    columns = list(found.schema.columns)
    return [columns, *([row[column] for column in columns] for row in found.rows)]


def changed(lines: list[list[str]], where: str, column: str, text: str) -> list[list[str]]:
    at = lines[0].index(column)
    return [
        [*line[:at], text, *line[at + 1 :]] if where in line[:2] and line is not lines[0] else line for line in lines
    ]


def test_the_shipped_tables_are_what_their_schemas_say(survey: SurveyFile) -> None:
    shelf = references.shelf(survey)
    for name in shelf.names():
        table = shelf.table(name)
        assert table.shipped
        assert table.version
        assert table.source
        assert list(checking.problems(table.rows, table.schema, shelf.rows)) == []


def test_a_programme_of_work_comes_as_a_workbook_and_its_activities_can_be_chosen(
    survey: SurveyFile, workbook: Callable[..., Path]
) -> None:
    before = forms.add(survey, [FORMS / "measures_inventory.xlsx"]).value[0]
    brought = workbook(PROGRAMME, "pow_2027_2032")
    seen = references.preview(survey, brought).value
    assert (seen.table, seen.known, seen.ok, len(seen.changes.added)) == ("pow_2027_2032", False, True, 2)
    assert survey.statements(references.TABLE) == [], "a preview keeps nothing"
    outcome = references.bring(survey, brought, version="COP15", origin=ORIGIN)
    assert "forms" in outcome.touched
    after = next(entry for entry in survey.forms() if entry.form_id == before.form_id and entry != before)
    form = forms.form_of(survey, after.form_id)
    assert form.version == after.version != before.version
    running = interviews.start(survey, after.form_id)
    versions = next(node for node in running.form.nodes if node.name == "pow")
    assert "pow_2027_2032" in {choice.value for choice in versions.choices()}
    assert before.version in {entry.version for entry in survey.forms()}
    media = survey.form(after.form_id).media["pow_activities.csv"].decode()
    assert "pow_2027_2032_1_1_1,1.1.1 Patrol together,pow_2027_2032" in media


def test_a_table_that_was_brought_stands_before_the_shipped_one_on_every_laptop(
    survey: SurveyFile, workbook: Callable[..., Path], tmp_path: Path
) -> None:
    brought = workbook(changed(lines_of(survey, "species"), "SAITAT", "iucn", "LC"), "species")
    seen = references.preview(survey, brought).value
    assert [(cell.key, cell.column, cell.before, cell.after) for cell in seen.changes.cells] == [
        (("SAITAT",), "iucn", "NT", "LC")
    ]
    references.bring(survey, brought, version="2027.1", origin="IUCN Red List 2027-1")
    with surveys.create(tmp_path / "kg.cami", title="KG", device_name="KG-07").value as other:
        merges.merge(other, [packages.pack(survey, tmp_path / "out", plain=True).value.path], enrol=True)
        table = references.shelf(other).table("species")
    assert table.row(("SAITAT",))["iucn"] == "LC"
    assert (table.version, table.source, table.shipped, table.brought_by) == (
        "2027.1", "IUCN Red List 2027-1", False, "HUB",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("table", "where", "column", "text", "sentence"),
    [
        ("species_range", "SAITAT", "presence", "perhaps", "“perhaps” is not one of"),
        ("species_range", "SAITAT", "iso_a2", "XX", "Nothing is called “XX”"),
        ("species_range", "SAITAT", "source", "", "must not be empty"),
        ("threats", "CAMI-1a", "parent", "CAMI-77", "The table has no row “CAMI-77”."),
        ("species", "SAITAT", "code", "PANUNC", "“PANUNC” stands here more than once."),
        ("pow_2021_2026", "CAMI-2021-2026", "text_status", "whatever", "“whatever” is not one of: UNCERTAIN, MISSING"),
    ],
)
def test_a_table_with_a_mistake_is_refused_with_row_and_column(
    survey: SurveyFile, workbook: Callable[..., Path], table: str, where: str, column: str, text: str, sentence: str
) -> None:
    brought = workbook(changed(lines_of(survey, table), where, column, text), table)
    problems = references.preview(survey, brought).value.problems
    assert any(sentence in problem.sentence and problem.column == column for problem in problems)
    assert all(problem.row > 1 for problem in problems)
    with pytest.raises(UserError, match="was not taken"):
        references.bring(survey, brought, version="1", origin="x")
    assert survey.statements(references.TABLE) == []


@pytest.mark.parametrize(
    ("status", "official"),
    [
        ("sourced", True),
        ("Official text, Resolution 11.24", True),
        ("theme and order: sourced", True),
        ("uncertain: read in a summary", False),
        ("Missing", False),
        ("Illustrative only", False),
        ("not sourced", False),
        ("unofficial", False),
    ],
)
def test_a_row_is_official_only_where_its_status_says_so(status: str, official: bool) -> None:
    row = {**dict(zip(PROGRAMME[0], PROGRAMME[1], strict=True)), "text_status": status}
    assert is_official(row, SCHEMAS["pow_2021_2026"]) is official
    (item,) = programme.items([row], illustrative=True)
    assert (item.standing == "sourced") is official


def test_a_table_without_rows_is_refused_without_a_row(survey: SurveyFile, workbook: Callable[..., Path]) -> None:
    empty = workbook([PROGRAMME[0]], "pow_2021_2026")
    with pytest.raises(UserError, match=r"brought\.xlsx was not taken: The table has no rows\."):
        references.bring(survey, empty, version="1", origin=ORIGIN)


def test_what_is_no_reference_table_is_refused(
    survey: SurveyFile, workbook: Callable[..., Path], tmp_path: Path
) -> None:
    with pytest.raises(UserError, match="is not a reference table"):
        references.preview(survey, workbook([["a", "b"], ["1", "2"]]))
    broken = tmp_path / "species.csv"
    broken.write_bytes(b"\xff\xfe\x00code")
    with pytest.raises(UserError, match="neither a workbook nor a CSV"):
        references.preview(survey, broken)
    with pytest.raises(UserError, match="cannot be read"):
        references.preview(survey, tmp_path / "nowhere.xlsx")


def test_a_missing_column_is_named(survey: SurveyFile, workbook: Callable[..., Path]) -> None:
    lines = [line[:-1] for line in lines_of(survey, "species_names")]
    (problem,) = references.preview(survey, workbook(lines, "species_names")).value.problems
    assert problem.sentence == "The column “confidence” is missing."


def test_a_table_without_origin_or_news_is_refused(survey: SurveyFile, workbook: Callable[..., Path]) -> None:
    same = workbook(lines_of(survey, "species"), "species")
    with pytest.raises(UserError, match="says the same"):
        references.bring(survey, same, version="2", origin="CMS")
    with pytest.raises(UserError, match="a version and the place it comes from"):
        references.bring(survey, workbook(PROGRAMME, "pow_2027_2032"), version="", origin=" ")


def test_a_table_goes_out_and_comes_back_the_same(survey: SurveyFile, tmp_path: Path) -> None:
    for name in references.shelf(survey).names():
        written = references.write_out(survey, name, tmp_path / f"{name}.xlsx").value
        seen = references.preview(survey, written).value
        assert (seen.table, seen.problems, bool(seen.changes)) == (name, (), False)


def test_rows_that_are_no_official_text_say_so_in_the_workbook(survey: SurveyFile, tmp_path: Path) -> None:
    written = references.write_out(survey, "pow_2014_2020", tmp_path / "pow.xlsx").value
    head, *rows = load_workbook(written)["pow_2014_2020"].iter_rows(values_only=True)
    status, standing = head.index("text_status"), head.index("standing")
    own = [row[standing] for row in rows if row[status].startswith(("ILLUSTRATIVE", "MISSING", "UNCERTAIN"))]
    assert own
    assert set(own) == {"not official"}
    assert any(not row[standing] for row in rows)


def test_a_csv_with_semicolons_is_read_too(survey: SurveyFile, tmp_path: Path) -> None:
    path = tmp_path / "species_names.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(changed(lines_of(survey, "species_names"), "SAITAT", "name", "Saiga"))
    assert len(references.preview(survey, path).value.changes.cells) > 0


def test_a_consultant_doubts_a_cell_and_everybody_sees_why(survey: SurveyFile, tmp_path: Path) -> None:
    key = ("SAITAT", "CN")
    outcome = references.doubt(
        survey, "species_range", key, "presence", "vagrant", reason="Seen at Bortala in 2024", source="Forestry bureau"
    )
    assert outcome.value.shown == "extinct"
    with surveys.create(tmp_path / "kg.cami", title="KG").value as other:
        merges.merge(other, [packages.pack(survey, tmp_path / "out", plain=True).value.path], enrol=True)
        shelf = references.shelf(other)
    assert shelf.table("species_range").row(key)["presence"] == "extinct", "the table says what it said"
    (dispute,) = shelf.disputed("species_range")[key, "presence"]
    assert (dispute.proposed, dispute.reason, dispute.source, dispute.by) == (
        "vagrant", "Seen at Bortala in 2024", "Forestry bureau", "HUB",
    )  # fmt: skip


def test_a_doubt_is_settled_when_the_table_says_so(survey: SurveyFile, workbook: Callable[..., Path]) -> None:
    references.doubt(survey, "species", ("SAITAT",), "iucn", "LC", reason="new assessment")
    lines = changed(lines_of(survey, "species"), "SAITAT", "iucn", "LC")
    references.bring(survey, workbook(lines, "species"), version="2", origin="IUCN")
    shelf = references.shelf(survey)
    assert shelf.disputed("species") == {}
    assert [dispute.settled for dispute in shelf.disputes("species")] == [True]


@pytest.mark.parametrize(
    ("table", "key", "column", "proposed", "reason", "sentence"),
    [
        ("specie", ("SAITAT",), "iucn", "LC", "why", "no reference table “specie”"),
        ("species", ("SAITA",), "iucn", "LC", "why", "has no row “SAITA”"),
        ("species", ("SAITAT",), "red_list", "LC", "why", "no column"),
        ("species", ("SAITAT",), "code", "X", "why", "no column"),
        ("species", ("SAITAT",), "cami_2014", "maybe", "why", "“maybe” is not one of"),
        ("species", ("SAITAT",), "iucn", "LC", "  ", "needs a reason"),
    ],
)
def test_a_doubt_without_sense_is_refused(
    survey: SurveyFile, table: str, key: tuple[str, ...], column: str, proposed: str, reason: str, sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        references.doubt(survey, table, key, column, proposed, reason=reason)
    assert survey.statements(references.DISPUTE) == []

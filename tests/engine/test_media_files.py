"""Lists from files beside a form, whatever somebody has put there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cami_survey.engine.api import FormError, load_form

FORM = b"""
| survey |
| | type | name | label |
| | select_one_from_file camps.%s | camp | Which camp? |
"""
PLACE = {"type": "Point", "coordinates": [74.5, 42.8]}


def chosen_from(ending: str, content: bytes) -> list[tuple[str, str]]:
    """Value and label of each choice, each of which can be chosen."""
    form = load_form(FORM % ending.encode(), media={f"camps.{ending}": content})
    session = form.open()
    choices = [(choice.value, choice.label) for choice in session.node("/data/camp").choices]
    for value, _label in choices:
        session.set("/data/camp", value)
        assert session.node("/data/camp").value == value
    return choices


def camp(**parts: object) -> dict[str, object]:
    return {"type": "Feature", "id": "c1", "properties": {"title": "Ak-Suu"}, "geometry": PLACE, **parts}


def geojson(**parts: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": [camp(**parts)]}).encode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[" * 100_000 + b"]" * 100_000, "is not a GeoJSON feature collection"),
        (geojson(properties=["Ak-Suu"]), "holds something that is no feature"),
        (geojson(properties="Ak-Suu"), "holds something that is no feature"),
        (geojson(geometry={"type": "Point", "coordinates": {"x": 74.5}}), "holds a broken geometry"),
        (geojson(geometry={"type": "Point", "coordinates": ["74.5", "42.8"]}), "holds a broken geometry"),
        (geojson(geometry={"type": "Point", "coordinates": [None, None]}), "holds a broken geometry"),
        (geojson(geometry={"type": "Point", "coordinates": [float("nan"), 42.8]}), "holds a broken geometry"),
        (geojson(geometry={"type": "Point", "coordinates": [10**400, 42.8]}), "holds a broken geometry"),
        (geojson(geometry={"type": "Polygon", "coordinates": {"x": []}}), "holds a broken geometry"),
    ],
    ids=["deep", "list", "text", "mapping", "texts", "nothing", "nan", "huge", "ring"],
)
def test_a_broken_geojson_file_is_refused_with_a_sentence(content, reason):
    with pytest.raises(FormError, match=f"camps.geojson {reason}"):
        load_form(FORM % b"geojson", media={"camps.geojson": content})


@pytest.mark.parametrize(
    ("ending", "content"),
    [
        ("csv", b"name,label\nc\x001,Ak-\x07Suu\n"),
        ("geojson", geojson(id="c\x001", properties={"title": "Ak-\ud800Suu"})),
    ],
)
def test_a_choice_with_letters_that_no_answer_can_hold_can_be_chosen(ending, content):
    assert chosen_from(ending, content) == [("c1", "Ak-Suu")]


def asking_for(name: str) -> bytes:
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model><instance>'
        f'<data id="t"><camp/></data></instance><instance id="camps" src="jr://file-csv/{name}"/></model></h:head><h:body>'
        '<select1 ref="/data/camp"><itemset nodeset="instance(\'camps\')/root/item"><value ref="name"/>'
        '<label ref="label"/></itemset></select1></h:body></h:html>'
    ).encode()


@pytest.mark.parametrize("name", ["", ".", "..", "*.csv", "c?mps.csv", "[c]amps.csv", "a**b", "x" * 300 + ".csv"])
def test_only_a_file_of_exactly_the_name_is_read(tmp_path: Path, name):
    (tmp_path / "camps.csv").write_text("name,label\nc1,Ak-Suu\n", "utf-8")
    form = load_form(asking_for(name), media=tmp_path)
    assert form.open().node("/data/camp").choices == []
    assert [notice.code for notice in form.noticed] == ["form.missing-file"]


def test_a_file_that_cannot_be_read_is_refused_with_its_name(tmp_path: Path):
    with pytest.raises(FormError, match=r"camps\.csv cannot be read"):
        load_form(FORM % b"csv", media={"camps.csv": tmp_path})


def columns_said(content: bytes, ending: str = "csv", more: str = "") -> list[str]:
    """What is said of columns that the file does not have."""
    form = load_form(FORM % ending.encode() + more.encode(), media={f"camps.{ending}": content})
    return [problem.reason for problem in form.noticed if problem.code == "form.missing-column"]


@pytest.mark.parametrize(
    ("ending", "content", "column"),
    [
        ("csv", b"code,label\nc1,Ak-Suu\n", "name"),
        ("csv", b"name,title\nc1,Ak-Suu\n", "label"),
        ("csv", b"Name,label\nc1,Ak-Suu\n", "name"),
        ("xml", b"<root><item><code>c1</code><label>Ak-Suu</label></item></root>", "name"),
        ("geojson", geojson(id=None), "id"),
    ],
)
def test_a_file_without_a_column_of_its_list_is_named_with_the_column(ending, content, column):
    (said,) = columns_said(content, ending)
    assert said.startswith(f"camps.{ending} has no column “{column}”")
    assert ("Did you mean Name?" in said) is content.startswith(b"Name")


def test_a_file_without_rows_may_be_filled_later_one_without_columns_is_named():
    assert columns_said(b"name,label\n") == []
    assert len(columns_said(b"")) == 2


def test_columns_that_the_form_names_or_the_file_has_are_fine():
    assert columns_said(b"name,label\nc1,Ak-Suu\n") == []
    assert columns_said("name,label::Russian (ru)\nc1,Ак-Суу\n".encode()) == []
    form = FORM.replace(b"| | type | name | label |", b"| | type | name | label | parameters |")
    named = (form % b"csv").replace(b"Which camp? |", b"Which camp? | value=code label=title |")
    assert not load_form(named, media={"camps.csv": b"code,title\nc1,Ak-Suu\n"}).noticed


def test_pulldata_names_the_column_that_its_file_does_not_have():
    form = b"""
| survey |
| | type | name | label | calculation |
| | text | camp | Camp | |
| | calculate | high | | pulldata('camps', 'height', 'name', ${camp}) |
"""
    (said,) = load_form(form, media={"camps.csv": b"name,hight\nc1,2400\n"}).noticed
    assert (said.code, said.where) == ("form.missing-pulled-column", "sheet “survey”, row 3, column “calculation”")
    assert "“height”" in said.reason
    assert "Did you mean hight?" in said.reason


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'name,label\nc1,"Ak-Suu\nc2,Kara-Suu\n', 2),
        (b'name,label\nc1,Ak-Suu\nc2,"Kara-Suu', 3),
        (b'name,label\nc1,"Ak-Suu\nc2,"Kara-Suu"\nc3,Sary\n', 2),
        (b'name,label\nc0,"so" called\nc1,"Ak-Suu\nc2,Kara-Suu\n', 3),
        (b'"name,label\nc1,Ak-Suu\n', 1),
    ],
)
def test_a_quotation_mark_that_stays_open_swallows_no_rows(content, line):
    with pytest.raises(FormError, match=f"camps.csv cannot be read as CSV: the cell that begins in line {line} "):
        load_form(FORM % b"csv", media={"camps.csv": content})


def test_quotation_marks_that_close_are_read():
    content = b'name,label\nc1,"Ak-Suu,\nupper"\nc2,5" pipe\nc3,"so" called\nc4,"a ""b"" c"\n'
    assert [label for _value, label in chosen_from("csv", content)] == [
        "Ak-Suu,\nupper", '5" pipe', "so called", 'a "b" c',
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("calculation", "expected"),
    [
        ("sum(instance('camps')/root/item/herds)", "7"),
        ("count(instance('camps')/root/item/herds)", "3"),
        ("join(' ', instance('camps')/root/item/herds)", "5 2 "),
        ("sum(instance('camps')/root/item[side = 'north']/herds)", "5"),
        ("count-non-empty(instance('camps')/root/item/*)", "11"),
        ("max(instance('camps')/root/item/herds)", "5"),
        ("pulldata('camps', 'herds', 'name', 'c2')", "2"),
    ],
)
def test_each_cell_of_a_table_counts_once(calculation, expected):
    row = f"| | calculate | seen | | {calculation} |\n".encode()
    form = (FORM % b"csv").replace(b"| label |", b"| label | calculation |") + row
    table = b"name,label,side,herds\nc1,Ak-Suu,north,5\nc2,Kara-Suu,south,2\nc3,Sary,north,\n"
    session = load_form(form, media={"camps.csv": table}).open()
    assert session.node("/data/seen").text_value == expected
    assert len(session.node("/data/camp").choices) == 3
    assert session.node("/data/seen").text_value == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_in_any_unicode_is_read(encoding, separator):
    content = f"name{separator}label\r\nа{separator}Як\r\n".encode(encoding)
    assert chosen_from("csv", content) == [("а", "Як")]


def test_rows_of_separators_alone_are_none_and_those_without_a_value_are_named():
    content = b"sep=;\nname;label;side\nc1;Ak-Suu;north\n;Kara-Suu;\n;;\n;Sary;\n;;\n"
    form = load_form(FORM % b"csv", media={"camps.csv": content})
    assert [choice.label for choice in form.open().node("/data/camp").choices] == ["Ak-Suu", "Kara-Suu", "Sary"]
    (said,) = form.noticed
    assert (said.code, said.where) == ("form.row-without-value", "sheet “survey”, row 2, column “type”")
    assert said.reason.startswith("2 rows of camps.csv have nothing in the column “name”")
    assert said.reason.endswith("Kara-Suu")


def test_an_area_without_corners_is_a_row_without_a_place():
    assert chosen_from("geojson", geojson(geometry={"type": "Polygon", "coordinates": []})) == [("c1", "Ak-Suu")]


@pytest.mark.parametrize(
    ("choice_filter", "missing"),
    [
        ("side = ${side}", ["side"]),
        ("Side = ${side} and selected('a b', name)", []),
        ("${side} = '' or starts-with(side, ${side}) or camp = 'x'", ["camp", "side"]),
        ("count(instance('camps')/root/item[nothing = 1]) = 0", []),
        ("true()", []),
    ],
)
def test_a_filter_by_a_column_that_the_file_does_not_have_is_named(choice_filter, missing):
    form = f"""
| survey |
| | type | name | label | choice_filter |
| | text | side | Side | |
| | select_one_from_file camps.csv | camp | Camp | {choice_filter} |
""".encode()
    noticed = load_form(form, media={"camps.csv": b"name,label,Side\nc1,Ak-Suu,north\n"}).noticed
    said = sorted(problem.reason for problem in noticed if problem.code == "form.missing-column")
    assert [reason.split("“")[1].split("”")[0] for reason in said] == missing

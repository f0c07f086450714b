"""Forms that cannot be used say why; hostile ones do no harm."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook

from cami_survey.engine.api import FormError, load_form

from .conftest import xform


def refusal(source: bytes, name: str = "") -> FormError:
    with pytest.raises(FormError) as caught:
        load_form(source, name=name)
    return caught.value


def sheets(survey, choices=(), settings=()) -> bytes:
    """An .xlsx with these rows, headers first."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in (("survey", survey), ("choices", choices), ("settings", settings)):
        if rows:
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("binds", "code", "reason"),
    [
        (
            "<bind nodeset='/data/a' calculate='/data/b'/><bind nodeset='/data/b' calculate='/data/a'/>",
            "form.cycle",
            "/data/a",
        ),
        ("<bind nodeset='/data/a' calculate='. + 1'/>", "form.cycle", "/data/a"),
        ("<bind nodeset='/data/a' relevant='selcted(/data/b, 1)'/>", "form.expression", "Did you mean selected"),
        ("<bind nodeset='/data/a' constraint='. &gt;'/>", "form.expression", "stops too early"),
        ("<bind nodeset='/data/a' calculate='round()'/>", "form.expression", "takes 1 to 2 arguments"),
        ("<bind nodeset='/data/a' calculate=\"instance('lst')/root/item/x\"/>", "form.unknown-instance", "list"),
        ("<setvalue event='odk-instance-load' ref='/data/zz' value='1'/>", "form.unknown-node", "/data/zz"),
        ("<setvalue event='on-tuesday' ref='/data/a' value='1'/>", "form.unknown-event", "on-tuesday"),
        ("<submission method='carrier-pigeon'/>", "form.submission-method", "carrier-pigeon"),
    ],
)
def test_a_form_with_a_mistake_names_it(binds, code, reason):
    error = refusal(xform("<a/><b/>", binds, more="<instance id='list'><root/></instance>"))
    assert error.code == code
    assert reason in error.problems[0].reason


def test_all_mistakes_are_named_at_once():
    error = refusal(xform("<a/><b/>", "<bind nodeset='/data/a' relevant='('/><bind nodeset='/data/b' relevant=')'/>"))
    assert [problem.path for problem in error.problems] == ["/data/a", "/data/b"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<h:html", "form.broken-xml"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "form.doctype"),
        (b"<a/>", "form.not-a-form"),
        (b"PK\x03\x04 not a zip", "form.damaged"),
        (b"\xd0\xcf\x11\xe0 not a workbook", "form.damaged"),
        (b"", "form.damaged"),
    ],
)
def test_what_is_no_form_is_refused(content, code):
    assert refusal(content).code == code


def test_a_file_that_unpacks_to_gigabytes_is_not_opened():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    assert refusal(packed.getvalue()).code == "form.too-large"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FormError, match=r"nowhere\.xlsx"):
        load_form(tmp_path / "nowhere.xlsx")


HEADER = ("type", "name", "label", "relevant")


def test_every_problem_of_a_workbook_has_its_place():
    error = refusal(
        sheets(
            [
                HEADER,
                ("caseid", "who", "", ""),
                ("select_one yes_no", "ok", "OK?", ""),
                ("text", "why", "Why?", ""),
                ("text", "more", "More about ${whi}", "${nobody} = 1"),
            ],
            [("list_name", "name", "label"), ("other", "a", "A")],
        )
    )
    assert [(problem.sheet, problem.row, problem.column) for problem in error.problems] == [
        ("survey", 2, "type"),
        ("survey", 3, "type"),
        ("survey", 5, "label"),
        ("survey", 5, "relevant"),
    ]


def test_a_problem_inside_an_expression_has_its_place():
    error = refusal(sheets([HEADER, ("text", "a", "A", ""), ("text", "b", "B", "regx(${a}, 'x')")]))
    problem = error.problems[0]
    assert (problem.sheet, problem.row, problem.column) == ("survey", 3, "relevant")
    assert "regex" in problem.reason


def test_a_column_twice_has_its_place():
    error = refusal(sheets([("type", "name", "label", "label"), ("text", "a", "A", "B")]))
    assert error.problems[0].where == "sheet “survey”, row 1, column “label”"


def test_a_workbook_under_the_wrong_ending_is_read(tmp_path):
    path = tmp_path / "form.xls"
    path.write_bytes(sheets([HEADER, ("text", "a", "A", "")], settings=[("form_id", "form_title"), ("f1", "First")]))
    form = load_form(path)
    assert (form.id, form.title, form.questions) == ("f1", "First", 1)


def test_markdown_in_bytes_is_known_by_its_table_whatever_stands_above():
    table = b"| survey | | | |\n| | type | name | label |\n| | text | yaks | Yaks |\n"
    for above in (b"", b"\n\n", b"# A form\n\n"):
        assert load_form(above + table).questions == 1


def test_a_form_in_markdown_and_in_csv_is_read():
    markdown = b"| survey |\n| | type | name | label |\n| | integer | n | How many? |\n"
    table = b'"survey"\n,"type","name","label"\n,"integer","n","How many?"\n'
    for source, name in ((markdown, "f.md"), (table, "f.csv")):
        session = load_form(source, name=name).open()
        assert session.node("/data/n").label == "How many?"


def test_the_xform_alone_gives_the_same_form():
    form = load_form(sheets([HEADER, ("text", "a", "A", ""), ("text", "b", "B", "${a} = 'x'")]))
    again = load_form(form.xml)
    assert [node.path for node in again.nodes] == [node.path for node in form.nodes]
    assert again.questions == form.questions == 2


def test_a_newer_entities_version_is_refused():
    source = xform("<a/>").replace(
        b"<model>", b"<model xmlns:e='http://www.opendatakit.org/xforms/entities' e:entities-version='2999.1.0'>"
    )
    assert refusal(source).code == "form.entities-version"


def test_the_last_saved_answers_can_be_asked_for():
    source = xform(
        "<camp/>",
        "<setvalue event='odk-instance-first-load' ref='/data/camp' value=\"instance('__last-saved')/data/camp\"/>",
        more="<instance id='__last-saved' src='jr://instance/last-saved'/>",
    )
    form = load_form(source)
    first = form.open()
    first.set("/data/camp", "Kara-Jorgo")
    assert form.open(last_saved=first.to_xml()).node("/data/camp").text_value == "Kara-Jorgo"
    assert form.open().node("/data/camp").text_value == ""


def test_two_cells_at_the_ends_of_a_sheet_fill_no_memory():
    book = Workbook()
    book.active.title = "survey"
    book.active["A1"] = "type"
    book.active["XFD200000"] = "far away"
    target = io.BytesIO()
    book.save(target)
    assert refusal(target.getvalue()).code == "form.too-large"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("/data/r/kind", "How many «kind» now?"),
        ("current()/../kind", "How many «kind» now?"),
        ("concat(/data/r/kind, 's')", "How many … now?"),
        ("instance('animals')/root/item[name = 'sheep']/label", "How many … now?"),
    ],
)
def test_a_label_without_answers_names_the_field_it_would_show(written, said):
    label = f'<label>How many <output value="{written}"/> now?</label>'
    body = f"<group ref='/data/r'><repeat nodeset='/data/r'><input ref='/data/r/n'>{label}</input></repeat></group>"
    animals = "<instance id='animals'><root/></instance>"
    form = load_form(xform("<r><kind/><n/></r>", body=body, more=animals))
    assert next(node for node in form.nodes if node.name == "n").label() == said


def test_without_a_choices_sheet_every_question_with_a_list_is_named():
    survey = [("type", "name", "label"), ("text", "a", "A"), ("select_one kin", "b", "B"), ("rank kin", "c", "C")]
    problems = refusal(sheets(survey)).problems
    assert [(problem.code, problem.sheet, problem.row, problem.column) for problem in problems] == [
        ("form.missing-list", "survey", 3, "type"),
        ("form.missing-list", "survey", 4, "type"),
    ]


def test_a_missing_file_is_missed_at_the_row_that_asks_for_it():
    form = load_form(
        sheets(
            [
                ("type", "name", "label", "calculation"),
                ("text", "camp", "Camp", ""),
                ("select_one_from_file wells.csv", "well", "Well", ""),
                ("calculate", "depth", "", "pulldata('depths', 'm', 'name', ${well})"),
            ]
        ),
        media={},
    )
    missed = {problem.expression: problem.where for problem in form.noticed if problem.code == "form.missing-file"}
    assert missed == {
        "wells.csv": "sheet “survey”, row 3, column “type”",
        "depths.csv": "sheet “survey”, row 4, column “calculation”",
    }


TOWNS = "name,label\nosh,Ош\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_list_beside_the_form_may_be_in_any_kind_of_unicode(encoding):
    form = load_form(
        sheets([("type", "name", "label"), ("select_one_from_file towns.csv", "town", "Town")]),
        media={"towns.csv": TOWNS.encode(encoding)},
    )
    assert form.noticed == ()
    assert [(choice.value, choice.label) for choice in form.open().node("/data/town").choices] == [("osh", "Ош")]


def test_a_list_in_another_encoding_says_that_letters_are_lost():
    form = load_form(
        sheets([("type", "name", "label"), ("select_one_from_file towns.csv", "town", "Town")]),
        media={"towns.csv": TOWNS.encode("cp1251")},
    )
    assert [(problem.code, problem.where) for problem in form.noticed] == [
        ("form.encoding", "sheet “survey”, row 2, column “type”")
    ]
    assert [choice.value for choice in form.open().node("/data/town").choices] == ["osh"]


def test_in_an_xform_a_missing_file_is_missed_at_the_node_that_asks_for_it():
    form = load_form(
        xform(
            "<a/><well/>",
            "",
            "<select1 ref='/data/well'><itemset nodeset=\"instance('wells')/root/item\"><value ref='name'/></itemset>"
            "</select1>",
            more="<instance id='wells' src='jr://file-csv/wells.csv'/>",
        ),
        media={},
    )
    assert [(problem.code, problem.where) for problem in form.noticed] == [("form.missing-file", "/data/well")]

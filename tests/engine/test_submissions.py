"""Submission XML: what is sent, and what comes in from other clients."""

from __future__ import annotations

import pytest

from cami_survey.engine.api import Finalised, FormError, load_form

from .conftest import SPRING_MORNING, xform

CAMP = xform(
    "<camp/><n/><why/><photo/><row jr:template=''><name/></row>"
    "<orx:meta><orx:instanceID/><orx:instanceName/><orx:audit/></orx:meta>",
    "<bind nodeset='/data/n' type='int' required='true()'/><bind nodeset='/data/why' relevant='/data/n &gt; 5'/>"
    "<bind nodeset='/data/photo' type='binary'/><bind nodeset='/data/meta/instanceID' jr:preload='uid'/>"
    "<bind nodeset='/data/meta/instanceName' calculate='/data/camp'/>",
    "<input ref='/data/camp'><label>Camp</label></input><input ref='/data/n'><label>N</label></input>"
    "<input ref='/data/why'><label>Why</label></input><upload ref='/data/photo' mediatype='image/*'><label>P</label>"
    "</upload><group ref='/data/row'><label>R</label><repeat nodeset='/data/row'><input ref='/data/row/name'>"
    "<label>Name</label></input></repeat></group>",
    head="<submission base64RsaPublicKey='MIIB' orx:auto-send='true'/>",
)
BOMB = (
    b"<!DOCTYPE d [<!ENTITY a0 'lol'>"
    + b"".join(b"<!ENTITY a%d '%s'>" % (depth, b"&a%d;" % (depth - 1) * 10) for depth in range(1, 10))
    + b"]><data camp='&a9;'/>"
)
ID = "uuid:6a8d5c2e-2f0b-4a53-9d0c-0c6f3a0e9b11"


@pytest.fixture(scope="module")
def camp():
    return load_form(CAMP)


def opened(form, answers, **options):
    return form.open(answers, clock=lambda: SPRING_MORNING, **options)


def written(inside: str, root: str = '<data id="test" version="7">') -> bytes:
    return f"{root}{inside}</data>".encode()


def test_what_is_hidden_stays_in_a_draft_and_is_not_submitted(camp):
    session = opened(camp, None)
    session.set("/data/n", 9)
    session.set("/data/why", "drought")
    session.set("/data/n", 3)
    assert b"drought" not in session.to_xml()
    draft = session.to_xml(draft=True)
    assert b"<why>drought</why>" in draft
    again = opened(camp, draft)
    again.set("/data/n", 9)
    assert again.node("/data/why").text_value == "drought"


def test_a_submission_has_its_parts_in_the_order_and_namespaces_of_the_form(camp):
    session = opened(camp, None)
    session.set("/data/n", 1)
    session.set("/data/camp", "Ak-Suu")
    session.add_repeat("/data/row")
    done = session.finalise()
    assert isinstance(done, Finalised)
    assert done.xml.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?><data xmlns:orx="http://openrosa.org/xforms"'
        ' xmlns="http://www.w3.org/2002/xforms" id="test" version="7"><camp>Ak-Suu</camp><n>1</n><photo/>'
        f"<row><name/></row><orx:meta><orx:instanceID>{session.instance_id}</orx:instanceID>"
        "<orx:instanceName>Ak-Suu</orx:instanceName><orx:audit/></orx:meta></data>"
    )


def test_the_form_tells_how_it_wants_to_be_sent(camp):
    assert camp.submission == {"base64RsaPublicKey": "MIIB", "auto-send": "true"}


def test_the_files_of_a_submission_are_listed(camp):
    session = opened(camp, None)
    session.set("/data/photo", "yak 1.jpg")
    assert session.attachments() == ("yak 1.jpg",)
    audit = opened(camp, written("<photo>a.jpg</photo><meta><audit>audit.csv</audit></meta>"))
    assert audit.attachments() == ("a.jpg", "audit.csv")


@pytest.mark.parametrize(
    "text",
    ["a\r\nb", " edge ", "\t", "\U0001f410\u200d", "]]>", "<&>\"'", "\u2028", "e\u0301", "\ufeffx", "\x7f\x85", "سلام"],
)
def test_what_is_typed_comes_back_to_the_letter(camp, text):
    session = opened(camp, None)
    session.set("/data/camp", text)
    xml = session.to_xml()
    again = opened(camp, xml)
    assert again.node("/data/camp").text_value == session.node("/data/camp").text_value
    assert again.to_xml() == xml


def test_what_xml_cannot_hold_is_left_out_when_it_is_typed(camp):
    session = opened(camp, None)
    changed = session.set("/data/camp", "a\x00b\ud800c\x0bd\uffffe")
    assert changed.values["/data/camp"] == "abcde"
    assert b"<camp>abcde</camp>" in session.to_xml()


@pytest.mark.parametrize(
    "xml",
    [
        written(f"<camp>Ak-Suu</camp><n>4</n><row><name>A</name></row><meta><instanceID>{ID}</instanceID></meta>"),
        (
            '\ufeff<?xml version="1.0"?>\n<h:data xmlns:h="http://www.w3.org/2002/xforms" xmlns:o="http://openrosa.org'
            '/xforms" id="test">\n <h:camp><![CDATA[Ak]]><!-- hm -->-Suu</h:camp>\n <h:n>4</h:n><h:row>'
            f"<h:name>A</h:name></h:row><o:meta><o:instanceID>{ID}</o:instanceID></o:meta>\n</h:data>\n"
        ).encode(),
        (
            '<?xml version="1.0" encoding="UTF-16"?><data id="test"><camp>Ak-Suu</camp><n>4</n>'
            '<row xmlns:jr="http://openrosa.org/javarosa" jr:template=""><name/></row>'
            f"<row><name>A</name></row><meta><instanceID>{ID}</instanceID></meta></data>"
        ).encode("utf-16"),
        written(
            "<formhub><uuid>4c</uuid></formhub><meta><deprecatedID/>"
            f"<instanceID>{ID}</instanceID></meta><row><name>A</name></row><n>4</n><camp>Ak-Suu</camp><camp/>",
            '<data xmlns:jr="http://openrosa.org/javarosa" id="test" version="vX9" submissionDate="2026">',
        ),
    ],
    ids=["plain", "prefixes", "utf-16", "kobo"],
)
def test_a_submission_of_another_client_is_read(camp, xml):
    session = opened(camp, xml)
    assert session.instance_id == ID
    assert session.node("/data/camp").text_value == "Ak-Suu"
    assert session.node("/data/n").value == 4
    assert [row.children[0].text_value for row in session.node("/data/row").children] == ["A"]
    assert b'id="test" version="7"' in session.to_xml()


def test_an_edit_keeps_the_name_a_server_knows_the_interview_by(camp):
    session = opened(
        camp, written(f"<n>4</n><meta><instanceID>{ID}</instanceID><rootUuid>u1</rootUuid></meta>"), edit=True
    )
    xml = session.to_xml().decode()
    assert f"<orx:deprecatedID>{ID}</orx:deprecatedID>" in xml
    assert "<orx:rootUuid>u1</orx:rootUuid>" in xml
    assert session.instance_id != ID


def test_a_calculation_by_chance_or_the_clock_is_not_made_anew_when_a_submission_is_read(open_form):
    parts = (
        "<a/><c/>",
        "<bind nodeset='/data/c' calculate='random()'/>",
        "<input ref='/data/a'><label>A</label></input>",
    )
    xml = open_form(*parts).to_xml()
    assert open_form(*parts, answers=xml).to_xml() == xml


@pytest.mark.parametrize("group", ["/data/g", "..", "/data/other"])
def test_a_group_has_no_value_so_that_no_calculation_contains_itself(open_form, group):
    parts = (
        "<other><b>1</b></other><g><a/><copy/></g>",
        f"<bind nodeset='/data/g/copy' calculate=\"concat('(', {group}, ')')\"/>",
        "<group ref='/data/g'><input ref='/data/g/a'><label>A</label></input></group>",
    )
    session = open_form(*parts)
    session.set("/data/g/a", "ewe")
    assert session.node("/data/g/copy").text_value == "()"
    xml = session.to_xml()
    assert open_form(*parts, answers=xml).to_xml() == xml


def test_what_the_form_computes_comes_back_when_an_answer_in_its_place_is_taken_back(open_form):
    parts = (
        "<a>2</a><c/>",
        "<bind nodeset='/data/c' type='int' calculate='/data/a * 2'/>",
        "<input ref='/data/c'><label>C</label></input>",
    )
    session = open_form(*parts)
    session.set("/data/c", "7")
    assert session.node("/data/c").text_value == "7"
    assert session.set("/data/c", "").values == {"/data/c": "4"}
    xml = session.to_xml()
    assert open_form(*parts, answers=xml).to_xml() == xml


def test_what_nobody_is_asked_does_not_stand_in_the_way(open_form):
    session = open_form("<a/><device/>", "<bind nodeset='/data/device' required='true()'/>", "<input ref='/data/a'/>")
    assert isinstance(session.finalise(), Finalised)


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"", "form.broken-xml"),
        (b"<data><camp>", "form.broken-xml"),
        (b"<data><camp>&x;</camp></data>", "form.broken-xml"),
        (b"<other/>", "form.other-form"),
        (b"<!DOCTYPE d [<!ENTITY x 'y'>]><data><camp>&x;</camp></data>", "form.doctype"),
        (b'<data encrypted="yes" id="test"><base64EncryptedKey>A</base64EncryptedKey></data>', "form.encrypted"),
        (b"<data>" + b"<a>" * 400 + b"</a>" * 400 + b"</data>", "form.too-deep"),
        (b"<data>" + b"<a>" * 300 + b"x" * 9_500_000 + b"</a>" * 300 + b"</data>", "form.too-deep"),
        (BOMB, "form.too-large"),
        (b"<data>" + b"<row/>" * 110_000 + b"</data>", "form.too-large"),
        (b"<data>" + b" " * 21_000_000 + b"</data>", "form.too-large"),
    ],
    ids=["empty", "cut", "entity", "other", "doctype", "encrypted", "deep", "deep-and-long", "bomb", "rows", "huge"],
)
def test_what_is_no_submission_of_the_form_is_refused(camp, xml, code):
    with pytest.raises(FormError) as caught:
        opened(camp, xml)
    assert caught.value.code == code


def test_an_answer_of_twelve_megabytes_comes_back(camp):
    session = opened(camp, None)
    session.set("/data/n", 9)
    session.set("/data/why", "ж" * 6_000_000)
    assert opened(camp, session.to_xml()).node("/data/why").text_value == "ж" * 6_000_000


def test_attributes_are_the_form_s_own_unless_they_hold_an_answer(open_form):
    parts = (
        "<a kind='old' xml:space='preserve'/><e id='' dataset='trees'/>",
        "<bind nodeset='/data/e/@id' type='string'/>",
        "<input ref='/data/a'><label>A</label></input>",
    )
    xml = written("<a kind='x'> y </a><e id='e1' dataset='bushes'/>")
    session = open_form(*parts, answers=xml)
    assert b'<a kind="old" xml:space="preserve"> y </a>' in session.to_xml()
    assert b'<e dataset="trees" id="e1"/>' in session.to_xml() or b'<e id="e1" dataset="trees"/>' in session.to_xml()


def test_what_a_client_notes_for_itself_is_no_answer_and_blanks_around_a_choice_are_none():
    form = load_form(
        b"| survey |\n| | type | name | label | relevant |\n| | select_one side | side | Side | |\n"
        b"| | text | why | Why | ${side} = 'north' |\n| | begin_repeat | row | Row | |\n| | text | name | Name | |\n"
        b"| | end_repeat | | | |\n| choices |\n| | list_name | name | label |\n| | side | north | North |\n"
    )
    xml = (
        b'<data xmlns:enk="http://enketo.org/xforms"><side>\n  north\n</side><why>dry</why>'
        b'<row enk:ordinal="1" enk:last-used-ordinal="2"><name>Sary</name></row>'
        b'<row enk:ordinal="2"><name>Kara</name></row></data>'
    )
    session = opened(form, xml)
    assert session.node("/data/side").value == "north"
    assert b"<why>dry</why>" in session.to_xml()
    report = form.migrate(xml, clock=lambda: SPRING_MORNING)
    assert not report.aside
    assert [item.value for item in report.kept if item.name == "name"] == ["Sary", "Kara"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [("09:15", "09:15:00"), ("09:15+06:00", "09:15:00+06:00"), ("09:15:30.000+06:00", "09:15:30.000+06:00"), ("9", "")],
)
def test_a_time_of_enketo_is_read_though_it_has_no_seconds(open_form, given, kept):
    parts = ("<woke/>", "<bind nodeset='/data/woke' type='time'/>", "<input ref='/data/woke'/>")
    session = open_form(*parts, answers=written(f"<woke>{given}</woke>"))
    assert session.node("/data/woke").text_value == kept
    report = load_form(xform(*parts)).migrate(written(f"<woke>{given}</woke>"), clock=lambda: SPRING_MORNING)
    assert [item.value for item in report.changed] == [given] * (not kept)

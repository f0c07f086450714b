"""Questions: answers of each type, what is asked, what is wrong, in which language."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from cami_survey.engine.api import Finalised, Problems, UnknownNode, load_form

from .conftest import BISHKEK


@pytest.mark.parametrize(
    ("type_name", "given", "text", "value"),
    [
        ("int", "12", "12", 12),
        ("int", 12.7, "12", 12),
        ("int", "a lot", "", None),
        ("int", "99999999999", "", None),
        ("decimal", "0.5", "0.5", 0.5),
        ("decimal", "3", "3.0", 3.0),
        ("date", "2026-02-28", "2026-02-28", date(2026, 2, 28)),
        ("date", date(2026, 2, 28), "2026-02-28", date(2026, 2, 28)),
        ("date", "2026-02-30", "", None),
        ("time", "25:00:00", "", None),
        ("dateTime", "2026-02-28T09:00:00", "2026-02-28T09:00:00", datetime(2026, 2, 28, 9, tzinfo=BISHKEK)),
        ("geopoint", "42.8 74.6 0 5", "42.8 74.6 0.0 5.0", "42.8 74.6 0.0 5.0"),
        ("geopoint", "142.8 74.6", "", None),
        ("string", "Ала-Тоо́", "Ала-Тоо́", "Ала-Тоо́"),
    ],
)
def test_an_answer_is_kept_in_the_form_of_its_type(open_form, type_name, given, text, value):
    session = open_form("<q/>", f"<bind nodeset='/data/q' type='{type_name}'/>", "<input ref='/data/q'/>")
    session.set("/data/q", given)
    node = session.node("/data/q")
    assert node.text_value == text
    assert node.value == value


def test_a_change_tells_who_is_concerned_and_what_to_keep(open_form):
    session = open_form(
        "<n/><double/><high/><other/>",
        "<bind nodeset='/data/n' type='int'/><bind nodeset='/data/double' calculate='/data/n * 2'/>"
        "<bind nodeset='/data/high' relevant='/data/double &gt; 10'/>",
        "<input ref='/data/n'/><input ref='/data/high'><label>Above <output value='/data/double'/>?</label></input>"
        "<input ref='/data/other'><label>Other</label></input>",
    )
    changed = session.set("/data/n", 6)
    assert changed.refs == {"/data/n", "/data/double", "/data/high"}
    assert changed.values == {"/data/n": "6", "/data/double": "12"}
    assert session.node("/data/high").label == "Above 12?"
    assert session.set("/data/n", "").values == {"/data/n": None, "/data/double": None}
    assert session.set("/data/n", "").refs == frozenset()


def test_problems_are_told_all_at_once_and_in_order(open_form):
    session = open_form(
        "<a/><b/><c/><d/>",
        "<bind nodeset='/data/a' required='true()' jr:requiredMsg='Who?'/>"
        "<bind nodeset='/data/b' constraint='. &lt; 5' jr:constraintMsg=\"jr:itext('b-msg')\"/>"
        "<bind nodeset='/data/c' required='true()' relevant='/data/b = 1'/>"
        "<bind nodeset='/data/d' required=\"/data/b != ''\"/>",
        "".join(f"<input ref='/data/{name}'><label>{name}</label></input>" for name in "abcd"),
        head="<itext><translation lang='en'><text id='b-msg'><value>Below five</value></text></translation>"
        "<translation lang='ru'><text id='b-msg'><value>Меньше пяти</value></text></translation></itext>",
    )
    session.set("/data/b", 7)
    assert [(found.ref, found.condition, found.message) for found in session.problems()] == [
        ("/data/a", "required", "Who?"),
        ("/data/b", "constraint", "Below five"),
        ("/data/d", "required", "An answer is needed here."),
    ]
    assert isinstance(session.finalise(), Problems)
    session.set_language("ru")
    assert session.node("/data/b").problem == "Меньше пяти"
    session.set("/data/b", "")
    session.set("/data/a", "me")
    assert isinstance(session.finalise(), Finalised)


def test_labels_hints_and_choices_in_two_languages(open_form):
    session = open_form(
        "<q/>",
        "",
        "<select1 ref='/data/q'><label ref=\"jr:itext('q')\"/><hint ref=\"jr:itext('h')\"/>"
        "<itemset nodeset=\"instance('list')/root/item\"><value ref='name'/><label ref='jr:itext(itextId)'/></itemset>"
        "</select1>",
        more="<instance id='list'><root><item><name>s</name><itextId>s</itextId></item></root></instance>",
        head="<itext><translation lang='English (en)' default='true()'><text id='q'><value>Animal</value>"
        "<value form='image'>jr://images/sheep.png</value></text><text id='h'><value>One</value>"
        "<value form='guidance'>Ask slowly</value></text><text id='s'><value>Sheep</value></text></translation>"
        "<translation lang='Russian (ru)'><text id='q'><value>Животное</value></text>"
        "<text id='s'><value>Овца</value></text></translation></itext>",
    )
    node = session.node("/data/q")
    assert session.form.languages == ("English (en)", "Russian (ru)")
    assert (node.label, node.hint, node.guidance, node.media) == ("Animal", "One", "Ask slowly", {"image": "sheep.png"})
    assert (node.label_in("Russian (ru)"), node.hint_in("Russian (ru)")) == ("Животное", "One")
    assert [choice.label for choice in node.choices_in("Russian (ru)")] == ["Овца"]
    session.set_language("Russian (ru)")
    assert (node.label, [(choice.value, choice.label) for choice in node.choices]) == ("Животное", [("s", "Овца")])


SAID = """
| survey |
| | type | name | label::English (en) | label::Russian (ru) | calculation |
| | select_one animals | kept | Which? | Кто? | |
| | calculate | named | | | jr:choice-name(${kept}, '${kept}') |
| | integer | head | How many: ${named}? | Сколько: ${named}? | |
| | note | said | ${head} of ${kept} | ${head}, ${kept} | |
| choices |
| | list_name | name | label::English (en) | label::Russian (ru) |
| | animals | sheep | Sheep | Овца |
"""


def test_a_label_in_another_language_quotes_a_calculation_in_that_language():
    session = load_form(SAID.encode()).open()
    head, said = session.node("/data/head"), session.node("/data/said")
    assert head.label_in("Russian (ru)") == "Сколько: ?"
    session.set("/data/kept", "sheep")
    session.set("/data/head", 4)
    assert (head.label, head.label_in("Russian (ru)")) == ("How many: Sheep?", "Сколько: Овца?")
    assert said.label_in("Russian (ru)") == "4, sheep"
    assert session.node("/data/named").text_value == "Sheep"
    session.set_language("Russian (ru)")
    assert (head.label, head.label_in("English (en)")) == ("Сколько: Овца?", "How many: Sheep?")


OWN_LABEL = """
| survey |
| | type | name | label | calculation | choice_filter |
| | text | part | Part of the word | | |
| | select_one animals | kind | Which? | | contains(jr:choice-name(name, '${kind}'), ${part}) |
| | select_one animals | other | Else? | | jr:choice-name(name, '${other}') != jr:choice-name(${kind}, '${kind}') |
| | calculate | named | | jr:choice-name(${kind}, '${kind}') | |
| choices |
| | list_name | name | label |
| | animals | s | Sheep |
| | animals | y | Yak |
| | animals | g | Goat |
"""


def test_a_list_may_be_filtered_by_its_own_labels():
    session = load_form(OWN_LABEL.encode()).open()
    kind, other = session.node("/data/kind"), session.node("/data/other")
    assert [choice.label for choice in kind.choices] == ["Sheep", "Yak", "Goat"]
    session.set("/data/part", "a")
    assert [choice.value for choice in kind.choices] == ["y", "g"]
    session.set("/data/kind", "g")
    assert session.node("/data/named").text_value == "Goat"
    assert [choice.label for choice in other.choices] == ["Sheep", "Yak"]
    session.set("/data/part", "k")
    assert (kind.text_value, session.node("/data/named").text_value) == ("", "")


PLACES = b"name,label,country,label::Russian (ru)\nosh,Osh,kg,\xd0\x9e\xd1\x88\nnaryn,Naryn,kg,\nkhovd,Khovd,mn,\n"


def test_a_filtered_list_drops_what_no_longer_fits(open_form):
    session = open_form(
        "<country/><adm/><name/>",
        "<bind nodeset='/data/name' calculate=\"jr:choice-name(/data/adm, '/data/adm')\"/>",
        "<input ref='/data/country'/><select1 ref='/data/adm'><itemset nodeset=\"instance('places')/root/item"
        "[country = /data/country]\"><value ref='name'/><label ref='label'/></itemset></select1>",
        more="<instance id='places' src='jr://file-csv/places.csv'/>",
        media={"places.csv": PLACES},
    )
    assert session.node("/data/adm").choices == []
    session.set("/data/country", "kg")
    session.set("/data/adm", "osh")
    assert [choice.label for choice in session.node("/data/adm").choices_in("Russian (ru)")] == ["Ош", "Naryn"]
    assert session.node("/data/name").text_value == "Osh"
    changed = session.set("/data/country", "mn")
    assert changed.values == {"/data/country": "mn", "/data/adm": None, "/data/name": None}


def test_a_rank_follows_its_list(open_form):
    session = open_form(
        "<kept/><order/>",
        "",
        "<select ref='/data/kept'><item><label>S</label><value>sheep</value></item><item><label>Y</label>"
        "<value>yak</value></item><item><label>G</label><value>goat</value></item></select>"
        "<odk:rank ref='/data/order'><itemset nodeset=\"instance('a')/root/item[selected(/data/kept, name)]\">"
        "<value ref='name'/><label ref='name'/></itemset></odk:rank>",
        more="<instance id='a'><root><item><name>sheep</name></item><item><name>yak</name></item>"
        "<item><name>goat</name></item></root></instance>",
    )
    session.set("/data/kept", ["goat", "sheep"])
    session.set("/data/order", "goat sheep")
    assert session.node("/data/kept").value == ("sheep", "goat")
    session.set("/data/kept", "sheep yak goat")
    assert session.node("/data/order").value == ("goat", "sheep", "yak")
    session.set("/data/kept", "yak")
    assert session.node("/data/order").value == ("yak",)


def test_readonly_and_relevance_come_down_from_groups(open_form):
    session = open_form(
        "<a/><g><h><q>kept</q></h></g><seen/>",
        "<bind nodeset='/data/g' relevant=\"/data/a != 'no'\" readonly=\"/data/a = 'look'\"/>"
        "<bind nodeset='/data/seen' calculate='concat(/data/g/h/q, &quot;!&quot;)'/>",
        "<input ref='/data/a'/><group ref='/data/g'><label>G</label><input ref='/data/g/h/q'/></group>",
    )
    node = session.node("/data/g/h/q")
    assert (node.relevant, node.readonly, node.text_value) == (True, False, "kept")
    session.set("/data/a", "look")
    assert node.readonly
    session.set("/data/a", "no")
    assert (node.relevant, node.text_value, session.node("/data/seen").text_value) == (False, "", "!")
    assert b"<q>" not in session.to_xml()
    session.set("/data/a", "")
    assert (node.text_value, session.node("/data/seen").text_value) == ("kept", "kept!")


def test_an_unknown_reference_says_so(open_form):
    session = open_form("<q/>")
    for ref in ("/data/p", "/other/q", "q", "/data/q[2]", "", "/data/q/x"):
        with pytest.raises(UnknownNode):
            session.node(ref)


def test_preloads_and_metadata(open_form):
    session = open_form(
        "<start/><today/><who/><meta><instanceID/></meta>",
        "<bind nodeset='/data/start' type='dateTime' jr:preload='timestamp' jr:preloadParams='start'/>"
        "<bind nodeset='/data/today' type='date' jr:preload='date' jr:preloadParams='today'/>"
        "<bind nodeset='/data/who' jr:preload='property' jr:preloadParams='username'/>",
        device={"username": "ab"},
    )
    texts = [session.node(f"/data/{name}").text_value for name in ("start", "today", "who")]
    assert texts == ["2026-03-02T10:11:12.345+06:00", "2026-03-02", "ab"]
    assert session.node("/data/start").computed
    first = session.instance_id
    assert first.startswith("uuid:")
    edited = session.form.open(session.to_xml(), edit=True)
    assert edited.instance_id not in ("", first)
    assert edited.node("/data/meta/deprecatedID").text_value == first


def test_questions_are_counted_as_people_see_them(open_form):
    session = open_form(
        "<note/><asked/><computed/><rep><inner/></rep>",
        "<bind nodeset='/data/note' readonly='true()'/><bind nodeset='/data/computed' calculate='1'/>",
        "<input ref='/data/note'><label>Read this</label></input><input ref='/data/asked'/>"
        "<group ref='/data/rep'><repeat nodeset='/data/rep'><input ref='/data/rep/inner'/></repeat></group>",
    )
    assert session.form.questions == 2


def test_a_calculation_of_three_hundred_branches(open_form):
    formula = "'none'"
    for branch in range(300):
        formula = f"if(/data/n = {branch}, 'branch {branch}', {formula})"
    binds = f"<bind nodeset='/data/which' calculate=\"{formula}\"/>"
    session = open_form("<n/><which/>", binds, "<input ref='/data/n'/>")
    for answer, which in (("0", "branch 0"), ("299", "branch 299"), ("300", "none")):
        session.set("/data/n", answer)
        assert session.node("/data/which").text_value == which


def test_a_list_that_no_answer_changes_is_read_once_and_one_that_shows_an_answer_anew():
    session = load_form(
        b"""
| survey | | | | |
| | type | name | label | choice_filter |
| | text | who | Who? | |
| | select_one fixed | one | Which? | |
| | select_one said | two | Which? | |
| | select_one fixed | three | Which? | name != ${who} |
| choices | | | |
| | list_name | name | label |
| | fixed | a | A |
| | fixed | b | B |
| | said | a | As ${who} says |
"""
    ).open()
    one = session.node("/data/one").choices
    assert session.node("/data/one").choices is one
    session.set("/data/who", "b")
    assert session.node("/data/one").choices is one
    assert [choice.label for choice in session.node("/data/two").choices] == ["As b says"]
    assert [choice.value for choice in session.node("/data/three").choices] == ["a"]
    session.set("/data/who", "a")
    assert [choice.label for choice in session.node("/data/two").choices] == ["As a says"]
    assert [choice.value for choice in session.node("/data/three").choices] == ["b"]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("<i><n>a</n><k>1</k></i><i><n>b</n><k>2</k></i><i><n>c</n><k>3</k></i><i><n>d</n></i>", "b c"),
        ("<i><n>a</n><k>1</k></i><i><n>b</n><k>1</k><k>2</k></i><i><n>c</n><k>3</k></i><i><n>d</n></i>", "b c"),
        ("<i><n>a</n><k>1</k></i><other/><i><n>b</n><k>2</k></i><i><n>c</n><k>3</k></i>", "b c"),
    ],
    ids=["one cell in a row", "two cells in a row", "other elements among the rows"],
)
def test_a_filter_with_two_conditions_finds_the_same_in_any_list_of_the_form(open_form, rows, found):
    session = open_form(
        "<wanted/><one/>",
        "",
        "<input ref='/data/wanted'/><select1 ref='/data/one'>"
        "<itemset nodeset=\"instance('l')/root/i[k = /data/wanted or n = 'c']\"><value ref='n'/></itemset></select1>",
        more=f"<instance id='l'><root>{rows}</root></instance>",
    )
    session.set("/data/wanted", "2")
    assert [choice.value for choice in session.node("/data/one").choices] == found.split()


FAILING = {
    "a calculation": ('<bind nodeset="/data/total" calculate="{}"/>', {"/data/total"}),
    "in a repeat, once for all rows": ('<bind nodeset="/data/row/share" calculate="{}"/>', {"/data/row/share"}),
    "a condition": ('<bind nodeset="/data/total" relevant="{} = 1"/>', {"/data/total"}),
    "a count": ("", {"/data/row"}),
    "a default": (
        '<setvalue event="odk-instance-first-load" ref="/data/total" value="{}"/>',
        {"/data/total"},
    ),
}


@pytest.mark.parametrize("name", FAILING)
def test_what_fails_when_the_form_is_opened_is_told_and_everything_else_works(open_form, name):
    wrong = "digest(/data/camp, 'SHA-3')"
    bind, paths = FAILING[name]
    count = f'jr:count="{wrong}"' if name == "a count" else ""
    session = open_form(
        "<camp/><total/><row><share/></row><row><share/></row><other/>",
        bind.format(wrong) + '<bind nodeset="/data/other" calculate="concat(/data/camp, \'!\')"/>',
        f'<input ref="/data/camp"/><group ref="/data/row"><repeat nodeset="/data/row" {count}/></group>',
    )
    assert {failure.path for failure in session.failures} == paths
    assert [failure.reason for failure in session.failures] == [
        "digest() knows MD5, SHA-1, SHA-256, SHA-384, SHA-512, not “SHA-3”."
    ]
    session.set("/data/camp", "Kara-Suu")
    assert session.node("/data/other").value == "Kara-Suu!"
    assert len(session.failures) == 1
    assert session.node("/data/total").value is None


def test_what_fails_later_is_told_then(open_form):
    session = open_form(
        "<way/><n/>",
        "<bind nodeset=\"/data/n\" calculate=\"if(/data/way = 'x', digest('a', /data/way), 1)\"/>",
        '<input ref="/data/way"/>',
    )
    assert session.failures == ()
    session.set("/data/way", "x")
    assert [failure.path for failure in session.failures] == ["/data/n"]
    session.set("/data/way", "y")
    assert session.node("/data/n").value == "1"


RECKONED = """
| survey |
| | type | name | label | calculation |
| | integer | a | A | |
| | calculate | said | | concat('x', ${a} * 2) |
| | calculate | better | | concat('x', coalesce(${a} * 2, '')) |
"""


def test_a_reckoned_number_that_is_none_is_nan_in_a_text_as_in_the_other_clients():
    session = load_form(RECKONED.encode()).open()
    assert (session.node("/data/said").text_value, session.node("/data/better").text_value) == ("xNaN", "x")
    session.set("/data/a", 4)
    assert (session.node("/data/said").text_value, session.node("/data/better").text_value) == ("x8", "x8")


def test_a_choice_taken_from_a_row_looks_as_the_row_does(open_form):
    session = open_form(
        "<herd><id>a</id><name>Sary</name></herd><biggest/>",
        body="<repeat nodeset='/data/herd'><input ref='/data/herd/id'/><input ref='/data/herd/name'/></repeat>"
        "<select1 ref='/data/biggest'><itemset nodeset='/data/herd'><value ref='id'/><label ref='name'/></itemset>"
        "</select1>",
    )
    session.set("/data/biggest", "a")
    renamed = session.set("/data/herd[1]/name", "Kara")
    assert "/data/biggest" in renamed.refs
    assert [choice.label for choice in session.node("/data/biggest").choices] == ["Kara"]
    assert session.set("/data/herd[1]/id", "b").values["/data/biggest"] is None

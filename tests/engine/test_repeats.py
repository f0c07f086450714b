"""Repeats: instances, their keys and positions, counts, running totals."""

from __future__ import annotations

import pytest

from cami_survey.engine import calculation
from cami_survey.engine.api import UnknownNode

HERD = (
    "<herd jr:template=''><animal/><head/><place/><so_far/></herd><all/>",
    "<bind nodeset='/data/herd/head' type='int'/><bind nodeset='/data/herd/place' calculate='position(..)'/>"
    "<bind nodeset='/data/herd/so_far' type='int' calculate=\"coalesce(indexed-repeat(/data/herd/so_far, /data/herd,"
    ' position(..) - 1), 0) + coalesce(../head, 0)"/>'
    "<bind nodeset='/data/all' calculate='count(/data/herd)'/>",
    "<group ref='/data/herd'><label>Herd</label><repeat nodeset='/data/herd'><input ref='/data/herd/animal'/>"
    "<input ref='/data/herd/head'><label>Head of <output value='/data/herd/animal'/></label></input></repeat></group>",
)


def column(session, name: str) -> list[str]:
    count = session.node("/data/herd").count
    return [session.node(f"/data/herd[{place}]/{name}").text_value for place in range(1, count + 1)]


def test_instances_keep_their_key_when_others_go(open_form):
    session = open_form(*HERD)
    for animal in ("sheep", "yak", "goat"):
        session.add_repeat("/data/herd")
        session.set(f"/data/herd[{session.node('/data/herd').count}]/animal", animal)
    goat = session.node("/data/herd[3]")
    field = goat.field
    changed = session.remove_repeat("/data/herd[2]")
    assert goat.ref == "/data/herd[2]"
    assert goat.field == field
    assert session.node(field).ref == "/data/herd[2]"
    assert column(session, "place") == ["1", "2"]
    assert [text for text in changed.values.values() if text is None] == [None] * 5
    assert changed.values[f"{field}/place"] == "2"
    assert changed.values["/data/all"] == "2"
    with pytest.raises(UnknownNode):
        session.node("/data/herd[3]")


def test_a_removed_node_says_that_it_is_gone(open_form):
    session = open_form(*HERD)
    session.add_repeat("/data/herd")
    node = session.node("/data/herd[1]/animal")
    assert node.exists
    session.remove_repeat("/data/herd[1]")
    assert not node.exists


def test_a_running_total_goes_on_from_the_change(open_form):
    session = open_form(*HERD)
    for place in range(1, 6):
        session.add_repeat("/data/herd")
        session.set(f"/data/herd[{place}]/head", place)
    assert column(session, "so_far") == ["1", "3", "6", "10", "15"]
    session.set("/data/herd[2]/head", 20)
    assert column(session, "so_far") == ["1", "21", "24", "28", "33"]
    session.remove_repeat("/data/herd[1]")
    assert column(session, "so_far") == ["20", "23", "27", "32"]


def test_an_absolute_path_means_the_own_instance(open_form):
    session = open_form(*HERD)
    for animal in ("sheep", "yak"):
        session.add_repeat("/data/herd")
        session.set(f"/data/herd[{session.node('/data/herd').count}]/animal", animal)
    assert session.node("/data/herd[2]/head").label == "Head of yak"


def test_a_count_makes_and_removes_instances(open_form):
    session = open_form(
        "<n>1</n><fold jr:template=''><ewes>5</ewes></fold><all/>",
        "<bind nodeset='/data/n' type='int'/><bind nodeset='/data/all' calculate='sum(/data/fold/ewes)'/>",
        "<input ref='/data/n'/><group ref='/data/fold'><repeat nodeset='/data/fold' jr:count='/data/n'>"
        "<input ref='/data/fold/ewes'/></repeat></group>",
    )
    repeat = session.node("/data/fold")
    assert (repeat.count, repeat.can_add) == (1, False)
    assert [node.field for node in repeat.children] == ["/data/fold[1]"]
    assert session.set("/data/n", 3).values == {
        "/data/n": "3",
        "/data/fold[2]": "2",
        "/data/fold[2]/ewes": "5",
        "/data/fold[3]": "3",
        "/data/fold[3]/ewes": "5",
        "/data/all": "15",
    }
    session.set("/data/n", 0)
    assert (repeat.count, session.node("/data/all").text_value) == (0, "0")


def test_nested_instances_know_their_parents(open_form):
    session = open_form(
        "<a jr:template=''><b jr:template=''><c/></b></a>",
        "",
        "<repeat nodeset='/data/a'><repeat nodeset='/data/a/b'><input ref='/data/a/b/c'/></repeat></repeat>",
    )
    session.add_repeat("/data/a")
    session.add_repeat("/data/a")
    session.add_repeat("/data/a[2]/b")
    leaf = session.node("/data/a[2]/b[1]/c")
    assert [node.kind for node in (leaf, leaf.parent, leaf.parent.parent, leaf.parent.parent.parent)] == [
        "question",
        "repeat_instance",
        "repeat",
        "repeat_instance",
    ]
    assert session.node("/data/a").children[1].children[0].ref == "/data/a[2]/b"
    assert session.node("/data/a[1]/b").count == 0


def test_each_new_instance_can_set_values(open_form):
    session = open_form(
        "<camp>Kara</camp><herd jr:template=''><camp/><n/></herd>",
        "",
        "<input ref='/data/camp'><setvalue event='xforms-value-changed' ref='/data/herd/n' value='99'/></input>"
        "<repeat nodeset='/data/herd'><setvalue event='odk-new-repeat' ref='/data/herd/camp' value='/data/camp'/>"
        "<input ref='/data/herd/camp'/></repeat>",
    )
    session.add_repeat("/data/herd")
    session.set("/data/camp", "Sary")
    session.add_repeat("/data/herd")
    assert column(session, "camp") == ["Kara", "Sary"]


def test_a_repeat_is_named_when_its_instances_or_its_relevance_change(open_form):
    session = open_form(
        "<a/><g><herd jr:template=''><n/></herd></g>",
        "<bind nodeset='/data/g/herd' relevant=\"/data/a = 'yes'\"/>",
        "<input ref='/data/a'/><repeat nodeset='/data/g/herd'><input ref='/data/g/herd/n'/></repeat>",
    )
    repeat = session.node("/data/g/herd")
    assert not repeat.relevant
    assert "/data/g/herd" in session.set("/data/a", "yes").refs
    assert repeat.relevant
    assert "/data/g/herd" in session.add_repeat("/data/g/herd").refs
    assert "/data/g/herd" in session.remove_repeat("/data/g/herd[1]").refs


def test_instances_come_back_in_their_order_whatever_the_values_say(open_form):
    values = {
        "/data/herd[kb]": "2",
        "/data/herd[ka]": "10",
        "/data/herd[kc]": "1.5",
        "/data/herd[kd]": "not a number",
        "/data/herd[ke]/animal": "camel",
        "/data/nowhere": "1",
    }
    session = open_form(*HERD, answers=values)
    assert [node.key for node in session.node("/data/herd").children] == ["kc", "kb", "ka", "kd", "ke"]
    changed = session.add_repeat("/data/herd")
    assert [text for field, text in changed.values.items() if field.endswith("]")] == ["13"]


def test_a_group_around_a_repeat_keeps_its_own_label(open_form):
    session = open_form(
        "<g><herd jr:template=''><n/></herd></g>",
        "",
        "<group ref='/data/g'><label>All herds</label><repeat nodeset='/data/g/herd'><input ref='/data/g/herd/n'/>"
        "</repeat></group>",
    )
    assert session.node("/data/g").label == "All herds"
    assert session.node("/data/g/herd").label == ""


KEPT = (
    "<with>yes</with><herd jr:template=''><kind/><head/></herd><n/><total/><most/><all/><so_far/><if/><blank/><pick/>",
    "<bind nodeset='/data/herd' relevant=\"/data/with = 'yes'\"/>"
    "<bind nodeset='/data/herd/head' type='int' relevant=\"../kind != 'none'\"/>"
    "<bind nodeset='/data/n' calculate='count(/data/herd)'/>"
    "<bind nodeset='/data/total' calculate='sum(/data/herd/head)'/>"
    "<bind nodeset='/data/most' calculate='max(/data/herd/head)'/>"
    "<bind nodeset='/data/all' calculate=\"join('+', /data/herd/head)\"/>"
    "<bind nodeset='/data/so_far' calculate='sum(/data/herd[position() &lt;= 2]/head)'/>"
    "<bind nodeset='/data/if' calculate='count-if(/data/herd/head, true())'/>"
    "<bind nodeset='/data/blank' calculate=\"/data/with = 'yes' and /data/herd[1]/head = ''\"/>",
    "<input ref='/data/with'/><group ref='/data/herd'><repeat nodeset='/data/herd'><input ref='/data/herd/kind'/>"
    "<input ref='/data/herd/head'/></repeat></group><select1 ref='/data/pick'><itemset nodeset='/data/herd'>"
    "<value ref='kind'/></itemset></select1>",
)
SUMMARIES = ("n", "total", "most", "all", "so_far", "if", "blank")


def summaries(session) -> dict[str, str]:
    return {name: session.node(f"/data/{name}").text_value for name in SUMMARIES}


def three_herds(open_form):
    session = open_form(*KEPT)
    for place, (kind, head) in enumerate((("sheep", "40"), ("yak", "7"), ("goat", "12")), 1):
        session.add_repeat("/data/herd")
        session.set(f"/data/herd[{place}]/kind", kind)
        session.set(f"/data/herd[{place}]/head", head)
    return session


def test_what_is_hidden_is_in_no_sum_count_or_list(open_form):
    session = three_herds(open_form)
    seen = {"n": "3", "total": "59", "most": "40", "all": "40+7+12", "so_far": "47", "if": "3", "blank": "false"}
    assert summaries(session) == seen
    session.set("/data/herd[1]/kind", "none")
    assert summaries(session) == {
        "n": "3", "total": "19", "most": "12", "all": "7+12", "so_far": "7", "if": "2", "blank": "true"
    }  # fmt: skip
    session.set("/data/herd[1]/kind", "sheep")
    assert summaries(session) == seen


def test_a_hidden_repeat_counts_as_none_before_and_after_it_is_sent(open_form):
    session = three_herds(open_form)
    assert [choice.value for choice in session.node("/data/pick").choices] == ["sheep", "yak", "goat"]
    session.set("/data/with", "no")
    assert session.node("/data/pick").choices == []
    none = {"n": "0", "total": "0", "most": "", "all": "", "so_far": "0", "if": "0", "blank": "false"}
    assert summaries(session) == none
    sent = session.to_xml()
    again = open_form(*KEPT, answers=sent)
    assert summaries(again) == none
    assert again.to_xml() == sent


@pytest.fixture
def computed(monkeypatch):
    """The references of the nodes where something was calculated, in the order of time."""
    found = []
    evaluating = calculation._run_of

    def noted(expression, many):
        run = evaluating(expression, many)
        return lambda node, context: found.append(node.ref) or run(node, context)

    monkeypatch.setattr(calculation, "_run_of", noted)
    return found


def test_rows_that_look_at_all_of_a_column_are_computed_where_its_value_changes(open_form, computed):
    session = open_form(
        "<herd jr:template=''><head/><share/></herd>",
        "<bind nodeset='/data/herd/head' type='int'/><bind nodeset='/data/herd/share' type='decimal' "
        "calculate='../head div (sum(/data/herd/head) + max(/data/herd/head))'/>",
        "<group ref='/data/herd'><repeat nodeset='/data/herd'><input ref='/data/herd/head'/></repeat></group>",
    )
    for place, head in enumerate("248", 1):
        session.add_repeat("/data/herd")
        session.set(f"/data/herd[{place}]/head", head)
    assert [session.node(f"/data/herd[{place}]/share").value for place in (1, 2, 3)] == [2 / 22, 4 / 22, 8 / 22]
    computed.clear()

    def shares(*places: int) -> list[float | None]:
        assert set(computed) == {f"/data/herd[{place}]/share" for place in places}
        computed.clear()
        count = session.node("/data/herd").count
        return [session.node(f"/data/herd[{place}]/share").value for place in range(1, count + 1)]

    session.add_repeat("/data/herd")
    assert shares(4) == [2 / 22, 4 / 22, 8 / 22, None]  # what nobody has answered changes neither
    session.set("/data/herd[4]/head", "0")
    assert shares(4) == [2 / 22, 4 / 22, 8 / 22, 0]
    session.set("/data/herd[1]/head", "4")
    session.set("/data/herd[2]/head", "2")
    assert shares(1, 2, 3, 4) == [4 / 22, 2 / 22, 8 / 22, 0]
    session.remove_repeat("/data/herd[4]")
    assert shares(1, 2, 3) == [4 / 22, 2 / 22, 8 / 22]


def test_a_row_that_changes_nothing_of_the_whole_is_computed_alone(open_form, computed):
    session = open_form(
        "<herd jr:template=''><head/><part/></herd>",
        "<bind nodeset='/data/herd/head' type='int'/><bind nodeset='/data/herd/part' "
        "calculate='concat(../head, &quot; of &quot;, max(/data/herd/head))'/>",
        "<group ref='/data/herd'><repeat nodeset='/data/herd'><input ref='/data/herd/head'/></repeat></group>",
    )
    for place, head in enumerate("293", 1):
        session.add_repeat("/data/herd")
        session.set(f"/data/herd[{place}]/head", head)

    def parts(ref: str, value: str) -> tuple[list[str], list[str]]:
        computed.clear()
        session.set(ref, value)
        return sorted(set(computed)), [session.node(f"/data/herd[{place}]/part").text_value for place in (1, 2, 3)]

    rows = [f"/data/herd[{place}]/part" for place in (1, 2, 3)]
    assert parts("/data/herd[1]/head", "5") == (rows[:1], ["5 of 9", "9 of 9", "3 of 9"])
    assert parts("/data/herd[3]/head", "7") == (rows[2:], ["5 of 9", "9 of 9", "7 of 9"])
    assert parts("/data/herd[2]/head", "6") == (rows, ["5 of 7", "6 of 7", "7 of 7"])
    assert parts("/data/herd[1]/head", "4") == (rows[:1], ["4 of 7", "6 of 7", "7 of 7"])


def test_a_running_total_is_computed_from_the_changed_row_on(open_form, computed):
    session = open_form(
        "<herd jr:template=''><head/><so_far/></herd>",
        "<bind nodeset='/data/herd/head' type='int'/><bind nodeset='/data/herd/so_far' "
        "calculate='sum(/data/herd[position() &lt;= position(current()/..)]/head)'/>",
        "<group ref='/data/herd'><repeat nodeset='/data/herd'><input ref='/data/herd/head'/></repeat></group>",
    )
    for place, head in enumerate("123456", 1):
        session.add_repeat("/data/herd")
        session.set(f"/data/herd[{place}]/head", head)
    computed.clear()

    def totals(*places: int) -> list[str]:
        found = [f"/data/herd[{place}]/so_far" for place in places]
        assert computed == found
        computed.clear()
        return [session.node(ref).text_value for ref in found]

    session.set("/data/herd[4]/head", "40")
    assert totals(4, 5, 6) == ["46", "51", "57"]
    session.add_repeat("/data/herd")
    session.set("/data/herd[7]/head", "7")
    assert totals(7, 7)[-1] == "64"
    session.remove_repeat("/data/herd[5]")
    assert totals(5, 6) == ["52", "59"]

"""The view of a record: T18 to T28 of the fault list on revisions in memory, and what repeats and files add."""

from __future__ import annotations

import random

from cami_survey.store.view import fold
from tests.store.laptops import Laptop, two_laptops

SIGHT = "/data/sight[k3f9a1c02]"


def test_t18_a_revision_that_comes_twice_or_in_another_order_changes_nothing() -> None:
    a, b = two_laptops(herd="40", dogs="2")
    for number in range(4):
        a.edit(herd=str(number))
        b.edit(herd=str(number * 7), dogs=str(number))
    revisions = [*a.has.values(), *b.has.values(), *a.has.values()]
    expected = fold(revisions)
    for seed in range(10):
        random.Random(seed).shuffle(revisions)
        assert fold(revisions) == expected


def test_t19_grouping_of_merges_does_not_matter() -> None:
    a, b = two_laptops(herd="40")
    c = Laptop("c", has=dict(a.has))
    a.edit(herd="41")
    b.edit(herd="42")
    c.edit(dogs="3")
    left, right = Laptop("l"), Laptop("r")
    left.take(a, b)
    left.take(c)
    b.take(c)
    right.take(a)
    right.take(b)
    assert left.view() == right.view()


def test_t20_a_child_before_its_parent_is_held_and_joins_when_the_parent_comes() -> None:
    a, _b = two_laptops(herd="40")
    first = next(iter(a.has.values()))
    child = a.has[a.edit(herd="41")]
    grandchild = a.has[a.edit(herd="42")]
    assert fold([child, grandchild]) is None
    early = fold([first, grandchild])
    assert early is not None
    assert (early.fields["/data/herd"], early.incomplete) == ("40", (grandchild.id,))
    whole = fold([grandchild, child, first])
    assert whole is not None
    assert (whole.fields["/data/herd"], whole.incomplete) == ("42", ())


def test_t21_disjoint_fields_merge_without_a_question() -> None:
    a, b = two_laptops(herd="40", dogs="2")
    a.edit(herd="41")
    b.edit(dogs="3")
    a.take(b)
    assert a.view().conflicts == ()
    assert (a.value("herd"), a.value("dogs")) == ("41", "3")


def test_t22_the_same_field_with_different_values_is_a_conflict_that_shows_both() -> None:
    a, b = two_laptops(herd="40")
    a.edit(herd="41")
    b.edit(herd="42")
    a.take(b)
    (standing,) = a.view().conflicts
    assert standing.field == "/data/herd"
    assert standing.before == "40"
    assert {value for value, _said in standing.claims} == {"41", "42"}
    assert a.value("herd") == "40"


def test_t23_the_same_value_on_both_sides_is_no_conflict() -> None:
    a, b = two_laptops(herd="40")
    a.edit(herd="41")
    b.edit(herd="41")
    a.take(b)
    assert a.view().conflicts == ()
    assert a.value("herd") == "41"


def test_t24_deleting_against_editing_is_a_conflict() -> None:
    a, b = two_laptops(herd="40")
    a.edit(**{"@deleted": "1"})
    b.edit(herd="41")
    a.take(b)
    assert a.claims("@deleted") == {"1", None}
    assert a.value("herd") == "41"
    assert "@deleted" not in a.view().fields


def test_t24_deleting_on_both_sides_is_none() -> None:
    a, b = two_laptops(herd="40")
    a.edit(**{"@deleted": "1"})
    b.edit(**{"@deleted": "1"})
    a.take(b)
    assert a.view().conflicts == ()
    assert a.view().fields["@deleted"] == "1"


def test_t25_a_decision_for_one_of_the_values_clears_the_conflict_everywhere() -> None:
    a, b = two_laptops(herd="40")
    a.edit(herd="41")
    b.edit(herd="42")
    a.take(b)
    a.edit(herd="42")
    b.take(a)
    assert a.view().conflicts == b.view().conflicts == ()
    assert a.value("herd") == b.value("herd") == "42"


def test_t25_a_decision_for_the_value_from_before_holds_too() -> None:
    a, b = two_laptops(herd="40")
    a.edit(herd="41")
    b.edit(herd="42")
    a.take(b)
    a.edit(herd="40")
    b.take(a)
    assert b.view().conflicts == ()
    assert b.value("herd") == "40"


def test_t26_two_different_decisions_are_a_new_conflict_and_nothing_is_lost() -> None:
    a, b = two_laptops(herd="40")
    a.edit(herd="41")
    b.edit(herd="42")
    a.take(b)
    b.take(a)
    a.edit(herd="41")
    b.edit(herd="43")
    a.take(b)
    assert a.claims("herd") == {"41", "43"}
    assert a.value("herd") == "40"


def test_t27_merging_alone_makes_no_revision_and_so_no_further_heads() -> None:
    a, b = two_laptops(herd="40", dogs="2")
    a.edit(herd="41")
    b.edit(dogs="3")
    a.take(b)
    b.take(a)
    assert a.view() == b.view()
    assert len(a.view().heads) == 2
    a.edit(camels="1")
    assert len(a.view().heads) == 1


def test_t28_criss_cross_merges_give_the_same_view_everywhere() -> None:
    a, b = two_laptops(herd="40", dogs="2", camels="0")
    a.edit(herd="41")
    b.edit(dogs="3")
    seen_by_a, seen_by_b = Laptop("a2", has=dict(a.has)), Laptop("b2", has=dict(b.has))
    a.take(seen_by_b)
    b.take(seen_by_a)
    a.edit(camels="1")
    b.edit(camels="2")
    a.take(b)
    b.take(a)
    assert a.view() == b.view()
    assert a.claims("camels") == {"1", "2"}
    assert (a.value("herd"), a.value("dogs")) == ("41", "3")


def test_t29_a_clock_in_2099_decides_nothing() -> None:
    a, b = two_laptops(herd="40")
    a.clock = 4_000_000_000_000
    a.edit(herd="41")
    b.clock = 0
    b.edit(herd="42")
    a.take(b)
    assert a.claims("herd") == {"41", "42"}


def test_a_conflict_that_is_left_alone_stays_while_other_fields_are_edited() -> None:
    a, b = two_laptops(herd="40")
    a.edit(herd="41")
    b.edit(herd="42")
    a.take(b)
    a.edit(dogs="5")
    assert len(a.view().heads) == 1
    assert a.claims("herd") == {"41", "42"}


def test_an_instance_that_one_removes_and_another_edits_is_a_conflict_about_the_instance() -> None:
    a, b = two_laptops(**{SIGHT: "1", f"{SIGHT}/year": "2019", f"{SIGHT}/place": "Naryn"})
    a.edit(**{SIGHT: None, f"{SIGHT}/year": None, f"{SIGHT}/place": None})
    b.edit(**{f"{SIGHT}/year": "2020"})
    a.take(b)
    assert a.claims(SIGHT) == {None, "1"}
    assert [standing.field for standing in a.view().conflicts] == [SIGHT]
    assert a.view().fields == {SIGHT: "1", f"{SIGHT}/year": "2020", f"{SIGHT}/place": "Naryn"}


def test_removing_an_instance_takes_what_is_inside_along() -> None:
    a, b = two_laptops(**{SIGHT: "1", f"{SIGHT}/year": "2019", "/data/herd": "40"})
    a.edit(**{SIGHT: None, f"{SIGHT}/year": None})
    b.edit(herd="41")
    a.take(b)
    assert a.view().fields == {"/data/herd": "41"}
    assert a.view().conflicts == ()


def test_different_fields_of_one_instance_merge() -> None:
    a, b = two_laptops(**{SIGHT: "1", f"{SIGHT}/year": "2019", f"{SIGHT}/place": "Naryn"})
    a.edit(**{f"{SIGHT}/year": "2020"})
    b.edit(**{f"{SIGHT}/place": "Osh"})
    a.take(b)
    assert a.view().fields == {SIGHT: "1", f"{SIGHT}/year": "2020", f"{SIGHT}/place": "Osh"}


def test_instances_added_on_both_sides_are_both_there() -> None:
    a, b = two_laptops(herd="40")
    a.edit(**{"/data/sight[ka]": "1", "/data/sight[ka]/year": "2019"})
    b.edit(**{"/data/sight[kb]": "1", "/data/sight[kb]/year": "2020"})
    a.take(b)
    assert a.view().conflicts == ()
    assert {"/data/sight[ka]/year", "/data/sight[kb]/year"} <= a.view().fields.keys()


def test_a_removed_instance_that_comes_back_has_what_was_in_it() -> None:
    a, _b = two_laptops(**{SIGHT: "1", f"{SIGHT}/year": "2019"})
    a.edit(**{SIGHT: None, f"{SIGHT}/year": None})
    a.edit(**{SIGHT: "1", f"{SIGHT}/year": "2019"})
    assert a.view().fields == {SIGHT: "1", f"{SIGHT}/year": "2019"}


def test_a_remark_is_a_field_of_the_record_even_where_it_names_an_instance() -> None:
    remark, inner = f"@comment:{SIGHT}", f"@comment:{SIGHT}/year"
    a, b = two_laptops(**{SIGHT: "1", f"{SIGHT}/year": "2019", remark: "sure?", inner: "long ago"})
    a.edit(**{remark: "yes, sure", inner: None})
    b.edit(**{remark: "no", f"{SIGHT}/year": "2020"})
    a.take(b)
    assert a.claims(remark) == {"yes, sure", "no"}
    assert [standing.field for standing in a.view().conflicts] == [remark]
    assert a.view().fields == {SIGHT: "1", f"{SIGHT}/year": "2020", remark: "sure?"}


def test_two_photographs_of_one_name_are_a_conflict() -> None:
    a, b = two_laptops(herd="40")
    a.write({"/data/photo": "camp.jpg"}, files={"camp.jpg": "11" * 32})
    b.write({"/data/photo": "camp.jpg"}, files={"camp.jpg": "22" * 32})
    a.take(b)
    assert a.claims("photo") == {"camp.jpg"}


def test_computed_values_are_taken_over_where_one_head_says_everything_and_are_stale_otherwise() -> None:
    a, b = two_laptops(herd="40", dogs="2")
    assert not a.view().stale
    a.edit(herd="41")
    b.edit(dogs="3")
    a.take(b)
    assert a.view().stale

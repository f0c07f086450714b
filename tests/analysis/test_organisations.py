"""Respondents of one organisation as one voice: whatever is counted for all at once is what each alone would give."""

from __future__ import annotations

from statistics import median

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cami_survey.analysis import cells
from cami_survey.analysis.factor import Factor
from cami_survey.analysis.material import Interviews, Material, Rows
from cami_survey.analysis.subjects.organisations import LEVELS, Ratings, said_by_each, unified, voices
from cami_survey.base.texts import speaking

SAID = st.sampled_from(["1", "2", "3", "4", "5", "", "@refused", "6", "2.5"])
NAMES = st.sampled_from(["", "Agency", "agency", " AGENCY ", "Herders  of Dzhangart", "Herders of Dzhangart", "Fund"])
KINDS = st.sampled_from(["", "gov", "ngo"])


def material(clusters: list[str], **same: str) -> Material:
    """Interviews that come from these camps or organisations."""
    n = len(clusters)
    blank = Factor.blank(n)
    about = Interviews(
        [f"r{one}" for one in range(n)],
        *(blank, blank, blank, blank),
        Factor.of(clusters),
        *(blank, blank, blank),
        np.zeros(n, np.int32),
    )
    return Material(about, (), same=same)


def respondents(told: list[tuple[str, str]]) -> Rows:
    """One respondent for each name and kind of an organisation."""
    columns = {name: Factor.of(one[side] for one in told) for side, name in enumerate(("org_name", "org_type"))}
    return Rows(np.arange(len(told), dtype=np.int32), columns)


@given(st.lists(st.tuples(st.integers(0, 3), SAID), max_size=40))
def test_ratings_are_medians_and_quartiles_of_each_group(told: list[tuple[int, str]]) -> None:
    column, groups = Factor.of(text for _group, text in told), np.array([group for group, _text in told], np.int64)
    found = Ratings(column, groups, 4)
    each = [sorted(LEVELS[text] for one, text in told if one == group and text in LEVELS) for group in range(4)]
    assert found.n.tolist() == list(map(len, each))
    assert found.medians() == [median(levels) if levels else None for levels in each]
    assert found.middle_halves() == [cells.middle_half(levels) for levels in each]
    texts = [list(dict.fromkeys(text for one, text in told if one == group)) for group in range(4)]
    assert said_by_each(column, groups, 4) == texts


@given(st.lists(NAMES, max_size=20))
def test_names_that_differ_in_blanks_and_capitals_are_one(names: list[str]) -> None:
    first: dict[str, str] = {}
    expected = []
    for name in names:
        plain = " ".join(name.split())
        shown = "Republican Agency" if plain.casefold() == "agency" else plain
        expected.append(first.setdefault(shown.casefold(), shown))
    whole = material([], agency="Republican Agency")
    assert list(unified(whole, Factor.of(names))) == expected


def test_a_name_is_shown_as_it_is_first_written_in_the_rows_at_hand() -> None:
    column = Factor.of(["Agency", "AGENCY", "Fund", "AGENCY"])
    whole = material([])
    assert list(unified(whole, column)) == ["Agency", "Agency", "Fund", "Agency"]
    assert list(unified(whole, column[1:])) == ["AGENCY", "Fund", "AGENCY"]


@given(st.lists(st.tuples(NAMES, KINDS), max_size=30))
def test_respondents_speak_for_their_organisation(told: list[tuple[str, str]]) -> None:
    whole, rows = material([]), respondents(told)
    found = voices(whole, rows)
    names = [
        name or f"{kind or 'Organisation'} (not named)"
        for name, (_name, kind) in zip(unified(whole, rows["org_name"]), told, strict=True)
    ]
    assert sorted(found.names) == sorted(set(names))
    assert [found.names[code] for code in found.codes.tolist()] == names
    for name, kind, interviews in zip(found.names, found.kinds, found.interviews, strict=True):
        mine = [row for row, own in enumerate(names) if own == name]
        kinds = [told[row][1] for row in mine]
        assert interviews.tolist() == mine
        assert kind == max(kinds, key=kinds.count)
    assert voices(whole, rows) is found


def test_what_is_kept_is_kept_in_each_language_and_until_the_rows_are_let_go_of() -> None:
    whole, rows = material([]), respondents([("", "")])
    english = voices(whole, rows)
    with speaking("ru"):
        assert voices(whole, rows) is not english
    whole.forget_rows()
    assert voices(whole, rows) is not english


@given(st.lists(st.sampled_from(["", "camp 1", "camp 2", "camp 3"]), max_size=20), st.data())
def test_camps_are_counted_once_and_unknown_places_each(clusters: list[str], data: st.DataObject) -> None:
    interviews = data.draw(st.lists(st.sampled_from(range(len(clusters))), max_size=30)) if clusters else []
    named = {clusters[one] for one in interviews if clusters[one]}
    alone = {one for one in interviews if not clusters[one]}
    assert material(clusters).clusters(interviews) == len(named) + len(alone)
    assert material(clusters).clusters(np.array(interviews, np.int32)) == len(named) + len(alone)

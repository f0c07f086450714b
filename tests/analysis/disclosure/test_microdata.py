"""What the public may see of answers (T50)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cami_survey.analysis.definitions import Choice, Question
from cami_survey.analysis.disclosure.microdata import Rules, Shield, class_widths, shielded
from cami_survey.analysis.disclosure.places import distance, in_grid, shifted
from cami_survey.analysis.disclosure.pseudonyms import keyed, pseudonym
from cami_survey.base.records import Answers

from ..makers import STARTED, disagreement, form, record, text

KEY = b"k" * 32
YES_NO = (Choice("yes"), Choice("no"))


def choice(path: str, *repeats: str, **more: str) -> Question:
    return Question(path, "select_one", "choice", "choice", repeats=repeats, choices=YES_NO, **more)  # type: ignore[arg-type]


def number(path: str, *repeats: str) -> Question:
    return Question(path, "integer", "integer", repeats=repeats)


def left(*questions: Question, given: list[dict[str, str]], k: int = 2, **rules: object) -> list[dict[str, str]]:
    """The fields that leave of interviews r0, r1 and so on."""
    views = [record(fields, f"r{index}") for index, fields in enumerate(given)]
    made = shielded([form(*questions)], views, Rules(KEY, k=k, **rules))  # type: ignore[arg-type]
    return [dict(view.answers.fields) for view in made]


def test_free_text_files_and_what_no_form_knows_stay() -> None:
    picture = Question("/d/photo", "image")
    answers = {"/d/name": "Aibek", "/d/photo": "a.jpg", "/d/old": "x", "/d/seen": "yes", "@comment:/d/seen": "He fears"}
    assert left(text("/d/name"), picture, choice("/d/seen"), given=[answers] * 2) == [{"/d/seen": "yes"}] * 2


def test_a_person_may_let_a_text_go_but_never_a_private_one() -> None:
    notes = replace(text("/d/notes"), private=True)
    kept = left(
        text("/d/advice"), notes, given=[{"/d/advice": "a", "/d/notes": "n"}], keep=frozenset({"advice", "notes"})
    )
    assert kept == [{"/d/advice": "a"}]


def test_what_is_worked_out_stays() -> None:
    worked = Question("/d/full", "calculate", shape="computed")
    view = record({}, computed={"/d/full": "Aibek of Alai"})
    assert shielded([form(worked)], [view], Rules(KEY, k=1))[0].answers.computed == {}


def test_the_form_can_say_it_itself() -> None:
    marked = (replace(text("/d/open"), disclosure="keep"), replace(choice("/d/shut"), disclosure="out"))
    assert left(*marked, given=[{"/d/open": "x", "/d/shut": "yes"}] * 2) == [{"/d/open": "x"}] * 2


def test_rare_kinds_of_people_are_told_less_of() -> None:
    people = [("KG", "f", "a18"), ("KG", "f", "a18"), ("KG", "f", "a30"), ("KG", "m", "a30")]
    given = [dict(zip(("/d/country", "/d/sex", "/d/age"), person, strict=True)) for person in people]
    told = left(choice("/d/age"), choice("/d/sex"), choice("/d/country"), given=given)
    assert told[0] == given[0]
    assert told[2] == {"/d/country": "KG"}
    assert told[3] == {"/d/country": "KG"}


PEOPLE = st.dictionaries(
    st.integers(0, 60).map(str), st.tuples(*[st.sampled_from(["a", "b", "c", None])] * 3), min_size=1
)


@given(PEOPLE, st.integers(2, 6))
def test_whatever_is_shown_of_a_person_is_shown_of_k(people: dict[str, tuple[str | None, ...]], k: int) -> None:
    widths = class_widths(people, k)
    shown = Counter((people[person][:width], width) for person, width in widths.items())
    told = Counter(tuple([*people[person][:width], None, None, None][:3]) for person, width in widths.items())
    assert all(told[tuple([*answers, None, None, None][:3])] >= k for (answers, width) in shown if width)


def test_where_a_form_asks_nothing_of_people_its_country_stays() -> None:
    assert left(choice("/d/country"), given=[{"/d/country": "KG"}, {"/d/country": "KZ"}]) == [
        {"/d/country": "KG"},
        {"/d/country": "KZ"},
    ]


def test_the_richest_herder_is_not_to_be_found() -> None:
    herds = ["5", "20", "30", "40", "2000"]
    told = left(number("/d/sheep"), given=[{"/d/sheep": herd} for herd in herds])
    assert [fields["/d/sheep"] for fields in told] == ["20", "20", "30", "40", "40"]


def test_a_number_that_few_gave_stays() -> None:
    assert left(number("/d/sheep"), given=[{"/d/sheep": "5"}, {}], k=2) == [{}, {}]


def test_days_become_months() -> None:
    questions = (
        Question("/d/day", "date", "date"),
        Question("/d/at", "datetime", "datetime"),
        Question("/d/t", "time", "time"),
    )
    given = [{"/d/day": "2026-08-17", "/d/at": "2026-08-17T10:20:30.000+06:00", "/d/t": "10:20:30"}]
    assert left(*questions, given=given) == [{"/d/day": "2026-08-01", "/d/at": "2026-08-01T00:00:00.000Z"}]


def test_rows_leave_only_with_consent_and_under_new_keys() -> None:
    questions = choice("/d/rep/r_pub", "/d/rep"), choice("/d/rep/r_eff", "/d/rep")
    given = {
        "/d/rep[k12ab]": "1",
        "/d/rep[k12ab]/r_pub": "yes",
        "/d/rep[k12ab]/r_eff": "no",
        "/d/rep[k34cd]": "2",
        "/d/rep[k34cd]/r_eff": "yes",
        "/d/rep[k56ef]": "3",
        "/d/rep[k56ef]/r_pub": "no",
    }
    (told,) = left(*questions, given=[given])
    assert list(told.values()) == ["1", "yes", "no"]
    assert "k12ab" not in "".join(told)


def test_keys_that_are_choices_stay() -> None:
    (told,) = left(choice("/d/stock/s", "/d/stock"), given=[{"/d/stock[horse]": "1", "/d/stock[horse]/s": "yes"}])
    assert told == {"/d/stock[horse]": "1", "/d/stock[horse]/s": "yes"}


def test_the_record_the_device_and_the_times_lead_nowhere() -> None:
    view = replace(record({}), conflicts=(disagreement("/d/a", "x", "y"),), started=STARTED)
    told = shielded([form()], [view], Rules(KEY))[0]
    assert told.record == pseudonym(KEY, "record", "r1")
    assert told.conflicts == ()
    assert told.started is not None
    assert (told.started.day, told.started.hour, told.changed.day, told.changed.hour) == (1, 0, 1, 0)


POINT = Question("/d/camp", "geopoint")


@pytest.mark.parametrize("places", ["grid", "shift"])
def test_t50_a_place_is_made_coarse_and_stays_where_it_is(places: str) -> None:
    exact = (39.9512, 72.8813)
    given = [{"/d/camp": f"{exact[0]} {exact[1]} 2400 5"}]
    first, again = (left(POINT, given=given, places=places)[0]["/d/camp"] for _ in range(2))
    latitude, longitude = map(float, first.split()[:2])
    assert first == again
    assert 1 < distance(exact, (latitude, longitude)) < 26
    assert first.endswith(" 0 0")


def test_who_wanted_no_place_has_none() -> None:
    asked = choice("/d/loc_prec"), choice("/d/adm1"), POINT, choice("/d/sex")
    given = {"/d/loc_prec": "none", "/d/adm1": "KG-O", "/d/camp": "39.9 72.8", "/d/sex": "f"}
    assert left(*asked, given=[given] * 3) == [{"/d/loc_prec": "none", "/d/sex": "f"}] * 3


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_grid_cell_is_as_wide_as_asked_and_gives_itself(latitude: float, longitude: float) -> None:
    middle = in_grid((latitude, longitude), 25)
    assert in_grid(middle, 25) == middle
    assert distance((latitude, longitude), middle) < 18.5


@given(st.floats(-60, 80), st.floats(-180, 179.9), st.text())
def test_a_shift_is_as_long_as_the_country_is_empty(latitude: float, longitude: float, name: str) -> None:
    place = (latitude, longitude)
    near = shifted(place, name, KEY, [place])
    far = shifted(place, name, KEY, [])
    assert 1.3 < distance(place, near) < 5.2
    assert 7.3 < distance(place, far) < 25.4


def test_another_key_gives_other_names_and_joined_words_are_not_the_same() -> None:
    assert pseudonym(KEY, "record", "r1") != pseudonym(b"x" * 32, "record", "r1")
    assert pseudonym(KEY, "record", "r1") != pseudonym(KEY, "device", "r1")
    assert keyed(KEY, "a", "bc") != keyed(KEY, "ab", "c")


def test_what_was_taken_out_is_counted() -> None:
    shield = Shield([form(number("/d/n"), text("/d/t"))], Rules(KEY, k=2))
    views = [record({"/d/n": str(n), "/d/t": "x"}, f"r{n}") for n in range(4)]
    for view in views:
        shield.learn(view)
    for view in views:
        shield.shield(view)
    assert shield.suppressed.ends["/d/n"] == 2
    assert shield.suppressed.left_out == 4


def test_an_empty_interview_leaves_empty() -> None:
    told = shielded([form(text("/d/t"))], [replace(record({}), answers=Answers())], Rules(KEY))
    assert told[0].answers == Answers({}, {})

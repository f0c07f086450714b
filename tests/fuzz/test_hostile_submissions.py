"""No submission does harm: it is read and written again the same, or refused with a sentence, soon."""

from __future__ import annotations

import random
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cami_survey.engine.api import Form, FormError, load_form
from cami_survey.engine.earlier import earlier
from tests.engine.interviewer import Interviewer

from .good import FORMS, MORNING
from .mutations import NASTY, mutated


@lru_cache
def form_of(name: str) -> Form:
    return load_form(FORMS[name])


def clock():
    return MORNING


def submission(name: str, seed: int) -> tuple[bytes, dict[str, str]]:
    session = form_of(name).open(clock=clock)
    Interviewer(session, random.Random(seed)).fill()
    return session.to_xml(draft=seed % 2 == 0), session.values()


def at_leisure(act, _about, times=1):
    return act()


def check(form: Form, answers: bytes | dict[str, str], promptly=at_leisure, about: str = "") -> None:
    """Reading gives answers that are read again unchanged, and a report that leaves nothing out."""

    def opened(given):
        return promptly(lambda: form.open(given, clock=clock), about)

    try:
        session = opened(answers)
    except FormError as error:
        refused = error.problems
    else:
        refused = []
    if refused:
        assert all(problem.reason for problem in refused)
        return
    promptly(session.problems, about)
    once = promptly(session.to_xml, about)
    values = promptly(session.values, about)
    assert opened(once).to_xml() == once
    again = opened(values)
    assert again.values() == values
    assert again.to_xml() == once
    assert all("\x00" not in text for text in values.values())
    reported(form, answers, promptly, about)


def reported(form: Form, answers: bytes | dict[str, str], promptly, about: str) -> None:
    """The report names every answer once, and what it carries over is carried over as it is."""
    report = promptly(lambda: form.migrate(answers, clock=clock), about)
    told = [item.field for group in (report.kept, report.moved, report.changed, report.lost) for item in group]
    assert len(told) == len(set(told))
    if isinstance(answers, dict):
        given = earlier(form, answers, None).values
        assert sorted(told) == sorted(field for field, text in given.items() if text and not field.endswith("]"))
    assert form.open(report.answers, clock=clock).values() == report.answers


def attempt(form: Form, answers: bytes | dict[str, str], seed: int, promptly) -> None:
    about = f"seed {seed}: {answers!r}"
    promptly(lambda: check(form, answers, promptly, about), about, times=10)


@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_damaged_submission_is_read_or_refused(name, seeds, promptly):
    form = form_of(name)
    good, _values = submission(name, 1)
    for seed in seeds:
        chance = random.Random(seed)
        if seed % 50 == 0:
            good, _values = submission(name, seed)
        hurt = mutated(good, chance, most=6)
        attempt(form, hurt, seed, promptly)


def hurt_values(values: dict[str, str], chance: random.Random) -> dict[str, str]:
    """A draft's values with fields renamed, dropped, added, and texts of another type."""
    nasty = [text.decode("utf-8", "surrogateescape") for text in NASTY]
    changed = dict(values)
    for _time in range(chance.randint(1, 8)):
        field = chance.choice(list(changed) or ["/data"])
        match chance.randrange(4):
            case 0:
                changed.pop(field, None)
            case 1:
                changed[field] = chance.choice(nasty)
            case 2:
                at = chance.randint(0, len(field))
                changed[field[:at] + chance.choice(["[", "]", "/", "[2]", "[k0]", "@", "x"]) + field[at:]] = "1"
            case 3:
                changed[chance.choice(list(changed) or ["/"])] = changed.get(field, "")
    return changed


@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_damaged_draft_is_read(name, seeds, promptly):
    form = form_of(name)
    _xml, good = submission(name, 2)
    for seed in seeds:
        attempt(form, hurt_values(good, random.Random(seed)), seed, promptly)


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**300, max_value=10**310),
    st.floats(),
    st.decimals(),
    st.fractions(),
    st.complex_numbers(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.uuids(),
    st.binary(max_size=20),
    st.text(st.characters(), max_size=40),
    st.text(st.sampled_from("0123456789-+.eE: TZ/\x00\ud800\u0301\r\n"), max_size=30),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=6,
)
QUESTIONS = (
    "camp",
    "when",
    "at",
    "t",
    "where",
    "line",
    "ok",
    "n",
    "share",
    "list",
    "one",
    "order",
    "photo",
    "range",
    "g/h/deep",
    "row[1]/n",
    "g",
)


@given(answers=st.lists(st.tuples(st.sampled_from(QUESTIONS), ANYTHING), min_size=1, max_size=4))
def test_any_value_can_be_given_as_an_answer(answers):
    form = form_of("typed")
    session = form.open(clock=clock)
    session.set("/data/list", "a b")
    for name, value in answers:
        if "row" in name and not session.node("/data/row").count:
            continue
        session.set(f"/data/{name}", value)
    check(form, session.values())
    assert form.open(session.to_xml(), clock=clock).to_xml() == session.to_xml()


@pytest.mark.parametrize("name", ["camp", "when", "at", "where", "n", "share", "list", "range"])
def test_five_megabytes_can_be_given_as_an_answer(name, promptly):
    session = form_of("typed").open(clock=clock)
    for letter in ("9", "\x00", "\ud800", "ж", "1 ", "-"):
        text = (letter * 5_000_000)[:5_000_000]
        promptly(lambda text=text: session.set(f"/data/{name}", text), repr(letter))

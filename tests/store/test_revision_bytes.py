"""Whatever bytes arrive as head or body, they are read or refused, and nothing else happens."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cami_survey.base.records import Answers
from cami_survey.store.canonical import MalformedError, decode, nfc, nfc_mapping
from cami_survey.store.devices import read_card
from cami_survey.store.forms import read_form
from cami_survey.store.revisions import Body, mint, read_body, read_head, trusted_answers
from cami_survey.store.withdrawals import read_withdrawal

TEXT = st.text(max_size=8)
SCALAR = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | TEXT
JSON = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=6
)
ABOUT = {"record": "r", "parents": ("ab" * 32,), "dev": "cd" * 32, "dev_seq": 1, "hlc": "0193a0000000-0000"}
GOOD = mint(Body({"a": "1"}, files={"a.jpg": "ab" * 32}), form="f", form_version="1", **ABOUT)
CARD = {
    "v": 1,
    "public_key": "ab" * 32,
    "number": 1,
    "name": "",
    "facilitator": "",
    "recipient": "",
    "hlc": ABOUT["hlc"],
}
FORM = {"v": 1, "form_id": "f", "version": "", "title": "", "source_name": "", "languages": [], "questions": 1}
FORM |= {"xform": "ab" * 32, "source": "ab" * 32, "media": {}}
WITHDRAWAL = {"v": 1, "record": "r", "public_key": "ab" * 32, "signature": "00" * 64}
READERS = {
    "head": (read_head, orjson.loads(GOOD.head)),
    "body": (read_body, orjson.loads(GOOD.body)),
    "card": (read_card, CARD | {"signature": "00" * 64}),
    "form": (read_form, FORM),
    "withdrawal": (read_withdrawal, WITHDRAWAL),
}


@pytest.mark.parametrize("kind", READERS)
@given(data=st.data())
def test_any_value_in_any_place_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    read, good = READERS[kind]
    place = data.draw(st.sampled_from(sorted(good)))
    value = good | {place: data.draw(JSON)}
    if data.draw(st.booleans()):
        value |= data.draw(st.dictionaries(TEXT, JSON, max_size=2))
    if data.draw(st.booleans()):
        value.pop(data.draw(st.sampled_from(sorted(value))))
    with suppress(MalformedError):
        read(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))


@pytest.mark.parametrize("kind", ["head", "body"])
@given(data=st.data())
def test_a_changed_byte_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    read, good = READERS[kind]
    whole = bytearray(orjson.dumps(good, option=orjson.OPT_SORT_KEYS))
    whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(MalformedError):
        read(bytes(whole))


@given(noise=st.binary(max_size=200))
def test_noise_is_refused(noise: bytes) -> None:
    with suppress(MalformedError):
        assert isinstance(decode(noise), dict)


@given(fields=st.dictionaries(st.text(max_size=6), st.text(max_size=6)))
def test_what_is_minted_can_be_read_and_says_the_same(fields: dict[str, str]) -> None:
    fields = {f"/{name}": text for name, text in fields.items()}
    body = Body.of(Answers(fields), "final")
    made = mint(body, form="f", form_version="1", **ABOUT)
    assert read_body(made.body) == body
    assert read_head(made.head).dev_seq == 1
    said = Answers({nfc(name): nfc(text) for name, text in fields.items()})
    assert trusted_answers(made.body) == (said, False)
    assert trusted_answers(replace(body, stale=True).encoded()) == (said, True)


@given(texts=st.dictionaries(st.text(max_size=4), st.text(max_size=4)))
def test_the_fast_way_to_form_c_is_the_slow_one(texts: dict[str, str]) -> None:
    assert nfc_mapping(texts) == {nfc(key): nfc(value) for key, value in texts.items()}

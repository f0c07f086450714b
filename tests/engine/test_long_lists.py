"""A long list of choices is converted as pyxform would convert it, byte for byte."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from cami_survey.engine import long_lists
from cami_survey.engine.api import load_form
from cami_survey.engine.xlsform import RefusedError, convert, read_sheets

SURVEY = """
| survey |
|        | type                | name | label  | choice_filter | appearance   | parameters |
|        | text                | a    | First  |               |              |            |
|        | {question} | q    | Which? | {filter} | {appearance} | {parameters} |
|        | select_one yes_no   | sure | Sure?  |               |              |            |
"""
YES_NO = "|        | yes_no | yes | Yes |\n|        | yes_no | no | No |\n"
PLAIN = "list_name | name | label"


def form(rows: list[str], columns: str = PLAIN, question: str = "select_one big", **more: str) -> bytes:
    given = {"filter": "", "appearance": "", "parameters": "", **more}
    listed = "".join(f"|        | {row} |\n" for row in rows)
    choices = f"| choices |\n|        | {columns} |\n{YES_NO}{listed}"
    return (SURVEY.format(question=question, **given) + choices).encode()


def converted(source: bytes, long: int) -> object:
    with patch.object(long_lists, "LONG", long):
        try:
            return convert(read_sheets(source, ".md", "form.md"), "form.md")
        except RefusedError as error:
            return error.message


FIVE = [f"big | p{place} | Place {place}" for place in range(5)]
SHORTENED = {
    "plain": form(FIVE),
    "several": form(FIVE, question="select_multiple big"),
    "ranked": form(FIVE, question="rank big"),
    "shuffled": form(FIVE, parameters="randomize=true"),
    "filtered": form(
        [f"{row} | {place % 2} | {'x' if place == 3 else ''}" for place, row in enumerate(FIVE)],
        f"{PLAIN} | part | rare",
        filter="part = ${a}",
    ),
    "letters": form(
        [*FIVE, "big | x&y | Osh & Jalal-Abad <east>", 'big | é | Мин-Булак\'s «центр» "a"', "big | 7 | 7.50"]
    ),
    "two lists": form(
        [*FIVE, *(f"other | {place} | Other {place}" for place in range(4))], question="select_one other"
    ),
    "in turn": form([row for place in range(4) for row in (f"big | p{place} | P", f"other | {place} | O {place}")]),
}
WHOLE = {
    "quotes": form([*FIVE, "big | x | The “best” one"]),
    "reference": form([*FIVE, "big | x | Near ${a}"]),
    "another language": form([f"{row} | Lieu" for row in FIVE], f"{PLAIN} | label::French (fr)"),
    "pictures": form([f"{row} | {place}.png" for place, row in enumerate(FIVE)], f"{PLAIN} | image"),
    "twice": form([*FIVE, "big | p1 | Again"]),
    "no label": form([*FIVE, "big | x | "]),
    "no name": form([*FIVE, "big |  | Nameless"]),
    "blank in a name": form([*FIVE, "big | a b | Two words"], question="select_multiple big"),
    "or another": form(FIVE, question="select_one big or_other"),
    "searched": form(["big | name_key | name_label", *FIVE], appearance="search('places')"),
    "odd column": form([f"{row} | 1" for row in FIVE], f"{PLAIN} | Two Words"),
    "missing list": form(FIVE, question="select_one nowhere"),
    "unknown reference": form(FIVE, filter="name = ${nowhere}"),
    "refused row": form([*FIVE, "other | x | X", "other | x | X"]),
}


@pytest.mark.parametrize("source", [*SHORTENED.values(), *WHOLE.values()], ids=[*SHORTENED, *WHOLE])
def test_a_long_list_is_converted_as_a_short_one(source: bytes):
    assert converted(source, 4) == converted(source, 1_000_000)


@pytest.mark.parametrize("source", SHORTENED.values(), ids=SHORTENED)
def test_plain_lists_are_shown_to_pyxform_by_a_few_rows(source: bytes):
    with patch("cami_survey.engine.xlsform.lengthened", wraps=long_lists.lengthened) as called:
        made = converted(source, 4)
    (short, _lists), _named = called.call_args
    assert len(short) < len(made.xml.decode())
    assert called.call_count == 1


def test_all_choices_are_there():
    with patch.object(long_lists, "LONG", 4):
        session = load_form(form([f"big | p{place} | Place {place}" for place in range(30)])).open()
    assert [(choice.value, choice.label) for choice in session.node("/data/q").choices] == [
        (f"p{place}", f"Place {place}") for place in range(30)
    ]

"""Codes for "does not know" and "does not want to say": where they are found, and where nothing is taken for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from cami_survey.engine.api import Form, load_form
from cami_survey.operations.nonresponse import code_of, missing_codes

FORM = """
| survey |
| | type | name | label | constraint | bind::cami:unknown | bind::cami:refused |
| | select_one plain | plain | Plain | | | |
| | select_one cdc | cdc | CDC | | | |
| | select_one russian | russian | Russian | | | |
| | select_multiple words | words | Words | | | |
| | select_one years | years | Years | | | |
| | select_one claim | claim | Claim | | | |
| | integer | sheep | Sheep | (. >= 0 and . < 1000) or . = -99 or .='-88' | | |
| | integer | goats | Goats | . >= 0 | | |
| | text | name | Name | | unknown | -98 |
| | text | note_text | Text | | | |
| choices |
| | list_name | name | label::English (en) | label::Russian (ru) |
| | plain | 1 | Yes | Да |
| | plain | 98 | Ninety-eight | 98 |
| | plain | 99 | Ninety-nine | 99 |
| | cdc | 1 | Yes | Да |
| | cdc | 77 | Don't know | Не знаю |
| | cdc | 99 | Refused | Отказ |
| | russian | a | A | А |
| | russian | z | - | Затрудняюсь ответить |
| | russian | y | - | Отказывается отвечать |
| | claim | paid | Paid | Выплачено |
| | claim | rej | Rejected | Отказано |
| | words | sheep | Sheep | Овцы |
| | words | dk | Nobody knows | Никто |
| | words | refused | No | Нет |
| | years | 1998 | 1998 | 1998 |
| | years | 77 | 77 | 77 |
| settings |
| | form_id | title | namespaces |
| | nr | NR | cami="urn:cami-survey:xforms" |
"""
LANGUAGES = ("English (en)", "Russian (ru)")


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    path: Path = tmp_path_factory.mktemp("nr") / "nr.md"
    path.write_text(FORM, "utf-8")
    return load_form(path)


@pytest.mark.parametrize(
    ("name", "unknown", "refused"),
    [
        ("plain", "99", "98"),
        ("cdc", "77", "99"),
        ("russian", "z", "y"),
        ("words", "dk", "refused"),
        ("years", "", ""),
        ("claim", "", ""),
        ("sheep", "-99", "-88"),
        ("goats", "", ""),
        ("name", "unknown", "-98"),
        ("note_text", "", ""),
    ],
)
def test_the_codes_of_a_question(form: Form, name: str, unknown: str, refused: str) -> None:
    node = form.open().node(f"/data/{name}")
    assert code_of(node, "unknown", form.marks, LANGUAGES) == unknown
    assert code_of(node, "refused", form.marks, LANGUAGES) == refused


def test_the_list_of_the_form_comes_before_what_is_usual(form: Form) -> None:
    session = form.open()
    marks = {"unknown": "1 -88"}
    assert code_of(session.node("/data/plain"), "unknown", marks, LANGUAGES) == "1"
    assert code_of(session.node("/data/sheep"), "unknown", marks, LANGUAGES) == "-88"
    assert code_of(session.node("/data/words"), "unknown", marks, LANGUAGES) == ""


def test_what_a_herder_says_of_animals_and_claims_is_no_missing_answer() -> None:
    missing = missing_codes(load_form(Path(__file__).parents[2] / "forms" / "herder_interview.xlsx"))
    named = {path.rpartition("/")[2]: codes for path, codes in missing.items()}
    assert {"id_res", "l_comp", "consent"}.isdisjoint(named)
    assert (named["loss_any"], named["at1"], named["last_seen"]) == (("refused", "dk"), ("98", "99"), ("dk",))

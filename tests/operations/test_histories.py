"""The line of changes of an interview, in the words of the interview."""

from __future__ import annotations

from pathlib import Path

import pytest

from cami_survey.base import texts
from cami_survey.operations import forms, histories
from cami_survey.operations.interviews import start
from cami_survey.store.api import SurveyFile

HERD = """
| survey |                 |        |                        |                            | |
|        | type            | name   | label::English (en)    | label::Russian (ru)        | calculation |
|        | select_one kind | kind   | Which animals?         | Какие животные?            | |
|        | calculate       | called |        |                 | jr:choice-name(${kind}, '${kind}') |
|        | integer         | many   | How many of ${called}? | Сколько голов (${called})? | |
| choices |          |       |                     |                     |
|         | list_name | name | label::English (en) | label::Russian (ru) |
|         | kind      | yak  | Yaks                | Яки                 |
| settings |         |         |                  |
|          | form_id | version | default_language |
|          | herd    | 1       | English (en)     |
"""


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Which animals? – → Yaks; How many of Yaks? – → 7"),
        ("ru", "Какие животные? – → Яки; Сколько голов (Яки)? – → 7"),
        # Where the form lacks the program's language it speaks its own.
        ("mn", "Which animals? – → Yaks; How many of Yaks? – → 7"),
    ],
)
def test_a_history_speaks_the_programs_language_and_fills_in_what_questions_name(
    tmp_path: Path, language: str, line: str
) -> None:
    (tmp_path / "herd.md").write_text(HERD, "utf-8")
    with SurveyFile.create(tmp_path / "herd.cami", title="Herds") as survey:
        forms.add(survey, [tmp_path / "herd.md"])
        interview = start(survey, "herd")
        interview.set("/data/kind", "yak")
        interview.set("/data/many", "7")
        record = interview.leave().value.record
        texts.set_language(language)
        try:
            (step,) = histories.steps_of(survey, record).value
        finally:
            texts.set_language("en")
    assert step.line == line

"""Why an answer has no place: the question that decides is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from cami_survey.operations import forms, surveys, table_imports

FORM = """
| survey |  |  |  |  |
|  | type | name | label | relevant |
|  | select_one yn | adult | Is the person an adult? |  |
|  | select_one yn | consent | Do you agree to talk? | ${adult} = 'y' |
|  | begin_group | who | Who |  ${consent} = 'y' |
|  | integer | years | Years here |  |
|  | end_group |  |  |  |
| choices |  |  |  |  |
|  | list_name | name | label |  |
|  | yn | y | Yes |  |
|  | yn | n | No |  |
| settings |  |  |  |  |
|  | form_id | version |  |  |
|  | herders | 1 |  |  |
"""


@pytest.mark.parametrize(
    ("heads", "row", "named"),
    [
        ("years", "12", "Is the person an adult?"),
        ("adult,years", "y,12", "Do you agree to talk?"),
        ("adult,consent,years", "y,n,12", "Do you agree to talk?"),
        ("adult,consent,years", "n,,12", "Is the person an adult?"),
    ],
    ids=["nothing told", "not asked yet", "said no", "no adult"],
)
def test_a_row_whose_answers_have_no_place_names_the_question_to_look_at(
    tmp_path: Path, heads: str, row: str, named: str
) -> None:
    source, table = tmp_path / "herders.md", tmp_path / "list.csv"
    source.write_text(FORM, "utf-8")
    table.write_text(f"{heads}\n{row}\n", "utf-8")
    survey = surveys.create(tmp_path / "t.cami", title="T").value
    forms.add(survey, [source])
    found = table_imports.preview(survey, "herders", table_imports.look(table)).value
    survey.close()
    (refused,) = [flaw for row in found.rows for flaw in row.flaws if flaw.cell]
    assert refused.reason == f"With the other answers this question is not asked. Look at “{named}”."

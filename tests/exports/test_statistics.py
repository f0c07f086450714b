"""What pyreadstat refuses never reaches it: names too long or the same after cutting, texts beyond the limit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas
import pyreadstat
import pytest

from cami_survey.operations import forms, surveys
from cami_survey.operations.exports import export
from cami_survey.operations.interviews import fill

# Longer than SPSS takes, different at the end; the same but for case; the same in Latin letters; words of Stata.
NAMES = [*(f"{'n' * 70}{end}" for end in "abc"), "Seen", "seen", "ель", "ел_", "el", "all", "int", "str20", "_cons"]
LETTERS = ["ж", "🐆", "x", "\U0001f1f0"]
Write = Callable[..., None]


@pytest.mark.parametrize(
    ("ending", "read", "write", "longest"),
    [
        ("sav", pyreadstat.read_sav, pyreadstat.write_sav, 64),
        ("dta", pyreadstat.read_dta, pyreadstat.write_dta, 32),
    ],
)
def test_names_that_are_too_long_or_clash_are_told_apart(
    tmp_path: Path, ending: str, read: Any, write: Write, longest: int
) -> None:
    with pytest.raises(Exception, match=r"(?i)name|valid"):
        write(pandas.DataFrame({NAMES[0]: [1.0]}), tmp_path / "refused")
    survey = surveys.create(tmp_path / "t.cami", title="Names").value
    lines = [f"|  | integer | {name} | {name} |" for name in NAMES]
    source = tmp_path / "names.md"
    head = ["| survey |  |  |  |", "|  | type | name | label |"]
    source.write_text("\n".join([*head, *lines, "| settings |  |", "|  | form_id |", "|  | names |"]), encoding="utf-8")
    forms.add(survey, [source])
    steps = [{"set": f"/data/{name}", "value": str(at)} for at, name in enumerate(NAMES)]
    assert fill(survey, "names", steps).value.ok
    target = tmp_path / f"out.{ending}"
    export(survey, target)
    survey.close()
    frame, _about = read(target)
    first = next(at for at, name in enumerate(frame.columns) if name.startswith("nnn"))
    names = list(frame.columns)[first : first + len(NAMES)]
    assert len({name.casefold() for name in names}) == len(NAMES)
    assert max(map(len, names)) == longest
    assert [frame[name][0] for name in names] == list(range(len(NAMES)))


@pytest.mark.parametrize(("ending", "read"), [("sav", pyreadstat.read_sav), ("dta", pyreadstat.read_dta)])
def test_many_questions_with_long_names_and_choices_keep_their_labels(tmp_path: Path, ending: str, read: Any) -> None:
    names = [f"{'how_often_did_the_household_need_help_' * 2}{number}" for number in range(120)]
    questions = [f"|  | select_one yn | {name} | Help {number} |" for number, name in enumerate(names)]
    source = tmp_path / "help.md"
    head = ["| survey |  |  |  |", "|  | type | name | label |"]
    choices = ["| choices |  |  |  |", "|  | list_name | name | label |", "|  | yn | y | Yes |", "|  | yn | n | No |"]
    source.write_text(
        "\n".join([*head, *questions, *choices, "| settings |  |", "|  | form_id |", "|  | help |"]), "utf-8"
    )
    survey = surveys.create(tmp_path / "t.cami", title="Help").value
    forms.add(survey, [source])
    assert fill(survey, "help", [{"set": f"/data/{name}", "value": "n"} for name in names]).value.ok
    export(survey, tmp_path / f"out.{ending}")
    survey.close()
    frame, about = read(tmp_path / f"out.{ending}")
    answered = [name for name in frame.columns if name.startswith("how_often")]
    assert len(answered) == 120
    assert {about.variable_value_labels[name][frame[name][0]] for name in answered} == {"No"}


@pytest.mark.parametrize(("ending", "read"), [("sav", pyreadstat.read_sav), ("dta", pyreadstat.read_dta)])
@pytest.mark.parametrize("chosen", ["lane", "микрорайон", ""])
def test_long_codes_in_cyrillic_leave_whether_chosen_or_not(
    tmp_path: Path, ending: str, read: Any, chosen: str
) -> None:
    unfitting: Any = {"q": {"микрорайон": "M"}}
    with pytest.raises(Exception, match="longer than the available storage"):
        pyreadstat.write_sav(pandas.DataFrame({"q": ["lane"]}), tmp_path / "refused", variable_value_labels=unfitting)
    source = tmp_path / "street.md"
    source.write_text(
        "| survey |  |  |  |\n|  | type | name | label |\n|  | select_one kinds | kind | Kind |\n"
        "|  | text | said | Said |\n"
        "| choices |  |  |  |\n|  | list_name | name | label |\n|  | kinds | lane | Lane |\n|  | kinds | да | Yes |\n"
        "|  | kinds | микрорайон | Microdistrict |\n| settings |  |\n|  | form_id |\n|  | street |\n",
        encoding="utf-8",
    )
    survey = surveys.create(tmp_path / "t.cami", title="Streets").value
    forms.add(survey, [source])
    steps = [{"set": "/data/kind", "value": chosen}, {"set": "/data/said", "value": "so"}]
    assert fill(survey, "street", steps).value.ok
    export(survey, tmp_path / f"out.{ending}")
    survey.close()
    frame, about = read(tmp_path / f"out.{ending}")
    labels = about.variable_value_labels["kind"]
    assert labels.get(frame["kind"][0], "") == {"lane": "Lane", "микрорайон": "Microdistrict", "": ""}[chosen]
    assert {"Lane", "Yes"} <= set(labels.values())


@pytest.mark.parametrize(
    ("ending", "read", "limit"), [("sav", pyreadstat.read_sav, 32_767), ("dta", pyreadstat.read_dta, 2045)]
)
@pytest.mark.parametrize("letter", LETTERS)
def test_texts_beyond_the_limit_are_cut_between_letters(
    tmp_path: Path, ending: str, read: Any, limit: int, letter: str
) -> None:
    survey = surveys.create(tmp_path / "t.cami", title="Texts").value
    source = tmp_path / "texts.md"
    source.write_text(
        "| survey |  |  |  |\n|  | type | name | label |\n|  | text | said | Said |\n"
        "| settings |  |\n|  | form_id |\n|  | texts |\n",
        encoding="utf-8",
    )
    forms.add(survey, [source])
    # One byte first, so that the limit falls into the middle of a letter of two or four.
    long = "a" + letter * limit
    for text in (long, letter * 3):
        assert fill(survey, "texts", [{"set": "/data/said", "value": text}]).value.ok
    outcome = export(survey, tmp_path / f"out.{ending}")
    survey.close()
    frame, _about = read(tmp_path / f"out.{ending}")
    told = sorted(frame["said"], key=len)
    assert told == [letter * 3, long.encode()[:limit].decode(errors="ignore")]
    assert "export.shortened" in {notice.code for notice in outcome.notices}

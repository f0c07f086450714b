"""From a filled form over a merge to an analysis and a workbook, by commands alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from cami_survey.analysis.results import Cell, Column
from cami_survey.base import texts
from cami_survey.cli.commands.analyses import spoken
from tests.cli.commands import Commands, write_steps

FORMS = Path(__file__).parents[2] / "forms"
CLUBS = """| survey | | | | |
| | type | name | label::English (en) | label::Russian (ru) |
| | select_one country | country | Country | Страна |
| | text | org_name | Name | Название |
| | select_one kind | org_type | Type | Вид |
| | select_one s5 | influence | Influence | Влияние |
| | select_one s5 | interest | Interest | Интерес |
| choices | | | |
| | list_name | name | label::English (en) | label::Russian (ru) |
| | country | KG | Kyrgyzstan | Кыргызстан |
| | country | KZ | Kazakhstan | Казахстан |
| | kind | ngo | Club | Клуб |
| | s5 | 2 | Low | Низкое |
| | s5 | 5 | High | Высокое |
| settings | | | |
| | form_title | form_id | version | default_language |
| | Clubs | clubs | 1 | English (en) |
"""


@pytest.fixture
def hub(cami: Commands, tmp_path: Path) -> Path:
    """A consultant's survey into which two laptops' interviews were merged."""
    (tmp_path / "clubs.md").write_text(CLUBS, "utf-8")
    for place, (name, influence, country) in enumerate((("Argali Club", 5, "KG"), ("Аргали клуб", 2, "KZ"))):
        laptop = tmp_path / f"laptop{place}.cami"
        cami.json("new", laptop, "--device", f"L{place}")
        cami.json("form", "add", laptop, tmp_path / "clubs.md")
        answers = {"country": country, "org_name": name, "org_type": "ngo", "influence": influence, "interest": 5}
        steps = [{"set": f"/data/{field}", "value": value} for field, value in answers.items()]
        cami.json("fill", laptop, "clubs", "--steps", write_steps(tmp_path, steps))
        cami.json("pack", laptop, tmp_path / "out", "--plain")
    consultant = tmp_path / "hub.cami"
    cami.json("new", consultant, "--device", "HUB")
    cami.json("merge", consultant, tmp_path / "out", "--enrol")
    return consultant


def test_the_journey_ends_in_an_analysis_and_a_workbook(cami: Commands, tmp_path: Path, hub: Path) -> None:
    listed = cami.json("analyse", hub)
    assert listed["interviews"] == 2
    assert "power_interest" in [one["name"] for one in listed["analyses"]]
    found = cami.json("analyse", hub, "--name", "power_interest")["analysis"]
    (organisations, kinds) = found["tables"]
    assert [column["name"] for column in organisations["columns"]] == [
        *("name", "kind", "n", "influence", "interest", "others", "quadrant"),
    ]
    first = organisations["rows"][0]
    assert first[3]["said"] == 5
    assert first[3]["n"] == 1
    assert len(first[3]["records"]) == 1
    assert kinds["rows"][0][0]["said"] == "Club"
    assert found["figures"][0]["alt"]
    exported = cami.json("export", hub, tmp_path / "out.xlsx")
    assert exported["interviews"] == 2


def test_people_read_tables_sentences_and_the_method(cami: Commands, hub: Path) -> None:
    shown = cami("analyse", hub, "--name", "power_interest", "--country", "KG", "--language", "ru").out
    assert shown.startswith("Power and interest (1 interview)\nWhom to involve, and how closely?\n")
    assert (
        "Argali Club    Клуб  1            5.0 (n 1)  5.0 (n 1)  no answers (n 0)                 manage closely"
        in shown
    )
    assert "! 1 of 1 organisations speaks through one respondent only" in shown
    empty = cami("analyse", hub, "--name", "losses").out
    assert "No form of this survey asks the questions that this analysis needs." in empty


def test_an_n_is_said_once() -> None:
    """For the public a level says its n itself."""
    column = Column("all", "All species", "level")
    assert spoken(Cell("medium", 6), column) == spoken(Cell("medium (n 6)", 6), column) == "medium (n 6)"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--name", "loses"], "analysis.unknown"),
        (["--country", "ZZ"], "analysis.unknown-filter"),
        (["--since", "yesterday"], "analysis.no-day"),
        (["--language", "Klingon"], "language.unknown"),
    ],
)
def test_what_is_not_there_is_refused(cami: Commands, hub: Path, words: list[str], code: str) -> None:
    assert cami.refused("analyse", hub, *words)["code"] == code


def test_the_public_sees_nothing_that_few_said(cami: Commands, hub: Path) -> None:
    told = cami.json("analyse", hub, "--name", "power_interest", "--level", "public")["analysis"]
    assert told["tables"] == []
    assert told["empty"] == "Fewer than 5 interviews: nothing is shown to the public."
    assert cami.json("analyse", hub, "--name", "power_interest", "--level", "team")["analysis"]["n"] == 2
    refused = cami.refused("analyse", hub, "--name", "power_interest", "--level", "public", "--threshold", "2")
    assert refused["code"] == "disclosure.k"


def test_a_paper_is_limited_by_the_same_words_as_an_analysis_and_says_so(
    cami: Commands, tmp_path: Path, hub: Path
) -> None:
    target = tmp_path / "paper.xlsx"
    limits = ("--country", "KG", "--form", "clubs", "--since", "2020-01-01", "--group", "ngo", "--review", "none")
    assert cami.json("report", hub, target, *limits)["interviews"] == 1
    assert cami.json("analyse", hub, *limits)["interviews"] == 1
    cover = {row[0]: row[1] for row in load_workbook(target)["Cover"].iter_rows(values_only=True)}
    told = {name: cover[name] for name in ("Countries", "Forms", "Only", "Respondents", "State of review")}
    assert told == {
        "Countries": "Kyrgyzstan",
        "Forms": "Clubs",
        "Only": "from 2020-01-01 on",
        "Respondents": "Club",
        "State of review": "not reviewed",
    }
    cami.json("report", hub, target, "--until", "2100")
    assert ("Only", "to 2100") in [row[:2] for row in load_workbook(target)["Cover"].iter_rows(values_only=True)]
    refusals = [(("--since", "yesterday"), "analysis.no-day"), (("--group", "ngos"), "analysis.unknown-filter")]
    refusals += [(("--species", "ZZZ"), "analysis.unknown-filter"), (("--review", "seen"), "analysis.unknown-filter")]
    for words, code in refusals:
        assert cami.refused("report", hub, target, *words)["code"] == code


def test_the_register_joins_names_across_scripts(cami: Commands, hub: Path) -> None:
    listed = cami.json("register", "list", hub)
    assert [one["names"] for one in listed["organisations"]] == [["Argali Club"], ["Аргали клуб"]]
    shown = cami("register", "list", hub).out
    assert "May be one:" in shown
    cami.json("register", "match", hub, "Argali Club", "Аргали клуб")
    organisations = cami.json("analyse", hub, "--name", "power_interest")["analysis"]["tables"][0]["rows"]
    assert [(row[0]["said"], row[2]["said"], row[3]["said"]) for row in organisations] == [("Argali Club", 2, 3.5)]
    cami.json("register", "apart", hub, "Argali Club", "Аргали клуб")
    assert len(cami.json("analyse", hub, "--name", "power_interest")["analysis"]["tables"][0]["rows"]) == 2
    assert cami.refused("register", "match", hub, "Argali Club", "Nobody")["code"] == "register.unknown"


def test_a_paper_in_another_language_leaves_the_program_in_its_own(
    cami: Commands, survey: Path, tmp_path: Path
) -> None:
    target = tmp_path / "paper.docx"
    cami.json("report", survey, target, "--language", "ru")
    assert "Прежде чем читать" in [paragraph.text for paragraph in Document(str(target)).paragraphs]
    assert texts.language() == "en"

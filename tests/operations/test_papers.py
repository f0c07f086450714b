"""The paper of a consultation meeting, from a survey."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from cami_survey.analysis.disclosure.cells import public
from cami_survey.base import numbers, texts
from cami_survey.base.errors import UserError
from cami_survey.exports.papers import consultation, document, typeset
from cami_survey.exports.papers.paper import Paper, printed
from cami_survey.operations import analyses, disclosure, papers, surveys
from cami_survey.operations.analyses import Scope, load
from cami_survey.store.api import SurveyFile
from tests.analysis.answered import answered


@pytest.fixture
def survey(demonstrated: Path) -> Iterator[SurveyFile]:
    with surveys.open_survey(demonstrated).value as survey:
        yield survey


def words(target: Path) -> str:
    opened = Document(str(target))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in opened.paragraphs] + cells)


def test_a_paper_rests_on_the_finished_interviews_and_says_so(survey: SurveyFile, tmp_path: Path) -> None:
    target = tmp_path / "paper.docx"
    made = papers.make(survey, target).value
    told = words(target)
    assert made.interviews == survey.counts()["final"]
    assert made.analyses > 10
    assert "agreed to take part" in told
    assert "For the team" in Document(str(target)).sections[0].footer.paragraphs[0].text


def test_a_paper_of_one_country(survey: SurveyFile, tmp_path: Path) -> None:
    target = tmp_path / "paper.xlsx"
    whole = papers.make(survey, target).value.interviews
    made = papers.make(survey, target, scope=Scope(countries=("KG",))).value
    assert 0 < made.interviews < whole
    cover = {row[0]: row[1] for row in load_workbook(target)["Cover"].iter_rows(values_only=True)}
    assert "Kyrgyzstan" in str(cover["Countries"])


def test_sentences_have_the_digits_of_the_language(survey: SurveyFile) -> None:
    texts.set_language("fa")
    try:
        paper = papers.paper_of(survey, load(survey))
    finally:
        texts.set_language("en")
    # The sections of the programme of work have numbers in their names.
    analyses = [analysis for analysis in paper.analyses() if analysis.name not in ("programme", "themes")]
    said = [message.text for analysis in analyses for message in analysis.messages]
    said += [figure.subtitle for analysis in analyses for figure in analysis.figures]
    # Codes of meetings and days are written alike everywhere.
    kept = [re.sub(r"[A-Z]{2}-\w+|\d{4}-\d\d-\d\d", "", text) for text in said]
    assert any(re.search("[۰-۹]", text) for text in kept)
    assert [text for text in kept if re.search("[0-9]", text)] == []


def test_digits_are_latin_where_they_are_wished() -> None:
    texts.set_language("fa")
    numbers.use_latin_digits(True)
    try:
        assert (numbers.whole(12), numbers.number(0.5)) == ("12", "0٫5")
    finally:
        numbers.use_latin_digits(False)
        texts.set_language("en")


def test_a_paper_for_the_public_has_no_small_figures(survey: SurveyFile, tmp_path: Path) -> None:
    target = tmp_path / "paper.xlsx"
    papers.make(survey, target, public=disclosure.rules(k=5))
    data = list(load_workbook(target)["Data"].iter_rows(min_row=2, values_only=True))
    assert [row for row in data if row[6] is not None and 0 < int(str(row[6])) < 5] == []
    assert any(row[5] == "hidden" for row in data)
    assert disclosure.exports(survey)[-1].level == "public"


def test_one_analysis_for_the_public_hides_what_its_paper_hides(survey: SurveyFile) -> None:
    material = load(survey, language="en")
    paper = papers.paper_of(survey, material, public=disclosure.rules(k=5))
    alone = analyses.for_public(material, 5)
    assert {analysis.name: analysis for analysis in paper.analyses()}.items() <= alone.items()
    # More is hidden than an analysis would hide by itself: a table of another shows what it follows from.
    assert any(told != public(analyses.analyse(material, name), 5) for name, told in alone.items())


def test_what_writes_papers_is_loaded_before_the_first() -> None:
    asked = (
        "import sys; from cami_survey.operations import papers; papers.prepare(); "
        "print({'typst', 'docx', 'openpyxl'} - set(sys.modules), papers.prepare())"
    )
    said = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True, timeout=60)
    assert said.stdout.split() == ["set()", "None"]


@pytest.mark.parametrize("kind", [".xlsx", ".docx", ".pdf"])
def test_writing_is_stopped_wherever_it_is_and_leaves_what_was(survey: SurveyFile, tmp_path: Path, kind: str) -> None:
    class EnoughError(Exception):
        pass

    folder, scope, told = tmp_path / "papers", Scope(countries=("KG",)), list[tuple[int, int]]()
    folder.mkdir()
    target = folder / f"p{kind}"
    papers.make(survey, target, scope=scope, progress=lambda *much: told.append(much))
    done = len(analyses.names())
    # Each analysis with something to say is a part of writing; how often waiting is told depends on the machine.
    assert told.count((done, done + 1)) > done // 2
    before, exported = target.read_bytes(), len(disclosure.exports(survey))

    def until(most: int, since: int) -> Callable[[int, int], None]:
        left = iter(range(most))

        def progress(now: int, _total: int) -> None:
            if now >= since and next(left, None) is None:
                raise EnoughError

        return progress

    for most, since in ((0, 0), (3, 0), (0, done), (1, done), (done // 2, done)):
        with pytest.raises(EnoughError):
            papers.make(survey, target, scope=scope, progress=until(most, since))
        assert [path.name for path in folder.iterdir()] == [target.name]
        assert target.read_bytes() == before
    assert len(disclosure.exports(survey)) == exported, "what was not written is not noted down"


def test_a_paper_for_the_public_is_stopped_wherever_it_is_and_begun_again(survey: SurveyFile, tmp_path: Path) -> None:
    class EnoughError(Exception):
        pass

    material = load(survey, language="en")
    whole, told = analyses.for_public(replace(material, views={}), 5), list[tuple[int, int]]()
    analyses.for_public(replace(material, views={}), 5, progress=lambda *much: told.append(much))
    steps = [done for done, _total in told]
    assert {total for _done, total in told} == {len(analyses.names()) + 1}
    assert steps == sorted(steps)
    assert set(steps) == set(range(len(analyses.names()) + 1)), "every analysis, and hiding, can be stopped"

    def until(most: int) -> Callable[[int, int], None]:
        def progress(done: int, _total: int) -> None:
            if done == most:
                raise EnoughError

        return progress

    def counted(most: int, *much: int) -> None:
        told.append((much[0], much[1]))
        if sum(done == len(analyses.names()) for done, _total in told) > most:
            raise EnoughError

    again = replace(material, views={})
    for most in (1, 12, len(analyses.names())):
        with pytest.raises(EnoughError):
            analyses.for_public(again, 5, progress=until(most))
        assert len(again.kept_analyses) == most, "what was computed is kept"
        with pytest.raises(EnoughError):
            papers.make(survey, tmp_path / "p.docx", public=disclosure.rules(k=5), progress=until(most))
    assert not list(tmp_path.glob("p.docx*"))
    for most in (3, 300):
        told.clear()
        with pytest.raises(EnoughError):
            papers.make(survey, tmp_path / "p.xlsx", progress=lambda *much, most=most: counted(most, *much))
    assert not list(tmp_path.glob("p.xlsx*")), "nothing is left of a workbook that was stopped"
    assert analyses.for_public(again, 5) == whole
    assert list(again.rows("country")["country"]) == list(material.rows("country")["country"]), (
        "what was let go of is collected again"
    )


def test_a_survey_without_interviews_gives_a_paper_that_says_so(tmp_path: Path) -> None:
    empty = surveys.create(tmp_path / "empty.cami").value
    for name in ("paper.docx", "paper.xlsx", "paper.pdf"):
        assert papers.make(empty, tmp_path / name).value.interviews == 0
    assert "There are no finished interviews" in words(tmp_path / "paper.docx")
    empty.close()


EDGES = [
    ({"consent": "no"}, 6, 0, "Nobody who was asked agreed to take part, so there are no answers to analyse."),
    ({"consent": "yes"}, 1, 0, "Only 1 answer: too few to say more than what was answered."),
    ({"consent": "yes", "mode": "zzz"}, 6, 0, "6 answers have codes that their questions do not offer."),
    ({"consent": "yes"}, 6, 0, "6 interviews from 1 country"),
    ({"consent": "yes"}, 3, 5, "fewer than 5"),
]


@pytest.mark.parametrize(("answers", "number", "threshold", "sentence"), EDGES)
def test_a_survey_at_the_edge_is_said_to_be_in_each_format(
    tmp_path: Path, answers: dict[str, str], number: int, threshold: int, sentence: str
) -> None:
    material = answered(stakeholder_survey=[{"country": "KG", **answers}] * number)
    with surveys.create(tmp_path / "edge.cami").value as survey:
        paper = papers.paper_of(survey, material, public=disclosure.rules(k=threshold) if threshold else None)
    document.write(tmp_path / "paper.docx", paper)
    consultation.write(tmp_path / "paper.xlsx", paper)
    typeset.write(tmp_path / "paper.pdf", paper)
    book = load_workbook(tmp_path / "paper.xlsx")
    told = (
        words(tmp_path / "paper.docx"),
        "\n".join(str(cell) for sheet in book.worksheets for row in sheet.values for cell in row),
        typeset.source(paper),
    )
    assert [sentence in one for one in told] == [True] * 3
    assert (tmp_path / "paper.pdf").stat().st_size > 5000
    if threshold:
        assert dict(paper.scope)["Interviews"] == "fewer than 5"
        assert [one for one in told if "3 people" in one or "3 interviews" in one] == []


@pytest.mark.parametrize(
    ("name", "scope", "code"),
    [
        ("paper.odt", None, "report.unknown-format"),
        ("none/paper.docx", None, "export.no-folder"),
        ("paper.docx", Scope(countries=("ZZ",)), "analysis.unknown-filter"),
    ],
)
def test_what_cannot_be_written_is_refused(
    survey: SurveyFile, tmp_path: Path, name: str, scope: Scope | None, code: str
) -> None:
    with pytest.raises(UserError) as refused:
        papers.make(survey, tmp_path / name, scope=scope)
    assert refused.value.code == code
    assert not (tmp_path / name).exists()


def test_a_paper_says_which_of_its_words_nobody_has_reviewed(survey: SurveyFile, tmp_path: Path) -> None:
    own, asked = "The words of this paper are a draft", "The words of the questionnaires in Russian (ru) are a draft"
    few = Scope(countries=("MN",))
    papers.make(survey, tmp_path / "english.docx", scope=few)
    assert "are a draft" not in words(tmp_path / "english.docx")
    papers.make(survey, tmp_path / "labels.docx", scope=few, language="ru")
    assert asked in words(tmp_path / "labels.docx")
    assert own not in words(tmp_path / "labels.docx")
    papers.make(survey, tmp_path / "labels.xlsx", scope=few, language="Russian")
    cover = [str(cell) for row in load_workbook(tmp_path / "labels.xlsx")["Cover"].values for cell in row]
    assert any(asked in text for text in cover)


def test_a_draft_of_the_program_is_said_in_its_papers(survey: SurveyFile, monkeypatch: pytest.MonkeyPatch) -> None:
    # The texts of the program are looked up in a language without a catalogue, so that they stay readable here.
    texts.set_language("kaa")
    try:
        assert any("this paper are a draft" in line for line in papers.paper_of(survey, load(survey)).caveats)
        monkeypatch.setattr(texts, "_reviewed", lambda: frozenset({"kaa"}))
        assert not any("this paper are a draft" in line for line in papers.paper_of(survey, load(survey)).caveats)
    finally:
        texts.set_language("en")


def test_labels_are_in_the_language_of_the_program_where_the_forms_have_it(survey: SurveyFile) -> None:
    texts.set_language("ru")
    try:
        told = [value for _head, value in papers.paper_of(survey, load(survey, language="ru")).scope]
    finally:
        texts.set_language("en")
    assert any("Кыргызстан" in value for value in told)


def test_a_language_that_no_form_has_is_refused(survey: SurveyFile, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="No form of this survey has the language “Klingon”"):
        papers.make(survey, tmp_path / "paper.docx", language="Klingon")
    assert not (tmp_path / "paper.docx").exists()


def public_paper(answers: list[dict[str, str]], tmp_path: Path, scope: Scope | None = None) -> Paper:
    material = answered(stakeholder_survey=[{"consent": "yes", **one} for one in answers])
    with surveys.create(tmp_path / "public.cami").value as survey:
        return papers.paper_of(survey, material.within(scope) if scope else material, public=disclosure.rules(k=5))


def test_a_country_of_which_few_answered_has_no_name_on_a_cover_for_the_public(tmp_path: Path) -> None:
    many = [{"country": code} for code in ("KG", "KG", "TJ", "UZ") * 6]
    paper = public_paper([*many, {"country": "MN"}, {"country": "KZ"}, {"country": "KZ"}], tmp_path)
    cover = dict(paper.scope)
    assert cover["Interviews"] == "27"
    # Six of the others stand back with the three, so that nobody can subtract them.
    assert cover["Countries"] == "Kyrgyzstan, Uzbekistan, others"
    assert [one for one in ("Mongolia", "Kazakhstan", "Tajikistan") if one in repr(paper)] == []


def test_a_cover_for_the_public_names_the_country_it_is_about_and_no_day(tmp_path: Path) -> None:
    paper = public_paper([{"country": "KG"}] * 3 + [{"country": "MN"}], tmp_path, Scope(countries=("KG",)))
    cover = dict(paper.scope)
    assert (cover["Interviews"], cover["Countries"]) == ("fewer than 5", "Kyrgyzstan")
    assert "Days" not in cover
    assert cover["Months"] == "–", "three interviews tell no month"


def test_a_paper_for_the_public_says_months_where_enough_interviews_were_held(survey: SurveyFile) -> None:
    paper = papers.paper_of(survey, load(survey), public=disclosure.rules(k=5))
    cover = dict(paper.scope)
    assert re.fullmatch(r"\d{4}-\d\d( to \d{4}-\d\d)?", cover["Months"])
    told = [message.text for message in paper.messages] + [one.text for a in paper.analyses() for one in a.messages]
    assert [text for text in told if re.search(r"\d{4}-\d\d-\d\d", text)] == []
    assert [text for text in told if text.startswith("Left out")], "what is left out is said beside its tables"
    assert [message for message in paper.messages if message.reach == "here"] == []


def test_a_country_that_nobody_knows_is_said_to_be_unknown(tmp_path: Path) -> None:
    material = answered(stakeholder_survey=[{"consent": "yes", "country": "XX"}] * 6)
    with surveys.create(tmp_path / "unknown.cami").value as survey:
        paper = papers.paper_of(survey, material)
    assert dict(paper.scope)["Countries"] == "unknown country (XX)"
    assert [row for row in paper.chapters[0].analyses[0].tables[0].rows if row[0].said == "unknown country (XX)"]


def test_a_form_by_which_few_were_asked_has_no_name_on_a_cover_for_the_public(tmp_path: Path) -> None:
    material = answered(
        stakeholder_survey=[{"consent": "yes", "country": "KG"}] * 9, expert_gap=[{"country": "KG"}] * 2
    )
    with surveys.create(tmp_path / "forms.cami").value as survey:
        inside = dict(papers.paper_of(survey, material).scope)
        outside = papers.paper_of(survey, material, public=disclosure.rules(k=5))
        of_one = papers.paper_of(survey, material.within(Scope(forms=("expert_gap",))), public=disclosure.rules(k=5))
    assert inside["Forms"] == "CAMI expert gap assessment (species by country), CAMI stakeholder survey (organisation)"
    # The nine stand back with the two: the number of all interviews is told.
    assert dict(outside.scope)["Forms"] == "–"
    assert "expert gap" not in repr(outside)
    assert dict(of_one.scope)["Forms"] == "CAMI expert gap assessment (species by country)"


def test_few_conflicts_are_not_counted_for_the_public(tmp_path: Path) -> None:
    material = answered(stakeholder_survey=[{"consent": "yes", "country": "KG"}] * 6)
    material.interviews.conflicts[0] = True  # type: ignore[index]
    with surveys.create(tmp_path / "conflict.cami").value as survey:
        inside = papers.paper_of(survey, material)
        outside = papers.paper_of(survey, material, public=disclosure.rules(k=5))
    assert "1 interview has answers in conflict that nobody settled." in inside.caveats
    assert "Fewer than 5 interviews have answers in conflict that nobody settled." in outside.caveats
    assert [one for one in outside.caveats if one.startswith("1 ")] == []


def test_importance_is_drawn_for_the_public_though_few_could_not_say() -> None:
    fields = [
        {"gap_field": code, "gap_imp": high, "gap_perf": low} for code, high, low in (("enf", 5, 1), ("mon", 3, 4))
    ]
    unsure = [{"gap_field": "enf", "gap_imp": 99, "gap_perf": 1}]
    answers = [{"org_name": name, "org_type": "ngo", "gap": fields} for name in "ABCDEFG"]
    material = answered(stakeholder_survey=[*answers, {"org_name": "H", "org_type": "ngo", "gap": unsure}])
    inside, outside = analyses.analyse(material, "importance"), analyses.for_public(material, 5)["importance"]
    assert [column.name for column in inside.tables[0].columns if column.name == "silent"] == ["silent"]
    assert inside.tables[0].rows[0][-1].said == 1
    assert [figure.name for figure in outside.figures] == ["dots", "grid"]
    assert not any(cell.hidden for one in outside.tables for row in one.rows for cell in row)
    assert any("Law enforcement matters and lags behind" in message.text for message in outside.messages)


def test_questions_that_were_not_answered_are_one_sentence_for_the_public() -> None:
    """Country, consent and one statement asked of 30: ten of 90 answers are refusals."""
    herders = [{"country": "KG", "consent": "yes", "at1": 98 if at < 10 else 5} for at in range(30)]
    told = analyses.for_public(answered(herder_interview=herders), 5)["quality"]
    assert [one.name for one in told.tables if one.name.startswith("questions_")] == []
    said = "Of everything that was asked, 11 % was refused or answered with “does not know”."
    assert [message.reach for message in told.messages if message.text == said] == ["here"]
    few = analyses.for_public(answered(herder_interview=herders[8:]), 5)["quality"]
    assert [message.text for message in few.messages if "Of everything" in message.text] == []


def test_a_paper_prints_the_questions_that_were_not_answered_and_the_workbook_has_all(tmp_path: Path) -> None:
    material = answered(herder_interview=[{"country": "KG", "consent": "yes", "at2": 98, "at1": 5}] * 6)
    found = analyses.analyse(material, "quality")
    table = next(one for one in found.tables if one.name == "questions_herder_interview")
    assert (table.rows[0][1].said, table.rows[0][3].said, table.printed) == ("at2", 6, 1)
    assert len(table.rows) > 50
    shown, left = printed(table)
    assert shown is not None
    assert (len(shown.rows), left) == (1, f"{len(table.rows) - 1} more rows are in the workbook.")
    nothing, left = printed(replace(table, printed=0))
    assert (nothing, left) == (None, "The table “CAMI herder and community interview” is in the workbook.")

"""What is hidden whole is left out of what the public reads, and said."""

from __future__ import annotations

from dataclasses import replace

from cami_survey.analysis.disclosure.cells import public, together
from cami_survey.analysis.methods.findings import TooFew
from cami_survey.analysis.results import (
    Analysis,
    BarChart,
    Cell,
    Column,
    DotChart,
    DotLine,
    Figure,
    GridChart,
    Mark,
    MatrixChart,
    Message,
    NetworkChart,
    Point,
    ResultTable,
)

COLUMNS = (Column("name", "Name"), Column("kind", "Kind"), Column("level", "Level", "level"), Column("n", "n", "count"))
GRID = GridChart("x", "y", (1, 5), (3, 3), ("a", "b", "c", "d"), (Point("p", 1, 2, 3),))
FEW = (Cell("State Wildlife Service"), Cell("Authority"), Cell("high", 2), Cell(None))
MANY = (Cell("Herders"), Cell("Union"), Cell("low", 40), Cell(40, 40))


def table(*rows: tuple[Cell, ...], name: str = "t", title: str = "Standing") -> ResultTable:
    return ResultTable(name, title, COLUMNS, rows)


def analysis(*tables: ResultTable, figures: tuple[Figure, ...] = ()) -> Analysis:
    return Analysis("a", "A", "?", 100, tables, figures)


def told(found: Analysis) -> list[str]:
    return [message.text for message in found.messages]


def names(found: Analysis) -> list[object]:
    return [row[0].said for one in found.tables for row in one.rows]


def test_a_row_without_any_figure_is_left_out_with_its_name() -> None:
    found = public(analysis(table(FEW, MANY, MANY)), 5)
    assert names(found) == ["Herders", "Herders"]
    assert "State Wildlife Service" not in repr(found)
    assert told(found) == ["Left out because every figure there would be hidden: 1 row."]


def test_dashes_and_questions_without_answers_keep_no_row() -> None:
    silent = (Cell("Border Service"), Cell("Guard"), Cell("high", 2), Cell(None))
    unasked = (Cell("Mine"), Cell("Company"), Cell(TooFew("no data", 0), 0), Cell(2, 2))
    assert names(public(analysis(table(silent, unasked, MANY)), 5)) == ["Herders"]


def test_a_row_that_has_nothing_to_hide_stays() -> None:
    empty = (Cell("Border Service"), Cell("Guard"), Cell(None), Cell(None))
    assert names(public(analysis(table(empty, MANY)), 5)) == ["Border Service", "Herders"]


def test_a_column_without_any_figure_is_left_out() -> None:
    rows = tuple((*row[:2], Cell("high", 2), row[3]) for row in (MANY, MANY))
    found = public(analysis(table(*rows)), 5)
    assert [column.title for column in found.tables[0].columns] == ["Name", "Kind", "n"]
    assert told(found) == ["Left out because every figure there would be hidden: 1 column."]


def test_a_hidden_count_stays_beside_figures_that_do_not_say_their_n() -> None:
    columns = (Column("name", "Name"), Column("n", "n", "count"), Column("median", "Median", "number"))
    rows = tuple((Cell(name), Cell(n), Cell(2.5, n)) for name, n in (("one", 3), ("two", 20)))
    found = public(analysis(ResultTable("t", "T", columns, rows)), 5)
    assert [[cell.said for cell in row] for row in found.tables[0].rows] == [["two", None, 2.5]]
    assert [column.title for column in found.tables[0].columns] == ["Name", "n", "Median"]


def test_a_table_that_is_hidden_whole_is_a_sentence() -> None:
    found = public(analysis(table(FEW, FEW), table(MANY, name="other", title="Voices")), 5)
    assert [one.title for one in found.tables] == ["Voices"]
    assert told(found) == ["Left out because every figure there would be hidden: the table “Standing”."]


def test_what_is_left_out_is_said_in_one_sentence() -> None:
    hidden = (table(FEW, name=name, title=name) for name in ("Ties", "Kinds"))
    found = public(analysis(table(FEW, FEW, MANY, MANY), *hidden), 5)
    assert told(found) == ["Left out because every figure there would be hidden: 2 rows; the tables “Ties”, “Kinds”."]


def test_a_figure_in_which_nothing_is_left_to_be_seen_goes() -> None:
    charts = (
        GRID,
        BarChart(("one",), ("s",), ((2.0,),), (2,)),
        DotChart(("s",), (0, 1), ("", ""), ()),
        MatrixChart("gone", "", ""),
        NetworkChart((), ()),
    )
    figures = tuple(Figure(f"f{at}", "F", "", chart, "") for at, chart in enumerate(charts))
    assert public(analysis(table(MANY), table(FEW, name="gone"), figures=figures), 5).figures == ()
    kept = replace(GRID, points=(Point("p", 1, 2, 30),))
    assert len(public(analysis(table(MANY), figures=(Figure("f", "F", "", kept, ""),)), 5).figures) == 1


def test_no_figure_draws_what_a_table_hides() -> None:
    """A cell that goes along with a small one rests on enough answers itself."""
    columns = (Column("name", "Name"), Column("a", "A", "count"), Column("b", "B", "count"))
    rows = ((Cell("Wolf"), Cell(2), Cell(30)), (Cell("Winter"), Cell(20), Cell(30)), (Cell("Road"), Cell(25), Cell(40)))
    dots = DotChart(("s",), (0, 1), ("", ""), tuple(DotLine(name, (Mark(0, 1),), 50) for name in ("Winter", "Road")))
    points = replace(GRID, points=tuple(Point(name, 1, 2, 50) for name in ("Winter", "Road")))
    figures = (Figure("d", "D", "", dots, ""), Figure("g", "G", "", points, ""))
    made = public(analysis(ResultTable("t", "T", columns, rows), figures=figures), 5)
    lines, drawn = (figure.chart for figure in made.figures)
    assert isinstance(lines, DotChart)
    assert isinstance(drawn, GridChart)
    assert [line.label for line in lines.lines] == [point.label for point in drawn.points] == ["Road"]


def test_an_analysis_that_is_hidden_whole_says_so_and_nothing_else() -> None:
    found = public(analysis(table(FEW), figures=(Figure("f", "F", "n = 3", GRID, "three"),)), 5)
    assert (found.tables, found.figures, found.messages, found.n) == ((), (), (), 0)
    assert found.empty == "Every figure here rests on fewer than 5 answers, or would give such a figure away."
    assert "State Wildlife Service" not in repr(found)


def test_an_analysis_without_figures_keeps_its_sentences() -> None:
    found = replace(analysis(), messages=(Message("Nobody was asked."),))
    assert public(found, 5) == found


def test_the_public_does_not_read_who_held_the_interviews() -> None:
    columns = (Column("facilitator", "Facilitator"), Column("n", "Interviews", "count"))
    rows = ((Cell("Aizada"), Cell(9)), (Cell("Bakyt"), Cell(12)), (Cell("All facilitators"), Cell(21)))
    drawn = BarChart(("Aizada", "Bakyt"), ("s",), ((9.0,), (12.0,)), (9, 12))
    found = replace(
        analysis(ResultTable("f", "F", columns, rows), figures=(Figure("f", "F", "", drawn, "Aizada: 9"),)),
        messages=(Message("Aizada asked nine.", n=9), Message("Twenty-one were asked.", n=21)),
    )
    made = public(found, 5)
    assert names(made) == ["Facilitator 1", "Facilitator 2", "All facilitators"]
    assert told(made) == ["Twenty-one were asked."]
    assert "Aizada" not in repr(made)


def test_a_facilitator_has_one_number_in_all_of_a_paper() -> None:
    columns = (Column("facilitator", "Facilitator"), Column("n", "Interviews", "count"))
    everyone = ResultTable("f", "F", columns, ((Cell("Aizada"), Cell(9)), (Cell("Bakyt"), Cell(12))))
    some = ResultTable("c", "C", columns, ((Cell("Bakyt"), Cell(12)), (Cell("Chinara"), Cell(11))))
    quality, cards = together([analysis(everyone), analysis(some)], 5)
    assert names(quality) == ["Facilitator 1", "Facilitator 2"]
    assert names(cards) == ["Facilitator 2", "Facilitator 3"]


def test_sentences_for_the_team_are_not_for_the_public() -> None:
    found = replace(analysis(table(MANY)), messages=(Message("Held on one day.", reach="team"), Message("All agree.")))
    assert told(public(found, 5)) == ["All agree."]


def test_what_is_for_the_team_is_not_there_and_hides_nothing_else() -> None:
    """A gap of 40 organisations stays although one more could not say."""
    columns = (*COLUMNS[:2], Column("n", "n", "count"), Column("silent", "Could not say", "count", reach="team"))
    rows = ((Cell("Fences"), Cell("Field"), Cell(40, 40), Cell(1, 1)),)
    few = (Column("name", "Name"), Column("n", "n", "count"))
    inside = ResultTable("questions", "Questions", few, ((Cell("How many?"), Cell(2, 2)),), reach="team")
    found = public(analysis(ResultTable("t", "Standing", columns, rows), inside), 5)
    assert [[cell.said for cell in row] for one in found.tables for row in one.rows] == [["Fences", "Field", 40]]
    assert [column.name for one in found.tables for column in one.columns] == ["name", "kind", "n"]
    assert told(found) == []


def test_a_bar_by_itself_is_not_drawn() -> None:
    def drawn(*lines: str) -> list[Figure]:
        chart = BarChart(lines, ("s",), ((20.0,),) * len(lines), (20,) * len(lines))
        return list(public(analysis(table(MANY), figures=(Figure("b", "B", "", chart, ""),)), 5).figures)

    assert [len(drawn("Alay")), len(drawn("Alay", "Naryn"))] == [0, 1]

"""What the public may see of figures (T50)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cami_survey.analysis.disclosure.cells import hide, public, together
from cami_survey.analysis.methods.findings import Interval, TooFew
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
    Message,
    NetworkChart,
    Node,
    Point,
    ResultTable,
    Tie,
)


def counted(*rows: tuple[int, ...], titles: str = "ABCDEFGHI") -> ResultTable:
    """A table of counts with a label in front of each row; a column is titled by a letter."""
    columns = (
        Column("name", "Name"),
        *(Column(f"c{number}", title, "count") for number, title in zip(range(len(rows[0])), titles, strict=False)),
    )
    cells = tuple((Cell(f"row {number}"), *(Cell(count) for count in row)) for number, row in enumerate(rows))
    return ResultTable("t", "T", columns, cells)


def rows_of(analysis: Analysis) -> dict[object, list[object]]:
    """The rows of its first table by their names; none where it has no table."""
    return {
        row[0].said: cells for table in analysis.tables[:1] for row, cells in zip(table.rows, shown(table), strict=True)
    }


def shown(table: ResultTable) -> list[list[object]]:
    return [["-" if cell.hidden else cell.said for cell in row[1:]] for row in table.rows]


def analysis(**parts: object) -> Analysis:
    return replace(Analysis("a", "A", "?", 100), **parts)  # type: ignore[arg-type]


def test_a_cell_that_says_nothing_does_not_say_on_how_few_answers() -> None:
    cells = (Cell(None, 1, tone="missing"), Cell(TooFew("no data", 0), 2), Cell("low", 9), Cell(None, 0))
    table = ResultTable(
        "t", "T", (Column("name", "Name"), Column("x", "X", "level")), tuple((Cell("r"), c) for c in cells)
    )
    assert [row[1].n for row in hide(table, 5).rows] == [None, None, 9, 0]


def test_t50_a_small_cell_is_hidden_and_another_with_it() -> None:
    assert shown(hide(counted((2, 20, 30)), 5)) == [["-", "-", 30]]


def test_large_cells_and_zeros_stay() -> None:
    assert shown(hide(counted((0, 20, 30), (7, 0, 9)), 5)) == [[0, 20, 30], [7, 0, 9]]


def test_zeros_go_along_where_nothing_else_is_there() -> None:
    assert shown(hide(counted((2, 0, 0)), 5)) == [["-", "-", "-"]]


def test_two_hidden_cells_that_make_too_few_together_take_a_third() -> None:
    assert shown(hide(counted((1, 2, 9, 30)), 5)) == [["-", "-", "-", 30]]


def test_rows_and_columns_both_protect() -> None:
    assert shown(hide(counted((3, 20, 30), (40, 6, 50), (60, 70, 80)), 5)) == [
        ["-", "-", 30],
        ["-", "-", 50],
        [60, 70, 80],
    ]


TABLES = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.tuples(*[st.integers(0, 25)] * width), min_size=2, max_size=4)
)


@given(TABLES, st.integers(2, 10))
def test_no_row_or_column_with_its_total_gives_a_small_cell_away(rows: list[tuple[int, ...]], k: int) -> None:
    told = hide(counted(*rows), k)
    hidden = [[cell.hidden for cell in row[1:]] for row in told.rows]
    places = [list(line) for line in (*_rows(rows), *_columns(rows))]
    for line in places:
        closed = [rows[row][column] for row, column in line if hidden[row][column]]
        assert all(hidden[row][column] for row, column in line if 0 < rows[row][column] < k)
        if any(0 < count < k for count in closed) and len(closed) < len(line):
            assert len(closed) > 1
            assert sum(closed) >= k


SMALL_TABLES = st.integers(2, 3).flatmap(
    lambda width: st.lists(st.tuples(*[st.integers(0, 9)] * width), min_size=2, max_size=3)
)


@settings(max_examples=100, deadline=None)
@given(SMALL_TABLES, st.integers(2, 6))
def test_no_small_cell_can_be_worked_out_from_what_is_shown(rows: list[tuple[int, ...]], k: int) -> None:
    """Somebody who knows every total tries every way to fill the hidden cells."""
    told = hide(counted(*rows), k)
    hidden = [(row, at) for row, cells in enumerate(told.rows) for at, cell in enumerate(cells[1:]) if cell.hidden]
    if len(hidden) == sum(map(len, rows)):
        return
    for place in hidden:
        if 0 < rows[place[0]][place[1]] < k:
            assert _other(rows, hidden, place), f"{place} follows from {shown(told)}"


def _other(rows: Sequence[Sequence[int]], hidden: list[tuple[int, int]], place: tuple[int, int]) -> bool:
    """Whether other counts in the hidden cells fit every total and have another at this place; all are tried."""
    order = [place, *(one for one in hidden if one != place)]
    last = {("row", row): number for number, (row, _at) in enumerate(order)}
    last |= {("column", at): number for number, (_row, at) in enumerate(order)}
    left = dict.fromkeys(last, 0)
    for row, at in hidden:
        left["row", row] += rows[row][at]
        left["column", at] += rows[row][at]

    def fits(number: int) -> bool:
        if number == len(order):
            return True
        lines = ("row", order[number][0]), ("column", order[number][1])
        least = max([0, *(left[line] for line in lines if last[line] == number)])
        for count in range(least, min(left[line] for line in lines) + 1):
            if number == 0 and count == rows[place[0]][place[1]]:
                continue
            for line in lines:
                left[line] -= count
            fit = fits(number + 1)
            for line in lines:
                left[line] += count
            if fit:
                return True
        return False

    return fits(0)


def test_a_cell_that_follows_from_zeros_beside_it_takes_more_with_it() -> None:
    """Every line hides two cells and enough answers, and yet only a 1 fits in the middle: none can be below 0."""
    rows = [(0, 14, 9), (0, 1, 0), (0, 11, 15)]
    lines = [(0, 0), (0, 2), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1)]
    assert not _other(rows, lines, (1, 1))
    told = shown(hide(counted(*rows), 5))
    hidden = [(row, at) for row, cells in enumerate(told) for at, cell in enumerate(cells) if cell == "-"]
    assert _other(rows, hidden, (1, 1))


def test_what_one_sheet_hides_stands_in_no_other() -> None:
    hiding = analysis(name="a", tables=(counted((2, 20, 30)),))
    telling = analysis(name="b", tables=(counted((20, 40), (50, 60), (70, 80)),))
    assert rows_of(public(telling, 5)) == {"row 0": [20, 40], "row 1": [50, 60], "row 2": [70, 80]}
    first, second = together([hiding, telling], 5)
    assert rows_of(first) == {"row 0": [30]}
    assert rows_of(second) == {"row 2": [70, 80]}


SHEETS = st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=3)


@settings(max_examples=100, deadline=None)
@given(SHEETS, st.integers(2, 6))
def test_no_other_sheet_gives_a_small_cell_away(rows: list[list[int]], k: int) -> None:
    """One sheet has three groups by country, the other two of them: what is shown in either, the reader knows."""
    first, second = together(
        [
            analysis(name="a", tables=(counted(*map(tuple, rows)),)),
            analysis(name="b", tables=(counted(*((row[0], row[2]) for row in rows), titles="AC"),)),
        ],
        k,
    )
    seen = [set(rows_of(second).get(f"row {at}", [])) - {"-"} for at in range(len(rows))]
    known = [
        [
            "-" if _cell_of(first, f"row {at}", title) == "-" and value not in seen[at] else value
            for title, value in zip("ABC", row, strict=True)
        ]
        for at, row in enumerate(rows)
    ]
    hidden = [(row, at) for row, cells in enumerate(known) for at, cell in enumerate(cells) if cell == "-"]
    # Where every cell is hidden there is nothing left to hide.
    open_cells = len(hidden) < sum(map(len, rows))
    for row, at in hidden:
        if open_cells and 0 < rows[row][at] < k <= sum(rows[one][other] for one, other in hidden):
            assert _other(rows, hidden, (row, at))


def _cell_of(analysis: Analysis, name: str, title: str) -> object:
    """What stands in a row under a title; a blank where either is not there."""
    for table in analysis.tables:
        titles = [column.title for column in table.columns[1:]]
        if name in rows_of(analysis) and title in titles:
            return rows_of(analysis)[name][titles.index(title)]
    return "-"


def test_a_sentence_does_not_say_how_few_the_others_are() -> None:
    messages = (Message("35 of 37 lost animals.", n=37), Message("20 of 37 are for it (54 %).", n=37))
    hiding = public(analysis(messages=messages, tables=(counted((2, 20, 30)),)), 5)
    assert [message.text for message in hiding.messages[:-1]] == ["20 of 37 are for it (54 %)."]


def _rows(rows: list[tuple[int, ...]]) -> list[list[tuple[int, int]]]:
    return [[(row, column) for column in range(len(rows[0]))] for row in range(len(rows))]


def _columns(rows: list[tuple[int, ...]]) -> list[list[tuple[int, int]]]:
    return [[(row, column) for row in range(len(rows))] for column in range(len(rows[0]))]


@pytest.mark.parametrize(("count", "n", "hidden"), [(3, 40, True), (38, 40, True), (20, 40, False), (0, 40, False)])
def test_a_share_is_hidden_where_it_or_its_rest_is_small(count: int, n: int, hidden: bool) -> None:
    table = ResultTable("t", "T", (Column("s", "S", "percent"),), ((Cell(count / n, n),),))
    assert hide(table, 5).rows[0][0].hidden is hidden


def test_a_figure_on_few_answers_is_hidden_also_where_it_was_too_few_to_say() -> None:
    table = ResultTable("t", "T", (Column("m", "M", "number"),), ((Cell(2.5, 3),), (Cell(TooFew("too few", 2, 5)),)))
    assert [row[0].hidden for row in hide(table, 5).rows] == [True, True]


def test_nobody_finds_the_way_back_to_interviews() -> None:
    told = public(
        analysis(
            tables=(ResultTable("t", "T", (Column("m", "M", "number"),), ((Cell(2.5, 30, records=("r1", "r2")),),)),),
            figures=(
                Figure("g", "G", "", GridChart("x", "y", (1, 5), (3, 3), ("", "", "", ""), (_point(9), _point(2))), ""),
                Figure("d", "D", "", DotChart(("s",), (1, 5), ("", ""), (_line(9), _line(2))), ""),
            ),
        ),
        5,
    )
    assert told.tables[0].rows[0][0].records == ()
    grid, dots = (figure.chart for figure in told.figures)
    assert isinstance(grid, GridChart)
    assert isinstance(dots, DotChart)
    assert [(point.n, point.records) for point in grid.points] == [(9, ())]
    assert [(line.n, line.records) for line in dots.lines] == [(9, ())]


def _point(n: int) -> Point:
    return Point("p", 1, 2, n, records=("r1",))


def _line(n: int) -> DotLine:
    return DotLine("l", (Mark(0, 3),), n, records=("r1",))


def test_a_bar_is_left_out_where_it_is_small_or_its_table_hides_it() -> None:
    table = counted((2,), (20,), (30,), (40,))
    lines = tuple(f"row {at}" for at in range(4))
    bars = BarChart(lines, ("s",), ((2.0,), (20.0,), (30.0,), (40.0,)), (92,) * 4)
    told = public(analysis(tables=(table,), figures=(Figure("b", "B", "2 of 52", bars, "two"),)), 5)
    chart = told.figures[0].chart
    assert isinstance(chart, BarChart)
    assert chart.lines == ("row 2", "row 3")
    assert told.figures[0].alt == "B"
    assert told.figures[0].subtitle == ""


def test_a_network_shows_kinds_with_many_organisations_and_names_nobody() -> None:
    kinds = {"Authority": 6, "Herders": 5, "Border guard": 1}
    nodes = tuple(Node(f"{kind} of {at}", f"{kind} of {at}", 1, kind) for kind, n in kinds.items() for at in range(n))
    across = [Tie(f"Authority of {at}", f"Herders of {at}", at > 1) for at in range(5)]
    chart = NetworkChart(nodes, (*across, Tie("Border guard of 0", "Authority of 0", True)))
    told = public(analysis(tables=(counted((20, 30)),), figures=(Figure("n", "N", "16", chart, "Who?"),)), 5)
    made = told.figures[0].chart
    assert isinstance(made, NetworkChart)
    assert [(node.label, node.size) for node in made.nodes] == [("Authority", 1.0), ("Herders", pytest.approx(5 / 6))]
    assert made.ties == (Tie("Authority", "Herders", True),)
    assert (told.figures[0].subtitle, told.figures[0].alt) == ("", "N")
    four = replace(chart, ties=chart.ties[1:])
    assert public(analysis(tables=(counted((20, 30)),), figures=(Figure("n", "N", "", four, ""),)), 5).figures == ()


def test_a_table_of_those_in_a_network_is_not_for_the_public() -> None:
    nodes = (
        Node("n1", "Border guard", 1, "Authority"),
        Node("n2", "Herders of Alai", 0.5),
        Node("n3", "X", 0, "Authority"),
    )
    chart = NetworkChart(nodes, (Tie("n1", "n2", True),))
    ties = ResultTable(
        "ties",
        "Ties",
        (Column("name", "Organisation"), Column("other", "Linked with"), Column("n", "n", "count")),
        (
            (Cell("Border guard"), Cell("Herders of Alai"), Cell(20)),
            (Cell("Herders of Alai"), Cell("Too many to be drawn"), Cell(30)),
        ),
    )
    drawn = Figure("n", "N", "", chart, "Border guard is in the middle")
    told = public(analysis(tables=(ties, counted((20, 30))), figures=(drawn,)), 5)
    assert told.figures == ()
    assert [table.rows[0][0].said for table in told.tables] == ["row 0"]
    assert "Border guard" not in repr(told)


def test_sentences_stay_where_they_rest_on_enough() -> None:
    messages = (Message("Three say so.", n=3), Message("Sixty say so.", n=60), Message("Of unknown rest."))
    hiding = public(analysis(messages=messages, tables=(counted((2, 20, 30)),)), 5)
    assert [message.text for message in hiding.messages[:-1]] == ["Sixty say so."]
    assert public(analysis(messages=messages, tables=(counted((20, 30)),)), 5).messages == messages[1:]


def test_a_few_interviews_say_nothing_in_public() -> None:
    told = public(analysis(n=4, tables=(counted((9, 9)),)), 5)
    assert told.tables == ()
    assert told.n == 0
    assert told.empty == "Fewer than 5 interviews: nothing is shown to the public."


def test_what_is_hidden_is_told() -> None:
    told = public(analysis(tables=(counted((2, 20, 30), (40, 50, 60), (70, 80, 90)),)), 5)
    assert told.messages[-1].text.startswith("4 cells are hidden")
    assert all(cell.n is None for row, number in product(told.tables[0].rows[:2], (1, 2)) for cell in [row[number]])


def test_a_figure_that_gives_fewer_away_is_hidden() -> None:
    columns = (Column("name", "Name"), Column("share", "Share", "percent", additive=False))
    rows = ((Cell("dice"), Cell(0.04, 40, least=4)), (Cell("list"), Cell(0.04, 40, least=12)))
    assert shown(hide(ResultTable("t", "T", columns, rows), 5)) == [["-"], [0.04]]


def test_shares_of_other_things_than_people_are_no_small_counts() -> None:
    columns = (Column("name", "Name"), Column("herd", "Share of the herd", "percent", additive=False))
    rows = ((Cell("sheep"), Cell(0.1, 12)), (Cell("goats"), Cell(0.02, 4)))
    assert shown(hide(ResultTable("t", "T", columns, rows), 5)) == [[0.1], ["-"]]


def test_an_interval_does_not_end_with_what_a_few_said() -> None:
    columns = (Column("name", "Name"), Column("median", "Median", "number"))
    ends = [Interval(1, 46, rank=1), Interval(3, 16, rank=5), Interval(0.1, 0.9)]
    rows = tuple((Cell(str(at)), Cell(7.0, 20, interval)) for at, interval in enumerate(ends))
    told = public(
        analysis(
            tables=(ResultTable("t", "T", columns, rows),),
            figures=(Figure("f", "F", "lines: middle half", _dots(ends), "1 to 46"),),
        ),
        5,
    )
    assert [row[1].interval for row in told.tables[0].rows] == [None, *ends[1:]]
    chart = told.figures[0].chart
    assert isinstance(chart, DotChart)
    assert [line.marks[0].interval for line in chart.lines] == [None, *ends[1:]]
    assert (told.figures[0].subtitle, told.figures[0].alt) == ("", "F")


def _dots(intervals: Sequence[Interval]) -> DotChart:
    lines = tuple(DotLine(str(at), (Mark(0, 7.0, interval),), 20) for at, interval in enumerate(intervals))
    return DotChart(("s",), (0.0, 50.0), ("low", "high"), lines)


def test_a_count_that_is_hidden_is_nowhere_the_n_of_a_figure() -> None:
    counts = ResultTable(
        "c",
        "C",
        (Column("name", "Name"), Column("few", "Few", "count"), Column("judged", "Judged", "count")),
        ((Cell("dogs"), Cell(2, 2), Cell(6, 6)), (Cell("mines"), Cell(3, 3), Cell(7, 7))),
    )
    columns = (Column("name", "Name"), Column("level", "Level", "level"))
    levels = ResultTable("l", "L", columns, ((Cell("dogs"), Cell("medium", 6)), (Cell("roads"), Cell("high", 9))))
    told = together([analysis(tables=(counts,)), analysis(tables=(levels,))], 5)
    assert shown(told[1].tables[0]) == [["medium"], ["high (n 9)"]]


def test_a_level_or_median_that_says_no_n_is_not_for_the_public() -> None:
    columns = (Column("name", "Name"), Column("level", "Level", "level"), Column("median", "Median", "number"))
    rows = ((Cell("one"), Cell("medium"), Cell(2.5)), (Cell("two"), Cell("high", 4), Cell(2.5, 30)))
    assert shown(hide(ResultTable("t", "T", columns, rows), 5)) == [["-", "-"], ["-", 2.5]]


def test_levels_are_shown_with_their_n() -> None:
    columns = (Column("name", "Name"), Column("level", "Level", "level"))
    table = ResultTable("t", "T", columns, ((Cell("one"), Cell("medium", 12)), (Cell("two"), Cell("high", 2))))
    assert shown(public(analysis(tables=(table,)), 5).tables[0]) == [["medium (n 12)"]]


def test_medians_have_a_column_with_the_fewest_they_rest_on() -> None:
    columns = (Column("name", "Name"), Column("a", "A", "number"), Column("b", "B", "number"))
    table = ResultTable(
        "t", "T", columns, ((Cell("one"), Cell(2.5, 12), Cell(3, 9)), (Cell("two"), Cell(1, 2), Cell(4, 7)))
    )
    assert shown(public(analysis(tables=(table,)), 5).tables[0]) == [[2.5, 3, 9], ["-", 4, 7]]
    rows = ((Cell("one"), Cell(2.5, 12), Cell(12)), (Cell("two"), Cell(1, 7), Cell(7)))
    counting = ResultTable("t", "T", (*columns[:2], Column("n", "n", "count")), rows)
    told = public(analysis(tables=(counting,)), 5).tables[0]
    assert len(told.columns) == 3, "a column with n is there already"


def test_a_median_does_not_say_the_count_that_is_hidden_beside_it() -> None:
    """The twenty go along with the three; what rests on the twenty would say them."""
    columns = (Column("name", "Name"), Column("n", "n", "count"), Column("median", "Median", "number"))
    rows = tuple((Cell(name), Cell(n), Cell(2.5, n)) for name, n in (("one", 3), ("two", 20), ("three", 30)))
    made = hide(ResultTable("t", "T", columns, rows), 5)
    assert shown(made) == [["-", "-"], ["-", 2.5], [30, 2.5]]
    assert [row[2].n for row in made.rows] == [None, None, 30]


def test_words_made_of_few_answers_go_with_them() -> None:
    table = ResultTable("t", "T", (Column("name", "Name"), Column("said", "Said")), ((Cell("one"), Cell("low", 3)),))
    assert shown(hide(table, 5)) == [["-"]]

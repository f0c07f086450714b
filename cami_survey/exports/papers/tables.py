"""Tables in typst's own language, with the heights of rows told wherever they are certain.

A row of unknown height is set twice, a head even three times, and lines that a function draws call it for every cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from cami_survey.analysis.results import ResultTable
from cami_survey.exports.papers.columns import fit
from cami_survey.exports.papers.heights import row_height
from cami_survey.exports.papers.setter import quoted

# Points: the width of a page, the letters of a table, what is between words and the edges of their cell.
PAGE, LETTERS, BESIDE, ABOVE = 481.89, 8.0, 4.0, 1.5
RULES = f"""
#let head-line = table.hline(stroke: 0.8pt + rgb("#0B6E69"))
#set table(inset: (x: {BESIDE}pt, y: {ABOVE}pt), stroke: (x: none, top: none, bottom: 0.4pt + rgb("#DAD8D0")))
#show table: set text({LETTERS}pt, top-edge: "ascender", bottom-edge: "descender")
#show table: set par(leading: 0pt)
"""


def pairs(rows: Sequence[tuple[str, str]]) -> str:
    """A table of heads with what is said about them."""
    said = [f"strong({quoted(head)}), {quoted(text)}" for head, text in rows]
    return f"table(columns: (auto, 1fr), {', head-line, '.join([*said[:1], ', '.join(said[1:])])})"


def table(shown: ResultTable) -> tuple[str, float]:
    """A table as wide as the page, and how high it is in points, infinitely where that is not certain."""
    found = fit(shown)
    letters = round(LETTERS * found.scale, 1)
    whole = sum(found.widths)
    rooms = [(PAGE * width / whole - 2 * BESIDE) / letters for width in found.widths]
    titles = [column.title for column in shown.columns]
    ems = [row_height(titles, rooms, 600), *(row_height(said, rooms) for said in found.said)]
    heights = [high * letters + 2 * ABOVE if high else inf for high in ems]
    rows = ", ".join(f"{high:.2f}pt" if high < inf else "auto" for high in heights)
    columns = ", ".join(f"{width}fr" for width in found.widths)
    sides = ", ".join("start" if column.kind == "text" else "end" for column in shown.columns)
    heads = ", ".join(f"text(weight: 600, {quoted(title)})" for title in titles)
    cells = ", ".join(quoted(said) for row in found.said for said in row)
    body = (
        f"table(columns: ({columns},), rows: ({rows},), align: ({sides},), table.header({heads}, head-line), {cells})"
    )
    return f"{{ show table: set text({letters}pt); {body} }}" if found.scale < 1 else body, sum(heights)

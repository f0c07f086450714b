"""What an analysis says to the team alone: the tables, columns and decimals that no other reader needs.

A small count beside figures would have them hidden with it; who is not asked to read it loses nothing. All decimals of
a figure of spread, with its n and median, tell how many gave each answer (note 581).
"""

from __future__ import annotations

from dataclasses import replace

from cami_survey.analysis.results import Analysis, Cell, Column, ResultTable


def for_everybody(analysis: Analysis) -> Analysis:
    """The analysis without the tables, columns and decimals that are for the team."""
    return replace(analysis, tables=tuple(_table(table) for table in analysis.tables if table.reach != "team"))


def _table(table: ResultTable) -> ResultTable:
    kept = [at for at, column in enumerate(table.columns) if column.reach != "team"]
    if len(kept) == len(table.columns) and all(column.public_decimals is None for column in table.columns):
        return table
    columns = [table.columns[at] for at in kept]
    rows = (tuple(_rounded(row[at], column) for at, column in zip(kept, columns, strict=True)) for row in table.rows)
    return replace(table, columns=tuple(map(_coarse, columns)), rows=tuple(rows))


def _coarse(column: Column) -> Column:
    return column if column.public_decimals is None else replace(column, decimals=column.public_decimals)


def _rounded(cell: Cell, column: Column) -> Cell:
    if column.public_decimals is None or not isinstance(cell.said, float):
        return cell
    return replace(cell, said=round(cell.said, column.public_decimals))

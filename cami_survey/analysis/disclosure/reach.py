"""What an analysis says to the team alone: the tables and columns that no other reader needs.

A small count beside figures would have them hidden with it; who is not asked to read it loses nothing.
"""

from __future__ import annotations

from dataclasses import replace

from cami_survey.analysis.results import Analysis, ResultTable


def for_everybody(analysis: Analysis) -> Analysis:
    """The analysis without the tables and columns that are for the team."""
    return replace(analysis, tables=tuple(_table(table) for table in analysis.tables if table.reach != "team"))


def _table(table: ResultTable) -> ResultTable:
    kept = [at for at, column in enumerate(table.columns) if column.reach != "team"]
    if len(kept) == len(table.columns):
        return table
    columns = tuple(table.columns[at] for at in kept)
    return replace(table, columns=columns, rows=tuple(tuple(row[at] for at in kept) for row in table.rows))

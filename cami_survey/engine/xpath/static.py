"""Nodes of documents that never change: their rows can be found by an index."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import tzinfo

from cami_survey.engine.tree import Node, string_value
from cami_survey.engine.xpath.values import Value, node_number

Index = dict[str, list[Node]]


class StaticNode(Node):
    """An element of a secondary instance."""

    __slots__ = ("_indexes", "_number_indexes")

    _indexes: dict[tuple[str, str], Index]
    _number_indexes: dict[tuple[str, str], dict[float, list[Node]]]

    def __init__(self, kind: int, name: str = "", uri: str = "", prefix: str = "", text: str = "") -> None:
        super().__init__(kind, name, uri, prefix, text)
        self._indexes = {}
        self._number_indexes = {}

    def rows_where(self, row: str, column: str, value: Value, zone: tzinfo | None) -> list[Node] | None:
        """Children called `row` whose child `column` equals `value`, in order; None if an index cannot tell."""
        if isinstance(value, bool):
            return None
        if isinstance(value, str):
            return self.rows_with(row, column, value)
        if isinstance(value, float):
            return self._number_index(row, column, zone).get(value, [])
        texts = {string_value(node) for node in value}
        if len(texts) != 1:
            return None if texts else []
        return self.rows_with(row, column, texts.pop())

    def rows_with(self, row: str, column: str, text: str) -> list[Node]:
        """The rows that have a text in a column."""
        return self._index(row, column).get(text, [])

    def scan(self, _row: str, _column: str, _test: Callable[[Node], bool], /) -> set[int] | None:
        """The numbers (from 0) of the rows that pass a test which looks at one column; None: test them all."""
        return None

    def places_where(self, _row: str, _column: str, _value: Value, /) -> set[int] | None:
        """The numbers (from 0) of the rows whose one cell of a column equals a text; None if an index cannot tell."""
        return None

    def rows_at(self, places: Iterable[int]) -> list[Node]:
        """The rows with these numbers."""
        return [self.children[place] for place in places]

    def _index(self, row: str, column: str) -> Index:
        """Text of a column -> the rows that have it."""
        known = self._indexes.get((row, column))
        if known is None:
            known = self._indexes[row, column] = self._make_index(row, column)
        return known

    def _make_index(self, row: str, column: str) -> Index:
        index: Index = {}
        for candidate in self.children_named(row):
            for text in {string_value(cell) for cell in candidate.children_named(column)}:
                index.setdefault(text, []).append(candidate)
        return index

    def _number_index(self, row: str, column: str, zone: tzinfo | None) -> dict[float, list[Node]]:
        known = self._number_indexes.get((row, column))
        if known is None:
            known = self._number_indexes[row, column] = {}
            for candidate in self.children_named(row):
                for number in {node_number(cell, zone) for cell in candidate.children_named(column)}:
                    known.setdefault(number, []).append(candidate)
        return known

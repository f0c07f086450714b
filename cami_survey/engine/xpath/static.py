"""Nodes of documents that never change: their rows can be found by an index."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import tzinfo
from itertools import chain

from cami_survey.engine.tree import ELEMENT, Node, make_element, string_value
from cami_survey.engine.xpath.values import Value, node_number

Index = dict[str, list[Node]]
Numbered = dict[str, tuple[int, ...]]


class StaticNode(Node):
    """An element of a secondary instance."""

    __slots__ = ("_indexes", "_number_indexes", "_numbered")

    _indexes: dict[tuple[str, str], Index]
    _numbered: dict[tuple[str, str], Numbered | None]
    _number_indexes: dict[tuple[str, str], dict[float, list[Node]]]

    def __init__(self, kind: int, name: str = "", uri: str = "", prefix: str = "", text: str = "") -> None:
        super().__init__(kind, name, uri, prefix, text)
        self._indexes = {}
        self._number_indexes = {}
        self._numbered = {}

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

    def scan(
        self, row: str, column: str, test: Callable[[Node], bool], of_text: Callable[[str], bool] | None = None
    ) -> set[int] | None:
        """The numbers (from 0) of the rows that pass a test which looks at one column; None: test them all.

        The test is made once for each text of the column; `of_text` is the same for rows that have a cell there.
        """
        texts = self.numbered(row, column)
        if texts is None:
            return None
        probe = Node(ELEMENT, row)
        probe.parent = self
        without = sum(map(len, texts.values())) < self.size and test(probe)
        found = set(range(self.size)).difference(*texts.values()) if without else set()
        keeps = of_text or _of_probe(test, probe, column)
        found.update(chain.from_iterable([numbers for text, numbers in texts.items() if keeps(text)]))
        return found

    def places_where(self, row: str, column: str, value: Value) -> set[int] | None:
        """The numbers (from 0) of the rows whose one cell of a column equals a text; None if an index cannot tell."""
        texts = {string_value(node) for node in value} if isinstance(value, list) else {value}
        text = texts.pop() if len(texts) == 1 else None
        numbered = self.numbered(row, column) if isinstance(text, str) else None
        return None if numbered is None or not isinstance(text, str) else set(numbered.get(text, ()))

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.children)

    def numbered(self, row: str, column: str) -> Numbered | None:
        """Each text of a column with the numbers of its rows; None where others lie among them, or two cells in one."""
        key = (row, column)
        if key not in self._numbered:
            self._numbered[key] = self._make_numbered(row, column)
        return self._numbered[key]

    def _make_numbered(self, row: str, column: str) -> Numbered | None:
        found: dict[str, list[int]] = {}
        for number, each in enumerate(self.children):
            cells = [cell for cell in each.children if cell.name == column]
            if each.name != row or len(cells) > 1 or (cells and cells[0].children):
                return None
            if cells:
                found.setdefault(cells[0].text, []).append(number)
        return {text: tuple(numbers) for text, numbers in found.items()}

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
        numbered = self.numbered(row, column)
        if numbered is not None:
            return {text: self.rows_at(numbers) for text, numbers in numbered.items()}
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


def _of_probe(test: Callable[[Node], bool], probe: Node, column: str) -> Callable[[str], bool]:
    """The test of a row for the text of its one cell."""
    cell = make_element(column, probe)

    def keeps(text: str) -> bool:
        cell.text = text
        cell._number = None
        return test(probe)

    return keeps

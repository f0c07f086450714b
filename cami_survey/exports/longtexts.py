"""Texts that no cell holds, in pieces, until all tables are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cami_survey.analysis.model import Row, Table
from cami_survey.analysis.rows import RawRows
from cami_survey.exports.cells import cut
from cami_survey.exports.sheetcells import Excerpt

PIECE = 32_000


class LongTexts:
    """Keeps and numbers them. `before` tells, once it matters, how many others come before."""

    def __init__(self, before: Callable[[], int] | None = None) -> None:
        self.rows = RawRows()
        self.count = 0
        self._before = before

    def taker(self, table: Table, titles: list[str]) -> Excerpt:
        """The function that keeps a text of this table and returns its number."""

        def take(row: Row, position: int, text: str) -> int:
            if self._before is not None:
                self.count, self._before = self._before(), None
            self.count += 1
            key = " / ".join(str(value) for value in row[: table.keys])
            title = titles[position] if position < len(titles) else ""
            for part, piece in enumerate(_pieces(text), 1):
                self.rows.append([str(self.count), table.name, key, title, str(part), piece])
            return self.count

        return take


def _pieces(text: str) -> Iterator[str]:
    while text:
        piece = cut(text, PIECE)
        yield piece
        text = text[len(piece) :]

"""The later rows of a sheet, written by the process that has them (note 384)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any, cast

from cami_survey.analysis.model import Table
from cami_survey.analysis.rows import Raw, ReadRows
from cami_survey.exports.longtexts import LongTexts
from cami_survey.exports.sheetcells import SharedTexts, SheetCells
from cami_survey.exports.zipparts import COMPRESSION, Deflated

_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class Written:
    """What came of the rows: size and checksum of their XML, what was met, new shared texts, the last long text."""

    size: int
    crc: int
    met: Mapping[str, int]
    shared: list[str]
    long: int


def rest_of_sheet(
    table: Table,
    memory: dict[str, Any],
    ask: Callable[[], Any],
    titles: list[str],
    styles: Mapping[str, str],
    first: int,
) -> Iterator[bytes | list[Raw] | Written]:
    """The rows of a table as compressed XML, the first of which has the number `first`, then rows for the sheet of long
    texts, then what came of them.

    Shared texts have every second number, beginning with 1. It asks for the number of long texts before these rows, if
    there is one among them.
    """
    shared: SharedTexts = memory.setdefault("shared texts", SharedTexts(1, 2))
    known = len(shared.texts)
    long, met = LongTexts(ask), Counter[str]()
    rows = cast(ReadRows, table.rows)
    cells = SheetCells(max(2, len(titles)), styles, shared, met, long.taker(table, titles), rows.readers)
    part = Deflated(COMPRESSION)
    try:
        with TemporaryFile(prefix="cami-survey-") as waiting:
            for _number, piece in cells.pieces(rows.batches(), first):
                waiting.write(part.add(piece))
            waiting.write(part.end())
            waiting.seek(0)
            while chunk := waiting.read(_CHUNK):
                yield chunk
        yield from long.rows.batches()
        yield Written(part.size, part.crc, met, shared.texts[known:], long.count)
    finally:
        long.rows.close()

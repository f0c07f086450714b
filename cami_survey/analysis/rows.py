"""Rows that do not fit into memory: the last batch is held, the others lie in a temporary file without a name."""

from __future__ import annotations

import marshal
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import IO

from cami_survey.analysis.model import Row

BATCH = 500
# Different values that are remembered of all columns of a table, and of each at least.
REMEMBERED, LEAST = 200_000, 500
Raw = list[str | None]


class RawRows:
    """Lists of texts, in order, readable again and again; `close` frees the file.

    marshal, since it is the fastest for lists of texts and keeps every text; only this process reads what it wrote.
    """

    def __init__(self) -> None:
        self._tail: list[Raw] = []
        self._count = 0
        self._file: IO[bytes] | None = None
        self._blocks: list[int] = []

    def append(self, row: Raw) -> None:
        """Keep `row`; OSError when the temporary folder is full."""
        self._tail.append(row)
        self._count += 1
        if len(self._tail) >= BATCH:
            self._spill()

    def _spill(self) -> None:
        if self._file is None:
            # The file lives as long as the rows; close() ends it.
            self._file = tempfile.TemporaryFile(prefix="cami-survey-")  # noqa: SIM115
        data = marshal.dumps(self._tail)
        self._file.write(data)
        self._blocks.append(len(data))
        self._tail = []

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Raw]:
        return chain.from_iterable(self.batches())

    def batches(self) -> Iterator[list[Raw]]:
        """The rows, many at a time."""
        start = 0
        for size in self._blocks:
            yield self._block(start, size)
            start += size
        yield self._tail

    def _block(self, start: int, size: int) -> list[Raw]:
        assert self._file is not None
        self._file.seek(start)
        block: list[Raw] = marshal.loads(self._file.read(size))
        self._file.seek(0, 2)
        return block

    def close(self) -> None:
        """Free the file; nothing can be read afterwards."""
        if self._file is not None:
            self._file.close()
        self._file, self._blocks, self._tail, self._count = None, [], [], 0


def remembered(columns: int) -> int:
    """How many different values may be remembered of each of so many columns: most answers are one of few."""
    return max(LEAST, REMEMBERED // max(1, columns))


class ReadRows:
    """Raw rows seen through `read`, which makes a row of each in a batch."""

    def __init__(self, raw: RawRows, read: Callable[[list[Raw]], Iterable[Row]]) -> None:
        self._raw = raw
        self._read = read

    def __len__(self) -> int:
        return len(self._raw)

    def __iter__(self) -> Iterator[Row]:
        return chain.from_iterable(map(self._read, self._raw.batches()))

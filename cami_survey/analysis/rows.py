"""Rows that do not fit into memory: the last batch is held, the others lie in a temporary file without a name."""

from __future__ import annotations

import marshal
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from typing import IO, Any, Protocol, cast

from cami_survey.analysis.model import Row, Value

# Few enough that the cells of a batch stay in the processor's cache.
BATCH = 50
# Different values that are remembered of all columns of a table, and of each at least.
REMEMBERED, LEAST = 100_000, 500
Raw = list[str | None]
Reader = Callable[[str], Value]


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

    def extend(self, rows: Iterable[Raw]) -> None:
        """Keep rows."""
        for row in rows:
            self.append(row)

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


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows as columns."""

    rows: int
    columns: Sequence[Sequence[Value]]


class Running(Protocol):
    """What a function that runs elsewhere says, in its order. Where it asks, it waits for `reply`."""

    def __iter__(self) -> Iterator[Any]: ...

    def reply(self, answer: object) -> None: ...


class Asks:
    """Said in place of anything else by a function that waits for a reply."""


class Rest(Protocol):
    """The rows that follow those of this process, in the hands of another (note 384)."""

    def __len__(self) -> int: ...

    def batches(self) -> Iterator[Batch]:
        """The rows as `ReadRows.batches` has them."""

    def run(self, function: Callable[..., Iterator[Any]], *about: object) -> Running:
        """Have `function(table, memory, ask, *about)` run there, over a table that has these rows alone.

        `memory` is a dict that all these functions share, `ask()` waits for a reply. At once: what it says is awaited
        by whoever reads what comes back, before another is run.
        """


class ReadRows:
    """Raw rows of `width` texts seen through `plan`: for each column its place in a raw row, and what reads it.

    `rest` are the rows that follow and are not here.
    """

    def __init__(
        self, raw: RawRows, width: int, plan: Sequence[tuple[int, Reader | None]], rest: Rest | None = None
    ) -> None:
        self._raw = raw
        self._width = width
        self._slots = [slot for slot, _read in plan]
        self.readers = [read for _slot, read in plan]
        self.rest = rest

    def __len__(self) -> int:
        return len(self._raw) + (len(self.rest) if self.rest else 0)

    def __iter__(self) -> Iterator[Row]:
        most = remembered(len(self._slots))
        known = [_Readings(read, most) if read else None for read in self.readers]
        for batch in self.batches():
            columns = [
                map(values.__getitem__, column) if values else column
                for values, column in zip(known, batch.columns, strict=True)
            ]
            yield from map(list, zip(*columns, strict=True))

    def batches(self) -> Iterator[Batch]:
        """The texts, which `readers` would read, a column after the other: most of the work is then not Python's."""
        yield from self.here()
        if self.rest:
            yield from self.rest.batches()

    def here(self) -> Iterator[Batch]:
        """The same of the rows that are here."""
        width = self._width
        for rows in self._raw.batches():
            if rows:
                even = [raw if len(raw) == width else [*raw, *[None] * (width - len(raw))] for raw in rows]
                texts = list(zip(*even, strict=True))
                yield Batch(len(rows), [texts[slot] for slot in self._slots])


class _Readings(dict[Value, Value]):
    """Text -> value of a column; the first `most` different texts are remembered."""

    def __init__(self, read: Reader, most: int) -> None:
        super().__init__({None: None})
        self._read = read
        self._most = most

    def __missing__(self, text: Value) -> Value:
        value = self._read(cast(str, text))
        if len(self) < self._most:
            self[text] = value
        return value


class Batches:
    """The rows of a table some at a time, as columns: the texts of `ReadRows`, the values of all others."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._batches = rows.batches() if isinstance(rows, ReadRows) else _columns(rows)
        self._rest: Batch | None = None

    def take(self, number: int) -> Iterator[Batch]:
        """The next rows, so many at most."""
        while number and (batch := self._rest or next(self._batches, None)):
            self._rest = None
            if batch.rows > number:
                self._rest = Batch(batch.rows - number, [column[number:] for column in batch.columns])
                batch = Batch(number, [column[:number] for column in batch.columns])
            number -= batch.rows
            yield batch


def _columns(rows: Iterable[Row]) -> Iterator[Batch]:
    rows = iter(rows)
    while several := list(islice(rows, BATCH)):
        yield Batch(len(several), list(zip_longest(*several)))

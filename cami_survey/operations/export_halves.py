"""The later interviews of a long export, read and kept by another process (note 384).

It is told how to open the survey through a pipe, reads its part of each form, says what it found on its way, takes the
columns over that were agreed upon, and then runs what writers ask for over its rows. Whatever goes wrong there, it
ends, and the export is made once more without it.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from cami_survey.analysis.columns import Options
from cami_survey.analysis.definitions import Definition
from cami_survey.analysis.halves import Found, SheetFound, found_in, settle, sheets_of, take_in
from cami_survey.analysis.model import Table
from cami_survey.analysis.rows import Asks, Batch, ReadRows
from cami_survey.analysis.tables import Gathered, gather
from cami_survey.base.beside import Beside, GoneError
from cami_survey.base.texts import language, set_language
from cami_survey.operations.export_filters import Filter
from cami_survey.operations.export_reading import LeftOut, origins, wanted
from cami_survey.store.api import Entrance, SurveyFile

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from cami_survey.analysis.tally import Tally
    from cami_survey.base.beside import Outbox

# The part of the other process, a little under half: it has to begin first.
SHARE = 0.49
# Bytes of rows that wait to be taken over; the others wait in a file.
MOST_WAITING = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """A form and the number of the record behind which its later interviews lie."""

    definitions: list[Definition]
    options: Options
    after: int


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be read. It holds the key."""

    entrance: Entrance
    language: str
    parts: list[Part]
    only: Filter
    include_drafts: bool


@dataclass(frozen=True, slots=True)
class Task:
    """A function that is to run over a table."""

    number: int
    part: int
    sheet: int
    function: Callable[..., Iterator[Any]]
    about: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """A function has said everything; what the readers of cells met until now."""

    unlabelled: Mapping[str, set[str]]
    misfits: Mapping[str, set[str]]


class LaterInterviews:
    """The other process, seen from the one that exports. `idle` is called while nothing has come, `meanwhile` when this
    one has read a form, since the other began later and still reads."""

    def __init__(
        self,
        survey: SurveyFile,
        forms: Sequence[tuple[list[Definition], Options]],
        only: Filter,
        idle: Callable[[], None],
        meanwhile: Callable[[], object],
        *,
        include_drafts: bool,
    ) -> None:
        self._meanwhile = meanwhile
        self._places = {definitions[0].form_id: place for place, (definitions, _options) in enumerate(forms)}
        self._parts = [
            Part(definitions, options, survey.boundary(definitions[0].form_id, SHARE)) for definitions, options in forms
        ]
        self._number = 0
        self._process = Beside(serve, idle)
        self._process.send(Order(survey.entrance, language(), self._parts, only, include_drafts))

    def __enter__(self) -> LaterInterviews:
        return self

    def __exit__(self, *_details: object) -> None:
        self._process.close()

    def until(self, form_id: str) -> int:
        """The number of the last record of a form that is to be read here."""
        return self._parts[self._places[form_id]].after

    def take_in(self, form_id: str, gathered: Gathered, left_out: LeftOut) -> list[LaterRows]:
        """Agree on the columns of a form, forms in their order; for each sheet the rows that lie there."""
        place = self._places[form_id]
        self._meanwhile()
        found: Found
        found, theirs = self._process.receive()
        left_out.add(theirs)
        rows = take_in(gathered, found)
        self._process.send(sheets_of(gathered.layout))
        return [LaterRows(self, place, sheet, number, gathered.tally) for sheet, number in enumerate(rows)]

    def run(self, part: int, sheet: int, function: Callable[..., Iterator[Any]], about: tuple[Any, ...]) -> int:
        """Have a function run; its number."""
        self._number += 1
        self._process.send(Task(self._number, part, sheet, function, about))
        return self._number

    def said(self, number: int) -> Any:
        """What function `number` says next; what earlier ones still say is passed over.

        GoneError for one after which another was run.
        """
        while number == self._number:
            found, said = self._process.receive()
            if found == number:
                return said
        raise GoneError

    def reply(self, answer: object) -> None:
        """Answer a function that asks."""
        self._process.send(answer)


class LaterRows:
    """The later rows of a sheet."""

    def __init__(self, other: LaterInterviews, part: int, sheet: int, rows: int, tally: Tally) -> None:
        self._other = other
        self._part = part
        self._sheet = sheet
        self._rows = rows
        self._tally = tally

    def __len__(self) -> int:
        return self._rows

    def batches(self) -> Iterator[Batch]:
        for data in self.run(_texts):
            yield Batch(*marshal.loads(data))

    def run(self, function: Callable[..., Iterator[Any]], *about: object) -> _Running:
        return _Running(self._other, self._other.run(self._part, self._sheet, function, about), self._tally)


class _Running:
    """A function that runs over later rows."""

    def __init__(self, other: LaterInterviews, number: int, tally: Tally) -> None:
        self._other = other
        self._number = number
        self._tally = tally

    def __iter__(self) -> Iterator[Any]:
        while not isinstance(said := self._other.said(self._number), Ended):
            yield said
        self._tally.learn(said.unlabelled, said.misfits)

    def reply(self, answer: object) -> None:
        self._other.reply(answer)


def _texts(table: Table, _memory: dict[str, Any], _ask: Callable[[], Any]) -> Iterator[bytes]:
    """The texts of the rows, for writers that know nothing of two processes."""
    for batch in cast(ReadRows, table.rows).batches():
        yield marshal.dumps((batch.rows, cast(list[tuple[str | None, ...]], batch.columns)))


def serve(tasks: Connection, outbox: Outbox) -> None:
    """What the other process does, until nobody asks any more."""
    order: Order = tasks.recv()
    outbox.most = MOST_WAITING
    set_language(order.language)
    gathered = []
    with SurveyFile.beside(order.entrance) as survey:
        for part in order.parts:
            gathered.append(_read(survey, part, order, outbox))
    made = [_settled(part, rows, tasks.recv()) for part, rows in zip(order.parts, gathered, strict=True)]
    memory: dict[str, Any] = {}
    while not outbox.is_closed:
        task: Task = tasks.recv()
        _run(task, made[task.part][task.sheet], gathered[task.part].tally, memory, tasks, outbox)


def _read(survey: SurveyFile, part: Part, order: Order, outbox: Outbox) -> Gathered:
    left_out = LeftOut()
    views = wanted(
        survey,
        part.definitions,
        order.only,
        left_out,
        lambda: None,
        include_drafts=order.include_drafts,
        after=part.after,
    )
    gathered = gather(part.definitions, views, origins(survey, part.definitions), part.options)
    outbox.put((found_in(gathered), left_out))
    return gathered


def _settled(part: Part, gathered: Gathered, agreed: list[SheetFound]) -> list[Table]:
    settle(gathered.layout, agreed)
    return gathered.tables(part.options.of(part.definitions[0]))


def _run(task: Task, table: Table, tally: Tally, memory: dict[str, Any], tasks: Connection, outbox: Outbox) -> None:
    def ask() -> Any:
        outbox.put((task.number, Asks()))
        return tasks.recv()

    for said in task.function(table, memory, ask, *task.about):
        outbox.put((task.number, said))
    outbox.put((task.number, Ended(dict(tally.unlabelled), dict(tally.misfits))))

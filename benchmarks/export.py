"""Export: 1,000 interviews of the herder form, tabulated and written, against openpyxl given the same cells.

`python benchmarks/export.py [interviews]`. The floor is openpyxl's write-only mode with the finished cells of the same
sheets, without styles, checks or a codebook. Each figure is the best of three, taken in turn in one run.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import Workbook

from cami_survey.analysis.definitions import Definition, Question
from cami_survey.analysis.forms import definition_of
from cami_survey.analysis.tables import Options, Origin, Row, tabulate
from cami_survey.base.records import Answers, RecordView
from cami_survey.engine.api import load_form
from cami_survey.exports import csvzip, workbook
from cami_survey.exports.book import Book

FORMS = Path(__file__).parents[1] / "forms"
ROUNDS = 3
INSTANCES = 3
START = datetime(2026, 3, 1, 8, tzinfo=UTC)
WORDS = ["зимовка", "у", "реки", "wolves", "took", "two", "lambs", "last", "winter;", "fence", "along", "the", "border"]


def answer(question: Question, chance: random.Random) -> str:
    """A plausible text for a question."""
    codes = [choice.code for choice in question.choices]
    match question.shape, question.kind:
        case ("choice", _) if codes:
            return chance.choice(codes)
        case (("choices" | "ranking"), _) if codes:
            return " ".join(chance.sample(codes, min(len(codes), chance.randint(1, 4))))
        case (_, "integer"):
            return str(chance.randint(0, 500))
        case (_, "decimal"):
            return f"{chance.random() * 100:.2f}"
        case (_, "date"):
            return (START + timedelta(days=chance.randint(0, 300))).date().isoformat()
        case _:
            return " ".join(chance.sample(WORDS, 3))


def fields_of(definition: Definition, chance: random.Random) -> dict[str, str]:
    """Answers to every question, three instances in each repeat."""
    fields: dict[str, str] = {}
    for question in definition.questions:
        if not question.repeats:
            fields[question.path] = answer(question, chance)
            continue
        outer = question.repeats[-1]
        for number in range(1, INSTANCES + 1):
            fields[f"{outer}[{number}]"] = str(number)
            fields[f"{outer}[{number}]{question.path[len(outer) :]}"] = answer(question, chance)
    return fields


def views(definition: Definition, count: int) -> Iterator[RecordView]:
    """Records, made one at a time from twenty sets of answers."""
    chance = random.Random(1)
    sets = [fields_of(definition, chance) for _number in range(20)]
    for number in range(count):
        answers = Answers(sets[number % len(sets)])
        moment = START + timedelta(minutes=number)
        name = f"{number:032x}"
        yield RecordView(
            name, definition.form_id, definition.version, "final", False, answers, (), (), False, moment, "d"
        )


def export(definition: Definition, count: int, target: Path, write: Callable[..., object]) -> int:
    """Tabulate and write; returns the number of filled cells."""
    origin = Origin("KG-H0001", "Osh laptop", "Aizada", START)
    with tabulate([definition], views(definition, count), lambda _view: origin, Options()) as made:
        write(target, Book("Benchmark", made.tables, made.conflicts, made.codebook, lambda _notices: []))
        return sum(cell is not None for table in made.tables for row in table.rows for cell in row)


def cells(definition: Definition, count: int) -> dict[str, list[Row]]:
    """The finished cells of each sheet."""
    origin = Origin("KG-H0001", "Osh laptop", "Aizada", START)
    with tabulate([definition], views(definition, count), lambda _view: origin, Options()) as made:
        return {table.name: [[plain(cell) for cell in row] for row in table.rows] for table in made.tables}


def plain(cell: object) -> object:
    """A value as openpyxl takes it."""
    return cell.replace(tzinfo=None) if isinstance(cell, datetime) else cell


def floor(sheets: dict[str, list[Row]], target: Path) -> None:
    """The same cells through openpyxl alone."""
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name[:31])
        for row in rows:
            sheet.append(row)
    book.save(target)


def timed(job: Callable[[], object]) -> float:
    """Seconds that `job` takes."""
    started = time.perf_counter()
    job()
    return time.perf_counter() - started


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    started = time.perf_counter()
    definition = definition_of(load_form(FORMS / "herder_interview.xlsx", media=FORMS))
    print(f"form read and described            {time.perf_counter() - started:8.2f} s")
    sheets = cells(definition, count)
    figures: dict[str, list[float]] = {"xlsx": [], "csv": [], "floor": []}
    with TemporaryDirectory() as folder:
        target = Path(folder)
        for _round in range(ROUNDS):
            figures["floor"].append(timed(lambda: floor(sheets, target / "floor.xlsx")))
            figures["xlsx"].append(timed(lambda: export(definition, count, target / "out.xlsx", workbook.write)))
            figures["csv"].append(timed(lambda: export(definition, count, target / "out.csv.zip", csvzip.write)))
        filled = export(definition, count, target / "out.csv.zip", csvzip.write)
    best = {name: min(found) for name, found in figures.items()}
    rows = sum(len(found) for found in sheets.values())
    print(f"{count} interviews, {rows} rows, {filled} filled cells")
    print(f"floor: openpyxl, the same cells     {best['floor']:8.2f} s")
    print(f"workbook, tabulated and written     {best['xlsx']:8.2f} s   {best['xlsx'] / best['floor']:5.2f} x floor")
    print(f"csv.zip, tabulated and written      {best['csv']:8.2f} s   {best['csv'] / best['floor']:5.2f} x floor")
    print(f"most memory used                    {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB")


if __name__ == "__main__":
    main()

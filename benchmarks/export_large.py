"""Export of a country: interviews of 100 answers each, from the survey file to the workbook, to CSV and to columns.

`python -m benchmarks.export_large [interviews]`; 100,000 is the size of a country. The floor is openpyxl's write-only
mode given the finished cells of the first 2,000 of them, times their number. Seconds are those of the processor, of
this process and of the one beside it; on two quiet cores the longer of the two is the time it takes.
"""

from __future__ import annotations

import hashlib
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import Workbook
from python_calamine import CalamineWorkbook

from benchmarks.exchange import first_revision
from cami_survey.base.records import Fact, FormContent
from cami_survey.operations.analyses import load
from cami_survey.operations.exports import export
from cami_survey.operations.forms import add
from cami_survey.store.api import SurveyFile

FEW = 2_000
SELF, OTHER = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
WORDS = ["Naryn", "Osh", "Алай", "Мургаб", "снежный", "барс", "волк", "koy", "argali", "маркхор"]
CODES = ["yes", "no", "few", "many", "unknown"]
# Of 100 questions so many are of each kind.
KINDS = {"text": 30, "integer": 20, "decimal": 10, "select_one answers": 25, "select_multiple answers": 10, "date": 5}


def questions() -> list[str]:
    """The kind of each question."""
    return [kind for kind, number in KINDS.items() for _ in range(number)]


def form_file(folder: Path) -> Path:
    """The questionnaire as XLSForm."""
    book = Workbook()
    survey = book.active
    survey.title = "survey"
    survey.append(["type", "name", "label"])
    for number, kind in enumerate(questions()):
        survey.append([kind, f"q{number}", f"Question {number}"])
    choices = book.create_sheet("choices")
    choices.append(["list_name", "name", "label"])
    for code in CODES:
        choices.append(["answers", code, code.capitalize()])
    settings = book.create_sheet("settings")
    settings.append(["form_id", "form_title", "version"])
    settings.append(["country", "Country", "1"])
    path = folder / "country.xlsx"
    book.save(path)
    return path


def answer(kind: str, chance: random.Random) -> str:
    """A plausible answer to a question of this kind."""
    match kind:
        case "integer":
            return str(chance.randrange(1000))
        case "decimal":
            return f"{chance.randrange(100000) / 100}"
        case "select_one answers":
            return chance.choice(CODES)
        case "select_multiple answers":
            return " ".join(chance.sample(CODES, 2))
        case "date":
            return f"2026-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
        case _:
            return f"{chance.choice(WORDS)} {chance.choice(WORDS)}"


def facts(number: int, form: FormContent, fields: list[str]) -> Iterator[Fact]:
    """Revisions of one laptop, each the only one of its interview."""
    chance = random.Random(1)
    dev = hashlib.sha256(b"country").hexdigest()
    kinds = questions()
    for at in range(1, number + 1):
        answers = {field: answer(kind, chance) for field, kind in zip(fields, kinds, strict=True)}
        yield first_revision(answers, dev, at, form, chance)


def country(folder: Path, number: int) -> SurveyFile:
    """A survey file with so many interviews."""
    survey = SurveyFile.create(folder / "country.cami", title="Country")
    entry = add(survey, [form_file(folder)]).value[0]
    form = survey.form(entry.form_id, entry.version)
    survey.accept(facts(number, form, [f"/data/q{n}" for n in range(len(questions()))]), package="0", source="country")
    return survey


def floor(path: Path, target: Path) -> float:
    """Seconds of openpyxl for each row of the written workbook, from its first rows."""
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("country").to_python(nrows=FEW)
    started = time.process_time()
    book = Workbook(write_only=True)
    sheet = book.create_sheet("country")
    for row in rows:
        sheet.append(row)
    book.save(target)
    return (time.process_time() - started) / len(rows)


def timed(work: Callable[[], object]) -> tuple[float, float, float]:
    """Seconds of the processor here and in processes that have ended, and seconds that passed."""
    started, before, own = time.perf_counter(), beside(), time.process_time()
    work()
    return time.process_time() - own, beside() - before, time.perf_counter() - started


def beside() -> float:
    """Seconds of the processor of processes that have ended."""
    used = resource.getrusage(OTHER)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print seconds and the most memory used."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with TemporaryDirectory() as name:
        folder = Path(name)
        with country(folder, number) as survey:
            print(f"{number:,} interviews of {len(questions())} answers")
            taken = {}
            for ending in ("xlsx", "csv.zip"):
                taken[ending] = timed(lambda target=folder / f"out.{ending}": export(survey, target))
            taken["analyses"] = timed(lambda: load(survey))
        memory = (resource.getrusage(who).ru_maxrss / 1024 for who in (SELF, OTHER))
        least = floor(folder / "out.xlsx", folder / "floor.xlsx") * number
        for ending, (here, there, passed) in taken.items():
            slower = max(here, there) / least
            print(
                f"{ending:<8} {here:7.1f} s here {there:7.1f} s beside {passed:7.1f} s passed  {slower:5.2f} x openpyxl"
            )
        print("most memory used {:,.0f} MB here, {:,.0f} MB beside, shared pages in both".format(*memory))


if __name__ == "__main__":
    main()

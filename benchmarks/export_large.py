"""Export of a country: interviews of 100 answers each, from the survey file to the workbook, to CSV and to columns.

`python -m benchmarks.export_large [interviews]`; 100,000 is the size of a country. The floor is openpyxl's write-only
mode given the finished cells of the first 2,000 of them, times their number. Each piece of work has a process of its
own. Seconds are those of the processor, of that process and of the one beside it; on two quiet cores the longer of the
two is the time it takes. Memory is what both hold together, pages that they share counted once.
"""

from __future__ import annotations

import hashlib
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.apart import apart, told
from benchmarks.exchange import first_revision
from cami_survey.base.records import Fact, FormContent
from cami_survey.operations.analyses import load
from cami_survey.operations.exports import export
from cami_survey.operations.forms import add
from cami_survey.store.api import SurveyFile

FEW = 2_000
KINDS_OF_WORK = ("xlsx", "csv.zip", "analyses")
WORDS = ["Naryn", "Osh", "Алай", "Мургаб", "снежный", "барс", "волк", "koy", "argali", "маркхор"]
CODES = ["yes", "no", "few", "many", "unknown"]
# Of 100 questions so many are of each kind.
KINDS = {"text": 30, "integer": 20, "decimal": 10, "select_one answers": 25, "select_multiple answers": 10, "date": 5}


def questions() -> list[str]:
    """The kind of each question."""
    return [kind for kind, number in KINDS.items() for _ in range(number)]


def form_file(folder: Path) -> Path:
    """The questionnaire as XLSForm."""
    from openpyxl import Workbook

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
    from openpyxl import Workbook
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("country").to_python(nrows=FEW)
    started = time.process_time()
    book = Workbook(write_only=True)
    sheet = book.create_sheet("country")
    for row in rows:
        sheet.append(row)
    book.save(target)
    return (time.process_time() - started) / len(rows)


def work(kind: str, path: Path) -> None:
    """One of the pieces of work, on a survey file that nobody has open."""
    with SurveyFile.open(path) as survey:
        if kind == "analyses":
            told(lambda: load(survey))
        else:
            told(lambda: export(survey, path.with_name(f"out.{kind}")))


def main() -> None:
    """Print seconds and the most memory held."""
    if len(sys.argv) > 2:
        work(sys.argv[1], Path(sys.argv[2]))
        return
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with TemporaryDirectory() as name:
        folder = Path(name)
        country(folder, number).close()
        print(f"{number:,} interviews of {len(questions())} answers", flush=True)
        taken = {kind: apart("benchmarks.export_large", kind, str(folder / "country.cami")) for kind in KINDS_OF_WORK}
        least = floor(folder / "out.xlsx", folder / "floor.xlsx") * number
    for kind, spent in taken.items():
        print(
            f"{kind:<8} {spent.here:7.1f} s here {spent.beside:7.1f} s beside {spent.passed:7.1f} s passed"
            f"  {max(spent.here, spent.beside) / least:5.2f} x openpyxl  {spent.most:6.0f} MB at the most"
        )


if __name__ == "__main__":
    main()

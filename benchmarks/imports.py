"""What an import costs beside pyxform's own conversion of the same file, in the same run.

python benchmarks/imports.py [--forms 3]
Takes the largest public forms beside the repository where there are any, otherwise makes some.
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from openpyxl import Workbook
from pyxform.xls2xform import convert

from cami_survey.engine.api import examine_form, load_form

PUBLIC = Path(__file__).parents[2] / "shared" / "forms-open" / "forms"
HERDER = Path(__file__).parents[1] / "forms" / "herder_interview.xlsx"


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def made(questions: int, choices: int) -> bytes:
    """A form with a condition on every question, in two languages, and a long list."""
    survey: list[list[object]] = [["type", "name", "label::English", "label::French", "relevant"]]
    survey += [
        [
            "select_one places" if number % 50 == 0 else "integer",
            f"q{number}",
            f"Question {number}?",
            f"Question {number} ?",
            f"${{q{number - 1}}} > 3" if number % 3 else "",
        ]
        for number in range(questions)
    ]
    rows: list[list[object]] = [["list_name", "name", "label::English", "label::French"]]
    rows += [["places", f"p{number}", f"Place {number}", f"Lieu {number}"] for number in range(choices)]
    return workbook({"survey": survey, "choices": rows})


def took(act: Callable[[], object]) -> float:
    """Seconds of the processor for one run; modules are loaded before."""
    start = time.process_time()
    act()
    return time.process_time() - start


def sources(count: int, folder: Path) -> Iterator[Path]:
    """The public forms that take pyxform longest, as far as they convert, or forms made here."""
    yield HERDER
    if PUBLIC.is_dir():
        largest = sorted(PUBLIC.glob("*.xlsx"), key=lambda path: -path.stat().st_size)
        yield from largest[:count]
        return
    for questions, choices in ((400, 2_000), (1_000, 10_000), (3_000, 500))[:count]:
        path = folder / f"made_{questions}_{choices}.xlsx"
        path.write_bytes(made(questions, choices))
        yield path


def measure(path: Path) -> None:
    content = path.read_bytes()
    try:
        floor = took(lambda: convert(str(path), validate=False))
    except Exception as error:  # noqa: BLE001 - pyxform raises what it likes; such a form gives no floor
        print(f"{path.name[:48]:<50} pyxform refuses it ({type(error).__name__})")
        print_refusal(content, path)
        return
    loading = took(lambda: load_form(path))
    noticing = took(lambda: examine_form(path))
    form = load_form(path)
    kept = took(lambda: load_form(form.xml, media=path.parent))
    print(
        f"{path.name[:48]:<50} pyxform {floor:7.2f} s   convert and load {loading:7.2f} s {loading / floor:5.2f} x"
        f"   with notices {noticing / floor:5.2f} x   as kept {kept:6.2f} s"
    )


def print_refusal(content: bytes, path: Path) -> None:
    start = time.process_time()
    found = examine_form(content, name=path.name)
    seconds = time.process_time() - start
    copy = "a copy repairs it" if found.repaired is not None else "no copy"
    print(f"{'':<50} refused in {seconds:.2f} s with {len(found.problems)} problems, {copy}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forms", type=int, default=3, help="how many large forms")
    arguments = parser.parse_args()
    load_form(HERDER)
    with tempfile.TemporaryDirectory() as folder:
        for path in sources(arguments.forms, Path(folder)):
            measure(path)


if __name__ == "__main__":
    main()

"""How long the window takes to appear and the list to fill, beside an empty PySide6 window in the same run.

python benchmarks/start.py [--runs 9] [--records 1000]

Every figure is the median of real processes, from their start to the moment the window says it was painted (or the list
that it is filled). Byte code is present, as in an installed program.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EMPTY = """
import sys
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication([])
window = QWidget()
window.resize(1440, 900)
window.show()
app.processEvents()
print("painted", flush=True)
import os; os._exit(0)
"""

WINDOW = """
import os, sys, threading
from pathlib import Path
from PySide6.QtCore import QTimer
from cami_survey.ui import app as program, shell
wanted = sys.argv[2]
def say(what):
    print(what, flush=True)
    if what == wanted:
        os._exit(0)
plain = program.show_later
def watched(window, path):
    say("painted")
    plain(window, path)
    def look():
        page = window.pages.get("interviews")
        if page is not None and page.model.rowCount():
            from PySide6.QtWidgets import QApplication
            QApplication.processEvents()
            say("filled")
    timer = QTimer(window, interval=1)
    timer.timeout.connect(look)
    timer.start()
program.show_later = watched
program.main(Path(sys.argv[1]))
"""


def seconds(script: str, *arguments: str) -> float:
    """From the start of a process to its last word."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - began


def make_survey(folder: Path, records: int) -> Path:
    """A survey with so many interviews."""
    from cami_survey.base.records import Answers, Summary
    from cami_survey.operations import forms, surveys

    root = Path(__file__).resolve().parents[1]
    survey = surveys.create(folder / "start.cami", title="Start").value
    entry = forms.add(survey, [root / "forms" / "herder_interview.xlsx"]).value[0]
    for number in range(records):
        survey.save(
            record=survey.new_record(),
            form_id=entry.form_id,
            form_version=entry.version,
            answers=Answers({"/data/n": str(number)}),
            state="final",
            parents=(),
            summary=Summary(code=f"KG-H{number:04}", place="Naryn", language="Kyrgyz", answered=80, total=84),
        )
    survey.close()
    return survey.path


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--records", type=int, default=200)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        os.environ["CAMI_SURVEY_HOME"] = str(Path(place) / "home")
        path = str(make_survey(Path(place), arguments.records))
        figures: dict[str, list[float]] = {"empty": [], "painted": [], "filled": []}
        for run in range(arguments.runs + 1):
            taken = {
                "empty": seconds(EMPTY),
                "painted": seconds(WINDOW, path, "painted"),
                "filled": seconds(WINDOW, path, "filled"),
            }
            if run:
                for name, value in taken.items():
                    figures[name].append(value)
    empty, painted, filled = (statistics.median(figures[name]) for name in ("empty", "painted", "filled"))
    print(f"empty PySide6 window painted      {empty * 1000:7.0f} ms")
    print(
        f"our window painted                {painted * 1000:7.0f} ms  {painted / empty:5.2f} x the empty window (2.00)"
    )
    print(f"list filled after the first paint {(filled - painted) * 1000:7.0f} ms  (1500)")


if __name__ == "__main__":
    main()

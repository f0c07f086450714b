"""Memory of the window while interviews are opened, answered and closed: flat, or it is a leak.

The herder form with two picture cards, the real page, a real survey file, the worker's thread, offscreen. Each
interview is opened from the file, walked through two pages, answered, left and thrown away, as the shell does it.

python benchmarks/memory.py [--interviews 100]
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from cami_survey.base.settings import Settings
from cami_survey.operations import forms, interviews, surveys
from cami_survey.store.api import SurveyFile
from cami_survey.ui.app import application
from cami_survey.ui.shell import Shell, apply_look

HERDER = Path(__file__).parents[1] / "forms" / "herder_interview.xlsx"
FILL = {"cons/adult": "yes", "cons/consent": "yes", "herd/livestock": "sheep yak", "know/cards": "PANUNC OVIAMM"}
# Opened first and not counted: what is loaded once is loaded by then.
WARM = 10


def resident() -> float:
    """MB this process holds now; where the system does not say, the most it has held."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * resource.getpagesize() / 1e6
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


def settle(shell: Shell) -> None:
    """Let everything be done and everything thrown away be gone."""
    for _turn in range(3):
        shell.worker.finish()
        QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def one(shell: Shell, survey: SurveyFile, number: int) -> None:
    """One interview from the first answer until it is closed."""
    interview = interviews.start(survey, "herder_interview")
    for name, value in {**FILL, "ident/int_code": f"KG-H{number:04d}"}.items():
        interview.set(f"/data/{name}", value)
    shell.run(interview)
    settle(shell)
    page = shell.running
    assert page is not None
    for place in ("/data/herd/livestock", "/data/know/card[1]/local_name"):
        page.go_to(interview.session.node(place).field)
        QApplication.processEvents()
    page.leave()
    settle(shell)


def main() -> None:
    """Print how memory, widgets and Python's objects grow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interviews", type=int, default=100)
    count = parser.parse_args().interviews
    app = application()
    apply_look(Settings())
    with tempfile.TemporaryDirectory() as folder:
        survey = surveys.create(Path(folder) / "memory.cami", title="Memory").value
        forms.add(survey, [HERDER])
        shell = Shell(Settings(), keep=lambda _settings: None)
        shell.resize(1280, 800)
        shell.show()
        shell.desk.take(survey)
        settle(shell)
        marks: list[tuple[int, float, int, int]] = []
        for number in range(WARM + count):
            one(shell, survey, number)
            done = number + 1 - WARM
            if done >= 0 and done % max(count // 5, 1) == 0:
                gc.collect()
                marks.append((done, resident(), len(QApplication.allWidgets()), len(gc.get_objects())))
        for done, megabytes, widgets, objects in marks:
            print(f"after {done:4d} interviews: {megabytes:7.1f} MB, {widgets:5d} widgets, {objects:7d} objects")
        first, last = marks[0], marks[-1]
        grown = (last[1] - first[1]) * 1000 / max(last[0] - first[0], 1)
        print(f"per interview: {grown:.0f} kB, {(last[2] - first[2]) / max(last[0], 1):.2f} widgets")
        shell.hide()
        shell.desk.take(None)
        shell.worker.close()
        shell.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert not [top for top in QApplication.topLevelWidgets() if isinstance(top, QWidget) and top.isVisible()]


if __name__ == "__main__":
    main()

"""The Analysis page over 100,000 interviews: from the click to the painted page, for the team and the public.

`python -m benchmarks.analysis_page [--interviews 100000] [--organisations 2000] [--pictures FOLDER]`. The interviews
are the columns of `benchmarks.analysis`, so the first load is not in it. Each chapter is opened in a filter that was
not looked at before, so that nothing is remembered. The floor is the same window showing a page without an analysis.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from benchmarks.analysis import COUNTRIES, material

if TYPE_CHECKING:
    from cami_survey.analysis.material import Material
    from cami_survey.ui.pages.analysis import AnalysisPage
    from cami_survey.ui.shell import Shell


def seconds(act: Callable[[], object]) -> float:
    """By the clock."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interviews", type=int, default=100_000)
    parser.add_argument("--organisations", type=int, default=2_000)
    parser.add_argument("--pictures", type=Path, help="a folder for pictures of the chapters")
    arguments = parser.parse_args()
    whole = material(arguments.interviews, arguments.organisations)
    with tempfile.TemporaryDirectory() as place:
        os.environ["CAMI_SURVEY_HOME"] = str(Path(place) / "home")
        measure(whole, Path(place) / "any.cami", arguments.pictures)


def measure(whole: Material, path: Path, pictures: Path | None) -> None:
    """Every chapter at both levels, everything and one country."""
    from cami_survey.base.settings import Settings
    from cami_survey.operations import analyses, surveys
    from cami_survey.ui.app import application
    from cami_survey.ui.pages.analysis import AnalysisPage
    from cami_survey.ui.shell import Shell, apply_look

    app = application()
    apply_look(Settings())
    shell = Shell(Settings(), keep=lambda _settings: None)
    shell.resize(1440, 900)
    shell.show()
    analyses.load = lambda *_about, **_more: fresh(whole)
    with surveys.create(path, title="Any").value as survey:
        shell.desk.take(survey)
        settle(shell)

        def elsewhere() -> None:
            shell.go("exchange")
            settle(shell)

        floor = seconds(elsewhere)
        print(f"another page of the window: {floor * 1000:.0f} ms")
        shell.go("analysis")
        settle(shell)
        page = shell.pages["analysis"]
        assert isinstance(page, AnalysisPage)
        print(f"{'chapter':<34}{'team':>9}{'public':>9}{'one country':>13}{'public':>9}")
        chapters = page.chapter.keys()
        for chapter in chapters:
            figures = [
                shown(shell, page, whole, chapter, level, country=country)
                for country in (False, True)
                for level in LEVELS
            ]
            print(
                f"{chapter:<34}"
                + "".join(f"{one:>{width}.2f} s" for one, width in zip(figures, (7, 7, 11, 7), strict=True))
            )
            if pictures is not None:
                pictures.mkdir(parents=True, exist_ok=True)
                shell.grab().save(str(pictures / f"{chapter}.png"))
        shell.hide()
        shell.worker.close()
        app.processEvents()


LEVELS = ("team", "public")


def fresh(whole: Material) -> Material:
    """The same interviews, of which nothing was computed."""
    from cami_survey.analysis.material import Material

    return Material(whole.interviews, whole.forms)


def settle(shell: Shell) -> None:
    """Have everything done and painted."""
    from cami_survey.ui.app import application

    shell.worker.finish()
    application().processEvents()


def shown(shell: Shell, page: AnalysisPage, whole: Material, chapter: str, level: str, *, country: bool) -> float:
    """Seconds from the choice of the filter until all that the chapter shows is painted."""
    page.computing.end()
    settle(shell)
    page.material = fresh(whole)
    page.chapter.choose(chapter)
    page.level.choose(level)
    page.filters["country"].choose(COUNTRIES[0] if country else "")

    def act() -> None:
        from PySide6.QtCore import QEventLoop

        from cami_survey.ui.app import application

        page.show_chapter()
        while not {*page._own, *page._led} <= page._found.keys():
            application().processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        page.sheets.viewport().repaint()
        application().processEvents()

    return seconds(act)


if __name__ == "__main__":
    main()

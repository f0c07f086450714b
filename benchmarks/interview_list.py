"""The interview list with many records: first rows, scrolling, search as you type, memory. Through the real page.

python benchmarks/interview_list.py [--records 100000] [--pictures FOLDER]

Floors: the same page of rows, and the same search, through the plain driver in the same run.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

if TYPE_CHECKING:
    from cami_survey.store.api import SurveyFile
    from cami_survey.ui.pages.interviews import InterviewsPage

PLACES = ("Naryn", "At-Bashy", "Мургаб", "Алай", "کوه", "雪山", "Kara-Suu", "Chong-Alay")
ANSWERS = ("snow leopard", "argali", "снежный барс", "волк", "پلنگ", "ирбис", "yak", "fence", "road")
ROUNDS = 7
SEARCHES = ("n", "na", "nar", "nary", "naryn", "мур", "мургаб", "پلنگ", "KG-H09", "snow leo", "zzz")


def make_survey(path: Path, records: int) -> None:
    """Write a survey with one form and `records` small interviews over two years."""
    from datetime import UTC, datetime, timedelta

    from cami_survey.base.records import Answers, Summary
    from cami_survey.operations import forms, surveys

    moment = datetime.now(UTC) - timedelta(days=730)
    step = timedelta(days=730) / max(records, 1)
    now = [moment]
    survey = surveys.create(path, title="Many", clock=lambda: now[0]).value
    root = Path(__file__).resolve().parents[1]
    entry = forms.add(survey, [root / "forms" / "herder_interview.xlsx"]).value[0]
    rng = random.Random(1)
    for number in range(records):
        now[0] += step
        place = rng.choice(PLACES)
        code = f"KG-H{number:05}"
        survey.save(
            record=survey.new_record(),
            form_id=entry.form_id,
            form_version=entry.version,
            answers=Answers({"/data/n": str(number)}),
            state="draft" if number % 20 == 0 else "final",
            parents=(),
            summary=Summary(
                code=code,
                place=place,
                place_detail=f"Osh · cell KG-25-{number % 500:04}",
                language="Kyrgyz",
                answered=60,
                total=84,
                search=f"{code} {place} {' '.join(rng.choices(ANSWERS, k=4))}",
            ),
        )
        if number % 10_000 == 0:
            print(f"  {number} written", flush=True)
    survey.close()


def timed(act: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def show(name: str, figures: list[float], limit: float, floor: float | None = None) -> None:
    """One line: median and worst, the limit, the ratio to the floor."""
    middle = statistics.median(figures)
    line = f"{name:34} median {middle:7.1f} ms  worst {max(figures):7.1f} ms  (limit {limit:g})"
    print(line + (f"  floor {floor:6.2f} ms, {middle / floor:5.1f} x" if floor else ""))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--pictures", type=Path, help="a folder for pictures of the full list")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        os.environ["CAMI_SURVEY_HOME"] = str(Path(place) / "home")
        path = Path(place) / "many.cami"
        # Written by another process: what 100,000 saves leave behind in memory is no part of a program just started.
        writer = multiprocessing.get_context("spawn").Process(target=make_survey, args=(path, arguments.records))
        writer.start()
        writer.join()
        from cami_survey.operations import surveys

        survey = surveys.open_survey(path).value
        measure(survey, arguments.pictures)
        survey.close()


def floors(survey: SurveyFile) -> tuple[float, float]:
    """Reading a page of rows, and searching, through the plain driver; ms."""
    from sqlcipher3 import dbapi2

    plain = dbapi2.connect(str(survey.path))
    page = "SELECT * FROM record WHERE deleted = 0 ORDER BY pos DESC LIMIT 100 OFFSET ?"
    find = "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT 100"
    total = survey.counts()["all"]
    rows = [timed(lambda at=at: plain.execute(page, (at,)).fetchall()) for at in range(0, total, max(total // 20, 1))]
    words = [word for word in SEARCHES if word.isalpha()]
    found = [timed(lambda word=word: plain.execute(find, (f'"{word}"*',)).fetchall()) for word in words]
    plain.close()
    return statistics.median(rows), statistics.median(found)


def measure(survey: SurveyFile, pictures: Path | None = None) -> None:
    """First rows, scrolling, searching, memory; on the way, a picture of each in `pictures`."""
    from cami_survey.base.settings import Settings
    from cami_survey.ui.app import application
    from cami_survey.ui.shell import Shell, apply_look

    app = application()
    apply_look(Settings())
    shell = Shell(Settings(), keep=lambda _settings: None)
    shell.resize(1440, 900)
    shell.show()
    app.processEvents()
    page_floor, search_floor = floors(survey)

    def first_rows() -> None:
        shell.desk.take(survey)
        settle(shell)

    def page_of(window: Shell) -> InterviewsPage:
        from cami_survey.ui.pages.interviews import InterviewsPage

        found = window.pages["interviews"]
        assert isinstance(found, InterviewsPage)
        return found

    def settle(window: Shell) -> None:
        window.worker.finish()
        # Paints what changed.
        app.processEvents()

    def again() -> None:
        page = page_of(shell)
        page.refresh()
        settle(shell)

    def picture(name: str) -> None:
        if pictures is not None:
            pictures.mkdir(parents=True, exist_ok=True)
            shell.grab().save(str(pictures / f"interviews-{name}.png"))

    show("first rows", [timed(first_rows)], 300)
    show("the list read again", [timed(again) for _run in range(9)], 300)
    page = page_of(shell)
    picture("first")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bar = page.list.table.verticalScrollBar()
    step = page.list.table.viewport().height()
    random.seed(2)

    def scroll(to: int) -> None:
        bar.setValue(to)
        page.list.table.viewport().repaint()

    show("scrolling, page by page", [timed(lambda n=n: scroll(n * step)) for n in range(300)], 30, page_floor)
    places = [random.randrange(bar.maximum() + 1) for _place in range(200)]
    show("scrolling, anywhere", [timed(lambda to=to: scroll(to)) for to in places], 30, page_floor)
    picture("scrolled")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{'memory after scrolling':34} {grown:+.1f} MB; {page.model.kept()} pages kept")

    def search(text: str) -> None:
        page.search.edit.setText(text)
        settle(shell)

    def count() -> None:
        page._count_wait.stop()
        page._count()
        settle(shell)

    taken: dict[str, list[float]] = {text: [] for text in SEARCHES}
    for _round in range(ROUNDS):
        for text, figures in taken.items():
            figures.append(timed(lambda text=text: search(text)))
            page._count_wait.stop()
    show("search, all texts", [figure for figures in taken.values() for figure in figures], 20, search_floor)
    for text, figures in taken.items():
        show(f"  “{text}”", figures, 20, search_floor)
        search(text)
        counted = timed(count)
        print(f"{'    counted after the pause':34} {page.model.total()} found in {counted:.1f} ms")
        if text == "naryn":
            picture("found")
    shell.hide()
    shell.worker.close()


if __name__ == "__main__":
    main()

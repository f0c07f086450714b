"""Typing into the running interview: key press to painted screen, what autosave adds, how long a page takes to open.

The herder form with ten picture cards (84 questions and ten repeat instances), the real page, a real survey file, the
worker's thread, offscreen. The floor is an empty window with one line to type in, in the same run.

Then what is large: a page of 200 questions, a thousand instances of a repeat, a list of 13,000 choices, and the largest
of the forms given as arguments (files, and folders of them), of which every page is opened and typed into. With
--processor processor time is measured, for machines that do other things meanwhile; without it that of the wall.

python benchmarks/keystrokes.py [--keys 2000] [--processor] [--most 10] [--forms-alone] [FORM.xlsx FOLDER ...]
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from cami_survey.base.errors import UserError
from cami_survey.base.settings import Settings
from cami_survey.engine.api import load_form
from cami_survey.operations import forms, interviews, surveys
from cami_survey.store.api import SurveyFile
from cami_survey.ui import theme
from cami_survey.ui.interview.page import InterviewPage
from cami_survey.ui.worker import Worker

clock = time.perf_counter
HERDER = Path(__file__).parents[1] / "forms" / "herder_interview.xlsx"
CARDS = "PANUNC OVIAMM SAITAT LYNLYN CAMFER BOSMUT ACIJUB PROGUT GAZSUB EQUKIA"
FILL = {
    "cons/adult": "yes",
    "cons/consent": "yes",
    "herd/livestock": "sheep goat yak",
    "know/cards": CARDS,
    **{f"know/card[{number}]/id_res": "right" for number in range(1, 11)},
}
LETTERS = "naryn oblast "
PLACES = {
    "a text": ("/data/ident/adm2", LETTERS),
    "a text in the fifth card": ("/data/know/card[5]/local_name", LETTERS),
    "a cell of the table": ("/data/know/sight[1]/s_grid", "KG-25-"),
    "a number": ("/data/herd/stock[1]/stock_n", "1234"),
    "a choice": ("/data/know/card[5]/id_conf", "123"),
    "ticking a card (a repeat instance comes or goes)": ("/data/know/cards", "5"),
}


# At each page of a real form so many questions are tried for words to type.
TYPED_A_PAGE = 6


class Painted(QObject):
    """Notes when a widget was painted."""

    def __init__(self) -> None:
        super().__init__()
        self.times = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 -- Qt's own name
        if event.type() == QEvent.Type.Paint:
            self.times += 1
        return False


def press(widget: QWidget, key: str, painted: Painted) -> float:
    """Milliseconds from the key press until the widget with the focus was painted and nothing is left to do."""
    before = painted.times
    began = clock()
    QTest.keyClick(widget, key)
    while painted.times == before and clock() - began < 1:
        QApplication.processEvents()
    QApplication.processEvents()
    return (clock() - began) * 1000


def typed(count: int, keys: str, *, after: Callable[[], object] = lambda: None) -> list[float]:
    """Type `count` keys into what has the focus; `after` each key."""
    found, painted = [], Painted()
    QApplication.instance().installEventFilter(painted)  # type: ignore[union-attr]
    for number in range(count):
        widget = QApplication.focusWidget()
        assert widget is not None
        if isinstance(widget, QLineEdit) and len(widget.text()) > 30:
            widget.clear()
        found.append(press(widget, keys[number % len(keys)], painted))
        after()
    QApplication.instance().removeEventFilter(painted)  # type: ignore[union-attr]
    return found


def say(what: str, times: list[float], floor: float) -> None:
    """One line: median, 99th percentile, longest, and the median against the floor."""
    ordered = sorted(times)
    median, high = statistics.median(ordered), ordered[int(len(ordered) * 0.99)]
    times_floor = f"{median / floor:5.1f} x"
    print(f"  {what:52} median {median:7.2f} ms   p99 {high:7.2f} ms   max {ordered[-1]:7.2f} ms  {times_floor}")


@contextmanager
def opened(folder: Path, worker: Worker) -> Iterator[tuple[SurveyFile, InterviewPage]]:
    """A survey with the herder form and its running interview."""
    survey = surveys.create(folder / "typing.cami", title="Typing").value
    forms.add(survey, [HERDER])
    interview = interviews.start(survey, "herder_interview")
    for name, value in FILL.items():
        interview.set(f"/data/{name}", value)
    settings = Settings(question_language="ru", second_language="en")
    page = InterviewPage(interview, settings, worker=worker)
    page.resize(1440, 900)
    page.show()
    page.activateWindow()
    QApplication.processEvents()
    yield survey, page
    worker.finish()
    page.close()
    survey.close()


def floor_of(keys: int) -> float:
    """The same keys in an empty window with one line."""
    window = QWidget()
    line = QLineEdit(window)
    window.resize(1440, 900)
    window.show()
    window.activateWindow()
    line.setFocus()
    QApplication.processEvents()
    times = typed(keys, LETTERS)
    window.close()
    print("Key press to painted screen")
    say("floor: an empty window with one line", times, statistics.median(times))
    return statistics.median(times)


def show_typing(page: InterviewPage, keys: int, floor: float) -> None:
    """Every kind of place to type in, with the pauses of a person so that timers run as they would."""
    for what, (ref, letters) in PLACES.items():
        page.go_to(page.interview.session.node(ref).field)
        QApplication.processEvents()
        say(what, typed(keys if "tick" not in what else keys // 10, letters), floor)


def show_autosave(page: InterviewPage, keys: int) -> None:
    """What handing an answer to the journal costs on the window's thread: with the survey, and with nothing to save."""
    page.go_to("/data/ident/adm2")
    saver = page.saver
    assert saver is not None
    spent: list[float] = []
    real = saver.journal

    def timed(draft: str, changes: dict[str, str | None], place: str) -> None:
        began = clock()
        real(draft, changes, place)
        spent.append((clock() - began) * 1000)

    page.interview.write_with(timed)
    whole: list[float] = []

    def flush() -> None:
        began = clock()
        page.questions.flush()
        whole.append((clock() - began) * 1000)

    typed(keys, LETTERS, after=flush)
    page.interview.write_with(real)
    print("One answer handed over, on the window's thread")
    say("autosave alone (the write itself is on the worker)", spent, statistics.median(spent))
    say("everything: engine, journal, what the page refreshes", whole, statistics.median(spent))


def show_pages(page: InterviewPage) -> None:
    """How long each page takes from the key to the painted screen."""
    print("Opening a page")
    for number in range(len(page.course.pages)):
        began = clock()
        page.walk.open(number)
        QApplication.processEvents()
        spent = (clock() - began) * 1000
        stops = page.questions.column.stops()
        built = sum(1 for _block in page.questions.column.blocks())
        print(f"  {page.course.label(number):40} {spent:7.1f} ms   {len(stops):3} on the page, {built:3} built")


def preview_of(source: bytes | Path) -> InterviewPage:
    """A form tried out, in a window as wide as a laptop."""
    page = InterviewPage(interviews.preview(load_form(source)), Settings(), preview=True)
    page.resize(1440, 900)
    page.show()
    page.activateWindow()
    QApplication.processEvents()
    return page


def made(rows: str, choices: str = "| l | 1 | One |\n| l | 2 | Two |\n") -> bytes:
    """A form of these rows: type, name, label, appearance."""
    lines = [f"| {line}" for part in (rows, choices) for line in part.splitlines()]
    cut = len(rows.splitlines())
    head = "| survey | | | | |\n| | type | name | label | appearance |\n"
    return (
        head + "\n".join(lines[:cut]) + "\n| choices | | | |\n| | list_name | name | label |\n" + "\n".join(lines[cut:])
    ).encode()


def timed(work: Callable[[], object]) -> float:
    """Milliseconds until `work` is on the screen."""
    began = clock()
    work()
    QApplication.processEvents()
    return (clock() - began) * 1000


def show_large(floor: float) -> None:
    """A page of 200 questions, a thousand instances, 13,000 choices."""
    kinds = ("text", "integer", "select_one l", "select_multiple l", "date", "decimal")
    questions = "".join(f"| {kinds[n % 6]} | q{n} | Question {n}? | |\n" for n in range(200))
    page = preview_of(made(f"| text | t | T | |\n| begin group | g | Page | |\n{questions}| end group | | | |\n"))
    print("Large forms")
    turns = [timed(partial(page.walk.open, to)) for _turn in range(5) for to in (0, 1)]
    say("opening a page of 200 questions (floor 300 ms)", turns[1::2], 300)
    page.close()
    herd = "| begin repeat | r | Herd | |\n| text | a | Name | |\n| select_multiple l | b | Which | |\n"
    herd += "| end repeat | | | |\n"
    page = preview_of(made(herd))
    for _more in range(999):
        page.interview.add_repeat("/data/r")
    page.questions.course.count_anew()
    page.questions.show_stops()
    bar = page.questions.column.verticalScrollBar()
    say(
        "1,000 instances: a step of 60 px",
        [timed(lambda: bar.setValue(bar.value() + 60)) for _step in range(300)],
        floor,
    )
    say("1,000 instances: adding one", [timed(page.questions.repeats.add_here) for _more in range(40)], floor)
    say("1,000 instances: typing in the last", typed(100, LETTERS), floor)
    page.close()
    villages = "".join(f"| v | c{n} | Village {n} |\n" for n in range(13_000))
    page = preview_of(made("| text | t | T | |\n| select_one v | v | Where? | |\n", villages))
    page.go_to("/data/v")
    say("13,000 choices: typing a part of one", typed(60, "village 77"), floor)
    page.close()


def largest(sources: list[Path], most: int) -> list[tuple[int, Path]]:
    """The forms with the most questions among files and folders; those that cannot be converted are left out."""
    files = [file for source in sources for file in (sorted(source.iterdir()) if source.is_dir() else [source])]
    found = []
    for file in files:
        try:
            form = load_form(file)
        except UserError as error:
            print(f"{file.stem}: {error.sentence}")
            continue
        found.append((form.questions, file))
    return sorted(found, reverse=True)[:most]


def open_pages(page: InterviewPage) -> tuple[list[float], list[float], list[float]]:
    """Every page that is asked at first is opened, and ten keys are typed into its first questions that take words.

    Milliseconds of opening, of each key, and of handing over what is typed, with all that the form computes from it.
    """
    opening, keys, given = [], [], []
    for number in range(len(page.course.pages)):
        if page.course.is_asked(number):
            opening.append(timed(partial(page.walk.open, number)))
            for stop in [stop for stop in page.questions.stops() if stop.kind == "question"][:TYPED_A_PAGE]:
                page.go_to(stop.field)
                QApplication.processEvents()
                if isinstance(QApplication.focusWidget(), QLineEdit):
                    keys += typed(10, "12", after=lambda: given.append(timed(page.questions.flush)))
    return opening, keys, given


def show_forms(sources: list[Path], most: int, floor: float) -> None:
    """The largest of real forms: every page opened, and words typed into the first questions of each."""
    medians = []
    for questions, source in largest(sources, most):
        page = preview_of(source)
        opening, keys, given = open_pages(page)
        print(f"{source.stem}: {questions} questions")
        for what, times, beside in (
            ("opening a page (floor 300 ms)", opening, 300),
            ("typing", keys, floor),
            ("handing over what is typed", given, floor),
        ):
            if times:
                say(what, times, beside)
        medians += [statistics.median(keys)] if keys else []
        page.close()
        page.deleteLater()
    if medians:
        print(f"Typing at {len(medians)} forms: the worst median is {max(medians):.2f} ms")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=2000)
    parser.add_argument("--processor", action="store_true")
    parser.add_argument("--most", type=int, default=10, help="how many of the forms given, the largest first")
    parser.add_argument("--forms-alone", action="store_true")
    parser.add_argument("forms", type=Path, nargs="*", help="files, and folders of them")
    given = parser.parse_args()
    keys = given.keys
    if given.processor:
        global clock
        clock = time.process_time
    application = QApplication([])
    theme.apply(application)
    worker = Worker()
    floor = floor_of(keys)
    if not given.forms_alone:
        with tempfile.TemporaryDirectory() as folder, opened(Path(folder), worker) as (_survey, page):
            show_typing(page, keys, floor)
            show_autosave(page, min(keys, 300))
            show_pages(page)
        show_large(floor)
    show_forms(given.forms, given.most, floor)
    worker.close()


if __name__ == "__main__":
    main()

"""Figures of the form engine, each beside a floor measured in the same run and beside its target.

python benchmarks/engine.py [--rows 100000] [--instances 1000] [--forms FOLDER]

`--forms`: a folder of forms from the field; loading them and one answer to each of their questions are timed. Times are
those of the processor, so that a busy machine counts less; the floors are plain lxml on the same document, for
workbooks pyxform's own conversion. `kept`: loaded from what was kept when the form was read before (note 200).
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from _engine_forms import (
    INLINE_SHARE,
    RUNNING,
    RUNNING_SUM,
    SHARE,
    chains,
    flat,
    listed,
    repeats,
    table,
)
from lxml import etree

from cami_survey.engine.api import Form, FormError, Session, load_form

HERDER = Path(__file__).parents[1] / "forms" / "herder_interview.xlsx"
FIELD = Path(__file__).parents[2] / "shared" / "forms-open" / "forms"
CONVERTED = 3  # so many of the largest workbooks are converted with a stopwatch
# ODK Web Forms 0.22 needs this long for real forms, in seconds, measured on another day on the same kind of machine.
WEB_FORMS = (0.6, 2.4)
clock = time.thread_time


class Spent(float):
    """The median seconds of several runs; `least` is the quickest, when nobody else had the processor's memory."""

    least: float


def took(act: Callable[[], object], times: int = 1) -> Spent:
    """How long `times` runs took."""
    spent = []
    for _run in range(times):
        start = clock()
        act()
        spent.append(clock() - start)
    taken = Spent(statistics.median(spent))
    taken.least = min(spent)
    return taken


def say(what: str, taken: Spent, floor: float, beside: str, target: float | None = None) -> None:
    """A line with the median and the least; the median is held against the target."""
    judged = "" if target is None else f"   target {target * 1000:g} ms: {'met' if taken < target else 'NOT met'}"
    least = f"{taken.least * 1000:.3f}"
    print(f"{what:<52} {taken * 1000:10.3f} ms, least {least:>8} {taken / floor:8.1f} x {beside}{judged}")


def say_ratio(what: str, seconds: float, floor: float, beside: str, most: float) -> None:
    judged = "met" if seconds <= most * floor else "NOT met"
    print(f"{what:<52} {seconds * 1000:10.3f} ms {seconds / floor:8.2f} x {beside}   target {most:g} x: {judged}")


def quickest(act: Callable[[], object], times: int = 5) -> float:
    """The least seconds of `times` runs: what the work itself takes."""
    spent = []
    for _run in range(times):
        start = clock()
        act()
        spent.append(clock() - start)
    return min(spent)


def answering(session: Session, refs: list[str], times: int = 200) -> Spent:
    """How long one answer with its recalculation takes."""
    numbers = iter(range(10, 10 + times))
    return took(lambda: session.set(refs[(place := next(numbers)) * 7 % len(refs)], str(place)), times)


def flat_forms() -> None:
    for groups, loading in ((20, None), (200, 0.6)):
        source, count = flat(groups), groups * 50
        floor = took(lambda source=source: etree.fromstring(source), 5)
        form = load_form(source)
        say(f"load {count:,} questions", took(lambda source=source: load_form(source), 3), floor, "parsing", loading)
        with tempfile.TemporaryDirectory() as folder:
            kept = Path(folder)
            load_form(source, compiled=kept)
            again = took(lambda source=source, kept=kept: load_form(source, compiled=kept), 5)
            say_ratio(f"load {count:,} questions, kept", again, floor, "parsing", 2)
            both = took(lambda source=source, kept=kept: load_form(source, compiled=kept).open(), 3)
            say(f"load and open {count:,} questions, kept", both, floor, "parsing")
        say(f"open {count:,} questions", took(form.open, 3), floor, "parsing")
        document = etree.fromstring(form.open().to_xml())
        counting = took(lambda document=document: document.xpath("count(//*)"), 50)
        session = form.open()
        beside = "counting the nodes in lxml"
        chained = [f"/data/g{group}/q0" for group in range(groups)]
        say(
            f"  an answer that 15 in a chain depend on, of {count:,}",
            answering(session, chained),
            counting,
            beside,
            1e-3,
        )
        few = [f"/data/g{group}/q12" for group in range(groups)]
        say(f"  an answer that 3 depend on, of {count:,}", answering(session, few), counting, beside, 1e-4)
    session = load_form(chains()).open()
    say("one answer with all 300 calculations behind it", answering(session, ["/data/q0"]), counting, beside, 1e-3)


def repeat_forms(instances: int) -> None:
    beside = "one sum in lxml"
    for more, what, target in (
        ("", "a sum over them", 3e-4),
        (SHARE, "each row's share of the sum", 5e-3),
        (INLINE_SHARE, "each row's share, the sum written into it", 5e-3),
        (RUNNING, "a running total from the row before", 5e-3),
        (RUNNING_SUM, "a running total over the rows before", 5e-3),
    ):
        form = load_form(repeats(instances, more))
        print(f"{instances:,} instances x 10 questions, {what}")
        document = etree.fromstring(form.xml)
        floor = took(lambda document=document: document.xpath("sum(//*[local-name() = 'qty'])"), 20)
        say("  open", took(form.open, 2), floor, beside)
        session = form.open()
        for place in range(1, instances + 1):
            session.set(f"/data/rep[{place}]/qty", "3")
        prices = [f"/data/rep[{place}]/price" for place in range(1, instances + 1)]
        say("  an answer that counts", answering(session, prices, 40), floor, beside, target)
        others = [price.replace("price", "q1") for price in prices]
        say("  an answer that nothing reads", answering(session, others), floor, beside, 1e-4)
        say("  add an instance", took(lambda session=session: session.add_repeat("/data/rep"), 10), floor, beside, 2e-3)
        first = took(lambda session=session: session.remove_repeat("/data/rep[1]"), 5)
        say("  remove the first instance", first, floor, beside)


def lists(rows: int) -> None:
    content = table(rows)
    floor = took(lambda: content.decode().splitlines(), 3)
    beside = "splitting its lines"
    media = {"places.csv": content}
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = [(form := load_form(listed("grp = /data/grp"), media=media)), session := form.open()]
    session.set("/data/code", "c77")
    session.set("/data/grp", "g1")
    found = len(session.node("/data/place").choices)
    held = (tracemalloc.get_traced_memory()[0] - before) / 1e6
    tracemalloc.stop()
    print(
        f"a table of {rows:,} rows in memory with its indexes: {held:.0f} MB (target 150), {found} choices, {len(kept)}"
    )
    say("  load", took(lambda: load_form(listed("grp = /data/grp"), media=media), 2), floor, beside)
    codes = iter(range(0, rows, max(rows // 250, 1)))
    say("  look one up", took(lambda: session.set("/data/code", f"c{next(codes)}"), 200), floor, beside, 2e-3)
    for condition, target in (
        ("grp = /data/grp", 2e-3),
        ("grp != /data/grp", 0.2),
        ("grp &lt; /data/grp", 0.2),
        ("contains(label, /data/grp)", 0.2),
        ("starts-with(name, /data/grp) or name = 'c5'", 0.2),
    ):
        session = load_form(listed(condition), media=media).open()
        session.set("/data/grp", "g1")
        groups = iter(range(2, 300))
        filtering = took(lambda session=session, groups=groups: session.set("/data/grp", f"g{next(groups)}"), 1)
        spent = took(lambda session=session, groups=groups: _filter(session, next(groups)), 5)
        say(f"  filter by {condition}", max(spent, filtering), floor, beside, target)


def _filter(session: Session, group: int) -> int:
    """The choices that are open after an answer; a person sees them without their labels first."""
    session.set("/data/grp", f"g{group}")
    node = session.node("/data/place")
    return len(session.surroundings.speaker.values(node._definition.control, node._live))  # type: ignore[arg-type]


def herder() -> None:
    form: Form = load_form(HERDER)
    floor = took(lambda: etree.fromstring(form.xml), 5)
    say("herder interview from its XForm", took(lambda: load_form(form.xml, media=HERDER.parent), 5), floor, "parsing")
    say("herder interview from its workbook", took(lambda: load_form(HERDER), 3), floor, "parsing")
    say("open the herder interview", took(form.open, 5), floor, "parsing")


def field_forms(folder: Path) -> None:
    """Loading every form that can be read, and one answer to each of its questions."""
    if not folder.is_dir():
        print(f"forms from the field: left out, there is no folder {folder}")
        return
    spent: list[tuple[float, str]] = []
    loads: list[Load] = []
    refused = 0
    with tempfile.TemporaryDirectory() as kept:
        for path in sorted(folder.iterdir()):
            try:
                form = load_form(path)
            except FormError:
                refused += 1
                continue
            gc.collect()  # what the forms before have left would be looked through in the middle of an answer
            loads.append(_loads(form, path, Path(kept)))
            spent.extend((seconds, path.name) for seconds in _answers(form.open()))
    spent.sort()
    print(f"forms from the field: {len(loads)} read, {refused} refused, {len(spent):,} answers")
    _say_loads(loads)
    for name, share in (("median", 0.5), ("p95", 0.95), ("p99", 0.99), ("most", 1.0)):
        seconds, where = spent[min(int(len(spent) * share), len(spent) - 1)]
        print(f"  one answer, {name}: {seconds * 1000:.3f} ms ({where[:50]})")
    books = (load for load in loads if load.path.suffix != ".xml")
    largest_workbooks([load.path for load in sorted(books, key=lambda load: -load.size)[:CONVERTED]])


@dataclass
class Load:
    """Seconds of parsing the XML, of reading it from a file before that, of reading the form, loading it kept, and
    opening it after either.
    """

    path: Path
    size: int
    floor: float
    from_file: float
    full: float
    kept: float
    full_and_open: float
    kept_and_open: float


def _loads(form: Form, path: Path, folder: Path) -> Load:
    xml, media = form.xml, {**form.made_media}

    def kept() -> Form:
        return load_form(xml, media=media, compiled=folder)

    kept()
    written = folder / "beside.xml"
    written.write_bytes(xml)
    return Load(
        path,
        len(xml),
        quickest(lambda: etree.fromstring(xml), 30),
        quickest(lambda: etree.fromstring(_bytes_of(str(written))), 30),
        quickest(lambda: load_form(xml, media=media), 2),
        quickest(kept, 30),
        quickest(lambda: load_form(xml, media=media).open(), 2),
        quickest(lambda: kept().open(), 2),
    )


def _bytes_of(path: str) -> bytes:
    """What a file holds, read as what is kept is read."""
    source = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        return os.read(source, os.fstat(source).st_size)
    finally:
        os.close(source)


def _say_loads(loads: list[Load]) -> None:
    full = [load.full / load.floor for load in loads]
    kept = [load.kept / load.floor for load in loads]
    over = [load for load in loads if load.kept > 2 * load.floor]
    of_files = [load for load in loads if load.kept > 2 * load.from_file]
    print(f"  load an XForm: median {statistics.median(full):.1f} x parsing it, most {max(full):.1f} x")
    print(f"  load it kept: median {statistics.median(kept):.2f} x, most {max(kept):.1f} x (target 2 x)")
    largest = max((load.size for load in over), default=0)
    print(f"    over the target: {len(over)} of {len(loads)}, of {largest / 1000:.1f} kB of XML at most")
    most = max(load.kept / load.from_file for load in loads)
    print(f"    beside reading the XML from a file and parsing it: over {len(of_files)}, most {most:.2f} x")
    slowest = max(load.kept for load in loads), max(load.kept_and_open for load in loads)
    print(f"    the slowest {slowest[0] * 1000:.1f} ms, opened too {slowest[1] * 1000:.1f} ms (target 200 ms)")
    saved = statistics.median(load.full_and_open / load.kept_and_open for load in loads)
    print(f"    load and open: {saved:.1f} times as fast as reading in full (median)")
    beside = max(load.full for load in loads), statistics.median(load.full for load in loads)
    print(
        f"  read in full: median {beside[1] * 1000:.0f} ms, most {beside[0] * 1000:.0f} ms; Web Forms 0.22 takes"
        f" {WEB_FORMS[0]} to {WEB_FORMS[1]} s for real forms (measured apart, in a browser's engine: for orientation)"
    )


def largest_workbooks(paths: list[Path]) -> None:
    from pyxform.xls2xform import convert

    for path in paths:
        floor = quickest(lambda path=path: convert(str(path), validate=False), 2)
        both = quickest(lambda path=path: load_form(path), 2)
        say_ratio(f"convert and load {path.name[:30]}", both, floor, "pyxform", 1.3)


def _answers(session: Session) -> Iterator[float]:
    questions = [node for node in session.form.nodes if node.asks and not node.repeat]
    for place, question in enumerate(questions):
        node = session.node(question.path)
        offered = node.choices
        answer = offered[place % len(offered)].value if offered else str(place % 50 + 1)
        start = clock()
        session.set(question.path, answer)
        yield clock() - start


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--instances", type=int, default=1_000)
    parser.add_argument("--forms", type=Path, default=FIELD)
    options = parser.parse_args()
    print(f"load of the machine: {', '.join(f'{load:.1f}' for load in os.getloadavg())} on {os.cpu_count()} processors")
    herder()
    flat_forms()
    repeat_forms(options.instances)
    lists(options.rows)
    field_forms(options.forms)


if __name__ == "__main__":
    main()

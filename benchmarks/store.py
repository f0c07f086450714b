"""Figures of the store, each beside its floor: the same rows through the plain driver in the same run.

python benchmarks/store.py [--records 100000] [--key]
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlcipher3 import dbapi2

from cami_survey.base.clock import Stamp
from cami_survey.base.records import Answers, Fact, Summary
from cami_survey.store.api import SurveyFile
from cami_survey.store.revisions import Body, mint

FORM, VERSION = "herder_interview", "1"
FIELDS = [f"/data/g{n // 12}/q{n}" for n in range(100)]
WORDS = [
    "Naryn",
    "Osh",
    "Алай",
    "Мургаб",
    "Бишкек",
    "снежный",
    "барс",
    "волк",
    "овца",
    "koy",
    "argali",
    "маркхор",
    "ирбис",
    "雪豹",
    "شیر",
    "كيك",
    "कुत्ता",
]
PLAIN = ("PRAGMA page_size = 8192", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL")


def answers(seed: int) -> Answers:
    """A hundred short answers."""
    rng = random.Random(seed)
    return Answers({field: f"{rng.choice(WORDS)[:6]}{rng.randrange(100)}" for field in FIELDS})


def summary(seed: int) -> Summary:
    """What a list shows of such an interview."""
    rng = random.Random(seed)
    words = " ".join(rng.choices(WORDS, k=12))
    return Summary(code=f"H{seed:06}", place=rng.choice(WORDS), language="ky", answered=80, total=84, search=words)


def facts(number: int) -> Iterator[Fact]:
    """One revision each of `number` interviews, from fifty laptops over two years."""
    bodies = [Body.of(answers(seed), "final") for seed in range(500)]
    start = 1_700_000_000_000
    for at in range(number):
        device = f"{at % 50:064x}"
        stamp = Stamp(start + at * 600_000).text()
        minted = mint(
            bodies[at % 500],
            record=f"{at:08x}-bench",
            parents=(),
            dev=device,
            dev_seq=at // 50 + 1,
            hlc=stamp,
            form=FORM,
            form_version=VERSION,
        )
        yield Fact("revision", minted.id.hex(), minted.head, minted.body, minted.salt)


def times(action: Callable[[int], object], rounds: int) -> list[float]:
    """Milliseconds of each round, sorted."""
    found = []
    for number in range(rounds):
        start = time.perf_counter()
        action(number)
        found.append((time.perf_counter() - start) * 1000)
    return sorted(found)


def once(action: Callable[[], object]) -> float:
    """Seconds of one go."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def say(what: str, ms: list[float], floor: float | None = None, floor_name: str = "") -> None:
    """One line: median, 95th percentile, and the ratio of the median to the floor."""
    middle, high = statistics.median(ms), ms[int(len(ms) * 0.95)]
    ratio = f"  {middle / floor:5.1f} x {floor_name} ({floor:.3f} ms)" if floor else ""
    print(f"{what:34} {middle:9.3f} ms  p95 {high:9.3f} ms{ratio}")


def plain(path: Path, schema: str) -> dbapi2.Connection:
    """A file of the bare driver with the same durability."""
    connection = dbapi2.connect(str(path), isolation_level=None)
    for statement in (*PLAIN, schema):
        connection.execute(statement)
    return connection


def writing(folder: Path, survey: SurveyFile) -> None:
    """Journal and save against one bare durable INSERT."""
    bare = plain(folder / "bare.db", "CREATE TABLE t (n INTEGER PRIMARY KEY, a TEXT, b BLOB)")

    def insert(size: int) -> float:
        row = ("x" * 40, b"y" * size)

        def commit(_n: int) -> None:
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("INSERT INTO t (a, b) VALUES (?, ?)", row)
            bare.execute("COMMIT")

        return statistics.median(times(commit, 500))

    draft = survey.start_draft(form_id=FORM, form_version=VERSION, record=survey.new_record(), values={})
    edits = times(lambda n: survey.journal(draft, {FIELDS[n % 100]: "x" * (n % 30)}, place=FIELDS[n % 100]), 500)
    say("journal one answer", edits, insert(80), "bare commit")
    survey.drop_draft(draft)
    given = [answers(seed) for seed in range(300)]

    def save(n: int) -> None:
        survey.save(
            record=survey.new_record(),
            form_id=FORM,
            form_version=VERSION,
            answers=given[n],
            state="final",
            parents=(),
            summary=summary(n),
        )

    say("save an interview of 100 answers", times(save, 300), insert(2800), "bare commit")


def merging(folder: Path, survey: SurveyFile, number: int) -> None:
    """A merge against ATTACH and INSERT of the same rows."""
    made = list(facts(number))
    seconds = once(lambda: survey.accept(made, package="bench", source="benchmarks"))
    again = once(lambda: survey.accept(made, package="bench", source="benchmarks"))
    floor = attach_floor(folder, survey.path)
    speed = number / seconds
    print(f"{'merge':34} {speed:9.0f} revisions/s  {speed / floor:.2f} of ATTACH+INSERT ({floor:.0f}/s)")
    print(f"{'merge of the same again':34} {number / again:9.0f} revisions/s")


def attach_floor(folder: Path, path: Path) -> float:
    """Revisions a second when the driver copies the table into an empty file of the same schema."""
    bare = plain(folder / "floor.db", "CREATE TABLE unused (n)")
    bare.execute("ATTACH ? AS full", (str(path),))
    tables = bare.execute(
        "SELECT sql FROM full.sqlite_schema WHERE tbl_name = 'revision' AND sql IS NOT NULL AND type != 'trigger'"
    )
    for (sql,) in tables.fetchall():
        bare.execute(sql)

    def insert() -> None:
        bare.execute("BEGIN IMMEDIATE")
        bare.execute(
            "INSERT INTO revision SELECT * FROM full.revision WHERE true ORDER BY id ON CONFLICT(id) DO NOTHING"
        )
        bare.execute("COMMIT")

    seconds = once(insert)
    return float(bare.execute("SELECT count(*) FROM revision").fetchone()[0]) / seconds


def reading(survey: SurveyFile, number: int) -> None:
    """The list, its headings, search, and the stream for exports."""
    seconds = once(lambda: survey.set_summaries({f"{n:08x}-bench": summary(n) for n in range(number)}))
    print(f"{'summaries into the list':34} {number / seconds:9.0f} a second")
    say("first 100 rows", times(lambda _n: survey.rows(), 30), floor_page(survey), "bare page")
    say(
        "100 rows somewhere", times(lambda n: survey.rows(offset=n * number // 30), 30), floor_page(survey), "bare page"
    )
    say("100 drafts", times(lambda _n: survey.rows("drafts"), 30))
    say("counts", times(lambda _n: survey.counts(), 10))
    say("day counts", times(lambda _n: survey.day_counts(), 5))
    typed = ["b", "ba", "бар", "сне", "мург ов", "H0012", "雪", "کیک", "कु", "naryn osh алай", "zzz"]
    say("search as typed", times(lambda n: survey.rows(search=typed[n % len(typed)]), 55))
    say("search among drafts", times(lambda n: survey.rows("drafts", search=typed[n % len(typed)]), 55))
    say("counts while searching", times(lambda n: survey.counts(typed[n % len(typed)]), 22))
    seconds = once(lambda: sum(1 for _view in survey.views(FORM)))
    print(f"{'views for an export':34} {number / seconds:9.0f} a second")


def floor_page(survey: SurveyFile) -> float:
    """Milliseconds for a hundred rows of the same table through the bare driver, by its key."""
    bare = dbapi2.connect(str(survey.path), isolation_level=None)
    query = "SELECT * FROM record ORDER BY n DESC LIMIT 100"
    found = statistics.median(times(lambda _n: bare.execute(query).fetchall(), 30))
    bare.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    number = parser.parse_args().records
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["CAMI_SURVEY_HOME"] = str(folder / "home")
        with SurveyFile.create(folder / "bench.cami", title="Benchmark") as survey:
            print(f"store, {number} records of 100 answers")
            writing(folder, survey)
            merging(folder, survey, number)
            reading(survey, number)
            print(f"{'verify':34} {once(survey.verify):9.2f} s")
            print(f"{'backup, verified':34} {once(survey.backup):9.2f} s")
            size = survey.path.stat().st_size / 1e6
        print(f"{'open':34} {once(lambda: SurveyFile.open(folder / 'bench.cami').close()) * 1000:9.3f} ms")
        print(f"{'file':34} {size:9.1f} MB")


if __name__ == "__main__":
    main()

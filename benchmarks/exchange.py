"""Figures of the exchange, each beside its floor: the same rows through ATTACH and INSERT in the same run.

python benchmarks/exchange.py [--packages 20] [--interviews 500]      # 200 is the size of a whole country
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# The process that reads ahead begins by reading this file: it is to begin as fast as it does with the program.
if __name__ != "__mp_main__":
    from sqlcipher3 import dbapi2

    from cami_survey.base.clock import Stamp
    from cami_survey.base.records import Answers, Fact, FormContent
    from cami_survey.exchange.package import open_package
    from cami_survey.operations.forms import add
    from cami_survey.operations.merges import merge, preview
    from cami_survey.operations.packages import pack
    from cami_survey.operations.summaries import refresh
    from cami_survey.store.api import SurveyFile
    from cami_survey.store.revisions import Body, mint

FORM_FILE = Path(__file__).parents[1] / "forms" / "herder_interview.xlsx"
FIELDS = [f"/data/g{n // 12}/q{n}" for n in range(100)]
WORDS = ["Naryn", "Osh", "Алай", "Мургаб", "снежный", "барс", "волк", "koy", "argali", "маркхор", "yes", "no", "few"]
START = 1_780_000_000_000
COLUMNS = "id, record, head, body, salt, dev, dev_seq, hlc, form, form_version"
TABLE = (
    "CREATE TABLE revision (seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, record TEXT, head BLOB, body BLOB,"
    " salt BLOB, dev BLOB, dev_seq INTEGER, hlc TEXT, form TEXT, form_version TEXT)"
)
ALL = f"INSERT INTO revision ({COLUMNS}) SELECT {COLUMNS} FROM other.revision ORDER BY id ON CONFLICT(id) DO NOTHING"
INTO = f"INSERT INTO revision ({COLUMNS}) VALUES ({', '.join('?' * 10)})"


def timed(action: Callable[[], Any]) -> float:
    """Seconds that `action` took."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def interviews(dev: str, number: int, form: FormContent) -> list[Fact]:
    """Revisions of one laptop, each the only one of its interview."""
    rng = random.Random(dev)
    facts = []
    for at in range(1, number + 1):
        answers = Answers({field: f"{rng.choice(WORDS)}{rng.randrange(100)}" for field in FIELDS})
        made = mint(
            Body.of(answers, "final"),
            record=f"{dev[:8]}-{at:06d}",
            parents=(),
            dev=dev,
            dev_seq=at,
            hlc=Stamp(START + at * 60_000).text(),
            form=form.form_id,
            form_version=form.version,
        )
        facts.append(Fact("revision", made.id.hex(), made.head, made.body, made.salt))
    return facts


def plain_file(path: Path, facts: list[Fact]) -> Path:
    """The same rows in a plain database, as a package of the simplest kind would hold them."""
    connection = dbapi2.connect(str(path))
    connection.execute(TABLE)
    rows = [
        (bytes.fromhex(f.id), f.id[:16], f.head, f.body, f.salt, bytes(32), n, "0", "herder", "1")
        for n, f in enumerate(facts)
    ]
    connection.executemany(INTO, rows)
    connection.commit()
    connection.close()
    return path


def attach_all(folder: Path, files: list[Path]) -> None:
    """The floor: every file attached and copied, one durable transaction each."""
    connection = dbapi2.connect(str(folder / "floor.db"), isolation_level=None)
    for statement in ("page_size = 8192", "journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {statement}")
    if not connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
        connection.execute(TABLE)
        connection.execute("CREATE INDEX by_record ON revision(record)")
    for file in files:
        connection.execute("ATTACH ? AS other", (str(file),))
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(ALL)
        connection.execute("COMMIT")
        connection.execute("DETACH other")
    connection.close()


def questionnaire(folder: Path) -> FormContent:
    """The herder interview as a survey keeps it."""
    with SurveyFile.create(folder / "form.cami", title="Benchmark") as survey:
        entry = add(survey, [FORM_FILE]).value[0]
        return survey.form(entry.form_id, entry.version)


def laptop(folder: Path, name: str, number: int, form: FormContent) -> tuple[SurveyFile, list[Fact]]:
    """A survey file with interviews in it."""
    survey = SurveyFile.create(folder / f"{name}.cami", title="Benchmark", device_name=name)
    survey.add_form(form)
    facts = interviews(hashlib.sha256(name.encode()).hexdigest(), number, form)
    survey.accept(facts, package=name, source=name)
    return survey, facts


def packages(folder: Path, hub: SurveyFile, number: int, each: int) -> tuple[list[Path], list[Path], float]:
    """Packages, plain databases with the same rows, and the seconds of packing."""
    made, plain, seconds = [], [], 0.0
    form = questionnaire(folder)
    for at in range(number):
        survey, facts = laptop(folder, f"KG-{at:03d}", each, form)
        plain.append(plain_file(folder / f"{at:03d}.db", facts))
        started = time.perf_counter()
        made.append(pack(survey, folder / "stick", to=[hub.device.recipient]).value.path)
        seconds += time.perf_counter() - started
        survey.close()
    return made, plain, seconds


def accepted(folder: Path, files: list[Path], hub: SurveyFile) -> float:
    """Seconds of taking the checked facts of all packages into a new survey file: the store's share."""
    loaded = []
    for path in files:
        with open_package(path, identities=hub.identities(), admit=lambda _key: None) as package:
            loaded.append((package.sha256, list(package.facts())))
    with SurveyFile.create(folder / "store.cami", title="Benchmark") as survey:
        started = time.perf_counter()
        for sha256, facts in loaded:
            survey.accept(facts, package=sha256, source="benchmark")
        return time.perf_counter() - started


def read(files: list[Path], hub: SurveyFile) -> None:
    """Open, check and read every package."""
    for path in files:
        with open_package(path, identities=hub.identities(), admit=lambda _key: None) as package:
            for _fact in package.facts():
                pass


def say(what: str, revisions: int, seconds: float, floor: float | None = None) -> None:
    """One line: revisions a second, and how many of the floor's that is."""
    ratio = f"   {floor / seconds:5.2f} of the floor" if floor else ""
    print(f"{what:<44}{revisions / seconds:>10,.0f} revisions/s{seconds:>9.2f} s{ratio}")


def run(folder: Path, number: int, each: int) -> None:
    """All figures, printed."""
    total = number * each
    hub = SurveyFile.create(folder / "hub.cami", title="Benchmark", device_name="HUB")
    files, plain, packing = packages(folder, hub, number, each)
    size = sum(path.stat().st_size for path in files)
    print(f"{number} packages of {each} interviews with {len(FIELDS)} answers, {size / total:,.0f} bytes an interview")
    floor = timed(lambda: attach_all(folder, plain))
    say("floor: ATTACH, INSERT, one commit each", total, floor)
    say("pack, signed and encrypted", total, packing)
    say("open, check and read", total, timed(lambda: read(files, hub)), floor)
    say("store alone: accept", total, accepted(folder, files, hub), floor)
    say("preview", total, timed(lambda: preview(hub, files, enrol=True)), floor)
    before = peak()
    waits = Waits()
    merging = timed(lambda: merge(hub, files, enrol=True, most=0, progress=waits.tell))
    say("merge, signed and encrypted", total, merging, floor)
    grown = (peak() - before) / 1024
    say("summaries for the list, afterwards", total, timed(lambda: refresh(hub)), floor)
    again = timed(lambda: merge(hub, files))
    say("merge again", total, again)
    print(f"{'second merge, of the first':<44}{again / merging:>10.2f}")
    print(f"{'memory grown while merging':<44}{grown:>10,.0f} MB")
    print(f"{'longest wait of Cancel':<44}{waits.longest:>10.2f} s")
    hub.close()


class Waits:
    """The longest time between two calls of a progress, which is what Cancel waits for."""

    def __init__(self) -> None:
        self.longest, self._last = 0.0, time.perf_counter()

    def tell(self, _done: int, _total: int) -> None:
        """One call."""
        now = time.perf_counter()
        self.longest, self._last = max(self.longest, now - self._last), now


def peak() -> int:
    """Peak memory so far, in kB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    """Read the sizes and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packages", type=int, default=20)
    parser.add_argument("--interviews", type=int, default=500)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CAMI_SURVEY_HOME"] = folder
        run(Path(folder), chosen.packages, chosen.interviews)


if __name__ == "__main__":
    main()

"""Figures of the exchange, each beside its floor: the same revisions through ATTACH and INSERT in the same run.

The floor takes them from the survey files of the laptops into a new survey file: same table, indexes, settings of the
connection and page size, sorted by id, one transaction for each file. It proves nothing and keeps no list.

python benchmarks/exchange.py [--packages 20] [--interviews 500] [--brief]      # 200 is the size of a whole country
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import resource
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

# The process that reads ahead begins by reading this file: it is to begin as fast as it does with the program.
if __name__ != "__mp_main__":
    from cami_survey.base.clock import Stamp
    from cami_survey.base.records import Answers, Fact, FormContent
    from cami_survey.exchange.package import open_package
    from cami_survey.operations.forms import add
    from cami_survey.operations.merges import merge, preview
    from cami_survey.operations.packages import pack
    from cami_survey.operations.summaries import refresh
    from cami_survey.store.api import SurveyFile
    from cami_survey.store.connection import CAREFUL, connect
    from cami_survey.store.revisions import Body, mint

FORM_FILE = Path(__file__).parents[1] / "forms" / "herder_interview.xlsx"
FIELDS = [f"/data/g{n // 12}/q{n}" for n in range(100)]
WORDS = ["Naryn", "Osh", "Алай", "Мургаб", "снежный", "барс", "волк", "koy", "argali", "маркхор", "yes", "no", "few"]
CANCELLED = (0.3, 0.7)
START = 1_780_000_000_000
COLUMNS = "id, record, head, body, salt, dev, dev_seq, hlc, form, form_version, package, arrived"
COPY = f"INSERT INTO revision ({COLUMNS}) SELECT {COLUMNS} FROM other.revision ORDER BY id ON CONFLICT(id) DO NOTHING"


def timed(action: Callable[[], Any]) -> float:
    """Seconds that `action` took."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def interviews(dev: str, number: int, form: FormContent) -> list[Fact]:
    """Revisions of one laptop, each the only one of its interview."""
    rng = random.Random(dev)
    return [
        first_revision({field: f"{rng.choice(WORDS)}{rng.randrange(100)}" for field in FIELDS}, dev, at, form, rng)
        for at in range(1, number + 1)
    ]


def first_revision(fields: Mapping[str, str], dev: str, at: int, form: FormContent, rng: random.Random) -> Fact:
    """The `at`-th revision of a laptop, a finished interview of its own."""
    made = mint(
        Body.of(Answers(fields), "final"),
        record=str(UUID(int=rng.getrandbits(128))),
        parents=(),
        dev=dev,
        dev_seq=at,
        hlc=Stamp(START + at * 60_000).text(),
        form=form.form_id,
        form_version=form.version,
    )
    return Fact("revision", made.id.hex(), made.head, made.body, made.salt)


def attach_all(folder: Path, files: list[Path], *, hurried: bool) -> None:
    """The floor: every file attached and copied, each commit on the disk, or `hurried` all of them at the end."""
    path = folder / f"floor-{hurried}.cami"
    SurveyFile.create(path, title="Benchmark").close()
    raw = connect(path, None)
    for statement in ("PRAGMA synchronous = NORMAL",) if hurried else CAREFUL:
        raw.execute(statement)
    for file in files:
        raw.execute("ATTACH ? AS other", (str(file),))
        raw.execute("BEGIN IMMEDIATE")
        raw.execute(COPY)
        raw.execute("COMMIT")
        raw.execute("DETACH other")
    for statement in (*CAREFUL, "PRAGMA wal_checkpoint(PASSIVE)"):
        raw.execute(statement)
    raw.close()


def questionnaire(folder: Path) -> FormContent:
    """The herder interview as a survey keeps it."""
    with SurveyFile.create(folder / "form.cami", title="Benchmark") as survey:
        entry = add(survey, [FORM_FILE]).value[0]
        return survey.form(entry.form_id, entry.version)


def laptop(folder: Path, name: str, number: int, form: FormContent) -> SurveyFile:
    """A survey file with interviews in it."""
    survey = SurveyFile.create(folder / f"{name}.cami", title="Benchmark", device_name=name)
    survey.add_form(form)
    facts = interviews(hashlib.sha256(name.encode()).hexdigest(), number, form)
    survey.accept(facts, package=name, source=name)
    return survey


def packages(folder: Path, hub: SurveyFile, number: int, each: int) -> tuple[list[Path], list[Path], float]:
    """Packages, the survey files they were made from, and the seconds of packing."""
    made, files, seconds = [], [], 0.0
    form = questionnaire(folder)
    for at in range(number):
        survey = laptop(folder, f"KG-{at:03d}", each, form)
        files.append(survey.path)
        started = time.perf_counter()
        made.append(pack(survey, folder / "stick", to=[hub.device.recipient]).value.path)
        seconds += time.perf_counter() - started
        survey.close()
    return made, files, seconds


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


def run(folder: Path, number: int, each: int, *, brief: bool) -> None:
    """All figures, printed."""
    total = number * each
    hub = SurveyFile.create(folder / "hub.cami", title="Benchmark", device_name="HUB")
    files, plain, packing = packages(folder, hub, number, each)
    size = sum(path.stat().st_size for path in files)
    print(f"{number} packages of {each} interviews with {len(FIELDS)} answers, {size / total:,.0f} bytes an interview")
    floor = timed(lambda: attach_all(folder, plain, hurried=False))
    say("floor: ATTACH, INSERT, one commit each", total, floor)
    say(
        "floor that waits for the disk at the end", total, timed(lambda: attach_all(folder, plain, hurried=True)), floor
    )
    say("pack, signed and encrypted", total, packing)
    if not brief:
        say("open, check and read", total, timed(lambda: read(files, hub)), floor)
        say("store alone: accept", total, accepted(folder, files, hub), floor)
        say("preview", total, timed(lambda: preview(hub, files, enrol=True)), floor)
    empty = hub.backup(folder / "empty.cami")
    stopped = [cancelled(empty, files, part) for part in CANCELLED]
    before = peak()
    waits, work = Waits(), worked()
    merging = timed(lambda: merge(hub, files, enrol=True, most=0, progress=waits.tell))
    say("merge, signed and encrypted", total, merging, floor)
    print(f"{'of that, work of processors':<44}{(worked() - work) / total * 1e6:>10,.0f} microseconds a revision")
    grown = (peak() - before) / 1024
    if not brief:
        say("summaries for the list, afterwards", total, timed(lambda: refresh(hub)), floor)
    again = timed(lambda: merge(hub, files, most=0))
    say("merge again", total, again)
    print(f"{'second merge, of the first':<44}{again / merging:>10.2f}")
    print(f"{'memory grown while merging':<44}{grown:>10,.0f} MB")
    print(f"{'longest wait between two words of progress':<44}{waits.longest:>10.2f} s")
    print(f"{'longest Cancel, from the key to the end':<44}{max(stopped):>10.2f} s")
    hub.close()


class CancelledError(Exception):
    """What a pressed Cancel raises."""


def cancelled(empty: Path, files: list[Path], part: float) -> float:
    """Seconds from pressing Cancel, at any moment after `part` of a merge into a copy, until the merge has ended."""
    pressed = 0.0

    def press() -> None:
        nonlocal pressed
        pressed = time.perf_counter()

    def progress(done: int, total: int) -> None:
        if pressed:
            raise CancelledError
        if done >= part * total and not timer.is_alive():
            timer.start()

    timer = threading.Timer(random.Random(part).random(), press)
    path = empty.with_name(f"cancelled-{part}.cami")
    shutil.copy(empty, path)
    with SurveyFile.open(path) as other:
        try:
            merge(other, files, enrol=True, most=0, progress=progress)
        except CancelledError:
            return time.perf_counter() - pressed
    return 0.0


class Waits:
    """The longest time between two calls of a progress, which is what Cancel waits for."""

    def __init__(self) -> None:
        self.longest, self._last = 0.0, time.perf_counter()

    def tell(self, _done: int, _total: int) -> None:
        """One call."""
        now = time.perf_counter()
        self.longest, self._last = max(self.longest, now - self._last), now


def worked() -> float:
    """Seconds that processors worked so far for this process and for those it has ended."""
    every = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in every)


def peak() -> int:
    """Peak memory so far, in kB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    """Read the sizes and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packages", type=int, default=20)
    parser.add_argument("--interviews", type=int, default=500)
    parser.add_argument("--brief", action="store_true", help="the floor and the merge alone")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CAMI_SURVEY_HOME"] = folder
        run(Path(folder), chosen.packages, chosen.interviews, brief=chosen.brief)


if __name__ == "__main__":
    main()

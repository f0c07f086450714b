"""Work in a process of its own, watched from outside: what it costs, and the most that it and its children hold.

What they hold is their proportional set size: pages that several share count once. Linux alone tells it.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

EVERY = 0.1


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of the processor in the process and in its children, seconds that passed in it, and most MB held."""

    here: float
    beside: float
    passed: float
    most: float


def apart(module: str, *words: str) -> Spent:
    """Run `python -m module words`, which has to end with `told`; RuntimeError where it fails."""
    with TemporaryFile("w+", encoding="utf-8") as out:
        process = subprocess.Popen([sys.executable, "-m", module, *words], stdout=out)
        most = 0.0
        while process.poll() is None:
            most = max(most, sum(map(_held, _family(process.pid))))
            time.sleep(EVERY)
        if process.returncode:
            raise RuntimeError(" ".join(words))
        out.seek(0)
        here, beside, passed = json.loads(out.read().splitlines()[-1])
    return Spent(here, beside, passed, most)


def told(work: Callable[[], object]) -> None:
    """Do the work and print what it cost, for whoever called this process."""
    started, own, before = time.perf_counter(), time.process_time(), _children()
    work()
    print(json.dumps((time.process_time() - own, _children() - before, time.perf_counter() - started)))


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _family(process: int) -> Iterator[int]:
    yield process
    with suppress(OSError):
        for child in Path(f"/proc/{process}/task/{process}/children").read_text().split():
            yield from _family(int(child))


def _held(process: int) -> float:
    """MB; nothing where the system does not say or the process is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0

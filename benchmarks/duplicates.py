"""Looking for an interview that may be the same: reading a large survey's list once, one look-up after
it, and the search for all pairs.

python benchmarks/duplicates.py [--records 100000]
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from dataclasses import dataclass
from datetime import date, timedelta

from cami_survey.base.records import Summary
from cami_survey.operations import doubles
from cami_survey.operations.duplicates import Register

FIRST = (
    "Айзада",
    "Бектур",
    "Гүлнара",
    "Aizada",
    "Nurlan",
    "Temir",
    "محمد",
    "علی",
    "زهرا",
    "Өмүрбек",
    "Saltanat",
    "Dorji",
)
LAST = ("Жумабеков", "Осмонов", "Токтосунов", "Kadyrov", "Ibragimov", "رضایی", "احمدی", "Sydykov", "Batbayar", "Rana")
PLACES = ("Нарын", "Ат-Башы", "Naryn", "مشهد", "Khovd", "Mustang", "Osh", "Талас")


@dataclass
class List:
    """A survey's list as far as the register reads it."""

    rows: list[tuple[int, str, Summary | None]]

    def summaries_since(self, seq: int, _form: str, limit: int) -> list[tuple[int, str, Summary | None]]:
        return self.rows[seq : seq + limit]


def made(count: int) -> List:
    """Invented interviews, every one a little different."""
    dice = random.Random(7)
    rows: list[tuple[int, str, Summary | None]] = []
    for number in range(count):
        name = f"{dice.choice(FIRST)}{dice.randrange(400):x} {dice.choice(LAST)}{dice.choice('аеиоуkzt')}"
        day = date(2026, 1, 1) + timedelta(days=dice.randrange(300))
        rows.append(
            (
                number + 1,
                f"r{number}",
                Summary(f"KG-{number:06d}", dice.choice(PLACES), name=name, day=day.isoformat()),
            )
        )
    return List(rows)


def milliseconds(work: object) -> float:
    """How long a call takes."""
    began = time.perf_counter()
    work()  # type: ignore[operator]
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    count = parser.parse_args().records
    survey, register = made(count), Register("f")
    parts: list[float] = []
    more = True
    while more:
        began = time.perf_counter()
        more = not register.catch_up(survey)  # type: ignore[arg-type]
        parts.append((time.perf_counter() - began) * 1000)
    print(f"reading {count:,} interviews, {len(parts)} parts: {sum(parts):.0f} ms, longest part {max(parts):.0f} ms")
    for name in ("Айзада Жумабекова", "Mohammad Rezaei", "محمد رضایی"):
        new = Summary("KG-000007", "Нарын", name=name, day="2026-06-01")
        times = [milliseconds(lambda new=new: register.alike("new", new)) for _time in range(9)]
        found = register.alike("new", new)
        print(f"one look-up, {name}: median {statistics.median(times):.0f} ms; {len(found)} alike")
    known = {record: summary for _seq, record, summary in survey.rows if summary is not None}
    began = time.perf_counter()
    pairs = list(doubles.alike(known))
    print(f"all pairs among {count:,} interviews: {time.perf_counter() - began:.1f} s; {len(pairs):,} pairs")


if __name__ == "__main__":
    main()

"""Runs of device sequence numbers: what a sender holds, what is here, and what is missing in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Run = tuple[int, int]
Gap = tuple[str, int, int]


def runs(numbers: Iterable[int]) -> list[Run]:
    """Single numbers as runs from first to last."""
    return joined((number, number) for number in numbers)


def joined(parts: Iterable[Run]) -> list[Run]:
    """Runs sorted, those that touch or overlap made one."""
    found: list[Run] = []
    for first, last in sorted(parts):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def without(wanted: Iterable[Run], here: Iterable[Run]) -> list[Run]:
    """The parts of `wanted` that are not in `here`."""
    missing: list[Run] = []
    have = joined(here)
    for first, last in joined(wanted):
        for start, end in have:
            if end < first or start > last:
                continue
            if start > first:
                missing.append((first, start - 1))
            first = end + 1
        if first <= last:
            missing.append((first, last))
    return missing


def gaps(known: Mapping[str, Sequence[Run]], here: Mapping[str, Sequence[Run]]) -> list[Gap]:
    """What others hold (`known`) and this file lacks: (device id, first, last)."""
    return [
        (device, first, last)
        for device, wanted in sorted(known.items())
        for first, last in without(wanted, here.get(device, ()))
    ]


def merged(*many: Iterable[Gap]) -> tuple[Gap, ...]:
    """Gaps of several reports as one, each number once."""
    by_device: dict[str, list[Run]] = {}
    for gap in many:
        for device, first, last in gap:
            by_device.setdefault(device, []).append((first, last))
    return tuple((device, first, last) for device in sorted(by_device) for first, last in joined(by_device[device]))

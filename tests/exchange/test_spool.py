"""A spool is a file to its users and never plain text on a disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cami_survey.exchange import spool
from cami_survey.exchange.spool import Spool

STEPS = st.lists(st.tuples(st.integers(0, 200), st.binary(max_size=100)), max_size=12)


@given(STEPS, st.integers(0, 300))
def test_it_holds_what_a_file_would_hold(steps: list[tuple[int, bytes]], in_memory: int) -> None:
    model = bytearray()
    with Spool(in_memory) as made:
        for place, data in steps:
            place = min(place, made.size)
            made.seek(place)
            made.write(data)
            model[place : place + len(data)] = data
            assert made.tell() == place + len(data)
        made.seek(0)
        assert made.read() == bytes(model)
        for place in (0, 7, 16, 33):
            made.seek(place)
            assert made.read(20) == bytes(model[place : place + 20])


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs a list of open files to look into them")
def test_what_reaches_the_disk_is_not_readable() -> None:
    secret = b"Aizada, winter camp above Naryn. " * 1000
    with Spool(100) as made:
        made.write(secret)
        made.seek(0)
        assert made.read() == secret
        raw = b"".join(open_temporary_files())
        assert len(raw) >= len(secret)
        assert b"Aizada" not in raw


def open_temporary_files():
    for handle in Path("/proc/self/fd").iterdir():
        try:
            target = str(handle.readlink())
            if "cami-" in target or "/#" in target:
                yield handle.read_bytes()
        except OSError:
            continue


def test_small_packages_stay_in_memory() -> None:
    assert spool.IN_MEMORY > 10_000_000
    with Spool() as made:
        made.write(b"x")
        assert made.read() == b""
        assert made.size == 1

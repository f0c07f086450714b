"""Every fault of the list has a test here that is called after its number, but those of servers."""

from __future__ import annotations

import re
from pathlib import Path

OF_SERVERS = {40, 46, 47, 48}


def test_every_number_has_a_test() -> None:
    names = "\n".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    tests = re.findall(r"^def test_((?:t\d+_)+)", names, re.MULTILINE)
    found = {int(number) for one in tests for number in re.findall(r"\d+", one)}
    assert set(range(1, 51)) - OF_SERVERS <= found

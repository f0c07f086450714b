"""Whatever is under a right signature: it is read as it was written, or refused with a reason. Nothing else happens."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from cami_survey.base.errors import UserError
from cami_survey.base.records import Fact
from cami_survey.exchange import lines, seal
from tests.exchange.makers import FACTS, Laptop, resealed, signed

SENDER, READER = Laptop(), Laptop()
LINES = b"\n".join(lines.to_line(fact) for fact in FACTS if fact.kind != "attachment") + b"\n"
with TemporaryDirectory() as _folder:
    WHOLE = SENDER.pack(Path(_folder), FACTS).file.path.read_bytes()[: -seal.LENGTH]

CHANGES = st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(max_size=4)), min_size=1, max_size=3)
PIECES = st.sampled_from([b'"', b"{", b"}", b"[", b",", b":", b"\n", b"\\u0000", b"64", b"null", b"1e9", b"-0", b" "])


def changed(content: bytes, changes: list[tuple[int, bytes]]) -> bytes:
    for place, piece in changes:
        content = content[:place] + piece + content[place + len(piece) :]
    return content


def outcome(path: Path) -> list[Fact] | None:
    """The facts, or None when they were refused; any other error fails the test."""
    try:
        with READER.open(path, SENDER) as package:
            return list(package.facts())
    except UserError:
        return None


@given(CHANGES)
def test_a_changed_archive_is_refused_or_says_the_same(changes: list[tuple[int, bytes]]) -> None:
    with TemporaryDirectory() as folder:
        found = outcome(resealed(SENDER, Path(folder, "x.camipack"), changed(WHOLE, changes)))
    assert found in (None, list(FACTS))


@given(st.lists(st.tuples(st.integers(0, len(LINES) - 1), st.one_of(PIECES, st.binary(max_size=3))), max_size=3))
def test_changed_lines_are_refused_or_are_facts_of_that_form(changes: list[tuple[int, bytes]]) -> None:
    text = changed(LINES, changes)
    with TemporaryDirectory() as folder:
        found = outcome(signed(SENDER, Path(folder, "x.camipack"), text))
    if found is not None:
        assert b"".join(lines.to_line(fact) + b"\n" for fact in found) == text

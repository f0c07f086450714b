"""When the log of a survey file is flushed, as the system sees it: what T4 takes from SQLite's documentation."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest

from tests.faults.flushing_child import SAVES

STRACE = shutil.which("strace")
CALL = re.compile(
    r"\b(?P<call>pwrite64|fsync|fdatasync)\(\d+<[^>]*/watched\.cami(?P<log>-wal)?>"
    r"|(?P<said>BEGIN|END) (?P<what>save|merge|flush)\\n"
)
GUARD = 300


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """What the child did to its survey file: (call, part of the file) and (BEGIN or END, what), in order."""
    if STRACE is None:
        pytest.skip("strace, which shows the calls of the system, is not there")
    folder = tmp_path_factory.mktemp("flushes")
    trace = folder / "trace"
    watch = [STRACE, "-f", "-y", "-s", "100", "-e", "trace=pwrite64,write,fsync,fdatasync", "-o", str(trace)]
    child = [sys.executable, "-m", "tests.faults.flushing_child", str(folder)]
    ran = subprocess.run([*watch, *child], capture_output=True, text=True, timeout=GUARD, check=False)
    if "ptrace" in ran.stderr:
        pytest.skip("strace may not look at other processes here")
    assert ran.returncode == 0, ran.stderr
    found = CALL.finditer(trace.read_text(errors="replace"))
    return [(one["said"], one["what"]) if one["said"] else (one["call"], one["log"] or "") for one in found]


def stretches(calls: list[tuple[str, str]], what: str) -> list[list[tuple[str, str]]]:
    """The calls within each time that `what` was done."""
    begins = [at for at, call in enumerate(calls) if call == ("BEGIN", what)]
    return [calls[at + 1 : calls.index(("END", what), at)] for at in begins]


def is_flushed(calls: list[tuple[str, str]]) -> bool:
    """Whether the log was written, and flushed after the last time."""
    writes = [at for at, call in enumerate(calls) if call == ("pwrite64", "-wal")]
    return bool(writes) and any(call.endswith("sync") and part == "-wal" for call, part in calls[writes[-1] :])


def test_t4_each_save_flushes_the_log_before_it_is_said_to_be_done(calls: list[tuple[str, str]]) -> None:
    saves = stretches(calls, "save")
    assert len(saves) == SAVES
    assert all(map(is_flushed, saves))


@pytest.mark.parametrize("what", ["merge", "flush"])
def test_t4_a_merge_flushes_the_log_before_it_is_said_to_be_done(calls: list[tuple[str, str]], what: str) -> None:
    (done,) = stretches(calls, what)
    assert is_flushed(done)


def test_t4_the_file_is_written_to_only_after_its_log_was_flushed(calls: list[tuple[str, str]]) -> None:
    (merge,) = stretches(calls, "merge")
    assert ("pwrite64", "") in merge
    for at, call in enumerate(merge):
        if call == ("pwrite64", ""):
            assert any(name.endswith("sync") and part == "-wal" for name, part in merge[:at])

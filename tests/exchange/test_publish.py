"""A file is published whole, under the name of its hash, or not at all (T5, T7, T8)."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import IO

import pytest

from cami_survey.base.errors import UserError
from cami_survey.exchange import publish as module
from cami_survey.exchange.publish import publish, sweep

WRITER = """
    import sys, time
    from pathlib import Path
    from cami_survey.exchange.publish import publish
    def write(file):
        for _number in range(int(sys.argv[2])):
            file.write(bytes(65536))
            file.flush()
            print("written", flush=True)
        time.sleep(float(sys.argv[3]))
    publish(Path(sys.argv[1]), ".camipack", write)
    print("done", flush=True)
"""


def writing(folder: Path, pieces: int, pause: float) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", textwrap.dedent(WRITER), str(folder), str(pieces), str(pause)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def test_the_name_is_the_hash(tmp_path: Path) -> None:
    published = publish(tmp_path / "new" / "folder", ".camipack", lambda file: file.write(b"content"))
    assert published.sha256 == hashlib.sha256(b"content").hexdigest()
    assert published.path.name == f"{published.sha256[:16]}.camipack"
    assert published.path.read_bytes() == b"content"
    assert published.size == 7


def test_t5_a_killed_writer_leaves_no_package_and_its_rest_is_swept(tmp_path: Path) -> None:
    earlier = publish(tmp_path, ".camipack", lambda file: file.write(b"earlier"))
    for pieces in (1, 3, 8):
        process = writing(tmp_path, pieces, 60)
        assert process.stdout is not None
        for _number in range(pieces):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert [path.suffix for path in tmp_path.iterdir() if path != earlier.path and path.is_file()] == [".part"]
        assert len(sweep(tmp_path)) == 1
    assert [path for path in tmp_path.iterdir() if path.is_file()] == [earlier.path]
    assert earlier.path.read_bytes() == b"earlier"


def test_a_writer_that_is_still_at_it_is_left_alone(tmp_path: Path) -> None:
    process = writing(tmp_path, 1, 60)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        assert sweep(tmp_path) == []
        assert len(list(tmp_path.glob("*.part"))) == 1
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_other_peoples_files_are_not_swept(tmp_path: Path) -> None:
    (tmp_path / "film.part").write_bytes(b"x")
    (tmp_path / "0123456789abcdef.camipack.part").write_bytes(b"x")
    assert [path.name for path in sweep(tmp_path)] == ["0123456789abcdef.camipack.part"]
    assert (tmp_path / "film.part").exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG, errno.EDQUOT])
def test_t7_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, number: int) -> None:
    def write(file: IO[bytes]) -> None:
        file.write(b"half")
        raise OSError(number, os.strerror(number))

    with pytest.raises(UserError) as error:
        publish(tmp_path, ".camipack", write)
    assert error.value.code == "disk.full"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="the size limit of a process is a POSIX thing")
def test_t7_a_real_write_error_on_the_way_through_age(tmp_path: Path) -> None:
    script = f"""
        import os, resource, sys
        sys.path.insert(0, {str(Path(__file__).parents[2])!r})
        from tests.exchange.makers import Laptop, attachment
        from pathlib import Path
        from cami_survey.base.errors import UserError
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            Laptop().pack(Path({str(tmp_path)!r}), [attachment(os.urandom(300_000))], [Laptop()])
        except UserError as error:
            print(error.code)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, check=True)
    assert done.stdout.decode().strip() == "disk.full"
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []


def test_t8_what_reads_back_differently_was_not_delivered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([("aa" * 32, 4), ("bb" * 32, 4)])
    monkeypatch.setattr(module, "_read", lambda path: next(answers))
    with pytest.raises(UserError) as error:
        publish(tmp_path, ".camipack", lambda file: file.write(b"text"))
    assert error.value.code == "package.not-delivered"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UserError) as error:
        publish(tmp_path / "file", ".camipack", lambda file: file.write(b"text"))
    assert error.value.code == "folder.not-writable"


def test_an_error_of_our_own_leaves_nothing(tmp_path: Path) -> None:
    def write(file: IO[bytes]) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        publish(tmp_path, ".camipack", write)
    assert list(tmp_path.iterdir()) == []

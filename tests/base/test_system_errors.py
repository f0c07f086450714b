"""What the system refuses is said in the language of the program."""

from __future__ import annotations

import errno
import os

import pytest

from cami_survey.base.system_errors import in_words


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOENT, "there is no such file or folder"),
        (errno.EACCES, "access is denied"),
        (errno.EPERM, "access is denied"),
        (errno.ENOSPC, "there is no room left on the disk"),
        (errno.EDQUOT, "there is no room left on the disk"),
        (errno.EROFS, "the disk is write-protected"),
        (errno.ENAMETOOLONG, "the name is too long"),
        (errno.ENODEV, "the disk or stick is no longer there"),
        (errno.EIO, "the disk or stick does not answer rightly"),
        (errno.EHOSTUNREACH, "the network place cannot be reached"),
        (errno.EISDIR, "it is a folder"),
    ],
)
def test_a_number_of_the_system_has_a_sentence(number: int, said: str) -> None:
    assert in_words(OSError(number, os.strerror(number))) == said


@pytest.mark.parametrize(
    ("windows", "said"),
    [
        (32, "another program has it open"),
        (53, "the network place cannot be reached"),
        (112, "there is no room left on the disk"),
        (19, "the disk is write-protected"),
        (21, "the disk or stick is no longer there"),
        (5, "access is denied"),
    ],
)
def test_windows_tells_more_than_its_number_of_c(windows: int, said: str) -> None:
    error = OSError(errno.EACCES, "Words of Windows")
    error.winerror = windows  # type: ignore[attr-defined, unused-ignore]
    assert in_words(error) == said


def test_what_is_not_known_is_quoted() -> None:
    assert in_words(OSError(errno.EPROTO, "Protocol error")) == "the system says “Protocol error”"
    assert in_words(OSError("cut short")) == "the system says “cut short”"

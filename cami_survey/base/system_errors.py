"""What the operating system refuses, in the program's language rather than in the system's."""

from __future__ import annotations

import errno

from cami_survey.base.texts import _

# Python folds many reasons of Windows into "permission denied" and "no such file"; the number behind them tells more.
_WINDOWS = {
    19: errno.EROFS,
    21: errno.ENODEV,
    32: errno.EBUSY,
    33: errno.EBUSY,
    39: errno.ENOSPC,
    53: errno.ENETUNREACH,
    55: errno.ENODEV,
    59: errno.ENETUNREACH,
    64: errno.ENETUNREACH,
    67: errno.ENETUNREACH,
    112: errno.ENOSPC,
    121: errno.ETIMEDOUT,
    206: errno.ENAMETOOLONG,
    433: errno.ENODEV,
    1167: errno.ENODEV,
    1231: errno.ENETUNREACH,
    1232: errno.ENETUNREACH,
}
# Not every system has all of these names.
_LIKE = {
    "EACCES": "EPERM",
    "ENOSPC": "EDQUOT",
    "EBUSY": "ETXTBSY EDEADLK EAGAIN",
    "ENODEV": "ENXIO",
    "ENFILE": "EMFILE",
    "EINVAL": "ENOTSUP EOPNOTSUPP ENOSYS",
    "ENETUNREACH": "EHOSTUNREACH EHOSTDOWN ENETDOWN ENETRESET ECONNRESET ECONNABORTED ENOTCONN ESTALE",
}
_ALIKE = {getattr(errno, other, -1): getattr(errno, name) for name, others in _LIKE.items() for other in others.split()}


def in_words(error: OSError) -> str:
    """Why the system says no, in small letters and without a full stop: "{file} cannot be read: {reason}."."""
    number = _WINDOWS.get(getattr(error, "winerror", None) or 0) or error.errno or 0
    said = _known().get(_ALIKE.get(number, number))
    return said or _("the system says “{words}”").format(words=error.strerror or error)


def _known() -> dict[int, str]:
    return {
        errno.ENOENT: _("there is no such file or folder"),
        errno.ENOTDIR: _("a part of the path is no folder"),
        errno.EISDIR: _("it is a folder"),
        errno.EEXIST: _("there is already something of that name"),
        errno.ENOTEMPTY: _("the folder is not empty"),
        errno.EACCES: _("access is denied"),
        errno.EROFS: _("the disk is write-protected"),
        errno.ENOSPC: _("there is no room left on the disk"),
        errno.EFBIG: _("the file is too large for this disk"),
        errno.ENAMETOOLONG: _("the name is too long"),
        errno.ELOOP: _("the path leads back to itself"),
        errno.EXDEV: _("it lies on another disk"),
        errno.EBUSY: _("another program has it open"),
        errno.ENODEV: _("the disk or stick is no longer there"),
        errno.EIO: _("the disk or stick does not answer rightly"),
        errno.ENETUNREACH: _("the network place cannot be reached"),
        errno.ETIMEDOUT: _("no answer came in time"),
        errno.ENFILE: _("too many files are open"),
        errno.ENOMEM: _("there is not enough memory"),
        errno.EINVAL: _("this disk or name does not allow it"),
    }

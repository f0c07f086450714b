"""Where a living survey file must not lie: network drives, sticks, and folders that a cloud service copies.

Each test names a place only where it is certain of it; an unknown place is allowed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _

OVERRIDE = "CAMI_SURVEY_ALLOW_ANY_FOLDER"
NETWORK = frozenset(("nfs", "nfs4", "cifs", "smb3", "smbfs", "afpfs", "webdav", "davfs", "ncpfs", "ceph", "lustre"))
NETWORK |= {"fuse." + kind for kind in ("sshfs", "rclone", "davfs2", "gvfsd-fuse", "s3fs", "onedriver", "smbnetfs")}
STICK_FORMATS = frozenset(("vfat", "exfat", "msdos", "fuseblk", "ntfs", "ntfs3"))
STICK_FOLDERS = ("/media/", "/run/media/", "/Volumes/")
# What the services leave in the folder they keep in step.
MARKERS = (".dropbox.cache", ".dropbox", ".stfolder", ".nextcloudsync.log", ".owncloudsync.log", ".tmp.drivedownload")
MARK = re.compile("|".join((*map(re.escape, MARKERS), r"\._?sync_.*\.db")), re.S)
MAC_CLOUD = ("Library/CloudStorage", "Library/Mobile Documents")
ONEDRIVE = ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")


def check(path: Path) -> None:
    """UserError if a living survey file at `path` would be in danger."""
    if os.environ.get(OVERRIDE) == "1":
        return
    folder = path.absolute().parent.resolve()
    if _is_network(folder):
        raise _refused(path, _("“{file}” lies on a network drive, where a power cut or a lost connection destroys it."))
    if _is_stick(folder):
        raise _refused(path, _("“{file}” lies on a stick or card, where pulling it out destroys the file."))
    if _is_synced(folder):
        raise _refused(path, _("“{file}” lies in a folder that a cloud service copies while it is being written."))


def _refused(path: Path, sentence: str) -> UserError:
    return UserError(
        "file.unsafe-folder",
        sentence.format(file=path.name),
        advice=_("Keep the survey on this computer's own disk, and hand over packages or backups."),
        where=str(path),
    )


def _is_network(folder: Path) -> bool:
    if sys.platform == "win32":
        return _drive_type(folder) == 4 or str(folder).startswith("\\\\")
    return _mount(folder)[1] in NETWORK


def _is_stick(folder: Path) -> bool:
    if sys.platform == "win32":
        return _drive_type(folder) == 2
    point, kind = _mount(folder)
    return kind in STICK_FORMATS and point.startswith(STICK_FOLDERS)


def _is_synced(folder: Path) -> bool:
    roots = [Path(os.environ[name]).resolve() for name in ONEDRIVE if os.environ.get(name)]
    if sys.platform == "darwin":
        roots += [Path.home() / part for part in MAC_CLOUD]
    above = (folder, *folder.parents)
    if any(root in above for root in roots):
        return True
    return any(map(_is_marked, above))


def _is_marked(folder: Path) -> bool:
    """Whether a service left its mark in the folder itself; where names cannot be listed, one of the certain names."""
    try:
        with os.scandir(folder) as entries:
            return any(MARK.fullmatch(entry.name) for entry in entries if entry.name.startswith("."))
    except OSError:
        return any((folder / name).exists() for name in MARKERS)


def mounts() -> Iterable[tuple[str, str]]:
    """(mount point, file system) of everything mounted."""
    table = Path("/proc/self/mounts")
    if table.exists():
        for line in table.read_text("utf-8", "surrogateescape").splitlines():
            _device, point, kind, *_rest = line.split(" ")
            yield point.replace("\\040", " "), kind
    elif sys.platform == "darwin":
        listed = subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=5, check=False).stdout
        for line in listed.splitlines():
            point, _found, rest = line.partition(" on ")[2].rpartition(" (")
            yield point, rest.split(",")[0].rstrip(")")


def _mount(folder: Path) -> tuple[str, str]:
    """Mount point and file system of the folder: the longest mount point above it."""
    name = str(folder)
    under = [(point, kind) for point, kind in mounts() if name == point or name.startswith(point.rstrip("/") + "/")]
    return max(under, key=lambda found: len(found[0]), default=("", ""))


def _drive_type(folder: Path) -> int:
    if sys.platform == "win32":
        import ctypes

        return int(ctypes.windll.kernel32.GetDriveTypeW(folder.anchor))
    return 0

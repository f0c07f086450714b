"""Which machine this is, so that a copied survey file notices that it is somewhere else."""

from __future__ import annotations

import ctypes
import hashlib
import secrets
import sys
import uuid
from pathlib import Path

from cami_survey.base.places import home


def machine() -> str:
    """A hex hash of the operating system's machine id and a random id in the person's folder."""
    return hashlib.sha256(f"{_system_id()}\n{_own_id()}".encode()).hexdigest()


def place(survey: Path) -> str:
    """The machine and the file itself: a copy of the file has another place even on the same machine."""
    return f"{machine()}-{survey.stat().st_ino:x}"


def _own_id() -> str:
    path = home() / "machine-id"
    try:
        return path.read_text("ascii")
    except FileNotFoundError:
        path.write_text(secrets.token_hex(16), "ascii")
        return path.read_text("ascii")


def _system_id() -> str:
    if sys.platform == "win32":
        import winreg

        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])
    if sys.platform == "darwin":
        found = (ctypes.c_ubyte * 16)()
        wait = (ctypes.c_long * 2)(1, 0)
        if ctypes.CDLL(None).gethostuuid(found, wait) == 0:
            return bytes(found).hex()
    for path in (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id")):
        if path.is_file():
            return path.read_text("ascii", "replace").strip()
    return f"{uuid.getnode():x}"

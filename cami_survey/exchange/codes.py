"""How a laptop introduces itself: a short code that is read aloud, and a card code that a QR code holds whole.

The short code is the first 60 bits of the device's fingerprint, in an alphabet without letters that sound or look like
others. The card code is `CAMI1:<key>:<recipient>:<number>:<name>:<facilitator>:<check>`, all its parts percent-encoded.
"""

from __future__ import annotations

import base64
import hashlib
import re
from urllib.parse import quote, unquote

from cami_survey.base.errors import UserError
from cami_survey.base.records import DeviceInfo
from cami_survey.base.texts import _
from cami_survey.exchange import keys

TAG = "CAMI1"
BITS = 60
LONGEST = 2000
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SPOKEN = str.maketrans("OIL", "011")
_BETWEEN = re.compile(r"[\s\-–]+")
_SHORT = re.compile(f"[{ALPHABET}]{{12}}")


def short_code(device_id: str) -> str:
    """The code of a device for reading aloud: `K7QX-2MDP-9RTA`."""
    number = int(device_id[:16], 16) >> (64 - BITS)
    letters = "".join(ALPHABET[number >> at & 31] for at in range(BITS - 5, -1, -5))
    return "-".join(letters[at : at + 4] for at in range(0, 12, 4))


def short_in(text: str) -> str | None:
    """The short code that a person typed, as `short_code` writes it; None if it is none."""
    letters = _BETWEEN.sub("", text).upper().translate(_SPOKEN)
    if not _SHORT.fullmatch(letters):
        return None
    return "-".join(letters[at : at + 4] for at in range(0, 12, 4))


def card_code(device: DeviceInfo) -> str:
    """All that others need of a device, in one line."""
    key = base64.b32encode(device.public_key).decode().rstrip("=")
    parts = [TAG, key, device.recipient.upper(), str(device.number), quote(device.name), quote(device.facilitator)]
    line = ":".join(parts)
    return f"{line}:{_check(line)}"


def read_card_code(text: str) -> DeviceInfo:
    """The device of a card code. UserError where it is not whole."""
    line, _colon, check = text.strip().rpartition(":")
    parts = line.split(":")
    if len(text) > LONGEST or len(parts) != 6 or parts[0] != TAG or _check(line) != check.upper():
        raise _broken()
    try:
        key = base64.b32decode(parts[1] + "=" * (-len(parts[1]) % 8))
        number = int(parts[3])
    except ValueError:
        raise _broken() from None
    recipient = parts[2].lower()
    if len(key) != 32 or not keys.is_recipient(recipient):
        raise _broken()
    name, facilitator = unquote(parts[4]), unquote(parts[5])
    return DeviceInfo(keys.fingerprint(key), number, name, facilitator, key, recipient, trusted=False)


def is_card_code(text: str) -> bool:
    """Whether a text means to be a card code."""
    return text.strip().startswith(TAG + ":")


def _check(line: str) -> str:
    return base64.b32encode(hashlib.sha256(line.encode()).digest()[:5]).decode()


def _broken() -> UserError:
    return UserError(
        "device.broken-code",
        _("This is not the whole card code of a laptop."),
        advice=_("Copy or scan it again, from CAMI1 to the end."),
    )

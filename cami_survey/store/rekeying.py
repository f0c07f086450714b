"""Another key for a survey file, or one for the first time, or none any more: written anew, verified, then exchanged.

The file is always written anew under a fresh random key: whoever knew the old passphrase and kept an old copy of the
slots could otherwise read what is written later.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _
from cami_survey.store import damage, folders, keys, machine, opening, slots
from cami_survey.store.backups import KeyPair, sweep_part, unsound
from cami_survey.store.connection import connect
from cami_survey.store.disk import sync
from cami_survey.store.verifying import verify

WIPE = 1 << 20


def change_key(path: Path | str, key: opening.Key, new_key: opening.Key) -> None:
    """Write a closed survey file anew under `new_key`, None for no key.

    Killed at any moment, the file opens by one of the two keys. Recovery recipients are kept.
    The device stays the same; the backups made before keep the key they had.
    """
    path = Path(path)
    pair = opening.known_key(path, key)
    folders.check(path)
    held = opening.take_lock(path)
    if held is None:
        raise damage.read_only(path)
    try:
        opening.writing(path, pair).close()
        if pair is not None:
            slots.rest(path)
        known = slots.read(path) if pair is not None else None
        recipients = tuple(name for name, _box in known.recovery) if known is not None else ()
        new_pair, new_slots = opening.new_key(new_key, recipients)
        part = path.with_name(f"{path.name}.rekey.part")
        try:
            with damage.spoken(path, keyed=pair is not None):
                _write_anew(path, pair, part, new_pair, new_slots)
                _exchange(path, part, wipe=pair is None and new_pair is not None)
        finally:
            sweep_part(part)
    finally:
        held.release()


def _write_anew(path: Path, pair: KeyPair, part: Path, new_pair: KeyPair, new_slots: slots.Slots | None) -> None:
    damage.sweep(part)
    before = verify(path, pair, "immutable")
    if not before.ok:
        raise unsound(path, before)
    _export(path, pair, part, new_pair)
    after = verify(part, new_pair, "immutable")
    if not after.ok or after.counts != before.counts:
        raise UserError(
            "key.not-changed",
            _("The copy under the new key is not the same as “{file}”, so the key was not changed.").format(
                file=path.name
            ),
            where=str(path),
        )
    if new_slots is not None:
        slots.append(part, new_slots)
    sync(part)


def _export(path: Path, pair: KeyPair, part: Path, new_pair: KeyPair) -> None:
    raw = connect(path, pair, mode="immutable")
    try:
        raw.execute("PRAGMA query_only = OFF")
        raw.execute(f"PRAGMA cipher_default_page_size = {keys.PAGE}")
        secret = "" if new_pair is None else f"x'{new_pair[0].hex()}{new_pair[1].hex()}'"
        raw.execute("ATTACH DATABASE ? AS target KEY ?", (f"{part.absolute().as_uri()}?mode=rwc", secret))
        raw.execute(f"PRAGMA target.page_size = {keys.PAGE}")
        raw.execute("SELECT sqlcipher_export('target')")
        for name in ("application_id", "user_version"):
            (value,) = raw.execute(f"PRAGMA main.{name}").fetchone()
            raw.execute(f"PRAGMA target.{name} = {int(value)}")
        # The new file is the old device at the same place.
        places = (machine.place(part), machine.place(path))
        raw.execute("UPDATE target.identity SET place = ? WHERE place = ?", places)
        raw.execute("DETACH DATABASE target")
    finally:
        raw.close()


def _exchange(path: Path, part: Path, *, wipe: bool) -> None:
    """One rename; what was readable without a key is written over, as far as the disk writes in place."""
    old = path.open("r+b") if wipe and os.name != "nt" else None
    try:
        part.replace(path)
        sync(path.parent)
        if old is not None:
            with suppress(OSError):
                _wipe(old.fileno(), os.fstat(old.fileno()).st_size)
    finally:
        if old is not None:
            old.close()


def _wipe(handle: int, size: int) -> None:
    for start in range(0, size, WIPE):
        os.pwrite(handle, bytes(min(WIPE, size - start)), start)
    os.fsync(handle)

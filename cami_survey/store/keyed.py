"""What an open survey file knows of its key: does another word open it, and who can recover it."""

from __future__ import annotations

import hmac

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _
from cami_survey.store import damage, opening, slots
from cami_survey.store.core import Core


class Keyed(Core):
    """The part of a survey file that minds its key."""

    def opens_with(self, key: bytes | str) -> bool:
        """Whether `key` (passphrase, raw key, recovery code) opens this file; as slow as opening it.

        UserError for a recovery code that is mistyped.
        """
        if self._db.key is None:
            return False
        try:
            raw, _salt = opening.unlocked(self.path, key)
        except UserError as error:
            if error.code.startswith("recovery."):
                raise
            return False
        return hmac.compare_digest(raw, self._db.key[0])

    def key_for_keyring(self) -> str:
        """The raw key in hex, for the system's keyring alone."""
        return self._key()[0].hex()

    def key_name(self) -> str:
        """A public name of this file's key: it changes whenever the key does."""
        return self._key()[1].hex()

    def recovery_recipients(self) -> list[str]:
        """The age recipients whose secret half opens this file."""
        found = slots.read(self.path) if self.encrypted else None
        return [name for name, _box in found.recovery] if found is not None else []

    def add_recovery(self, recipient: str) -> None:
        """Let the secret half of an age recipient open this file from now on, and its later backups."""
        key, salt = self._key()
        self.ensure_writable()
        found = slots.read(self.path) or slots.Slots(salt)
        with damage.spoken(self.path, keyed=True):
            slots.write_beside(self.path, found.with_recovery(recipient, key))
        with self._db.write() as connection:
            self._log(connection, "recovery", recipient=recipient)

    def remove_recovery(self, recipient: str) -> None:
        """A recovery code opens this file no longer. Who kept an older copy of it still has what was in that copy."""
        self._key()
        self.ensure_writable()
        found = slots.read(self.path)
        if found is None or recipient not in dict(found.recovery):
            raise UserError("recovery.unknown", _("No recovery code of that name opens this survey."), where=recipient)
        with damage.spoken(self.path, keyed=True):
            slots.write_beside(self.path, found.without_recovery(recipient))
        with self._db.write() as connection:
            self._log(connection, "recovery-removed", recipient=recipient)

    def _key(self) -> tuple[bytes, bytes]:
        if self._db.key is None:
            raise UserError(
                "key.none",
                _("“{file}” is not encrypted.").format(file=self.path.name),
                advice=_("Encrypt it first."),
                where=str(self.path),
            )
        return self._db.key

"""Withdrawal of consent: a signed fact that drops what a respondent said, here and wherever it arrives later."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.engine import Connection

from cami_survey.store.canonical import FORMAT, MalformedError, decode, digest, encode, nfc
from cami_survey.store.reading import Reading
from cami_survey.store.revisions import HEX64, NAME_LIMIT, check_format
from cami_survey.store.tables import DRAFT, DRAFT_EDIT, RECORD, REVISION, WITHDRAWAL


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Who withdrew which record. `public_key` is hex."""

    record: str
    public_key: str


def withdrawal_id(head: bytes) -> bytes:
    """The id of a withdrawal."""
    return digest("withdrawal", head)


def read_withdrawal(head: bytes) -> Withdrawal:
    """The withdrawal in `head`; MalformedError unless it is signed by the key it names."""
    value = decode(head)
    check_format(value)
    signature, record, key = value.pop("signature", None), value.get("record"), value.get("public_key")
    if not isinstance(signature, str) or not isinstance(record, str) or not 0 < len(record) <= NAME_LIMIT:
        raise MalformedError("withdrawal is incomplete")
    if not isinstance(key, str) or not HEX64.fullmatch(key):
        raise MalformedError("withdrawal names no key")
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(signature), digest("withdrawal-payload", encode(value)))
    except (InvalidSignature, ValueError) as error:
        raise MalformedError("withdrawal is not signed by its device") from error
    return Withdrawal(record, key)


def redact(connection: Connection, record: str) -> None:
    """Drop what is kept of a record but the names and hashes of its revisions."""
    connection.exec_driver_sql("PRAGMA secure_delete = ON")
    connection.execute(sa.update(REVISION).where(REVISION.c.record == record).values(body=None, salt=None))
    drafts = sa.select(DRAFT.c.id).where(DRAFT.c.record == record)
    connection.execute(sa.delete(DRAFT_EDIT).where(DRAFT_EDIT.c.draft.in_(drafts)))
    connection.execute(sa.delete(DRAFT).where(DRAFT.c.record == record))
    pos = connection.execute(sa.select(RECORD.c.pos).where(RECORD.c.record == record)).scalar()
    if pos is not None:
        connection.exec_driver_sql("DELETE FROM search WHERE rowid = ?", (pos,))
        connection.execute(sa.delete(RECORD).where(RECORD.c.record == record))
    connection.exec_driver_sql("PRAGMA secure_delete = OFF")


class Withdrawals(Reading):
    """The part of a survey file that forgets."""

    def withdraw(self, record: str, reason: str = "") -> None:
        """Drop a record for good, here and, through packages, everywhere. It cannot be taken back."""
        with self._db.write() as connection:
            if (
                connection.execute(sa.select(REVISION.c.seq).where(REVISION.c.record == record).limit(1)).scalar()
                is None
            ):
                raise self._unknown_record(connection, record)
            payload = {"v": FORMAT, "record": record, "public_key": self._device.public_key.hex()}
            payload |= {"hlc": self._tick(connection), "reason": nfc(reason)}
            signature = self._secret(connection).sign(digest("withdrawal-payload", encode(payload)))
            head = encode(payload | {"signature": signature.hex()})
            connection.execute(sa.insert(WITHDRAWAL), {"id": withdrawal_id(head), "record": record, "head": head})
            redact(connection, record)
            self._log(connection, "withdraw", record=record)

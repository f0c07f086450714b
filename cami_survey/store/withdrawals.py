"""Withdrawal of consent: a signed fact that drops what a respondent said, here and wherever it arrives later."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.engine import Connection

from cami_survey.store.canonical import FORMAT, MalformedError, decode, digest, encode, nfc
from cami_survey.store.forms import form_contents
from cami_survey.store.reading import Reading
from cami_survey.store.revisions import HEX64, NAME_LIMIT, check_format
from cami_survey.store.statements import file_of, records_of
from cami_survey.store.tables import (
    ATTACHMENT,
    DRAFT,
    DRAFT_EDIT,
    FORM,
    RECORD,
    REVIEW,
    REVISION,
    REVISION_FILE,
    STATEMENT,
    WITHDRAWAL,
)

NAMES = re.compile(rb'"([0-9a-f]{64})"')


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
    files = _files_of(connection, record)
    connection.execute(sa.update(REVISION).where(REVISION.c.record == record).values(body=None, salt=None))
    drafts = sa.select(DRAFT.c.id).where(DRAFT.c.record == record)
    connection.execute(sa.delete(DRAFT_EDIT).where(DRAFT_EDIT.c.draft.in_(drafts)))
    connection.execute(sa.delete(DRAFT).where(DRAFT.c.record == record))
    pos = connection.execute(sa.select(RECORD.c.pos).where(RECORD.c.record == record)).scalar()
    if pos is not None:
        connection.exec_driver_sql("DELETE FROM search WHERE rowid = ?", (pos,))
        connection.execute(sa.delete(RECORD).where(RECORD.c.record == record))
    _drop_statements(connection, record)
    drop_orphans(connection, files)
    # The index keeps the words of what was taken out of it until its parts are joined anew.
    connection.exec_driver_sql("INSERT INTO search (search) VALUES ('optimize')")
    connection.exec_driver_sql("PRAGMA secure_delete = OFF")


def drop_orphans(connection: Connection, files: Collection[bytes]) -> int:
    """Of these files drop those that no interview, draft, form or statement needs any more; returns how many."""
    needed = sa.select(REVISION_FILE.c.attachment).join(REVISION, REVISION.c.id == REVISION_FILE.c.revision)
    forms = connection.execute(sa.select(FORM.c.head)).scalars()
    kept = {content for head in forms for content in form_contents(decode(head))}
    kept.update(file for head in connection.execute(sa.select(STATEMENT.c.head)).scalars() if (file := file_of(head)))
    gone = []
    for file in files:
        query = needed.where(REVISION_FILE.c.attachment == file, REVISION.c.body.is_not(None)).limit(1)
        if file not in kept and not connection.execute(query).first() and not _in_draft(connection, file):
            gone.append(file)
    if not gone:
        return 0
    connection.exec_driver_sql("PRAGMA secure_delete = ON")
    with _unguarded(connection, "attachment_no_delete"):
        connection.execute(sa.delete(ATTACHMENT).where(ATTACHMENT.c.id.in_(gone)))
    connection.exec_driver_sql("PRAGMA secure_delete = OFF")
    return len(gone)


@contextmanager
def _unguarded(connection: Connection, guard: str) -> Iterator[None]:
    """Without the trigger of this name, which stands again afterwards."""
    made = connection.exec_driver_sql("SELECT sql FROM sqlite_schema WHERE name = ?", (guard,)).scalar_one()
    connection.exec_driver_sql(f"DROP TRIGGER {guard}")
    yield
    connection.exec_driver_sql(made)


def _drop_statements(connection: Connection, record: str) -> None:
    """What was asked about the answers of a record, and the answers as they were then."""
    query = sa.select(STATEMENT.c.id, STATEMENT.c.topic, STATEMENT.c.subject)
    rows = connection.execute(query.where(sa.func.instr(STATEMENT.c.subject, record) > 0))
    gone = [row.id for row in rows if record in records_of(row.topic, row.subject)]
    if gone:
        with _unguarded(connection, "statement_no_delete"):
            connection.execute(sa.delete(STATEMENT).where(STATEMENT.c.id.in_(gone)))
    connection.execute(sa.delete(REVIEW).where(REVIEW.c.record == record))


def _files_of(connection: Connection, record: str) -> set[bytes]:
    """What the revisions and drafts of a record name."""
    named = sa.select(REVISION_FILE.c.attachment).join(REVISION, REVISION.c.id == REVISION_FILE.c.revision)
    found = set(connection.execute(named.where(REVISION.c.record == record)).scalars())
    drafts = sa.select(DRAFT.c.base).where(DRAFT.c.record == record)
    edits = sa.select(DRAFT_EDIT.c.changes).join(DRAFT, DRAFT.c.id == DRAFT_EDIT.c.draft)
    for query in (drafts, edits.where(DRAFT.c.record == record)):
        for content in connection.execute(query).scalars():
            found |= {bytes.fromhex(name.decode()) for name in NAMES.findall(content)}
    return found


def _in_draft(connection: Connection, file: bytes) -> bool:
    name = file.hex().encode()
    for column in (DRAFT.c.base, DRAFT_EDIT.c.changes):
        if connection.execute(sa.select(sa.literal(1)).where(sa.func.instr(column, name) > 0).limit(1)).first():
            return True
    return False


def withdrawal_heads(connection: Connection) -> dict[str, bytes]:
    """The withdrawals of a file: record -> one fact."""
    rows = connection.execute(sa.select(WITHDRAWAL.c.record, WITHDRAWAL.c.head).order_by(WITHDRAWAL.c.seq.desc()))
    return {row.record: row.head for row in rows}


def carry_over(connection: Connection, heads: Mapping[str, bytes]) -> int:
    """Withdraw in this file what was withdrawn in another copy of it; returns how many were new."""
    known = withdrawal_heads(connection)
    new = {record: head for record, head in heads.items() if record not in known}
    for record, head in new.items():
        connection.execute(sa.insert(WITHDRAWAL), {"id": withdrawal_id(head), "record": record, "head": head})
        redact(connection, record)
    return len(new)


class Withdrawals(Reading):
    """The part of a survey file that forgets."""

    def withdraw(self, record: str, reason: str = "") -> None:
        """Drop a record for good, here and, through packages, everywhere. It cannot be taken back.

        The file is then written anew, so that free pages and the log hold nothing of it. Backups are not touched.
        """
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
        self._db.rewrite()

    def withdrawn(self) -> list[str]:
        """The records whose respondents took back consent."""
        with self._db.read() as connection:
            return sorted(withdrawal_heads(connection))

    def withdrawal_heads(self) -> dict[str, bytes]:
        """The facts by which consent was taken back: record -> fact."""
        with self._db.read() as connection:
            return withdrawal_heads(connection)

"""Statements: signed facts about the survey itself, such as a new reference table or a doubt about a cell of one.

A statement has a topic (what kind it is), a subject (what it is about) and a body of texts. Two that contradict each
other both stand; who reads them decides by topic, as a rule for the latest by its stamp.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.engine import Connection

from cami_survey.base.clock import Stamp, from_millis
from cami_survey.base.records import Fact, Statement
from cami_survey.store.canonical import FORMAT, MalformedError, decode, digest, encode, nfc, nfc_mapping
from cami_survey.store.devices import Devices
from cami_survey.store.revisions import HEX64, NAME_LIMIT, STAMP, check_format
from cami_survey.store.tables import ATTACHMENT, STATEMENT

TOPIC = re.compile(r"[a-z][a-z0-9.-]{0,63}")
OF_RECORDS = ("review.", "duplicate.")
"""How topics begin whose subject is the id of a record, or of two with a blank between."""
FILE = "file"
"""The entry of a body that names an attachment by its SHA-256."""


def records_of(topic: str, subject: str) -> list[str]:
    """The records that a statement is about."""
    return subject.split() if topic.startswith(OF_RECORDS) else []


def statement_id(head: bytes) -> bytes:
    """The id of a statement."""
    return digest("statement", head)


def read_statement(head: bytes) -> dict[str, Any]:
    """What `head` says, without its signature; MalformedError unless it is signed by the key it names."""
    value = decode(head)
    check_format(value)
    signature, key, body = value.pop("signature", None), value.get("public_key"), value.get("body")
    topic, subject, hlc = value.get("topic"), value.get("subject"), value.get("hlc")
    if not isinstance(topic, str) or not TOPIC.fullmatch(topic):
        raise MalformedError("statement has no topic")
    if (
        not isinstance(subject, str)
        or len(subject) > NAME_LIMIT
        or not isinstance(hlc, str)
        or not STAMP.fullmatch(hlc)
    ):
        raise MalformedError("statement is incomplete")
    if not isinstance(body, dict) or not all(isinstance(text, str) for text in body.values()):
        raise MalformedError("statement has no body of texts")
    if not isinstance(key, str) or not HEX64.fullmatch(key) or not isinstance(signature, str):
        raise MalformedError("statement names no key")
    if FILE in body and not HEX64.fullmatch(body[FILE]):
        raise MalformedError("statement names no file")
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(signature), digest("statement-payload", encode(value)))
    except (InvalidSignature, ValueError) as error:
        raise MalformedError("statement is not signed by its device") from error
    return value


def row_of(head: bytes, package: int | None) -> dict[str, Any]:
    """The row of the table for a statement; MalformedError if it is none."""
    value = read_statement(head)
    return {
        "id": statement_id(head),
        "topic": value["topic"],
        "subject": value["subject"],
        "hlc": value["hlc"],
        "dev": hashlib.sha256(bytes.fromhex(value["public_key"])).digest(),
        "head": head,
        "package": package,
    }


def file_of(head: bytes) -> bytes | None:
    """The attachment that belongs to a statement."""
    name = decode(head)["body"].get(FILE)
    return bytes.fromhex(name) if name else None


def statement_facts(connection: Connection, records: Collection[str] | None = None) -> Iterator[Fact]:
    """Every statement, each after the file it names; with `records` those about other records stay here."""
    wanted = None if records is None else set(records)
    columns = (STATEMENT.c.id, STATEMENT.c.head, STATEMENT.c.topic, STATEMENT.c.subject)
    for row in connection.execute(sa.select(*columns).order_by(STATEMENT.c.seq)).all():
        about = records_of(row.topic, row.subject)
        if wanted is not None and about and wanted.isdisjoint(about):
            continue
        file = file_of(row.head)
        if file is not None:
            content = connection.execute(sa.select(ATTACHMENT.c.content).where(ATTACHMENT.c.id == file)).scalar()
            if content is not None:
                yield Fact("attachment", file.hex(), content)
        yield Fact("statement", row.id.hex(), row.head)


class Statements(Devices):
    """The part of a survey file that keeps statements."""

    def state(self, topic: str, subject: str, body: Mapping[str, str]) -> Statement:
        """Say something, under this device's signature; it travels with every package."""
        with self._db.write() as connection:
            return self._state(connection, topic, subject, body)

    def _state(self, connection: Connection, topic: str, subject: str, body: Mapping[str, str]) -> Statement:
        """The same inside a transaction."""
        payload = {
            "v": FORMAT,
            "topic": topic,
            "subject": nfc(subject),
            "body": nfc_mapping(body),
            "public_key": self._device.public_key.hex(),
            "hlc": self._tick(connection),
        }
        signature = self._secret(connection).sign(digest("statement-payload", encode(payload)))
        row = row_of(encode(payload | {"signature": signature.hex()}), None)
        connection.execute(sa.insert(STATEMENT), row)
        self._heard(connection, row)
        self._log(connection, "state", topic=topic, subject=nfc(subject))
        return statement_of(row, self._names(connection), self._dev)

    def _heard(self, connection: Connection, row: Mapping[str, Any]) -> None:
        """A statement was made here; whoever keeps an index of a topic brings it up to date."""

    def statements(self, topic: str, subjects: Collection[str] | None = None) -> list[Statement]:
        """What was said on a topic, about some subjects or about all, oldest first."""
        query = sa.select(STATEMENT).where(STATEMENT.c.topic == topic).order_by(STATEMENT.c.hlc, STATEMENT.c.id)
        if subjects is not None:
            query = query.where(STATEMENT.c.subject.in_(list(subjects)))
        with self._db.read() as connection:
            names = self._names(connection)
            rows: Iterable[Any] = connection.execute(query).mappings().all()
            return [statement_of(row, names, self._dev) for row in rows]


def statement_of(row: Mapping[str, Any], names: Mapping[bytes, str], own: bytes) -> Statement:
    """A row of the table as others read it."""
    value = decode(row["head"])
    return Statement(
        id=row["id"].hex(),
        topic=row["topic"],
        subject=row["subject"],
        body=value["body"],
        device=row["dev"].hex(),
        device_name=names.get(row["dev"], ""),
        this_device=row["dev"] == own,
        at=from_millis(Stamp.parse(row["hlc"]).millis),
    )

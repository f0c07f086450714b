"""Answers that say who somebody is, sealed for other people than the rest of the interview.

A device seals under a random key of its own, which a statement carries, wrapped for this device and for the recipients
of names. The same answer of the same question of the same interview always makes the same sealed text, so that saving
an interview again changes nothing in it; the text opens wherever it stands, so that moving it loses nothing.
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import orjson
import pyrage
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from sqlalchemy.engine import Connection

from cami_survey.base.clock import Clock
from cami_survey.base.errors import UserError
from cami_survey.base.records import Answers
from cami_survey.base.remarks import remark_of
from cami_survey.base.sealed import PREFIX, is_sealed, parts, sealed
from cami_survey.base.texts import _
from cami_survey.store.canonical import decode, digest, nfc
from cami_survey.store.connection import Connections
from cami_survey.store.core import NOTE, get_local, set_local
from cami_survey.store.revisions import trusted_answers, trusted_body
from cami_survey.store.statements import Statements
from cami_survey.store.tables import IDENTITY, REVISION, STATEMENT

TOPIC = "names.key"
RECIPIENTS = "names.recipients"
CHOSEN, LEFT = "names.questions", "names.left"
"""What a copy remembers of names: for whom, and which questions a person added or left."""
KEY_BYTES = 64
NONCE = 16
BLOCK = 32
MARKED = PREFIX.encode()
END = b"\x01"
_KEYS = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Written:
    """What is written of a record: what stands before a new revision, every sealed text a field ever had, and every
    one of a question of that name: another version of the form asks it elsewhere, or keeps it aside."""

    before: Mapping[str, str]
    ever: Mapping[str, frozenset[str]]
    alike: Mapping[str, frozenset[str]]


class Sealing(Statements):
    """The part of a survey file that seals answers and opens them."""

    def __init__(self, connections: Connections, clock: Clock) -> None:
        super().__init__(connections, clock)
        # Keys by their name, and those that nobody had wrapped for this file when so many statements were here.
        self._name_keys: dict[str, bytes] = {}
        self._name_closed: dict[str, int] = {}

    # ---- for whom

    def names_recipients(self) -> list[tuple[str, str]]:
        """(name, age recipient) of everybody this copy seals names for, by name; empty where it seals nothing."""
        with self._db.read() as connection:
            return self._names_recipients(connection)

    def set_names_recipients(self, recipients: Mapping[str, str]) -> None:
        """Seal names for these (age recipient -> name) from the next saving on. It is no part of what travels."""
        for recipient in recipients:
            _recipient(recipient)
        told = {recipient: nfc(name) for recipient, name in recipients.items()}
        with self._db.write() as connection:
            set_local(connection, NOTE + RECIPIENTS, orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode())
            self._log(connection, "names-recipients", recipients=sorted(told))

    def _names_recipients(self, connection: Connection) -> list[tuple[str, str]]:
        told = get_local(connection, NOTE + RECIPIENTS)
        found = orjson.loads(told) if told else {}
        return sorted((str(name), str(recipient)) for recipient, name in found.items())

    def share_names(self, recipients: Collection[str]) -> int:
        """Let these (age recipients) open what this file can open; returns how many keys were handed on."""
        boxed = [_recipient(recipient) for recipient in recipients]
        with self._db.write() as connection:
            keys = self._all_keys(connection)
            for name, key in keys.items():
                body = {"box": _boxed(key, boxed), "recipients": " ".join(sorted(recipients))}
                self._state(connection, TOPIC, name, body)
            return len(keys)

    def sealed_answers(self) -> tuple[int, int]:
        """How many interviews hold sealed answers that this file can open, and how many hold some it cannot."""
        sql = (
            "SELECT DISTINCT r.record, v.body FROM record AS r JOIN revision AS v"
            " ON (v.id = r.head OR (r.head IS NULL AND v.record = r.record))"
            " WHERE r.deleted = 0 AND instr(v.body, ?) > 0"
        )
        closed: dict[str, bool] = {}
        with self._db.read() as connection:
            for record, body in connection.exec_driver_sql(sql, (MARKED,)):
                texts = self._unsealed(connection, trusted_body(body).fields).values()
                closed[record] = closed.get(record, False) or any(map(is_sealed, texts))
        return len(closed) - sum(closed.values()), sum(closed.values())

    # ---- opening

    def _unsealed(self, connection: Connection, texts: Mapping[str, str]) -> dict[str, str]:
        """The texts, with everything that can be opened here."""
        return {name: self._unseal(connection, text) for name, text in texts.items()}

    def _unseal(self, connection: Connection, text: str) -> str:
        name, box = parts(text)
        key = self._names_key(connection, name) if name else None
        if key is None:
            return text
        try:
            data = urlsafe_b64decode(box + "=" * (-len(box) % 4))
            return AESSIV(key).decrypt(data[NONCE:], [data[:NONCE]]).rstrip(b"\0").removesuffix(END).decode()
        except (InvalidTag, ValueError):
            return text

    def _unsealed_answers(self, connection: Connection, answers: Answers) -> Answers:
        """The answers with everything that can be opened here."""
        if not any(text.startswith(PREFIX) for part in (answers.fields, answers.computed) for text in part.values()):
            return answers
        fields, computed = (self._unsealed(connection, part) for part in (answers.fields, answers.computed))
        return replace(answers, fields=fields, computed=computed)

    def _answers_of(self, connection: Connection, body: bytes) -> tuple[Answers, bool, bool]:
        """The answers in a body as they can be read here, whether what was computed is stale, and whether the body has
        anything sealed."""
        answers, is_stale = trusted_answers(body)
        has_sealed = MARKED in body
        return self._unsealed_answers(connection, answers) if has_sealed else answers, is_stale, has_sealed

    # ---- keys

    def _names_key(self, connection: Connection, name: str) -> bytes | None:
        """The key of this name, None if nobody wrapped it for this file."""
        if name in self._name_keys:
            return self._name_keys[name]
        last = int(connection.exec_driver_sql("SELECT coalesce(max(seq), 0) FROM statement").scalar_one())
        if self._name_closed.get(name, -1) == last:
            return None
        for statement in self._key_statements(connection, name):
            key = self._unboxed(connection, name, statement["box"])
            if key is not None:
                self._name_keys[name] = key
                return key
        self._name_closed[name] = last
        return None

    def _key_statements(self, connection: Connection, name: str = "") -> list[Mapping[str, str]]:
        query = sa.select(STATEMENT.c.head).where(STATEMENT.c.topic == TOPIC).order_by(STATEMENT.c.seq)
        if name:
            query = query.where(STATEMENT.c.subject == name)
        heads = connection.execute(query).scalars()
        return [
            {"box": "", "recipients": "", **(said := decode(head))["body"], "key": said["subject"]} for head in heads
        ]

    def _unboxed(self, connection: Connection, name: str, box: str) -> bytes | None:
        identities = connection.execute(sa.select(IDENTITY.c.age_identity)).scalars()
        opening = [pyrage.x25519.Identity.from_str(str(text)) for text in identities]
        try:
            key = pyrage.decrypt(b64decode(box, validate=True), opening)
        except (pyrage.DecryptError, ValueError):
            return None
        return key if len(key) == KEY_BYTES and _name_of(key) == name else None

    def _all_keys(self, connection: Connection) -> dict[str, bytes]:
        names = {statement["key"] for statement in self._key_statements(connection)}
        found = {name: self._names_key(connection, name) for name in sorted(names)}
        return {name: key for name, key in found.items() if key is not None}

    def _own_key(self, connection: Connection, recipients: Iterable[str]) -> tuple[str, bytes]:
        """The key of this device for these recipients and itself, made when it is needed first."""
        wanted = " ".join(sorted(set(recipients) | {self._device.recipient}))
        query = sa.select(STATEMENT.c.head).where(STATEMENT.c.topic == TOPIC, STATEMENT.c.dev == self._dev)
        for head in connection.execute(query.order_by(STATEMENT.c.seq)).scalars():
            said = decode(head)
            own = said["body"].get("made") and said["body"].get("recipients") == wanted
            if own and (key := self._names_key(connection, said["subject"])) is not None:
                return said["subject"], key
        key = secrets.token_bytes(KEY_BYTES)
        name = _name_of(key)
        body = {"box": _boxed(key, [_recipient(one) for one in wanted.split()]), "recipients": wanted, "made": "1"}
        self._state(connection, TOPIC, name, body)
        return name, key

    # ---- sealing

    def _written(self, connection: Connection, record: str, before: Mapping[str, str]) -> Written:
        """What is written of a record, where any of it is sealed."""
        query = sa.select(REVISION.c.body).where(REVISION.c.record == record, REVISION.c.body.is_not(None))
        ever: dict[str, set[str]] = {}
        for body in connection.execute(query.where(sa.func.instr(REVISION.c.body, MARKED) > 0)).scalars():
            said = trusted_body(body)
            for name, text in (*said.fields.items(), *said.computed.items()):
                if is_sealed(text):
                    ever.setdefault(name, set()).add(text)
        alike: dict[str, frozenset[str]] = {}
        for name, texts in ever.items():
            alike[_question(name)] = alike.get(_question(name), frozenset()) | texts
        return Written(before, {name: frozenset(texts) for name, texts in ever.items()}, alike)

    def _as_written(
        self, connection: Connection, record: str, texts: Mapping[str, str], written: Written, paths: Collection[str]
    ) -> dict[str, str]:
        """The texts as they are to be written: sealed where they are at `paths` or ever were.

        What was written already is written in the same way, so that nobody seems to have changed it.
        """
        if not paths and not written.ever:
            return dict(texts)
        return {name: self._one(connection, record, name, text, written, paths) for name, text in texts.items()}

    def _one(
        self, connection: Connection, record: str, name: str, text: str, written: Written, paths: Collection[str]
    ) -> str:
        before = written.before.get(name)
        ever = written.ever.get(name) or written.alike.get(_question(name), frozenset())
        if is_sealed(text) or text == before:
            return text
        known = sorted(ever, key=lambda one: (one != before, one))
        same = next((one for one in known if self._unseal(connection, one) == nfc(text)), None)
        if same is not None:
            return same
        if not ever and _path(name) not in paths:
            return text
        recipients = [recipient for _name, recipient in self._names_recipients(connection)]
        recipients += self._recipients_of(connection, known, unproven=not recipients)
        return _seal(*self._own_key(connection, recipients), record, name, nfc(text))

    def _recipients_of(self, connection: Connection, known: Iterable[str], *, unproven: bool) -> list[str]:
        """For whom an answer was sealed until now. Whether who says so knew the key is seen only where it opens."""
        for name in (parts(text)[0] for text in known):
            opens = self._names_key(connection, name) is not None
            for statement in self._key_statements(connection, name):
                believed = self._unboxed(connection, name, statement["box"]) is not None if opens else unproven
                if statement.get("made") and believed:
                    return [one for one in statement["recipients"].split() if _is_recipient(one)]
        return []


def _path(name: str) -> str:
    """The question that a field is of, or a remark is on."""
    return _KEYS.sub("", remark_of(name)[1] if name.startswith("@") else name)


def _question(name: str) -> str:
    """The name of the question that a field is of, or a remark is on."""
    return _path(name).rpartition("/")[2]


def _name_of(key: bytes) -> str:
    return digest("names-key", key)[:12].hex()


def _seal(name: str, key: bytes, record: str, field: str, text: str) -> str:
    """The nonce is made of what is sealed and where, so that one answer in one place has one sealed text."""
    place = f"{record}\0{field}\0{text}".encode()
    nonce = hmac.digest(key, b"cami-survey/names-nonce/1\0" + place, "sha256")[:NONCE]
    plain = text.encode() + END
    # Filled up, so that a name is not told by its length.
    box = nonce + AESSIV(key).encrypt(plain + b"\0" * (-len(plain) % BLOCK), [nonce])
    return sealed(name, urlsafe_b64encode(box).rstrip(b"=").decode())


def _boxed(key: bytes, recipients: list[pyrage.x25519.Recipient]) -> str:
    return b64encode(pyrage.encrypt(key, recipients)).decode()


def _is_recipient(text: str) -> bool:
    try:
        pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        return False
    return True


def _recipient(text: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        raise UserError(
            "recipient.malformed",
            _("“{text}” is no recipient.").format(text=text),
            advice=_("A recipient begins with age1 and is 62 characters long."),
        ) from error

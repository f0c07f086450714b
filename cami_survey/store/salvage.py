"""Out of a damaged survey file into a new one: everything whose hash proves that it is what was written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlcipher3 import dbapi2

from cami_survey.base.clock import Clock, system_clock
from cami_survey.base.records import DeviceInfo, Fact
from cami_survey.base.texts import _
from cami_survey.store import cache, damage, opening, schema
from cami_survey.store.canonical import MalformedError, decode, digest
from cami_survey.store.checking import kinds
from cami_survey.store.connection import connect
from cami_survey.store.core import NOTE, set_local
from cami_survey.store.devices import card_id, read_card
from cami_survey.store.forms import form_contents, form_fact_id, read_form
from cami_survey.store.revisions import NewerFormatError, read_body, read_head
from cami_survey.store.sealing import CHOSEN, LEFT, RECIPIENTS
from cami_survey.store.statements import file_of, read_statement, statement_id
from cami_survey.store.survey import SurveyFile
from cami_survey.store.withdrawals import read_withdrawal, withdrawal_id

STEP = 256
COLUMNS = {
    "device_card": "id, head",
    "form": "id, head",
    "attachment": "id, content",
    "revision": "id, head, body, salt, record",
    "withdrawal": "id, head",
    "statement": "id, head",
}
LOCAL_TABLES = {
    "recipient": "recipient, name, added",
    "draft": "id, record, form, form_version, parents, base, place, started",
    "draft_edit": "n, draft, at, changes, place",
}


@dataclass(slots=True)
class Salvaged:
    """What was brought over, by kind, and in sentences what was not. `unproven` open drafts carry no hash."""

    path: Path
    kept: dict[str, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    unproven: int = 0


def salvage(
    source: Path | str, target: Path | str, *, key: opening.Key = None, clock: Clock = system_clock
) -> Salvaged:
    """Copy what can be proven of a damaged file into a new file at `target`, under the same key. `source` is only read.

    UserError where not even the list of its tables can be read. The new file is a new device of the same survey.
    """
    path, target = Path(source), Path(target)
    pair = opening.known_key(path, key, whole=False)
    damaged = _Damaged(path, pair)
    try:
        damaged.begin()
        facts = _Facts(damaged)
        found = list(facts.read())
        facts.say_blind()
        with SurveyFile.create(target, title=damaged.local("title") or path.stem, key=key, clock=clock) as made:
            for card in facts.trusted:
                made.enrol(card)
            counts = made.accept(found, package=f"salvage-{path.name}", source=path.name)
            with made._db.write() as connection:
                if survey := damaged.local("survey"):
                    set_local(connection, "survey", survey)
                    made._id = survey
                unproven = _copy_local(damaged, connection)
                made._log(connection, "salvage", source=path.name, revisions=counts.revisions, lost=len(facts.lost))
        kept = {kind: sum(fact.kind == kind for fact in found) for kind in ("revision", "form", "attachment")}
        return Salvaged(target, kept, facts.lost, unproven)
    finally:
        damaged.close()


class _Damaged:
    """A damaged file: what can be read of each table. A connection that met damage is thrown away."""

    def __init__(self, path: Path, pair: tuple[bytes, bytes] | None) -> None:
        self.path, self.pair = path, pair
        self._mode = opening.look_mode(path)
        self._raw: Any = None
        self.blind: list[str] = []

    def begin(self) -> None:
        """UserError unless the file is a survey whose first page can be read."""
        with damage.spoken(self.path, keyed=self.pair is not None):
            self._open()
            (application,) = self._raw.execute("PRAGMA application_id").fetchone()
            kinds = dict(self._raw.execute("SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view')"))
        if application != schema.APPLICATION_ID or "view" in kinds.values() or not COLUMNS.keys() <= kinds.keys():
            raise damage.not_a_survey(self.path)

    def _open(self) -> None:
        self.close()
        self._raw = connect(self.path, self.pair, mode=self._mode, lenient=True)

    def close(self) -> None:
        """Let go of the file."""
        if self._raw is not None:
            self._raw.close()
            self._raw = None

    def _ask(self, statement: str, *values: object) -> list[tuple[Any, ...]] | None:
        """The rows, or None where damage stands in the way."""
        try:
            if self._raw is None:
                self._open()
            return list(self._raw.execute(statement, values))
        except dbapi2.DatabaseError:
            self.close()
            return None

    def local(self, name: str) -> str:
        """A small fact, empty if it cannot be read."""
        found = self._ask('SELECT value FROM local WHERE "key" = ?', name)
        return str(found[0][0]) if found else ""

    def has(self, table: str) -> bool:
        """Whether there is such a table, as far as can be seen; a file of an older schema lacks the newer ones."""
        return self._ask("SELECT 1 FROM sqlite_schema WHERE name = ?", table) != []

    def devices(self) -> list[tuple[Any, ...]]:
        """Key and number of the devices that were trusted here."""
        query = "SELECT dev, number, name, facilitator, public_key, recipient FROM device WHERE trusted AND NOT revoked"
        return self._ask(query) or []

    def rows(self, table: str, columns: str) -> Iterator[tuple[int, tuple[Any, ...] | None]]:
        """Number and columns of every row; None for one that cannot be read. Reads around what is broken."""
        last = self._last(table)
        for start in range(1, last + 1, STEP):
            yield from self._span(table, columns, start, min(start + STEP - 1, last))

    def _span(self, table: str, columns: str, first: int, last: int) -> Iterator[tuple[int, tuple[Any, ...] | None]]:
        query = f"SELECT rowid, {columns} FROM {table} NOT INDEXED WHERE rowid BETWEEN ? AND ? ORDER BY rowid"
        found = self._ask(query, first, last)
        if found is not None:
            yield from ((row[0], row[1:]) for row in found)
        elif first == last:
            yield first, None
        else:
            middle = (first + last) // 2
            yield from self._span(table, columns, first, middle)
            yield from self._span(table, columns, middle + 1, last)

    def _last(self, table: str) -> int:
        """The highest row number: from the end of the table, from its index, else as far as reading on leads."""
        for where in ("NOT INDEXED", f"INDEXED BY sqlite_autoindex_{table}_1"):
            found = self._ask(f"SELECT max(rowid) FROM {table} {where}")
            if found is not None:
                return int(found[0][0] or 0)
        self.blind.append(table)
        return self._reached(table)

    def _reached(self, table: str) -> int:
        last = 0
        try:
            if self._raw is None:
                self._open()
            for (number,) in self._raw.execute(f"SELECT rowid FROM {table} NOT INDEXED ORDER BY rowid"):
                last = number
        except dbapi2.DatabaseError:
            self.close()
        return last


class _Facts:
    """The facts of a damaged file that are proven, in an order in which they can be taken in."""

    def __init__(self, damaged: _Damaged) -> None:
        self.damaged = damaged
        self.lost: list[str] = []
        self.trusted = [_device(row) for row in damaged.devices()]

    def read(self) -> Iterator[Fact]:
        """Every proven fact, once."""
        yield from self._simple("device_card", "device", card_id, read_card)
        withdrawals = list(self._simple("withdrawal", "withdrawal", withdrawal_id, read_withdrawal))
        keys = {card.public_key.hex() for card in self.trusted}
        withdrawn = {read_withdrawal(fact.head).record for fact in withdrawals}
        contents = {fact.id: fact for fact in self._attachments()}
        yield from contents.values()
        yield from self._forms(set(contents))
        yield from (fact for fact in withdrawals if read_withdrawal(fact.head).public_key in keys)
        yield from self._revisions(withdrawn)
        yield from self._statements(set(contents))

    def _simple(
        self, table: str, kind: Any, name: Callable[[bytes], bytes], read: Callable[[bytes], Any]
    ) -> Iterator[Fact]:
        for number, row in self.damaged.rows(table, COLUMNS[table]):
            if row is not None and _proven(row, name, read):
                yield Fact(kind, row[0].hex(), row[1])
            else:
                self._lose(table, number)

    def _attachments(self) -> Iterator[Fact]:
        for number, row in self.damaged.rows("attachment", COLUMNS["attachment"]):
            if row is not None and hashlib.sha256(row[1]).digest() == row[0]:
                yield Fact("attachment", row[0].hex(), row[1])
            else:
                self._lose("attachment", number)

    def _forms(self, contents: set[str]) -> Iterator[Fact]:
        for number, fact in enumerate(self._simple("form", "form", form_fact_id, read_form), 1):
            if all(content.hex() in contents for content in form_contents(decode(fact.head))):
                yield fact
            else:
                self._lose("form", number)

    def _statements(self, contents: set[str]) -> Iterator[Fact]:
        if not self.damaged.has("statement"):
            return
        for number, fact in enumerate(self._simple("statement", "statement", statement_id, read_statement), 1):
            file = file_of(fact.head)
            if file is None or file.hex() in contents:
                yield fact
            else:
                self._lose("statement", number)

    def _revisions(self, withdrawn: set[str]) -> Iterator[Fact]:
        for number, row in self.damaged.rows("revision", COLUMNS["revision"]):
            if row is None or not _is_proven_revision(row, withdrawn):
                self._lose("revision", number, str(row[4]) if row is not None else "")
            else:
                yield Fact("revision", row[0].hex(), *row[1:4])

    def _lose(self, table: str, number: int, record: str = "") -> None:
        text = _("{what} {number}").format(what=kinds()[table], number=number)
        self.lost.append(f"{text} ({record})" if record else text)

    def say_blind(self) -> None:
        """Name the tables whose end is not known."""
        for table in self.damaged.blind:
            if table in COLUMNS:
                self.lost.append(_("{what}: nothing is known of later ones").format(what=kinds()[table]))


def _proven(row: tuple[Any, ...], name: Callable[[bytes], bytes], read: Callable[[bytes], Any]) -> bool:
    try:
        read(row[1])
        return bool(name(row[1]) == row[0])
    except (MalformedError, NewerFormatError, TypeError):
        return False


def _is_proven_revision(row: tuple[Any, ...], withdrawn: set[str]) -> bool:
    name, head, body, salt, _record = row
    try:
        said = read_head(head)
        if digest("revision", head) != name:
            return False
        if body is None:
            return said.record in withdrawn
        read_body(body)
        return digest("body", salt, body).hex() == said.body
    except (MalformedError, NewerFormatError, TypeError):
        return False


def _device(row: tuple[Any, ...]) -> DeviceInfo:
    dev, number, name, facilitator, public_key, recipient = row
    return DeviceInfo(
        id=dev.hex(),
        number=number,
        name=name,
        facilitator=facilitator,
        public_key=public_key,
        recipient=recipient,
        trusted=True,
        this_file=False,
        revoked=False,
    )


def _copy_names(damaged: _Damaged, connection: Any) -> None:
    """For whom names are sealed, and the keys of the devices this file was, which open what was sealed here."""
    for note in (RECIPIENTS, CHOSEN, LEFT):
        if told := damaged.local(NOTE + note):
            set_local(connection, NOTE + note, told)
    columns = "rowid, place, dev_seq, dev, private_key, age_identity"
    into = f"INSERT OR IGNORE INTO identity ({columns}) VALUES (?, ?, 0, ?, ?, ?)"
    for number, row in damaged.rows("identity", "dev, private_key, age_identity"):
        if row is not None and _is_whole_identity(*row):
            # Numbers below those of the new device, which is the last that the file was.
            connection.exec_driver_sql(into, (number - 10**6, f"salvaged {row[0].hex()}", *row))


def _is_whole_identity(dev: bytes, private_key: bytes, age_identity: str) -> bool:
    try:
        public = Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()
        pyrage.x25519.Identity.from_str(age_identity)
    except (ValueError, TypeError, pyrage.IdentityError):
        return False
    return hashlib.sha256(public).digest() == dev


def _copy_local(damaged: _Damaged, connection: Any) -> int:
    """Recipients, and open drafts as they can be read: nothing proves these. Returns how many drafts."""
    drafts = 0
    for table, columns in LOCAL_TABLES.items():
        marks = ", ".join("?" * len(columns.split(", ")))
        for _number, row in damaged.rows(table, columns):
            if row is not None:
                connection.exec_driver_sql(f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({marks})", row)
                drafts += table == "draft"
    _copy_names(damaged, connection)
    for (record,) in connection.exec_driver_sql("SELECT DISTINCT record FROM draft").all():
        cache.set_draft(connection, record)
    return drafts

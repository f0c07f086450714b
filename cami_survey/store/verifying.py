"""Verifying a whole survey file: pages, seals, and every hash of every fact."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from cami_survey.base.records import Verification
from cami_survey.base.texts import _
from cami_survey.store import slots
from cami_survey.store.canonical import MalformedError, digest
from cami_survey.store.connection import Connections
from cami_survey.store.core import seal
from cami_survey.store.devices import card_id, read_card
from cami_survey.store.forms import form_fact_id, read_form
from cami_survey.store.revisions import read_body, read_head
from cami_survey.store.statements import read_statement, statement_id
from cami_survey.store.tables import ATTACHMENT, AUDIT, DEVICE_CARD, FORM, REVISION, STATEMENT, WITHDRAWAL
from cami_survey.store.withdrawals import read_withdrawal, withdrawal_id

PAGE = 500
SHOWN = 100
PAGE_NUMBER = re.compile(r"[Pp]age (\d+)")
HEADING = "*** in database"
STEPS = 10_000


class Verifier:
    """One check of one file; `problems` are sentences. `tick` is called again and again; it may raise to stop."""

    def __init__(self, connections: Connections, tick: Callable[[], None] | None = None) -> None:
        self.connections = connections
        self.tick = tick or (lambda: None)
        self.problems: list[str] = []
        self.counts: dict[str, int] = {}

    def run(self) -> Verification:
        """Everything there is to check, as far as the file can be read."""
        with self.connections.read() as connection:
            self._pages(connection)
            self._scrub(connection, "revisions", REVISION, _revision_problem)
            self._scrub(connection, "forms", FORM, _problem_of(form_fact_id, read_form))
            self._scrub(connection, "attachments", ATTACHMENT, _attachment_problem)
            self._scrub(connection, "devices", DEVICE_CARD, _problem_of(card_id, read_card))
            self._scrub(connection, "withdrawals", WITHDRAWAL, _problem_of(withdrawal_id, read_withdrawal))
            self._scrub(connection, "statements", STATEMENT, _problem_of(statement_id, read_statement))
            self._chain(connection)
        return Verification(not self.problems, tuple(self.problems[:SHOWN]), self.counts)

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """Damage that SQLite itself reports is a finding like others."""
        try:
            yield
        except DBAPIError:
            self._note(_("The file cannot be read to the end."))

    @contextmanager
    def _stoppable(self, connection: Connection) -> Iterator[None]:
        """Lets `tick` end statements that take long, by what it raises."""
        raised: list[BaseException] = []

        def ends() -> bool:
            try:
                self.tick()
            except BaseException as error:  # noqa: BLE001 - raised again once the driver has let go
                raised.append(error)
            return bool(raised)

        raw: Any = connection.connection.driver_connection
        raw.set_progress_handler(ends, STEPS)
        try:
            yield
        finally:
            raw.set_progress_handler(None, 0)
        if raised:
            raise raised[0]

    def _note(self, sentence: str) -> None:
        if sentence not in self.problems:
            self.problems.append(sentence)

    def _note_pages(self, words: str, sentence: str) -> None:
        """A sentence for the page of which SQLite speaks; its own words are for those who made it."""
        pages = PAGE_NUMBER.findall(words)
        for page in pages:
            self._note(sentence.format(page=page))
        if not pages and not words.startswith(HEADING):
            self._note(_("The structure of the file is damaged."))

    def _pages(self, connection: Connection) -> None:
        with self._stoppable(connection), self._noting():
            for (found,) in connection.exec_driver_sql("PRAGMA quick_check"):
                if found != "ok":
                    self._note_pages(found, _("The structure of the file is damaged at page {page}."))
        if self.connections.key is not None:
            # The key slots behind the last page are no page.
            end = f"invalid size of {slots.length(self.connections.path)} bytes"
            with self._noting():
                for (found,) in connection.exec_driver_sql("PRAGMA cipher_integrity_check"):
                    if end in found:
                        continue
                    self._note_pages(found, _("Page {page} of the file was changed after it was sealed."))

    def _scrub(self, connection: Connection, name: str, table: sa.Table, problem: Callable[[Any], str]) -> None:
        """Check all rows of a table by their number, so that one unreadable page does not hide the rest.

        A file of an older schema, looked at before it is brought up to date, does not have every table.
        """
        self.counts[name] = last = 0
        with self._noting():
            if not connection.exec_driver_sql("SELECT 1 FROM sqlite_schema WHERE name = ?", (table.name,)).scalar():
                return
        query = sa.select(table).order_by(table.c.seq).limit(PAGE)
        with self._noting():
            while rows := connection.execute(query.where(table.c.seq > last)).all():
                self.tick()
                last = rows[-1].seq
                self.counts[name] += len(rows)
                for sentence in filter(None, map(problem, rows)):
                    self._note(sentence)

    def _chain(self, connection: Connection) -> None:
        previous = b""
        with self._noting():
            for row in connection.execute(sa.select(AUDIT).order_by(AUDIT.c.n)):
                if seal(previous, row.entry) != row.hash:
                    self._note(
                        _("The log of what was done with this file was changed at entry {number}.").format(number=row.n)
                    )
                    return
                previous = row.hash


def verify(
    path: Path, key: tuple[bytes, bytes] | None, mode: str, tick: Callable[[], None] | None = None
) -> Verification:
    """Check a file by connections of its own. `tick` is called again and again; it may raise to stop."""
    connections = Connections(path, key, mode=mode)
    try:
        return Verifier(connections, tick).run()
    finally:
        connections.close()


def _revision_problem(row: Any) -> str:
    try:
        if digest("revision", row.head) != row.id:
            raise MalformedError("head")
        head = read_head(row.head)
        if row.body is not None and digest("body", row.salt, row.body).hex() != head.body:
            raise MalformedError("body")
        if row.body is not None:
            read_body(row.body)
        columns = (head.record, head.dev, head.dev_seq, head.hlc, head.form, head.form_version)
        if columns != (row.record, row.dev.hex(), row.dev_seq, row.hlc, row.form, row.form_version):
            raise MalformedError("columns")
    except MalformedError:
        return _("Revision {revision} of interview {record} does not match its fingerprint.").format(
            revision=row.id.hex(), record=row.record
        )
    return ""


def _attachment_problem(row: Any) -> str:
    return "" if hashlib.sha256(row.content).digest() == row.id else _damaged(row)


def _problem_of(name: Callable[[bytes], bytes], read: Callable[[bytes], Any]) -> Callable[[Any], str]:
    def problem(row: Any) -> str:
        try:
            read(row.head)
        except MalformedError:
            return _damaged(row)
        return "" if name(row.head) == row.id else _damaged(row)

    return problem


def _damaged(row: Any) -> str:
    return _("An entry does not match its fingerprint {name}.").format(name=row.id.hex())

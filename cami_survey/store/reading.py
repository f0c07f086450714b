"""Reading records: views, history and conflicts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cami_survey.base.clock import Stamp, from_millis, millis_of
from cami_survey.base.errors import UserError
from cami_survey.base.records import DELETED, STATE, Answers, Claim, Conflict, RecordView, RevisionEntry, State, Summary
from cami_survey.base.texts import _
from cami_survey.store import cache
from cami_survey.store.forms import Forms
from cami_survey.store.lists import Lists
from cami_survey.store.revisions import state_of, trusted_body
from cami_survey.store.sealing import Sealing
from cami_survey.store.tables import RECORD, REVISION
from cami_survey.store.view import Folded, Standing, fold

BATCH = 500
# What a view is made of, in the order in which `_view` takes it.
SHOWN = sa.select(
    RECORD.c.n,
    RECORD.c.record,
    RECORD.c.form,
    RECORD.c.form_version,
    RECORD.c.state,
    RECORD.c.deleted,
    RECORD.c.changed,
    RECORD.c.dev,
    RECORD.c.heads,
    RECORD.c.head,
    RECORD.c.summary,
    REVISION.c.body,
).outerjoin(REVISION, REVISION.c.id == RECORD.c.head)


class Reading(Sealing, Forms, Lists):
    """The part of a survey file that shows records as they stand."""

    def view(self, record: str) -> RecordView:
        """A record as it stands."""
        with self._db.read() as connection:
            row = connection.execute(SHOWN.where(RECORD.c.record == record)).one_or_none()
            if row is None or not row.heads:
                raise self._unknown_record(connection, record)
            return self._view(connection, row, self._names(connection))

    def views(
        self,
        form_id: str = "",
        state: State | None = None,
        *,
        deleted: bool = False,
        records: Collection[str] | None = None,
        after: int = 0,
        until: int | None = None,
    ) -> Iterator[RecordView]:
        """The views of a form's records with `started`, oldest first, one at a time; deleted ones only if `deleted`.

        `records` limits them to some hundreds of named ones, `after` and `until` to numbers that `boundary` gives.
        """
        past = REVISION.alias()
        first = sa.select(sa.func.min(past.c.hlc)).where(past.c.record == RECORD.c.record).scalar_subquery()
        query = SHOWN.add_columns(first.label("first")).where(RECORD.c.heads != "")
        if form_id:
            query = query.where(RECORD.c.form == form_id)
        if state is not None:
            query = query.where(RECORD.c.state == state)
        if not deleted:
            query = query.where(RECORD.c.deleted == sa.false())
        if records is not None:
            query = query.where(RECORD.c.record.in_(records))
        if until is not None:
            query = query.where(RECORD.c.n <= until)
        with self._db.read(everything=records is None) as connection:
            names = self._names(connection)
            last = after
            while True:
                rows = connection.execute(query.where(RECORD.c.n > last).order_by(RECORD.c.n).limit(BATCH)).all()
                for row in rows:
                    started = row[-1]
                    yield self._view(connection, row[:-1], names, from_millis(millis_of(started)) if started else None)
                if len(rows) < BATCH:
                    return
                last = rows[-1].n

    def boundary(self, form_id: str, part: float) -> int:
        """The number of the record behind which the last `part` (0 to 1) of a form's records lie, for `views`."""
        where = (RECORD.c.form == form_id, RECORD.c.heads != "", RECORD.c.deleted == sa.false())
        with self._db.read() as connection:
            count = connection.execute(sa.select(sa.func.count()).select_from(RECORD).where(*where)).scalar_one()
            before = sa.select(RECORD.c.n).where(*where).order_by(RECORD.c.n).offset(int(count * (1 - part)))
            found = connection.execute(before.limit(1)).scalar()
            return int(found) - 1 if found is not None else 0

    def records_saying(self, *names: str) -> list[str]:
        """The records, not deleted, with a field whose name begins so; those in conflict as long as anybody says it."""
        said = " OR ".join("instr(v.body, ?) > 0" for _name in names)
        sql = (
            "SELECT DISTINCT r.record FROM record AS r JOIN revision AS v"
            " ON (v.id = r.head OR (r.head IS NULL AND v.record = r.record))"
            f" WHERE r.deleted = 0 AND v.body IS NOT NULL AND ({said}) ORDER BY r.pos DESC"
        )
        wanted = tuple(f'"{name}'.encode() for name in names)
        with self._db.read() as connection:
            return [str(record) for (record,) in connection.exec_driver_sql(sql, wanted)]

    def not_deleted(self, records: Collection[str]) -> set[str]:
        """Those of these records that are here and not in the bin."""
        wanted, found = list(records), set[str]()
        with self._db.read() as connection:
            for start in range(0, len(wanted), BATCH):
                some = RECORD.c.record.in_(wanted[start : start + BATCH])
                query = sa.select(RECORD.c.record).where(some, RECORD.c.deleted.is_(False))
                found.update(connection.execute(query).scalars())
        return found

    def codes(self, records: Collection[str]) -> dict[str, str]:
        """What the list calls these records."""
        query = sa.select(RECORD.c.record, RECORD.c.code).where(RECORD.c.record.in_(list(records)))
        with self._db.read() as connection:
            return {row.record: row.code for row in connection.execute(query)}

    def summary(self, record: str) -> Summary:
        """What the list shows of a record."""
        query = sa.select(RECORD.c.summary).where(RECORD.c.record == record)
        with self._db.read() as connection:
            return cache.decode_summary(connection.execute(query).scalar() or b"")

    def history(self, record: str) -> list[RevisionEntry]:
        """Every revision of a record, in the order of arrival."""
        with self._db.read() as connection:
            rows = connection.execute(
                sa.select(REVISION).where(REVISION.c.record == record).order_by(REVISION.c.seq)
            ).all()
            if not rows:
                raise self._unknown_record(connection, record)
            parents = cache.parents_of(connection, [row.id for row in rows])
            names = self._names(connection)
            return [_entry(row, parents.get(row.id, ()), names) for row in rows]

    def revision_answers(self, revision: str) -> Answers:
        """The answers as one revision has them."""
        with self._db.read() as connection:
            query = sa.select(REVISION.c.body).where(REVISION.c.id == bytes.fromhex(revision))
            body = connection.execute(query).scalar()
            if body is not None:
                return self._answers_of(connection, body)[0]
        raise UserError("revision.unknown", _("This step of the history is not in this survey."), where=revision)

    def kept_as(self, record: str, field: str) -> str:
        """An answer of a record, or what the form worked out, as the file holds it: sealed where it is."""
        with self._db.read() as connection:
            folded = self._fold(connection, record)
            return folded.fields.get(field, "") or folded.computed.get(field, "")

    def answers_of(self, record: str, revisions: Collection[str]) -> Answers:
        """The answers of a record as they stood when only these of its revisions were here."""
        with self._db.read() as connection:
            folded = fold(one for one in cache.load(connection, record) if one.id in revisions)
            if folded is None:
                raise self._unknown_record(connection, record)
            return self._unsealed_answers(connection, answers_of(folded))

    def conflicts(self, record: str | None = None) -> list[Conflict]:
        """What is not settled, in one record or in all that are not deleted, newest change first."""
        if record is not None:
            return list(self.view(record).conflicts)
        query = SHOWN.where(RECORD.c.deleted == sa.false(), RECORD.c.conflicts > 0)
        with self._db.read() as connection:
            names = self._names(connection)
            rows = connection.execute(query.order_by(RECORD.c.pos.desc())).all()
            return [conflict for row in rows for conflict in self._view(connection, row, names).conflicts]

    def _view(
        self, connection: Connection, row: Sequence[Any], names: Mapping[bytes, str], started: datetime | None = None
    ) -> RecordView:
        """The view of a row of `SHOWN`. Taken apart by place: an export asks for a hundred thousand of them."""
        _n, record, form, version, state, deleted, changed, dev, heads, head, summary, body = row
        conflicts: tuple[Conflict, ...] = ()
        if head is not None:
            answers, stale, has_sealed = self._answers_of(connection, body)
        else:
            folded = self._fold(connection, record)
            answers, stale = self._unsealed_answers(connection, answers_of(folded)), folded.stale
            has_sealed = True
            conflicts = self._conflicts(connection, record, cache.decode_summary(summary).code, folded, names)
        return RecordView(
            record,
            form,
            version,
            state,
            bool(deleted),
            answers,
            tuple(heads.split()),
            conflicts,
            stale,
            from_millis(changed),
            dev.hex(),
            started,
            has_sealed,
        )

    def _fold(self, connection: Connection, record: str) -> Folded:
        folded = fold(cache.load(connection, record))
        if folded is None:
            raise self._unknown_record(connection, record)
        return folded

    def _conflicts(
        self, connection: Connection, record: str, code: str, folded: Folded, names: Mapping[bytes, str]
    ) -> tuple[Conflict, ...]:
        ids = {
            bytes.fromhex(name) for standing in folded.conflicts for _value, said in standing.claims for name in said
        }
        query = sa.select(REVISION.c.id, REVISION.c.dev, REVISION.c.hlc).where(REVISION.c.id.in_(ids))
        written = {found.id.hex(): (found.dev, found.hlc) for found in connection.execute(query)}
        return tuple(
            Conflict(
                record=record,
                form_id=folded.form,
                code=code,
                field=standing.field,
                before=None if standing.before is None else self._unseal(connection, standing.before),
                claims=tuple(
                    replace(claim, value=self._unseal(connection, claim.value)) if claim.value else claim
                    for claim in self._claims(standing, written, names)
                ),
            )
            for standing in folded.conflicts
        )

    def _claims(
        self, standing: Standing, written: Mapping[str, tuple[bytes, str]], names: Mapping[bytes, str]
    ) -> tuple[Claim, ...]:
        claims = [self._claim(value, said, written, names) for value, said in standing.claims]
        return tuple(sorted(claims, key=lambda claim: (not claim.mine, claim.written, claim.revision)))

    def _claim(
        self,
        value: str | None,
        said: Sequence[str],
        written: Mapping[str, tuple[bytes, str]],
        names: Mapping[bytes, str],
    ) -> Claim:
        """One value; of several revisions that say it this device's speaks, else the earliest."""
        revision = min(said, key=lambda name: (written[name][0] != self._dev, written[name][1], name))
        dev, hlc = written[revision]
        return Claim(
            value=value,
            revision=revision,
            device=dev.hex(),
            device_name=names.get(dev, ""),
            written=from_millis(Stamp.parse(hlc).millis),
            mine=dev == self._dev,
        )

    def _labels(self, connection: Connection) -> tuple[dict[tuple[str, str], str], dict[bytes, str]]:
        return self._titles(connection), self._names(connection)


def answers_of(folded: Folded) -> Answers:
    """The answers and remarks of a view, without the record's state."""
    fields = {name: text for name, text in folded.fields.items() if name not in (STATE, DELETED)}
    return Answers(fields, folded.computed, folded.files)


def _entry(row: Any, parents: tuple[str, ...], names: Mapping[bytes, str]) -> RevisionEntry:
    body = trusted_body(row.body) if row.body is not None else None
    fields = body.fields if body else {}
    return RevisionEntry(
        id=row.id.hex(),
        record=row.record,
        parents=parents,
        device=row.dev.hex(),
        device_name=names.get(row.dev, ""),
        device_seq=row.dev_seq,
        written=from_millis(Stamp.parse(row.hlc).millis),
        form_id=row.form,
        form_version=row.form_version,
        state=state_of(fields),
        deleted=fields.get(DELETED) == "1",
        seq=row.seq,
        reason=body.reason if body else "",
        left_open=body.open if body else (),
    )

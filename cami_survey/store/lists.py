"""The interview list: rows, counts and search over the cache, newest change first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cami_survey.base.clock import from_millis
from cami_survey.base.errors import UserError, nearest
from cami_survey.base.records import RecordFilter, RecordRow, Summary
from cami_survey.base.texts import _
from cami_survey.store import cache, search
from cami_survey.store.core import Core
from cami_survey.store.tables import RECORD

# The conditions are those of the partial indexes, word for word, so that a page is read from its index alone.
FILTERS: dict[RecordFilter, str] = {
    "all": "deleted = 0",
    "drafts": 'deleted = 0 AND "open" = 1',
    "final": 'deleted = 0 AND "open" = 0',
    "conflicts": "deleted = 0 AND conflicts > 0",
    "deleted": "deleted = 1",
}
REVIEWED: dict[RecordFilter, str] = {
    "received": "deleted = 0 AND \"open\" = 0 AND review IN ('', 'received')",
    "issues": "deleted = 0 AND review = 'issues'",
    "approved": "deleted = 0 AND review = 'approved'",
    "rejected": "deleted = 0 AND review = 'rejected'",
}
SHOWN = (
    "r.record, r.form, r.form_version, r.state, r.deleted, r.conflicts, r.changed, r.dev, r.draft, r.summary, r.review,"
    " r.heads, v.heads AS seen, v.waiting"
)
NEAR_LIMIT = 2000
PREFIX_LENGTH = 4
DAY = 86_400_000


class Lists(Core):
    """The part of a survey file that a list on the screen is made of."""

    def rows(
        self, filter: RecordFilter = "all", search: str = "", form_id: str = "", offset: int = 0, limit: int = 100
    ) -> list[RecordRow]:
        """A page of the list. `search`: words, each of which has to begin a word of the record's search text."""
        inner, values = _selection(filter, search, form_id)
        sql = f"SELECT {SHOWN} FROM (SELECT {inner} ORDER BY 1 DESC LIMIT :limit OFFSET :offset) AS page"
        sql += " JOIN record AS r ON r.pos = page.pos LEFT JOIN review AS v ON v.record = r.record ORDER BY r.pos DESC"
        with self._db.read() as connection:
            found = connection.exec_driver_sql(sql, values | {"limit": limit, "offset": offset}).all()
            titles, names = self._labels(connection)
            return [self._row(row, titles, names) for row in found]

    def counts(self, search: str = "") -> dict[RecordFilter, int]:
        """How many records each filter has."""
        counted: dict[RecordFilter, int] = {}
        with self._db.read() as connection:
            for name in FILTERS:
                inner, values = _selection(name, search, "")
                counted[name] = int(
                    connection.execute(sa.text(f"SELECT count(*) FROM (SELECT {inner})"), values).scalar_one()
                )
        return counted

    def day_counts(self, filter: RecordFilter = "all", search: str = "", form_id: str = "") -> list[tuple[date, int]]:
        """How many records changed on each day, newest first; days begin as the clock's time zone has it now."""
        inner, values = _selection(filter, search, form_id)
        offset = self._clock().utcoffset() or timedelta()
        shift = int(offset.total_seconds()) * 1000
        day = f"((pos >> {cache.COUNTER_BITS}) + :shift) / {DAY}"
        sql = sa.text(f"SELECT {day} AS day, count(*) FROM (SELECT {inner}) GROUP BY day ORDER BY day DESC")
        with self._db.read() as connection:
            found = connection.execute(sql, values | {"shift": shift})
            return [(from_millis(number * DAY).date(), int(count)) for number, count in found]

    def find(self, text: str) -> str:
        """The one record that `text` names: its id, the beginning of it, or its code."""
        with self._db.read() as connection:
            found = self._found(connection, text.strip())
            if len(found) == 1:
                return found[0]
            if found:
                raise UserError(
                    "record.ambiguous",
                    _("“{text}” names more than one interview.").format(text=text),
                    advice=_("Give more of the id."),
                    where=text,
                )
            raise self._unknown_record(connection, text)

    def _found(self, connection: Connection, text: str) -> list[str]:
        for condition in (RECORD.c.record == text, RECORD.c.code == text):
            found = (
                connection.execute(sa.select(RECORD.c.record).where(condition, sa.text("1")).limit(2)).scalars().all()
            )
            if found and text:
                return [str(record) for record in found]
        if len(text) < PREFIX_LENGTH:
            return []
        upper = text[:-1] + chr(ord(text[-1]) + 1)
        begins = sa.select(RECORD.c.record).where(RECORD.c.record >= text, RECORD.c.record < upper).limit(2)
        return [str(record) for record in connection.execute(begins).scalars()]

    def _unknown_record(self, connection: Connection, text: str) -> UserError:
        latest = sa.select(RECORD.c.record, RECORD.c.code).order_by(RECORD.c.pos.desc()).limit(NEAR_LIMIT)
        near = nearest(text, {name for row in connection.execute(latest) for name in row if name})
        return UserError(
            "record.unknown",
            _("This survey has no interview “{text}”.").format(text=text),
            advice=_("Did you mean “{name}”?").format(name=near) if near else "",
            where=text,
        )

    def stale_summaries(self, limit: int = 1000, *, conflicts: bool = False) -> list[str]:
        """Records, or those in conflict, whose summary is missing or older than their answers."""
        where = "deleted = 0 AND conflicts > 0 AND stale = 1" if conflicts else "stale = 1"
        sql = f"SELECT record FROM record WHERE {where} ORDER BY n DESC LIMIT ?"
        with self._db.read() as connection:
            return [str(record) for (record,) in connection.exec_driver_sql(sql, (limit,))]

    def summaries_since(self, seq: int, form_id: str, limit: int) -> list[tuple[int, str, Summary | None]]:
        """(arrival number, record, summary) of the revisions of a form that came after `seq`; None for deleted ones."""
        sql = (
            "SELECT v.seq, r.record, r.deleted, r.summary FROM revision AS v JOIN record AS r ON r.record = v.record"
            " WHERE v.seq > ? AND r.form = ? ORDER BY v.seq LIMIT ?"
        )
        with self._db.read() as connection:
            rows = connection.exec_driver_sql(sql, (seq, form_id, limit)).all()
        return [
            (seq, str(record), None if deleted else cache.decode_summary(data)) for seq, record, deleted, data in rows
        ]

    def set_summary(self, record: str, summary: Summary) -> None:
        """Put a record's summary into the list."""
        self.set_summaries({record: summary})

    def set_summaries(self, summaries: Mapping[str, Summary]) -> None:
        """Put some hundreds of summaries into the list in one go; records that are gone are passed over."""
        change = sa.update(RECORD).where(RECORD.c.n == sa.bindparam("number"))
        with self._db.write() as connection:
            rows = connection.execute(sa.select(RECORD).where(RECORD.c.record.in_(list(summaries)))).all()
            values = [
                {
                    "number": row.n,
                    "summary": cache.encode_summary(summaries[row.record]),
                    "code": summaries[row.record].code,
                    "stale": False,
                }
                for row in rows
            ]
            if values:
                connection.execute(change, values)
            for row in rows:
                cache.index(connection, row.pos, row._mapping, summaries[row.record])

    def _labels(self, connection: Connection) -> tuple[dict[tuple[str, str], str], dict[bytes, str]]:
        raise NotImplementedError

    def _row(self, row: Any, titles: Mapping[tuple[str, str], str], names: Mapping[bytes, str]) -> RecordRow:
        dev = row.dev or self._dev
        return RecordRow(
            record=row.record,
            form_id=row.form,
            form_version=row.form_version,
            form_title=titles.get((row.form, row.form_version), row.form),
            state=row.state,
            summary=cache.decode_summary(row.summary),
            conflicts=row.conflicts,
            changed=from_millis(row.changed),
            device=dev.hex(),
            this_device=dev == self._dev,
            deleted=bool(row.deleted),
            draft=row.draft,
            device_name=names.get(dev, ""),
            review=row.review,
            queries=row.waiting or 0,
            changed_since=bool(row.seen) and " ".join(sorted(row.heads.split())) != row.seen,
        )


def _selection(filter: RecordFilter, text: str, form_id: str) -> tuple[str, dict[str, Any]]:
    """What comes after SELECT to get the positions of the wanted records, and its parameters."""
    reviewed = REVIEWED.get(filter)
    if text.strip():
        match = search.query(text, "all" if reviewed else filter, form_id)
        if match is None:
            return "pos FROM record WHERE 0", {}
        among = f" AND rowid IN (SELECT pos FROM record WHERE {reviewed})" if reviewed else ""
        return f"rowid AS pos FROM search WHERE search MATCH :match{among}", {"match": match}
    where = (reviewed or FILTERS[filter]) + (" AND form = :form" if form_id else "")
    return f"pos FROM record INDEXED BY ix_record_{filter} WHERE {where}", {"form": form_id} if form_id else {}

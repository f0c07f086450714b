"""The list's cache: one row per record, and its line in the search index. All of it can be rebuilt from facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cami_survey.base.clock import FAR_AHEAD, millis_of, to_millis
from cami_survey.base.records import DELETED, Summary
from cami_survey.store import search
from cami_survey.store.revisions import Body, state_of, trusted_body
from cami_survey.store.tables import DRAFT, PARENT, RECORD, REVIEW, REVISION
from cami_survey.store.view import Folded, Revision, fold

SUMMARY_FIELDS = tuple(item.name for item in fields(Summary))
COUNTER_BITS = 20
LATEST = 2**42
AHEAD = int(FAR_AHEAD.total_seconds() * 1000)
KNOWN = sa.select(RECORD).where(RECORD.c.record == sa.bindparam("wanted"))
REVIEWED = sa.select(REVIEW.c.state).where(REVIEW.c.record == sa.bindparam("record"))
INSERT = sa.insert(RECORD)
CHANGE = sa.update(RECORD).where(RECORD.c.n == sa.bindparam("number"))
CHANGE = CHANGE.values({column: sa.bindparam(column.name) for column in RECORD.c if column.name not in ("n", "review")})


@dataclass(frozen=True, slots=True)
class Standing:
    """What the cache keeps of a record's view. `head` is set when the view is that one revision's body."""

    record: str
    form: str
    form_version: str
    state: str
    deleted: bool
    conflicts: int
    stamp: str
    dev: bytes
    heads: tuple[str, ...]
    head: bytes | None

    @classmethod
    def of(cls, record: str, folded: Folded) -> Standing:
        """From a folded view."""
        single = len(folded.heads) == 1 and not folded.conflicts
        return cls(
            record=record,
            form=folded.form,
            form_version=folded.form_version,
            state=state_of(folded.fields),
            deleted=folded.fields.get(DELETED) == "1",
            conflicts=len(folded.conflicts),
            stamp=folded.stamp,
            dev=bytes.fromhex(folded.device),
            heads=folded.heads,
            head=bytes.fromhex(folded.heads[0]) if single else None,
        )

    def row(self, now: datetime) -> dict[str, Any]:
        """Columns of the cache; a stamp from a clock far ahead is shown as now."""
        return {
            "record": self.record,
            "form": self.form,
            "form_version": self.form_version,
            "state": self.state,
            "deleted": self.deleted,
            "conflicts": self.conflicts,
            "changed": shown_millis(self.stamp, to_millis(now)),
            "dev": self.dev,
            "heads": " ".join(self.heads),
            "head": self.head,
        }


def shown_millis(stamp: str, wall: int) -> int:
    """The time of a stamp for lists: never far ahead of `wall`, the milliseconds of now."""
    millis = millis_of(stamp)
    if millis - wall > AHEAD:
        millis = wall
    return min(max(millis, 0), LATEST)


def position(changed: int, n: int) -> int:
    """A number that sorts by time of change and differs between records."""
    return (min(max(changed, 0), LATEST) << COUNTER_BITS) | (n & (1 << COUNTER_BITS) - 1)


def encode_summary(summary: Summary) -> bytes:
    """The summary as stored; empty fields are left out."""
    return orjson.dumps({name: value for name in SUMMARY_FIELDS if (value := getattr(summary, name))})


def decode_summary(data: bytes) -> Summary:
    """The stored summary; fields of a later version are passed over."""
    stored = orjson.loads(data) if data else {}
    return Summary(**{name: value for name, value in stored.items() if name in SUMMARY_FIELDS})


def put(connection: Connection, standing: Standing, now: datetime, summary: Summary | None = None) -> None:
    """Write a record's row and search line. Without a summary the old one stays and counts as stale."""
    known = _known(connection, standing.record)
    values = standing.row(now)
    values["draft"] = known.draft if known else None
    write(connection, known, values, summary)


def write(connection: Connection, known: Any, values: dict[str, Any], summary: Summary | None) -> None:
    """Bring the row to `values`; `known` is the row as it was, or None."""
    data = encode_summary(summary) if summary is not None else known.summary if known else b""
    n = known.n if known else next_n(connection)
    values |= {
        "n": n,
        "pos": position(values["changed"], n),
        "open": values["state"] == "draft" or values["draft"] is not None,
        "stale": summary is None,
        "summary": data,
        "code": summary.code if summary is not None else known.code if known else "",
    }
    if known:
        connection.execute(CHANGE, values | {"number": n})
    else:
        connection.execute(INSERT, values | {"review": connection.execute(REVIEWED, values).scalar() or ""})
    index(connection, known.pos if known else None, values, summary or decode_summary(data))


def index(connection: Connection, old: int | None, row: Any, summary: Summary) -> None:
    """Bring the search line of a row up to date; `old` is the position it had."""
    if old is not None:
        connection.exec_driver_sql("DELETE FROM search WHERE rowid = ?", (old,))
    text = search.indexed(summary)
    if text.strip():
        words = search.marks(row["form"], deleted=row["deleted"], is_open=row["open"], conflicts=row["conflicts"])
        connection.exec_driver_sql(
            "INSERT INTO search (rowid, body, marks) VALUES (?, ?, ?)", (row["pos"], text, words)
        )


def forget_summaries(connection: Connection, forms: Iterable[tuple[str, str]]) -> None:
    """The summaries of these forms (id, version) are to be made anew."""
    for form, version in forms:
        change = sa.update(RECORD).where(RECORD.c.form == form, RECORD.c.form_version == version)
        connection.execute(change.values(stale=True))


def next_n(connection: Connection) -> int:
    """The number of the next row."""
    return int(connection.exec_driver_sql("SELECT coalesce(max(n), 0) + 1 FROM record").scalar_one())


def _known(connection: Connection, record: str) -> Any:
    return connection.execute(KNOWN, {"wanted": record}).one_or_none()


def set_draft(connection: Connection, record: str) -> None:
    """Let the row show the record's newest open draft, or none; a row of nothing but a dropped draft goes."""
    known = _known(connection, record)
    draft = connection.execute(
        sa.select(DRAFT).where(DRAFT.c.record == record).order_by(DRAFT.c.started.desc(), DRAFT.c.id).limit(1)
    ).one_or_none()
    if draft is None and known is not None and not known.heads:
        connection.execute(sa.delete(RECORD).where(RECORD.c.n == known.n))
        connection.exec_driver_sql("DELETE FROM search WHERE rowid = ?", (known.pos,))
        return
    if known is not None:
        values = dict(known._mapping)
        stale = known.stale
    else:
        assert draft is not None
        values = {"record": record, "form": draft.form, "form_version": draft.form_version, "state": "draft"}
        values |= {"deleted": False, "conflicts": 0, "dev": b"", "heads": "", "head": None}
        stale = False
    values["draft"] = draft.id if draft is not None else None
    if draft is not None:
        values["changed"] = max(draft.started, known.changed if known else 0)
    else:
        # Opening it had moved it to the top of the list; nothing came of that.
        values["changed"] = min(_saved_millis(connection, record), values["changed"])
    write(connection, known, values, None if known and stale else decode_summary(known.summary if known else b""))


def _saved_millis(connection: Connection, record: str) -> int:
    newest = connection.execute(sa.select(sa.func.max(REVISION.c.hlc)).where(REVISION.c.record == record)).scalar()
    return millis_of(newest) if newest else LATEST


def load(connection: Connection, record: str) -> list[Revision]:
    """Every revision of a record whose body is here, for the view."""
    rows = connection.execute(sa.select(REVISION).where(REVISION.c.record == record)).all()
    parents = parents_of(connection, [row.id for row in rows])
    return [view_revision(row, parents.get(row.id, ())) for row in rows if row.body is not None]


def parents_of(connection: Connection, ids: Sequence[bytes]) -> dict[bytes, tuple[str, ...]]:
    """The parents of each revision that has any."""
    found: dict[bytes, tuple[str, ...]] = {}
    for start in range(0, len(ids), 10_000):
        query = sa.select(PARENT).where(PARENT.c.child.in_(ids[start : start + 10_000])).order_by(PARENT.c.parent)
        for edge in connection.execute(query):
            found[edge.child] = (*found.get(edge.child, ()), edge.parent.hex())
    return found


def view_revision(row: Any, parents: tuple[str, ...]) -> Revision:
    """A stored revision as the view wants it."""
    body: Body = trusted_body(row.body)
    return Revision(
        id=row.id.hex(),
        parents=parents,
        stamp=row.hlc,
        device=row.dev.hex(),
        form=row.form,
        form_version=row.form_version,
        fields=body.fields,
        computed=body.computed,
        files=body.files,
        open=body.open,
        stale=body.stale,
    )


def refresh(connection: Connection, record: str, now: datetime) -> Folded | None:
    """Compute a record's view anew and put it into the list; without a view the row goes."""
    folded = fold(load(connection, record))
    if folded is not None:
        put(connection, Standing.of(record, folded), now)
    elif (known := _known(connection, record)) is not None and known.heads:
        connection.execute(sa.delete(RECORD).where(RECORD.c.n == known.n))
        connection.exec_driver_sql("DELETE FROM search WHERE rowid = ?", (known.pos,))
    return folded

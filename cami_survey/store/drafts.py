"""Drafts: the journal of an open interview. Every call is on the disk before it returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cami_survey.base.clock import from_millis
from cami_survey.base.errors import UserError
from cami_survey.base.records import Draft
from cami_survey.base.texts import _
from cami_survey.store import cache
from cami_survey.store.canonical import nfc
from cami_survey.store.core import Core, get_local, set_local
from cami_survey.store.tables import DRAFT, DRAFT_EDIT

APPEND = (
    "INSERT INTO draft_edit (draft, at, changes, place)"
    " SELECT ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM draft WHERE id = ?)"
)
PLACE = "place "


class Drafts(Core):
    """The part of a survey file that keeps what is being typed."""

    def new_record(self) -> str:
        """An id that no other record has."""
        return str(uuid4())

    def start_draft(
        self,
        *,
        form_id: str,
        form_version: str,
        record: str,
        parents: Sequence[str] = (),
        values: Mapping[str, str],
        files: Mapping[str, str] | None = None,
        place: str = "",
    ) -> str:
        """Begin work on a record; `parents` are the heads it starts from. Returns the draft's id."""
        draft = uuid4().hex
        row = {
            "id": draft,
            "record": record,
            "form": nfc(form_id),
            "form_version": nfc(form_version),
            "parents": " ".join(sorted(parents)),
            "base": _pack(values, files),
            "place": place,
            "started": self._millis(),
        }
        with self._db.write() as connection:
            connection.execute(sa.insert(DRAFT), row)
            cache.set_draft(connection, record)
        return draft

    def journal(
        self,
        draft: str,
        changes: Mapping[str, str | None],
        *,
        files: Mapping[str, str] | None = None,
        place: str | None = None,
    ) -> None:
        """Add changes to a draft, durably: field -> text, None where the field is gone; `files`: name -> SHA-256."""
        data = _pack(changes, files)
        with self._db.write() as connection:
            added = connection.exec_driver_sql(APPEND, (draft, self._millis(), data, place, draft))
            if not added.rowcount:
                raise _unknown_draft(draft)

    def draft(self, draft: str) -> Draft:
        """A draft as it stands."""
        with self._db.read() as connection:
            row = connection.execute(sa.select(DRAFT).where(DRAFT.c.id == draft)).one_or_none()
            if row is None:
                raise _unknown_draft(draft)
            return _folded(connection, row)

    def drafts(self) -> list[Draft]:
        """Every open draft, the one started last first."""
        with self._db.read() as connection:
            rows = connection.execute(sa.select(DRAFT).order_by(DRAFT.c.started.desc(), DRAFT.c.id)).all()
            return [_folded(connection, row) for row in rows]

    def place(self, record: str) -> str:
        """Where the person was when a draft record was last left, empty where that is not known."""
        with self._db.read() as connection:
            return get_local(connection, PLACE + record)

    def drop_draft(self, draft: str) -> None:
        """Throw unsaved work away. A draft that is gone already is no error."""
        with self._db.write() as connection:
            self._drop(connection, draft)

    def _drop(self, connection: Connection, draft: str) -> None:
        row = connection.execute(sa.select(DRAFT).where(DRAFT.c.id == draft)).one_or_none()
        if row is not None:
            if row.parents:
                keep_place(connection, draft)
            connection.execute(sa.delete(DRAFT_EDIT).where(DRAFT_EDIT.c.draft == draft))
            connection.execute(sa.delete(DRAFT).where(DRAFT.c.id == draft))
            cache.set_draft(connection, row.record)


def keep_place(connection: Connection, draft: str) -> None:
    """Before a draft goes: remember the place, in this copy alone."""
    row = connection.execute(sa.select(DRAFT).where(DRAFT.c.id == draft)).one_or_none()
    if row is None:
        return
    query = sa.select(DRAFT_EDIT.c.place).where(DRAFT_EDIT.c.draft == draft, DRAFT_EDIT.c.place.is_not(None))
    latest = connection.execute(query.order_by(DRAFT_EDIT.c.n.desc()).limit(1)).scalar()
    set_local(connection, PLACE + row.record, row.place if latest is None else latest)


def forget_place(connection: Connection, record: str) -> None:
    """A finished interview begins at the beginning when it is opened again."""
    connection.exec_driver_sql('DELETE FROM local WHERE "key" = ?', (PLACE + record,))


def _pack(fields: Mapping[str, str | None], files: Mapping[str, str] | None) -> bytes:
    return orjson.dumps({"fields": _clean(fields), "files": dict(files or {})})


def _clean(fields: Mapping[str, str | None]) -> dict[str, str | None]:
    return {name: None if text is None else nfc(text) for name, text in fields.items()}


def _folded(connection: Connection, row: Any) -> Draft:
    base = orjson.loads(row.base)
    values, files, place, changed = base["fields"], base["files"], row.place, row.started
    query = sa.select(DRAFT_EDIT).where(DRAFT_EDIT.c.draft == row.id).order_by(DRAFT_EDIT.c.n)
    for edit in connection.execute(query):
        step = orjson.loads(edit.changes)
        for name, text in step["fields"].items():
            if text is None:
                values.pop(name, None)
            else:
                values[name] = text
        files |= step["files"]
        place = place if edit.place is None else edit.place
        changed = edit.at
    return Draft(
        id=row.id,
        form_id=row.form,
        form_version=row.form_version,
        record=row.record,
        parents=tuple(row.parents.split()),
        values=values,
        files=files,
        place=place,
        started=from_millis(row.started),
        changed=from_millis(changed),
    )


def _unknown_draft(draft: str) -> UserError:
    return UserError(
        "draft.unknown",
        _("This interview is not open any more: it was saved or dropped in the meantime."),
        advice=_("Open it again from the list."),
        where=draft,
    )

"""Forms and attachments in a survey file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Connection

from cami_survey.base.clock import from_millis
from cami_survey.base.errors import UserError, nearest
from cami_survey.base.order import ordered
from cami_survey.base.records import FormContent, FormEntry
from cami_survey.base.texts import _
from cami_survey.store import cache
from cami_survey.store.canonical import FORMAT, MalformedError, decode, digest, encode, nfc
from cami_survey.store.core import Core
from cami_survey.store.revisions import HEX64, NAME_LIMIT, check_format
from cami_survey.store.tables import ATTACHMENT, FORM

ATTACHMENT_LIMIT = 100_000_000


def form_fact_id(head: bytes) -> bytes:
    """The id of a form fact."""
    return digest("form", head)


def read_form(head: bytes) -> dict[str, Any]:
    """The form in `head`, its contents named by hash; MalformedError if it is not whole."""
    value = decode(head)
    check_format(value)
    for name in ("form_id", "version", "title", "source_name"):
        if not isinstance(value.get(name), str) or len(value[name]) > 4 * NAME_LIMIT:
            raise MalformedError("form names are not short texts")
    languages, media = value.get("languages"), value.get("media")
    if not isinstance(languages, list) or not all(isinstance(name, str) for name in languages):
        raise MalformedError("form languages are no texts")
    if type(value.get("questions")) is not int or not isinstance(media, dict) or not value["form_id"]:
        raise MalformedError("form is incomplete")
    for content in (value.get("xform"), value.get("source"), *media.values()):
        if not isinstance(content, str) or not HEX64.fullmatch(content):
            raise MalformedError("form contents are not named by hash")
    return value


def form_contents(form: Mapping[str, Any]) -> list[bytes]:
    """The attachments a form consists of."""
    return [bytes.fromhex(content) for content in (form["xform"], form["source"], *form["media"].values())]


class Forms(Core):
    """The part of a survey file that keeps forms and attachments."""

    def add_form(self, form: FormContent) -> FormEntry:
        """Keep a form. The same form again changes nothing; another one under a taken id and version is refused."""
        with self._db.write() as connection:
            head = encode(
                {
                    "v": FORMAT,
                    "form_id": nfc(form.form_id),
                    "version": nfc(form.version),
                    "title": nfc(form.title),
                    "languages": [nfc(language) for language in form.languages],
                    "questions": form.questions,
                    "source_name": nfc(form.source_name),
                    "xform": _keep(connection, form.xform, ""),
                    "source": _keep(connection, form.source, form.source_name),
                    "media": {nfc(name): _keep(connection, data, name) for name, data in form.media.items()},
                }
            )
            if self._is_new(connection, form, head):
                read_form(head)
                row = {"id": form_fact_id(head), "head": head, "added": self._millis()}
                connection.execute(sa.insert(FORM), row | {"form_id": nfc(form.form_id), "version": nfc(form.version)})
                cache.forget_summaries(connection, [(nfc(form.form_id), nfc(form.version))])
                self._log(connection, "form", form=nfc(form.form_id), version=nfc(form.version))
        return next(e for e in self.forms() if (e.form_id, e.version) == (nfc(form.form_id), nfc(form.version)))

    def _is_new(self, connection: Connection, form: FormContent, head: bytes) -> bool:
        taken = connection.execute(
            sa.select(FORM.c.head).where(FORM.c.form_id == nfc(form.form_id), FORM.c.version == nfc(form.version))
        ).scalars()
        kept = [decode(other) for other in taken]
        new = decode(head)
        if any(all(new[part] == other[part] for part in ("xform", "media")) for other in kept):
            return False
        if kept:
            raise UserError(
                "form.version-taken",
                _("This survey already has another form “{form}” with version “{version}”.").format(
                    form=form.form_id, version=form.version
                ),
                advice=_("Give the changed form a new version in its settings sheet."),
                where=form.source_name,
            )
        return True

    def forms(self) -> list[FormEntry]:
        """Every form, by title and then newest version first."""
        with self._db.read() as connection:
            rows = connection.execute(sa.select(FORM).order_by(FORM.c.seq.desc())).all()
            counted = connection.exec_driver_sql(
                "SELECT form, form_version, count(*) FROM record WHERE deleted = 0 GROUP BY form, form_version"
            )
            counts = {(form, version): int(number) for form, version, number in counted}
        entries: dict[tuple[str, str], FormEntry] = {}
        for row in rows:
            entries.setdefault((row.form_id, row.version), _entry(row, counts.get((row.form_id, row.version), 0)))
        return sorted(entries.values(), key=lambda entry: ordered(entry.title))

    def form(self, form_id: str, version: str | None = None) -> FormContent:
        """A form with its contents; without a version the one added last."""
        with self._db.read() as connection:
            query = sa.select(FORM).where(FORM.c.form_id == form_id).order_by(FORM.c.seq.desc())
            if version is not None:
                query = query.where(FORM.c.version == version).order_by(None).order_by(FORM.c.id)
            row = connection.execute(query.limit(1)).one_or_none()
            if row is None:
                raise self._unknown_form(connection, form_id, version)
            about = decode(row.head)
            return FormContent(
                form_id=row.form_id,
                version=row.version,
                title=about["title"],
                languages=tuple(about["languages"]),
                questions=about["questions"],
                xform=_content(connection, about["xform"]),
                source_name=about["source_name"],
                source=_content(connection, about["source"]),
                media={name: _content(connection, data) for name, data in about["media"].items()},
            )

    def _unknown_form(self, connection: Connection, form_id: str, version: str | None) -> UserError:
        known = connection.execute(sa.select(FORM.c.form_id, FORM.c.version)).all()
        versions = sorted({row.version for row in known if row.form_id == form_id})
        if versions:
            sentence = _("This survey has no version “{version}” of the form “{form}”.")
            advice = _("It has: {versions}").format(versions=", ".join(versions))
            return UserError(
                "form.unknown-version", sentence.format(version=version, form=form_id), advice=advice, where=form_id
            )
        near = nearest(form_id, {row.form_id for row in known})
        advice = _("Did you mean “{name}”?").format(name=near) if near else ""
        return UserError(
            "form.unknown", _("This survey has no form “{form}”.").format(form=form_id), advice=advice, where=form_id
        )

    def attach(self, content: bytes, name: str) -> str:
        """Keep bytes; returns their SHA-256 in hex. `name` is a note only."""
        if len(content) > ATTACHMENT_LIMIT:
            raise UserError(
                "attachment.too-large",
                _("“{file}” is larger than {limit} MB.").format(file=name, limit=ATTACHMENT_LIMIT // 1_000_000),
                advice=_("Choose a smaller file."),
                where=name,
            )
        with self._db.write() as connection:
            return _keep(connection, content, name)

    def attachment(self, sha256: str) -> bytes:
        """The bytes with that hash."""
        with self._db.read() as connection:
            return _content(connection, sha256)

    def has_attachment(self, sha256: str) -> bool:
        """Whether the bytes with that hash are here."""
        with self._db.read() as connection:
            query = sa.select(ATTACHMENT.c.seq).where(ATTACHMENT.c.id == bytes.fromhex(sha256))
            return connection.execute(query).scalar() is not None

    def _titles(self, connection: Connection) -> dict[tuple[str, str], str]:
        rows = connection.exec_driver_sql("SELECT form_id, version, head FROM form ORDER BY id DESC")
        return {(form_id, version): str(decode(head)["title"]) for form_id, version, head in rows}


def _keep(connection: Connection, content: bytes, name: str) -> str:
    found = hashlib.sha256(content).digest()
    row = {"id": found, "content": content, "name": nfc(name)}
    connection.execute(sqlite_insert(ATTACHMENT).on_conflict_do_nothing(index_elements=["id"]), row)
    return found.hex()


def _content(connection: Connection, sha256: str) -> bytes:
    query = sa.select(ATTACHMENT.c.content).where(ATTACHMENT.c.id == bytes.fromhex(sha256))
    found = connection.execute(query).scalar()
    if found is None:
        raise UserError(
            "attachment.missing",
            _("An attached file is not in this survey."),
            advice=_("Merge the package that holds it."),
            where=sha256,
        )
    return bytes(found)


def _entry(row: Any, records: int) -> FormEntry:
    about = decode(row.head)
    return FormEntry(
        form_id=row.form_id,
        version=row.version,
        title=about["title"],
        languages=tuple(about["languages"]),
        questions=about["questions"],
        source_name=about["source_name"],
        added=from_millis(row.added),
        records=records,
    )

"""Saving: every change of a record is one new revision, minted here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cami_survey.base.errors import UserError
from cami_survey.base.records import DELETED, STATE, Answers, State, Summary
from cami_survey.base.texts import _
from cami_survey.store import cache
from cami_survey.store.canonical import MalformedError, nfc
from cami_survey.store.drafts import Drafts, forget_place, keep_place
from cami_survey.store.reading import Reading, answers_of
from cami_survey.store.revisions import NAME_LIMIT, Body, mint, state_of, trusted_answers, trusted_body
from cami_survey.store.tables import DRAFT, DRAFT_EDIT, PARENT, RECORD, REVISION, REVISION_FILE, WITHDRAWAL
from cami_survey.store.view import Folded, fold, is_instance

INSERT = sa.insert(REVISION)
HEADS = sa.select(RECORD.c.heads, RECORD.c.head, RECORD.c.deleted).where(RECORD.c.record == sa.bindparam("wanted"))
OWN_FIELDS = (STATE, DELETED)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is decided of one record: field -> text, None to leave it away.

    `computed` and `summary` belong to the answers that follow, as worked out while `heads` stood.
    """

    decisions: Mapping[str, str | None]
    heads: tuple[str, ...] = ()
    computed: Mapping[str, str] | None = None
    summary: Summary | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """What a new revision builds on: the view its parents together give, None for a first one."""

    parents: tuple[str, ...]
    folded: Folded | None
    is_all: bool


class Saving(Reading, Drafts):
    """The part of a survey file that mints revisions."""

    def save(
        self,
        *,
        record: str,
        form_id: str,
        form_version: str,
        answers: Answers,
        state: State,
        parents: Sequence[str],
        summary: Summary,
        draft: str | None = None,
        reason: str = "",
        names: Collection[str] = (),
    ) -> str:
        """Mint a revision and drop `draft` in the same commit; returns its id. The place in a draft is kept.

        Answers at the paths `names` are sealed if there is anybody to seal them for; sealed ones stay so.

        A field in conflict among the parents whose shown value was left as it was stays in conflict.
        """
        with self._db.write() as connection:
            past = self._past(connection, record, parents)
            answers = self._sealed_answers(connection, record, answers, past, names)
            left = self._left_open(past.folded, answers)
            deleted = past.folded is not None and past.folded.fields.get(DELETED) == "1"
            body = Body.of(answers, state, deleted=deleted, open_fields=left, reason=reason)
            if draft is not None:
                keep_place(connection, draft)
                connection.execute(sa.delete(DRAFT_EDIT).where(DRAFT_EDIT.c.draft == draft))
                connection.execute(sa.delete(DRAFT).where(DRAFT.c.id == draft))
            if state == "final":
                forget_place(connection, record)
            revision = self._mint(connection, record, (nfc(form_id), nfc(form_version)), past, body, summary)
            if draft is not None:
                cache.set_draft(connection, record)
            return revision

    def resolve(
        self, record: str, decisions: Mapping[str, str | None], summary: Summary | None = None, reason: str = ""
    ) -> str:
        """Settle conflicts: field -> text, None to leave it away. Fields not named stay in conflict."""
        return self.settle({record: Settlement(decisions, summary=summary)}, reason)[0]

    def decided(self, record: str, decisions: Mapping[str, str | None]) -> Answers:
        """The answers as they would stand after `decisions`; computed values are those from before."""
        with self._db.read() as connection:
            folded = self._fold(connection, record)
            fields, files = self._decide_all(connection, folded, decisions)
            return self._unsealed_answers(connection, Answers(_without_own(fields), folded.computed, files))

    def settle(self, settlements: Mapping[str, Settlement], reason: str = "") -> list[str]:
        """Settle conflicts of many records, all or none; returns one new revision of each.

        What was computed beforehand counts only if the record has not changed since.
        """
        with self._db.write() as connection:
            return [self._settle(connection, record, one, reason) for record, one in settlements.items()]

    def _settle(self, connection: Connection, record: str, one: Settlement, reason: str) -> str:
        folded = self._fold(connection, record)
        fields, files = self._decide_all(connection, folded, one.decisions)
        left = {conflict.field for conflict in folded.conflicts} - one.decisions.keys()
        if one.heads and one.heads != folded.heads:
            one = Settlement(one.decisions)
        if one.computed is not None:
            written = self._written(connection, record, folded.computed)
            one = replace(one, computed=self._as_written(connection, record, one.computed, written, ()))
        revision = self._remint(connection, record, folded, fields, files, left, reason, one.summary, one.computed)
        self._log(connection, "resolve", record=record, fields=sorted(one.decisions))
        return revision

    def _decide_all(
        self, connection: Connection, folded: Folded, decisions: Mapping[str, str | None]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """The fields and files of a view after `decisions`; UserError if one of them is not in conflict."""
        standing = {conflict.field: conflict for conflict in folded.conflicts}
        unknown = next((name for name in decisions if name not in standing), None)
        if unknown is not None:
            raise UserError(
                "conflict.unknown",
                _("“{field}” is not in conflict.").format(field=unknown),
                advice=_("List the conflicts again; somebody may have settled it."),
                where=unknown,
            )
        fields, files = dict(folded.fields), dict(folded.files)
        for name, text in self._decisions_as_written(connection, folded, decisions).items():
            sayers = [revision for _value, said in standing[name].claims for revision in said]
            self._decide(connection, fields, files, nfc(name), text, sayers)
        return fields, files

    def _decisions_as_written(
        self, connection: Connection, folded: Folded, decisions: Mapping[str, str | None]
    ) -> dict[str, str | None]:
        query = sa.select(REVISION.c.record).where(REVISION.c.id == bytes.fromhex(folded.heads[0]))
        record = str(connection.execute(query).scalar_one())
        written = self._written(connection, record, folded.fields)
        texts = {name: text for name, text in decisions.items() if text is not None}
        return {**decisions, **self._as_written(connection, record, texts, written, ())}

    def _sealed_answers(
        self, connection: Connection, record: str, answers: Answers, past: Past, names: Collection[str]
    ) -> Answers:
        """The answers as they are to be written after their past."""
        paths = names if self._names_recipients(connection) else ()
        fields, computed = self._said_before(connection, past)
        if not paths and not past.parents:
            return answers
        before = self._written(connection, record, fields)
        return replace(
            answers,
            fields=self._as_written(connection, record, answers.fields, before, paths),
            computed=self._as_written(connection, record, answers.computed, replace(before, before=computed), paths),
        )

    def _said_before(self, connection: Connection, past: Past) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """The fields that stand before a new revision, and what was computed of them."""
        if past.folded is not None:
            return past.folded.fields, past.folded.computed
        if not past.parents:
            return {}, {}
        query = sa.select(REVISION.c.body).where(REVISION.c.id == bytes.fromhex(past.parents[0]))
        said = trusted_body(connection.execute(query).scalar_one())
        return said.fields, said.computed

    def set_deleted(self, record: str, deleted: bool, reason: str = "") -> str:
        """Delete a record, or bring it back; returns the new revision, or the head if nothing had to change."""
        with self._db.write() as connection:
            folded = self._fold(connection, record)
            open_fields = {conflict.field for conflict in folded.conflicts}
            if (folded.fields.get(DELETED) == "1") == deleted and DELETED not in open_fields and len(folded.heads) == 1:
                return folded.heads[0]
            fields = dict(folded.fields)
            fields.pop(DELETED, None)
            fields |= {DELETED: "1"} if deleted else {}
            return self._remint(connection, record, folded, fields, folded.files, open_fields - {DELETED}, reason, None)

    def _decide(
        self,
        connection: Connection,
        fields: dict[str, str],
        files: dict[str, str],
        name: str,
        text: str | None,
        claimants: Iterable[str],
    ) -> None:
        """Put a decision into the answers: with its file, and an instance that is kept with all that is in it."""
        if text is None:
            fields.pop(name, None)
            for inner in [field for field in fields if is_instance(name) and field.startswith(name + "/")]:
                del fields[inner]
            return
        fields[name] = nfc(text)
        for claimant in claimants:
            said = self._answers_in(connection, claimant)
            if is_instance(name) and not any(field.startswith(name + "/") for field in fields):
                fields |= {field: value for field, value in said.fields.items() if field.startswith(name + "/")}
            if text in said.files and text == said.fields.get(name):
                files[text] = said.files[text]

    def _answers_in(self, connection: Connection, revision: str) -> Answers:
        query = sa.select(REVISION.c.body).where(REVISION.c.id == bytes.fromhex(revision))
        return trusted_answers(connection.execute(query).scalar_one())[0]

    def _remint(
        self,
        connection: Connection,
        record: str,
        folded: Folded,
        fields: Mapping[str, str],
        files: Mapping[str, str],
        left_open: Iterable[str],
        reason: str,
        summary: Summary | None,
        computed: Mapping[str, str] | None = None,
    ) -> str:
        """A revision on all heads that says `fields`.

        Without `computed` the computed values are carried over, as stale if they may differ.
        """
        answers = Answers(_without_own(fields), folded.computed if computed is None else computed, files)
        body = Body.of(
            answers,
            state_of(fields),
            deleted=fields.get(DELETED) == "1",
            open_fields=left_open,
            reason=reason,
            stale=computed is None and (folded.stale or answers.fields != answers_of(folded).fields),
        )
        past = Past(folded.heads, folded, True)
        return self._mint(connection, record, (folded.form, folded.form_version), past, body, summary)

    def _past(self, connection: Connection, record: str, parents: Sequence[str]) -> Past:
        known = connection.execute(HEADS, {"wanted": record}).one_or_none()
        named = tuple(sorted(set(parents)))
        is_all = named == (tuple(known.heads.split()) if known else ())
        if not named or (is_all and known is not None and known.head is not None and not known.deleted):
            return Past(named, None, is_all)
        revisions = cache.load(connection, record)
        missing = set(named) - {revision.id for revision in revisions}
        if missing and connection.execute(sa.select(WITHDRAWAL.c.seq).where(WITHDRAWAL.c.record == record)).first():
            raise UserError(
                "record.withdrawn",
                _("The respondent of this interview took back consent, so nothing more is kept of it."),
                where=record,
            )
        if missing:
            raise ValueError(f"parents are not revisions of this record: {sorted(missing)}")
        wanted, index = set(named), {revision.id: revision for revision in revisions}
        waiting = list(named)
        while waiting:
            before = set(index[waiting.pop()].parents) - wanted
            wanted |= before
            waiting.extend(before)
        return Past(named, fold(index[name] for name in wanted), is_all)

    def _left_open(self, folded: Folded | None, answers: Answers) -> set[str]:
        """The conflicts that the answers do not touch."""
        if folded is None:
            return set()
        shown, now = folded.fields, answers.fields
        return {c.field for c in folded.conflicts if c.field in OWN_FIELDS or now.get(c.field) == shown.get(c.field)}

    def _mint(
        self,
        connection: Connection,
        record: str,
        form: tuple[str, str],
        past: Past,
        body: Body,
        summary: Summary | None,
    ) -> str:
        if len(record) > NAME_LIMIT or not record:
            raise ValueError("a record id has 1 to 300 characters")
        dev_seq = connection.exec_driver_sql(
            "UPDATE identity SET dev_seq = dev_seq + 1 WHERE dev = ? RETURNING dev_seq", (self._dev,)
        ).scalar_one()
        about = {"record": record, "dev_seq": dev_seq, "hlc": self._tick(connection)}
        about |= {"form": form[0], "form_version": form[1]}
        try:
            minted = mint(body, parents=past.parents, dev=self._dev.hex(), **about)
        except MalformedError as error:
            raise UserError(
                "record.too-large",
                _("This interview holds more text than a survey file can keep in one record."),
                advice=_("Shorten the longest answers and save again."),
                where=record,
            ) from error
        row = about | {"id": minted.id, "head": minted.head, "body": minted.body, "salt": minted.salt}
        connection.execute(INSERT, row | {"dev": self._dev, "arrived": self._millis()})
        _link(connection, minted.id, past.parents, body.files.values())
        self._refresh(connection, record, form, past, body, minted.id, str(about["hlc"]), summary)
        return minted.id.hex()

    def _refresh(
        self,
        connection: Connection,
        record: str,
        form: tuple[str, str],
        past: Past,
        body: Body,
        revision: bytes,
        stamp: str,
        summary: Summary | None,
    ) -> None:
        """Bring the list up to date; a single head that leaves nothing open is its own view."""
        if not past.is_all or body.open:
            standing = cache.Standing.of(record, self._fold(connection, record))
            summary = summary if past.is_all else None
        else:
            standing = cache.Standing(
                record=record,
                form=form[0],
                form_version=form[1],
                state=body.state,
                deleted=body.deleted,
                conflicts=0,
                stamp=stamp,
                dev=self._dev,
                heads=(revision.hex(),),
                head=revision,
            )
        cache.put(connection, standing, self._clock(), summary)


def _without_own(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in fields.items() if name not in OWN_FIELDS}


def _link(connection: Connection, child: bytes, parents: Iterable[str], files: Iterable[str]) -> None:
    edges = [{"child": child, "parent": bytes.fromhex(parent)} for parent in parents]
    if edges:
        connection.execute(sa.insert(PARENT), edges)
    named = [{"revision": child, "attachment": bytes.fromhex(content)} for content in set(files)]
    if named:
        connection.execute(sa.insert(REVISION_FILE), named)

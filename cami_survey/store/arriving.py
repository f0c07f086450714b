"""Facts as they arrive: each checked against its id and read, before anything of it is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cami_survey.base.errors import UserError
from cami_survey.base.records import Fact, State
from cami_survey.base.texts import _
from cami_survey.store.canonical import MalformedError, digest
from cami_survey.store.devices import card_id, read_card
from cami_survey.store.forms import form_fact_id, read_form
from cami_survey.store.revisions import Head, NewerFormatError, read_body, read_head
from cami_survey.store.statements import read_statement, statement_id
from cami_survey.store.withdrawals import read_withdrawal, withdrawal_id

BATCH = 250
BATCH_BYTES = 16_000_000


@dataclass(frozen=True, slots=True)
class Said:
    """What the list wants to know of a revision's body. `files` are the attachments it names."""

    state: State
    deleted: bool
    has_open: bool
    files: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class Checked:
    """A fact whose bytes make its id. `meaning` is what they say; of a revision its head, and `said` its body."""

    fact: Fact
    id: bytes
    meaning: Any
    said: Said | None = None


def checked(fact: Fact) -> Checked:
    """The fact, read; UserError if it is damaged, forged or of a newer version."""
    return _CHECKS[fact.kind](fact)


def in_batches(facts: Iterable[Fact | Checked]) -> Iterator[list[Checked]]:
    """The facts, checked, in pieces of limited number and size."""
    batch: list[Checked] = []
    size = 0
    for fact in facts:
        one = fact if isinstance(fact, Checked) else checked(fact)
        batch.append(one)
        size += len(one.fact.head) + len(one.fact.body or b"")
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def refused(kind: str, name: str, reason: str) -> UserError:
    """The refusal of a fact, and with it of all that came along."""
    return UserError(
        "facts.damaged",
        _(
            "A part of what is being merged is damaged or forged ({kind} {name}: {reason}), so nothing was merged."
        ).format(kind=kind, name=name[:12], reason=reason),
        advice=_("Ask for it again."),
        where=name,
    )


def _named(fact: Fact, name: bytes) -> bytes:
    if name.hex() != fact.id:
        raise refused(fact.kind, fact.id, "it does not match its fingerprint")
    return name


def _read(fact: Fact, data: bytes, read: Callable[[bytes], Any]) -> Any:
    try:
        return read(data)
    except NewerFormatError:
        raise UserError(
            "facts.newer",
            _("This was made by a newer version of CAMI Survey, so nothing was merged."),
            advice=_("Update the program on this computer and merge again."),
            where=fact.id,
        ) from None
    except MalformedError as error:
        raise refused(fact.kind, fact.id, str(error)) from None


def _simple(name: Callable[[bytes], bytes], read: Callable[[bytes], Any]) -> Callable[[Fact], Checked]:
    return lambda fact: Checked(fact, _named(fact, name(fact.head)), _read(fact, fact.head, read))


def _attachment(fact: Fact) -> Checked:
    return Checked(fact, _named(fact, hashlib.sha256(fact.head).digest()), None)


def _revision(fact: Fact) -> Checked:
    name = _named(fact, digest("revision", fact.head))
    head: Head = _read(fact, fact.head, read_head)
    return Checked(fact, name, head, None if fact.body is None else _said(fact, head, fact.body))


def _said(fact: Fact, head: Head, data: bytes) -> Said:
    salt = fact.salt or b""
    if digest("body", salt, data).hex() != head.body or len(salt) > 64:
        raise refused("revision", fact.id, "its body does not match its fingerprint")
    body = _read(fact, data, read_body)
    files = frozenset(map(bytes.fromhex, body.files.values())) if body.files else _NONE
    return Said(body.state, body.deleted, bool(body.open), files)


_NONE: frozenset[bytes] = frozenset()
_CHECKS: dict[str, Callable[[Fact], Checked]] = {
    "revision": _revision,
    "attachment": _attachment,
    "form": _simple(form_fact_id, read_form),
    "device": _simple(card_id, read_card),
    "withdrawal": _simple(withdrawal_id, read_withdrawal),
    "statement": _simple(statement_id, read_statement),
}

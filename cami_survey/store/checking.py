"""Revisions as they arrive: each checked against its id and read, before anything of it is kept.

What comes out are plain values, so that another process may do it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from cami_survey.base.errors import UserError
from cami_survey.base.records import Fact
from cami_survey.base.texts import _
from cami_survey.store.canonical import MalformedError, digest
from cami_survey.store.revisions import Head, NewerFormatError, read_body, read_head

BATCH = 500
BATCH_BYTES = 4_000_000
LONGEST_SALT = 64

Said = tuple[str, bool, bool, tuple[bytes, ...]]
"""What the list wants to know of a body: its state, whether it deletes, whether it leaves conflicts open, its files."""


class Revision(NamedTuple):
    """A revision whose bytes make its id, first as the table takes it. `said` is None if it came without its body."""

    id: bytes
    record: str
    head: bytes
    body: bytes | None
    salt: bytes | None
    dev: bytes
    dev_seq: int
    hlc: str
    form: str
    form_version: str
    parents: tuple[bytes, ...]
    said: Said | None


class Batch(NamedTuple):
    """Some facts in their order: the revisions among them checked, all `others` not yet."""

    revisions: list[Revision]
    others: list[Fact]

    @property
    def size(self) -> int:
        """The number of facts."""
        return len(self.revisions) + len(self.others)


def in_batches(facts: Iterable[Fact | Batch]) -> Iterator[Batch]:
    """The facts in pieces of limited number and size; UserError for a revision that is damaged, forged or newer.

    Batches among them, which somebody else has checked, are passed on.
    """
    revisions: list[Revision] = []
    others: list[Fact] = []
    size = 0
    for fact in facts:
        if isinstance(fact, Batch):
            yield fact
            continue
        if fact.kind == "revision":
            revisions.append(checked(fact))
        else:
            others.append(fact)
        size += len(fact.head) + len(fact.body or b"")
        if len(revisions) + len(others) >= BATCH or size >= BATCH_BYTES:
            yield Batch(revisions, others)
            revisions, others, size = [], [], 0
    if revisions or others:
        yield Batch(revisions, others)


def checked(fact: Fact) -> Revision:
    """The revision, read; UserError if it is damaged, forged or of a newer version."""
    name = named(fact, digest("revision", fact.head))
    head: Head = read(fact, fact.head, read_head)
    dev, parents = bytes.fromhex(head.dev), tuple(map(bytes.fromhex, head.parents))
    about = (dev, head.dev_seq, head.hlc, head.form, head.form_version, parents)
    if fact.body is None:
        return Revision(name, head.record, fact.head, None, None, *about, None)
    return Revision(name, head.record, fact.head, fact.body, fact.salt, *about, _said(fact, head, fact.body))


def _said(fact: Fact, head: Head, data: bytes) -> Said:
    salt = fact.salt or b""
    if digest("body", salt, data).hex() != head.body or len(salt) > LONGEST_SALT:
        raise refused("revision", fact.id, "its body does not match its fingerprint")
    body = read(fact, data, read_body)
    files = tuple(sorted(set(map(bytes.fromhex, body.files.values())))) if body.files else ()
    return body.state, body.deleted, bool(body.open), files


def refused(kind: str, name: str, detail: str) -> UserError:
    """The refusal of a fact, and with it of all that came along; `detail` says in English what is wrong with it."""
    text = _("A part of what is being merged is damaged or forged ({kind} {name}), so nothing was merged.")
    return UserError(
        "facts.damaged",
        text.format(kind=kinds().get(kind, _("entry")), name=name[:12]),
        advice=_("Ask for it again."),
        where=name,
        detail=detail,
    )


def kinds() -> dict[str, str]:
    """What the kinds of facts are called."""
    return {
        "device": _("device"),
        "device_card": _("device"),
        "form": _("form"),
        "attachment": _("attached file"),
        "revision": _("step of an interview"),
        "withdrawal": _("withdrawal of consent"),
        "statement": _("statement about the survey"),
    }


def named(fact: Fact, name: bytes) -> bytes:
    """The id `name` that a fact's bytes make; UserError if the fact says another."""
    if name.hex() != fact.id:
        raise refused(fact.kind, fact.id, "it does not match its fingerprint")
    return name


def read(fact: Fact, data: bytes, reader: Callable[[bytes], Any]) -> Any:
    """What a reader makes of the bytes of a fact; UserError where they are not what they have to be."""
    try:
        return reader(data)
    except NewerFormatError:
        raise UserError(
            "facts.newer",
            _("This was made by a newer version of CAMI Survey, so nothing was merged."),
            advice=_("Update the program on this computer and merge again."),
            where=fact.id,
        ) from None
    except MalformedError as error:
        raise refused(fact.kind, fact.id, str(error)) from None

"""Revisions as they arrive: each checked against its id and read, before anything of it is kept.

What comes out are plain values, so that another process may do it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import Any, Final, NamedTuple

from cami_survey.base.errors import UserError
from cami_survey.base.records import DELETED, Fact
from cami_survey.base.texts import _
from cami_survey.store.canonical import MalformedError, digest
from cami_survey.store.revisions import Head, NewerFormatError, checked_body, read_head, state_of

BATCH = 500
BATCH_BYTES = 4_000_000
LONGEST_SALT = 64

Row = tuple[bytes, str, bytes, bytes | None, bytes | None, bytes, int, str, str, str]
"""A revision as the table takes it: id, record, head, body, salt, dev, dev_seq, hlc, form, form_version."""
ROW_RECORD: Final = 1
ROW_BODY: Final = 3
ROW_DEV: Final = 5
ROW_DEV_SEQ: Final = 6
ROW_HLC: Final = 7

Listed = tuple[str, str, str, str, str, bool, bytes, bytes]
"""What the list shows of a record that one revision makes: hlc, record, form, form_version, state, whether it is
deleted, dev, and the revision's id."""
LISTED_RECORD: Final = 1
LISTED_ID: Final = 7


class Revision(NamedTuple):
    """A revision whose bytes make its id.

    `listed` is None if it came without its body or leaves conflicts open.
    """

    row: Row
    parents: tuple[bytes, ...]
    files: tuple[bytes, ...]
    listed: Listed | None


class Batch(NamedTuple):
    """Some facts in their order: the revisions among them checked, all `others` not yet.

    `rows` are all revisions sorted by id, `files` which attachment each names. `alone` are those without parents that
    are the only one of their record in the batch, by record; `steps` are the others, in their order.
    """

    rows: list[Row]
    files: list[tuple[bytes, bytes]]
    alone: dict[str, Listed]
    steps: list[Revision]
    others: list[Fact]

    @property
    def size(self) -> int:
        """The number of facts."""
        return len(self.rows) + len(self.others)

    def numbers(self) -> Iterator[tuple[str, int]]:
        """The device of each revision and its number there."""
        return ((row[ROW_DEV].hex(), row[ROW_DEV_SEQ]) for row in self.rows)


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
            yield _batch(revisions, others)
            revisions, others, size = [], [], 0
    if revisions or others:
        yield _batch(revisions, others)


def _batch(revisions: list[Revision], others: list[Fact]) -> Batch:
    times = Counter([one.row[ROW_RECORD] for one in revisions])
    alone = {}
    steps = []
    for one in revisions:
        record = one.row[ROW_RECORD]
        if one.listed is not None and not one.parents and times[record] == 1:
            alone[record] = one.listed
        else:
            steps.append(one)
    files = [(one.row[0], content) for one in revisions for content in one.files]
    return Batch(sorted([one.row for one in revisions], key=itemgetter(0)), files, alone, steps, others)


def checked(fact: Fact) -> Revision:
    """The revision, read; UserError if it is damaged, forged or of a newer version."""
    name = named(fact, digest("revision", fact.head))
    head: Head = read(fact, fact.head, read_head)
    dev = bytes.fromhex(head.dev)
    about = (dev, head.dev_seq, head.hlc, head.form, head.form_version)
    parents = tuple(map(bytes.fromhex, head.parents))
    if fact.body is None:
        return Revision((name, head.record, fact.head, None, None, *about), parents, (), None)
    body = _proven(fact, head, fact.body)
    fields = body["fields"]
    files = tuple(sorted(set(map(bytes.fromhex, body["files"].values())))) if body["files"] else ()
    row = (name, head.record, fact.head, fact.body, fact.salt, *about)
    if body["open"]:
        return Revision(row, parents, files, None)
    shown = (state_of(fields), fields.get(DELETED) == "1", dev, name)
    return Revision(row, parents, files, (head.hlc, head.record, head.form, head.form_version, *shown))


def _proven(fact: Fact, head: Head, data: bytes) -> dict[str, Any]:
    salt = fact.salt or b""
    if digest("body", salt, data).hex() != head.body or len(salt) > LONGEST_SALT:
        raise refused("revision", fact.id, "its body does not match its fingerprint")
    body: dict[str, Any] = read(fact, data, checked_body)
    return body


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

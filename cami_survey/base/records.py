"""The plain records that pass between engine, store, operations and screens.

A *field* names one answer for ever: the absolute path of its node with the stable key of each repeat instance in
brackets, `/data/herd/stock[horse]/stock_n` or `/data/know/sight[k3f9a1c02]/s_year`. Instances added by a person are
keyed by `k` and random hex digits. Instances made by a repeat count are keyed by the value they are about where the
form takes it from a selection (`selected-at(X, position(..) - 1)`), otherwise by their position. A value is written
with everything but ASCII letters, digits, `_`, `-` and `.` percent-encoded, and with `v-` in front if it would read as
a position, as a random key, or begins with `v-`.

The field of a repeat instance itself (`/data/know/sight[k3f9a1c02]`) holds its order as a decimal number; for a value
that is its place in the whole list of choices, so that it is the same whatever else is chosen. Fields that begin with
`@` belong to the record, not to the form: `@state` (`draft` or `final`) and `@deleted` (`1`); remarks
(`base.remarks`) are named by the field they are about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

State = Literal["draft", "final"]
RecordFilter = Literal["all", "drafts", "final", "conflicts", "deleted", "received", "issues", "approved", "rejected"]

STATE = "@state"
DELETED = "@deleted"


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one interview.

    `fields`: field -> text in XForms lexical form, what a person gave (and repeat instances).
    `computed`: field -> text that the form gave (calculations, preloads, meta); never merged, recomputed when stale.
    `files`: file name used as an answer -> SHA-256 of its bytes in hex.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    computed: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


# What the program itself says in a summary. It is kept in English and shown in the language of the moment.
INTERPRETER, WITHDRAWN, REFUSED = "with interpreter", "Consent withdrawn", "No consent"


@dataclass(frozen=True, slots=True)
class Summary:
    """What a list shows of a record: a cache made by operations from form and answers, rebuilt at will."""

    code: str = ""
    place: str = ""
    place_detail: str = ""
    language: str = ""
    language_detail: str = ""
    answered: int = 0
    total: int = 0
    note: str = ""
    search: str = ""
    name: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """One survey file on one machine. `id` is the fingerprint (hex SHA-256) of `public_key` (Ed25519, 32 bytes).

    A device that is not trusted was either only heard of through others, or trusted once and `revoked`.
    """

    id: str
    number: int
    name: str
    facilitator: str
    public_key: bytes
    recipient: str
    trusted: bool = True
    this_file: bool = False
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class FormEntry:
    """A form in a survey file. `source_name` is the file it came from."""

    form_id: str
    version: str
    title: str
    languages: tuple[str, ...]
    questions: int
    source_name: str
    added: datetime
    records: int = 0


@dataclass(frozen=True, slots=True)
class FormContent:
    """A form as kept: converted XForm XML, the file it came from and its media. `sha256` names the XForm."""

    form_id: str
    version: str
    title: str
    languages: tuple[str, ...]
    questions: int
    xform: bytes
    source_name: str
    source: bytes
    media: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One line of the interview list.

    `review` is empty before anybody said anything, `queries` counts those that are not closed, `changed_since` tells
    that the answers are others than those the state was set for.
    """

    record: str
    form_id: str
    form_version: str
    form_title: str
    state: State
    summary: Summary
    conflicts: int
    changed: datetime
    device: str
    this_device: bool
    deleted: bool
    draft: str | None = None
    device_name: str = ""
    review: str = ""
    queries: int = 0
    changed_since: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """One of the values that stand against each other in a conflict, with who wrote it. `value` None means deleted."""

    value: str | None
    revision: str
    device: str
    device_name: str
    written: datetime
    mine: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field of a record with more than one latest value. `before` is the value in the last common past."""

    record: str
    form_id: str
    code: str
    field: str
    before: str | None
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record as it stands: merged answers, heads, and what is not settled.

    In a conflict `answers.fields` holds the value from before, if there was one. `stale` says that `computed`
    could not be taken over from one head and has to be recomputed. `started`, where it was asked for, is when the
    first revision was written. `has_sealed` is false where it is known that no answer is sealed.
    """

    record: str
    form_id: str
    form_version: str
    state: State
    deleted: bool
    answers: Answers
    heads: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    stale: bool
    changed: datetime
    device: str
    started: datetime | None = None
    has_sealed: bool = True


@dataclass(frozen=True, slots=True)
class RevisionEntry:
    """One step in the history of a record. `seq` counts in the order of arrival in this file.

    `left_open` are fields in conflict that it says nothing about.
    """

    id: str
    record: str
    parents: tuple[str, ...]
    device: str
    device_name: str
    device_seq: int
    written: datetime
    form_id: str
    form_version: str
    state: State
    deleted: bool
    seq: int
    reason: str = ""
    left_open: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """Unsaved work: the journal folded into the values as they stand. `place` is where the person was."""

    id: str
    form_id: str
    form_version: str
    record: str
    parents: tuple[str, ...]
    values: Mapping[str, str]
    files: Mapping[str, str]
    place: str
    started: datetime
    changed: datetime


FactKind = Literal["revision", "form", "attachment", "device", "withdrawal", "statement"]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something written once and named by its hash. `body` is the stored bytes that `id` was made from or covers.

    A revision has `head` (what `id` hashes) and `body` with its `salt`; other kinds have `head` alone.
    """

    kind: FactKind
    id: str
    head: bytes
    body: bytes | None = None
    salt: bytes | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What a device said about the survey itself: of which kind (`topic`), about what (`subject`), in which texts.

    `device_name` is empty for a device this file does not know. `at` is by the clock of that device.
    """

    id: str
    topic: str
    subject: str
    body: Mapping[str, str]
    device: str
    device_name: str
    this_device: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class MergeCounts:
    """What a package brings. `gaps` names missing runs per device: (device id, first, last).

    `conflicts` counts fields that were not in conflict before. `forks` names (device id, sequence number) pairs that
    two different revisions claim: a copied survey file was used twice. `ahead` are the devices whose clock was more
    than a day ahead when they wrote something that is new, `behind` those whose clock was at a time before the program.
    `said` counts what is new of queries, reviews and decisions, `withdrawn` the interviews whose consent was taken back
    with it.
    """

    new: int = 0
    newer: int = 0
    same: int = 0
    conflicts: int = 0
    forms: int = 0
    attachments: int = 0
    gaps: tuple[tuple[str, int, int], ...] = ()
    revisions: int = 0
    incomplete: int = 0
    forks: tuple[tuple[str, int], ...] = ()
    ahead: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    said: int = 0
    withdrawn: int = 0


@dataclass(slots=True)
class Tally:
    """The interviews that the packages of one merge told of, each once, by how it stood before the first of them.

    A hash stands for each, since there may be a hundred thousand.
    """

    new: set[int] = field(default_factory=set)
    newer: set[int] = field(default_factory=set)
    same: set[int] = field(default_factory=set)

    def add(self, same: Iterable[str], changed: Iterable[str], known: Collection[str]) -> tuple[int, int]:
        """Count in a package: what of it was here as it is, what it changed, and which of all was here before it.

        Returns how many more are new and newer than before it.
        """
        before = len(self.new), len(self.newer)
        for record in changed:
            number = hash(record)
            if number not in self.new:
                (self.newer if record in known else self.new).add(number)
                self.same.discard(number)
        self.same.update(number for number in map(hash, same) if number not in self.new and number not in self.newer)
        return len(self.new) - before[0], len(self.newer) - before[1]


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of a whole survey file found: `problems` are sentences, `counts` tells how much was looked at."""

    ok: bool
    problems: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

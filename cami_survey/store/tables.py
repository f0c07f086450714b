"""The tables of a survey file as SQLModel classes. The steps in `migrations` make them; a test compares the two.

Facts are written once: triggers refuse any change but the redaction of a revision's body and salt.
Ids and devices are raw 32-byte hashes here and hex everywhere else; times are milliseconds since 1970.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class Row(SQLModel, registry=registry()):
    """What all tables of a survey file share: a registry of their own."""


class Raw(sa.LargeBinary):
    """Bytes as the driver takes and gives them, without wrapping each value."""

    cache_ok = True

    def bind_processor(self, *_about: object) -> None:
        return None

    def result_processor(self, *_about: object) -> None:
        return None


class RevisionRow(Row, table=True):
    """One revision of a record; `seq` counts arrivals."""

    __tablename__ = "revision"
    seq: int | None = Field(default=None, primary_key=True)
    id: bytes = Field(sa_type=Raw, unique=True)
    record: str
    head: bytes = Field(sa_type=Raw)
    body: bytes | None = Field(sa_type=Raw)
    salt: bytes | None = Field(sa_type=Raw)
    dev: bytes = Field(sa_type=Raw)
    dev_seq: int
    hlc: str
    form: str
    form_version: str
    package: int | None
    arrived: int


class ParentRow(Row, table=True):
    """An edge of the history; the parent itself may be missing yet."""

    __tablename__ = "parent"
    child: bytes = Field(sa_type=Raw, primary_key=True)
    parent: bytes = Field(sa_type=Raw, primary_key=True)


class RevisionFileRow(Row, table=True):
    """Which attachments a revision speaks of."""

    __tablename__ = "revision_file"
    revision: bytes = Field(sa_type=Raw, primary_key=True)
    attachment: bytes = Field(sa_type=Raw, primary_key=True)


class FormRow(Row, table=True):
    """A form fact; its head names the attachments that hold XForm, source and media."""

    __tablename__ = "form"
    seq: int | None = Field(default=None, primary_key=True)
    id: bytes = Field(sa_type=Raw, unique=True)
    form_id: str
    version: str
    head: bytes = Field(sa_type=Raw)
    added: int
    package: int | None


class AttachmentRow(Row, table=True):
    """Bytes named by their SHA-256."""

    __tablename__ = "attachment"
    seq: int | None = Field(default=None, primary_key=True)
    id: bytes = Field(sa_type=Raw, unique=True)
    content: bytes = Field(sa_type=Raw)
    name: str
    package: int | None


class DeviceCardRow(Row, table=True):
    """What a device said of itself, under its own signature."""

    __tablename__ = "device_card"
    seq: int | None = Field(default=None, primary_key=True)
    id: bytes = Field(sa_type=Raw, unique=True)
    dev: bytes = Field(sa_type=Raw)
    head: bytes = Field(sa_type=Raw)
    package: int | None


class WithdrawalRow(Row, table=True):
    """A respondent took back consent: the bodies of the record's revisions are dropped here and kept out."""

    __tablename__ = "withdrawal"
    seq: int | None = Field(default=None, primary_key=True)
    id: bytes = Field(sa_type=Raw, unique=True)
    record: str = Field(index=True)
    head: bytes = Field(sa_type=Raw)
    package: int | None


class StatementRow(Row, table=True):
    """A signed statement about the survey itself; `topic` says of which kind, `subject` about what."""

    __tablename__ = "statement"
    seq: int | None = Field(default=None, primary_key=True)
    id: bytes = Field(sa_type=Raw, unique=True)
    topic: str
    subject: str
    hlc: str
    dev: bytes = Field(sa_type=Raw)
    head: bytes = Field(sa_type=Raw)
    package: int | None


class PackageLogRow(Row, table=True):
    """One package that was merged."""

    __tablename__ = "package_log"
    n: int | None = Field(default=None, primary_key=True)
    package: str
    source: str
    at: int
    counts: bytes = Field(sa_type=Raw)


class AuditRow(Row, table=True):
    """What was done with this file, each entry sealed with the hash of the one before."""

    __tablename__ = "audit"
    n: int | None = Field(default=None, primary_key=True)
    entry: bytes = Field(sa_type=Raw)
    hash: bytes = Field(sa_type=Raw)


class DeviceRow(Row, table=True):
    """A device as known here: its latest card and whether it is trusted."""

    __tablename__ = "device"
    dev: bytes = Field(sa_type=Raw, primary_key=True)
    number: int
    name: str
    facilitator: str
    public_key: bytes = Field(sa_type=Raw)
    recipient: str
    hlc: str
    trusted: bool
    revoked: bool = False


class IdentityRow(Row, table=True):
    """The secret side of a device that this file was or is."""

    __tablename__ = "identity"
    dev: bytes = Field(sa_type=Raw, primary_key=True)
    place: str = Field(index=True)
    private_key: bytes = Field(sa_type=Raw)
    age_identity: str
    dev_seq: int


class LocalRow(Row, table=True):
    """Small facts about this copy: title, survey id, the clock."""

    __tablename__ = "local"
    key: str = Field(primary_key=True)
    value: str


class RecipientRow(Row, table=True):
    """To whom packages are encrypted."""

    __tablename__ = "recipient"
    recipient: str = Field(primary_key=True)
    name: str
    added: int


class DraftRow(Row, table=True):
    """An open interview; `base` is the JSON it began with."""

    __tablename__ = "draft"
    id: str = Field(primary_key=True)
    record: str = Field(index=True)
    form: str
    form_version: str
    parents: str
    base: bytes = Field(sa_type=Raw)
    place: str
    started: int


class DraftEditRow(Row, table=True):
    """One durable step of typing: JSON of fields and files, and where the person was."""

    __tablename__ = "draft_edit"
    n: int | None = Field(default=None, primary_key=True)
    draft: str
    at: int
    changes: bytes = Field(sa_type=Raw)
    place: str | None


class RecordCacheRow(Row, table=True):
    """The list's cache, one row per record. `pos` sorts by change and names the row in the search index.

    `head` is set when the record's view is that one revision; `open` when there is work to go on with. `review` is
    the state in the table of reviews.
    """

    __tablename__ = "record"
    n: int | None = Field(default=None, primary_key=True)
    pos: int
    record: str = Field(unique=True)
    form: str
    form_version: str
    state: str
    deleted: bool
    open: bool
    conflicts: int
    stale: bool
    changed: int
    dev: bytes = Field(sa_type=Raw)
    heads: str
    head: bytes | None = Field(sa_type=Raw)
    draft: str | None
    code: str
    summary: bytes = Field(sa_type=Raw)
    review: str = Field(sa_column=sa.Column("review", sa.String, nullable=False, server_default=""))


class ReviewRow(Row, table=True):
    """How far the review of a record is: its state, its queries (`waiting`: not closed), the revisions looked at."""

    __tablename__ = "review"
    record: str = Field(primary_key=True)
    state: str
    open: int
    answered: int
    waiting: int
    heads: str


def table(model: type[SQLModel]) -> sa.Table:
    """The table behind a class, for SQLAlchemy Core."""
    found = sa.inspect(model).local_table
    assert isinstance(found, sa.Table)
    return found


REVISION = table(RevisionRow)
PARENT = table(ParentRow)
REVISION_FILE = table(RevisionFileRow)
FORM = table(FormRow)
ATTACHMENT = table(AttachmentRow)
DEVICE_CARD = table(DeviceCardRow)
WITHDRAWAL = table(WithdrawalRow)
STATEMENT = table(StatementRow)
PACKAGE_LOG = table(PackageLogRow)
AUDIT = table(AuditRow)
DEVICE = table(DeviceRow)
IDENTITY = table(IdentityRow)
LOCAL = table(LocalRow)
RECIPIENT = table(RecipientRow)
DRAFT = table(DraftRow)
DRAFT_EDIT = table(DraftEditRow)
RECORD = table(RecordCacheRow)
REVIEW = table(ReviewRow)

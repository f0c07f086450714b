"""The first schema: facts, local tables, caches."""

from alembic import op

revision = "0001"
down_revision = None

FACTS = """
CREATE TABLE package_log (
  n INTEGER PRIMARY KEY, package TEXT NOT NULL, source TEXT NOT NULL, at INTEGER NOT NULL, counts BLOB NOT NULL
) STRICT;
CREATE TABLE revision (
  seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 32), record TEXT NOT NULL, head BLOB NOT NULL,
  body BLOB, salt BLOB, dev BLOB NOT NULL, dev_seq INTEGER NOT NULL, hlc TEXT NOT NULL, form TEXT NOT NULL,
  form_version TEXT NOT NULL, package INTEGER, arrived INTEGER NOT NULL
) STRICT;
CREATE INDEX ix_revision_record ON revision (record, hlc);
CREATE INDEX ix_revision_dev ON revision (dev, dev_seq);
CREATE TABLE parent (
  child BLOB NOT NULL REFERENCES revision (id), parent BLOB NOT NULL, PRIMARY KEY (child, parent)
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_parent_parent ON parent (parent);
CREATE TABLE revision_file (
  revision BLOB NOT NULL REFERENCES revision (id), attachment BLOB NOT NULL, PRIMARY KEY (revision, attachment)
) STRICT, WITHOUT ROWID;
CREATE TABLE form (
  seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 32), form_id TEXT NOT NULL,
  version TEXT NOT NULL, head BLOB NOT NULL, added INTEGER NOT NULL, package INTEGER
) STRICT;
CREATE TABLE attachment (
  seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 32), content BLOB NOT NULL,
  name TEXT NOT NULL, package INTEGER
) STRICT;
CREATE TABLE device_card (
  seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 32), dev BLOB NOT NULL, head BLOB NOT NULL,
  package INTEGER
) STRICT;
CREATE TABLE withdrawal (
  seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 32), record TEXT NOT NULL,
  head BLOB NOT NULL, package INTEGER
) STRICT;
CREATE INDEX ix_withdrawal_record ON withdrawal (record);
CREATE TABLE audit (n INTEGER PRIMARY KEY, entry BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
"""

LOCAL = """
CREATE TABLE device (
  dev BLOB PRIMARY KEY NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, facilitator TEXT NOT NULL,
  public_key BLOB NOT NULL, recipient TEXT NOT NULL, hlc TEXT NOT NULL, trusted INTEGER NOT NULL,
  revoked INTEGER NOT NULL
) STRICT;
CREATE TABLE identity (
  dev BLOB PRIMARY KEY NOT NULL, place TEXT NOT NULL, private_key BLOB NOT NULL, age_identity TEXT NOT NULL,
  dev_seq INTEGER NOT NULL
) STRICT;
CREATE INDEX ix_identity_place ON identity (place);
CREATE TABLE local ("key" TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT;
CREATE TABLE recipient (recipient TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, added INTEGER NOT NULL) STRICT;
CREATE TABLE draft (
  id TEXT PRIMARY KEY NOT NULL, record TEXT NOT NULL, form TEXT NOT NULL, form_version TEXT NOT NULL,
  parents TEXT NOT NULL, base BLOB NOT NULL, place TEXT NOT NULL, started INTEGER NOT NULL
) STRICT;
CREATE INDEX ix_draft_record ON draft (record);
CREATE TABLE draft_edit (
  n INTEGER PRIMARY KEY, draft TEXT NOT NULL REFERENCES draft (id), at INTEGER NOT NULL, changes BLOB NOT NULL,
  place TEXT
) STRICT;
"""

CACHES = """
CREATE TABLE record (
  n INTEGER PRIMARY KEY, pos INTEGER NOT NULL, record TEXT NOT NULL UNIQUE, form TEXT NOT NULL,
  form_version TEXT NOT NULL, state TEXT NOT NULL, deleted INTEGER NOT NULL, "open" INTEGER NOT NULL,
  conflicts INTEGER NOT NULL, stale INTEGER NOT NULL, changed INTEGER NOT NULL, dev BLOB NOT NULL,
  heads TEXT NOT NULL, head BLOB, draft TEXT, code TEXT NOT NULL, summary BLOB NOT NULL
) STRICT;
CREATE INDEX ix_record_pos ON record (pos);
CREATE INDEX ix_record_all ON record (pos, form) WHERE deleted = 0;
CREATE INDEX ix_record_drafts ON record (pos, form) WHERE deleted = 0 AND "open" = 1;
CREATE INDEX ix_record_final ON record (pos, form) WHERE deleted = 0 AND "open" = 0;
CREATE INDEX ix_record_conflicts ON record (pos, form) WHERE deleted = 0 AND conflicts > 0;
CREATE INDEX ix_record_deleted ON record (pos, form) WHERE deleted = 1;
CREATE INDEX ix_record_form ON record (form, n);
CREATE INDEX ix_record_code ON record (code) WHERE code <> '';
CREATE INDEX ix_record_stale ON record (n) WHERE stale = 1;
CREATE VIRTUAL TABLE search USING fts5 (
  body, marks, content='', contentless_delete=1, prefix='1 2 3',
  tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co M*'"
);
"""

APPEND_ONLY = ("form", "attachment", "device_card", "withdrawal", "package_log", "audit", "parent", "revision_file")
REDACTION = "NEW.body IS NULL AND NEW.salt IS NULL"
KEPT = ("seq", "id", "record", "head", "dev", "dev_seq", "hlc", "form", "form_version", "package", "arrived")


def upgrade() -> None:
    """Make every table, index and trigger."""
    for statement in (FACTS + LOCAL + CACHES).split(";\n"):
        if statement.strip():
            op.execute(statement)
    refuse = "BEGIN SELECT RAISE(ABORT, 'facts are written once'); END"
    for name in (*APPEND_ONLY, "revision"):
        op.execute(f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} {refuse}")
    for name in APPEND_ONLY:
        op.execute(f"CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name} {refuse}")
    same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in KEPT)
    op.execute(
        f"CREATE TRIGGER revision_no_update BEFORE UPDATE ON revision WHEN NOT ({REDACTION} AND {same}) {refuse}"
    )
    op.execute("PRAGMA user_version = 1")

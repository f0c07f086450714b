"""Reviews: an index of how far each record is, made of statements, and its state as a column of the list."""

from alembic import op

revision = "0003"
down_revision = "0002"

TABLE = """
CREATE TABLE review (
  record TEXT PRIMARY KEY NOT NULL, state TEXT NOT NULL, "open" INTEGER NOT NULL, answered INTEGER NOT NULL,
  waiting INTEGER NOT NULL, heads TEXT NOT NULL
) STRICT;
CREATE INDEX ix_review_waiting ON review (record) WHERE waiting > 0;
ALTER TABLE record ADD COLUMN review TEXT NOT NULL DEFAULT '';
CREATE INDEX ix_record_received ON record (pos, form) WHERE deleted = 0 AND "open" = 0 AND review IN ('', 'received');
CREATE INDEX ix_record_issues ON record (pos, form) WHERE deleted = 0 AND review = 'issues';
CREATE INDEX ix_record_approved ON record (pos, form) WHERE deleted = 0 AND review = 'approved';
CREATE INDEX ix_record_rejected ON record (pos, form) WHERE deleted = 0 AND review = 'rejected';
"""
# What reviewers said was a field of the record before; records that hold such a one are looked at once more.
MARKED = "UPDATE record SET stale = 1 WHERE record IN (SELECT record FROM revision WHERE body IS NOT NULL AND ({}))"
MARKED = MARKED.format(
    " OR ".join(
        f"instr(body, CAST('\"@{name}' AS BLOB)) > 0" for name in ("review", "query:", "reply:", "distinct:", "same:")
    )
)


def upgrade() -> None:
    """Make them. No statement of schema 2 is about a review, so that the index begins empty."""
    for statement in filter(str.strip, TABLE.split(";\n")):
        op.execute(statement)
    op.execute(MARKED)
    op.execute("PRAGMA user_version = 3")

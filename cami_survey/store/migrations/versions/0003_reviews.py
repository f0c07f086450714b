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
SAME = "BEGIN UPDATE record SET review = NEW.state WHERE record = NEW.record; END"
ARRIVED = """
CREATE TRIGGER record_review AFTER INSERT ON record WHEN EXISTS (SELECT 1 FROM review WHERE record = NEW.record)
BEGIN UPDATE record SET review = (SELECT state FROM review WHERE record = NEW.record) WHERE n = NEW.n; END
"""


def upgrade() -> None:
    """Triggers keep the column: what is said of a record may come before the record itself."""
    for statement in filter(str.strip, TABLE.split(";\n")):
        op.execute(statement)
    op.execute(f"CREATE TRIGGER review_said AFTER INSERT ON review {SAME}")
    op.execute(f"CREATE TRIGGER review_changed AFTER UPDATE ON review {SAME}")
    op.execute(ARRIVED)
    op.execute("PRAGMA user_version = 3")

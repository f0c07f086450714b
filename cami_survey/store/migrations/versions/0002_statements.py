"""Statements: what people said about the survey itself, beside the answers."""

from alembic import op

revision = "0002"
down_revision = "0001"

TABLE = """
CREATE TABLE statement (
  seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 32), topic TEXT NOT NULL, subject TEXT NOT NULL,
  hlc TEXT NOT NULL, dev BLOB NOT NULL, head BLOB NOT NULL, package INTEGER
) STRICT;
CREATE INDEX ix_statement_topic ON statement (topic, subject, hlc);
"""


def upgrade() -> None:
    """Make the table; like all facts, a statement is written once."""
    for statement in filter(str.strip, TABLE.split(";\n")):
        op.execute(statement)
    refuse = "BEGIN SELECT RAISE(ABORT, 'facts are written once'); END"
    op.execute(f"CREATE TRIGGER statement_no_delete BEFORE DELETE ON statement {refuse}")
    op.execute(f"CREATE TRIGGER statement_no_update BEFORE UPDATE ON statement {refuse}")
    op.execute("PRAGMA user_version = 2")

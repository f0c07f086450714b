"""The schema's version and the road to it. Alembic is imported only when there is a step to take."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import Connection

SCHEMA = 3
APPLICATION_ID = 0x43414D49
STEPS = Path(__file__).parent / "migrations"


def schema_version() -> int:
    """The version this program writes; a file of a higher one is refused."""
    return SCHEMA


def upgrade(connection: Connection) -> None:
    """Take every step that is missing, inside the transaction that `connection` is in: all of them or none."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

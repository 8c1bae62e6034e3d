"""Partitions of what grows with time, fewer indexes, upkeep by table."""

from alembic import op

from copydesk.storage.migrations import run_sql_file

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0011_sizes.sql")

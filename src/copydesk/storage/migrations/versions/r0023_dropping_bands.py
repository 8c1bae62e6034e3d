"""Dropping partitions of bands by their own bounds alone."""

from alembic import op

from copydesk.storage.migrations import run_sql_file

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0023_dropping_bands.sql")

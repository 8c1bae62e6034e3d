"""Bands by the time of filing."""

from alembic import op

from copydesk.storage.migrations import run_sql_file

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0022_bands_by_time.sql")

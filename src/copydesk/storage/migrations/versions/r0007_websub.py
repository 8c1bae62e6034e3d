"""Subscriptions to hubs, and sections as documents."""

from alembic import op

from copydesk.storage.migrations import run_sql_file

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0007_websub.sql")

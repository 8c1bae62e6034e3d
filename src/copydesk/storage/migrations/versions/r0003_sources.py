"""Sections of a source, and an interval that the operator fixes."""

from alembic import op

from copydesk.storage.migrations import run_sql_file

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0003_sources.sql")

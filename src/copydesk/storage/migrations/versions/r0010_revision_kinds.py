"""Revisions say what changed."""

from alembic import op

from copydesk.storage.migrations import run_sql_file

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0010_revision_kinds.sql")

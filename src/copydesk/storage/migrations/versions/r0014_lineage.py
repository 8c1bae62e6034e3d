"""Where copies come from, and what they changed."""

from alembic import op

from copydesk.storage.migrations import run_sql_file

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0014_lineage.sql")

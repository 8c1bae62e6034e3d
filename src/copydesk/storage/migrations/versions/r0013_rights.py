"""Rights of sources and articles, and takedowns."""

from alembic import op

from copydesk.storage.migrations import run_sql_file

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0013_rights.sql")

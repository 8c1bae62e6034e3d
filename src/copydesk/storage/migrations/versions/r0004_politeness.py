"""What politeness and identity need to know of hosts, URLs and parameters."""

from alembic import op

from copydesk.storage.migrations import run_sql_file

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0004_politeness.sql")

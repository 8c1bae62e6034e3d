"""What is learned of a source's rhythm, and its health."""

from alembic import op

from copydesk.storage.migrations import run_sql_file

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0006_source_schedule.sql")

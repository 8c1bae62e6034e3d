"""The state of each row of the funnel, in one word."""

from alembic import op

from copydesk.storage.migrations import run_sql_file

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0015_funnel_states.sql")

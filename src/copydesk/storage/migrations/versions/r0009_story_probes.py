"""Story keys are found by their articles' rows."""

from alembic import op

from copydesk.storage.migrations import run_sql_file

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0009_story_probes.sql")

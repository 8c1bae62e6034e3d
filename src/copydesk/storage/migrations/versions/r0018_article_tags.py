"""What hangs on an article, in one place."""

from alembic import op

from copydesk.storage.migrations import run_sql_file

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0018_article_tags.sql")

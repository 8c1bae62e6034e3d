"""Schema changes: `versions/r<number>_<name>.py` for Alembic, each running the plain SQL file of the same number.

Forward only: a released file is never edited, a mistake is mended by the next one.
"""

from copydesk.storage.migrations.files import head, run_sql_file

__all__ = ["head", "run_sql_file"]

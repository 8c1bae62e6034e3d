"""The database and the blobs: embedded server, pool, migrations, named SQL. The only owner of the schema."""

from copydesk.storage.blobs import open_blobs
from copydesk.storage.embedded import EmbeddedPostgres, EmbeddedPostgresError
from copydesk.storage.migrate import MigrationStatus, migrate, migration_status
from copydesk.storage.pool import Connection, Pool, open_pool

__all__ = [
    "Connection",
    "EmbeddedPostgres",
    "EmbeddedPostgresError",
    "MigrationStatus",
    "Pool",
    "migrate",
    "migration_status",
    "open_blobs",
    "open_pool",
]

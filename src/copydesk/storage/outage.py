"""Telling a database that is away from a mistake of ours."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from copydesk.runtime.outcomes import DependencyUnavailableError

OUTAGES = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    # What a connection that the server cut in the middle of a statement may raise at the next one.
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InsufficientPrivilegeError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.UndefinedTableError,
    asyncpg.PostgresIOError,
)
"""Errors that time or an operator heals, so that the same statement is worth another try.

Deadlocks and serialisation failures are among them, and so is a table that is not there: somebody has yet to migrate.
"""


@contextmanager
def database_outages() -> Iterator[None]:
    """Turn `OUTAGES` into `DependencyUnavailableError`; every other error passes as it is."""
    try:
        yield
    except OUTAGES as error:
        raise DependencyUnavailableError(f"{type(error).__name__}: {error}", dependency="postgres") from error

"""Whose fault a database error is: the row's, or the database's."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from copydesk.runtime.outcomes import DependencyUnavailableError

DATA_ERRORS: tuple[type[Exception], ...] = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
)
"""SQLSTATE classes 22, 23 and 54: the same row will fail for ever, whatever the state of the database."""

CONFLICTS: tuple[type[Exception], ...] = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
"""Another writer was faster; the transaction is to be run again."""

_SPOKEN_FOR: tuple[type[Exception], ...] = (*DATA_ERRORS, DependencyUnavailableError)
_MISSING = (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError, asyncpg.InvalidSchemaNameError)


@contextmanager
def database_away() -> Iterator[None]:
    """Everything that is not the row's fault pauses the stage: lost connections, time-outs, a read-only or full
    database, missing rights, missing migrations. None of it may cost a message.
    """
    try:
        yield
    except _SPOKEN_FOR:
        raise
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError) as error:
        # A cut connection shows twice: in the statement, with the reason, and in the end of its transaction.
        first = error.__context__ if isinstance(error.__context__, asyncpg.PostgresError) else error
        state = getattr(first, "sqlstate", None)
        detail = f"{type(first).__name__}{f' {state}' if state else ''}: {first}"
        hint = "; run `copydesk migrate up`" if isinstance(error, _MISSING) else ""
        raise DependencyUnavailableError(f"Postgres cannot write now: {detail}{hint}", dependency="postgres") from error

"""Whose fault a database error is."""

import asyncpg
import pytest
from copydesk_writer.adapters.failures import database_away

from copydesk.runtime.outcomes import DependencyUnavailableError

AWAY = [
    asyncpg.ConnectionDoesNotExistError("closed"),
    asyncpg.CannotConnectNowError("starting up"),
    asyncpg.AdminShutdownError("stopping"),
    asyncpg.QueryCanceledError("too long"),
    asyncpg.DiskFullError("no space left"),
    asyncpg.OutOfMemoryError("no memory"),
    asyncpg.TooManyConnectionsError("too many"),
    asyncpg.ReadOnlySQLTransactionError("read-only"),
    asyncpg.InvalidPasswordError("no"),
    asyncpg.InsufficientPrivilegeError("no"),
    asyncpg.UndefinedTableError("not migrated"),
    asyncpg.LockNotAvailableError("locked"),
    asyncpg.DataCorruptedError("damaged page"),
    asyncpg.InterfaceError("connection is closed"),
    ConnectionRefusedError("nobody listens"),
    TimeoutError("no answer"),
]

BAD_DATA = [
    asyncpg.DataError("bad value"),
    asyncpg.CharacterNotInRepertoireError("NUL"),
    asyncpg.NumericValueOutOfRangeError("too big"),
    asyncpg.NotNullViolationError("null"),
    asyncpg.CheckViolationError("unknown change"),
    asyncpg.ProgramLimitExceededError("index row too long"),
    asyncpg.StatementTooComplexError("nested too deep"),
]


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
def test_the_database_s_faults_pause_and_say_what_it_said(error: Exception) -> None:
    with pytest.raises(DependencyUnavailableError, match=str(error)) as raised, database_away():
        raise error
    assert raised.value.dependency == "postgres"


@pytest.mark.parametrize("error", BAD_DATA, ids=lambda error: type(error).__name__)
def test_the_row_s_faults_pass_through(error: Exception) -> None:
    with pytest.raises(type(error)), database_away():
        raise error

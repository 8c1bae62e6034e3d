"""How to reach the brokers, and what it means when they cannot be reached."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from aiokafka.errors import KafkaError
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_random_exponential

from copydesk.runtime.ports import BusUnavailableError
from copydesk.settings import KafkaSettings
from copydesk.telemetry import get_logger

ANSWER_SECONDS = 10.0
"""How long a question about the cluster may take."""
_FIRST_WAIT = 0.2
_LONGEST_WAIT = 5.0

R = TypeVar("R")
_log = get_logger(__name__)


class BusClosedError(BusUnavailableError):
    """Ours, not the broker's: the one unavailability that waiting does not end."""

    def __init__(self) -> None:
        super().__init__("the bus is closed")


def client_options(settings: KafkaSettings, client_id: str) -> dict[str, Any]:
    """The options that every client of aiokafka takes; TLS verifies the broker's certificate and name."""
    if settings.bootstrap_servers is None:
        raise ValueError("Kafka needs the brokers' addresses: set COPYDESK_KAFKA__BOOTSTRAP_SERVERS to host:port,…")
    options: dict[str, Any] = {
        "bootstrap_servers": settings.bootstrap_servers,
        "client_id": client_id,
        "security_protocol": settings.security_protocol,
    }
    if settings.security_protocol.endswith("SSL"):
        options["ssl_context"] = ssl.create_default_context(cafile=settings.ssl_cafile)
    if settings.security_protocol.startswith("SASL"):
        password = settings.sasl_password
        options |= {
            "sasl_mechanism": settings.sasl_mechanism,
            "sasl_plain_username": settings.sasl_username,
            "sasl_plain_password": password and password.get_secret_value(),
        }
    return options


@asynccontextmanager
async def answering(doing: str, within: float = ANSWER_SECONDS) -> AsyncIterator[None]:
    """Turn silence and every error of the broker or its client into `BusUnavailableError`."""
    try:
        async with asyncio.timeout(within):
            yield
    except BusUnavailableError:
        raise
    except TimeoutError as error:
        raise BusUnavailableError(f"Kafka did not answer within {within:g} s while {doing}") from error
    except (KafkaError, OSError) as error:
        raise BusUnavailableError(f"Kafka failed while {doing}: {error!r}") from error


async def until_it_answers(action: Callable[[], Awaitable[R]]) -> R:
    """Repeat `action` for as long as it raises `BusUnavailableError`, waiting up to 5 s between two tries."""
    retrying = AsyncRetrying(
        retry=retry_if_exception(_may_pass),
        wait=wait_random_exponential(multiplier=_FIRST_WAIT, max=_LONGEST_WAIT),
        before_sleep=_report,
    )

    async def attempt() -> R:  # tenacity awaits only what it can see is a coroutine function
        return await action()

    return await retrying(attempt)


async def started(make: Callable[[], Any], kind: str) -> Any:
    """A started client of aiokafka: one whose `start` fails, as it does at once when the broker is down, is spent."""

    async def attempt() -> Any:
        client = make()
        try:
            async with answering(f"starting the {kind}"):
                await client.start()
        except BaseException:
            await dispose(client)
            raise
        return client

    return await until_it_answers(attempt)


async def dispose(client: Any) -> None:
    """Release a client that never came up."""
    await (client.close() if hasattr(client, "close") else client.stop())


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, BusUnavailableError) and not isinstance(error, BusClosedError)


def _report(state: RetryCallState) -> None:
    if state.outcome is not None:
        _log.warning("waiting for Kafka", attempt=state.attempt_number, cause=str(state.outcome.exception()))

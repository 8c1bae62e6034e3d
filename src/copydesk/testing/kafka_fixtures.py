"""The session's Kafka broker for tests.

The fixture is imported by the conftest of whoever wants it; however many do, one broker serves the whole session. Keep
tests apart by `KafkaSettings.topic_prefix`, and start a `LocalBroker` of your own to kill it.
"""

import asyncio

import pytest

from copydesk.testing.broker import LocalBroker

_BROKER = pytest.StashKey[LocalBroker]()


@pytest.fixture(scope="session")
def kafka_broker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> LocalBroker:
    """A running broker; ask it for its `bootstrap_servers`."""
    stash = request.config.stash
    if _BROKER not in stash:
        broker = LocalBroker(tmp_path_factory.mktemp("kafka"))
        runner = asyncio.Runner()
        runner.run(broker.start())
        stash[_BROKER] = broker

        def stop() -> None:
            runner.run(broker.stop())
            runner.close()

        request.config.add_cleanup(stop)
    return stash[_BROKER]

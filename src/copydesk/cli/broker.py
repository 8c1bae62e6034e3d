"""`copydesk broker`: a real Kafka for development."""

import asyncio
import signal
from typing import Annotated

import typer

from copydesk.cli.output import err, out
from copydesk.settings import Settings


def broker(port: Annotated[int, typer.Option(help="0 chooses a free one.")] = 9092) -> None:
    """Run Kafka 4 on this machine until Ctrl-C; its log lives in the data directory.

    The first start loads its jars from Maven Central. Then, elsewhere:
    COPYDESK_KAFKA__BOOTSTRAP_SERVERS=127.0.0.1:9092 copydesk run
    """
    asyncio.run(_serve(port))


async def _serve(port: int) -> None:
    from copydesk.testing.broker import LocalBroker  # Java is in the extra `broker` only

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    err.print("starting Kafka …")
    async with LocalBroker(Settings().data_dir / "kafka", port=port) as running:
        out.print(f"COPYDESK_KAFKA__BOOTSTRAP_SERVERS={running.bootstrap_servers}", markup=False)
        await stop.wait()

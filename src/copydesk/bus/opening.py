"""Which bus the settings mean."""

from copydesk.bus.embedded import EmbeddedBus
from copydesk.bus.kafka import KafkaBus
from copydesk.runtime.ports import Bus
from copydesk.settings import Settings


def open_bus(settings: Settings, *, read_only: bool = False, commits: bool = False) -> Bus:
    """Kafka where bootstrap servers are set, else the embedded log of the data directory.

    `read_only` opens the log beside the process that writes to it, `commits` lets groups keep their positions there.

    Raises `FileNotFoundError` for an embedded log to be read that does not exist, and `LogInUseError` for one that
    another process writes to.
    """
    if settings.kafka.bootstrap_servers:
        return KafkaBus(settings.kafka)
    path = settings.data_dir / "log.sqlite"
    if read_only and not path.exists():
        raise FileNotFoundError(
            f"{path}: no embedded log here; name another --data-dir, or set COPYDESK_KAFKA__BOOTSTRAP_SERVERS"
        )
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return EmbeddedBus(path, read_only=read_only, commits=commits)

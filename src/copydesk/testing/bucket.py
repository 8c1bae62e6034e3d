"""A bucket on this machine for tests: moto's S3 server, in an environment of its own.

Its own, because moto's dependencies hold back versions that Copydesk itself runs with.
"""

import socket
import subprocess
import sys
import time
import urllib.request
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from filelock import FileLock
from platformdirs import user_cache_path

_SERVER = ("moto[s3]==5.2.5", "flask==3.1.3", "flask-cors==6.0.5")
_START_SECONDS = 60.0


class BucketUnavailableError(RuntimeError):
    """The server could not be had or started; the text says why and what to do."""


@dataclass(frozen=True)
class Bucket:
    """An empty bucket; `environment` is what clients need to reach it."""

    name: str
    endpoint: str

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
        }


@contextmanager
def running_bucket(name: str, log: Path) -> Iterator[Bucket]:
    """A server that lives as long as the context, with one bucket. Raises `BucketUnavailableError`."""
    python = _installed(user_cache_path("copydesk") / "moto")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with log.open("ab") as sink:
        server = subprocess.Popen(  # noqa: S603 - our own command
            [str(python), "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stdout=sink, stderr=sink
        )
    try:
        endpoint = f"http://127.0.0.1:{port}"
        _create(server, f"{endpoint}/{name}", log)
        yield Bucket(name, endpoint)
    finally:
        server.terminate()
        server.wait()


def _create(server: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    asked = urllib.request.Request(url, method="PUT")  # noqa: S310 - our own server
    while True:
        try:
            urllib.request.urlopen(asked, timeout=5).close()  # noqa: S310
        except (URLError, OSError) as error:
            if server.poll() is not None or time.monotonic() > deadline:
                said = f"{error}; it said: {log.read_text('utf-8', 'replace')[-500:]}"
                raise BucketUnavailableError(f"moto's server does not answer at {url}: {said}") from error
            time.sleep(0.1)
        else:
            return


def _installed(cache: Path) -> Path:
    """The Python of an environment with moto, made once per user by one process at a time; half a minute then."""
    cache.mkdir(parents=True, exist_ok=True)
    environment = cache / f"python{sys.version_info.major}.{sys.version_info.minor}"
    python, done = environment / "bin" / "python", environment / "installed"
    with FileLock(cache / "install.lock"):
        if done.exists() and done.read_text("utf-8") == " ".join(_SERVER):
            return python
        try:
            venv.create(environment, clear=True, with_pip=True)
            install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *_SERVER]
            subprocess.run(install, check=True, capture_output=True, text=True)  # noqa: S603 - our own command
        except subprocess.CalledProcessError as error:
            said = (error.stderr or error.stdout or "")[-500:]
            raise BucketUnavailableError(f"cannot install {' '.join(_SERVER)} into {environment}: {said}") from error
        done.write_text(" ".join(_SERVER), "utf-8")
    return python

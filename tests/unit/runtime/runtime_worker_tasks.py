"""What the workers of test_workers.py are made to do; module-level, so that a worker can import it."""

import os
import re
import time

_state: list[str] = []


def prepare() -> None:
    _state.append("prepared")


def state() -> list[str]:
    return _state


def double(number: int) -> int:
    return 2 * number


def pid() -> int:
    return os.getpid()


def nap(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def hang_in_native_code() -> object:
    return re.match(r"(a*)*b", "a" * 40)


def hog(count: int) -> int:
    return len(b"x" * count)


def die(code: int) -> None:
    os._exit(code)


class AwkwardError(Exception):
    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} and {two}")


def fail() -> None:
    raise KeyError("no such thing")


def fail_awkwardly() -> None:
    raise AwkwardError("this", "that")


def cpu_limit() -> tuple[int, float]:
    import resource

    return resource.getrlimit(resource.RLIMIT_CPU)[0], time.process_time()


def refuse_to_start() -> None:
    os._exit(3)

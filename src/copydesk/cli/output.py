"""What commands print: data on stdout, everything else on stderr."""

import sys
from typing import Any, NoReturn

import msgspec
import typer
from rich.console import Console

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class CommandError(Exception):
    """A command that failed for a reason the user can mend; the text says what happened, to what, and what to do."""

    exit_code = 1


class UsageError(CommandError):
    """An argument or option that cannot be meant so, found after the command line as such was read."""

    exit_code = 2


def print_json(held: Any) -> None:
    """One JSON object on one line, as UTF-8 whatever the terminal's encoding is."""
    sys.stdout.buffer.write(msgspec.json.encode(held) + b"\n")
    sys.stdout.buffer.flush()


def fail(message: str, code: int = 1) -> NoReturn:
    """Print the message on stderr and end with `code` (1 failed, 2 wrong usage)."""
    err.print(f"[bold red]error:[/] {message}", markup=True, soft_wrap=True)
    raise typer.Exit(code)

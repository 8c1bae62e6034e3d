"""The `copydesk` command."""

from copydesk.cli.app import main

__all__ = ["main"]

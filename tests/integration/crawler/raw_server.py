"""The raw server under its former name."""

from copydesk.testing.raw_server import RawServer, Talk, drip, raw_server, saying

__all__ = ["RawServer", "Talk", "drip", "raw_server", "saying"]

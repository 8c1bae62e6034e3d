"""Where the embedded log, database and blobs live."""

import os
from pathlib import Path


def override_data_dir(data_dir: Path) -> None:
    """Make every later `Settings()` of this process use this data directory."""
    os.environ["COPYDESK_DATA_DIR"] = str(data_dir)

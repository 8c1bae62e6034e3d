"""What the commands over the extraction data ask of their arguments alike."""

import argparse

from benchmarks.extraction.cleaners import CLEANERS
from benchmarks.extraction.pages import SETS


def checked(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """The parsed arguments; ends the command where `data`, `sets` or `cleaners` name something that is not there."""
    given = parser.parse_args()
    if not (given.data / "gold").is_dir():
        parser.exit(2, f"{given.data}: no folder gold in it; give the extraction data with --data\n")
    for kind, names, known in (("set", given.sets, SETS), ("cleaner", given.cleaners, CLEANERS)):
        if unknown := set(names) - set(known):
            parser.exit(2, f"{', '.join(sorted(unknown))}: no such {kind}; there are {', '.join(known)}\n")
    return given

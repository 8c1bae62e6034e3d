"""The gate before a replay: how much of what is filed it may change. Pure."""

from dataclasses import dataclass

from copydesk.cli.changes import Tally
from copydesk.cli.output import CommandError, UsageError


def share_of(text: str, option: str) -> float:
    """`5%` or `0.05` as a share (0…1). Raises `UsageError` naming the option."""
    number, percent = (text[:-1], 100.0) if text.endswith("%") else (text, 1.0)
    try:
        share = float(number) / percent
    except ValueError:
        share = -1.0
    if not 0.0 <= share <= 1.0:
        raise UsageError(f"{option} {text!r}: give a share of the articles, such as 5% or 0.05")
    return share


@dataclass(frozen=True)
class Gate:
    """`most` is the largest share (0…1) of the articles compared that may change."""

    most: float

    def check(self, tally: Tally) -> None:
        """Raises `CommandError` where too many would change, or nothing could be compared."""
        if not tally.articles:
            left_out = ", ".join(f"{reason} {count}" for reason, count in tally.left_out.most_common())
            raise CommandError(
                f"nothing could be compared{f' ({left_out})' if left_out else ''}, so --max-changed cannot judge, and "
                "nothing was sent: choose others by --source, --since or a larger --sample, or leave --max-changed out"
            )
        if tally.share > self.most:
            raise CommandError(
                f"{tally.changed} of {tally.articles} articles would change ({tally.share:.1%}), and --max-changed "
                f"allows {self.most:.1%}: nothing was sent. See what changes above or by --diff; if it is meant, "
                "raise --max-changed"
            )

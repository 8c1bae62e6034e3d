"""The file of site rules."""

from pathlib import Path

from copydesk_cleaner.core.errors import RulesError
from copydesk_cleaner.core.rules_text import read_rules
from copydesk_cleaner.core.site_rules import SiteRuleBook


def load_rules(path: Path | str) -> SiteRuleBook:
    """The rules of a YAML file. Raises `RulesError`, also for a file that cannot be read."""
    try:
        source = Path(path).read_bytes()
    except OSError as error:
        raise RulesError(f"{path}: the site rules cannot be read: {error.strerror}") from error
    return read_rules(source, str(path))

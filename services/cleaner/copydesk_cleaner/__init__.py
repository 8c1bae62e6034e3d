"""The cleaner: news text without what is not. `clean` is the way in for those who want it alone."""

from copydesk_cleaner.adapters.rules_file import load_rules
from copydesk_cleaner.api import Article, clean
from copydesk_cleaner.core.errors import CleanerError, NoMainTextError, RulesError, UnreadableDocumentError
from copydesk_cleaner.core.site_rules import SiteRuleBook, SiteRules

__all__ = [
    "Article",
    "CleanerError",
    "NoMainTextError",
    "RulesError",
    "SiteRuleBook",
    "SiteRules",
    "UnreadableDocumentError",
    "clean",
    "load_rules",
]

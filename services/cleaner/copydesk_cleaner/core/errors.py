"""What the cleaner raises on purpose.

CleanerError
├── NoMainTextError          the page holds no article
├── UnreadableDocumentError  the bytes are no page and no text
└── RulesError               site rules that cannot be used
"""


class CleanerError(Exception):
    """Base of the errors below; the text names the input, says what is wrong with it, and what to do."""


class NoMainTextError(CleanerError):
    """No main text was found on the page."""


class UnreadableDocumentError(CleanerError):
    """The document is of a kind that is no article text: an image, a PDF, an archive."""


class RulesError(CleanerError):
    """Rules that cannot be used; one line of text for each mistake, naming file, line, site, key and the way out."""

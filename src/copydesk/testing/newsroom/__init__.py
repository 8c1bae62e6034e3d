"""The demo newsroom: six fictional publishers on loopback, each page with its expected outcome."""

from copydesk.testing.newsroom.expectation import ExpectedArticle
from copydesk.testing.newsroom.press import Newsroom, PublisherSource
from copydesk.testing.newsroom.web import RequestLine

__all__ = ["ExpectedArticle", "Newsroom", "PublisherSource", "RequestLine"]

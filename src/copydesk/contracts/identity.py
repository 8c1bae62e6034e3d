"""Deterministic ids: the same thing has the same id whoever computes it, and however often."""

from uuid import UUID, uuid5

ARTICLES = UUID("5e1f3c7a-9d64-5b0e-8a57-0c0b6f2d9e11")
"""Namespace of article ids. Changing it would orphan everything stored."""

MESSAGES = UUID("c3a2f1b0-6a1e-5d6c-b7c4-3f9f1f0d7a42")
"""Namespace of message ids (`ce_id`)."""


def article_id(canonical_url: str) -> str:
    """The article's id: UUIDv5 (RFC 9562) of its canonical URL."""
    return str(uuid5(ARTICLES, canonical_url))


def part_id(page_id: str, title: str) -> str:
    """The id of a second article on a page that names no URL for it: its page and title together."""
    return str(uuid5(ARTICLES, f"{page_id}#{title}"))


def story_id(first_article: str) -> str:
    """The id of a story that comes up with this article: the same for whoever computes it."""
    return str(uuid5(ARTICLES, f"story of {first_article}"))


def caused_message_id(cause: str, topic: str, key: str, ordinal: int) -> str:
    """The id of a message that a stage makes of another: the same again when the cause is redelivered."""
    return str(uuid5(MESSAGES, f"{cause}|{topic}|{key}|{ordinal}"))


def root_message_id(topic: str, key: str, version: str) -> str:
    """The id of a message that starts a chain, such as one fetch of a page."""
    return str(uuid5(MESSAGES, f"{topic}|{key}|{version}"))

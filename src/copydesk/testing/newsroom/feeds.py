"""Feeds and news sitemaps of the demo publishers."""

import json
from datetime import datetime

from copydesk.testing.newsroom.layout import Link, environment
from copydesk.testing.newsroom.story import Feed, Publisher

CONTENT_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
    "sitemap": "application/xml",
}
_CAMPAIGN = "?utm_source=rss&utm_medium=feed&utm_campaign=latest"


def render_feed(feed: Feed, publisher: Publisher, base: str, links: list[Link], updated: datetime) -> bytes:
    """Return the feed's document; ``links`` come newest first, those of another language are left out."""
    chosen = [link for link in links if not feed.language or link.article.language == feed.language][: feed.limit]
    if feed.kind == "json":
        return _json_feed(feed, publisher, base, chosen)
    text = (
        environment()
        .get_template(f"{feed.kind}.xml.j2")
        .render(
            feed=feed,
            site=publisher,
            base=base,
            updated=updated,
            entries=[(link, feed_address(link, base)) for link in chosen],
        )
    )
    return text.encode(feed.encoding, "xmlcharrefreplace")


def feed_address(link: Link, base: str) -> str:
    """Return the address that feeds print: it may redirect, or carry tracking parameters, as the story says."""
    story = link.article.story
    address = f"{base}{story.old_path}" if story.old_path else link.url
    return address + _CAMPAIGN if story.tracked else address


def _json_feed(feed: Feed, publisher: Publisher, base: str, links: list[Link]) -> bytes:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": publisher.title,
        "home_page_url": f"{base}/",
        "feed_url": base + feed.path,
        "language": feed.language or publisher.language,
        "items": [
            {
                "id": link.url,
                "url": feed_address(link, base),
                "title": link.title,
                "summary": link.intro,
                "date_published": link.article.published.isoformat(),
                "date_modified": link.article.modified.isoformat(),
                "authors": [{"name": author} for author in link.article.story.authors],
                "language": link.article.language,
            }
            for link in links
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()

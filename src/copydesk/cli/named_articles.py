"""The articles that a command is asked about, by address or id."""

from uuid import UUID

from copydesk.cli.composition import service_command
from copydesk.cli.output import CommandError
from copydesk.contracts import article_id
from copydesk.storage import Pool
from copydesk.storage.storable import storable_text
from copydesk.storage.takedowns import find_articles

_PRINTED = "`copydesk search` and `export` print both"


def not_stored(name: str) -> CommandError:
    """What is said of a name that means no stored article."""
    return CommandError(f"no stored article has the URL or id {name!r}; {_PRINTED}")


async def articles_named(pool: Pool, name: str) -> list[tuple[UUID, str]]:
    """The articles that an address or id means; an address that nobody has met means the article it would be.

    Raises `CommandError` for what is neither, and for an id that nobody has met.
    """
    try:
        ids = [UUID(name)]
    except ValueError:
        return await _at_address(pool, storable_text(name))
    found = await find_articles(pool, ids, name)
    if not found:
        raise CommandError(f"no article has the id {name}; `copydesk search` and `export` print ids and addresses")
    return found


async def _at_address(pool: Pool, name: str) -> list[tuple[UUID, str]]:
    canonical = service_command("crawler", "canonical-url", "naming an article by its address")(name)
    url = getattr(canonical, "url", None)
    if url is None:
        reason = canonical.reason
        why = "addresses begin with https:// or http://" if reason == "scheme-not-http" else reason
        raise CommandError(f"{name!r} is neither an article's id nor an address ({why}); {_PRINTED}")
    ids = list(dict.fromkeys([UUID(article_id(url)), UUID(article_id(name))]))
    return await find_articles(pool, ids, name) or [(ids[0], url)]

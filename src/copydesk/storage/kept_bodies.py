"""Whose bodies lie in blob storage: messages there begin with the id of what they are about."""

import re
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, S3Store

from copydesk.contracts import DeadLetter
from copydesk.runtime.ports import BlobsUnavailableError
from copydesk.storage.archives import in_short

_SHA256 = re.compile(r"[0-9a-f]{64}")
_HEAD_BYTES = 96
_ID = re.compile(rb'\{"id":"([0-9a-f-]{36})"')
_LETTER = re.compile(rb'\{"id":"[0-9a-f-]{36}","stage":')


class _Beginning(msgspec.Struct):
    """What all messages about articles have in common."""

    id: str
    source: str
    fetched_at: datetime


@dataclass(frozen=True)
class KeptBody:
    """A body and the article that it is about."""

    path: str
    article_id: str


class KeptBodies:
    """Looks through the bodies of large messages, and removes them.

    Every method raises `BlobsUnavailableError` when storage does not answer.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        if url.startswith("s3://"):
            self._store: ObjectStore = S3Store.from_url(url)
        else:
            self._store = LocalStore(Path(url.removeprefix("file://")).expanduser().resolve(), mkdir=True)

    async def of_articles(self, ids: Collection[str]) -> list[KeptBody]:
        """Bodies of the articles' messages, dead letters among them; only the first bytes of each body are read."""
        found = []
        async for path, size in self._paths():
            head = await self._head(path, size)
            if _LETTER.match(head):
                article = await self._key_of_letter(path)
            else:
                match = _ID.match(head)
                article = match[1].decode() if match else None
            if article in ids:
                found.append(KeptBody(path, str(article)))
        return found

    async def fetched(self, path: str) -> tuple[str, datetime] | None:
        """Source and time of fetching of the article in a body; None where it is of another kind, or gone."""
        try:
            body = await self._whole(path)
            held = msgspec.json.decode(body, type=_Beginning)
        except (KeyError, msgspec.DecodeError, UnicodeDecodeError):
            return None
        return held.source, held.fetched_at

    async def paths(self) -> list[str]:
        """Where every body lies."""
        return [path async for path, _ in self._paths()]

    async def remove(self, path: str) -> None:
        """Remove a body; one that is gone already is no error."""
        try:
            await obstore.delete_async(self._store, path)
        except (NotFoundError, FileNotFoundError):
            return
        except (BaseError, OSError) as error:
            raise BlobsUnavailableError(in_short(f"cannot remove {path} from {self.url}: {error}")) from error

    async def _paths(self) -> AsyncIterator[tuple[str, int]]:
        try:
            async for batch in obstore.list(self._store):
                for held in batch:
                    if _SHA256.fullmatch(held["path"].rpartition("/")[2]):
                        yield held["path"], held["size"]
        except (BaseError, OSError) as error:
            raise BlobsUnavailableError(in_short(f"cannot list {self.url}: {error}")) from error

    async def _head(self, path: str, size: int) -> bytes:
        try:
            return bytes(await obstore.get_range_async(self._store, path, start=0, end=min(size, _HEAD_BYTES)))
        except (NotFoundError, FileNotFoundError):
            return b""
        except (BaseError, OSError) as error:
            raise BlobsUnavailableError(in_short(f"cannot read {path} from {self.url}: {error}")) from error

    async def _whole(self, path: str) -> bytes:
        try:
            found = await obstore.get_async(self._store, path)
            return bytes(await found.bytes_async())
        except (NotFoundError, FileNotFoundError) as error:
            raise KeyError(path) from error
        except (BaseError, OSError) as error:
            raise BlobsUnavailableError(in_short(f"cannot read {path} from {self.url}: {error}")) from error

    async def _key_of_letter(self, path: str) -> str | None:
        try:
            letter = msgspec.json.decode(await self._whole(path), type=DeadLetter)
        except (KeyError, msgspec.DecodeError, UnicodeDecodeError):
            return None
        return (letter.key or b"").decode("utf-8", "replace")

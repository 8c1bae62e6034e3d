"""Bodies too large for a record, in a folder or an S3-compatible bucket, addressed by their content."""

import hashlib
import re
from pathlib import Path

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, S3Store

from copydesk.runtime.ports import BlobStore, BlobsUnavailableError
from copydesk.storage.archives import in_short

_SHA256 = re.compile(r"[0-9a-f]{64}")


class ObjectBlobs:
    """`runtime.ports.BlobStore` on any store of obstore; `place` names it in errors.

    What comes back is not compared with its digest: the reader of a claim check does that, for every store.
    """

    def __init__(self, store: ObjectStore, place: str) -> None:
        self._store = store
        self._place = place

    async def put(self, body: bytes) -> str:
        sha256 = hashlib.sha256(body).hexdigest()
        try:
            await obstore.put_async(self._store, _path(sha256), body)
        except (BaseError, OSError) as error:
            raise BlobsUnavailableError(in_short(f"cannot write {sha256} to {self._place}: {error}")) from error
        return sha256

    async def get(self, sha256: str) -> bytes:
        # A reference comes from a record, so from anybody: nothing but a digest may become a path.
        if not _SHA256.fullmatch(sha256):
            raise KeyError(sha256)
        try:
            found = await obstore.get_async(self._store, _path(sha256))
            return bytes(await found.bytes_async())
        except (NotFoundError, FileNotFoundError) as error:
            raise KeyError(sha256) from error
        except (BaseError, OSError) as error:
            raise BlobsUnavailableError(in_short(f"cannot read {sha256} from {self._place}: {error}")) from error


def open_blobs(url: str) -> BlobStore:
    """`s3://bucket/prefix` (credentials and endpoint from the AWS_* environment) or a folder, made if missing.

    Raises `ValueError` for a URL of another kind.
    """
    if url.startswith("s3://"):
        return ObjectBlobs(S3Store.from_url(url), url)
    if "://" in url and not url.startswith("file://"):
        raise ValueError(f"blob storage {url!r} is neither s3://bucket/prefix nor a folder")
    folder = Path(url.removeprefix("file://")).expanduser().resolve()
    return ObjectBlobs(LocalStore(folder, mkdir=True), str(folder))


def _path(sha256: str) -> str:
    """Two levels of 256 folders, so that no folder grows past what file systems like."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"

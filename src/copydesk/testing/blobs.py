"""Blob storage in memory."""

from hashlib import sha256

from copydesk.runtime.ports import BlobsUnavailableError


class MemoryBlobs:
    """`runtime.ports.BlobStore` in a dict. Set `away` to see what a consumer does when storage does not answer."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}
        self.away = False

    async def put(self, body: bytes) -> str:
        self._check()
        reference = sha256(body).hexdigest()
        self.bodies[reference] = body
        return reference

    async def get(self, sha256: str) -> bytes:
        self._check()
        return self.bodies[sha256]

    def _check(self) -> None:
        if self.away:
            raise BlobsUnavailableError("the in-memory blob store was told to be away")

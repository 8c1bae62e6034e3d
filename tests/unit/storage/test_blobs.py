"""Blobs in a folder."""

import hashlib
import shutil
from pathlib import Path

import pytest

from copydesk.runtime.ports import BlobsUnavailableError
from copydesk.storage import open_blobs


async def test_a_body_comes_back_by_its_digest(tmp_path: Path) -> None:
    blobs = open_blobs(str(tmp_path / "new folder" / "blobs"))
    body = bytes(range(256)) * 5_000
    reference = await blobs.put(body)
    assert reference == hashlib.sha256(body).hexdigest()
    assert await blobs.put(body) == reference
    assert await blobs.get(reference) == body
    assert await open_blobs(f"file://{tmp_path}/new folder/blobs").get(reference) == body


@pytest.mark.parametrize("reference", ["0" * 64, "../../../etc/passwd", "", "A" * 64])
async def test_what_is_not_there_is_a_key_error(tmp_path: Path, reference: str) -> None:
    with pytest.raises(KeyError):
        await open_blobs(str(tmp_path)).get(reference)


async def test_storage_that_is_away_says_so(tmp_path: Path) -> None:
    blobs = open_blobs(str(tmp_path / "blobs"))
    await blobs.put(b"whole")
    shutil.rmtree(tmp_path / "blobs")
    (tmp_path / "blobs").write_text("a file where the folder was")
    with pytest.raises(BlobsUnavailableError, match="cannot write"):
        await blobs.put(b"more")


def test_other_kinds_of_storage_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"ftp://host/x.*s3://"):
        open_blobs("ftp://host/x")

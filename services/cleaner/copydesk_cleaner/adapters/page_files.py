"""Pages in files, read and cleaned where this is called: in a worker process, several at a time."""

import gzip
import mimetypes
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from copydesk.contracts import PageFetched, article_id
from copydesk_cleaner.adapters.decoding import decode_page
from copydesk_cleaner.adapters.documents import clean_document
from copydesk_cleaner.core.document import to_messages
from copydesk_cleaner.core.errors import UnreadableDocumentError
from copydesk_cleaner.core.explanation import Explanation, text_lines, visible
from copydesk_cleaner.core.lines import storable
from copydesk_cleaner.core.site_rules import SiteRules

_SOURCE = "clean"


@dataclass(frozen=True)
class PageFile:
    """One file to clean; `id` names it in the output where a manifest gave one."""

    path: Path
    url: str
    encoding: str | None = None
    id: str | None = None
    rules: SiteRules | None = None


class PageFileError(Exception):
    """A file that could not be cleaned; the text names it, says why and what to do."""


def clean_files(files: Sequence[PageFile], explain: bool) -> list[Explanation | PageFileError]:
    """The outcome of each file, in order; `explain` asks for the lines of the pages.

    Errors are values here, so that one file's does not cost the others theirs, except `MemoryError`: it is raised.
    """
    return [_outcome(file, explain) for file in files]


def _outcome(file: PageFile, explain: bool) -> Explanation | PageFileError:
    try:
        return _clean(file, explain)
    except PageFileError as error:
        return error
    except UnreadableDocumentError as error:
        return PageFileError(f"{file.path}: {error}")
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a page provokes in the parsers is its own failure alone
        return PageFileError(f"{file.path}: the parsers failed on it: {type(error).__name__}: {error}")


def _clean(file: PageFile, explain: bool) -> Explanation:
    page = read_page(file)
    document = clean_document(
        page.body,
        url=page.url,
        content_type=page.content_type,
        encoding=page.encoding,
        rules=file.rules,
        explain=explain,
    )
    articles = to_messages(document, page)
    article = msgspec.structs.replace(articles[0], id=file.id or articles[0].id) if articles else None
    lines = document.lines
    if explain and page.content_type == "text/plain":
        lines = text_lines(storable(decode_page(page.body, page.encoding).text)[0], document.articles)
    return Explanation(str(file.path), page.url, article, visible(lines))


def read_page(file: PageFile) -> PageFetched:
    """The file as if it had been fetched. Raises `PageFileError` naming it."""
    try:
        body = file.path.read_bytes()
        if file.path.suffix == ".gz":
            body = gzip.decompress(body)
        modified = file.path.stat().st_mtime
    except FileNotFoundError as error:
        raise PageFileError(f"{file.path}: no such file") from error
    except (OSError, EOFError, zlib.error) as error:
        raise PageFileError(f"{file.path}: cannot be read: {error}") from error
    name = file.path.name.removesuffix(".gz")
    kind = mimetypes.guess_type(name)[0] or ("text/html" if body.lstrip()[:1] == b"<" else "text/plain")
    return PageFetched(
        id=article_id(file.url),
        url=file.url,
        canonical_url=file.url,
        source=_SOURCE,
        fetched_at=datetime.fromtimestamp(modified, UTC),
        body=body,
        content_sha256=sha256(body).hexdigest(),
        content_type=kind,
        encoding=file.encoding,
    )

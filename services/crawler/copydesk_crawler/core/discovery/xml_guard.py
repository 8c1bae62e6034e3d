"""A wall before every XML parser: documents that declare entities are refused, plain document types are not."""

import re
from io import BytesIO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

MAX_DEPTH = 200
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


class HostileDocumentError(ValueError):
    """A document built to harm its reader; `reason` is a stable label."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check_xml(body: bytes) -> bytes:
    """Return the body, without NULs where they are no half of a wider character.

    Raises `HostileDocumentError` with `xml-entities` (billion laughs, quadratic blow-up, XXE) or `xml-too-deep`.
    Documents that are merely broken pass: the parsers behind this wall mend them. An external document type such as
    that of RSS 0.91 passes too, since nothing ever loads it.
    """
    wide = _WIDE.get(body[:2])
    if wide is None:
        body = body.replace(b"\0", b"")
    depth = 0
    try:
        for event, element in iterparse(BytesIO(body), ("start", "end"), forbid_entities=True, forbid_external=True):
            depth += 1 if event == "start" else -1
            if depth > MAX_DEPTH:
                raise HostileDocumentError("xml-too-deep")
            if event == "end":
                element.clear()
    except DefusedXmlException as error:
        raise HostileDocumentError("xml-entities") from error
    except (ParseError, ValueError, LookupError) as error:
        if isinstance(error, HostileDocumentError) or _ENTITY.search(body.decode(wide or "latin-1", "replace")):
            raise HostileDocumentError(getattr(error, "reason", "xml-entities")) from error
    return body

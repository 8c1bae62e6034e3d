"""Bodies that are no text, whatever their headers say."""

import re

_HEADER = 1445
"""Bytes looked at, as browsers do (WHATWG MIME Sniffing, "resource header")."""
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
"""The standard's binary data bytes. One makes a body binary there; real pages have a few, so here it takes a share."""
_CONTROL_SHARE = 0.02
_PDF = re.compile(rb"(?:\A|\s)%PDF-\d\.\d")
"""Readers accept a PDF that begins anywhere in the first 1,024 bytes (ISO 32000-1, annex H.3.4.1)."""
_PDF_WITHIN = 1024
_SIGNATURES = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "ZIP"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"RIFF", "RIFF"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x7fELF", "ELF"),
    (b"\xd0\xcf\x11\xe0", "OLE"),
    (b"wOF", "WOFF"),
    (b"OggS", "Ogg"),
    (b"ID3", "MP3"),
)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
"""Byte order marks: text follows, in UTF-16 full of NULs."""


def binary_kind(body: bytes) -> str | None:
    """What file a binary body is, "binary" where that is unknown; None for text and pages."""
    if _PDF.search(body[:_PDF_WITHIN]):
        return "PDF"
    header = body[:_HEADER]
    if header.startswith(_MARKS) or header.lstrip().startswith(b"<"):
        return None
    if len(_CONTROLS.findall(header)) <= _CONTROL_SHARE * len(header):
        return None
    return next((kind for signature, kind in _SIGNATURES if body.startswith(signature)), "binary")

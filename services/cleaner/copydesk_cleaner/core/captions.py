"""Captions and photo credits that were printed among the paragraphs."""

import re

from copydesk_cleaner.core.agencies import agency_codes

_LONGEST_CAPTION = 450
_CREDIT_TAIL = 160
"""Characters in which a credit that ends a piece lies."""
_CREDIT = re.compile(r"[(\[（]\s*(?P<credit>[^()\[\]（）]{2,120})\s*[)\]）]\s*$")
_MARKED = re.compile(
    r"^\s*图为|^\s*(?:[(\[（]\s*)?(?:foto|fotos|photo|photos|photograph|image|picture|credit|bild|bilder|"
    r"symbolbild|imagen|fotografía|immagine|"
    r"foto(?:grafia|grafie)?|zdjęcie|fot\.|kuva|kép|fotoğraf|фото|fotó|صورة|الصورة|תמונה|צילום|"
    r"图|图片|写真|画像|사진|ảnh|gambar|ภาพ)"
    r"(?:\s?(?:credit|by|von|door|nachweis|courtesy))?\s?[:：/©]\s?.{2,}",
    re.IGNORECASE,
)
_PICTURE = (
    r"(?:photos?|fotos?|pictures?|images?|bild|bilder|archivfoto|archivbild|symbolbild|foto d.archivio|crédits?|"
    r"photo d.illustration|arquivo|archivo|archief|фото|fotografía|fotografie|zdjęcie|kuva|fotó|"
    r"fotoğraf|صورة|图|写真|사진)"
)
_PHOTO_WORDS = re.compile(
    rf"^(?:file |archive |illustrative |handout )?{_PICTURE}"
    r"(?:\s?(?:by|via|from|von|door|par|por|di|courtesy(?: of)?|credit|nachweis|d.archives?|"
    r"d.archivio|provided by|supplied))?"
    r"\s?(?:[:：/©|]|\s\S|$)"
    r"|^(?:file|pool|handout|screenshot|screengrab|courtesy)(?:$|[\s:/]+(?:of|by|via|photo|image|pool))"
    r"|[,/|] ?(?:file|pool|handout|archive|archivo|via [A-Z]\w+)(?: photo)?$"
    r"|\bvia (?:AP|Getty|Reuters|AFP|EPA|X|Facebook|Twitter|Instagram)\b"
    r"|\b(?:getty|shutterstock|imago|alamy|istock|adobe ?stock|unsplash|pexels|pixabay|picture.alliance|epa-efe|"
    r"reuters connect|press service)\b|©",
    re.IGNORECASE,
)
_RIGHTS = re.compile(r"\s*(?:©|\(c\))\s?\S.{0,80}$")
_LIBRARIES = ("Getty Images", "Shutterstock", "picture alliance", "via REUTERS", "via AP", "AP Photo")
_LIBRARY = re.compile(rf"\b(?:{'|'.join(_LIBRARIES)})\b\s*/?\s*[^.]{{0,40}}$")
_SLASH_CREDIT = re.compile(r"(?:^|[.!?»”\"]\s+)(?P<agency>[A-Z][\w. ]{1,20})\s?/\s?[A-Z][^\d.]{2,40}$")
_NAMED_CREDIT = re.compile(
    r"\S\s+(?:photo|picture|image|foto|bild|imagen|zdjęcie|фото|صورة)(?:s| by| credit)?\s?:\s?[^.!?]{2,60}$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?。！？؟।](?=[\s\"'”’)]|$)|[。！？]")


def has_photo_credit(text: str) -> bool:
    """Whether a piece ends with a credit such as `(AFP)`, `(Foreign Ministry via AP, File)` or `REUTERS/Ana Ruiz`."""
    tail = text[-_CREDIT_TAIL:]
    if tail.endswith("."):
        return _RIGHTS.match(text) is not None  # none of the others ends with a full stop
    if (":" in tail or "：" in tail) and not tail.endswith(("!", "?")) and _NAMED_CREDIT.search(tail):
        return True
    found = _CREDIT.search(tail) if tail.rstrip()[-1:] in tuple(")]）") else None
    if found:
        credit = found["credit"]
        return bool(agency_codes(credit)) or (_PHOTO_WORDS.search(credit) is not None and len(credit.split()) <= 14)
    slash = _SLASH_CREDIT.search(tail) if "/" in tail else None
    if slash is not None and agency_codes(slash["agency"]):
        return True
    named = any(map(tail.__contains__, _LIBRARIES))
    return _RIGHTS.match(text) is not None or (named and _LIBRARY.search(tail) is not None)


def is_caption(text: str) -> bool:
    """Whether a piece standing alone reads as a caption: one or two sentences, then a photo credit."""
    if len(text) > _LONGEST_CAPTION or not has_photo_credit(text):
        return False
    found = _CREDIT.search(text)
    before = text[: found.start()] if found else text
    if not before.strip(" ©") or before.startswith("©"):
        return False
    return len(_SENTENCE_END.findall(before)) <= 2


def is_photo_credit(text: str) -> bool:
    """Whether a short line is nothing but a credit: `Foto: …`, `© …`."""
    return len(text) <= 140 and _MARKED.match(text) is not None


def signs_off(text: str) -> list[str]:
    """Agencies in the sign-off that ends a story's last paragraph: `… said on Friday. (AFP)`."""
    found = _CREDIT.search(text)
    if not found or text[: found.start()].rstrip()[-1:] not in ".!?。”\"'»。":
        return []
    return agency_codes(found["credit"])

"""Credits of pictures that were printed into a sentence: `… said the minister (Photo: Ana Ruiz/AFP) on Monday`."""

import re

from copydesk_cleaner.core.draft import Draft

CREDIT_RULE = "credit of a picture inside a sentence"
_PICTURE = (
    r"(?:file |archive |screen)?(?:photos?|photographs?|images?|pictures?|foto|fotos|fotografie|fotografía|fotografia|"
    r"bild|bilder|symbolbild|archivbild|archivfoto|imagen|imágenes|imagem|immagine|immagini|zdjęcie|fot\.|fotka|snímek|"
    r"kuva|kép|fotó|fotoğraf|görsel|фото|світлина|φωτο(?:γραφία)?|صورة|الصورة|תמונה|צילום|图片?|圖片?|摄影|攝影|写真|"
    r"画像|사진|ảnh|gambar|ภาพ|फोटो)"
)
_BY = r"(?:credit|courtesy(?: of)?|nachweis|by|via|von|door|par|por|di|av|af|oleh|اعتماد)"
_INLINE = re.compile(
    rf"[(\[（［【]\s?(?:{_PICTURE}\s?(?:{_BY}\s?)?[:：©/]|{_PICTURE}\s{_BY}\s(?=[^\W\d_])|©\s?)[^()\[\]（）［］【】\n]{{2,80}}[)\]）］】]",
    re.IGNORECASE,
)
_BRACKETS = ("(", "[", "（", "［", "【")
_NO_SPACE_BEFORE = tuple(".,;:!?…)]»”。，、；：！？）」』")


def find_inline_credits(text: str) -> list[tuple[int, int]]:
    """Where credits stand in brackets in `text`, each naming itself as one; an agency in brackets alone is none."""
    if not any(map(text.__contains__, _BRACKETS)):
        return []
    return [found.span() for found in _INLINE.finditer(text) if _is_credit(found.group())]


def _is_credit(printed: str) -> bool:
    return len(printed.split()) <= 12 and not printed.rstrip(")]）］】 ").endswith((".", "?", "!"))


def without_spans(text: str, spans: list[tuple[int, int]]) -> str:
    """The text without the spans, and without the space that each left behind."""
    for start, end in reversed(spans):
        left, right = text[:start], text[end:]
        if left[-1:].isspace() and (right[:1].isspace() or right.startswith(_NO_SPACE_BEFORE) or not right):
            left = left.rstrip()
        text = left + right
    return text


def cut_inline_credits(draft: Draft) -> None:
    """Note the credits inside the paragraphs that stand; a piece that is nothing else goes whole."""
    for index in list(draft.kept()):
        text = draft.readings[index].piece.text
        begins = draft.dateline.end if draft.dateline and index == draft.dateline_at else 0
        spans = [span for span in find_inline_credits(text) if span[0] >= begins]
        if spans and not without_spans(text, spans).strip():
            draft.cut(index, "photo-credit", "line that names a picture's source")
        elif spans:
            draft.credits[index] = spans

"""Lines that are an absolute date or time and hardly more: "Published on 4 July 2024, 12:30"."""

import re
from itertools import chain

from copydesk_cleaner.core.lines import has_digit
from copydesk_cleaner.core.relative_times import is_month

_LONGEST = 70
_CLOCK = re.compile(r"\W*\d{1,2}[:.h]\d{2}(?:\s?[ap]\.?m\.?|\s?uhr|\s?uur)?\W*", re.IGNORECASE)
_TIME = re.compile(
    r"(?<!\d)\d{1,2}[:.h]\d{2}(?::\d{2})?(?!\d)(?:\s?[ap]\.?m\b\.?)?|\b\d{1,2}\s?(?:[ap]\.?m\b\.?|uhr\b)", re.IGNORECASE
)
_NUMERIC = re.compile(
    r"\b\d{1,2}[./-]\s?\d{1,2}[./-]\s?(?:\d{4}|\d{2})\b\.?|\b\d{4}[./-]\s?\d{1,2}[./-]\s?\d{1,2}\b\.?"
    r"|(?:\d{4}年\s?)?\d{1,2}月\s?\d{1,2}日|\d{4}년\s?\d{1,2}월\s?\d{1,2}일"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th|er|re|º|ª|°|ος|-го)?"
_DAY_MONTH = re.compile(rf"\b{_DAY}(?:\.\s?|\s?[-/]\s?|\s)(?:de\s|d’|of\s|di\s)?(?P<month>[^\W\d_]{{3,}})\.?")
_MONTH_DAY = re.compile(rf"(?P<month>[^\W\d_]{{3,}})(?:\.?\s|-){_DAY}\b\.?")
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b|(?<![^\W\d_])2[45]\d\d\b")
_STAMPED = re.compile(
    r"updated|published|posted|aktualisiert|veröffentlicht|stand:|uppdaterad|publicerad|oppdatert|publisert|opdateret|udgivet|"
    r"päivitetty|julkaistu|mis à jour|modifié|publié|actualizado|publicado|atualizado|aggiornato|pubblicato|bijgewerkt|"
    r"gepubliceerd|geplaatst|zaktualizowano|opublikowano|aktualizováno|publikováno|frissítve|megjelent|actualizat|publicat|обновлен|"
    r"опубликован|оновлен|опублікован|güncelle|yayınlan|ενημερώθηκε|δημοσιεύ|עודכן|פורסם|تحديث|نشر|更新|发布|發布|公開|入力|수정|"
    r"diperbarui|cập nhật|อัปเดต|अपडेट",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_WORDS_WITH_YEAR = 5
_WORDS_WITHOUT_YEAR = 2


def is_date_line(text: str) -> bool:
    """Whether a date or time of day is all that the line says, beside a few words such as "Updated" or a weekday."""
    if len(text) > _LONGEST or not has_digit(text):
        return False
    if _CLOCK.fullmatch(text):
        return True
    rest = _without_date(text)
    if rest is None:
        return _has_only_times(text) and _STAMPED.search(text) is not None
    year = _YEAR.search(rest) is not None or _NUMERIC.search(text) is not None
    rest = _TIME.sub(" ", _YEAR.sub(" ", rest))
    return not any(map(str.isdigit, rest)) and len(_WORD.findall(rest)) <= (
        _WORDS_WITH_YEAR if year else _WORDS_WITHOUT_YEAR
    )


def _has_only_times(text: str) -> bool:
    rest = _TIME.sub(" ", text)
    return rest != text and not any(map(str.isdigit, rest)) and len(_WORD.findall(rest)) <= _WORDS_WITHOUT_YEAR


def _without_date(text: str) -> str | None:
    """What is left of the line beside its day and month; None where it names none."""
    found = _NUMERIC.search(text)
    if found is None:
        named = chain(_DAY_MONTH.finditer(text), _MONTH_DAY.finditer(text))
        found = next((one for one in named if is_month(one["month"])), None)
    return None if found is None else f"{text[: found.start()]} {text[found.end() :]}"

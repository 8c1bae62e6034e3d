"""How newspapers spell a Russian or Ukrainian name in Latin letters, language by language."""

from collections.abc import Iterator

_PLAIN = str.maketrans(
    {"а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "з": "z", "и": "i", "і": "i", "к": "k"}
    | {"л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "ы": "y"}
    | {"э": "e", "ь": "", "ъ": "", "ё": "e", "є": "e", "ї": "i", "'": "", "ʼ": "", "’": ""}
)
_BY_LANGUAGE: dict[str, dict[str, str]] = {
    "en": {"ж": "zh", "й": "y", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya"},
    "nl": {
        "ж": "zj",
        "й": "j",
        "х": "ch",
        "ц": "ts",
        "ч": "tsj",
        "ш": "sj",
        "щ": "sjtsj",
        "ю": "joe",
        "я": "ja",
        "у": "oe",
    },
    "de": {"ж": "sch", "й": "j", "х": "ch", "ц": "z", "ч": "tsch", "ш": "sch", "щ": "schtsch", "ю": "ju", "я": "ja"}
    | {"в": "w", "з": "s"},
    "fr": {
        "ж": "j",
        "й": "i",
        "х": "kh",
        "ц": "ts",
        "ч": "tch",
        "ш": "ch",
        "щ": "chtch",
        "ю": "iou",
        "я": "ia",
        "у": "ou",
    },
    "pl": {"ж": "ż", "й": "j", "х": "ch", "ц": "c", "ч": "cz", "ш": "sz", "щ": "szcz", "ю": "ju", "я": "ja", "в": "w"},
    "es": {"ж": "zh", "й": "i", "х": "j", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ю": "iu", "я": "ia"},
    "sv": {"ж": "zj", "й": "j", "х": "ch", "ц": "ts", "ч": "tj", "ш": "sj", "щ": "sjtj", "ю": "ju", "я": "ja"},
}


def from_cyrillic(name: str) -> Iterator[str]:
    """The spellings of a Cyrillic name in seven languages; nothing for names in other scripts."""
    if not name or not "а" <= name[0].lower() <= "ґ":
        return
    for table in _BY_LANGUAGE.values():
        spelled = name.lower().translate(str.maketrans(table)).translate(_PLAIN)
        if spelled.isascii() or "ż" in spelled:
            yield spelled

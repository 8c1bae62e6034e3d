"""Small words around a place's name, by language."""

LOCATIVES: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "in at from near to of outside around across into for",
        "nl": "in te uit naar bij van rond vanuit nabij",
        "de": "in aus nach bei von um nahe bis",
        "fr": "à de d' dans vers depuis près en",
        "es": "en de a desde hacia hasta cerca al del",
        "it": "a in da di ad presso verso nel dal del al",
        "pt": "em de para a desde até ao no na do da",
        "pl": "w we z ze do pod koło",
        "ru": "в во из под до с к около близ",
        "uk": "в у із з до під біля",
        "ar": "في من إلى مدينة العاصمة قرب",
        "sv": "i från till vid av nära",
        "da": "i fra til ved af nær",
        "nb": "i fra til ved av nær",
        "cs": "v ve z do u",
        "sk": "v vo z zo do u",
        "bg": "в във от до към из",
        "sr": "u iz do kod у из до код",
        "hr": "u iz do kod",
        "fi": "kaupungissa",
        "ca": "a de en des fins",
        "vi": "ở từ tại đến",
        "ms": "di ke dari",
        "tl": "sa",
        "sw": "katika kutoka mjini",
        "el": "στην στη στο από την τη το",
        "zh": "在 于 赴 往 抵 达 从 至 到 離 离 由",
        "ja": "",
        "tr": "merkezi",
        "id": "di ke dari",
        "ro": "în din la",
    }.items()
}
"""Prepositions (and words for town) before a place that also stand before other things, so a cue and no proof."""

PERSONAL_COUNTRIES = frozenset({"JO", "TD", "GE", "IL"})
"""Countries that people are named after (Michael Jordan, Chad, Georgia): beside another name they are no place."""

NO_PLACES = frozenset(
    {
        "Africa",
        "América",
        "Asia",
        "Atlantic",
        "Central",
        "Europa",
        "Europe",
        "Independence",
        "Liberal",
        "Republic",
        "Republican",
        "Solo",
        "Pacific",
        "Union",
        "White House",
        "المدينة",
        "بركان",
        "جده",
        "مدينة",
    }
)
"""Towns whose names nearly always mean something else in the news."""

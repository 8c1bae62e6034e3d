"""Forms that a name takes in a sentence, as a stem and the endings that may follow it.

Only what the languages of the gazetteer need: cases of names in Russian, Ukrainian, Polish and Greek, adjectives of
countries, endings glued to a name as it stands. A wrong form costs nothing, as nobody writes it.
"""

from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple


class Stem(NamedTuple):
    """`text` matches where one of `endings` follows and then the word ends."""

    text: str
    endings: frozenset[str]


def _endings(words: str) -> frozenset[str]:
    return frozenset("" if word == "-" else word for word in words.split())


AS_IT_STANDS = _endings("-")

_GLUED: dict[str, frozenset[str]] = {
    **dict.fromkeys(("de", "nl", "sv", "da", "nb", "nn"), _endings("- s")),
    "fi": _endings(
        "- n ssa ssä sta stä an in iin en ella ellä essa essä esta estä een eelta lla llä lta ltä lle ksi na nä "
        "ia issa ista"
    ),
    "et": _endings("- s st sse i it is ist"),
    "hu": _endings(
        "- ban ben ba be ból ből on en ön ról ről ra re nak nek tól től hoz hez höz val vel t ot et ért ig i"
    ),
    "ko": _endings(
        "- 은 는 이 가 을 를 의 에 에서 에게 로 으로 와 과 도 만 까지 부터 인 산 군 측 과의 와의 에서는 에는 시 정부"
    ),
}
"""What a language writes onto a foreign name without a mark between them."""

_OF_SCRIPT: dict[str, frozenset[str]] = {
    "Beng": _endings("- র য় য় ে তে ের কে এর এ"),
    "Taml": _endings("- யில் யின் க்கு யை வில் வின் வுக்கு வை ுக்கு"),
    "Telu": _endings("- లో కు కి ను నుంచి నుండి లోని"),
    "Knda": _endings("- ದಲ್ಲಿ ನಲ್ಲಿ ಯಲ್ಲಿ ಗೆ ಕ್ಕೆ ದ ನ ಯ"),
    "Mlym": _endings("- ൽ യിൽ യിലെ യുടെ നിൽ വിൽ ന്റെ യിലേക്ക്"),
    "Geor": _endings("- ში ს ის სა დან ზე თან ით ად"),
    "Armn": _endings("- ը ն ի ում ից ով ին ու"),
    "Ethi": _endings("- ን ና ም"),
}
"""What every language of a script writes onto a name as it stands."""

_GREEK: tuple[tuple[str, frozenset[str]], ...] = (
    ("ος", _endings("ος ου ο")),
    ("ός", _endings("ός ού ό")),
    ("α", _endings("α ας")),
    ("ά", _endings("ά άς")),
    ("η", _endings("η ης")),
    ("ή", _endings("ή ής")),
    ("ο", _endings("ο ου")),
    ("ό", _endings("ό ού")),
)
_GEORGIAN = _endings("ი ში ის ს იდან ით ისთვის ისა მა")
_VIRAMA_TAMIL = _endings("் ில் ின் ுக்கு ை ிலிருந்து")

ADJECTIVE: dict[str, frozenset[str]] = {
    "en": _endings("- s"),
    "nl": _endings("- e en er ers s"),
    "de": _endings("- e er en es em n rn in innen s"),
    "fr": _endings("- e s es ne nes te tes"),
    "es": _endings("- o a os as e es"),
    "it": _endings("o a i e he hi"),
    "pl": _endings("- i a ie iego iej im ich imi ą iemu o in ie om ami ach ka ki inem"),
    "ru": _endings("ий ая ое ие ого ой ому ую им их ими ом ою"),
    "uk": _endings("ий а е і ого ої ому ій у им ім их ими ою"),
    "pt": _endings("- o a os as e es"),
    "sv": _endings("- a t e er erna en"),
    "da": _endings("- e t er ere erne en"),
    "nb": _endings("- e t er ere erne en"),
    "tr": _endings("- ler lar lerin ların ı i nın nin"),
    "cs": _endings("á é ý í ého ému ém ým ých ými ou - i ů ům y"),
    "fi": _endings("nen sen set sten sia sten ssa sesta selle sella sta sille"),
    "ar": _endings("ي ية يون يين يات يان يا"),
}
"""Endings of adjectives and people's names that `~` stands for in data/demonyms.tsv."""

_CYRILLIC: tuple[tuple[str, frozenset[str]], ...] = (
    ("ия", _endings("ия ии ию ией иею")),
    ("ія", _endings("ія ії ію ією")),
    ("ый", _endings("ый ого ому ым ом")),
    ("ий", _endings("ий ого ему ому им ем ом его ия ию ии")),
    ("я", _endings("я и е ю ей ёй ї і єю ею")),
    ("а", _endings("а ы и е у ой ою і ей")),
    ("ь", _endings("ь я ю ем ём е и ью і ею")),
    ("й", _endings("й я ю ем е и єм ї")),
    ("ы", _endings("ы ов ам ами ах")),
    ("и", _endings("и ів ам ами ах ов")),
    ("о", _endings("о а у ом і")),
)
_CYRILLIC_HARD = _endings("- а у ом е ем і ові єм и ами ах ів ов")
_ADJECTIVE_FIRST = {
    "ий": ("ий", "его", "ему", "ем", "им", "ого", "ому", "ім"),
    "ый": ("ый", "ого", "ому", "ом", "ым"),
    "ая": ("ая", "ой", "ую"),
}

_POLISH: tuple[tuple[str, frozenset[str]], ...] = (
    ("ia", _endings("ia ii ię ią io i")),
    ("a", _endings("a y i ie ę ą o e")),
    ("ów", _endings("ów owa owie owi owem owu")),
    ("ń", _endings("ń nia niu niem niowi")),
    ("y", _endings("y om ami ach")),
    ("e", _endings("e om ami ach")),
    ("o", _endings("o a u em ie")),
)
_POLISH_HARD = _endings("- a u owi em iem ie e")
_POLISH_SOFTENED = {
    "ga": "dze",
    "ka": "ce",
    "ra": "rze",
    "ta": "cie",
    "da": "dzie",
    "ła": "le",
    "t": "cie",
    "d": "dzie",
}
SLAVIC = frozenset({"cs", "sk", "sl", "hr", "bs", "sr"})
"""Languages other than Polish that decline names in Latin letters by `slavic`."""

_SLAVIC: tuple[tuple[str, frozenset[str]], ...] = (
    ("ia", _endings("ia ie ii iu iou iji ijo ijou")),
    ("a", _endings("a y ě e i u o ou om")),
    ("o", _endings("o a u ě e em om")),
    ("e", _endings("e i em ím u")),
    ("ň", _endings("ň ně ni ní")),
    ("y", _endings("y ů ách ám")),
)
_SLAVIC_HARD = _endings("- a u ě e em om i ovi")
_SLAVIC_SOFTENED = {"ha": "ze", "ka": "ce", "ga": "ze", "ra": "ře"}
_VOWELS = frozenset("аеёиоуыэюяєіїaeiouyąęóéáàíúüöäèëïô")


def glued(language: str) -> frozenset[str]:
    """Endings that `language` puts onto any name as it stands."""
    return _GLUED.get(language, AS_IT_STANDS)


def glued_in(script: str | None) -> frozenset[str]:
    """Endings that every language of `script` puts onto a name as it stands."""
    return _OF_SCRIPT.get(script or "", AS_IT_STANDS)


def stems(name: str, script: str | None, language: str = "") -> Iterable[Stem]:
    """A name's forms as its script, and Polish among the languages of Latin script, declines names."""
    if script == "Cyrl":
        return cyrillic(name)
    if script == "Grek":
        return _declined(name, _GREEK)
    if script == "Geor" and name.endswith("ი"):
        return (Stem(name.removesuffix("ი"), _GEORGIAN),)
    if script == "Taml" and name.endswith("்"):
        return (Stem(name.removesuffix("்"), _VIRAMA_TAMIL),)
    if language == "pl":
        return polish(name)
    return slavic(name) if language in SLAVIC else (Stem(name, AS_IT_STANDS),)


def _declined(name: str, table: tuple[tuple[str, frozenset[str]], ...]) -> Iterator[Stem]:
    for suffix, endings in table:
        if name.endswith(suffix) and len(name) > len(suffix) + 2:
            yield Stem(name.removesuffix(suffix), endings)
            return
    yield Stem(name, AS_IT_STANDS)


def slavic(name: str) -> Iterator[Stem]:
    """Cases of a name of one word as Czech, Slovak, Slovene and Croatian write them; other names stand as they are."""
    if " " in name or name.isupper() or len(name) < 4:
        yield Stem(name, AS_IT_STANDS)
        return
    for suffix, softened in _SLAVIC_SOFTENED.items():
        if name.endswith(suffix):
            yield Stem(name.removesuffix(suffix) + softened, AS_IT_STANDS)
    for suffix, endings in _SLAVIC:
        if name.endswith(suffix):
            yield Stem(name.removesuffix(suffix), endings)
            return
    yield Stem(name, _SLAVIC_HARD if name[-1] not in _VOWELS else AS_IT_STANDS)


def cyrillic(name: str) -> Iterator[Stem]:
    """Russian and Ukrainian cases of a name; of two words the second, and an adjective before it, are declined."""
    first, space, last = name.rpartition(" ")
    forms = _ADJECTIVE_FIRST.get(first[-2:])
    heads = [first[:-2] + form for form in forms] if forms else [first]
    for head, stem in product(heads, _cyrillic_word(last)):
        yield Stem(head + space + stem.text, stem.endings)


def _cyrillic_word(word: str) -> Iterator[Stem]:
    if word.endswith(("їв", "ів")) and len(word) > 3:
        yield Stem(word[:-2] + ("єв" if word[-2] == "ї" else "ов"), _endings("а у ом і ові"))
    if word.endswith(("га", "ка", "ха")):
        yield Stem(word[:-2] + {"г": "зі", "к": "ці", "х": "сі"}[word[-2]], AS_IT_STANDS)
    for suffix, endings in _CYRILLIC:
        if word.endswith(suffix) and len(word) - len(suffix) >= 2:
            yield Stem(word.removesuffix(suffix), endings)
            return
    hard = len(word) >= 3 and word[-1] not in _VOWELS and word.lower() != word and not word.isupper()
    yield Stem(word, _CYRILLIC_HARD if hard else AS_IT_STANDS)


def polish(name: str) -> Iterator[Stem]:
    """Polish cases of a name of one word; other names stand as they are."""
    if " " in name or name.isupper() or len(name) < 4:
        yield Stem(name, AS_IT_STANDS)
        return
    for suffix, softened in _POLISH_SOFTENED.items():
        if name.endswith(suffix):
            yield Stem(name.removesuffix(suffix) + softened, AS_IT_STANDS)
    for suffix, endings in _POLISH:
        if name.endswith(suffix):
            yield Stem(name.removesuffix(suffix), endings)
            return
    yield Stem(name, _POLISH_HARD if name[-1] not in _VOWELS else AS_IT_STANDS)

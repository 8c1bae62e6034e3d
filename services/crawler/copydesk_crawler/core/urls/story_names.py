"""Whether an address names one story, and which; sections, archives and home pages name none."""

import re
from urllib.parse import parse_qsl, unquote

from copydesk_crawler.core.urls.canonical_url import Address

IDENTITY = frozenset(
    """id p aid nid sid pid cid art artid article article_id articleid a_id newsid news_id nr no doc docid doc_id item
    itemid item_id story storyid story_id post postid post_id key uid idx num contentid content_id seq oid aidx rid v
    page_id news articlekey arcid idxno""".split()  # noqa: SIM905 - fifty quoted words read worse
)
"""Parameters, in lower case, that name the story wherever a path does not."""

_BETWEEN_WORDS = re.compile(r"[-_.,:;+~!'()\s]+")
_HAN_OR_KANA = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_SPACELESS_ALPHABET = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_NUMBER = re.compile(r"\d{4,}")
_DATE = re.compile(r"(?:19|20)\d\d(?:[-_.]?[01]\d(?:[-_.]?[0-3]\d)?)?")
_TOKEN = re.compile(r"(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{8,}", re.IGNORECASE)
_FILE = re.compile(r"\.(?:html?|php|aspx?|jsp|shtml|cms|ece|do)$", re.IGNORECASE)
_HOME = re.compile(
    r"/(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|default|home(?:page)?|main|start)(?:\.[a-z]{2,5})?/?)?",
    re.IGNORECASE,
)


def path_of(address: Address) -> str:
    """The path alone, decoded."""
    path = address.url.partition("://")[2].removeprefix(address.host).partition("?")[0]
    return unquote(path)


def parameters_of(address: Address) -> dict[str, str]:
    """The query's parameters by lower-case name; of one given twice the last counts."""
    query = address.url.partition("?")[2]
    return {name.lower(): value for name, value in parse_qsl(query, keep_blank_values=True, max_num_fields=None)}


def is_home(address: Address) -> bool:
    """Whether it is the front page of a site or of one of its languages."""
    return bool(_HOME.fullmatch(path_of(address))) and not _named_by_parameter(address)


def names_story(address: Address) -> bool:
    """Whether path or query hold what only a story's address holds: a headline, a number, a token."""
    segments = [segment for segment in path_of(address).split("/") if segment]
    return any(map(_is_story_segment, segments[-3:])) or _named_by_parameter(address)


def names_story_surely(address: Address) -> bool:
    """Whether the path alone can be no template's: it holds a number or a whole headline."""
    return any(map(_is_sure, filter(None, path_of(address).split("/"))))


def story_words(address: Address) -> frozenset[str]:
    """Words and numbers of the last segment of the path."""
    last = path_of(address).rstrip("/").rpartition("/")[2].lower()
    return frozenset(word for word in re.findall(r"[^\W_]+", _FILE.sub("", last)) if len(word) > 1)


def _named_by_parameter(address: Address) -> bool:
    return any(name in IDENTITY and value for name, value in parameters_of(address).items())


def _is_story_segment(segment: str) -> bool:
    stem = _FILE.sub("", segment)
    if _DATE.fullmatch(stem):
        return False
    words = _words_in(stem)
    return (
        words >= 3
        or (words == 2 and stem != segment)
        or _is_unparted_headline(stem)
        or bool(_NUMBER.search(stem))
        or bool(_TOKEN.fullmatch(stem))
    )


def _is_sure(segment: str) -> bool:
    stem = _FILE.sub("", segment)
    if _DATE.fullmatch(stem):
        return False
    return (
        _words_in(stem) >= 5
        or _is_unparted_headline(stem)
        or bool(_NUMBER.search(stem))
        or bool(_TOKEN.fullmatch(stem))
    )


def _words_in(stem: str) -> int:
    """Words with a letter; vowel signs, which Python counts among no letters, part none."""
    return sum(any(map(str.isalpha, word)) for word in _BETWEEN_WORDS.split(stem))


def _is_unparted_headline(stem: str) -> bool:
    """Whether a script that parts no words says more than a section's name: Chinese, Japanese; Thai and its like."""
    return len(_HAN_OR_KANA.findall(stem)) >= 6 or len(_SPACELESS_ALPHABET.findall(stem)) >= 16

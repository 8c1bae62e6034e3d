"""The language of a text: two opinions, checked against the script, with the site's hint as a weak prior.

py3langid is a naive Bayes model over byte sequences of 140 languages (Lui and Baldwin 2012); the tables of
`language_model` know fewer languages, and those better. Their logarithms are added up; languages that only py3langid
knows have to be far better than the best of the others. Scripts that news writes one language in decide alone, and so
do letters that one language alone writes. A text whose words are mostly unknown to the language that it fits best is in
a relative that no table knows, and stays undecided.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping
from typing import Protocol

from copydesk.contracts import Language
from copydesk_tagger.core import scripts
from copydesk_tagger.core.document import Document, Tags
from copydesk_tagger.core.language_model import LanguageModel
from copydesk_tagger.core.language_words import numbers_of, small_words
from copydesk_tagger.core.letter_sequences import sequences, tidied

CUT = 1000
"""Characters looked at; more change nothing in the decision."""

SHORT = 240
"""Below this many letters the hint counts."""

_SECOND_CUT = 200
_SECOND = 2.5
"""What the logarithms of py3langid's probabilities are worth, and how many letters of an alphabet it looks at."""

_FAR = 8.0
"""Languages that are this much worse than the best need not be told from each other."""

_ELSEWHERE = -4.0
"""The logarithm that the tables give to languages that they do not know."""

_RARE = -5.0
"""The logarithm of the odds that a text is in a language without a table, before its words are looked at."""

ANY = "any"
_NO_LANGUAGE = "zxx"
"""py3langid's label for code and tables."""

_ONE_VOCABULARY = (
    frozenset({"bs", "hr", "sr-Latn"}),
    frozenset({"id", "ms"}),
    frozenset({"da", "nb", "nn"}),
    frozenset({"zh-Hans", "zh-Hant", "yue"}),
)
"""Languages of which the likeliest is told, however unlikely, where it is sure that it is one of them."""

_CODE = re.compile(r"[][(){};=<>]")
_CODE_SIZE, _CODE_SHARE = 40, 0.1
"""Longer texts with this share of such characters are code."""

UNDECIDED = Language(tag="und", confidence=0.0)

_ONE_LANGUAGE = {
    "Grek": "el",
    "Hang": "ko",
    "Hebr": "he",
    "Beng": "bn",
    "Guru": "pa",
    "Gujr": "gu",
    "Orya": "or",
    "Taml": "ta",
    "Telu": "te",
    "Knda": "kn",
    "Mlym": "ml",
    "Sinh": "si",
    "Thai": "th",
    "Laoo": "lo",
    "Tibt": "bo",
    "Mymr": "my",
    "Geor": "ka",
    "Ethi": "am",
    "Khmr": "km",
    "Armn": "hy",
    "Kana": "ja",
}
"""Scripts that news writes one language in."""

_TELLING = tuple(
    (script, tag, re.compile(pattern), share)
    for script, tag, pattern, share in (
        ("Cyrl", "ba", "[ҙҫҡ]", 0.02),
        ("Cyrl", "tt", "ә(?=[^қғұіҳӣӯҡ]*$)|җ", 0.03),
        ("Arab", "ug", "[ۇۈ]", 0.03),
        ("Arab", "sd", "[ٻڀٺٽڦڄڃڇڊڏڍڙڳڱڪڻ]", 0.02),
        ("Beng", "as", "[ৰৱ]", 0.01),
        ("Ethi", "ti", "ኣ", 0.01),
        ("Hebr", "yi", r"[ײױװ]|\b(?:די|און|איז|פון|האט|זענען|וועט|נאך|געווארן)\b", 0.02),
    )
)
"""Letters and words of languages without a table: the share of a text's letters from which on they decide."""

_CANTONESE = re.compile("[嘅佢哋喺嚟咗啲唔嗰畀冇睇嘢噉咁乜哂晒㗎囉攞搵嗌諗咪嘥仲啱俾]")
_UNMARKED = -2.0
"""What a text without any of these loses as Cantonese: most such texts are Chinese as all who write it share it."""

_DENSE = {"Hani": 3, "Kana": 3, "Hang": 2, "Ethi": 2, "Thai": 2, "Khmr": 2, "Laoo": 2, "Mymr": 2}
"""Letters of an alphabet that one of these scripts stands for, so that a few foreign names do not outweigh them."""

_ELSEWHERE_IN: Mapping[str, frozenset[str]] = {
    "Latn": scripts.listed(
        "ace an ast bcl br crh eo ext fo fuv fy gcf gcr gd gug guw ht ig jv kab kik la lg lij ln ltg mg nso oc om pcm"
        " qu rw se sn st tk tt vec wa xh yo zu zxx"
    ),
    "Cyrl": scripts.listed("tt ba"),
    "Arab": scripts.listed("ug"),
    "Deva": scripts.listed("sa gom"),
}
"""py3langid's languages that the tables may not know, by the scripts that they are written in."""

_SECOND_ALONE = frozenset().union(*_ELSEWHERE_IN.values())

_FOLDED: Mapping[str, tuple[str, ...]] = {
    "no": ("nb",),
    "tl": ("fil",),
    "arz": ("ar",),
    "ary": ("ar",),
    "wuu": ("zh-Hans",),
    "zh": ("zh-Hans", "zh-Hant"),
    "sdh": ("ckb",),
    "ku": ("kmr",),
    "sr": ("sr-Latn", "sr-Cyrl"),
}
"""py3langid's labels to the tags that news is published under."""


class Ranker(Protocol):
    """py3langid's identifier with normalised probabilities."""

    def rank(self, text: str) -> list[tuple[str, float]]: ...


class LanguageAnnotator:
    """BCP 47 tag and confidence. Script subtags only where they part news: zh-Hans, zh-Hant, sr-Cyrl, sr-Latn.

    `closed` are the languages to choose from by name of the source in small letters; `any` is for those without.
    """

    name = "language"
    version = "sequences-6+py3langid-0.4"
    languages: frozenset[str] | None = None
    needs: frozenset[str] = frozenset()
    cost = 2.2

    def __init__(
        self,
        ranker: Ranker,
        model: LanguageModel,
        closed: Mapping[str, frozenset[str]] | None = None,
        least_confidence: float = 0.3,
    ) -> None:
        self._ranker = ranker
        self._model = model
        self._closed = closed or {}
        self._least = least_confidence

    def annotate(self, document: Document, tags: Tags) -> None:
        among = self._closed.get(document.source.lower()) or self._closed.get(ANY)
        tags.language = self.identify(f"{document.title}\n{document.text}".strip(), document.language_hint, among)

    def identify(self, text: str, hint: str | None = None, among: frozenset[str] | None = None) -> Language:
        """The language of `text`; `hint` sways short texts and never what the script rules out.

        `among` leaves the choice between some languages (BCP 47, `zh` meaning both scripts), whatever the text.
        """
        sample = text[:CUT]
        letters = _weighed(scripts.counts(sample))
        if not letters or (len(sample) > _CODE_SIZE and len(_CODE.findall(sample)) > _CODE_SHARE * len(sample)):
            return UNDECIDED
        size = sum(letters.values())
        script = max(letters, key=lambda one: (letters[one], one))
        logs = self._logs(sample, script, letters[script])
        if among:
            logs = {tag: log for tag, log in logs.items() if tag in among or scripts.primary(tag) in among}
        if not logs:
            return UNDECIDED
        if hint and size < SHORT:
            _lean(logs, hint, math.log(1 + 5 * (1 - size / SHORT)))
        tag, share = _best(logs)
        agreed = hint is not None and scripts.primary(hint) == scripts.primary(tag)
        confidence = round(share * (0.5 + letters[script] / size / 2), 3)
        listed, relative = (1.0, None) if among or agreed else self._listed(tag, sample)
        if _together(tag, logs) * listed * confidence / share >= self._least and tag != _NO_LANGUAGE:
            return Language(tag=tag, confidence=confidence)
        told = relative is not None and listed < self._least
        return Language(tag=relative or "und", confidence=1 - listed if told else confidence * listed)

    def _listed(self, tag: str, sample: str) -> tuple[float, str | None]:
        """How likely it is that a text taken for a known language is not in a relative of it without a table.

        With it the relative, where its words tell which.
        """
        words = small_words(sample)
        found = numbers_of(words)
        unknown = self._model.words.unknown(tag, found)
        sighting = self._model.relatives.sighting(found, self._model.words.alien(tag, words))
        if unknown is None:
            return (0.0 if tag in _SECOND_ALONE and sighting.tag else 1.0), sighting.tag
        return 1 / (1 + math.exp(min(unknown + sighting.odds + _RARE, _FAR))), sighting.tag

    def _logs(self, sample: str, script: str, size: int) -> dict[str, float]:
        """Logarithms of what speaks for each language that the script allows, up to a constant."""
        for of, tag, letters, share in _TELLING:
            if of == script and len(letters.findall(sample)) > share * size:
                return {tag: 0.0}
        table = self._model.scripts.get(script)
        if table is None:
            return {_ONE_LANGUAGE[script]: 0.0} if script in _ONE_LANGUAGE else {}
        tidy = tidied(sample)
        if tidy.isspace():
            return {}
        found = sequences(tidy)
        logs = table.log_probabilities(tidy, found)
        for tag in _ELSEWHERE_IN.get(script, frozenset()) - logs.keys():
            logs[tag] = _ELSEWHERE
        second = self._second(tidy[: _SECOND_CUT // _DENSE.get(script, 1)])
        logs = {tag: log + _SECOND * math.log(second.get(tag, 0.0) + 1e-9) for tag, log in logs.items()}
        if "yue" in logs and not _CANTONESE.search(sample):
            logs["yue"] += _UNMARKED
        least = max(logs.values()) - _FAR
        for close in self._model.close:
            if any(logs.get(tag, -math.inf) > least for tag in close.labels):
                whole = max(logs[tag] for tag in close.labels)
                within = close.log_probabilities(tidy, found)
                best = max(within.values())
                logs |= {tag: whole + within[tag] - best for tag in close.labels}
        return logs

    def _second(self, beginning: str) -> dict[str, float]:
        """py3langid's probabilities, under the tags of the news."""
        shares: dict[str, float] = {}
        for label, share in self._ranker.rank(beginning):
            for tag in _FOLDED.get(label, (label,)):
                shares[tag] = max(share, shares.get(tag, 0.0))
        return shares


def _weighed(letters: Counter[str]) -> dict[str, int]:
    """Letters by script, a Han letter counting as the several letters that other scripts write its sound with.

    Any fair share of kana makes Han text Japanese: `Kana`.
    """
    found = {script: times * _DENSE.get(script, 1) for script, times in letters.items()}
    if found.get("Kana", 0) * 10 >= found.get("Hani", 0) and "Kana" in found:
        found["Kana"] += found.pop("Hani", 0)
    return found


def _lean(logs: dict[str, float], hint: str, strength: float) -> None:
    """Raise the hinted language; a hint without a script raises it in all of its scripts."""
    hinted = _FOLDED.get(scripts.primary(hint), (hint,)) if hint not in logs else (hint,)
    for tag in logs:
        if tag in hinted or tag == scripts.primary(hint):
            logs[tag] += strength


def _together(tag: str, logs: Mapping[str, float]) -> float:
    """The share of a tag and of those that share its vocabulary: which of these it is may be doubtful."""
    group = next((group for group in _ONE_VOCABULARY if tag in group), (tag,))
    best = max(logs.values())
    return sum(math.exp(logs[one] - best) for one in group if one in logs) / sum(
        math.exp(log - best) for log in logs.values()
    )


def _best(logs: Mapping[str, float]) -> tuple[str, float]:
    """The best tag and its share."""
    tag = max(logs, key=lambda one: (logs[one], one))
    return tag, 1 / sum(math.exp(log - logs[tag]) for log in logs.values())

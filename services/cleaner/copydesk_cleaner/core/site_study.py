"""What is learned of one site from its articles: blocks that return on others, and tails that its titles share.

The same article under another address, in a new revision or as a syndicated twin must not teach: its text would be
taken for what the site prints everywhere. So articles are remembered for a while and compared before they count.
"""

from array import array
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from copydesk.contracts import BlockSignature, SiteLearned
from copydesk_cleaner.core.lines import same_text
from copydesk_cleaner.core.site_knowledge import SiteKnowledge

OTHERS = 2
"""Other articles of the site on which a block must have been seen to be the site's."""
TITLES = 3
"""Articles whose `<title>` must end alike for the ending to be the site's."""
REMEMBERED = 50
"""Articles of a site that are kept for comparison; a block that returns less often is not learned."""
FORGOTTEN_AFTER = 100
"""Articles without a learned block after which it is forgotten: a redesign, or the end of a long story, has gone by."""
MOST_BLOCKS = 200
MOST_TAILS = 20
_MOST_OF_A_PAGE = 150
_SAME_ALIKE, _SAME_UNLIKE = 0.5, 0.8
"""Share of blocks in common (of the smaller article) from which two are one: with titles alike, and with others."""
_ALIKE = 0.5
_MOST_ALIASES = 8
_RENEWED_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Sighting:
    """What one cleaned page tells: the signatures of its kept blocks, those cut as the site's own, its title's tail."""

    article: str
    title: str | None
    kept: Sequence[str]
    recognised: Sequence[str] = ()
    title_tail: str | None = None


@dataclass(eq=False, slots=True)
class _Remembered:
    """One article, however often and under however many addresses it was seen; hashes keep it small."""

    ids: list[int]
    title: "array[int]"
    blocks: "array[int]"
    tail: str | None


@dataclass(slots=True)
class _Learned:
    """A block of the site: on how many articles, when last, and at which count of articles that was."""

    articles: int
    last_seen: datetime
    at_article: int


@dataclass
class SiteStudy:
    """The site's articles of late, and what they taught."""

    articles_seen: int = 0
    learned: dict[str, _Learned] = field(default_factory=dict)
    tails: dict[str, None] = field(default_factory=dict)
    published_at: datetime | None = None
    _articles: deque[_Remembered] = field(default_factory=deque)
    _twice: dict[str, tuple[_Remembered, _Remembered]] = field(default_factory=dict)

    def knowledge(self, article: str) -> SiteKnowledge:
        """What holds for `article`, which never testifies in its own case."""
        own = _short(article)
        twice = (
            signature for signature, seen_on in self._twice.items() if not any(own in other.ids for other in seen_on)
        )
        return SiteKnowledge(frozenset((*self.learned, *twice)), tuple(self.tails))

    def observe(self, sighting: Sighting, now: datetime) -> bool:
        """Learn from a cleaned article; True when something came or went that others should know."""
        shown = list(dict.fromkeys((*sighting.recognised, *sighting.kept)))
        if not shown:
            return False
        shown = shown if len(shown) <= _MOST_OF_A_PAGE else [*shown[:100], *shown[100 - _MOST_OF_A_PAGE :]]
        new = [signature for signature in shown if signature not in self.learned]
        blocks = array("Q", sorted(map(_hash, new)))
        article = _Remembered([_short(sighting.article)], _words(sighting.title), blocks, sighting.title_tail)
        for signature in self.learned.keys() & shown:
            self._seen_again(signature, now)
        if known := self._same(article):
            _join(known, article)
            return self._outdated(now)
        self.articles_seen += 1
        for signature in self.learned.keys() & shown:
            self.learned[signature].articles += 1
        changed = self._compare(new, article, now)
        self._remember(article)
        changed |= self._learn_tail(article.tail)
        changed |= self._forget()
        return changed or self._outdated(now)

    def record(self, site: str, now: datetime) -> SiteLearned:
        """The message that tells the others, newest sightings first; hashes alone, so a few kilobytes at most."""
        self.published_at = now
        newest = sorted(self.learned.items(), key=lambda item: item[1].last_seen, reverse=True)
        return SiteLearned(
            site=site,
            learned_at=now,
            articles_seen=self.articles_seen,
            signatures=[
                BlockSignature(sha256=signature, articles=block.articles, last_seen=block.last_seen)
                for signature, block in newest
            ],
            title_suffixes=list(self.tails),
        )

    def merge(self, record: SiteLearned) -> None:
        """Take over what another cleaner, or an earlier run, has learned; merging twice changes nothing."""
        self.articles_seen = max(self.articles_seen, record.articles_seen)
        for block in record.signatures[:MOST_BLOCKS]:
            if (own := self.learned.get(block.sha256)) is None:
                self.learned[block.sha256] = _Learned(block.articles, block.last_seen, self.articles_seen)
                self._twice.pop(block.sha256, None)
            else:
                own.articles = max(own.articles, block.articles)
                own.last_seen = max(own.last_seen, block.last_seen)
        self.tails |= dict.fromkeys(record.title_suffixes)
        if self.published_at is None or record.learned_at > self.published_at:
            self.published_at = record.learned_at
        self._keep_bounds()

    def _same(self, article: _Remembered) -> _Remembered | None:
        """The remembered article that this one is, if any: by its id, else by the blocks they share."""
        for known in self._articles:
            if article.ids[0] in known.ids:
                return known
        own = set(article.blocks)
        for known in self._articles:
            smaller = min(len(own), len(known.blocks))
            shared = len(own.intersection(known.blocks))
            if not smaller or shared < _SAME_ALIKE * smaller:
                continue
            if shared >= _SAME_UNLIKE * smaller or _alike(article.title, known.title):
                return known
        return None

    def _compare(self, new: Iterable[str], article: _Remembered, now: datetime) -> bool:
        """Learn the blocks that stood on enough other articles; note those that stood on one."""
        own = set(article.blocks)
        seen = Counter(block for known in self._articles for block in own.intersection(known.blocks))
        changed = False
        for signature in new:
            others = seen[_hash(signature)]
            if others >= OTHERS:
                self.learned[signature] = _Learned(others + 1, now, self.articles_seen)
                self._twice.pop(signature, None)
                changed = True
            elif others:
                block = _hash(signature)
                self._twice[signature] = (next(known for known in self._articles if block in known.blocks), article)
        return changed

    def _remember(self, article: _Remembered) -> None:
        self._articles.append(article)
        if len(self._articles) > REMEMBERED:
            gone = self._articles.popleft()
            self._twice = {signature: seen_on for signature, seen_on in self._twice.items() if gone not in seen_on}

    def _learn_tail(self, tail: str | None) -> bool:
        if not tail or tail in self.tails or sum(known.tail == tail for known in self._articles) < TITLES:
            return False
        self.tails[tail] = None
        self._keep_bounds()
        return True

    def _seen_again(self, signature: str, now: datetime) -> None:
        block = self.learned[signature]
        block.last_seen = max(block.last_seen, now)
        block.at_article = self.articles_seen

    def _forget(self) -> bool:
        oldest = self.articles_seen - FORGOTTEN_AFTER
        stale = [signature for signature, block in self.learned.items() if block.at_article < oldest]
        for signature in stale:
            del self.learned[signature]
        self._keep_bounds()
        return bool(stale)

    def _keep_bounds(self) -> None:
        while len(self.learned) > MOST_BLOCKS:
            del self.learned[min(self.learned, key=lambda signature: self.learned[signature].last_seen)]
        while len(self.tails) > MOST_TAILS:
            del self.tails[next(iter(self.tails))]

    def _outdated(self, now: datetime) -> bool:
        """Whether what was published of a site with lessons is old; its sightings tell others that it still holds."""
        if not self.learned and not self.tails:
            return False
        return self.published_at is None or now - self.published_at >= _RENEWED_AFTER


def _join(known: _Remembered, again: _Remembered) -> None:
    """Add what another sighting of an article shows; all of it still counts as one article."""
    blocks = sorted({*known.blocks, *again.blocks})
    known.blocks = array("Q", blocks[: 2 * _MOST_OF_A_PAGE])
    if again.ids[0] not in known.ids:
        known.ids = [*known.ids, again.ids[0]][-_MOST_ALIASES:]


def _hash(signature: str) -> int:
    return int(signature[:16], 16)


def _short(article: str) -> int:
    return hash(article)


def _words(title: str | None) -> "array[int]":
    return array("q", {hash(word) for word in same_text(title or "").split()[:20]})


def _alike(one: "array[int]", other: "array[int]") -> bool:
    """Whether two titles may be of one article; so they may where one has none."""
    words, others = set(one), set(other)
    return not words or not others or len(words & others) >= _ALIKE * len(words | others)

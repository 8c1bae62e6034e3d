"""The title by vote of the page's headings, og:title, twitter:title, JSON-LD headline and `<title>`.

The page's own heading is the title unless the others speak against it: it is then the site's name, a kicker and the
title in one, or an older wording than the one published both to readers of feeds and to machines."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from copydesk_cleaner.core.headings import Heading, read_heading
from copydesk_cleaner.core.json_ld import text_of
from copydesk_cleaner.core.lines import same_text
from copydesk_cleaner.core.page_facts import PageFacts
from copydesk_cleaner.core.site_knowledge import SiteKnowledge
from copydesk_cleaner.core.title_pieces import (
    Division,
    divisions,
    loose_key,
    tidy_title,
    title_words,
    without_dense_section,
)

_MOST_HEADINGS = 12
_LEAST_WORDS = 3
"""Fewer words than this agree by chance with the beginning or end of another title."""
_SENTENCE = 4
_LEAST_NAME = 3
_MOST_CUTS = 3
_AGREEMENT = 0.5
_JOINTS = ("-", "–", "|", "·")


@dataclass(frozen=True)
class _Printed:
    """One title as a source prints it, and without the site's name."""

    source: str
    text: str
    bare: str

    @cached_property
    def key(self) -> str:
        return loose_key(self.bare)

    @cached_property
    def words(self) -> frozenset[str]:
        return title_words(self.bare)


class TitleVote:
    """`title` is None when the page has none; `headings` are its first headings without the site's name."""

    def __init__(self, facts: PageFacts, site: SiteKnowledge) -> None:
        self._facts = facts
        self._suffixes = site.title_suffixes
        self._bared: dict[str, str] = {}

    @cached_property
    def _names(self) -> frozenset[str]:
        """The site's names as keys; some templates name the site after the article."""
        keys = {loose_key(name) for name in self._facts.site_names}
        declared = (self._facts.meta_text("og:title"), text_of(self._facts.article, "headline"))
        titles = {loose_key(text) for text in declared if text and len(title_words(text)) >= _SENTENCE}
        return frozenset(keys - titles - {""})

    @cached_property
    def title(self) -> str | None:
        """The title that the page's own heading and its declarations agree on best."""
        heading = self._heading
        if heading is None:
            return self._undisputed
        printed, marked = heading
        return (
            self._published_twice(printed)
            or self._without_kicker(printed, marked.parts)
            or self._divided(printed, marked)
            or self._heading_that_agrees(printed)
            or self._undisputed
        )

    @cached_property
    def keys(self) -> frozenset[str]:
        """`same_text` keys of lines that only repeat the title, as any source words it."""
        said = [*self._sources.values(), *self.declared]
        if self.title:
            said.append(self.title)
        chosen = self._heading
        if chosen is not None:
            said += [chosen[0].text, chosen[0].bare, *chosen[1].parts]
        keys = {same_text(text) for text in said}
        if self.title and len(title_words(self.title)) >= _LEAST_WORDS:
            mine = same_text(self.title)
            keys |= {key for text in self.headings if mine in (key := same_text(text))}
        return frozenset(keys - {""})

    @cached_property
    def tail(self) -> str | None:
        """What follows the title in `<title>`, with its separator; None where `<title>` has it otherwise."""
        document, key = self._sources.get("document", ""), loose_key(self.title or "")
        titles = (one.kept for one in divisions(document) if one.side == "behind" and loose_key(one.kept) == key)
        return next((document[len(title) :] for title in titles), None)

    @cached_property
    def declared(self) -> list[str]:
        """What og:title, JSON-LD, twitter:title and `<title>` say, without the site's name."""
        return list(dict.fromkeys(one.bare for one in self._declared))

    @cached_property
    def headings(self) -> list[str]:
        """The texts of all first headings."""
        return [printed.bare for printed, _ in self._all_headings]

    @cached_property
    def _sources(self) -> dict[str, str]:
        facts = self._facts
        printed = {
            "og": facts.meta_text("og:title"),
            "headline": text_of(facts.article, "headline", "name"),
            "twitter": facts.meta_text("twitter:title"),
            "document": facts.title,
        }
        return {source: tidy for source, text in printed.items() if (tidy := tidy_title(text))}

    @cached_property
    def _marked(self) -> list[tuple[Heading, str]]:
        home = self._facts.home
        read = (read_heading(element, home) for element in self._facts.h1_elements[:_MOST_HEADINGS])
        return [(heading, tidy) for heading in read if (tidy := tidy_title(self._spelling(heading)))]

    def _spelling(self, heading: Heading) -> str:
        """Whether spaces divide the heading's elements is seen in a style sheet alone: the other sources know."""
        glued = heading.glued
        return (
            glued if glued != heading.text and any(glued in text for text in self._sources.values()) else heading.text
        )

    @cached_property
    def _declared(self) -> list[_Printed]:
        printed = (_Printed(source, text, self._bare(text)) for source, text in self._sources.items())
        return [one for one in printed if one.key and one.key not in self._names]

    @cached_property
    def _all_headings(self) -> list[tuple[_Printed, Heading]]:
        found = ((_Printed("h1", text, self._bare(text)), heading) for heading, text in self._marked)
        return [(printed, heading) for printed, heading in found if printed.key and printed.key not in self._names]

    @cached_property
    def _heading(self) -> tuple[_Printed, Heading] | None:
        """The heading on which the other sources agree best, the first one of equals."""
        candidates = [(printed, heading) for printed, heading in self._all_headings if not self._is_masthead(heading)]
        if not candidates:
            return None
        ranked = ((self._support(printed), -order) for order, (printed, _) in enumerate(candidates))
        return candidates[-max(ranked)[1]]

    def _is_masthead(self, heading: Heading) -> bool:
        return heading.home and not any(loose_key(heading.text) == one.key for one in self._declared)

    def _support(self, heading: _Printed) -> float:
        """0…1: the best overlap with another source; 2 where one says the very same."""
        if any(one.key == heading.key for one in self._declared):
            return 2.0
        declared = [one for one in self._declared if one.source != "twitter"] or self._declared
        return max((_overlap(heading.words, one.words) for one in declared), default=0.0)

    def _published_twice(self, heading: _Printed) -> str | None:
        """The title that og:title and JSON-LD share against the heading, where an editor wrote it: when all three in
        the head are one, or carry the site's name, a template made them."""
        by_source = {one.source: one for one in self._declared}
        og, headline, document = (by_source.get(source) for source in ("og", "headline", "document"))
        if og is None or headline is None or og.key != headline.key or og.key == heading.key:
            return None
        templated = og.text != og.bare or headline.text != headline.bare
        templated = templated or (document is not None and document.text == og.text)
        return None if templated else og.bare

    def _without_kicker(self, heading: _Printed, parts: Sequence[str]) -> str | None:
        """What another source gives of the heading: a label before it, or a line behind it, stands in one element."""
        part_keys = {loose_key(part) for part in parts} - {heading.key}
        whole = any(one.bare == heading.bare for one in self._declared)
        for one in self._declared:
            if one.key in part_keys and len(one.words) >= _LEAST_WORDS and not whole:
                return one.bare
        if self._support(heading) == 2.0:
            return None
        own = (one for one in self._declared if len(one.words) >= _SENTENCE and one.bare == one.text)
        return next((one.bare for one in own if heading.key.endswith(one.key)), None)

    def _divided(self, heading: _Printed, marked: Heading) -> str | None:
        """What stands in blocks of its own inside the heading, as another source sets it apart (`Label: title`)."""
        if marked.text == marked.glued or heading.text == marked.glued:
            return None
        return next((one.bare for one in self._declared if one.key == heading.key), None)

    def _heading_that_agrees(self, heading: _Printed) -> str | None:
        agrees = not self._declared or self._support(heading) >= _AGREEMENT
        return heading.bare if agrees or len(heading.words) >= _SENTENCE else None

    @cached_property
    def _undisputed(self) -> str | None:
        """The title of a page whose headings do not name it."""
        return next(iter(self.declared), None) or next(iter(self.headings), None) or self._sources.get("document")

    def _bare(self, title: str) -> str:
        """Without the site's name at either end, its section before that, and tails that no other source has."""
        if title not in self._bared:
            self._bared[title] = self._without_tail(self._without_site(title))
        return self._bared[title]

    def _without_site(self, title: str) -> str:
        for suffix in self._suffixes:
            title = title.removesuffix(suffix) or title
        for _ in range(_MOST_CUTS):
            cut = next((one for one in divisions(title) if self._names_site(one)), None)
            if cut is None:
                break
            title = self._without_section(cut.kept)
        return title

    def _names_site(self, one: Division) -> bool:
        if one.side == "before" and len(title_words(one.kept)) < _LEAST_WORDS:
            return False
        key = loose_key(one.cut)
        return key in self._names or any(_mostly(key, name) or _mostly(name, key) for name in self._names)

    def _without_section(self, title: str) -> str:
        section = self._facts.meta_text("article:section") or text_of(self._facts.article, "articleSection") or ""
        before = title.removesuffix(section).rstrip() if section else title
        return before[:-1].rstrip() if before != title and before[-1:] in _JOINTS else without_dense_section(title)

    def _without_tail(self, title: str) -> str:
        """What another source says, where it has the title without its last pieces."""
        behind = (one.kept for one in divisions(title) if one.side == "behind" and len(title_words(one.kept)) > 1)
        return next((kept for kept in behind if loose_key(kept) in self._all_keys), title)

    @cached_property
    def _all_keys(self) -> frozenset[str]:
        printed = [*self._sources.values(), *(text for _, text in self._marked)]
        return frozenset(loose_key(text) for text in printed) - self._names


def _mostly(whole: str, part: str) -> bool:
    """Whether the part is half of the whole, or its beginning and a third (`The Courier Online`)."""
    if len(part) <= _LEAST_NAME or part not in whole:
        return False
    return 2 * len(part) >= len(whole) or (whole.startswith(part) and 3 * len(part) >= len(whole))


def _overlap(one: frozenset[str], two: frozenset[str]) -> float:
    """Shared words by the shorter one's count."""
    least = min(len(one), len(two))
    return len(one & two) / least if least > 1 or one == two else 0.0

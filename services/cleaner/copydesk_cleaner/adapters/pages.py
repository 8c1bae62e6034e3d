"""HTML pages on one tree: text by the block classifier, metadata, and the text rules last.

Runs in a worker process: a page may take any time and memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import turbohtml

from copydesk.contracts import Cut
from copydesk_cleaner.adapters.block_model import BlockModel, shipped_model
from copydesk_cleaner.adapters.extraction import Extraction, extract, in_doubt, settle, take_all
from copydesk_cleaner.adapters.fallback_date import fallback_day
from copydesk_cleaner.core.appended_articles import AppendedArticle, take_appended_articles
from copydesk_cleaner.core.article_links import article_links
from copydesk_cleaner.core.assembly import css_path, cut_reason, worth_telling
from copydesk_cleaner.core.dates import first_date, read_date
from copydesk_cleaner.core.document import CleanedArticle, CleanedDocument
from copydesk_cleaner.core.learned_blocks import cut_learned
from copydesk_cleaner.core.line_fates import page_lines
from copydesk_cleaner.core.lines import same_text
from copydesk_cleaner.core.metadata import PageMetadata, read_metadata
from copydesk_cleaner.core.page_blocks import PageText, clean_blocks
from copydesk_cleaner.core.page_facts import PageFacts
from copydesk_cleaner.core.page_flags import page_flags
from copydesk_cleaner.core.page_hints import PageHints, page_hints
from copydesk_cleaner.core.site_knowledge import NOTHING_KNOWN, SiteKnowledge
from copydesk_cleaner.core.site_rules import RuledPage, SiteRules, apply_rules

TRUNCATED, UNMATCHED = "truncated", "rules-unmatched"
_UNRULED = RuledPage()
_ENDS = 5
_MOST_CUTS = 20


@dataclass(frozen=True)
class PageTask:
    """One decoded page to clean, free of NULs and lone surrogates (see `storable`).

    `latest` bounds its dates, `site` is what is known of its site; `explain` asks for the lines of the whole page,
    `links` for what looks like other articles of the site.
    """

    page: str
    url: str
    latest: datetime | None = None
    flags: tuple[str, ...] = ()
    site: SiteKnowledge = NOTHING_KNOWN
    rules: SiteRules | None = None
    explain: bool = False
    links: bool = False


def clean_html(task: PageTask, model: BlockModel | None = None) -> CleanedDocument:
    """The articles of a page; none when it has no main text."""
    return _Cleaning(task, model or shipped_model()).run()


class _Cleaning:
    """One page on its way from markup to articles."""

    def __init__(self, task: PageTask, model: BlockModel) -> None:
        self._task = task
        self._model = model
        self._page = task.page
        self._document = turbohtml.parse(self._page)
        self._ruled = apply_rules(self._document, task.rules) if task.rules else _UNRULED
        self._facts = PageFacts(self._document, task.url)

    def run(self) -> CleanedDocument:
        links = article_links(self._document, self._task.url) if self._task.links else ()
        metadata = self._metadata()
        appended = take_appended_articles(self._facts, metadata.title)
        found = self._text()
        blocks, learned = cut_learned(found.blocks, self._task.site.boilerplate)
        people = frozenset(same_text(name) for name in metadata.people)
        text = clean_blocks(blocks, metadata.titles, metadata.captions, people)
        ruled = (*text.cuts, *learned)
        cuts = (*ruled, *_model_cuts(found, text), *self._strangers(appended))
        lines = page_lines(found.page, found.kept, ruled, found.rule, self._ruled.removed) if self._task.explain else ()
        flags = page_flags(self._facts, _notice_lines(text, cuts))
        articles: tuple[CleanedArticle, ...] = ()
        if text.blocks:
            parts = [part for one in appended if (part := self._appended_article(one))]
            parts += [_text_part(title, part) for title, part in text.parts if part.blocks]
            main = _main_article(metadata, text, cuts)
            articles = (replace(main, paywalled=main.paywalled or flags.paywalled), *parts)
        return CleanedDocument(
            articles,
            found.method,
            round(found.confidence, 3),
            (*self._task.flags, *flags.names, *self._remarks(found)),
            lines=lines,
            links=links,
            title_tail=metadata.title_tail,
        )

    def _metadata(self) -> PageMetadata:
        """What the page says, overruled by what the site's rules name."""
        metadata = read_metadata(self._facts, self._task.latest, self._task.site, self._day_by_search)
        ruled = self._ruled
        if ruled.title:
            titles = metadata.titles | {same_text(ruled.title)}
            metadata = replace(metadata, title=ruled.title, titles=titles)
        if ruled.date and (named := read_date(ruled.date, self._task.latest)) is not None:
            metadata = replace(metadata, published=named)
        return metadata

    def _day_by_search(self) -> str | None:
        return fallback_day(self._page, self._task.url, self._task.latest)

    def _text(self) -> Extraction:
        if self._ruled.text:
            return take_all(self._ruled.text, self._ruled.text_rule)
        found = extract(self._document, page_hints(self._facts), self._model)
        if not in_doubt(found):
            return found
        page = self._document.html if self._ruled.removed else self._page
        return settle(found, page, self._task.url)

    def _remarks(self, found: Extraction) -> Iterator[str]:
        """Flags on the reading itself."""
        if found.page.walk.truncated:
            yield TRUNCATED
        if self._ruled.unmatched:
            yield UNMATCHED

    def _strangers(self, appended: list[AppendedArticle]) -> Iterator[Cut]:
        for one in appended:
            yield Cut(text=one.text, reason="other-article", rule="second heading with a text of its own")
        for line in self._ruled.removed:
            yield Cut(text=line.text, reason=line.reason or "furniture", rule=line.rule)

    def _appended_article(self, one: AppendedArticle) -> CleanedArticle | None:
        key = same_text(one.title)
        found = extract(one.tree, PageHints(frozenset({key})), self._model)
        text = clean_blocks(found.blocks, frozenset({key}), {})
        if not text.blocks:
            return None
        published = first_date(one.times, self._task.latest)
        return CleanedArticle(
            title=one.title,
            blocks=text.blocks,
            cuts=(*text.cuts, *_model_cuts(found, text)),
            authors=text.authors,
            agencies=text.agencies,
            dateline=text.dateline,
            published=published.value,
            date_notes=(f"published: {published.note}",) if published.note else (),
            language_hint=one.language,
            url=one.url,
        )


def _notice_lines(text: PageText, cuts: tuple[Cut, ...]) -> list[str]:
    """Where notices of corrections and first publication stand: the ends of the text, and what was cut."""
    blocks = text.blocks if len(text.blocks) <= 2 * _ENDS else (*text.blocks[:_ENDS], *text.blocks[-_ENDS:])
    return [block.text for block in blocks] + [cut.text for cut in cuts[:_MOST_CUTS]]


def _main_article(metadata: PageMetadata, text: PageText, cuts: tuple[Cut, ...]) -> CleanedArticle:
    dates = (("published", metadata.published), ("modified", metadata.modified))
    return CleanedArticle(
        title=metadata.title,
        subtitle=metadata.subtitle,
        blocks=text.blocks,
        cuts=cuts,
        authors=tuple(metadata.people) or text.authors or tuple(metadata.organisations),
        agencies=text.agencies or tuple(metadata.agencies),
        dateline=text.dateline,
        published=metadata.published.value,
        modified=metadata.modified.value,
        date_notes=tuple(f"{name}: {found.note}" for name, found in dates if found.note),
        section=metadata.section,
        keywords=tuple(metadata.keywords),
        images=tuple(metadata.images),
        language_hint=metadata.language,
        paywalled=metadata.paywalled,
        url=metadata.canonical,
    )


def _model_cuts(found: Extraction, text: PageText) -> Iterator[Cut]:
    """What stands among the kept blocks and was not taken for text; not told twice."""
    told = {same_text(cut.text) for cut in text.cuts}
    walk, scores = found.page.walk, found.page.scores
    for index in worth_telling(walk, found.kept):
        line = walk.blocks[index].text
        key = same_text(line)
        if key not in told:
            told.add(key)
            rule = f"{found.rule}: {scores[index]:.2f}"
            path = css_path(walk, index)
            yield Cut(text=line, reason=cut_reason(walk, index), rule=rule, path=path)


def _text_part(title: str, text: PageText) -> CleanedArticle:
    return CleanedArticle(
        title=title,
        blocks=text.blocks,
        cuts=text.cuts,
        authors=text.authors,
        agencies=text.agencies,
        dateline=text.dateline,
        date_notes=("published: the page does not date this article",),
    )

"""What the cleaner learns of a site: from other articles alone, and never from one article twice."""

from datetime import UTC, datetime, timedelta

import pytest
from copydesk_cleaner.core.site_knowledge import NOTHING_KNOWN, block_signature
from copydesk_cleaner.core.site_memory import SiteMemory
from copydesk_cleaner.core.site_study import FORGOTTEN_AFTER, MOST_BLOCKS, REMEMBERED, Sighting
from copydesk_cleaner.core.sites import site_of
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.contracts import SiteLearned

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
SITE = "courier.example"
SIGN_UP = block_signature("Sign up for our evening letter, six stories every day.")
LEGAL = block_signature("Reproduction of this article needs written permission.")


def body(name: str, paragraphs: int = 8) -> list[str]:
    return [block_signature(f"Paragraph {number} of the report on {name}.") for number in range(paragraphs)]


def sighting(name: str, *shared: str, title: str | None = None, **fields: object) -> Sighting:
    kept = fields.pop("kept", None) or [*body(name), *shared]
    return Sighting(article=name, title=title or f"{name} opens", kept=kept, **fields)  # type: ignore[arg-type]


def told(*sightings: Sighting) -> SiteMemory:
    memory = SiteMemory()
    for one in sightings:
        memory.observe(SITE, one, NOW)
    return memory


def known(memory: SiteMemory, article: str) -> frozenset[str]:
    return memory.knowledge(SITE, article).boilerplate


def test_a_block_that_stood_on_two_other_articles_is_the_sites() -> None:
    memory = told(sighting("bakery", SIGN_UP), sighting("harbour", SIGN_UP))
    assert known(memory, "bridge") == {SIGN_UP}
    assert known(memory, "bakery") == frozenset(), "one other article is not enough"
    memory.observe(SITE, sighting("bridge", recognised=[SIGN_UP]), NOW)
    assert known(memory, "bakery") == {SIGN_UP}


def test_a_site_that_was_never_seen_is_not_known() -> None:
    assert SiteMemory().knowledge(SITE, "bakery") is NOTHING_KNOWN


def test_revisions_of_an_article_do_not_teach() -> None:
    memory = told(*(sighting("bakery", block_signature(f"Update {n}")) for n in range(10)))
    assert known(memory, "harbour") == frozenset()
    assert known(memory, "bakery") == frozenset()


def test_an_article_under_other_addresses_does_not_teach() -> None:
    text = body("bakery")
    copies = (Sighting(article=f"bakery?page={n}", title="Bakery opens", kept=[*text, SIGN_UP]) for n in range(5))
    assert known(told(*copies), "harbour") == frozenset()


def test_a_twin_with_another_title_and_some_other_text_does_not_teach() -> None:
    text = body("bakery", 10)
    memory = told(
        Sighting(article="one", title="Bakery opens by the mill", kept=text),
        Sighting(article="two", title="Beech wood smells again", kept=[*text[:9], SIGN_UP]),
        Sighting(article="three", title="Fresh bread on Mondays", kept=[LEGAL, *text[1:]]),
    )
    assert known(memory, "harbour") == frozenset()


def test_much_boilerplate_on_short_articles_is_learned() -> None:
    shared = [block_signature(f"House rule {number} of this newspaper.") for number in range(6)]
    memory = told(*(sighting(name, kept=[*body(name, 3), *shared]) for name in ("bakery", "harbour", "bridge")))
    assert known(memory, "school") == set(shared)


def test_a_crossing_is_published_once_then_daily() -> None:
    memory = SiteMemory()
    records = [memory.observe(SITE, sighting(f"story{n}", SIGN_UP), NOW) for n in range(10)]
    [record] = [record for record in records if record]
    assert record.site == SITE
    assert [(block.sha256, block.articles) for block in record.signatures] == [(SIGN_UP, 3)]
    late = memory.observe(SITE, sighting("late", SIGN_UP), NOW + timedelta(days=1))
    assert late is not None
    assert late.signatures[0].articles == 11


def test_what_was_published_is_known_after_a_restart_and_elsewhere() -> None:
    memory = SiteMemory()
    records = [memory.observe(SITE, sighting(f"story{n}", SIGN_UP, title_tail=" | Courier"), NOW) for n in range(3)]
    other = SiteMemory()
    for record in records:
        if record:
            other.merge(record)
            other.merge(record)
    knowledge = other.knowledge(SITE, "bakery")
    assert (knowledge.boilerplate, knowledge.title_suffixes) == ({SIGN_UP}, (" | Courier",))


def test_title_tails_need_three_articles() -> None:
    two = [sighting(name, title_tail=" – Kurier") for name in ("bakery", "harbour")]
    memory = told(*two, two[0], sighting("bridge", title_tail=" – Sport"))
    assert memory.knowledge(SITE, "school").title_suffixes == ()
    memory.observe(SITE, sighting("school", title_tail=" – Kurier"), NOW)
    assert memory.knowledge(SITE, "school").title_suffixes == (" – Kurier",)


def test_a_block_that_no_longer_returns_is_forgotten_and_that_is_published() -> None:
    memory = told(*(sighting(f"old{n}", SIGN_UP) for n in range(3)))
    records = [memory.observe(SITE, sighting(f"new{n}"), NOW) for n in range(FORGOTTEN_AFTER + 2)]
    assert known(memory, "bakery") == frozenset()
    [record] = [record for record in records if record]
    assert record.signatures == []


def test_memory_is_bounded_by_sites_and_blocks() -> None:
    memory = SiteMemory(most_sites=3)
    for number in range(10):
        memory.observe(f"{number}.example", sighting("bakery", SIGN_UP), NOW)
    assert len(memory) == 3
    shared = [[block_signature(f"{page} {number}") for number in range(100)] for page in range(4)]
    records: list[SiteLearned | None] = []
    for page, blocks in enumerate(shared):
        # Blocks of other pages between, so that no two articles look like one.
        for copy in range(3):
            own = [block_signature(f"own {page} {copy} {number}") for number in range(130)]
            records.append(memory.observe(SITE, sighting(f"{page}-{copy}", kept=[*own[:40], *blocks[:40], *own]), NOW))
    assert all(len(record.signatures) <= MOST_BLOCKS for record in records if record)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.sets(st.integers(0, 30), max_size=12)), max_size=80))
def test_nothing_is_learned_from_fewer_than_three_articles(pages: list[tuple[int, set[int]]]) -> None:
    """However often two articles come, in whatever revisions, and a third one only once."""
    third = [blocks for article, blocks in pages if article == 2][:1]
    memory = SiteMemory()
    for article, blocks in pages:
        if article < 2:
            kept = [block_signature(str(block)) for block in sorted(blocks)]
            memory.observe(SITE, Sighting(article=str(article), title=None, kept=kept), NOW)
    for blocks in third:
        own = memory.knowledge(SITE, "0").boilerplate
        memory.observe(SITE, Sighting("2", None, [block_signature(str(block)) for block in blocks]), NOW)
        assert own == frozenset()
    assert known(memory, "0") <= {block_signature(str(block)) for blocks in third for block in blocks}


def test_as_many_articles_are_remembered_as_said() -> None:
    memory = told(sighting("first", SIGN_UP), *(sighting(f"s{n}") for n in range(REMEMBERED)))
    memory.observe(SITE, sighting("second", SIGN_UP), NOW)
    memory.observe(SITE, sighting("third", SIGN_UP), NOW)
    assert known(memory, "second") == frozenset()
    assert known(memory, "fourth") == {SIGN_UP}


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.news.co.uk/a", "news.co.uk"),
        ("https://sport.zeitung.de:8443/a", "zeitung.de"),
        ("https://one.blogspot.com/a", "one.blogspot.com"),
        ("http://127.0.0.1:8080/a", "127.0.0.1:8080"),
        ("https://www.courier.example/a", "courier.example"),
        ("import://seeds/a.txt", None),
        ("https://[::1/a", None),
        ("", None),
    ],
)
def test_sites_of_addresses(url: str, site: str | None) -> None:
    assert site_of(url) == site

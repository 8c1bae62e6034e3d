"""URLs that are in no state, or in two: they are named, and what is only under way is not."""

from datetime import timedelta

from copydesk_writer.core.revisions import version_of

from copydesk.contracts import ArticleTagged, Source, StageOutcome
from copydesk.storage import Pool
from copydesk.storage.frontier import Frontier
from copydesk.storage.frontier_rows import NewUrl
from copydesk.storage.funnel import contradictions, record_outcomes
from copydesk.storage.sources import save_sources

from .test_filing import NOON, article, file, withdrawn

AT_ONCE = timedelta(days=-36_500)


def outcome(of: ArticleTagged, stage: str, kind: str, minute: int = 0, reason: str | None = None) -> StageOutcome:
    version = 0 if kind == "discovered" else version_of(NOON + timedelta(minutes=minute))
    fields = {"id": of.id, "source": of.source, "url": of.url, "at": NOON, "version": version, "reason": reason}
    return StageOutcome(stage=stage, outcome=kind, **fields)  # type: ignore[arg-type]


async def record(pool: Pool, *outcomes: StageOutcome) -> None:
    async with pool.acquire() as connection:
        await record_outcomes(connection, outcomes)


async def discover(pool: Pool, of: ArticleTagged) -> None:
    await save_sources(pool, [Source(name=of.source, url="https://harbour.example/")])
    new = NewUrl(of.id, of.url, "harbour.example", of.source)
    await Frontier(pool, "one", timedelta(minutes=1)).discover([new], [outcome(of, "crawler", "discovered")])


async def problems(pool: Pool) -> list[str]:
    found = await contradictions(pool, grace=AT_ONCE)
    assert {each.url for each in found} <= {"https://harbour.example/ferry"}
    assert await contradictions(pool, "another", grace=AT_ONCE) == []
    return sorted(each.problem for each in found)


async def test_a_life_without_contradictions(pool: Pool) -> None:
    ferry = article()
    await discover(pool, ferry)
    assert await problems(pool) == []
    await pool.execute("UPDATE copydesk.frontier SET content_sha256 = 'x', first_fetched = now()")
    await record(pool, outcome(ferry, "crawler", "passed"))
    await file(pool, ferry)
    await record(pool, outcome(ferry, "writer", "passed"))
    assert await problems(pool) == []
    await record(pool, outcome(ferry, "cleaner", "dropped", 5, "no main text"))
    assert await problems(pool) == [], "the newest fetch came to nothing, the article of an older one stays"
    await file(pool, withdrawn(minute=30))
    await record(pool, outcome(ferry, "writer", "passed", 30, "withdrawn"))
    assert await problems(pool) == []


async def test_urls_in_no_state_are_named(pool: Pool) -> None:
    ferry = article()
    await discover(pool, ferry)
    await file(pool, ferry)
    await pool.execute("TRUNCATE copydesk.funnel")
    assert await problems(pool) == [
        "it is stored, the funnel does not know it",
        "the crawler knows it, the funnel does not",
    ]
    assert len(await contradictions(pool)) == 1, "what is new may still be under way; the article is of long ago"


async def test_urls_in_two_states_are_named(pool: Pool) -> None:
    ferry = article()
    await discover(pool, ferry)
    await pool.execute("UPDATE copydesk.frontier SET state = 'dead'")
    assert await problems(pool) == ["it waits in the funnel, and the crawler is done with it"]

    await pool.execute("UPDATE copydesk.frontier SET state = 'waiting'")
    await record(pool, outcome(ferry, "crawler", "dropped", reason="robots"))
    assert await problems(pool) == ["it is dropped in the funnel, and the crawler will visit it"]

    await record(pool, outcome(ferry, "writer", "passed", 1))
    assert await problems(pool) == ["it is stored in the funnel, and there is no article to read"]

    await file(pool, article(minute=2))
    assert await problems(pool) == ["it is stored, the funnel has it elsewhere"]

    await record(pool, outcome(ferry, "writer", "passed", 3, "withdrawn"))
    assert await problems(pool) == ["it is withdrawn in the funnel, and there to read"]

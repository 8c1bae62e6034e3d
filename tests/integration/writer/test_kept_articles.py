"""The order in which a replay reads filed articles, which its own effects must not disturb."""

from datetime import timedelta

import msgspec

from copydesk.cli.kept import Selection
from copydesk.cli.kept_in_database import count_in_database, filed, from_database
from copydesk.contracts import Cut, Language
from copydesk.storage import Pool

from .test_filing import NOON, article, file, withdrawn


async def urls(pool: Pool, selection: Selection, after: str = "") -> set[str]:
    return {kept.message.url async for kept in from_database(pool, selection, after)}


async def test_each_article_comes_once_although_it_is_stored_anew_meanwhile(pool: Pool) -> None:
    articles = [article(f"/{number}") for number in range(450)]
    await file(pool, *articles)
    seen: list[str] = []
    async for kept in from_database(pool, Selection()):
        seen.append(kept.message.id)
        if len(seen) % 100 == 0:
            again = msgspec.structs.replace(kept.message, keywords=["tagged anew"], minhash=[], bands=[])
            await file(pool, again, now=NOON + timedelta(days=len(seen)))
    assert seen == sorted(one.id for one in articles)

    middle = seen[200]
    assert {one.id for one in articles if one.id > middle} == {
        kept.message.id async for kept in from_database(pool, Selection(), middle)
    }
    assert await count_in_database(pool, Selection(), middle) == 450 - 201


async def test_articles_are_chosen_and_those_that_are_gone_left_out(pool: Pool) -> None:
    await file(
        pool,
        article("/ferry", language=Language(tag="nl-BE", confidence=0.9)),
        article("/bridge", minute=60, source="bay"),
        article("/quay"),
        article("/lock", flags=["tagger:places: KeyError"]),
    )
    await file(pool, withdrawn("/quay"))
    every = await urls(pool, Selection())
    assert {url.rpartition("/")[2] for url in every} == {"ferry", "bridge", "lock"}

    chosen = {
        "ferry": Selection(language="NL"),
        "bridge": Selection(since=NOON + timedelta(minutes=30)),
        "lock": Selection(incomplete=True),
    }
    for name, selection in chosen.items():
        assert await urls(pool, selection) == {f"https://harbour.example/{name}"}
    assert await urls(pool, Selection(source="bay")) == await urls(pool, chosen["bridge"])
    halves = [await urls(pool, Selection(sample=share)) for share in (0.25, 0.5, 1.0)]
    assert halves[0] <= halves[1] <= halves[2] == every


async def test_what_was_made_of_a_page_is_read_back_as_it_was(pool: Pool) -> None:
    one = article("/ferry", cuts=[Cut(text="Read more", reason="related-link", rule="words")])
    await file(pool, one)
    found = await filed(pool, [one.id, article("/unknown").id])
    assert set(found) == {one.id}
    assert (found[one.id].text, found[one.id].blocks, found[one.id].published) == (one.text, one.blocks, one.published)
    assert [(cut.reason, cut.text) for cut in found[one.id].cuts] == [("related-link", "Read more")]

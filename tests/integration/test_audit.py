"""`copydesk audit`: what happened to an article, told in one piece."""

from datetime import timedelta

import pytest

from copydesk.bus import EmbeddedBus
from copydesk.cli.article_lives import print_life
from copydesk.cli.audit import Audit, audit_of
from copydesk.cli.named_articles import articles_named
from copydesk.cli.output import CommandError
from copydesk.cli.takedown import take_down
from copydesk.contracts import ARTICLES_TAGGED, Cut, DeadLetter, StageOutcome, dead_letters
from copydesk.storage.frontier import Frontier
from copydesk.storage.frontier_rows import NewUrl
from tests.integration.test_takedown import URL, Desk, desk, ferry
from tests.integration.writer.test_filing import NOON, article, file

__all__ = ["desk"]

FEED = "https://harbour.example/feed.xml"


async def audited(desk: Desk, name: str = URL) -> Audit:
    ((found, address),) = await articles_named(desk.pool, name)
    return await audit_of(desk.settings, desk.pool, found, address)


async def read(desk: Desk, group: str) -> None:
    bus = EmbeddedBus(desk.folder / "log.sqlite")
    consumer = await bus.consumer(group, [ARTICLES_TAGGED.name])
    records = await consumer.poll(max_records=100, timeout=1)
    await consumer.commit({record.partition: record.offset + 1 for record in records})
    await consumer.close()
    await bus.close()


async def test_the_whole_life_of_an_article_is_told(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    frontier = Frontier(desk.pool, "crawler", timedelta(seconds=60))
    discovered = StageOutcome(
        id=ferry().id, source="harbour-post", url=URL, stage="crawler", outcome="discovered", version=0, at=NOON
    )
    await frontier.discover([NewUrl(ferry().id, URL, "harbour.example", "harbour-post", found_on=FEED)], [discovered])
    await frontier.save_robots("https://harbour.example", "rules", b"User-agent: *", timedelta(hours=1))
    cuts = [Cut(text="Read also", reason="related-link", rule="phrase"), Cut(text="More", reason="caption", rule="css")]
    await file(desk.pool, ferry(cuts=cuts), article("/other"))
    await file(desk.pool, ferry(5, cuts=cuts))
    letter = DeadLetter(
        id="letter-1",
        stage="tagger",
        topic="articles.cleaned",
        partition=0,
        offset=3,
        error="no language",
        detail="",
        attempts=1,
        first_failed_at=NOON,
        last_failed_at=NOON,
        key=ferry().id.encode(),
        value=b"{}",
    )
    await desk.send((ARTICLES_TAGGED, ferry()), (dead_letters("tagger"), letter))
    await read(desk, "newsletter")
    await desk.send((ARTICLES_TAGGED, ferry(5)), (ARTICLES_TAGGED, article("/other", minute=5)))

    found = await audited(desk)

    life = found.life
    assert life.article is not None
    assert (life.article["revision"], life.article["models"]) == (2, {"language": "1"})
    assert [(each["found_on"], each["state"]) for each in life.discoveries] == [(FEED, "waiting")]
    assert life.permissions["robots"] == "rules"
    assert [each["change"] for each in life.fetches] == ["new", life.revisions[1]["change"]]
    assert {each["reason"]: each["cuts"] for each in life.cuts} == {"related-link": 1, "caption": 1}
    assert {message.topic for message in found.messages} == {"articles.tagged", "dead-letters.tagger"}
    assert [message.detail for message in found.messages if message.detail] == ["tagger: no language"]
    assert [(each.group, each.read) for each in found.consumers] == [("newsletter", True), ("newsletter", False)]
    print_life(found)
    shown = capsys.readouterr().out
    for word in (FEED, "related-link", "newsletter has read articles.tagged", "tagger: no language", "rules"):
        assert word in shown


async def test_a_takedown_is_part_of_the_life(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    await file(desk.pool, ferry())
    await take_down(desk.settings, [URL], "request of the publisher", None)
    found = await audited(desk)
    assert found.takedown is not None
    assert [each["change"] for each in found.life.revisions] == ["new", "withdrawn"]
    assert [each["state"] for each in found.life.discoveries] == ["dropped"]
    assert found.life.funnel is not None
    assert (found.life.funnel["outcome"], found.life.funnel["reason"]) == ("dropped", "taken-down")
    print_life(found)
    assert "request of the publisher" in capsys.readouterr().out


async def test_without_a_broker_the_rest_is_told_and_what_is_not_known_is_said(desk: Desk) -> None:
    await file(desk.pool, ferry())
    found = await audited(desk)
    assert found.life.article is not None
    assert "no embedded log here" in str(found.unknown)


async def test_nobody_has_met_it(desk: Desk) -> None:
    with pytest.raises(CommandError, match=r"nobody has met https://harbour\.example/never"):
        await audited(desk, "https://harbour.example/never")

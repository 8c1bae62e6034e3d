"""What `copydesk.consumer` promises on any bus: everything at least once, in order by key, and a clean end."""

import asyncio
import logging
from contextlib import suppress

import msgspec
import pytest

from copydesk.bus import open_bus
from copydesk.consumer import UndecodableRecordError, consume
from copydesk.contracts import ArticleTagged, PageWithdrawn, encode_value
from copydesk.runtime.ports import UnknownTopicError
from copydesk.testing.factories import FETCHED_AT, make_tagged
from copydesk.testing.records import PATIENCE_SECONDS
from tests.contract.consumer.conftest import Raw

ARTICLES = [make_tagged(f"https://courier.example/{number}") for number in range(20)]
IDS = {article.id for article in ARTICLES}


async def take(messages, count):
    """The first `count`, all of them done."""
    taken = []
    async with asyncio.timeout(PATIENCE_SECONDS), messages:
        async for message in messages:
            if len(taken) == count:
                pytest.fail(f"more than {count} messages came")
            taken.append(message)
            if len(taken) == count:
                asyncio.get_running_loop().call_later(0.3, asyncio.ensure_future, messages.aclose())
    return taken


def mine(press, **options):
    return consume("articles.tagged", group="me", bus=press.bus, **options)


async def test_every_message_comes_typed_and_is_committed(press, committed):
    await press.send(ARTICLES)

    taken = await take(mine(press), 20)

    assert {article.id: article for article in taken} == {article.id: article for article in ARTICLES}
    assert all(isinstance(article, ArticleTagged) for article in taken)
    assert await committed("me") == 20


async def test_a_group_goes_on_where_it_stopped_and_another_starts_at_the_beginning(press):
    await press.send(ARTICLES[:12])
    await take(mine(press), 12)
    await press.send(ARTICLES[12:])

    assert {article.id for article in await take(mine(press), 8)} == {article.id for article in ARTICLES[12:]}
    other = consume("articles.tagged", group="other", bus=press.bus)
    assert {article.id for article in await take(other, 20)} == IDS


async def test_a_message_whose_body_raises_comes_again_and_those_before_do_not(press):
    await press.send([make_tagged(title=str(number)) for number in range(5)])
    seen = []

    async def stumble():
        async with asyncio.timeout(PATIENCE_SECONDS), mine(press) as articles:
            async for article in articles:
                seen.append(article.title)
                if article.title == "2":
                    raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await stumble()
    assert seen == ["0", "1", "2"]
    assert [article.title for article in await take(mine(press), 3)] == ["2", "3", "4"]


async def test_a_loop_that_is_left_without_a_context_lets_go_of_the_group(press):
    await press.send([make_tagged(title=str(number)) for number in range(3)])
    async with asyncio.timeout(PATIENCE_SECONDS):
        async for article in mine(press):
            if article.title == "1":
                break

    assert [article.title for article in await take(mine(press), 2)] == ["1", "2"]


async def test_a_cancelled_consumer_keeps_what_is_done(press, committed):
    await press.send([make_tagged(title=str(number)) for number in range(3)])
    waiting = asyncio.Event()

    async def read():
        async with mine(press) as articles:
            async for article in articles:
                if article.title == "2":
                    waiting.set()
                    await asyncio.Event().wait()

    reading = asyncio.create_task(read())
    await asyncio.wait_for(waiting.wait(), PATIENCE_SECONDS)
    reading.cancel()
    with suppress(asyncio.CancelledError):
        await reading

    assert await committed("me") == 2


async def test_what_is_done_is_committed_while_the_loop_waits(press, committed):
    await press.send(ARTICLES)
    messages = mine(press)
    reading = asyncio.create_task(take(messages, 21))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await committed("me") < 20:  # noqa: ASYNC110 - the position lies in the broker
            await asyncio.sleep(0.1)
    await messages.aclose()

    assert len(await reading) == 20


async def test_records_tell_envelope_and_place(press):
    await press.send(ARTICLES[:1])
    async with asyncio.timeout(PATIENCE_SECONDS), mine(press) as articles:
        record = await anext(articles.records())

    assert record.message == ARTICLES[0]
    assert record.envelope.id == "0"
    assert record.envelope.dataschema.startswith("urn:copydesk:schema:ArticleTagged:1.")
    assert record.topic == "articles.tagged"
    assert record.offset == 0


async def test_bodies_in_blob_storage_are_fetched(press, settings):
    long = make_tagged(text="It rained in the harbour again. " * 500)
    await press.send([long], limit=2_000)

    assert await take(mine(press, settings=settings), 1) == [long]


async def test_messages_of_later_minor_versions_survive(press):
    later = msgspec.json.decode(encode_value(ARTICLES[0])) | {"mood": "calm"}
    later["cuts"] = [{"text": "Take our quiz", "reason": "quiz", "rule": "r-9"}]
    headers = dict(press.headers(ARTICLES[0])) | {"ce_dataschema": b"urn:copydesk:schema:ArticleTagged:1.99"}
    await press.send([Raw(msgspec.json.encode(later), tuple(headers.items()))])
    async with asyncio.timeout(PATIENCE_SECONDS), mine(press) as articles:
        record = await anext(articles.records())

    assert record.message.cuts[0].reason == "quiz"
    assert msgspec.json.decode(record.unknown["mood"]) == "calm"


async def test_a_record_that_is_no_message_is_raised_and_named_and_comes_again(press):
    await press.send([ARTICLES[0], Raw(b'{"id": 42}', press.headers(ARTICLES[0]))])

    for _ in range(2):
        with pytest.raises(UndecodableRecordError, match=r"articles\.tagged\[\d+\]@\d+: .*\$\.id") as raised:
            await take(mine(press), 20)
        assert raised.value.topic == "articles.tagged"


async def test_records_that_are_no_messages_are_skipped_on_demand(press, caplog, committed):
    gone = (*press.headers(ARTICLES[0]), ("claim-check", b"0" * 64))
    await press.send([Raw(b"", ()), Raw(b'{"id": 42}', press.headers(ARTICLES[0])), Raw(b"", gone), ARTICLES[1]])

    with caplog.at_level(logging.WARNING, "copydesk.consumer"):
        taken = await take(mine(press, undecodable="skip"), 1)

    assert taken == [ARTICLES[1]]
    assert await committed("me") == 4
    for reason in ("header ce_id is missing", "$.id", "blob storage has no body"):
        assert any(reason in record.message and "articles.tagged[" in record.message for record in caplog.records)


async def test_one_kind_of_message_may_be_asked_for(press, committed):
    gone = PageWithdrawn(id=ARTICLES[0].id, url=ARTICLES[0].url, source="courier", fetched_at=FETCHED_AT, status=410)
    await press.send([ARTICLES[0], gone, ARTICLES[1]])

    assert await take(mine(press, only=PageWithdrawn), 1) == [gone]
    assert await committed("me") == 3


async def test_a_new_group_may_start_at_the_end(press):
    await press.send(ARTICLES[:10])
    late = make_tagged("https://courier.example/late")
    async with mine(press, from_beginning=False) as articles:
        reading = asyncio.create_task(anext(aiter(articles)))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not reading.done():
                await press.send([late])  # until the member has joined, which nobody is told
                await asyncio.wait([reading], timeout=1)

    assert reading.result().id == late.id


async def test_members_share_the_messages_and_a_rebalance_loses_and_repeats_none(press):
    taken = []

    async def read(messages):
        async with messages:
            async for article in messages:
                taken.append(article.id)
                await asyncio.sleep(0.02)

    sent = [make_tagged(f"https://courier.example/more/{number}") for number in range(150)]
    await press.send(sent)
    first, second = mine(press), mine(press)
    readers = [asyncio.create_task(read(first))]
    async with asyncio.timeout(2 * PATIENCE_SECONDS):
        while len(taken) < 30:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        readers.append(asyncio.create_task(read(second)))
        while len(taken) < 90:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        await first.aclose()
        while len(set(taken)) < 150:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        await second.aclose()
        await asyncio.gather(*readers)

    assert set(taken) == {article.id for article in sent}
    assert len(taken) <= 152, "only what was in hand may come twice"


async def test_a_consumer_opens_what_its_settings_say_and_closes_it(press, settings):
    await press.send(ARTICLES[:3])
    await press.bus.close()

    assert len(await take(consume("articles.tagged", group="me", settings=settings), 3)) == 3
    again = open_bus(settings)
    assert sum((await again.group_positions("me", "articles.tagged")).values()) == 3
    await again.close()


async def test_a_consumer_of_its_own_reads_beside_the_process_that_writes(press, settings):
    await press.send(ARTICLES[:2])
    messages = consume("articles.tagged", group="me", settings=settings)
    reading = asyncio.create_task(take(messages, 20))
    await press.send(ARTICLES[2:])

    assert {article.id for article in await reading} == IDS
    late = make_tagged("https://courier.example/late")
    await press.send([late])
    assert [article.id for article in await take(consume("articles.tagged", group="me", settings=settings), 1)] == [
        late.id
    ]


async def test_a_topic_that_nobody_has_created_is_named(press):
    with pytest.raises(UnknownTopicError, match=r"stories\.changed"):
        await take(consume("stories.changed", group="me", bus=press.bus), 1)


@pytest.mark.parametrize(
    ("topics", "options", "says"),
    [
        (["articles.taged"], {"group": "me"}, "no topic is named 'articles.taged'; there are .*articles.tagged"),
        ([], {"group": "me"}, "name a topic"),
        (["articles.tagged"], {"group": "copydesk.writer"}, "choose a name of your own"),
        (["articles.stored"], {"group": "me", "only": PageWithdrawn}, "carries no PageWithdrawn; .* ArticleStored"),
    ],
)
def test_what_cannot_be_read_is_refused_at_once(topics, options, says):
    with pytest.raises(ValueError, match=says):
        consume(*topics, **options)

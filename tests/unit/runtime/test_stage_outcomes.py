"""Each message ends in exactly one outcome, durable before its offset is committed."""

from datetime import datetime, timedelta

from copydesk.contracts import (
    ARTICLES_CLEANED,
    PAGES_FETCHED,
    STAGE_OUTCOMES,
    URLS_DISCOVERED,
    Message,
    PageFetched,
    UrlDiscovered,
    article_id,
    dead_letters,
)
from copydesk.runtime.outcomes import DeadLettered, Drop, Emit, Outcome, Outgoing, Received, Retry, RetryClass
from copydesk.runtime.ports import OutgoingRecord
from copydesk.runtime.stage import Stage
from copydesk.testing.factories import FETCHED_AT, make_cleaned, make_page

from .conftest import Desk, eventually, pages


def cleaned(received: Received[Message], **fields: object) -> Outgoing:
    page = received.message
    assert isinstance(page, PageFetched)
    return Outgoing(ARTICLES_CLEANED, make_cleaned(page.url, source=page.source, **fields), received.unknown)


async def emit(received: Received[Message], now: datetime) -> Outcome:
    return Emit((cleaned(received),))


def cleaner(handler: object = emit, **fields: object) -> Stage:
    return Stage("cleaner", (PAGES_FETCHED,), handler, **fields)  # type: ignore[arg-type]


async def test_emitted_messages_arrive_with_envelope_and_report(desk: Desk) -> None:
    await desk.send_pages(make_page())
    await desk.run_until_idle(cleaner())

    [cause] = await desk.messages(PAGES_FETCHED.name)
    [sent] = await desk.messages(ARTICLES_CLEANED.name)
    [report] = await desk.outcomes()
    assert sent.message == make_cleaned()
    assert sent.envelope.source == "cleaner"
    assert sent.envelope.origin == "courier"
    assert sent.envelope.traceparent is not None
    assert cause.envelope.traceparent is not None
    assert sent.envelope.traceparent.split("-")[1] == cause.envelope.traceparent.split("-")[1]
    assert (report.id, report.stage, report.outcome) == (make_page().id, "cleaner", "passed")
    assert report.version == int(FETCHED_AT.timestamp() * 1000)
    assert await desk.committed() == 1


async def test_a_drop_is_reported_with_its_reason(desk: Desk) -> None:
    async def drop(received: Received[Message], now: datetime) -> Outcome:
        return Drop("no-main-text")

    await desk.send_pages(make_page())
    await desk.run_until_idle(cleaner(drop))

    [report] = await desk.outcomes()
    assert (report.outcome, report.reason) == ("dropped", "no-main-text")
    assert await desk.messages(ARTICLES_CLEANED.name) == []
    assert await desk.committed() == 1


async def test_a_dead_letter_carries_the_record_and_where_it_came_from(desk: Desk) -> None:
    async def refuse(received: Received[Message], now: datetime) -> Outcome:
        return DeadLettered("no title", "the page has none")

    await desk.send_pages(make_page())
    await desk.run_until_idle(cleaner(refuse))

    [page] = await desk.records(PAGES_FETCHED.name)
    [record] = await desk.records(dead_letters("cleaner").name)
    [letter] = await desk.dead()
    assert (letter.topic, letter.partition, letter.offset) == (*page.partition, page.offset)
    assert (letter.key, letter.value, tuple(letter.headers)) == (page.key, page.value, page.headers)
    assert (letter.stage, letter.error, letter.detail, letter.source) == (
        "cleaner",
        "no title",
        "the page has none",
        "courier",
    )
    assert (letter.attempts, letter.first_failed_at, letter.last_failed_at) == (1, desk.clock.now(), desk.clock.now())
    headers = dict(record.headers)
    assert headers["dlq-topic"] == b"pages.fetched"
    assert headers["dlq-offset"] == str(page.offset).encode()
    assert headers["dlq-attempts"] == b"1"
    assert headers["dlq-error"] == b"no title"
    [report] = await desk.outcomes()
    assert (report.id, report.outcome, report.reason) == (make_page().id, "dead-lettered", "no title")


async def test_a_surprise_becomes_a_dead_letter_with_its_traceback(desk: Desk) -> None:
    async def trip(received: Received[Message], now: datetime) -> Outcome:
        raise LookupError("nobody thought of this")

    await desk.send_pages(make_page())
    await desk.run_until_idle(cleaner(trip))

    [letter] = await desk.dead()
    assert letter.error == "LookupError: nobody thought of this"
    assert "Traceback" in letter.detail
    assert "in trip" in letter.detail


async def test_poison_is_buried_at_once_and_the_rest_goes_on(desk: Desk) -> None:
    await desk.send_pages(make_page())
    [good] = await desk.records(PAGES_FETCHED.name)
    key = make_page().id.encode()
    poison = {
        "no headers": OutgoingRecord(PAGES_FETCHED.name, key, b"{}", ()),
        "broken JSON": OutgoingRecord(PAGES_FETCHED.name, key, b'{"id":', good.headers),
        "not UTF-8": OutgoingRecord(PAGES_FETCHED.name, b"\xff\xfe", b"\xff\xfe\x00", good.headers),
        "a missing field": OutgoingRecord(PAGES_FETCHED.name, key, b'{"id":"x","url":"y"}', good.headers),
        "an unknown type": OutgoingRecord(
            PAGES_FETCHED.name,
            key,
            good.value,
            tuple((n, b"acme.Thing.v9" if n == "ce_type" else v) for n, v in good.headers),
        ),
        "a type of another topic": OutgoingRecord(
            PAGES_FETCHED.name,
            key,
            b'{"id":"i","url":"u","source":"s","found_on":"f","discovered_at":"2030-01-01T00:00:00Z"}',
            tuple((n, b"copydesk.UrlDiscovered.v1" if n == "ce_type" else v) for n, v in good.headers),
        ),
        "endless nesting": OutgoingRecord(PAGES_FETCHED.name, key, b'{"x":' * 3_000, good.headers),
        "nothing": OutgoingRecord(PAGES_FETCHED.name, key, b"", good.headers),
    }
    await desk.send_raw(*poison.values())
    await desk.send_pages(make_page("https://courier.example/last"))
    await desk.run_until_idle(cleaner())

    letters = await desk.dead()
    assert sorted(letter.value for letter in letters) == sorted(record.value for record in poison.values())
    assert all(letter.detail for letter in letters)
    assert len(await desk.messages(ARTICLES_CLEANED.name)) == 2
    assert await desk.committed() == len(poison) + 2
    reports = [report for report in await desk.outcomes() if report.outcome == "dead-lettered"]
    assert len(reports) == len(poison)
    assert {report.id for report in reports} >= {make_page().id}


async def test_parts_of_a_page_are_reported_each_and_links_are_not(desk: Desk) -> None:
    page = make_page()
    part = article_id("https://courier.example/part")
    link = UrlDiscovered(
        id=part, url="https://x.example", source="courier", found_on=page.url, discovered_at=FETCHED_AT
    )

    async def split(received: Received[Message], now: datetime) -> Outcome:
        second = make_cleaned(page.url, id=part, part_of=page.id, title="Another one")
        return Emit((cleaned(received), Outgoing(ARTICLES_CLEANED, second), Outgoing(URLS_DISCOVERED, link)))

    await desk.send_pages(page)
    await desk.run_until_idle(cleaner(split))

    reports = {report.id: report for report in await desk.outcomes()}
    assert {(report.id, report.part_of, report.outcome) for report in reports.values()} == {
        (page.id, None, "passed"),
        (part, page.id, "passed"),
    }


async def test_a_page_that_goes_on_under_another_id_is_accounted_for(desk: Desk) -> None:
    other = "https://courier.example/canonical"

    async def move(received: Received[Message], now: datetime) -> Outcome:
        return Emit((Outgoing(ARTICLES_CLEANED, make_cleaned(other)),))

    await desk.send_pages(make_page())
    await desk.run_until_idle(cleaner(move))

    assert {(report.id, report.outcome, report.reason) for report in await desk.outcomes()} == {
        (make_page().id, "dropped", "replaced"),
        (article_id(other), "passed", None),
    }


async def test_every_offset_ends_in_exactly_one_outcome(desk: Desk) -> None:
    async def fate(received: Received[Message], now: datetime) -> Outcome:
        number = int(received.message.url.rpartition("/")[2])
        if number % 4 == 0:
            return Drop("dull")
        if number % 4 == 1:
            raise ValueError(number)
        if number % 4 == 2:
            return Retry("tomorrow", RetryClass.SLOW, timedelta(days=1))
        return Emit((cleaned(received),))

    await desk.send_pages(*pages(200))
    await desk.run_until_idle(cleaner(fate))

    assert await desk.committed() == 200
    assert desk.outcome_count() == 200
    counts = {
        kind: sum(report.outcome == kind for report in await desk.outcomes())
        for kind in ("passed", "dropped", "dead-lettered")
    }
    assert counts == {"passed": 50, "dropped": 50, "dead-lettered": 50}
    assert len(await desk.records("retries.cleaner.1d")) == 50


async def test_unknown_fields_survive_two_stages(desk: Desk) -> None:
    async def tag(received: Received[Message], now: datetime) -> Outcome:
        from copydesk.contracts import ARTICLES_TAGGED
        from copydesk.testing.factories import make_tagged

        return Emit((Outgoing(ARTICLES_TAGGED, make_tagged(), received.unknown),))

    await desk.send_pages(make_page())
    [record] = await desk.records(PAGES_FETCHED.name)
    newer = record.value[:-1] + b',"mood":{"joy":0.5}}'
    await desk.send_raw(OutgoingRecord(PAGES_FETCHED.name, record.key or b"", newer, record.headers))
    await desk.run_until_idle(cleaner())
    await desk.run_until_idle(Stage("tagger", (ARTICLES_CLEANED,), tag))

    values = [record.value for record in await desk.records("articles.tagged")]
    assert [b'"mood":{"joy":0.5}' in value for value in values] == [False, True]


async def test_the_reports_of_a_redelivered_message_are_the_same_again(desk: Desk) -> None:
    await desk.send_pages(make_page())
    await desk.run_until_idle(cleaner())
    await desk.run_until_idle(cleaner(group="copydesk.cleaner.again"))

    first, second = await desk.messages(ARTICLES_CLEANED.name)
    assert first.envelope.id == second.envelope.id
    first, second = await desk.messages(STAGE_OUTCOMES.name)
    assert first.envelope.id == second.envelope.id


async def test_readiness_and_liveness_of_a_running_stage(desk: Desk) -> None:
    async with desk.running(cleaner()) as loop:
        await eventually(lambda: not loop.ready())
        assert loop.alive()


async def test_what_a_handler_answers_amiss_is_buried_and_stops_nobody(desk: Desk) -> None:
    half = "\ud83d"
    answers = {
        "0": Emit((Outgoing(ARTICLES_CLEANED, make_cleaned(text=f"half a smile {half}")),)),
        "1": Drop(f"odd {half}"),
        "2": DeadLettered(f"odd {half}", half),
        "3": None,
        "4": ValueError(half),
    }

    async def handle(received: Received[Message], now: datetime) -> Outcome:
        answer = answers.get(str(getattr(received.message, "url", "")).rpartition("/")[2], Drop("fine"))
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[return-value]

    await desk.send_pages(*pages(8))
    await desk.run_until_idle(cleaner(handle))

    letters = await desk.dead()
    assert len(letters) == 5
    assert any("answered None, which is no outcome" in letter.error for letter in letters)
    assert await desk.committed() == 8
    assert len(await desk.outcomes()) == 8

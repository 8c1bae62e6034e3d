"""Subscriptions end to end: a hub on loopback that verifies, delivers, forges, denies and forgets."""

import asyncio
import hmac
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from ipaddress import ip_network
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from copydesk_crawler.adapters.document_reader import Reading, named
from copydesk_crawler.adapters.fetcher import Fetcher
from copydesk_crawler.adapters.host_leases import LocalHostLeases
from copydesk_crawler.adapters.hub_requests import HubRequests
from copydesk_crawler.adapters.patience import impatient
from copydesk_crawler.adapters.websub import WebSub, listening
from copydesk_crawler.core.discovery.discovered import Document, Entry
from starlette.requests import Request
from starlette.responses import Response

from copydesk.contracts import Source
from copydesk.runtime.clock import SystemClock
from copydesk.runtime.service import UnusableSettingError
from copydesk.runtime.workers import WorkerPool
from copydesk.settings import CrawlerSettings, HttpSettings, Settings, WorkerSettings
from copydesk.storage import Pool
from copydesk.storage.polls import PollSchedule
from copydesk.storage.sources import save_sources
from copydesk.storage.websub import Subscriptions
from copydesk.telemetry import Metrics
from tests.integration.crawler.asgi_server import serving

pytestmark = pytest.mark.postgres

FEED = "https://courier.example/feed"
ATOM = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Courier</title><entry><title>Bridge open</title>'
    b'<id>tag:1</id><link href="https://courier.example/bridge"/></entry></feed>'
)


@dataclass
class Hub:
    """Verifies what it is told to; `forms` are the requests that it got, `echoes` what its verifications gave."""

    answer: int = 202
    verifies: bool = True
    lease: str = "3600"
    url: str = ""
    forms: list[dict[str, str]] = field(default_factory=list)
    echoes: list[tuple[int, str]] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        request = Request(scope, receive)
        form = dict(parse_qsl((await request.body()).decode()))
        self.forms.append(form)
        if self.verifies and self.answer < 300:
            # Before it answers, as some hubs do.
            query = {
                "hub.mode": form["hub.mode"],
                "hub.topic": form["hub.topic"],
                "hub.challenge": uuid4().hex,
                "hub.lease_seconds": self.lease,
            }
            answer = await get(form["hub.callback"], query)
            self.echoes.append((answer.status_code, answer.text))
        headers = {"location": f"{self.url}other"} if self.answer == 307 else {}
        self.answer = 202 if self.answer == 307 else self.answer
        await Response(status_code=307 if headers else self.answer, headers=headers)(scope, receive, send)
        self.asked.set()


async def get(url: str, query: dict[str, str]) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.get(f"{url}?{urlencode(query)}")


async def deliver(url: str, body: bytes, secret: str, method: str = "sha256", **headers: str) -> int:
    signature = f"{method}={hmac.new(secret.encode(), body, method).hexdigest()}"
    sent = {"x-hub-signature": signature, "content-type": "application/atom+xml", **headers}
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.post(url, content=body, headers=sent)).status_code


@dataclass
class Desk:
    """One subscriber, with what it entered."""

    websub: WebSub
    subscriptions: Subscriptions
    pool: Pool
    hub: Hub
    entered: asyncio.Queue[tuple[str, tuple[Entry, ...], str]]
    port: int
    failures: list[Exception]
    """What the next deliveries fail with when they are to be entered."""
    metrics: Metrics

    async def offer(self, hubs: tuple[str, ...], own: str | None = None, feed: str = FEED) -> None:
        """The feed was read and names these hubs."""
        document = named(Document(feed, "feed"), None)
        await self.websub.note("courier", Reading(document, feed, hubs=hubs, self_url=own))

    async def row(self) -> dict[str, object]:
        rows = await self.pool.fetch("SELECT *, lease_until - now() AS lease FROM copydesk.websub_subscriptions")
        assert len(rows) == 1
        return dict(rows[0])

    async def count(self) -> int:
        found: int = await self.pool.fetchval("SELECT count(*) FROM copydesk.websub_subscriptions")
        return found

    async def due(self) -> None:
        await self.pool.execute("UPDATE copydesk.websub_subscriptions SET next_attempt = now()")

    def callback(self, row: dict[str, object]) -> str:
        return f"http://127.0.0.1:{self.port}/websub/{row['id']}"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@pytest_asyncio.fixture
async def desk(pool: Pool) -> AsyncIterator[Desk]:
    port = free_port()
    settings = Settings(
        http=HttpSettings(
            allow_networks=[ip_network("127.0.0.0/8")],
            host_delay=timedelta(milliseconds=5),
            deadline=timedelta(seconds=5),
            max_body_bytes=100_000,
        ),
        crawler=CrawlerSettings(websub_callback=f"http://127.0.0.1:{port}/websub/", websub_port=port),
    )
    await save_sources(pool, [Source(name="courier", url="https://courier.example/")])
    await pool.execute("INSERT INTO copydesk.source_polls (source, next_poll) VALUES ('courier', now() + '1 day')")
    clock, hub, entered = SystemClock(), Hub(), asyncio.Queue[tuple[str, tuple[Entry, ...], str]]()
    fetcher, subscriptions = Fetcher(settings.http, clock), Subscriptions(pool)
    hubs = HubRequests(LocalHostLeases(clock), fetcher, settings, clock, impatient)

    failures: list[Exception] = []
    metrics = Metrics()

    async def store(source: str, entries: tuple[Entry, ...], found_on: str) -> None:
        if failures:
            raise failures.pop()
        await entered.put((source, entries, found_on))

    async with WorkerPool(WorkerSettings()) as workers, serving(hub) as url:
        hub.url = url
        websub = WebSub(subscriptions, hubs, workers, settings, store, impatient, metrics)
        async with websub.serving(listening(settings.crawler)):
            yield Desk(websub, subscriptions, pool, hub, entered, port, failures, metrics)
        await fetcher.close()


async def subscribed(desk: Desk, own: str | None = None) -> dict[str, object]:
    await desk.offer((desk.hub.url,), own)
    await desk.websub.ask_hubs()
    return await desk.row()


async def test_a_subscription_is_asked_for_verified_and_used(desk: Desk) -> None:
    row = await subscribed(desk, "https://courier.example/canonical")
    assert row["state"] == "active"
    assert row["failures"] == 0
    assert desk.hub.forms[0]["hub.topic"] == "https://courier.example/canonical"
    assert desk.hub.echoes[0][0] == 200
    assert timedelta(minutes=59) < row["lease"] <= timedelta(hours=1)  # type: ignore[operator]
    assert not await desk.websub.delivering("courier")

    assert await deliver(desk.callback(row), ATOM, str(row["secret"]), "sha512") == 202
    async with asyncio.timeout(20):
        source, entries, found_on = await desk.entered.get()
    assert (source, found_on) == ("courier", "https://courier.example/canonical")
    assert [(entry.url, entry.title) for entry in entries] == [("https://courier.example/bridge", "Bridge open")]
    assert await desk.websub.delivering("courier")


async def test_a_running_subscriber_asks_by_itself(desk: Desk) -> None:
    await desk.offer((desk.hub.url,))
    stop = asyncio.Event()
    settings = CrawlerSettings(websub_port=desk.port)
    async with asyncio.timeout(20):
        running = asyncio.create_task(desk.websub.run(stop, listening(settings)))
        await desk.hub.asked.wait()
        stop.set()
        await running
    assert (await desk.row())["state"] == "active"


async def test_a_wrong_signature_is_answered_alike_and_ignored(desk: Desk) -> None:
    row = await subscribed(desk)
    assert await deliver(desk.callback(row), ATOM, "guessed") == 202
    assert await deliver(desk.callback(row), ATOM, str(row["secret"]), **{"x-hub-signature": ""}) == 202
    row = await desk.row()
    assert (row["forged"], row["deliveries"]) == (2, 0)
    assert desk.metrics.registry.get_sample_value("copydesk_hub_deliveries_total", {"outcome": "forged"}) == 2
    assert await deliver(desk.callback(row), ATOM, str(row["secret"])) == 202
    async with asyncio.timeout(20):
        await desk.entered.get()
    assert desk.entered.empty()


async def test_a_delivery_without_entries_makes_the_source_due(desk: Desk) -> None:
    row = await subscribed(desk)
    assert await deliver(desk.callback(row), b"", str(row["secret"])) == 202
    due = "SELECT next_poll <= now() FROM copydesk.source_polls"
    async with asyncio.timeout(20):
        while not await desk.pool.fetchval(due):  # noqa: ASYNC110 - the database sets no event
            await asyncio.sleep(0.02)
    assert desk.entered.empty()


async def test_verifications_that_nobody_asked_for_are_refused(desk: Desk) -> None:
    row = await subscribed(desk)
    query = {"hub.mode": "subscribe", "hub.topic": FEED, "hub.challenge": "c", "hub.lease_seconds": "60"}
    stranger = f"http://127.0.0.1:{desk.port}/websub/{uuid4()}"
    assert (await get(stranger, query)).status_code == 404
    assert (await get(stranger.rpartition("/")[0] + "/x", query)).status_code == 404
    other = await get(desk.callback(row), query | {"hub.topic": "https://evil.example/"})
    assert other.status_code == 404
    assert (await get(desk.callback(row), query | {"hub.mode": "unsubscribe"})).status_code == 404
    assert (await desk.row())["state"] == "active"
    assert await deliver(stranger, ATOM, "x") == 410


async def test_deliveries_are_bounded(desk: Desk) -> None:
    row = await subscribed(desk)
    assert await deliver(desk.callback(row), b" " * 100_001, str(row["secret"])) == 413
    assert (await desk.row())["deliveries"] == 0


async def test_a_lease_is_renewed_before_it_ends(desk: Desk) -> None:
    row = await subscribed(desk)
    assert timedelta(minutes=40) < row["next_attempt"] - row["created"] < timedelta(minutes=50)  # type: ignore[operator]
    desk.hub.lease = "7200"
    await desk.due()
    await desk.websub.ask_hubs()
    renewed = await desk.row()
    assert renewed["state"] == "active"
    assert renewed["lease"] > timedelta(minutes=119)  # type: ignore[operator]
    assert [form["hub.secret"] for form in desk.hub.forms] == [row["secret"]] * 2


async def test_a_denied_subscription_rests_for_days(desk: Desk) -> None:
    row = await subscribed(desk)
    denied = await get(desk.callback(row), {"hub.mode": "denied", "hub.topic": FEED, "hub.reason": "no strangers"})
    assert denied.status_code == 200
    row = await desk.row()
    assert (row["state"], row["problem"]) == ("denied", "no strangers")
    await desk.websub.ask_hubs()
    assert len(desk.hub.forms) == 1


@pytest.mark.parametrize(("answer", "problem"), [(500, "http-500"), (403, "http-403"), (404, "http-404")])
async def test_a_hub_that_refuses_is_asked_again_later(desk: Desk, answer: int, problem: str) -> None:
    desk.hub.answer = answer
    row = await subscribed(desk)
    assert (row["problem"], row["failures"]) == (problem, 1)
    await desk.websub.ask_hubs()
    assert len(desk.hub.forms) == 1
    desk.hub.answer = 204
    await desk.due()
    await desk.websub.ask_hubs()
    assert (await desk.row())["state"] == "active"


async def test_a_hub_that_never_verifies_is_asked_again_later(desk: Desk) -> None:
    desk.hub.verifies = False
    row = await subscribed(desk)
    assert (row["state"], row["problem"], row["failures"]) == ("asked", "not-verified", 1)
    assert row["next_attempt"] - row["created"] > timedelta(minutes=20)  # type: ignore[operator]


async def test_a_hub_that_moved_is_followed(desk: Desk) -> None:
    desk.hub.answer, desk.hub.verifies = 307, True
    assert (await subscribed(desk))["state"] == "active"
    assert len(desk.hub.forms) == 2


async def test_a_hub_on_a_forbidden_address_is_never_asked(desk: Desk) -> None:
    await desk.offer(("http://169.254.169.254/latest/",))
    await desk.websub.ask_hubs()
    assert "address" in str((await desk.row())["problem"])


async def test_what_a_feed_no_longer_offers_is_given_up(desk: Desk) -> None:
    row = await subscribed(desk)
    await desk.offer((desk.hub.url,), "https://courier.example/moved")
    await desk.websub.ask_hubs()
    assert {form["hub.mode"]: form["hub.topic"] for form in desk.hub.forms[1:]} == {
        "subscribe": "https://courier.example/moved",
        "unsubscribe": FEED,
    }
    left = await desk.row()
    assert left["topic"] == "https://courier.example/moved"
    assert await deliver(desk.callback(row), ATOM, str(row["secret"])) == 410
    await desk.offer(())
    await desk.websub.ask_hubs()
    assert await desk.count() == 0


async def test_disabled_sources_are_unsubscribed(desk: Desk) -> None:
    await subscribed(desk)
    await save_sources(desk.pool, [Source(name="courier", url="https://courier.example/", enabled=False)])
    await desk.websub.ask_hubs()
    assert await desk.count() == 0


async def test_feeds_that_are_no_longer_polled_are_unsubscribed(desk: Desk) -> None:
    await subscribed(desk)
    await desk.pool.execute("UPDATE copydesk.websub_subscriptions SET created = now() - interval '8 days'")
    await PollSchedule(desk.pool, "tests", timedelta(minutes=1)).save_document(
        "courier", named(Document(FEED, "feed"), None), None
    )
    await desk.websub.ask_hubs()
    assert (await desk.row())["state"] == "active"
    await desk.pool.execute("UPDATE copydesk.source_documents SET last_fetched = now() - interval '8 days'")
    await desk.websub.ask_hubs()
    assert await desk.count() == 0


async def test_a_farewell_that_nobody_hears_ends_by_itself(desk: Desk) -> None:
    await subscribed(desk)
    await desk.offer(())
    desk.hub.answer = 500
    for _ in range(4):
        await desk.due()
        await desk.websub.ask_hubs()
    assert await desk.count() == 0
    assert [form["hub.mode"] for form in desk.hub.forms] == ["subscribe", *["unsubscribe"] * 3]


async def test_two_crawlers_share_port_and_subscriptions(desk: Desk) -> None:
    await subscribed(desk)
    assert await Subscriptions(desk.pool).claim(10, timedelta(minutes=1)) == []
    await desk.due()
    first, second = await asyncio.gather(*(desk.subscriptions.claim(10, timedelta(minutes=1)) for _ in range(2)))
    assert len(first) + len(second) == 1


async def test_unchanged_feeds_change_no_subscription(desk: Desk) -> None:
    row = await subscribed(desk)
    document = replace(named(Document(FEED, "feed"), None), etag="x")
    await desk.websub.note("courier", Reading(document, FEED))
    await desk.websub.ask_hubs()
    assert (await desk.row())["id"] == row["id"]
    assert len(desk.hub.forms) == 1


async def test_a_port_that_is_taken_is_named_with_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = Settings(crawler=CrawlerSettings(websub_callback="https://bay.example/hubs", websub_port=port))
        with pytest.raises(UnusableSettingError, match=f"port {port}: .*COPYDESK_CRAWLER__WEBSUB_PORT"):
            listening(settings.crawler)


async def test_a_delivery_that_fails_does_not_stop_the_next(desk: Desk) -> None:
    row = await subscribed(desk)
    desk.failures.append(ZeroDivisionError("a bug"))
    for _ in range(2):
        assert await deliver(desk.callback(row), ATOM, str(row["secret"])) == 202
    async with asyncio.timeout(20):
        assert (await desk.entered.get())[0] == "courier"
    assert not desk.failures

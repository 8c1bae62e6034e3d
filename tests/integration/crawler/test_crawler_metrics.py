"""What operators see of requests, of the archive and of the frontier."""

from datetime import timedelta

import pytest
from copydesk_crawler.adapters.frontier_gauges import FrontierGauges

from copydesk.settings import CrawlerSettings
from copydesk.storage import Pool
from copydesk.storage.frontier import Frontier
from copydesk.telemetry import Metrics
from copydesk.testing.raw_server import raw_server
from tests.integration.crawler.served import feed, page, site, source
from tests.integration.crawler.test_frontier import discover, url

pytestmark = pytest.mark.postgres


async def test_requests_and_bytes_are_measured_by_what_came_of_them(desk, tmp_path) -> None:
    desk.schedule = CrawlerSettings(archive_url=str(tmp_path / "warc"))
    async with raw_server(site({"/feed": feed("/brug-weer-open", "/weg"), "/brug-weer-open": page()})) as server:
        await desk.add(source(server))
        await desk.crawl()
    value = desk.metrics.registry.get_sample_value
    assert value("copydesk_fetch_seconds_count", {"answer": "fetched"}) == 1
    assert value("copydesk_fetch_seconds_count", {"answer": "gone"}) == 1
    assert value("copydesk_fetched_bytes_total") > 40
    assert value("copydesk_archived_bytes_total") > 40


async def test_hosts_are_shown_by_what_they_wait_for(pool: Pool) -> None:
    metrics, frontier = Metrics(), Frontier(pool, "one", timedelta(minutes=1))
    for host in ("ready.example", "leased.example", "resting.example", "broken.example"):
        await discover(frontier, url(1, host))
    await pool.execute("UPDATE copydesk.hosts SET ready_at = now() - interval '90 s' WHERE host = 'ready.example'")
    await pool.execute("UPDATE copydesk.hosts SET failures = 5 WHERE host = 'broken.example'")
    for host, rest in (("leased.example", None), ("resting.example", 60), ("broken.example", 600)):
        lease = await frontier.claim_host(host)
        assert not isinstance(lease, timedelta)
        if rest:
            await frontier.release(lease, timedelta(seconds=rest))
    await FrontierGauges(frontier, metrics).refresh()
    shown = {
        state: metrics.registry.get_sample_value("copydesk_frontier_hosts", {"state": state})
        for state in ("ready", "leased", "resting", "broken")
    }
    assert shown == {"ready": 1, "leased": 1, "resting": 1, "broken": 1}
    assert 90 <= metrics.registry.get_sample_value("copydesk_frontier_lag_seconds") < 120  # type: ignore[operator]

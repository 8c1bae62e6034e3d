"""Puts one crawler together."""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from copydesk.runtime.publisher import Publisher
from copydesk.runtime.service import ServiceContext
from copydesk.runtime.workers import WorkerPool
from copydesk.storage import Pool
from copydesk.storage.frontier import Frontier
from copydesk.storage.frontier_rows import Priority
from copydesk.storage.polls import PollSchedule
from copydesk.storage.reservations import Reservations
from copydesk.storage.url_parameters import UrlParameters
from copydesk.storage.websub import Subscriptions
from copydesk_crawler.adapters.activity import Activity
from copydesk_crawler.adapters.archive import Archive
from copydesk_crawler.adapters.document_reader import DocumentReader
from copydesk_crawler.adapters.fetcher import Fetcher
from copydesk_crawler.adapters.frontier_gauges import FrontierGauges
from copydesk_crawler.adapters.hub_requests import HubRequests
from copydesk_crawler.adapters.page_examiner import PageExaminer
from copydesk_crawler.adapters.page_loop import PageLoop
from copydesk_crawler.adapters.patience import Patience
from copydesk_crawler.adapters.recorder import Recorder
from copydesk_crawler.adapters.reservations import ReservationsCache
from copydesk_crawler.adapters.robots_cache import RobotsCache
from copydesk_crawler.adapters.site_parameters import SiteParameters
from copydesk_crawler.adapters.source_poller import SourcePoller
from copydesk_crawler.adapters.tools import Tools
from copydesk_crawler.adapters.url_intake import UrlIntake
from copydesk_crawler.adapters.websub import WebSub
from copydesk_crawler.core.discovery.discovered import Entry
from copydesk_crawler.core.permission.robots import product_token


@dataclass(frozen=True)
class Crew:
    """The loops of one crawler; `websub` is None where no callback is configured."""

    pages: PageLoop
    poller: SourcePoller
    websub: WebSub | None
    gauges: FrontierGauges
    intake: UrlIntake
    schedule: PollSchedule


@dataclass(frozen=True)
class Surroundings:
    """What a crawler is put together from, and what ends with it."""

    context: ServiceContext
    pool: Pool
    fetcher: Fetcher
    workers: WorkerPool
    archive: Archive | None
    activity: Activity
    patiently: Patience
    abandoned: Callable[[], bool]


def assemble(around: Surroundings) -> Crew:
    """The crew of one crawler, under a name of its own in leases."""
    context, settings, patiently = around.context, around.context.settings, around.patiently
    owner = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
    # A lease must outlast the longest request, or two crawlers would meet at one host.
    lease = max(settings.crawler.host_lease, 2 * settings.http.deadline)
    frontier = Frontier(around.pool, owner, lease)
    schedule = PollSchedule(around.pool, owner, lease)
    parameters = SiteParameters(UrlParameters(around.pool), context.clock)
    intake = UrlIntake(frontier, parameters, around.activity, context.clock, patiently)
    tools = _tools(around, frontier, parameters, intake)
    reader = DocumentReader(
        frontier,
        tools.robots,
        around.fetcher,
        around.workers,
        settings.http,
        context.clock,
        patiently,
        around.abandoned,
    )
    websub = _websub(around, frontier, intake)
    return Crew(
        PageLoop(tools),
        SourcePoller(tools, schedule, reader, websub),
        websub,
        FrontierGauges(frontier, context.metrics),
        intake,
        schedule,
    )


def _tools(around: Surroundings, frontier: Frontier, parameters: SiteParameters, intake: UrlIntake) -> Tools:
    context, http, crawler = around.context, around.context.settings.http, around.context.settings.crawler
    publisher = Publisher(context, "crawler")
    return Tools(
        context=context,
        frontier=frontier,
        fetcher=around.fetcher,
        robots=RobotsCache(frontier, around.fetcher, http.user_agent, context.clock, http.host_delay),
        reservations=ReservationsCache(
            Reservations(around.pool), around.fetcher, context.clock, crawler.obey_opt_outs, http.host_delay
        ),
        examiner=PageExaminer(
            crawler, product_token(http.user_agent), frontier, parameters, around.workers, around.patiently
        ),
        parameters=parameters,
        intake=intake,
        archive=around.archive,
        publisher=publisher,
        recorder=Recorder(publisher, frontier, around.patiently),
        patiently=around.patiently,
        activity=around.activity,
        abandoned=around.abandoned,
    )


def _websub(around: Surroundings, frontier: Frontier, intake: UrlIntake) -> WebSub | None:
    settings, clock = around.context.settings, around.context.clock
    if settings.crawler.websub_callback is None:
        return None

    async def store(source: str, entries: tuple[Entry, ...], found_on: str) -> None:
        await intake.take(source, entries, found_on, Priority.FRESH)

    hubs = HubRequests(frontier, around.fetcher, settings, clock, around.patiently)
    metrics = around.context.metrics
    return WebSub(Subscriptions(around.pool), hubs, around.workers, settings, store, around.patiently, metrics)


def open_archive(context: ServiceContext) -> Archive | None:
    """The archive of the settings; None where none is configured."""
    crawler = context.settings.crawler
    if crawler.archive_url is None:
        return None
    spool = context.settings.data_dir / "archive-spool"
    return Archive(crawler.archive_url, spool, crawler.archive_file_bytes, context.clock)

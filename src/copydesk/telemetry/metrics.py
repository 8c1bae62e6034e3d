"""Prometheus metrics of the pipeline, named once; base units, `_total` for counters, no URL in a label."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_INTERVALS = (15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 86_400, 604_800)
"""Seconds; from a push to a week."""


class Metrics:
    """The instruments of one process, in a registry of its own so that tests can make several."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.outcomes = Counter(
            "copydesk_messages_total",
            "Messages by stage and outcome",
            ["stage", "outcome", "reason"],
            registry=self.registry,
        )
        self.handling = Histogram(
            "copydesk_handling_seconds",
            "Time from delivery to outcome",
            ["stage"],
            registry=self.registry,
        )
        self.lag = Gauge(
            "copydesk_consumer_lag_messages",
            "Messages not yet committed",
            ["stage", "topic", "lane"],
            registry=self.registry,
        )
        self.in_hand = Gauge(
            "copydesk_in_hand_messages", "Messages delivered and not finished", ["stage"], registry=self.registry
        )
        self.paused = Gauge(
            "copydesk_stage_paused", "1 while a dependency is away", ["stage", "dependency"], registry=self.registry
        )
        self.retries = Counter("copydesk_retries_total", "Retries", ["stage", "kind"], registry=self.registry)
        self.site_rules_broken = Gauge(
            "copydesk_site_rules_broken",
            "1 while the file of site rules cannot be used and the last good ones stay in force",
            registry=self.registry,
        )
        self.watch_lists_broken = Gauge(
            "copydesk_watch_lists_broken",
            "Watch lists that cannot be used, each with its last good version in force where there was one",
            registry=self.registry,
        )
        self.site_drifts = Counter(
            "copydesk_site_drifts_total",
            "Alarms over pages of a site that come out different, by figure",
            ["figure"],
            registry=self.registry,
        )
        self.sites_in_drift = Gauge(
            "copydesk_site_in_drift",
            "1 for a site under alarm; the newest 100 of them",
            ["site"],
            registry=self.registry,
        )
        self.search_queue = Gauge(
            "copydesk_search_queue_articles", "Articles that are filed and not yet in the index", registry=self.registry
        )
        self.search_lag = Gauge(
            "copydesk_search_lag_seconds",
            "For how long the article that waits longest for the index has been filed; 0 where none waits",
            registry=self.registry,
        )
        self._add_tagging()
        self._add_sources()
        self._add_fetching()

    def _add_tagging(self) -> None:
        """The tagger's instruments of its annotators."""
        self.annotator_seconds = Histogram(
            "copydesk_annotator_seconds",
            "Time of one annotator over one document",
            ["annotator"],
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
            registry=self.registry,
        )
        self.annotator_failures = Counter(
            "copydesk_annotator_failures_total",
            "Documents that lack an annotator's tags, by cause: error, slow, killed, refused (in part), missing (not "
            "loaded) or resting",
            ["annotator", "cause"],
            registry=self.registry,
        )

    def _add_sources(self) -> None:
        """The crawler's instruments of the sources that it polls."""
        self.polls = Counter(
            "copydesk_polls_total",
            "Polls of sources: new (articles came), unchanged, or failed",
            ["outcome"],
            registry=self.registry,
        )
        self.poll_intervals = Histogram(
            "copydesk_poll_interval_seconds",
            "Time to the next poll as it was planned",
            buckets=_INTERVALS,
            registry=self.registry,
        )
        self.discovery_delays = Histogram(
            "copydesk_discovery_delay_seconds",
            "Time from the publication that a feed states to the poll that found the article",
            buckets=_INTERVALS,
            registry=self.registry,
        )
        self.newest_entry_ages = Histogram(
            "copydesk_newest_entry_age_seconds",
            "Age of a source's newest article at each poll",
            buckets=_INTERVALS,
            registry=self.registry,
        )
        self.feed_overflows = Counter(
            "copydesk_feed_overflows_total",
            "Polls at which all that a feed shows was new, so that entries may have been missed",
            registry=self.registry,
        )
        self.source_problems = Counter(
            "copydesk_source_problems_total",
            "Problems of sources that came up",
            ["problem"],
            registry=self.registry,
        )
        self.sources_in_trouble = Gauge(
            "copydesk_source_problem",
            "1 for an open problem of a source; the newest 100 sources that have any",
            ["source", "problem"],
            registry=self.registry,
        )

    def _add_fetching(self) -> None:
        """The crawler's instruments of its requests and of the frontier, which all crawlers show alike."""
        self.fetches = Histogram(
            "copydesk_fetch_seconds",
            "Time of one request for a page, by what came of it: fetched, not-modified, redirected, gone, refused, "
            "busy or failed",
            ["answer"],
            buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
            registry=self.registry,
        )
        self.fetched_bytes = Counter(
            "copydesk_fetched_bytes_total", "Bodies of pages, decompressed", registry=self.registry
        )
        self.archived_bytes = Counter(
            "copydesk_archived_bytes_total", "Written to WARC files, compressed", registry=self.registry
        )
        self.hub_deliveries = Counter(
            "copydesk_hub_deliveries_total",
            "What hubs delivered (WebSub): accepted, forged or refused for want of room",
            ["outcome"],
            registry=self.registry,
        )
        self.frontier_urls = Gauge(
            "copydesk_frontier_urls", "URLs in the frontier, as the database estimates", registry=self.registry
        )
        self.frontier_hosts = Gauge(
            "copydesk_frontier_hosts",
            "Hosts that have something due: ready, leased, resting, or resting with an open circuit breaker",
            ["state"],
            registry=self.registry,
        )
        self.frontier_lag = Gauge(
            "copydesk_frontier_lag_seconds",
            "For how long the host that waits longest could have been visited",
            registry=self.registry,
        )

"""Prometheus metrics of the pipeline, named once; base units, `_total` for counters, no URL in a label."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


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

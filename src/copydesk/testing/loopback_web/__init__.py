"""A web of many hosts on loopback, in a process of its own, that judges from its own log how politely it was asked."""

from copydesk.testing.loopback_web.audit import Audit, audit
from copydesk.testing.loopback_web.plan import HostPlan, Manifest, PageRecord, WebPlan
from copydesk.testing.loopback_web.request_log import Hit, Progress
from copydesk.testing.loopback_web.web import LoopbackWeb

__all__ = ["Audit", "Hit", "HostPlan", "LoopbackWeb", "Manifest", "PageRecord", "Progress", "WebPlan", "audit"]

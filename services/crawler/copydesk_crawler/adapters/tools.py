"""What the crawler's loops work with."""

from collections.abc import Callable
from dataclasses import dataclass

from copydesk.runtime.publisher import Publisher
from copydesk.runtime.service import ServiceContext
from copydesk.storage.frontier import Frontier
from copydesk_crawler.adapters.activity import Activity
from copydesk_crawler.adapters.archive import Archive
from copydesk_crawler.adapters.fetcher import Fetcher
from copydesk_crawler.adapters.page_examiner import PageExaminer
from copydesk_crawler.adapters.patience import Patience
from copydesk_crawler.adapters.recorder import Recorder
from copydesk_crawler.adapters.reservations import ReservationsCache
from copydesk_crawler.adapters.robots_cache import RobotsCache
from copydesk_crawler.adapters.site_parameters import SiteParameters
from copydesk_crawler.adapters.url_intake import UrlIntake


@dataclass(frozen=True)
class Tools:
    """Shared by all loops of one crawler."""

    context: ServiceContext
    frontier: Frontier
    fetcher: Fetcher
    robots: RobotsCache
    reservations: ReservationsCache
    examiner: PageExaminer
    parameters: SiteParameters
    intake: UrlIntake
    archive: Archive | None
    publisher: Publisher
    recorder: Recorder
    patiently: Patience
    activity: Activity
    abandoned: Callable[[], bool]
    """Whether waiting for a dependency should end because the service does."""

"""Annotators of other packages that hang, crash or misbehave in real worker processes: articles go on without them."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from copydesk_tagger.adapters.tagging_pool import TaggingPool
from copydesk_tagger.core.document import Document, Tags

from copydesk.bus import EmbeddedBus
from copydesk.contracts import ARTICLES_CLEANED, ARTICLES_TAGGED, ArticleTagged
from copydesk.runtime.clock import SystemClock
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.service import ServiceContext, UnusableSettingError
from copydesk.settings import Settings, TaggerSettings, WorkerSettings
from copydesk.telemetry import Metrics
from copydesk.testing.blobs import MemoryBlobs
from copydesk.testing.factories import make_cleaned
from tests.integration.tagger.test_tagger_service import messages, send, tagger
from tests.unit.tagger.installing import install

pytestmark = pytest.mark.timeout(180)

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
KILL_AFTER = 4.0
BUDGET = 0.5

TROUBLE = """
import itertools, os, time


class Trouble:
    version, languages, needs, cost = "trouble-1", None, frozenset({"language"}), 0.1

    def __init__(self, context):
        self.name = "trouble"

    def annotate(self, document, tags):
        if "endless" in document.text:
            sum(itertools.repeat(0))  # one call in C that no signal handler interrupts
        if "crash" in document.text:
            os._exit(3)
        if "slow" in document.text:
            time.sleep(60)
        tags.keywords.append("calm")
"""


@pytest.fixture
def pool_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.syspath_prepend(str(install(tmp_path / "site", "trouble", TROUBLE, trouble="Trouble")))
    return Settings(
        worker=WorkerSettings(timeout=timedelta(seconds=KILL_AFTER)),
        tagger=TaggerSettings(annotators=["language", "trouble", "near_duplicates"], budget=timedelta(seconds=BUDGET)),
    )


def document(word: str, number: int = 0) -> Document:
    return Document(text=f"The {word} ferry left the harbour at noon on Monday with passenger number {number}. " * 5)


async def test_one_that_hangs_in_native_code_is_killed_and_left_out_for_that_document(pool_settings: Settings) -> None:
    pool = TaggingPool(pool_settings)
    async with pool.workers:
        found = await pool.tag([document("calm", 1), document("endless"), document("calm", 2)], NOON)

    first, hung, last = found
    for tags in (first, last):
        assert (tags.keywords, tags.notes) == (["calm"], [])
    assert hung.language.tag == "en"
    assert set(hung.models) == {"language", "near_duplicates"}
    assert len(hung.minhash) == 128
    assert hung.failures == {"trouble": "killed"}
    assert hung.notes == [f"tagger:trouble: the document took longer than {KILL_AFTER:g} s; tagged without it"]


async def test_one_that_ends_its_process_is_left_out_for_that_document(pool_settings: Settings) -> None:
    pool = TaggingPool(pool_settings)
    async with pool.workers:
        well, crashed = await pool.tag([document("calm"), document("crash")], NOON)

    assert well.keywords == ["calm"]
    assert set(crashed.models) == {"language", "near_duplicates"}
    assert crashed.notes == ["tagger:trouble: the worker died with exit code 3; tagged without it"]


async def test_one_that_is_slow_is_interrupted_and_after_three_times_rests(pool_settings: Settings) -> None:
    pool = TaggingPool(pool_settings)
    loop = asyncio.get_running_loop()
    async with pool.workers:
        slow = [tags for number in range(3) for tags in await pool.tag([document("slow", number)], NOON)]
        begun = loop.time()
        resting = await pool.tag([document("slow", number) for number in range(20)], NOON)
        assert loop.time() - begun < BUDGET * len(resting)
        [recovered] = await pool.tag([document("calm")], NOON + pool_settings.tagger.rest)

    assert [tags.failures for tags in slow] == [{"trouble": "slow"}] * 3
    assert [tags.failures for tags in resting] == [{"trouble": "resting"}] * 20
    assert all(_complete(tags) for tags in (*slow, *resting))
    assert (recovered.keywords, recovered.notes) == (["calm"], [])


def _complete(tags: Tags) -> bool:
    return set(tags.models) == {"language", "near_duplicates"}


def test_the_service_does_not_start_with_an_annotator_that_is_not_installed(pool_settings: Settings) -> None:
    settings = pool_settings.model_copy(update={"tagger": TaggerSettings(annotators=["default", "horoscope"])})

    with pytest.raises(UnusableSettingError, match="no annotator is named horoscope"):
        TaggingPool(settings)


async def test_the_service_passes_articles_on_with_the_reason_in_their_flags_and_counts_it(
    pool_settings: Settings, tmp_path: Path
) -> None:
    context = ServiceContext(
        bus=EmbeddedBus(tmp_path / "log.sqlite"),
        blobs=MemoryBlobs(),
        clock=SystemClock(),
        metrics=Metrics(),
        settings=pool_settings,
    )
    words = ["calm", "slow", "calm"]
    articles = [
        make_cleaned(f"https://bay.example/{number}", text=document(word, number).text, flags=["syndicated"])
        for number, word in enumerate(words)
    ]
    async with tagger(context):
        await context.bus.ensure_topics([ARTICLES_CLEANED, ARTICLES_TAGGED])
        await send(context, *(Outgoing(ARTICLES_CLEANED, article) for article in articles))
        found = await messages(context, ARTICLES_TAGGED, lambda found: len(found) >= len(words))
        counted = context.metrics.registry.get_sample_value(
            "copydesk_annotator_failures_total", {"annotator": "trouble", "cause": "slow"}
        )
        timed = context.metrics.registry.get_sample_value("copydesk_annotator_seconds_count", {"annotator": "trouble"})

    flags = {one.message.url: one.message.flags for one in found if isinstance(one.message, ArticleTagged)}
    assert flags[articles[0].url] == flags[articles[2].url] == ["syndicated"]
    assert flags[articles[1].url][1].startswith(f"tagger:trouble: took longer than {3 * BUDGET:g} s by the clock")
    assert (counted, timed) == (1.0, 3.0)

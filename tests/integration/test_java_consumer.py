"""The example in Java reads the real broker with nothing of ours, and understands what we send."""

import asyncio
import os
import shutil
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from copydesk.bus import KafkaBus
from copydesk.contracts import (
    ARTICLES_TAGGED,
    Entity,
    Envelope,
    PageWithdrawn,
    encode_headers,
    encode_value,
    schema_urn,
    type_name,
)
from copydesk.runtime.claim_check import check_in
from copydesk.runtime.ports import OutgoingRecord
from copydesk.settings import KafkaSettings
from copydesk.storage import open_blobs
from copydesk.testing.broker import LocalBroker
from copydesk.testing.factories import FETCHED_AT, make_tagged
from copydesk.testing.kafka_distribution import class_path

SOURCE = Path(__file__).parents[2] / "examples" / "java" / "ReadArticles.java"
JAVA = shutil.which("java") if shutil.which("javac") else None

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.timeout(240),
    pytest.mark.skipif(JAVA is None, reason="no JDK: java runs a source file with the compiler that comes with it"),
]


def record(message, number, **later):
    envelope = Envelope(
        id=str(number),
        type=type_name(type(message)),
        source="tagger",
        time=FETCHED_AT,
        dataschema=schema_urn(type(message)) if number else None,
    )
    value = msgspec.json.encode(msgspec.json.decode(encode_value(message)) | later)
    return OutgoingRecord(ARTICLES_TAGGED.name, message.id.encode(), value, encode_headers(envelope))


async def run(*arguments: str) -> list[str]:
    """What the example prints."""
    process = await asyncio.create_subprocess_exec(
        *(JAVA, "-XX:TieredStopAtLevel=1", "-cp", class_path(), str(SOURCE), *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": os.environ["PATH"]},
    )
    try:
        async with asyncio.timeout(120):
            out, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, errors.decode()
    return out.decode().splitlines()


async def test_the_java_example_reads_articles_withdrawals_repeats_and_large_bodies(
    kafka_broker: LocalBroker, tmp_path: Path
) -> None:
    prefix = f"{uuid4().hex[:8]}."
    bus = KafkaBus(KafkaSettings(bootstrap_servers=kafka_broker.bootstrap_servers, topic_prefix=prefix))
    await bus.ensure_topics([ARTICLES_TAGGED])
    producer = await bus.producer()
    blobs = open_blobs(str(tmp_path))
    text = "𠮷野家の隣で橋が開いた。"
    article = make_tagged(title="橋が開く", text=text, entities=[Entity(start=0, end=2, text="𠮷野", type="PER")])
    gone = PageWithdrawn(id=article.id, url=article.url, source="courier", fetched_at=FETCHED_AT, status=410)
    long = make_tagged("https://courier.example/2030/minutes", title=None, text="All in favour said so. " * 300)
    sent = [record(article, 0, mood="calm"), record(article, 0), record(gone, 1), record(long, 2)]
    await producer.send([await check_in(item, blobs, 3_000) for item in sent])
    await producer.send([OutgoingRecord(ARTICLES_TAGGED.name, article.id.encode(), b"{}", ())])

    printed = await run(kafka_broker.bootstrap_servers, "java", str(tmp_path), prefix, "5")

    assert [line for line in printed if long.id not in line] == [
        f"article {article.id} version 1.0 [en] 橋が開く (12 characters) entities: 𠮷野",
        "repeated 0",
        f"withdrawn {article.id} (gone)",
        next(line for line in printed if line.startswith(f"skipped {prefix}articles.tagged[")),
    ]
    version = schema_urn(type(long)).rsplit(":", 1)[-1]
    assert f"article {long.id} version {version} [en] untitled ({len(long.text)} characters) entities: " in printed
    assert sum((await bus.group_positions("java", ARTICLES_TAGGED.name)).values()) == 5
    await bus.close()

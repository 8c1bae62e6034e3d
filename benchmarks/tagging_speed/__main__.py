"""Documents a second on one core, milliseconds by annotator, and the memory of a worker.

    python -m benchmarks.tagging_speed [--data DATA] [--languages en,nl,…] [--documents N] [--annotators NAMES]
                                       [--peer PYTHON:MODEL …]

DATA holds `langid/LANG.txt.gz` (the same sentences in every language); the default lies beside the repository. Times
are CPU seconds of one process with one thread, over documents that it has not seen before. A peer is one of spaCy's
pipelines in an environment of its own, such as `peers/bin/python:fr_core_news_sm`; it works on the same documents in
the same run.
"""

import argparse
import json
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from copydesk_tagger.adapters.worker import annotators, tag_documents, warm_up
from copydesk_tagger.core.annotation import annotate
from copydesk_tagger.core.document import Document
from rich.console import Console
from rich.table import Table

from benchmarks.tagging_speed.documents import documents
from benchmarks.tagging_speed.footprint import Footprint, footprint
from copydesk.settings import TaggerSettings

DATA = Path(__file__).parents[3] / "shared" / "data" / "tagging"
LANGUAGES = "en,nl,de,fr,es,it,pl,ru,uk,pt,ar,zh-Hans"
TARGET_RATE, TARGET_BYTES = 30, 400e6

_WARM = 3
"""Documents of each language before the clock starts: some word lists are read when a rare word first asks for them."""


class CpuWatch:
    """Adds up the CPU seconds of each annotator."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def watch(self, annotator: str) -> Iterator[None]:
        start = time.process_time()
        yield
        self.seconds[annotator] += time.process_time() - start


def queue_of(data: Path, language: str, most: int) -> list[Document]:
    return [Document(text=text, title=text.splitlines()[0]) for text in documents(data, language)[:most]]


def rate(queue: Sequence[Document], settings: str) -> float:
    start = time.process_time()
    tag_documents(queue, settings)
    return len(queue) / (time.process_time() - start)


def speed_table(queues: dict[str, list[Document]], settings: str) -> tuple[Table, dict[str, float]]:
    """A row a language: documents a second with all annotators, once more, and each annotator's milliseconds."""
    ready = annotators(settings)
    names = [annotator.name for annotator in ready]
    table = Table(
        "language", "documents", "documents/s", "once more", *names, title="Speed: all tags, and ms a document"
    )
    for column in table.columns[1:]:
        column.justify = "right"
    sums: dict[str, float] = defaultdict(float)
    rates = {}
    for language, known in queues.items():
        seen, queue = known[:_WARM], known[_WARM:]
        tag_documents(seen, settings)
        watch = CpuWatch()
        start = time.process_time()
        for document in queue:
            annotate(document, ready, watch.watch)
        rates[language] = len(queue) / (time.process_time() - start)
        each = {name: 1000 * watch.seconds[name] / len(queue) for name in names}
        for name in names:
            sums[name] += each[name] / len(queues)
        figures = (f"{rates[language]:.0f}", f"{rate(queue, settings):.0f}", *(f"{each[name]:.1f}" for name in names))
        table.add_row(language, str(len(queue)), *figures)
    rates["all"] = len(queues) / sum(1 / rates[language] for language in queues)
    table.add_section()
    table.add_row("all", "", f"{rates['all']:.0f}", "", *(f"{sums[name]:.1f}" for name in names), style="bold")
    table.add_row("stated", "", "", "", *(f"{annotator.cost:g}" for annotator in ready))
    return table, rates


def memory_table(found: Footprint) -> Table:
    table = Table("a worker", "MB", title="Memory beyond bare Python with the contracts")
    table.add_row("models loaded", f"{found.loaded / 1e6:.0f}")
    for language, size in found.after.items():
        table.add_row(f"… and {language}", f"{size / 1e6:.0f}")
    return table


def peer_table(peers: Sequence[str], queues: dict[str, list[Document]], rates: dict[str, float]) -> Table:
    table = Table("peer", "does", "documents/s", "MB", "all our tags ÷ peer", title="Peers on the same documents")
    for peer in peers:
        python, _, model = peer.partition(":")
        language = next(one for one in queues if one.partition("-")[0] == model.partition("_")[0])
        for name, components in (("entities alone", ["tok2vec", "ner"]), ("its whole pipeline", None)):
            asked = {"model": model, "components": components, "texts": [one.text for one in queues[language]]}
            script = Path(__file__).with_name("spacy_peer.py")
            done = subprocess.run(
                [python, str(script)], input=json.dumps(asked), capture_output=True, text=True, check=True
            )
            told = json.loads(done.stdout)
            speed = len(asked["texts"]) / told["seconds"]
            ratio = f"{rates[language] / speed:.2f}"
            table.add_row(
                f"{model}, spaCy {told['version']}", name, f"{speed:.0f}", f"{told['bytes'] / 1e6:.0f}", ratio
            )
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--languages", default=LANGUAGES, help="in the order in which they come to a worker")
    parser.add_argument("--documents", type=int, default=40, help="of each language, at most")
    parser.add_argument("--annotators", default="default", help="as COPYDESK_TAGGER__ANNOTATORS")
    parser.add_argument("--peer", action="append", default=[], metavar="PYTHON:MODEL")
    arguments = parser.parse_args()
    if not (arguments.data / "langid").is_dir():
        parser.error(f"{arguments.data} has no folder langid: name the folder of the tagging data by --data")
    settings = TaggerSettings(annotators=arguments.annotators.split(",")).model_dump_json()
    languages = arguments.languages.split(",")
    queues = {language: queue_of(arguments.data, language, arguments.documents) for language in languages}
    console = Console(width=max(120, Console().width))
    found = footprint(arguments.data, languages, settings)
    warm_up(settings)
    speeds, rates = speed_table(queues, settings)
    console.print(speeds)
    console.print(memory_table(found))
    most = max(found.after.values())
    console.print(
        f"{rates['all']:.0f} documents/s, {rates['all'] / TARGET_RATE:.2f} times the target of {TARGET_RATE}; "
        f"{most / 1e6:.0f} MB, {most / TARGET_BYTES:.2f} times what a worker may hold; "
        f"first document after {found.seconds:.1f} s"
    )
    if arguments.peer:
        console.print(peer_table(arguments.peer, queues, rates))


if __name__ == "__main__":
    main()

"""Runs in a peer's environment: times one of spaCy's pipelines over texts from standard input, as JSON.

In: {"model": name, "components": [names] or null for all, "texts": [...]}; out: {"seconds", "bytes", "version"}.
"""

import json
import os
import sys
import time
from pathlib import Path


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    asked = json.load(sys.stdin)
    before = resident()
    import spacy

    pipeline = spacy.load(asked["model"])
    if asked["components"] is not None:
        pipeline.select_pipes(enable=asked["components"])
    pipeline(asked["texts"][0])
    start = time.process_time()
    for text in asked["texts"]:
        pipeline(text)
    seconds = time.process_time() - start
    print(json.dumps({"seconds": seconds, "bytes": resident() - before, "version": spacy.__version__}))


if __name__ == "__main__":
    main()

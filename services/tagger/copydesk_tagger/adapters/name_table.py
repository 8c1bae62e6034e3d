"""The names of data/foreign_names.marisa, mapped into memory rather than read."""

from importlib.resources import as_file, files

import marisa_trie

from copydesk_tagger.core.foreign_names import ForeignNames


def read_foreign_names() -> ForeignNames:
    table = marisa_trie.BytesTrie()
    with as_file(files("copydesk_tagger").joinpath("data/foreign_names.marisa")) as path:
        table.mmap(str(path))
    return ForeignNames(table)

"""The version of each message: `major.minor`, as its maker states it in the header `ce_dataschema`.

The major is part of `ce_type` too, and changes when readers would have to. The minor grows with the first change of a
message after a release: fields and values are only ever added. `copydesk schemas check` compares this table with the
released schemas and says which line to change.
"""

from copydesk.contracts.articles import ArticleCleaned, ArticleTagged
from copydesk.contracts.messages import (
    ArticleStored,
    DeadLetter,
    Message,
    PageFetched,
    PageWithdrawn,
    SiteDrift,
    SiteLearned,
    SourceHealth,
    StageOutcome,
    StoryChanged,
    UrlDiscovered,
)

VERSIONS: dict[type[Message], str] = {
    PageFetched: "1.1",
    PageWithdrawn: "1.0",
    ArticleCleaned: "1.1",
    ArticleTagged: "1.1",
    ArticleStored: "1.1",
    StoryChanged: "1.0",
    UrlDiscovered: "1.0",
    SiteLearned: "1.0",
    SiteDrift: "1.0",
    SourceHealth: "1.0",
    StageOutcome: "1.0",
    DeadLetter: "1.1",
}


def major(kind: type[Message]) -> int:
    """The major version, as it stands in `ce_type` and in the names of schemas."""
    return int(VERSIONS[kind].split(".")[0])


def schema_urn(kind: type[Message]) -> str:
    """What the header `ce_dataschema` says, such as `urn:copydesk:schema:ArticleTagged:1.0`; the schema's `$id`."""
    return f"urn:copydesk:schema:{kind.__name__}:{VERSIONS[kind]}"

"""Every setting, in blocks; a service composes the blocks that it needs.

Order: environment (`COPYDESK_KAFKA__BOOTSTRAP_SERVERS`), then `copydesk.toml` in the working directory, then the
defaults here. Secrets are `SecretStr` and show as stars wherever they are printed.
"""

from contextlib import suppress
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic.functional_validators import AfterValidator, BeforeValidator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


def _split(value: object) -> object:
    """Lists come as `a,b` from the environment and as lists from TOML."""
    return [item.strip() for item in value.split(",") if item.strip()] if isinstance(value, str) else value


def _seconds(value: object) -> object:
    """Numbers from the environment come as text."""
    if isinstance(value, str):
        with suppress(ValueError):
            return float(value)
    return value


class OptOut(StrEnum):
    """Reservations that servers and pages declare by header, meta element or TDM Reservation Protocol."""

    NOAI = "noai"
    NOIMAGEAI = "noimageai"
    NOINDEX = "noindex"
    NOARCHIVE = "noarchive"
    TDM_RESERVATION = "tdm-reservation"


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be an address like https://crawler.example.org/hubs, without a query")
    return value


def _place(value: str) -> str:
    """A folder's path is believed here; whether it can be written is seen when it is."""
    scheme, mark, rest = value.partition("://")
    if not value.strip() or (mark and (scheme not in ("s3", "file") or not rest)):
        raise ValueError("must be a folder or s3://bucket/prefix")
    return value


def _header_text(value: str) -> str:
    if not value.strip() or not (value.isascii() and value.isprintable()):
        raise ValueError("must be printable ASCII and not empty, such as Example/1.0 (+https://example.org/bot)")
    return value


Duration = Annotated[timedelta, BeforeValidator(_seconds), Field(ge=timedelta(0))]
"""Seconds, or an ISO 8601 duration."""


class Block(BaseModel):
    """A table of the settings file; a misspelt name is refused."""

    model_config = ConfigDict(extra="forbid")


class KafkaSettings(Block):
    """The broker. Without bootstrap servers the embedded log in the data directory is used."""

    bootstrap_servers: str | None = Field(default=None, description="host:port list; unset means the embedded log")
    topic_prefix: str = Field(default="", description="put before every topic and group name")
    replication_factor: int = Field(default=1, ge=1, description="for topics that Copydesk creates")
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    sasl_username: str | None = None
    sasl_password: SecretStr | None = None
    ssl_cafile: Path | None = Field(default=None, description="CA bundle; unset means the system's")
    compression: Literal["zstd", "lz4", "gzip", "none"] = Field(
        default="zstd",
        description="of records on the wire; for pages zstd takes a third of the time of lz4, and less room",
    )
    send_deadline: Duration = Field(
        default=timedelta(seconds=30), description="a send that takes longer pauses the stage"
    )
    session_timeout: Duration = Field(
        default=timedelta(seconds=15), description="after this a silent member is replaced"
    )
    max_record_bytes: int = Field(default=900_000, gt=1_000, description="larger records travel as a claim check")


class PostgresSettings(Block):
    """The database. Without a DSN an embedded Postgres in the data directory is used."""

    dsn: SecretStr | None = Field(default=None, description="postgresql://…; unset means the embedded Postgres")
    pool_size: int = Field(default=4, ge=1)
    command_timeout: Duration = Field(default=timedelta(seconds=30), description="a statement that takes longer fails")
    prepared_statements: bool = Field(
        default=True, description="turn off behind pgbouncer before 1.21 in transaction mode"
    )


class HttpSettings(Block):
    """How the crawler shows itself and what it may reach."""

    user_agent: Annotated[str, AfterValidator(_header_text)] = Field(
        default="Copydesk/0.1 (+https://github.com/copydesk/copydesk)",
        description="name it with a contact URL of yours",
    )
    allow_networks: Annotated[list[IPv4Network | IPv6Network], NoDecode, BeforeValidator(_split)] = Field(
        default_factory=list, description="CIDRs that may be reached although they are private"
    )
    host_delay: Duration = Field(
        default=timedelta(seconds=1), description="least time between two requests to one host"
    )
    deadline: Duration = Field(
        default=timedelta(seconds=30), gt=timedelta(0), description="for one whole exchange, redirects included"
    )
    max_body_bytes: int = Field(default=10_000_000, gt=0, description="after decompression")
    concurrency: int = Field(default=16, ge=1, description="hosts fetched side by side")
    dns_cache: Duration = Field(
        default=timedelta(minutes=1),
        description="for so long a resolved name is used again; 0 asks each time",
    )
    ca_file: Path | None = Field(default=None, description="CA bundle to trust; unset means the system's and certifi's")


class CrawlerSettings(Block):
    """When the crawler looks again."""

    poll_interval: Duration = Field(
        default=timedelta(minutes=15),
        gt=timedelta(0),
        description="between two polls of a source of average volume; busy ones are polled more often, quiet ones less",
    )
    min_poll_interval: Duration = Field(default=timedelta(minutes=2), description="the least that is learned")
    max_poll_interval: Duration = Field(default=timedelta(minutes=30), description="the most that is learned")
    revisit_ladder: Annotated[list[Duration], NoDecode, BeforeValidator(_split)] = Field(
        default_factory=lambda: [
            timedelta(minutes=15),
            timedelta(hours=1),
            timedelta(hours=6),
            timedelta(hours=24),
            timedelta(days=7),
        ],
        description="ages, counted from its first fetch, at which a page is fetched again",
    )
    host_lease: Duration = Field(
        default=timedelta(seconds=60), description="after this the hosts of a dead crawler go to others"
    )
    sitemap_days: float = Field(
        default=2, gt=0, description="of sitemaps that no source lists, pages of the last so many days are taken"
    )
    obey_opt_outs: Annotated[list[OptOut], NoDecode, BeforeValidator(_split)] = Field(
        default_factory=lambda: [OptOut.NOAI, OptOut.TDM_RESERVATION, OptOut.NOARCHIVE],
        description="declared reservations to obey: noai, noimageai, noindex and tdm-reservation drop the page, "
        "noarchive keeps it out of the archive; all are recorded",
    )
    websub_callback: Annotated[str, AfterValidator(_web_address)] | None = Field(
        default=None, description="public URL under which hubs reach this crawler; unset means no subscriptions"
    )
    websub_host: str = Field(default="127.0.0.1", description="address on which the callback listens")
    websub_port: int = Field(default=8480, ge=0, le=65_535, description="port on which the callback listens")
    archive_url: Annotated[str, AfterValidator(_place)] | None = Field(
        default=None, description="folder or s3://bucket/prefix for a WARC record of each fetch; unset means none"
    )
    archive_file_bytes: int = Field(default=1_000_000_000, gt=1_000, description="a larger WARC file is closed")


class CleanerSettings(Block):
    """How the cleaner reads pages, and what it does beyond the page in hand."""

    rules_file: Path | None = Field(
        default=None, description="YAML with rules for single sites; an edit is in force seconds later"
    )
    learn_sites: bool = Field(
        default=True, description="cut blocks that return on other articles of a site, and its name from titles"
    )
    follow_links: bool = Field(
        default=False, description="hand links to other articles of a page's site to the crawler"
    )
    follow_from: Duration = Field(
        default=timedelta(days=2),
        description="age up to which an article's links are followed; older ones end the chain",
    )
    page_timeout: Duration = Field(
        default=timedelta(seconds=4), description="a page that takes longer is a dead letter, its worker is replaced"
    )
    page_memory_bytes: int = Field(
        default=384_000_000, description="what a page may take beyond the parsers and models of its worker (130 MB)"
    )


class WorkerSettings(Block):
    """Worker processes for parsing and models; the cleaner has limits of its own for a page."""

    processes: int = Field(default=1, ge=1)
    timeout: Duration = Field(default=timedelta(seconds=20), description="a document that takes longer is killed")
    memory_bytes: int = Field(
        default=1_000_000_000, description="what a document may take beyond the models of its worker"
    )
    recycle_after: int = Field(default=2_000, ge=1, description="documents before a worker is replaced")


class TaggerSettings(Block):
    """Which annotators tag articles, and what each may take."""

    annotators: Annotated[list[str], NoDecode, BeforeValidator(_split)] = Field(
        default_factory=lambda: ["default"],
        description="names of entry points `copydesk.annotators`; `default` stands for all that come with Copydesk, "
        "`-topics` takes one away; of two for the same tags the one that is named wins",
    )
    options: dict[str, dict[str, str]] = Field(
        default_factory=dict,
        description="what single annotators are told, as `COPYDESK_TAGGER__OPTIONS__SPACY__NL=nl_core_news_sm`; each "
        "annotator's documentation names its options",
    )
    budget: Duration = Field(
        default=timedelta(seconds=5),
        gt=timedelta(0),
        description="CPU time that an annotator may take over a document, or three times as long by the clock; then "
        "it is interrupted, and the others go on",
    )
    rest: Duration = Field(
        default=timedelta(minutes=5),
        description="for so long an annotator is not asked that ran out of time, or killed its worker, three times "
        "running",
    )

    watch_lists: Annotated[list[Path], NoDecode, BeforeValidator(_split)] = Field(
        default_factory=list,
        description="YAML and CSV files with names of your own, and folders of them; an edit is in force seconds later",
    )

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)


class WriterSettings(Block):
    """What the writer tells."""

    tell_touched: bool = Field(
        default=False,
        description="send an event for revisions that change typography, furniture or the time of modification alone",
    )


class TelemetrySettings(Block):
    """Logs, metrics and health."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["auto", "json", "console"] = Field(
        default="auto", description="auto: console on a terminal, else JSON"
    )
    port: int | None = Field(default=None, description="port of /live, /ready and /metrics; unset means none")
    host: str = "127.0.0.1"


class Settings(BaseSettings):
    """All blocks. `COPYDESK_DATA_DIR` holds the embedded log, database and blobs."""

    model_config = SettingsConfigDict(
        env_prefix="COPYDESK_", env_nested_delimiter="__", toml_file="copydesk.toml", extra="forbid"
    )

    data_dir: Path = Path(".copydesk")
    blob_url: str | None = Field(
        default=None, description="s3://bucket/prefix or a folder; unset means the data directory"
    )
    kafka: KafkaSettings = KafkaSettings()
    postgres: PostgresSettings = PostgresSettings()
    http: HttpSettings = HttpSettings()
    crawler: CrawlerSettings = CrawlerSettings()
    cleaner: CleanerSettings = CleanerSettings()
    tagger: TaggerSettings = TaggerSettings()
    writer: WriterSettings = WriterSettings()
    worker: WorkerSettings = WorkerSettings()
    telemetry: TelemetrySettings = TelemetrySettings()

    @property
    def blob_place(self) -> str:
        """Where bodies too large for a record lie: the URL that is set, or a folder of the data directory."""
        return self.blob_url or str((self.data_dir / "blobs").absolute())

    @property
    def page_workers(self) -> WorkerSettings:
        """Workers under the cleaner's limits for a page."""
        limits = {"timeout": self.cleaner.page_timeout, "memory_bytes": self.cleaner.page_memory_bytes}
        return self.worker.model_copy(update=limits)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

"""What a visit comes to, in the words of the topics and of the frontier."""

from datetime import datetime, timedelta

from copydesk.contracts import (
    PAGES_FETCHED,
    PageFetched,
    PageWithdrawn,
    StageOutcome,
    article_id,
    is_member_of,
    stated_rights,
)
from copydesk.runtime.outcomes import Outgoing
from copydesk.storage.frontier_rows import Adopted, DueUrl, NewUrl, Priority, Visit
from copydesk_crawler.adapters.discovery import Discovery, outcome_of
from copydesk_crawler.adapters.page_examiner import Examined
from copydesk_crawler.core.http.answers import Answer, Fetched, NotModified
from copydesk_crawler.core.verdicts import WITHDRAWN, Verdict

_DEFAULT_TYPE = "text/html"


def version_of(now: datetime) -> int:
    """The version of what was fetched now, in milliseconds; stages after us carry the same one."""
    return int(now.timestamp() * 1000)


def message_of(
    url: DueUrl, answer: Answer, verdict: Verdict, examined: Examined, now: datetime
) -> tuple[Outgoing, str] | None:
    """The message that a visit sends, with the version that makes its id; None when there is nothing to tell."""
    if verdict.withdrawn is not None:
        status = getattr(answer, "status", None) or 0
        withdrawn = PageWithdrawn(
            id=url.id, url=url.url, source=url.source, fetched_at=now, status=status, reason=verdict.withdrawn
        )
        return Outgoing(PAGES_FETCHED, withdrawn), f"{now.isoformat()} {verdict.withdrawn}"
    if not verdict.publish or not isinstance(answer, Fetched):
        return None
    canonical = verdict.follow.url if verdict.follow else url.url
    packed = _packed(answer)
    page = PageFetched(
        id=article_id(canonical),
        url=url.url,
        source=url.source,
        fetched_at=now,
        body=packed if packed is not None else answer.body,
        body_coding="gzip" if packed is not None else None,
        content_sha256=answer.sha256,
        canonical_url=canonical,
        content_type=answer.content_type or _DEFAULT_TYPE,
        encoding=answer.charset,
        status=answer.status,
        etag=answer.etag,
        last_modified=answer.last_modified,
        language=url.language,
        country=url.country,
        links_from=url.found_on,
        hints=url.hints | ({"syndicated_from": examined.syndicated_from} if examined.syndicated_from else {}),
        opt_outs=list(examined.opt_outs),
        rights=stated_rights(
            licence=url.licence,
            display=url.display_rights,
            retention_days=url.retention,
            opt_outs=(*examined.opt_outs, *url.opt_outs),
        ),
    )
    return Outgoing(PAGES_FETCHED, page), f"{now.isoformat()} {answer.sha256}"


def _packed(answer: Fetched) -> bytes | None:
    """The body as its server packed it, if that is something everybody can unpack."""
    exchange = answer.exchange
    if exchange is None or exchange.header("content-encoding").lower() != "gzip":
        return None
    return exchange.payload if is_member_of(exchange.payload, answer.body) else None


def visit_of(url: DueUrl, answer: Answer, verdict: Verdict, now: datetime) -> Visit:
    """The row of the frontier, and of the funnel where its outcome is new."""
    fetched = answer if isinstance(answer, Fetched) else None
    adopted = verdict.follow is not None
    outcome = verdict.outcome and outcome_of(
        url.id,
        url.url,
        url.source,
        now,
        verdict.outcome,
        verdict.reason if verdict.outcome != "passed" else None,
        version_of(now),
    )
    return Visit(
        state=verdict.state,
        reason=verdict.reason,
        again=verdict.again,
        attempts=verdict.attempts,
        status=304 if isinstance(answer, NotModified) else getattr(answer, "status", None),
        etag=fetched.etag if fetched else None,
        last_modified=fetched.last_modified if fetched else None,
        content_sha256=WITHDRAWN
        if verdict.withdrawn
        else fetched.sha256
        if fetched and verdict.publish and not adopted
        else None,
        answered=isinstance(answer, (Fetched, NotModified)),
        whole=fetched is not None,
        validated=fetched is not None and verdict.reason is None,
        duplicate_of=article_id(verdict.follow.url) if verdict.follow else None,
        declared=fetched is not None and verdict.follow is not None,
        outcome=outcome or None,
    )


def adoption_of(url: DueUrl, answer: Fetched, verdict: Verdict, now: datetime) -> Discovery:
    """The canonical address of a page that was published as that address's."""
    address, again = verdict.follow, verdict.adopted_again
    assert address is not None
    new = NewUrl(
        id=article_id(address.url),
        url=address.url,
        host=address.host,
        source=url.source,
        found_on=url.url,
        priority=Priority.REVISIT,
        hints=url.hints,
        adopted=Adopted(answer.sha256, again or timedelta(days=1)),
    )
    passed: StageOutcome = outcome_of(new.id, new.url, new.source, now, "passed", None, version_of(now))
    return Discovery([new], [passed])

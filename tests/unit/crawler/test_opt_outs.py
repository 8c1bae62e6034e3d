"""Which reservations count as declared, and which keep a page out."""

import pytest
from copydesk_crawler.core.pages.page_head import PageHead
from copydesk_crawler.core.permission.opt_outs import declared_opt_outs, may_archive, obeyed
from copydesk_crawler.core.permission.tdm_policy import TdmPolicy, parse_tdm_policy

from copydesk.settings import OptOut

URL = "https://courier.example/news/bridge"
RESERVED = parse_tdm_policy(b'[{"location": "/news/", "tdm-reservation": 1}]')


def declared(
    *headers: tuple[str, str], head: PageHead | None = None, policy: TdmPolicy | None = None
) -> tuple[OptOut, ...]:
    return declared_opt_outs(URL, headers, head or PageHead(), policy, "copydesk")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("noai", (OptOut.NOAI,)),
        ("NoAI, NoImageAI", (OptOut.NOAI, OptOut.NOIMAGEAI)),
        ("noindex, nofollow, noarchive", (OptOut.NOINDEX, OptOut.NOARCHIVE)),
        ("none", (OptOut.NOINDEX,)),
        ("googlebot: noarchive", ()),
        ("googlebot: noarchive, noindex", ()),
        ("noai, googlebot: noindex", (OptOut.NOAI,)),
        ("googlebot: noindex, Copydesk: noarchive", (OptOut.NOARCHIVE,)),
        ("copydesk:noai", (OptOut.NOAI,)),
        ("unavailable_after: 25 Jun 2030 15:00:00 PST, noai", (OptOut.NOAI,)),
        ("max-snippet: 50, noarchive", (OptOut.NOARCHIVE,)),
        ("index, follow", ()),
        (",,:, ;", ()),
    ],
)
def test_robots_headers_count_when_they_are_for_all_or_for_us(value: str, expected: tuple[OptOut, ...]) -> None:
    assert declared(("X-Robots-Tag", value)) == expected


def test_every_header_of_the_name_counts_with_what_the_page_says() -> None:
    found = declared(
        ("x-robots-tag", "otherbot: noindex"),
        ("X-ROBOTS-TAG", "noarchive"),
        ("Content-Type", "noindex"),
        head=PageHead(robots=("NOAI,nofollow", "noimageai max-snippet:-1")),
    )
    assert found == (OptOut.NOAI, OptOut.NOIMAGEAI, OptOut.NOARCHIVE)


@pytest.mark.parametrize(
    ("header", "meta", "policy", "reserved"),
    [
        (None, "", None, False),
        ("1", "", None, True),
        (None, "1", None, True),
        (None, "", RESERVED, True),
        ("0", "", RESERVED, False),
        ("0", "1", None, True),
        ("1", "0", RESERVED, False),
        ("yes", "", RESERVED, True),
        ("2", "true", None, False),
    ],
)
def test_what_is_closer_to_the_page_decides_on_text_and_data_mining(
    header: str | None, meta: str, policy: TdmPolicy | None, reserved: bool
) -> None:
    headers = [("TDM-Reservation", header)] if header is not None else []
    found = declared(*headers, head=PageHead(tdm_reservation=meta), policy=policy)
    assert (OptOut.TDM_RESERVATION in found) is reserved


def test_only_what_is_set_to_be_obeyed_drops_a_page() -> None:
    everything = list(OptOut)
    assert obeyed((OptOut.NOAI, OptOut.NOARCHIVE), everything) == "opt-out-noai"
    assert obeyed((OptOut.TDM_RESERVATION,), everything) == "opt-out-tdm-reservation"
    assert obeyed((OptOut.NOINDEX,), [OptOut.NOAI]) is None
    assert obeyed((), everything) is None


def test_noarchive_keeps_a_page_out_of_the_archive_and_nowhere_else() -> None:
    assert obeyed((OptOut.NOARCHIVE,), [OptOut.NOARCHIVE]) is None
    assert not may_archive((OptOut.NOARCHIVE,), [OptOut.NOARCHIVE])
    assert may_archive((OptOut.NOARCHIVE,), [OptOut.NOAI])
    assert may_archive((OptOut.NOAI,), [OptOut.NOARCHIVE])
    assert not may_archive((OptOut.TDM_RESERVATION,), [OptOut.TDM_RESERVATION])

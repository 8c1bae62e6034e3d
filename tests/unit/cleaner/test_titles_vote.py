"""The title among what headings, meta elements, JSON-LD and `<title>` say."""

import json
from html import escape

import pytest
from copydesk_cleaner.core.page_facts import PageFacts
from copydesk_cleaner.core.site_knowledge import NOTHING_KNOWN, SiteKnowledge
from copydesk_cleaner.core.title_pieces import divisions, loose_key, tidy_title
from copydesk_cleaner.core.title_vote import TitleVote
from hypothesis import given
from hypothesis import strategies as st
from turbohtml import parse

URL = "https://www.courier.example/2030/bridge"


def vote(
    body: str = "",
    *,
    og: str | None = None,
    headline: str | None = None,
    document: str | None = None,
    section: str | None = None,
    site_name: str = "The Courier",
    site: SiteKnowledge = NOTHING_KNOWN,
) -> TitleVote:
    meta = {"og:title": og, "og:site_name": site_name, "article:section": section}
    head = "".join(f'<meta property="{name}" content="{escape(text)}">' for name, text in meta.items() if text)
    if document:
        head += f"<title>{escape(document)}</title>"
    if headline:
        article = json.dumps({"@type": "NewsArticle", "headline": headline})
        head += f'<script type="application/ld+json">{article}</script>'
    return TitleVote(PageFacts(parse(f"<!doctype html><head>{head}</head><body>{body}</body>"), URL), site)


BRIDGE = "Old bridge reopens after two years of repairs"


@pytest.mark.parametrize(
    ("body", "declared", "title"),
    [
        (f"<h1>{BRIDGE}</h1>", {"og": "Bridge opens again", "document": "Bridge opens - The Courier"}, BRIDGE),
        (f"<h1>The Courier</h1><h1>{BRIDGE}</h1>", {"og": BRIDGE + "!"}, BRIDGE),
        ("<h1>The Courier</h1>", {"og": BRIDGE, "document": BRIDGE + " | The Courier"}, BRIDGE),
        ("", {"document": BRIDGE + " | The Courier"}, BRIDGE),
        ("", {"document": "The Courier » " + BRIDGE}, BRIDGE),
        ("", {"document": BRIDGE + " | City | The Courier", "section": "City"}, BRIDGE),
        ("", {"og": "Bridge &amp; tunnel &amp;amp; ferry"}, "Bridge & tunnel & ferry"),
        ("", {"document": "Ponte reaberta depois de dois anos -"}, "Ponte reaberta depois de dois anos"),
        ("", {"document": "旧桥修缮两年后重新开放-城市-信使报", "site_name": "信使报"}, "旧桥修缮两年后重新开放"),
        ("", {"og": "낡은 다리, 2년 만에 재개통-사회ㅣ전령일보", "site_name": "전령일보"}, "낡은 다리, 2년 만에 재개통"),
        ("", {"og": "橋が再開「待っていた」 : 使者新聞", "site_name": "使者新聞オンライン"}, "橋が再開「待っていた」"),
        ("", {"document": "Le pont « attendu depuis deux ans » rouvre « enfin »"}, "Le pont « attendu depuis deux ans » rouvre « enfin »"),
        ("<h1>Bridge</h1>", {}, "Bridge"),
        ("", {"document": "The Courier"}, "The Courier"),
        ("", {}, None),
    ],
)  # fmt: skip
def test_the_title_without_the_site(body: str, declared: dict[str, str], title: str | None) -> None:
    assert vote(body, **declared).title == title  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("heading", "declared", "title"),
    [
        ('<span class="kicker">Verkehr</span><span>Alte Brücke wieder offen</span>', {"headline": "Alte Brücke wieder offen"}, "Alte Brücke wieder offen"),
        ('<span>Verkehr</span> <span>Alte Brücke wieder offen</span>', {"headline": "Verkehr: Alte Brücke wieder offen"}, "Verkehr Alte Brücke wieder offen"),
        ('<span>Verkehr</span><span>Alte Brücke wieder offen</span>', {"og": "Verkehr / Alte Brücke wieder offen | The Courier"}, "Verkehr / Alte Brücke wieder offen"),
        ("Alte Brücke wieder offen<small>Zwei Jahre lang gesperrt</small>", {"og": "Alte Brücke wieder offen"}, "Alte Brücke wieder offen"),
        ('<span class="drop">A</span>lte Brücke wieder offen', {"og": "Alte Brücke wieder offen | The Courier"}, "Alte Brücke wieder offen"),
        ("Alte <em>Brücke</em>:<br>wieder offen<style>.a{b:c}</style>", {}, "Alte Brücke: wieder offen"),
        ("<div>Ouverture</div><div>Le vieux pont rouvre enfin</div>", {}, "Ouverture Le vieux pont rouvre enfin"),
    ],
)  # fmt: skip
def test_labels_and_lines_inside_a_heading(heading: str, declared: dict[str, str], title: str) -> None:
    assert vote(f"<h1>{heading}</h1>", **declared).title == title  # type: ignore[arg-type]


def test_a_wording_published_to_feeds_and_machines_goes_before_the_heading() -> None:
    page = vote("<h1>Bridge open</h1>", og=BRIDGE, headline=BRIDGE, document="Bridge open | The Courier")
    assert page.title == BRIDGE


def test_a_template_for_search_engines_does_not() -> None:
    for tail in ("", " - The Courier"):
        wording = "Bridge repairs 2030: all you must know" + tail
        assert vote(f"<h1>{BRIDGE}</h1>", og=wording, headline=wording, document=wording).title == BRIDGE


def test_a_heading_that_leads_home_is_the_masthead() -> None:
    for address in ("/", "https://www.courier.example/", "https://www.courier.example"):
        page = vote(f'<h1><a href="{address}">Love of rivers</a></h1>', document=f"{BRIDGE} | Love of rivers")
        assert page.title is not None
        assert page.title.startswith(BRIDGE)


def test_what_is_known_of_the_site_is_cut() -> None:
    known = SiteKnowledge(title_suffixes=(" – regional",))
    assert vote("", document=BRIDGE + " – regional", site=known).title == BRIDGE
    assert vote("", document=BRIDGE + " – regional").title == BRIDGE + " – regional"


@pytest.mark.parametrize(
    ("document", "tail"),
    [
        (BRIDGE + " | City | The Courier", " | City | The Courier"),
        (BRIDGE.upper() + " – Regional news", " – Regional news"),
        ("The Courier | " + BRIDGE, None),
        (BRIDGE, None),
        ("Bridge opens", None),
    ],
)
def test_the_tail_of_a_title_is_there_to_be_learned(document: str, tail: str | None) -> None:
    assert vote(f"<h1>{BRIDGE}</h1>", document=document).tail == tail


def test_every_wording_of_the_title_is_a_line_to_drop() -> None:
    page = vote(
        "<h1><span>City</span><span>Bridge open</span></h1>",
        og=BRIDGE,
        headline=BRIDGE,
        document="Bridge open | The Courier",
    )
    assert {BRIDGE.casefold(), "city bridge open", "bridge open", "bridge open | the courier"} <= page.keys
    assert "" not in vote("").keys


def test_a_heading_that_only_holds_a_short_title_is_no_repetition() -> None:
    page = vote("<h1>Bridge</h1><h1>The bridge and its builders</h1>", og="Bridge")
    assert "the bridge and its builders" not in page.keys
    longer = vote(f"<h1>{BRIDGE}</h1><h1>City: {BRIDGE}</h1>", og=BRIDGE)
    assert f"city: {BRIDGE.casefold()}" in longer.keys


TEXTS = st.text(alphabet=st.sampled_from("aB çé桥다 |-–:»_…&;.'\"\u00ad\n"), max_size=60)


@given(TEXTS)
def test_tidying_never_lengthens_and_settles(text: str) -> None:
    tidy = tidy_title(text)
    if tidy is not None:
        assert len(tidy) <= len(text)
        assert tidy_title(tidy) == tidy


@given(TEXTS)
def test_divisions_only_take_away(text: str) -> None:
    title = tidy_title(text) or ""
    for one in divisions(title):
        assert one.kept in title
        assert one.cut in title
        assert len(one.kept) + len(one.cut) < len(title)
        assert loose_key(title) in (loose_key(one.kept + one.cut), loose_key(one.cut + one.kept))


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_the_title_is_made_of_what_the_page_says(heading: str, og: str, headline: str, document: str) -> None:
    page = vote(f"<h1>{escape(heading)}</h1>", og=og, headline=headline, document=document)
    said = [tidy for text in (heading, og, headline, document) if (tidy := tidy_title(text))]
    assert page.title is None or any(page.title in text for text in said)

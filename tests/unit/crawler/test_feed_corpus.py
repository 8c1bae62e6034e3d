"""More than a hundred feeds as publishers really write them: each a variety of its own, each with what it must give."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from copydesk_crawler.core.discovery.feeds import parse_feed

URL = "https://courier.example/feeds/all.xml"
STORY = "https://courier.example/2030/brug"
HALF_PAST_NINE = datetime(2030, 1, 1, 9, 30, tzinfo=UTC)
HALF_PAST_EIGHT = datetime(2030, 1, 1, 8, 30, tzinfo=UTC)
NEW_YEAR = datetime(2030, 1, 1, tzinfo=UTC)
ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True)
class Sample:
    """A feed and what its first entry is."""

    name: str
    body: bytes
    url: str = STORY
    title: str | None = "Bridge open again"
    published: datetime | None = HALF_PAST_NINE
    language: str | None = None
    content_type: str | None = "application/rss+xml"
    entries: int = 1


def rss(
    item: str = "",
    *,
    date: str = "<pubDate>Tue, 01 Jan 2030 09:30:00 GMT</pubDate>",
    title: str = "<title>Bridge open again</title>",
    link: str = f"<link>{STORY}</link>",
    channel: str = "<title>Courier</title>",
    root: str = 'rss version="2.0"',
    head: str = '<?xml version="1.0" encoding="utf-8"?>',
) -> str:
    end = root.split()[0]
    return f"{head}<{root}><channel>{channel}<item>{title}{link}{date}{item}</item></channel></{end}>"


def atom(
    entry: str = "",
    *,
    date: str = "<published>2030-01-01T09:30:00Z</published><updated>2030-01-02T00:00:00Z</updated>",
    title: str = "<title>Bridge open again</title>",
    link: str = f'<link href="{STORY}"/>',
    root: str = f'feed xmlns="{ATOM}"',
    head: str = "<title>Courier</title>",
) -> str:
    return f"<?xml version='1.0'?><{root}>{head}<entry>{title}{link}<id>tag:1</id>{date}{entry}</entry></feed>"


def json_feed(version: str = "1.1", **item: object) -> bytes:
    story = {"id": "1", "url": STORY, "title": "Bridge open again", "date_published": "2030-01-01T09:30:00Z", **item}
    return json.dumps({"version": f"https://jsonfeed.org/version/{version}", "title": "C", "items": [story]}).encode()


RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="{space}"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="{url}"><title>Courier</title>{channel}</channel>
<item rdf:about="{story}"><title>Bridge open again</title>{item}</item></rdf:RDF>"""


def rdf(item: str, space: str = "http://purl.org/rss/1.0/", channel: str = "") -> bytes:
    return RDF.format(space=space, url=URL, story=STORY, item=item, channel=channel).encode()


DC_DATE = "<dc:date>2030-01-01T10:30:00+01:00</dc:date>"
NETSCAPE = (
    '<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
    '"http://my.netscape.example/publish/formats/rss-0.91.dtd">'
)
KINDS = [
    Sample("rss 0.90", rdf(f"<link>{STORY}</link>", "http://my.netscape.com/rdf/simple/0.9/"), published=None),
    Sample("rss 0.91 netscape", rss(root='rss version="0.91"', head=NETSCAPE, date="").encode(), published=None),
    Sample("rss 0.91 userland", rss(root='rss version="0.91"').encode()),
    Sample("rss 0.92", rss(root='rss version="0.92"').encode()),
    Sample("rss 0.93", rss(root='rss version="0.93"').encode()),
    Sample("rss 0.94", rss(root='rss version="0.94"').encode()),
    Sample("rss 1.0", rdf(f"<link>{STORY}</link>{DC_DATE}")),
    Sample("rss 1.0 without links", rdf(DC_DATE)),
    Sample("rss 1.0 with dc:language", rdf(f"<link>{STORY}</link>{DC_DATE}", channel="<dc:language>nl</dc:language>"), language="nl"),
    Sample("rss 2.0", rss().encode()),
    Sample("rss 2.0 without version", rss(root="rss").encode()),
    Sample("rss 2.0 in upper case", rss().replace("rss", "RSS").replace("channel", "CHANNEL").encode()),
    Sample("rss 2.0 in a namespace", rss(root='rss version="2.0" xmlns="http://backend.userland.com/rss2"').encode()),
    Sample("rss 2.0 item outside of its channel", f"<rss version='2.0'><channel><title>C</title></channel><item><title>Bridge open again</title><link>{STORY}</link><pubDate>Tue, 01 Jan 2030 09:30:00 GMT</pubDate></item></rss>".encode()),
    Sample("atom 1.0", atom().encode(), content_type="application/atom+xml"),
    Sample("atom 1.0 with a prefix", atom(root=f'feed xmlns:a="{ATOM}"').replace("<", "<a:").replace("<a:/", "</a:").replace("<a:?", "<?").encode()),
    Sample("atom 0.3", atom(root='feed version="0.3" xmlns="http://purl.org/atom/ns#"', link=f'<link rel="alternate" type="text/html" href="{STORY}"/>', date="<issued>2030-01-01T09:30:00Z</issued><modified>2030-01-02T00:00:00Z</modified>").encode()),
    Sample("atom 0.3 created", atom(root='feed version="0.3" xmlns="http://purl.org/atom/ns#"', date="<created>2030-01-01T09:30:00Z</created>").encode()),
    Sample("json feed 1.1", json_feed(), content_type="application/feed+json"),
    Sample("json feed 1.0", json_feed("1"), content_type="application/json"),
    Sample("json feed with its address as id", json_feed(url=None, id=STORY)),
    Sample("json feed with only a modification", json_feed(date_published=None, date_modified="2030-01-01T09:30:00Z")),
    Sample("json feed with a language", json_feed(language="is"), language="is"),
    Sample("channel definition format", f'<?xml version="1.0"?><CHANNEL HREF="https://courier.example/"><TITLE>C</TITLE><ITEM HREF="{STORY}" LASTMOD="2030-01-01T09:30"><TITLE>Bridge open again</TITLE></ITEM></CHANNEL>'.encode()),
]  # fmt: skip

DATES = {
    "Tue, 01 Jan 2030 10:30:00 +0100": HALF_PAST_NINE,
    "Tue, 1 Jan 2030 09:30:00 GMT": HALF_PAST_NINE,
    "1 Jan 2030 09:30 UT": HALF_PAST_NINE,
    "01 Jan 2030 04:30:00 EST": HALF_PAST_NINE,
    "Tue, 01 Jan 30 01:30 PST": HALF_PAST_NINE,
    "Tue,01 Jan 2030 09:30:00 Z": HALF_PAST_NINE,
    "Tue, 01-Jan-2030 09:30:00 GMT": HALF_PAST_NINE,
    "Tue, 01 January 2030 09:30:00 +0000": HALF_PAST_NINE,
    "Tue, 01 Jan 2030 10:30:00 +01:00": HALF_PAST_NINE,
    "Tue, 01 Jan 2030 10:30:00 GMT+0100": HALF_PAST_NINE,
    "Tue, 01 Jan 2030 10.30.00 +0100": HALF_PAST_NINE,
    "Tue, 01 Jan 2030 10:30:00 Europe/Oslo": HALF_PAST_NINE,
    "Tue, 01 Jan 2030 10:30:00 CET": HALF_PAST_NINE,
    "Tue, 01 Jan 2030 12:30:00 MSK": HALF_PAST_NINE,
    "Tue, 01 Jan 2030 18:30:00 JST": HALF_PAST_NINE,
    "Mon, 31 Dec 2029 24:00:00 GMT": NEW_YEAR,
    "Tue, 01 Jan 2030 09:29:60 GMT": datetime(2030, 1, 1, 9, 29, 59, tzinfo=UTC),
    "Tue Jan  1 09:30:00 2030": HALF_PAST_NINE,
    "Tue Jan 1 10:30:00 CET 2030": HALF_PAST_NINE,
    "2030-01-01T09:30:00Z": HALF_PAST_NINE,
    "2030-01-01T10:30:00.000+01:00": HALF_PAST_NINE,
    "2030-01-01T10:30:00+0100": HALF_PAST_NINE,
    "2030-01-01T09:30": HALF_PAST_NINE,
    "2030-01-01T09:30:00": HALF_PAST_NINE,
    "20300101T093000Z": HALF_PAST_NINE,
    "2030-01-01 09:30:00": HALF_PAST_NINE,
    "2030-01-01 10:30:00 +0100": HALF_PAST_NINE,
    "2030-1-1 9:30": HALF_PAST_NINE,
    "2030/01/01 09:30:00": HALF_PAST_NINE,
    "2030-01-01": NEW_YEAR,
    "1893490200": HALF_PAST_NINE,
    "1893490200000": HALF_PAST_NINE,
    "Tuesday, January 1, 2030 - 09:30": HALF_PAST_NINE,
    "January 1, 2030 9:30 am": HALF_PAST_NINE,
    "Jan 1, 2030, 4:30 AM EST": HALF_PAST_NINE,
    "1 January 2030": NEW_YEAR,
    "  Tue, 01 Jan 2030\n  09:30:00 GMT ": HALF_PAST_NINE,
    "yesterday": None,
    "soon": None,
    "Tue, 45 Jan 2030 09:30:00 GMT": None,
    "0000-00-00 00:00:00": None,
    "Mon, 01 Jan 0001 00:00:00 GMT": None,
    "9999-12-31T23:59:59Z": None,
    "": None,
}
LOCAL_DATES = {
    ("Di, 01 Jan 2030 10:30:00 +0100", "de"): HALF_PAST_NINE,
    ("Do, 02 Mai 2030 10:30:00 +0200", "de-AT"): datetime(2030, 5, 2, 8, 30, tzinfo=UTC),
    ("01.02.2030 09:30", "de"): datetime(2030, 2, 1, 9, 30, tzinfo=UTC),
    ("01/02/2030 09:30", "fr"): datetime(2030, 2, 1, 9, 30, tzinfo=UTC),
    ("02/01/2030 09:30", "en-US"): datetime(2030, 2, 1, 9, 30, tzinfo=UTC),
    ("mar., 01 janv. 2030 10:30:00 +0100", "fr"): HALF_PAST_NINE,
    ("mar, 01 ene 2030 10:30:00 +0100", "es"): HALF_PAST_NINE,
    ("mar, 01 gen 2030 10:30:00 +0100", "it"): HALF_PAST_NINE,
    ("ter, 01 jan 2030 06:30:00 -0300", "pt-br"): HALF_PAST_NINE,
    ("Вт, 01 янв 2030 12:30:00 +0300", "ru"): HALF_PAST_NINE,
    ("wto, 01 sty 2030 10:30:00 +0100", "pl"): HALF_PAST_NINE,
    ("Sal, 01 Oca 2030 12:30:00 +0300", "tr"): HALF_PAST_NINE,
    ("2030년 1월 1일 09:30", "ko"): HALF_PAST_NINE,
    ("2030年1月1日 09:30", "ja"): HALF_PAST_NINE,
    ("٠١ يناير ٢٠٣٠ ٠٩:٣٠", "ar"): HALF_PAST_NINE,
    ("01 ม.ค. 2573 16:30:00 +0700", "th"): HALF_PAST_NINE,
    ("1 Ιανουαρίου 2030 09:30", "el"): HALF_PAST_NINE,
    ("1. tammikuuta 2030 09:30", "fi"): HALF_PAST_NINE,
}
DATED = [
    *(Sample(f"date {text!r}", rss(date=f"<pubDate>{text}</pubDate>").encode(), published=moment) for text, moment in DATES.items()),
    *(
        Sample(f"{language} date {text}", rss(date=f"<pubDate>{text}</pubDate>", channel=f"<language>{language}</language>").encode(), published=moment, language=language)
        for (text, language), moment in LOCAL_DATES.items()
    ),
    Sample("dc:date in rss", rss(date="<dc:date xmlns:dc='http://purl.org/dc/elements/1.1/'>2030-01-01T09:30:00Z</dc:date>").encode()),
    Sample("dcterms:created in rss", rss(date="<d:created xmlns:d='http://purl.org/dc/terms/'>2030-01-01T09:30:00Z</d:created>").encode()),
    Sample("atom:updated in rss", rss(date=f"<a:updated xmlns:a='{ATOM}'>2030-01-01T09:30:00Z</a:updated>").encode()),
    Sample("pubDate before a later update", rss(f"<a:updated xmlns:a='{ATOM}'>2030-01-03T09:30:00Z</a:updated>").encode()),
    Sample("an unreadable pubDate beside a good dc:date", rss("<dc:date xmlns:dc='http://purl.org/dc/elements/1.1/'>2030-01-01T09:30:00Z</dc:date>", date="<pubDate>soon</pubDate>").encode()),
    Sample("date in CDATA", rss(date="<pubDate><![CDATA[Tue, 01 Jan 2030 09:30:00 GMT]]></pubDate>").encode()),
    Sample("atom updated only", atom(date="<updated>2030-01-01T09:30:00Z</updated>").encode()),
    Sample("no date", rss(date="").encode(), published=None),
]  # fmt: skip

LINKS = [
    Sample("link with blanks around", rss(link=f"<link>\n  {STORY}\n</link>").encode()),
    Sample("link in CDATA", rss(link=f"<link><![CDATA[{STORY}]]></link>").encode()),
    Sample("link with an escaped query", rss(link=f"<link>{STORY}?a=1&amp;b=2</link>").encode(), url=f"{STORY}?a=1&b=2"),
    Sample("link with a bare ampersand", rss(link=f"<link>{STORY}?a=1&b=2</link>").encode(), url=f"{STORY}?a=1&b=2"),
    Sample("relative to the host", rss(link="<link>/2030/brug</link>").encode()),
    Sample("without a scheme", rss(link="<link>//courier.example/2030/brug</link>").encode()),
    Sample("permalink guid alone", rss(link=f'<guid isPermaLink="true">{STORY}</guid>').encode()),
    Sample("guid alone, a permalink unless it says otherwise", rss(link=f"<guid>{STORY}</guid>").encode()),
    Sample("link beside a guid that is none", rss('<guid isPermaLink="false">4711</guid>').encode()),
    Sample("atom link in rss", rss(link=f'<a:link xmlns:a="{ATOM}" rel="alternate" href="{STORY}"/>').encode()),
    Sample("link before an atom link of the channel", rss(channel=f'<title>C</title><link>https://courier.example/</link><a:link xmlns:a="{ATOM}" rel="self" href="{URL}"/>').encode()),
    Sample("counting link of a redistributor", rss(link=f'<link>https://count.example/~r/1</link><f:origLink xmlns:f="http://rssnamespace.org/feedburner/ext/1.0">{STORY}</f:origLink>').encode()),
    Sample("enclosure is not the story", rss('<enclosure url="https://courier.example/1.mp3" length="1" type="audio/mpeg"/>').encode()),
    Sample("media content is not the story", rss('<m:content xmlns:m="http://search.yahoo.com/mrss/" url="https://courier.example/1.jpg"><m:title>photo</m:title></m:content>').encode()),
    Sample("comments are not the story", rss("<comments>https://courier.example/2030/brug#comments</comments>").encode()),
    Sample("atom without rel", atom(link=f'<link href="{STORY}"/>').encode()),
    Sample("atom alternate among others", atom(link=f'<link rel="edit" href="/e"/><link rel="enclosure" href="/a.mp3"/><link rel="alternate" type="text/html" href="{STORY}"/><link rel="replies" href="/r"/>').encode()),
    Sample("atom relative to xml:base", atom(root=f'feed xmlns="{ATOM}" xml:base="https://courier.example/2030/"', link='<link href="brug"/>').encode()),
    Sample("atom id as address", atom(link="").replace("tag:1", STORY).encode()),
    Sample("international path", rss(link="<link>https://courier.example/新闻/大桥</link>").encode(), url="https://courier.example/新闻/大桥"),
]  # fmt: skip


def encoded(label: str, title: str, *, bom: bool = False) -> bytes:
    text = rss(head=f'<?xml version="1.0" encoding="{label}"?>', title=f"<title>{title}</title>")
    return (text.replace(f' encoding="{label}"', "") if bom else text).encode(label)


ENCODINGS = [
    *(
        Sample(f"in {label}", encoded(label, title), title=title, content_type="application/xml")
        for label, title in {
            "utf-8": "Мост снова открыт",
            "iso-8859-1": "Brücke wieder geöffnet",
            "iso-8859-15": "Brücke für 5 € offen",
            "windows-1251": "Мост снова открыт",
            "windows-1252": "“Bridge” – open",
            "koi8-r": "Мост снова открыт",
            "euc-jp": "橋が再開",
            "shift_jis": "橋が再開",
            "gb2312": "大桥重新开放",
            "gb18030": "大桥重新开放",
            "big5": "大橋重新開放",
            "euc-kr": "다리 다시 열려",
            "iso-8859-2": "Most znów otwarty: żółć",
            "windows-1256": "الجسر مفتوح",
            "utf-16": "Мост снова открыт",
        }.items()
    ),
    Sample("utf-8 with its mark", b"\xef\xbb\xbf" + encoded("utf-8", "Мост"), title="Мост"),
    Sample("utf-8 undeclared", rss(head="", title="<title>Мост</title>").encode(), title="Мост", content_type=None),
    Sample("utf-8 as text/xml", encoded("utf-8", "Мост"), title="Мост", content_type="text/xml"),
    Sample("latin-1 that calls itself utf-8", rss(title="<title>Brücke</title>").encode("latin-1"), title="Brücke"),
    Sample("an unknown encoding", rss(head='<?xml version="1.0" encoding="klingon"?>').encode()),
]
TITLES = {
    "<title><![CDATA[Bridge & ferry]]></title>": "Bridge & ferry",
    "<title>Bridge &amp; ferry</title>": "Bridge & ferry",
    "<title>Bridge &amp;amp; ferry</title>": "Bridge & ferry",
    "<title>Bridge &eacute;t&eacute;</title>": "Bridge été",
    "<title>Bridge &#8211; ferry</title>": "Bridge – ferry",
    "<title>Bridge &amp;#8217;s</title>": "Bridge ’s",
    "<title>&lt;b&gt;Bridge&lt;/b&gt; open</title>": "Bridge open",
    "<title><![CDATA[<em>Bridge</em> open]]></title>": "Bridge open",
    "<title>\n  Bridge\n   open </title>": "Bridge open",
    "<title>Bridge 3 < 4 lanes</title>": "Bridge 3 < 4 lanes",
    "<title/>": None,
    "": None,
}
SHAPES = [
    *(Sample(f"title {markup}", rss(title=markup).encode(), title=title) for markup, title in TITLES.items()),
    Sample("atom html title", atom(title='<title type="html">Bridge &lt;i&gt;open&lt;/i&gt; again</title>').encode()),
    Sample("atom xhtml title", atom(title='<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Bridge <i>open</i> again</div></title>').encode()),
    Sample("channel language", rss(channel="<language>pt-BR</language>").encode(), language="pt-BR"),
    Sample("atom xml:lang", atom(root=f'feed xmlns="{ATOM}" xml:lang="fi"').encode(), language="fi"),
    Sample("as text/html", rss().encode(), content_type="text/html"),
    Sample("as text/plain", rss().encode(), content_type="text/plain"),
    Sample("as a download", rss().encode(), content_type="application/octet-stream"),
    Sample("without a type", rss().encode(), content_type=None),
    Sample("json as text", json_feed(), content_type="text/plain"),
    Sample("blank lines before", b"\n\n  " + rss().encode()),
    Sample("a comment before", b"<!-- cached -->\n" + rss().encode()),
    Sample("a style sheet before", rss(head='<?xml version="1.0"?><?xml-stylesheet href="/s.xsl" type="text/xsl"?>').encode()),
    Sample("a program's warning before", b"<br />\n<b>Warning</b>: in /srv/feed.php on line 3<br />\n" + rss().encode()),
    Sample("a comment after", rss().encode() + b"<!-- 0.3 s -->"),
    Sample("cut off in the second item", rss().replace("</channel>", "<item><title>Cut").removesuffix("</rss>").encode()),
    Sample("two items", rss().replace("</channel>", "<item><link>https://courier.example/b</link></item></channel>").encode(), entries=2),
    Sample("items without links left out", rss().replace("</channel>", "<item><title>x</title></item></channel>").encode()),
    Sample("content in several namespaces", rss('<c:encoded xmlns:c="http://purl.org/rss/1.0/modules/content/"><![CDATA[<a href="/other">x</a>]]></c:encoded>').encode()),
    Sample("an undeclared namespace", rss("<media:thumbnail url='/x.jpg'/>").encode()),
    Sample("control characters", rss(title="<title>Bridge\x0b open again</title>").encode()),
]  # fmt: skip

CORPUS = [*KINDS, *DATED, *LINKS, *ENCODINGS, *SHAPES]


@pytest.mark.parametrize("sample", CORPUS, ids=lambda sample: sample.name)
def test_every_variety_gives_its_entry(sample: Sample) -> None:
    findings = parse_feed(sample.body, URL, sample.content_type)
    assert findings.problem is None
    assert len(findings.entries) == sample.entries
    first = findings.entries[0]
    assert (first.url, first.title, first.published) == (sample.url, sample.title, sample.published)
    assert (first.language or "").lower() == (sample.language or "").lower()


@pytest.mark.parametrize(
    ("channel", "ttl"),
    [
        ("<ttl>60</ttl>", timedelta(hours=1)),
        ("<ttl>0</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>99999</ttl>", timedelta(days=7)),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", timedelta(minutes=15)),
        ("<sy:updatePeriod> daily </sy:updatePeriod>", timedelta(days=1)),
        ("<sy:updatePeriod>now and then</sy:updatePeriod>", None),
        ("", None),
    ],
)
def test_how_long_a_feed_stays(channel: str, ttl: timedelta | None) -> None:
    root = 'rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    assert parse_feed(rss(channel=channel, root=root).encode(), URL, None).ttl == ttl


HUB = "https://hub.example/"


@pytest.mark.parametrize(
    "feed",
    [
        atom(head=f'<link rel="hub" href="{HUB}"/><link rel="self" href="/feeds/canonical"/>').encode(),
        rss(
            channel=f'<a:link xmlns:a="{ATOM}" rel="hub" href="{HUB}"/><a:link xmlns:a="{ATOM}" rel="self" href="https://courier.example/feeds/canonical"/>'
        ).encode(),
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "feed_url": "https://courier.example/feeds/canonical",
                "hubs": [{"type": "rssCloud", "url": "https://cloud.example/"}, {"type": "WebSub", "url": HUB}, 7],
                "items": [],
            }
        ).encode(),
    ],
    ids=["atom", "rss", "json"],
)
def test_hubs_and_the_address_that_they_know(feed: bytes) -> None:
    findings = parse_feed(feed, URL, None)
    assert findings.hubs == (HUB,)
    assert findings.self_url == "https://courier.example/feeds/canonical"


def test_hubs_that_are_no_web_address_are_left_out() -> None:
    feed = atom(head='<link rel="hub" href="javascript:alert(1)"/><link rel="hub" href="ftp://hub.example/"/>')
    assert parse_feed(feed.encode(), URL, None).hubs == ()


def test_a_page_instead_of_a_feed_gives_the_feeds_that_it_announces() -> None:
    page = (
        "<!DOCTYPE html><html><head><link rel='alternate' type='application/rss+xml' href='/feeds/new.xml'>"
        f"<link rel='alternate' type='application/atom+xml' href='{URL}'></head><body>Moved</body></html>"
    )
    findings = parse_feed(page.encode(), URL, "text/html")
    assert findings.problem == "not-a-feed"
    assert [document.url for document in findings.documents] == ["https://courier.example/feeds/new.xml"]


def test_a_page_behind_comments_is_a_page_and_a_feed_a_feed() -> None:
    comments = "<!-- a --> " * 200
    assert parse_feed(f"{comments}<html><body>Sign in</body></html>".encode(), URL, None).problem == "not-a-feed"
    assert parse_feed(comments.encode() + rss(head="").encode(), URL, None).entries


def test_a_feed_of_unreadable_dates_is_given_up_on_quickly() -> None:
    items = "".join(f"<item><link>/{n}</link><pubDate>{n} of Frimaire 238</pubDate></item>" for n in range(2_000))
    findings = parse_feed(rss().replace("</channel>", f"{items}</channel>").encode(), URL, None)
    assert len(findings.entries) == 2_001
    assert findings.entries[-1].published is None

"""Rules that people write for one site: how they are read, what they find, what they take out."""

import json
import pickle

import pytest
import turbohtml
from copydesk_cleaner.core.errors import RulesError
from copydesk_cleaner.core.rules_text import read_rules
from copydesk_cleaner.core.site_rules import SiteRuleBook, SiteRules, apply_rules
from hypothesis import example, given
from hypothesis import strategies as st

BOOK = b"""
courier.example:
  text: article .story
  title: //h1/text()
  date: //time/@datetime
  remove: [.ad, '//aside[@data-kind="promo"]']
sport.courier.example:
  remove: .ticker
"\xe6\x96\xb0\xe8\x81\x9e.example": {title: h2}
"""

PAGE = """<html><head><meta property="og:title" content="Bridge opens at last"></head><body>
<article><h1>Bridge opens</h1><time datetime="2030-05-02T08:00:00+02:00">Thursday</time>
<div class="story"><p>The bridge opened.</p><p class="ad">Buy a boat now.<script>track()</script></p>
<div class="story"><p>It took two years.</p></div></div>
<aside data-kind="promo"><p>Also read this.</p><p>And that.</p></aside></article></body></html>"""


def rules(**keys: object) -> SiteRules:
    return SiteRules.model_validate(keys)


def mistakes(source: bytes) -> list[str]:
    with pytest.raises(RulesError) as caught:
        read_rules(source, "rules.yaml")
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://courier.example/a", "//h1/text()"),
        ("https://WWW.Courier.example:8443/a", "//h1/text()"),
        ("https://sport.courier.example/a", None),
        ("https://新聞.example/a", "h2"),
        ("https://xn--efvv70d.example/a", "h2"),
    ],
)
def test_a_page_gets_the_rules_of_the_nearest_domain(url: str, title: str | None) -> None:
    found = read_rules(BOOK, "rules.yaml").rules_for(url)
    assert found is not None
    assert found.title == title


@pytest.mark.parametrize(
    "url", ["https://notcourier.example/a", "https://example/", "file:///tmp/a.html", "https://[::1", "", "not a url"]
)
def test_other_pages_get_none(url: str) -> None:
    assert read_rules(BOOK, "rules.yaml").rules_for(url) is None
    assert SiteRuleBook().rules_for(url) is None


def test_rules_find_text_title_and_date_and_take_out_what_goes() -> None:
    found = read_rules(BOOK, "rules.yaml").rules_for("https://courier.example/a")
    assert found is not None
    document = turbohtml.parse(PAGE)
    page = apply_rules(document, found)
    assert [" ".join(element.to_text().split()) for element in page.text] == ["The bridge opened. It took two years."]
    assert (page.title, page.date) == ("Bridge opens", "2030-05-02T08:00:00+02:00")
    assert [(line.text, line.reason, line.rule) for line in page.removed] == [
        ("Buy a boat now.", "site-boilerplate", "site rule: .ad"),
        ("Also read this.", "site-boilerplate", 'site rule: //aside[@data-kind="promo"]'),
        ("And that.", "site-boilerplate", 'site rule: //aside[@data-kind="promo"]'),
    ]
    assert not document.select(".ad, aside")
    assert page.unmatched == ()


def test_an_element_speaks_by_its_attribute_first() -> None:
    page = apply_rules(turbohtml.parse(PAGE), rules(title='meta[property="og:title"]', date="time"))
    assert (page.title, page.date) == ("Bridge opens at last", "2030-05-02T08:00:00+02:00")


def test_what_finds_nothing_is_named() -> None:
    page = apply_rules(turbohtml.parse(PAGE), rules(text="#body", title="h1", date=".when", remove=".gone"))
    assert page.text == ()
    assert page.unmatched == ("text", "date")


def test_rules_travel_to_worker_processes() -> None:
    found = rules(text="article", remove=[".ad"])
    assert pickle.loads(pickle.dumps(found)) == found


def test_every_mistake_is_named_with_its_line_site_key_and_selector() -> None:
    found = mistakes(
        b"courier.example:\n"
        b"  text: 'p['\n"
        b"  titel: h1\n"
        b"https://x.example/: {text: p}\n"
        b"y.example:\n"
        b"  text: //p/text()\n"
        b"y.example: {text: p}\n"
        b"z.example:\n"
        b"  date:\n"
        b"  remove:\n"
        b"    - .ok\n"
        b"    - //a[made-up(.)]\n"
        b"    - //a[$x]\n"
        b"    - xpath:count(//p)\n"
        b"w.example: {}\n"
    )
    expected = [
        ("rules.yaml:2: courier.example: text:", "'p['", "CSS"),
        ("rules.yaml:3: courier.example:", "'titel'", "text, title, date, remove"),
        ("rules.yaml:4: site", "'https://x.example/'", "courier.example"),
        ("rules.yaml:6: y.example: text:", "'//p/text()'", "last step"),
        ("rules.yaml:7: y.example:", "second time", "together"),
        ("rules.yaml:9: z.example: date:", "no selector", "leave the key out"),
        ("rules.yaml:12: z.example: remove:", "'//a[made-up(.)]'", "made-up"),
        ("rules.yaml:13: z.example: remove:", "'//a[$x]'", "variables"),
        ("rules.yaml:14: z.example: remove:", "'xpath:count(//p)'", "element"),
        ("rules.yaml:15: w.example:", "no rule", "leave the site out"),
    ]
    found.sort(key=lambda line: int(line.split(":")[1]))
    assert len(found) == len(expected)
    for line, (place, culprit, way_out) in zip(found, expected, strict=True):
        assert line.startswith(place)
        assert culprit in line
        assert way_out in line


@pytest.mark.parametrize(
    "source",
    [b"- a", b"a: [", b"[" * 20_000, b"\xff\xfe\x00", b"a: &x {text: *x}", b"? [a]\n: {text: p}", b"a.example: p"],
)
def test_what_is_no_mapping_of_sites_is_refused(source: bytes) -> None:
    assert all(line.startswith("rules.yaml") for line in mistakes(source))


def test_no_rules_are_rules() -> None:
    assert read_rules(b"# nothing yet\n", "rules.yaml").sites == {}


_words = st.sampled_from(
    [
        "text",
        "title",
        "date",
        "remove",
        "a.example",
        "p",
        "//p",
        "(//a)[1]",
        ".x > y",
        "//a[",
        "xpath:",
        "'",
        "<<",
        "*a",
    ]
)
_scalars = _words | st.text(max_size=12)
_yaml = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda held: f"[{', '.join(held)}]")
        | st.dictionaries(_scalars, inner, max_size=3).map(
            lambda held: "{" + ", ".join(f"{key}: {value}" for key, value in held.items()) + "}"
        )
    ),
    max_leaves=8,
)


@given(st.binary(max_size=60) | _yaml.map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b"&a [*a]")
@example(b"a: &a {remove: [*a]}")
def test_nothing_but_the_documented_error_comes_of_any_file(source: bytes) -> None:
    try:
        book = read_rules(source, "rules.yaml")
    except RulesError:
        return
    for found in book.sites.values():
        apply_rules(turbohtml.parse(PAGE), found)


@given(_scalars, _scalars)
def test_nothing_but_the_documented_error_comes_of_any_selector(key: str, selector: str) -> None:
    source = json.dumps({"a.example": {key: selector, "remove": [selector]}}, ensure_ascii=True).encode()
    try:
        book = read_rules(source, "rules.yaml")
    except RulesError:
        return
    for found in book.sites.values():
        apply_rules(turbohtml.parse(PAGE), found)

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.cli.source_lists import SourceListError, read_source_list


@pytest.fixture
def read(tmp_path):
    def reading(text, name="sources.yaml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return read_source_list(path)

    return reading


def test_a_url_alone_is_enough(read):
    (source,) = read("- url: https://news.example.org/world/\n")

    assert (source.name, source.url, source.feeds) == ("news.example.org", "https://news.example.org/world/", [])


def test_yaml_with_every_field(read):
    (source,) = read(
        """
        sources:
          - name: Hafenblatt
            url: http://127.0.0.1:8000/
            feeds: [http://127.0.0.1:8000/feed.xml]
            language: de
            country: DE
            ignore_robots: true
            retention: 30
            licence: Hafenblatt 2026/4
            display_rights: excerpt
            opt_outs: [noai, noarchive]
        """
    )

    assert source.name == "Hafenblatt"
    assert source.feeds == ["http://127.0.0.1:8000/feed.xml"]
    assert (source.language, source.country, source.ignore_robots) == ("de", "DE", True)
    assert (source.retention, source.licence, source.display_rights) == (30, "Hafenblatt 2026/4", "excerpt")
    assert source.opt_outs == ["noai", "noarchive"]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("retention: 0", "Expected `int` >= 1"),
        ("display_rights: some", "Invalid enum value 'some' - at `$.display_rights`"),
        ("opt_outs: [tdm]", "Invalid enum value 'tdm' - at `$.opt_outs[0]`"),
    ],
)
def test_rights_that_mean_nothing_are_refused_by_name(read, entry, said):
    with pytest.raises(SourceListError) as refused:
        read(f"- {{url: 'https://a.example', {entry}}}")
    assert "entry 1" in str(refused.value)
    assert said in str(refused.value)


def test_json_is_yaml_too(read):
    assert [source.name for source in read('[{"url": "https://a.example"}, "https://b.example:8443/"]')] == [
        "a.example",
        "b.example:8443",
    ]


def test_opml_gives_feeds_with_their_home_pages(read):
    (one, two) = read(
        """<?xml version="1.0"?><opml version="2.0"><body><outline text="Press">
        <outline type="rss" text="Krant" xmlUrl="https://krant.example/rss" htmlUrl="https://krant.example/"/>
        <outline type="rss" title="Gazeta" xmlUrl="https://gazeta.example/atom"/></outline></body></opml>""",
        "feeds.opml",
    )

    assert (one.name, one.url, one.feeds) == ("Krant", "https://krant.example/", ["https://krant.example/rss"])
    assert (two.name, two.url) == ("Gazeta", "https://gazeta.example/atom")


def test_plain_lines_with_comments(read):
    assert [source.url for source in read("# press\nhttps://a.example/\n\nhttps://b.example/\n", "list.txt")] == [
        "https://a.example/",
        "https://b.example/",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "expected a list"),
        ("just words", "expected a list"),
        ("- name: x", "entry 1: needs a `url`"),
        ("- url: ftp://a.example/", "must start with http"),
        ("- url: https:///nohost", "name a host"),
        ("- url: http://[::1", "not a URL"),
        ("- url: https://a.example\n  feed: x", "unknown field feed; known fields: name, url"),
        ("- url: https://a.example\n  feeds: 7", "not a URL"),
        ("- url: https://a.example\n  enabled: 7", "enabled"),
        ("- url: https://a.example\n- url: https://a.example/x", "two sources are named 'a.example'"),
        ("- {", "neither YAML"),
        ("<opml><body/></opml>", "no outline"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><opml><body/></opml>', "not readable as OPML"),
    ],
)
def test_a_bad_list_names_the_entry_and_the_way_out(read, text, says):
    with pytest.raises(SourceListError) as error:
        read(text)

    assert says in str(error.value)
    assert "sources.yaml" in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SourceListError, match=r"nowhere\.yaml: no such file"):
        read_source_list(tmp_path / "nowhere.yaml")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200))
def test_any_text_gives_sources_or_a_clear_error(read, text):
    try:
        found = read(text)
    except SourceListError:
        return
    assert all(source.url for source in found)

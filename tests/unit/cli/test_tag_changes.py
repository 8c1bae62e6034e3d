"""What counts as a change of tags, and how it is told."""

import msgspec

from copydesk.cli.change_report import article_lines
from copydesk.cli.changes import Change, Tally
from copydesk.cli.kept import Selection, untagged
from copydesk.cli.tag_changes import compared_tags, tag_changes
from copydesk.contracts import ArticleCleaned, ArticleTagged, Entity, Language, MediaTopic, Place
from copydesk.testing.factories import make_cleaned

TEXT = "The ferry left Oslo for Copenhagen."
OSLO = Entity(start=15, end=19, text="Oslo", type="LOC", uri="geonames:3143244", confidence=0.9)
NORWAY = Place(geonames=3144096, name="Norway", country="NO", lat=62.0, lon=10.0, salience=0.5)
WATER = MediaTopic(code="medtop:20000001", label="shipping", confidence=0.7)


def tagged(flags: list[str] | None = None, **tags: object) -> ArticleTagged:
    cleaned = make_cleaned(title="A [ferry]", text=TEXT, flags=flags or [])
    fields = {name: getattr(cleaned, name) for name in ArticleCleaned.__struct_fields__}
    return ArticleTagged(**fields, **tags)  # type: ignore[arg-type]


def test_equal_tags_have_no_changes_and_confidence_alone_is_none() -> None:
    before = tagged(entities=[OSLO], places=[NORWAY], topics=[WATER])
    after = tagged(
        entities=[msgspec.structs.replace(OSLO, confidence=0.5, salience=0.2)],
        places=[msgspec.structs.replace(NORWAY, salience=0.1)],
        topics=[msgspec.structs.replace(WATER, confidence=0.9)],
    )

    assert tag_changes(before, after) == []


def test_each_kind_tells_what_came_went_and_became_another() -> None:
    before = tagged(
        language=Language(tag="nl", confidence=0.6),
        entities=[OSLO],
        countries=["NO"],
        keywords=["ferry"],
        minhash=[1, 2],
    )
    after = tagged(
        language=Language(tag="af", confidence=0.6),
        entities=[msgspec.structs.replace(OSLO, type="ORG", uri=None)],
        places=[NORWAY],
        countries=["NO", "DK"],
        topics=[WATER],
        minhash=[1, 3],
        flags=["tagger:keywords: ValueError"],
    )
    changes = tag_changes(before, after)

    assert [(one.kind, one.change) for one in changes] == [
        ("language", "changed"),
        ("entities", "changed"),
        ("places", "added"),
        ("countries", "added"),
        ("topics", "added"),
        ("keywords", "removed"),
        ("signature", "changed"),
        ("notes", "added"),
    ]
    assert changes[1] == Change("entities", "changed", "ORG Oslo (15–19)", "LOC Oslo = geonames:3143244 (15–19)")


def test_a_signature_that_was_not_kept_is_no_change() -> None:
    assert tag_changes(tagged(), tagged(minhash=[1, 2])) == []


def test_sums_count_changes_articles_and_versions() -> None:
    before = tagged(keywords=["ferry", "oslo"], models={"keywords": "1", "language": "1"})
    after = tagged(models={"language": "2"})
    tally = Tally()
    for one in (before, after):
        tally.add(compared_tags(one, after))
    sums = tally.as_json()

    assert (sums["articles"], sums["changed"]) == (2, 1)
    assert sums["kinds"]["keywords"] == {"added": 0, "removed": 2, "changed": 0, "articles": 1}
    assert [(one["maker"], one["before"], one["after"]) for one in sums["versions"]] == [
        ("keywords", "1", "–"),
        ("language", "1", "2"),
    ]


def test_text_of_articles_is_no_markup() -> None:
    before, after = tagged(), tagged(keywords=["[red]ferry"])
    head, line = article_lines(compared_tags(before, after))

    assert "A [ferry]" in head.plain
    assert "+ [red]ferry" in line.plain


def test_what_is_sent_again_has_neither_tags_nor_the_taggers_notes() -> None:
    cleaned = untagged(tagged(flags=["syndicated", "tagger:places: KeyError"], keywords=["ferry"]))

    assert type(cleaned) is ArticleCleaned
    assert cleaned.flags == ["syndicated"]


def test_articles_are_chosen_by_language_and_by_what_they_lack() -> None:
    whole = tagged(flags=["syndicated"], language=Language(tag="zh-Hant", confidence=1.0))
    lacking = tagged(flags=["tagger:places: KeyError"], language=Language(tag="nl", confidence=1.0))

    assert [Selection(language="zh").includes(one) for one in (whole, lacking)] == [True, False]
    assert [Selection(incomplete=True).includes(one) for one in (whole, lacking)] == [False, True]
    assert not Selection(language="nl", incomplete=True, source="nobody").includes(lacking)

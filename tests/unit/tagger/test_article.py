"""From the cleaned article to the tagged one."""

from copydesk_tagger.core.article import failed, tagged, to_document
from copydesk_tagger.core.document import Tags

from copydesk.contracts import ArticleCleaned, Dateline
from copydesk.testing.factories import make_cleaned


def test_every_cleaned_field_is_copied() -> None:
    article = make_cleaned(authors=["M. Lindqvist"], flags=["short"], paywalled=True)
    result = tagged(article, Tags(keywords=["ferry"], countries=["NO"], notes=["tagger:places: broken"]))

    for name in ArticleCleaned.__struct_fields__:
        if name != "flags":
            assert getattr(result, name) == getattr(article, name)
    assert result.flags == ["short", "tagger:places: broken"]
    assert result.keywords == ["ferry"]
    assert (result.topics, result.story, result.duplicate_of) == ([], None, None)
    assert result.tagger_version


def test_a_document_has_what_annotators_need() -> None:
    article = make_cleaned(
        title=None, language_hint="nl", country="NL", dateline=Dateline(text="OSLO (XX) -", place="OSLO")
    )
    document = to_document(article)

    assert (document.title, document.text) == ("", article.text)
    assert (document.language_hint, document.country, document.dateline_place) == ("nl", "NL", "OSLO")


def test_a_failed_document_says_why() -> None:
    assert failed(TimeoutError("took longer than 20 s")).notes == ["tagger: took longer than 20 s"]

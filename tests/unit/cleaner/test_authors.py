"""Who wrote a page: the fields that declare it, the bylines that show it, and who is no author."""

import json

import pytest
import turbohtml
from copydesk_cleaner.core.authors import Authors, read_authors
from copydesk_cleaner.core.page_facts import PageFacts

URL = "https://www.courier.example/2030/bridge"
TITLE = "Bridge over the river reopens after repairs"


def authors(head: str = "", body: str = "", *, heading: str = f"<h1>{TITLE}</h1>") -> Authors:
    page = (
        f"<!doctype html><html><head>{head}</head><body><main><article>{heading}{body}</article></main></body></html>"
    )
    return read_authors(PageFacts(turbohtml.parse(page), URL))


def linked(author: object, **fields: object) -> str:
    node = {"@type": "NewsArticle", "headline": TITLE, "author": author, **fields}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


@pytest.mark.parametrize(
    ("author", "people"),
    [
        ("Ana Lund", ["Ana Lund"]),
        (["Ana Lund", "Jan de Vries"], ["Ana Lund", "Jan de Vries"]),
        ({"@type": "Person", "name": "Ana Lund"}, ["Ana Lund"]),
        ({"@type": "Person", "name": ["Ana Lund", "Jan de Vries"]}, ["Ana Lund", "Jan de Vries"]),
        ({"@type": "Person", "givenName": "Ana", "familyName": "Lund"}, ["Ana Lund"]),
        ({"@type": "Person", "name": {"@value": "Ana Lund", "@language": "en"}}, ["Ana Lund"]),
        ([[{"name": "Ana Lund"}], {"name": "ANA LUND"}], ["Ana Lund"]),
        ({"name": "Ana Lund, Jan de Vries and Li Mo"}, ["Ana Lund", "Jan de Vries", "Li Mo"]),
        ({"name": "Lund, Ana"}, ["Ana Lund"]),
        ({"name": "Lund, Ana; de Vries, Jan"}, ["Ana Lund", "Jan de Vries"]),
        ({"name": "By Dr. Ana Lund, Political Editor"}, ["Dr. Ana Lund"]),
        ({"name": "Frau Ana Lund, Reporterin"}, ["Ana Lund"]),
        ({"name": "Ana Lund, Ph.D."}, ["Ana Lund"]),
        ({"name": "Robert Lund, Jr."}, ["Robert Lund Jr."]),
        ({"name": "Ana Lund (Madrid)"}, ["Ana Lund"]),
        ({"name": "Ana Lund ana.lund@courier.example"}, ["Ana Lund"]),
        ({"name": "Ana Lund @analund"}, ["Ana Lund"]),
        ({"name": "Ana&nbsp;Lund<br/>"}, ["Ana Lund"]),
        ({"name": "ana lund"}, ["ana lund"]),
        ({"name": "E.P."}, ["E.P."]),
        ({"name": "Böhm-Ŧoumani"}, ["Böhm-Ŧoumani"]),
        ([{"@type": "Person", "url": "https://courier.example/ana"}, {"name": "Jan de Vries"}], ["Jan de Vries"]),
        (["https://social.example/courier", "Ana Lund"], ["Ana Lund"]),
    ],
)
def test_shapes_of_the_declared_author(author: object, people: list[str]) -> None:
    assert authors(linked(author)).people == people


def test_an_author_named_by_reference_is_looked_up() -> None:
    graph = [
        {"@type": "Article", "headline": TITLE, "author": {"@id": "#ana"}},
        {"@type": "Person", "@id": "#ana", "name": "Ana Lund"},
    ]
    head = f'<script type="application/ld+json">{json.dumps({"@graph": graph})}</script>'
    assert authors(head).people == ["Ana Lund"]


@pytest.mark.parametrize(
    ("printed", "people"),
    [
        ("By Ana Lund and Jan de Vries", ["Ana Lund", "Jan de Vries"]),
        ("Von Marie Huber und Jörg Voß", ["Marie Huber", "Jörg Voß"]),
        ("Door Piet van den Berg en Els de Wit", ["Piet van den Berg", "Els de Wit"]),
        ("Par Élise Morvan et Luc Besse", ["Élise Morvan", "Luc Besse"]),
        ("Por Inés Ortega y Gasset", ["Inés Ortega y Gasset"]),
        ("Por Inés Ortega y Luis Pardo", ["Inés Ortega", "Luis Pardo"]),
        ("Por João Teles e Rita Lopes", ["João Teles", "Rita Lopes"]),
        ("Di Carla Neri e Ugo Longhi", ["Carla Neri", "Ugo Longhi"]),
        ("Av Kari Moe og Nils Aas", ["Kari Moe", "Nils Aas"]),
        ("Av Karin Ek och Nils Berg", ["Karin Ek", "Nils Berg"]),
        ("Kirjoittanut Aino Salo ja Eero Niemi", ["Aino Salo", "Eero Niemi"]),
        ("Szerző: Kiss Anna és Nagy Béla", ["Kiss Anna", "Nagy Béla"]),
        ("Autor: Jana Malá a Petr Nový", ["Jana Malá", "Petr Nový"]),
        ("Autor: Zofia Lis oraz Jan Wilk", ["Zofia Lis", "Jan Wilk"]),
        ("Yazan: Elif Aksoy ve Can Tekin", ["Elif Aksoy", "Can Tekin"]),
        ("Автор: Вера Гордеева и Илья Шубин", ["Вера Гордеева", "Илья Шубин"]),
        ("Автори: Ольга Коваль та Іван Мельник", ["Ольга Коваль", "Іван Мельник"]),
        ("Συντάκτης: Νίκος Λάμπρου και Άννα Δήμου", ["Νίκος Λάμπρου", "Άννα Δήμου"]),
        ("بقلم: سلمى حداد و كريم ناصر", ["سلمى حداد", "كريم ناصر"]),
        ("מאת: דנה לביא", ["דנה לביא"]),
        ("作者：李小雨、王大山", ["李小雨", "王大山"]),
        ("記者 / 陳美玲", ["陳美玲"]),
        ("윤하늘 기자", ["윤하늘"]),
        ("윤하늘 기자 외 1명", ["윤하늘"]),
    ],
)
def test_bylines_of_many_languages_in_an_author_field(printed: str, people: list[str]) -> None:
    assert authors(f'<meta name="author" content="{printed}">').people == people


@pytest.mark.parametrize(
    "nobody",
    [
        "Redactie", "Redaktion", "Online-Redaktion", "La Rédaction", "Redacción", "Redazione", "Redação", "Redakcja", "Редакция",
        "Toimitus", "Σύνταξη", "Haber Merkezi", "編集部", "هيئة التحرير", "Staff", "Staff Reporter", "News Desk", "Web Desk",
        "admin", "Agencies", "Press release", "null", "No Author",
    ],
)  # fmt: skip
def test_a_word_for_editorial_staff_is_no_author(nobody: str) -> None:
    found = authors(linked({"@type": "Person", "name": nobody}) + f'<meta name="author" content="{nobody}">')
    assert found == Authors()


def test_people_go_before_agencies_which_stand_apart() -> None:
    found = authors(linked([{"@type": "Person", "name": "Ana Lund, dpa"}, {"@type": "Organization", "name": "AFP"}]))
    assert (found.people, found.organisations, found.agencies) == (["Ana Lund"], [], ["DPA", "AFP"])


@pytest.mark.parametrize(
    ("author", "organisations", "agencies"),
    [
        ({"@type": "Person", "name": "dpa"}, ["dpa"], ["DPA"]),
        ({"@type": "Person", "name": "Reuters, AFP"}, ["Reuters", "AFP"], ["RTR", "AFP"]),
        ({"@type": "Organization", "name": "The Courier"}, ["The Courier"], []),
        ({"@type": "Person", "name": "Courier"}, ["Courier"], []),
        ({"@type": "Person", "name": "courier.example"}, ["courier.example"], []),
        ({"@type": "Person", "name": "Courier Staff"}, ["Courier Staff"], []),
        ({"@type": "Organization", "name": "Lund, Berg & Co. KG"}, ["Lund, Berg & Co. KG"], []),
        ({"@type": "Person", "name": "Institute of Law and Letters"}, ["Institute of Law and Letters"], []),
        ({"@type": "Person", "name": "Canal 99"}, ["Canal 99"], []),
    ],
)
def test_an_organisation_stands_where_no_person_is_named(
    author: object, organisations: list[str], agencies: list[str]
) -> None:
    found = authors(linked(author))
    assert (found.people, found.organisations, found.agencies) == ([], organisations, agencies)


def test_the_publication_as_author_gives_way_to_the_byline() -> None:
    head = linked({"@type": "Organization", "name": "The Courier"}) + '<meta name="author" content="courier.example">'
    found = authors(
        head, '<p class="byline">By <a href="/people/ana-lund">Ana Lund</a>, Chief Reporter</p><p>Text.</p>'
    )
    assert (found.people, found.organisations, found.source) == (["Ana Lund"], [], "marks")


def test_what_the_article_declares_goes_before_what_stands_on_the_page() -> None:
    body = '<p class="byline">By Jan de Vries</p><p>Text.</p>'
    assert authors(linked("Ana Lund"), body).people == ["Ana Lund"]
    assert authors('<meta name="author" content="Ana Lund">', body).people == ["Ana Lund"]


def test_a_full_name_on_the_page_goes_before_an_account() -> None:
    body = '<p class="byline">By Ana Lund</p><p>Text.</p>'
    assert authors('<meta name="author" content="alund7">', body).people == ["Ana Lund"]
    assert authors('<meta name="author" content="Ana">', body).people == ["Ana Lund"]
    assert authors('<meta name="author" content="Maddy">', body).people == ["Maddy"]


@pytest.mark.parametrize(
    "byline",
    [
        '<a rel="author" href="/x">Ana Lund</a>',
        '<span itemprop="author" itemscope><span itemprop="name">Ana Lund</span></span>',
        '<div class="article__byline"><span>By</span><span>Ana Lund</span><span>Senior Reporter</span><time>11:58</time></div>',
        '<div class="meta-author">Von <b>Ana Lund</b>, in Berlin</div>',
        '<a href="/autoren/ana-lund">Ana Lund</a>',
        "<p>By Ana Lund</p>",
        "<p>By</p><p>Ana Lund</p>",
        "<div><span>Автор:</span> <span>Ana Lund</span></div>",
        "<p>3 May 2030 | 13:10 | Ana Lund</p>",
        "<p>Door <a href='/x'>Ana Lund</a></p>",
    ],
)
def test_bylines_on_a_page_that_declares_nobody(byline: str) -> None:
    assert authors("", f"{byline}<p>The bridge was closed for three years.</p>").people == ["Ana Lund"]
    assert authors("", heading=f"{byline}<h1>{TITLE}</h1><p>The bridge was closed.</p>").people == ["Ana Lund"]


@pytest.mark.parametrize(
    "stranger",
    [
        '<aside><p class="byline">By Jan de Vries</p></aside>',
        '<div class="related-stories"><a rel="author" href="/x">Jan de Vries</a></div>',
        '<figure><img src="/a.jpg"><figcaption class="author">Jan de Vries</figcaption></figure>',
        '<ol class="comments"><li><span class="comment-author">Jan de Vries</span></li></ol>',
    ],
)
def test_authors_of_other_things_are_left_alone(stranger: str) -> None:
    text = "<p>The bridge was closed for three years.</p>"
    assert authors("", text + stranger) == Authors()
    assert authors("", f'{stranger}<p class="byline">By Ana Lund</p>{text}').people == ["Ana Lund"]


def test_two_marked_authors_side_by_side() -> None:
    body = '<ul class="authors"><li><a href="/author/a">Ana Lund</a></li><li><a href="/author/j">Jan de Vries</a></li></ul>'
    assert authors("", body).people == ["Ana Lund", "Jan de Vries"]


def test_a_name_of_one_word_on_the_page_is_believed_where_it_is_marked() -> None:
    assert authors("", '<p class="post-author">by <b>Maddy</b></p><p>Text.</p>').people == ["Maddy"]
    assert authors("", '<p class="post-author">by <b>Courier Team</b></p><p>Text.</p>').organisations == [
        "Courier Team"
    ]
    assert authors("", '<p class="post-author">5 min read</p><p>Text.</p>') == Authors()


def test_a_card_that_says_who_wrote_the_article() -> None:
    card = '<meta name="twitter:label{0}" content="{1}"><meta name="twitter:data{0}" content="{2}">'
    head = card.format(1, "Verfasst von", "Ana Lund") + card.format(2, "Reading time", "Five Minutes")
    assert authors(head).people == ["Ana Lund"]


def test_several_author_links_that_agree() -> None:
    box = '<div class="latest"><a href="/author/{0}">{1}</a></div>'
    ana, jan = box.format("ana", "Ana Lund"), box.format("jan", "Jan de Vries")
    assert authors("", "<p>Text.</p>" + ana * 3).people == ["Ana Lund"]
    assert authors("", "<p>Text.</p>" + ana * 2 + jan) == Authors()


def test_a_long_page_of_marked_elements_is_not_read_over_and_over() -> None:
    assert authors("", '<div class="author">' * 300 + "Text. " * 50_000) == Authors()


def test_a_page_without_anything() -> None:
    assert authors("", "", heading="") == Authors()

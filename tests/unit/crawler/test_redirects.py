"""Redirects that are no new address of a page are told from those that are."""

import pytest
from copydesk_crawler.core.http.redirects import redirect_sign
from copydesk_crawler.core.urls.canonical_url import Address, canonical_url
from hypothesis import given
from hypothesis import strategies as st

ARTICLE = "https://www.courier.example/politics/2030/bridge-reopens.html"


def sign(target: str, origin: str = ARTICLE) -> str | None:
    start = canonical_url(origin)
    end = canonical_url(target, origin)
    assert isinstance(start, Address)
    assert isinstance(end, Address)
    return redirect_sign(start, end)


@pytest.mark.parametrize(
    "target",
    [
        "/login",
        "/Login?x=1",
        "/account/sign-in",
        "/user/login.aspx",
        "/wp-login.php?redirect_to=%2F",
        "/de/anmelden",
        "/connexion/",
        "https://sso.publisher.example/start",
        "https://login.publisher.example/",
        "https://accounts.publisher.example/v3/pick",
        "https://consent.publisher.example/collect?session=3",
        "https://idp.publisher.example/saml2/redirect?SAMLRequest=abc",
        "https://gate.example/?returnUrl=https%3A%2F%2Fwww.courier.example%2Fpolitics%2F2030%2Fbridge-reopens.html",
        "https://gate.example/check?next=%2Fpolitics%2F2030%2Fbridge-reopens.html",
        "/cookiewall?target=/politics/2030/bridge-reopens.html",
        "/privacy-gate/accept",
    ],
)
def test_logins_and_consent_gates(target: str) -> None:
    assert sign(target) == "redirect-login"


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "https://courier.example/",
        "https://m.courier.example",
        "/index.html",
        "/en/",
        "/pt-br",
        "/?ref=404",
        "/de/home",
    ],
)
def test_an_article_that_leads_to_the_front_page(target: str) -> None:
    assert sign(target) == "redirect-home"


@pytest.mark.parametrize(
    "target",
    [
        "/politics/2030/bridge-reopens-after-storm.html",
        "https://courier.example/politics/2030/bridge-reopens.html",
        "/politics/",
        "/?p=48213",
        "https://www.herald.example/",
        "https://www.herald.example/world/bridge?share=https://social.example/x",
        "/opinion/login-woes-at-the-tax-office.html",
        "/world/accounting-for-the-flood",
        "/2030/01/signing-in-the-rain",
    ],
)
def test_new_addresses_are_no_sign(target: str) -> None:
    assert sign(target) is None


def test_where_the_page_lies_under_such_a_name_itself() -> None:
    assert sign("/account/news/b", "https://courier.example/account/news/a") is None
    assert sign("https://auth.courier.example/news/b", "https://auth.courier.example/news/a") is None
    assert sign("/en/", "https://courier.example/") is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_pair_of_addresses_has_an_answer(one: str, other: str) -> None:
    start, end = canonical_url(f"http://a.example/{one}"), canonical_url(f"http://a.example/{other}")
    if isinstance(start, Address) and isinstance(end, Address):
        assert redirect_sign(start, end) in (None, "redirect-login", "redirect-home")

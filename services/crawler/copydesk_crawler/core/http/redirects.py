"""What a redirect tells of a page besides its new address."""

import re
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from copydesk_crawler.core.urls.canonical_url import Address

RedirectSign = Literal["redirect-login", "redirect-home"]

_LOGIN_HOST = frozenset(
    """account accounts anmelden anmeldung auth authentication authenticate cas cmp consent consentement
    conta cuenta giris identity idp inloggen kirjaudu konto log-in login logga-in logowanie logon myaccount oauth
    oauth2 oidc openid passport privacy-gate secure-login signin sign-in signon sso user-account""".split()  # noqa: SIM905
)
"""First labels of hosts that only let people in."""

_LOGIN_SEGMENT = re.compile(
    r"""(?:log|sign)[-_]?(?:in|on) | auth(?:enticate|entication|orize|orise|)? | oauth2? | oidc | openid(?:-connect)?
    | saml2? | sso | idp | cas | consent(?:-?(?:gate|wall|management))? | cookie-?(?:wall|consent|gate) | privacy-?gate
    | accounts? | register | registration | paywall | anmelden | anmeldung | einloggen | inloggen | logga-in
    | connexion | se-connecter | identificacion | iniciar-sesion | inicio-sesion | entrar | accedi | accesso | logowanie
    | zaloguj | prihlaseni | prijava | giris | kirjaudu | iniciar-sessao | login\.(?:aspx?|php|jsp|html?|do|action)
    | (?:wp-login|signin)\.php""",
    re.VERBOSE,
)
"""A whole path segment, extensions of programs apart."""

_RETURN = re.compile(
    r"""(?:return|redirect|continue|next|back|target|dest(?:ination)?|callback|goto|forward|origin|referr?er|service
    |relaystate|came_from|ru|rurl|url|uri|r|to)(?:[-_]?(?:ur[il]|to|path|page|link|address))?""",
    re.VERBOSE,
)
_HOME_PAGES = frozenset(
    "index home default main start startseite accueil inicio portada frontpage welcome".split()  # noqa: SIM905
)
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2,4})?")


def redirect_sign(origin: Address, target: Address) -> RedirectSign | None:
    """Tell the redirects that are no new address of the page.

    `redirect-login`: the target lets people in (login, single sign-on, consent), by its host, by a segment of its path
    that the page's own address does not have, or by a parameter that carries the page's address to come back to.
    `redirect-home`: an article leads to the front page of its site or of one of its languages, as some sites say 404.
    """
    if _lets_in(origin, target):
        return "redirect-login"
    if _same_site(origin.hostname, target.hostname) and _is_home(target) and not _is_home(origin):
        return "redirect-home"
    return None


def _lets_in(origin: Address, target: Address) -> bool:
    first = target.hostname.partition(".")[0]
    if first in _LOGIN_HOST and target.hostname.count(".") and first != origin.hostname.partition(".")[0]:
        return True
    asked, given = set(_segments(origin)), _segments(target)
    if any(_LOGIN_SEGMENT.fullmatch(segment) for segment in given[:6] if segment not in asked):
        return True
    return _carries(target, origin)


def _carries(target: Address, origin: Address) -> bool:
    """Whether a parameter that names a way back holds the page's address, whole or as a path."""
    page = urlsplit(origin.url)
    if len(page.path) < 2:
        return False
    for name, value in parse_qsl(urlsplit(target.url).query, max_num_fields=None)[:40]:
        if not _RETURN.fullmatch(name.lower()):
            continue
        back = unquote(value)
        if back.startswith(page.path) or (page.path in back and origin.hostname in back):
            return True
    return False


def _segments(address: Address) -> list[str]:
    return [segment.lower() for segment in urlsplit(address.url).path.split("/") if segment]


def _is_home(address: Address) -> bool:
    """The root, with or without a language and the name of an index page."""
    parts = urlsplit(address.url)
    segments = _segments(address)
    if segments and segments[-1].partition(".")[0] in _HOME_PAGES:
        segments.pop()
    if segments and _LANGUAGE.fullmatch(segments[0]):
        segments.pop(0)
    return not segments and not re.search(r"(?:^|&)(?:p|id|page_id|article|story|artid|newsid|nid)=", parts.query)


def _same_site(one: str, other: str) -> bool:
    """Same host, or one a subdomain of the other, `www` and mobile prefixes apart."""
    first, second = (re.sub(r"^(?:www\d?|m|mobile|amp|wap)\.", "", name) for name in (one, other))
    return first == second or first.endswith(f".{second}") or second.endswith(f".{first}")

"""What a robots.txt lets us fetch, case by case: RFC 9309, and Google's documentation and parser where the RFC is open.

Three of Google's published assertions go the other way here, all on percent-encoding: Google leaves it to the caller to
encode the URL and decodes no unreserved character, while RFC 9309 (2.2.2) has both sides normalised before comparison.
"""

from collections.abc import Iterator
from dataclasses import dataclass

SITE = "https://courier.example"


@dataclass(frozen=True)
class Case:
    """A robots.txt with the paths that it lets `agent` fetch, and those that it does not."""

    about: str
    robots: str | bytes
    allowed: str = ""
    disallowed: str = ""
    agent: str = "Copydesk/0.1 (+https://desk.example/about)"

    def assertions(self) -> Iterator[tuple[str, bytes, str, str, bool]]:
        body = self.robots if isinstance(self.robots, bytes) else self.robots.encode()
        for paths, verdict in ((self.allowed, True), (self.disallowed, False)):
            for path in paths.split():
                yield f"{self.about}: {path[:60]}", body, self.agent, SITE + path, verdict


def _for_us(*lines: str) -> str:
    return "\n".join(["User-agent: copydesk", *lines])


_LONG = "/x/" + "a" * (16_663 - len("disallow: /x/"))
_GROUPS = """\
allow: /early/

user-agent: copydesk
disallow: /
allow: /x/
user-agent: otherbot
disallow: /
allow: /y/


allow: /w/
user-agent: thirdbot

user-agent: copydesk
allow: /z/
disallow: /
"""
_MANY = """\
user-agent: *
disallow: /all/

user-agent: copydesk
user-agent: otherbot
disallow: /both/

user-agent: otherbot
disallow: /other/

user-agent: Copydesk
disallow: /more/
"""

GROUPS = [
    Case("an empty file", "", "/ /a /a?b=c"),
    Case("only blanks", " \n\t\n\r\n", "/ /a"),
    Case("only comments", "# hello\n# Disallow: /", "/ /a"),
    Case("rules before any group", "Disallow: /\nAllow: /a", "/ /a /b"),
    Case("rules before the first group", "Disallow: /a\nUser-agent: *\nDisallow: /b", "/a", "/b"),
    Case("a group for all", "User-agent: *\nDisallow: /", "/robots.txt", "/ /a /robots.txt.bak /a/robots.txt"),
    Case("nothing disallowed", "User-agent: *\nDisallow:", "/ /a"),
    Case("nothing allowed is no rule", "User-agent: *\nAllow:\nDisallow: /a", "/b", "/a"),
    Case("a group without rules", "User-agent: copydesk\n\nUser-agent: *\nDisallow: /", "", "/a"),
    Case("our own empty group", "User-agent: copydesk\nDisallow:\n\nUser-agent: *\nDisallow: /", "/a /"),
    Case("our own group last", "User-agent: *\nDisallow: /\nUser-agent: copydesk\nDisallow: /p", "/a", "/p"),
    Case("our own group first", "User-agent: copydesk\nDisallow: /p\n\nUser-agent: *\nDisallow: /", "/a", "/p"),
    Case("own rules matching nothing", "User-agent: *\nDisallow: /a\n\nUser-agent: copydesk\nAllow: /b", "/a /b /c"),
    Case("groups of others only", "User-agent: otherbot\nDisallow: /\nUser-agent: third\nDisallow: /a", "/ /a"),
    Case("many groups, ours", _GROUPS, "/x/b /z/d", "/y/c /w/a /early/ /q"),
    Case("many groups, the next", _GROUPS, "/y/c /w/a", "/z/d /x/b /early/", agent="OtherBot"),
    Case("many groups, the last", _GROUPS, "/z/d", "/x/b /y/c /early/", agent="thirdbot"),
    Case("groups of one agent are merged", _MANY, "/all/a /other/a", "/both/a /more/a"),
    Case("and those of the other", _MANY, "/all/a /more/a", "/both/a /other/a", agent="OtherBot/2.0"),
    Case("and those of all", _MANY, "/both/a /other/a /more/a", "/all/a", agent="stranger"),
    Case("two groups for all", "User-agent: *\nDisallow: /a\n\nUser-agent: *\nDisallow: /b", "/c", "/a /b"),
    Case("blank lines end no group", "User-agent: *\n\n\nDisallow: /a\n\nDisallow: /b", "/c", "/a /b"),
    Case("comments end no group", "User-agent: *\n# one\nDisallow: /a\n# two\nDisallow: /b", "/c", "/a /b"),
    Case("a sitemap ends no list of agents", "User-agent: copydesk\nSitemap: /s\nUser-agent: *\nDisallow: /", "", "/a"),
    Case("nor does what nobody knows", "User-agent: copydesk\nNoise: x\nUser-agent: *\nDisallow: /", "", "/a"),
    Case("nor does a delay", "User-agent: copydesk\nCrawl-delay: 9\nUser-agent: *\nDisallow: /", "", "/a"),
    Case("a sitemap ends no group", "User-agent: *\nDisallow: /a\nSitemap: /s\nDisallow: /b", "/c", "/a /b"),
    Case(
        "nor does an unknown line", "User-agent: *\nDisallow: /a\nHost: x\nClean-param: y\nDisallow: /b", "/c", "/a /b"
    ),
    Case("an empty rule ends the list of agents", "User-agent: copydesk\nDisallow:\nUser-agent: *\nDisallow: /", "/a"),
]

AGENTS = [
    Case("upper case", "USER-AGENT: COPYDESK\nDISALLOW: /a\nALLOW: /a/b", "/a/b /c", "/a"),
    Case("mixed case", "uSeR-aGeNt: cOpYdEsK\ndIsAlLoW: /a\naLlOw: /a/b", "/a/b /c", "/a"),
    Case("with a version", "User-agent: Copydesk/9.9\nDisallow: /a", "/b", "/a"),
    Case("with a number", "User-agent: copydesk2\nDisallow: /a", "/b", "/a"),
    Case("with words behind", "User-agent: Copydesk News\nDisallow: /a", "/b", "/a"),
    Case("with a star behind", "User-agent: copydesk*\nDisallow: /a", "/b", "/a"),
    Case(
        "words behind win over all",
        "User-agent: *\nDisallow: /\nUser-agent: Copydesk x\nAllow: /a\nDisallow: /",
        "/a",
        "/b",
    ),
    Case("a beginning of our name", "User-agent: copy\nDisallow: /", "/a"),
    Case("our name's beginning", "User-agent: copydeskbot\nDisallow: /", "/a"),
    Case("our name within", "User-agent: mycopydesk\nDisallow: /", "/a"),
    Case("our name and a dash", "User-agent: copydesk-news\nDisallow: /", "/a"),
    Case("a dash in ours", "User-agent: news-desk_bot\nDisallow: /a", "/b", "/a", agent="News-Desk_Bot/1.0"),
    Case("a part of a dashed one", "User-agent: news\nDisallow: /a", "/a /b", agent="News-Desk_Bot/1.0"),
    Case("a browser's string", "User-agent: mozilla\nDisallow: /", "/a"),
    Case("a star and words", "User-agent: * for all\nDisallow: /a", "/b", "/a"),
    Case("a star and a comment", "User-agent: * # for all\nDisallow: /a", "/b", "/a"),
    Case("a star and letters", "User-agent: *bot\nDisallow: /a", "/a"),
    Case("no name", "User-agent:\nDisallow: /", "/a"),
    Case("no name leaves the group of before", "User-agent: *\nDisallow: /a\nUser-agent:\nDisallow: /b", "/b", "/a"),
    Case("a name that is none", "User-agent: ツ\nDisallow: /", "/a"),
    Case("an agent without a name takes what all take", "User-agent: *\nDisallow: /a", "/b", "/a", agent=""),
    Case("and nothing else", "User-agent: 007\nDisallow: /a", "/a", agent="007"),
]

LINES = [
    Case("carriage returns", "User-agent: *\rDisallow: /a\rDisallow: /b\r", "/c", "/a /b"),
    Case("both", "User-agent: *\r\nDisallow: /a\r\nDisallow: /b\r\n", "/c", "/a /b"),
    Case("mixed", "User-agent: *\nDisallow: /a\r\n\rDisallow: /b\n\r\nDisallow: /c", "/d", "/a /b /c"),
    Case("no last break", "User-agent: *\nDisallow: /a", "/b", "/a"),
    Case("other separators break no line", "User-agent: *\nDisallow: /a\u2028Allow: /a", "/a", ""),
    Case("nor do form feeds", "User-agent: *\nDisallow: /a\x0cAllow: /a/b", "/a/b", ""),
    Case("a byte order mark", b"\xef\xbb\xbfUser-agent: *\nDisallow: /a", "/b", "/a"),
    Case("two thirds of one", b"\xef\xbbUser-agent: *\nDisallow: /a", "/b", "/a"),
    Case("a third of one", b"\xefUser-agent: *\nDisallow: /a", "/b", "/a"),
    Case("a broken one", b"\xef\x11\xbfUser-agent: *\nDisallow: /a", "/a"),
    Case("one within spoils its line", b"User-agent: *\n\xef\xbb\xbfDisallow: /a\nDisallow: /b", "/a", "/b"),
    Case("two-byte characters", b"\xff\xfe" + "User-agent: *\nDisallow: /ä".encode("utf-16-le"), "/b", "/%C3%A4"),
    Case("the other way round", b"\xfe\xff" + "User-agent: *\nDisallow: /a".encode("utf-16-be"), "/b", "/a"),
    Case("blanks around all", "  User-agent :\t*  \n\t Disallow\t:   /a  \t", "/b", "/a"),
    Case("no blanks at all", "User-agent:*\nDisallow:/a", "/b", "/a"),
    Case("a comment behind a rule", "User-agent: *\nDisallow: /a # not this\nDisallow: /b#nor this", "/c", "/a /b"),
    Case("a comment within a rule", "User-agent: *\nDisallow: /a#b", "/c", "/a /ab"),
    Case("a commented rule", "User-agent: *\n#Disallow: /a\n # Disallow: /b", "/a /b"),
    Case("a comment for a value", "User-agent: *\nDisallow: # /a", "/a"),
    Case("no colon", "user-agent copydesk\ndisallow /a", "/b", "/a"),
    Case("no colon and tabs", "user-agent\t*\ndisallow \t /a", "/b", "/a"),
    Case("no colon and three words", "User-agent: *\nDisallow /a /b\nDisallow /c", "/a /b", "/c"),
    Case("no colon and one word", "User-agent: *\nDisallow\nDisallow: /a", "/b", "/a"),
    Case("no field", "User-agent: *\n: /a\nDisallow: /b", "/a", "/b"),
    Case("unknown fields", "foo: copydesk\nbar: /", "/a"),
    Case("colons in a value", "User-agent: *\nDisallow: /a:b", "/a", "/a:b /a:b/c"),
    Case("a long word for it", "User-agent: *\nDisallowed: /a", "/b", "/a"),
    Case("typo dissallow", "User-agent: *\nDissallow: /a", "/b", "/a"),
    Case("typo dissalow", "User-agent: *\nDissalow: /a", "/b", "/a"),
    Case("typo disalow", "User-agent: *\nDisalow: /a", "/b", "/a"),
    Case("typo diasllow", "User-agent: *\nDiasllow: /a", "/b", "/a"),
    Case("typo disallaw", "User-agent: *\nDisallaw: /a", "/b", "/a"),
    Case("typo useragent", "Useragent: *\nDisallow: /a", "/b", "/a"),
    Case("typo user agent", "User agent: *\nDisallow: /a", "/b", "/a"),
    Case("a page for a robots.txt", "<!DOCTYPE html>\n<html><p>User-agent: *</p>\n<p>Disallow: /</p></html>", "/ /a"),
    Case("a line too long is read in part", f"User-agent: *\ndisallow: {_LONG}/more", "/x/", f"{_LONG} {_LONG}/less"),
    Case("NUL in a line", b"User-agent: *\nDisallow: /a\x00\nDisallow: /b", "/c", "/a /b"),
    Case("bytes that are no text", b"User-agent: *\n\xff\xfe\x80: \x81\nDisallow: /b", "/c", "/b"),
]

PRECEDENCE = [
    Case("the longer rule", _for_us("Disallow: /x/page.html", "Allow: /x/"), "/x/ /x/other", "/x/page.html"),
    Case("the longer permission", _for_us("Allow: /x/page.html", "Disallow: /x/"), "/x/page.html /y", "/x/ /x/other"),
    Case("order is nothing", _for_us("Disallow: /x/", "Allow: /x/page.html"), "/x/page.html", "/x/other"),
    Case("a tie", _for_us("Disallow: /x", "Allow: /x"), "/x /x/y"),
    Case("a tie the other way", _for_us("Allow: /x", "Disallow: /x"), "/x /x/y"),
    Case("a tie of all", _for_us("Disallow: /", "Allow: /"), "/ /a"),
    Case("a tie of nothing", _for_us("Disallow:", "Allow:"), "/ /a"),
    Case("a directory", _for_us("Disallow: /x", "Allow: /x/"), "/x/ /x/y", "/x /xy"),
    Case("a star counts", _for_us("Allow: /page", "Disallow: /*.html"), "/page", "/page.html"),
    Case("a longer path than a star's", _for_us("Allow: /x/page.", "Disallow: /*.html"), "/x/page.html", "/x/y.html"),
    Case("a shorter one", _for_us("Allow: /p", "Disallow: /*.htm"), "/page", "/page.htm"),
    Case("a short one", _for_us("Allow: /p", "Disallow: /"), "/page", "/other /"),
    Case("an end counts", _for_us("Allow: /$", "Disallow: /"), "/", "/page.html /?a"),
    Case("stars alone add length", _for_us("Allow: /fish", "Disallow: /fish*"), "/fis", "/fish"),
    Case("three deep", _for_us("Disallow: /a", "Allow: /a/b", "Disallow: /a/b/c"), "/a/b /a/b/d", "/a /a/c /a/b/c"),
    Case("octets, not characters", _for_us("Allow: /ü", "Disallow: /*a/b"), "/%C3%BCa/b", "/oa/b"),
]

MATCHING = [
    Case("case matters", _for_us("Disallow: /Page"), "/page /PAGE", "/Page /Pages"),
    Case(
        "a beginning",
        _for_us("Disallow: /", "Allow: /fish"),
        "/fish /fish.html /fish/salmon.html /fishheads /fishheads/yummy.html /fish.html?id=anything /fish?x",
        "/ /Fish.asp /catfish /?id=fish /desert/fish",
    ),
    Case(
        "a star at the end changes nothing",
        _for_us("Disallow: /", "Allow: /fish*"),
        "/fish /fish.html /fish/salmon.html /fishheads /fish.html?id=anything",
        "/Fish.asp /catfish /?id=fish",
    ),
    Case(
        "a directory only",
        _for_us("Disallow: /", "Allow: /fish/"),
        "/fish/ /fish/?id=anything /fish/salmon.htm",
        "/fish /fish.html /animals/fish/ /Fish/Salmon.asp",
    ),
    Case(
        "a star within",
        _for_us("Disallow: /", "Allow: /*.php"),
        "/index.php /filename.php /folder/filename.php /folder/filename.php?parameters /folder/any.php.file.html"
        " /filename.php/ /index?f=filename.php/ //folder/any.php",
        "/ /windows.PHP /php/ /index?php",
    ),
    Case(
        "a star and an end",
        _for_us("Disallow: /", "Allow: /*.php$"),
        "/filename.php /folder/filename.php /a?b=c.php",
        "/filename.php?parameters /filename.php/ /filename.php5 /windows.PHP /aaaphpaaa /filename?php",
    ),
    Case(
        "a star between",
        _for_us("Disallow: /", "Allow: /fish*.php"),
        "/fish.php /fishheads/catfish.php?parameters /fish.php/x",
        "/Fish.PHP /fis.php /a/fish.php",
    ),
    Case("an end", _for_us("Disallow: /foo/bar$"), "/foo/bar/ /foo/bar/qux /foo/barn /foo/bar?x", "/foo/bar"),
    Case("an end within is a character", _for_us("Disallow: /a$b"), "/a /ab", "/a$b /a$bc"),
    Case("two ends", _for_us("Disallow: /a$$"), "/a /a$b", "/a$"),
    Case("all that ends so", _for_us("Disallow: /*$"), "", "/ /a /a?b"),
    Case("nothing but the end", _for_us("Disallow: $"), "/ /a"),
    Case("only a star", _for_us("Disallow: *"), "", "/ /a"),
    Case("a star first", _for_us("Disallow: *.pdf$"), "/a.pdfs /pdf", "/a.pdf /b/c.pdf"),
    Case("many stars", _for_us("Disallow: /a**b*c"), "/a /ab /acb", "/abc /axbxc /abcd"),
    Case("a star for nothing", _for_us("Disallow: /foo/*/bar"), "/foo/bar /foo/x", "/foo//bar /foo/x/bar /foo/x/y/bar"),
    Case("parts do not overlap", _for_us("Disallow: /ab*ba$"), "/aba", "/abba /abxba"),
    Case("the end is taken last", _for_us("Disallow: /*a*a$"), "/a /ab", "/aa /a/a /aab/a"),
    Case("slashes are kept", _for_us("Disallow: //a", "Disallow: /b//c"), "/a /b/c", "//a /b//c"),
    Case("no slash first", _for_us("Disallow: private", "Disallow: ?q"), "/private /?q /private/x"),
    Case("a whole URL is no path", _for_us("Disallow: https://courier.example/a"), "/a /"),
    Case("a query", _for_us("Disallow: /*?"), "/a /a/b", "/? /a?b /?c"),
    Case("a part of a query", _for_us("Disallow: /*?*sort="), "/a?page=2 /sort=", "/a?sort=x /a?page=2&sort=y"),
    Case("an exact query", _for_us("Disallow: /a?b=c$"), "/a?b=cd /a?b=c&d", "/a?b=c"),
    Case("a query at the root", _for_us("Disallow: /?s="), "/ /a?s=x", "/?s=x"),
    Case("parameters of a path", _for_us("Disallow: /a;b"), "/a", "/a;b /a;bc"),
    Case("fragments are nobody's business", _for_us("Disallow: /a$"), "/a/b#c", "/a#b"),
    Case(
        "an index is its directory",
        "User-agent: *\nAllow: /slash/index.html\nDisallow: /",
        "/slash/ /slash/index.html",
        "/slash/index.htm /slash /slash/x /other",
    ),
    Case(
        "a shorter index too", "User-agent: *\nAllow: /slash/index.htm\nDisallow: /", "/slash/ /slash/index.htm", "/x"
    ),
    Case("no index for Disallow", "User-agent: *\nDisallow: /slash/index.html", "/slash/", "/slash/index.html"),
]

ENCODING = [
    Case(
        "a URL within", _for_us("Disallow: /", "Allow: /a?q=t&b=http://x.example?t&p"), "/a?q=t&b=http://x.example?t&p"
    ),
    Case("characters", _for_us("Disallow: /", "Allow: /a/ツ"), "/a/%E3%83%84 /a/%e3%83%84 /a/ツ", "/a/%E3%83%85 /a/"),
    Case("encoded ones", _for_us("Disallow: /", "Allow: /a/%E3%83%84"), "/a/%E3%83%84 /a/ツ", "/a/"),
    Case("hex of either case", _for_us("Disallow: /a/%e3%83%84"), "/a", "/a/%E3%83%84 /a/%e3%83%84"),
    Case("unreserved ones", _for_us("Disallow: /", "Allow: /a/%62%61%7A"), "/a/baz /a/%62%61%7A /a/%62%61%7a", "/a/"),
    Case("tilde", _for_us("Disallow: /%7Ejan/"), "/jan/", "/~jan/ /%7Ejan/ /%7ejan/a"),
    Case("the other way", _for_us("Disallow: /~jan/"), "/jan/", "/~jan/ /%7Ejan/"),
    Case("a slash that is none", _for_us("Disallow: /a%2Fb"), "/a/b", "/a%2Fb /a%2fb"),
    Case("and a slash", _for_us("Disallow: /a/b"), "/a%2Fb", "/a/b"),
    Case("a question mark that is none", _for_us("Disallow: /a%3Fb"), "/a?b", "/a%3Fb"),
    Case("and one", _for_us("Disallow: /a?b"), "/a%3Fb", "/a?b"),
    Case("a separator that is none", _for_us("Disallow: /a?b=c%26d"), "/a?b=c&d", "/a?b=c%26d"),
    Case("a URL in a query", _for_us("Disallow: /a?b=https://c.example/"), "/a", "/a?b=https%3A%2F%2Fc.example%2F"),
    Case("either way", _for_us("Disallow: /a?b=https%3A%2F%2Fc.example"), "/a", "/a?b=https://c.example/d"),
    Case("a star verbatim", _for_us("Disallow: /file-with-a-%2A.html"), "/file-with-a-b.html", "/file-with-a-*.html"),
    Case("a star verbatim, encoded", _for_us("Disallow: /f-%2A"), "/f-b", "/f-%2A /f-%2a /f-*"),
    Case("an end verbatim", _for_us("Disallow: /foo-%24"), "/foo- /foo-b", "/foo-$ /foo-%24 /foo-$b"),
    Case("a lone per cent", _for_us("Disallow: /100%"), "/100", "/100% /100%25 /100%25/x"),
    Case("blanks", _for_us("Disallow: /a b"), "/a", "/a%20b /a%20b/c"),
    Case("umlauts", _for_us("Disallow: /grüße"), "/gr", "/gr%C3%BC%C3%9Fe/1 /grüße"),
    Case("Arabic", _for_us("Disallow: /أخبار/"), "/", "/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/1"),
    Case(
        "Hindi with a star",
        _for_us("Disallow: /*/समाचार"),
        "/x/",
        "/x/%E0%A4%B8%E0%A4%AE%E0%A4%BE%E0%A4%9A%E0%A4%BE%E0%A4%B0",
    ),
    Case("single-byte text", b"User-agent: *\nDisallow: /gr\xfc", "/gr%C3%BC", "/gr%FC /gr%fcn"),
    Case("brackets", _for_us("Disallow: /a[1]"), "/a1", "/a%5B1%5D /a[1]"),
    Case("quotes", _for_us('Disallow: /a"b'), "/ab", "/a%22b"),
]

CASES = [*GROUPS, *AGENTS, *LINES, *PRECEDENCE, *MATCHING, *ENCODING]
ASSERTIONS = [assertion for case in CASES for assertion in case.assertions()]

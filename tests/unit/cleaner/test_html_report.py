"""The report that a person reads in a browser."""

import re
from pathlib import Path

import turbohtml
from copydesk_cleaner.adapters.html_report import render_report, write_report
from copydesk_cleaner.core.explanation import Explanation
from copydesk_cleaner.core.page_lines import PageLine

from tests.unit.cleaner.explained_pages import (
    CHINESE,
    HEBREW,
    HOSTILE,
    TEXT,
    explanation,
    hostile_explanation,
)


def test_kept_and_cut_lines_stand_in_reading_order() -> None:
    page = turbohtml.parse(render_report([explanation()]))
    order = [" ".join(element.text.split()) for element in page.select(".kept p:not(.part), .cut p:not(.why)")]
    assert order == [line.text for line in explanation().lines]
    assert [p.text for p in page.select(".kept p:not(.part)")] == [TEXT, HEBREW, CHINESE, "The tunnel closes."]


def test_a_cut_tells_its_reason_rule_score_and_place() -> None:
    page = turbohtml.parse(render_report([explanation()]))
    (cut,) = page.select(".cut.r-related-link")
    (line,) = cut.select("p:not(.why)")
    assert line.attr("title") == "related-link · site rule: .also · 0.20 · .also"
    assert "site rule: .also" in cut.select(".why")[0].text


def test_the_legend_counts_the_reasons_of_all_pages() -> None:
    page = turbohtml.parse(render_report([explanation(), explanation()]))
    legend = {label.select("input")[0].attr("value"): label.select("b")[0].text for label in page.select("label")}
    assert legend == {"navigation": "4", "title": "2", "related-link": "2"}
    assert len(page.select("section")) == 2
    assert [link.attr("href") for link in page.select("nav a")] == ["#page-1", "#page-2"]


def test_every_text_of_a_page_has_its_own_direction() -> None:
    page = turbohtml.parse(render_report([explanation()]))
    assert all(p.attr("dir") == "auto" for p in page.select(".kept p:not(.part), .cut p:not(.why), h1"))


def test_long_stretches_of_cuts_are_folded() -> None:
    lines = tuple(PageLine(f"Link {n}", "li", "li", 0.1, "navigation", "classifier") for n in range(40))
    page = turbohtml.parse(render_report([Explanation("a", "https://courier.example/", None, lines)]))
    assert "40 lines cut: navigation 40" in page.select("details summary")[0].text
    assert "No main text" in page.select(".empty")[0].text


def test_a_hostile_page_stays_text() -> None:
    rendered = render_report([hostile_explanation()])
    page = turbohtml.parse(rendered)
    assert len(page.select("script")) == 1
    assert not page.select("img, #evil, [onclick], [onerror], [style]")
    assert not [a for a in page.select("a") if not str(a.attr("href")).startswith(("https://", "http://", "#"))]
    assert HOSTILE.replace("\x1b", "\ufffd").replace("\x00", "\ufffd") in page.select("h1")[0].text
    assert "1337" not in rendered
    assert "{{ 7 * 191 }}" in rendered


def test_the_report_asks_nothing_of_the_network_and_runs_its_own_script_alone() -> None:
    rendered = render_report([explanation()])
    page = turbohtml.parse(rendered)
    policy = str(page.select("meta[http-equiv=Content-Security-Policy]")[0].attr("content"))
    assert "default-src 'none'" in policy
    assert re.search(r"script-src 'sha256-[\w+/=]+'", policy)
    assert not page.select("link, [src], iframe, object")
    assert "@import" not in rendered
    assert "url(" not in rendered


def test_the_file_is_written_as_utf_8(tmp_path: Path) -> None:
    write_report([explanation(), hostile_explanation()], tmp_path / "report.html")
    assert HEBREW in (tmp_path / "report.html").read_text(encoding="utf-8")

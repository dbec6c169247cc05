"""The page: escaped, alone, without script, in its language, with its contents and its font."""

import base64
import io
import re
import time

import pytest
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont

from tests.report.story import HOSTILE, SVG, every_block, notebook, two_chapters
from toolkit.errors import ReportError
from toolkit.report.blocks import Answer, Chapter, Fact, Figure, Paragraph, Table
from toolkit.report.font import font_subset
from toolkit.report.page import chapter_html, numeric_columns, page_html, show


def page(words: str = "words", language: str = "en", title: str = "A title", kicker: str = "Acme") -> str:
    return page_html(notebook(two_chapters(words), language), language, title, kicker)


@pytest.mark.parametrize("block", every_block(HOSTILE), ids=lambda block: type(block).__name__)
def test_hostile_words_come_out_as_words_in_every_block(block: object) -> None:
    html = chapter_html(Chapter("x", HOSTILE, HOSTILE, HOSTILE, (block,)), "en")  # type: ignore[arg-type]
    soup = BeautifulSoup(html, "html.parser")
    assert soup.find_all(["script", "img", "style"]) == []
    assert [tag.name for tag in soup.find_all(lambda t: any(a.startswith("on") for a in t.attrs))] == []
    assert HOSTILE in soup.get_text() and soup.section["aria-label"] == HOSTILE


def test_hostile_words_around_the_page_are_words_too() -> None:
    soup = BeautifulSoup(page(HOSTILE, title=HOSTILE, kicker=HOSTILE), "html.parser")
    assert soup.find_all(["script", "img", "iframe", "link"]) == []
    assert soup.title.get_text() == HOSTILE and soup.h1.get_text() == HOSTILE
    assert {link.get_text() for link in soup.select("nav.side a")} == {HOSTILE}
    assert len(soup.find_all("style")) == 1


def test_nothing_on_the_page_is_loaded_from_elsewhere() -> None:
    html = page()
    outside = (
        r"""\ssrc\s*=\s*["']?(?:https?:)?//|url\(["']?(?:https?:)?//|@import|<(?:link|script|iframe)\b"""
    )
    assert re.findall(outside, html) == []
    assert "cdn" not in html.lower() and len(html.encode()) < 3_000_000


@pytest.mark.parametrize(("language", "contents"), [("en", "Contents"), ("zh", "目录")])
def test_the_page_says_its_language_and_lists_its_chapters_twice(language: str, contents: str) -> None:
    soup = BeautifulSoup(page(language=language), "html.parser")
    assert soup.html["lang"] == language
    side, small = soup.select_one("nav.side"), soup.select_one("details.toc")
    assert side["aria-label"] == contents and small.summary.get_text() == contents
    for place in (side, small):
        assert [link["href"] for link in place.find_all("a")] == ["#answer", "#made"]
    assert [section["id"] for section in soup.find_all("section")] == ["answer", "made"]
    assert soup.select_one("a.skip")["href"] == "#main" and soup.select_one("main#main") is not None


def test_only_what_show_displayed_is_on_the_page() -> None:
    html = page()
    assert "NOISE" not in html and html.count("<section") == 2


def test_headings_go_down_one_step_at_a_time() -> None:
    levels = [
        int(tag.name[1]) for tag in BeautifulSoup(page(), "html.parser").find_all(re.compile("^h[1-6]$"))
    ]
    assert levels[0] == 1 and levels.count(1) == 1
    in_chapters = [
        later - sooner
        for sooner, later in zip(levels[levels.index(2) :], levels[levels.index(2) + 1 :], strict=False)
    ]
    assert max(in_chapters) <= 1


def test_every_picture_and_table_can_be_read_without_seeing_it() -> None:
    soup = BeautifulSoup(page(), "html.parser")
    assert all(svg["role"] == "img" and svg["aria-label"] for svg in soup.find_all("svg"))
    assert all(cell.get("scope") in {"col", "row"} for cell in soup.find_all("th"))
    assert all(box.get("aria-label") and box["tabindex"] == "0" for box in soup.select(".scroll"))
    assert all(table.caption.get_text() for table in soup.find_all("table"))


def test_a_narrow_drawing_stands_beside_the_wide_one() -> None:
    figure = Figure(SVG, "a line", "caption", narrow=SVG.replace("L4 2", "L2 2"))
    soup = BeautifulSoup(chapter_html(Chapter("x", "X", "", "", (figure,)), "en"), "html.parser")
    assert "L4 2" in str(soup.select_one(".wide")) and "L2 2" in str(soup.select_one(".narrow"))


@pytest.mark.parametrize(("language", "word"), [("en", "no claim"), ("zh", "不作结论")])
def test_evidence_is_a_word_and_not_a_colour_alone(language: str, word: str) -> None:
    answer = Answer("lead", (Fact("–", "revenue", "refused"),))
    soup = BeautifulSoup(chapter_html(Chapter("x", "X", "", "", (answer,)), language), "html.parser")
    assert soup.select_one(".badge.refused").get_text() == word


def test_numbers_stand_right_and_words_left() -> None:
    rows = (
        ("Visits", "20 %", "by hand", "", "2.3 (−1 to 5)"),
        ("Calls", "−3", "3 rows entered by hand, see below", "", "–"),
    )
    assert numeric_columns(Table(("a", "b", "c", "d", "e"), rows)) == [False, True, False, False, True]
    assert numeric_columns(Table(("a",), (("1",),), first_left=False)) == [True]


def test_a_notebook_without_a_chapter_is_refused() -> None:
    with pytest.raises(ReportError) as caught:
        page_html(notebook([], "en"), "en", "t")
    assert [problem.code for problem in caught.value.problems] == ["report.no_chapters"]


def test_two_chapters_with_one_address_are_refused_by_name() -> None:
    chapter = two_chapters("w")[1]
    with pytest.raises(ReportError) as caught:
        page_html(notebook([chapter, chapter], "en"), "en", "t")
    assert [(p.code, p.value) for p in caught.value.problems] == [("report.chapter_twice", "made")]


def test_html_that_came_back_from_a_file_as_lines_is_joined() -> None:
    saved = notebook(two_chapters("words"), "en")
    for cell in saved["cells"][1:]:
        data = cell["outputs"][-1]["data"]
        data["text/html"] = data["text/html"].splitlines(keepends=True)
    assert page_html(saved, "en", "A title", "Acme") == page()


def test_a_shown_chapter_is_one_line_of_text_elsewhere() -> None:
    data, metadata = show(two_chapters("目")[1], "zh")._repr_mimebundle_()
    marked = {key: metadata["kpi"][key] for key in ("id", "nav", "title", "front")}
    assert data["text/plain"] == "目 · 目"
    assert marked == {"id": "made", "nav": "目", "title": "目", "front": False}


def test_the_chapter_in_front_lends_the_page_its_title() -> None:
    front = Chapter("answer", "Answer", "Acme, 24 people", "Sales rose", (Paragraph("Details."),), front=True)
    soup = BeautifulSoup(page_html(notebook([two_chapters("x")[1], front], "en"), "en"), "html.parser")
    assert [h.text for h in soup.find_all("h1")] == ["Sales rose"]
    assert "Sales rose" not in [h.text for h in soup.find_all("h2")]
    assert soup.find("p", class_="client").text == "Acme, 24 people"


def embedded(html: str) -> set[str]:
    found = re.search(r"base64,([A-Za-z0-9+/=]+)", html)
    assert found is not None
    font = TTFont(io.BytesIO(base64.b64decode(found[1])))
    assert font.flavor == "woff2"
    return {chr(code) for code in font.getBestCmap()}


def test_the_page_carries_the_characters_it_shows_and_no_others() -> None:
    have = embedded(page("销售额 王喆", "zh", title="达成率 ≥ 80%"))
    assert set("销售额王喆达成率≥目录") <= have
    assert not set("提佣abc") & have


def test_a_plain_english_page_carries_no_font() -> None:
    chapter = Chapter("x", "X", "", "plain", ())
    assert "@font-face" not in page_html(notebook([chapter], "en"), "en", "plain")


def test_a_long_page_gets_its_font_quickly_and_small() -> None:
    common = "".join(
        bytes((0xB0 + row, 0xA1 + cell)).decode("gb2312") for row in range(7) for cell in range(90)
    )
    started = time.perf_counter()
    size = len(font_subset(common))
    # 630 characters, about what a whole Chinese report holds; the bound leaves room for a loaded machine.
    assert time.perf_counter() - started < 2 and 50_000 < size < 400_000


def test_no_line_ends_between_a_number_and_its_sign() -> None:
    story = Chapter("a", "A", "", "Sales rose 23 % in Q1 2026", (Paragraph("from 7 % to 42 % of 3 teams"),))
    html = chapter_html(story, "en")
    assert "23\u00a0% in Q1\u00a02026" in html
    assert "from 7\u00a0% to 42\u00a0% of 3 teams" in html


def test_words_that_begin_with_a_year_are_no_numbers() -> None:
    rows = (
        ("1", "2024—2025 年销售提成办法", "1,846 → 2,278 万元"),
        ("2", "2026 年外勤销售考核方案", "18.5 m CNY"),
    )
    assert numeric_columns(Table(("a", "b", "c"), rows)) == [False, False, True]

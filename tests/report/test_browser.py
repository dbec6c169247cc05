"""The page in a browser: it fits, it asks for nothing, it can be read and reached."""

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import playwright.sync_api as playwright
import pytest

from tests.report.story import HOSTILE, notebook, two_chapters
from toolkit.report import blocks
from toolkit.report.charts import trend
from toolkit.report.look import styled
from toolkit.report.page import page_html

pytestmark = pytest.mark.browser

LONG = "a sentence that a consultant could write about revenue, visits and weights; " * 3
WIDE_TABLE = blocks.Table(
    tuple(f"a long heading {at}" for at in range(14)), (tuple("1,234,567.89" for _ in range(14)),), "wide"
)

# The contrast of each text that is seen with what lies behind it (WCAG 2.1, 1.4.3).
CONTRAST = """() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const linear = v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = c => 0.2126 * linear(c[0] / 255) + 0.7152 * linear(c[1] / 255) + 0.0722 * linear(c[2] / 255);
  const speaks = e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
  const low = [];
  for (const e of document.querySelectorAll("body *")) {
    if (e.closest("svg") || !e.checkVisibility() || !speaks(e)) continue;
    let back = e, fill = [0, 0, 0, 0];
    for (; back && fill[3] === 0; back = back.parentElement) {
      const c = rgb(getComputedStyle(back).backgroundColor);
      fill = c.length === 3 ? [...c, 1] : c;
    }
    const behind = light(fill[3] ? fill : [255, 255, 255]), ink = light(rgb(getComputedStyle(e).color));
    const ratio = (Math.max(ink, behind) + 0.05) / (Math.min(ink, behind) + 0.05);
    if (ratio < 4.5) low.push(e.tagName + "." + e.className + " " + ratio.toFixed(2));
  }
  return low;
}"""


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[object]:
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield running
        running.close()


def chapters(words: str) -> list[blocks.Chapter]:
    """Everything a chapter may hold, a table that is too wide, a real figure and every badge."""
    with styled("zh"):
        frame = pd.DataFrame({"period": ["2026-01", "2026-02"], "group": "达成率", "value": [1.0, 2.0]})
        figure = trend(frame, "2026-02", "开始", str, "alt", "caption")
    facts = tuple(blocks.Fact("+14 %", words, evidence) for evidence in blocks.EVIDENCE)
    extra = (
        blocks.Answer(words, facts),
        WIDE_TABLE,
        figure,
        blocks.Code("sum(amount) " * 40),
        blocks.Paragraph("x" * 300),
    )
    return [*two_chapters(words), blocks.Chapter("more", "More", "KICKER", words, extra)]


def opened(
    browser: object, tmp_path: Path, width: int, words: str = LONG, language: str = "en", **context: object
) -> object:
    """The page in a tab; every request that leaves the file fails the test."""
    path = tmp_path / "report.html"
    path.write_text(page_html(notebook(chapters(words), language), language, words, "Acme"), encoding="utf-8")
    page = browser.new_context(viewport={"width": width, "height": 900}, **context).new_page()  # type: ignore[attr-defined]
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("dialog", lambda dialog: page.asked.append("dialog"))
    page.goto(path.as_uri(), wait_until="load")
    return page


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", LONG), ("zh", "销售额的人员差异大于其他三项指标，并与转化率同向变动。" * 3)],
)
def test_the_page_never_scrolls_sideways_but_wide_tables_do(
    browser: object, tmp_path: Path, width: int, language: str, words: str
) -> None:
    page = opened(browser, tmp_path, width, words, language)
    assert page.evaluate("document.documentElement.scrollWidth") <= width  # type: ignore[attr-defined]
    wide = "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth).length"
    assert page.evaluate(wide) >= 1  # type: ignore[attr-defined]


def test_nothing_is_asked_for_beyond_the_file(browser: object, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, 1280, HOSTILE)
    page.wait_for_timeout(200)  # type: ignore[attr-defined]
    asked = page.asked  # type: ignore[attr-defined]
    assert asked[0].endswith("report.html") and all(url.startswith("data:font/") for url in asked[1:])
    assert page.locator("script").count() == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize(("width", "side", "small"), [(1280, True, False), (400, False, True)])
def test_the_contents_stand_beside_on_wide_screens_and_above_on_small_ones(
    browser: object, tmp_path: Path, width: int, side: bool, small: bool
) -> None:
    page = opened(browser, tmp_path, width)
    assert page.locator("nav.side").is_visible() is side  # type: ignore[attr-defined]
    assert page.locator("details.toc").is_visible() is small  # type: ignore[attr-defined]
    if small:
        page.locator("details.toc summary").click()  # type: ignore[attr-defined]
        page.locator("details.toc a[href='#more']").click()  # type: ignore[attr-defined]
    else:
        page.locator("nav.side a[href='#more']").click()  # type: ignore[attr-defined]
    page.wait_for_function("document.querySelector('#more').getBoundingClientRect().top < 200")  # type: ignore[attr-defined]
    assert page.url.endswith("#more")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("width", "shown", "hidden"), [(1280, ".wide", ".narrow"), (400, ".narrow", ".wide")]
)
def test_each_screen_gets_the_drawing_made_for_it(
    browser: object, tmp_path: Path, width: int, shown: str, hidden: str
) -> None:
    page = opened(browser, tmp_path, width)
    assert page.locator(f"figure {shown} svg").is_visible()  # type: ignore[attr-defined]
    assert not page.locator(f"figure {hidden} svg").is_visible()  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [1280, 400])
def test_all_text_has_enough_contrast(browser: object, tmp_path: Path, width: int) -> None:
    page = opened(browser, tmp_path, width)
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")  # type: ignore[attr-defined]
    assert page.evaluate(CONTRAST) == []  # type: ignore[attr-defined]


def test_the_first_tab_skips_to_the_content_and_focus_is_seen(browser: object, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, 1280)
    page.keyboard.press("Tab")  # type: ignore[attr-defined]
    assert page.evaluate("document.activeElement.className") == "skip"  # type: ignore[attr-defined]
    assert page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[attr-defined]
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"  # type: ignore[attr-defined]
    page.keyboard.press("Enter")  # type: ignore[attr-defined]
    assert page.evaluate("document.activeElement.id") == "main"  # type: ignore[attr-defined]


def test_chinese_is_drawn_in_the_embedded_font_where_there_is_no_other(
    browser: object, tmp_path: Path
) -> None:
    """With only the page's own font left in the list, the browser says which font it drew each glyph from."""
    page = opened(browser, tmp_path, 1280, "销售额王喆", "zh")
    assert page.evaluate("document.fonts.load('16px \"KPI Noto Sans SC\"', '销').then(f => f.length)") == 1  # type: ignore[attr-defined]
    client = page.context.new_cdp_session(page)  # type: ignore[attr-defined]
    page.add_style_tag(content='*{font-family:"KPI Noto Sans SC"!important}')  # type: ignore[attr-defined]
    client.send("DOM.enable")
    client.send("CSS.enable")
    root = client.send("DOM.getDocument")["root"]["nodeId"]
    node = client.send("DOM.querySelector", {"nodeId": root, "selector": "h1"})["nodeId"]
    used = client.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    assert [(font["familyName"], font["isCustomFont"], font["glyphCount"]) for font in used] == [
        ("KPI Noto Sans SC", True, 5)
    ]


def test_paper_shows_what_is_folded_away_and_not_the_contents(browser: object, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, 1280)
    page.emulate_media(media="print")  # type: ignore[attr-defined]
    assert not page.locator("nav.side").is_visible() and not page.locator("details.toc").is_visible()  # type: ignore[attr-defined]
    pdf = page.pdf(format="A4")  # type: ignore[attr-defined]
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) >= 2
    assert page.locator("#made details:not(.toc) p").first.is_visible()  # type: ignore[attr-defined]

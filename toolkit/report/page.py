"""Chapters as HTML, and an executed notebook's chapters as one page that needs no network and holds no
script.

The page is rendered by Jinja2 straight from the notebook: nbconvert's HTML exporter parses and rewrites the
whole page with BeautifulSoup, which costs seconds for a page full of drawings and lower-cases their
attributes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import Any

import jinja2
from markupsafe import Markup

from toolkit.assets import asset
from toolkit.errors import Problems, ReportError
from toolkit.language import text
from toolkit.report.blocks import Block, Chapter, Table
from toolkit.report.font import FAMILY, font_subset

_NUMBER = re.compile(r"[−+\-–≈<>≤≥±¥$€]?\s?[¥$€]?\d.{0,24}|[–—-]|")
_APART = re.compile(r"(?<=\d) (?=%)|(?<=\b[QH]\d) (?=\d{4}\b)")
_MOST_LETTERS = 6  # of a number's unit: "m CNY", "万元"
_TAGS = re.compile(r"<style.*?</style>|<svg.*?</svg>|<[^>]*>", re.DOTALL)


def chapter_html(chapter: Chapter, language: str) -> str:
    """A chapter as an HTML `<section>`, every text escaped.

    Parameters
    ----------
    chapter : Chapter
        The chapter, its texts already in the page's language.
    language : str
        en or zh: of the few words that the page adds itself.

    Examples
    --------
    >>> from toolkit.report.blocks import Paragraph
    >>> "a &lt; b" in chapter_html(Chapter("x", "X", "", "X", (Paragraph("a < b"),)), "en")
    True
    """
    return (
        _environment()
        .get_template("chapter.html.j2")
        .render(chapter=chapter, say=partial(text, language=language))
    )


class Shown:
    """A chapter as a notebook displays it: HTML, marked so that the page finds it, and a line of text."""

    def __init__(self, chapter: Chapter, language: str) -> None:
        self.chapter = chapter
        self.language = language

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, dict[str, str | bool]]]:
        chapter = self.chapter
        mark: dict[str, str | bool] = {"id": chapter.id, "nav": chapter.nav, "title": chapter.title}
        mark |= {"kicker": chapter.kicker, "front": chapter.front}
        data = {"text/html": chapter_html(chapter, self.language), "text/plain": repr(self)}
        return data, {"kpi": mark}

    def __repr__(self) -> str:
        return " · ".join(filter(None, (self.chapter.nav, self.chapter.title)))


def show(chapter: Chapter, language: str) -> Shown:
    """What a notebook's cell ends with to put a chapter on the page.

    Examples
    --------
    >>> show(Chapter("cost", "Cost", "", "A year costs 1 m", ()), "en")
    Cost · A year costs 1 m
    """
    return Shown(chapter, language)


def page_html(notebook: Mapping[str, Any], language: str, title: str = "", kicker: str = "") -> str:
    """The report's page: one HTML file with its style, drawings and font inside.

    Parameters
    ----------
    notebook : notebook node
        An executed notebook (format 4). Only what `show` displayed is put on the page; code, warnings, prints
        and other displays are not.
    language : str
        en or zh.
    title, kicker : str
        What the report found, in a sentence, and the line above it (client, people, period, scheme); those of
        the chapter in front if left out.

    Raises
    ------
    ReportError
        The notebook shows no chapter, or two with the same address.
    """
    return _page(_chapters(notebook), language, title, kicker)


def chapters_page(chapters: Sequence[Chapter], language: str, title: str, kicker: str) -> str:
    """Chapters as a page of their own, such as a participant's statement.

    Examples
    --------
    >>> from toolkit.report.blocks import Paragraph
    >>> page = chapters_page([Chapter("x", "X", "", "X", (Paragraph("a < b"),))], "en", "A statement", "")
    >>> page.startswith("<!doctype html>"), "a &lt; b" in page
    (True, True)
    """
    return chapters_pages([(chapters, title, kicker)], language)[0]


def chapters_pages(pages: Sequence[tuple[Sequence[Chapter], str, str]], language: str) -> list[str]:
    """Several pages that share one font, cut down to what all of them show: cutting takes longer than a page.

    Parameters
    ----------
    pages : list of (chapters, title, kicker)
        A font for more than fifty pages or so makes each of them large.
    language : str

    Examples
    --------
    >>> pages = [([Chapter("x", "X", "", name, ())], name, "") for name in ("王", "李")]
    >>> [page.count("@font-face") for page in chapters_pages(pages, "zh")]
    [1, 1]
    """
    marked = [[_marked(chapter, language) for chapter in chapters] for chapters, _, _ in pages]
    shown = [_shown(m, t, k, language) for m, (_, t, k) in zip(marked, pages, strict=True)]
    font = font_subset(_beyond_ascii("".join(shown)))
    return [_page(m, language, t, k, font) for m, (_, t, k) in zip(marked, pages, strict=True)]


def _marked(chapter: Chapter, language: str) -> dict[str, Any]:
    """A chapter as `_chapters` reads it from a notebook."""
    mark: dict[str, Any] = {"id": chapter.id, "nav": chapter.nav, "title": chapter.title}
    mark |= {"kicker": chapter.kicker, "front": chapter.front}
    return mark | {"html": Markup(chapter_html(chapter, language))}


def _shown(chapters: list[dict[str, Any]], title: str, kicker: str, language: str) -> str:
    """All text that a page shows, with its markup."""
    content = "".join((title, kicker, *(f"{c['html']}{c['nav']}" for c in chapters)))
    return content + "".join(text(key, language) for key in ("report.contents", "report.skip"))


def _page(
    chapters: list[dict[str, Any]], language: str, title: str, kicker: str, font: str | None = None
) -> str:
    front = next((chapter for chapter in chapters if chapter.get("front")), chapters[0])
    title, kicker = title or front["title"], kicker or front["kicker"]
    if font is None:
        font = font_subset(_beyond_ascii(_shown(chapters, title, kicker, language)))
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            chapters=chapters,
            language=language,
            title=title,
            kicker=kicker,
            style=_style(),
            font=font,
            family=FAMILY,
            say=partial(text, language=language),
        )
    )


def _chapters(notebook: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What `show` displayed, in order: id, nav, title, html."""
    found: list[dict[str, Any]] = []
    problems = Problems()
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            mark = output.get("metadata", {}).get("kpi")
            if not mark:
                continue
            if any(chapter["id"] == mark["id"] for chapter in found):
                problems.add("report.chapter_twice", value=mark["id"])
            html = output["data"]["text/html"]
            found.append({**mark, "html": Markup(html if isinstance(html, str) else "".join(html))})
    if not found:
        problems.add("report.no_chapters")
    problems.raise_as(ReportError)
    return found


def _beyond_ascii(html: str) -> str:
    """The characters of a page's visible text that an ASCII font has not, sorted, each once."""
    return "".join(sorted({char for char in _TAGS.sub("", html) if ord(char) > 0x7F}))


@cache
def _style() -> Markup:
    return Markup(asset("templates", "report", "style.css").read_text(encoding="utf-8"))


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(asset("templates", "report")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=_unbroken,
    )
    environment.filters |= {"kind": _kind, "numeric_columns": numeric_columns, "markup": Markup}
    return environment


def _unbroken(value: Any) -> Any:
    """Text in which no line may end between a number and its percent sign, or a quarter and its year."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return _APART.sub("\u00a0", value)


def _kind(block: Block) -> str:
    return type(block).__name__


def _is_number(cell: str) -> bool:
    return bool(_NUMBER.fullmatch(cell)) and sum(char.isalpha() for char in cell) <= _MOST_LETTERS


def numeric_columns(table: Table) -> list[bool]:
    """Which columns hold numbers and are set flush right: every cell a short number with
    its unit, a dash or blank.

    Examples
    --------
    >>> numeric_columns(Table(("KPI", "weight", "note"), (("Visits", "20 %", "by hand"), ("Calls", "–", ""))))
    [False, True, False]
    """
    columns = range(len(table.columns))
    numeric = [all(_is_number(row[at]) for row in table.rows) for at in columns]
    filled = [any(row[at] for row in table.rows) for at in columns]
    first = 1 if table.first_left else 0
    return [at >= first and numeric[at] and filled[at] for at in columns]

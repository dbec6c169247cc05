"""Forms about weights out: a workbook for each respondent that checks itself as it is filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from toolkit.data.engagement import Engagement
from toolkit.design.ask.page import FIRST, Page, Weighing
from toolkit.design.ask.questions import Questionnaire
from toolkit.design.ask.respondents import Respondent, find_respondents
from toolkit.design.ask.sheets import COVER_WIDTHS, Cover, height
from toolkit.design.ask.weighing.best_worst_page import best_worst_pages
from toolkit.design.ask.weighing.measures import Weighed, scheme_asked, shown
from toolkit.design.ask.weighing.pairs_page import pairs_pages
from toolkit.design.ask.weighing.said import ABOUT, SCALE
from toolkit.design.ask.weighing.value_pages import points_pages, rank_pages, swing_pages
from toolkit.design.ask.write import Sending, refuse_folder, write_all
from toolkit.errors import DataError, Problem
from toolkit.language import number, pick, text
from toolkit.scheme.scheme import Scheme

PAGES: Mapping[str, Callable[[Sequence[Weighed], str], list[Page]]] = {
    "pairwise": pairs_pages,
    "best_worst": best_worst_pages,
    "points": points_pages,
    "swing": swing_pages,
    "rank": rank_pages,
}
PAIRS_UP_TO = 5  # measures that are compared in pairs unless asked otherwise: ten pairs; six would be fifteen
MOST_IN_PAIRS = 12  # 66 pairs: more than anybody answers with care
_HOW, _PRIVATE = 4, 3  # sentences
_SECONDS = {"pairwise": 30, "best_worst": 25, "points": 25, "swing": 25, "rank": 15}  # an answer takes
_SCALED = ("pairwise", "best_worst")  # methods with Saaty's numbers


def write_weight_forms(
    client: Engagement,
    out: str | Path,
    respondents: str | Iterable[Respondent] = "all",
    language: str | None = None,
    *,
    scheme: str = "",
    method: str = "",
    by: str = "",
    to: str = "",
) -> tuple[Path, ...]:
    """Write a form about a scheme's weights for each respondent: all of them, or none if anything is wrong.

    The agreed weights are not on it, so as not to lead.

    Parameters
    ----------
    client : Engagement
    out : str or Path
        A folder for the files; made if need be. One that holds workbooks already is refused: they may be
        filled in.
    respondents : str or iterable of Respondent
        As `find_respondents` reads it, or the people themselves.
    language : {'en', 'zh'}, optional
        The engagement's own by default.
    scheme : str, optional
        `name@version` or a name; by default the only one that holds and in which two or more measures carry
        a weight.
    method : {'pairwise', 'best_worst', 'points', 'swing', 'rank'}, optional
        By default `pairwise` up to five measures, `best_worst` above.
    by, to : str
        The deadline and whom to return the form to; both may be filled in on the form later.

    Returns
    -------
    tuple of Path
        The files, in the order of the respondents.

    Raises
    ------
    DataError
        No scheme or several could be meant, the method is unknown or not for so many measures, unknown people
        or nobody to ask, a folder in use.
    """
    out, language = Path(out), language or client.language
    chosen = scheme_asked(client, scheme)
    measures = shown(client, chosen, language)
    method = _method(method, len(measures))
    people = find_respondents(client, respondents) if isinstance(respondents, str) else tuple(respondents)
    refuse_folder(client, out)
    if not people:
        raise DataError(Problem("ask.no_respondents"))
    pages = PAGES[method](measures, language)
    cover = _cover(chosen, method, measures, pages, language)
    told = tuple((one.measure, one.kpi, one.name) for one in measures)
    weighing = Weighing(chosen.id, method, told)
    sending = Sending(Questionnaire(ABOUT, ()), cover, tuple(pages), weighing)
    return write_all(client, out, people, sending, language, (by, to))


def _method(named: str, count: int) -> str:
    method = named or ("pairwise" if count <= PAIRS_UP_TO else "best_worst")
    if method not in PAGES:
        raise DataError(Problem("ask.unknown_method", value=named, values={"known": ", ".join(PAGES)}))
    if method == "pairwise" and count > MOST_IN_PAIRS:
        pairs = count * (count - 1) // 2
        raise DataError(Problem("ask.too_many_pairs", value=count, values={"pairs": pairs}))
    return method


def _cover(
    scheme: Scheme, method: str, measures: Sequence[Weighed], pages: Sequence[Page], language: str
) -> Cover:
    """What is asked and why, how it is filled in, the KPIs, and Saaty's numbers where they are used."""
    answers = sum(place.what == "answer" for page in pages for place in page.places)
    if method == "pairwise":
        answers //= 2  # which of two and how many times are one thought
    minutes = number(max(-(-answers * _SECONDS[method] // 60 // 5) * 5, 5), language)
    purpose = text("ask.weights.purpose", language, scheme=pick(scheme.title, language), minutes=minutes)
    how = tuple(text(f"ask.weights.{method}.how_{i}", language) for i in range(1, _HOW + 1))
    private = tuple(text(f"ask.weights.private_{i}", language) for i in range(1, _PRIVATE + 1))

    def table(page: Page, row: int) -> int:
        row = _kpis(page, row, measures, language)
        return _words(page, row, language) if method in _SCALED else row

    return Cover(text("ask.weights.title", language), purpose, how, private, table)


def _kpis(page: Page, row: int, measures: Sequence[Weighed], language: str) -> int:
    """The KPIs with what is counted."""
    last = FIRST + len(COVER_WIDTHS) - 1
    page.label(row, FIRST, text("ask.weights.head.kpi", language), "head_left")
    page.label(row, FIRST + 1, text("ask.weights.head.means", language), "head_left", last)
    page.heights[row] = 20
    for i, one in enumerate(measures, row + 1):
        page.label(i, FIRST, one.name, "value")
        page.label(i, FIRST + 1, one.means, "row", last)
        lines = max(height(one.name, COVER_WIDTHS[0]), height(one.means, sum(COVER_WIDTHS[1:])))
        page.heights[i] = lines + 4
    return row + len(measures) + 2


def _words(page: Page, row: int, language: str) -> int:
    """Saaty's scale in words, the odd numbers; those between stand for what lies between."""
    last = FIRST + len(COVER_WIDTHS) - 1
    page.label(row, FIRST, text("ask.weights.head.times", language), "head_left")
    page.label(row, FIRST + 1, text("ask.weights.scale", language), "head_left", last)
    page.heights[row] = 20
    shown = range(SCALE[0], SCALE[1] + 1, 2)
    for i, n in enumerate(shown, row + 1):
        page.label(i, FIRST, str(n), "score")
        page.label(i, FIRST + 1, text(f"ask.weights.times.{n}", language), "row", last)
        page.heights[i] = 18
    page.label(row + len(shown) + 1, FIRST, text("ask.weights.between", language), "hint")
    return row + len(shown) + 3

"""What several chapters ask of the results."""

from __future__ import annotations

import pandas as pd

from toolkit.language import LANGUAGES, period_name, pick, text
from toolkit.report.axes import span
from toolkit.report.look import missing_glyphs
from toolkit.report.phrases import Change
from toolkit.report.results import Results, inline, kpi_name
from toolkit.review.changes import CHANGED, EVERYONE, UNCHANGED
from toolkit.scheme.scheme import Scheme
from toolkit.stats import Estimate, share_interval

PEOPLE_SHOWN = 50  # a page shows at most so many; the tables have all
LABEL = 24  # letters of a name that a figure has room for; a Chinese character takes the room of two


def name(results: Results, kpi: str, language: str) -> str:
    """A KPI's name on the page."""
    return kpi_name(results.client.kpis[kpi], language)


def inside(results: Results, kpi: str, language: str) -> str:
    """A KPI's name inside a sentence."""
    return inline(results.client.kpis[kpi], language)


def groups(results: Results) -> list[str]:
    """The groups compared that have people, the one under the new scheme first."""
    present = set(results.windows.people["group"])
    return [g for g in (CHANGED, UNCHANGED, EVERYONE) if g in present]


def group_name(group: str, language: str) -> str:
    """A group as the page calls it."""
    return text(f"group.{group}", language)


def change_of(results: Results, kpi: str, group: str) -> Change:
    """A KPI's change in a group, between the windows."""
    rows = results.changes
    row = rows[(rows["kpi"] == kpi) & (rows["level"] == "group") & (rows["group"] == group)]
    if row.empty:
        return Change(float("nan"), float("nan"), float("nan"), 0)
    first = row.iloc[0]
    return Change(first["estimate"], first["low"], first["high"], int(first["n"]), first["unit"])


def headline_kpis(results: Results) -> list[str]:
    """KPIs as a director asks for them: the objectives', then the measures' by weight, then the rest."""
    objectives = [o.kpi for o in sorted(results.client.objectives, key=lambda o: -o.weight) if o.kpi]
    measures = [m.kpi for s in results.shown_schemes for m in sorted(s.measures, key=lambda m: -m.weight)]
    wanted = dict.fromkeys([*objectives, *measures, *results.client.measured])
    compared = set(results.changes["kpi"])
    return [k for k in wanted if k in compared] or list(wanted)


def scheme_title(scheme: Scheme, language: str) -> str:
    """A scheme's title with its id."""
    return text("scheme.title", language, title=pick(scheme.title, language), id=scheme.id)


def reached(scorecard: pd.DataFrame) -> Estimate:
    """Share of targets reached among measures with an attainment."""
    known = scorecard["attainment"].dropna()
    return share_interval(int((known >= 1).sum()), len(known))


def lead_rows(results: Results, periods: tuple[str, ...]) -> pd.DataFrame:
    """Scorecard rows of each scheme's heaviest measure in some pay periods."""
    rows = results.within(results.scorecard, periods)
    heaviest = {s.id: max(s.measures, key=lambda m: m.weight).name for s in results.schemes}
    return rows[rows["measure"] == rows["scheme"].map(heaviest)]


def period_names(rows: pd.DataFrame, results: Results, language: str) -> str:
    """The periods of some rows by name: one, or each once where schemes pay at different times."""
    periods = rows["period"].unique() if len(rows) else results.pay_periods[-1:]
    return text("phrase.join", language).join(period_name(p, language) for p in periods)


def figure_label(name: str) -> str:
    """A name as a figure can draw it: cut to the room there is, a box where its fonts lack a character.

    Examples
    --------
    >>> figure_label("Bartholomew Featherstonehaugh"), figure_label("阿卜杜拉·买买提江·吐尔逊")
    ('Bartholomew Featherston…', '阿卜杜拉·买买提江·吐尔逊')
    """
    lacking = missing_glyphs(name)
    drawn = "".join("□" if char in lacking else char for char in name)
    if span(drawn) <= LABEL:
        return drawn
    room = next(at for at in range(len(drawn)) if span(drawn[: at + 1]) >= LABEL)
    return f"{drawn[:room]}…"


def clip(texts: list[str], most: int, language: str) -> list[str]:
    """The first texts, and how many more there are."""
    assert language in LANGUAGES
    more = len(texts) - most
    return texts if more <= 0 else [*texts[:most], text("phrase.more", language, n=more)]

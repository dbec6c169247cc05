"""What past values say of a scheme's measures: who has them, how they go together, and the words for it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.errors import NotEnoughData, Problem
from toolkit.language import number, percent, pick, text
from toolkit.reliability.estimate import FEWEST_PEOPLE, FEWEST_PERIODS
from toolkit.review.lint.look import Hit, Look
from toolkit.scheme.coverage import applies
from toolkit.scheme.measure import Measure
from toolkit.stats import LEVEL, Estimate


def scored(look: Look) -> list[Measure]:
    """The measures that carry a weight."""
    return [m for m in look.scheme.measures if m.weight > 0]


def counting(look: Look) -> list[Measure]:
    """The measures that carry a weight or pay by themselves."""
    return [m for m in look.scheme.measures if m.weight > 0 or m.name in look.paid]


def named(look: Look, measure: Measure) -> str:
    """A measure's KPI by its name in the look's language."""
    return pick(look.kpi(measure).name, look.language)


def spans(n: float, grain: str, language: str) -> str:
    """A length of time: `one month`, `4 quarters`."""
    shown = number(n, language)
    return text(f"lint_design.{'one' if shown == '1' else 'many'}.{grain}", language, n=shown)


def history(look: Look, measure: Measure, grain: str) -> pd.DataFrame:
    """The panel's rows of a measure's KPI at its level and a grain, of the scheme's people while employed.

    Without a roster, from the client or as a table, everybody in the panel is looked at.

    Raises
    ------
    NotEnoughData
        There are none.
    """
    level = measure.level or look.scheme.level
    key = ("history", look.scheme.id, measure.kpi, level, grain)
    rows = look.kept(lambda: _employed(look, measure.kpi, level, grain), *key)
    if rows.empty:
        raise NotEnoughData(Problem("lint_design.no_history", value=measure.kpi))
    return rows


def _employed(look: Look, kpi: str, level: str, grain: str) -> pd.DataFrame:
    """The rows of the scheme's people while employed."""
    panel = look.measured(kpi, level)
    rows = panel[look.calendar.of_grain(panel["period"], grain) & (panel["exposure"] > 0)]
    people = _covered(look, level)
    return rows if people is None else rows[rows["participant"].isin(people)]


def _covered(look: Look, level: str) -> pd.Series | None:
    """Whom of a level the scheme is for, whatever the day; None where that cannot be told."""
    roster = look.client.participants if look.client is not None else look.tables.get("participants")
    column = "participant" if level == "individual" else level
    if roster is None or column not in roster or not set(look.scheme.applies_to) <= set(roster):
        return None
    return roster.loc[applies(look.scheme, roster), column]


def each(items: Iterable[Measure], look_at: Callable[[Measure], Iterator[Hit]]) -> Iterator[Hit]:
    """The hits of all measures; only where none could be judged and one was refused, that refusal."""
    refused: list[Problem] = []
    judged = False
    for item in items:
        try:
            found = list(look_at(item))
        except NotEnoughData as error:
            refused += error.problems
            continue
        judged = True
        yield from found
    if refused and not judged:
        raise NotEnoughData(refused)


def interval(low: float, high: float, language: str) -> str:
    """A 90 % interval of ratios in words: `12 % to 30 %`."""
    to = "～" if language == "zh" else " to "
    return f"{percent(low, language)}{to}{percent(high, language)}"


def together(first: pd.DataFrame, second: pd.DataFrame) -> Estimate:
    """Spearman's correlation of two KPIs over person-periods, each less its period's mean.

    The interval comes from Fisher's z of the ranks with one person left out at a time: a person's periods
    are not independent.

    Parameters
    ----------
    first, second : DataFrame
        participant, period, value.

    Raises
    ------
    NotEnoughData
        Fewer than 8 people with 4 common periods, or one KPI that does not vary.
    """
    keys = ["participant", "period"]
    both = first[[*keys, "value"]].merge(second[[*keys, "value"]], on=keys).dropna()
    held = both.groupby("participant").size()
    enough = int((held >= FEWEST_PERIODS).sum())
    if enough < FEWEST_PEOPLE:
        need = {"n": enough, "fewest": FEWEST_PEOPLE, "fewest_periods": FEWEST_PERIODS}
        raise NotEnoughData(Problem("lint_design.too_few_people", value="–", values=need))
    values = both[["value_x", "value_y"]]
    ranks = (values - values.groupby(both["period"]).transform("mean")).rank()
    person = pd.factorize(both["participant"])[0]
    if (ranks.nunique() < 2).any():
        raise NotEnoughData(Problem("reliability.no_spread", value=len(held)))
    return _left_out(ranks.to_numpy(), person, len(held))


def _left_out(ranks: np.ndarray, person: np.ndarray, people: int) -> Estimate:
    x, y = (ranks - ranks.mean(axis=0)).T
    parts = np.array([np.bincount(person, p, people) for p in (np.ones_like(x), x, y, x * x, y * y, x * y)])
    value = float(_pearson(parts.sum(axis=1)))
    if abs(value) > 1 - 1e-12:  # the same numbers twice: nothing to estimate
        return Estimate(value, value, value, people)
    z = np.arctanh(_pearson(parts.sum(axis=1, keepdims=True) - parts).clip(-1 + 1e-12, 1 - 1e-12))
    error = math.sqrt((people - 1) / people * float(((z - z.mean()) ** 2).sum()))
    reach = stats.t.ppf((1 + LEVEL) / 2, people - 1) * error
    middle = math.atanh(value)
    return Estimate(value, math.tanh(middle - reach), math.tanh(middle + reach), people)


def _pearson(sums: np.ndarray) -> np.ndarray:
    n, x, y, xx, yy, xy = sums
    return (xy - x * y / n) / np.sqrt((xx - x * x / n) * (yy - y * y / n))

"""From the points' total to the score: difficulty, items, their limits, the floor and vetoes, each a step."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.appraise.grid import Grid, coded, taken
from toolkit.appraise.items import quantities
from toolkit.appraise.lookup import numbers
from toolkit.appraise.roster import KEY
from toolkit.errors import DataError, Problem, Problems, SchemeError
from toolkit.periods import Calendar
from toolkit.scheme.curve import DECIMALS, rounded
from toolkit.scheme.items import Veto
from toolkit.scheme.scheme import Scheme

STEPS = [*KEY, "step", "name", "quantity", "value", "amount"]
_WORDS = [*KEY, "step", "name"]


@dataclass
class Running:
    """One scheme's scores on their way: what each step added, and which vetoes hit whom."""

    rows: pd.DataFrame
    score: np.ndarray
    steps: list[pd.DataFrame] = field(default_factory=list)
    vetoed: list[tuple[Veto, np.ndarray]] = field(default_factory=list)

    def add(
        self,
        step: str,
        name: str,
        where: np.ndarray,
        amount: np.ndarray,
        *,
        quantity: np.ndarray | float = np.nan,
        value: np.ndarray | float = np.nan,
    ) -> None:
        """Add an amount to the scores of some rows and note it."""
        chosen = where & ~np.isnan(self.score)
        size = len(self.score)
        after = np.where(chosen, rounded(self.score + amount), self.score)
        changed = rounded(after - self.score)
        self.score = after
        numbers_ = {"quantity": quantity, "value": value, "amount": changed}
        columns = {k: np.broadcast_to(v, size)[chosen].astype(float) for k, v in numbers_.items()}
        self.steps.append(self.rows.loc[chosen, KEY].assign(step=step, name=name, **columns))


def empty_steps() -> pd.DataFrame:
    """The table of steps without a row."""
    return pd.DataFrame({name: pd.Series(dtype="str" if name in _WORDS else "float64") for name in STEPS})


def adjusted(
    scheme: Scheme,
    rows: pd.DataFrame,
    roster: pd.DataFrame | None,
    card: pd.DataFrame,
    events: pd.DataFrame,
    calendar: Calendar,
) -> Running:
    """Everything that a scheme adds, takes off or overrides, in this order.

    Points' total × difficulty, then items (each within its `most`), the limits of all items, the floor (items
    never take a score below 0; one that its measures made negative stays where it was), then vetoes.

    Parameters
    ----------
    scheme : Scheme
    rows : DataFrame
        scheme, participant, period, points_total, in their order from 0.
    roster : DataFrame, optional
        `subjects` for these rows, in their order; needed where the scheme uses `difficulty`.
    card : DataFrame
        The scorecard, for vetoes of measures.
    events : DataFrame
    calendar : Calendar
    """
    run = Running(rows, rows["points_total"].to_numpy(dtype=float))
    if scheme.difficulty is not None:
        factor = _difficulty(scheme, rows, roster)
        run.add("difficulty", "", factor != 1.0, run.score * (factor - 1.0), value=factor)
    counted = quantities(scheme, rows, events, calendar) if scheme.items else np.empty((len(rows), 0))
    _add_items(scheme, run, counted)
    names = [item.name for item in scheme.items]
    for veto in scheme.vetoes:
        if veto.item:
            read = counted[:, names.index(veto.item)]
            hit = np.nan_to_num(read) > 0
        else:
            read = _attained(card, rows, scheme.id, veto.measure)
            hit = read < round(veto.below or 0.0, DECIMALS)
        _add_veto(run, veto, hit, read)
    return run


def _add_items(scheme: Scheme, run: Running, counted: np.ndarray) -> None:
    """Items, the limits of what all of them add and take off, and the floor."""
    before = run.score
    ups, downs = np.zeros(len(before)), np.zeros(len(before))
    for i, item in enumerate(scheme.items):
        if item.points == 0:  # only a veto reads it
            continue
        most = np.inf if item.most is None else item.most
        quantity = counted[:, i]
        amount = rounded(np.clip(item.points * np.nan_to_num(quantity), -most, most))
        run.add("item", item.name, ~np.isnan(quantity), amount, quantity=quantity, value=item.points)
        ups, downs = ups + np.maximum(amount, 0), downs + np.maximum(-amount, 0)
    limits = scheme.item_limits
    if limits is not None and limits.up is not None:
        run.add("item_limit", "up", ups > limits.up, limits.up - ups, quantity=ups, value=limits.up)
    if limits is not None and limits.down is not None:
        run.add(
            "item_limit", "down", downs > limits.down, downs - limits.down, quantity=-downs, value=limits.down
        )
    lowest = np.minimum(before, 0.0)
    run.add("floor", "", run.score < lowest, lowest - run.score, value=lowest)


def _add_veto(run: Running, veto: Veto, hit: np.ndarray, read: np.ndarray) -> None:
    """The score is at most the veto's; a veto of grade or pay alone is noted with nothing taken off."""
    most = np.inf if veto.score is None else veto.score
    hit = hit & ~np.isnan(run.score)
    cut = np.minimum(most - run.score, 0.0)
    value = np.nan if veto.score is None else veto.score
    run.vetoed.append((veto, hit))
    run.add("veto", veto.item or veto.measure, hit, cut, quantity=read, value=value)


def _attained(card: pd.DataFrame, rows: pd.DataFrame, scheme: str, measure: str) -> np.ndarray:
    """One measure's attainment for each row; without attainment nothing is vetoed."""
    own = card[(card["scheme"] == scheme) & (card["measure"] == measure)]
    place = Grid(own, ("measure",), "scorecard").places(
        (measure,), coded(rows["participant"]), coded(rows["period"])
    )
    return taken(numbers(own["attainment"]), place)


def _difficulty(scheme: Scheme, rows: pd.DataFrame, roster: pd.DataFrame | None) -> np.ndarray:
    """The roster's coefficient of each row's last employed day; blank is 1."""
    if roster is None:
        raise SchemeError(Problem("appraise.needs_participants", where=scheme.id, column="difficulty"))
    if "difficulty" not in roster:
        raise SchemeError(Problem("appraise.no_difficulty", where=scheme.id, column="difficulty"))
    factor = numbers(roster["difficulty"])
    problems = Problems()
    for who in np.unique(rows["participant"].to_numpy(dtype=object)[factor <= 0]):
        problems.add("appraise.difficulty_not_positive", where="participants", column="difficulty", value=who)
    problems.raise_as(DataError)
    return np.where(np.isnan(factor), 1.0, factor)

"""What a scheme's weights do to the differences between people, and the remedies, as tables of a study."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.appraise.appraisal import Appraisal
from toolkit.data.engagement import Engagement
from toolkit.design.weights.acting.calibrate import LEAST_PEOPLE, LEAST_ROWS
from toolkit.design.weights.acting.history import History, as_if, history
from toolkit.design.weights.acting.remedy import Remedies, remedies
from toolkit.design.weights.acting.stages import Stage, stage
from toolkit.design.weights.brief import WeightBrief
from toolkit.design.weights.settle.bounds import Bounds
from toolkit.design.weights.study import empty
from toolkit.errors import DataError, NotEnoughData, Problem
from toolkit.scheme.scheme import Scheme

_MONTHS = 12
Refusals = list[tuple[str, Problem]]


@dataclass(frozen=True)
class Acted:
    """What is known of a scheme's acting shares.

    Parameters
    ----------
    past : History, optional
        None where the scheme has no complete row, not even settled as if it had held.
    as_if : bool
        Whether its history was made so.
    stages : tuple of Stage
        agreed and the remedies, as far as they go; none below the gate.
    ranges : DataFrame
        As `Remedies` has them.
    notes : tuple of Problem
    refused : list of (part, Problem)
    """

    past: History | None = None
    as_if: bool = False
    stages: tuple[Stage, ...] = ()
    ranges: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: tuple[Problem, ...] = ()
    refused: Refusals = field(default_factory=list)

    def at(self, name: str) -> Stage | None:
        """A stage by its name."""
        return next((s for s in self.stages if s.name == name), None)

    @property
    def weights(self) -> dict[str, dict[str, float]]:
        """Stage → measure → weight."""
        names = self.past.names if self.past is not None else ()
        return {s.name: dict(zip(names, s.weights.tolist(), strict=True)) for s in self.stages}


def acted(
    client: Engagement,
    appraisal: Appraisal,
    scheme: Scheme,
    bounds: Bounds,
    brief: WeightBrief,
    warned: Collection[str] = (),
    seed: int = 0,
) -> Acted:
    """A scheme's history, its acting shares and the remedies; what cannot be said is among the refused.

    Parameters
    ----------
    client : Engagement
    appraisal : Appraisal
    scheme : Scheme
    bounds : Bounds
    brief : WeightBrief
    warned : collection of str
        Measures under a warning.
    seed : int
    """
    refused: Refusals = []
    past, made = _past(client, appraisal, scheme, refused)
    if past is None:
        return Acted(refused=refused)
    try:
        _enough(past, client)
        first = stage("agreed", past, past.agreed)
    except NotEnoughData as error:
        refused.append(("acting", error.problems[0]))
        return Acted(past, made, refused=refused)
    if len(past.names) < 2:
        return Acted(past, made, (first,), refused=refused)
    found = _remedied(past, bounds, brief, warned, seed, refused)
    if found is None:
        return Acted(past, made, (first,), refused=refused)
    refused += [("payouts", p) for p in found.stages[0].pay_refused]
    return Acted(past, made, found.stages, found.ranges, found.notes, refused)


def _past(
    client: Engagement, appraisal: Appraisal, scheme: Scheme, refused: Refusals
) -> tuple[History | None, bool]:
    """The scheme's own history; without any row, what it would have been had the scheme always held."""
    try:
        return history(appraisal, scheme), False
    except NotEnoughData:
        pass
    try:
        return history(as_if(client, scheme), scheme.id), True
    except NotEnoughData as error:
        refused.append(("acting", error.problems[0]))
        return None, True


def least_rows(client: Engagement, grain: str) -> int:
    """How many rows of a grain carry a share: 60 person-months (METHODS 11), in quarters 20."""
    return -(-LEAST_ROWS * client.calendar.periods_per_year(grain) // _MONTHS)


def _enough(past: History, client: Engagement) -> None:
    need = least_rows(client, past.scheme.score_every)
    people = past.scores.index.get_level_values("participant").nunique()
    if len(past.scores) < need or people < LEAST_PEOPLE:
        values = {"people": people, "rows": need, "least": LEAST_PEOPLE}
        raise NotEnoughData(Problem("weights.too_few_rows", value=len(past.scores), values=values))


def _remedied(
    past: History,
    bounds: Bounds,
    brief: WeightBrief,
    warned: Collection[str],
    seed: int,
    refused: Refusals,
) -> Remedies | None:
    held = {name for name in past.names if name in warned or name in brief.never_raise}
    keep = [name for name in brief.ranges.keep if name in past.names]
    try:
        return remedies(
            past,
            bounds=bounds,
            never_raise=held,
            keep=keep,
            limit=brief.ranges.limit,
            keep_order=bool(bounds.order),
            step=brief.step,
            seed=seed,
        )
    except (NotEnoughData, DataError) as error:
        refused.append(("remedies", error.problems[0]))
        return None


def acting_table(found: Acted) -> pd.DataFrame:
    """stage, of, measure, share, low, high of every stage."""
    rows: list[tuple[object, ...]] = []
    for one in found.stages:
        names = found.past.names if found.past is not None else ()
        rows += [(one.name, "score", *row) for row in zip(names, *one.shares[:3], strict=True)]
        if one.pay_shares is not None:
            rows += [(one.name, "payout", *row) for row in zip(one.parts, *one.pay_shares[:3], strict=True)]
    return _typed(pd.DataFrame(rows, columns=list(empty("acting"))), "acting")


def stages_table(found: Acted) -> pd.DataFrame:
    """stage, gap, mean_score, mean_payout, reached."""
    columns = ("gap", "mean_score", "mean_payout", "reached")
    rows = [(s.name, *(getattr(s, c) for c in columns)) for s in found.stages]
    return _typed(pd.DataFrame(rows, columns=list(empty("stages"))), "stages")


def agreed_columns(found: Acted, names: tuple[str, ...]) -> dict[str, np.ndarray]:
    """The columns acting, low, high and payout_acting of a study's table; NaN where they are refused."""
    blank = np.full(len(names), math.nan)
    now = found.at("agreed")
    if now is None:
        return dict.fromkeys(("acting", "low", "high", "payout_acting"), blank)
    paid = blank
    if now.pay_shares is not None:
        by = dict(zip(now.parts, now.pay_shares.value.tolist(), strict=True))
        paid = np.array([by.get(name, math.nan) for name in names])
    shares = now.shares
    return {"acting": shares.value, "low": shares.low, "high": shares.high, "payout_acting": paid}


def _typed(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    return frame.astype(empty(name).dtypes.to_dict())

"""A scheme's history settled again under other weights or ranges, and what weights do then."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.appraise.grade import graded
from toolkit.appraise.pay import statements
from toolkit.appraise.score import score
from toolkit.appraise.steadiness import family
from toolkit.design.weights.acting.history import History, rows_of
from toolkit.design.weights.acting.shares import Shares, acting_shares, pay_parts
from toolkit.errors import NotEnoughData, Problem
from toolkit.scheme.change import replace_at
from toolkit.scheme.scheme import Schemes
from toolkit.scheme.scoring import Scoring

NEAR = 0.025  # half a step of 5 %: weights that are written in steps come no nearer


@dataclass(frozen=True)
class Stage:
    """What weights and ranges do, on the same rows at every stage.

    Parameters
    ----------
    name : {'agreed', 'ranges', 'weights', 'steps'}
    weights, factors : ndarray, shape (k,)
        Weights applied and factors of the ranges (above 1: narrower).
    scoring : mapping
        Measure -> its rule, of those that changed.
    shares : Shares
        Of the differences in scores.
    pay_shares : Shares or None
        Of the differences in payouts, by `parts`; None where `pay_refused` says why not.
    parts : tuple of str
        The measures and `rest`: gates, vetoes, caps and the like.
    gap : float
        The largest distance of a share in scores from what is asked.
    reached : bool
        Whether that is at most half a step of 5 %.
    mean_score : float
        Of the rows, in points.
    mean_payout : float
        Of the pay rows, in the history's unit; NaN where none was paid.
    binding : tuple of Problem
        Bounds that weights stand against.
    """

    name: str
    weights: np.ndarray
    factors: np.ndarray
    scoring: Mapping[str, Scoring]
    shares: Shares
    pay_shares: Shares | None
    parts: tuple[str, ...]
    gap: float
    reached: bool
    mean_score: float
    mean_payout: float
    binding: tuple[Problem, ...] = ()
    pay_refused: tuple[Problem, ...] = ()


def settled_again(
    past: History, weights: np.ndarray | None = None, scoring: Mapping[str, Scoring] | None = None
) -> History:
    """The history as it would stand under other weights or scoring rules: scored, graded and paid again.

    Parameters
    ----------
    past : History
    weights : ndarray, shape (k,), optional
        Of its measures; they sum to 1.
    scoring : mapping, optional
        Measure -> another rule.

    Raises
    ------
    SchemeError
        The changed scheme is invalid.

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> from toolkit.design.weights.acting.history import history
    >>> client = tk.load_engagement(asset("templates", "engagements", "manufacturer"))
    >>> past = history(tk.settle(client), "field_sales")
    >>> equal = settled_again(past, np.full(4, 0.25))
    >>> [round(float(one.payout.mean()), 3) for one in (past, equal)]
    [0.956, 0.937]
    """
    before = past.appraisal
    ids = family(before.schemes, past.scheme)
    own = Schemes(tuple(before.schemes[i] for i in ids), before.schemes.calendar, before.schemes.kpis)
    changes: dict[str, object] = {}
    for one in ids:
        if weights is not None:
            named = zip(past.names, weights, strict=True)
            changes |= {f"{one}.measures.{name}.weight": float(w) for name, w in named}
        changes |= {f"{one}.measures.{name}.scoring": rule for name, rule in (scoring or {}).items()}
    schemes = replace_at(own, changes) if changes else own
    people, records = before.client.participants, before.records
    card = score(schemes, before.panel, before.targets, people, records)
    scores, steps = graded(schemes, card, records, people)
    paid = statements(schemes, card, scores, people, records)
    after = dataclasses.replace(
        before,
        schemes=schemes,
        scorecard=card,
        score_steps=steps,
        scores=scores,
        payouts=paid.payouts,
        components=paid.components,
        adjustments=paid.adjustments,
        unpaid=paid.unpaid,
    )
    scheme = schemes[past.scheme.id]
    return rows_of(after, scheme, tuple(scheme.measure(name) for name in past.names))


def stage(
    name: str,
    past: History,
    target: np.ndarray,
    factors: np.ndarray | None = None,
    scoring: Mapping[str, Scoring] | None = None,
    binding: tuple[Problem, ...] = (),
) -> Stage:
    """A history's shares, gap, mean score and mean payout.

    Raises
    ------
    NotEnoughData
        All scores are the same.
    """
    shares = acting_shares(past.points)
    paid, parts, refused = _paid(past)
    gap = float(np.abs(shares.value - target).max())
    return Stage(
        name=name,
        weights=past.agreed,
        factors=np.ones(len(target)) if factors is None else factors,
        scoring=scoring or {},
        shares=shares,
        pay_shares=paid,
        parts=parts,
        gap=gap,
        reached=gap <= NEAR,
        mean_score=float(past.points.sum(axis=1).mean()),
        mean_payout=float(past.payout.mean()),
        binding=binding,
        pay_refused=refused,
    )


def _paid(past: History) -> tuple[Shares | None, tuple[str, ...], tuple[Problem, ...]]:
    """Shares of the differences in payouts with their parts, or why there are none."""
    try:
        parts: pd.DataFrame = pay_parts(past)
        return acting_shares(parts), tuple(str(c) for c in parts), ()
    except NotEnoughData as error:
        return None, (), error.problems

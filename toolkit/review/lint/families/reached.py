"""C: where results lie on the curve: below the threshold, short of the excellence point, at a gate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import numpy as np
import pandas as pd

from toolkit.language import number, percent, text
from toolkit.review.lint.evidence.pay_shapes import (
    HAIR,
    PayCurve,
    at,
    cash,
    gate_names,
    pay_curves,
    rate_names,
)
from toolkit.review.lint.evidence.pay_tables import enough, interval, periods_of, share_of
from toolkit.review.lint.look import Hit, Look, rule
from toolkit.scheme.parts import Gate

What = TypeVar("What")
Found = tuple[str, pd.DataFrame, What]  # address, what was read there, and what it is compared with


def _read(look: Look, own: PayCurve) -> pd.DataFrame:
    """What a curve read: participant, period, read."""
    if not own.measure:
        rows = periods_of(look, "scores", "score")
        return rows[["participant", "period"]].assign(read=rows["score"].astype(float))
    return _of_measure(look, own.measure, own.curve.x)


def _of_measure(look: Look, measure: str, column: str) -> pd.DataFrame:
    rows = periods_of(look, "scorecard", column)
    rows = rows[rows["measure"] == measure]
    return rows[["participant", "period"]].assign(read=rows[column].astype(float))


@rule("C09")
def threshold_too_high(look: Look) -> Iterator[Hit]:
    """More people's periods below a threshold than the level of truly unacceptable results explains."""
    for where, rows, below in _carried(look, list(_thresholds(look))):
        share = share_of(below, rows["participant"])
        if share.value > look.limits["most"] and share.low > look.limits["usual"]:
            shown = {name: percent(look.limits[name], look.language) for name in ("most", "usual")}
            values = {"share": percent(share.value, look.language), "n": len(rows), **shown}
            yield Hit(where, {**values, **interval(share, look.language)})


def _carried(look: Look, found: list[Found[What]]) -> list[Found[What]]:
    """Those with enough rows; if there are some and none has, the rule is refused."""
    carried = [one for one in found if len(one[1]) >= look.limits["rows"]]
    if found and not carried:
        enough(max((one[1] for one in found), key=len), least_rows=look.limits["rows"])
    return carried


def _thresholds(look: Look) -> Iterator[tuple[str, pd.DataFrame, np.ndarray]]:
    """Address of a threshold, what was read there, and which of it was paid nothing."""
    plan = look.scheme.pay
    for own in pay_curves(plan):
        rows = _read(look, own)
        yield own.where, rows, own.curve(rows["read"].to_numpy()) <= HAIR
    for name, gate in zip(gate_names(plan), plan.gates, strict=True):
        if gate.pays == 0:
            rows = _of_measure(look, gate.measure, "attainment")
            yield name, rows, rows["read"].to_numpy() < gate.below - HAIR
    for name, rate in zip(rate_names(plan), plan.rates, strict=True):
        if rate.by == "attainment" and rate.tiers[0][1] == 0:
            rows = _of_measure(look, rate.of, "attainment")
            edge = next((edge for edge, r in rate.tiers if r > 0), np.inf)
            yield f"{name}.tiers", rows, rows["read"].to_numpy() < edge - HAIR


@rule("C10")
def excellence_out_of_reach(look: Look) -> Iterator[Hit]:
    """A last point that next to nobody has reached: what stands above P90 motivates nobody."""
    rising = [c for c in pay_curves(look.scheme.pay) if c.on_target is not None and c.top > 1 + HAIR]
    found = [(own.where, _read(look, own), own) for own in rising]
    for where, rows, own in _carried(look, found):
        last = min(x for x, y in own.curve.points if y >= own.top - HAIR)
        read = rows["read"].to_numpy()
        there, p90 = int((read >= last - HAIR).sum()), float(np.quantile(read, 0.9))
        if there < look.limits["least"] * len(rows) and p90 < last:
            shown = {"last": at(own.curve.x, last, look.language), "p90": at(own.curve.x, p90, look.language)}
            counts = {"k": number(there, look.language), "n": number(len(rows), look.language)}
            least = percent(look.limits["least"], look.language)
            people = number(rows["participant"].nunique(), look.language)
            yield Hit(where, {**shown, **counts, "people": people, "least": least})


@rule("C11")
def cliff_at_a_gate(look: Look) -> Iterator[Hit]:
    """A gate at whose edge much of what was earned is at stake."""
    for name, gate in zip(gate_names(look.scheme.pay), look.scheme.pay.gates, strict=True):
        stake = 1 - gate.pays
        if stake >= look.limits["stake"] - HAIR:
            values = {
                "stake": percent(stake, look.language),
                "at": at("attainment", gate.below, look.language),
                "measure": look.named(gate.measure),
            }
            yield Hit(name, {**values, "money": _at_stake(look, stake), "near": _near(look, gate)})


def _at_stake(look: Look, stake: float) -> str:
    """In money: of the usual base payout, where payouts are known."""
    if "payouts" not in look.tables:
        return text("lint_pay.stake_unknown", look.language)
    rows = look.own("payouts")
    earned = rows["base_payout"].to_numpy(dtype=float, na_value=np.nan)
    earned = earned[earned > 0]
    if not len(earned):
        return text("lint_pay.stake_unknown", look.language)
    return text("lint_pay.stake", look.language, money=cash(look, float(np.median(earned)) * stake))


def _near(look: Look, gate: Gate) -> str:
    """How many results lay close to the edge, where results are known."""
    if "scorecard" not in look.tables:
        return text("lint_pay.near_unknown", look.language)
    rows, reach = _of_measure(look, gate.measure, "attainment"), look.limits["near"]
    close = int((np.abs(rows["read"].to_numpy() - gate.below) <= reach + HAIR).sum())
    points = number(reach * 100, look.language)
    return text("lint_pay.near", look.language, k=close, n=len(rows), points=points)

"""C: commissions: their limits, tiers and where they begin."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from toolkit.language import listed, number, percent, text
from toolkit.review.lint.evidence.pay_shapes import at, cash, pay_curves, rate_names, rate_range, rate_words
from toolkit.review.lint.evidence.pay_tables import paid
from toolkit.review.lint.look import Hit, Look, rule
from toolkit.scheme.rates import RatePlan


@rule("C06")
def nothing_limits_a_windfall(look: Look) -> Iterator[Hit]:
    """A commission without cap, deal cap or slower last tier: one large deal pays without end."""
    plan = look.scheme.pay
    if plan.caps is not None:
        return
    open_ended = dict.fromkeys(r.of for r in plan.rates if r.deal_cap is None and not _slows(r))
    if open_ended:
        seen = _windfalls(look, look.limits["times"])
        yield Hit(
            "pay.rate",
            {"measures": listed([look.named(name) for name in open_ended], look.language), "seen": seen},
        )


def _slows(rate: RatePlan) -> bool:
    return len(rate.tiers) > 1 and rate.tiers[-1][1] < rate.tiers[-2][1]


def _windfalls(look: Look, times: float) -> str:
    """How many payouts were a multiple of the person's own average, where payouts are known."""
    if "payouts" not in look.tables or look.own("payouts").empty:
        return text("lint_pay.no_payouts_seen", look.language)
    rows = paid(look)
    mean = rows.groupby("participant")["payout"].transform("mean")
    large = int(((rows["payout"] > times * mean) & (mean > 0)).sum())
    shown = number(large, look.language), number(len(rows), look.language)
    return text("lint_pay.windfalls", look.language, k=shown[0], n=shown[1], times=f"{times:g}")


@rule("C07")
def retroactive_tier(look: Look) -> Iterator[Hit]:
    """The rate of the tier reached holds for the whole amount: money jumps at each edge."""
    for name, rate in zip(rate_names(look.scheme.pay), look.scheme.pay.rates, strict=True):
        if rate.split != "none":
            continue
        for i, ((_, before), (edge, after)) in enumerate(pairwise(rate.tiers), start=1):
            if after > before:
                read = "attainment" if rate.by == "attainment" else "actual"
                step = _worth(look, rate, edge * (after - before))
                yield Hit(f"{name}.tiers.{i}", {"step": step, "at": at(read, edge, look.language)})


def _worth(look: Look, rate: RatePlan, jump: float) -> str:
    """A jump in money; of edges by attainment it is a share of the target where no target is known."""
    if rate.by == "amount":
        return cash(look, jump)
    target = _usual_target(look, rate.of)
    if target is None:
        return text("lint_pay.of_target", look.language, share=percent(jump, look.language, 1))
    return cash(look, jump * target)


def _usual_target(look: Look, measure: str) -> float | None:
    """The middle of the measure's targets in the periods of pay, where a scorecard was given."""
    if "scorecard" not in look.tables:
        return None
    card = look.own("scorecard")
    card = card[(card["measure"] == measure) & card["target"].notna()]
    card = card[look.calendar.of_grain(card["period"], look.scheme.pay_every).to_numpy(dtype=bool)]
    return float(np.median(card["target"].to_numpy(dtype=float))) if len(card) else None


@rule("C08")
def pays_from_first_unit(look: Look) -> Iterator[Hit]:
    """Pay that begins with the first unit, though part of the business may come in by itself."""
    early, language = look.limits["early"], look.language
    for name, rate in zip(rate_names(look.scheme.pay), look.scheme.pay.rates, strict=True):
        first = rate.tiers[0][1] if rate.tiers else rate.rate
        if not _new_business(look, rate.of) and first != 0:
            own = text("lint_pay.own_rate", language)
            shown = own if isinstance(first, str) else rate_words(first or 0.0, language)
            yield Hit(
                name, {"what": text("lint_pay.first_unit", language, measure=look.named(rate.of), rate=shown)}
            )
    for own_curve in pay_curves(look.scheme.pay):
        if own_curve.on_target is None or (own_curve.measure and _new_business(look, own_curve.measure)):
            continue
        x = early * own_curve.scale
        if own_curve.pays(x) > 0:
            shown = percent(own_curve.pays(x), language)
            what = text("lint_pay.early", language, paid=shown, at=at(own_curve.curve.x, x, language))
            yield Hit(own_curve.where, {"what": what})


def _new_business(look: Look, measure: str) -> bool:
    """Nothing of new customers' business comes in by itself."""
    return look.scheme.measure(measure).kpi.startswith("new_")


@rule("C12")
def tiers_start_over(look: Look) -> Iterator[Hit]:
    """Higher tiers that begin anew every month or quarter pay for moving deals between periods."""
    if look.scheme.pay_every not in ("month", "quarter"):
        return
    for name, rate in zip(rate_names(look.scheme.pay), look.scheme.pay.rates, strict=True):
        low, high = rate_range(rate)
        if rate.cumulative is None and low > 0 and high / low >= look.limits["faster"]:
            yield Hit(
                f"{name}.tiers",
                {
                    "low": rate_words(low, look.language),
                    "high": rate_words(high, look.language),
                    "ratio": number(high / low, look.language, 1),
                    "every": text(f"lint_pay.every_{look.scheme.pay_every}", look.language),
                },
            )

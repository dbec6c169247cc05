"""P: what was paid, to whom and for what, read from the tables (what may be paid: `pay_plans`)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.errors import NotEnoughData, Problem
from toolkit.language import number, percent, text
from toolkit.reliability import reliability
from toolkit.review.lint.evidence.pay_tables import enough, interval, paid, periods_of, pooled, share_of
from toolkit.review.lint.look import Hit, Look, rule
from toolkit.stats import LEVEL, Estimate


@rule("P02")
def mean_payout_off(look: Look) -> Iterator[Hit]:
    """The incentive paid on average is clearly more or less than the incentive promised."""
    if not look.scheme.pay.by_incentive:
        return
    rows = paid(look)
    enough(rows, periods=look.limits["periods"], people=look.limits["people"])
    mean = pooled(rows["earned"].to_numpy(), rows["incentive"].to_numpy(), rows["participant"])
    least, most = look.limits["least"], look.limits["most"]
    if mean.high < least or mean.low > most:
        usual = {"least": percent(least, look.language), "most": percent(most, look.language)}
        values = {"mean": percent(mean.value, look.language), "periods": rows["period"].nunique(), **usual}
        yield Hit("pay", {**values, **interval(mean, look.language)})


@rule("P03")
def best_paid_out_of_range(look: Look) -> Iterator[Hit]:
    """What the P90 earner got over all periods, as a multiple of the incentive."""
    if not look.scheme.pay.by_incentive:
        return
    rows = paid(look)
    enough(rows, periods=look.limits["periods"], people=look.limits["people"])
    sums = rows.groupby("participant")[["earned", "incentive"]].sum()
    ratios = (sums["earned"] / sums["incentive"]).to_numpy()
    p90, least = float(np.quantile(ratios, 0.9)), look.limits["least"]
    if look.scheme.pay.curve is not None:
        least = look.limits["least_scorecard"]
    if not least <= p90 <= look.limits["most"]:
        shown = {"p90": p90, "top": float(ratios.max()), "least": least, "most": look.limits["most"]}
        counts = {"people": number(len(ratios), look.language), "periods": rows["period"].nunique()}
        yield Hit("pay", {name: percent(x, look.language) for name, x in shown.items()} | counts)


@rule("P04")
def pay_does_not_follow(look: Look) -> Iterator[Hit]:
    """Pay and score rank people so loosely alike that chance does not explain it."""
    if look.scheme.level != "individual":
        return  # members of a team share its score
    people = _scored_and_paid(look)
    found, inverted, pairs = rank_link(people["score"].to_numpy(), people["pay"].to_numpy())
    if found.high < look.limits["least"]:
        shown = {"r": found.value, "low": found.low, "high": found.high, "least": look.limits["least"]}
        counts = {"people": found.n, "inverted": inverted, "pairs": pairs}
        told = {name: number(x, look.language, 2) for name, x in shown.items()}
        told |= {name: number(x, look.language) for name, x in counts.items()}
        yield Hit("pay", told | {"level": percent(LEVEL, look.language)})


def _scored_and_paid(look: Look) -> pd.DataFrame:
    """Each person's mean score and pay over the periods that have both."""
    rows = paid(look).merge(
        periods_of(look, "scores", "score")[["participant", "period", "score"]], on=["participant", "period"]
    )
    enough(rows, people=look.limits["people"])
    grouped = rows.groupby("participant")
    if look.scheme.pay.by_incentive:
        sums = grouped[["earned", "incentive"]].sum()
        pay = sums["earned"] / sums["incentive"]
    else:
        pay = grouped["payout"].mean()
    people = pd.DataFrame({"score": grouped["score"].mean(), "pay": pay})
    if people["score"].nunique() < 2 or people["pay"].nunique() < 2:
        raise NotEnoughData(Problem("lint_pay.all_alike", value=len(people)))
    return people


def rank_link(score: np.ndarray, pay: np.ndarray, level: float = LEVEL) -> tuple[Estimate, int, int]:
    """Rank correlation of score and pay with its interval; inverted pairs, and pairs of unlike scores.

    Returns
    -------
    estimate : Estimate
        Spearman's; `n` counts people.
    inverted, pairs : int
        Pairs in which the higher score was paid less; pairs with different scores.

    References
    ----------
    Bonett and Wright (2000), Psychometrika 65:23-28: variance of Fisher's z of Spearman's correlation
    (1 + r²/2)/(n − 3).

    Examples
    --------
    >>> found, inverted, pairs = rank_link(np.array([70.0, 80, 90, 95]), np.array([1.0, 3, 2, 4]))
    >>> round(found.value, 2), inverted, pairs
    (0.8, 1, 6)
    """
    n, r = len(score), float(stats.spearmanr(score, pay).statistic)
    reach = stats.norm.ppf((1 + level) / 2) * np.sqrt((1 + r**2 / 2) / (n - 3)) if n > 3 else np.nan
    middle = np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12))
    low, high = (float(np.tanh(middle + side * reach)) for side in (-1, 1))
    higher = np.sign(score[:, None] - score[None, :]) > 0
    inverted = higher & (pay[:, None] < pay[None, :])
    return Estimate(r, low, high, n), int(inverted.sum()), int(higher.sum())


@rule("P05")
def too_many_paid_nothing(look: Look) -> Iterator[Hit]:
    """Many people's periods end without any pay; whose own rate is 0 is not counted."""
    rows = paid(look)
    if any(rate.rate == "roster" for rate in look.scheme.pay.rates):
        roster = look.own("participants")
        none = roster.loc[roster["commission_rate"] == 0, "participant"]
        rows = rows[~rows["participant"].isin(none)]
    enough(rows, least_rows=look.limits["rows"])
    nothing = share_of((rows["payout"] <= 0).to_numpy(), rows["participant"])
    if nothing.value > look.limits["most"]:
        values = {"share": percent(nothing.value, look.language), "n": number(len(rows), look.language)}
        usual = {"most": percent(look.limits["most"], look.language)}
        yield Hit("pay", {**values, **usual, **interval(nothing, look.language)})


@rule("P14")
def scored_and_unpaid(look: Look) -> Iterator[Hit]:
    """Participants who have a score for a period of pay and no payout for it."""
    if look.scheme.level != "individual":
        return  # the payouts are the members'
    due = periods_of(look, "scores", "score")[["participant", "period"]]
    rows = look.own("payouts")[["participant", "period"]].assign(there=True)
    lacking = due.merge(rows, on=["participant", "period"], how="left")
    lacking = lacking[lacking["there"].isna()]
    if lacking.empty:
        return
    roster = look.own("participants")
    own = roster[roster["participant"].isin(lacking["participant"])]
    blank = [column for column in _needed(look) if column not in own or own[column].isna().any()]
    key = "lint_pay.blank" if blank else "lint_pay.no_blank"
    why = text(key, look.language, **({"columns": ", ".join(blank)} if blank else {}))
    counts = {"people": lacking["participant"].nunique(), "rows": len(lacking), "of": len(due)}
    yield Hit("pay", {name: number(x, look.language) for name, x in counts.items()} | {"why": why})


def _needed(look: Look) -> list[str]:
    """The roster's columns without which nobody can be paid."""
    plan = look.scheme.pay
    by_points = plan.pool is not None and plan.pool.points == "score_by_incentive"
    found = []
    if plan.by_incentive or by_points:
        found.append("target_incentive" if plan.target_incentive == "roster" else "base_salary")
    if any(rate.rate == "roster" for rate in plan.rates):
        found.append("commission_rate")
    return found


@rule("P17")
def pay_is_luck(look: Look) -> Iterator[Hit]:
    """Most differences of pay between people in one period would not repeat in the next."""
    rows = paid(look)
    enough(rows, periods=look.limits["periods"])
    repeats = reliability(rows)
    luck = Estimate(1 - repeats.value, 1 - repeats.high, 1 - repeats.low, repeats.people)
    if luck.low > look.limits["most"]:
        values = {"luck": percent(luck.value, look.language), "periods": repeats.periods}
        every = text(f"lint_pay.every_{look.scheme.pay_every}", look.language)
        yield Hit("pay", {**values, "every": every, **interval(luck, look.language)})

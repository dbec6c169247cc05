"""What a period earns before anything changes it: incentive, curve, measures, commissions, pool."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.appraise.commission import AMOUNT_DIGITS
from toolkit.appraise.grid import coded
from toolkit.appraise.statement.credit import Credit
from toolkit.appraise.statement.lines import BLANK, Lines
from toolkit.appraise.statement.pool import PoolShares
from toolkit.appraise.statement.sheet import Sheet
from toolkit.money import minor_digits, times, to_minor
from toolkit.scheme.curve import rounded
from toolkit.scheme.parts import ShareOfBase
from toolkit.scheme.scheme import Scheme

_UNIT = 10.0**AMOUNT_DIGITS


@dataclass(frozen=True)
class Base:
    """What each row of a sheet earns, in minor units; blank parts are BLANK or NaN."""

    target_incentive: np.ndarray
    payout_ratio: np.ndarray
    credited: np.ndarray
    rate: np.ndarray
    amount: np.ndarray


def takes_incentive(scheme: Scheme) -> bool:
    """Whether the scheme's pay reads a target incentive."""
    pool = scheme.pay.pool
    return scheme.pay.by_incentive or (pool is not None and pool.points == "score_by_incentive")


def yearly(sheet: Sheet) -> np.ndarray:
    """The amount that the incentive is made of, as the roster has it; NaN where blank."""
    shared = isinstance(sheet.scheme.pay.target_incentive, ShareOfBase)
    return sheet.numbers("base_salary" if shared else "target_incentive")


def incentives(sheet: Sheet) -> np.ndarray:
    """The target incentive of each row's period, times exposure, in minor units.

    The year's amount is split over its pay periods with nothing lost: the first take the units that do not
    divide.
    """
    plan, calendar = sheet.scheme.pay, sheet.calendar
    amounts = to_minor(yearly(sheet), sheet.scheme.currency)
    if isinstance(plan.target_incentive, ShareOfBase):
        amounts = times(amounts, plan.target_incentive.share_of_base)
    given, due = calendar.periods_per_year(plan.per), calendar.periods_per_year(sheet.scheme.pay_every)
    if due <= given:
        whole = amounts * (given // due)
    else:
        parts = due // given
        periods = coded(sheet.rows["period"])
        place = np.array([_place(str(p)) % parts for p in periods.words], dtype=np.int64)
        whole = amounts // parts + (place[periods.codes] < amounts % parts)
    return times(whole, sheet.numbers("exposure"))


def _place(period: str) -> int:
    """A period's place in its year, from 0."""
    return int(period[5:].lstrip("QH") or 1) - 1


def earn(
    sheet: Sheet,
    incentive: np.ndarray,
    credited: list[Credit],
    pool: PoolShares | None,
    rows: np.ndarray,
    lines: Lines,
) -> Base:
    """Everything the rows of a sheet earn; each part is a line of `components`."""
    ratio = _by_incentive(sheet, incentive, rows, lines)
    amount = times(incentive, ratio) if sheet.scheme.pay.by_incentive else np.zeros(len(rows), dtype=np.int64)
    commissions = [_commission(credit, rows, lines) for credit in credited]
    for earned, _ in commissions:
        amount = amount + earned
    if pool is not None:
        _pool_lines(pool, sheet.scheme.currency, rows, lines)
        amount = amount + pool.amount
    shown, rate = _blended(sheet, credited, commissions, pool)
    known = incentive if sheet.scheme.pay.by_incentive else np.full(len(rows), BLANK)
    return Base(known, ratio, shown, rate, amount)


def _by_incentive(sheet: Sheet, incentive: np.ndarray, rows: np.ndarray, lines: Lines) -> np.ndarray:
    """The payout ratio: the curve on the score, or the measures' shares of the incentive together."""
    plan = sheet.scheme.pay
    if plan.curve is not None:
        read = sheet.numbers("score")
        ratio = plan.curve(read)
        lines.add(
            rows, component="score_curve", share=1.0, read=read, ratio=ratio, amount=times(incentive, ratio)
        )
        return ratio
    if not plan.measures:
        return np.full(len(rows), np.nan)
    reads, ratios, shares = measured(sheet)
    total, paid = np.zeros(len(rows)), np.zeros(len(rows), dtype=np.int64)
    for name, read, ratio, share in zip(plan.measures, reads, ratios, shares, strict=True):
        total = rounded(total + share * np.nan_to_num(ratio))
        # Running sums, so that the parts add up to the one rounding of the whole.
        so_far = times(incentive, total)
        lines.add(
            rows, component="measure", measure=name, share=share, read=read, ratio=ratio, amount=so_far - paid
        )
        paid = so_far
    return total


def measured(sheet: Sheet) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per measure that pays, and row: what its curve reads, the ratio it pays, the share of the incentive.

    A measure without a number pays as the scheme treats it in the score: where it says `zero` its share pays
    nothing; else the other measures take its share in proportion.
    """
    plan = sheet.scheme.pay
    reads = np.stack([sheet.read(name, own.curve.x) for name, own in plan.measures.items()])
    ratios = [own.curve(read) for own, read in zip(plan.measures.values(), reads, strict=True)]
    caps = [np.inf if own.cap is None else own.cap for own in plan.measures.values()]
    capped = np.minimum(np.stack(ratios), np.array(caps)[:, None])
    agreed = np.array([own.share for own in plan.measures.values()])[:, None]
    known = ~np.isnan(capped)
    shares = np.broadcast_to(agreed, capped.shape)
    if sheet.scheme.missing != "zero":
        there = np.where(known, agreed, 0.0)
        total = there.sum(axis=0)
        some = (total > 0) & ~known.all(axis=0)
        shares = np.where(some, there / np.where(total > 0, total, 1.0), agreed)
    return reads, capped, shares


def _commission(credit: Credit, rows: np.ndarray, lines: Lines) -> tuple[np.ndarray, np.ndarray]:
    """Earned and rate of one commission; a true-up's rate is on this period's credit."""
    earned, rate = credit.earned()
    if credit.plan.cumulative is not None:
        amounts = credit.credited / _UNIT * 10.0 ** minor_digits(credit.currency)
        rate = np.where(credit.credited == 0, rate, earned / np.where(credit.credited == 0, 1.0, amounts))
    tiered = credit.plan.by is not None
    lines.add(
        rows,
        component="rate",
        measure=credit.plan.of,
        read=credit.reached if tiered else np.nan,
        credited=credit.credited,
        rate=rate,
        amount=earned,
        before=credit.before / _UNIT if credit.plan.cumulative else np.nan,
        target=(credit.target_before + credit.target) / _UNIT if credit.plan.by == "attainment" else np.nan,
        over_cap=credit.over_cap / _UNIT if credit.plan.deal_cap else np.nan,
    )
    return earned, rate


def _pool_lines(pool: PoolShares, currency: str, rows: np.ndarray, lines: Lines) -> None:
    units = pool.pool * 10 ** (AMOUNT_DIGITS - minor_digits(currency))
    lines.add(
        rows,
        component="pool",
        share=pool.share,
        read=pool.points,
        credited=units,
        rate=np.where(pool.pool > 0, pool.amount / np.maximum(pool.pool, 1), pool.share),
        amount=pool.amount,
    )


def _blended(
    sheet: Sheet,
    credited: list[Credit],
    commissions: list[tuple[np.ndarray, np.ndarray]],
    pool: PoolShares | None,
) -> tuple[np.ndarray, np.ndarray]:
    """What `credited` and `rate` of a payout say: of one commission its own, of several parts the blend."""
    if not commissions and pool is None:
        return np.full(len(sheet), BLANK), np.full(len(sheet), np.nan)
    if pool is None and len(commissions) == 1 and credited[0].plan.cumulative is None:
        return credited[0].credited, commissions[0][1]
    finer = 10 ** (AMOUNT_DIGITS - minor_digits(sheet.scheme.currency))
    total = sum((c.credited for c in credited), np.zeros(len(sheet), dtype=np.int64))
    earned = sum((e for e, _ in commissions), np.zeros(len(sheet), dtype=np.int64))
    if pool is not None:
        total, earned = total + pool.pool * finer, earned + pool.amount
    # Credit that nets to nothing can still have earned: then what was earned is shown as it is.
    total = np.where((total == 0) & (earned != 0), earned * finer, total)
    return total, np.where(total == 0, 0.0, earned * finer / np.where(total == 0, 1, total))

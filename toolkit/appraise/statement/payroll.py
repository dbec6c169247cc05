"""The whole payroll in its order: who is due, what they earn, every step after, what comes later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from toolkit.appraise.records import Records
from toolkit.appraise.roster import KEY
from toolkit.appraise.statement.base import Base, earn, incentives, takes_incentive
from toolkit.appraise.statement.corrections import corrected
from toolkit.appraise.statement.credit import Credit, credits, since_the_start
from toolkit.appraise.statement.draw import recovered
from toolkit.appraise.statement.later import CLAWBACK, RELEASE, Paid, held_back, later
from toolkit.appraise.statement.lines import Lines
from toolkit.appraise.statement.pool import PoolShares, pool_shares
from toolkit.appraise.statement.reasons import reasons
from toolkit.appraise.statement.roll import Roll
from toolkit.appraise.statement.sheet import Sheet, sheets
from toolkit.appraise.statement.steps import FREE, applied, guarantee, short, steps_of
from toolkit.scheme.scheme import Schemes

# Columns of components and adjustments after whose they are.
EARNED = (
    *("component", "measure", "share", "read", "ratio", "credited", "rate", "amount"),
    *("before", "target", "over_cap"),
)
ADJUSTED = (
    *("step", "amount", "reason", "measure", "attainment", "below", "pays", "with", "with_attainment"),
    *("factor", "grade", "item", "limit", "balance", "unclaimed", "concerns", "deal", "author", "at"),
)


@dataclass(frozen=True)
class Payroll:
    """All rows of the payroll, what each earned, and the lines of the two tables that tell why."""

    roll: Roll
    bases: list[Base]
    components: Lines
    adjustments: Lines
    unpaid: pd.DataFrame

    def column(self, name: str, late: float) -> np.ndarray:
        """What the rows earned; `late` for rows that only came later."""
        earned = np.concatenate([getattr(base, name) for base in self.bases] or [np.empty(0)])
        fill = np.full(len(self.roll.table) - len(earned), late, dtype=earned.dtype)
        return np.concatenate([earned, fill])


@dataclass(frozen=True)
class _Due:
    """One scheme's due rows, which of them can be paid, and what these are paid by."""

    sheet: Sheet
    reason: np.ndarray
    credits: list[Credit]
    incentive: np.ndarray
    pool: PoolShares | None


def payroll(
    schemes: Schemes,
    scorecard: pd.DataFrame,
    scores: pd.DataFrame,
    participants: pd.DataFrame,
    records: Records,
) -> Payroll:
    """Compute every row and step; see `toolkit.appraise.pay.statements`."""
    given = sheets(schemes, scorecard, scores, participants)
    credited = since_the_start(given, [credits(sheet, records) for sheet in given], schemes.calendar)
    due = [_due(sheet, own) for sheet, own in zip(given, credited, strict=True)]
    paid = [_payable(one) for one in due]
    roll = Roll([one.sheet for one in paid])
    components = Lines(
        ("component", "measure"),
        ("share", "read", "ratio", "rate", "before", "target", "over_cap"),
        ("amount",),
        ("credited",),
    )
    adjustments = Lines(
        ("step", "reason", "measure", "with", "grade", "item", "concerns", "deal", "author", "at"),
        ("attainment", "below", "pays", "with_attainment", "factor"),
        ("amount", "limit", "balance", "unclaimed"),
    )
    bases = [
        earn(one.sheet, one.incentive, one.credits, one.pool, roll.rows_of(i), components)
        for i, one in enumerate(paid)
    ]
    first = [
        _stepped(one, base, roll.rows_of(i), records, adjustments)
        for i, (one, base) in enumerate(zip(paid, bases, strict=True))
    ]
    _hold(_recover(first, roll, adjustments), records, roll, adjustments)
    unknown = corrected(given, roll, records, adjustments)
    return Payroll(roll, bases, components, adjustments, _unpaid(due, unknown))


def _due(sheet: Sheet, credited: list[Credit]) -> _Due:
    reason = reasons(sheet, credited)
    able = np.flatnonzero(reason == "")
    incentive = np.zeros(len(sheet), dtype=np.int64)
    if takes_incentive(sheet.scheme):
        incentive[able] = incentives(sheet.only(able))
    pool = None if sheet.scheme.pay.pool is None else pool_shares(sheet, reason == "", incentive)
    if pool is not None and not sheet.scheme.pay.by_incentive and not credited:
        # Where the pool is all there is, and nobody of the group has points, there is nothing to pay by.
        total = pd.Series(pool.points).groupby(pool.group).transform("sum").to_numpy()
        reason = np.where((reason == "") & (total == 0), "pool_no_points", reason).astype(object)
    return _Due(sheet, reason, credited, incentive, pool)


def _payable(due: _Due) -> _Due:
    """Only the rows that can be paid."""
    able = np.flatnonzero(due.reason == "")
    return _Due(
        due.sheet.only(able),
        due.reason[able],
        [credit.only(able) for credit in due.credits],
        due.incentive[able],
        None if due.pool is None else due.pool.only(able),
    )


@dataclass(frozen=True)
class _First:
    """A sheet's periods before draws are recovered: what was lent, and what the payout may not fall below."""

    paid: Paid
    lent: np.ndarray
    floor: np.ndarray


def _stepped(one: _Due, base: Base, rows: np.ndarray, records: Records, lines: Lines) -> _First:
    """The steps of the period itself, up to the guarantee."""
    steps, plan = steps_of(one.sheet, one.incentive, records), one.sheet.scheme.pay.guarantee
    left = applied(steps, base.amount, rows, lines)
    lent, floor = np.zeros_like(left), np.full_like(left, -FREE)
    least = guarantee(one.sheet, one.incentive)
    if plan is not None and least is not None and least.least is not None:
        before, floor = left, least.least
        left = applied([least], left, rows, lines)
        lent = left - before if plan.recoverable else lent
        # What is lent does not make good for a deal that falls away later.
        steps = steps if plan.recoverable else [*steps, least]
    return _First(Paid(one.sheet, one.credits, base.amount, steps, left, np.zeros_like(left)), lent, floor)


def _recover(first: list[_First], roll: Roll, lines: Lines) -> list[Paid]:
    """Draws given back out of later payouts, under whatever scheme in the same currency these are."""
    if not any(one.lent.any() for one in first):
        return [one.paid for one in first]
    table = roll.table
    owner = table["participant"].astype(str) + " " + pd.Series(roll.currency(table["sheet"]), dtype="str")
    days = (table["end"].to_numpy("datetime64[D]"), table["start"].to_numpy("datetime64[D]"))
    time = np.lexsort(days[::-1]).argsort()
    left, lent, floor = (
        np.concatenate([part(one) for one in first])
        for part in (lambda one: one.paid.left, lambda one: one.lent, lambda one: one.floor)
    )
    taken, owed = recovered(pd.factorize(owner)[0], time, left, lent, floor)
    hit = np.flatnonzero(taken)
    lines.add(hit, step="recovery", amount=-taken[hit], balance=owed[hit], reason="draw of earlier periods")
    rest = left - taken
    return [replace(one.paid, left=rest[roll.rows_of(i)]) for i, one in enumerate(first)]


def _hold(paid: list[Paid], records: Records, roll: Roll, lines: Lines) -> None:
    """Pay held back; then, over all schemes, what is released, then what is taken back."""
    after = []
    for i, one in enumerate(paid):
        held, plan = held_back(one.sheet, one.credits, one.left), one.sheet.scheme.pay.holdback
        hit = np.flatnonzero(held)
        if plan is not None:
            reason = f"{short(plan.share)} held until the customers have paid"
            lines.add(
                roll.rows_of(i)[hit],
                step="holdback",
                amount=-held[hit],
                balance=held[hit],
                factor=plan.share,
                reason=reason,
            )
        if plan is not None or one.sheet.scheme.pay.clawback is not None:
            after.append(_events(i, replace(one, held=held), records))
    events = pd.concat(after, ignore_index=True) if after else pd.DataFrame()
    if len(events):
        events["target"] = roll.place(events["participant"], events["by"], events["sheet"])
        _tell_later(events.sort_values(["target", "period", "deal"], kind="stable"), lines)


def _events(sheet: int, paid: Paid, records: Records) -> pd.DataFrame:
    found = later(paid, records)
    rows = found["row"].to_numpy(dtype=np.int64)
    who = paid.sheet.names.take(rows).array
    return found.assign(participant=who, period=paid.sheet.rows["period"].take(rows).array, sheet=sheet)


def _tell_later(events: pd.DataFrame, lines: Lines) -> None:
    released = events[events["kind"] == RELEASE]
    lines.add(
        released["target"].to_numpy(),
        step="release",
        amount=released["amount"].to_numpy(dtype=np.int64),
        factor=released["share"].to_numpy(dtype=float),
        balance=released["balance"].to_numpy(dtype=np.int64),
        concerns=released["period"].to_numpy(dtype=object),
        reason=[f"{p}: {short(s)} collected" for p, s in _pairs(released, "period", "share")],
    )
    clawed = events[events["kind"] == CLAWBACK]
    lines.add(
        clawed["target"].to_numpy(),
        step="clawback",
        amount=clawed["amount"].to_numpy(dtype=np.int64),
        unclaimed=clawed["unclaimed"].to_numpy(dtype=np.int64),
        balance=clawed["balance"].to_numpy(dtype=np.int64),
        concerns=clawed["period"].to_numpy(dtype=object),
        deal=clawed["deal"].to_numpy(dtype=object),
        reason=[f"{p}: {d} reversed" for p, d in _pairs(clawed, "period", "deal")],
    )


def _pairs(table: pd.DataFrame, first: str, second: str) -> Iterator[tuple[Any, Any]]:
    return zip(table[first], table[second], strict=True)


def _unpaid(due: list[_Due], unknown: pd.DataFrame) -> pd.DataFrame:
    """Who is due and cannot be paid, and corrections that nobody can be paid."""
    parts = [
        pd.DataFrame(
            {
                "participant": one.sheet.names,
                "period": one.sheet.rows["period"],
                "scheme": one.sheet.scheme.id,
                "reason": one.reason,
            }
        )[one.reason != ""]
        for one in due
    ]
    every = pd.concat([unknown, *parts], ignore_index=True)[[*KEY, "reason"]].astype("str")
    return every.sort_values([*KEY, "reason"], ignore_index=True)

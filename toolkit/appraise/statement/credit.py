"""What a commission credits and what that earns: caps by deal, and tiers that count since the year began."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.appraise.commission import AMOUNT_DIGITS, commission
from toolkit.appraise.grid import coded
from toolkit.appraise.records import Records
from toolkit.appraise.statement.sheet import Sheet, spread
from toolkit.money import to_units
from toolkit.periods import Calendar
from toolkit.scheme.curve import rounded
from toolkit.scheme.rates import RatePlan

_UNIT = 10.0**AMOUNT_DIGITS


@dataclass(frozen=True)
class Credit:
    """One commission's amounts for each row of a sheet, in ten-thousandths.

    Parameters
    ----------
    plan : RatePlan
    currency : str
    counts : array of bool
        Whether the row has the numbers that the commission needs; others credit nothing.
    credited, over_cap, target : array of int
        `credited` without what is above the cap by deal; `target` is 0 where there is none.
    attainment, own_rate : array of float
        As scorecard and roster have them.
    before, target_before : array of int
        What the year's or quarter's earlier periods credited, and their targets; 0 unless cumulative.
    """

    plan: RatePlan
    currency: str
    counts: np.ndarray
    credited: np.ndarray
    over_cap: np.ndarray
    target: np.ndarray
    attainment: np.ndarray
    own_rate: np.ndarray
    before: np.ndarray
    target_before: np.ndarray

    def only(self, kept: np.ndarray) -> Credit:
        """The credit of some of the rows."""
        arrays = {k: v[kept] for k, v in vars(self).items() if isinstance(v, np.ndarray)}
        return replace(self, **arrays)

    @property
    def reached(self) -> np.ndarray:
        """What the tiers read: the amount, or the attainment, counted since the year or quarter began."""
        if self.plan.by == "attainment":
            return self._attained(self.before + self.credited, self.target_before + self.target, 0)
        return (self.before + self.credited) / _UNIT

    def earned(self, less: np.ndarray | int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Commission in minor units and its rate, with the credit as it is or reduced by an amount."""
        so_far, owed = self.before + self.credited - less, self.target_before + self.target
        minor, rate = self._commission(so_far, owed, less)
        if self.plan.cumulative is None:
            return minor, rate
        # Telescoping: whatever way a year's credit falls into its periods, they earn the same together.
        minor = minor - self._commission(self.before, self.target_before, less)[0]
        return minor, rate

    def _commission(
        self, amounts: np.ndarray, targets: np.ndarray, less: np.ndarray | int
    ) -> tuple[np.ndarray, np.ndarray]:
        read = self._attained(amounts, targets, less) if self.plan.by == "attainment" else self.attainment
        return commission(self.plan, amounts, read, targets / _UNIT, self.own_rate, self.currency)

    def _attained(self, amounts: np.ndarray, targets: np.ndarray, less: np.ndarray | int) -> np.ndarray:
        """The scorecard's attainment; that of what counts where this is not the same."""
        ratio = rounded(np.where(targets > 0, amounts / np.maximum(targets, 1), 0.0))
        if self.plan.cumulative is not None:
            return ratio
        return np.where((self.over_cap > 0) | (np.asarray(less) != 0), ratio, self.attainment)


def credits(sheet: Sheet, records: Records) -> list[Credit]:
    """What each commission of a scheme credits, before anything is counted over several periods."""
    return [_credit(sheet, plan, records) for plan in sheet.scheme.pay.rates]


def _credit(sheet: Sheet, plan: RatePlan, records: Records) -> Credit:
    actual, attainment = sheet.read(plan.of, "actual"), sheet.read(plan.of, "attainment")
    counts = ~np.isnan(actual)
    if plan.by == "attainment":
        counts &= ~np.isnan(attainment)
    # Also where tiers count amounts: a later version of the scheme may count attainment from here on.
    target = to_units(np.where(counts, np.nan_to_num(sheet.read(plan.of, "target")), 0.0), AMOUNT_DIGITS)
    amounts = to_units(np.where(counts, actual, 0.0), AMOUNT_DIGITS)
    over = _over_cap(sheet, plan, records) * counts
    none = np.zeros(len(sheet), dtype=np.int64)
    own = sheet.numbers("commission_rate")
    return Credit(
        *(plan, sheet.scheme.currency, counts, amounts - over, over, target),
        *(np.nan_to_num(attainment), own, none, none),
    )


def _over_cap(sheet: Sheet, plan: RatePlan, records: Records) -> np.ndarray:
    """What single deals credited above the cap, for each row."""
    total = np.zeros(len(sheet), dtype=np.int64)
    if plan.deal_cap is None or records.deals.empty:
        return total
    deals = deal_amounts(sheet, plan.of, records)
    over = np.maximum(deals["units"].to_numpy() - to_units([plan.deal_cap], AMOUNT_DIGITS)[0], 0)
    np.add.at(total, deals["row"].to_numpy(), over)
    return total


def deal_amounts(sheet: Sheet, measure: str, records: Records) -> pd.DataFrame:
    """Row, deal, units: what each deal credited to the rows of a sheet, in ten-thousandths."""
    found = spread(sheet, measure, records.deals, ["deal", "amount"])
    found = found.assign(units=to_units(found["amount"].to_numpy(dtype=float), AMOUNT_DIGITS))
    return found.groupby(["row", "deal"], sort=False)["units"].sum().reset_index()


def since_the_start(
    given: Sequence[Sheet], credited: Sequence[list[Credit]], calendar: Calendar
) -> list[list[Credit]]:
    """The credits with what the earlier periods of the year or quarter credited to the same person.

    Versions of a scheme count as one: who was credited under the old version begins the new one where they
    stand.
    """
    found = [list(listed) for listed in credited]
    keys = [_streams(sheet, listed) for sheet, listed in zip(given, credited, strict=True)]
    for i, listed in enumerate(credited):
        for j, credit in enumerate(listed):
            if credit.plan.cumulative is None:
                continue
            stream = [(k, m) for k, own in enumerate(keys) for m, key in enumerate(own) if key == keys[i][j]]
            found[i][j] = _counted(given, credited, stream, (i, j), calendar)
    return found


def _streams(sheet: Sheet, listed: list[Credit]) -> list[tuple[str, str, int]]:
    """What names a commission through a scheme's versions: the scheme, the measure, and which of several."""
    of = [credit.plan.of for credit in listed]
    return [(sheet.scheme.name, name, of[:i].count(name)) for i, name in enumerate(of)]


def _counted(
    given: Sequence[Sheet],
    credited: Sequence[list[Credit]],
    stream: list[tuple[int, int]],
    own: tuple[int, int],
    calendar: Calendar,
) -> Credit:
    """A credit with `before` and `target_before` filled from its stream."""
    credit = credited[own[0]][own[1]]
    window, parts = credit.plan.cumulative, [credited[k][m] for k, m in stream]
    rows = pd.concat([given[k].rows[["period", "end"]].assign(who=given[k].names) for k, _ in stream])
    periods, who = coded(rows["period"]), coded(rows["who"])
    spans = pd.factorize(np.array([_window(str(p), str(window), calendar) for p in periods.words]))[0]
    group = who.codes.astype(np.int64) * (len(spans) + 1) + spans[periods.codes]
    order = np.lexsort((rows["end"].to_numpy(), group))
    start = sum(len(credited[k][m].counts) for k, m in stream[: stream.index(own)])
    mine = slice(start, start + len(credit.counts))
    amounts = _before(np.concatenate([p.credited for p in parts]), group, order)[mine]
    targets = _before(np.concatenate([p.target for p in parts]), group, order)[mine]
    return replace(credit, before=amounts, target_before=targets)


def _window(period: str, grain: str, calendar: Calendar) -> str:
    # A named calendar need not have all quarters of a year; their names say which year they are of.
    return period[:4] if calendar.starts else calendar.within(period, grain)


def _before(amounts: np.ndarray, group: np.ndarray, order: np.ndarray) -> np.ndarray:
    """For each row the sum of the rows before it in its group."""
    total = np.cumsum(amounts[order]) - amounts[order]
    ordered = group[order]
    first = np.r_[True, ordered[1:] != ordered[:-1]]
    base = total[np.flatnonzero(first)[np.cumsum(first) - 1]] if len(total) else total
    found = np.empty_like(total)
    found[order] = total - base
    return found

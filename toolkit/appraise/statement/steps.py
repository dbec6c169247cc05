"""What changes a period's base payout: modifiers, gates, vetoes, caps and the guarantee, in this order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from toolkit.appraise.grid import Codes
from toolkit.appraise.items import quantities
from toolkit.appraise.records import Records
from toolkit.appraise.statement.lines import Lines
from toolkit.appraise.statement.sheet import Sheet
from toolkit.money import times, to_minor
from toolkit.periods import inclusive_days
from toolkit.scheme.curve import DECIMALS, rounded
from toolkit.scheme.items import Veto
from toolkit.scheme.matrix import Matrix
from toolkit.scheme.parts import Gate, Guarantee, Modifier

FREE = 2**62  # a limit that binds nobody

Words = Callable[[np.ndarray], str | Codes]


@dataclass(frozen=True)
class Step:
    """One rule over a sheet's rows: a factor on what is owed, the most or the least that is paid.

    Parameters
    ----------
    name : str
        modifier, gate, veto, cap or guarantee.
    factor : array of float, optional
        NaN where the rule does not apply.
    most, least : array of int, optional
        Minor units; ±FREE where nothing binds.
    reason : function
        Rows -> a reason for each.
    details : dict
        Columns of the adjustments table, an array over all rows or one value.
    """

    name: str
    reason: Words
    factor: np.ndarray | None = None
    most: np.ndarray | None = None
    least: np.ndarray | None = None
    details: dict[str, Any] = field(default_factory=dict)

    def applies(self, left: np.ndarray) -> np.ndarray:
        """Where the rule has something to say: a factor only where something is owed to the person."""
        if self.factor is not None:
            return ~np.isnan(self.factor) & (left > 0)
        return self.after(left, slice(None)) != left

    def after(self, left: np.ndarray, at: np.ndarray | slice) -> np.ndarray:
        """What is left of the amounts of some rows."""
        if self.factor is not None:
            factor = self.factor[at]
            owed = ~np.isnan(factor) & (left > 0)
            return np.where(owed, times(left, np.where(owed, factor, 0.0)), left)
        if self.most is not None:
            return np.minimum(left, self.most[at])
        assert self.least is not None
        return np.maximum(left, self.least[at])


def run(steps: Iterable[Step], left: np.ndarray, at: np.ndarray | slice) -> np.ndarray:
    """What the steps leave of the amounts of some rows."""
    for step in steps:
        left = step.after(left, at)
    return left


def applied(steps: Iterable[Step], left: np.ndarray, rows: np.ndarray, lines: Lines) -> np.ndarray:
    """What the steps leave of every row, each change a line of `adjustments`."""
    for step in steps:
        hit = np.flatnonzero(step.applies(left))
        after = step.after(left, slice(None))
        details = {k: v[hit] if isinstance(v, np.ndarray) else v for k, v in step.details.items()}
        lines.add(rows[hit], step=step.name, amount=(after - left)[hit], reason=step.reason(hit), **details)
        left = after
    return left


def steps_of(sheet: Sheet, incentive: np.ndarray, records: Records) -> list[Step]:
    """The rules of a scheme over its sheet, in the order in which they apply, without the guarantee."""
    plan = sheet.scheme.pay
    found = [_modifier(sheet, modifier) for modifier in plan.modifiers]
    found += [_gate(sheet, gate) for gate in plan.gates]
    found += [_veto(sheet, veto, records) for veto in sheet.scheme.vetoes if veto.pays is not None]
    if plan.caps is not None and plan.caps.ratio is not None:
        most = times(incentive, plan.caps.ratio)
        reason = f"at most {short(plan.caps.ratio)} of the target incentive"
        found.append(Step("cap", said(reason), most=most, details={"limit": most, "factor": plan.caps.ratio}))
    if plan.caps is not None and plan.caps.amount is not None:
        most = np.full(len(sheet), to_minor([plan.caps.amount], sheet.scheme.currency)[0])
        found.append(Step("cap", said("at most the amount agreed"), most=most, details={"limit": most}))
    return found


def said(reason: str) -> Words:
    """The same reason for every row."""
    return lambda rows: reason


def _modifier(sheet: Sheet, modifier: Modifier) -> Step:
    """A factor; without the numbers it reads it is 1, as where it is 1 by the rule."""
    if modifier.grades:
        grades = sheet.rows["grade"].to_numpy(dtype=object)
        factor = sheet.rows["grade"].map(modifier.grades).to_numpy(dtype=float)
        return _factor(factor, lambda i: f"grade {grades[i]}", {"grade": grades})
    if modifier.matrix is not None:
        return _by_two(sheet, modifier.matrix)
    assert modifier.curve is not None
    name, read = modifier.measure, sheet.read(modifier.measure, modifier.curve.x)
    # `attainment` tells what was read; of a curve over actuals or scores the reason alone tells it.
    details: dict[str, Any] = {"measure": name} | (
        {"attainment": read} if modifier.curve.x == "attainment" else {}
    )
    words = f"{name} {modifier.curve.x}"
    return _factor(modifier.curve(read), lambda i: f"{words} {short(read[i])}", details)


def _by_two(sheet: Sheet, grid: Matrix) -> Step:
    """A factor by two attainments."""
    read, across = sheet.read(grid.measure, "attainment"), sheet.read(grid.with_, "attainment")
    details = {"measure": grid.measure, "attainment": read, "with": grid.with_, "with_attainment": across}

    def words(i: int) -> str:
        return f"{grid.measure} attainment {short(read[i])}, {grid.with_} {short(across[i])}"

    return _factor(grid(read, across), words, details)


def _factor(factor: np.ndarray, words: Callable[[int], str], details: dict[str, Any]) -> Step:
    factor = np.where(factor == 1, np.nan, factor)

    def reason(rows: np.ndarray) -> Codes:
        return _filled(rows, lambda i: f"{words(i)}: × {short(factor[i])}")

    return Step("modifier", reason, factor=factor, details=details | {"factor": factor})


def _gate(sheet: Sheet, gate: Gate) -> Step:
    """Open to who has no attainment."""
    reached = sheet.read(gate.measure, "attainment")
    details = {"measure": gate.measure, "attainment": reached, "below": gate.below, "pays": gate.pays}
    factor = _missed(reached, gate.below, gate.pays)
    return Step("gate", _below(gate.measure, reached, gate.below), factor=factor, details=details)


def _missed(reached: np.ndarray, below: float, pays: float) -> np.ndarray:
    return np.where(reached < round(below, DECIMALS), pays, np.nan)


def _below(measure: str, reached: np.ndarray, below: float) -> Words:
    return lambda rows: written(f"{measure} attainment ", reached[rows], f" < {short(below)}")


def _veto(sheet: Sheet, veto: Veto, records: Records) -> Step:
    """What is still paid of what was earned after a veto: the share agreed."""
    assert veto.pays is not None
    if veto.measure:
        assert veto.below is not None
        reached = sheet.read(veto.measure, "attainment")
        details = {"measure": veto.measure, "attainment": reached, "below": veto.below, "pays": veto.pays}
        factor = _missed(reached, veto.below, veto.pays)
        return Step("veto", _below(veto.measure, reached, veto.below), factor=factor, details=details)
    items = [item.name for item in sheet.scheme.items]
    counted = quantities(sheet.scheme, sheet.rows, records.events, sheet.calendar)[:, items.index(veto.item)]
    factor = np.where(np.nan_to_num(counted) > 0, veto.pays, np.nan)
    return Step("veto", said(veto.item), factor=factor, details={"item": veto.item, "pays": veto.pays})


def guarantee(sheet: Sheet, incentive: np.ndarray) -> Step | None:
    """The least that joiners get: their share for the days of the period inside their first months."""
    plan = sheet.scheme.pay.guarantee
    if plan is None:
        return None
    days, employed = _guaranteed_days(sheet, plan)
    share = rounded(plan.share * days / np.maximum(employed, 1))
    floor = np.where(days > 0, times(incentive, share), -FREE)

    def words(i: int) -> str:
        return f"guaranteed {short(plan.share)} for {days[i]} of {employed[i]} days"

    def reason(rows: np.ndarray) -> Codes:
        return _filled(rows, words)

    return Step("guarantee", reason, least=floor, details={"limit": floor, "factor": share})


def _guaranteed_days(sheet: Sheet, plan: Guarantee) -> tuple[np.ndarray, np.ndarray]:
    """Of each row: employed days inside the guaranteed months, and all employed days of the period."""
    hired = sheet.rows["hired_on"]
    until = hired + pd.DateOffset(months=plan.months) - pd.Timedelta(days=1)
    first = sheet.rows["start"].where(hired.isna() | (sheet.rows["start"] >= hired), hired)
    last = sheet.rows["last_day"]
    return inclusive_days(first, last.where(last <= until, until)), inclusive_days(first, last)


def _filled(rows: np.ndarray, word: Callable[[int], str]) -> Codes:
    """A text of its own for each row."""
    return Codes(np.arange(len(rows)), pd.Index([word(i) for i in rows.tolist()], dtype="str"))


def written(before: str, ratios: np.ndarray, after: str) -> Codes:
    """Ratios in words, as `short` shows each of them, a million at a time.

    Examples
    --------
    >>> written("at ", np.array([0.7, 0.7999, 1.0, 1e-8]), "").words.tolist()
    ['at 0.70', 'at 0.7999', 'at 1.00', 'at 0.00000001']
    """
    shown = pc.cast(pa.array(ratios), pa.large_string())
    # Arrow writes what is needed, and an exponent for the smallest; those that need more digits are few.
    length = np.asarray(pc.utf8_length(shown)) - np.asarray(pc.find_substring(shown, "."))
    odd = (length < 3) | np.asarray(pc.match_substring_regex(shown, "[en]"))
    if odd.any():
        own = pa.array([short(x) for x in ratios[odd]], type=pa.large_string())
        shown = pc.replace_with_mask(shown, pa.array(odd), own)
    words = pc.binary_join_element_wise(
        *(pa.scalar(t, pa.large_string()) if isinstance(t, str) else t for t in (before, shown, after, "")),
    )
    return Codes(np.arange(len(ratios)), pd.Index(pd.array(words, dtype="str")))


def short(ratio: float) -> str:
    """A ratio at two decimals, more only where it has more.

    Examples
    --------
    >>> short(0.72), short(0.7999)
    ('0.72', '0.7999')
    """
    shown = f"{ratio:.8f}".rstrip("0")
    return f"{ratio:.2f}" if len(shown.partition(".")[2]) < 2 else shown

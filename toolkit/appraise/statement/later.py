"""What comes after a period was paid: held pay is released as cash comes in, commission is taken back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.appraise.commission import AMOUNT_DIGITS
from toolkit.appraise.records import Records
from toolkit.appraise.statement.credit import Credit, deal_amounts
from toolkit.appraise.statement.sheet import Sheet, spread
from toolkit.appraise.statement.steps import Step, run
from toolkit.money import times, to_units
from toolkit.scheme.curve import rounded

RELEASE, CLAWBACK = 0, 1
COLUMNS = ["row", "by", "kind", "amount", "share", "balance", "deal", "unclaimed"]


@dataclass(frozen=True)
class Paid:
    """One sheet's periods as they were first paid, in minor units.

    Parameters
    ----------
    sheet : Sheet
    credits : list of Credit
    base : array of int
    steps : list of Step
        What was applied to the base, to see what it would have come to without a deal.
    left : array of int
        Before anything is held.
    held : array of int
    """

    sheet: Sheet
    credits: list[Credit]
    base: np.ndarray
    steps: list[Step]
    left: np.ndarray
    held: np.ndarray


def held_back(sheet: Sheet, credits: list[Credit], left: np.ndarray) -> np.ndarray:
    """What is held of each row: the share agreed of what is owed, where anything was credited at all."""
    plan = sheet.scheme.pay.holdback
    if plan is None:
        return np.zeros(len(sheet), dtype=np.int64)
    credited = sum((c.credited for c in credits), np.zeros(len(sheet), dtype=np.int64))
    return np.where((left > 0) & (credited > 0), times(np.maximum(left, 0), plan.share), 0)


def later(paid: Paid, records: Records) -> pd.DataFrame:
    """Releases and clawbacks of one sheet's rows, in the order of time.

    A release brings what was released so far to (held − given up) × collected ÷ (credited − reversed), and
    never takes back. A reversal takes back what the period would have paid less without it: first out of the
    share still held, the rest from the person, at most what the period has paid them so far.

    Returns
    -------
    DataFrame
        row (position in the sheet), by (pay period), kind, amount (minor units, what the person gets),
        share (collected), balance (still held), deal, unclaimed.
    """
    events = _events(paid, records)
    found = [pd.DataFrame({c: pd.Series(dtype="object") for c in COLUMNS})]
    state = _State.of(paid)
    for _, now in events.groupby("turn"):
        for kind, step in ((RELEASE, _release), (CLAWBACK, _claw)):
            own = now[now["kind"] == kind]
            if len(own):
                found.append(step(own, paid, state))
    every = pd.concat([f for f in found if len(f)] or found[:1], ignore_index=True)
    return every.reindex(columns=COLUMNS)


@dataclass(frozen=True)
class _State:
    """Where each row stands, in minor units; `lost` is commission, `less` each commission's lost credit."""

    given_up: np.ndarray
    released: np.ndarray
    clawed: np.ndarray
    lost: np.ndarray
    gone: np.ndarray
    less: list[np.ndarray]

    @staticmethod
    def of(paid: Paid) -> _State:
        def none() -> np.ndarray:
            return np.zeros(len(paid.sheet), dtype=np.int64)

        return _State(none(), none(), none(), none(), none(), [none() for _ in paid.credits])


def _release(events: pd.DataFrame, paid: Paid, state: _State) -> pd.DataFrame:
    row = events["row"].to_numpy()
    credited = events["credited"].to_numpy() - state.gone[row]
    share = np.where(credited > 0, events["collected"].to_numpy() / np.maximum(credited, 1), 1.0)
    share = rounded(np.clip(share, 0.0, 1.0))
    mine = paid.held[row] - state.given_up[row]
    amount = np.maximum(times(mine, share) - state.released[row], 0)
    state.released[row] += amount
    told = events[["row", "by", "kind"]].assign(
        amount=amount, share=share, balance=mine - state.released[row]
    )
    return told[amount != 0]


def _claw(events: pd.DataFrame, paid: Paid, state: _State) -> pd.DataFrame:
    row = events["row"].to_numpy()
    lost = state.lost[row]
    for j, credit in enumerate(paid.credits):
        before = state.less[j][row]
        after = before + events[f"units_{j}"].to_numpy()
        own = credit.only(row)
        lost = lost + own.earned(before)[0] - own.earned(after)[0]
        state.less[j][row] = after
    due = run(paid.steps, paid.base[row] - state.lost[row], row) - run(paid.steps, paid.base[row] - lost, row)
    due = np.maximum(due, 0)
    state.lost[row] = lost
    state.gone[row] += events["reversed"].to_numpy()
    plan = paid.sheet.scheme.pay.holdback
    still = paid.held[row] - state.given_up[row] - state.released[row]
    given_up = np.minimum(times(due, plan.share) if plan is not None else 0 * due, still)
    kept = paid.left[row] - paid.held[row] + state.released[row] - state.clawed[row]
    taken = np.minimum(due - given_up, np.maximum(kept, 0))
    state.given_up[row] += given_up
    state.clawed[row] += taken
    told = events[["row", "by", "kind", "deal"]]
    told = told.assign(amount=-taken, unclaimed=due - given_up - taken, balance=still - given_up)
    return told[due != 0]


def _events(paid: Paid, records: Records) -> pd.DataFrame:
    """Cash and reversals of the sheet's rows; `turn` counts each row's in the order of time."""
    found = pd.concat([_cash(paid, records), _reversals(paid, records)], ignore_index=True)
    ends = paid.sheet.periods
    found = found[found["by"].isin(list(ends))]
    found = found.assign(when=pd.to_datetime(found["by"].map(ends)))  # of no rows, `map` gives no days
    earned = paid.sheet.rows["end"].to_numpy()[found["row"].astype("int64")]
    found = found[(found["when"] >= earned).to_numpy()]
    found = found.sort_values(["row", "when", "kind", "deal"], kind="stable", ignore_index=True)
    whole = ("units_", "reversed", "credited", "collected", "row")
    units = [str(c) for c in found if str(c).startswith(whole)]
    found[units] = found[units].fillna(0).astype("int64")
    return found.assign(turn=found.groupby("row").cumcount())


_EMPTY = {"row": "int64", "by": "str", "kind": "int64", "deal": "str", "credited": "int64"}
_EMPTY |= {"collected": "int64", "reversed": "int64"}


def _none() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _EMPTY.items()})


def _cash(paid: Paid, records: Records) -> pd.DataFrame:
    """Row, by, credited and collected over all that the scheme's commissions credit."""
    sheet = paid.sheet
    if sheet.scheme.pay.holdback is None or records.collected.empty:
        return _none()
    parts = [
        spread(sheet, name, records.collected, ["kpi", "by", "credited", "collected"])
        for name in _measures(sheet)
    ]
    found = pd.concat(parts, ignore_index=True)
    found = found[paid.held[found["row"]] > 0]
    for column in ("credited", "collected"):
        found[column] = to_units(found[column].to_numpy(dtype=float), AMOUNT_DIGITS)
    # A KPI of which no cash is known by then is still owed by the customers.
    whole = found.groupby(["row", "kpi"])["credited"].max().groupby("row").sum()
    cash = found.groupby(["row", "by"], as_index=False)["collected"].sum()
    return cash.assign(kind=RELEASE, credited=cash["row"].map(whole), deal="")


def _measures(sheet: Sheet) -> list[str]:
    """The measures that commissions credit, one for each KPI and level."""
    return list({_whose(sheet, rate.of): rate.of for rate in sheet.scheme.pay.rates}.values())


def _whose(sheet: Sheet, measure: str) -> tuple[str, str]:
    own = sheet.scheme.measure(measure)
    return own.kpi, own.level or sheet.scheme.level


def _reversals(paid: Paid, records: Records) -> pd.DataFrame:
    """Row, by, deal, reversed, and what of it each commission had credited (above a deal's cap: nothing)."""
    sheet, plan = paid.sheet, paid.sheet.scheme.pay.clawback
    if plan is None or records.reversed.empty:
        return _none()
    days = records.reversed["days"].fillna(0)
    table = records.reversed[(days <= plan.days).to_numpy() & (records.reversed["amount"] > 0).to_numpy()]
    parts = []
    for name in _measures(sheet):
        found = spread(sheet, name, table, ["by", "deal", "amount"])
        units = to_units(found["amount"].to_numpy(dtype=float), AMOUNT_DIGITS)
        found = found.assign(kind=CLAWBACK, reversed=units).drop(columns="amount")
        found["when"] = found["by"].map(sheet.periods)
        found = found.dropna(subset=["when"]).sort_values(["row", "when", "deal"], kind="stable")
        for j, rate in enumerate(sheet.scheme.pay.rates):
            same = _whose(sheet, rate.of) == _whose(sheet, name)
            found[f"units_{j}"] = _uncapped(sheet, found, rate.deal_cap, name, records) if same else 0
        parts.append(found.drop(columns="when"))
    return pd.concat([_none(), *parts], ignore_index=True)


def _uncapped(
    sheet: Sheet, found: pd.DataFrame, cap: float | None, measure: str, records: Records
) -> np.ndarray:
    """What the reversals take from the credit: of a deal above the cap only what falls below it."""
    gone = found["reversed"].to_numpy()
    if cap is None or records.deals.empty:
        return gone
    top = int(to_units([cap], AMOUNT_DIGITS)[0])
    deals = deal_amounts(sheet, measure, records)
    whole = found[["row", "deal"]].merge(deals, on=["row", "deal"], how="left")["units"].to_numpy(dtype=float)
    earlier = found.groupby(["row", "deal"])["reversed"].cumsum().to_numpy() - gone
    before = np.where(np.isnan(whole), np.maximum(gone, 0), np.nan_to_num(whole) - earlier).astype(np.int64)
    return np.minimum(before, top) - np.minimum(before - gone, top)

"""Payouts: the payout curve, the commission and the gates, exact to the minor unit, with their trace."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from toolkit.appraise.commission import AMOUNT_DIGITS, commission
from toolkit.appraise.grade import grade
from toolkit.appraise.lookup import numbers, text_array
from toolkit.appraise.roster import KEY, assignments, period_table
from toolkit.money import from_units, minor_digits, times, to_minor, to_units
from toolkit.periods import Calendar
from toolkit.scheme.parts import Gate
from toolkit.scheme.scheme import Scheme, Schemes

COLUMNS = [
    *(
        "scheme",
        "participant",
        "period",
        "target_incentive",
        "payout_ratio",
        "credited",
        "rate",
        "base_payout",
    ),
    *("adjustments", "payout"),
]
ADJUSTMENTS = [*KEY, "step", "amount", "reason", "measure", "attainment", "below", "pays"]


_WORDS = ("participant", "period", "step", "reason", "measure")
_NO_CUTS = pd.DataFrame(columns=ADJUSTMENTS[1:]).astype(
    {
        name: "str" if name in _WORDS else "int64" if name == "amount" else "float64"
        for name in ADJUSTMENTS[1:]
    }
)


class _Statement(NamedTuple):
    """One scheme's pay in minor units: a row a person and period, the gates' cuts, who could not be paid."""

    rows: pd.DataFrame
    cuts: pd.DataFrame
    unpaid: pd.DataFrame


def pay(
    schemes: Schemes, scorecard: pd.DataFrame, scores: pd.DataFrame, participants: pd.DataFrame
) -> pd.DataFrame:
    """Pay every participant for every pay period.

    The roster's amount is split over the year's pay periods with nothing lost, times exposure, times the
    payout ratio of the score, each rounded half-up to the minor unit; commission is added; gates cut the sum
    in their order. At team level the team's ratio pays each member on their own target incentive. Taken is
    the roster's row of the last employed day of the period.

    Parameters
    ----------
    schemes : Schemes
    scorecard, scores : DataFrame
        As `score` and `grade` give them.
    participants : DataFrame
        The standard table.

    Returns
    -------
    DataFrame
        Contract `payouts`: exact decimals for money. `credited` and `rate` are filled by commissions,
        `target_incentive` and `payout_ratio` by curves. Who has no score, incentive or rate has no row: see
        `unpaid`.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> from toolkit.appraise.example import example_panel, example_roster, example_targets
    >>> from toolkit.appraise.score import score
    >>> from toolkit.appraise.targets import set_targets
    >>> schemes, panel, people = example_schemes(), example_panel(), example_roster()
    >>> card = score(schemes, panel, set_targets(schemes, panel, example_targets(), people), people)
    >>> found = pay(schemes, card, grade(schemes, card), people)
    >>> found[["participant", "target_incentive", "payout_ratio", "payout"]].astype(str).values.tolist()[0]
    ['p1', '12000.00', '0.9', '10800.00']
    """
    rows = [statement.rows for statement in _statements(schemes, scorecard, scores, participants)]
    every = pd.concat(rows, ignore_index=True).sort_values(KEY, ignore_index=True)
    digits = _digits(schemes)
    paid = every[[*KEY, "payout_ratio", "rate"]].copy()
    for column in ("target_incentive", "base_payout", "adjustments", "payout"):
        paid[column] = _money(every[column], digits)
    paid["credited"] = _money(every["credited"], AMOUNT_DIGITS)
    return paid[COLUMNS]


def adjustments(
    schemes: Schemes, scorecard: pd.DataFrame, scores: pd.DataFrame, participants: pd.DataFrame
) -> pd.DataFrame:
    """What was added to or cut from each base payout; the sums are `payouts.adjustments` to the cent.

    Returns
    -------
    DataFrame
        scheme, participant, period, step (gate), amount (exact), reason, and the gate that was missed:
        measure, attainment, below, pays. In the order in which they were applied.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> from toolkit.appraise.example import example_panel, example_roster, example_targets
    >>> from toolkit.appraise.score import score
    >>> from toolkit.appraise.targets import set_targets
    >>> schemes, panel, people = example_schemes(), example_panel(), example_roster()
    >>> card = score(schemes, panel, set_targets(schemes, panel, example_targets(), people), people)
    >>> found = adjustments(schemes, card, grade(schemes, card), people)
    >>> list(found.columns[:6])
    ['scheme', 'participant', 'period', 'step', 'amount', 'reason']
    """
    cuts = [statement.cuts for statement in _statements(schemes, scorecard, scores, participants)]
    every = pd.concat(cuts, ignore_index=True).sort_values(KEY, kind="stable", ignore_index=True)
    return every.assign(amount=_money(every["amount"], _digits(schemes)))[ADJUSTMENTS]


def unpaid(schemes: Schemes, scorecard: pd.DataFrame, participants: pd.DataFrame) -> pd.DataFrame:
    """Who could not be paid for a pay period, and why.

    Returns
    -------
    DataFrame
        scheme, participant, period, reason: not_in_roster, no_target_incentive, no_commission_rate, no_score,
        no_credited (the commission's measure has no actual), no_attainment (its tiers need one).

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> from toolkit.appraise.example import example_panel, example_roster, example_targets
    >>> from toolkit.appraise.score import score
    >>> from toolkit.appraise.targets import set_targets
    >>> schemes, panel, people = example_schemes(), example_panel(), example_roster()
    >>> card = score(schemes, panel, set_targets(schemes, panel, example_targets(), people), people)
    >>> len(unpaid(schemes, card, people))
    0
    """
    scores = grade(schemes, scorecard)
    parts = [statement.unpaid for statement in _statements(schemes, scorecard, scores, participants)]
    return pd.concat(parts, ignore_index=True).sort_values(KEY, ignore_index=True)


def _digits(schemes: Schemes) -> int:
    """Decimals of money columns: as many as the finest currency needs."""
    return max((minor_digits(s.currency) for s in schemes), default=2)


def _money(units: pd.Series, digits: int) -> pd.Series:
    """Whole units, blank where there are none, as exact decimals."""
    known = units.notna()
    return from_units(units.fillna(0).to_numpy(dtype=np.int64), digits, units.index).where(known)


def _statements(
    schemes: Schemes, scorecard: pd.DataFrame, scores: pd.DataFrame, participants: pd.DataFrame
) -> list[_Statement]:
    calendar = schemes.calendar
    periods = period_table(calendar, scores["period"].unique())
    assigned = assignments(schemes, participants, periods)
    scored = scores.merge(periods[["period", "grain"]], on="period")
    found = []
    for scheme in schemes:
        due = scored[(scored["scheme"] == scheme.id) & (scored["grain"] == scheme.pay_every)].drop(
            columns="grain"
        )
        people = due.merge(
            assigned[assigned["scheme"] == scheme.id].drop(columns="scheme"), on=KEY[1:], how="left"
        )
        people = people.sort_values(["person", "period"], ignore_index=True)
        card = scorecard[scorecard["scheme"] == scheme.id]
        found.append(
            _statement(
                scheme, people, card, calendar, 10 ** (_digits(schemes) - minor_digits(scheme.currency))
            )
        )
    return found


def _statement(
    scheme: Scheme, people: pd.DataFrame, card: pd.DataFrame, calendar: Calendar, finer: int
) -> _Statement:
    """One scheme's pay; `finer` brings its minor units to those of the finest currency."""
    credited = _measured(card, people, scheme.pay.rates[0].of) if scheme.pay.rates else None
    reason = _reasons(scheme, people, credited)
    unpaid_rows = people.assign(participant=people["person"].fillna(people["participant"]), reason=reason)
    paid = (reason == "").nonzero()[0]
    rows = people.iloc[paid].reset_index(drop=True)
    money = _earned(
        scheme, rows, None if credited is None else credited.iloc[paid].reset_index(drop=True), calendar
    )
    left, cuts = money["base_payout"].to_numpy(), []
    for gate in scheme.pay.gates:
        left, cut = _gated(gate, left, rows, _measured(card, rows, gate.measure))
        cuts.append(cut)
    money["adjustments"], money["payout"] = left - money["base_payout"].to_numpy(), left
    for column in ("target_incentive", "base_payout", "adjustments", "payout"):
        money[column] = money[column] * finer
    every_cut = pd.concat([_NO_CUTS, *cuts], ignore_index=True).astype(_NO_CUTS.dtypes)
    every_cut = every_cut.assign(scheme=scheme.id, amount=every_cut["amount"] * finer)
    names = rows[["scheme", "period"]].assign(participant=rows["person"])
    return _Statement(
        pd.concat([names, money], axis=1), every_cut, unpaid_rows.loc[reason != "", [*KEY, "reason"]]
    )


def _measured(card: pd.DataFrame, people: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Actual, target and attainment of one measure for each row of people."""
    own = card.loc[card["measure"] == measure, ["participant", "period", "actual", "target", "attainment"]]
    return people[["participant", "period"]].merge(own, on=["participant", "period"], how="left")


def _reasons(scheme: Scheme, people: pd.DataFrame, credited: pd.DataFrame | None) -> np.ndarray:
    """Why a row cannot be paid; `` where it can. The first that applies."""
    plan = scheme.pay
    checks = [("not_in_roster", people["person"].isna())]
    if plan.curve is not None:
        checks += [
            ("no_target_incentive", people["target_incentive"].isna()),
            ("no_score", people["score"].isna()),
        ]
    if plan.rates and credited is not None:
        if plan.rates[0].rate == "roster":
            checks.append(("no_commission_rate", people["commission_rate"].isna()))
        checks.append(("no_credited", credited["actual"].isna()))
        if plan.rates[0].by == "attainment":
            checks.append(("no_attainment", credited["attainment"].isna()))
    reason = text_array(len(people))
    for name, applies in reversed(checks):
        reason[applies.to_numpy(dtype=bool)] = name
    return reason


def _earned(
    scheme: Scheme, rows: pd.DataFrame, credited: pd.DataFrame | None, calendar: Calendar
) -> pd.DataFrame:
    """Base payout in minor units with what it is made of."""
    money = pd.DataFrame(index=rows.index, columns=["target_incentive", "credited"], dtype="Int64")
    money[["payout_ratio", "rate"]] = np.nan
    base = np.zeros(len(rows), dtype=np.int64)
    if scheme.pay.curve is not None:
        incentive = _incentive(scheme, rows, calendar)
        ratio = scheme.pay.curve(rows["score"].to_numpy(dtype=float))
        money["target_incentive"], money["payout_ratio"] = pd.array(incentive, dtype="Int64"), ratio
        base = base + times(incentive, ratio)
    if scheme.pay.rates and credited is not None:
        amounts = to_units(credited["actual"], AMOUNT_DIGITS)
        reached, target = credited["attainment"].to_numpy(), credited["target"].to_numpy()
        own = numbers(rows["commission_rate"]) if "commission_rate" in rows else reached
        earned, rate = commission(scheme.pay.rates[0], amounts, reached, target, own, scheme.currency)
        money["credited"], money["rate"] = pd.array(amounts, dtype="Int64"), rate
        base = base + earned
    return money.assign(base_payout=base)


def _incentive(scheme: Scheme, rows: pd.DataFrame, calendar: Calendar) -> np.ndarray:
    """The roster's amount for each row's period, times exposure, in minor units."""
    amounts = to_minor(rows["target_incentive"], scheme.currency)
    given, due = calendar.periods_per_year(scheme.pay.per), calendar.periods_per_year(scheme.pay_every)
    if due <= given:
        whole = amounts * (given // due)
    else:
        # As money.split over equal shares: the first periods take the units that do not divide.
        parts = due // given
        place = {p: _place(p) % parts for p in rows["period"].unique()}
        whole = amounts // parts + (rows["period"].map(place).to_numpy(dtype=np.int64) < amounts % parts)
    return times(whole, rows["exposure"].to_numpy(dtype=float))


def _place(period: str) -> int:
    """A period's place in its year, from 0."""
    return int(period[5:].lstrip("QH") or 1) - 1


def _gated(
    gate: Gate, left: np.ndarray, rows: pd.DataFrame, measured: pd.DataFrame
) -> tuple[np.ndarray, pd.DataFrame]:
    """What a gate leaves, and its cuts: only of what is owed to the person; without attainment it is open."""
    reached = numbers(measured["attainment"])
    missed = (reached < round(gate.below, 8)) & (left > 0)
    after = np.where(missed, times(left, gate.pays), left)
    hit = rows[missed]
    reasons = [f"{gate.measure} attainment {_short(a)} < {_short(gate.below)}" for a in reached[missed]]
    cuts = pd.DataFrame(
        {
            "participant": hit["person"].to_numpy(),
            "period": hit["period"].to_numpy(),
            "step": "gate",
            "amount": (after - left)[missed],
            "reason": reasons,
            "measure": gate.measure,
            "attainment": reached[missed],
            "below": gate.below,
            "pays": gate.pays,
        }
    )
    return after, cuts


def _short(ratio: float) -> str:
    """A ratio at two decimals, more only where it has more: 0.72, 0.7999."""
    shown = f"{ratio:.8f}".rstrip("0")
    return f"{ratio:.2f}" if len(shown.partition(".")[2]) < 2 else shown

"""Payouts: what every participant is paid for every pay period, exact to the minor unit, with every step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.appraise.commission import AMOUNT_DIGITS
from toolkit.appraise.records import NONE, Records
from toolkit.appraise.roster import KEY
from toolkit.appraise.statement.lines import BLANK, Lines, exact
from toolkit.appraise.statement.payroll import ADJUSTED, EARNED, Payroll, payroll
from toolkit.money import minor_digits
from toolkit.scheme.scheme import Schemes

_EARNED = ["target_incentive", "payout_ratio", "credited", "rate", "base_payout"]
COLUMNS = [*KEY, *_EARNED, "adjustments", "payout"]
COMPONENTS = [*KEY, *EARNED]
ADJUSTMENTS = [*KEY, *ADJUSTED]


@dataclass(frozen=True)
class Statements:
    """What is paid, what it is made of, what changed it after, and who could not be paid.

    Parameters
    ----------
    payouts : DataFrame
        Contract `payouts`: a row a scheme, participant and pay period; exact decimals for money.
        `target_incentive` and `payout_ratio` are filled by curves; `credited` and `rate` by commissions and
        pools: of one commission or pool its own, of several parts their sum and what it earned ÷ that sum.
    components : DataFrame
        What each base payout is made of; the amounts sum to it to the minor unit. scheme, participant,
        period, component (score_curve, measure, rate, pool), measure, share (of the target incentive; of the
        pool), read (what the curve or the tiers read; the points), ratio, credited, rate, amount, before
        (credited earlier in the year or quarter), target (of tiers by attainment), over_cap (credit above the
        cap by deal, which earns nothing).
    adjustments : DataFrame
        Every change after the base payout, in the order in which it was made; the amounts sum to
        `payouts.adjustments`. scheme, participant, period, step (modifier, gate, veto, cap, guarantee,
        recovery, holdback, release, clawback, correction), amount, reason, and what the step read: measure,
        attainment, below, pays, with, with_attainment, factor, grade, item, limit (the most, the least),
        balance (still held; still owed of a draw), unclaimed (what a clawback could not take), concerns (the
        period that was paid first), deal, author, at.
    unpaid : DataFrame
        scheme, participant, period, reason: not_in_roster, no_target_incentive, no_base_salary, no_score,
        no_measures (none that pays has a number), no_commission_rate, no_credited (the commission's measure
        has no actual), no_attainment (its tiers need one), no_grade, pool_no_points; of a correction also
        no_pay_period (nobody was scored in it).
    """

    payouts: pd.DataFrame
    components: pd.DataFrame
    adjustments: pd.DataFrame
    unpaid: pd.DataFrame


def statements(
    schemes: Schemes,
    scorecard: pd.DataFrame,
    scores: pd.DataFrame,
    participants: pd.DataFrame,
    records: Records = NONE,
) -> Statements:
    """Pay every participant for every pay period, with every step.

    A base payout is earned by curve, commissions and pool; then modifiers, gates, vetoes, caps and the
    guarantee change it in this order; then draws are recovered, pay is held back and released, commission on
    reversed deals is taken back, corrections are added. Each step rounds half-up to the minor unit. Gates,
    vetoes and modifiers change only what is owed to the person; a payout is negative only by commission on
    returns, clawback or correction. A year's target incentive is split over its pay periods with nothing
    lost, times exposure. Taken is the roster's row of the last employed day of the period.

    Parameters
    ----------
    schemes : Schemes
    scorecard, scores : DataFrame
        As `score` and `grade` give them.
    participants : DataFrame
        The standard table.
    records : Records, optional
        Events, deals, cash, reversals and corrections.

    Returns
    -------
    Statements
        Who is due has a row in `payouts` or in `unpaid`. Who gets a release, a clawback or a correction in a
        period without pay of their own has a row with a base payout of 0.

    Raises
    ------
    SchemeError
        Two schemes hold for a person on the deciding day.
    ValueError
        A correction has no amount.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> from toolkit.appraise.example import example_panel, example_roster, example_targets
    >>> from toolkit.appraise.grade import grade
    >>> from toolkit.appraise.score import score
    >>> from toolkit.appraise.targets import set_targets
    >>> schemes, panel, people = example_schemes(), example_panel(), example_roster()
    >>> card = score(schemes, panel, set_targets(schemes, panel, example_targets(), people), people)
    >>> found = statements(schemes, card, grade(schemes, card), people)
    >>> columns = ["participant", "component", "read", "ratio", "amount"]
    >>> found.components[columns].head(1).astype(str).values.tolist()
    [['p1', 'score_curve', '96.0', '0.9', '10800.00']]
    """
    found = payroll(schemes, scorecard, scores, participants, records)
    digits = _digits(schemes)
    components = _listed(found, found.components, digits)[COMPONENTS]
    adjustments = _listed(found, found.adjustments, digits)[ADJUSTMENTS]
    return Statements(_payouts(found, digits), components, adjustments, found.unpaid)


def _listed(found: Payroll, lines: Lines, digits: int) -> pd.DataFrame:
    """Lines with whose they are, in the order of scheme, participant and period."""
    finer, order, keys = found.roll.finer(digits), found.roll.order(), found.roll.keys()
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    placed = np.argsort(rank[lines.rows], kind="stable")
    who = keys.take(lines.rows[placed]).reset_index(drop=True)
    return pd.concat([who, lines.frame(placed, finer, digits)], axis=1)


def _digits(schemes: Schemes) -> int:
    """Decimals of money columns: as many as the finest currency needs."""
    return max((minor_digits(s.currency) for s in schemes), default=2)


def _payouts(found: Payroll, digits: int) -> pd.DataFrame:
    """The payroll in order; rows that only came later have earned nothing themselves."""
    finer, order, keys = found.roll.finer(digits), found.roll.order(), found.roll.keys()
    changes = found.adjustments.sums("amount", len(keys))
    base = found.column("amount", 0)
    table = keys.assign(payout_ratio=found.column("payout_ratio", np.nan), rate=found.column("rate", 0.0))
    table["target_incentive"] = exact(found.column("target_incentive", BLANK), digits, finer)
    table["credited"] = exact(found.column("credited", 0), AMOUNT_DIGITS)
    amounts = {"base_payout": base, "adjustments": changes, "payout": base + changes}
    for name, units in amounts.items():
        table[name] = exact(units, digits, finer)
    in_order = (order[1:] > order[:-1]).all()
    return table[COLUMNS] if in_order else table[COLUMNS].take(order).reset_index(drop=True)


def pay(
    schemes: Schemes,
    scorecard: pd.DataFrame,
    scores: pd.DataFrame,
    participants: pd.DataFrame,
    records: Records = NONE,
) -> pd.DataFrame:
    """Pay every participant for every pay period: the payouts of `statements`.

    Parameters
    ----------
    schemes : Schemes
    scorecard, scores : DataFrame
        As `score` and `grade` give them.
    participants : DataFrame
        The standard table.
    records : Records, optional
        Events, deals, cash, reversals and corrections.

    Returns
    -------
    DataFrame
        Contract `payouts`: exact decimals for money.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> from toolkit.appraise.example import example_panel, example_roster, example_targets
    >>> from toolkit.appraise.grade import grade
    >>> from toolkit.appraise.score import score
    >>> from toolkit.appraise.targets import set_targets
    >>> schemes, panel, people = example_schemes(), example_panel(), example_roster()
    >>> card = score(schemes, panel, set_targets(schemes, panel, example_targets(), people), people)
    >>> found = pay(schemes, card, grade(schemes, card), people)
    >>> found[["participant", "target_incentive", "payout_ratio", "payout"]].astype(str).values.tolist()[0]
    ['p1', '12000.00', '0.9', '10800.00']
    """
    return _payouts(payroll(schemes, scorecard, scores, participants, records), _digits(schemes))

"""What the rules of pay read in a scheme's own words: its pay curves, its edges, factors and addresses."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.catalogue.kpi import Kpi
from toolkit.faults import called
from toolkit.language import amount, currency_name, number, percent, text
from toolkit.money import minor_digits
from toolkit.review.lint.look import Look
from toolkit.scheme.curve import Curve
from toolkit.scheme.parts import Modifier
from toolkit.scheme.pay import PayPlan
from toolkit.scheme.rates import RatePlan

ON_TARGET: Mapping[str, float] = {"score": 100.0, "attainment": 1.0}  # an actual has no target of its own
HAIR = 1e-9  # two ratios closer than this are the same


@dataclass(frozen=True)
class PayCurve:
    """A curve that pays a share of the target incentive.

    Parameters
    ----------
    where : str
        Its address.
    curve : Curve
    share : float
        Of the target incentive, 1 where the score decides it all.
    cap : float
        The most that it pays of its share.
    measure : str
        Blank: it reads the score.
    """

    where: str
    curve: Curve
    share: float = 1.0
    cap: float = math.inf
    measure: str = ""

    @property
    def on_target(self) -> float | None:
        """Where the target lies; none on a curve over actuals."""
        return ON_TARGET.get(self.curve.x)

    @property
    def scale(self) -> float:
        """What 100 % of the target are in the unit that is read."""
        return self.on_target or 1.0

    def pays(self, x: float) -> float:
        """The payout ratio at an x."""
        return min(float(self.curve([x])[0]), self.cap)

    @property
    def top(self) -> float:
        """The most that it pays."""
        ys = (*(y for _, y in self.curve.points), self.curve.below or 0.0)
        return min(max(ys), self.cap)


def pay_curves(plan: PayPlan) -> Iterator[PayCurve]:
    """The curves that pay: the one over the score, or one for each measure."""
    if plan.curve is not None:
        most = plan.caps.ratio if plan.caps is not None else None
        yield PayCurve("pay.curve", plan.curve, cap=most or math.inf)
    for name, own in plan.measures.items():
        yield PayCurve(f"pay.measures.{name}.curve", own.curve, own.share, own.cap or math.inf, name)


def most_ratio(plan: PayPlan) -> float:
    """The most that curves and modifiers together can pay, as a multiple of the target incentive."""
    most = math.fsum(c.share * c.top for c in pay_curves(plan))
    most *= math.prod(factors(m)[1] for m in plan.modifiers)
    return min(most, plan.caps.ratio) if plan.caps is not None and plan.caps.ratio else most


def jumps(curve: Curve) -> Iterator[tuple[int, float, float, float]]:
    """Where a curve jumps: the point's place, x, the value just left of it, its own value."""
    points = curve.points
    x, y = points[0]
    # Nobody comes from below 0.
    if x > 0 and y != (curve.below or 0.0):
        yield 0, x, curve.below or 0.0, y
    for i in range(1, len(points)):
        if points[i][0] == points[i - 1][0] and points[i][1] != points[i - 1][1]:
            yield i, points[i][0], points[i - 1][1], points[i][1]


def factors(modifier: Modifier) -> tuple[float, float]:
    """The least and the most that a modifier can multiply pay by."""
    if modifier.grades:
        values = list(modifier.grades.values())
    elif modifier.matrix is not None:
        values = [value for row in modifier.matrix.values for value in row]
        if min(*modifier.matrix.rows, *modifier.matrix.columns) > 0:
            values.append(0.0)  # below the first edge
    else:
        assert modifier.curve is not None
        values = [y for _, y in modifier.curve.points]
        if modifier.curve.points[0][0] > 0:
            values.append(modifier.curve.below or 0.0)
    return min(values), max(values)


def modifier_names(modifiers: Sequence[Modifier]) -> list[str]:
    """Addresses of the modifiers."""
    return _addresses("pay.modifiers", [{"measure": m.measure} for m in modifiers])


def gate_names(plan: PayPlan) -> list[str]:
    """Addresses of the gates."""
    return _addresses("pay.gates", [{"measure": gate.measure} for gate in plan.gates])


def rate_names(plan: PayPlan) -> list[str]:
    """Addresses of the commissions; a single one has no name in its address, as in a file."""
    if len(plan.rates) == 1:
        return ["pay.rate"]
    return _addresses("pay.rate", [{"of": rate.of} for rate in plan.rates])


def _addresses(before: str, entries: Sequence[Mapping[str, Any]]) -> list[str]:
    return [f"{before}.{called(entry, entries) or i}" for i, entry in enumerate(entries)]


def rate_range(rate: RatePlan) -> tuple[float, float]:
    """The lowest rate above 0 and the highest of a commission's tiers; 0 and 0 without tiers."""
    paying = [r for _, r in rate.tiers if r > 0]
    return (min(paying), max(paying)) if paying else (0.0, 0.0)


def follows_cash(kpi: Kpi) -> bool:
    """Whether a KPI moves with what customers paid: receipts, or invoices settled and overdue."""
    parts = [part for part in (kpi.numerator, kpi.denominator) if part is not None]
    if not parts:  # the client supplies it: only its name tells
        return any(word in kpi.kpi for word in ("collect", "cash", "receiv", "overdue"))
    settled = ("paid", "written_off")
    return any(
        part.table == "payments"
        or (part.table == "invoices" and (part.closed == "settled_on" or any(s in part.sql for s in settled)))
        for part in parts
    )


def at(read: str, x: float, language: str) -> str:
    """Where on a curve: `a score of 80`, `达成率 80%`."""
    shown = percent(x, language) if read == "attainment" else number(x, language, 0 if x == round(x) else 2)
    return text(f"lint_pay.at_{read}", language, x=shown)


def cash(look: Look, x: float) -> str:
    """An amount of the scheme's money in full."""
    currency = look.scheme.currency
    return f"{amount(x, look.language, minor_digits(currency))} {currency_name(currency, look.language)}"


def rate_words(rate: float, language: str) -> str:
    """A commission's rate, at two decimals of a per cent."""
    return percent(rate, language, 2)

"""A slow payroll by hand: one person and month after the other, in exact fractions.

It keeps books as a clerk would: what is held, lent, given up and taken back stands on a card for each person
and month, in the order in which things happen.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pandas as pd

from tests.appraise.pay_cases import MONTHS
from toolkit.periods import Calendar

NAMES, LAST = ("p1", "p2", "p3", "p4"), 6
DAYS = {m: (e - s).days + 1 for m in MONTHS for s, e in [Calendar().bounds(m)]}


def cents(amount: Fraction) -> int:
    """Half-up, away from zero, as on paper."""
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def eight(value: float | Fraction) -> Fraction:
    """A ratio at 8 decimals."""
    return Fraction(Decimal(repr(float(value))).quantize(Decimal("1e-8"), ROUND_HALF_UP))


def line(points: list[list[float]], x: Fraction) -> Fraction:
    """A curve without jumps: 0 left of it, flat right of it."""
    if x < Fraction(str(points[0][0])):
        return Fraction(0)
    for (a, u), (b, v) in pairwise(points):
        a, u, b, v = (Fraction(str(n)) for n in (a, u, b, v))
        if x < b:
            return eight(u + (v - u) * (x - a) / (b - a))
    return Fraction(str(points[-1][1]))


class Clerk:
    """Pays by hand what a document says."""

    def __init__(self, pay: dict[str, Any], vetoes: list[dict[str, Any]], world: dict[str, Any]) -> None:
        self.pay, self.vetoes, self.world = pay, vetoes, world
        self.steps: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
        self.bases: dict[tuple[str, str], int] = {}

    def run(self) -> None:
        """Everybody, month after month."""
        for who in NAMES:
            owed, books = 0, []
            for month in [m for n, m in self.world["scores"] if n == who]:
                base = self.bases[who, month] = self.base(who, month)
                left, floor, lent = self.chain(who, month, base, self.steps[who, month])
                back = 0 if lent else min(owed, max(left - max(floor, 0), 0))
                self.note(who, month, "recovery", -back)
                owed += lent - back
                books.append(self.book(who, month, base, left - back))
                for kind in ("release", "clawback"):
                    for book in books:
                        getattr(self, kind)(who, month, book)
                for amount in self.world["corrections"].get((who, month), []):
                    self.note(who, month, "correction", cents(Fraction(str(amount)) * 100))

    def note(self, who: str, month: str, step: str, amount: int) -> None:
        if amount:
            self.steps[who, month].append((step, amount))

    def incentive(self, who: str, month: str) -> int:
        year = cents(Fraction(str(self.world["incentive"][who])) * 100)
        part = year // 12 + (MONTHS.index(month) < year % 12)
        return cents(part * self.exposure(who, month))

    def exposure(self, who: str, month: str) -> Fraction:
        return eight(Fraction(self.employed(who, month), DAYS[month]))

    def employed(self, who: str, month: str) -> int:
        start, end = Calendar().bounds(month)
        return max((end - max(start, self.world["hired"][who])).days + 1, 0)

    def attained(self, who: str, month: str, name: str) -> Fraction:
        actual, target = self.world["rows"][who, month, name]
        return eight(Fraction(str(actual)) / Fraction(str(target)))

    def base(self, who: str, month: str) -> int:
        incentive, pay = self.incentive(who, month), self.pay
        score = eight(self.world["scores"][who, month][0])
        total = 0
        if "curve" in pay:
            total += cents(incentive * line(pay["curve"]["points"], score))
        if "measures" in pay:
            ratio = Fraction(0)
            for name, own in pay["measures"].items():
                reached = line(own["curve"]["points"], self.attained(who, month, name))
                ratio += Fraction(str(own["share"])) * min(reached, Fraction(str(own["cap"])))
            total += cents(incentive * eight(ratio))
        total += sum(self.commission(r, who, month, {}) for r in pay["rate"])
        return total + self.share(who, month)

    def credited(self, rate: dict[str, Any], who: str, month: str, gone: dict[str, Fraction]) -> Fraction:
        """The month's credit, each deal at most its cap, without what fell away of it."""
        actual = Fraction(str(self.world["rows"][who, month, rate["of"]][0]))
        cap = Fraction(str(rate["deal_cap"])) if "deal_cap" in rate else None
        for deal, amount in self.world["deals"].get((who, month), {}).items():
            worth = Fraction(str(amount))
            after = worth - gone.get(deal, Fraction(0))
            actual += (after if cap is None else min(after, cap)) - worth
        return actual

    def commission(self, rate: dict[str, Any], who: str, month: str, gone: dict[str, Fraction]) -> int:
        own = self.credited(rate, who, month, gone)
        target = Fraction(str(self.world["rows"][who, month, rate["of"]][1]))
        if "cumulative" not in rate:
            return cents(self.earned(rate, own, target) * 100)
        first = 0 if rate["cumulative"] == "year" else MONTHS.index(month) // 3 * 3
        past = [m for m in MONTHS[first : MONTHS.index(month)] if m >= str(self.world["hired"][who])[:7]]
        before = sum((self.credited(rate, who, m, {}) for m in past), Fraction(0))
        owed = sum((Fraction(str(self.world["rows"][who, m, rate["of"]][1])) for m in past), Fraction(0))
        return cents(self.earned(rate, before + own, owed + target) * 100) - cents(
            self.earned(rate, before, owed) * 100
        )

    def earned(self, rate: dict[str, Any], amount: Fraction, target: Fraction) -> Fraction:
        if "tiers" not in rate:
            return amount * Fraction(str(rate["rate"]))
        tiers = [(Fraction(str(e)), Fraction(str(r))) for e, r in rate["tiers"]]
        by = rate["by"] == "attainment"
        if rate["split"] == "step":
            edges = [Fraction(cents(e * target * 10_000), 10_000) if by else e for e, _ in tiers]
            total = Fraction(0)
            for i, (_, share) in enumerate(tiers):
                top = min(amount, edges[i + 1]) if i + 1 < len(tiers) else amount
                total += (top if i == 0 else max(top - edges[i], Fraction(0))) * share
            return total
        reached = (eight(amount / target) if target > 0 else Fraction(0)) if by else amount
        if rate["split"] == "none":
            return amount * [r for e, r in tiers if i_reach(reached, e, tiers)][-1]
        for (a, u), (b, v) in pairwise(tiers):
            if reached < b:
                return amount * eight(u + (v - u) * max(reached - a, Fraction(0)) / (b - a))
        return amount * tiers[-1][1]

    def share(self, who: str, month: str) -> int:
        pool = self.pay.get("pool")
        if not pool:
            return 0
        group = [n for n in NAMES if self.world["team"][n] == self.world["team"][who]]
        group = [n for n in group if (n, month) in self.world["scores"]]
        points = {}
        for n in group:
            score = max(eight(self.world["scores"][n, month][0]), Fraction(0))
            by = self.exposure(n, month) if pool["points"] == "score" else self.incentive(n, month)
            points[n] = score * by
        whole, total = cents(Fraction(str(pool["amount"])) * 100), sum(points.values())
        if not total:
            return 0
        parts = {n: whole * p / total for n, p in points.items()}
        floors = {n: int(p) for n, p in parts.items()}
        extra = sorted(group, key=lambda n: (floors[n] - parts[n], n))[: whole - sum(floors.values())]
        return floors[who] + (who in extra)

    def chain(
        self, who: str, month: str, left: int, told: list[tuple[str, int]] | None
    ) -> tuple[int, int, int]:
        """After modifiers, gates, vetoes, caps and guarantee; the guaranteed floor; what was lent."""

        def change(step: str, after: int) -> int:
            if told is not None and after != left:
                told.append((step, after - left))
            return after

        factors: list[tuple[str, Fraction]] = []
        for modifier in self.pay["modifiers"]:
            if "grades" in modifier:
                factors.append(
                    ("modifier", Fraction(str(modifier["grades"][self.world["scores"][who, month][1]])))
                )
            else:
                reached = self.attained(who, month, modifier["measure"])
                factors.append(("modifier", line(modifier["curve"]["points"], reached)))
        for gate in self.pay["gates"]:
            missed = self.attained(who, month, gate["measure"]) < Fraction(str(gate["below"]))
            factors.append(("gate", Fraction(str(gate["pays"])) if missed else Fraction(1)))
        for veto in self.vetoes:
            struck = (who, month) in self.world["events"]
            if "measure" in veto:
                struck = self.attained(who, month, veto["measure"]) < Fraction(str(veto["below"]))
            factors.append(("veto", Fraction(str(veto["pays"])) if struck else Fraction(1)))
        for step, factor in factors:
            if left > 0:
                left = change(step, cents(left * factor))
        incentive, caps = self.incentive(who, month), self.pay["caps"]
        for most in (
            cents(incentive * Fraction(str(caps["ratio"]))),
            cents(Fraction(str(caps["amount"])) * 100),
        ):
            left = change("cap", min(left, most))
        floor, lent, plan = self.floor(who, month), 0, self.pay["guarantee"]
        if floor is None or (told is None and plan["recoverable"]):
            return left, 0, 0
        lent = max(floor - left, 0) if plan["recoverable"] else 0
        left = change("guarantee", max(left, floor))
        return left, floor, lent

    def floor(self, who: str, month: str) -> int | None:
        plan, (start, end) = self.pay["guarantee"], Calendar().bounds(month)
        hired = self.world["hired"][who]
        last = hired + pd.DateOffset(months=plan["months"]) - pd.Timedelta(days=1)
        days = (min(end, last) - max(start, hired)).days + 1
        if days <= 0:
            return None
        share = eight(Fraction(str(plan["share"])) * days / self.employed(who, month))
        return cents(self.incentive(who, month) * share)

    def book(self, who: str, month: str, base: int, left: int) -> dict[str, Any]:
        credit = sum((self.credited(r, who, month, {}) for r in self.pay["rate"]), Fraction(0))
        share = Fraction(str(self.pay["holdback"]["share"]))
        held = cents(left * share) if left > 0 and credit > 0 else 0
        self.note(who, month, "holdback", -held)
        return {"month": month, "base": base, "held": held, "let": 0, "kept": left - held, "lost": 0,
                "gone": {}, "reversed": Fraction(0)}  # fmt: skip

    def release(self, who: str, month: str, book: dict[str, Any]) -> None:
        told = self.world["collected"].get((who, book["month"], month))
        if not book["held"] or told is None:
            return
        credit, cash = (Fraction(str(t)) for t in told)
        credit -= book["reversed"]
        share = eight(min(max(cash / credit, Fraction(0)), Fraction(1))) if credit > 0 else Fraction(1)
        amount = max(cents(book["held"] * share) - book["let"], 0)
        book["let"] += amount
        book["kept"] += amount
        self.note(who, month, "release", amount)

    def clawback(self, who: str, month: str, book: dict[str, Any]) -> None:
        for deal, amount, days in self.world["reversed"].get((who, book["month"], month), []):
            if days > self.pay["clawback"]["days"]:
                continue
            lost, then = book["lost"], book["month"]
            before = [self.commission(r, who, then, book["gone"]) for r in self.pay["rate"]]
            book["gone"][deal] = book["gone"].get(deal, Fraction(0)) + Fraction(str(amount))
            after = [self.commission(r, who, then, book["gone"]) for r in self.pay["rate"]]
            book["lost"] += sum(before) - sum(after)
            book["reversed"] += Fraction(str(amount))
            due = self.chain(who, then, book["base"] - lost, None)[0]
            due = max(due - self.chain(who, then, book["base"] - book["lost"], None)[0], 0)
            out = min(cents(due * Fraction(str(self.pay["holdback"]["share"]))), book["held"] - book["let"])
            book["held"] -= out
            taken = min(due - out, max(book["kept"], 0))
            book["kept"] -= taken
            self.note(who, month, "clawback", -taken)


def i_reach(reached: Fraction, edge: Fraction, tiers: list[tuple[Fraction, Fraction]]) -> bool:
    """Whether a tier is reached; the first always is."""
    return reached >= edge or edge == tiers[0][0]

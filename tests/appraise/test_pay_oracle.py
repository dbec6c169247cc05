"""Random schemes with all mechanics at once, step by step against a slow payroll in exact fractions."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.appraise.cases import people
from tests.appraise.pay_cases import MONTHS, in_line, pay_for, plan, records
from tests.appraise.pay_clerk import LAST, NAMES, Clerk
from toolkit.appraise.records import Records


def random_pay(rng: np.random.Generator) -> dict[str, Any]:
    """A pay plan with every mechanic in it."""
    ratio = {"x": "attainment", "points": [[0.5, 0.25], [0.9, 0.8], [1.3, 2.0]]}
    rates: list[dict[str, Any]] = [{"of": "sales", "rate": 0.0125}]
    for _ in range(2):
        by = str(rng.choice(["amount", "attainment"]))
        edges = [0, 40_000.5, 90_000] if by == "amount" else [0, 0.6, 1.05]
        rate: dict[str, Any] = {
            "of": "sales",
            "by": by,
            "tiers": [[e, r] for e, r in zip(edges, (0.011, 0.02345678, 0.03), strict=True)],
        }
        rate["split"] = str(rng.choice(["step", "none", "interpolated"]))
        rates.append(
            rate | {k: v for k, v in (("cumulative", "year"), ("deal_cap", 30_000)) if rng.random() < 0.5}
        )
        if "cumulative" in rates[-1] and rng.random() < 0.5:
            rates[-1]["cumulative"] = "quarter"
    points = str(rng.choice(["score", "score_by_incentive"]))
    pay = {
        "rate": rates,
        "pool": {"amount": 9999.97, "within": "team", "points": points},
        "modifiers": [{"grades": {"A": 1.2, "B": 1, "C": 0.8, "D": 0}},
                      {"measure": "cash", "curve": {"x": "attainment", "points": [[0, 0.7], [1, 1.1]]}}],
        "gates": [{"measure": "visits", "below": 0.6, "pays": 0.35}],
        "caps": {"ratio": 1.9, "amount": 7654.321},
        "guarantee": {"share": 0.85, "months": 3, "recoverable": bool(rng.random() < 0.6)},
        "holdback": {"share": float(rng.choice([0.3, 0.07, 1.0]))},
        "clawback": {"days": 90},
    }  # fmt: skip
    if rng.random() < 0.5:
        return pay | {"curve": {"x": "score", "points": [[60, 0.0], [80, 0.5], [120, 1.5]]}}
    own = {"sales": 0.6, "visits": 0.4}
    return pay | {"measures": {n: {"share": s, "curve": ratio, "cap": 1.4} for n, s in own.items()}}


def random_world(rng: np.random.Generator) -> dict[str, Any]:
    """Four people, half a year."""
    hired = dict(
        zip(NAMES, map(pd.Timestamp, ("2020-01-01", "2026-01-01", "2026-02-10", "2025-12-31")), strict=True)
    )
    world: dict[str, Any] = {
        name: {} for name in ("scores", "rows", "deals", "collected", "reversed", "corrections")
    }
    world |= {"hired": hired, "team": dict(zip(NAMES, "AABB", strict=True)), "events": set()}
    world["incentive"] = {n: round(float(rng.uniform(10_000, 90_000)), 2) for n in NAMES}
    for who in NAMES:
        for i, month in enumerate(MONTHS[:LAST]):
            if str(hired[who])[:7] > month:
                continue
            world["scores"][who, month] = (
                round(float(rng.normal(90, 25)), 4),
                str(rng.choice(list("AABBCD"))),
            )
            listed = {f"{who}{month}{d}": round(float(rng.exponential(15_000)), 2) for d in range(4)}
            if rng.random() < 0.1:
                listed[f"{who}{month}r"] = -round(float(rng.uniform(0, 90_000)), 2)
            world["deals"][who, month] = listed
            sales = round(sum(listed.values()), 2)
            world["rows"][who, month, "sales"] = (sales, 60_000.0)
            world["rows"][who, month, "cash"] = (round(float(rng.uniform(0, 1.3)), 4), 0.9)
            world["rows"][who, month, "visits"] = (float(rng.integers(10, 60)), 40.0)
            if rng.random() < 0.1:
                world["events"].add((who, month))
            if rng.random() < 0.2:
                world["corrections"][who, month] = [round(float(rng.normal(0, 500)), 3)]
            cash = 0.0
            for by in MONTHS[i:LAST]:
                cash = round(cash + float(rng.uniform(-0.1, 0.5)) * sales, 2)
                world["collected"][who, month, by] = (sales, cash)
                for deal, amount in listed.items():
                    if amount > 0 and rng.random() < 0.2:
                        days = 30 * (MONTHS.index(by) - i) + 20
                        part = round(amount * float(rng.uniform(0.1, 0.8)), 2)
                        world["reversed"].setdefault((who, month, by), []).append((deal, part, days))
    return world


def told(world: dict[str, Any]) -> Records:
    """The world as records."""
    kpi = "net_sales"
    return records(
        deals=[(*k, kpi, d, a) for k, listed in world["deals"].items() for d, a in listed.items()],
        collected=[(w, m, kpi, by, *v) for (w, m, by), v in world["collected"].items()],
        reversed=[(w, m, kpi, by, *v) for (w, m, by), listed in world["reversed"].items() for v in listed],
        corrections=[(w, m, m, a, "r", "a", pd.NaT) for (w, m), v in world["corrections"].items() for a in v],
        events=[(w, "breach", 1.0, f"{m}-17", "") for w, m in sorted(world["events"])],
    )


@pytest.mark.parametrize("seed", range(40))
def test_every_step_of_a_random_scheme_to_the_cent(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pay, world = random_pay(rng), random_world(rng)
    vetoes = [{"item": "breach", "pays": 0.25}, {"measure": "cash", "below": 0.15, "pays": 0}]
    roster = pd.concat(
        [people([(n, world["team"][n], "N")], hired=str(h), incentive=world["incentive"][n])
         for n, h in world["hired"].items()],
        ignore_index=True,
    )  # fmt: skip
    own = plan(pay=pay, items=[{"name": "breach", "points": 0}], vetoes=vetoes)
    clerk = Clerk(pay, vetoes, world)
    found = pay_for(own, world["scores"], world["rows"], roster, told(world))
    in_line(found)
    clerk.run()
    _same(found.payouts, found.adjustments, clerk)


def _same(paid: pd.DataFrame, changes: pd.DataFrame, clerk: Clerk) -> None:
    assert len(paid) == len(clerk.world["scores"])
    for row in paid.itertuples():
        assert int(row.base_payout * 100) == clerk.bases[row.participant, row.period], row
    listed: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for row in changes[changes["amount"] != 0].itertuples():
        listed[row.participant, row.period].append((row.step, int(row.amount * 100)))
    for place in clerk.world["scores"]:
        assert listed[place] == clerk.steps[place], place

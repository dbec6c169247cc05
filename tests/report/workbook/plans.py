"""Schemes that together use every scoring rule and every mechanic of pay, each on a client of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from tests.appraise.cases import measure
from tests.report.workbook.clients import (
    CURVE,
    MONTHS,
    NO_EDITS,
    appraised,
    client_targets,
    events,
    panel,
    ratings,
    roster,
    scheme,
)
from tests.report.workbook.rules import RULES
from toolkit.appraise.records import Records
from toolkit.report.workbook.inputs import Tables
from toolkit.scheme import Schemes

SALES = measure("sales", "net_sales", 0.6, "table")
VISITS = measure(
    "visits", "visits", 0.4, {"fixed": 40, "per": "month"}, {"bands": [[0, 30], [0.6, 60], [1.0, 100]]}
)
CASH = measure("cash", "collection_rate", 0.0, {"fixed": 0.9})


def _rules() -> Schemes:
    """Every scoring rule side by side."""
    return scheme(*RULES)


Edits = Mapping[tuple[str, str], float | None]
Plan = Callable[..., Tables]  # (seed, edits of actuals of the last month) → tables


def _made(schemes: Schemes, seed: int, edits: Edits = NO_EDITS, size: int = 24, **more: Any) -> Tables:
    """A client under these schemes."""
    people = roster(size, seed)
    values, targets = panel(people, seed, edits), client_targets(people)
    return appraised(schemes, people, values, targets, Records(**more))


def _with_rules(seed: int, edits: Edits = NO_EDITS) -> Tables:
    people = roster(24, seed)
    records = Records(ratings=ratings(people, seed, "rated"))
    return appraised(_rules(), people, panel(people, seed, edits), client_targets(people), records)


def _missing(rule: str) -> Plan:
    return lambda seed, edits=NO_EDITS: _made(scheme(SALES, VISITS, CASH, missing=rule), seed, edits)


ITEMS = {
    "items": [
        {"name": "key_account", "title": {"en": "=Key account", "zh": "大客户"}, "points": 3, "most": 10},
        {"name": "late_report", "points": -4.5, "most": 20},
        {"name": "praise", "points": 1.25},
        {"name": "breach", "points": 0},
    ],
    "item_limits": {"up": 8, "down": 12},
    "vetoes": [
        {"item": "breach", "score": 0, "grade": "D", "pays": 0},
        {"measure": "cash", "below": 0.5, "grade": "C", "score": 70},
        {"measure": "sales", "below": 0.6, "pays": 0.5},
    ],
    "difficulty": "roster",
}


def _with_items(seed: int, edits: Edits = NO_EDITS) -> Tables:
    people = roster(24, seed)
    told = events(people, seed, ["key_account", "late_report", "praise", "breach", "unknown"])
    found = scheme(SALES, VISITS, CASH, **ITEMS)
    return appraised(found, people, panel(people, seed, edits), client_targets(people), Records(events=told))


def _grades(**rule: Any) -> Plan:
    return lambda seed, edits=NO_EDITS: _made(scheme(SALES, VISITS, grades=rule), seed, edits)


FACTORS = {
    "curve": CURVE,
    "target_incentive": {"share_of_base": 0.25},
    "modifiers": [
        {"measure": "cash", "curve": {"x": "attainment", "points": [[0.5, 0.8], [1.0, 1.0], [1.2, 1.137]]}},
        {"grades": {"A": 1.2, "B": 1.0, "C": 0.85, "D": 0.333}},
        {
            "matrix": {
                "measure": "sales",
                "with": "cash",
                "rows": [0.5, 1.0],
                "columns": [0.6, 0.95],
                "values": [[0.7, 0.9], [1.0, 1.15]],
            }
        },
    ],
    "gates": [{"measure": "sales", "below": 0.7, "pays": 0.25}, {"measure": "cash", "below": 0.6, "pays": 0}],
    "caps": {"ratio": 1.1, "amount": 4321.09},
    "guarantee": {"share": 0.8, "months": 2},
}


def _factors(seed: int, edits: Edits = NO_EDITS) -> Tables:
    return _made(scheme(SALES, VISITS, CASH, pay=FACTORS), seed, edits)


def _draw(seed: int, edits: Edits = NO_EDITS) -> Tables:
    pay = {"curve": CURVE, "guarantee": {"share": 0.9, "months": 2, "recoverable": True}}
    return _made(scheme(SALES, VISITS, pay=pay), seed, edits)


def _by_measure(missing: str) -> Plan:
    parts = {
        "sales": {
            "share": 0.55,
            "curve": {"x": "attainment", "points": [[0.5, 0.2], [1.0, 1.0], [1.5, 3.0]]},
            "cap": 2.0,
        },
        "visits": {"share": 0.25, "curve": {"x": "score", "points": [[60, 0.5], [100, 1.0]]}},
        "stock": {"share": 0.2, "curve": {"x": "actual", "points": [[10, 1.0], [40, 0.3]], "below": 0.9}},
    }
    stock = measure(
        "stock", "stock_days", 0.0, None, {"curve": {"x": "actual", "points": [[10, 100], [60, 0]]}}
    )
    return lambda seed, edits=NO_EDITS: _made(
        scheme(SALES, VISITS, stock, missing=missing, pay={"measures": parts}), seed, edits
    )


TIERS = [[0, 0.008], [0.8, 0.0123], [1.0, 0.02], [1.2, 0.01234567]]
AMOUNTS = [[0, 0.005], [1_000_000, 0.01], [2_500_000.5, 0.0175]]


def _rate(**more: Any) -> dict[str, Any]:
    return {"of": "sales", **more}


def _rates(seed: int, edits: Edits = NO_EDITS) -> Tables:
    pay = {
        "rate": [
            _rate(rate="roster"),
            _rate(rate=0.00123457),
            _rate(by="attainment", tiers=TIERS, split="step"),
            _rate(by="attainment", tiers=TIERS, split="none"),
            _rate(by="attainment", tiers=TIERS, split="interpolated"),
            _rate(by="amount", tiers=AMOUNTS, split="step"),
            _rate(by="amount", tiers=AMOUNTS, split="none"),
            _rate(by="amount", tiers=AMOUNTS, split="interpolated"),
        ]
    }
    return _made(scheme(SALES, VISITS, pay=pay), seed, edits)


def _cumulative(seed: int, edits: Edits = NO_EDITS) -> Tables:
    pay = {
        "rate": [
            _rate(by="attainment", tiers=TIERS, split="step", cumulative="year"),
            _rate(by="attainment", tiers=TIERS, split="none", cumulative="quarter"),
            _rate(by="attainment", tiers=TIERS, split="interpolated", cumulative="year"),
            _rate(by="amount", tiers=AMOUNTS, split="step", cumulative="year"),
            _rate(by="amount", tiers=AMOUNTS, split="none", cumulative="quarter"),
        ]
    }
    return _made(scheme(SALES, VISITS, pay=pay), seed, edits)


def _with_records(seed: int) -> Tables:
    """Cap by deal, holdback, releases, clawbacks and corrections."""
    people = roster(24, seed)
    values, draw = panel(people, seed), np.random.default_rng(seed)
    sold = values[(values["kpi"] == "net_sales") & (values["level"] == "individual")].dropna(subset="value")
    months = sold[sold["period"].isin(MONTHS)]
    parts = [
        months[["participant", "period", "kpi"]].assign(deal=f"d{i}", amount=(months["value"] / 3).round(2))
        for i in range(3)
    ]
    deals = pd.concat(parts, ignore_index=True)
    cash = []
    for by, share in (("2026-02", 0.31), ("2026-03", 0.77777)):
        earlier = months[months["period"] <= by]
        cash.append(
            earlier[["participant", "period", "kpi"]].assign(
                by=by, credited=earlier["value"], collected=(earlier["value"] * share).round(2)
            )
        )
    back = deals[(deals["deal"] == "d0") & (draw.random(len(deals)) < 0.3) & (deals["amount"] > 0)]
    back = back.assign(by="2026-03", days=30.0)[
        ["participant", "period", "kpi", "by", "deal", "amount", "days"]
    ]
    wrong = pd.DataFrame(
        {
            "participant": ["e01", "e02"],
            "period": "2026-03",
            "concerns": "2026-01",
            "amount": [123.45, -67.89],
        }
    )
    wrong = wrong.assign(reason="slip", author="HR", at=pd.Timestamp("2026-03-20").as_unit("s"))
    records = Records(
        deals=deals, collected=pd.concat(cash, ignore_index=True), reversed=back, corrections=wrong
    )
    pay = {
        "rate": [
            _rate(by="attainment", tiers=TIERS, split="step", deal_cap=700_000),
            _rate(by="attainment", tiers=TIERS, split="none", deal_cap=500_000),
        ],
        "holdback": {"share": 0.3},
        "clawback": {"days": 90},
    }
    return appraised(scheme(SALES, VISITS, pay=pay), people, values, client_targets(people), records)


def _pool(curve: bool = False, **pool: Any) -> Plan:
    pay: dict[str, Any] = {"pool": pool} | ({"curve": CURVE} if curve else {})
    return lambda seed, edits=NO_EDITS: _made(scheme(SALES, VISITS, pay=pay), seed, edits)


def _currency(currency: str, scale: float, digits: int) -> Plan:
    """Large amounts in currencies of none and of three decimals."""

    def made(seed: int) -> Tables:
        people = roster(16, seed)
        people["target_incentive"] = (people["target_incentive"] * scale).round(digits)
        values = panel(people, seed, NO_EDITS, digits, scale)
        pay = {
            "curve": CURVE,
            "rate": [_rate(by="attainment", tiers=TIERS), _rate(rate="roster")],
            "caps": {"ratio": 1.2},
        }
        found = scheme(SALES, VISITS, currency=currency, pay=pay)
        return appraised(found, people, values, client_targets(people, scale))

    return made


def _teams(level: str) -> Plan:
    """A scheme for teams, and one for people with a measure of their team."""
    shared = measure("team_sales", "net_sales", 0.5, {"fixed": 9_000_000}, level="team")
    own = measure("visits", "visits", 0.5, {"fixed": 60, "per": "month"})
    return lambda seed, edits=NO_EDITS: _made(
        scheme(shared, own, level=level, pay={"curve": CURVE}), seed, edits
    )


def _quarterly(seed: int, edits: Edits = NO_EDITS) -> Tables:
    return _made(
        scheme(
            SALES,
            VISITS,
            CASH,
            pay_every="quarter",
            pay={"curve": CURVE, "gates": [{"measure": "sales", "below": 0.7, "pays": 0}]},
        ),
        seed,
        edits,
    )


SHARES = {"A": 0.2, "B": 0.65, "C": 0.15}
PLANS: dict[str, Plan] = {
    "rules": _with_rules,
    "zero": _missing("zero"),
    "carry": _missing("carry"),
    "items": _with_items,
    "by_rank": _grades(by="rank", first={"A": 3, "B": 10}, then="C"),
    "by_rank_in_teams": _grades(by="rank", first={"A": 1, "B": 3}, then="C", within="team"),
    "by_shares": _grades(by="shares", shares=SHARES),
    "by_shares_in_teams": _grades(
        by="shares", shares=SHARES, within="team", least=9, edges={"A": 90, "B": 60, "C": 0}
    ),
    "factors": _factors,
    "draw": _draw,
    "by_measure": _by_measure("reweight"),
    "by_measure_zero": _by_measure("zero"),
    "rates": _rates,
    "cumulative": _cumulative,
    "records": _with_records,
    "pool": _pool(amount=100000.01),
    "pool_with_curve": _pool(curve=True, amount=7777.77, points="score_by_incentive"),
    "pool_in_teams": _pool(of="sales", rate=0.0031, within="team"),
    "pool_in_regions": _pool(of="sales", rate=0.0031, within="region", points="score_by_incentive"),
    "yen": _currency("JPY", 100.0, 0),
    "dinar": _currency("KWD", 100.0, 3),
    "team": _teams("team"),
    "team_measure": _teams("individual"),
    "quarterly": _quarterly,
}


def mixed(seed: int, count: int, size: int) -> Tables:
    """Several schemes put together at random, each for some of the people."""
    draw = np.random.default_rng(seed)
    people = roster(count * size, seed)
    people["role"] = [f"role{i % count}" for i in range(len(people))]
    found = [_random_scheme(draw, i) for i in range(count)]
    schemes = Schemes(tuple(s for one in found for s in one), found[0].calendar, found[0].kpis)
    told = events(people, seed, ["key_account", "late_report", "breach"])
    records = Records(events=told, ratings=ratings(people, seed, "rated"))
    return appraised(schemes, people, panel(people, seed), client_targets(people), records)


def _random_scheme(draw: np.random.Generator, i: int) -> Schemes:
    """A scheme of some rules of the scheme `rules` and some mechanics of pay."""
    names = [m.name for m in next(iter(_rules())).measures if m.name not in ("grid", "deduct", "ranked")]
    chosen = [str(n) for n in draw.choice(names, 3, replace=False)]
    rules = {m["name"]: m for m in RULES}
    weights = draw.choice([[0.2, 0.3, 0.4], [0.3, 0.3, 0.3], [0.5, 0.25, 0.15]])
    measures = [rules[n] | {"weight": float(w)} for n, w in zip(chosen, weights, strict=True)]
    measures.append(SALES | {"weight": 0.1})
    some: dict[str, Any] = {"missing": str(draw.choice(["reweight", "zero", "carry"]))}
    if draw.random() < 0.5:
        some |= {"items": ITEMS["items"], "item_limits": ITEMS["item_limits"], "difficulty": "roster"}
        some["vetoes"] = [ITEMS["vetoes"][0], ITEMS["vetoes"][2]]
    pay: dict[str, Any] = {"gates": [{"measure": "sales", "below": 0.7, "pays": 0.4}], "caps": {"ratio": 1.3}}
    pay["curve"] = {"x": "score", "points": [[50, 0.1], [float(draw.integers(70, 90)), 0.7], [110, 1.6]]}
    pay["modifiers"] = [{"grades": {"A": 1.1, "B": 1.0, "C": 0.9, "D": 0.5}}]
    if draw.random() < 0.6:
        split, by = (
            str(draw.choice(["none", "step", "interpolated"])),
            str(draw.choice(["amount", "attainment"])),
        )
        tiers = AMOUNTS if by == "amount" else TIERS
        pay["rate"] = _rate(by=by, split=split, tiers=tiers) | (
            {"cumulative": "year"} if draw.random() < 0.5 else {}
        )
        pay["holdback"] = {"share": 0.2}
    if draw.random() < 0.5:
        pay["pool"] = {
            "amount": float(draw.integers(1, 10**7)) / 100,
            "within": str(draw.choice(["scheme", "team"])),
        }
    return scheme(*measures, name=f"plan{i}", applies_to={"role": [f"role{i}"]}, pay=pay, **some)

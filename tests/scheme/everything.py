"""One scheme that says everything a scheme can say, for round trips and for addresses into every part."""

from __future__ import annotations

import datetime as dt
from typing import Any

from toolkit.catalogue.kpi import Kpi
from toolkit.catalogue.load import load_catalogue

RATED = Kpi(
    kpi="conduct",
    name={"en": "Conduct", "zh": "工作态度"},
    category="growth",
    unit="points",
    direction="higher",
)
KPIS = load_catalogue() | {"conduct": RATED}

_THREE = {"threshold": [0.75, 50], "target": [1.0, 100], "excellence": [1.2, 150]}
_MEASURES: list[dict[str, Any]] = [
    {
        "name": "revenue",
        "kpi": "net_sales",
        "weight": 0.3,
        "target": {"growth": 0.1, "over": "same_quarter_last_year", "otherwise": "table"},
        "scoring": {
            "matrix": {
                "with": "collection",
                "rows": [0, 0.5, 1.0],
                "columns": [0, 0.8],
                "values": [[0, 0], [30, 60], [80, 120]],
            }
        },
    },
    {
        "name": "collection",
        "kpi": "collection_rate",
        "weight": 0.1,
        "target": {"fixed": 0.9},
        "scoring": {"plus_minus": {"base": 100, "per": 0.01, "plus": 1, "minus": 2, "most": 20, "least": 30}},
        "attainment": {"range": 0.5},
    },
    {
        "name": "visits",
        "kpi": "visits",
        "weight": 0.1,
        "target": {"fixed": 40, "per": "month"},
        "scoring": {"deduct": {"points": 2, "per": 0.01, "from": 0.98, "floor": 4}},
        "out_of": 20,
    },
    {
        "name": "conversion",
        "kpi": "win_rate",
        "weight": 0.1,
        "target": {"hit_probability": 0.65},
        "scoring": {"threshold_target_excellence": _THREE},
        "level": "team",
    },
    {
        "name": "new_business",
        "kpi": "net_sales",
        "weight": 0.1,
        "target": "table",
        "scoring": {"rank": {"best": 100, "step": 5, "worst": 40, "least": 3}},
    },
    {
        "name": "conduct",
        "kpi": "conduct",
        "weight": 0.1,
        "scoring": {"rating": [[1, 20], [3, 60], [5, 100]]},
        "raters": {"self": 0.1, "peer": 0.3, "manager": 0.6},
    },
    {
        "name": "satisfaction",
        "kpi": "customer_satisfaction",
        "weight": 0.1,
        "scoring": {"curve": {"x": "actual", "points": [[6.5, 40], [8, 80], [8, 90], [9, 120]], "below": 10}},
    },
    {
        "name": "complaints",
        "kpi": "complaint_rate",
        "weight": 0.1,
        "target": {"fixed": 0.02},
        "attainment": "inverse",
        "scoring": {"bands": [[0, 30], [0.6, 60], [1.0, 100]]},
    },
    {
        "name": "margin",
        "kpi": "gross_margin",
        "weight": 0,
        "target": "table",
        "scoring": {"proportional": {"from": 0.6, "cap": 1.2}},
    },
]
_PAY: dict[str, Any] = {
    "target_incentive": {"share_of_base": 0.3},
    "per": "year",
    "measures": {
        "revenue": {
            "share": 0.6,
            "curve": {"x": "attainment", "points": [[0.8, 0.5], [1, 1], [1.5, 3]]},
            "cap": 2.0,
        },
        "collection": {"share": 0.4, "curve": {"x": "score", "points": [[60, 0.5], [100, 1]], "below": 0.1}},
    },
    "rate": [
        {
            "of": "revenue",
            "by": "attainment",
            "tiers": [[0, 0.01], [1.0, 0.02]],
            "cumulative": "year",
            "deal_cap": 20000,
        },
        {"of": "new_business", "rate": "roster", "split": "none"},
    ],
    "pool": {"of": "revenue", "rate": 0.01, "points": "score_by_incentive", "within": "team"},
    "modifiers": [
        {"measure": "margin", "curve": {"x": "attainment", "points": [[0.8, 0.9], [1, 1.1]], "below": 0.8}},
        {"grades": {"A": 1.2, "B": 1.0, "C": 0.8, "D": 0}},
        {
            "matrix": {
                "with": "collection",
                "measure": "revenue",
                "rows": [0, 1],
                "columns": [0, 0.9],
                "values": [[0.8, 0.9], [1, 1.2]],
            }
        },
    ],
    "gates": [
        {"measure": "collection", "below": 0.8, "pays": 0.5},
        {"measure": "revenue", "below": 0.7, "pays": 0},
    ],
    "caps": {"ratio": 2.0, "amount": 50000},
    "guarantee": {"share": 0.8, "months": 3, "recoverable": True},
    "holdback": {"share": 0.3},
    "clawback": {"days": 180},
}
EVERYTHING: dict[str, Any] = {
    "name": "field_sales",
    "version": "2026-01",
    "title": {"en": "Field sales 2026", "zh": "2026 年外勤销售考核方案"},
    "effective": {"from": dt.date(2026, 1, 1), "to": dt.date(2026, 12, 31)},
    "applies_to": {"role": ["field_sales", "key_account"], "team": ["North"]},
    "level": "individual",
    "score_every": "month",
    "pay_every": "quarter",
    "currency": "CNY",
    "measures": _MEASURES,
    "grades": {
        "by": "shares",
        "shares": {"A": 0.2, "B": 0.5, "C": 0.2, "D": 0.1},
        "within": "team",
        "least": 8,
        "edges": {"A": 90, "B": 75, "C": 60, "D": 0},
    },
    "pay": _PAY,
    "recognition": {"star_of_month": 1},
    "follow_up": {"missed_quarters": 2, "then": ["coaching", "transfer_review"]},
    "governance": {
        "published": "monthly",
        "appeal_days": 10,
        "said": "=SUM(A1)",
        "legal": {"reviewed": True},
        "publishes": ["rules", "team_results", "honours"],
        "consulted_on": dt.date(2025, 12, 10),
        "data_owner": {"visits": "sales_ops", "net_sales": "finance"},
        "pilot": {"until": dt.date(2026, 6, 30), "compared_with": "commission_2025"},
    },
    "accepted": [
        {
            "rule": "M01",
            "reason": "Nine measures until July",
            "where": "measures",
            "by": "总经理",
            "on": dt.date(2025, 12, 20),
        },
        {"rule": "W02", "reason": "试点期从简"},
    ],
    "missing": "carry",
    "double_credit": True,
    "difficulty": "roster",
    "items": [
        {
            "name": "key_account",
            "title": {"en": "Key account won", "zh": "新增重点客户"},
            "points": 2,
            "most": 10,
        },
        {"name": "late_report", "points": -1, "most": 5},
        {"name": "compliance_breach", "points": 0},
    ],
    "item_limits": {"up": 10, "down": 20},
    "vetoes": [
        {"item": "compliance_breach", "score": 0, "grade": "D", "pays": 0},
        {"measure": "collection", "below": 0.5, "grade": "C"},
    ],
    "ramp": [0.25, 0.5, 0.75],
}

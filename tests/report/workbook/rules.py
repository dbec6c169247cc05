"""Every scoring rule as a measure of one scheme."""

from __future__ import annotations

from tests.appraise.cases import measure

FIXED = {"fixed": 40, "per": "month"}
TENTH = 0.1
RULES = [
    measure("proportional", "net_sales", TENTH, "table"),
    measure(
        "three",
        "visits",
        TENTH,
        FIXED,
        {
            "threshold_target_excellence": {
                "threshold": [0.75, 10],
                "target": [1.0, 20],
                "excellence": [1.2, 30],
            }
        },
        out_of=20,
    ),
    measure("bands", "visits", TENTH, FIXED, {"bands": [[0.6, 60], [0.9, 80], [1.0, 100]]}),
    measure(
        "deduct", "collection_rate", TENTH, {"fixed": 0.9}, {"deduct": {"points": 2, "per": 0.01}}, out_of=20
    ),
    measure(
        "plus_minus",
        "net_sales",
        TENTH,
        "table",
        {"plus_minus": {"base": 100, "per": 0.03, "plus": 1, "minus": 2, "most": 6, "least": 30}},
    ),
    measure(
        "jump",
        "visits",
        TENTH,
        FIXED,
        {"curve": {"x": "attainment", "points": [[0.5, 20], [0.8, 50], [0.8, 70], [1.2, 120]], "below": 5}},
    ),
    measure(
        "band",
        "stock_days",
        TENTH,
        None,
        {"curve": {"x": "actual", "points": [[10, 0], [20, 100], [30, 100], [60, 0]]}},
    ),
    measure("inverse", "complaints", 0.05, {"fixed": 8}, None, attainment="inverse"),
    measure("range", "net_sales", 0.05, "table", None, attainment={"range": -1000000}),
    measure(
        "rated",
        "customer_satisfaction",
        0.05,
        None,
        {"rating": [[1, 20], [2, 40], [3, 60], [5, 100]]},
        raters={"self": 0.1, "peer": 0.3, "manager": 0.6},
    ),
    measure(
        "ranked", "net_sales", 0.05, "table", {"rank": {"best": 100, "step": 7, "worst": 40, "least": 3}}
    ),
    measure("fewest", "complaints", 0.025, None, {"rank": {"best": 100, "step": 12.5, "worst": 0}}),
    measure("lower", "complaints", 0.025, {"fixed": 8}),
    measure(
        "grid",
        "net_sales",
        0.05,
        "table",
        {
            "matrix": {
                "with": "deduct",
                "rows": [0.5, 0.8, 1.0],
                "columns": [0.3, 0.8, 1.0],
                "values": [[10, 20, 30], [40, 60, 70], [50, 90, 120]],
            }
        },
    ),
]

"""Refusals of ratings, ranks, matrices, items, vetoes, grades by rank and shares, and the parts of pay."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest

from tests.scheme.everything import EVERYTHING
from tests.scheme.refused import one_scheme, refused, with_changes
from toolkit import faults
from toolkit.language import texts
from toolkit.scheme import build_scheme

GRID = {"with": "visits", "rows": [0, 1], "columns": [0, 1], "values": [[0, 50], [60, 100]]}
OWN = {"share": 1.0, "curve": {"x": "attainment", "points": [[0.8, 0.5], [1, 1]]}}
RATE = {"of": "revenue", "by": "attainment", "tiers": [[0, 0.01], [1, 0.02]]}
ITEM = {"name": "late_report", "points": -1, "most": 5}
VETO = {"measure": "visits", "below": 0.5, "grade": "C"}
STEPS = {"base": 100, "per": 0.01, "plus": 1, "minus": 2, "most": 20, "least": 30}
RATED = {"measures.1.target": None, "measures.1.scoring": {"rating": [[1, 20], [5, 100]]}}
RANKED = {"by": "rank", "first": {"A": 3, "B": 10}, "then": "C"}
SHARED = {"by": "shares", "shares": {"A": 0.2, "B": 0.7, "C": 0.1}}
CASES: list[tuple[str, dict[str, Any], str]] = [
    # code, changes of the valid scheme, address of the problem
    (
        "scheme.step_without_limit",
        {"measures.1.scoring": {"plus_minus": STEPS | {"most": 0}}},
        "measures.visits.scoring.plus_minus.most",
    ),
    (
        "document.too_few",
        {"measures.1.target": None, "measures.1.scoring": {"rating": [[1, 20]]}},
        "measures.visits.scoring.rating",
    ),
    (
        "scheme.not_increasing",
        {"measures.1.target": None, "measures.1.scoring": {"rating": [[5, 100], [1, 20]]}},
        "measures.visits.scoring.rating.1.0",
    ),
    (
        "scheme.worst_above_best",
        {"measures.1.scoring": {"rank": {"best": 50, "step": 5, "worst": 60}}},
        "measures.visits.scoring.rank.worst",
    ),
    (
        "document.out_of_range",
        {"measures.1.scoring": {"rank": {"best": 100, "step": 5, "least": 1}}},
        "measures.visits.scoring.rank.least",
    ),
    (
        "scheme.matrix_shape",
        {"measures.0.scoring": {"matrix": GRID | {"values": [[0, 50]]}}},
        "measures.revenue.scoring.matrix.values",
    ),
    (
        "scheme.matrix_shape",
        {"measures.0.scoring": {"matrix": GRID | {"values": [[0, 50], [1]]}}},
        "measures.revenue.scoring.matrix.values.1",
    ),
    (
        "scheme.not_increasing",
        {"measures.0.scoring": {"matrix": GRID | {"columns": [1, 1]}}},
        "measures.revenue.scoring.matrix.columns.1",
    ),
    (
        "scheme.matrix_measure",
        {"measures.0.scoring": {"matrix": GRID | {"measure": "visits"}}},
        "measures.revenue.scoring.matrix.measure",
    ),
    (
        "scheme.no_such_measure",
        {"measures.0.scoring": {"matrix": GRID | {"with": "visit"}}},
        "measures.revenue.scoring.matrix.with",
    ),
    ("scheme.shares_sum", {"measures.0.raters": {"self": 0.2, "peer": 0.3}}, "measures.revenue.raters"),
    (
        "scheme.raters_level",
        {"measures.0.raters": {"manager": 1.0}, "measures.0.level": "team"},
        "measures.revenue.level",
    ),
    (
        "scheme.raters_level",
        {**RATED, "level": "team", "measures.1.raters": {"manager": 1.0}},
        "measures.visits.raters",
    ),
    ("scheme.item_twice", {"items": [ITEM, ITEM]}, "items.late_report.name"),
    ("scheme.items_level", {"items": [ITEM], "level": "team"}, "items"),
    ("scheme.items_level", {"difficulty": "roster", "level": "team"}, "difficulty"),
    ("document.not_one_of", {"difficulty": "table"}, "difficulty"),
    ("scheme.bounds_nothing", {"item_limits": {}}, "item_limits"),
    ("scheme.no_such_item", {"vetoes": [{"item": "breach", "pays": 0}]}, "vetoes.breach.item"),
    ("scheme.no_such_grade", {"vetoes": [VETO | {"grade": "E"}]}, "vetoes.visits.grade"),
    ("scheme.no_such_measure", {"vetoes": [VETO | {"measure": "visit"}]}, "vetoes.visit.measure"),
    ("scheme.needs_target", {**RATED, "vetoes": [VETO]}, "vetoes.visits.measure"),
    ("scheme.veto_of", {"vetoes": [{"measure": "visits", "score": 0}]}, "vetoes.visits"),
    ("scheme.veto_of", {"vetoes": [{"score": 0}]}, "vetoes.0"),
    ("scheme.veto_does_nothing", {"vetoes": [{"measure": "visits", "below": 0.5}]}, "vetoes.visits"),
    ("document.out_of_range", {"ramp": [0.25, -0.5]}, "ramp.1"),
    ("scheme.not_increasing", {"grades": RANKED | {"first": {"A": 3, "B": 3}}}, "grades.first.B"),
    ("scheme.grade_twice", {"grades": RANKED | {"then": "A"}}, "grades.then"),
    ("document.missing_key", {"grades": {"by": "rank", "first": {"A": 1}}}, "grades.then"),
    ("scheme.belongs_to", {"grades": RANKED | {"edges": {"A": 0}}}, "grades.edges"),
    ("scheme.belongs_to", {"grades": SHARED | {"then": "C"}}, "grades.then"),
    ("scheme.shares_sum", {"grades": SHARED | {"shares": {"A": 0.2, "B": 0.7}}}, "grades.shares"),
    ("scheme.grades_differ", {"grades": SHARED | {"edges": {"A": 90, "B": 0}}}, "grades.edges"),
    ("document.missing_key", {"grades": {"by": "shares"}}, "grades.shares"),
    ("scheme.incentive_rule", {"pay.target_incentive": {"share_of_base": 0}}, "pay.target_incentive"),
    ("scheme.incentive_rule", {"pay.target_incentive": "table"}, "pay.target_incentive"),
    ("scheme.curve_or_measures", {"pay.measures": {"revenue": OWN}}, "pay.measures"),
    ("scheme.shares_sum", {"pay": {"measures": {"revenue": OWN | {"share": 0.6}}}}, "pay.measures"),
    (
        "scheme.negative_pay",
        {"pay": {"measures": {"revenue": OWN | {"curve": {"x": "score", "points": [[0, -1]]}}}}},
        "pay.measures.revenue.curve.points.0.1",
    ),
    ("scheme.no_such_measure", {"pay": {"measures": {"sales": OWN}}}, "pay.measures.sales"),
    ("scheme.needs_target", {**RATED, "pay": {"measures": {"visits": OWN}}}, "pay.measures.visits"),
    ("scheme.rate_or_tiers", {"pay.rate": [RATE, {"of": "revenue"}]}, "pay.rate.1"),
    ("scheme.cumulative_grain", {"pay.rate": RATE | {"cumulative": "quarter"}}, "pay.rate.cumulative"),
    (
        "scheme.cumulative_grain",
        {"pay.rate": [RATE, RATE | {"cumulative": "quarter"}]},
        "pay.rate.1.cumulative",
    ),
    ("document.out_of_range", {"pay.rate": RATE | {"deal_cap": 0}}, "pay.rate.deal_cap"),
    ("scheme.pool_of", {"pay.pool": {"of": "revenue"}}, "pay.pool"),
    ("scheme.pool_of", {"pay.pool": {"amount": 10, "of": "revenue", "rate": 0.1}}, "pay.pool"),
    ("scheme.no_such_measure", {"pay.pool": {"of": "sales", "rate": 0.1}}, "pay.pool.of"),
    ("scheme.rate_of_no_money", {"pay.pool": {"of": "visits", "rate": 0.1}}, "pay.pool.of"),
    ("scheme.team_rate", {"level": "team", "pay.pool": {"amount": 10}}, "pay.pool"),
    (
        "scheme.one_modifier",
        {"pay.modifiers": [{"grades": {"A": 1}, "measure": "visits"}]},
        "pay.modifiers.visits",
    ),
    ("scheme.one_modifier", {"pay.modifiers": [{}]}, "pay.modifiers.0"),
    ("scheme.no_such_grade", {"pay.modifiers": [{"grades": {"E": 1}}]}, "pay.modifiers.0.grades.E"),
    ("scheme.grades_left_out", {"pay.modifiers": [{"grades": {"A": 1, "B": 1}}]}, "pay.modifiers.0.grades"),
    ("document.out_of_range", {"pay.modifiers": [{"grades": {"A": -1}}]}, "pay.modifiers.0.grades.A"),
    ("document.missing_key", {"pay.modifiers": [{"matrix": GRID}]}, "pay.modifiers.0.matrix.measure"),
    (
        "scheme.negative_pay",
        {"pay.modifiers": [{"matrix": GRID | {"measure": "revenue", "values": [[0, -1], [1, 1]]}}]},
        "pay.modifiers.0.matrix.values.0.1",
    ),
    (
        "scheme.no_such_measure",
        {"pay.modifiers": [{"matrix": GRID | {"measure": "sales"}}]},
        "pay.modifiers.0.matrix.measure",
    ),
    ("scheme.bounds_nothing", {"pay.caps": {}}, "pay.caps"),
    ("scheme.needs_incentive", {"pay": {"rate": RATE, "caps": {"ratio": 2}}}, "pay.caps.ratio"),
    (
        "scheme.needs_incentive",
        {"pay": {"rate": RATE, "guarantee": {"share": 0.8, "months": 3}}},
        "pay.guarantee",
    ),
    ("document.out_of_range", {"pay.guarantee": {"share": 0.8, "months": 25}}, "pay.guarantee.months"),
    ("scheme.needs_rate", {"pay.holdback": {"share": 0.3}}, "pay.holdback"),
    ("scheme.needs_rate", {"pay.clawback": {"days": 90}}, "pay.clawback"),
    (
        "scheme.gate_on_band",
        {
            "measures.1.kpi": "stock_days",
            "measures.1.scoring": {"curve": {"x": "actual", "points": [[0, 0], [50, 100]]}},
            "vetoes": [VETO],
        },
        "vetoes.visits.measure",
    ),
]


@pytest.mark.parametrize(("code", "changes", "where"), CASES)
def test_one_fault_is_named_with_its_address(code: str, changes: dict[str, Any], where: str) -> None:
    problems = refused(lambda: one_scheme(with_changes(changes)))
    assert (code, where) in [(p.code, p.column) for p in problems]


def test_the_same_parts_without_their_faults_are_a_scheme() -> None:
    """The passing document beside the failing ones: every part that a case above breaks."""
    scheme = build_scheme(EVERYTHING)
    assert len(scheme.measures) == 9 and len(scheme.pay.rates) == 2
    assert {m.scoring.kind for m in scheme.measures} >= {"rank", "matrix", "rating", "plus_minus"}


def test_faults_of_many_parts_are_told_together() -> None:
    broken = copy.deepcopy(EVERYTHING)
    broken["items"][0]["points"] = "two"
    broken["pay"]["holdback"]["share"] = 1.5
    broken["measures"][0]["raters"] = {"boss": 1}
    found = {(p.code, p.column) for p in refused(lambda: build_scheme(broken))}
    assert ("document.not_a_number", "items.key_account.points") in found
    assert ("document.out_of_range", "pay.holdback.share") in found
    assert any(column.startswith("measures.revenue.raters") for _, column in found)


def test_every_wording_has_its_case() -> None:
    """Each code with a remedy is named by a test of refusals."""
    codes = {key for key, entry in texts().items() if key.startswith("scheme.") and "remedy" in entry}
    codes |= {*faults._CODES.values(), "document.wrong_value"}
    sources = "".join(p.read_text(encoding="utf-8") for p in Path(__file__).parent.glob("test_refusals*.py"))
    assert codes <= set(re.findall(r'"((?:scheme|document)\.\w+)"', sources))

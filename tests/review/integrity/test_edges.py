"""Which thresholds a scheme sets, and where results stand on them."""

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import NotEnoughData
from toolkit.review.integrity.edges import Edge, corners, edges_of, results_at
from toolkit.scheme.curve import Curve
from toolkit.scheme.example import example_schemes
from toolkit.scheme.grades import Grades
from toolkit.scheme.items import Veto
from toolkit.scheme.measure import Measure, Target
from toolkit.scheme.parts import MeasurePay, Modifier
from toolkit.scheme.pay import PayPlan
from toolkit.scheme.rates import RatePlan
from toolkit.scheme.rules import Proportional
from toolkit.scheme.scheme import Scheme
from toolkit.scheme.scoring import Scoring

EXAMPLE = example_schemes()["field_sales"]


def found(scheme: Scheme) -> set[tuple[str, str, str, float, str]]:
    return {(e.measure, e.grain, e.reads, e.at, "+".join(e.kinds)) for e in edges_of(scheme)}


def test_every_threshold_of_the_example_by_hand() -> None:
    """Bands at 80 % and 100 %; 50 points off at 50 % short; pay from 60 to 120; a gate at 70 %."""
    assert found(EXAMPLE) == {
        ("revenue", "month", "attainment", 0.6, "scoring"),
        ("revenue", "month", "attainment", 1.0, "target"),
        ("revenue", "month", "attainment", 1.2, "scoring"),
        ("revenue", "quarter", "attainment", 0.7, "gate"),
        ("visits", "month", "attainment", 0.9, "scoring"),
        ("visits", "month", "attainment", 1.0, "target+scoring"),
        ("satisfaction", "month", "attainment", 0.8, "scoring"),
        ("satisfaction", "month", "attainment", 1.0, "target+scoring"),
        ("", "month", "score", 90, "grade"),
        ("", "month", "score", 80, "grade"),
        ("", "month", "score", 60, "grade"),
        ("", "quarter", "score", 60, "pay"),
        ("", "quarter", "score", 120, "pay"),
    }


def test_tiers_vetoes_modifiers_and_pay_of_measures() -> None:
    curve = Curve("attainment", ((0.8, 0.5), (1.0, 1.0), (1.5, 3.0)))
    plan = PayPlan(
        measures={"revenue": MeasurePay(share=1.0, curve=curve)},
        rates=(
            RatePlan("revenue", by="amount", tiers=((0, 0.01), (50_000, 0.02))),
            RatePlan("revenue", by="attainment", tiers=((0, 0.01), (1.1, 0.02)), cumulative="year"),
        ),
        modifiers=(Modifier(measure="satisfaction", curve=Curve("actual", ((7.0, 0.8), (7.0, 1.0)))),),
    )
    scheme = dataclasses.replace(EXAMPLE, pay=plan, vetoes=(Veto(measure="visits", below=0.5, grade="D"),))
    assert found(scheme) - found(EXAMPLE) == {
        ("revenue", "quarter", "attainment", 0.8, "pay"),
        ("revenue", "quarter", "attainment", 1.0, "pay"),
        ("revenue", "quarter", "attainment", 1.5, "pay"),
        ("revenue", "quarter", "actual", 50_000, "tier"),
        ("revenue", "quarter", "cumulative", 1.1, "tier"),
        ("visits", "quarter", "attainment", 0.5, "veto"),
        ("satisfaction", "quarter", "actual", 7.0, "modifier"),
    }


def alone(scoring: Scoring, target: Target) -> Scheme:
    measure = Measure(name="revenue", kpi="net_sales", weight=1.0, target=target, scoring=scoring)
    pay = PayPlan(rates=(RatePlan("revenue", rate=0.01),))
    grades = Grades(edges={"A": 100, "B": 80, "C": 0})
    return dataclasses.replace(EXAMPLE, measures=(measure,), pay=pay, grades=grades)


def test_a_lone_score_is_its_attainment_and_no_threshold_stands_twice() -> None:
    scheme = alone(Scoring(proportional=Proportional(0.0, None)), Target(table=True))
    assert found(scheme) == {
        ("revenue", "month", "attainment", 1.0, "target+grade"),
        ("revenue", "month", "attainment", 0.8, "grade"),
    }


def test_a_fixed_target_on_the_actual_is_the_target() -> None:
    curve = Curve("actual", ((50, 60.0), (100, 100.0), (120, 120.0)))
    found_at = {(e.reads, e.at) for e in edges_of(alone(Scoring(curve=curve), Target(fixed=100.0)))}
    assert found_at >= {("attainment", 1.0), ("actual", 50), ("actual", 120)}
    assert ("actual", 100) not in found_at


def test_corners_are_jumps_and_bends() -> None:
    assert corners(Curve("score", ((0, 0.0), (50, 50.0), (100, 100.0)))) == (0.0, 100.0)
    assert corners(Curve("score", ((60, 0.5), (80, 0.5), (80, 1.0)), below=0.5)) == (80.0,)


def tables() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Three people, one month: a scorecard of two measures, scores and the panel behind them."""
    people = ["p1", "p2", "p3"]
    base = {"scheme": EXAMPLE.id, "participant": people, "period": "2026-01"}
    visits = {"measure": "visits", "kpi": "visits", "target": 40.0, "actual": [39.0, 40.0, np.nan]}
    happy = {
        "measure": "satisfaction",
        "kpi": "customer_satisfaction",
        "target": 8.0,
        "actual": [8.0, 7.0, 9.0],
    }
    card = pd.concat([pd.DataFrame(base | visits), pd.DataFrame(base | happy)], ignore_index=True)
    card["attainment"] = card["actual"] / card["target"]
    panel = pd.concat(
        [
            pd.DataFrame({"kpi": "visits", "numerator": [39.0, 40.0, np.nan], "denominator": np.nan}),
            pd.DataFrame(
                {"kpi": "customer_satisfaction", "numerator": [32.0, 21.0, 45.0], "denominator": [4, 3, 5]}
            ),
        ]
    ).assign(participant=people * 2, level="individual", period="2026-01")
    return card, pd.DataFrame(base | {"score": [88.5, 90.0, np.nan]}), panel


def edge(measure: str) -> Edge:
    return next(e for e in edges_of(EXAMPLE) if e.measure == measure and e.at == 1.0)


def test_attainments_come_with_the_steps_of_their_counts() -> None:
    values, people, at, steps = results_at(edge("visits"), EXAMPLE, *tables())
    assert values.tolist() == [0.975, 1.0] and people.tolist() == ["p1", "p2"] and at == 1.0
    assert steps.tolist() == [1 / 40, 1 / 40]


def test_means_of_few_ratings_are_refused_and_of_many_kept() -> None:
    """Of 4, 3 and 5 ratings a step is 1/32, 1/24 and 1/40 of the target of 8; of 40 it is 1/320."""
    card, scores, panel = tables()
    with pytest.raises(NotEnoughData, match=r"steps of about 3\.1 %"):
        results_at(edge("satisfaction"), EXAMPLE, card, scores, panel)
    many = panel.assign(numerator=panel["numerator"] * 10, denominator=panel["denominator"] * 10)
    many.loc[many["participant"].eq("p3") & many["denominator"].notna(), ["numerator", "denominator"]] = [
        9,
        1,
    ]
    values, _, _, steps = results_at(edge("satisfaction"), EXAMPLE, card, scores, many)
    assert steps == pytest.approx([1 / 320, 1 / 240, 1 / 8])
    assert values.tolist()[:2] == [1.0, 0.875] and np.isnan(values[2])


def test_full_marks_on_everything_are_no_choice() -> None:
    card, _, panel = tables()
    scores = pd.DataFrame({"participant": list("abcdef"), "score": [100.0, 100, 100, 91, 92.5, 93]})
    grade = next(e for e in edges_of(EXAMPLE) if e.kinds == ("grade",) and e.at == 90)
    values, *_ = results_at(grade, EXAMPLE, card, scores, panel)
    assert np.isnan(values[:3]).all() and values[3:].tolist() == [0.91, 0.925, 0.93]


def test_scores_are_shares_of_a_hundred() -> None:
    grade = next(e for e in edges_of(EXAMPLE) if e.kinds == ("grade",) and e.at == 90)
    values, people, at, steps = results_at(grade, EXAMPLE, *tables())
    assert values.tolist() == [0.885, 0.9] and len(people) == 2 and at == 0.9
    assert steps == pytest.approx([0.015, 0.015])  # 88.5 and 90 are both multiples of 1.5 points


def test_where_less_is_better_the_actual_is_turned() -> None:
    lower = Edge("visits", "visits", "month", "actual", 40.0, ("scoring",), higher=False)
    values, _, at, steps = results_at(lower, EXAMPLE, *tables())
    assert values.tolist() == [1.025, 1.0] and at == 1.0 and steps.tolist() == [1 / 40, 1 / 40]


def test_what_no_single_period_or_person_decides_is_refused() -> None:
    year = Edge("revenue", "net_sales", "quarter", "cumulative", 1.0, ("tier",))
    with pytest.raises(NotEnoughData, match="since the year or quarter began"):
        results_at(year, EXAMPLE, *tables())
    team = dataclasses.replace(EXAMPLE.measure("visits"), level="team")
    scheme = dataclasses.replace(EXAMPLE, measures=(EXAMPLE.measures[0], team, EXAMPLE.measures[2]))
    with pytest.raises(NotEnoughData, match="which nobody ends alone"):
        results_at(edge("visits"), scheme, *tables())


def test_effective_days_do_not_matter() -> None:
    later = dataclasses.replace(
        EXAMPLE, effective=dataclasses.replace(EXAMPLE.effective, to=dt.date(2027, 1, 1))
    )
    assert edges_of(later) == edges_of(EXAMPLE)

"""D, where the numbers come from and what their definitions leave open."""

import dataclasses
import datetime as dt

import pandas as pd
import pytest

from tests.review.lint.made import SOUND, client, found, measure, scheme_of
from toolkit.catalogue.kpi import Aggregate, Kpi
from toolkit.data.engagement import Engagement
from toolkit.scheme.curve import Curve
from toolkit.scheme.measure import Range, Target
from toolkit.scheme.parts import MeasurePay, Modifier
from toolkit.scheme.pay import PayPlan
from toolkit.scheme.rules import Bands, Rating
from toolkit.scheme.scheme import Effective, Schemes
from toolkit.scheme.scoring import Scoring

CURVE = Curve("score", ((60, 0.0), (100, 1.0)))
SALES = (measure("revenue", "net_sales", 0.5), measure("margin", "gross_margin_rate", 0.5))


def given(kpi: str, periods: list[str], **columns: object) -> Engagement:
    """The sample with a KPI of its own sheet."""
    rows = pd.DataFrame({"participant": "272", "period": periods, "kpi": kpi, "value": 0.9})
    plain = {"numerator": None, "denominator": None, "additive": ""}
    values = rows.assign(**(plain | columns)).astype({"numerator": float, "denominator": float})
    return client(kpi_values=values)


def test_d01_nothing_to_measure_from() -> None:
    hits = dict(found("D01", scheme_of(), client=client()))
    assert set(hits) == {f"measures.{name}.kpi" for name in ("visits", "service", "knowledge")}
    assert hits["measures.visits.kpi"].endswith("do not hold activities")
    assert found("D01", scheme_of(*SALES), client=client()) == []
    filled = {"deals": client().filled["deals"] - {"cost", "ordered_on"}}
    ((_, sales), (_, margin)) = found("D01", scheme_of(*SALES), client=client(filled=filled))
    assert sales.endswith("do not hold deals.ordered_on")
    assert margin.endswith("do not hold deals.cost and deals.ordered_on")


def test_d01_values_of_the_clients_own_and_ratings() -> None:
    share = scheme_of(*SALES[:1], measure("share", "market_share", 0.5))
    assert found("D01", share, client=client())[0][1].endswith("do not hold kpi_values")
    assert found("D01", share, client=given("market_share", ["2012-Q1"])) == []
    rated = scheme_of(*SALES[:1], measure("work", "task_completion", 0.5, raters={"manager": 1.0}))
    assert found("D01", rated, client=client())[0][1].endswith("do not hold ratings")
    filled = dict(client().filled) | {"ratings": frozenset({"rating"})}
    assert found("D01", rated, client=client(filled=filled)) == []


def test_d01_a_definition_that_is_refused_is_named() -> None:
    broken = Kpi(
        "own", {"en": "Own"}, "result", "count", "higher", numerator=Aggregate("deals", "read_csv('x')")
    )
    schemes = scheme_of()
    kpis = {**schemes.kpis, "own": broken}
    wrong = dataclasses.replace(
        scheme_of(measure("own", "net_sales", 1.0)), kpis={**kpis, "net_sales": broken}
    )
    assert "READ_CSV" in found("D01", wrong, client=client())[0][1].upper()


def test_d03_values_that_do_not_add_up_to_the_pay_period() -> None:
    monthly = ["2025-01", "2025-02", "2025-03"]
    rates = scheme_of(*SALES[:1], measure("cash", "collection_rate", 0.5))
    ((where, said),) = found("D03", rates, client=given("collection_rate", monthly))
    assert (
        where == "measures.cash.kpi" and "own sheet as monthly values" in said and "pay is quarterly" in said
    )
    for fine in (
        given("collection_rate", [*monthly, "2025-Q1"]),
        given("collection_rate", monthly, numerator=9.0, denominator=10.0),
        given("collection_rate", monthly, additive="yes"),
        given("market_share", monthly),
    ):
        assert found("D03", rates, client=fine) == []
    monthly_pay = scheme_of(*rates["field_sales"].measures, pay_every="month")
    assert found("D03", monthly_pay, client=given("collection_rate", monthly)) == []


def test_d06_one_days_balance_pays() -> None:
    stock = (*SALES[:1], measure("pipe", "open_pipeline", 0.5))
    ((where, said),) = found("D06", scheme_of(*stock))
    assert where == "measures.pipe.kpi" and "read on the last day of one quarter" in said
    own = PayPlan(
        measures={"revenue": MeasurePay(share=1.0, curve=Curve("attainment", ((0.5, 0), (1.0, 1.0))))}
    )
    assert found("D06", scheme_of(*stock, pay=own)) == found("D06", scheme_of()) == []


def test_d07_paid_before_the_outcome_is_known() -> None:
    cohort = scheme_of(
        *SALES[:1], measure("back", "return_rate", 0.25), measure("stay", "persistency_13_months", 0.25)
    )
    hits = dict(found("D07", cohort))
    assert (
        "known 90 days after" in hits["measures.back.kpi"] and "within 31 days" in hits["measures.back.kpi"]
    )
    assert set(hits) == {"measures.back.kpi", "measures.stay.kpi"}
    assert len(found("D07", cohort, limits={"D07": {"days": 90}})) == 1
    assert found("D07", scheme_of()) == []


def with_kpi(kpi: Kpi) -> Schemes:
    schemes = scheme_of(*SALES[:1], measure("own", "net_sales", 0.5))
    (one,) = schemes.items
    own = dataclasses.replace(one, measures=(SALES[0], measure("own", kpi.kpi, 0.5)))
    return dataclasses.replace(schemes, items=(own,), kpis={**schemes.kpis, kpi.kpi: kpi})


@pytest.mark.parametrize(
    ("above", "below", "wrong"),
    [
        (Aggregate("customers", "count(DISTINCT customer)", date="joined_on"),
         "count(DISTINCT customer)", True),
        (Aggregate("deals", "count(DISTINCT customer) FILTER (WHERE is_new_customer)", date="ordered_on"),
         "count(DISTINCT customer)", True),
        (Aggregate("deals", "count(DISTINCT customer) FILTER (WHERE stage = 'won')", date="ordered_on"),
         "count(DISTINCT customer)", False),
        (Aggregate("deals", "count(DISTINCT customer) FILTER (WHERE is_new_customer)", date="ordered_on"),
         "count(DISTINCT customer) FILTER (WHERE NOT is_new_customer)", False),
        (Aggregate("deals", "count(*) FILTER (WHERE is_new_customer)", date="ordered_on"), "count(*)", False),
        (Aggregate("deals", "count(DISTINCT", date="ordered_on"), "count(DISTINCT customer)", False),
    ],
)  # fmt: skip
def test_d08_the_new_ones_are_in_the_denominator_too(above: Aggregate, below: str, wrong: bool) -> None:
    bottom = Aggregate("customers", below, date="seen_on")
    kpi = Kpi("own", {"en": "Own"}, "result", "ratio", "higher", numerator=above, denominator=bottom)
    assert [where for where, _ in found("D08", with_kpi(kpi))] == ["measures.own.kpi"] * wrong


def test_d08_in_the_catalogue() -> None:
    ((where, said),) = found(
        "D08", scheme_of(*SALES, measure("new", "new_customer_rate", 0.0), pay=_pays("new"))
    )
    assert where == "measures.new.kpi"
    assert "(customer) by all at the end" in said and "New customers won in the period over customers" in said
    for kpi in (
        "customer_retention",
        "active_partner_rate",
        "new_customer_sales_share",
        "new_customer_win_rate",
    ):
        assert found("D08", scheme_of(*SALES[:1], measure("own", kpi, 0.5))) == []


def _pays(name: str) -> PayPlan:
    return PayPlan(measures={name: MeasurePay(share=1.0, curve=Curve("attainment", ((0.5, 0), (1.0, 1.0))))})


def test_d09_a_target_on_a_past_that_is_not_there() -> None:
    def growing(over: str, **more: object) -> Schemes:
        target = Target(growth=0.1, over=over, **more)
        grown = measure("revenue", "net_sales", 1.0, target=target)
        return scheme_of(grown, score_every="quarter", effective=Effective(dt.date(2026, 1, 1)))

    yearly = growing("same_quarter_last_year")
    ((where, said),) = found("D09", yearly, client=client(start=dt.date(2025, 4, 1)))
    assert where == "measures.revenue.target"
    assert "from 1 January 2025 on; the client's data begin on 1 April 2025" in said
    assert found("D09", yearly, client=client(start=dt.date(2025, 1, 1))) == []
    assert found("D09", growing("previous_quarter"), client=client(start=dt.date(2025, 10, 1))) == []
    assert len(found("D09", growing("previous_quarter"), client=client(start=dt.date(2025, 10, 2)))) == 1
    stands_in = growing("same_quarter_last_year", otherwise="table")
    assert found("D09", stands_in, client=client(start=dt.date(2025, 4, 1))) == []
    assert found("D09", scheme_of(), client=client(start=dt.date(2025, 4, 1))) == []


def by_actual(kpi: str, *points: tuple[float, float]) -> Schemes:
    rule = Scoring(curve=Curve("actual", points))
    return scheme_of(*SOUND[:4], measure("own", kpi, 0.15, scoring=rule))


def test_d12_a_scoring_rule_against_the_kpi() -> None:
    ((where, said),) = found("D12", by_actual("complaint_rate", (0.0, 0.0), (0.05, 100.0)))
    assert where == "measures.own.scoring"
    assert said == "the scoring rule runs the wrong way: for Complaints per order, lower is better"
    assert found("D12", by_actual("complaint_rate", (0.0, 100.0), (0.05, 0.0))) == []
    assert len(found("D12", by_actual("calls", (0.0, 100.0), (50.0, 0.0)))) == 1
    assert found("D12", by_actual("calls", (0.0, 0.0), (50.0, 100.0))) == []
    assert found("D12", by_actual("sell_out_ratio", (0.5, 100.0), (2.0, 0.0))) == []  # best in a band
    assert found("D12", scheme_of()) == []


def test_d12_bands_ratings_and_curves_of_pay() -> None:
    falling = Scoring(bands=Bands(((0, 100), (1.0, 30))))
    assert len(found("D12", scheme_of(*SOUND[:4], measure("own", "calls", 0.15, scoring=falling)))) == 1
    rated = Scoring(rating=Rating(((1, 100), (5, 20))))
    assert len(found("D12", scheme_of(*SOUND[:4], measure("own", "calls", 0.15, scoring=rated)))) == 1
    down = Curve("actual", ((0.0, 1.0), (9.0, 0.0)))
    paid = PayPlan(measures={"service": MeasurePay(share=1.0, curve=down)})
    assert [where for where, _ in found("D12", scheme_of(pay=paid))] == ["pay.measures.service.curve"]
    factor = PayPlan(curve=CURVE, modifiers=(Modifier(measure="service", curve=down),))
    ((where, said),) = found("D12", scheme_of(pay=factor))
    assert where == "pay.modifiers.service.curve" and said.startswith("the modifier runs the wrong way")


@pytest.mark.parametrize(
    ("kpi", "floor", "wrong"),
    [
        ("visits", 5.0, False),
        ("visits", 10.0, True),
        ("complaint_rate", 20.0, False),
        ("complaint_rate", 5.0, True),
    ],
)
def test_d12_a_floor_on_the_wrong_side_of_the_target(kpi: str, floor: float, wrong: bool) -> None:
    ranged = scheme_of(*SOUND[:4], measure("own", kpi, 0.15, attainment=Range(floor)))
    assert [where for where, _ in found("D12", ranged)] == ["measures.own.attainment"] * wrong

"""What the rules of pay build on: curves' edges, factors, KPIs of cash, shares with their intervals."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.review.lint.made import measure, scheme_of
from tests.review.lint.paying import (
    by_measure,
    by_score,
    commission,
    look,
    payouts,
    roster,
    scorecard,
    scores,
)
from tests.scheme.everything import EVERYTHING, KPIS
from toolkit.catalogue.kpi import Kpi
from toolkit.catalogue.load import load_catalogue
from toolkit.errors import NotEnoughData
from toolkit.periods import Calendar
from toolkit.review.lint.cards import Pack
from toolkit.review.lint.evidence.pay_shapes import (
    at,
    factors,
    follows_cash,
    gate_names,
    jumps,
    most_ratio,
    pay_curves,
    rate_names,
    rate_range,
)
from toolkit.review.lint.evidence.pay_tables import covered, enough, paid, pooled, share_of
from toolkit.review.lint.lint import linted
from toolkit.scheme.curve import Curve
from toolkit.scheme.parts import Caps, Gate, Modifier
from toolkit.scheme.pay import PayPlan
from toolkit.scheme.plain import build_scheme
from toolkit.scheme.rates import RatePlan
from toolkit.scheme.scheme import Schemes


def test_a_curves_top_is_where_it_or_its_cap_ends() -> None:
    (own,) = pay_curves(by_score(caps=Caps(ratio=1.2)).items[0].pay)
    assert (own.where, own.on_target, own.top, own.pays(110), own.pays(120)) == (
        "pay.curve",
        100,
        1.2,
        1.2,
        1.2,
    )
    (own,) = pay_curves(by_measure((0.5, 0.2), (1.0, 1.0)).items[0].pay)
    assert own.where == "pay.measures.revenue.curve" and (own.on_target, own.top, own.cap) == (
        1.0,
        1.0,
        math.inf,
    )
    assert most_ratio(by_score(caps=Caps(ratio=1.2)).items[0].pay) == 1.2


@pytest.mark.parametrize(
    ("points", "below", "expected"),
    [
        (((60, 0.0), (100, 1.0)), None, []),
        (((60, 0.4), (100, 1.0)), None, [(0, 60, 0.0, 0.4)]),
        (((60, 0.4), (100, 1.0)), 0.4, []),
        (((0, 0.4), (100, 1.0)), None, []),  # nobody comes from below 0
        (((60, 0.0), (60, 0.5), (100, 1.0)), None, [(1, 60, 0.0, 0.5)]),
    ],
)
def test_jumps(points: tuple, below: float | None, expected: list) -> None:
    assert list(jumps(Curve("score", points, below))) == expected


def test_factors_of_grades_reach_from_the_least_to_the_most() -> None:
    assert factors(Modifier(grades={"A": 1.2, "B": 1.0, "C": 0.7})) == (0.7, 1.2)


def test_addresses_fall_back_on_positions() -> None:
    gates = (Gate("revenue", 0.5, 0), Gate("revenue", 0.7, 0.5), Gate("margin", 0.5, 0))
    assert gate_names(by_score(gates=gates).items[0].pay) == [
        "pay.gates.0",
        "pay.gates.1",
        "pay.gates.margin",
    ]
    assert rate_names(commission().items[0].pay) == ["pay.rate"]
    rates = (RatePlan(of="a", rate=0.1), RatePlan(of="b", rate=0.1))
    assert rate_names(PayPlan(rates=rates)) == ["pay.rate.a", "pay.rate.b"]


def test_rate_range_leaves_out_what_pays_nothing() -> None:
    assert rate_range(RatePlan(of="a", by="amount", tiers=((0, 0), (1, 0.02), (2, 0.05)))) == (0.02, 0.05)
    assert rate_range(RatePlan(of="a", rate=0.1)) == (0.0, 0.0)


def test_which_kpis_of_the_catalogue_follow_cash() -> None:
    """Those a controller would call cash: read off the catalogue's formulas by hand."""
    kpis = load_catalogue()
    cash = {"collection_rate", "cash_collected", "on_time_collection", "overdue_receivables", "overdue_rate"}
    cash |= {"days_sales_outstanding", "bad_debt_rate"}
    found = {name for name, kpi in kpis.items() if follows_cash(kpi) and kpi.has_sql}
    assert cash <= found and not found & {"net_sales", "gross_margin", "visits", "win_rate"}
    own = Kpi("receivables_days", {"en": "Days"}, "result", "days", "lower")
    assert follows_cash(own) and not follows_cash(Kpi("mood", {"en": "Mood"}, "quality", "points", "higher"))


def test_places_in_words() -> None:
    assert at("score", 87.5, "en") == "a score of 87.50" and at("actual", 8.0, "en") == "an actual of 8"
    assert at("attainment", 1.05, "zh") == "达成率 105%"


def test_pooled_of_balanced_people_is_the_t_interval_of_their_means() -> None:
    rng = np.random.default_rng(0)
    values, people = rng.standard_normal(60) + 5, pd.Series(np.repeat(list("abcdefghij"), 6))
    found, means = pooled(values, np.ones(60), people), values.reshape(10, 6).mean(axis=1)
    low, high = stats.t.interval(0.9, 9, loc=means.mean(), scale=means.std(ddof=1) / np.sqrt(10))
    assert found.value == pytest.approx(values.mean()) and found.n == 10
    assert (found.low, found.high) == pytest.approx((low, high))


def test_pooled_has_no_interval_of_two_people_and_a_share_stays_a_share() -> None:
    two = pooled(np.ones(4), np.ones(4), pd.Series(["a", "a", "b", "b"]))
    assert two.value == 1 and np.isnan(two.low) and np.isnan(two.high)
    share = share_of(np.array([True] * 9 + [False]), pd.Series(list("aabbccddee")))
    assert share.value == 0.9 and share.high == 1.0 and 0 < share.low < 0.9
    assert share_of(np.zeros(4, bool), pd.Series(list("abcd"))).low == 0


def test_paid_takes_rows_that_had_a_chance_to_earn() -> None:
    table = payouts({"p0": [1.0, 0.5]})
    later = table.assign(target_incentive=np.nan, participant="p9")  # a release, a correction
    rows = paid(look(by_score(), payouts=pd.concat([table, later])))
    assert rows[["participant", "value"]].values.tolist() == [["p0", 1.0], ["p0", 0.5]]
    money = paid(look(commission(), payouts=payouts({"p0": [120.0]}, None)))
    assert money["value"].tolist() == [120.0] and np.isnan(money["incentive"].iloc[0])


def test_covered_leaves_out_who_left_before_the_scheme_began() -> None:
    people = roster(3, left_on=pd.to_datetime(["2025-12-31", "2026-02-01", None]))
    assert covered(look(by_score(), participants=people))["participant"].tolist() == ["p1", "p2"]
    assert len(covered(look(scheme_of(measure("a", "visits", 1.0)), participants=people))) == 2


def test_enough_names_everything_that_is_too_few() -> None:
    rows = pd.DataFrame({"participant": ["a"], "period": ["2026"]})
    with pytest.raises(NotEnoughData) as caught:
        enough(rows, least_rows=2, people=3, periods=1)
    assert [p.code for p in caught.value.problems] == ["lint_pay.too_few_rows", "lint_pay.too_few_people"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_plan_with_every_mechanic_and_hardly_any_data_is_read_to_the_end(language: str) -> None:
    """One person with a blank roster, no results: each rule finds, passes or refuses in words."""
    every = Schemes((build_scheme(EVERYTHING),), Calendar(), KPIS)
    bare = roster(1, base_salary=np.nan, target_incentive=np.nan).assign(team="North", role="field_sales")
    none = {"scores": scores({}), "scorecard": scorecard({}), "payouts": payouts({})}
    client = SimpleNamespace(participants=bare, filled={}, language=language)
    packs: tuple[Pack, ...] = ("core", "intl", "cn")
    ran = linted(
        every,
        client=client,  # type: ignore[arg-type]
        select=["C", "P"],
        packs=packs,
        language=language,
        participants=bare,
        **none,
    )
    assert {"C05", "C11", "P08", "P12", "P13", "P18"} <= set(ran.findings["code"])
    assert {"C09", "P01", "P02", "P05", "P17"} <= set(ran.skipped["code"])
    assert not ran.findings["message"].str.contains("{", regex=False).any()

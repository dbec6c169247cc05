"""P, what a plan may pay: mix, size, pace, pools, guarantees, clawback, cash."""

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from tests.review.lint.made import SOUND, found, measure, refused, scheme_of
from tests.review.lint.paying import by_score, changed, commission, each, payouts, roster
from toolkit.scheme.curve import Curve
from toolkit.scheme.items import Veto
from toolkit.scheme.matrix import Matrix
from toolkit.scheme.parts import (
    Caps,
    Clawback,
    Gate,
    Guarantee,
    Holdback,
    MeasurePay,
    Modifier,
    Pool,
    ShareOfBase,
)
from toolkit.scheme.pay import PayPlan
from toolkit.scheme.rates import RatePlan

PLAN = by_score()
LINE = Curve("attainment", ((0.8, 0.5), (1.0, 1.0), (1.5, 2.5)))


def test_p01_a_mix_outside_the_roles_band() -> None:
    people = roster(3, target_incentive=[20_000.0, 15_000.0, 10_000.0])  # 75, 80, 86 % of base
    [(where, message)] = found("P01", PLAN, participants=people)
    assert where == "pay.target_incentive"
    assert message == (
        "field_sales: the middle share of base in base and incentive is 80 % (3 people); common is "
        "50 % to 70 %"
    )
    assert found("P01", PLAN, participants=roster(3)) == []  # 60 %
    assert found("P01", PLAN, participants=people.assign(role="manager")) == []
    assert found("P01", PLAN, participants=people.assign(role="driver")) == []  # no band is known


def test_p01_reads_the_last_row_of_people_covered_and_shares_of_base() -> None:
    later = roster(1, valid_from="2025-07-01", target_incentive=10_000.0)
    moved = roster(1).assign(valid_from="2025-01-01")
    people = _joined(later, moved, roster(2, left_on="2025-12-31", target_incentive=1.0).tail(1))
    assert "is 86 % (1 people)" in found("P01", PLAN, participants=people)[0][1]
    of_base = by_score(target_incentive=ShareOfBase(0.2))  # 1 ÷ 1.2
    assert "is 83 % (2 people)" in found("P01", of_base, participants=roster(2))[0][1]


def _joined(*parts: pd.DataFrame) -> pd.DataFrame:
    table = pd.concat(list(parts), ignore_index=True)
    return table.assign(**{name: pd.to_datetime(table[name]) for name in ("left_on", "valid_from")})


def test_p01_p06_p09_and_p16_refuse_a_roster_without_pay() -> None:
    bare = roster(3).drop(columns=["base_salary", "target_incentive"])
    for code in ("P01", "P06", "P09", "P16"):
        assert refused(code, PLAN, participants=bare).startswith("the roster has no base salary")
    other = changed(PLAN, applies_to={"channel": ("online",)})
    assert "no column «channel»" in refused("P16", other, participants=roster())
    nobody = changed(PLAN, applies_to={"team": ("South",)})
    assert "for the people of the scheme" in refused("P16", nobody, participants=roster())


def test_p06_base_and_the_most_of_the_incentive() -> None:
    steep = by_score((60, 0.0), (100, 1.0), (120, 2.5))
    people = roster(2, base_salary=[40_000.0, 100_000.0], target_incentive=40_000.0)
    # 1 + 40,000 ÷ 40,000 × 2.5 = 3.5; 1 + .4 × 2.5 = 2
    [(where, message)] = found("P06", steep, participants=people)
    assert where == "pay"
    assert message.startswith(
        "base and the most of the incentive (250 % of target) come to up to 3.5 times the base"
    )
    assert "above 3.0 for 1 of 2 people" in message
    assert found("P06", PLAN, participants=people) == []  # 1.5: 2.5 times
    factor = Modifier(grades={"A": 1.2, "B": 1.0, "C": 0.8, "D": 0.5})
    assert found("P06", by_score(modifiers=(factor,)), participants=people) == []  # 1 + 1.5 × 1.2 = 2.8
    capped = by_score((60, 0.0), (100, 1.0), (120, 2.5), caps=Caps(ratio=1.8))
    assert found("P06", capped, participants=people) == []


def test_p06_adds_the_measures_shares_and_multiplies_the_factors() -> None:
    parts = {
        "revenue": MeasurePay(share=0.6, curve=LINE, cap=2.0),
        "visits": MeasurePay(share=0.4, curve=LINE),
    }
    plan = PayPlan(measures=parts, modifiers=(Modifier(grades={"A": 1.5, "B": 1.0, "C": 0.9, "D": 0.8}),))
    people = roster(1, base_salary=50_000.0, target_incentive=50_000.0)
    # (.6 × 2 + .4 × 2.5) × 1.5 = 3.3
    [(_, message)] = found("P06", scheme_of(pay=plan), participants=people)
    assert "(330 % of target) come to up to 4.3 times" in message


def test_p07_once_a_year_or_every_month_on_slow_results() -> None:
    [(where, message)] = found("P07", changed(PLAN, pay_every="year"))
    assert (where, message) == ("pay_every", "pay comes only once a year")
    slow = scheme_of(measure("renewals", "assets_growth", 0.5), measure("sales", "net_sales", 0.5))
    assert found("P07", slow) == []
    [(where, message)] = found("P07", changed(slow, pay_every="month"))
    assert (
        where == "pay_every" and "results in Growth of assets under management take longer to show" in message
    )
    fast = scheme_of(measure("sales", "net_sales", 1.0), pay_every="month")
    assert found("P07", fast) == []


def test_p07_a_cohort_that_is_watched_for_90_days_is_slow() -> None:
    cohorts = [k for k, kpi in PLAN.kpis.items() if kpi.within_days >= 60 and kpi.grain[1] == "month"]
    plan = scheme_of(measure("cohort", cohorts[0], 1.0), pay_every="month")
    assert len(found("P07", plan)) == 1
    assert found("P07", plan, limits={"P07": {"watched_days": 1000}}) == []


def test_p08_a_clawback_beyond_a_year_or_unchecked() -> None:
    hits = found("P08", commission(clawback=Clawback(400)))
    assert [where for where, _ in hits] == ["pay.clawback.days", "pay.clawback"]
    assert hits[0][1] == "commission is taken back for up to 400 days; 365 is the most advised"
    checked = changed(commission(clawback=Clawback(180)), governance={"legal_checked": ["deductions"]})
    assert found("P08", checked) == [] and found("P08", commission()) == []
    abroad = changed(commission(clawback=Clawback(180)), currency="USD")
    assert found("P08", abroad) == []


def test_p09_low_bases_and_payouts_below_zero() -> None:
    people = roster(3, base_salary=[24_000.0, 30_000.0, 60_000.0])  # 2,000, 2,500, 5,000 a month
    [(where, message)] = found("P09", PLAN, participants=people)
    assert where == "pay"
    assert message == (
        "the base salary of 2 of 3 people is below 2,700.00 CNY a month; the lowest is 2,000.00 CNY"
    )
    assert found("P09", PLAN, participants=roster()) == []
    assert found("P09", changed(PLAN, currency="USD"), participants=people) == []
    assert len(found("P09", PLAN, participants=roster(), limits={"P09": {"monthly": 5001}})) == 1
    paid = payouts({"p0": [1.0, -0.2], "p1": [-0.5]})
    [(_, message)] = found("P09", PLAN, participants=roster(), payouts=paid)
    assert message == "2 of 3 payouts are below zero; the lowest is −500.00 CNY"


def test_p09_amounts_of_the_roster_may_be_for_a_month() -> None:
    monthly = by_score(per="month")
    assert found("P09", monthly, participants=roster(base_salary=3_000.0)) == []
    assert len(found("P09", monthly, participants=roster(base_salary=2_600.0))) == 1


def test_p10_a_pool_among_people_who_are_to_cooperate() -> None:
    pool = PayPlan(pool=Pool(amount=1000.0, within="team"))
    alone = scheme_of(pay=pool)
    assert found("P10", alone) == [] and found("P10", PLAN) == []
    shared = measure("team_sales", "net_sales", 0.35, level="team")
    together = scheme_of(shared, *SOUND[1:], pay=pool)
    [(where, message)] = found("P10", together)
    assert where == "pay.pool" and "also counts Net sales" in message


def test_p10_groups_of_fewer_than_five() -> None:
    pool = scheme_of(pay=PayPlan(pool=Pool(amount=1000.0, within="team")))
    people = roster(9, team=["North"] * 6 + ["South"] * 3)
    [(where, message)] = found("P10", pool, participants=people)
    assert where == "pay.pool.within"
    assert message == "1 of 2 groups that share a pool have fewer than 5 people; the smallest has 3"
    everybody = scheme_of(pay=PayPlan(pool=Pool(amount=1000.0)))
    assert found("P10", everybody, participants=people) == []
    assert len(found("P10", everybody, participants=people.head(4))) == 1


def test_p11_a_guarantee_beyond_six_months() -> None:
    [(where, message)] = found("P11", by_score(guarantee=Guarantee(share=0.8, months=7)))
    assert where == "pay.guarantee.months"
    assert message == "joiners are guaranteed 80 % of the target incentive for 7 months; more than 6 is long"
    assert found("P11", by_score(guarantee=Guarantee(share=0.8, months=6))) == [] and found("P11", PLAN) == []


def test_p12_a_measure_that_pays_gates_and_modifies() -> None:
    factor = Modifier(measure="revenue", curve=Curve("attainment", ((0, 0.8), (1, 1.2))))
    gate = Gate("revenue", below=0.7, pays=0)
    [(where, message)] = found("P12", by_score(gates=(gate,), modifiers=(factor,)))
    assert where == "measures.revenue"
    assert message == "Net sales acts on pay in 3 ways: earns pay, opens a gate and changes the factor on pay"
    assert found("P12", by_score(gates=(gate,))) == []
    grid = Matrix("revenue", rows=(0, 1), columns=(0, 1), values=((0.8, 0.9), (1.0, 1.1)), measure="margin")
    veto = changed(
        by_score(modifiers=(Modifier(matrix=grid),)), vetoes=(Veto(measure="revenue", below=0.5, pays=0),)
    )
    assert [where for where, _ in found("P12", veto)] == ["measures.revenue"]


def test_p13_factors_that_together_halve_or_double() -> None:
    grades = Modifier(grades={"A": 1.5, "B": 1.0, "C": 0.8, "D": 0.6})
    cash = Modifier(measure="margin", curve=Curve("attainment", ((0, 0.8), (1, 1.4))))
    [(where, message)] = found("P13", by_score(modifiers=(grades, cash)))
    # .6 × .8 = .48 and 1.5 × 1.4 = 2.1
    assert where == "pay.modifiers"
    assert message == "2 modifiers together multiply pay by 0.48 to 2.10; 0.50 to 2.00 is the range advised"
    assert found("P13", by_score(modifiers=(grades,))) == [] and found("P13", PLAN) == []


def test_p13_left_of_its_first_point_a_factor_is_zero_unless_below_is_given() -> None:
    open_ended = Modifier(measure="margin", curve=Curve("attainment", ((0.5, 0.8), (1, 1.2))))
    assert "by 0.00 to 1.20" in found("P13", by_score(modifiers=(open_ended,)))[0][1]
    held = Modifier(measure="margin", curve=Curve("attainment", ((0.5, 0.8), (1, 1.2)), below=0.8))
    assert found("P13", by_score(modifiers=(held,))) == []
    grid = Matrix("margin", rows=(0.5, 1), columns=(0, 1), values=((0.8, 0.9), (1.0, 1.1)), measure="revenue")
    assert found("P13", by_score(modifiers=(Modifier(matrix=grid),))) == []  # a column begins at 0


def test_p15_commission_with_no_link_to_cash() -> None:
    [(where, message)] = found("P15", commission())
    assert where == "pay.rate"
    assert message == (
        "Net sales earns commission before customers have paid, and nothing in the pay asks for cash"
    )
    assert found("P15", PLAN) == []
    assert found("P15", commission(holdback=Holdback(0.3))) == []


@pytest.mark.parametrize("kpi", ["collection_rate", "overdue_rate", "on_time_collection"])
def test_p15_a_gate_or_a_factor_on_cash_is_a_link(kpi: str) -> None:
    measures = (measure("sales", "net_sales", 1.0), measure("cash", kpi, 0.0))
    rate = (RatePlan(of="sales", rate=0.02),)
    assert len(found("P15", scheme_of(*measures, pay=PayPlan(rates=rate)))) == 1
    gated = PayPlan(rates=rate, gates=(Gate("cash", below=0.8, pays=0.5),))
    assert found("P15", scheme_of(*measures, pay=gated)) == []
    factor = Modifier(measure="cash", curve=Curve("attainment", ((0, 0.8), (1, 1.2))))
    assert found("P15", scheme_of(*measures, pay=PayPlan(rates=rate, modifiers=(factor,)))) == []


def test_p15_commission_on_cash_collected_is_linked_by_itself() -> None:
    rate = (RatePlan(of="cash", rate=0.02),)
    assert found("P15", scheme_of(measure("cash", "cash_collected", 1.0), pay=PayPlan(rates=rate))) == []


def test_p16_an_incentive_of_less_than_a_tenth_of_base() -> None:
    [(where, message)] = found("P16", PLAN, participants=roster(target_incentive=4_500.0))
    assert where == "pay.target_incentive"
    assert message == (
        "the middle target incentive is 7.5 % of the base (12 people); below 10.0 % hardly anybody notices"
    )
    assert found("P16", PLAN, participants=roster(target_incentive=6_000.0)) == []
    assert found("P16", commission(), participants=roster(target_incentive=1.0)) == []


def test_p18_a_holdback_and_no_table_of_receipts() -> None:
    held, client = (
        commission(holdback=Holdback(0.4)),
        SimpleNamespace(filled={"deals": frozenset({"amount"})}),
    )
    [(where, message)] = found("P18", held, client=_client(client))
    assert where == "pay.holdback"
    assert message.startswith("40 % of the commission is held") and "have no invoices and payments" in message
    whole = SimpleNamespace(filled={"payments": frozenset({"amount"}), "invoices": frozenset({"amount"})})
    assert found("P18", held, client=_client(whole)) == []
    assert found("P18", commission(), client=_client(client)) == []


def _client(said: SimpleNamespace) -> Any:
    return SimpleNamespace(participants=roster(), targets=None, **vars(said))


def test_p_rules_of_incentives_say_nothing_of_plain_commissions() -> None:
    for code in ("P01", "P06"):
        assert found(code, commission(), participants=roster()) == []
    for code in ("P02", "P03"):
        assert found(code, commission(), payouts=payouts(each(12, *[1.0] * 4), None)) == []

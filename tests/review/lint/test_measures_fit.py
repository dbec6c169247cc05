"""M, whether measures fit each other, the level and the role."""

import numpy as np
import pandas as pd
import pytest

from tests.review.lint.made import MONTHS, SOUND, found, measure, panel, refused, scheme_of
from toolkit.scheme.curve import Curve
from toolkit.scheme.parts import Gate
from toolkit.scheme.pay import PayPlan


def test_m07_two_kpis_linked_by_their_formulas() -> None:
    linked = scheme_of(*SOUND[:4], measure("size", "average_deal_size", 0.15))
    ((where, said),) = found("M07", linked)
    assert where == "measures.size.kpi" and said.startswith("Net sales and Average deal size count")
    assert "one is the numerator of the other" in said and said.endswith("weigh 50 %")
    assert found("M07", scheme_of()) == []  # sales is the margin rate's denominator: two things
    watched = scheme_of(*SOUND, measure("size", "average_deal_size", 0.0))
    assert found("M07", watched) == []


def test_m10_a_kpi_made_for_another_level() -> None:
    asked = scheme_of(*SOUND[:4], measure("happy", "customer_satisfaction", 0.15))
    ((where, said),) = found("M10", asked)
    assert (
        where == "measures.happy" and "made for a team and measured here for a person (weight 15 %)" in said
    )
    team = scheme_of(*SOUND[:4], measure("happy", "customer_satisfaction", 0.15, level="team"))
    assert found("M10", team) == found("M10", scheme_of()) == []
    assert len(found("M10", scheme_of(*SOUND[:4], measure("x", "market_share", 0.15, level="team")))) == 1


def test_m11_a_kpi_made_for_another_role() -> None:
    minutes = (*SOUND[:4], measure("talk", "call_minutes", 0.15))
    ((where, said),) = found("M11", scheme_of(*minutes, applies_to={"role": ("field_sales",)}))
    assert where == "measures.talk.kpi"
    assert said == "Talk time is made for inside sales; the scheme applies it to field sales"
    own_name = scheme_of(*minutes, applies_to={"role": ("区域业务员",)})  # tells nothing
    talkers = scheme_of(measure("talk", "call_minutes", 1.0), applies_to={"role": ("inside_sales",)})
    assert found("M11", own_name) == found("M11", talkers) == []
    assert found("M11", scheme_of(applies_to={"role": ("field_sales",)})) == found("M11", scheme_of()) == []


def test_m12_much_weight_on_activity_entered_by_hand() -> None:
    busy = scheme_of(*SOUND[:4], measure("calls", "calls", 0.15))
    ((where, said),) = found("M12", busy)
    assert where == "measures.visits.weight"
    assert said.startswith("Customer visits and Phone calls made carry 30 % of the weight, more than 20 %")
    assert "Visits without purpose" in said
    assert found("M12", scheme_of()) == []
    assert found("M12", busy, limits={"M12": {"most": 0.3}}) == []


def test_m13_a_share_without_its_volume() -> None:
    alone = scheme_of(measure("rate", "win_rate", 0.5), *SOUND[3:4], measure("k", "knowledge_mastery", 0.3))
    ((where, said),) = found("M13", alone)
    assert where == "measures.rate" and said.startswith(
        "Win rate is a share (Deals won over deals won or lost"
    )
    curve = Curve("score", ((60, 0.0), (100, 1.0)))
    gated = scheme_of(
        *alone["field_sales"].measures,
        measure("sales", "net_sales", 0.0),
        pay=PayPlan(curve=curve, gates=(Gate("sales", 0.7, 0),)),
    )
    assert found("M13", gated) == found("M13", scheme_of()) == []
    given = scheme_of(measure("t", "training_participation", 1.0))  # courses are assigned by the company
    lower = scheme_of(measure("d", "discount_given", 1.0))  # a small denominator does not help
    assert found("M13", given) == found("M13", lower) == []


def two_kpis(second: np.ndarray, first: np.ndarray) -> pd.DataFrame:
    people = [f"p{i}" for i in range(len(first))]
    sales = panel("net_sales", dict(zip(people, first, strict=True)), MONTHS)
    return pd.concat([sales, panel("visits", dict(zip(people, second, strict=True)), MONTHS)])


def test_m14_kpis_that_move_together() -> None:
    rng = np.random.default_rng(5)
    first = rng.normal(100, 10, (10, 6))
    ((where, said),) = found("M14", scheme_of(), panel=two_kpis(first + rng.normal(0, 2, (10, 6)), first))
    assert where == "measures.visits" and "10 people), above 0.85; together they weigh 50 %" in said
    ((_, opposite),) = found("M14", scheme_of(), panel=two_kpis(-first, first))
    assert "rank correlation −1.00 (90 % interval −1.00 to −1.00" in opposite
    assert found("M14", scheme_of(), panel=two_kpis(rng.normal(100, 10, (10, 6)), first)) == []


def test_m14_a_good_month_for_all_is_no_likeness() -> None:
    rng = np.random.default_rng(6)
    season = 1000 * np.arange(6)
    noise = rng.normal(0, 10, (2, 10, 6))
    assert found("M14", scheme_of(), panel=two_kpis(noise[0] + season, noise[1] + season)) == []


@pytest.mark.parametrize(("people", "months"), [(7, 6), (10, 3)])
def test_m14_refuses_with_little_data(people: int, months: int) -> None:
    values = np.random.default_rng(7).normal(size=(people, months))
    said = refused("M14", scheme_of(), panel=two_kpis(values, values))
    assert "8 are needed" in said


def test_m16_a_groups_result_in_a_persons_score() -> None:
    shared = scheme_of(*SOUND[:4], measure("team", "knowledge_mastery", 0.15, level="team"))
    ((where, said),) = found("M16", shared)
    assert where == "measures.team.level" and "result of a team in the score of a person" in said
    assert "15 % of the weight (15 % of all weight is shared)" in said
    own = scheme_of(*SOUND[:4], measure("team", "knowledge_mastery", 0.15, level="individual"))
    assert found("M16", own) == found("M16", scheme_of()) == []
    assert found("M16", scheme_of(level="team")) == []


def test_m16_a_kpi_made_for_a_team_is_measured_for_the_team() -> None:
    """M10 advises it; so M16 must not object."""
    shared = scheme_of(*SOUND[:4], measure("team", "customer_satisfaction", 0.15, level="team"))
    assert found("M16", shared) == [] == found("M10", shared)

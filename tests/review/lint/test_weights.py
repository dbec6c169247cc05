"""W: each rule on the sound scheme and on one with other weights."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from tests.review.lint.made import MONTHS, SOUND, client, found, refused, scheme_of, weighing
from tests.review.lint.test_measures import paying
from toolkit.data.spec import Objective
from toolkit.design.weights.acting.shares import acting_shares
from toolkit.scheme.curve import Curve
from toolkit.scheme.items import Veto
from toolkit.scheme.parts import Gate
from toolkit.scheme.pay import PayPlan
from toolkit.scheme.rates import RatePlan

CURVE = Curve("score", ((60, 0.0), (100, 1.0)))


def test_w01_a_weight_too_small() -> None:
    small = weighing(0.36, 0.15, 0.15, 0.30, 0.04)
    assert found("W01", small) == [
        ("measures.knowledge.weight", "Knowledge mastery weighs 4 %, less than 5 %")
    ]
    assert found("W01", weighing(0.35, 0.15, 0.15, 0.30, 0.05)) == found("W01", scheme_of()) == []
    assert "权重 4%，低于 5%" in found("W01", small, language="zh")[0][1]
    assert len(found("W01", scheme_of(), limits={"W01": {"least": 0.16}})) == 3


def test_w09_a_rather_small_weight() -> None:
    ((where, said),) = found("W09", weighing(0.35, 0.15, 0.15, 0.275, 0.075))
    assert where == "measures.knowledge.weight" and said.startswith(
        "Knowledge mastery weighs 7.5 %; below 10 %"
    )
    assert len(found("W09", weighing(0.35, 0.15, 0.15, 0.30, 0.05))) == 1
    assert found("W09", weighing(0.36, 0.15, 0.15, 0.30, 0.04)) == []  # W01
    assert found("W09", weighing(0.35, 0.15, 0.15, 0.25, 0.10)) == []


def test_w02_too_little_money_on_one_of_many_measures() -> None:
    ((where, said),) = found("W02", scheme_of(pay=paying(0.5, 0.2, 0.2, 0.1)))
    assert where == "pay.measures.service.share"
    assert said == "4 measures pay and After-sales service score has 10 % of the money, less than 20 %"
    assert found("W02", scheme_of(pay=paying(0.6, 0.3, 0.1))) == []  # three measures
    assert found("W02", scheme_of(pay=paying(0.25, 0.25, 0.25, 0.25))) == []
    by_score = [where for where, _ in found("W02", scheme_of())]
    assert by_score == [f"measures.{name}.weight" for name in ("margin", "visits", "knowledge")]
    commission = PayPlan(rates=(RatePlan(of="revenue", rate=0.01),))
    assert found("W02", scheme_of(pay=commission)) == []  # a rate is no share


def test_w03_one_measure_decides_the_score() -> None:
    ((where, said),) = found("W03", weighing(0.60, 0.10, 0.10, 0.10, 0.10))
    assert where == "measures.revenue.weight" and said.startswith("Net sales weighs 60 %, 60 % or more: it")
    assert found("W03", weighing(0.55, 0.15, 0.10, 0.10, 0.10)) == []
    assert found("W03", scheme_of(dataclasses.replace(SOUND[0], weight=1.0))) == []  # nothing beside it


def test_w04_all_weights_are_equal() -> None:
    ((where, said),) = found("W04", weighing(0.2, 0.2, 0.2, 0.2, 0.2))
    assert where == "measures" and said == "all 5 measures weigh the same (20 %): the scheme says no priority"
    assert len(found("W04", weighing(1 / 3, 1 / 3, 1 / 3))) == 1
    assert len(found("W04", weighing(0.334, 0.333, 0.333))) == 1  # thirds as one writes them
    assert found("W04", weighing(0.5, 0.5)) == found("W04", scheme_of()) == []


def test_w05_weights_that_are_not_round() -> None:
    ((where, said),) = found("W05", weighing(0.413, 0.262, 0.15, 0.10, 0.075))
    assert where == "measures.revenue.weight" and said.startswith("3 weights are not in steps of 5 %")
    assert "Net sales 41.3 %, Gross margin rate 26.2 % and Knowledge mastery 7.5 %" in said
    assert found("W05", scheme_of()) == []
    assert found("W05", weighing(0.55, 0.30, 0.15)) == []  # 0.55 ÷ 0.05 is no whole number in binary


def test_w06_weights_against_the_order_of_the_objectives() -> None:
    goals = (Objective("sales", 0.2, "net_sales"), Objective("care", 0.3, "service_score"),
             Objective("grow", 0.4, "net_sales"), Objective("be liked", 0.1))  # fmt: skip
    turned = weighing(0.25, 0.15, 0.15, 0.30, 0.15)
    ((where, said),) = found("W06", turned, client=client(objectives=goals))
    assert where == "measures.revenue.weight"
    assert "Net sales (60 %) comes before After-sales service score (30 %)" in said
    assert said.endswith("25 % against 30 %")
    assert found("W06", scheme_of(), client=client(objectives=goals)) == []
    even = (Objective("sales", 0.5, "net_sales"), Objective("care", 0.5, "service_score"))
    assert found("W06", turned, client=client(objectives=even)) == []
    assert found("W06", turned, client=client(objectives=())) == []


def card(scores: dict[str, np.ndarray], **more: object) -> pd.DataFrame:
    """A scorecard of measure → scores by person and month."""
    rows = [
        (f"p{i}", MONTHS[t], name, x)
        for name, table in scores.items()
        for i, row in enumerate(table)
        for t, x in enumerate(row)
    ]
    table = pd.DataFrame(rows, columns=["participant", "period", "measure", "score"])
    return table.assign(**({"scheme": "field_sales@2026-01"} | more))


def flat(people: int, months: int = 6) -> dict[str, np.ndarray]:
    return {m.name: np.full((people, months), 100.0) for m in SOUND}


def test_w07_a_measure_on_which_all_score_alike_decides_nothing() -> None:
    scores = flat(10)
    scores["revenue"] = np.tile(np.arange(10.0)[:, None], 6) + np.arange(6)
    hits = dict(found("W07", scheme_of(), scorecard=card(scores)))
    assert set(hits) == {f"measures.{m.name}.weight" for m in SOUND}
    assert "Net sales weighs 35 % and makes 100 % of the differences" in hits["measures.revenue.weight"]
    assert hits["measures.visits.weight"].endswith(
        "makes 0 % of the differences between people's scores in one month "
        "(90 % interval 0 % to 0 %; 60 scores of 10 people), outside 8 % to 30 %"
    )


def test_w07_is_silent_where_weights_act_as_agreed_or_may() -> None:
    rng = np.random.default_rng(2)
    alike = {m.name: rng.normal(100, 10 / m.weight**0.5, (200, 12)) for m in SOUND}  # shares = weights
    assert found("W07", scheme_of(), scorecard=card(alike)) == []
    # One person alone makes a share of two thirds: nothing is sure, nothing is said.
    lone = {name: rng.normal(100, 10 / SOUND[0].weight ** 0.5, (10, 6)) for name in alike}
    lone["knowledge"][0] += np.array([400, -400, 400, -400, 400, -400])
    said = dict(found("W07", scheme_of(), scorecard=card(lone)))
    assert "measures.knowledge.weight" not in said


def test_w07_says_nothing_of_a_share_whose_interval_reaches_the_limit() -> None:
    """Near half the weight the share alone would flag one firm in two; its interval has to lie below."""
    rng = np.random.default_rng(9)
    near = {m.name: rng.normal(100, 10 / m.weight**0.5, (12, 6)) for m in SOUND}
    near["margin"] = 100 + (near["margin"] - 100) * 0.5  # a share near 6 % for a weight of 15 %
    value, _, high, _, _ = acting_shares(
        card(near).pivot(index=["participant", "period"], columns="measure", values="score")
        * pd.Series({m.name: m.weight for m in SOUND})
    )
    at = sorted(near).index("margin")
    assert value[at] < 0.075 < high[at]
    assert "measures.margin.weight" not in dict(found("W07", scheme_of(), scorecard=card(near)))


@pytest.mark.parametrize(("people", "months"), [(9, 12), (11, 5)])
def test_w07_refuses_with_few_scores(people: int, months: int) -> None:
    said = refused("W07", scheme_of(), scorecard=card(flat(people, months)))
    assert f"{people * months} complete scores of {people} people" in said and "60 of 10 people" in said


def test_w07_leaves_out_incomplete_scores_other_grains_and_other_schemes() -> None:
    whole = flat(10)
    whole["visits"][0, 0] = np.nan
    assert refused("W07", scheme_of(), scorecard=card(whole)).startswith("59 complete scores")
    quarters = card(flat(10)).assign(period="2025-Q1")
    assert refused("W07", scheme_of(), scorecard=quarters).startswith("0 complete")
    assert refused("W07", scheme_of(), scorecard=card(flat(10), scheme="x@1")).startswith("0 complete")


def test_w08_a_heavy_measure_that_is_a_gate_as_well() -> None:
    gated = scheme_of(pay=PayPlan(curve=CURVE, gates=(Gate("revenue", 0.7, 0), Gate("service", 0.5, 0))))
    ((where, said),) = found("W08", gated)
    assert where == "pay.gates.revenue" and said.startswith("Net sales weighs 35 % and below 70 % attainment")
    vetoed = scheme_of(vetoes=(Veto(measure="revenue", below=0.4, pays=0),))
    assert [where for where, _ in found("W08", vetoed)] == ["vetoes.revenue"]
    assert found("W08", scheme_of()) == []
    assert len(found("W08", gated, limits={"W08": {"heavy": 0.2}})) == 2

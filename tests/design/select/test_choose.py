"""A whole choice on tables made by hand: the set, the reasons in words, what is kept, what is refused."""

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import toolkit as tk
from tests.design.select.brute import Brute, random_case
from tests.design.select.frames import pairs, screened, screening
from toolkit.assets import asset
from toolkit.design.select import Brief, Selection, load_selection, save_selection, select
from toolkit.design.select.brief import DataCost
from toolkit.design.select.every import Every
from toolkit.design.select.explain import binding
from toolkit.design.select.program import UNIT, Wish, program
from toolkit.design.select.robust import inclusion
from toolkit.design.select.solve import Milp, searcher
from toolkit.errors import DataError, NotEnoughData

FREE = dict.fromkeys(("result", "process", "quality", "growth"), (0, 9))
CANDIDATES = ("net_sales", "average_deal_size", "win_rate", "visits", "calls", "customer_satisfaction")
NOTHING = screening(screened(), pairs())


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The sample before its employees were asked."""
    folder = tmp_path_factory.mktemp("unasked") / "manufacturer"
    left_out = shutil.ignore_patterns("answers", "decisions", "__pycache__")
    shutil.copytree(asset("templates", "engagements", "manufacturer"), folder, ignore=left_out)
    return tk.load_engagement(folder)


def brief(**more: Any) -> Brief:
    given = {"candidates": CANDIDATES, "count": (3, 3), "categories": FREE, "leading": 0, "result": 0}
    return Brief(**{**given, **more})


def chosen(client: Any, said: Brief, found: Any = NOTHING, **more: Any) -> Selection:
    return select(client, said, found, **{"draws": 20, "language": "en", **more})


def why(selection: Selection, kpi: str) -> str:
    return str(selection.table.set_index("kpi").loc[kpi, "reason"])


def test_values_by_hand(client: Any) -> None:
    """net_sales: fit 1 × .3, reliability .5 × .15, control .6 × .15, validity .1, the rest .5 × .1 each."""
    table = chosen(client, brief()).table.set_index("kpi")
    assert table.loc["net_sales", "value"] == pytest.approx(0.3 + 0.075 + 0.09 + 0.1 + 0.15)
    assert table.loc["visits", "value"] == pytest.approx(0 + 0.075 + 0.09 + 0.05 + 0.15)
    gained = 0.4 * 0.3 - (0.6 - 0.45) * 0.15  # serves objective 3, but is made for a team
    assert table.loc["customer_satisfaction", "value"] - table.loc["visits", "value"] == pytest.approx(gained)


def test_kpis_that_pay_one_thing_twice_are_kept_apart_unless_the_client_wants_both(client: Any) -> None:
    apart = chosen(client, brief(count=(6, 6), candidates=(*CANDIDATES, "new_customers")))
    assert "average_deal_size" not in apart.best and "net_sales" in apart.best
    assert "by its formula it would pay the same thing as Net sales" in why(apart, "average_deal_size")
    both = chosen(client, brief(count=(6, 6), may_stand_together=(("net_sales", "average_deal_size"),)))
    assert {"net_sales", "average_deal_size"} <= set(both.best)


def test_kpis_that_move_as_one_are_kept_apart(client: Any) -> None:
    found = screening(screened(), pairs(("win_rate", "net_sales", 0.9, "fail")))
    apart = chosen(client, brief(), found)
    assert "win_rate" not in apart.best and "in the data it moves as one with Net sales" in why(
        apart, "win_rate"
    )


def test_overlap_is_paid_for_by_lambda_and_rho(client: Any) -> None:
    """ρ .6 at λ .3 costs .18; .2 and less cost nothing, and a sign makes no difference."""
    free = chosen(client, brief())
    said = brief(must_have=free.best)
    for rho, cost in ((0.6, 0.18), (-0.6, 0.18), (0.2, 0.0), (np.nan, 0.0)):
        found = screening(screened(), pairs((free.best[1], free.best[0], rho, "ok")))
        assert chosen(client, said, found).value == pytest.approx(free.value - cost)
    against = screening(screened(), pairs((free.best[1], free.best[0], -0.6, "ok")))
    assert "(ρ −0.60)" in why(chosen(client, said, against), free.best[0])


def test_data_that_are_not_there_cost(client: Any) -> None:
    """It is not measured in the sample: one point by default, at γ .02; nor has it data: 0 × .1."""
    said = brief(candidates=(*CANDIDATES, "stage_conversion"), must_have=("stage_conversion",))
    facts = chosen(client, said).facts.set_index("kpi")
    assert facts.loc["stage_conversion", "cost"] == 1 and facts.loc["visits", "cost"] == 0
    dear = dataclasses.replace(said, data_cost=DataCost(most=12, each={"stage_conversion": 5}))
    assert chosen(client, said).value - chosen(client, dear).value == pytest.approx(4 * 0.02)
    with pytest.raises(DataError, match="data cost of at most 2 points"):
        chosen(client, dataclasses.replace(said, data_cost=DataCost(most=2, each={"stage_conversion": 5})))


def test_reasons_name_the_loss_the_replacement_and_the_break_even(client: Any) -> None:
    """The three of greatest value are in; calls would have to be worth as much as the least of them."""
    found = chosen(client, brief())
    table = found.table.set_index("kpi")
    last = table[table["chosen"]]["value"].min()
    calls = table.loc["calls"]
    assert calls["break_even"] == pytest.approx(last, abs=1e-4)
    assert calls["marginal_value"] == pytest.approx(last - calls["value"], abs=1e-4)
    assert f"would need a value of {last:.2f} instead of {calls['value']:.2f}" in why(found, "calls")
    assert "serves objective 1" in why(found, "net_sales") and "without it the set loses" in why(
        found, "net_sales"
    )
    assert "nobody has named an objective" in why(found, "visits")


def test_what_a_wish_costs_is_told(client: Any) -> None:
    free = chosen(client, brief())
    forced = chosen(client, brief(must_have=("calls",)))
    lost = free.value - forced.value
    assert "calls" not in free.best and lost > 0
    table = forced.table.set_index("kpi")
    assert table.loc["calls", "marginal_value"] == pytest.approx(-lost)
    costs = forced.binding.set_index("row")["gain"]
    assert costs["must_have:calls"] == pytest.approx(lost)
    assert "the brief wants it in any case" in why(forced, "calls")
    excluded = chosen(client, brief(exclude=("net_sales",)))
    assert "the brief excludes it" in why(excluded, "net_sales")
    assert "exclude:net_sales" in set(excluded.binding["row"])


def test_runners_up_say_how_they_differ(client: Any) -> None:
    found = chosen(client, brief())
    for one in found.runners_up:
        joins = {k[1:] for k in one.differs_in if k[0] == "+"}
        leaves = {k[1:] for k in one.differs_in if k[0] == "-"}
        assert set(one.kpis) == (set(found.best) | joins) - leaves and len(joins | leaves) >= 2
        assert one.value <= found.value
    worths = [one.value for one in found.runners_up]
    assert worths == sorted(worths, reverse=True) and len(worths) == 5


def test_weak_and_unreliable_kpis_can_be_limited(client: Any) -> None:
    rows = [
        {"kpi": k, "test": "reliability", "value": v, "verdict": verdict}
        for k, v, verdict in (
            ("net_sales", 0.9, "warn"),
            ("win_rate", 0.9, "warn"),
            ("average_deal_size", 0.9, "fail"),
        )
    ]
    found = screening(screened(*rows), pairs())
    limited = chosen(client, brief(weak=1, unreliable=0), found)
    assert len({"net_sales", "win_rate"} & set(limited.best)) == 1 and "average_deal_size" not in limited.best
    forced = chosen(client, brief(must_have=("average_deal_size",)), found)
    assert forced.unreliable == ("average_deal_size",)


def test_too_few_candidates_are_refused(client: Any) -> None:
    with pytest.raises(NotEnoughData, match="only 2 can be chosen, fewer than the 3"):
        chosen(client, brief(candidates=("net_sales", "visits")))
    with pytest.raises(NotEnoughData, match="only 1 can be chosen, fewer than the 5"):
        select(client, Brief(candidates=("net_sales",)), NOTHING)
    with pytest.raises(NotEnoughData):
        chosen(client, brief(candidates=("visits",), exclude=("visits",), count=(0, 3)))


def test_one_kpi_is_a_choice_where_one_is_wanted(client: Any) -> None:
    one = chosen(client, brief(candidates=("visits",), count=(1, 1)))
    assert one.best == ("visits",) and one.runners_up == ()


def test_a_brief_that_no_set_meets_names_the_wishes(client: Any) -> None:
    with pytest.raises(DataError) as refused:
        chosen(client, brief(count=(3, 3), must_have=("net_sales", "average_deal_size")))
    codes = [p.code for p in refused.value.problems]
    assert codes[:1] == ["select.infeasible"] and codes.count("select.wish.must_have") == 2
    assert "select.wish.linked" in codes and "select.give_up" in codes


def test_the_sentences_come_in_both_languages(client: Any) -> None:
    found = chosen(client, brief(must_have=("calls",)))
    chinese = found.told_in("zh")
    assert why(chinese, "calls").startswith("入选：任务书要求必选") and why(found, "calls").startswith("In: ")
    assert chinese.binding["words"].str.contains("代价").all()


def test_a_choice_is_kept_and_read_back_equal_and_grows_stale(client: Any, tmp_path: Path) -> None:
    folder = tmp_path / "client"
    shutil.copytree(
        client.folder, folder, ignore=shutil.ignore_patterns("kpi_brief.yaml", "answers", "decisions")
    )
    own = tk.load_engagement(folder)
    assert load_selection(own) is None
    found = chosen(own, brief(must_have=("calls",)))
    path = save_selection(own, found)
    assert path.relative_to(own.folder).as_posix() == "decisions/kpis.yaml"
    again = load_selection(own, "en")
    assert again is not None and not again.stale
    assert again.best == found.best and again.value == found.value and again.runners_up == found.runners_up
    pd.testing.assert_frame_equal(again.table, found.table, check_exact=False, atol=1e-6)
    pd.testing.assert_frame_equal(again.binding, found.binding, check_exact=False, atol=1e-6)
    pd.testing.assert_frame_equal(again.criteria, found.criteria, check_exact=False, atol=1e-6)
    assert again.problem == found.problem and "engagement.yaml" in again.inputs
    assert not any(name.startswith("schemes/") for name in again.inputs)
    (own.folder / "kpi_brief.yaml").write_text("count: [5, 6]\n", encoding="utf-8")
    changed = load_selection(own)
    assert changed is not None and changed.stale and why(changed, "calls").startswith("入选")
    path.write_text("schema: kpi-selection/1\nbest: 3\n", encoding="utf-8")
    with pytest.raises(DataError, match="no saved choice"):
        load_selection(own)


def test_an_unknown_kpi_is_refused_before_anything_is_screened(client: Any) -> None:
    with pytest.raises(DataError, match="net_sale"):
        select(client, Brief(must_have=("net_sale",)))


def test_inclusion_hangs_on_the_name_and_the_seed_alone() -> None:
    one = Wish("count_most", np.ones(3), high=1)
    value = {"a": 0.5, "b": 0.45, "c": 0.3}
    tables = []
    for order in ("abc", "cab"):
        search = searcher(program(order, [value[k] for k in order], wishes=[one]))
        tables.append(inclusion(search, np.full(3, 0.1), seed=3).set_index("kpi").loc[list("abc")])
    pd.testing.assert_frame_equal(*tables)
    assert tables[0]["inclusion_frequency"].sum() == pytest.approx(1)
    other = inclusion(search, np.full(3, 0.1), seed=4).set_index("kpi").loc[list("abc")]
    assert not np.array_equal(other["inclusion_frequency"], tables[0]["inclusion_frequency"])


def test_inclusion_is_near_the_probability_it_estimates() -> None:
    """Two values .5 and .45, sd .1 each: P(a first) = Φ(.05 ÷ (.1 √2)) = .638."""
    one = Wish("count_most", np.ones(2), high=1)
    search = searcher(program("ab", [0.5, 0.45], wishes=[one]))
    found = inclusion(search, np.full(2, 0.1), draws=4000).iloc[0]
    assert (
        found["inclusion_frequency"] == pytest.approx(0.638, abs=0.02)
        and found["low"] < 0.638 < found["high"]
    )


def test_both_searches_give_the_same_inclusion() -> None:
    case = random_case(11, 14)
    task, sd = case.program(), np.full(len(case.names), 0.05)
    both = [inclusion(kind(task), sd, draws=25) for kind in (Every, Milp)]
    pd.testing.assert_frame_equal(*both)


@pytest.mark.parametrize("seed", [1, 2, 3, 6, 7, 8, 11, 12])
def test_a_wish_costs_what_brute_force_gains_without_it(seed: int) -> None:
    """Of the wishes about the count: the brief with the count freed, searched set by set."""
    case = random_case(seed, 10)
    search = Every(case.program())
    best = search.best()
    if best is None:
        assert not Brute(case).feasible().any()
        return
    said = {b.wish.name: b.gain for b in binding(search, best)}
    freed = dataclasses.replace(case, brief=dataclasses.replace(case.brief, count=(case.brief.count[0], 18)))
    order = Brute(freed).order()
    assert said.get("count_most", 0.0) == pytest.approx((order[0][0] - best.worth) / UNIT)

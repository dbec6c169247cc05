"""D, what past values say of the measures."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from tests.review.lint.made import MONTHS, client, found, measure, panel, refused, scheme_of
from toolkit.review.lint.evidence.history import together

SALES = scheme_of(measure("revenue", "net_sales", 1.0))
NONE = float("nan")


def filled(share: int) -> pd.DataFrame:
    """Ten months of ten people, `share` of each ten with a value; the last person never has one."""
    months = [*MONTHS[:10]]
    values = {f"p{i}": [1.0 + i + t if i < share else NONE for t in range(10)] for i in range(10)}
    return panel("net_sales", values, months)


def test_d02_many_blanks() -> None:
    ((where, said),) = found("D02", SALES, panel=filled(7))
    assert where == "measures.revenue.kpi"
    assert said == (
        "Net sales has a value in 70.0 % of 100 person-periods (one month each), below 80 %; "
        "30 are blank, and 3 people never have one"
    )
    assert found("D02", SALES, panel=filled(8)) == found("D02", SALES, panel=filled(10)) == []


def test_d13_some_blanks() -> None:
    ((where, said),) = found("D13", SALES, panel=filled(8))
    assert where == "measures.revenue.kpi" and "80.0 % of 100" in said and "below 95 %" in said
    assert found("D13", SALES, panel=filled(7)) == found("D13", SALES, panel=filled(10)) == []
    assert found("D13", SALES, panel=filled(8), limits={"D13": {"good": 0.8}}) == []


def test_blanks_that_are_no_gap_and_people_who_are_not_meant() -> None:
    waiting = filled(7)
    waiting.loc[waiting["value"].isna(), "missing"] = "cohort_open"
    away = filled(7)
    away.loc[away["value"].isna(), "exposure"] = 0.0
    assert found("D02", SALES, panel=waiting) == found("D02", SALES, panel=away) == []
    roster = pd.DataFrame({"participant": [f"p{i}" for i in range(10)], "role": ["a"] * 7 + ["b"] * 3})
    for role, n in (("a", 0), ("b", 1)):
        own = scheme_of(measure("revenue", "net_sales", 1.0), applies_to={"role": (role,)})
        assert len(found("D02", own, panel=filled(7), participants=roster)) == n
    strangers = client()  # whose roster has nobody of the panel
    assert "no past values" in refused("D02", SALES, panel=filled(7), client=strangers)


def test_one_measure_refused_does_not_silence_the_others() -> None:
    both = scheme_of(measure("revenue", "net_sales", 0.5), measure("visits", "visits", 0.5))
    assert [where for where, _ in found("D02", both, panel=filled(7))] == ["measures.revenue.kpi"]
    assert "calls" in refused("D02", scheme_of(measure("c", "calls", 1.0)), panel=filled(7))
    rated = scheme_of(measure("work", "task_completion", 1.0, raters={"manager": 1.0}))
    assert found("D02", rated, panel=filled(7)) == []


def cases(kpi: str, below: list[float], rows: list[int]) -> pd.DataFrame:
    values = {f"p{i}": [0.5] for i in range(len(below))}
    return panel(kpi, values, ["2025-Q1"], denominator=below, rows=rows)


def test_d04_a_share_of_few_cases() -> None:
    rate = scheme_of(measure("rate", "win_rate", 1.0))
    ((where, said),) = found("D04", rate, panel=cases("win_rate", [4.0, 6.0, 8.0, 0.0], [9, 9, 9, 9]))
    assert where == "measures.rate.kpi"
    assert "6 cases in one quarter at the median (3 values), fewer than 10" in said
    assert "makes 17 % of the value" in said
    assert found("D04", rate, panel=cases("win_rate", [10.0, 10.0, 4.0], [1, 1, 1])) == []
    money = scheme_of(measure("cash", "collection_rate", 1.0))  # its denominator is money: rows are counted
    assert len(found("D04", money, panel=cases("collection_rate", [1e6] * 3, [2, 5, 6]))) == 1
    assert found("D04", money, panel=cases("collection_rate", [3.0] * 3, [12, 15, 16])) == []
    sheet = pd.DataFrame({"participant": ["p0"], "period": ["2025-Q1"], "kpi": ["collection_rate"]})
    roster = pd.DataFrame({"participant": ["p0", "p1", "p2"]})
    told = client(kpi_values=sheet, participants=roster)  # one row a value: how many cases nobody knows
    assert found("D04", money, panel=cases("collection_rate", [1e6] * 3, [1, 1, 1]), client=told) == []
    taught = scheme_of(measure("k", "knowledge_mastery", 1.0))
    assert found("D04", taught, panel=cases("knowledge_mastery", [1.0] * 3, [1, 1, 1])) == []
    assert "no past values" in refused("D04", rate, panel=cases("win_rate", [0.0], [0]))


def test_d05_mostly_luck() -> None:
    signs = np.array([[1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1], [-1, 1, -1, 1]])
    luck = {f"p{i}": 100 + 10 * signs[i % 4] * (1 if i < 4 else -1) for i in range(8)}  # every mean is 100
    ((where, said),) = found("D05", SALES, panel=panel("net_sales", luck))
    assert where == "measures.revenue.kpi"
    assert "over one quarter, about 0 % would repeat" in said and "8 people, 4 months" in said
    assert said.endswith("for 70 % a mean of more than ten years would be needed, more than 4 pay periods")
    skill = {f"p{i}": 100 * (i + 1) + 10 * signs[i % 4] for i in range(8)}
    assert found("D05", SALES, panel=panel("net_sales", skill)) == []


def test_d05_counts_the_periods_that_pay_holds() -> None:
    """An ICC near .15 takes .7 × .85 ÷ (.3 × .15) = 13 months: more than 3 quarters, less than 3 years."""
    rng = np.random.default_rng(11)
    lasting, noise = rng.normal(0, 1, 60), rng.normal(0, (0.85 / 0.15) ** 0.5, (60, 12))
    lasting, noise = lasting / lasting.std(), noise - noise.mean(axis=1, keepdims=True)
    table = dict(zip((f"p{i}" for i in range(60)), 50 + lasting[:, None] + noise, strict=True))
    ((_, said),) = found("D05", SALES, panel=panel("net_sales", table), limits={"D05": {"times": 3}})
    assert "60 people, 12 months" in said
    yearly = scheme_of(measure("revenue", "net_sales", 1.0), pay_every="year")
    assert found("D05", yearly, panel=panel("net_sales", table), limits={"D05": {"times": 3}}) == []


@pytest.mark.parametrize(("people", "months"), [(7, 12), (20, 3)])
def test_d05_refuses_with_little_data(people: int, months: int) -> None:
    rng = np.random.default_rng(1)
    few = {f"p{i}": rng.normal(size=months) for i in range(people)}
    assert "8 are needed" in refused("D05", SALES, panel=panel("net_sales", few))


def test_d10_nobody_differs() -> None:
    same = {f"p{i}": [50.0, 60.0, 70.0] for i in range(4)}
    ((where, said),) = found("D10", SALES, panel=panel("net_sales", same))
    assert where == "measures.revenue.kpi" and "deviation 0.0 % of its mean" in said
    assert "(12 values of 4 people)" in said
    # Values 98 and 102 in every month: √(4 × 2² × 3 ÷ (12 − 3)) = 2.31 on a mean of 100.
    apart = {f"p{i}": [98.0 + 4 * (i % 2)] * 3 for i in range(4)}
    assert found("D10", SALES, panel=panel("net_sales", apart)) == []
    assert (
        "2.3 %"
        in found("D10", SALES, panel=panel("net_sales", apart), limits={"D10": {"spread": 0.03}})[0][1]
    )
    nothing = {f"p{i}": [0.0, 0.0, 0.0] for i in range(4)}
    assert len(found("D10", SALES, panel=panel("net_sales", nothing))) == 1


def test_d10_refuses_with_little_data() -> None:
    said = refused("D10", SALES, panel=panel("net_sales", {f"p{i}": [1.0] * 11 for i in range(2)}))
    assert "at least 3 people" in said and "12 are needed" in said


def company(values: dict[str, list[float]]) -> pd.DataFrame:
    people = panel("net_sales", values)
    total = people.groupby("period", as_index=False)["value"].sum()
    return pd.concat(
        [people, total.assign(participant="company", level="company", kpi="net_sales", exposure=9.0)]
    )


def test_d11_a_value_beyond_belief() -> None:
    crowd = {f"p{i}": [100.0, 100.0] for i in range(5)}
    ((where, said),) = found("D11", SALES, panel=company(crowd | {"p5": [1500.0, 100.0]}))
    assert where == "measures.revenue.kpi"
    assert "p5 has 75 % of the whole company's in January 2025, among 6 people; values above 50 %: 1" in said
    assert found("D11", SALES, panel=company(crowd | {"p5": [500.0, 100.0]})) == []  # half is not more
    assert found("D11", SALES, panel=company({f"p{i}": [100.0] for i in range(4)} | {"p5": [900.0]})) == []
    rate = scheme_of(measure("rate", "win_rate", 1.0))  # rates do not add up to the company's
    assert found("D11", rate, panel=company(crowd | {"p5": [1500.0, 100.0]})) == []


def test_together_against_scipy_and_leaving_out_one_person_after_the_other() -> None:
    rng = np.random.default_rng(8)
    first, noise = rng.normal(size=(9, 5)), rng.normal(size=(9, 5))
    names = [f"p{i}" for i in range(9)]
    tables = [panel("k", dict(zip(names, x, strict=True)), MONTHS[:5]) for x in (first, first + noise)]
    found_ = together(*tables)
    x, y = ((t - t.mean(axis=0)).ravel() for t in (first, first + noise))
    assert found_.value == pytest.approx(spearmanr(x, y).statistic) and found_.n == 9
    ranks = [pd.Series(v).rank().to_numpy().reshape(9, 5) for v in (x, y)]
    z = [np.arctanh(np.corrcoef(*(np.delete(r, i, axis=0).ravel() for r in ranks))[0, 1]) for i in range(9)]
    reach = 1.859548 * np.sqrt(8 / 9 * ((z - np.mean(z)) ** 2).sum())  # t table: 8 df, 95 %
    expected = np.tanh(np.arctanh(found_.value) + np.array([-reach, reach]))
    assert [found_.low, found_.high] == pytest.approx(expected, rel=1e-6)

"""M, number and kinds of measures: each rule on the sound scheme and on one spoilt in one place."""

import dataclasses
import datetime as dt

import pytest

from tests.review.lint.made import ALL, SOUND, client, found, measure, scheme_of
from toolkit.assets import asset
from toolkit.data.load import load_engagement
from toolkit.data.spec import Objective
from toolkit.review.lint.lint import linted
from toolkit.scheme.curve import Curve
from toolkit.scheme.items import Veto
from toolkit.scheme.load import load_schemes
from toolkit.scheme.matrix import Matrix
from toolkit.scheme.parts import Gate, MeasurePay, Modifier
from toolkit.scheme.pay import PayPlan
from toolkit.scheme.rates import RatePlan
from toolkit.scheme.scheme import Effective, Schemes
from toolkit.scheme.scoring import Scoring

LINE = Curve("attainment", ((0.8, 0.5), (1.0, 1.0)))


def paying(*shares: float) -> PayPlan:
    """Shares of the target incentive for the first of the sound measures."""
    named = zip((m.name for m in SOUND), shares, strict=False)
    return PayPlan(measures={name: MeasurePay(share=share, curve=LINE) for name, share in named})


def test_nothing_is_found_in_the_design_of_the_sound_scheme() -> None:
    result = linted(scheme_of(), packs=("core", "cn"), select=["M", "W", "D"])
    assert result.findings.empty
    assert set(result.skipped["code"]) == {
        *("M09", "M14", "W06", "W07"),
        *("D01", "D02", "D03", "D04", "D05", "D09", "D10", "D11", "D13"),
    }


def test_m01_too_few_kpis() -> None:
    few = scheme_of(*(dataclasses.replace(m, weight=0.25) for m in SOUND[:4]))
    assert found("M01", few) == [("measures", "the scheme has 4 KPIs with a weight; 5 to 8 are advised")]
    alone = scheme_of(dataclasses.replace(SOUND[0], weight=1.0))
    assert found("M01", alone)[0][1].startswith("the scheme has one KPI")
    assert found("M01", few, limits={"M01": {"least": 4}}) == found("M01", scheme_of()) == []


def test_m02_too_many_kpis() -> None:
    def with_n(n: int) -> Schemes:
        kpis = ("net_sales", "visits", "calls", "follow_ups", "win_rate", "new_customers", "service_score",
                "knowledge_mastery", "open_pipeline")[:n]  # fmt: skip
        return scheme_of(*(measure(kpi, kpi, 1 / n) for kpi in kpis))

    ((where, said),) = found("M02", with_n(9))
    assert where == "measures" and "has 9 KPIs" in said and "11 % each" in said and "5 to 8" in said
    assert found("M02", with_n(8)) == []


def test_m03_too_many_measures_that_pay() -> None:
    ((where, said),) = found("M03", scheme_of())  # all five move the score, and the score the pay
    assert where == "pay" and said.startswith("5 measures") and "3 at most" in said
    ((_, chinese),) = found("M03", scheme_of(), language="zh")
    assert chinese.startswith("有 5 个指标影响奖金（净销售额（销售额）、毛利率、")
    assert found("M03", scheme_of(pay=paying(0.5, 0.3, 0.2))) == []
    assert len(found("M03", scheme_of(pay=paying(0.4, 0.2, 0.2, 0.2)))) == 1
    assert found("M03", scheme_of(), packs=("core", "cn")) == []


def test_m04_results_only() -> None:
    results = scheme_of(measure("a", "net_sales", 0.7), measure("b", "collection_rate", 0.3))
    ((where, said),) = found("M04", results)
    assert where == "measures" and "(Net sales and Cash collected against amounts due)" in said
    assert found("M04", scheme_of()) == []


def test_m05_a_category_is_missing_and_named() -> None:
    grown = scheme_of(*SOUND[:4], measure("calls", "calls", 0.15))
    ((where, said),) = found("M05", grown)
    assert where == "measures"
    assert said == "no KPI of the category: growth; there are: result 50 %, process 30 % and quality 20 %"
    assert "成长类" in found("M05", grown, language="zh")[0][1]
    assert found("M05", scheme_of()) == []
    assert found("M05", scheme_of(measure("a", "net_sales", 1.0))) == []  # M04 says it


def test_m06_no_leading_kpi() -> None:
    late = scheme_of(measure("a", "net_sales", 0.5), measure("b", "service_score", 0.5))
    ((where, said),) = found("M06", late)
    assert where == "measures" and "none of the 2 KPIs" in said
    led = scheme_of(measure("a", "net_sales", 0.5), measure("b", "knowledge_mastery", 0.5))
    assert found("M06", led) == []
    only_results = scheme_of(measure("a", "net_sales", 0.5), measure("b", "win_rate", 0.5))
    assert found("M06", only_results) == []  # M04


def test_m08_one_kpi_in_two_measures() -> None:
    twice = scheme_of(*SOUND[:4], measure("growth", "net_sales", 0.15))
    ((where, said),) = found("M08", twice)
    assert where == "measures.growth.kpi" and "(revenue and growth), with 50 % of the weight" in said
    watched = scheme_of(*SOUND, measure("growth", "net_sales", 0.0))
    assert found("M08", watched) == found("M08", scheme_of()) == []


def test_m09_an_objective_that_no_measure_serves() -> None:
    ((where, said),) = found("M09", scheme_of(), client=client())
    assert where == "measures"
    assert '"Sell at a margin" (40 % of the objectives\' weight); its KPI is Gross margin' in said
    both = scheme_of(*SOUND[1:], measure("money", "gross_margin", 0.1), measure("sales", "net_sales", 0.25))
    assert found("M09", both, client=client()) == []
    gated = scheme_of(
        *SOUND,
        measure("money", "gross_margin", 0.0),
        pay=PayPlan(curve=Curve("score", ((60, 0.0), (100, 1.0))), gates=(Gate("money", 0.8, 0),)),
    )
    assert found("M09", gated, client=client()) == []


def test_m09_looks_at_other_roles_and_at_when() -> None:
    goal = (Objective("Margin", kpi="gross_margin", horizon="2026-H1"), Objective("Be liked", horizon="soon"))
    one = scheme_of(applies_to={"role": ("hunter",)})["field_sales"]
    money = (measure("money", "gross_margin", 1.0),)
    other = dataclasses.replace(one, name="house", measures=money, applies_to={"role": ("manager",)})

    def serve(*items: object) -> list[tuple[str, str]]:
        schemes = dataclasses.replace(scheme_of(), items=items)
        return found("M09", schemes, client=client(objectives=goal), only=["field_sales"])

    assert serve(one, other) == []
    same_role = dataclasses.replace(other, applies_to={"role": ("hunter",)})
    long_over = dataclasses.replace(other, effective=Effective(dt.date(2020, 1, 1), dt.date(2020, 9, 9)))
    assert len(serve(one, same_role)) == len(serve(one, long_over)) == 1
    ended = dataclasses.replace(one, effective=Effective(dt.date(2025, 1, 1), dt.date(2025, 12, 31)))
    assert serve(ended) == []  # over before the half-year began


@pytest.mark.parametrize(
    ("plan", "more"),
    [
        ({"gates": (Gate("idle", 0.5, 0),)}, {}),
        ({"modifiers": (Modifier(measure="idle", curve=LINE),)}, {}),
        ({"modifiers": (Modifier(matrix=Matrix("idle", (0.0,), (0.0,), ((1.0,),), "revenue")),)}, {}),
        ({"rates": (RatePlan(of="idle", rate=0.01),)}, {}),
        ({}, {"vetoes": (Veto(measure="idle", below=0.5, pays=0),)}),
    ],
)
def test_m15_a_measure_without_effect(plan: dict, more: dict) -> None:
    idle = (*SOUND, measure("idle", "gross_margin", 0.0))
    curve = Curve("score", ((60, 0.0), (100, 1.0)))
    assert found("M15", scheme_of(*idle)) == [
        ("measures.idle.weight", "Gross margin has no weight, pays nothing, and is no gate, veto or modifier")
    ]
    assert found("M15", scheme_of(*idle, pay=PayPlan(curve=curve, **plan), **more)) == []
    read = measure("read", "calls", 0.15, scoring=Scoring(matrix=Matrix("idle", (0.0,), (0.0,), ((100.0,),))))
    assert found("M15", scheme_of(*SOUND[:4], read, idle[-1])) == []


def test_the_articles_own_scheme_breaks_its_own_advice() -> None:
    sample = load_engagement(asset("templates", "engagements", "manufacturer"))
    only = ["field_sales@2026-01"]
    result = linted(load_schemes(sample), client=sample, only=only, packs=ALL, select=["M", "W"]).findings
    said = dict(zip(result["code"], result["message"], strict=True))
    assert "4 KPIs" in said["M01"] and "category: growth" in said["M05"]
    assert "made for a team" in said["M10"] and "70 % attainment" in said["W08"]
    assert set(result["code"]) == {"M01", "M03", "M05", "M10", "W08"}

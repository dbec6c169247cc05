"""A scheme's rules in words: the sentences that a client's people will be held to."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import toolkit as tk
from tests.report.client import SCHEME, engagement, person
from toolkit.catalogue.kpi import Kpi
from toolkit.catalogue.load import load_catalogue
from toolkit.language import LANGUAGES
from toolkit.report.results import agreed_value, small
from toolkit.report.rules import coverage_words, scoring_words, target_words
from toolkit.report.rules_pay import pay_words
from toolkit.scheme.plain import build_scheme
from toolkit.scheme.scheme import Scheme

KPIS = load_catalogue()
RISING = {"of": "revenue", "by": "attainment", "tiers": [[0, 0.01], [1, 0.02]]}
THREE = {"threshold": [0.75, 50], "target": [1, 100], "excellence": [1.2, 150]}


def scheme(**changed: object) -> Scheme:
    return build_scheme({**SCHEME, **changed})


def with_measure(**changed: object) -> Scheme:
    """A scheme of one measure, the sales of `SCHEME` with other fields."""
    return scheme(
        measures=[{**SCHEME["measures"][0], "weight": 1, **changed}],
        pay={"rate": {"of": "revenue", "rate": 0.01}},
    )


def scoring(kpi: Kpi = KPIS["net_sales"], **changed: object) -> list[str]:
    made = with_measure(**changed)
    return [scoring_words(made.measures[0], made, kpi, language) for language in LANGUAGES]


@pytest.mark.parametrize(
    ("rule", "en", "zh"),
    [
        ({"proportional": {}}, "in proportion to attainment", "按达成率计分，不封顶"),
        (
            {"proportional": {"from": 0.6}},
            "in proportion to attainment, from 60 % up",
            "按达成率计分，60% 起，不封顶",
        ),
        (
            {"proportional": {"cap": 1.5}},
            "in proportion to attainment, capped at 150 %",
            "按达成率计分，150% 封顶",
        ),
        (
            {"proportional": {"from": 0.625, "cap": 1.2}},
            "in proportion to attainment, from 62.5 % up, capped at 120 %",
            "按达成率计分，62.5% 起，120% 封顶",
        ),
        (
            {"threshold_target_excellence": THREE},
            "75 % gives 50, 100 % gives 100, 120 % gives 150; in proportion in between",
            "75% 得 50 分、100% 得 100 分、120% 得 150 分；其间按直线折算",
        ),
        (
            {"bands": [[0, 30], [0.6, 60], [1, 100]]},
            "30 from 0 %, 60 from 60 %, 100 from 100 %",
            "0% 起得 30 分、60% 起得 60 分、100% 起得 100 分",
        ),
        (
            {"deduct": {"points": 2, "per": 0.01}},
            "100 points at 100 %; 2 points off for each 1 % short, not below 0",
            "达到 100% 得 100 分，每低 1% 扣 2 分，最低 0 分",
        ),
        (
            {"deduct": {"points": 1, "per": 0.005, "from": 0.95, "floor": 20}},
            "100 points at 95 %; 1 point off for each 0.5 % short, not below 20",
            "达到 95% 得 100 分，每低 0.5% 扣 1 分，最低 20 分",
        ),
        (
            {"curve": {"x": "actual", "points": [[6.5, 40], [8.2, 100]], "below": 10}},
            "6.5 gives 40, 8.2 gives 100; in proportion in between; 10 below the first point",
            "6.5 得 40 分、8.2 得 100 分；其间按直线折算；低于起点得 10 分",
        ),
        (
            {"curve": {"x": "attainment", "points": [[0.5, 50], [0.8, 80], [0.8, 90], [1, 100]]}},
            "50 % gives 50, 80 % gives 90 (just below it 80), 100 % gives 100; in proportion in between",
            "50% 得 50 分、80% 得 90 分（略低于此得 80 分）、100% 得 100 分；其间按直线折算",
        ),
    ],
)
def test_scoring_rules(rule: dict[str, Any], en: str, zh: str) -> None:
    kpi = KPIS["customer_satisfaction"] if rule.get("curve", {}).get("x") == "actual" else KPIS["net_sales"]
    assert scoring(kpi, scoring=rule) == [en, zh]


def test_points_of_another_scale_are_named_once() -> None:
    bands = {"bands": [[0, 5], [1, 20]]}
    assert scoring(scoring=bands, out_of=20) == [
        "5 from 0 %, 20 from 100 % (out of 20)",
        "0% 起得 5 分、100% 起得 20 分（满分 20 分）",
    ]
    assert scoring(scoring={"deduct": {"points": 2, "per": 0.01}}, out_of=20)[0].startswith(
        "20 points at 100 %"
    )


def test_attainment_that_is_not_actual_over_target_is_explained() -> None:
    complaints = KPIS["complaint_rate"]
    assert complaints.direction == "lower"
    plain = {"proportional": {"cap": 1.5}}
    assert [s.partition("capped at 150 %; ")[2] for s in scoring(complaints, scoring=plain)[:1]] == [
        "lower is better: attainment is 2 − actual ÷ target"
    ]
    assert scoring(complaints, scoring=plain, attainment="inverse")[1].endswith(
        "越低越好：达成率 = 目标 ÷ 实际"
    )
    floor = scoring(KPIS["net_sales"], scoring=plain, attainment={"range": -1000})
    assert floor[0].endswith("; attainment counts from a floor of −1,000 CNY") and floor[1].endswith(
        "自下限 −1,000 元 起算"
    )


@pytest.mark.parametrize(
    ("target", "en", "zh"),
    [
        ("table", "from the targets table", "按目标表"),
        ({"fixed": 250000}, "250,000 CNY a month", "每月 250,000 元"),
        ({"fixed": 250000, "per": "year"}, "250,000 CNY a year", "每年 250,000 元"),
        ({"growth": 0.1, "over": "previous_quarter"}, "+10 % on the quarter before", "环比 +10%"),
        (
            {"growth": 0.125, "over": "same_quarter_last_year", "otherwise": "table"},
            "+12.5 % on the same quarter last year; without one, from the targets table",
            "同比 +12.5%；无去年同期者按目标表",
        ),
        ({"hit_probability": 0.6}, "reached with a chance of 60 %", "按 60% 的达成概率"),
    ],
)
def test_targets(target: object, en: str, zh: str) -> None:
    made = with_measure(target=target)
    assert [target_words(made.measures[0], made, KPIS["net_sales"], language) for language in LANGUAGES] == [
        en,
        zh,
    ]


def test_a_fixed_target_of_a_share_has_no_period_and_the_digits_agreed() -> None:
    made = with_measure(target={"fixed": 0.225})
    assert target_words(made.measures[0], made, KPIS["win_rate"], "en") == "22.5 %"
    none = with_measure(target=None, scoring={"curve": {"x": "actual", "points": [[0, 0], [1, 100]]}})
    assert target_words(none.measures[0], none, KPIS["win_rate"], "zh") == "无"


@pytest.mark.parametrize(
    ("pay", "en", "zh"),
    [
        (
            {"curve": {"x": "score", "points": [[60, 0], [80, 0.5], [80, 0.6], [120, 1.5]]}},
            "Share of the target incentive paid: 0 % at a score of 60, 60 % at a score of 80 (just below it "
            "50 %), 150 % at a score of 120; in proportion in between, nothing below the first point, no "
            "more above the last.",
            "目标奖金发放比例：60 分发 0%、80 分发 60%（略低于此发 50%）、"
            "120 分发 150%；其间按直线折算，低于起点发 0，"
            "高于末点不再增加。",
        ),
        (
            {"curve": {"x": "score", "points": [[80, 0.8], [100, 1]], "below": 0.2}},
            "Share of the target incentive paid: 80 % at a score of 80, 100 % at a score of 100; in "
            "proportion in between, 20 % below the first point, no more above the last.",
            "目标奖金发放比例：80 分发 80%、100 分发 100%；"
            "其间按直线折算，低于起点发 20%，高于末点不再增加。",
        ),
        (
            {"rate": {"of": "revenue", "rate": "roster"}},
            "A commission on net sales at each person's own rate.",
            "按净销售额提成，提成比例见各人约定。",
        ),
        (
            {"rate": {"of": "revenue", "rate": 0.0075}},
            "A commission of 0.75 % on net sales.",
            "按净销售额的 0.75% 提成。",
        ),
        (
            {"rate": {**RISING, "tiers": [[0, 0.008], [1, 0.012]]}},
            "A commission on net sales, each part at the rate of its tier by attainment: "
            "0.8 % from 0 %, 1.2 % from 100 %.",
            "按净销售额提成，依达成率分段，各段适用本段提成比例：0% 起 0.8%、100% 起 1.2%。",
        ),
        (
            {"rate": {"of": "revenue", "by": "amount", "tiers": [[0, 0], [50000, 0.01]], "split": "none"}},
            "A commission on all of net sales at the rate of the tier reached by amount: "
            "0 % from 0, 1 % from 50,000.",
            "按净销售额全额提成，提成比例依所达金额档位：0 起 0%、50,000 起 1%。",
        ),
        (
            {"rate": {**RISING, "split": "interpolated"}},
            "A commission on all of net sales, the rate rising evenly by attainment: "
            "1 % from 0 %, 2 % from 100 %.",
            "按净销售额全额提成，提成比例随达成率均匀变化：0% 起 1%、100% 起 2%。",
        ),
    ],
)
def test_pay(pay: dict[str, Any], en: str, zh: str) -> None:
    assert [pay_words(scheme(pay=pay), KPIS, language) for language in LANGUAGES] == [en, zh]


def test_gates_come_after_what_they_cut() -> None:
    gates = [
        {"measure": "revenue", "below": 0.825, "pays": 0.5},
        {"measure": "visits", "below": 0.6, "pays": 0},
    ]
    pay = {"rate": {"of": "revenue", "rate": 0.01}, "gates": gates}
    assert pay_words(scheme(pay=pay), KPIS, "en") == (
        "A commission of 1 % on net sales. "
        "Gate: with net sales below 82.5 % of target, only 50 % of what was earned is paid. "
        "Gate: with customer visits below 60 % of target, nothing is paid."
    )
    assert pay_words(scheme(pay=pay), KPIS, "zh").endswith(
        "门槛：净销售额达成率低于 82.5% 时，只发应得的 50%。门槛：客户拜访次数达成率低于 60% 时不发奖金。"
    )


def test_whom_it_holds_for_is_said_in_the_clients_own_words(tmp_path: Path) -> None:
    people = [person(at, role="外勤") for at in (1, 2)]
    folder = engagement(tmp_path / "c", people, language="zh")
    client = tk.load_engagement(folder)
    source = client.sources["participants"]
    own = replace(source, columns={"role": "岗位"}, values={"role": {"外勤": "field", "内勤": "inside"}})
    named = replace(client, sources={**client.sources, "participants": own})
    held = scheme(applies_to={"role": ["field", "inside"], "team": ["North"]})
    assert coverage_words(held, named, "zh") == "岗位 = 外勤或内勤、team = North"
    assert coverage_words(held, named, "en") == "role = field or inside, team = North"
    assert [coverage_words(scheme(), client, language) for language in LANGUAGES] == ["everybody", "全体人员"]


def test_digits_are_those_that_were_agreed() -> None:
    assert agreed_value(0.12345, KPIS["win_rate"], "CNY", "en") == "12.345 %"
    assert agreed_value(123456.78, KPIS["net_sales"], "USD", "zh") == "123,456.78 美元"
    assert agreed_value(8.25, KPIS["customer_satisfaction"], "CNY", "zh") == "8.25"
    assert small("Net sales") == "net sales" and small("CRM use") == "CRM use" and small("") == ""


def test_the_clients_dates_do_not_change_the_rules() -> None:
    late = scheme(effective={"from": dt.date(2030, 1, 1), "to": None})
    assert pay_words(late, KPIS, "en") == pay_words(scheme(), KPIS, "en")

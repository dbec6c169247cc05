"""Ratings, ranks, grids, grades, items, vetoes and parts of pay in the words in which HR announces them."""

import copy
from typing import Any

import pytest

from tests.scheme.everything import EVERYTHING, KPIS
from toolkit.language import LANGUAGES
from toolkit.report.rules import scoring_words
from toolkit.report.rules_pay import pay_words
from toolkit.report.rules_score import grades_words, score_words
from toolkit.scheme import Scheme, build_scheme

ALL = build_scheme(EVERYTHING)


def scheme(**changed: Any) -> Scheme:
    return build_scheme(copy.deepcopy(EVERYTHING) | changed)


def paying(**changed: Any) -> list[str]:
    """What a scheme with other parts of pay says: only the sentences that the plain plan has not."""
    plain = {"curve": {"x": "score", "points": [[60, 0], [100, 1]]}, "rate": {"of": "revenue", "rate": 0.01}}
    found = []
    for language in LANGUAGES:
        before = pay_words(scheme(pay=plain), KPIS, language)
        found.append(pay_words(scheme(pay=plain | changed), KPIS, language).replace(before, "").strip())
    return found


@pytest.mark.parametrize(
    ("measure", "en", "zh"),
    [
        (
            "revenue",
            "by its own attainment and that of cash collected against amounts due (columns: from 0 % / "
            "from 80 %): "
            "from 0 %: 0 / 0; from 50 %: 30 / 60; from 100 %: 80 / 120; 0 below the first step of either",
            "按本指标与销售回款率的达成率查表（列：0% 起 / 80% 起）：0% 起：0 / 0；50% 起：30 / 60；"
            "100% 起：80 / 120；任一方低于首档得 0 分",
        ),
        (
            "collection",
            "100 points at 100 %; 1 point more for each 1 % above, at most 20 more; 2 points off for each "
            "1 % short, "
            "at most 30 off; attainment counts from a floor of 50 %",
            "达到 100% 得 100 分；每超 1% 加 1 分，最多加 20 分；每低 1% 扣 2 分，最多扣 30 分；"
            "达成率自下限 50% 起算",
        ),
        (
            "new_business",
            "by rank: 100 for first place, 5 points less for each place behind, not below 40; "
            "not scored with fewer than 3 people",
            "按名次：第一名 100 分，名次每后移一位减 5 分，最低 40 分；不足 3 人时不计分",
        ),
        (
            "conduct",
            "by rating: 1 gives 20, 3 gives 60, 5 gives 100; in proportion in between; rated by the "
            "person 10 %, "
            "colleagues 30 %, the manager 60 %",
            "按评分：1 得 20 分、3 得 60 分、5 得 100 分；其间按直线折算；"
            "评分构成：自评 10%、同事互评 30%、上级评价 60%",
        ),
    ],
)
def test_scoring_rules(measure: str, en: str, zh: str) -> None:
    own = ALL.measure(measure)
    assert [scoring_words(own, ALL, KPIS[own.kpi], language, KPIS) for language in LANGUAGES] == [en, zh]


def test_a_rule_that_only_takes_off_says_so() -> None:
    data = copy.deepcopy(EVERYTHING)
    data["measures"][1]["scoring"]["plus_minus"] |= {"plus": 0, "most": 0}
    own = build_scheme(data).measure("collection")
    assert "nothing more above it; 2 points off" in scoring_words(own, ALL, KPIS[own.kpi], "en")
    assert "超出不加分；每低 1% 扣 2 分" in scoring_words(own, ALL, KPIS[own.kpi], "zh")


@pytest.mark.parametrize(
    ("grades", "en", "zh"),
    [
        (
            {"A": 90, "B": 60, "C": 30, "D": 0},
            "Grades by score: A from 90, B from 60, C from 30, D from 0.",
            "等级：A 级 90 分起、B 级 60 分起、C 级 30 分起、D 级 0 分起。",
        ),
        (
            {"by": "rank", "first": {"A": 3, "B": 10, "C": 11}, "then": "D"},
            "Grades by rank among all under the scheme: A for places 1 to 3, B for places 4 to 10, C for "
            "place 11, "
            "D for all others.",
            "按名次定等级（全体考核对象内）：第 1 至 3 名 A 级、第 4 至 10 名 B 级、第 11 名 C 级、其余 D "
            "级。",
        ),
        (
            {"by": "shares", "shares": {"A": 0.2, "B": 0.3, "C": 0.4, "D": 0.1}, "within": "region"},
            "Grades in agreed shares within each region, from the best score down: A 20 %, B 30 %, C 40 "
            "%, D 10 %; "
            "a tie on a border takes the better grade. Groups of fewer than 10 people are not graded.",
            "按比例定等级（各区域内，由高分到低分）：A 级 20%、B 级 30%、C 级 40%、D 级 10%；"
            "分界处同分者取较高等级。不足 10 人的群体不定等级。",
        ),
    ],
)
def test_grades(grades: dict[str, Any], en: str, zh: str) -> None:
    assert [grades_words(scheme(grades=grades), language) for language in LANGUAGES] == [en, zh]


def test_small_groups_graded_by_score() -> None:
    assert grades_words(ALL, "en").endswith(
        "Groups of fewer than 8 people are graded by score: A from 90, B from 75, C from 60, D from 0."
    )
    assert "不足 8 人的群体按得分定等级：A 级 90 分起" in grades_words(ALL, "zh")


def test_what_happens_to_the_points() -> None:
    said = score_words(ALL, KPIS, "en")
    assert said == (
        "For joiners, targets that add up over time count at 25 %, 50 %, 75 % in the first 3 spans of 30 "
        "days, in "
        "that order, and in full after that. Where a measure has no number, its score of the latest "
        "earlier period "
        "counts. The total is multiplied by each participant's difficulty factor in the roster (1 where "
        "none is "
        "given). Beside the measures, for each occurrence: Key account won +2 (at most 10 in a period), "
        "late_report "
        "−1 (at most 5 in a period). All items together add at most 10. All items together take off at "
        "most 20. "
        "Veto: a single case of “compliance_breach” in the period means a score of at most 0, grade D at "
        "best, no "
        "payout. Veto: cash collected against amounts due below 50 % of target means grade C at best."
    )
    zh = score_words(ALL, KPIS, "zh")
    assert "新增重点客户 +2 分（每期最多 10 分）" in zh and "late_report −1 分" in zh
    assert "一票否决：期内发生一次“compliance_breach”，得分不超过 0 分、等级最高为 D、不发奖金。" in zh


@pytest.mark.parametrize(
    ("missing", "en", "zh"),
    [
        ("reweight", "the others share its weight", "由其余指标按比例分担"),
        ("zero", "it scores 0", "该项计 0 分"),
    ],
)
def test_a_missing_number_and_nothing_else(missing: str, en: str, zh: str) -> None:
    bare = scheme(missing=missing, items=[], item_limits=None, vetoes=[], ramp=[], difficulty=None)
    assert score_words(bare, KPIS, "en") == f"Where a measure has no number, {en}."
    assert (
        score_words(bare, KPIS, "zh")
        == f"某项指标缺数据时，{'其权重' if missing == 'reweight' else ''}{zh}。"
    )


def test_a_veto_that_pays_a_part() -> None:
    veto = [{"measure": "collection", "below": 0.5, "pays": 0.25}]
    assert "means only 25 % of what was earned." in score_words(scheme(vetoes=veto), KPIS, "en")
    assert "达成率低于 50% 时，只发应得的 25%。" in score_words(scheme(vetoes=veto), KPIS, "zh")


@pytest.mark.parametrize(
    ("part", "en", "zh"),
    [
        (
            {"pool": {"amount": 100000, "within": "team"}},
            "Each team has a pool of 100,000 CNY a quarter of its own, shared by score and days employed.",
            "每季度各团队各设奖金池 100,000 元，按得分与在岗天数分配。",
        ),
        (
            {"pool": {"of": "revenue", "rate": 0.01, "points": "score_by_incentive"}},
            "A pool of 1 % of net sales is shared every quarter among all under the scheme by score, days "
            "employed "
            "and target incentive.",
            "每季度按净销售额的 1% 设奖金池，全体考核对象内按得分、在岗天数与目标奖金分配。",
        ),
        (
            {"modifiers": [{"grades": {"A": 1.2, "B": 1, "C": 0.8, "D": 0}}]},
            "What was earned is multiplied by the factor of the grade: A 1.2, B 1, C 0.8, D 0.",
            "应得奖金乘以等级系数：A 级 1.2、B 级 1、C 级 0.8、D 级 0。",
        ),
        (
            {"caps": {"ratio": 2.0, "amount": 50000}},
            "At most 200 % of the target incentive is paid. At most 50,000 CNY is paid a quarter.",
            "奖金以目标奖金的 200% 封顶。每季度奖金以 50,000 元 封顶。",
        ),
        (
            {"guarantee": {"share": 0.8, "months": 3}},
            "Joiners are paid at least 80 % of their target incentive in their first 3 months.",
            "新入职者前 3 个月保底发放目标奖金的 80%。",
        ),
        (
            {"guarantee": {"share": 1.0, "months": 1, "recoverable": True}},
            "Joiners are paid at least 100 % of their target incentive in their first month. What was "
            "topped up is "
            "taken from later payouts.",
            "新入职者首月保底发放目标奖金的 100%。保底垫付部分从以后的奖金中扣回。",
        ),
        (
            {"holdback": {"share": 0.3}, "clawback": {"days": 180}},
            "30 % of what was earned is held back and released as the customers pay. Commission on deals "
            "cancelled "
            "or returned within 180 days is taken back, never more than was paid.",
            "应得部分的 30% 暂留，随客户回款发放。180 天内取消或退货的订单，追扣已发提成，"
            "追扣额不超过已发额。",
        ),
    ],
)
def test_parts_of_pay(part: dict[str, Any], en: str, zh: str) -> None:
    assert paying(**part) == [en, zh]


def test_pay_by_measure_commissions_and_factors_in_their_order() -> None:
    said = pay_words(ALL, KPIS, "en")
    expected = [
        "The target incentive is 30 % of base salary.",
        "60 % of the target incentive is paid on net sales: 50 % at an attainment of 80 %, 100 % at an "
        "attainment of "
        "100 %, 300 % at an attainment of 150 %; in proportion in between, nothing below the first point, "
        "no more "
        "above the last; at most 200 % of that part.",
        "40 % of the target incentive is paid on cash collected against amounts due: 50 % at a score of "
        "60, 100 % at "
        "a score of 100; in proportion in between, 10 % below the first point",
        "It counts everything credited since the year began",
        "Of a single deal, what lies above 20,000 CNY earns nothing.",
        "A commission on net sales at each person's own rate.",
        "multiplied by a factor on gross margin: 0.9 at an attainment of 80 %, 1.1 at an attainment of "
        "100 %; in "
        "proportion in between, 0.8 below the first point.",
        "multiplied by a factor on the attainment of net sales (rows) and cash collected against amounts "
        "due (columns: "
        "from 0 % / from 90 %): from 0 %: 0.8 / 0.9; from 100 %: 1 / 1.2; by 0 below the first step of "
        "either.",
        "Gate: with net sales below 70 % of target, nothing is paid.",
    ]
    places = [said.find(sentence) for sentence in expected]
    assert -1 not in places and places == sorted(places)
    assert "自年初累计计算，每期补足与前期已发的差额。单笔订单超过 20,000 元 的部分不计提成。" in pay_words(
        ALL, KPIS, "zh"
    )


def test_amounts_of_another_period_than_a_year_are_named() -> None:
    said = paying(per="quarter")
    assert said[0].startswith("Base salary and target incentive in the roster are amounts for a quarter.")
    assert said[1].startswith("人员表中的基本工资与目标奖金以季度为单位。")

"""Risks and next steps: each rule seen at work and seen silent, on small results made for it."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

import toolkit as tk
from tests.report.client import SCHEME, START, engagement
from toolkit.report.chapters import advice
from toolkit.report.chapters.advice import next_steps, risks
from toolkit.report.results import Results, evaluate
from toolkit.review.changes import CHANGED
from toolkit.scheme.plain import build_scheme
from toolkit.scheme.scheme import Schemes

SEPTEMBER = dt.date(2026, 9, 30)
OLD = {
    **SCHEME,
    "name": "old",
    "effective": {"from": START, "to": SEPTEMBER},
    "applies_to": {"team": ["South"]},
}
NEW = {
    **SCHEME,
    "name": "new",
    "title": {"en": "New scheme", "zh": "新方案"},
    "effective": {"from": dt.date(2026, 10, 1), "to": None},
    "applies_to": {"team": ["South"]},
}
KEPT = {**SCHEME, "applies_to": {"team": ["North"]}}


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Two quarters of one scheme; half of the targets are reached."""
    return evaluate(tk.load_engagement(engagement(tmp_path_factory.mktemp("still") / "c")))


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """A year; in the last quarter team South comes under a new scheme and team North stays."""
    folder = engagement(tmp_path_factory.mktemp("tried") / "c", 6, months=12, schemes=[KEPT, OLD, NEW])
    return evaluate(tk.load_engagement(folder))


@pytest.fixture(autouse=True)
def all_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advice, "SHOWN", 99)


def starting(words: str, said: tuple[str, ...]) -> list[str]:
    return [line for line in said if line.startswith(words)]


def reaching(results: Results, attainment: float) -> Results:
    """Forty targets of the main measure in the last quarter, all reached to the same degree."""
    row = results.scorecard[results.scorecard["period"] == results.windows.after[-1]].iloc[[0]]
    rows = pd.concat([row.assign(attainment=attainment)] * 40, ignore_index=True)
    return replace(results, scorecard=rows)


def changed_by(results: Results, low: float, high: float) -> Results:
    """Every group's change between these two bounds."""
    rows = results.changes.assign(estimate=(low + high) / 2, low=low, high=high)
    return replace(results, changes=rows)


def with_measures(results: Results, *kpis: str) -> Results:
    """The schemes with other measures, of equal weight but for the first."""
    first = {**SCHEME["measures"][0], "weight": 1 - 0.1 * (len(kpis) - 1)}
    rest = [
        {**SCHEME["measures"][0], "name": f"m{at}", "kpi": k, "weight": 0.1} for at, k in enumerate(kpis[1:])
    ]
    made = [{**s, "measures": [first, *rest]} for s in (SCHEME, KEPT, OLD, NEW)]
    ids = {s.id for s in results.schemes}
    found = {s.id: s for s in map(build_scheme, made) if s.id in ids}
    schemes = Schemes(tuple(found.values()), results.schemes.calendar, results.schemes.kpis)
    return replace(results, schemes=schemes)


def client_with(results: Results, **changed: Any) -> Results:
    return replace(results, client=replace(results.client, **changed))


EVERY_CATEGORY = ("net_sales", "visits", "customer_satisfaction", "knowledge_mastery")


def test_people_without_a_payout(still: Results) -> None:
    one = pd.DataFrame(
        {"scheme": "field@2026-01", "participant": ["p1", "p1"], "period": ["a", "b"], "reason": "no_score"}
    )
    told = replace(still, unpaid=one)
    expected = (
        "No payout could be computed for 1 person: pay data, a score or a line of the roster is missing."
    )
    assert risks(told, "en")[0] == expected
    assert risks(told, "zh")[0] == "1 人因缺少薪酬数据、得分或花名册记录而未能核算奖金。"
    assert next_steps(told, "en")[0].startswith("Complete pay data and scores")
    assert not starting("No payout", risks(still, "en")) and not starting("Complete", next_steps(still, "en"))


@pytest.mark.parametrize(
    ("attainment", "risk"),
    [
        (0.8, "Only 0 % of 40 targets of the main measure were reached (at most 6 % with the interval)"),
        (1.2, "100 % of 40 targets of the main measure were reached: they may ask too little."),
    ],
)
def test_targets_that_few_or_nearly_all_reach(still: Results, attainment: float, risk: str) -> None:
    told = reaching(still, attainment)
    assert len(starting(risk, risks(told, "en"))) == 1
    expected = (
        "Set the main measure's targets anew from each person's own history: sales director, for Q3 2026."
    )
    assert expected in next_steps(told, "en")
    assert "按各人历史重新核定主要指标的目标：销售总监，自2026年第三季度起。" in next_steps(told, "zh")


def test_targets_that_half_reach_are_no_risk(still: Results) -> None:
    said = risks(still, "en")
    assert not starting("Only", said) and not any("ask too little" in line for line in said)
    assert not starting("Set the main", next_steps(still, "en"))


def test_few_people_are_those_whose_change_is_known_within_wide_bounds_only(tried: Results) -> None:
    few = "3 people over 1 pay period are few: only a large difference could show."
    assert few in risks(changed_by(tried, -0.2, 0.3), "en")
    assert few in risks(changed_by(tried, float("nan"), float("nan")), "en")
    assert "新方案组仅 3 人、1 个计奖周期，只有很大的差异才看得出来。" in risks(
        changed_by(tried, -0.2, 0.3), "zh"
    )
    assert not starting("3 people", risks(changed_by(tried, 0.01, 0.03), "en"))


def test_a_change_that_came_to_everybody_at_once_has_nothing_to_be_compared_with(tried: Results) -> None:
    people = tried.windows.people.assign(group=CHANGED)
    alone = replace(tried, windows=replace(tried.windows, people=people))
    assert starting("Everybody came under the new scheme at once", risks(alone, "en"))
    assert starting("全员同时换用新方案", risks(alone, "zh"))
    assert not starting("Everybody", risks(tried, "en"))
    # Nobody can be asked to keep a comparison group that does not exist.
    assert not starting("Keep the comparison", next_steps(alone, "en"))
    assert starting("Measure again after Q4 2027", next_steps(alone, "en"))
    kept = "Keep the comparison group on the old scheme until the end of Q4 2027: sales director decides."
    assert kept in next_steps(tried, "en")
    assert "对照组沿用原方案至2027年第四季度末：由销售总监决定。" in next_steps(tried, "zh")


def test_categories_that_a_scheme_leaves_out(tried: Results, still: Results) -> None:
    assert "“Field scheme” has 2 measures and none of quality or growth of capability." in risks(still, "en")
    assert "《外勤方案》共 2 项指标，未涵盖质量、成长类。" in risks(still, "zh")
    # Where a scheme is new, the new one is judged, and it alone.
    assert starting("“", risks(tried, "en")) == [
        "“New scheme” has 2 measures and none of quality or growth of capability."
    ]
    one = with_measures(still, "net_sales")
    assert "“Field scheme” has 1 measure and none of process, quality or growth of capability." in risks(
        one, "en"
    )
    assert not starting("“", risks(with_measures(still, *EVERY_CATEGORY), "en"))


def test_other_changes_matter_where_a_change_is_to_be_explained(tried: Results, still: Results) -> None:
    one = ({"text": {"en": "New prices", "zh": "新价目"}, "from": dt.date(2026, 10, 1)},)
    expected = "1 other change fell into the same time and may have moved the numbers."
    assert expected in risks(client_with(tried, other_changes=one), "en")
    two = risks(client_with(tried, other_changes=(*one, *one)), "zh")
    assert "同期另有 2 项其他变动，也可能影响这些数字。" in two
    assert expected not in risks(tried, "en")
    assert expected not in risks(client_with(still, other_changes=one), "en")


@pytest.mark.parametrize(("blank", "said"), [(1, "2.5 %"), (10, "25 %")])
def test_lines_without_a_number(still: Results, blank: int, said: str) -> None:
    told = reaching(still, 1.0)
    rows = told.scorecard.assign(missing=["no_target"] * blank + [""] * (40 - blank))
    told = replace(told, scorecard=rows)
    assert f"{said} of the scorecards' lines have no number." in risks(told, "en")
    assert not any("have no number" in line for line in risks(still, "en"))


def test_no_change_of_scheme_shows_no_effect(tried: Results, still: Results) -> None:
    expected = "Without a change of scheme or a comparison group, nothing here shows what the scheme itself"
    assert starting(expected, risks(still, "en")) and not starting(expected, risks(tried, "en"))
    assert "期间方案没有变化，也没有对照组，无法说明方案本身的效果。" in risks(still, "zh")
    assert starting("Decide whether the scheme is to change; if so, try the new one", next_steps(still, "en"))
    assert not starting("Decide", next_steps(tried, "en"))


def test_a_result_without_a_fault_says_so(tried: Results) -> None:
    clean = changed_by(with_measures(tried, *EVERY_CATEGORY), 0.01, 0.03)
    assert risks(clean, "en") == (
        "None of this report's checks found a risk; that does not prove there is none.",
    )
    assert risks(clean, "zh") == ("本报告的各项检查没有发现风险，但不等于没有风险。",)


def test_measures_are_to_be_chosen_where_there_are_fewer_than_five(still: Results) -> None:
    advised = "Review the set of measures with managers and employees"
    assert starting(advised, next_steps(still, "en"))
    five = with_measures(still, *EVERY_CATEGORY, "calls")
    assert not starting(advised, next_steps(five, "en"))
    assert starting(
        "Hand every person their scorecard with its working (data to 30 June 2026)", next_steps(five, "en")
    )
    assert starting("把考核表及计算过程交给每个人（数据截至2026年6月30日）", next_steps(five, "zh"))


def test_three_of_each_are_shown_the_gravest_first(still: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = replace(reaching(still, 0.5), unpaid=still.scores.head(1).assign(reason="no_score"))
    whole = risks(everything, "en"), next_steps(everything, "en")
    assert all(len(listed) > 3 for listed in whole)
    monkeypatch.setattr(advice, "SHOWN", 3)
    assert (risks(everything, "en"), next_steps(everything, "en")) == tuple(listed[:3] for listed in whole)
    assert risks(everything, "en")[0].startswith("No payout") and risks(everything, "en")[1].startswith(
        "Only"
    )

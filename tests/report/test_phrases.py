"""Sentences from numbers, word by word in both languages."""

import math

import pytest

from toolkit.language import LANGUAGES
from toolkit.report.phrases import Change, any_of, count, moved, span, with_interval

NAN = math.nan
CHANGES = {
    "up": Change(0.234, 0.12, 0.31, 12),
    "down": Change(-0.042, -0.08, -0.01, 4, "team"),
    "unclear": Change(0.034, -0.04, 0.11, 12),
    "touches zero": Change(0.034, 0.0, 0.11, 12),
    "two": Change(0.3, NAN, NAN, 2, "team"),
    "one": Change(0.3, NAN, NAN, 1),
    "not above zero": Change(NAN, NAN, NAN, 5),
    "nobody": Change(NAN, NAN, NAN, 0),
}


@pytest.mark.parametrize(
    ("change", "en", "zh"),
    [
        ("up", "rose 23 %", "上升 23%"),
        ("down", "fell 4 %", "下降 4%"),
        ("unclear", "showed no distinguishable change", "没有可辨别的变化"),
        ("touches zero", "showed no distinguishable change", "没有可辨别的变化"),
        ("two", "moved (2 teams, not enough to judge)", "有变动（仅 2 个团队，不足以判断）"),
        ("one", "moved (1 person, not enough to judge)", "有变动（仅 1 人，不足以判断）"),
        (
            "not above zero",
            "cannot be compared in percent (not above zero)",
            "无法按百分比比较（数值不大于零）",
        ),
        ("nobody", "has no data to compare", "没有可比数据"),
    ],
)
def test_a_change_as_a_verb(change: str, en: str, zh: str) -> None:
    assert [moved(CHANGES[change], language) for language in LANGUAGES] == [en, zh]


@pytest.mark.parametrize(
    ("change", "en", "zh"),
    [
        ("up", "+23 % (90 % interval +12 % to +31 %, 12 people)", "+23%（90% 区间 +12% 至 +31%，12 人）"),
        ("down", "−4 % (90 % interval −8 % to −1 %, 4 teams)", "−4%（90% 区间 −8% 至 −1%，4 个团队）"),
        ("unclear", "+3 % (90 % interval −4 % to +11 %, 12 people)", "+3%（90% 区间 −4% 至 +11%，12 人）"),
        ("two", "+30 % (2 teams, not enough for an interval)", "+30%（仅 2 个团队，不足以给出区间）"),
        ("not above zero", "no percentage: not above zero", "数值不大于零，不计百分比"),
    ],
)
def test_a_change_with_its_interval(change: str, en: str, zh: str) -> None:
    assert [with_interval(CHANGES[change], language, 0.9) for language in LANGUAGES] == [en, zh]


@pytest.mark.parametrize(
    ("periods", "en", "zh"),
    [
        (["2026-Q1"], "Q1 2026", "2026年第一季度"),
        (["2026-Q1", "2026-Q2"], "Q1–Q2 2026", "2026年上半年"),
        (["2026-Q3", "2026-Q4"], "Q3–Q4 2026", "2026年下半年"),
        (["2026-Q2", "2026-Q3"], "Q2–Q3 2026", "2026年第二至第三季度"),
        (["2026-Q1", "2026-Q2", "2026-Q3"], "Q1–Q3 2026", "2026年第一至第三季度"),
        ([f"2013-Q{q}" for q in (1, 2, 3, 4)], "2013", "2013年"),
        (["2025-Q4", "2026-Q1"], "Q4 2025 to Q1 2026", "2025年第四季度至2026年第一季度"),
        (["2026-01", "2026-02", "2026-03"], "January–March 2026", "2026年1月至3月"),
        ([f"2026-{m:02d}" for m in range(1, 7)], "January–June 2026", "2026年上半年"),
        ([f"2026-{m:02d}" for m in range(1, 13)], "2026", "2026年"),
        (["2026-H1", "2026-H2"], "2026", "2026年"),
        (["2024", "2025"], "2024 to 2025", "2024年至2025年"),
    ],
)
def test_a_run_of_periods_is_said_as_short_as_it_can_be(periods: list[str], en: str, zh: str) -> None:
    assert [span(periods, language) for language in LANGUAGES] == [en, zh]


def test_one_is_no_plural_and_thousands_are_separated() -> None:
    assert count(1, "person", "en") == "1 person" and count(0, "person", "en") == "0 people"
    assert count(1, "target", "en") == "1 target" and count(64729, "row", "en") == "64,729 rows"
    assert [count(n, "team", "zh") for n in (1, 8)] == ["1 个团队", "8 个团队"]


def test_what_none_is_there_of() -> None:
    assert any_of(["quality"], "en") == "quality"
    assert any_of(["process", "quality", "growth"], "en") == "process, quality or growth"
    assert any_of(["过程", "质量", "成长"], "zh") == "过程、质量、成长"

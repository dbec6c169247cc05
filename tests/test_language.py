"""How numbers, money, days and periods are written in each language, and what a problem sounds like."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import DataError, Problem
from toolkit.language import (
    amount,
    currency_name,
    day,
    describe,
    describe_error,
    has_text,
    listed,
    money,
    number,
    percent,
    period_name,
    pick,
    text,
)


@pytest.mark.parametrize(
    ("x", "digits", "shown"),
    [
        (1234567.891, 1, "1,234,567.9"),
        (-12345.678, 1, "−12,345.7"),
        (0, 0, "0"),
        (-0.0, 1, "0.0"),
        (-0.04, 1, "0.0"),
        (-0.05, 1, "−0.1"),
        (88.5, 0, "89"),  # Python's own rounding says 88, a spreadsheet 89
        (0.125, 2, "0.13"),
        (2.675, 2, "2.68"),
        (Decimal("1000.005"), 2, "1,000.01"),
        (np.float64(3.14159), 2, "3.14"),
        (np.int64(1000), 0, "1,000"),
        (float("inf"), 0, "∞"),
        (float("-inf"), 0, "−∞"),
        (1e25, 0, "10,000,000,000,000,000,000,000,000"),
    ],
)
def test_numbers(x: float, digits: int, shown: str) -> None:
    assert number(x, "en", digits) == number(x, "zh", digits) == shown


@pytest.mark.parametrize("absent", [None, float("nan"), np.nan, pd.NA, Decimal("NaN")])
def test_what_is_absent_is_a_dash(absent: float) -> None:
    shown = [number(absent, "en"), percent(absent, "zh"), money(absent, "CNY", "en"), amount(absent, "zh", 2)]
    assert shown == ["–"] * 4


@pytest.mark.parametrize(
    ("x", "digits", "signed", "en", "zh"),
    [
        (0.137, 0, False, "14 %", "14%"),
        (0.137, 1, True, "+13.7 %", "+13.7%"),
        (-0.137, 0, True, "−14 %", "−14%"),
        (0.0004, 0, True, "0 %", "0%"),
        (-0.0004, 0, True, "0 %", "0%"),
        (0.285, 0, False, "29 %", "29%"),  # 0.285 × 100 is 28.499… in floats
        (1.005, 1, False, "100.5 %", "100.5%"),
        (12.5, 0, False, "1,250 %", "1,250%"),
    ],
)
def test_percentages(x: float, digits: int, signed: bool, en: str, zh: str) -> None:
    assert percent(x, "en", digits, signed=signed) == en
    assert percent(x, "zh", digits, signed=signed) == zh


@pytest.mark.parametrize(
    ("x", "currency", "en", "zh"),
    [
        (500, "CNY", "500 CNY", "500 元"),
        (9_999, "CNY", "10.0 k CNY", "9,999 元"),
        (10_000, "CNY", "10.0 k CNY", "1.00 万元"),
        (980_000, "CNY", "980 k CNY", "98.0 万元"),
        (999_600, "CNY", "1.00 m CNY", "100 万元"),
        (1_236_000, "CNY", "1.24 m CNY", "124 万元"),
        (12_360_000, "CNY", "12.4 m CNY", "1,236 万元"),
        (99_996_000, "CNY", "100 m CNY", "1.00 亿元"),
        (123_600_000, "CNY", "124 m CNY", "1.24 亿元"),
        (-2_500_000_000, "CNY", "−2.50 bn CNY", "−25.0 亿元"),
        (0, "CNY", "0 CNY", "0 元"),
        (-0.2, "CNY", "0 CNY", "0 元"),
        (999.5, "USD", "1.00 k USD", "1,000 美元"),
        (1_040_000, "USD", "1.04 m USD", "104 万美元"),
        (25_000, "EUR", "25.0 k EUR", "2.50 万欧元"),
        (25_000, "GBP", "25.0 k GBP", "2.50 万英镑"),
        (350_000_000, "JPY", "350 m JPY", "3.50 亿日元"),
        (80, "HKD", "80 HKD", "80 港元"),
        (80, "AUD", "80 AUD", "80 澳元"),
        (80, "CAD", "80 CAD", "80 加元"),
        (80, "SGD", "80 SGD", "80 新加坡元"),
        (80, "TWD", "80 TWD", "80 新台币"),
        (80, "CHF", "80 CHF", "80 瑞士法郎"),
        (80, "KWD", "80 KWD", "80 KWD"),  # no Chinese name given: the code, apart
        (980_000, "KWD", "980 k KWD", "98.0 万 KWD"),
        (Decimal("12345.67"), "CNY", "12.3 k CNY", "1.23 万元"),
    ],
)
def test_money_in_short(x: float, currency: str, en: str, zh: str) -> None:
    assert money(x, currency, "en") == en
    assert money(x, currency, "zh") == zh


def test_endless_money_is_said_so() -> None:
    assert money(float("inf"), "CNY", "zh") == "∞ 元"


def test_amounts_are_in_full() -> None:
    assert amount(Decimal("12345.67"), "en", 2) == amount(Decimal("12345.67"), "zh", 2) == "12,345.67"
    assert amount(Decimal("-0.10"), "en", 2) == "−0.10"
    assert amount(Decimal("90071992547409.93"), "en", 2) == "90,071,992,547,409.93"
    assert amount(Decimal("1500"), "zh", 0) == "1,500"


def test_currency_names() -> None:
    assert [currency_name(c, "zh") for c in ("CNY", "USD", "JPY", "XYZ")] == ["元", "美元", "日元", "XYZ"]
    assert currency_name("USD", "en") == "USD"


def test_days() -> None:
    assert day(dt.date(2026, 3, 5), "en") == "5 March 2026"
    assert day(dt.date(2026, 12, 31), "zh") == "2026年12月31日"
    assert day(pd.Timestamp("2026-03-05"), "en") == "5 March 2026"
    assert day(None, "zh") == day(pd.NaT, "en") == "–"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("period", "en", "zh"),
    [
        ("2026", "2026", "2026年"),
        ("2026-H1", "first half of 2026", "2026年上半年"),
        ("2026-H2", "second half of 2026", "2026年下半年"),
        ("2026-Q1", "Q1 2026", "2026年第一季度"),
        ("2026-Q4", "Q4 2026", "2026年第四季度"),
        ("2026-03", "March 2026", "2026年3月"),
        ("2026-12", "December 2026", "2026年12月"),
    ],
)
def test_periods(period: str, en: str, zh: str) -> None:
    assert (period_name(period, "en"), period_name(period, "zh")) == (en, zh)


@pytest.mark.parametrize("odd", ["2026-Q5", "2026-13", "2026-H3", "2026-Q12"])
def test_a_period_that_is_none_has_no_name(odd: str) -> None:
    with pytest.raises(KeyError):
        period_name(odd, "zh")


def test_lists() -> None:
    assert listed([], "en") == "" and listed(["a"], "zh") == "a"
    assert listed(["a", "b", "c"], "en") == "a, b and c"
    assert listed(["甲", "乙", "丙"], "zh") == "甲、乙和丙"


def test_a_clients_own_words_are_taken_in_the_language_or_the_other() -> None:
    assert pick({"en": "Field sales", "zh": "外勤销售"}, "zh") == "外勤销售"
    assert pick({"en": "Field sales"}, "zh") == "Field sales"
    assert pick("某企业", "en") == "某企业"
    assert pick(None, "en") == pick({}, "zh") == ""


def test_texts_are_filled_and_a_missing_value_or_key_is_refused() -> None:
    assert text("period.part", "zh", year=2026, part="3月") == "2026年3月"
    assert has_text("term.weight") and not has_text("term.nothing")
    for key, values in (("term.nothing", {}), ("period.part", {"year": 2026})):
        with pytest.raises(KeyError):
            text(key, "en", **values)
    with pytest.raises(KeyError):
        text("term.weight", "fr")


def test_a_clients_braces_are_not_filled_in() -> None:
    assert text("period.year", "en", year="{part}{0}") == "{part}{0}"


WEIGHTS = Problem("scheme.weights_sum", "schemes/a.yaml", 12, "measures", 0.9)


def test_a_problem_says_where_what_and_what_to_do() -> None:
    assert describe(WEIGHTS, "en") == (
        "schemes/a.yaml, line 12, measures: the weights sum to 0.9, not to 1. "
        "Change the weights so that they sum to exactly 1."
    )
    assert describe(WEIGHTS, "zh") == (
        "schemes/a.yaml，第 12 行，measures：权重合计为 0.9，不等于 1。请调整权重，使合计恰好为 1。"
    )


def test_a_row_of_a_table_and_no_place_at_all() -> None:
    row = Problem("data.blank", "data/deals.csv", 7, "金额")
    assert describe(row, "en").startswith("data/deals.csv, row 7, 金额: the cell is blank")
    assert describe(row, "zh").startswith("data/deals.csv，第 7 行，金额：单元格为空")
    assert describe(Problem("document.missing"), "en").startswith("the file does not exist. ")


def test_a_text_without_a_remedy_ends_with_its_stop() -> None:
    bare = Problem("term.weight", "a.csv")
    assert describe(bare, "en") == "a.csv: weight."
    assert describe(bare, "zh") == "a.csv：权重。"


@pytest.mark.parametrize("value", ["长" * 500, ["x" * 500], {"k": "v" * 500}])
def test_a_long_value_is_cut(value: object) -> None:
    said = describe(Problem("data.not_a_number", "a.csv", 2, "b", value), "zh")
    assert "…" in said and len(said) < 200


def test_a_short_value_is_shown_whole_and_quoted_if_it_is_text() -> None:
    assert "«12 万»" in describe(Problem("data.not_a_number", value="12 万"), "en")
    assert "«" + "x" * 80 + "»" in describe(Problem("data.not_a_number", value="x" * 80), "en")
    assert describe(Problem("data.not_a_number", value=7), "en").startswith("7 is not")


def test_the_message_of_an_error_is_prose_and_every_problem_is_told_in_order() -> None:
    error = DataError([WEIGHTS, Problem("document.missing", "b.yaml")])
    assert "- schemes/a.yaml, line 12, measures: the weights sum to 0.9" in str(error)
    assert [line.split("：")[0] for line in describe_error(error, "zh")] == [
        "schemes/a.yaml，第 12 行，measures", "b.yaml"
    ]  # fmt: skip

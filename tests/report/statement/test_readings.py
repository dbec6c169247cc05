"""Numbers written out: each sentence holds the numbers it computes with, and the outcome computed by hand."""

import pandas as pd
import pytest

from tests.scheme.documents import KPIS
from toolkit.report.statement.readings import (
    SHOWN,
    attainment_words,
    curve_words,
    exact_number,
    exact_percent,
    exact_value,
)
from toolkit.scheme import Curve, build_scheme
from toolkit.scheme.example import example_schemes
from toolkit.scheme.plain import plain

CURVE = Curve("attainment", ((0.8, 50.0), (1.0, 100.0), (1.2, 100.0), (1.2, 150.0)), below=10.0)


def shares(x: float) -> str:
    return exact_percent(x, "en")


def points(y: float) -> str:
    return exact_number(y, "en")


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (0.5, "50 % is below the first point, 80 %: 10"),
        (0.8, "80 % gives 50"),
        # 50 + 0.1 ÷ 0.2 × 50
        (0.9, "between 80 % (50) and 100 % (100): 50 + (90 % − 80 %) ÷ (100 % − 80 %) × (100 − 50) = 75"),
        (1.1, "110 % is in the step from 100 %: 100"),
        (1.2, "120 % is at or above 120 %, from where it stays the same: 150"),
        (3.0, "300 % is at or above 120 %, from where it stays the same: 150"),
        (0.7999999999, "80 % gives 50"),  # read at eight decimals, as it is scored
    ],
)
def test_each_place_of_a_curve_is_told(read: float, said: str) -> None:
    assert curve_words(CURVE, read, shares, points, "en") == said


def test_a_number_has_the_digits_it_is_computed_with() -> None:
    assert [points(x) for x in (72.5, 7.12345678, 100.0)] == ["72.5", "7.12345678", "100"]
    assert [shares(x) for x in (0.98765432, 1.0, 0.05)] == ["98.765432 %", "100 %", "5 %"]
    assert (exact_number(7.12345678, "en", SHOWN), exact_percent(2 / 3, "zh", SHOWN)) == (
        "7.1235",
        "66.6667%",
    )
    assert exact_number(0.30000004, "en", SHOWN) == "0.3"


def test_a_value_is_shown_in_its_unit() -> None:
    assert exact_value(12345.678, KPIS["net_sales"], "CNY", "en") == "12,345.678"
    assert exact_value(12345.678, KPIS["net_sales"], "CNY", "en", SHOWN) == "12,345.68"
    assert exact_value(12345.0, KPIS["net_sales"], "JPY", "en") == "12,345"
    assert exact_value(0.2512, KPIS["win_rate"], "CNY", "zh") == "25.12%"
    assert exact_value(float("nan"), KPIS["win_rate"], "CNY", "zh") == "–"


@pytest.mark.parametrize(
    ("rule", "direction", "said"),
    [
        (None, "higher", "90 ÷ 100"),
        (None, "lower", "lower is better: 2 − 90 ÷ 100"),
        ("inverse", "lower", "lower is better: 100 ÷ 90"),
        ({"range": 50}, "higher", "(90 − 50) ÷ (100 − 50)"),
    ],
)
def test_an_attainment_is_told_as_it_is_computed(rule: object, direction: str, said: str) -> None:
    document = plain(example_schemes()["field_sales"])
    document["measures"][1]["attainment"] = rule
    measure = build_scheme(document).measure("visits")
    kpi = next(k for k in KPIS.values() if k.direction == direction)
    row = pd.Series({"actual": 90.0, "target": 100.0, "attainment": 0.9})
    assert attainment_words(row, measure, kpi, points, "en") == said

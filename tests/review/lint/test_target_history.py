"""T: targets against the history of the KPI, counted by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.review.lint.hand_made import found, months, panel, people, run, skipped, targets, with_parts
from toolkit.review.lint.evidence.seasons import season_of
from toolkit.review.lint.look import Look
from toolkit.scheme.example import example_schemes

SEASON = [60.0, 60.0, 100.0, 100.0, 100.0, 110.0, 110.0, 110.0, 110.0, 110.0, 110.0, 120.0]


def visits(*years: list[float], first: int = 2024) -> pd.DataFrame:
    rows = [row for i, values in enumerate(years) for row in months(first + i, values)]
    return panel(rows, kpi="visits", level="company")


def wobbled(values: list[float], by: float) -> list[float]:
    return [value * (1 + by * (-1) ** i) for i, value in enumerate(values)]


def test_T10_finds_the_same_visits_every_month_of_a_seasonal_year() -> None:
    history = visits(wobbled(SEASON, 0.01), wobbled(SEASON, -0.01), SEASON)
    ((where, message),) = found("T10", panel=history)
    assert where == "measures.visits.target"
    assert "the same for every month" in message and "in 3 years" in message
    assert "January lies at" in message or "February lies at" in message


def test_T10_passes_a_level_year_and_targets_by_table() -> None:
    rng = np.random.default_rng(1)
    level = visits(*(list(rng.normal(100, 8, 12)) for _ in range(3)))
    assert found("T10", panel=level) == []
    table = with_parts({"measures.visits.target": "table"})
    assert found("T10", table, panel=visits(SEASON, SEASON, SEASON)) == []


def test_T10_finds_a_table_that_repeats_one_number() -> None:
    table = with_parts({"measures.visits.target": "table"})
    history = visits(wobbled(SEASON, 0.01), wobbled(SEASON, -0.01), SEASON)
    same = targets([("p01", f"2026-{m:02d}", 40.0) for m in range(1, 13)], "visits")
    assert len(found("T10", table, panel=history, targets=same)) == 1
    spread = same.assign(target=np.linspace(30, 50, 12))
    assert found("T10", table, panel=history, targets=spread) == []


def test_T10_refuses_a_single_year() -> None:
    assert "12 periods of the season" in skipped("T10", panel=visits(SEASON))


def test_a_trend_is_no_season() -> None:
    """Growth of 3 % a month with a wobble: without the trend taken off, December beats January each year."""
    rng = np.random.default_rng(3)
    values = 100 * 1.03 ** np.arange(36) * np.exp(rng.normal(0, 0.03, 36))
    history = visits(*(list(values[i * 12 : (i + 1) * 12]) for i in range(3)))
    assert found("T10", panel=history) == []


def test_a_season_is_tested_as_a_two_way_analysis_and_sums_the_people_where_no_company_row_stands() -> None:
    """Without a trend, the F of months in months × years is that of a balanced two-way table."""
    rows = [
        (who, f"{year}-{m:02d}", value / 2)
        for who in ("p01", "p02")
        for year, by in ((2024, 0.01), (2025, -0.01))
        for m, value in enumerate(wobbled(SEASON, by), start=1)
    ]
    schemes = example_schemes()
    look = Look(schemes["field_sales"], schemes, {}, "en", None, {"panel": panel(rows, kpi="visits")})
    season = season_of(look, schemes.kpis["visits"], "month")
    assert season is not None and season.years == 2 and season.shows
    values = np.log([*wobbled(SEASON, 0.01), *wobbled(SEASON, -0.01)]).reshape(2, 12)
    # The trend is read from the same months of two years, so it is the step between the years over 12.
    both, month = values.mean(), values.mean(axis=0)
    year = values.mean(axis=1, keepdims=True)
    inside = ((values - month - year + both) ** 2).sum()
    time = np.arange(24.0)
    line = stats.linregress(time, values.ravel())
    without = ((values.ravel() - line.intercept - line.slope * time) ** 2).sum()
    expected = stats.f.sf((without - inside) / 11 / (inside / 11), 11, 11)
    assert season.p_value == pytest.approx(expected)
    assert season.weakest in (1, 2) and season.low == pytest.approx(0.6, abs=0.01)
    assert season.strongest == 12 and season.high == pytest.approx(1.2, abs=0.01)


def history(best: float, count: int = 3, quarters: int = 5) -> pd.DataFrame:
    """People who reached `best` once and less in the other quarters before 2026-Q2."""
    names = ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1"][:quarters]
    values = [best if name == "2025-Q2" else 0.8 * best for name in names]
    rows = [(who, name, v) for who in people(count) for name, v in zip(names, values, strict=True)]
    return panel(rows)


def test_T12_finds_targets_above_everything_reached() -> None:
    rows = targets([("p01", "2026-Q2", 121.0), ("p02", "2026-Q2", 120.0), ("p03", "2026-Q2", 130.0)])
    ((where, message),) = found("T12", targets=rows, panel=history(120.0))
    assert where == "measures.revenue.target"
    assert "2 of 3 participants" in message and "at least 5 earlier quarters" in message
    assert message.endswith("p01 and p03") and "more than 50 %" in message


def test_T12_passes_targets_that_were_reached_before() -> None:
    rows = targets([(who, "2026-Q2", 119.0) for who in people(3)])
    assert found("T12", targets=rows, panel=history(120.0)) == []


def test_T12_does_not_count_the_period_itself_and_refuses_a_short_history() -> None:
    rows = targets([(who, "2026-Q1", 500.0) for who in people(3)])
    assert len(found("T12", targets=rows, panel=history(120.0))) == 1  # four quarters before 2026-Q1
    assert "4" in skipped("T12", targets=rows, panel=history(120.0, quarters=3))


def last_year(value: float, years: tuple[int, ...] = (2025,)) -> list[tuple[str, str, float]]:
    return [(who, f"{y}-Q{q}", value) for who in people(3) for y in years for q in range(1, 5)]


def this_year(value: float) -> list[tuple[str, str, float]]:
    return [(who, f"2026-Q{q}", value) for who in people(3) for q in range(1, 5)]


def test_T16_finds_targets_short_of_last_year() -> None:
    values = panel([*last_year(100.0), *this_year(95.0)])
    ((where, message),) = found("T16", targets=targets(this_year(90.0)), panel=values)
    assert where == "measures.revenue.target"
    assert "10.0 % short" in message and "12 cases of 3 participants in 4 quarters" in message


def test_T16_takes_the_lower_of_last_year_and_three_years() -> None:
    """Last year 100, the years before 85 and 85: the mean of three is 90, and a target of 90 is level."""
    values = panel([*last_year(100.0), *last_year(85.0, (2023, 2024)), *this_year(95.0)])
    assert found("T16", targets=targets(this_year(90.0)), panel=values) == []
    ((_, message),) = found("T16", targets=targets(this_year(72.0)), panel=values)
    assert "20.0 % short" in message


def test_T16_passes_higher_targets_and_refuses_few() -> None:
    values = panel([*last_year(100.0), *this_year(95.0)])
    assert found("T16", targets=targets(this_year(100.0)), panel=values) == []
    few = targets(this_year(90.0)[:4])
    assert "4 rows with a number" in skipped("T16", targets=few, panel=values)


def test_T16_leaves_out_periods_that_were_not_whole() -> None:
    values = panel([*last_year(100.0), *this_year(95.0)])
    values.loc[values["participant"] == "p01", "exposure"] = 0.5
    out = run("T16", targets=targets(this_year(90.0)), panel=values)
    assert out.findings.empty and "8 rows" in out.skipped["reason"].iloc[0]

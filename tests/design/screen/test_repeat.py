"""Reliability as a row: bands, months, quarters against serial correlation, own trends, refusals."""

import numpy as np
import pytest

from tests.design.screen.made import history
from toolkit.design.screen.repeat import repeats, without_trends
from toolkit.periods import Calendar
from toolkit.reliability import periods_needed

CALENDAR = Calendar()


def simulated(
    icc: float, people: int = 400, periods: int = 24, seed: int = 1, carried: float = 0.0
) -> np.ndarray:
    """People's lasting levels, and months around them that hang together by `carried`."""
    random = np.random.default_rng(seed)
    luck = random.normal(size=(people, periods + 50))
    for t in range(1, luck.shape[1]):
        luck[:, t] = carried * luck[:, t - 1] + np.sqrt(1 - carried**2) * luck[:, t]
    season = random.normal(0, 3, periods)
    return np.sqrt(icc) * random.normal(size=(people, 1)) + np.sqrt(1 - icc) * luck[:, 50:] + season


def number(row: dict[str, object], name: str) -> float:
    return float(str(row[name]))


@pytest.mark.parametrize(
    ("icc", "verdict", "why"),
    [(0.05, "fail", "screen.mostly_luck"), (0.2, "warn", "screen.partly_luck"), (0.5, "ok", "")],
)
def test_bands(icc: float, verdict: str, why: str) -> None:
    month, quarter = repeats(history(simulated(icc)), CALENDAR)
    assert (month["verdict"], month["why"]) == (verdict, why)
    assert number(month, "low") < icc < number(month, "high")
    assert quarter["verdict"] == verdict  # the bands are stepped up to three months


def test_months_needed_and_their_range() -> None:
    """By Spearman-Brown .7 takes 5.44 months at .30; less reliable takes more."""
    month = repeats(history(simulated(0.3, people=3000)), CALENDAR)[0]
    assert number(month, "months_needed") == pytest.approx(5.44, abs=0.6)
    assert number(month, "months_low") == pytest.approx(periods_needed(number(month, "high")))
    assert number(month, "months_high") == pytest.approx(periods_needed(number(month, "low")))


def test_quarters_of_independent_months_say_the_same() -> None:
    month, quarter = repeats(history(simulated(0.3, people=3000)), CALENDAR)
    assert number(quarter, "value") == pytest.approx(0.5625, abs=0.03)  # 3 · .3 ÷ (1 + 2 · .3)
    assert number(quarter, "months_needed") == pytest.approx(number(month, "months_needed"), rel=0.1)


def test_quarters_ask_for_more_months_where_months_hang_together() -> None:
    rows = repeats(history(simulated(0.3, people=3000, carried=0.6)), CALENDAR)
    month, quarter = rows[0], rows[1]
    assert number(quarter, "months_needed") > 1.15 * number(month, "months_needed")


def test_a_kpi_by_the_quarter_counts_its_months_in_quarters() -> None:
    found = repeats(history(simulated(0.5, periods=8), "win_rate", "quarter"), CALENDAR)
    assert [row["test"] for row in found] == ["reliability"]
    assert number(found[0], "months_needed") == pytest.approx(3 * periods_needed(number(found[0], "value")))


def test_quarters_need_a_year_and_two_months_each() -> None:
    short = repeats(history(simulated(0.3, people=20, periods=11)), CALENDAR)[1]
    assert (short["verdict"], short["why"]) == ("not_enough_data", "screen.under_a_year")
    values = simulated(0.3, people=20, periods=14)
    values[0, 0:2] = np.nan  # one month is no quarter
    quarter = repeats(history(values), CALENDAR)[1]
    assert (quarter["periods"], quarter["n"]) == (4, 20 * 4 - 1)  # and two months at the end are none


@pytest.mark.parametrize(("people", "periods"), [(7, 24), (24, 3)])
def test_too_few_are_refused(people: int, periods: int) -> None:
    (row,) = repeats(history(simulated(0.3, people=people, periods=periods)), CALENDAR)
    assert (row["verdict"], row["why"]) == ("not_enough_data", "screen.too_few") and "value" not in row


def test_values_that_are_all_the_same_are_refused() -> None:
    assert repeats(history(np.ones((10, 12))), CALENDAR)[0]["why"] == "screen.no_spread"


def test_own_trends_are_found_and_taken_off() -> None:
    """Lasting share .5 of what is left when each one's own line is gone; with it the months look worse."""
    random = np.random.default_rng(5)
    values = simulated(0.5, people=500)
    sloped = values + random.normal(0, 0.15, (500, 1)) * (np.arange(24) - 11.5)
    rows = {row["test"]: row for row in repeats(history(sloped), CALENDAR)}
    assert number(rows["reliability"], "value") < 0.4
    assert number(rows["own_trend_reliability"], "value") == pytest.approx(0.5, abs=0.04)


def test_without_own_trends_nothing_is_taken_off() -> None:
    found = [without_trends(simulated(0.3, people=20, seed=seed)) is None for seed in range(200)]
    assert np.mean(found) >= 0.97  # the test is at 1 %


def test_lines_are_taken_off_by_hand() -> None:
    """Three people on exact lines around different means but for one kink: what stays are the kinks."""
    time = np.arange(10.0)
    bump = np.where(np.arange(10) % 2 == 0, 0.1, -0.1)
    values = np.array([5 + time, 10 - time, 20 + 0 * time]) + bump * np.array([[1.0], [-1], [0]])
    found = without_trends(values)
    assert found is not None
    means = values.mean(axis=1) - values.mean()
    assert found.mean(axis=1) == pytest.approx(means)
    slopes = [np.polyfit(time, row, 1)[0] for row in found]
    assert slopes == pytest.approx([0, 0, 0], abs=1e-9)


def test_short_histories_have_no_trends() -> None:
    assert without_trends(np.random.default_rng(1).normal(size=(30, 7))) is None

"""T: what the scheme alone shows of its targets, each rule on a scheme that passes and one that fails."""

import numpy as np
import pytest

from tests.review.lint.hand_made import found, panel, targets, with_parts
from toolkit.periods import Calendar

GROWING = {"growth": 0.10, "over": "previous_quarter", "otherwise": "table"}
ON_LAST_YEAR = {"growth": 0.10, "over": "same_quarter_last_year", "otherwise": "table"}
QUARTERS_OF_FOUR_YEARS = [f"{year}-Q{q}" for year in range(2022, 2026) for q in range(1, 5)]


def seasonal_quarters() -> list[tuple[str, str, float]]:
    """Four years without a trend: the first quarter at 60 % of the year's mean, the last at 140 %."""
    index, wobble = [0.6, 1.0, 1.0, 1.4], [1.01, 0.99, 0.99, 1.01]
    values = [100.0 * index[i % 4] * wobble[i // 4] for i in range(16)]
    return [("all", name, value) for name, value in zip(QUARTERS_OF_FOUR_YEARS, values, strict=True)]


def test_T01_finds_growth_on_the_quarter_before() -> None:
    ((where, message),) = found("T01", with_parts({"measures.revenue.target": GROWING}))
    assert where == "measures.revenue.target"
    assert "10.0 % on the quarter before" in message and "less than two whole years" in message


def test_T01_says_how_large_the_season_is_where_the_panel_shows_one() -> None:
    history = panel(seasonal_quarters(), level="company")
    ((_, message),) = found("T01", with_parts({"measures.revenue.target": GROWING}), panel=history)
    # the years scatter alike around no trend: 0.6, 1, 1, 1.4 of their mean 1
    assert "in 4 years" in message
    assert "Q1 lies at 60 % of an average quarter and Q4 at 140 %" in message


def test_T01_says_so_where_no_season_shows() -> None:
    rng = np.random.default_rng(4)
    level = [("all", name, float(rng.normal(100, 10))) for name in QUARTERS_OF_FOUR_YEARS]
    schemes = with_parts({"measures.revenue.target": GROWING})
    ((_, message),) = found("T01", schemes, panel=panel(level, level="company"))
    assert "no season beyond chance" in message


def test_T01_passes_growth_on_the_same_quarter_of_last_year() -> None:
    assert found("T01", with_parts({"measures.revenue.target": ON_LAST_YEAR})) == []
    assert found("T01") == []


def test_T02_finds_one_amount_for_everybody() -> None:
    ((where, message),) = found("T02", with_parts({"measures.revenue.target": {"fixed": 500000.0}}))
    assert where == "measures.revenue.target" and "500,000" in message


def test_T02_passes_targets_by_table_and_activities() -> None:
    assert found("T02") == []  # revenue by table; visits are fixed, and no result


def test_T02_passes_the_target_of_a_team() -> None:
    team = {"measures.revenue.target": {"fixed": 500000.0}, "measures.revenue.level": "team"}
    assert found("T02", with_parts(team)) == []


def test_T03_prints_what_a_quarter_is_in_a_year() -> None:
    ((where, message),) = found("T03", with_parts({"measures.revenue.target": GROWING}))
    assert where == "measures.revenue.target"
    assert "10.0 % a quarter" in message and "46.4 % in a year" in message and "25.0 %" in message


def test_T03_passes_a_small_growth_and_growth_on_last_year() -> None:
    small = {**GROWING, "growth": 0.05}  # 1.05 ** 4 = 1.2155
    assert found("T03", with_parts({"measures.revenue.target": small})) == []
    assert found("T03", with_parts({"measures.revenue.target": ON_LAST_YEAR})) == []


def test_T04_finds_a_person_s_target_from_their_own_past_alone() -> None:
    ((where, message),) = found("T04", with_parts({"measures.revenue.target": ON_LAST_YEAR}))
    assert where == "measures.revenue.target" and "10.0 %" in message


def test_T04_passes_a_table_and_the_growth_of_a_team() -> None:
    assert found("T04") == []
    team = {"measures.revenue.target": ON_LAST_YEAR, "measures.revenue.level": "team"}
    assert found("T04", with_parts(team)) == []


COLLECTION = {"measures.revenue.kpi": "collection_rate", "measures.revenue.target": {"fixed": 1.0}}


def test_T13_finds_a_share_that_is_to_be_whole() -> None:
    ((where, message),) = found("T13", with_parts(COLLECTION))
    assert where == "measures.revenue.target" and "100.0 %" in message


def test_T13_passes_a_share_with_room_above_it_and_ratios_that_are_no_shares() -> None:
    assert found("T13", with_parts({**COLLECTION, "measures.revenue.target": {"fixed": 0.92}})) == []
    retention = {**COLLECTION, "measures.revenue.kpi": "net_revenue_retention"}
    assert found("T13", with_parts(retention)) == []
    assert found("T13") == []


def test_T13_believes_a_history_that_passes_100_per_cent() -> None:
    over = panel([("p01", "2026-01", 1.04)], kpi="collection_rate")
    assert found("T13", with_parts(COLLECTION), panel=over) == []
    under = panel([("p01", "2026-01", 0.97)], kpi="collection_rate")
    assert len(found("T13", with_parts(COLLECTION), panel=under)) == 1


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ({"fixed": 0.0}, "the fixed target is 0.00"),
        ({"fixed": -2.0}, "the fixed target is −2.00"),
        ({**GROWING, "growth": -1.0}, "a growth of −100.0 % leaves no target above 0"),
    ],
)
def test_T14_finds_targets_that_cannot_divide(target: dict[str, object], said: str) -> None:
    ((where, message),) = found("T14", with_parts({"measures.revenue.target": target}))
    assert where == "measures.revenue.target" and said in message


def test_T14_counts_such_targets_in_the_table() -> None:
    rows = targets([("p01", "2026-Q1", 0.0), ("p02", "2026-Q1", -5.0), ("p03", "2026-Q1", 9.0)])
    ((_, message),) = found("T14", targets=rows)
    assert "2 of 3 targets in the table are 0 or negative" in message


def test_T14_passes_a_negative_target_with_a_floor_and_finds_one_at_its_floor() -> None:
    loss = {"measures.revenue.target": {"fixed": -50.0}, "measures.revenue.attainment": {"range": -100.0}}
    assert found("T14", with_parts(loss)) == []
    ((_, message),) = found("T14", with_parts({**loss, "measures.revenue.target": {"fixed": -100.0}}))
    assert "target −100.00" in message and "floor −100.00" in message


def test_T14_reads_a_range_by_the_direction_of_its_kpi() -> None:
    fewer = {
        "measures.visits.kpi": "complaint_rate",
        "measures.visits.target": {"fixed": 0.0},
        "measures.visits.attainment": {"range": 0.1},
    }
    assert found("T14", with_parts(fewer)) == []  # from 10 % down to none
    assert len(found("T14", with_parts({**fewer, "measures.visits.attainment": {"range": -0.1}}))) == 1


def test_T14_passes_the_example() -> None:
    assert found("T14", targets=targets([("p01", "2026-Q1", 100.0)])) == []


def test_T15_finds_a_target_that_is_still_a_probability() -> None:
    ((where, message),) = found("T15", with_parts({"measures.revenue.target": {"hit_probability": 0.65}}))
    assert where == "measures.revenue.target" and "65 %" in message


def test_T15_passes_the_example() -> None:
    assert found("T15") == []


def test_the_messages_are_chinese_where_asked() -> None:
    ((_, message),) = found("T03", with_parts({"measures.revenue.target": GROWING}), "zh")
    assert "每季度增长 10.0%" in message and "46.4%" in message


def test_quarters_of_the_calendar_are_what_the_season_is_read_by() -> None:
    assert Calendar().periods_per_year("quarter") == 4

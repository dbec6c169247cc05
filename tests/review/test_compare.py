"""Changes between two windows against hand calculation: totals, ratios, vacancies, joiners, refusals."""

import numpy as np
import pandas as pd
import pytest

from toolkit.review.changes import COLUMNS, Windows, compare

BEFORE, AFTER = ("2025-Q1", "2025-Q2"), ("2026-Q1", "2026-Q2")
Cell = tuple[str, str, float] | tuple[str, str, float, float]


def panel(
    cells: list[Cell], level: str = "individual", kpi: str = "net_sales", **more: object
) -> pd.DataFrame:
    """Rows of (participant, period, numerator[, exposure]); a total unless a denominator is given."""
    full = [(*cell, 1.0) if len(cell) == 3 else cell for cell in cells]
    table = pd.DataFrame(full, columns=["participant", "period", "numerator", "exposure"])
    return table.assign(**({"level": level, "kpi": kpi, "denominator": np.nan, "missing": ""} | more))


def chosen(
    people: dict[str, tuple[str | None, str]],
    left: dict[str, str] | None = None,
    spans: tuple = (BEFORE, AFTER),
) -> Windows:
    """Windows of people (id -> team, group) and of those who left before the later one (id -> team)."""
    rows = [(person, team, group) for person, (team, group) in people.items()]
    table = pd.DataFrame(rows, columns=["participant", "team", "group"]).assign(scheme="new@1", region="R")
    teams = {person: team for person, (team, _) in people.items()} | (left or {})
    worked = [(person, period, team) for person, team in teams.items() for period in (*spans[0], *spans[1])]
    employed = pd.DataFrame(worked, columns=["person", "period", "team"])
    return Windows(*spans, "same_periods_last_year", "2026-Q1", table, employed)


def each(person: str, before: float, after: float) -> list[Cell]:
    """The same amount in every period of a window."""
    return [(person, p, before) for p in BEFORE] + [(person, p, after) for p in AFTER]


# Teams N1 (a; b, who leaves before 2026) and N2 (c; d, who joins in the middle of 2026-Q1) changed,
# S1 (e, f) and S2 (g, h) did not.
PEOPLE = {"a": ("N1", "changed"), "c": ("N2", "changed"), "d": ("N2", "changed")} | {
    "e": ("S1", "unchanged"), "f": ("S1", "unchanged"), "g": ("S2", "unchanged"), "h": ("S2", "unchanged")
}  # fmt: skip
SALES: list[Cell] = [
    *each("a", 100, 130), *each("c", 60, 60), ("b", "2025-Q1", 80), ("b", "2025-Q2", 80),
    ("d", "2026-Q1", 20, 0.5), ("d", "2026-Q2", 40),
    *each("e", 50, 55), *each("f", 50, 55), *each("g", 50, 55), *each("h", 50, 55),
]  # fmt: skip


@pytest.fixture(scope="module")
def two_and_two() -> pd.DataFrame:
    return compare(panel(SALES), chosen(PEOPLE, {"b": "N1"}), ("net_sales",))


def one(table: pd.DataFrame, group: str, team: str = "") -> pd.Series:
    rows = table[(table["group"] == group) & (table["team"] == team)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_totals_count_the_vacancy_and_the_joiner(two_and_two: pd.DataFrame) -> None:
    # before: 100 + 80 + 60 = 240 a period; after: (130 + 60 + 20 + 130 + 60 + 40) ÷ 2 = 220
    row = one(two_and_two, "changed")
    assert (row["before"], row["after"]) == (240.0, 220.0)
    assert row["estimate"] == pytest.approx(220 / 240 - 1)


def test_per_person_employed_nothing_changed(two_and_two: pd.DataFrame) -> None:
    # three people before; after 2.5 and 3, on average 2.75: 240 ÷ 3 = 220 ÷ 2.75 = 80
    row = one(two_and_two, "changed")
    assert (row["heads_before"], row["heads_after"]) == (3.0, 2.75)
    assert row["per_person"] == pytest.approx(0.0, abs=1e-12)


def test_with_two_teams_a_group_the_interval_is_between_people(two_and_two: pd.DataFrame) -> None:
    # ln(440/480) = −0.087011; without a, b, c, d in turn ln(180/280), ln(440/320), ln(320/360), ln(380/480):
    # off by −0.354821, 0.405465, −0.030772, −0.146603; squares sum to 0.312740; × 3/4, root 0.484308;
    # × t(0.95; 3) = 2.353363 gives 1.139754
    row = one(two_and_two, "changed")
    assert (row["unit"], row["n"], row["confidence"]) == ("person", 4, 0.9)
    expected = np.expm1([-0.087011 - 1.139754, -0.087011 + 1.139754])
    assert [row["low"], row["high"]] == pytest.approx(list(expected), abs=1e-5)


def test_the_comparison_group_stands_beside(two_and_two: pd.DataFrame) -> None:
    row = one(two_and_two, "unchanged")
    assert (row["before"], row["after"], row["n"]) == (200.0, 220.0, 4)
    assert [row["estimate"], row["low"], row["high"], row["per_person"]] == pytest.approx([0.1] * 4)


def test_each_team_has_a_row_and_no_interval_of_two_people(two_and_two: pd.DataFrame) -> None:
    teams = two_and_two[two_and_two["level"] == "team"]
    assert teams["team"].tolist() == ["N1", "N2", "S1", "S2"] and set(teams["unit"]) == {"person"}
    first, second = one(two_and_two, "changed", "N1"), one(two_and_two, "changed", "N2")
    assert (first["before"], first["after"]) == (180.0, 130.0)
    assert (second["before"], second["after"]) == (60.0, 90.0)
    assert teams["n"].tolist() == [2] * 4 and teams[["low", "high"]].isna().all().all()


def test_columns_are_those_promised(two_and_two: pd.DataFrame) -> None:
    assert tuple(two_and_two.columns) == COLUMNS
    assert two_and_two["level"].tolist() == ["group"] * 2 + ["team"] * 4


THREE = {f"{t}{i}": (t, "changed" if t < "D" else "unchanged") for t in "ABCDEF" for i in (1, 2, 3)}
TEAM_SALES = {
    "A": (100, 120),
    "B": (200, 220),
    "C": (300, 360),
    "D": (100, 100),
    "E": (90, 99),
    "F": (80, 72),
}


def three_and_three(people: dict[str, tuple[str | None, str]]) -> pd.DataFrame:
    """Team rows of the panel, and people's: each third of the team's, the first grows most."""
    teams = panel([c for t, (b, a) in TEAM_SALES.items() for c in each(t, b, a)], "team", exposure=3.0)
    grows = {"1": 1.3, "2": 1.0, "3": 1.0}
    own = [c for p in people for c in each(p, TEAM_SALES[p[0]][0] / 3, TEAM_SALES[p[0]][0] / 3 * grows[p[1]])]
    return compare(pd.concat([teams, panel(own)]), chosen(people), ("net_sales",))


def test_with_three_teams_a_group_the_interval_is_between_teams() -> None:
    # ln(700/600) = 0.154151; without A, B, C in turn ln(580/500), ln(480/400), ln(340/300): off by −0.005731,
    # 0.028171, −0.028988; squares sum to 0.001667; × 2/3, root 0.033334; × t(0.95; 2) = 2.919986: 0.097335
    row = one(three_and_three(THREE), "changed")
    assert (row["unit"], row["n"], row["before"], row["after"]) == ("team", 3, 600.0, 700.0)
    assert (row["heads_before"], row["heads_after"]) == (9.0, 9.0)
    expected = np.expm1([0.154151 - 0.097335, 0.154151 + 0.097335])
    assert [row["low"], row["high"]] == pytest.approx(list(expected), abs=1e-5)


def test_a_team_of_three_has_its_own_interval_between_its_people() -> None:
    row = one(three_and_three(THREE), "changed", "A")
    assert (row["unit"], row["n"]) == ("person", 3)
    assert row["estimate"] == pytest.approx(0.1)
    assert row["low"] < 0.1 < row["high"]


def test_a_team_in_both_groups_takes_the_interval_to_the_people() -> None:
    mixed = THREE | {"A3": ("A", "unchanged")}
    found = three_and_three(mixed)
    assert set(found["unit"]) == {"person"}
    assert one(found, "changed")["n"] == 8 and one(found, "unchanged")["n"] == 10


def test_one_group_alone_keeps_those_who_left_and_those_without_a_team() -> None:
    people = {"a": ("N", "everyone"), "b": (None, "everyone")}
    cells = [*each("a", 10, 10), *each("b", 10, 10), ("x", "2025-Q1", 20)]
    found = compare(panel(cells), chosen(people, {"x": "Z"}), ("net_sales",))
    assert one(found, "everyone")["before"] == 30.0
    assert found["team"].tolist() == ["", "N"]


def test_a_rate_is_a_ratio_of_sums_and_has_no_head_count() -> None:
    # (30 + 1) ÷ (100 + 0) = 0.31 against (10 + 10) ÷ (40 + 60) = 0.20: a person without a denominator counts
    people = {"a": ("N", "everyone"), "b": ("N", "everyone")}
    spans = (("2025",), ("2026",))
    cells: list[Cell] = [("a", "2025", 10), ("b", "2025", 10), ("a", "2026", 30), ("b", "2026", 1)]
    rate = panel(cells, denominator=[40.0, 60.0, 100.0, 0.0], missing=["", "", "", "zero_denominator"])
    row = one(compare(rate, chosen(people, spans=spans), ("net_sales",)), "everyone")
    assert (row["before"], row["after"]) == pytest.approx((0.20, 0.31))
    assert row["estimate"] == pytest.approx(0.55) and np.isnan(row["per_person"])
    assert (row["heads_before"], row["heads_after"]) == (2.0, 2.0)


def test_who_was_not_employed_or_not_measured_does_not_count() -> None:
    people = {"a": ("N", "everyone"), "b": ("N", "everyone")}
    cells = [*each("a", 10, 12), *each("b", 99, 99)]
    absent = panel(cells, missing=[""] * 4 + ["not_employed"] * 2 + ["no_rows_in_period"] * 2)
    row = one(compare(absent, chosen(people), ("net_sales",)), "everyone")
    assert (row["before"], row["after"], row["n"]) == (10.0, 12.0, 1)


@pytest.mark.parametrize("base", [0.0, -10.0])
def test_a_base_that_is_not_above_zero_has_no_percentage(base: float) -> None:
    people = dict.fromkeys("abc", ("N", "everyone"))
    cells = [c for p in "abc" for c in each(p, base, 5.0)]
    row = one(compare(panel(cells), chosen(people), ("net_sales",)), "everyone")
    assert np.isnan(row[["estimate", "low", "high", "per_person"]].astype(float)).all()
    assert (row["before"], row["after"]) == (3 * base, 15.0)


def test_every_kpi_asked_for_is_compared_in_that_order_and_no_other() -> None:
    people = {"a": ("N", "everyone")}
    rows = pd.concat([panel(each("a", 1, 2), kpi=kpi) for kpi in ("visits", "calls", "net_sales")])
    found = compare(rows, chosen(people), ("net_sales", "visits"))
    assert found["kpi"].tolist() == ["net_sales"] * 2 + ["visits"] * 2


def test_other_columns_of_a_panel_and_other_levels_change_nothing() -> None:
    rows = panel(SALES)
    more = pd.concat(
        [rows, panel([("R", "2025-Q1", 9e9)], "region"), panel([("all", "2026-Q1", 9e9)], "company")]
    )
    more = more.assign(group="x", team="y", scheme="z")
    windows = chosen(PEOPLE, {"b": "N1"})
    pd.testing.assert_frame_equal(
        compare(more, windows, ("net_sales",)), compare(rows, windows, ("net_sales",))
    )


def test_nothing_to_compare_gives_an_empty_table_with_its_columns() -> None:
    found = compare(panel(SALES), chosen(PEOPLE, spans=((), ())), ("net_sales",))
    assert found.empty and tuple(found.columns) == COLUMNS


def test_the_inputs_are_not_changed() -> None:
    rows, windows = panel(SALES), chosen(PEOPLE, {"b": "N1"})
    kept, people = rows.copy(), windows.people.copy()
    compare(rows, windows, ("net_sales",))
    pd.testing.assert_frame_equal(rows, kept)
    pd.testing.assert_frame_equal(windows.people, people)

"""The panel of the small engagement (12 deals, 4 people), each number worked out by hand from the rows."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data.helpers import ACTIVITIES, DEALS, PEOPLE, add, line_of, numbers, put, row, write
from toolkit.data.engagement import Engagement
from toolkit.data.load import load_engagement
from toolkit.data.panel import scan
from toolkit.data.panel.measure import COLUMNS, measure
from toolkit.errors import DataError
from toolkit.language import LANGUAGES, describe

DOCUMENT = "engagement.yaml"
INVOICES = """\
invoice,participant,amount,issued_on,due_on
I1,p1,100,2026-01-10,2026-02-10
I2,p2,200,2026-02-15,2026-03-31
I3,p1,50,2026-01-10,
"""
PAYMENTS = """\
payment,participant,amount,paid_on
Y1,p1,40,2026-02-20
Y2,p1,60,2026-03-05
Y3,p2,50,2026-03-31
"""
FEEDBACK = """\
feedback,participant,kind,score,given_on
F1,p1,satisfaction,8,2026-01-15
F2,p1,satisfaction,9,2026-01-20
F3,p2,complaint,,2026-01-21
"""


def full(folder: Path, **changed: str) -> Path:
    """The small engagement with invoices, payments and feedback."""
    write(folder, **changed)
    for name, content in (("invoices", INVOICES), ("payments", PAYMENTS), ("feedback", FEEDBACK)):
        put(folder, f"data/{name}.csv", content)
        add(folder, DOCUMENT, f"  {name}: {{file: data/{name}.csv}}\n")
    return folder


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Engagement:
    return load_engagement(full(tmp_path_factory.mktemp("client")))


@pytest.fixture(scope="module")
def panel(client: Engagement) -> pd.DataFrame:
    kpis = [
        "net_sales", "visits", "win_rate", "new_customers", "active_customers", "open_pipeline",
         "won_within_90_days",
        "collection_rate", "customer_satisfaction",
    ]  # fmt: skip
    return measure(client, kpis, ["month", "quarter", "half"])


HAND = [
    # kpi, level, period, value of each participant or why there is none
    ("net_sales", "individual", "2026-01", {"p1": 150.5, "p2": 0, "p3": 0, "p4": 0}),
    ("net_sales", "individual", "2026-Q1", {"p1": 150.5, "p2": 200, "p3": 70, "p4": 0}),
    ("net_sales", "individual", "2026-Q2", {"p1": 0, "p2": 400, "p3": 30, "p4": 0.3}),
    ("net_sales", "team", "2026-Q1", {"North": 350.5, "South": 70}),
    ("net_sales", "region", "2026-Q2", {"Coast": 430.3}),
    ("net_sales", "company", "2026-H1", {"all": 850.8}),
    # closed, by the day: January D01, D02; February D03 lost, D04; March D06
    ("win_rate", "individual", "2026-01", {"p1": 1, "p2": "zero_denominator", "p3": "zero_denominator",
     "p4": "zero_denominator"}),
    ("win_rate", "individual", "2026-Q1", {"p1": 0.6666666667, "p2": 1, "p3": 1, "p4": "zero_denominator"}),
    ("win_rate", "company", "2026-Q1", {"all": 0.8}),
    ("win_rate", "individual", "2026-Q2", {"p1": "zero_denominator", "p2": 1, "p3": 1, "p4": 0.75}),
    # first orders: c1 in January, c2 in February, c3 in March, c4 and c5 in May, c6 in June
    ("new_customers", "company", "2026-Q1", {"all": 3}),
    ("new_customers", "individual", "2026-Q2", {"p1": 0, "p2": 1, "p3": 0, "p4": 2}),
    # c1 buys of p1 and of p3: customers of a half-year are 6, not 3 + 4, and not 1 + 2 + 2 + 2
    ("active_customers", "company", "2026-Q1", {"all": 3}),
    ("active_customers", "company", "2026-Q2", {"all": 4}),
    ("active_customers", "company", "2026-H1", {"all": 6}),
    ("active_customers", "individual", "2026-H1", {"p1": 1, "p2": 2, "p3": 2, "p4": 2}),
    # at the end of January D03, D04 and D06 are open, D02 closed that day; at the end of June only D05
    ("open_pipeline", "individual", "2026-01", {"p1": 80, "p2": 200, "p3": 70, "p4": 0}),
    ("open_pipeline", "individual", "2026-Q1", {"p1": 0, "p2": 700, "p3": 30, "p4": 0}),
    ("open_pipeline", "company", "2026-H1", {"all": 300}),
    # created in the first quarter D02 to D07 and D12; won within 90 days D02, D04, D06, D07 (D12 took 107)
    ("won_within_90_days", "company", "2026-01", {"all": 0.75}),
    ("won_within_90_days", "company", "2026-Q1", {"all": 0.5714285714}),
    ("won_within_90_days", "company", "2026-03", {"all": 0.5}),
    ("won_within_90_days", "company", "2026-04", {"all": "cohort_open"}),
    ("won_within_90_days", "individual", "2026-Q2", dict.fromkeys(["p1", "p2", "p3", "p4"], "cohort_open")),
    # the log has nothing in April, which is not the same as no visit
    ("visits", "individual", "2026-01", {"p1": 2, "p2": 0, "p3": 0, "p4": 0}),
    ("visits", "individual", "2026-03", {"p1": 0, "p2": 0, "p3": 0, "p4": 0}),
    ("visits", "individual", "2026-04", dict.fromkeys(["p1", "p2", "p3", "p4"], "no_rows_in_period")),
    ("visits", "team", "2026-Q2", {"North": 1, "South": 0}),
    # paid by the day of payment, due by the day due: two tables, two dates
    ("collection_rate", "individual", "2026-02", {"p1": 0.4, "p2": "zero_denominator",
     "p3": "zero_denominator", "p4": "zero_denominator"}),
    ("collection_rate", "individual", "2026-03", {"p1": "zero_denominator", "p2": 0.25,
     "p3": "zero_denominator", "p4": "zero_denominator"}),
    ("collection_rate", "individual", "2026-Q1", {"p1": 1, "p2": 0.25, "p3": "zero_denominator",
     "p4": "zero_denominator"}),
    ("collection_rate", "company", "2026-Q1", {"all": 0.5}),
    ("collection_rate", "company", "2026-01", {"all": "no_rows_in_period"}),
    ("customer_satisfaction", "individual", "2026-01", {"p1": 8.5, "p2": "zero_denominator",
     "p3": "zero_denominator", "p4": "zero_denominator"}),
    ("customer_satisfaction", "company", "2026-Q2", {"all": "no_rows_in_period"}),
]  # fmt: skip


@pytest.mark.parametrize("case", HAND, ids=lambda case: f"{case[0]}-{case[1]}-{case[2]}")
def test_the_panel_is_what_the_rows_add_up_to(panel: pd.DataFrame, case: tuple) -> None:
    kpi, level, period, expected = case
    assert numbers(panel, level, period, kpi) == expected


def test_the_panel_shows_both_sides_of_a_ratio_and_the_rows_used(panel: pd.DataFrame) -> None:
    found = row(panel, "company", "all", "2026-Q1", "collection_rate")
    assert (found["numerator"], found["denominator"], found["rows"]) == (150, 300, 3)
    assert row(panel, "individual", "p1", "2026-Q1", "net_sales")["rows"] == 2
    assert row(panel, "individual", "p4", "2026-Q1", "net_sales")["rows"] == 0
    assert np.isnan(row(panel, "individual", "p1", "2026-Q1", "net_sales")["denominator"])


def test_a_cohort_still_open_keeps_its_counts_so_far(panel: pd.DataFrame) -> None:
    found = row(panel, "company", "all", "2026-Q2", "won_within_90_days")
    assert (found["numerator"], found["denominator"], found["missing"]) == (3, 4, "cohort_open")
    assert np.isnan(found["value"])


def test_sums_are_exact(panel: pd.DataFrame) -> None:
    assert str(row(panel, "individual", "p4", "2026-05", "net_sales")["numerator"]) == "0.3"
    assert 0.1 + 0.1 + 0.1 != 0.3


def test_sums_of_people_teams_and_regions_are_the_companys(panel: pd.DataFrame) -> None:
    flows = panel[panel["kpi"].isin(["net_sales", "visits", "open_pipeline"])]
    totals = flows.groupby(["kpi", "period", "level"])["value"].sum(min_count=1).unstack("level")
    for level in ("individual", "team", "region"):
        pd.testing.assert_series_equal(totals[level], totals["company"], check_names=False)
    assert totals.loc[("net_sales", "2026-H1"), "company"] == 850.8


def test_every_row_has_a_number_or_says_why(panel: pd.DataFrame) -> None:
    assert list(panel.columns) == COLUMNS
    assert (panel["value"].isna() == (panel["missing"] != "")).all()
    assert not panel.duplicated(["level", "participant", "period", "kpi"]).any()
    assert np.isfinite(panel["value"].dropna()).all()


def test_months_and_quarters_are_measured_unless_said_otherwise(client: Engagement) -> None:
    panel = measure(client)
    assert list(panel["kpi"].unique()) == ["net_sales", "visits", "win_rate"]
    assert sorted(panel["period"].unique()) == [*[f"2026-0{m}" for m in range(1, 7)], "2026-Q1", "2026-Q2"]
    assert len(measure(client, [], ["quarter"])) == 0


@pytest.mark.parametrize(
    ("kpis", "grains", "code", "value"),
    [
        (["netsales"], None, "engagement.unknown_kpi", "netsales"),
        (["discount_given"], None, "engagement.column_not_filled", "deals.discount"),
        (["knowledge_mastery"], None, "engagement.table_not_supplied", "training"),
        (["net_sales"], ["week"], "data.unknown_grain", "week"),
    ],
)
def test_what_cannot_be_measured_is_refused(
    client: Engagement, kpis: list[str], grains: list[str] | None, code: str, value: str
) -> None:
    with pytest.raises(DataError) as refused:
        measure(client, kpis, grains)
    first = refused.value.problems[0]
    assert (first.code, first.value) == (code, value)
    assert all(value in describe(first, language) for language in LANGUAGES)


def test_nothing_given_is_changed(client: Engagement) -> None:
    before = client.participants.copy(), client.targets.copy()
    first = measure(client)
    pd.testing.assert_frame_equal(measure(client), first)
    pd.testing.assert_frame_equal(client.participants, before[0])
    pd.testing.assert_frame_equal(client.targets, before[1])


def test_the_order_of_rows_makes_no_difference(tmp_path: Path, client: Engagement) -> None:
    def shuffled(content: str) -> str:
        head, *lines = content.splitlines(keepends=True)
        random.Random(7).shuffle(lines)
        return head + "".join(lines)

    other = load_engagement(
        full(tmp_path, deals=shuffled(DEALS), people=shuffled(PEOPLE), activities=shuffled(ACTIVITIES))
    )
    pd.testing.assert_frame_equal(measure(other), measure(client))


def test_kpis_of_one_table_date_and_owner_share_one_scan(
    client: Engagement, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, seen = scan._keep, []

    def counted(database: Any, relation: Any, cells: Any, first: str) -> None:
        plan = database.raw_sql(f"EXPLAIN (FORMAT json) {first}").fetchall()[0][1]
        seen.append(plan.count('"Table": "memory.main.deals"') + plan.count("_wide_deals"))
        keep(database, relation, cells, first)

    monkeypatch.setattr(scan, "_keep", counted)
    # by ordered_on five KPIs, by closed_on two, by created_on one, and one at the period's end
    kpis = ["net_sales", "gross_margin", "gross_margin_rate", "new_customers", "active_customers", "win_rate",
            "new_customer_win_rate", "won_within_90_days", "open_pipeline"]  # fmt: skip
    measure(client, kpis)
    assert seen == [1, 1, 1, 1]


OWN = """\
kpis:
  own:
    name: {{en: Own, zh: 自定}}
    category: result
    unit: count
    direction: higher
{}"""


def measured(
    folder: Path, definition: str, change: Callable[[Path], None] = lambda _: None
) -> dict[str, object]:
    """An own KPI's values of the people in the first quarter."""
    full(folder)
    add(folder, DOCUMENT, OWN.format(definition))
    change(folder)
    return numbers(measure(load_engagement(folder), ["own"], ["quarter"]), "individual", "2026-Q1", "own")


def test_an_average_of_nothing_is_missing(tmp_path: Path) -> None:
    definition = "    numerator: {table: feedback, sql: avg(score), date: given_on}\n"
    assert measured(tmp_path, definition) == {
        "p1": 8.5,
        **dict.fromkeys(["p2", "p3", "p4"], "no_rows_in_period"),
    }


def test_a_division_by_zero_is_missing_not_infinite(tmp_path: Path) -> None:
    definition = "    numerator: {table: deals, sql: sum(cost) / (count(*) - 1), date: ordered_on}\n"
    found = measured(tmp_path, definition)
    # p1 has two orders of cost 60 and 30; p2 and p3 have one; p4 has none
    assert found == {"p1": 90, "p2": "zero_denominator", "p3": "zero_denominator", "p4": "no_rows_in_period"}


def test_what_was_won_less_what_was_lost(tmp_path: Path) -> None:
    sql = "sum(amount) FILTER (WHERE stage = 'won') - sum(amount) FILTER (WHERE stage = 'lost')"
    found = measured(tmp_path, f'    numerator: {{table: deals, sql: "{sql}", date: closed_on}}\n')
    assert found == {"p1": 70.5, "p2": 200, "p3": 70, "p4": 0}


def test_a_derived_column_may_be_averaged(tmp_path: Path) -> None:
    sql = "avg(days_to_close) FILTER (WHERE stage = 'won')"
    found = measured(tmp_path, f'    numerator: {{table: deals, sql: "{sql}", date: closed_on}}\n')
    # p1: 21 and 26 days; p2: 38; p3: 75
    assert found == {"p1": 23.5, "p2": 38, "p3": 75, "p4": "no_rows_in_period"}


def test_a_row_may_be_anothers(tmp_path: Path) -> None:
    """The owner column says whose a row is; rows without an owner count for the company all the same."""
    deals = (
        DEALS.replace("customer,", "product,customer,").replace(",p1,", ",p1,p4,").replace(",p2,", ",p2,,")
    )
    deals = deals.replace(",p3,", ",p3,p3,").replace("D08,p4,", "D08,p4,p4,")
    for deal in ("D09", "D10", "D11"):
        deals = deals.replace(f"{deal},p4,", f"{deal},p4,p4,")
    write(tmp_path, deals=deals)
    add(tmp_path, DOCUMENT, "kpis: {net_sales: {owner: product}}\n")
    panel = measure(load_engagement(tmp_path), ["net_sales"], ["quarter"])
    assert numbers(panel, "individual", "2026-Q1", "net_sales") == {
        "p1": 0,
        "p2": 0,
        "p3": 70,
        "p4": 150.5,
        "unassigned": 200,
    }
    assert numbers(panel, "team", "2026-Q1", "net_sales") == {"North": 0, "South": 220.5, "unassigned": 200}
    assert numbers(panel, "company", "2026-Q1", "net_sales") == {"all": 420.5}


def test_another_date_moves_rows_to_another_period(tmp_path: Path) -> None:
    write(tmp_path)
    add(tmp_path, DOCUMENT, "kpis: {net_sales: {date: created_on}}\n")
    panel = measure(load_engagement(tmp_path), ["net_sales"], ["quarter"])
    # D01 was created in December; D07 and D12 in March, and ordered after it
    assert numbers(panel, "individual", "2026-Q1", "net_sales") == {"p1": 50.5, "p2": 600, "p3": 100, "p4": 0}
    assert line_of(tmp_path, DOCUMENT, "created_on") == 19


@settings(max_examples=8)
@given(st.data())
def test_random_rows_against_a_count_by_hand(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Sums and distinct customers of random deals, counted in plain Python."""
    day = st.dates(pd.Timestamp("2025-12-20").date(), pd.Timestamp("2026-07-10").date())
    one = st.tuples(
        st.sampled_from(["p1", "p2", "p3", "p4"]), st.sampled_from("abc"), st.sampled_from(["won", "lost"]),
        st.integers(0, 999_999), day,
    )  # fmt: skip
    rows = data.draw(st.lists(one, min_size=1, max_size=25))
    lines = [f"X{i},{w},{c},{s},{a / 100:.2f},1,{d},{d},{d}\n" for i, (w, c, s, a, d) in enumerate(rows)]
    folder = write(
        tmp_path_factory.mktemp("random"), deals=DEALS.splitlines(keepends=True)[0] + "".join(lines)
    )
    panel = measure(load_engagement(folder), ["net_sales", "active_customers"], ["quarter"])
    groups = {
        "p1": ["p1"],
        "p2": ["p2"],
        "p3": ["p3"],
        "p4": ["p4"],
        "North": ["p1", "p2"],
        "South": ["p3", "p4"],
    }
    groups |= {"Coast": ["p1", "p2", "p3", "p4"], "all": ["p1", "p2", "p3", "p4"]}
    for period, months in (("2026-Q1", (1, 2, 3)), ("2026-Q2", (4, 5, 6))):
        inside = [r for r in rows if r[4].year == 2026 and r[4].month in months]
        for who, people in groups.items():
            won = [r for r in inside if r[0] in people and r[2] == "won"]
            found = panel[(panel["participant"] == who) & (panel["period"] == period)].set_index("kpi")
            if not inside:
                assert set(found["missing"]) == {"no_rows_in_period"}
                continue
            assert found.loc["net_sales", "value"] == sum(r[3] for r in won) / 100
            assert found.loc["active_customers", "value"] == len({r[1] for r in won})

"""Who counts where and when: joiners, leavers, moves between teams, no team at all; all calendars."""

from pathlib import Path

import pandas as pd
import pytest

from tests.data.helpers import DEALS, PEOPLE, SCHEME, add, edit, numbers, row, write
from toolkit.data.load import load_engagement
from toolkit.data.panel.measure import measure

DOCUMENT = "engagement.yaml"


def sales(folder: Path, *grains: str) -> pd.DataFrame:
    return measure(load_engagement(folder), ["net_sales"], grains or ["quarter"])


def test_a_joiner_and_a_leaver_count_for_their_days(tmp_path: Path) -> None:
    people = PEOPLE.replace("p3,Cai,South,Coast,field,2024-01-01,,", "p3,Cai,South,Coast,field,2026-02-10,,")
    people = people.replace(
        "p4,Dee,South,Coast,field,2024-01-01,,", "p4,Dee,South,Coast,field,2024-01-01,2026-02-07,"
    )
    panel = sales(write(tmp_path, people=people), "month", "quarter")
    exposure = panel[panel["period"] == "2026-Q1"].set_index("participant")["exposure"]
    # of the 90 days of the first quarter p3 was there for 50, p4 for 38
    assert exposure[["p1", "p3", "p4"]].tolist() == [1.0, 0.55555556, 0.42222222]
    assert exposure[["North", "South", "Coast", "all"]].round(8).tolist() == [
        2.0,
        0.97777778,
        2.97777778,
        2.97777778,
    ]
    assert numbers(panel, "individual", "2026-01", "net_sales") == {"p1": 150.5, "p2": 0, "p4": 0}
    assert row(panel, "individual", "p4", "2026-02", "net_sales")["exposure"] == 0.25


def test_rows_of_a_leaver_still_count_and_say_so(tmp_path: Path) -> None:
    """p4 left in April; the orders of May are booked on p4, and nobody else's."""
    people = PEOPLE.replace(
        "p4,Dee,South,Coast,field,2024-01-01,,", "p4,Dee,South,Coast,field,2024-01-01,2026-03-31,"
    )
    client = load_engagement(write(tmp_path, people=people))
    panel = measure(client, ["net_sales", "win_rate", "gross_margin_rate"], ["month"])
    found = row(panel, "individual", "p4", "2026-05", "net_sales")
    assert (found["value"], found["exposure"]) == (0.3, 0.0)
    # the lost deal of April is counted, but April has no order of p4's, who was not there to make one
    assert row(panel, "individual", "p4", "2026-04", "win_rate")["value"] == 0
    assert panel[(panel["participant"] == "p4") & (panel["period"] == "2026-06")].empty
    assert row(panel, "company", "all", "2026-05", "net_sales")["value"] == 0.3


def test_who_was_not_there_has_no_zero(tmp_path: Path) -> None:
    """A ratio over two tables: the visits of a leaver's last days, nothing sold since."""
    people = PEOPLE.replace(
        "p1,Ann,North,Coast,field,2024-01-01,,", "p1,Ann,North,Coast,field,2024-01-01,2026-05-31,"
    )
    write(tmp_path, people=people)
    sql = "name: {en: Own, zh: 自定}, category: result, unit: ratio, direction: higher"
    top = "numerator: {table: deals, sql: sum(amount), date: ordered_on}"
    add(
        tmp_path,
        DOCUMENT,
        f"kpis:\n  own: {{{sql}, {top}, denominator: {{table: activities, sql: count(*), date: done_on}}}}\n",
    )
    found = row(measure(load_engagement(tmp_path), ["own"], ["month"]), "individual", "p1", "2026-06", "own")
    assert (found["missing"], found["exposure"], found["denominator"]) == ("not_employed", 0.0, 1)


def test_a_row_belongs_to_the_team_of_its_day(tmp_path: Path) -> None:
    """p1 moves from North to South on the 20th of January, between the orders of the 10th and the 31st."""
    one = "p1,Ann,North,Coast,field,2024-01-01,,120000,24000,,\n"
    two = one.replace(",,\n", ",,2026-01-19\n") + one.replace("North", "South").replace(
        ",,\n", ",2026-01-20,\n"
    )
    panel = sales(write(tmp_path, people=PEOPLE.replace(one, two)), "month", "quarter")
    assert numbers(panel, "team", "2026-01", "net_sales") == {"North": 100, "South": 50.5}
    assert numbers(panel, "team", "2026-Q1", "net_sales") == {"North": 300, "South": 120.5}
    assert numbers(panel, "individual", "2026-Q1", "net_sales")["p1"] == 150.5
    # the person's time counts where the period finds the person at its end
    assert row(panel, "team", "South", "2026-Q1", "net_sales")["exposure"] == 3.0


@pytest.mark.parametrize("how", ["blank", "until", "named so"])
def test_rows_of_people_without_a_team_are_unassigned(tmp_path: Path, how: str) -> None:
    one = "p2,Bob,North,Coast,field,2024-01-01,,120000,24000,,\n"
    none = one.replace("North,Coast", ",")
    if how == "until":
        none = one.replace(",,\n", ",,2025-12-31\n")
    if how == "named so":  # beside another person who has none
        none = one.replace("North,Coast", "unassigned,unassigned")
    people = PEOPLE.replace(one, none)
    if how == "named so":
        people = people.replace("p3,Cai,South,Coast", "p3,Cai,,")
    write(
        tmp_path, people=people, field_sales=SCHEME.replace("applies_to: {role: [field]}", "applies_to: {}")
    )
    panel = sales(tmp_path)
    left = 270 if how == "named so" else 200
    assert numbers(panel, "team", "2026-Q1", "net_sales")["unassigned"] == left
    assert numbers(panel, "region", "2026-Q1", "net_sales")["unassigned"] == left
    totals = panel.groupby(["period", "level"])["value"].sum().unstack()
    assert totals.loc["2026-Q1"].tolist() == pytest.approx([420.5] * 4, abs=1e-12)
    assert not panel.duplicated(["level", "participant", "period"]).any()


def test_fiscal_years_are_named_as_the_client_names_them(tmp_path: Path) -> None:
    """A year from April to March, named after its end: January to June 2026 are its 2026-Q4 and 2027-Q1."""
    write(tmp_path)
    edit(tmp_path, DOCUMENT, "calendar: months", "calendar: {fiscal_year_starts: 4, named_after: end}")
    panel = sales(tmp_path, "quarter", "month")
    assert numbers(panel, "company", "2026-Q4", "net_sales") == {"all": 420.5}
    assert numbers(panel, "company", "2027-Q1", "net_sales") == {"all": 430.3}
    assert numbers(panel, "company", "2026-06", "net_sales") == {"all": 400}


NAMED = (
    "{periods: {2025-Q4: 2025-12-30, 2026-Q1: 2026-02-01, 2026-Q2: 2026-04-02, 2026-Q3: 2026-05-07, "
    "2026-Q4: 2026-06-01}, ends: 2026-06-30}"
)


def test_named_periods_are_the_clients_own_and_have_no_months(tmp_path: Path) -> None:
    write(tmp_path)
    edit(tmp_path, DOCUMENT, "calendar: months", f"calendar: {NAMED}")
    edit(tmp_path, DOCUMENT, "from: 2026-01-01", "from: 2025-12-30")
    edit(tmp_path, "schemes/field_sales.yaml", "score_every: month", "score_every: quarter")
    edit(tmp_path, "schemes/field_sales.yaml", "from: 2026-01-01", "from: 2025-12-30")
    edit(tmp_path, "schemes/field_sales.yaml", "target: {fixed: 40, per: month}", "target: {fixed: 40}")
    for person in ("p1", "p2", "p4"):
        edit(tmp_path, "data/targets.csv", f"{person},2026-01,", f"{person},2026-Q1,")
    edit(tmp_path, "data/targets.csv", "2026-01-01", "2026-02-01")  # the first day of 2026-Q1
    client = load_engagement(tmp_path)
    assert set(client.targets["period"]) == {"2026-Q1"}
    panel = measure(client, ["net_sales"])
    company = panel[panel["level"] == "company"].set_index("period")["value"]
    # 1 April is still in Q1; of the three small orders of May two fall before the 7th
    assert company.round(9).to_dict() == {
        "2025-Q4": 150.5, "2026-Q1": 300.0, "2026-Q2": 0.2, "2026-Q3": 0.1, "2026-Q4": 400.0,
    }  # fmt: skip
    # 2025 has one named quarter only, and is no year
    years = measure(client, ["net_sales"], ["year"])
    assert numbers(years, "company", "2026", "net_sales") == {"all": 700.3}
    assert set(years["period"]) == {"2026"}


def test_only_whole_periods_are_measured(tmp_path: Path) -> None:
    write(tmp_path)
    edit(tmp_path, DOCUMENT, "from: 2026-01-01, to: 2026-06-30", "from: 2026-01-02, to: 2026-06-29")
    panel = sales(tmp_path, "month", "quarter", "half", "year")
    assert sorted(panel["period"].unique()) == ["2026-02", "2026-03", "2026-04", "2026-05"]


VALUES = """\
participant,period,kpi,value,numerator,denominator,additive
p1,2026-01,stock,10,,,yes
p1,2026-02,stock,20,,,yes
p1,2026-03,stock,30,,,yes
p2,2026-01,stock,1,,,yes
p2,2026-03,stock,3,,,yes
p3,2026-02,stock,5,,,yes
p3,2026-03,stock,6,,,yes
p1,2026-01,mood,4,,,no
p1,2026-02,mood,5,,,no
p1,2026-Q1,mood,4.4,,,no
p1,2026-01,share,,1,4,
p1,2026-02,share,,1,2,
p1,2026-03,share,,0,0,
p2,2026-01,share,,3,4,
North,2026-01,plan,77,,,no
"""
KPIS = "kpis:\n" + "".join(
    f"  {kpi}: {{name: {{en: Own, zh: 自定}}, category: result, unit: count, direction: higher}}\n"
    for kpi in ("stock", "mood", "share", "plan")
)


def given_panel(folder: Path, values: str = VALUES) -> pd.DataFrame:
    """p3 joined in February."""
    people = PEOPLE.replace("p3,Cai,South,Coast,field,2024-01-01,,", "p3,Cai,South,Coast,field,2026-02-01,,")
    write(folder, people=people)
    (folder / "data/values.csv").write_text(values, encoding="utf-8")
    add(folder, DOCUMENT, f"  kpi_values: {{file: data/values.csv}}\n{KPIS}")
    return measure(load_engagement(folder), ["stock", "mood", "share", "plan"], ["month", "quarter", "half"])


def test_only_values_marked_additive_are_added(tmp_path: Path) -> None:
    panel = given_panel(tmp_path)
    none = "no_rows_in_period"
    # p1 has all three months; p2 lacks February; p3 has both months of being there
    assert numbers(panel, "individual", "2026-Q1", "stock") == {"p1": 60, "p2": none, "p3": 11, "p4": none}
    assert numbers(panel, "team", "2026-01", "stock") == {"North": 11, "South": none}
    assert numbers(panel, "team", "2026-Q1", "stock") == {"North": 64, "South": none}
    assert numbers(panel, "company", "2026-Q1", "stock") == {"all": 75}
    assert numbers(panel, "individual", "2026-Q1", "mood") == {"p1": 4.4, "p2": none, "p3": none, "p4": none}
    apart = {"North": "not_additive", "South": "not_additive"}
    assert numbers(panel, "team", "2026-01", "mood") == apart
    assert numbers(panel, "individual", "2026-H1", "mood")["p1"] == "not_additive"


def test_numerators_and_denominators_add_and_a_rate_is_their_quotient(tmp_path: Path) -> None:
    panel = given_panel(tmp_path)
    assert numbers(panel, "individual", "2026-03", "share")["p1"] == "zero_denominator"
    found = row(panel, "individual", "p1", "2026-Q1", "share")
    assert (found["numerator"], found["denominator"]) == (2, 6)  # not the mean of 1/4 and 1/2
    assert numbers(panel, "team", "2026-01", "share")["North"] == 0.5


def test_a_group_may_have_a_value_of_its_own(tmp_path: Path) -> None:
    panel = given_panel(tmp_path)
    assert numbers(panel, "team", "2026-01", "plan") == {"North": 77, "South": "no_rows_in_period"}


def test_given_values_follow_a_person_from_team_to_team(tmp_path: Path) -> None:
    one = "p1,Ann,North,Coast,field,2024-01-01,,120000,24000,,\n"
    moved = one.replace(",,\n", ",,2026-01-31\n") + one.replace("North", "South").replace(
        ",,\n", ",2026-02-01,\n"
    )
    head, *lines = VALUES.splitlines(keepends=True)
    (tmp_path / "data").mkdir()
    people = PEOPLE.replace(one, moved)
    write(tmp_path, people=people)
    (tmp_path / "data/values.csv").write_text(head + "".join(lines[:3]), encoding="utf-8")
    add(tmp_path, DOCUMENT, f"  kpi_values: {{file: data/values.csv}}\n{KPIS}")
    panel = measure(load_engagement(tmp_path), ["stock"], ["month", "quarter"])
    assert numbers(panel, "team", "2026-01", "stock")["North"] == 10
    assert numbers(panel, "team", "2026-02", "stock")["South"] == 20
    assert numbers(panel, "company", "2026-Q1", "stock") == {"all": 60}


def test_a_given_kpi_needs_no_definition_of_its_table(tmp_path: Path) -> None:
    """The client who has only a monthly sheet: collection_rate without payments or invoices."""
    write(tmp_path)
    values = "participant,period,kpi,numerator,denominator\np1,2026-01-01,collection_rate,80,100\n"
    (tmp_path / "data/values.csv").write_text(values, encoding="utf-8")
    add(tmp_path, DOCUMENT, "  kpi_values: {file: data/values.csv}\n")
    edit(tmp_path, DOCUMENT, "visits, win_rate", "visits, collection_rate")
    panel = measure(load_engagement(tmp_path))
    assert row(panel, "individual", "p1", "2026-01", "collection_rate")["value"] == 0.8
    assert row(panel, "individual", "p1", "2026-01", "net_sales")["value"] == 150.5
    assert len(DEALS.splitlines()) == 13

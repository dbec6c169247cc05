"""The screening of a large client, of the same rows in any order, and of a panel that stays as it was."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import toolkit as tk
from tests.design.screen.made import panel, people
from toolkit.assets import asset
from toolkit.data.engagement import Engagement
from toolkit.design.screen import screen

MANY = (
    "net_sales", "gross_margin", "deals_won", "new_customers", "cash_collected", "units_sold", "visits",
    "calls", "follow_ups", "customer_satisfaction", "service_score", "complaint_rate", "active_customers",
    "call_minutes", "customers_visited", "opportunities_created",
)  # fmt: skip


@pytest.fixture(scope="module")
def manufacturer() -> Engagement:
    return tk.load_engagement(asset("templates", "engagements", "manufacturer"))


def staffed(client: Engagement, count: int) -> Engagement:
    """The client with so many other people, in teams of four."""
    roster = pd.DataFrame({"participant": people(count), "team": [f"{i // 4}组" for i in range(count)]})
    days = dict.fromkeys(("hired_on", "left_on", "valid_from", "valid_to"), pd.NaT)
    roster = roster.assign(name=roster["participant"], region="华东", **days)
    return replace(client, participants=roster.astype(dict.fromkeys(days, "datetime64[s]")))


def test_two_thousand_people_are_told_what_is_planted(manufacturer: Engagement) -> None:
    """2,000 people × 30 months × 16 KPIs: no step may grow with the square of people."""
    random = np.random.default_rng(1)
    tables = {}
    for name in MANY:
        tables[name] = random.normal(50, 1, (2000, 1)) + random.normal(size=(2000, 30))
        tables[name][random.random((2000, 30)) < 0.03] = np.nan
    found = screen(staffed(manufacturer, 2000), panel=panel(tables))
    reliability = found.tests.loc[found.tests["test"] == "reliability", "value"]
    assert len(reliability) == 16 and (reliability - 0.5).abs().max() < 0.05  # planted: half of it lasts
    control = found.tests[found.tests["test"] == "control"]
    assert (control["value"] - 0.5).abs().max() < 0.06 and control["share_place"].max() < 0.03
    assert len(found.pairs) == 120 and (found.pairs["overall"].abs() < 0.05).all()


def test_the_order_of_rows_changes_nothing(manufacturer: Engagement) -> None:
    random = np.random.default_rng(1)
    tables = {name: random.normal(size=(14, 16)) for name in ("net_sales", "visits", "calls")}
    tables["visits"][random.random((14, 16)) < 0.1] = np.nan
    given, client, names = panel(tables), staffed(manufacturer, 14), list(tables)
    one = screen(client, names, panel=given)
    other = screen(client, names, panel=given.sample(frac=1, random_state=2))
    pd.testing.assert_frame_equal(one.tests, other.tests)
    pd.testing.assert_frame_equal(one.pairs, other.pairs)
    pd.testing.assert_frame_equal(one.vif, other.vif)


def test_the_input_is_left_as_it_was(manufacturer: Engagement) -> None:
    given = panel({"visits": np.random.default_rng(1).normal(size=(10, 12))})
    before = given.copy(deep=True)
    screen(staffed(manufacturer, 10), panel=given)
    pd.testing.assert_frame_equal(given, before)

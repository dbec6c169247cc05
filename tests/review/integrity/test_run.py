"""The whole run: on people who steer and who do not, on both samples, and on clients with little."""

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import toolkit as tk
from tests.data.helpers import write
from tests.review.integrity.steered import SCHEME, engagement
from toolkit.appraise.appraisal import settle
from toolkit.assets import asset
from toolkit.review.integrity import integrity
from toolkit.review.integrity.run import COLUMNS


@pytest.fixture(scope="module")
def steered(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return integrity(tk.load_engagement(engagement(tmp_path_factory.mktemp("a") / "x", steered=True)))


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return tk.load_engagement(engagement(tmp_path_factory.mktemp("b") / "x", steered=False))


def one(table: pd.DataFrame, test: str, **values: object) -> dict[str, Any]:
    rows = table[table["test"] == test]
    for column, value in values.items():
        rows = rows[rows[column] == value]
    assert len(rows) == 1, rows
    return rows.iloc[0].to_dict()


def test_what_was_planted_is_a_reason_to_look(steered: pd.DataFrame) -> None:
    assert set(steered.loc[steered["flag"], "test"]) == {
        "bunching",
        "excess_mass",
        "hockey_stick",
        "booking_returns",
        "digit_heaping",
    }
    assert one(steered, "booking_returns")["who"] == "p003"
    assert one(steered, "bunching", edge=1.0, grain="month")["value"] > 0.8
    for message in steered.loc[steered["flag"], "message"]:
        assert "A reason to look, never proof" in message and "tests were run" in message


def test_people_who_do_nothing_are_left_in_peace(honest: Any) -> None:
    found = integrity(honest)
    assert not found["flag"].any() and (found["verdict"] == "nothing_seen").sum() >= 6
    assert set(found["verdict"]) == {"nothing_seen", "not_enough_data"}
    seen = found[found["verdict"] == "nothing_seen"]
    assert seen["message"].str.contains("no proof of the contrary").all()


def test_the_table_keeps_its_contract(steered: pd.DataFrame) -> None:
    assert list(steered) == list(COLUMNS)
    tested = steered["verdict"] != "not_enough_data"
    assert (steered.loc[tested, "low"] <= steered.loc[tested, "value"]).all()
    assert (steered.loc[tested, "value"] <= steered.loc[tested, "high"]).all()
    assert (steered.loc[~tested, "why"] != "").all() and (steered.loc[tested, "why"] == "").all()
    assert steered.loc[~tested, ["value", "p_value"]].isna().all(axis=None)
    adjusted = stats.false_discovery_control(steered.loc[tested, "p_value"])
    assert np.allclose(steered.loc[tested, "p_adjusted"], adjusted)
    assert (steered["flag"] == (steered["p_adjusted"] <= 0.05)).all()


def test_a_higher_level_flags_less_and_says_so(honest: Any) -> None:
    wide, narrow = integrity(honest, settle(honest), level=0.99), integrity(honest, level=0.5)
    tested = wide["verdict"] != "not_enough_data"
    assert (
        wide.loc[tested, "high"] - wide.loc[tested, "low"]
        > narrow.loc[tested, "high"] - narrow.loc[tested, "low"]
    ).all()
    assert set(wide["level"]) == {0.99}


def test_the_manufacturer_has_nothing_planted_and_nothing_is_seen() -> None:
    """make_data.py plants neither bunching nor pulling nor rounding; its months are fuller at their ends."""
    client = tk.load_engagement(asset("templates", "engagements", "manufacturer"))
    found = integrity(client, language="zh")
    assert not found["flag"].any()
    hockey = one(found, "hockey_stick", scheme="commission@2024-01")
    assert hockey["verdict"] == "nothing_seen" and "工作日占" in hockey["message"]
    assert one(found, "hockey_stick", scheme="commission@2026-01")["why"] == "few_periods"
    assert set(found.loc[found["kpi"] == "new_customer_win_rate", "why"]) == {"coarse"}
    assert one(found, "digit_heaping", measure="visit")["n"] > 20_000


def test_adventure_works_books_in_batches() -> None:
    client = tk.load_engagement(asset("templates", "engagements", "adventureworks"))
    found = integrity(client)
    assert one(found, "hockey_stick")["why"] == "orders_in_batches"
    assert one(found, "booking_cash")["why"] == "no_uncollected"
    assert one(found, "digit_heaping")["why"] == "nothing_entered" and not found["flag"].any()


def test_a_client_with_hardly_any_data_is_told_why(tmp_path: Path) -> None:
    write(tmp_path)
    client = tk.load_engagement(tmp_path)
    found = integrity(client)
    assert set(found["verdict"]) == {"not_enough_data"} and found["message"].str.contains("not tested").all()
    alone = integrity(dataclasses.replace(client, schemes=()))
    assert one(alone, "bunching")["why"] == "no_scheme" and len(alone) < len(found)


def test_monthly_pay_has_no_other_month_ends(tmp_path: Path) -> None:
    scheme = SCHEME | {"pay_every": "month", "effective": {"from": dt.date(2024, 1, 1), "to": None}}
    found = integrity(tk.load_engagement(engagement(tmp_path / "x", steered=False, scheme=scheme)))
    assert one(found, "hockey_stick")["why"] == "paid_monthly"


def test_pay_without_tiers_or_money_of_orders(tmp_path: Path) -> None:
    visits = SCHEME["measures"][0] | {
        "name": "visits",
        "kpi": "visits",
        "target": {"fixed": 5, "per": "month"},
    }
    curve = {"curve": {"x": "score", "points": [[0, 0.0], [100, 1.0]]}}
    both = SCHEME | {"measures": [visits], "pay": curve}
    found = integrity(tk.load_engagement(engagement(tmp_path / "x", steered=False, scheme=both)))
    assert set(found.loc[found["test"].isin(["hockey_stick", "booking_cash"]), "why"]) == {
        "no_money_of_orders"
    }
    flat = SCHEME | {"pay": {"rate": {"of": "revenue", "rate": 0.01}}}
    found = integrity(tk.load_engagement(engagement(tmp_path / "y", steered=False, scheme=flat)))
    assert one(found, "discount_near_tier")["why"] == "no_tier"

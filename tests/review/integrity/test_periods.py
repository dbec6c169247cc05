"""Orders at the ends of periods, discounts near tiers, and bookings against what became of them."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from toolkit.errors import NotEnoughData
from toolkit.periods import Calendar
from toolkit.review.integrity import (
    Found,
    discount_near_tier,
    hockey_stick,
    lost_after_booking,
    stretches,
)
from toolkit.stats import ratio_change

CALENDAR = Calendar()
QUARTERS = CALENDAR.between("2024-01-01", "2025-12-31", "quarter")
MONTHS = stretches(QUARTERS, CALENDAR)


def code(trial: Callable[[], Found]) -> str:
    with pytest.raises(NotEnoughData) as caught:
        trial()
    return caught.value.problems[0].code


def orders(seed: int = 0, people: int = 12, each: int = 400, *, tall: float = 1.0) -> pd.DataFrame:
    """Orders on weekdays of two years; the last month of a quarter `tall` times as full."""
    random = np.random.default_rng(seed)
    days = pd.bdate_range("2024-01-01", "2025-12-31")
    chance = np.where(days.month % 3 == 0, tall, 1.0)
    drawn = random.choice(days, people * each, p=chance / chance.sum())
    return pd.DataFrame({"participant": np.repeat(np.arange(people), each), "day": drawn, "amount": 1.0})


def pulled(table: pd.DataFrame, share: float) -> pd.DataFrame:
    """Of the first week of April, July, October and January the share that is booked the Friday before."""
    random = np.random.default_rng(9)
    first = (table["day"].dt.month % 3 == 1) & (table["day"].dt.day <= 7) & (table["day"] > "2024-02-01")
    moved = first & (random.random(len(table)) < share)
    before = table["day"].dt.to_period("M").dt.start_time - pd.offsets.BDay(1)
    return table.assign(day=table["day"].where(~moved, before))


def test_a_month_has_five_working_days_at_either_end() -> None:
    row = MONTHS[MONTHS["start"] == "2025-03-01"].iloc[0]
    assert (str(row["first_to"].date()), str(row["last_from"].date())) == ("2025-03-07", "2025-03-25")
    assert (row["working"], row["off"], row["off_first"], row["off_last"]) == (21, 10, 2, 2)
    assert row["ends"] and not row["begins"]


def test_a_chinese_month_follows_the_official_calendar() -> None:
    """October 2025: holidays to the 8th, Saturday the 11th worked."""
    months = stretches(QUARTERS, CALENDAR, "CN")
    row = months[months["start"] == "2025-10-01"].iloc[0]
    assert str(row["first_to"].date()) == "2025-10-14" and row["working"] == 18


def test_named_periods_are_cut_into_thirds() -> None:
    firsts = pd.date_range("2024-01-03", periods=4, freq="91D")
    starts = {f"2024-Q{i + 1}": day.date() for i, day in enumerate(firsts)}
    named = Calendar(starts=starts, ends=pd.Timestamp("2024-12-31").date())
    periods = named.between("2024-01-03", "2024-12-31", "quarter")
    found = stretches(periods, named)
    assert len(found) == 12 and found["ends"].sum() == found["begins"].sum() == 4
    assert (found.groupby("period")["working"].agg(lambda days: days.max() - days.min()) <= 1).all()


def test_the_spike_is_the_ratio_of_paces() -> None:
    """Recounted: orders a day in the last five working days ÷ those a day in the middle of the month."""
    table = pulled(orders(1), 0.8)
    own = MONTHS.iloc[MONTHS["start"].searchsorted(table["day"], side="right") - 1].reset_index(drop=True)
    last = table["day"] >= own["last_from"]
    middle = ~last & (table["day"] > own["first_to"])
    pace = np.where(last, (own["working"] - 10) / 5, 0.0)
    sums = [
        np.bincount(table["participant"], values * (own["ends"] == ends))
        for ends in (False, True)
        for values in (pace, middle.to_numpy(float))
    ]
    found = hockey_stick(table, MONTHS)
    assert found.value == pytest.approx(ratio_change(*sums).value)
    assert found.facts["last_month"] == pytest.approx(own["ends"].mean())


def test_pulled_orders_are_seen_and_a_season_is_not() -> None:
    assert hockey_stick(pulled(orders(2), 0.7), MONTHS).p_value < 0.01
    seasonal = hockey_stick(orders(2, tall=2.0), MONTHS)
    assert seasonal.facts["last_month"] > 0.45 and seasonal.p_value > 0.05


def test_a_week_without_any_order_is_a_whole_dip() -> None:
    found = hockey_stick(pulled(orders(3), 1.0), MONTHS)
    assert found.facts["dip"] == -1.0 and found.p_value < 0.01


def test_a_full_last_week_without_a_dip_is_no_pulling() -> None:
    table = orders(4)
    last = (table["day"].dt.month % 3 == 0) & (table["day"].dt.day >= 26)
    found = hockey_stick(pd.concat([table, table[last]], ignore_index=True), MONTHS)
    assert found.value > 0.3 and found.p_value > 0.05


def test_hockey_sticks_refuse() -> None:
    table = orders(5)
    three = stretches(QUARTERS.iloc[:3], CALENDAR)
    assert code(lambda: hockey_stick(table, three)) == "integrity.few_periods"
    ends = MONTHS[MONTHS["ends"]].reset_index(drop=True)
    assert code(lambda: hockey_stick(table, ends)) == "integrity.no_other_months"
    assert code(lambda: hockey_stick(table.iloc[::100], MONTHS)) == "integrity.few_orders"
    assert code(lambda: hockey_stick(table[table["participant"] < 4], MONTHS)) == "integrity.too_few_people"
    monthly = table.assign(day=table["day"].dt.to_period("M").dt.start_time)
    assert code(lambda: hockey_stick(monthly, MONTHS)) == "integrity.orders_in_batches"


def deals(seed: int = 0, size: int = 2400, more: float = 0.0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "participant": random.integers(0, 15, size),
            "period": random.integers(0, 6, size),
            "size": np.exp(random.normal(11, 0.5, size)),
            "days_left": random.integers(0, 90, size).astype(float),
            "gap": np.where(random.random(size) < 0.7, random.uniform(0, 1, size), np.nan),
        }
    )
    late, near = table["days_left"] <= 10, table["gap"] <= 0.15
    plain = 0.05 + 0.002 * table["participant"] + 0.01 * (late & (table["period"] == 3))
    return table.assign(rate=plain + 0.02 * random.random(size) + more * (late & near))


def test_the_discount_is_the_coefficient_of_a_plain_regression() -> None:
    """The same design written out with a dummy a person, by lstsq."""
    table = deals(1, more=0.03)
    late, near = table["days_left"] <= 10, table["gap"] <= 0.15
    cell = table["period"].astype(str) + late.astype(str)
    people = pd.get_dummies(table["participant"])
    parts = [late & near, near, np.log(table["size"]), pd.get_dummies(cell).iloc[:, 1:], people]
    design = np.column_stack([np.asarray(part, float) for part in parts])
    slope = np.linalg.lstsq(design, table["rate"], rcond=None)[0][0]
    left_out = []
    for who in range(15):
        kept = (table["participant"] != who).to_numpy()
        left_out.append(np.linalg.lstsq(design[kept], table["rate"][kept], rcond=None)[0][0])
    error = np.sqrt(14 / 15 * ((np.array(left_out) - slope) ** 2).sum())
    found = discount_near_tier(table)
    assert found.value == pytest.approx(slope) and found.value == pytest.approx(0.03, abs=0.005)
    assert found.high - found.value == pytest.approx(1.76131 * error, rel=1e-4)  # t(14) at 95 %


def test_a_discount_that_only_the_date_explains_is_not_seen() -> None:
    table = deals(2)
    late = table["days_left"] <= 10
    assert discount_near_tier(table.assign(rate=table["rate"] + 0.05 * late)).p_value > 0.05


def test_discounts_refuse() -> None:
    table = deals(3)
    assert code(lambda: discount_near_tier(table.head(99))) == "integrity.few_deals"
    assert code(lambda: discount_near_tier(table.assign(gap=np.nan))) == "integrity.few_near_tier"
    assert code(lambda: discount_near_tier(table.assign(rate=0.05))) == "integrity.no_discounts"
    three = table.assign(participant=table["participant"] % 3)
    assert code(lambda: discount_near_tier(three)) == "integrity.too_few_people"


def booked(seed: int = 0, people: int = 12, periods: int = 6) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    who, when = (x.ravel() for x in np.indices((people, periods)))
    share = 0.1 + 0.02 * when + random.normal(0, 0.02, people)[who]
    amount = random.uniform(50, 150, len(who))
    return pd.DataFrame({"participant": who, "period": when, "booked": amount, "lost": share * amount})


def test_who_loses_much_more_than_colleagues_stands_out() -> None:
    table = booked(1)
    worse = table.assign(lost=table["lost"] + 0.3 * table["booked"] * (table["participant"] == 5))
    found = lost_after_booking(worse)
    assert found.who == ("5",) and found.p_value < 0.001
    others = worse[worse["participant"] != 5]
    assert found.facts["others"] == pytest.approx(others["lost"].sum() / others["booked"].sum())
    assert lost_after_booking(table).who == ()


def test_a_deviation_by_hand_is_the_usual_outlier_test_on_angles() -> None:
    """Equal sizes, constant over time: t of a person against the others' mean, times the number of people."""
    share = np.array([0.10, 0.11, 0.12, 0.13, 0.14, 0.12, 0.11, 0.30])
    who, when = (x.ravel() for x in np.indices((8, 4)))
    table = pd.DataFrame({"participant": who, "period": when, "booked": 100.0, "lost": 100 * share[who]})
    apart = (share - share.mean()) * 8 / 7  # from the mean of the other seven
    angle = np.arcsin(np.sqrt(share.mean() + apart))
    t = (angle[7] - angle[:7].mean()) / (angle[:7].std(ddof=1) * np.sqrt(1 + 1 / 7))
    found = lost_after_booking(table)
    assert found.p_value == pytest.approx(8 * stats.t.sf(t, 6), rel=1e-6)
    assert found.value == pytest.approx(apart[7]) and found.low < found.value < found.high


def test_among_thousands_a_long_tail_accuses_nobody() -> None:
    """Shares of a t law with five degrees of freedom: the normal law would accuse in most draws."""
    accused = 0
    for seed in range(40):
        share = np.clip(0.2 + 0.02 * np.random.default_rng(seed).standard_t(5, 1000), 0.01, 0.99)
        who, when = (x.ravel() for x in np.indices((1000, 4)))
        table = pd.DataFrame({"participant": who, "period": when, "booked": 1.0, "lost": share[who]})
        accused += lost_after_booking(table).p_value <= 0.05
    assert accused <= 4


def test_bookings_refuse() -> None:
    table = booked(2)
    assert code(lambda: lost_after_booking(table[table["participant"] < 7])) == "integrity.too_few_people"
    assert code(lambda: lost_after_booking(table[table["period"] < 3])) == "integrity.too_few_people"
    assert code(lambda: lost_after_booking(table.assign(lost=0.0))) == "integrity.nothing_lost"
    alike = table.assign(booked=100.0, lost=20.0)
    assert code(lambda: lost_after_booking(alike)) == "integrity.all_alike"

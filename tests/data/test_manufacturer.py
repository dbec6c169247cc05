"""The invented sample: its panel against pandas over the client's own files, by person and month."""

import pandas as pd
import pytest

from toolkit.assets import asset
from toolkit.data.load import load_engagement
from toolkit.data.panel.measure import measure

SAMPLE = asset("templates", "engagements", "manufacturer")
KPIS = ["net_sales", "visits", "customer_satisfaction", "new_customer_win_rate"]


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return measure(load_engagement(SAMPLE), KPIS, ["month"])


def raw(name: str, encoding: str = "utf-8-sig") -> pd.DataFrame:
    return pd.read_csv(SAMPLE / "data" / f"{name}.csv", encoding=encoding, dtype=str)


def month(days: pd.Series) -> pd.Series:
    return pd.to_datetime(days, format="mixed").dt.strftime("%Y-%m")


def of_people(panel: pd.DataFrame, kpi: str) -> pd.Series:
    rows = panel[(panel["level"] == "individual") & (panel["kpi"] == kpi)]
    return rows.set_index(["participant", "period"])["value"].sort_index()


def assert_same(found: pd.Series, expected: pd.Series, empty: float) -> None:
    """Equal wherever there are rows; where there are none a sum is 0 and a mean is missing."""
    expected.index = expected.index.set_names(["participant", "period"])
    inside = expected[expected.index.get_level_values("period").isin(found.index.get_level_values("period"))]
    assert inside.index.difference(found.index).empty
    filled = inside.astype("float64").reindex(found.index, fill_value=empty)
    pd.testing.assert_series_equal(found, filled, check_names=False, rtol=1e-12)


def test_net_sales(panel: pd.DataFrame) -> None:
    deals = raw("商机订单")
    won = deals[deals["阶段"] == "赢单"]
    cents = (won["不含税金额"].astype(float) * 100).round().astype("int64")
    assert_same(
        of_people(panel, "net_sales"),
        cents.groupby([won["业务员工号"], month(won["签约日期"])]).sum() / 100,
        0.0,
    )


def test_visits_and_the_month_that_the_log_lost(panel: pd.DataFrame) -> None:
    log = raw("拜访记录", "gb18030")
    visits = log[log["类型"] == "拜访"].groupby(["工号", month(log["日期"])]).size()
    found = of_people(panel, "visits")
    lost = found.index.get_level_values("period") == "2024-05"
    assert found[lost].isna().all()
    assert_same(found[~lost], visits, 0.0)


def test_customer_satisfaction(panel: pd.DataFrame) -> None:
    feedback = raw("客户反馈")
    asked = feedback[feedback["反馈类型"] == "满意度"]
    scores = asked["评分"].astype(float)
    assert_same(
        of_people(panel, "customer_satisfaction"),
        scores.groupby([asked["工号"], month(asked["反馈日期"])]).mean(),
        float("nan"),
    )
    assert of_people(panel, "customer_satisfaction")[[("S014", "2025-08"), ("S014", "2026-02")]].isna().all()


def test_new_customer_conversion(panel: pd.DataFrame) -> None:
    deals = raw("商机订单")
    won = deals["阶段"] == "赢单"
    ordered = pd.to_datetime(deals["签约日期"])
    first = ordered.where(won).groupby(deals["客户编号"]).transform("min")
    decided = ordered.fillna(pd.to_datetime(deals["关闭日期"]))
    is_new = first.isna() | (first >= decided)
    closed = deals["阶段"].isin(["赢单", "输单"]) & is_new
    keys = [deals["业务员工号"], month(deals["关闭日期"])]
    assert_same(
        of_people(panel, "new_customer_win_rate"),
        won[closed].groupby([k[closed] for k in keys]).mean(),
        float("nan"),
    )


def test_groups_are_measured_from_the_same_rows(panel: pd.DataFrame) -> None:
    """A mean of a team is the mean over its ratings, not the mean of its people's means."""
    feedback, people = raw("客户反馈"), raw("业务员花名册").drop_duplicates("工号", keep="last")
    asked = feedback[(feedback["反馈类型"] == "满意度") & (month(feedback["反馈日期"]) == "2026-03")]
    team = asked["工号"].map(people.set_index("工号")["班组"])
    expected = asked["评分"].astype(float).groupby(team).mean().round(12).to_dict()
    rows = panel[
        (panel["level"] == "team")
        & (panel["kpi"] == "customer_satisfaction")
        & (panel["period"] == "2026-03")
    ]
    assert rows.set_index("participant")["value"].round(12).to_dict() == expected

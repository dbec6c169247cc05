"""The screening as a whole: both samples against counts and libraries, tiny and odd clients, refusals."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.outliers_influence import variance_inflation_factor

from tests.design.screen.made import panel
from tests.report.client import engagement
from toolkit.assets import asset
from toolkit.data.engagement import Engagement
from toolkit.data.load import load_engagement
from toolkit.data.panel.measure import measure
from toolkit.design.screen import Screening, screen
from toolkit.design.screen.gathered import refusals
from toolkit.design.screen.rows import TESTS
from toolkit.design.screen.words import summary
from toolkit.errors import DataError
from toolkit.language import LANGUAGES


def sample(name: str) -> Engagement:
    return load_engagement(asset("templates", "engagements", name))


@pytest.fixture(scope="module")
def manufacturer() -> Engagement:
    return sample("manufacturer")


@pytest.fixture(scope="module")
def measured(manufacturer: Engagement) -> pd.DataFrame:
    return measure(manufacturer, manufacturer.measured, ["month", "quarter"])


@pytest.fixture(scope="module")
def found(manufacturer: Engagement, measured: pd.DataFrame) -> Screening:
    return screen(manufacturer, panel=measured)


@pytest.fixture(scope="module")
def adventureworks() -> tuple[Engagement, Screening]:
    client = sample("adventureworks")
    return client, screen(client)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Engagement:
    return load_engagement(engagement(tmp_path_factory.mktemp("tiny") / "client", 3))


def monthly(measured: pd.DataFrame, kpi: str) -> pd.DataFrame:
    """People × months, sums per full month, half months and less left out."""
    rows = measured[
        (measured["level"] == "individual") & (measured["kpi"] == kpi) & measured["period"].str.len().eq(7)
    ]
    rows = rows[~rows["period"].str.contains("Q") & (rows["exposure"] >= 0.5)]
    return rows.assign(value=rows["value"] / rows["exposure"]).pivot(
        index="participant", columns="period", values="value"
    )


def only(found: Screening, kpi: str, test: str) -> pd.Series:
    (row,) = [
        r for _, r in found.tests[(found.tests["kpi"] == kpi) & (found.tests["test"] == test)].iterrows()
    ]
    return row


def test_every_kpi_has_every_test_in_the_shape_promised(found: Screening, manufacturer: Engagement) -> None:
    assert tuple(found.tests.columns) == TESTS
    alone = found.tests[found.tests["result"] == ""]
    for test in ("coverage", "missing_at_random", "reliability", "control"):
        assert set(alone[alone["test"] == test]["kpi"]) == set(manufacturer.measured)
    assert set(found.tests["verdict"]) <= {"ok", "warn", "fail", "not_enough_data"}
    refused = found.tests["verdict"] == "not_enough_data"
    assert (found.tests[refused]["why"] != "").all()
    judged = found.tests[~refused & found.tests["value"].notna() & found.tests["low"].notna()]
    low, high = judged["low"] - 1e-9, judged["high"] + 1e-9
    assert len(judged) > 80 and judged["value"].between(low, high).all()
    assert len(found.pairs) == 16 * 15 / 2 and len(found.vif) == 16


def test_kpis_are_judged_by_the_periods_they_are_made_for(found: Screening) -> None:
    assert only(found, "visits", "coverage")["grain"] == "month"
    assert only(found, "win_rate", "coverage")["grain"] == "quarter"
    assert (only(found, "visits", "coverage")[["people", "periods"]] == [24, 30]).all()


def test_coverage_is_a_count(found: Screening, measured: pd.DataFrame) -> None:
    rows = measured[(measured["level"] == "individual") & (measured["kpi"] == "collection_rate")]
    rows = rows[~rows["period"].str.contains("Q") & rows["period"].str.len().eq(7) & (rows["exposure"] > 0)]
    rows = rows[rows["missing"] != "cohort_open"]
    row = only(found, "collection_rate", "coverage")
    assert row["n"] == len(rows) and row["value"] == pytest.approx(rows["value"].notna().mean())
    assert (row["verdict"], row["why"]) == ("warn", "zero_denominator")


def test_a_pair_against_scipy(found: Screening, measured: pd.DataFrame) -> None:
    a, b = (monthly(measured, kpi) for kpi in ("net_sales", "new_customers"))
    both = a.notna() & b.notna()
    off = [(t.where(both) - t.where(both).mean()).round(6).to_numpy()[both.to_numpy()] for t in (a, b)]
    pair = found.pairs[
        (found.pairs["kpi_a"] == "net_sales") & (found.pairs["kpi_b"] == "new_customers")
    ].iloc[0]
    assert pair["overall"] == pytest.approx(stats.spearmanr(*off).statistic, abs=1e-6)
    assert (pair["n"], pair["verdict"], pair["why"]) == (len(off[0]), "warn", "screen.overlap")


def test_vif_against_statsmodels(manufacturer: Engagement) -> None:
    random = np.random.default_rng(5)
    names = ["net_sales", "visits", "calls"]
    tables = {name: random.normal(size=(20, 12)) for name in names}
    tables["calls"] = tables["calls"] + 1.5 * tables["visits"] + tables["net_sales"]
    got = screen(manufacturer, names, panel=panel(tables)).vif.set_index("kpi")["vif"]
    columns = [(t - t.mean(axis=0)).ravel() for t in tables.values()]
    design = np.column_stack([np.ones(240), *columns])
    assert got.tolist() == pytest.approx([variance_inflation_factor(design, k) for k in (1, 2, 3)])


def test_how_long_a_sale_takes_is_read_from_the_deals(found: Screening, manufacturer: Engagement) -> None:
    cycle = measure(manufacturer, ["sales_cycle"], ["month"])
    company = cycle[cycle["level"] == "company"]
    days = company["numerator"].sum() / company["denominator"].sum()
    assert found.months_from == "sales_cycle" and found.months == pytest.approx(days / 30.4)
    lead = found.tests[(found.tests["test"] == "lead_lag") & (found.tests["grain"] == "month")]
    assert (lead["lags"].dropna() == int(np.ceil(days / 30.4))).all()


def test_what_is_planted_in_the_sample_is_seen(found: Screening) -> None:
    """Most of a single month's sales is luck, and nobody is told otherwise."""
    sales = only(found, "net_sales", "reliability")
    assert sales["high"] < 0.3 and sales["verdict"] in ("fail", "warn")
    twice = found.pairs[found.pairs["twice"]]
    assert ("net_sales", "average_deal_size") in set(zip(twice["kpi_a"], twice["kpi_b"], strict=True))


def test_a_client_paid_by_commission_and_the_quarter(adventureworks: tuple[Engagement, Screening]) -> None:
    client, found = adventureworks
    assert set(found.tests["kpi"]) == set(client.measured) and set(found.tests["grain"]) == {"quarter"}
    assert (found.months, found.months_from) == (3.0, "default")
    pair = found.pairs.set_index(["kpi_a", "kpi_b"]).loc[("gross_margin", "gross_margin_rate")]
    assert (pair["relation"], pair["why"]) == ("numerator", "screen.linked")


def test_three_people_are_counted_and_nothing_else_is_claimed(tiny: Engagement) -> None:
    found = screen(tiny)
    tests = found.tests.set_index(["kpi", "test"])
    assert tests.loc[("net_sales", "coverage"), "verdict"] == "ok"
    assert tests.loc[("net_sales", "coverage"), "value"] == 1.0
    for kpi in ("net_sales", "visits"):
        assert tests.loc[(kpi, "reliability"), "why"] == "screen.too_few"
        assert tests.loc[(kpi, "control"), "why"] == "screen.few_people_or_periods"
    lead = tests.loc[("visits", "lead_lag")]
    assert (lead["verdict"], lead["why"]) == ("not_enough_data", "screen.too_short")
    assert found.pairs[["verdict", "why"]].values.tolist() == [["not_enough_data", "screen.few_in_common"]]
    assert found.vif.set_index("kpi")["why"].to_dict() == {
        "net_sales": "screen.alone",
        "visits": "screen.no_spread",
    }


def test_one_person_and_no_value_at_all(manufacturer: Engagement) -> None:
    """One KPI that one person has, one that nobody has a value of, one that all have."""
    random = np.random.default_rng(2)
    lone = np.full((20, 24), np.nan)
    lone[0] = random.normal(size=24)
    tables = {"net_sales": random.normal(size=(20, 24)), "visits": lone, "calls": np.full((20, 24), np.nan)}
    made = panel(tables)
    made = made[(made["kpi"] != "visits") | made["value"].notna()]
    found = screen(manufacturer, panel=made)
    assert (
        only(found, "visits", "coverage")["people"] == 1 and only(found, "visits", "coverage")["value"] == 1
    )
    for kpi in ("visits", "calls"):
        assert only(found, kpi, "reliability")["verdict"] == "not_enough_data"
        assert only(found, kpi, "control")["verdict"] == "not_enough_data"
    assert only(found, "calls", "coverage")[["value", "verdict"]].tolist() == [0.0, "fail"]
    assert only(found, "calls", "missing_at_random")["why"] == "screen.silent_periods"
    lead = found.tests[found.tests["test"] == "lead_lag"].set_index("kpi")["why"]
    assert lead.to_dict() == {"visits": "screen.few_people", "calls": "screen.too_short"}
    assert found.vif.set_index("kpi").loc["calls", "why"] == "screen.left_out"
    assert set(found.pairs["verdict"]) == {"not_enough_data"}
    for language in LANGUAGES:
        assert len(summary(found, manufacturer.kpis, language)) == 3
        assert len(refusals(found, manufacturer.kpis, language)) >= 5


def test_nobody_employed_in_any_period(manufacturer: Engagement) -> None:
    found = screen(manufacturer, panel=panel({"net_sales": np.ones((9, 6))}, exposure=0.0))
    assert set(found.tests["why"]) == {"screen.nothing_eligible"} and len(found.tests) == 4
    (line,) = summary(found, manufacturer.kpis, "en").to_dict("records")
    assert (line["size"], line["coverage"], line["verdict"]) == ("–", "not judged", "not_enough_data")


def test_no_kpi_gives_empty_tables(manufacturer: Engagement) -> None:
    found = screen(manufacturer, [])
    assert found.tests.empty and found.pairs.empty and found.vif.empty
    assert tuple(found.tests.columns) == TESTS


def test_an_unknown_kpi_is_refused_by_name(manufacturer: Engagement) -> None:
    with pytest.raises(DataError) as error:
        screen(manufacturer, ["net_sales", "nett_sales"])
    assert [p.code for p in error.value.problems] == ["engagement.unknown_kpi"]
    assert error.value.problems[0].value == "nett_sales"


def test_a_panel_at_hand_changes_nothing_and_neither_does_a_second_run(
    manufacturer: Engagement, found: Screening
) -> None:
    names = ["net_sales", "visits", "calls"]
    one, other = screen(manufacturer, names), screen(manufacturer, names)
    pd.testing.assert_frame_equal(one.tests, other.tests)
    whole = found.tests[found.tests["kpi"].isin(names) & (found.tests["test"] != "lead_lag")]
    own = one.tests[one.tests["test"] != "lead_lag"]
    pd.testing.assert_frame_equal(own.reset_index(drop=True), whole.reset_index(drop=True))


def test_names_and_teams_in_chinese_and_one_kpi(tmp_path: Path) -> None:
    """A client with one KPI has no pairs, and no VIF."""
    client = load_engagement(engagement(tmp_path / "客户", 9, months=12))
    found = screen(client, ["net_sales"])
    assert found.pairs.empty and found.vif["why"].tolist() == ["screen.alone"]
    assert only(found, "net_sales", "reliability")["value"] == pytest.approx(1.0)  # the same every month

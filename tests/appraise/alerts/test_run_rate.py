"""The running period: its numbers against the rows themselves, its probabilities against what came."""

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.appraise.alerts.planted import END, SCHEME, measure, planted, rows_of, working
from toolkit.appraise.alerts import Look, drift, run_rate
from toolkit.appraise.alerts.running import running_periods
from toolkit.appraise.appraisal import settle
from toolkit.data.load import load_engagement
from toolkit.periods import Calendar
from toolkit.scheme.example import example_schemes

PEOPLE, AS_OF = 40, dt.date(2025, 8, 20)
ROWS = rows_of(PEOPLE, seed=11)


def look_at(folder: Path, as_of: dt.date = AS_OF) -> Look:
    client = load_engagement(folder)
    return Look(client, settle(client), pd.Timestamp(as_of), None, "en")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Look:
    return look_at(planted(tmp_path_factory.mktemp("whole"), ROWS, PEOPLE))


@pytest.fixture(scope="module")
def found(whole: Look) -> pd.DataFrame:
    return run_rate(whole)


def summed(name: str, first: dt.date, last: dt.date, **equal: str) -> pd.Series:
    """Rows or amounts a person between two days, counted from what was written to the files."""
    rows = pd.DataFrame(ROWS[name])
    day = rows["done_on" if name == "activities" else "ordered_on"]
    kept = rows[(day >= first) & (day <= last)]
    for column, value in equal.items():
        kept = kept[kept[column] == value]
    return (
        kept.groupby("participant")["amount"].sum() if name == "deals" else kept.groupby("participant").size()
    )


def test_what_is_done_is_what_the_files_say(found: pd.DataFrame) -> None:
    begun = dt.date(2025, 7, 1)
    for measure_, expected in (
        ("revenue", summed("deals", begun, AS_OF, stage="won")),
        ("visits", summed("activities", begun, AS_OF)),
    ):
        own = found[found["measure"] == measure_].set_index("participant")["done"]
        assert len(own) == PEOPLE
        assert own.to_numpy() == pytest.approx(expected.reindex(own.index).fillna(0).to_numpy(dtype=float))


def test_targets_periods_and_days_by_hand(found: pd.DataFrame) -> None:
    assert set(found["period"]) == {"2025-Q3"} and set(found["known_to"]) == {pd.Timestamp(AS_OF)}
    assert found.groupby("measure")["target"].unique().map(list).to_dict() == {
        "revenue": [6000.0], "visits": [65.0], "conversion": [0.3],
    }  # fmt: skip
    assert set(found["days_left"]) == {7 + 22}  # 21, 22 and 25 to 29 August; September
    assert len(working(dt.date(2025, 8, 21), END)) == 29


def test_each_kind_of_kpi_has_its_model(found: pd.DataFrame) -> None:
    models = found.groupby("measure")["basis"].unique().map(list).to_dict()
    assert models == {"revenue": ["normal"], "visits": ["gamma_poisson"], "conversion": ["beta_binomial"]}


def test_nothing_after_the_day_is_used(found: pd.DataFrame, tmp_path: Path) -> None:
    cut = run_rate(look_at(planted(tmp_path / "cut", ROWS, PEOPLE, until=AS_OF)))
    pd.testing.assert_frame_equal(cut, found)


def test_probabilities_are_calibrated(whole: Look, found: pd.DataFrame) -> None:
    """Over three moments of three quarters what is called p comes true in about p of the cases."""
    card = whole.tables.scorecard
    keys = ["participant", "period", "measure"]
    seen = [found]
    for day in (dt.date(2025, 2, 14), dt.date(2025, 5, 20)):
        seen.append(run_rate(Look(whole.client, whole.tables, pd.Timestamp(day), None, "en")))
    both = pd.concat(seen).merge(card[[*keys, "attainment"]], on=keys)
    both = both.assign(hit=(both["attainment"] >= 1).astype(float))
    for _, part in both.groupby("measure"):
        assert part["probability"].mean() == pytest.approx(part["hit"].mean(), abs=0.10)
        brier = ((part["probability"] - part["hit"]) ** 2).mean()
        assert brier < 0.9 * part["hit"].mean() * (1 - part["hit"].mean())  # better than knowing the share
    low, high = both[both["probability"] < 0.2], both[both["probability"] > 0.8]
    assert min(len(low), len(high)) > 20 and low["hit"].mean() < 0.25 and high["hit"].mean() > 0.75


def test_without_a_running_period_there_is_nothing_to_say(whole: Look) -> None:
    assert run_rate(Look(whole.client, whole.tables, pd.Timestamp(END), None, "en")).empty


def changed(*measures: dict[str, Any], **more: Any) -> dict[str, Any]:
    weights = [{**m, "weight": 1 / len(measures)} for m in measures]
    return {**SCHEME, "measures": weights, **more}


def test_what_has_no_model_is_refused_by_its_reason(tmp_path: Path) -> None:
    scheme = changed(
        measure("growth", "net_sales", 1, {"growth": 0.1, "over": "same_quarter_last_year"}),
        measure("margin", "average_deal_size", 1, {"fixed": 900.0}),
    )
    folder = planted(tmp_path / "a", ROWS, 6, scheme=scheme, p001={"hired_on": "2025-04-01"})
    table = run_rate(look_at(folder)).set_index(["measure", "participant"])
    assert table.loc[("margin", "p000"), "refused"] == "no_model"
    assert table.loc[("growth", "p001"), "refused"] == "no_target"  # nothing a year ago
    assert table.loc[("growth", "p000"), "refused"] == ""
    silent = table[table["refused"] != ""]
    assert silent["probability"].isna().all() and len(silent) == 7


def test_a_joiner_with_five_months_is_refused_and_a_leaver_left_out(tmp_path: Path) -> None:
    of_people = {"p001": {"hired_on": "2025-02-01"}, "p002": {"left_on": "2025-08-15"}}
    table = run_rate(look_at(planted(tmp_path / "b", ROWS, 6, **of_people))).set_index(
        ["measure", "participant"]
    )
    assert table.loc[("visits", "p001"), "refused"] == "too_short" and table.loc[("visits", "p001"), "n"] == 5
    assert "p002" not in table.index.get_level_values("participant")


def test_a_leaver_to_be_has_fewer_days_ahead(tmp_path: Path) -> None:
    folder = planted(tmp_path / "c", ROWS, 6, p003={"left_on": "2025-09-05"})
    days = run_rate(look_at(folder)).query("measure == 'visits'").set_index("participant")["days_left"]
    assert days["p003"] < 0.5 * days["p000"] == 14.5


def test_fewer_is_better(tmp_path: Path) -> None:
    """Of a KPI where less is better the probability is that of staying at the target or below."""
    agreed = measure("visits", "visits", 1, {"fixed": 65, "per": "quarter"})
    folder = planted(tmp_path / "d", ROWS, 6, scheme=changed(agreed))
    text = (folder / "engagement.yaml").read_text(encoding="utf-8")
    higher = run_rate(look_at(folder)).set_index("participant")
    (folder / "engagement.yaml").write_text(
        f"{text}kpis: {{visits: {{direction: lower}}}}\n", encoding="utf-8"
    )
    lower = run_rate(look_at(folder)).set_index("participant")
    assert (lower["probability"] + higher["probability"] >= 1).all()  # the target itself counts for both
    assert (lower["probability"] + higher["probability"] < 1.12).all()
    assert np.corrcoef(lower["done"], lower["probability"])[0, 1] < -0.5


def test_a_team_measure_stands_once_a_team(tmp_path: Path) -> None:
    team = {**measure("team", "net_sales", 0.5, {"fixed": 12000, "per": "quarter"}), "level": "team"}
    scheme = {**SCHEME, "measures": [team, measure("visits", "visits", 0.5, {"fixed": 65})]}
    table = run_rate(look_at(planted(tmp_path / "e", ROWS, 6, scheme=scheme)))
    teams = table[table["measure"] == "team"]
    assert sorted(teams["participant"]) == ["T0", "T1", "T2"] and set(teams["level"]) == {"team"}
    assert teams["probability"].between(0, 1).all()


def test_what_people_rate_has_no_pace(tmp_path: Path) -> None:
    rule = {"rating": {"points": [[1, 20], [5, 100]]}}
    rated = {**measure("attitude", "visits", 0.6, {"fixed": 4}), "scoring": rule, "raters": {"manager": 1.0}}
    scheme = {**SCHEME, "measures": [rated, measure("revenue", "net_sales", 0.4, {"fixed": 6000})]}
    look = look_at(planted(tmp_path / "g", ROWS, 6, scheme=scheme))
    assert set(run_rate(look)["measure"]) == {"revenue"}
    assert set(drift(look)["kpi"]) == {"score", "net_sales"}


def test_supplied_values_are_known_to_the_end_of_the_last_month(tmp_path: Path) -> None:
    months = [f"{y}-{m:02d}" for y in (2024, 2025) for m in range(1, 13) if (y, m) <= (2025, 9)]
    values = [
        {"participant": f"p{at:03d}", "period": month, "kpi": "net_sales", "additive": "yes",
         "value": 1000 + 100 * at + 10 * (n % 3)}
        for at in range(6) for n, month in enumerate(months)
    ]  # fmt: skip
    scheme = changed(measure("revenue", "net_sales", 1, {"fixed": 4000, "per": "quarter"}))
    folder = planted(tmp_path / "f", {"activities": ROWS["activities"]}, 6, scheme=scheme)
    pd.DataFrame(values).to_csv(folder / "data" / "kpi_values.csv", index=False)
    document = (folder / "engagement.yaml").read_text(encoding="utf-8")
    document = document.replace("tables:", "tables:\n  kpi_values: {file: data/kpi_values.csv}", 1)
    (folder / "engagement.yaml").write_text(document, encoding="utf-8")
    table = run_rate(look_at(folder)).set_index("participant")
    assert set(table["known_to"]) == {pd.Timestamp("2025-07-31")}
    assert table["done"].tolist() == [1000.0 + 100 * at for at in range(6)]  # July alone
    assert table.loc["p000", "probability"] < 0.05 and table.loc["p005", "probability"] > 0.95


def test_the_running_period_of_each_kind_of_calendar() -> None:
    schemes = example_schemes()
    fiscal = Calendar(first_month=4, named_after="end")
    assert running_periods(schemes, fiscal, pd.Timestamp("2026-05-20")) == {"field_sales@2026-01": "2027-Q1"}
    named = Calendar(starts={"2026-Q1": dt.date(2026, 1, 5)}, ends=dt.date(2026, 4, 4))
    assert running_periods(schemes, named, pd.Timestamp("2026-04-04")) == {}
    assert running_periods(schemes, named, pd.Timestamp("2026-04-03")) == {"field_sales@2026-01": "2026-Q1"}

"""Sliding levels: quiet where nothing changes, as often wrong as is said, awake to planted drops."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.appraise.alerts.planted import PROPORTIONAL, SCHEME, planted, rows_of
from toolkit.appraise.alerts import Look, drift
from toolkit.appraise.alerts.drift import COMMON, discoveries, false_per_year, standing
from toolkit.appraise.appraisal import settle
from toolkit.data.load import load_engagement


def months(draw: np.random.Generator, people: int, periods: int) -> np.ndarray:
    """Own levels, a common course of months, independent noise: nobody changes."""
    own, common = draw.normal(100, 20, (people, 1)), draw.normal(0, 15, (1, periods))
    return own + common + draw.normal(0, 10, (people, periods))


def test_p_values_are_uniform_where_nothing_changes() -> None:
    draw = np.random.default_rng(21)
    found = np.concatenate([standing(months(draw, 12, 18), 6).p_value for _ in range(800)])
    assert stats.kstest(found, "uniform").statistic < 0.02
    assert (found < 0.01).mean() == pytest.approx(0.01, abs=0.004)


@pytest.mark.parametrize(("people", "baseline"), [(24, 12), (10, 6)])
def test_false_alarms_a_year_are_those_stated(people: int, baseline: int) -> None:
    """A round a month in which nobody has changed, twelve rounds a year."""
    draw = np.random.default_rng(22)
    rounds = [
        discoveries(standing(months(draw, people, baseline + 6), 6).p_value)[0].sum() for _ in range(4_000)
    ]
    assert 12 * np.mean(rounds) == pytest.approx(false_per_year(people, 12), abs=0.25)


def test_a_planted_drop_is_found_and_the_others_are_left_alone() -> None:
    draw = np.random.default_rng(23)
    hits = others = 0
    for _ in range(300):
        values = months(draw, 20, 24)
        values[0, -6:] -= 25  # two and a half standard deviations for half a year
        flagged, _ = discoveries(standing(values, 6).p_value)
        hits, others = hits + int(flagged[0]), others + int(flagged[1:].sum())
    assert hits / 300 > 0.9 and others / max(hits + others, 1) < 0.15


def test_a_rise_is_no_alarm_and_less_may_be_better() -> None:
    draw = np.random.default_rng(24)
    values = months(draw, 20, 24)
    values[0, -6:] += 40
    assert standing(values, 6).p_value[0] > 0.99 and standing(values, 6, sign=-1.0).p_value[0] < 0.001


def test_what_all_have_in_common_is_taken_out() -> None:
    draw = np.random.default_rng(25)
    values = months(draw, 20, 24)
    slump = values.copy()
    slump[:, -3:] -= 50
    np.testing.assert_allclose(standing(slump, 6).p_value, standing(values, 6).p_value, atol=1e-12)


def test_gaps_are_borne_and_who_has_no_last_value_is_not_watched() -> None:
    values = months(np.random.default_rng(26), 10, 20)
    values[3, 15], values[4, -1] = np.nan, np.nan
    found = standing(values, 6)
    assert np.isnan(found.p_value[4]) and np.isfinite(np.delete(found.p_value, 4)).all()
    assert found.baseline.tolist() == [14] * 10


def test_the_rule_of_benjamini_and_hochberg_by_hand() -> None:
    """At a rate of .1 over four: .024 ≤ 1/4 · .1, .04 ≤ 2/4 · .1, .09 > 3/4 · .1 → two alarms, edge .05."""
    flagged, edge = discoveries(np.array([0.04, 0.9, 0.024, 0.09, np.nan]))
    assert flagged.tolist() == [True, False, True, False, False] and edge == pytest.approx(0.05)
    assert discoveries(np.array([np.nan]))[1] == 0.0


PEOPLE = 10
ROWS = rows_of(PEOPLE, seed=31, drops={4: pd.Timestamp("2025-03-01").date()})


def look_at(folder, as_of: str, people: int = PEOPLE, **more) -> Look:  # type: ignore[no-untyped-def]
    client = load_engagement(planted(folder, ROWS, people, **more))
    return Look(client, settle(client), pd.Timestamp(as_of), None, "en")


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> Look:
    return look_at(tmp_path_factory.mktemp("drift"), "2025-09-30")


def test_an_engagements_planted_drop_is_found_in_score_and_heaviest_kpis(look: Look) -> None:
    found = drift(look)
    assert set(found["kpi"]) == {"score", "net_sales", "visits"}  # and not the third
    assert set(found["period"]) == {"2025-09"} and set(found["since"]) == {"2025-04"}
    dropped = found[found["participant"] == "p004"].set_index("kpi")
    assert dropped["flagged"].any() and dropped.loc["visits", "flagged"]
    assert dropped.loc["visits", "change"] == pytest.approx(
        -0.7, abs=0.2
    )  # of the usual; three quarters less
    assert found[found["flagged"]]["participant"].value_counts().idxmax() == "p004"
    assert (found.loc[found["flagged"], "change"] <= found.loc[found["flagged"], "limit"]).all()


def test_before_the_drop_nothing_is_seen(look: Look) -> None:
    early = Look(look.client, look.tables, pd.Timestamp("2025-02-28"), None, "en")
    assert not drift(early)["flagged"].any()


@pytest.mark.parametrize(
    ("people", "as_of", "why"),
    [
        (10, "2024-06-30", "too_short"),  # five months before the last
        (10, "2024-07-31", ""),  # six, with ten people
        (7, "2024-07-31", "too_short_alone"),  # six, with seven people
        (7, "2025-01-31", ""),  # twelve
        (COMMON - 1, "2025-01-31", "too_few_people"),
    ],
)
def test_below_the_minima_it_is_refused(tmp_path, people: int, as_of: str, why: str) -> None:  # type: ignore[no-untyped-def]
    found = drift(look_at(tmp_path / "a", as_of, people))
    visits = found[found["kpi"] == "visits"]
    assert set(visits["refused"]) == {why} and visits["p_value"].isna().all() == bool(why)
    assert len(visits) == people


def test_a_scheme_of_one_measure_has_no_score_beside_it(tmp_path) -> None:  # type: ignore[no-untyped-def]
    only = {**SCHEME["measures"][1], "weight": 1.0, "scoring": PROPORTIONAL}
    found = drift(look_at(tmp_path / "b", "2025-09-30", scheme={**SCHEME, "measures": [only]}))
    assert set(found["kpi"]) == {"visits"}

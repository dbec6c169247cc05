"""Gaps to the best third, freed of noise, and those that a whole team has."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from toolkit.appraise.development.gaps import gaps, reached, shared
from toolkit.reliability import Reliability, reliability


def values(table: np.ndarray) -> pd.DataFrame:
    rows = [
        (f"p{i:02d}", f"t{j}", x)
        for i, row in enumerate(np.asarray(table, dtype=float))
        for j, x in enumerate(row)
    ]
    return pd.DataFrame(rows, columns=["participant", "period", "reached"])


CERTAIN = Reliability(0.999, 0.99, 1.0, 0.2, 0.006, 9, 6)
LEVELS = (0.60, 0.70, 0.80, 0.85, 0.90, 0.95, 1.02, 1.10, 1.30)


def nine(periods: int = 6) -> pd.DataFrame:
    """Nine people whose share of the target never changes."""
    return values(np.tile(np.array(LEVELS)[:, None], (1, periods)))


def test_the_benchmark_is_the_median_of_the_best_third() -> None:
    found = gaps(nine(), CERTAIN).set_index("participant")
    assert found["benchmark"].unique() == pytest.approx([1.10], abs=1e-3)  # of 1.02, 1.1 and 1.3
    assert found.loc["p00", "gap"] == pytest.approx(0.5, abs=1e-3)
    assert found.loc["p00", "size"] == pytest.approx(2.5, abs=1e-2)


def test_who_reaches_the_target_is_not_behind() -> None:
    found = gaps(nine(), CERTAIN).set_index("participant")["behind"]
    assert found[found].index.tolist() == [f"p{i:02d}" for i in range(6)]
    assert not found["p06"]  # 102 %, and below the benchmark with certainty


def test_the_probability_is_the_normal_one_of_the_shrunken_level() -> None:
    """Between .2, within .2, four periods: trust 4/5, error .2·√.2; own mean .3 below all → −.24."""
    table = np.array([[0.7] * 4, [1.0] * 4, [1.0] * 4, [1.3] * 4])
    found = gaps(values(table), Reliability(0.5, 0.2, 0.8, 0.2, 0.2, 8, 4)).set_index("participant")
    assert found.loc["p00", "own"] == pytest.approx(0.76)
    assert found.loc["p00", "benchmark"] == pytest.approx((1.24 + 1.0) / 2)  # the best third of four is two
    assert found.loc["p00", "probability"] == pytest.approx(stats.norm.cdf(0.36 / (0.2 * 0.2**0.5)))


def test_a_small_gap_or_few_periods_are_no_reason() -> None:
    near = values(np.tile(np.array([[0.93], [0.94], [0.95], [0.96], [0.97], [0.97]]), (1, 6)))
    assert not gaps(near, CERTAIN)["behind"].any()
    assert not gaps(nine(periods=3), CERTAIN)["behind"].any()


def test_people_are_compared_within_their_kind_of_territory_where_six_are_alike() -> None:
    rich = pd.Series({f"p{i:02d}": "rich" if i >= 3 else "poor" for i in range(9)})
    found = gaps(nine(), CERTAIN, rich).set_index("participant")
    assert set(found["basis"]) == {"rich", "scheme"}
    assert found.loc["p08", "benchmark"] == pytest.approx(1.2, abs=1e-3)  # of 1.1 and 1.3 among six
    assert (found.loc[["p00", "p01", "p02"], "basis"] == "scheme").all()


def test_without_lasting_differences_nobody_is_behind() -> None:
    found = gaps(nine(), Reliability(0.0, 0.0, 0.1, 0.0, 0.2, 9, 6))
    assert set(found["probability"]) == {0.5} and not found["behind"].any()


def test_of_those_spoken_of_nearly_all_are_truly_behind() -> None:
    random, right = np.random.default_rng(3), []
    for _ in range(60):
        lasting = random.normal(0.9, 0.15, 20)
        given = values(lasting[:, None] + random.normal(0, 0.25, (20, 12)))
        found = gaps(given, reliability(given, "reached"))
        truth = np.median(np.sort(lasting)[-7:])
        right += list((lasting < truth)[found["behind"].to_numpy()])
    assert len(right) > 300 and np.mean(right) > 0.9


def test_what_is_reached_reads_the_attainment_and_else_the_score() -> None:
    rows = pd.DataFrame({"attainment": [1.2, 12.0, np.nan, np.nan], "score": [100.0, 120.0, 85.0, np.nan]})
    assert reached(rows).tolist()[:3] == [1.2, 2.0, 0.85] and np.isnan(reached(rows).iloc[3])


def behind(**people: bool) -> pd.DataFrame:
    return pd.DataFrame({"participant": list(people), "n": 6, "behind": list(people.values())})


def test_what_more_than_half_of_a_team_has_is_the_teams() -> None:
    teams = pd.Series(list("NNNNSSSS"), index=list("abcdefgh"))
    half = behind(a=True, b=True, c=False, d=False, e=False, f=False, g=False, h=False)
    assert shared(half, teams) == (False, [])
    more = behind(a=True, b=True, c=True, d=False, e=False, f=False, g=False, h=False)
    assert shared(more, teams) == (False, ["N"])
    most = behind(a=True, b=True, c=True, d=True, e=True, f=False, g=False, h=False)
    assert shared(most, teams) == (True, ["N"])


def test_a_team_of_two_is_two_people() -> None:
    pair = behind(a=True, b=True, c=False, d=False, e=False)
    assert shared(pair, pd.Series(list("NNSSS"), index=list("abcde"))) == (False, [])

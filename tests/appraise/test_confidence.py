"""How sure a bottom grade is: against known figures, another library and simulation; refusals."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.appraise.made_scores import SCHEME, card_of, schemes_with, scores_of, steady
from toolkit.appraise.confidence import (
    chance_truly_bottom,
    chance_upper_half,
    grade_confidence,
    graded_people,
    legal_notes,
)
from toolkit.language import LANGUAGES


@pytest.mark.parametrize(
    ("reliability", "people", "bottom", "upper"),
    # Own checks made before this code: bottom tenth, reliability .5: 42-47 % and 5-9 %; .9: 74-77 %.
    [
        (0.5, 20, (0.40, 0.48), (0.04, 0.09)),
        (0.5, 400, (0.45, 0.49), (0.03, 0.07)),
        (0.9, 400, (0.75, 0.80), (0, 0.001)),
    ],
)
def test_the_bottom_tenth_in_simulated_companies(
    reliability: float, people: int, bottom: tuple[float, float], upper: tuple[float, float]
) -> None:
    random, tenth = np.random.default_rng(1), people // 10
    runs = 200_000 // people
    true = random.normal(0, math.sqrt(reliability), (runs, people))
    seen = true + random.normal(0, math.sqrt(1 - reliability), (runs, people))
    last = seen.argsort(axis=1)[:, :tenth]
    ranks = true.argsort(axis=1).argsort(axis=1)
    held = np.take_along_axis(ranks, last, axis=1)
    share, above = (held < tenth).mean(), (held >= people / 2).mean()
    assert bottom[0] <= share <= bottom[1] and upper[0] <= above <= upper[1]
    # The formula is that of a large company; in one of twenty the last tenth is two people.
    assert chance_truly_bottom(0.1, reliability) == pytest.approx(share, abs=0.06 if people == 20 else 0.015)
    assert chance_upper_half(0.1, reliability) == pytest.approx(above, abs=0.03 if people == 20 else 0.01)


@pytest.mark.parametrize(("share", "reliability"), [(0.1, 0.5), (0.3, 0.2), (0.05, 0.8), (0.6, 0.4)])
def test_the_probabilities_are_those_of_scipys_bivariate_normal(share: float, reliability: float) -> None:
    cut = stats.norm.ppf(share)
    joint = stats.multivariate_normal(cov=[[1, math.sqrt(reliability)], [math.sqrt(reliability), 1]])
    assert chance_truly_bottom(share, reliability) == pytest.approx(joint.cdf([cut, cut]) / share, abs=1e-5)
    upper = (share - joint.cdf([0.0, cut])) / share
    assert chance_upper_half(share, reliability) == pytest.approx(upper, abs=1e-5)


def test_the_ends_no_reliability_and_a_perfect_one() -> None:
    assert chance_truly_bottom(0.1, 0.0) == pytest.approx(0.1) and chance_truly_bottom(0.1, 1.0) == 1.0
    assert chance_upper_half(0.1, 0.0) == pytest.approx(0.5) and chance_upper_half(0.1, 1.0) == 0.0
    assert chance_upper_half(0.8, 1.0) == pytest.approx(0.3 / 0.8)


def confidence(table: np.ndarray, bottom: int = 3, **options: str) -> pd.Series:
    """Grades so that the last `bottom` people of every period are D."""
    scores = scores_of(table)
    place = scores.groupby("period")["score"].rank(method="first")
    scores["grade"] = np.where(place <= bottom, "D", "B")
    found = grade_confidence(schemes_with(), scores, card_of(scores), **options)
    assert len(found) == 1
    return found.iloc[0]


def test_a_schemes_row_carries_its_probabilities_and_their_ends() -> None:
    row = confidence(steady(noise=8.0))
    assert (row["scheme"], row["period"], row["grade"]) == (SCHEME, "2026-Q4", "D")
    assert (row["graded"], row["n"], row["share"], row["missing"]) == (3, 12, 0.25, "")
    assert 0.6 < row["low"] < row["reliability"] < row["high"] <= 1
    assert row["truly_bottom"] == pytest.approx(chance_truly_bottom(0.25, row["reliability"]))
    assert row["truly_bottom_low"] < row["truly_bottom"] < row["truly_bottom_high"]
    assert row["upper_half_low"] < row["upper_half"] < row["upper_half_high"]


def test_four_pay_periods_carry_the_reliability_themselves_and_fewer_by_their_months() -> None:
    table = steady(people=30, noise=12.0)
    whole, half = confidence(table), confidence(table[:, :6])
    assert (whole["basis"], half["basis"]) == ("pay_periods", "score_periods")
    # A variance of 10²·(3²/12)·30/29 between people and 12²/3 in a quarter.
    planted = 100 * (9 / 12) * 31 / 29 / (100 * (9 / 12) * 31 / 29 + 144 / 3)
    assert [whole["reliability"], half["reliability"]] == pytest.approx([planted, planted], abs=0.12)


@pytest.mark.parametrize(
    ("table", "bottom", "missing"),
    [
        (steady(people=7), 2, "too_few_people"),
        (steady(months=3), 2, "too_few_people"),
        (np.full((9, 12), 70.0), 2, "no_spread"),
        (steady(), 0, "nobody_graded"),
        (steady(), 12, "all_graded"),
    ],
)
def test_what_the_data_cannot_carry_is_refused(table: np.ndarray, bottom: int, missing: str) -> None:
    row = confidence(table, bottom)
    assert row["missing"] == missing and pd.isna(row["truly_bottom"]) and pd.isna(row["upper_half"])


def test_later_periods_are_not_used_and_months_are_not_graded_for_pay() -> None:
    table = steady()
    assert confidence(table, period="2026-Q2").equals(confidence(table[:, :6]))
    scores = scores_of(table)
    assert grade_confidence(schemes_with(), scores, card_of(scores), period="2026-05").empty


def test_each_persons_probability_falls_with_the_score_and_sums_to_about_the_places() -> None:
    scores = scores_of(steady(people=40, noise=15.0))
    last = scores["score"] < scores.groupby("period")["score"].transform(lambda s: s.quantile(0.2))
    scores["grade"] = np.where(last, "D", "B")
    found = graded_people(schemes_with(), scores, card_of(scores)).sort_values("score")
    assert found["truly_bottom"].is_monotonic_decreasing and len(found) == 40
    assert found["truly_bottom"].sum() == pytest.approx(8.0, abs=1.0)
    assert (found["truly_bottom_low"] <= found["truly_bottom_high"]).all()


def test_a_perfect_score_decides_and_a_refused_one_names_nobody() -> None:
    levels = np.tile(np.arange(60.0, 72.0)[:, None], (1, 12))
    scores = scores_of(levels)
    scores["grade"] = np.where(scores["score"] < 63, "D", "B")
    assert graded_people(schemes_with(), scores, card_of(scores))["truly_bottom"].tolist()[:2] == [1.0, 1.0]
    few = scores_of(steady(people=5))
    assert graded_people(schemes_with(), few, card_of(few)).empty


def test_legal_notes_carry_their_marks_in_both_languages() -> None:
    for language in LANGUAGES:
        notes = legal_notes("CNY", language)
        assert len(notes) == 7 and len(legal_notes("USD", language)) == 1
        assert len({mark for mark, _ in notes}) == 2
    assert (
        legal_notes("CNY", "en")[0][0] == "published case"
        and "Guiding Case 18" in legal_notes("CNY", "en")[0][1]
    )
    assert [mark for mark, _ in legal_notes("CNY", "zh")[1:]] == ["待律师确认"] * 6

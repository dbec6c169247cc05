"""How far places and scores hang on weights, on the sample's last pay period."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from toolkit.design.weights.acting.history import History
from toolkit.design.weights.brief import Uncertainty
from toolkit.design.weights.holding import _Model, concentration, holding


def test_a_concentration_moves_weights_by_what_was_said() -> None:
    """Dirichlet: var = w (1 − w) / (κ + 1); weights of 50 % and 5 points give κ = .25 / .0025 − 1 = 99."""
    assert concentration(np.array([0.5, 0.5]), 0.05) == pytest.approx(99)
    drawn = np.random.default_rng(1).dirichlet(np.array([0.4, 0.2, 0.2, 0.2]) * _kappa(), 20_000)
    assert np.sqrt(drawn.var(axis=0).mean()) == pytest.approx(0.05, rel=0.02)


def _kappa() -> float:
    return concentration(np.array([0.4, 0.2, 0.2, 0.2]), 0.05)


def test_places_and_intervals_of_the_last_pay_period(past: History) -> None:
    found = holding(past, Uncertainty(), seed=1)
    last = past.pay_scores.xs(found.period, level="period")
    total = (last @ past.agreed).sort_values(ascending=False)
    assert found.period == max(past.pay_scores.index.get_level_values("period"))
    places = found.places.set_index("participant")
    assert places.index[0] == total.index[0] and len(places) == len(last)
    assert places["agreed_place"].tolist() == sorted(places["agreed_place"])
    assert (
        places["share_first"].sum() == pytest.approx(1)
        and (places["best"] <= np.ceil(places["expected_place"])).all()
    )
    for row in found.first.to_dict("records"):
        agreed = past.agreed[past.names.index(row["measure"])]
        assert row["low"] <= agreed <= row["high"]


def test_the_model_gives_the_scorecards_score_where_nothing_is_in_doubt(past: History) -> None:
    row = past.scores.index[5]
    groups = ["weights"] * 4 + ["targets"] * 4 + ["ranges"] * 4
    model = _Model(past, past.reading.loc[row], past.scores.loc[row], list(past.measures), groups)
    still = np.r_[past.agreed * 50, np.ones(4), np.zeros(4)]
    assert model(still[None]) == pytest.approx([past.scores.loc[row] @ past.agreed])


def test_another_target_and_another_range_by_hand(past: History) -> None:
    """Revenue at 96 % of target scores 96; of a target 20 % higher it is 80 %; a range half as wide doubles
    the miss; satisfaction 8.2 is on target, 10 % more asked is a miss of .82: 7.38, between 6.5 and 7.5."""
    reading = pd.Series({"revenue": 0.96, "visits": 1.0, "conversion": 1.0, "satisfaction": 8.2})
    groups = ["weights"] * 4 + ["targets"] * 4 + ["ranges"] * 4
    scores = pd.Series(100.0, index=reading.index)
    model = _Model(past, reading, scores, list(past.measures), groups)
    still = np.r_[[1.0, 0, 0, 0], np.ones(4), np.zeros(4)]
    higher, narrow, satisfied = still.copy(), still.copy(), np.r_[[0, 0, 0, 1.0], np.ones(4), np.zeros(4)]
    higher[4], narrow[8] = 1.2, np.log(2)
    satisfied[7] = 1.1
    assert model(np.vstack([still, higher, narrow])) == pytest.approx([96, 80, 92])
    assert model(satisfied[None]) == pytest.approx([40 + 40 * 0.88])


def test_shares_of_the_doubt(past: History) -> None:
    found = holding(past, Uncertainty(), seed=1)
    assert found.sobol["group"].tolist() == ["weights", "targets", "ranges"]
    assert 0.8 < found.sobol["first"].sum() < 1.2
    again = holding(past, Uncertainty(), seed=1)
    pd.testing.assert_frame_equal(found.sobol, again.sobol)
    pd.testing.assert_frame_equal(found.places, again.places)
    only = holding(past, Uncertainty(targets=0.0, ranges=0.0))
    assert only.sobol.empty and ("sobol", "weigh.one_doubt") in [(a, p.code) for a, p in only.refused]


def test_who_is_alone_has_no_place_to_lose(past: History) -> None:
    one = past.pay_scores.index[:1]
    alone = dataclasses.replace(
        past, pay_scores=past.pay_scores.loc[one], pay_reading=past.pay_reading.loc[one]
    )
    found = holding(alone, Uncertainty())
    assert found.first.empty and found.places.empty
    assert ("first_place", "weigh.alone") in [(part, p.code) for part, p in found.refused]


def test_without_pay_the_last_scored_period_is_taken(past: History) -> None:
    unpaid = dataclasses.replace(
        past, pay_scores=past.pay_scores.iloc[:0], pay_reading=past.pay_reading.iloc[:0]
    )
    assert holding(unpaid, Uncertainty()).period == max(past.scores.index.get_level_values("period"))

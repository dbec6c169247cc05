"""Weights from data and outcome on the scheme's own fixed points, and one set of all sources."""

import dataclasses
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from toolkit.design.weights.acting.history import History, as_if, history
from toolkit.design.weights.brief import Outcome, WeightBrief
from toolkit.design.weights.settle.bounds import Bounds
from toolkit.design.weights.sources import (
    normalised,
    outcome_weights,
    reconcile,
    sources_of,
)
from toolkit.errors import NotEnoughData
from toolkit.scheme.load import load_schemes

NOBODY = np.full(4, math.nan)


@pytest.fixture(scope="module")
def wide(unasked: Any) -> History:
    """The scheme as if it had always held for all of its role: beyond the gate."""
    scheme = load_schemes(unasked)["field_sales"]
    every = dataclasses.replace(scheme, applies_to={"role": ("field_sales",)})
    return history(as_if(unasked, every), every)


def test_values_stand_between_the_schemes_own_points(past: History) -> None:
    """Revenue 60 % → 0 and 100 % → 1; visits from 50 %, where deduction ends; satisfaction 6.5 to 8.2."""
    found, read = normalised(past), past.reading
    assert found["revenue"].to_numpy() == pytest.approx((read["revenue"].clip(0.6, 1.2) - 0.6) / 0.4)
    assert found["visits"].to_numpy() == pytest.approx((read["visits"].clip(0.5, 1.0) - 0.5) / 0.5)
    assert found["conversion"].to_numpy() == pytest.approx((read["conversion"].clip(0.75, 1.2) - 0.75) / 0.25)
    assert found["satisfaction"].to_numpy() == pytest.approx((read["satisfaction"].clip(6.5, 9) - 6.5) / 1.7)


def test_one_participant_less_moves_nobody_elses_value(past: History) -> None:
    who = past.reading.index.get_level_values("participant")
    less = dataclasses.replace(past, reading=past.reading[who != who[0]], scores=past.scores[who != who[0]])
    pd.testing.assert_frame_equal(normalised(less), normalised(past)[who != who[0]])


def test_below_the_gate_data_are_shown_and_count_nothing(unasked: Any, past: History) -> None:
    """70 rows of 12 people, where METHODS 3f asks for 120 of 15."""
    weights, shares, refused = sources_of(unasked, past, past.agreed, NOBODY, WeightBrief())
    assert weights[2].sum() == pytest.approx(1) and shares.tolist() == [0.6, 0.2, 0.0, 0.0]
    assert [(part, p.code, p.value) for part, p in refused] == [("data", "weigh.data_gate", 70)]
    assert np.isnan(weights[0]).all() and weights[1].tolist() == [0.25] * 4 and np.isnan(weights[3]).all()


def test_beyond_the_gate_they_count(unasked: Any, wide: History) -> None:
    assert len(wide.scores) >= 120 and wide.scores.index.get_level_values(0).nunique() >= 15
    found = {
        name: sources_of(unasked, wide, wide.agreed, NOBODY, WeightBrief(data=name))  # type: ignore[arg-type]
        for name in ("critic", "entropy", "standard_deviation")
    }
    assert all(shares[2] == pytest.approx(0.2) for _, shares, _ in found.values())
    spread = normalised(wide).std(ddof=0)
    assert found["standard_deviation"][0][2] == pytest.approx((spread / spread.sum()).to_numpy())
    assert len({tuple(weights[2].round(6)) for weights, _, _ in found.values()}) == 3


def test_without_history_only_people_and_equality_are_left(unasked: Any) -> None:
    weights, shares, refused = sources_of(
        unasked, None, np.full(4, 0.25), NOBODY, WeightBrief(outcome=Outcome("net_sales"))
    )
    assert np.isnan(weights[2]).all() and shares[2] == 0
    assert [p.code for _, p in refused] == ["weigh.data_gate", "weigh.no_past_for_outcome"]


def test_an_outcome_below_the_gate_is_refused(unasked: Any, past: History) -> None:
    with pytest.raises(NotEnoughData):
        outcome_weights(unasked, past, Outcome("net_sales", "month"))


def test_the_outcome_is_looked_for_one_span_later(unasked: Any, wide: History) -> None:
    """Planted: three months later a KPI repeats today's revenue reading, and nothing else."""
    calendar = unasked.calendar
    read = normalised(wide)["revenue"]
    rows = [(who, calendar.shift(period, 3), value) for (who, period), value in read.items()]
    planted = pd.DataFrame(rows, columns=["participant", "period", "value"]).assign(
        kpi="planted", level="individual"
    )
    held = dataclasses.replace(
        wide, appraisal=dataclasses.replace(wide.appraisal, panel=pd.concat([wide.appraisal.panel, planted]))
    )
    quarter, notes = outcome_weights(unasked, held, Outcome("planted", "quarter"))
    month, _ = outcome_weights(unasked, held, Outcome("planted", "month"))
    assert quarter.argmax() == 0 and quarter[0] > 0.7 and quarter.sum() == pytest.approx(1)
    assert month[0] < quarter[0] and not any(n.value == "revenue" for n in notes)
    with pytest.raises(NotEnoughData) as caught:
        outcome_weights(unasked, held, Outcome("no_such_kpi", "quarter"))
    assert caught.value.problems[0].code == "weigh.no_outcome"


def test_one_set_of_all_sources_by_hand() -> None:
    """Judged 50/30/20 at .75 and equal at .25: .5^.75, .3^.75, .2^.75 → 45.4, 31.0, 22.9 → 45/30/25."""
    weights = np.full((4, 3), math.nan)
    weights[0], weights[1] = [0.5, 0.3, 0.2], [1 / 3] * 3
    shares, agreed = np.array([0.6, 0.2, 0.2, 0.0]), np.array([0.4, 0.4, 0.2])
    found, why = reconcile(weights, shares, agreed, Bounds.between(3, 0.05, 0.5), 0.05)
    assert why is None and found.tolist() == [0.45, 0.3, 0.25]


def test_where_nobody_was_asked_the_agreed_weights_stand_for_judgement() -> None:
    weights = np.full((4, 2), math.nan)
    weights[1] = 0.5
    shares, bounds = np.array([1.0, 0.0, 0.0, 0.0]), Bounds.between(2)
    found, _ = reconcile(weights, shares, np.array([0.7, 0.3]), bounds, 0.1)
    assert found.tolist() == [0.7, 0.3] and np.isnan(weights[0]).all()


def test_weights_that_no_steps_can_write_are_refused_in_words() -> None:
    weights = np.vstack([np.full(3, math.nan), np.full(3, 1 / 3), *np.full((2, 3), math.nan)])
    bounds = Bounds.between(3, 0.33, 0.34)
    found, why = reconcile(weights, np.array([0.0, 1.0, 0.0, 0.0]), np.full(3, 1 / 3), bounds, 0.05)
    assert np.isnan(found).all() and why is not None and why.code.startswith("weights.")

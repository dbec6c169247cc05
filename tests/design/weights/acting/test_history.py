"""A scheme's history: complete rows, readings that score again to the same numbers, pay in one unit."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

import toolkit as tk
from tests.design.weights.acting.planted import exact, planted, roster, settled
from toolkit.appraise.appraisal import Appraisal
from toolkit.assets import asset
from toolkit.design.weights.acting.history import INCENTIVE, MEAN, as_if, history
from toolkit.design.weights.acting.shares import REST, acting_shares, pay_parts
from toolkit.errors import NotEnoughData

FLAT = 1 + exact(np.diag([0.01, 0.01]))
HALVES = {"revenue": 0.5, "visits": 0.5}


@pytest.fixture(scope="module")
def manufacturer() -> Appraisal:
    return tk.settle(tk.load_engagement(asset("templates", "engagements", "manufacturer")))


def test_a_reading_through_its_curve_is_the_scorecards_score(manufacturer: Appraisal) -> None:
    for scheme in manufacturer.schemes:
        past = history(manufacturer, scheme)
        for reading, scores in ((past.reading, past.scores), (past.pay_reading, past.pay_scores)):
            for measure in past.measures:
                again = measure.curve(reading[measure.name].to_numpy())
                assert (again == scores[measure.name].to_numpy()).all()


def test_scores_and_periods_are_those_of_the_scorecard(manufacturer: Appraisal) -> None:
    past = history(manufacturer, "field_sales")
    card = manufacturer.scorecard.set_index(["scheme", "participant", "period", "measure"])["score"]
    for who, when in past.scores.index:
        assert past.scores.loc[(who, when), "visits"] == card[past.scheme.id, who, when, "visits"]
    assert not past.scores.index.get_level_values("period").str.contains("Q").any()
    assert set(past.pay_scores.index.get_level_values("period")) == {"2026-Q1", "2026-Q2"}
    assert past.agreed.tolist() == [0.4, 0.2, 0.2, 0.2]
    assert past.points["revenue"].tolist() == pytest.approx((past.scores["revenue"] * 0.4).tolist())


def test_the_payout_is_after_the_gate(manufacturer: Appraisal) -> None:
    """S019 reached 65.5 % of revenue in the first quarter; the gate takes all of the 64.4 % earned."""
    past = history(manufacturer, "field_sales")
    assert past.unit == INCENTIVE
    assert past.payout["S019", "2026-Q1"] == 0
    assert past.payout["S001", "2026-Q1"] == pytest.approx(12326.00 / 12000)


def test_incomplete_rows_are_dropped_and_named() -> None:
    attainment = FLAT.copy()
    attainment[2, 3, 1] = np.nan
    past = history(planted(attainment, HALVES), "planted")
    assert len(past.scores) == 71 and ("p02", "2026-04") not in past.scores.index
    assert past.dropped.to_numpy().tolist() == [["p02", "2026-04", "visits", "no_actual:zero_denominator"]]
    assert past.pay_dropped["measure"].tolist() == ["visits"]


@pytest.mark.parametrize("rule", ["zero", "carry"])
def test_a_score_that_is_not_the_measures_own_is_no_complete_row(rule: str) -> None:
    attainment = FLAT.copy()
    attainment[2, 3, 1] = np.nan
    appraisal = planted(attainment, HALVES, missing=rule)
    row = appraisal.scorecard.query("participant == 'p02' and period == '2026-04' and measure == 'visits'")
    assert row["score"].notna().all()  # the scorecard has one
    assert ("p02", "2026-04") not in history(appraisal, "planted").scores.index


def test_without_a_complete_row_it_is_refused() -> None:
    attainment = FLAT.copy()
    attainment[:, :, 0] = np.nan
    with pytest.raises(NotEnoughData) as caught:
        history(planted(attainment, HALVES), "planted")
    assert caught.value.problems[0].code == "weights.no_history"


def test_a_measure_without_weight_is_left_out() -> None:
    appraisal = planted(FLAT, {"revenue": 1.0, "visits": 0.0})
    assert history(appraisal, "planted").names == ("revenue",)


def test_versions_that_weigh_alike_are_one_history(manufacturer: Appraisal) -> None:
    old, new = (history(manufacturer, f"commission@{v}") for v in ("2024-01", "2026-01"))
    pd.testing.assert_frame_equal(old.scores, new.scores)


def test_pay_by_measures_is_taken_from_the_components() -> None:
    """Two measures with their own curves: what each pays is its share times its ratio."""
    own = {"curve": {"x": "attainment", "points": [[0.5, 0.0], [1.5, 2.0]]}}
    pay = {"measures": {"revenue": {"share": 0.7, **own}, "visits": {"share": 0.3, **own}}}
    past = history(planted(FLAT, HALVES, pay=pay), "planted")
    ratio = (FLAT - 0.5) * 2
    assert past.unit == INCENTIVE
    assert past.direct["revenue"].to_numpy() == pytest.approx(0.7 * ratio[:, :, 0].ravel(), abs=1e-4)
    parts = pay_parts(past)
    assert parts[REST].abs().max() < 1e-9
    shares = acting_shares(parts)  # variances alike and nothing together: in squares 49 to 9
    assert shares.value == pytest.approx([49 / 58, 9 / 58, 0], abs=1e-3)


def test_commissions_are_in_mean_payouts() -> None:
    pay = {"rate": {"of": "revenue", "rate": 0.1}}
    past = history(planted(FLAT, HALVES, pay=pay), "planted")
    assert past.unit == MEAN and past.payout.mean() == pytest.approx(1)
    assert past.payout.to_numpy() == pytest.approx(FLAT[:, :, 0].ravel(), abs=1e-4)
    assert acting_shares(pay_parts(past)).value == pytest.approx([1, 0, 0], abs=1e-6)


def test_a_pool_by_score_is_split_as_the_points_are() -> None:
    pay = {"pool": {"amount": 120000.0, "points": "score"}}
    past = history(planted(FLAT, {"revenue": 0.8, "visits": 0.2}, pay=pay), "planted")
    parts, points = acting_shares(pay_parts(past)).value, acting_shares(past.points).value
    assert past.unit == MEAN
    assert parts[:2] == pytest.approx(points, abs=0.01) and abs(parts[2]) < 1e-3
    assert points == pytest.approx([16 / 17, 1 / 17], abs=1e-6)


def test_who_has_no_incentive_is_blank_and_left_out_of_pay() -> None:
    people = roster(12).assign(target_incentive=[np.nan] + [12000.0] * 11)
    past = history(planted(FLAT, HALVES, people), "planted")
    assert past.payout.isna().sum() == 6 and len(past.scores) == 72
    assert "p00" not in pay_parts(past).index.get_level_values("participant")


def test_nobody_paid_is_refused() -> None:
    past = history(planted(FLAT, HALVES, roster(12, target_incentive=np.nan)), "planted")
    with pytest.raises(NotEnoughData) as caught:
        pay_parts(past)
    assert caught.value.problems[0].code == "weights.nothing_paid"


def test_a_teams_members_are_one_row() -> None:
    """The team is scored, its members are paid: the team's ratio is what they got of their incentives."""
    people = roster(12).assign(team=[f"t{i // 2}" for i in range(12)])
    appraisal = planted(FLAT, HALVES, people, level="team")
    panel = appraisal.panel
    team = panel["participant"].map(dict(zip(people["participant"], people["team"], strict=True)))
    by_team = panel.assign(participant=team, level="team").groupby(
        ["participant", "level", "period", "kpi", "missing", "exposure"], as_index=False
    )
    past = history(settled(appraisal.schemes, by_team["value"].mean(), people), "planted")
    assert len(past.scores) == 36 and past.scores.index[0][0] == "t0"
    assert past.payout.to_numpy() == pytest.approx(past.pay_points.sum(axis=1).to_numpy() / 100, abs=1e-4)


def test_as_if_it_had_always_held(manufacturer: Appraisal) -> None:
    client, scheme = manufacturer.client, manufacturer.schemes["field_sales"]
    later = dataclasses.replace(scheme, name="brand_new", effective=type(scheme.effective)(client.end))
    past = as_if(client, later)
    found = history(past, "brand_new")
    assert [s.id for s in past.schemes] == ["brand_new@2026-01"]
    assert set(past.payouts["scheme"]) == {"brand_new@2026-01"}
    assert len(found.scores) > 300
    own = history(manufacturer, "field_sales").scores  # where both are, they are the same
    pd.testing.assert_frame_equal(found.scores.loc[own.index], own)

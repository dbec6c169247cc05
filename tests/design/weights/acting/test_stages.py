"""A history settled again: what a moved curve reads is what the scorecard then says, and pay follows."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import toolkit as tk
from tests.design.weights.acting.planted import exact, planted, scheme_of, settled
from toolkit.assets import asset
from toolkit.catalogue.load import load_catalogue
from toolkit.design.weights.acting.history import History, history
from toolkit.design.weights.acting.ranges import changed_rules
from toolkit.design.weights.acting.remedy import remedies
from toolkit.design.weights.acting.stages import settled_again, stage
from toolkit.design.weights.acting.stretch import stretch
from toolkit.periods import Calendar
from toolkit.scheme.plain import build_scheme, plain
from toolkit.scheme.scheme import Schemes

HALVES = {"revenue": 0.5, "visits": 0.5}


def made(**parts: Any) -> History:
    return history(planted(1 + exact(np.diag([0.01, 0.0025])), HALVES, **parts), "planted")


def discounts() -> History:
    """Revenue, where more is better, and discounts, where less is: target 10 %."""
    document = plain(scheme_of({"revenue": 0.5, "visits": 0.5}))
    document["measures"][1] |= {"name": "discount", "kpi": "discount_given", "target": {"fixed": 0.1}}
    schemes = Schemes((build_scheme(document, "planted"),), Calendar(), load_catalogue())
    panel = planted(1 + exact(np.diag([0.01, 0.01])), HALVES)
    rates = panel.panel["kpi"] == "visits"
    actual = panel.panel["value"].where(~rates, panel.panel["value"] / 400)
    kpi = panel.panel["kpi"].where(~rates, "discount_given")
    table = panel.panel.assign(value=actual, kpi=kpi)
    return history(settled(schemes, table, panel.client.participants), "planted")


def test_what_a_moved_curve_reads_is_what_the_scorecard_says_after() -> None:
    client = tk.load_engagement(asset("templates", "engagements", "manufacturer"))
    past = history(tk.settle(client), "field_sales")
    rules = changed_rules(past.measures, np.array([0.7, 1.8, 1.3, 0.6]))
    after = settled_again(past, scoring=rules)
    assert list(rules) == list(past.names)
    for measure in past.measures:
        for reading, scores in ((past.reading, after.scores), (past.pay_reading, after.pay_scores)):
            again = rules[measure.name].compile(measure.out_of)(reading[measure.name].to_numpy())
            assert (again == scores[measure.name].to_numpy()).all()
    pd.testing.assert_frame_equal(after.reading, past.reading)


def test_where_less_is_better_a_narrower_range_makes_the_same_excess_dearer() -> None:
    past = discounts()
    measure = past.measures[1]
    assert past.reading["discount"].to_numpy() == pytest.approx(2 - past_actual(past) / 0.1, abs=1e-8)
    rule = stretch(measure, 2)
    assert rule is not None
    after = settled_again(past, scoring={"discount": rule})
    missed = 100 - past.scores["discount"].to_numpy()
    assert 100 - after.scores["discount"].to_numpy() == pytest.approx(2 * missed, abs=1e-6)


def past_actual(past: History) -> np.ndarray:
    card = past.appraisal.scorecard
    return card[card["measure"] == "discount"]["actual"].to_numpy()


def test_weights_alone_change_totals_and_pay_by_hand() -> None:
    """Pay follows the score in a straight line: 100 points pay the whole incentive."""
    after = settled_again(made(), np.array([0.2, 0.8]))
    totals = 0.2 * after.scores["revenue"] + 0.8 * after.scores["visits"]
    assert after.points.sum(axis=1).to_numpy() == pytest.approx(totals.to_numpy())
    assert after.payout.to_numpy() == pytest.approx(totals.to_numpy() / 100, abs=1e-4)
    one = stage("steps", after, np.array([0.2, 0.8]))
    assert one.mean_score == pytest.approx(totals.mean())
    assert one.shares.value == pytest.approx([0.04 * 4 / (0.04 * 4 + 0.64), 0.64 / 0.8], abs=1e-6)


def test_a_gate_counts_in_the_mean_payout() -> None:
    """One of twelve misses the gate in every month and gets nothing."""
    attainment = np.ones((12, 6, 2))
    attainment[0, :, 0], attainment[1:, :, 1] = 0.5, 1.1
    gate = [{"measure": "revenue", "below": 0.8, "pays": 0}]
    pay = {"curve": {"x": "score", "points": [[0, 0.0], [200, 2.0]]}, "gates": gate}
    past = history(planted(attainment, HALVES, pay=pay), "planted")
    assert stage("agreed", past, past.agreed).mean_payout == pytest.approx(11 / 12 * 1.05)


def test_a_measure_may_be_weighed_at_nothing() -> None:
    after = settled_again(made(), np.array([1.0, 0.0]))
    assert after.names == ("revenue", "visits")
    assert stage("weights", after, np.array([0.5, 0.5])).shares.value == pytest.approx([1, 0])


def test_a_scheme_of_one_measure_has_nothing_to_remedy() -> None:
    past = history(planted(1 + exact(np.array([[0.01]])), {"revenue": 1.0}), "planted")
    found = remedies(past)
    assert [s.gap for s in found.stages] == pytest.approx([0] * len(found.stages))
    assert all(s.weights.tolist() == [1.0] and s.factors.tolist() == [1.0] for s in found.stages)


def test_a_measure_at_team_level_counts_as_the_scorecard_has_it() -> None:
    """All of a team have the team's number; within a team it makes no difference, between teams it does."""
    people = planted(1 + exact(np.diag([0.01, 0.01])), HALVES).client.participants
    people = people.assign(team=[f"t{i // 4}" for i in range(12)])
    document = plain(scheme_of(HALVES))
    document["measures"][1] |= {"level": "team"}
    schemes = Schemes((build_scheme(document, "planted"),), Calendar(), load_catalogue())
    panel = planted(1 + exact(np.diag([0.01, 0.01])), HALVES).panel
    visits = panel["kpi"] == "visits"
    team = panel["participant"].map(dict(zip(people["participant"], people["team"], strict=True)))
    keys = ["participant", "level", "period", "kpi", "exposure", "missing"]
    teams = panel[visits].assign(participant=team[visits], level="team").groupby(keys, as_index=False)
    table = pd.concat([panel[~visits], teams["value"].mean()], ignore_index=True)
    past = history(settled(schemes, table, people), "planted")
    assert len(past.scores) == 72
    names = people.set_index("participant")["team"]
    rows = past.scores["visits"].reset_index()
    apart = rows.groupby([rows["participant"].map(names), "period"])["visits"].nunique()
    assert apart.max() == 1
    found = remedies(past, limit=1, keep_order=False)
    assert found.stages[0].shares.value[1] < 0.4 and found.stages[1].reached

"""What holds for any numbers: rows in any order, inputs unchanged, monotone scores, thresholds, sums."""

import math

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.appraise.cases import NO_TARGETS, measure, panel, people, schemes
from tests.appraise.scoring_cases import JANUARY, card_of, crowd, events, ratings
from toolkit.appraise.grade import graded
from toolkit.appraise.records import Records
from toolkit.appraise.score import score
from toolkit.appraise.targets import set_targets
from toolkit.scheme import plain

SCALE = {"rating": [[1, 20], [5, 100]]}
GRID = {"with": "visits", "rows": [0, 0.8], "columns": [0, 1.0], "values": [[10, 40], [60, 100]]}
PLAN = schemes(
    measure(
        "visits",
        "visits",
        0.3,
        {"fixed": 40},
        {"plus_minus": {"base": 100, "per": 0.01, "plus": 1} | {"minus": 2, "most": 20, "least": 30}},
    ),
    measure("calls", "calls", 0.3, {"fixed": 50}, {"rank": {"best": 100, "step": 15, "worst": 10}}),
    measure("rate", "win_rate", 0.2, {"fixed": 0.3}, {"matrix": GRID}),
    measure("attitude", "customer_satisfaction", 0.2, None, SCALE, raters={"peer": 0.4, "manager": 0.6}),
    missing="carry",
    difficulty="roster",
    items=[{"name": "idea", "points": 1.5, "most": 4}, {"name": "late", "points": -2}],
    item_limits={"up": 2, "down": 5},
    vetoes=[{"measure": "visits", "below": 0.3, "score": 50, "grade": "C"}],
    grades={"by": "shares", "shares": {"A": 0.3, "B": 0.5, "C": 0.2}, "within": "team", "least": 3},
    ramp=[0.5],
)
NAMES = [f"p{i}" for i in range(8)]
DRAW = np.random.default_rng(11)
ROSTER = pd.concat([people([(n, "AB"[i % 2], "N")]) for i, n in enumerate(NAMES)], ignore_index=True)
ROSTER = ROSTER.assign(difficulty=[1.0, 1.1, np.nan, 0.9, 1.0, 1.2, np.nan, 1.0])
CELLS = [
    (n, p, k) for n in NAMES for p in (JANUARY, "2026-02", "2026-Q1") for k in ("visits", "calls", "win_rate")
]
SIZE = {"visits": 40, "calls": 50, "win_rate": 0.3}
VALUES = [x if x > 0.15 else np.nan for x in DRAW.uniform(0, 1.6, len(CELLS))]
PANEL = panel([(n, p, k, x * SIZE[k]) for (n, p, k), x in zip(CELLS, VALUES, strict=True)])
RATED = [
    (n, JANUARY, "attitude", r, k, float(DRAW.integers(1, 6)))
    for n in NAMES
    for r, k in (("m", "manager"), ("x", "peer"), ("y", "peer"))
]
HAPPENED = [
    (n, i, 1.0, d)
    for n in NAMES[:5]
    for i, d in (("idea", "2026-01-09"), ("idea", "2026-02-09"), ("late", "2026-02-09"))
]
RECORDS = Records(ratings=ratings(RATED).ratings, events=events(HAPPENED).events)


def everything(
    rows: pd.DataFrame, roster: pd.DataFrame, records: Records, seed: int | None = None
) -> list[pd.DataFrame]:
    """Targets, scorecard, scores and steps; with a seed, each table shuffled before it is read."""
    mixed = lambda t: t if seed is None else t.sample(frac=1, random_state=seed)  # noqa: E731
    rows, roster = mixed(rows), mixed(roster)
    records = Records(ratings=mixed(records.ratings), events=mixed(records.events))
    frozen = set_targets(PLAN, rows, NO_TARGETS, roster)
    card = score(PLAN, rows, mixed(frozen), roster, records)
    return [frozen, card, *graded(PLAN, mixed(card), records, roster)]


EXPECTED = everything(PANEL, ROSTER, RECORDS)


@settings(max_examples=8)
@given(st.integers(0, 2**32 - 1))
def test_the_order_of_rows_is_irrelevant(seed: int) -> None:
    for found, expected in zip(everything(PANEL, ROSTER, RECORDS, seed), EXPECTED, strict=True):
        pd.testing.assert_frame_equal(found, expected)


def test_inputs_are_not_changed() -> None:
    given_tables = [PANEL, ROSTER, RECORDS.ratings, RECORDS.events]
    copies, before = [t.copy(deep=True) for t in given_tables], [plain(s) for s in PLAN]
    everything(PANEL, ROSTER, RECORDS)
    for now, then in zip(given_tables, copies, strict=True):
        pd.testing.assert_frame_equal(now, then)
    assert [plain(s) for s in PLAN] == before


def test_a_missing_score_always_says_why_and_a_plain_one_nothing() -> None:
    card = EXPECTED[1]
    assert card["score"].isna().any()
    assert (card.loc[card["score"].isna(), "missing"] != "").all()
    own = card["missing"] == ""
    carried = card["missing"].str.startswith("carried:")
    assert card.loc[own | carried, "score"].notna().all()
    assert carried.any()


def test_adjustments_are_the_sum_of_the_steps() -> None:
    scores, steps = EXPECTED[2:]
    key = ["scheme", "participant", "period"]
    sums = steps.groupby(key)["amount"].sum().rename("steps").reset_index()
    both = scores.merge(sums, on=key, how="left").fillna({"steps": 0.0})
    scored = both[both["score"].notna()]
    assert len(scored) == len(NAMES) * 3
    assert (scored["adjustment"] - scored["steps"]).abs().max() < 1e-9
    assert (scored["score"] - scored["points_total"] - scored["adjustment"]).abs().max() < 1e-9
    assert set(steps["step"]) == {"difficulty", "item", "item_limit", "veto"}


def test_weights_applied_sum_to_one() -> None:
    sums = EXPECTED[1].groupby(["participant", "period"])["weight"].agg(math.fsum)
    assert (sums - 1).abs().max() < 1e-15


RULES = st.sampled_from(
    [
        {"proportional": {"from": 0.6, "cap": 1.2}},
        {"bands": [[0.6, 30], [0.8, 60], [1.0, 100]]},
        {
            "threshold_target_excellence": {
                "threshold": [0.6, 50],
                "target": [1.0, 100],
                "excellence": [1.2, 150],
            }
        },
        {"plus_minus": {"base": 100, "per": 0.03, "plus": 1, "minus": 2, "most": 20, "least": 30}},
        {"rank": {"best": 100, "step": 7, "worst": 0}},
    ]
)
ACTUALS = st.lists(st.floats(-50, 250).map(lambda x: round(x, 4)), min_size=2, max_size=12)


@settings(max_examples=25)
@given(RULES, ACTUALS)
def test_more_attainment_never_scores_less(rule: dict[str, object], actuals: list[float]) -> None:
    names = [f"p{i:02d}" for i in range(len(actuals))]
    rows = panel([(n, JANUARY, "visits", a) for n, a in zip(names, sorted(actuals), strict=True)])
    card = card_of(schemes(measure("m", "visits", 1.0, {"fixed": 100}, rule)), rows, crowd(*names))
    assert card["score"].tolist() == sorted(card["score"])


@settings(max_examples=15)
@given(st.sampled_from(["proportional", "bands"]), st.lists(st.floats(-500, 59.99), min_size=1, max_size=8))
def test_below_the_threshold_the_score_is_exactly_nothing(rule: str, actuals: list[float]) -> None:
    whole = {"proportional": {"from": 0.6, "cap": 1.2}, "bands": [[0.6, 30], [1.0, 100]]}
    names = [f"p{i}" for i in range(len(actuals))]
    rows = panel([(n, JANUARY, "visits", a) for n, a in zip(names, actuals, strict=True)])
    card = card_of(
        schemes(measure("m", "visits", 1.0, {"fixed": 100}, {rule: whole[rule]})), rows, crowd(*names)
    )
    assert card["score"].tolist() == [0.0] * len(actuals)

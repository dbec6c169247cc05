"""What must hold for any data: order, inputs, monotony, thresholds, sums, and who is under which scheme."""

import datetime as dt
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.appraise.cases import NO_TARGETS, measure, panel, people, schemes
from tests.appraise.test_scorecard import PANEL, ROSTER, SCHEMES, TARGETS
from toolkit.appraise import assignments, grade, score, set_targets, statements
from toolkit.errors import SchemeError
from toolkit.periods import Calendar
from toolkit.scheme import Effective, Schemes, build_scheme, plain, replace_at

GATED = replace_at(SCHEMES, "plan.pay.gates", [{"measure": "revenue", "below": 0.75, "pays": 0.3}])


def everything(
    plan: Schemes, rows: pd.DataFrame, table: pd.DataFrame, roster: pd.DataFrame
) -> list[pd.DataFrame]:
    frozen = set_targets(plan, rows, table, roster)
    card = score(plan, rows, frozen, roster)
    scores = grade(plan, card)
    paid = statements(plan, card, scores, roster)
    return [frozen, card, scores, paid.payouts, paid.adjustments]


@settings(max_examples=5)
@given(st.integers(0, 2**32 - 1))
def test_the_order_of_rows_is_irrelevant(seed: int) -> None:
    shuffled = [t.sample(frac=1, random_state=seed) for t in (PANEL, TARGETS, ROSTER)]
    for found, expected in zip(
        everything(GATED, *shuffled), everything(GATED, PANEL, TARGETS, ROSTER), strict=True
    ):
        pd.testing.assert_frame_equal(found, expected)


def test_inputs_are_not_changed() -> None:
    given_tables = [t.copy(deep=True) for t in (PANEL, TARGETS, ROSTER)]
    before = [plain(s) for s in GATED]
    everything(GATED, *given_tables)
    for now, then in zip(given_tables, (PANEL, TARGETS, ROSTER), strict=True):
        pd.testing.assert_frame_equal(now, then)
    assert [plain(s) for s in GATED] == before


PLAN = schemes(
    measure("visits", "visits", 1.0, {"fixed": 100}, {"proportional": {"from": 0.0, "cap": 1.5}}),
    score_every="quarter",
)


def payouts_of(actuals: list[float]) -> list[float]:
    names = [f"p{i:04d}" for i in range(len(actuals))]
    roster = people([(n, "A", "N") for n in names], incentive=40_000.0)
    rows = panel([(n, "2026-Q1", "visits", a) for n, a in zip(names, actuals, strict=True)])
    return everything(PLAN, rows, NO_TARGETS, roster)[3]["payout"].astype(float).tolist()


@settings(max_examples=12)
@given(st.lists(st.floats(0, 200), min_size=1, max_size=12))
def test_more_attainment_never_pays_less(actuals: list[float]) -> None:
    paid = payouts_of(sorted(actuals))
    assert paid == sorted(paid)


@settings(max_examples=12)
@given(st.lists(st.floats(-100, 59.9999), min_size=1, max_size=12))
def test_below_the_threshold_exactly_nothing_is_paid(actuals: list[float]) -> None:
    assert payouts_of(actuals) == [0.0] * len(actuals)


@settings(max_examples=8)
@given(st.lists(st.floats(0, 150), min_size=1, max_size=10), st.floats(0, 1))
def test_payout_is_base_plus_the_sum_of_its_adjustments(actuals: list[float], pays: float) -> None:
    plan = replace_at(PLAN, "plan.pay.gates", [{"measure": "visits", "below": 0.9, "pays": pays}])
    roster = people([(f"p{i}", "A", "N") for i in range(len(actuals))], incentive=33_333.33)
    rows = panel([(f"p{i}", "2026-Q1", "visits", a) for i, a in enumerate(actuals)])
    _, _, _, paid, cuts = everything(plan, rows, NO_TARGETS, roster)
    sums = cuts.groupby("participant")["amount"].sum()
    for row in paid.itertuples():
        assert row.payout - row.base_payout == row.adjustments == sums.get(row.participant, 0)


def months(*names: str) -> pd.DataFrame:
    calendar = Calendar()
    return pd.DataFrame(
        [(n, calendar.grain_of(n), *calendar.bounds(n)) for n in names],
        columns=["period", "grain", "start", "end"],
    ).astype({"start": "datetime64[s]", "end": "datetime64[s]"})


def test_the_scheme_of_the_last_employed_day_counts_for_the_whole_period() -> None:
    old = build_scheme(
        plain(PLAN.items[0]) | {"effective": plain(Effective(dt.date(2020, 1, 1), dt.date(2026, 2, 10)))}
    )
    new = build_scheme(
        plain(PLAN.items[0]) | {"version": "2", "effective": plain(Effective(dt.date(2026, 2, 11)))}
    )
    both = Schemes((old, new), PLAN.calendar, PLAN.kpis)
    roster = pd.concat(
        [people([("p1", "A", "N")]), people([("p2", "A", "N")], left="2026-02-05")], ignore_index=True
    )
    found = assignments(both, roster, months("2026-01", "2026-02", "2026-Q1"))
    assert found[["person", "period", "scheme", "exposure"]].values.tolist() == [
        ["p1", "2026-01", "plan@1", 1.0],
        ["p2", "2026-01", "plan@1", 1.0],
        ["p2", "2026-02", "plan@1", 0.17857143],
        ["p2", "2026-Q1", "plan@1", 0.4],
        ["p1", "2026-02", "plan@2", 1.0],
        ["p1", "2026-Q1", "plan@2", 1.0],
    ]


def test_two_schemes_on_the_deciding_day_are_refused() -> None:
    twin = build_scheme(plain(PLAN.items[0]) | {"name": "twin"})
    with pytest.raises(SchemeError) as error:
        assignments(
            Schemes((*PLAN.items, twin), PLAN.calendar, PLAN.kpis),
            people([("p1", "A", "N")]),
            months("2026-01"),
        )
    assert [(p.code, p.value) for p in error.value.problems] == [("scheme.two_schemes", "p1")]


def test_a_column_that_the_roster_lacks_is_refused() -> None:
    plan = replace_at(PLAN, "plan.applies_to", {"rank": ["x"]})
    with pytest.raises(SchemeError) as error:
        assignments(plan, people([("p1", "A", "N")]), months("2026-01"))
    assert error.value.problems[0].code == "scheme.no_such_column"


def test_nobody_under_any_scheme_gives_empty_tables() -> None:
    plan = replace_at(SCHEMES, "plan.applies_to", {"role": ["nobody"]})
    tables = everything(plan, PANEL, TARGETS, ROSTER)
    assert [len(t) for t in tables] == [0] * 5
    assert [list(t.columns) for t in tables] == [
        list(t.columns) for t in everything(SCHEMES, PANEL, TARGETS, ROSTER)
    ]


def test_two_thousand_people_over_forty_periods_take_about_a_second() -> None:
    calendar = Calendar()
    spans = [
        calendar.between(dt.date(2024, 1, 1), dt.date(2026, 6, 30), grain) for grain in ("month", "quarter")
    ]
    periods = pd.concat(spans)["period"]
    names = [f"p{i:04d}" for i in range(2000)]
    cells = pd.MultiIndex.from_product(
        [names, periods, ["net_sales", "visits", "complaints", "customer_satisfaction"]]
    )
    rows = cells.to_frame(index=False, name=["participant", "period", "kpi"])
    rows = rows.assign(value=np.linspace(1, 9, len(rows)), level="individual", exposure=1.0, missing="")
    table = rows[(rows["kpi"] == "net_sales") & (rows["period"].str.len() == 7)].assign(target=5.0)
    table = table.loc[~table["period"].str.contains("Q"), ["participant", "period", "kpi", "target"]]
    roster = people([(n, f"team {n[:3]}", "N") for n in names])
    start = time.perf_counter()
    card = everything(SCHEMES, rows, table, roster)[1]
    assert len(card) == 2000 * 40 * 4
    assert time.perf_counter() - start < 10  # measured 1.2 s on two cores; the bound allows a busy machine

"""What a missing measure does: carried scores by hand, against brute force, and across versions."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.appraise.cases import measure, panel, schemes
from tests.appraise.scoring_cases import card_of, crowd
from toolkit.scheme import Effective, Schemes, build_scheme, plain

MONTHS = [f"2026-0{m}" for m in range(1, 7)]
TWO = (
    measure("visits", "visits", 0.6, {"fixed": 100}, {"proportional": {}}),
    measure("rate", "win_rate", 0.4, {"fixed": 1.0}, {"proportional": {}}),
)
PLAN = schemes(*TWO, missing="carry", pay_every="month")


def rows_of(visits: dict[str, float], rate: dict[str, float], who: str = "p1") -> pd.DataFrame:
    rows = [(who, p, "visits", x) for p, x in visits.items()] + [
        (who, p, "win_rate", x) for p, x in rate.items()
    ]
    return panel(rows, missing="cohort_open")


def rate_lines(card: pd.DataFrame) -> list[tuple[Any, ...]]:
    rows = card[card["measure"] == "rate"]
    return [
        (r.period, r.score, round(r.weight, 8), r.missing) for r in rows.fillna({"score": -1}).itertuples()
    ]


def test_the_latest_own_score_is_carried_and_says_from_when() -> None:
    rate = {"2026-01": np.nan, "2026-02": 0.5, "2026-03": np.nan, "2026-04": np.nan, "2026-05": 0.9}
    card = card_of(PLAN, rows_of(dict.fromkeys(MONTHS[:5], 80.0), rate), crowd("p1"))
    assert rate_lines(card) == [
        ("2026-01", -1, 0.0, "no_actual:cohort_open"),  # nothing earlier: the other takes the weight
        ("2026-02", 50, 0.4, ""),
        ("2026-03", 50, 0.4, "carried:2026-02"),
        ("2026-04", 50, 0.4, "carried:2026-02"),
        ("2026-05", 90, 0.4, ""),
    ]
    march = card[card["period"] == "2026-03"]
    assert march["points"].tolist() == [48, 20]
    assert march[["actual", "attainment"]].isna().values.tolist() == [[False] * 2, [True] * 2]


def test_a_period_without_any_number_is_not_scored_by_carrying() -> None:
    card = card_of(
        PLAN, rows_of({"2026-01": 80.0, "2026-02": np.nan}, {"2026-01": 0.5, "2026-02": np.nan}), crowd("p1")
    )
    later = card[card["period"] == "2026-02"]
    assert later["points"].isna().all()
    assert later["weight"].tolist() == [0.6, 0.4]
    assert later["missing"].tolist() == ["no_actual:cohort_open"] * 2


def test_a_quarters_score_comes_from_a_quarter() -> None:
    plan = schemes(*TWO, missing="carry")
    visits = {"2025-Q4": 80.0, "2026-02": 80.0, "2026-Q1": 80.0}
    rate = {"2025-Q4": 0.7, "2026-02": 0.5, "2026-Q1": np.nan}
    card = card_of(plan, rows_of(visits, rate), crowd("p1"))
    assert rate_lines(card)[-1] == ("2026-Q1", 70, 0.4, "carried:2025-Q4")


def versions(change: dict[str, Any]) -> Schemes:
    """Version 1 to March, version 2 from April, which is as `change` says."""
    old = plain(PLAN.items[0])
    new = old | change | {"version": "2", "effective": plain(Effective(dt.date(2026, 4, 1)))}
    old = old | {"effective": plain(Effective(dt.date(2020, 1, 1), dt.date(2026, 3, 31)))}
    return Schemes((build_scheme(new), build_scheme(old)), PLAN.calendar, PLAN.kpis)


def test_an_earlier_version_of_the_scheme_is_its_own_history() -> None:
    rows = rows_of({"2026-03": 80.0, "2026-04": 80.0}, {"2026-03": 0.5, "2026-04": np.nan})
    assert rate_lines(card_of(versions({}), rows, crowd("p1"))) == [
        ("2026-03", 50, 0.4, ""),
        ("2026-04", 50, 0.4, "carried:2026-03"),
    ]
    other = card_of(versions({"name": "other"}), rows, crowd("p1"))
    assert other[other["period"] == "2026-04"]["missing"].tolist() == ["", "no_actual:cohort_open"]
    apart = versions({"measures": [TWO[0], TWO[1] | {"name": "ratio"}]})
    assert card_of(apart, rows, crowd("p1"))["missing"].tolist()[-1] == "no_actual:cohort_open"


def test_a_version_that_does_not_carry_keeps_its_own_rule() -> None:
    rows = rows_of({"2026-03": 80.0, "2026-04": 80.0}, {"2026-03": 0.5, "2026-04": np.nan})
    card = card_of(versions({"missing": "zero"}), rows, crowd("p1"))
    assert rate_lines(card)[-1] == ("2026-04", 0, 0.4, "no_actual:cohort_open")


def test_other_peoples_scores_are_not_carried() -> None:
    rows = pd.concat(
        [
            rows_of({"2026-01": 80.0, "2026-02": 80.0}, {"2026-02": np.nan}),
            rows_of({"2026-01": 80.0}, {"2026-01": 0.5}, "p0"),
        ]
    )
    assert rate_lines(card_of(PLAN, rows, crowd("p0", "p1")))[-1][3] == "no_actual:cohort_open"


VALUES = st.lists(
    st.tuples(st.none() | st.integers(0, 150), st.none() | st.integers(0, 150)), min_size=6, max_size=6
)


@settings(max_examples=15)
@given(st.lists(VALUES, min_size=1, max_size=3), st.integers(0, 2**32 - 1))
def test_carrying_against_brute_force(people: list[list[tuple[int | None, int | None]]], seed: int) -> None:
    as_number = lambda x, full: np.nan if x is None else x * full  # noqa: E731
    rows = pd.concat(
        rows_of(
            {p: as_number(v, 1.0) for p, (v, _) in zip(MONTHS, own, strict=True)},
            {p: as_number(r, 0.01) for p, (_, r) in zip(MONTHS, own, strict=True)},
            f"p{i}",
        )
        for i, own in enumerate(people)
    )
    card = card_of(
        PLAN, rows.sample(frac=1, random_state=seed), crowd(*(f"p{i}" for i in range(len(people))))
    )
    found = card.pivot_table(index=["participant", "period"], columns="measure", values="score", dropna=False)
    for i, own in enumerate(people):
        last: dict[str, float] = {}
        for period, values in zip(MONTHS, own, strict=True):
            for name, value in zip(("visits", "rate"), values, strict=True):
                expected = value if value is not None else last.get(name)
                if all(v is None for v in values):
                    expected = None
                got = found.loc[(f"p{i}", period), name]
                assert np.isnan(got) if expected is None else got == pytest.approx(expected, abs=1e-6)
            last |= {n: v for n, v in zip(("visits", "rate"), values, strict=True) if v is not None}

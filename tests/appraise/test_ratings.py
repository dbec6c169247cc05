"""Ratings by self, peers and managers: means by hand, and raters' planted leniency found again."""

import numpy as np
import pandas as pd
import pytest

from tests.appraise.cases import measure, panel, schemes
from tests.appraise.scoring_cases import JANUARY, card_of, crowd, ratings
from toolkit.appraise.ratings import leniency
from toolkit.appraise.records import Records
from toolkit.language import text

RATERS = {"self": 0.1, "peer": 0.3, "manager": 0.6}
SCALE = {"rating": [[1, 20], [2, 40], [3, 60], [4, 80], [5, 100]]}
PLAN = schemes(
    measure("attitude", "customer_satisfaction", 0.2, None, SCALE, raters=RATERS),
    measure("visits", "visits", 0.8, {"fixed": 100}),
)
ROWS = panel(
    [("p1", p, "visits", 100.0) for p in (JANUARY, "2026-02", "2026-Q1")]
    + [("p1", JANUARY, "customer_satisfaction", 1.0)]  # the panel's number is not what people are rated by
)


def attitude(*given: tuple[str, str, str, str, str, float]) -> dict[str, tuple[float, float, str]]:
    card = card_of(PLAN, ROWS, crowd("p1"), ratings(list(given)))
    rows = card[card["measure"] == "attitude"]
    return {r.period: (r.actual, r.score, r.missing) for r in rows.itertuples()}


def test_the_groups_means_are_weighted() -> None:
    # Peers (4 + 5) ÷ 2 = 4.5: 0.1 × 5 + 0.3 × 4.5 + 0.6 × 3 = 3.65; linear between 3 and 4: 73 points.
    found = attitude(
        ("p1", JANUARY, "attitude", "p1", "self", 5.0),
        ("p1", JANUARY, "attitude", "p2", "peer", 4.0),
        ("p1", JANUARY, "attitude", "p3", "peer", 5.0),
        ("p1", JANUARY, "attitude", "m1", "manager", 3.0),
        ("p2", JANUARY, "attitude", "m1", "manager", 1.0),  # somebody else's
        ("p1", JANUARY, "manners", "m1", "manager", 1.0),  # another measure
    )
    assert found[JANUARY] == (3.65, 73.0, "")


def test_groups_without_a_rating_give_their_weight_to_the_others() -> None:
    # Peer 2 and manager 4 at 0.3 : 0.6 are (0.6 + 2.4) ÷ 0.9 = 3.33333333.
    found = attitude(
        ("p1", JANUARY, "attitude", "p2", "peer", 2.0),
        ("p1", JANUARY, "attitude", "m1", "manager", 4.0),
        ("p1", JANUARY, "attitude", "p1", "self", np.nan),
    )
    assert found[JANUARY][0] == 3.33333333
    assert found[JANUARY][1] == pytest.approx(66.6666666, abs=1e-8)


def test_a_quarter_has_all_ratings_of_its_months_and_its_own() -> None:
    # January 2, February 4, the quarter itself 5 and 5: the quarter's mean is 4, each month has its own.
    found = attitude(
        ("p1", "2026-01", "attitude", "m1", "manager", 2.0),
        ("p1", "2026-02-01", "attitude", "m1", "manager", 4.0),  # a first day names the month
        ("p1", "2026-Q1", "customer_satisfaction", "m1", "manager", 5.0),  # named by its KPI
        ("p1", "2026-Q1", "attitude", "m2", "manager", 5.0),
        ("p1", "2026-04", "attitude", "m2", "manager", 1.0),
        ("p1", "whenever", "attitude", "m2", "manager", 1.0),
    )
    assert {period: row[0] for period, row in found.items()} == {"2026-01": 2, "2026-02": 4, "2026-Q1": 4}


def test_who_is_not_rated_has_no_number_and_the_others_take_the_weight() -> None:
    card = card_of(PLAN, ROWS, crowd("p1"))
    rows = card[card["period"] == JANUARY]
    assert rows["missing"].tolist() == ["no_actual:not_rated", ""]
    assert rows["weight"].tolist() == [0, 1]
    assert rows["actual"].isna().tolist() == [True, False]


def planted(gaps: dict[str, float], people: int, noise: float = 0.3) -> pd.DataFrame:
    """Everybody rates everybody on one measure: true level + the rater's gap + noise."""
    draw = np.random.default_rng(7)
    rows = [
        (f"e{i}", JANUARY, "attitude", rater, "peer", 3.0 + i % 3 * 0.5 + gap + draw.normal(0, noise))
        for i in range(people)
        for rater, gap in gaps.items()
    ]
    return ratings(rows).ratings


def test_planted_leniency_is_found() -> None:
    # A rater 0.8 above two neutral ones is 0.8 above their mean; each of them is 0.4 below theirs.
    found = leniency(planted({"kind": 0.8, "x": 0.0, "y": 0.0}, 200)).set_index("rater")
    assert found["leniency"].to_dict() == pytest.approx({"kind": 0.8, "x": -0.4, "y": -0.4}, abs=0.06)
    assert found["note"].to_dict() == {"kind": "lenient", "x": "strict", "y": "strict"}
    assert (found["n"] == 200).all()
    assert ((found["low"] < found["leniency"]) & (found["leniency"] < found["high"])).all()


def test_the_interval_covers_no_leniency_about_nine_times_in_ten() -> None:
    draw, hits = np.random.default_rng(1), 0
    for _ in range(200):
        noise = draw.normal(0, 1, 24)
        rows = [(f"e{i // 2}", JANUARY, "a", "uv"[i % 2], "peer", 3.0 + noise[i]) for i in range(24)]
        first = leniency(ratings(rows).ratings).iloc[0]
        hits += bool(first["low"] <= 0 <= first["high"])
    assert 168 <= hits <= 192  # 180 expected, sd 4.2


def test_an_interval_by_hand() -> None:
    # Gaps 1, 2, 3: mean 2, sd 1, n 3; t(0.95, 2) = 2.91998558: 2 ± 2.91998558 ÷ √3 = 2 ± 1.68585443.
    rows = [(f"e{i}", JANUARY, "a", "u", "peer", 2.0 + i) for i in range(3)]
    rows += [(f"e{i}", JANUARY, "a", "v", "manager", 1.0) for i in range(3)]
    first = leniency(ratings(rows).ratings).iloc[0]
    assert first[["rater", "kind", "n", "leniency", "note"]].tolist() == ["u", "peer", 3, 2.0, "lenient"]
    assert (first["low"], first["high"]) == pytest.approx((0.31414557, 3.68585443), abs=1e-7)


def test_fewer_than_three_comparisons_say_nothing() -> None:
    rows = [(f"e{i}", JANUARY, "a", r, "peer", x) for i in range(2) for r, x in (("u", 5.0), ("v", 1.0))]
    rows += [("e9", JANUARY, "a", "alone", "peer", 5.0)] * 4  # nobody else rated e9
    found = leniency(ratings(rows).ratings).set_index("rater")
    assert found["n"].to_dict() == {"alone": 0, "u": 2, "v": 2}
    assert found["note"].unique().tolist() == ["too_few_comparisons"]
    assert found[["leniency", "low", "high"]].isna().all(axis=None)


def test_no_ratings_give_an_empty_table() -> None:
    found = leniency(Records().ratings)
    assert list(found.columns) == ["rater", "kind", "n", "leniency", "low", "high", "note"]
    assert found.empty


@pytest.mark.parametrize("note", ["lenient", "strict", "not_distinguishable", "too_few_comparisons"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_note_has_words(note: str, language: str) -> None:
    assert text(f"appraise.leniency.{note}", language)

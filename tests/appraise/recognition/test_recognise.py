"""The honours of a pay period: every award, and every reason for there being none."""

import numpy as np
import pandas as pd
import pytest

from tests.appraise.made_scores import SCHEME, card_of, schemes_with, scores_of, steady
from toolkit.appraise.recognition import candidates, recognise
from toolkit.appraise.recognition.recognise import COLUMNS, award_name
from toolkit.reliability import Reliability

AGREED = {"star_of_month": 1, "most_improved": 1}


def honours(table: np.ndarray, agreed: dict[str, object] = AGREED, **options: object) -> pd.DataFrame:
    scores = scores_of(table)
    return recognise(schemes_with(recognition=agreed), scores, card_of(scores), **options)  # type: ignore[arg-type]


def only(table: pd.DataFrame, award: str) -> pd.DataFrame:
    return table[table["award"] == award]


def test_a_star_a_month_of_the_last_pay_period() -> None:
    table = steady(noise=2.0)
    table[5, 10] = 140.0
    found = only(honours(table), "star_of_month")
    assert found["period"].drop_duplicates().tolist() == ["2026-10", "2026-11", "2026-12"]
    november = found[found["period"] == "2026-11"].iloc[0]
    assert (november["participant"], november["result"], november["rank"], november["n"]) == (
        "p05",
        "star",
        1,
        12,
    )
    assert november["evidence"].startswith("Score 140.0, the highest of 12 people")
    assert list(honours(table).columns) == COLUMNS and november["probability"] > 0.9


def test_two_alike_share_the_title_and_the_other_is_not_named_in_the_evidence() -> None:
    table = steady(noise=2.0)
    table[[3, 4], 11] = 130.0
    found = only(honours(table), "star_of_month")
    december = found[found["period"] == "2026-12"]
    assert december["participant"].tolist() == ["p03", "p04"] and set(december["result"]) == {"tie"}
    assert not december["evidence"].str.contains("p0").any()


def test_where_luck_rules_a_fact_is_honoured_instead() -> None:
    scores = scores_of(steady(spread=2.0, noise=15.0))
    visits = pd.Series(0.9, index=scores.index)
    visits[(scores["participant"] == "p07") & (scores["period"] == "2026-11")] = 1.4
    found = recognise(schemes_with(recognition=AGREED), scores, card_of(scores, visits=visits))
    november = found[(found["period"] == "2026-11") & (found["result"] == "achievement")].iloc[0]
    assert (november["participant"], november["measure"]) == ("p07", "visits")
    assert november["evidence"].startswith("140 % of the target in customer visits")
    assert "no clear star" in november["evidence"] and pd.isna(november["probability"])


def test_without_a_star_and_without_a_fact_nobody_is_named() -> None:
    scores = scores_of(steady(spread=2.0, noise=15.0))
    flat = dict.fromkeys(("revenue", "visits", "satisfaction"), 0.8)
    found = only(
        recognise(schemes_with(recognition=AGREED), scores, card_of(scores, **flat)), "star_of_month"
    )
    assert set(found["result"]) == {"none"} and set(found["participant"]) == {""}


def test_who_was_there_for_less_than_most_of_a_month_is_left_out() -> None:
    table = steady(noise=2.0)
    table[5, 10] = 140.0
    scores = scores_of(table)
    card = card_of(scores)
    card.loc[(card["participant"] == "p05") & (card["period"] == "2026-11"), "exposure"] = 0.5
    found = only(recognise(schemes_with(recognition=AGREED), scores, card), "star_of_month")
    assert "p05" not in set(found.loc[found["period"] == "2026-11", "participant"])


def test_most_improved_is_named_when_the_score_is_steady_enough() -> None:
    table = steady(noise=2.0)
    table[2, 9:] += 20.0
    row = only(honours(table), "most_improved").iloc[0]
    assert (row["period"], row["participant"], row["result"], row["rank"]) == (
        "2026-Q4",
        "p02",
        "improved",
        1,
    )
    assert "in Q3 2026" in row["evidence"]


def test_nobody_improved_is_said() -> None:
    table = np.tile(80 + 5.0 * np.arange(12)[:, None], (1, 12)) + np.resize([0.2, -0.2, 0.1], (12, 12))
    row = only(honours(table), "most_improved").iloc[0]
    assert (row["participant"], row["result"], row["n"]) == ("", "none", 12)


@pytest.mark.parametrize(
    ("table", "missing"),
    [
        (steady(spread=2.0, noise=15.0), "reliability_below_half"),
        (steady(people=7), "too_few_people"),
        (np.full((9, 12), 80.0), "no_spread"),
    ],
)
def test_improvement_is_not_ranked_where_the_score_cannot_carry_it(table: np.ndarray, missing: str) -> None:
    row = only(honours(table), "most_improved").iloc[0]
    assert (row["participant"], row["result"], row["missing"]) == ("", "refused", missing)
    assert row["evidence"].endswith((".", "yet", "same"))


def test_without_a_pay_period_before_there_is_no_improvement() -> None:
    row = only(honours(steady(), period="2026-Q1"), "most_improved")
    assert row["missing"].tolist() in (["no_earlier_period"], ["too_few_people"])
    table = steady()
    table[:, :3] = np.nan
    found = only(honours(table, period="2026-Q2"), "most_improved")
    assert found["result"].tolist() == ["refused"]


def test_candidates_for_promotion_are_those_truly_in_the_best_fifth() -> None:
    found = only(honours(steady(people=15, noise=3.0)), "promotion_candidates")
    assert found["participant"].tolist() == ["p14", "p13", "p12"][: len(found)] and len(found) >= 2
    assert (found["probability"] > 0.8).all() and "not a decision" in found["evidence"].iloc[0]
    one = only(honours(steady(people=15, noise=3.0), {"promotion_candidates": 1}), "promotion_candidates")
    assert one["participant"].tolist() == ["p14"]
    assert only(honours(steady(), {"promotion_candidates": 0}), "promotion_candidates").empty


def test_nobody_is_a_candidate_where_differences_are_luck_or_small() -> None:
    luck = only(honours(steady(spread=0.0, noise=10.0, seed=3)), "promotion_candidates").iloc[0]
    assert (luck["participant"], luck["missing"]) == ("", "not_reliable")
    some = only(honours(steady(people=20, spread=2.0, noise=6.0, seed=8)), "promotion_candidates")
    assert some["result"].tolist() == ["none"] and "above 80 %" in some["evidence"].iloc[0]


def test_new_people_are_no_candidates() -> None:
    table = steady(people=15, noise=2.0)
    table[14, :9] = np.nan  # three months of the best scores
    scores = scores_of(table)
    given = (schemes_with(), schemes_with()["field_sales"], scores, card_of(scores))
    found = candidates(*given, Reliability(0.95, 0.9, 0.98, 9.0, 2.0, 15, 12), "2026-Q4")
    row = found[found["participant"] == "p14"].iloc[0]
    assert row["n"] == 3 and not row["candidate"]


def test_awards_that_cannot_be_computed_are_left_to_people() -> None:
    found = honours(steady(), {"team_spirit": 1, "star_of_year": 1}).set_index("award")
    assert found.loc["team_spirit", "result"] == found.loc["star_of_year", "result"] == "by_hand"
    assert "scores no period of this kind" in found.loc["star_of_year", "evidence"]


def test_a_month_asks_for_its_own_star_alone() -> None:
    found = honours(steady(), {**AGREED, "star_of_quarter": 1}, period="2026-11")
    assert set(found["award"]) == {"star_of_month"} and set(found["period"]) == {"2026-11"}
    quarter = honours(steady(), {"star_of_quarter": 1}, period="2026-Q3")
    assert set(only(quarter, "star_of_quarter")["period"]) == {"2026-Q3"}


def test_later_periods_change_nothing_and_rows_may_come_in_any_order() -> None:
    table = steady()
    scores = scores_of(table)
    card, schemes = card_of(scores), schemes_with(recognition=AGREED)
    early = scores_of(table[:, :9])
    whole = recognise(schemes, scores, card, period="2026-Q3")
    pd.testing.assert_frame_equal(whole, recognise(schemes, early, card_of(early), period="2026-Q3"))
    shuffled = recognise(schemes, scores.sample(frac=1, random_state=1), card[::-1], period="2026-Q3")
    pd.testing.assert_frame_equal(whole, shuffled)
    assert (whole["scheme"] == SCHEME).all()


def test_evidence_comes_in_chinese_and_awards_have_names() -> None:
    found = honours(steady(), language="zh")
    assert found["evidence"].str.contains("[\u4e00-\u9fff]").all()
    assert award_name("most_improved", "en") == "Most improved" and award_name("own", "zh") == "own"


def test_no_scores_no_honours() -> None:
    scores = scores_of(steady()).iloc[:0]
    assert recognise(schemes_with(), scores, card_of(scores)).empty

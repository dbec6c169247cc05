"""What everybody together says: means and intervals by hand and by scipy; what proposals probably mean."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from toolkit.catalogue.load import load_catalogue
from toolkit.design.ask import FEWEST, Answers, Question, Questionnaire, summary
from toolkit.design.ask.match import kpi_meant

NONE = pd.DataFrame()


def answers(*given: tuple[str, str, list[float]]) -> Answers:
    said = [
        (f"p{i}", "", kpi, question, float(answer))
        for kpi, question, every in given
        for i, answer in enumerate(every)
    ]
    scores = pd.DataFrame(said, columns=["respondent", "role", "kpi", "question", "answer"])
    return Answers(scores, NONE, NONE, NONE, NONE, (), ())


def test_the_mean_and_its_t_interval_by_hand() -> None:
    # shares 0, .25, .75, 1: mean .5; deviations ±.5, ±.25: sd √(.625/3) = .456435; t(.95; 3) = 2.353363
    row = summary(answers(("visits", "influence", [1, 2, 4, 5]))).iloc[0]
    assert (row["kpi"], row["question"], row["n"], row["level"], row["why"]) == (
        "visits",
        "influence",
        4,
        0.9,
        "",
    )
    half = 2.353363 * 0.456435 / 2  # .537079: more than there is room for on either side
    assert [row["mean"], row["low"], row["high"]] == [0.5, 0.0, 1.0] and half > 0.5
    # shares .5, .5, .5, .75: mean .5625, sd .125
    row = summary(answers(("visits", "influence", [3, 3, 3, 4]))).iloc[0]
    half = 2.353363 * 0.125 / 2
    expected = [0.5625, 0.5625 - half, 0.5625 + half]
    assert [row["mean"], row["low"], row["high"]] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95])
def test_the_interval_is_scipys(level: float) -> None:
    rng = np.random.default_rng(5)
    given = rng.integers(1, 6, 23)
    row = summary(answers(("visits", "clarity", given.tolist())), level=level).iloc[0]
    share = (given - 1) / 4
    expected = stats.t.interval(level, 22, share.mean(), stats.sem(share))
    assert (row["low"], row["high"]) == pytest.approx(expected)


def test_people_who_all_agree_still_leave_room_for_the_rounding() -> None:
    # .25 / √12 = .0721688; t(.95; 2) = 2.919986; ÷ √3: .1216661; nothing above 1
    row = summary(answers(("visits", "gaming", [5, 5, 5]))).iloc[0]
    assert [row["mean"], row["low"], row["high"]] == pytest.approx([1.0, 1 - 0.1216661, 1.0], abs=1e-6)


def test_of_fewer_than_three_people_only_their_number_is_told() -> None:
    found = summary(answers(("visits", "influence", [1, 5]), ("calls", "influence", [1, 2, 3])))
    assert FEWEST == 3 and found["n"].tolist() == [2, 3]
    assert found[["mean", "low", "high"]].isna().all(axis=1).tolist() == [True, False]
    assert found["why"].tolist() == ["too_few_answers", ""]


def test_no_answers_give_an_empty_table_of_the_same_columns() -> None:
    empty = answers()
    typed = {"question": "str", "kpi": "str", "answer": "float64"}  # as they come of forms left blank
    assert len(summary(Answers(empty.scores.astype(typed), NONE, NONE, NONE, NONE, ("a",), ()))) == 0
    found = summary(empty)
    assert list(found.columns) == ["kpi", "question", "n", "mean", "low", "high", "level", "why"]
    assert len(found) == 0 and found["mean"].dtype == "float64"


def test_questions_on_another_scale_are_data_too() -> None:
    weights = Questionnaire("weights", (Question("points", 0, 100),))
    row = summary(answers(("visits", "points", [10, 20, 60])), weights).iloc[0]
    assert row["mean"] == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("said", "kpi"),
    [
        ("Win rate", "win_rate"),
        ("win-rate", "win_rate"),
        ("客户满意度评分", "customer_satisfaction"),
        ("赢单率", "win_rate"),
        ("Customer visit", "visits"),
        ("rate", ""),  # many
        ("客户", ""),
        ("client visits", ""),  # of key customers, per day, ...
        ("每月回款率", "collection_rate"),
        ("customer referrals", ""),
        ("coffee drunk", ""),
        ("", ""),
        ("x", ""),
        ("=1+1", ""),
    ],
)
def test_what_a_proposal_probably_means(said: str, kpi: str) -> None:
    assert kpi_meant(said) == kpi


def test_the_catalogues_own_names_mean_themselves() -> None:
    every = load_catalogue()
    wrong = {
        k.kpi: kpi_meant(name)
        for k in every.values()
        for name in k.name.values()
        if kpi_meant(name) not in (k.kpi, "")
    }
    assert wrong == {}

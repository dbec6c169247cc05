"""What everybody together says of each KPI: means with their intervals, and none of too few people."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.design.ask.answers import Answers
from toolkit.design.ask.questions import KPIS, Questionnaire
from toolkit.stats import LEVEL

FEWEST = 3  # answers of which a mean is shown: of fewer, each could be told by the others
TOO_FEW = "too_few_answers"


def summary(answers: Answers, asked: Questionnaire = KPIS, level: float = LEVEL) -> pd.DataFrame:
    """The mean answer to each question about each KPI, from 0 (the lowest answer) to 1 (the highest).

    Parameters
    ----------
    answers : Answers
    asked : Questionnaire
        Whose scales the answers are on.
    level : float
        Of the interval, two-sided, 0-1.

    Returns
    -------
    DataFrame
        kpi, question, n, mean, low, high (0-1), level, why: a row for each KPI and question with an answer,
        in the order of the forms. Of fewer than 3 answers n alone is given and `why` is `too_few_answers`.

    Notes
    -----
    The interval is Student's t on n − 1 degrees of freedom, cut at 0 and 1. An answer is rounded to a whole
    step of the scale, so its standard deviation is taken to be at least that of the rounding, step ÷ √12:
    three people who all say 5 are no proof that everybody would.

    Examples
    --------
    >>> said = [("a", "", "visits", "influence", 3.0), ("b", "", "visits", "influence", 5.0)]
    >>> names = ["respondent", "role", "kpi", "question", "answer"]
    >>> none = pd.DataFrame()
    >>> two = Answers(pd.DataFrame(said, columns=names), none, none, none, none, ("a", "b"), ())
    >>> summary(two)[["n", "mean", "why"]].values.tolist()
    [[2, nan, 'too_few_answers']]
    """
    found = _moments(answers.scores, asked)
    n = found["n"].to_numpy()
    enough = n >= FEWEST
    sd = np.fmax(found["sd"], found["step"] / np.sqrt(12))
    half = stats.t.ppf((1 + level) / 2, np.maximum(n - 1, 1)) * sd / np.sqrt(np.maximum(n, 1))
    mean = found["mean"].where(enough)
    return pd.DataFrame(
        {
            "kpi": found["kpi"].astype("str"),
            "question": found["question"].astype("str"),
            "n": n,
            "mean": mean.astype("float64"),
            "low": (mean - half).clip(lower=0.0).astype("float64"),
            "high": (mean + half).clip(upper=1.0).astype("float64"),
            "level": float(level),
            "why": pd.Series(np.where(enough, "", TOO_FEW), dtype="str"),
        }
    )


def _moments(scores: pd.DataFrame, asked: Questionnaire) -> pd.DataFrame:
    """Number, mean and standard deviation of the answers to each question, 0 to 1, and the scale's step."""
    ends = {question.name: (question.low, question.high) for question in asked.questions}
    low, high = (
        scores["question"].map({name: pair[side] for name, pair in ends.items()}).astype("float64")
        for side in (0, 1)
    )
    span = high - low
    shares = scores.assign(share=(scores["answer"] - low) / span, step=1 / span)
    groups = shares.groupby(["kpi", "question"], sort=False, observed=True)
    found = groups.agg(
        n=("share", "size"), mean=("share", "mean"), sd=("share", "std"), step=("step", "first")
    )
    return found.reset_index()

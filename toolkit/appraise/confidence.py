"""How sure a bottom grade is: the chance that who has it is truly at the bottom, given the score's noise."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy import integrate, stats

from toolkit.appraise.steadiness import Steadiness, last_pay_period, steadiness
from toolkit.errors import NotEnoughData
from toolkit.language import text
from toolkit.scheme.scheme import Scheme, Schemes

_ENDS = ("", "_low", "_high")
COLUMNS = [
    *("scheme", "period", "grade", "graded", "n", "share", "reliability", "low", "high"),
    *(f"truly_bottom{end}" for end in _ENDS),
    *(f"upper_half{end}" for end in _ENDS),
    *("basis", "missing"),
]
PEOPLE = [
    *("scheme", "participant", "period", "score", "grade"),
    *(f"truly_bottom{end}" for end in _ENDS),
]
# Marks of the legal notes: a published case, or to be confirmed by counsel before a client relies on it.
_NOTES = {
    "CNY": (
        ("last_grade", "case"),
        *((key, "counsel") for key in ("elimination", "transfer", "rules")),
        *((key, "counsel") for key in ("deductions", "automated", "published")),
    ),
    "": (("elsewhere", "counsel"),),
}


def chance_truly_bottom(share: float, reliability: float) -> float:
    """The probability that one graded into the bottom share truly belongs to it.

    True levels and scores are bivariate normal with a correlation of √reliability.

    Parameters
    ----------
    share : float
        0-1, of the people graded.
    reliability : float
        0-1, of the score that is graded.

    Examples
    --------
    >>> round(chance_truly_bottom(0.1, 0.5), 2), round(chance_truly_bottom(0.1, 0.9), 2)
    (0.47, 0.78)
    """
    return _below(stats.norm.ppf(share), share, reliability)


def chance_upper_half(share: float, reliability: float) -> float:
    """The probability that one graded into the bottom share truly belongs to the upper half.

    Examples
    --------
    >>> round(chance_upper_half(0.1, 0.5), 2)
    0.05
    """
    return 1 - _below(0.0, share, reliability)


def _below(edge: float, share: float, reliability: float) -> float:
    """P(true level < edge | score in the bottom share), in standard deviations of true levels."""
    cut = stats.norm.ppf(share)
    if reliability <= 0:
        return float(stats.norm.cdf(edge))
    if reliability >= 1 or share >= 1:
        return float(min(stats.norm.cdf(edge) / share, 1.0))
    pull, noise = math.sqrt(reliability), math.sqrt(1 - reliability)
    both, _ = integrate.quad(
        lambda x: stats.norm.pdf(x) * stats.norm.cdf((edge - pull * x) / noise), -np.inf, cut
    )
    return float(both / share)


def grade_confidence(
    schemes: Schemes, scores: pd.DataFrame, scorecard: pd.DataFrame, *, period: str | None = None
) -> pd.DataFrame:
    """For each scheme: how often its bottom grade meets who is truly at the bottom.

    Parameters
    ----------
    schemes : Schemes
    scores, scorecard : DataFrame
        As `grade` and `score` give them.
    period : str, optional
        A pay period; each scheme's last one by default. Later periods are not used.

    Returns
    -------
    DataFrame
        scheme, period, grade (the bottom one), graded and n (how many have it, of how many), share,
        reliability of the pay period's score with low and high, truly_bottom (the probability that one so
        graded is truly in that share) and upper_half (that one is truly in the upper half), each with the
        smaller and the larger value at the ends of the reliability's interval, basis (pay_periods or
        score_periods), missing (why there is no number: too_few_people, no_spread, nobody_graded,
        all_graded).

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> scores = pd.DataFrame({"scheme": "field_sales@2026-01", "participant": ["p1"], "period": "2026-Q1"})
    >>> card = scores.assign(exposure=1.0)
    >>> found = grade_confidence(example_schemes(), scores.assign(score=70.0, grade="C"), card)
    >>> found[["grade", "n", "missing"]].values.tolist()
    [['D', 1, 'too_few_people']]
    """
    rows = []
    for scheme in schemes:
        when = period or last_pay_period(schemes, scheme, scores)
        here = _graded(scheme, scores, when)
        if when is not None and len(here) and schemes.calendar.grain_of(when) == scheme.pay_every:
            rows.append(_confidence(schemes, scheme, scores, scorecard, here, when))
    return pd.DataFrame(rows, columns=COLUMNS)


def _graded(scheme: Scheme, scores: pd.DataFrame, period: str | None) -> pd.DataFrame:
    here = scores[(scores["scheme"] == scheme.id) & (scores["period"] == period)]
    return here[here["score"].notna() & here["grade"].notna()]


def bottom_grade(scheme: Scheme) -> str:
    """The last of the scheme's grades."""
    return scheme.grades.names[-1]


def _confidence(
    schemes: Schemes,
    scheme: Scheme,
    scores: pd.DataFrame,
    scorecard: pd.DataFrame,
    here: pd.DataFrame,
    period: str,
) -> dict[str, object]:
    bottom = bottom_grade(scheme)
    graded, n = int((here["grade"] == bottom).sum()), len(here)
    row: dict[str, object] = {
        "scheme": scheme.id,
        "period": period,
        "grade": bottom,
        "graded": graded,
        "n": n,
        "share": graded / n,
        "basis": "",
        "missing": "",
    }
    found = known_steadiness(schemes, scheme, scores, scorecard, period)
    if isinstance(found, str):
        return {**row, "missing": found}
    row |= {"basis": found.basis}
    row |= dict(zip(("reliability", "low", "high"), found.paid[:3], strict=True))
    if graded in (0, n):
        return {**row, "missing": "all_graded" if graded else "nobody_graded"}
    for name, chance in (("truly_bottom", chance_truly_bottom), ("upper_half", chance_upper_half)):
        value, *ends = (chance(graded / n, r) for r in found.paid[:3])
        row |= {name: value, f"{name}_low": min(ends), f"{name}_high": max(ends)}
    return row


def known_steadiness(
    schemes: Schemes, scheme: Scheme, scores: pd.DataFrame, scorecard: pd.DataFrame, period: str
) -> Steadiness | str:
    """The score's reliability, or why there is none: too_few_people, no_spread."""
    try:
        return steadiness(schemes, scheme, scores, scorecard, period)
    except NotEnoughData as error:
        known = {"reliability.too_few": "too_few_people", "reliability.no_spread": "no_spread"}
        return known[error.problems[0].code]


def graded_people(
    schemes: Schemes, scores: pd.DataFrame, scorecard: pd.DataFrame, *, period: str | None = None
) -> pd.DataFrame:
    """For each person with a grade: the probability to be truly in the bottom share of their scheme.

    Returns
    -------
    DataFrame
        scheme, participant, period, score, grade, truly_bottom, truly_bottom_low and truly_bottom_high (the
        smaller and the larger of the probabilities at the ends of the reliability's interval); only schemes
        for which `grade_confidence` has a number.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> scores = pd.DataFrame({"scheme": "field_sales@2026-01", "participant": ["p1"], "period": "2026-Q1"})
    >>> card = scores.assign(exposure=1.0)
    >>> len(graded_people(example_schemes(), scores.assign(score=70.0, grade="C"), card))
    0
    """
    parts = []
    overall = grade_confidence(schemes, scores, scorecard, period=period)
    for row in overall[overall["missing"] == ""].to_dict("records"):
        here = _graded(schemes[row["scheme"]], scores, row["period"])
        z = ((here["score"] - here["score"].mean()) / here["score"].std()).fillna(0.0).to_numpy()
        edge = stats.norm.ppf(row["share"])
        value, first, last = (_person(z, edge, row[k]) for k in ("reliability", "low", "high"))
        columns = (value, np.minimum(first, last), np.maximum(first, last))
        named = {f"truly_bottom{end}": chance for end, chance in zip(_ENDS, columns, strict=True)}
        parts.append(here[["scheme", "participant", "period", "score", "grade"]].assign(**named))
    return pd.concat(parts, ignore_index=True)[PEOPLE] if parts else pd.DataFrame(columns=PEOPLE)


def _person(z: np.ndarray, edge: float, reliability: float) -> np.ndarray:
    """P(true level < edge | own score), scores standardised."""
    if reliability >= 1:
        return (z < edge).astype(float)
    return stats.norm.cdf((edge - math.sqrt(reliability) * z) / math.sqrt(1 - reliability))


def legal_notes(currency: str, language: str) -> list[tuple[str, str]]:
    """What the law has to say about grades, each with its mark: a published case, or for counsel to confirm.

    Parameters
    ----------
    currency : str
        Of the scheme: CNY has the notes on China, any other a reminder of the local law.
    language : str

    Examples
    --------
    >>> legal_notes("EUR", "en")[0][0]
    'for counsel to confirm'
    """
    notes = _NOTES.get(currency, _NOTES[""])
    return [
        (text(f"grades.mark_{mark}", language), text(f"grades.law_{key}", language)) for key, mark in notes
    ]

"""Who is truly among the best or the last fifth over several periods, as far as that can be known."""

from __future__ import annotations

import pandas as pd

from toolkit.appraise.steadiness import OWN, history, recent
from toolkit.reliability import Reliability, chance_of_share, shrunken
from toolkit.scheme.scheme import Scheme, Schemes

FIFTH = 0.2
FEWEST = 5  # people of whom one is a fifth
SURE = 0.8  # posterior probability from which somebody is a candidate (METHODS 9, 10)


def candidates(
    schemes: Schemes,
    scheme: Scheme,
    scores: pd.DataFrame,
    scorecard: pd.DataFrame,
    found: Reliability,
    period: str,
    *,
    top: bool = True,
) -> pd.DataFrame:
    """The probability of each person to be truly in the top (or bottom) fifth of their colleagues.

    Parameters
    ----------
    schemes, scheme : Schemes, Scheme
    scores, scorecard : DataFrame
        As `grade` and `score` give them.
    found : Reliability
        Of one score period.
    period : str
        A pay period; the last twelve score periods up to its end count, of people scored in it.
    top : bool
        Top fifth for promotion, bottom fifth for coaching. Neither decides anything: both open a talk.

    Returns
    -------
    DataFrame
        participant, n (own score periods), own (score, drawn towards the mean), probability, candidate
        (probability above .8 and at least 4 own periods); from the likeliest down.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> rows = [(f"p{i}", f"2026-0{t}", 60.0 + 5 * i + (i + t) % 2) for i in range(8) for t in range(1, 7)]
    >>> rows += [(f"p{i}", "2026-Q2", 60.0 + 5 * i) for i in range(8)]
    >>> scores = pd.DataFrame(rows, columns=["participant", "period", "score"])
    >>> scores = scores.assign(scheme="field_sales@2026-01")
    >>> schemes, found = example_schemes(), Reliability(0.9, 0.8, 0.95, 12.0, 4.0, 8, 6)
    >>> given = (schemes, schemes["field_sales"], scores, scores.assign(exposure=1.0), found, "2026-Q2")
    >>> candidates(*given)[["participant", "candidate"]].head(2).values.tolist()
    [['p7', True], ['p6', False]]
    """
    rows = recent(schemes, history(schemes, scheme, scores, scorecard, scheme.score_every, period))
    now = scores[(scores["scheme"] == scheme.id) & (scores["period"] == period)]["participant"]
    table = shrunken(rows, found, "score")
    level, error = table["level"].to_numpy(float), table["error"].to_numpy(float)
    table["probability"] = chance_of_share(level, error, FIFTH, top=top) if len(table) >= FEWEST else 0.0
    table["own"] = rows["score"].mean() + table["level"]
    table = table[table["participant"].isin(now)]
    table["candidate"] = (table["probability"] > SURE) & (table["n"] >= OWN)
    order = table.sort_values(["probability", "participant"], ascending=[False, True], ignore_index=True)
    return order[["participant", "n", "own", "probability", "candidate"]]

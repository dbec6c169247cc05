"""All tests of the history in one table: a reason to look, never proof."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.appraise.appraisal import Appraisal, settle
from toolkit.data.engagement import Engagement
from toolkit.errors import NotEnoughData
from toolkit.review.integrity.asked import Asked, Ground, at_thresholds, by_hand, in_periods
from toolkit.review.integrity.found import Found, adjusted
from toolkit.review.integrity.said import sentence
from toolkit.stats import LEVEL
from toolkit.working_days import country_meant

COLUMNS = (
    *("test", "kpi", "scheme", "measure", "grain", "edge", "kind", "value", "low", "high", "level"),
    *("p_value", "p_adjusted", "n", "people", "flag", "verdict", "why", "who", "message"),
)
LOOK, NOTHING, REFUSED = "look", "nothing_seen", "not_enough_data"


def integrity(
    client: Engagement,
    appraisal: Appraisal | None = None,
    *,
    language: str = "en",
    level: float = LEVEL,
    seed: int = 0,
    country: str = "",
) -> pd.DataFrame:
    """Look through the history for what people do where a scheme invites it; a flag is a reason to look.

    Tests: results gathered just above every threshold of every scheme (bunching, and excess_mass from 200
    rows), orders crowded into the end of pay periods and missing after (hockey_stick), hand-entered numbers
    rounded (digit_heaping), discounts late and near a tier (discount_near_tier), and bookings that come to
    nothing (by the end of the next period booking_cash: not collected; booking_returns: taken back).

    Parameters
    ----------
    client : Engagement
    appraisal : Appraisal, optional
        The engagement's tables, where they are at hand; computed otherwise.
    language : {'en', 'zh'}
        Of the messages.
    level : float
        Two-sided, of the intervals. A test is flagged where its one-sided chance, after Benjamini and
        Hochberg over all tests of the run, is at most (1 − level) / 2.
    seed : int
        Of the random signs and shuffles.
    country : str
        Whose working days count, as in `country_meant`.

    Returns
    -------
    DataFrame
        A row a test: test, kpi, scheme, measure, grain, edge (the threshold), kind (what stands there:
        target, scoring, pay, tier, gate, …), value, low, high, level, p_value (one-sided), p_adjusted, n,
        people, flag, verdict (look, nothing_seen or not_enough_data), why (a refusal's code), who
        (participants that stand out, where a test is about them), message.

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> client = tk.load_engagement(asset("templates", "engagements", "adventureworks"))
    >>> found = integrity(client)
    >>> found[found["test"] == "hockey_stick"][["verdict", "why"]].values.tolist()
    [['not_enough_data', 'orders_in_batches']]
    """
    tables = appraisal if appraisal is not None else settle(client) if client.schemes else None
    ground = Ground(client, tables, level, seed, country_meant(country, client.currency))
    asked = [*at_thresholds(ground), *in_periods(ground), *by_hand(ground)]
    results = [_run(one) for one in asked]
    chances = adjusted(np.array([r.p_value if isinstance(r, Found) else np.nan for r in results]))
    tests = int((~pd.isna(chances)).sum())
    limit = (1 - level) / 2
    rows = [
        _row(one, result, float(chance), limit, level, tests, client, language)
        for one, result, chance in zip(asked, results, chances, strict=True)
    ]
    return _typed(pd.DataFrame(rows, columns=list(COLUMNS)))


def _run(asked: Asked) -> Found | NotEnoughData:
    try:
        return asked.trial()
    except NotEnoughData as error:
        return error


def _row(
    asked: Asked,
    result: Found | NotEnoughData,
    chance: float,
    limit: float,
    level: float,
    tests: int,
    client: Engagement,
    language: str,
) -> dict[str, object]:
    row: dict[str, object] = {
        "test": asked.test,
        "kpi": asked.kpi,
        "scheme": asked.scheme,
        "measure": asked.measure,
        "grain": asked.grain,
        "edge": asked.edge,
        "kind": asked.kind,
        "level": level,
        "n": 0,
        "people": 0,
        "flag": False,
        "verdict": REFUSED,
        "why": "",
        "who": "",
    }
    if isinstance(result, Found):
        flag = chance <= limit
        row |= {name: getattr(result, name) for name in ("value", "low", "high", "p_value", "n", "people")}
        row |= {"p_adjusted": chance, "flag": flag, "verdict": LOOK if flag else NOTHING}
        row["who"] = ", ".join(result.who) if flag else ""
    else:
        row["why"] = result.problems[0].code.partition(".")[2]
    row["message"] = sentence(row, result, asked.reads, tests, client, language)
    return row


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    words = ("test", "kpi", "scheme", "measure", "grain", "kind", "verdict", "why", "who", "message")
    numbers = ("edge", "value", "low", "high", "level", "p_value", "p_adjusted")
    kinds = dict.fromkeys(words, "str") | dict.fromkeys(numbers, "float64")
    return frame.astype(kinds | {"n": "int64", "people": "int64", "flag": "bool"})

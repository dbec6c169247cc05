"""How far the choice hangs on judgement: the same search again and again, values moved in their spread."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

from toolkit.design.select.program import Search, units
from toolkit.stats import LEVEL, share_interval

DRAWS = 200
CORE, OUT = 0.80, 0.20  # METHODS 2: in over 80 % of the draws is core, 20 to 80 % swings


def inclusion(
    search: Search, sd: np.ndarray, *, seed: int = 0, draws: int = DRAWS, level: float = LEVEL
) -> pd.DataFrame:
    """How often each candidate is in the best set when the values are drawn anew around themselves.

    Parameters
    ----------
    search : Search
    sd : ndarray
        Of each candidate's value, normal; candidates are drawn independently of each other.
    seed : int
        A candidate's draws hang on it and on the candidate's name alone.
    draws : int
    level : float
        Of the interval (Wilson), which says how sure so many draws are of the frequency.

    Returns
    -------
    DataFrame
        kpi, inclusion_frequency, low, high, standing (core, swing, out).

    Examples
    --------
    >>> from toolkit.design.select.program import Wish, program
    >>> from toolkit.design.select.solve import searcher
    >>> one = Wish("count_most", np.ones(2), high=1)
    >>> search = searcher(program(["a", "b"], [0.5, 0.4], wishes=[one]))
    >>> inclusion(search, np.array([0.001, 0.001]))["inclusion_frequency"].tolist()
    [1.0, 0.0]
    """
    names = search.program.names
    noise = np.array([_draws(seed, name, draws) for name in names]).reshape(len(names), draws)
    moved = search.program.value[:, None] + units(noise * np.asarray(sd, float)[:, None])
    times = np.zeros(len(names), dtype=int)
    for column in moved.T:
        found = search.best(value=column)
        times += found.chosen if found is not None else 0
    shares = [share_interval(int(n), draws, level) for n in times]
    frame = pd.DataFrame({"kpi": names, "inclusion_frequency": [s.value for s in shares]}).astype(
        {"kpi": "str"}
    )
    frame["low"], frame["high"] = [s.low for s in shares], [s.high for s in shares]
    return frame.assign(standing=[standing(s.value) for s in shares])


def standing(frequency: float) -> str:
    """core, swing or out.

    Examples
    --------
    >>> standing(0.81), standing(0.8), standing(0.1)
    ('core', 'swing', 'out')
    """
    return "core" if frequency > CORE else "out" if frequency < OUT else "swing"


def _draws(seed: int, name: str, draws: int) -> np.ndarray:
    """A candidate's own normal draws: the first ones of a longer run are those of a shorter one."""
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    return np.random.default_rng([seed, key]).standard_normal(draws)

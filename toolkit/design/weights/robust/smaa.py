"""Who would have which place if the weights were others: acceptability, wins, central weights (SMAA-2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from toolkit.design.weights.robust.checks import checked_scores
from toolkit.design.weights.robust.places import first_weights, place_counts, rank, win_counts
from toolkit.design.weights.robust.samplers import Sampler, dirichlet, drawn_weights, ordered
from toolkit.errors import DataError, Problem

__all__ = ["DRAWS", "Sampler", "Smaa", "dirichlet", "ordered", "smaa"]

DRAWS = 10_000  # a share is then known to ± 0.8 points at 90 % (METHODS 3g)
BLOCK = 2_000  # draws of one random stream; the first of a longer run are those of a shorter one
_AT_ONCE = 2**20  # scores held at a time: with all that is counted from them below 150 MB


class Smaa(NamedTuple):
    """Shares of the draws of weights.

    acceptability : n × n, in row i and column r the share of draws that give participant i the place r + 1.
    wins : n × n, in row i and column j the share in which i is ahead of j, ties as half; None if not asked.
    central : n × k, the mean weights of the draws that make i first, blank for who never is.
    draws : their number.
    """

    acceptability: np.ndarray
    wins: np.ndarray | None
    central: np.ndarray
    draws: int


def smaa(
    scores: np.ndarray, sampler: Sampler, draws: int = DRAWS, seed: int = 0, *, wins: bool = True
) -> Smaa:
    """Rank the participants under many draws of weights and count.

    Parameters
    ----------
    scores : ndarray
        Participants × measures, points; more is better, nothing missing. Totals are compared at 8 decimals.
    sampler : Sampler
        `dirichlet(weights, concentration)`, `ordered(k)`, or any function of a generator and a number of
        draws that gives draws × measures, each row summing to 1.
    draws : int
        At least 1.
    seed : int
        The draws hang on it and on their number alone, not on the participants or the machine.
    wins : bool
        Count who is ahead of whom; with 1,000 participants and 100,000 draws these are 5 × 10¹⁰ comparisons,
        most of the time taken.

    Returns
    -------
    Smaa

    Raises
    ------
    DataError
        Scores missing, no draw, or a sampler whose rows are not shares.

    References
    ----------
    Lahdelma & Salminen (2001), SMAA-2, Operations Research 49(3), 444-454: rank acceptability and central
    weight vectors, section 3. Leskinen et al. (2006) for the pairwise winning index.

    Examples
    --------
    One is best at the first measure, one at the second, one fair at both: of all weights, 40 % make the first
    of them the winner, 40 % the second, 20 % the third.

    >>> scores = np.array([[100.0, 0.0], [0.0, 100.0], [60.0, 60.0]])
    >>> found = smaa(scores, dirichlet(np.array([0.5, 0.5]), 2))
    >>> found.acceptability[:, 0].round(1).tolist()
    [0.4, 0.4, 0.2]
    """
    x = checked_scores(scores)
    if draws < 1:
        raise DataError(Problem("weights.draws", value=draws))
    n, k = x.shape
    counts, ahead, central = np.zeros((n, n)), np.zeros((n, n)), np.zeros((n, k))
    for weights in _weights(sampler, draws, seed, n, k):
        places = rank(x, weights)
        counts += place_counts(places)
        central += first_weights(places, weights)
        if wins:
            ahead += win_counts(places)
    first = np.where(counts[:, :1] > 0, counts[:, :1], np.nan)
    return Smaa(counts / draws, ahead / draws if wins else None, central / first, draws)


def _weights(sampler: Sampler, draws: int, seed: int, n: int, k: int) -> Iterator[np.ndarray]:
    """The draws, block by block with a stream of its own each, in pieces that fit the memory."""
    piece = max(1, _AT_ONCE // n)
    for number, start in enumerate(range(0, draws, BLOCK)):
        random = np.random.default_rng([seed, number])
        block = drawn_weights(sampler, random, BLOCK, k)[: draws - start]
        for at in range(0, len(block), piece):
            yield block[at : at + piece]

"""Run in the peers' environment: `worker.py WORK PEER FOLDER` does one piece of work and times it.

The folder holds the inputs as .npy files and receives `result.npy`; the last line printed is JSON with the
fastest run's seconds and the peer's version. Every adapter is the shortest way to the answer that its package
offers, validation that can be left out left out; each returns a function to be timed.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np

TIMES = 3
ENOUGH = 20.0  # seconds; a slow peer need not run three times

Work = Callable[[], np.ndarray]


def ahp_pymcdm(matrices: np.ndarray) -> Work:
    from pymcdm.weights.subjective import AHP

    def one(matrix: np.ndarray) -> list[float]:
        judged = AHP(matrix=matrix)
        return [*judged(), judged.get_cr()]

    return lambda: np.array([one(m) for m in matrices])


def ahp_pydecision(matrices: np.ndarray) -> Work:
    from pyDecision.algorithm.ahp import ahp_method

    def one(matrix: np.ndarray) -> list[float]:
        weights, ratio = ahp_method(matrix, wd="max_eigen")
        return [*weights, ratio]

    return lambda: np.array([one(m) for m in matrices])


def ahp_ahpy(matrices: np.ndarray) -> Work:
    import ahpy

    asked = [_comparisons(m) for m in matrices]
    return lambda: np.array([_told(ahpy.Compare("k", c, random_index="saaty")) for c in asked])


def ahp_pyrepo(matrices: np.ndarray) -> Work:
    from pyrepo_mcda.mcda_methods import AHP

    def one(judged: AHP, matrix: np.ndarray) -> list[float]:
        weights = judged._calculate_eigenvector(matrix)
        judged._check_consistency(matrix)  # only prints the ratio
        return [*weights, np.nan]

    def work() -> np.ndarray:
        judged = AHP()
        with contextlib.redirect_stdout(io.StringIO()):
            return np.array([one(judged, m) for m in matrices])

    return work


def incomplete_ahpy(matrix: np.ndarray) -> Work:
    import ahpy

    asked = _comparisons(matrix)
    return lambda: np.array(_told(ahpy.Compare("k", asked, random_index="saaty")))


def _comparisons(matrix: np.ndarray) -> dict[tuple[int, int], float]:
    """The judgements given; a first row without a gap keeps the order of the elements."""
    upper = zip(*np.triu_indices(len(matrix), 1), strict=True)
    return {(int(i), int(j)): float(matrix[i, j]) for i, j in upper if not np.isnan(matrix[i, j])}


def _told(judged: object) -> list[float]:
    weights = judged.local_weights
    return [*(weights[k] for k in range(len(weights))), judged.consistency_ratio]


def best_worst_pydecision(best: np.ndarray, worst: np.ndarray) -> Work:
    from pyDecision.algorithm.bwm import bw_method

    return lambda: bw_method(best, worst, verbose=False)


def smaa_pysensmcda(scores: np.ndarray, weights: np.ndarray) -> Work:
    return _smaa_pysensmcda(_weighted_sum(), scores, weights)


def smaa_pysensmcda_bare(scores: np.ndarray, weights: np.ndarray) -> Work:
    """With two characters of numpy in the place of a package's weighted sum."""
    return _smaa_pysensmcda(lambda x, w, types: x @ w, scores, weights)


def _smaa_pysensmcda(method: Callable[..., np.ndarray], scores: np.ndarray, weights: np.ndarray) -> Work:
    from pysensmcda.robustness import pairwise_winning_indices
    from pysensmcda.smaa import central_weights, rank_acceptability, simulate

    def work() -> np.ndarray:
        found = simulate(method, scores, np.ones(scores.shape[1]), weights=weights)
        central_weights(found)
        pairwise_winning_indices(found.rankings)
        return rank_acceptability(found)

    return work


def _weighted_sum() -> Callable[..., np.ndarray]:
    from pymcdm.methods import WSM

    return WSM(normalization_function=lambda x, cost=False: x)  # scores are on one scale already


def smaa_pyrepo(scores: np.ndarray, weights: np.ndarray) -> Work:
    from pyrepo_mcda.mcda_methods import VIKOR_SMAA

    return lambda: VIKOR_SMAA()(scores, weights, np.ones(scores.shape[1]))[0]


def smaa_pymcdm(scores: np.ndarray, weights: np.ndarray) -> Work:
    from pymcdm.helpers import rrankdata

    body, types = _weighted_sum(), np.ones(scores.shape[1])
    return lambda: _shares([rrankdata(body(scores, w, types, validation=False)) for w in weights])


def smaa_skcriteria(scores: np.ndarray, weights: np.ndarray) -> Work:
    from skcriteria.agg.simple import wsm

    return lambda: _shares([wsm(scores, w)[0] for w in weights])


def smaa_pydecision(scores: np.ndarray, weights: np.ndarray) -> Work:
    from pyDecision.algorithm.saw import saw_method

    scaled, types = weights * scores.max(axis=0), ["max"] * scores.shape[1]  # it divides by the best score

    def places(w: np.ndarray) -> np.ndarray:
        total = saw_method(scores, types, w, graph=False, verbose=False)[:, 1]
        return 1 + (-total).argsort().argsort()

    return lambda: _shares([places(w) for w in scaled])


def _shares(places: list[np.ndarray]) -> np.ndarray:
    """Rank acceptability from rankings, 1 the first: what a user of a package without it would write."""
    ranks = np.asarray(places, dtype=int) - 1
    n = ranks.shape[1]
    return np.bincount((np.arange(n) * n + ranks).ravel(), minlength=n * n).reshape(n, n) / len(ranks)


PEERS: dict[str, dict[str, Callable[..., Work]]] = {
    "ahp": {
        "pymcdm": ahp_pymcdm,
        "pydecision": ahp_pydecision,
        "ahpy": ahp_ahpy,
        "pyrepo-mcda": ahp_pyrepo,
    },
    "incomplete": {"ahpy": incomplete_ahpy},
    "best_worst": {"pydecision": best_worst_pydecision},
    "smaa": {
        "pysensmcda": smaa_pysensmcda,
        "pysensmcda (bare)": smaa_pysensmcda_bare,
        "pymcdm": smaa_pymcdm,
        "scikit-criteria": smaa_skcriteria,
        "pydecision": smaa_pydecision,
        "pyrepo-mcda": smaa_pyrepo,
    },
}


def main(work: str, peer: str, folder: str) -> None:
    """Do the work, save the result, print the seconds."""
    place = Path(folder)
    inputs = {path.stem: np.load(path) for path in place.glob("*.npy")}
    do = PEERS[work][peer](**inputs)
    seconds: list[float] = []
    while len(seconds) < TIMES and sum(seconds) < ENOUGH:
        began = time.perf_counter()
        result = do()
        seconds.append(time.perf_counter() - began)
    np.save(place / "result.npy", np.asarray(result, dtype=float))
    print(json.dumps({"seconds": min(seconds), "version": version(peer.split()[0])}))


if __name__ == "__main__":
    main(*sys.argv[1:])

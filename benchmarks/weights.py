"""Weights against the packages that have them: the same inputs, the same run, plain numpy as the limit."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog

from benchmarks.acceptability import PARTICIPANTS
from benchmarks.measure import Row, run_command
from benchmarks.peers.ask import Answer, ask
from benchmarks.peers.worker import PEERS
from toolkit.design.weights.judged.ahp import ahp, eigenvector
from toolkit.design.weights.judged.best_worst import best_worst
from toolkit.design.weights.judged.incomplete import completed
from toolkit.design.weights.robust.smaa import BLOCK, Sampler, smaa

MATRICES, JUDGED = 10_000, 8
INCOMPLETE, MISSING = 15, 45
DRAWS, TEAM = 10_000, 20
LARGE_DRAWS, MEMORY_MB = 100_000, 300
TIMES = 7
SCALE = np.array([1 / x for x in range(9, 1, -1)] + list(range(1, 10)))  # Saaty's
OTHER_RULE = {"pyrepo-mcda": "ranks by VIKOR"}  # its only rank acceptability; the numbers mean something else


class Job(NamedTuple):
    """A piece of work: what the toolkit, plain numpy and the peers do with the same inputs.

    `compare` says how far a peer's result is from the toolkit's.
    """

    key: str
    what: str
    limit: float
    inputs: Mapping[str, np.ndarray]
    toolkit: Callable[[], np.ndarray]
    numpy: Callable[[], np.ndarray]
    compare: Callable[[np.ndarray, np.ndarray], str]


def run() -> Iterator[Row]:
    """Every piece of work: the toolkit against the fastest peer, then each peer, then plain numpy; memory."""
    draw = np.random.default_rng(6)
    for job in (_complete(draw), _incomplete(draw), _best_worst(), _smaa(draw)):
        yield from _rows(job)
    yield _memory()


def _rows(job: Job) -> Iterator[Row]:
    ours, result = _fastest(job.toolkit)
    answers = [ask(job.key, peer, job.inputs) for peer in PEERS[job.key]]
    again, _ = _fastest(job.toolkit)  # the machine may have been busy the first time
    ours = min(ours, again)
    # A peer that is given numpy's own product for its method measures numpy: shown, not the measure.
    first = min((a for a in answers if "bare" not in a.peer), key=lambda a: a.seconds)
    measured = f"{_ms(ours)} against {_ms(first.seconds)}, {first.peer}"
    times = first.seconds / ours
    yield Row(job.what, measured, f"{times:.0f} times faster", f"≥ {job.limit:.0f}", times >= job.limit)
    for answer in answers:
        yield _peer_row(job, answer, ours, result)
    limit, plain = _fastest(job.numpy)
    yield Row(
        "  plain numpy", _ms(limit), f"{limit / ours:.2f} times; {job.compare(plain, result)}", "stated", True
    )


def _peer_row(job: Job, answer: Answer, ours: float, result: np.ndarray) -> Row:
    said = OTHER_RULE.get(answer.peer.split()[0]) if job.key == "smaa" else None
    said = said or job.compare(answer.result, result)
    return Row(
        f"  {answer.peer}", _ms(answer.seconds), f"{answer.seconds / ours:.0f} times; {said}", "stated", True
    )


def _fastest(work: Callable[[], np.ndarray]) -> tuple[float, np.ndarray]:
    """Seconds of the fastest run, and its result."""
    best = np.inf
    for _ in range(TIMES):
        began = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - began)
    return best, result


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds * 1e3:,.0f} ms"


# Judgements in pairs


def judgements(draw: np.random.Generator, count: int, n: int) -> np.ndarray:
    """Matrices as people fill them: weights, noise, and the nearest mark of Saaty's scale."""
    weights = draw.dirichlet(np.full(n, 2.0), count)
    ratios = np.log(weights[:, :, None] / weights[:, None, :]) + draw.normal(0, 0.3, (count, n, n))
    marks = SCALE[np.abs(ratios[..., None] - np.log(SCALE)).argmin(axis=-1)]
    upper = np.triu(np.ones((n, n), bool), 1)
    return np.where(upper, marks, np.where(upper.T, 1 / marks.transpose(0, 2, 1), 1.0))


def _complete(draw: np.random.Generator) -> Job:
    matrices = judgements(draw, MATRICES, JUDGED)

    def toolkit() -> np.ndarray:
        found = ahp(matrices)
        return np.column_stack([found.weights, found.consistency_ratio])

    what = f"{MATRICES:,} AHP matrices of {JUDGED}: weights and consistency"
    numpy = partial(_power, matrices)
    return Job("ahp", what, 10, {"matrices": matrices}, toolkit, numpy, _weights_and_ratio)


def _power(matrices: np.ndarray, steps: int = 12) -> np.ndarray:
    """Power iteration on the whole stack, nothing checked and no proof that it has arrived."""
    n = matrices.shape[-1]
    w = np.full((len(matrices), n, 1), 1 / n)
    for _ in range(steps):
        image = matrices @ w
        largest = image.sum(axis=1)
        w = image / largest[:, None]
    return np.column_stack([w[:, :, 0], (largest - n) / (n - 1) / 1.41])


def _incomplete(draw: np.random.Generator) -> Job:
    matrix = judgements(draw, 1, INCOMPLETE)[0]
    rows, columns = np.triu_indices(INCOMPLETE, 1)
    free = np.flatnonzero(rows > 0)  # everybody judged the first KPI: all are connected
    gone = draw.choice(free, MISSING, replace=False)
    matrix[rows[gone], columns[gone]] = matrix[columns[gone], rows[gone]] = np.nan

    def toolkit() -> np.ndarray:
        """The completion that is as consistent as can be, its weights and its ratio: what the peer does."""
        found = ahp(completed(matrix), eigenvector)
        return np.append(found.weights, found.consistency_ratio)

    what = f"incomplete AHP of {INCOMPLETE}, {MISSING} missing: best completion, weights, consistency"
    numpy = partial(_least_squares, matrix)
    return Job("incomplete", what, 100, {"matrix": matrix}, toolkit, numpy, _weights_and_ratio)


def _least_squares(matrix: np.ndarray) -> np.ndarray:
    """Log least squares: another and simpler answer to the same question, without a consistency."""
    known = ~np.isnan(matrix)
    laplacian = np.diag(known.sum(axis=1)) - known.astype(float) + 1 / len(matrix)
    logs = np.linalg.solve(laplacian, np.log(matrix, where=known, out=np.zeros(matrix.shape)).sum(axis=1))
    weights = np.exp(logs)
    return np.append(weights / weights.sum(), np.nan)


def _weights_and_ratio(theirs: np.ndarray, ours: np.ndarray) -> str:
    weights = np.abs(theirs[..., :-1] - ours[..., :-1]).max()
    ratios = np.abs(theirs[..., -1] - ours[..., -1]).max()
    return f"weights off by {weights:.0e}" + ("" if np.isnan(ratios) else f", ratio {ratios:.0e}")


# Best against worst


def _best_worst() -> Job:
    best, worst = np.array([1, 2, 4, 3, 8, 2, 5, 6]), np.array([8, 4, 2, 3, 1, 5, 2, 2])

    def numpy() -> np.ndarray:
        return _programme(best.astype(float), worst.astype(float))

    def compare(theirs: np.ndarray, ours: np.ndarray) -> str:
        left = _left(theirs, best, worst) - _left(ours, best, worst)
        return f"weights off by {np.abs(theirs - ours).max():.0e}, ξ {left:+.0e}"

    inputs = {"best": best, "worst": worst}
    what = f"linear best-worst of {len(best)}"
    return Job("best_worst", what, 100, inputs, lambda: best_worst(best, worst).weights, numpy, compare)


def _programme(best: np.ndarray, worst: np.ndarray) -> np.ndarray:
    """The linear programme handed to the solver as it is written in the paper."""
    k = len(best)
    first, last = np.eye(k)[best.argmin()], np.eye(k)[worst.argmin()]
    rows = np.vstack([first - best[:, None] * np.eye(k), np.eye(k) - worst[:, None] * last])
    bounded = np.column_stack([np.vstack([rows, -rows]), -np.ones(4 * k)])
    total = np.append(np.ones(k), 0.0)[None]
    cost = np.append(np.zeros(k), 1.0)
    return linprog(cost, A_ub=bounded, b_ub=np.zeros(4 * k), A_eq=total, b_eq=[1.0]).x[:k]


def _left(w: np.ndarray, best: np.ndarray, worst: np.ndarray) -> float:
    """The largest disagreement that weights leave, which the linear model makes as small as it can be."""
    first, last = w[best.argmin()], w[worst.argmin()]
    return float(max(np.abs(first - best * w).max(), np.abs(w - worst * last).max()))


# Rank acceptability


def _smaa(draw: np.random.Generator) -> Job:
    scores, weights = draw.uniform(40, 120, (TEAM, JUDGED)), draw.dirichlet(np.ones(JUDGED), DRAWS)

    def toolkit() -> np.ndarray:
        return smaa(scores, given(weights), DRAWS).acceptability

    what = f"SMAA, {DRAWS:,} draws × {TEAM} × {JUDGED}: acceptability, wins, central weights"
    inputs = {"scores": scores, "weights": weights}
    numpy = partial(_acceptability, scores, weights)
    return Job("smaa", what, 40, inputs, toolkit, numpy, lambda a, b: f"off by {np.abs(a - b).max():.0e}")


def given(weights: np.ndarray) -> Sampler:
    """Draws that are there already, so that all rank under the same ones."""
    blocks = iter(np.split(weights, range(BLOCK, len(weights), BLOCK)))
    return lambda random, draws: next(blocks)


def _acceptability(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Acceptability alone: no ties, no wins, no central weights."""
    n = len(scores)
    who = np.argsort(-(weights @ scores.T), axis=1)
    return np.bincount((who * n + np.arange(n)).ravel(), minlength=n * n).reshape(n, n) / len(weights)


def _memory() -> Row:
    """The largest memory of a whole process, and what Python and its libraries take of it."""
    command = [sys.executable, "-m", "benchmarks.acceptability"]
    bare, full = (run_command([*command, str(draws)]) for draws in (1, LARGE_DRAWS))
    measured = f"{full.seconds:.0f} s; {bare.peak_mb:.0f} MB of it with one draw"
    what = f"SMAA, {LARGE_DRAWS:,} draws × {PARTICIPANTS:,} × {JUDGED}: memory of the process"
    holds = full.peak_mb < MEMORY_MB
    return Row(what, measured, f"{full.peak_mb:.0f} MB", f"< {MEMORY_MB} MB", holds)

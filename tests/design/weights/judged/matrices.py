"""Published matrices of comparisons, and made ones whose truth is known."""

import json
from functools import cache
from pathlib import Path

import numpy as np

REFERENCE = Path(__file__).parents[3] / "reference"
NAN = np.nan
# Goods judged in a circle: each is better than the next.
CIRCLE = np.array([[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]])
# Two KPIs compared with each other, two others likewise, and nothing between the pairs.
APART = np.array([[1, 2, NAN, NAN], [1 / 2, 1, NAN, NAN], [NAN, NAN, 1, 3], [NAN, NAN, 1 / 3, 1]])


@cache
def _cases() -> dict[str, dict]:
    return {case["id"]: case for case in json.loads((REFERENCE / "weights.json").read_text(encoding="utf-8"))}


def case(name: str) -> tuple[np.ndarray, object, float]:
    """The matrix of a published case, what is expected and how closely."""
    found = _cases()[name]
    return np.array(found["input"]["matrix"], dtype=float), found["expected"], found["tolerance"]


def city() -> np.ndarray:
    """200 people's judgements of five things to look for in a city, from the R package ahpsurvey."""
    return np.load(REFERENCE / "city200_matrices.npy")


def of(weights: np.ndarray) -> np.ndarray:
    """The matrix of a judge who answers exactly what the weights say."""
    return np.asarray(weights)[..., :, None] / np.asarray(weights)[..., None, :]


def noisy(weights: np.ndarray, noise: float, count: int, seed: int = 0) -> np.ndarray:
    """Judges who know the weights and answer with an error."""
    n = len(weights)
    upper = np.triu(np.random.default_rng(seed).normal(0, noise, (count, n, n)), 1)
    return of(weights) * np.exp(upper - upper.swapaxes(1, 2))


def with_gaps(matrix: np.ndarray, pairs: list[tuple[int, int]]) -> np.ndarray:
    """The matrix without the pairs named."""
    found = np.array(matrix, dtype=float)
    for i, j in pairs:
        found[i, j] = found[j, i] = NAN
    return found

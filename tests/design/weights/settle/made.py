"""Bounds made at random for the tests of settling, and small helpers to read a refusal."""

import numpy as np
import pytest

from toolkit.design.weights.settle.bounds import Bounds
from toolkit.errors import DataError


def some_bounds(rng: np.random.Generator, k: int, groups: int = 2, orders: int = 3) -> Bounds:
    """Bounds that often, not always, can be kept."""
    low = rng.uniform(0, 0.9 / k, k)
    high = np.minimum(1, low + rng.uniform(0.05, 3.0 / k, k))
    joined = []
    for _ in range(rng.integers(0, groups + 1)):
        mask = rng.random(k) < 0.5
        if mask.any():
            share = mask.mean()
            joined.append((mask, max(0.0, share - 0.3 * rng.random()), min(1.0, share + 0.3 * rng.random())))
    pairs = (
        [tuple(rng.choice(k, 2, replace=False)) for _ in range(rng.integers(0, orders + 1))] if k > 1 else []
    )
    return Bounds(low, high, tuple(joined), tuple(pairs))


def codes_of(refused: pytest.ExceptionInfo[DataError]) -> list[str]:
    return [problem.code.removeprefix("weights.") for problem in refused.value.problems]


def possible(bounds: Bounds) -> bool:
    try:
        bounds.check()
    except DataError:
        return False
    return True

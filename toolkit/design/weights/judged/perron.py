"""The principal eigenvector of many positive matrices at once, to full precision and with a proof of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .matrix import sound

# Collatz and Wielandt: the smallest and the largest (Aw)_i / w_i enclose the eigenvalue. So close they
# must come, relative to it.
CLOSE = 1e-12
# Judgements that contradict each other so much that this does not suffice go to LAPACK.
_STEPS = 120
# Cells of a block: two megabytes, which stay in a processor's own memory.
_CELLS = 2**18


def principal(flat: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """`eigen` of the matrices (B, n, n); None when any of them is incomplete or faulty."""
    weights, largest = np.empty(flat.shape[:2]), np.empty(len(flat))
    for place, stack in blocks(flat):
        if not sound(stack):
            return None
        found, largest[place] = perron(stack)
        weights[place] = found.T
    return weights, largest


def eigen(flat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights (B × n, each row sums to 1) and largest eigenvalue (B) of checked matrices (B, n, n)."""
    found = [perron(stack) for _, stack in blocks(flat)]
    return np.concatenate([w.T for w, _ in found]), np.concatenate([top for _, top in found])


def blocks(flat: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """Pieces of a stack (B, n, n) laid out as (n, n, b): numpy then works along the stack."""
    size = max(1, _CELLS // flat.shape[1] ** 2)
    for start in range(0, len(flat), size):
        place = slice(start, start + size)
        yield place, np.ascontiguousarray(np.moveaxis(flat[place], 0, 2))


def perron(stack: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvectors (n × B, each column sums to 1) and largest eigenvalues (B) of the matrices (n, n, B).

    Non-negative, with a positive diagonal and connected. Power iteration from the rows' geometric mean;
    matrices that are done leave the stack when they are half of it.
    """
    n, _, count = stack.shape
    vectors, values = np.empty((n, count)), np.empty(count)
    still, left, vector = np.arange(count), stack, _start(stack)
    for _ in range(_STEPS):
        image = np.einsum("ijb,jb->ib", left, vector)
        quotient = image / vector
        low, high = quotient.min(axis=0), quotient.max(axis=0)
        vector = image / image.sum(axis=0)
        going = ~(high - low <= CLOSE * low)
        if 2 * np.count_nonzero(going) > len(still):
            continue
        done = still[~going]
        vectors[:, done], values[done] = vector[:, ~going], (low + high)[~going] / 2
        still, left, vector = still[going], np.compress(going, left, axis=2), vector[:, going]
        if not len(still):
            return vectors, values
    vectors[:, still], values[still] = _by_lapack(left)
    return vectors, values


def _start(stack: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore", under="ignore"):
        start = np.prod(stack, axis=1) ** (1 / len(stack))
    usable = np.isfinite(start).all() and (start > 0).all()
    return start / start.sum(axis=0) if usable else np.full(stack.shape[1:], 1 / len(stack))


def _by_lapack(stack: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    values, vectors = np.linalg.eig(np.moveaxis(stack, 2, 0))
    first = values.real.argmax(axis=1)
    row = np.arange(len(values))
    found = np.abs(vectors[row, :, first].real).T
    return found / found.sum(axis=0), values.real[row, first]

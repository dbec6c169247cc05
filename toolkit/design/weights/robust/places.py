"""Places of many rankings at once, and what is counted from them: who stands where, who is ahead of whom.

Who ties shares places: two behind the first stand each half a time second and half a time third. Everything
is counted in whole numbers, so that it does not hang on the order of the draws.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

_POINT = 1e8  # scores are rounded to 8 decimals before they are compared
_ROOM = 2.0**62  # of a whole number that holds a rounded score and a participant's number
_WORDS = 255  # eight-byte words that may be added at once: a byte counts to 255


class Places(NamedTuple):
    """Rankings of n participants in some draws.

    `who` (draws × n) names the participants from the best down, `start` the first of the places they share,
    from 0, and `size` how many share them; both are None where nobody ties in any of the draws.
    """

    who: np.ndarray
    start: np.ndarray | None
    size: np.ndarray | None


def rank(scores: np.ndarray, weights: np.ndarray) -> Places:
    """Rank the participants under every draw of weights.

    Parameters
    ----------
    scores : ndarray
        Participants × measures, points.
    weights : ndarray
        Draws × measures.

    Examples
    --------
    >>> places = rank(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[0.8, 0.2], [0.5, 0.5]]))
    >>> places.who.tolist(), places.start.tolist(), places.size.tolist()
    ([[0, 1], [0, 1]], [[0, 1], [0, 0]], [[1, 1], [2, 2]])
    """
    bits = len(scores).bit_length()
    # Sorting whole numbers whose last bits say whose they are is three times faster than sorting an index.
    # Scores beyond some ten million points are compared at fewer decimals: they would not fit.
    point = min(_POINT, _ROOM / 2**bits / max(float(np.abs(scores).max()), 1.0))
    behind = np.rint(weights @ (scores.T * -point)).astype(np.int64)  # the best first
    behind <<= bits
    behind |= np.arange(len(scores))
    behind.sort(axis=1)
    who = behind & ((1 << bits) - 1)
    behind >>= bits
    parted = behind[:, 1:] != behind[:, :-1]
    if parted.all():
        return Places(who, None, None)
    return Places(who, *_shared(parted))


def _shared(parted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First shared place and number of sharers, from where neighbours in the ranking differ."""
    draws, last = parted.shape
    place, edge = np.arange(last + 1), np.ones((draws, 1), bool)
    start = np.maximum.accumulate(np.where(np.hstack([edge, parted]), place, 0), axis=1)
    after = np.where(np.hstack([parted, edge]), place + 1, last + 1)
    end = np.minimum.accumulate(after[:, ::-1], axis=1)[:, ::-1]
    return start, end - start


def place_counts(places: Places) -> np.ndarray:
    """How often each participant (row) has each place (column), shared places in fractions.

    Examples
    --------
    >>> place_counts(rank(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[0.8, 0.2], [0.5, 0.5]]))).tolist()
    [[1.5, 0.5], [0.5, 1.5]]
    """
    n = places.who.shape[1]
    if places.start is None or places.size is None:
        cell = places.who * n + np.arange(n)
        return np.bincount(cell.ravel(), minlength=n * n).reshape(n, n).astype(float)
    counts = np.zeros((n, n))
    for size in np.unique(places.size).tolist():  # of each size as whole numbers, then one division
        at = places.size == size
        row, start = places.who[at] * (n + 1), places.start[at]
        steps = np.bincount(row + start, minlength=n * (n + 1))
        steps -= np.bincount(row + start + size, minlength=n * (n + 1))
        counts += steps.reshape(n, n + 1).cumsum(axis=1)[:, :n] / size
    return counts


def win_counts(places: Places) -> np.ndarray:
    """How often the participant of the row is ahead of that of the column; a tie is half a win for each.

    Examples
    --------
    >>> win_counts(rank(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[0.8, 0.2], [0.5, 0.5]]))).tolist()
    [[1.0, 1.5], [0.5, 1.0]]
    """
    draws, n = places.who.shape
    start = np.broadcast_to(np.arange(n), (draws, n)) if places.start is None else places.start
    small = np.int16 if n <= np.iinfo(np.int16).max else np.int32  # narrow numbers are compared faster
    by_person = np.empty((n, draws), small)
    by_person.reshape(-1)[places.who * draws + np.arange(draws)[:, None]] = start
    wins, room = np.full((n, n), draws / 2), np.empty((n, draws), bool)
    for i in range(n - 1):
        one, others, out = by_person[i], by_person[i + 1 :], room[i + 1 :]
        twice = 2 * _trues(np.greater(others, one, out=out))
        if places.start is not None:
            twice += _trues(np.equal(others, one, out=out))
        wins[i, i + 1 :] = twice / 2
        wins[i + 1 :, i] = draws - twice / 2
    return wins


def _trues(mask: np.ndarray) -> np.ndarray:
    """The number of trues in each row: eight at a time as bytes of a word, ten times faster than `sum`."""
    whole = mask.shape[1] // 8 * 8
    words = mask[:, :whole].view(np.uint64)
    counts = mask[:, whole:].sum(axis=1, dtype=np.int64)
    for at in range(0, words.shape[1], _WORDS):
        eight = words[:, at : at + _WORDS].sum(axis=1).view(np.uint8)
        counts += eight.reshape(len(mask), 8).sum(axis=1, dtype=np.int64)
    return counts


def first_weights(places: Places, weights: np.ndarray) -> np.ndarray:
    """The weights of the draws that each participant (row) is first in, added up; who ties takes a part.

    Examples
    --------
    >>> weights = np.array([[0.8, 0.2], [0.5, 0.5]])
    >>> first_weights(rank(np.array([[1.0, 0.0], [0.0, 1.0]]), weights), weights).tolist()
    [[1.05, 0.45], [0.25, 0.25]]
    """
    n = places.who.shape[1]
    if places.start is None or places.size is None:
        who, w = places.who[:, 0], weights
    else:
        draw, at = np.nonzero(places.start == 0)
        who, w = places.who[draw, at], weights[draw] / places.size[draw, at][:, None]
    return np.column_stack([np.bincount(who, column, n) for column in w.T])

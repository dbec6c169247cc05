"""Rank acceptability of a large team in a process of its own: `python -m benchmarks.acceptability DRAWS`."""

from __future__ import annotations

import sys

import numpy as np

from toolkit.design.weights.robust.smaa import dirichlet, smaa

PARTICIPANTS, MEASURES = 1_000, 8


def main(draws: int) -> None:
    """Rank the team under so many draws, wins and all; one draw shows what Python and its libraries take."""
    scores = np.random.default_rng(7).uniform(40, 120, (PARTICIPANTS, MEASURES))
    found = smaa(scores, dirichlet(np.full(MEASURES, 1 / MEASURES), MEASURES), draws)
    assert np.allclose(found.acceptability.sum(axis=0), 1)


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""How far people's numbers repeat, and what may be said of a person by them."""

from toolkit.reliability.estimate import (
    MeanSquares,
    Reliability,
    mean_squares,
    periods_needed,
    reliability,
    split_half,
    stepped_up,
)
from toolkit.reliability.levels import chance_of_best, chance_of_share, shrunken

__all__ = [
    "MeanSquares",
    "Reliability",
    "chance_of_best",
    "chance_of_share",
    "mean_squares",
    "periods_needed",
    "reliability",
    "shrunken",
    "split_half",
    "stepped_up",
]

"""The published cases of weights from data, by id."""

import json
from pathlib import Path
from typing import Any

import numpy as np

_FILE = Path(__file__).parents[3] / "reference" / "weights.json"


def case(name: str) -> tuple[np.ndarray, list[str], np.ndarray, float]:
    """The matrix, each column's direction, the weights expected and their tolerance."""
    found: dict[str, Any] = next(c for c in json.loads(_FILE.read_text(encoding="utf-8")) if c["id"] == name)
    matrix = np.array(found["input"]["matrix"])
    types = found["input"].get("types", [1] * matrix.shape[1])
    directions = ["higher" if t > 0 else "lower" for t in types]
    return matrix, directions, np.array(found["expected"]), found["tolerance"]

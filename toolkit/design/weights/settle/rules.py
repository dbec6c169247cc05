"""The rules that weights keep to, each a line row · weights ≥ least with its wording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

SLACK = 1e-9  # sums of decimals miss by this much; no client means less
Groups = Sequence[tuple[np.ndarray, float, float]]
Order = Sequence[tuple[int, int]]


class Rule(NamedTuple):
    """row · weights ≥ least; `code` and `values` say it in words."""

    row: np.ndarray
    least: float
    code: str
    values: Mapping[str, object]


def per_cent(share: float) -> float:
    """A share in per cent as a message shows it, whatever binary floats make of it.

    Examples
    --------
    >>> per_cent(0.15), per_cent(0.025)
    (15, 2.5)
    """
    shown = float(f"{share * 100:.6g}")
    return int(shown) if shown.is_integer() else shown


def joined(names: Sequence[str]) -> str:
    """Names side by side, in a form both languages read."""
    return " + ".join(names)


def rules(
    low: np.ndarray,
    high: np.ndarray,
    at_most: np.ndarray | None,
    groups: Groups,
    order: Order,
    names: Sequence[str],
) -> list[Rule]:
    """Every rule of some bounds, in the order measures, limits, groups, order."""
    one = np.eye(len(low))
    named = list(zip(one, names, strict=True))
    lowest, highest = zip(named, low, strict=True), zip(named, high, strict=True)
    found = [Rule(row, at, "weights.rule_low", _about(name, at)) for (row, name), at in lowest]
    found += [Rule(-row, -at, "weights.rule_high", _about(name, at)) for (row, name), at in highest]
    if at_most is not None:
        limits = [(row, name, at) for (row, name), at in zip(named, at_most, strict=True) if not np.isnan(at)]
        found += [Rule(-row, -at, "weights.rule_at_most", _about(name, at)) for row, name, at in limits]
    for mask, least, most in groups:
        about = joined([name for name, own in zip(names, mask, strict=True) if own])
        found.append(Rule(mask.astype(float), least, "weights.rule_group_low", _about(about, least)))
        found.append(Rule(-mask.astype(float), -most, "weights.rule_group_high", _about(about, most)))
    for i, j in order:
        values = {"measure": names[i], "other": names[j]}
        found.append(Rule(one[i] - one[j], 0.0, "weights.rule_order", values))
    return found


def _about(measure: str, share: float) -> dict[str, object]:
    return {"measure": measure, "share": per_cent(float(share))}

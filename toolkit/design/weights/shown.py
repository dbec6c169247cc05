"""The scoring ranges of a study as a client reads them: the curve's points now and then, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from toolkit.design.weights.acted import Acted
from toolkit.design.weights.study import empty
from toolkit.language import LANGUAGES, number, percent, text


def ranges_table(found: Acted) -> pd.DataFrame:
    """measure, factor, and blank columns that `WeightStudy.told_in` fills with words."""
    frame = found.ranges.reindex(columns=["measure", "factor"]) if len(found.ranges) else empty("ranges")
    frame = frame.assign(**dict.fromkeys(("before", "after", "why"), ""))
    return frame[list(empty("ranges"))].reset_index(drop=True).astype(empty("ranges").dtypes.to_dict())


def range_words(found: Acted) -> tuple[dict[str, str], ...]:
    """Why each range was moved or not, by language."""
    codes = list(found.ranges["why"]) if len(found.ranges) else []
    return tuple({one: text(f"weigh.range_why.{code}", one) for one in LANGUAGES} for code in codes)


def range_points(found: Acted) -> tuple[dict[str, list[str]], ...]:
    """The curve's points before and after of each measure, by language."""
    if not len(found.ranges) or found.past is None:
        return ()
    reads = {m.name: m.scoring.reads for m in found.past.measures}
    rows = found.ranges.to_dict("records")
    return tuple(
        {one: [_points(row, end, reads, one) for end in ("before", "after")] for one in LANGUAGES}
        for row in rows
    )


def _points(row: Mapping[Any, Any], end: str, reads: Mapping[str, str], language: str) -> str:
    """`60 % → 60 · 100 % → 100`; blank for a rule that is no curve."""
    points = row[end]
    if points is None:
        return ""
    ratio = reads[str(row["measure"])] == "attainment"
    return " · ".join(f"{_x(x, ratio, language)} → {_plain(y, language)}" for x, y in points)


def _x(x: float, ratio: bool, language: str) -> str:
    if not ratio:
        return _plain(x, language)
    return percent(x, language, 0 if abs(100 * x - round(100 * x)) < 1e-6 else 1)


def _plain(value: float, language: str) -> str:
    """As many digits as it has, up to three."""
    digits = next(d for d in range(4) if d == 3 or abs(round(value, d) - value) < 1e-9)
    return number(value, language, digits)

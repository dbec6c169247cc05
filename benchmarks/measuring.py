"""Measuring a large client: against SQL written by hand, its memory, and its growth with the rows."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from benchmarks.big_client import make
from benchmarks.measure import Row, in_turn, middle, run_command

LARGE, SMALL = (50_000_000, 2_000_000), (10_000_000, 400_000)  # activities, deals
TIMES = 3
SLOWER_THAN_HAND = 1.3
MEMORY_MB = 2000
GROWTH = 1.1  # seconds a row at 50 million over seconds a row at 10 million; 1 is flat


def run() -> Iterator[Row]:
    """Measure a panel of 12 KPIs from parquet: the whole process, loading and checking included."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        large, small = make(folder / "large", *LARGE), make(folder / "small", *SMALL)
        hand, toolkit = _command("hand", large, folder), _command("toolkit", large, folder)
        run_command(toolkit)  # warms the disk cache
        by_hand, by_toolkit = in_turn([hand, toolkit], TIMES)
        _hold_equal(folder)
        ratio = middle(by_toolkit) / middle(by_hand)
        measured = f"{middle(by_toolkit):.1f} s against {middle(by_hand):.1f} s"
        what = f"{LARGE[0] // 10**6} million activities, 12 KPIs, against SQL by hand"
        yield Row(what, measured, f"{ratio:.2f}", f"≤ {SLOWER_THAN_HAND}", ratio <= SLOWER_THAN_HAND)
        peak, theirs = (max(r.peak_mb for r in runs) for runs in (by_toolkit, by_hand))
        measured = f"by hand {theirs:.0f} MB"
        yield Row("its peak memory", measured, f"{peak:.0f} MB", f"< {MEMORY_MB} MB", peak < MEMORY_MB)
        few = middle(in_turn([_command("toolkit", small, folder)], TIMES)[0])
        growth = (middle(by_toolkit) / LARGE[0]) / (few / SMALL[0])
        measured = f"{middle(by_toolkit):.1f} s against {few:.1f} s"
        what = "its time a row, 50 million against 10 million"
        yield Row(what, measured, f"{growth:.2f}", f"≤ {GROWTH}", growth <= GROWTH)


def _command(how: str, client: Path, folder: Path) -> list[str]:
    out = folder / f"{how}-{client.name}.parquet"
    return [sys.executable, "-m", "benchmarks.panel", how, str(client), str(out)]


def _hold_equal(folder: Path) -> None:
    """Both ways give the same numbers, or the comparison means nothing.

    The toolkit's panel has a row for everybody employed, also where the tables have none.
    """
    theirs, ours = (f"'{folder / f'{how}-large.parquet'}'" for how in ("hand", "toolkit"))
    row = duckdb.sql(
        f"SELECT count(*), count(*) FILTER (WHERE abs(a.numerator - b.numerator) <= 1e-9 * abs(a.numerator) "
        f"AND (a.denominator IS NULL AND b.denominator IS NULL "
        f"OR abs(a.denominator - b.denominator) <= 1e-9 * abs(a.denominator))) "
        f"FROM {theirs} AS a LEFT JOIN {ours} AS b USING (level, participant, period, kpi)"
    ).fetchone()
    if row is None or row[0] == 0 or row[0] != row[1]:
        raise AssertionError(f"by hand and by toolkit differ: {row}")

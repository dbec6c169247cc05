"""Run every benchmark, or those named, and print a table each: what, measured, limit, whether it holds."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from benchmarks import integrity, measuring, report, scoring, selection, weights, workbook

BENCHMARKS = {
    "report": report.run,
    "measuring": measuring.run,
    "scoring": scoring.run,
    "workbook": workbook.run,
    "selection": selection.run,
    "integrity": integrity.run,
    "weights": weights.run,
}


def main() -> int:
    """Print the tables; exit code 1 if a limit does not hold."""
    failed = 0
    for name in sys.argv[1:] or BENCHMARKS:
        table = Table("what", "measured", "ratio or size", "limit", "holds", title=name, title_justify="left")
        for row in BENCHMARKS[name]():
            failed += not row.holds
            table.add_row(row.what, row.measured, row.value, row.limit, "yes" if row.holds else "NO")
        Console(width=120).print(table)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())

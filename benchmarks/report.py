"""The report: against a bare notebook run, its growth with the number of people, and its memory."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat

from benchmarks.measure import Row, in_turn, middle, run_command
from toolkit.assets import asset

TIMES = 3
PEOPLE = 2016  # 2,000 rounded up to whole sets of 24
SLOWER_THAN_BARE = 5.0
SLOWER_WITH_PEOPLE = 4.0
MEMORY_MB = 900


def run() -> Iterator[Row]:
    """Measure the report of the manufacturer sample and of the same firm with 2,016 people."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        sample = asset("templates", "engagements", "manufacturer")
        bare = _bare_notebook(folder)
        report = _report(sample, folder / "out-sample")
        run_command(report)  # warms the disk cache and matplotlib's font list
        bare_runs, runs = in_turn([bare, report], TIMES)
        ratio = middle(runs) / middle(bare_runs)
        measured = f"{middle(runs):.1f} s against {middle(bare_runs):.1f} s"
        yield Row(
            "report, 24 people, against a bare notebook",
            measured,
            f"{ratio:.2f}",
            f"≤ {SLOWER_THAN_BARE}",
            ratio <= SLOWER_THAN_BARE,
        )
        peak = max(r.peak_mb for r in runs)
        yield Row(
            "report, 24 people, peak memory of the tree",
            "",
            f"{peak:.0f} MB",
            f"< {MEMORY_MB} MB",
            peak < MEMORY_MB,
        )
        large = run_command(_report(_large(sample, folder), folder / "out-large"))
        growth = large.seconds / middle(runs)
        measured = f"{large.seconds:.1f} s against {middle(runs):.1f} s, {large.peak_mb:.0f} MB"
        yield Row(
            f"report, {PEOPLE:,} people × 30 months, against 24",
            measured,
            f"{growth:.2f}",
            f"≤ {SLOWER_WITH_PEOPLE}",
            growth <= SLOWER_WITH_PEOPLE,
        )


def _bare_notebook(folder: Path) -> list[str]:
    """A notebook that only imports pandas, scipy.stats and seaborn, run by papermill."""
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.cells = [nbformat.v4.new_code_cell("import pandas\nimport scipy.stats\nimport seaborn")]
    nbformat.write(notebook, folder / "bare.ipynb")
    return [sys.executable, "-m", "papermill", str(folder / "bare.ipynb"), str(folder / "bare-out.ipynb")]


def _report(engagement: Path, out: Path) -> list[str]:
    return [
        sys.executable,
        "-m",
        "toolkit.cli",
        "report",
        str(engagement),
        "--out",
        str(out),
        "--language",
        "zh",
    ]


def _large(sample: Path, folder: Path) -> Path:
    """The sample's engagement with the same firm grown to 2,016 people."""
    large = folder / "large"
    shutil.copytree(sample, large, ignore=shutil.ignore_patterns("data", "__pycache__"))
    command = [
        sys.executable,
        str(large / "make_data.py"),
        "--people",
        str(PEOPLE),
        "--out",
        str(large / "data"),
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return large

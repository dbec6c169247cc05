"""The command line: `kpi`. A module each for a group of commands; importing it is what registers them."""

from __future__ import annotations

import sys

from toolkit.cli import (
    alert,
    ask,
    catalogue,
    choose,
    engagement,
    explain,
    intake,
    integrity,
    lint,
    month,
    scheme,
    screen,
    weigh,
)
from toolkit.cli.common import app

__all__ = [
    "alert", "app", "ask", "catalogue", "choose", "engagement", "explain",
    "intake", "integrity", "lint", "main", "month", "scheme", "screen", "weigh",
]  # fmt: skip


def main() -> None:
    """Entry point of the `kpi` command."""
    for stream in (sys.stdout, sys.stderr):  # Chinese on a Windows console that is not UTF-8
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    app()

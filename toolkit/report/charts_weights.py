"""The figure of weights: what was agreed, what the measures do, and what the remedies would change."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D

from toolkit.report.axes import Format, figure_block, row_labels, value_ticks, words
from toolkit.report.blocks import Figure
from toolkit.report.look import BLUE, GREY, INK, ORANGE, TEXT, WIDE, drawing

STAGES = ("acting", "ranges", "weights")
_DOTS = {  # of each stage: face, edge
    "acting": (ORANGE, ORANGE),
    "ranges": ("white", BLUE),
    "weights": (BLUE, BLUE),
}


def acting_picture(
    frame: pd.DataFrame, legend: Mapping[str, str], value_format: Format, alt: str, caption: str = ""
) -> Figure:
    """A row a measure: a tick at the agreed weight, dots at the share that it makes of score differences.

    Parameters
    ----------
    frame : DataFrame
        label, agreed (ratio), acting with its interval low and high, and where remedies are proposed ranges
        and weights: the share after each; blank where there is none.
    legend : mapping
        agreed, acting, ranges, weights → the words at their marks.
    value_format : function
        How a share is written; it also writes the axis.
    alt, caption : str
        As in `charts.trend`.
    """
    shown = [stage for stage in STAGES if stage in frame and frame[stage].notna().any()]

    def draw(width: float) -> Drawing:
        marks = ["agreed", *shown]
        rows_of_legend = 1 if width == WIDE else len(marks)
        figure = drawing(width, 0.75 + 0.2 * rows_of_legend + 0.52 * len(frame))
        axes = figure.subplots()
        for y, row in enumerate(frame.to_dict("records")):
            _row(axes, y, row, shown, value_format)
        row_labels(axes, [str(label) for label in frame["label"]], width)
        axes.set_ylim(len(frame) - 0.35, -0.6)
        axes.axvline(0, color=GREY, linewidth=0.8, zorder=0)
        axes.margins(x=0.09)
        _legend(figure, marks, legend, width)
        value_ticks(axes.xaxis, value_format, 8 if width == WIDE else 5)
        return figure

    return figure_block(draw, alt, caption)


def _row(axes: Axes, y: int, row: Mapping, shown: list[str], value_format: Format) -> None:
    """One measure: interval, the way from today's share to the last one, dots, tick; numbers at the ends."""
    if np.isfinite(row["low"]):
        axes.hlines(y, row["low"], row["high"], color=ORANGE, linewidth=5, alpha=0.22, zorder=1)
    ways = [row[stage] for stage in shown if np.isfinite(row[stage])]
    if len(ways) > 1:
        axes.hlines(y, min(ways), max(ways), color=GREY, linewidth=1.1, zorder=2)
    for stage in shown:
        face, edge = _DOTS[stage]
        axes.scatter(row[stage], y, s=46, facecolor=face, edgecolor=edge, linewidth=1.5, zorder=4)
    axes.vlines(row["agreed"], y - 0.24, y + 0.2, color=INK, linewidth=2.2, zorder=3)
    for stage, colour, up in ((shown[0], ORANGE, 8), (shown[-1], BLUE, -19)) if shown else ():
        if np.isfinite(row[stage]) and (up > 0 or len(shown) > 1):
            words(axes, value_format(row[stage]), (row[stage], y), (0, up), ha="center", color=colour)


def _legend(figure: Drawing, marks: list[str], legend: Mapping[str, str], width: float) -> None:
    """The marks with their words above the drawing: in a line on a page, below each other on a telephone."""
    handles = []
    for mark in marks:
        if mark == "agreed":
            handles.append(
                Line2D([], [], color=INK, marker="|", linestyle="", markersize=11, markeredgewidth=2.2)
            )
            continue
        face, edge = _DOTS[mark]
        handles.append(
            Line2D(
                [], [], marker="o", linestyle="", markersize=6.5, markerfacecolor=face, markeredgecolor=edge
            )
        )
    figure.legend(
        handles,
        [legend[mark] for mark in marks],
        loc="outside upper left",
        ncols=len(marks) if width == WIDE else 1,
        frameon=False,
        fontsize=9,
        labelcolor=TEXT,
        handletextpad=0.3,
        columnspacing=1.2,
        borderaxespad=0.2,
    )

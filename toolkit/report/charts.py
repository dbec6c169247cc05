"""The report's figures on KPIs and attainment: one idea each, words and number formats given by the caller.

Every function draws twice, for a page and for a telephone, and returns a `Figure` block. Labels come in the
page's language, formats are functions such as `lambda x: percent(x, language)`; call them inside
`look.styled(language)`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from toolkit.report.axes import (
    Format,
    figure_block,
    folded,
    period_ticks,
    row_labels,
    value_ticks,
    words,
)
from toolkit.report.blocks import Figure
from toolkit.report.look import BLUE, GREY, INK, ORANGE, PALE, SERIES, SOFT, WIDE, drawing

_HALO = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}


def trend(
    frame: pd.DataFrame,
    change_at: str | None,
    change_label: str,
    value_format: Format,
    alt: str,
    caption: str = "",
    *,
    period_format: Callable[[str], str] = str,
) -> Figure:
    """Lines per group over the periods, with the start of the scheme marked.

    Parameters
    ----------
    frame : DataFrame
        period, group, value; periods of one grain; groups as they are named at the line's end.
    change_at : str, optional
        The first period under the scheme.
    change_label : str
        The words at that line.
    value_format, period_format : functions
        How a value and a period are written.
    alt, caption : str
        The sentence for those who cannot see it, and what stands below.
    """
    wide = frame.pivot(index="period", columns="group", values="value").sort_index()
    groups = list(dict.fromkeys(frame["group"]))

    def draw(width: float) -> Drawing:
        figure = drawing(width, 3.6)
        axes = figure.subplots()
        ends = []
        for group, colour in zip(groups, _colours(len(groups)), strict=True):
            values = wide[group].to_numpy(dtype=float)
            axes.plot(range(len(values)), values, color=colour, marker="o", markersize=3.5)
            last = np.flatnonzero(np.isfinite(values))
            if len(last):
                ends.append((values[last[-1]], str(group), colour))
        axes.grid(axis="x", visible=False)
        axes.margins(y=0.16)
        _mark_change(axes, wide.index, change_at, change_label, width)
        _label_ends(axes, ends, len(wide) - 1, width)
        period_ticks(axes, [period_format(period) for period in wide.index], width)
        value_ticks(axes.yaxis, value_format, 8)
        return figure

    return figure_block(draw, alt, caption)


def intervals(
    frame: pd.DataFrame,
    zero_label: str,
    value_format: Format,
    alt: str,
    caption: str = "",
) -> Figure:
    """Estimates with their intervals on a line each, around zero; blue where the interval leaves zero out.

    Parameters
    ----------
    frame : DataFrame
        label, estimate, low, high, and group (a heading over rows that follow each other) if there is one.
    zero_label : str
        The words at the zero line, such as "no change".
    value_format : function
        How an estimate is written; it also writes the axis.
    alt, caption : str
        As in `trend`.
    """
    rows = _with_headings(frame)

    def draw(width: float) -> Drawing:
        figure = drawing(width, 0.85 + 0.46 * len(rows))
        axes = figure.subplots()
        for y, row in enumerate(rows):
            if isinstance(row, str):
                continue
            clear = row.low > 0 or row.high < 0
            colour = BLUE if clear else GREY
            axes.plot([row.low, row.high], [y, y], color=colour, linewidth=2.4, alpha=0.75)
            axes.plot(row.estimate, y, "o", color=colour, markersize=7)
            label = value_format(row.estimate)
            words(
                axes, label, (row.estimate, y), (0, 7), ha="center", bbox=_HALO, color=BLUE if clear else SOFT
            )
        axes.axvline(0, color=INK, linewidth=1)
        words(axes, zero_label, (0, 1), (0, 3), on=("data", "axes fraction"), ha="center", color=INK)
        axes.margins(x=0.08)
        row_labels(axes, ["" if isinstance(row, str) else row.label for row in rows], width)
        for y, row in enumerate(rows):
            if isinstance(row, str):
                words(
                    axes,
                    row,
                    (0, y + 0.3),
                    (3, 0),
                    on=("axes fraction", "data"),
                    va="center",
                    color=INK,
                    fontsize=9.5,
                )
                axes.axhline(y, color=PALE, linewidth=0.8)
        axes.set_ylim(len(rows) - 0.45, -0.75)
        value_ticks(axes.xaxis, value_format, 8 if width == WIDE else 4)
        return figure

    return figure_block(draw, alt, caption)


def attainment_spread(
    frame: pd.DataFrame,
    target_label: str,
    value_format: Format,
    count_format: Callable[[int], str],
    alt: str,
    caption: str = "",
) -> Figure:
    """Every participant's attainment as a dot, a row a period, against the target; the bar is the median.

    Parameters
    ----------
    frame : DataFrame
        label (a period's name as shown, in order), attainment as a ratio; missing ones are not counted.
    target_label : str
        The words at attainment 1.
    value_format : function
        How an attainment is written.
    count_format : function
        How the number of participants of a row is written, such as `lambda n: f"n = {n}"`.
    alt, caption : str
        As in `trend`.
    """
    shown = frame.dropna(subset=["attainment"])
    labels = list(dict.fromkeys(frame["label"]))

    def draw(width: float) -> Drawing:
        figure = drawing(width, 0.9 + 0.72 * len(labels))
        axes = figure.subplots()
        step = max(np.ptp(shown["attainment"]), 0.2) / (60 if width == WIDE else 34)
        for y, label in enumerate(labels):
            values = np.sort(shown.loc[shown["label"] == label, "attainment"].to_numpy(dtype=float))
            axes.scatter(
                values, y - _stack(values, step), s=26, color=BLUE, alpha=0.8, linewidths=0.4, edgecolors="w"
            )
            if len(values):
                axes.plot([np.median(values)] * 2, [y + 0.2, y - 0.42], color=INK, linewidth=1.8)
            words(
                axes,
                count_format(len(values)),
                (1, y),
                (6, 0),
                on=("axes fraction", "data"),
                va="center",
                color=SOFT,
            )
        axes.axvline(1, color=ORANGE, linewidth=1.2, linestyle=(0, (4, 3)), zorder=0.9)
        words(axes, target_label, (1, 1), (0, 3), on=("data", "axes fraction"), ha="center", color=ORANGE)
        row_labels(axes, labels, width)
        axes.set_ylim(len(labels) - 0.6, -0.65)
        value_ticks(axes.xaxis, value_format, 8 if width == WIDE else 4)
        return figure

    return figure_block(draw, alt, caption)


def _colours(count: int) -> list[str]:
    """Colours of the groups in order; past the palette's six all are grey context."""
    return [SERIES[at] if at < len(SERIES) else GREY for at in range(count)]


def _mark_change(axes: Axes, periods: pd.Index, change_at: str | None, label: str, width: float) -> None:
    if change_at is None or change_at not in periods:
        return
    at = list(periods).index(change_at) - 0.5
    axes.axvline(at, color=SOFT, linewidth=1.1, linestyle=(0, (4, 3)))
    late = at > len(periods) * 0.6
    words(
        axes,
        folded(label, 30 if width == WIDE else 16),
        (at, 1),
        (-5 if late else 5, -2),
        color=SOFT,
        on=("data", "axes fraction"),
        va="top",
        ha="right" if late else "left",
    )


def _label_ends(axes: Axes, ends: list[tuple[float, str, str]], last: int, width: float) -> None:
    """Name the lines at their ends, pushed apart so that no two names overlap."""
    low, high = axes.get_ylim()
    axes.set_ylim(low, high)
    gap = (high - low) * 0.068
    lines = [folded(name, 24 if width == WIDE else 12) for _, name, _ in ends]
    order = sorted(range(len(ends)), key=lambda at: ends[at][0])
    floor = -np.inf
    for at in order:
        tall = gap * (lines[at].count("\n") + 1)
        y = max(ends[at][0], floor + tall / 2)
        floor = y + tall / 2
        words(
            axes,
            lines[at],
            (last, y),
            (8, 0),
            va="center",
            color=ends[at][2],
            fontsize=9.5,
            annotation_clip=False,
        )


def _with_headings(frame: pd.DataFrame) -> list:
    """Rows as tuples, with a group's name as a row of its own where the group changes."""
    rows: list = []
    before = None
    for row in frame.itertuples(index=False):
        group = getattr(row, "group", None)
        if group is not None and group != before:
            rows.append(str(group))
        before = group
        rows.append(row)
    return rows


def _stack(values: np.ndarray, step: float) -> np.ndarray:
    """Heights that set dots of nearly equal value one above another, within one row."""
    bins = np.floor(values / step).astype(int)
    height = np.array([np.count_nonzero(bins[:at] == bins[at]) for at in range(len(bins))], dtype=float)
    tallest = height.max(initial=0)
    return height * min(0.12, 0.42 / tallest if tallest else 0.12)

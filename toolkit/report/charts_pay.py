"""The report's figures on people's scores and pay; used like those of `charts`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure as Drawing

from toolkit.report.axes import (
    Format,
    bare_values,
    beside,
    figure_block,
    folded,
    row_labels,
    span,
    value_ticks,
    words,
)
from toolkit.report.blocks import Figure
from toolkit.report.look import BLUE, INK, ORANGE, PALE, SOFT, TEAL, TEXT, WIDE, drawing

# Light enough at both ends for ink to be read on (4.5:1).
_COLOURS = ["#d98d3f", "#eec594", "#ffffff", "#b3cdea", "#6d9fd6"]
DIVERGING = LinearSegmentedColormap.from_list("kpi", _COLOURS).with_extremes(bad=PALE)


def heat(
    matrix: pd.DataFrame,
    value_format: Format,
    alt: str,
    caption: str = "",
    *,
    centre: float = 1.0,
    reach: float = 0.5,
) -> Figure:
    """Attainment as a table of colours: orange below the target, blue above it, every value printed.

    Parameters
    ----------
    matrix : DataFrame
        At most 50 rows (participants, the index) × columns (KPIs or periods); a missing ratio is grey.
    value_format : function
        How a value is written in its cell.
    centre, reach : float
        The value shown white, and how far from it the colour is full.
    alt, caption : str
        As in `trend`.

    Raises
    ------
    ValueError
        More than 50 rows: a page shows no more people.
    """
    if len(matrix) > 50:
        raise ValueError(f"a figure shows at most 50 people, not {len(matrix)}")
    values = matrix.to_numpy(dtype=float)

    def draw(width: float) -> Drawing:
        figure = drawing(width, 0.8 + 0.27 * len(matrix))
        axes = figure.subplots()
        scale = Normalize(centre - reach, centre + reach, clip=True)
        axes.pcolormesh(
            np.ma.masked_invalid(values), cmap=DIVERGING, norm=scale, edgecolors="w", linewidth=1.2
        )
        for y, x in np.ndindex(values.shape):
            label = value_format(float(values[y, x]))
            axes.text(x + 0.5, y + 0.5, label, ha="center", va="center", fontsize=8.5, color=INK)
        axes.invert_yaxis()
        each = max(6, int((width - 1.2) * 11 / max(1, matrix.shape[1])))
        axes.set_xticks(
            np.arange(matrix.shape[1]) + 0.5, [folded(str(name), each) for name in matrix.columns]
        )
        axes.set_yticks(np.arange(len(matrix)) + 0.5, [str(name) for name in matrix.index])
        axes.tick_params(top=False, labeltop=True, labelbottom=False, labelcolor=TEXT)
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
        return figure

    return figure_block(draw, alt, caption)


def waterfall(
    parts: pd.DataFrame,
    total: float,
    total_label: str,
    value_format: Format,
    alt: str,
    caption: str = "",
) -> Figure:
    """How one participant's score comes about: each measure's points added on, then the total.

    Parameters
    ----------
    parts : DataFrame
        label, points (negative for a deduction), and possible (points at full score, drawn pale) if given.
    total : float
        The score; drawn from zero.
    total_label : str
        Its name.
    value_format : function
        How points are written.
    alt, caption : str
        As in `charts.trend`.
    """
    points = parts["points"].to_numpy(dtype=float)
    starts = np.concatenate([[0.0], np.cumsum(np.nan_to_num(points))])
    possible = (
        parts["possible"].to_numpy(dtype=float) if "possible" in parts else np.full(len(points), np.nan)
    )
    labels = [*parts["label"], total_label]

    def draw(width: float) -> Drawing:
        figure = drawing(width, 0.6 + 0.42 * len(labels))
        axes = figure.subplots()
        for y, value in enumerate(points):
            if possible[y] > max(value, 0):
                axes.barh(y, possible[y], left=starts[y], height=0.56, color=PALE)
            axes.barh(y, value, left=starts[y], height=0.56, color=BLUE if value >= 0 else ORANGE)
            axes.plot([starts[y + 1]] * 2, [y + 0.28, y + 0.72], color=SOFT, linewidth=0.8)
            edge = np.nanmax([starts[y], starts[y + 1], starts[y] + np.nan_to_num(possible[y])])
            beside(axes, edge, y, value_format(value), TEXT)
        axes.barh(len(points), total, height=0.56, color=INK)
        beside(axes, max(total, 0), len(points), value_format(total), INK)
        row_labels(axes, labels, width)
        axes.margins(x=0.1)
        axes.set_xlim(left=min(0, starts.min()))
        bare_values(axes)
        return figure

    return figure_block(draw, alt, caption)


def pay_curve(
    curve_points: Sequence[tuple[float, float]],
    people: pd.DataFrame,
    x_label: str,
    y_label: str,
    x_format: Format,
    y_format: Format,
    alt: str,
    caption: str = "",
    *,
    watch: tuple[float, float] | None = None,
    watch_label: str = "",
) -> Figure:
    """What is paid along the curve, with the people on it.

    Parameters
    ----------
    curve_points : sequence of (x, y)
        The curve's points; an x that stands twice is a jump. Flat right of the last point.
    people : DataFrame
        x, y, and label (blank for most) if some are to be named.
    x_label, y_label : str
        The axes' names.
    x_format, y_format : functions
        How their values are written.
    watch : tuple, optional
        A stretch of x to point at, such as just below a threshold, and `watch_label`, the words at it.
    alt, caption : str
        As in `charts.trend`.
    """
    line = np.asarray(curve_points, dtype=float)
    ends = [float(value) for value in people["x"].dropna()] + [float(value) for value in line[:, 0]]
    reach = (max(ends) - min(ends) or 1) * 0.06

    def draw(width: float) -> Drawing:
        figure = drawing(width, 3.9 if width == WIDE else 3.5)
        axes = figure.subplots()
        left = (
            [(min(ends) - reach, 0.0), (line[0, 0], 0.0)] if line[0, 1] == 0 or min(ends) < line[0, 0] else []
        )
        path = np.array([*left, *line, (max(ends) + reach, line[-1, 1])])
        axes.plot(path[:, 0], path[:, 1], color=INK)
        axes.plot(
            people["x"], people["y"], "o", color=BLUE, markersize=6, markeredgecolor="w", markeredgewidth=0.7
        )
        _name_people(axes, people)
        if watch is not None:
            axes.axvspan(*watch, color=ORANGE, alpha=0.15, linewidth=0)
            _point_at(axes, watch, folded(watch_label, 30 if width == WIDE else 18))
        axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)
        value_ticks(axes.xaxis, x_format, 8 if width == WIDE else 4)
        value_ticks(axes.yaxis, y_format, 8)
        return figure

    return figure_block(draw, alt, caption)


def payouts_bars(
    frame: pd.DataFrame,
    base_label: str,
    adjustments_label: str,
    value_format: Format,
    alt: str,
    caption: str = "",
) -> Figure:
    """What each person is paid: base payout, and what adjustments added or took away.

    Parameters
    ----------
    frame : DataFrame
        label, base, adjustments (negative where they take away), in the order to be shown; at most 50 rows.
    base_label, adjustments_label : str
        The words of the key.
    value_format : function
        How money is written, at the bar's end and on the axis.
    alt, caption : str
        As in `charts.trend`.

    Raises
    ------
    ValueError
        More than 50 rows: a page shows no more people.
    """
    if len(frame) > 50:
        raise ValueError(f"a figure shows at most 50 people, not {len(frame)}")
    base = frame["base"].to_numpy(dtype=float)
    change = frame["adjustments"].to_numpy(dtype=float)

    def draw(width: float) -> Drawing:
        figure = drawing(width, 0.75 + 0.27 * len(frame))
        axes = figure.subplots()
        at = np.arange(len(frame))
        axes.barh(at, np.minimum(base, base + change), height=0.62, color=BLUE, label=base_label)
        up, down = change > 0, change < 0
        if up.any():
            axes.barh(
                at[up], change[up], left=base[up], height=0.62, color=TEAL, label=f"{adjustments_label} +"
            )
        if down.any():
            axes.barh(at[down], change[down], left=base[down], height=0.6, facecolor="none", edgecolor=ORANGE,
                      linewidth=1, label=f"{adjustments_label} −")  # fmt: skip
        for y, value in enumerate(base + change):
            beside(axes, max(base[y], value, 0), y, value_format(value), TEXT)
        row_labels(axes, [str(label) for label in frame["label"]], width)
        axes.margins(x=0.12)
        bare_values(axes)
        in_a_row = span(base_label) + 2 * span(adjustments_label) < width * 8
        if up.any() or down.any():
            figure.legend(loc="outside upper left", ncols=3 if in_a_row else 1, handlelength=1.2)
        return figure

    return figure_block(draw, alt, caption)


def _name_people(axes: Axes, people: pd.DataFrame) -> None:
    if "label" not in people:
        return
    named = people[people["label"].fillna("") != ""]
    floor = people["y"].min()
    for row in named.itertuples(index=False):
        low = row.y == floor  # on the floor a name stands above its dot, on a rising curve right below it
        words(
            axes,
            str(row.label),
            (row.x, row.y),
            (0, 6) if low else (6, -4),
            ha="center" if low else "left",
            va="bottom" if low else "top",
            color=TEXT,
        )


def _point_at(axes: Axes, watch: tuple[float, float], label: str) -> None:
    """The words at a stretch of x, high up, on the side that has room."""
    low, high = axes.get_xlim()
    left = watch[0] + watch[1] < low + high
    words(
        axes,
        label,
        (watch[1] if left else watch[0], 0.97),
        (6 if left else -6, 0),
        color=ORANGE,
        fontsize=9.5,
        on=("data", "axes fraction"),
        va="top",
        ha="left" if left else "right",
    )

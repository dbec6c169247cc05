"""The figure of a choice: how often each candidate belongs to the best set."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Drawing

from toolkit.report.axes import Format, beside, figure_block, row_labels
from toolkit.report.blocks import Figure
from toolkit.report.look import BLUE, GREY, TEXT, drawing


def frequencies(frame: pd.DataFrame, value_format: Format, alt: str, caption: str = "") -> Figure:
    """Shares with their intervals, a row a candidate; what is chosen is filled.

    Parameters
    ----------
    frame : DataFrame
        label, share, low, high (0-1), chosen, in the order to be shown.
    value_format : function
        How a share is written.
    alt, caption : str
        As in `charts.trend`.
    """
    share, low, high = (frame[name].to_numpy(dtype=float) for name in ("share", "low", "high"))
    chosen = frame["chosen"].to_numpy(dtype=bool)

    def draw(width: float) -> Drawing:
        figure = drawing(width, 0.6 + 0.29 * len(frame))
        axes = figure.subplots()
        at = np.arange(len(frame))
        colours = np.where(chosen, BLUE, GREY)
        axes.hlines(at, low, high, color=colours, linewidth=1.6)
        for filled in (True, False):
            rows = chosen == filled
            face = BLUE if filled else "white"
            edge = BLUE if filled else GREY
            axes.scatter(share[rows], at[rows], s=34, facecolor=face, edgecolor=edge, linewidth=1.3, zorder=3)
        for y, value in enumerate(share):
            beside(axes, float(high[y]), y, value_format(float(value)), TEXT)
        row_labels(axes, [str(label) for label in frame["label"]], width)
        axes.set_xlim(-0.03, 1.16)
        axes.set_xticks([0, 0.2, 0.5, 0.8, 1.0], [value_format(x) for x in (0, 0.2, 0.5, 0.8, 1.0)])
        axes.axvspan(0.2, 0.8, color=GREY, alpha=0.08, linewidth=0)
        return figure

    return figure_block(draw, alt, caption)

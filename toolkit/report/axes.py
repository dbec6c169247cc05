"""What the figures share: labels folded to the space they have, ticks that read well, names beside marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import MaxNLocator

from toolkit.report.blocks import Figure
from toolkit.report.look import NARROW, TEXT, WIDE, svg

Format = Callable[[float], str]
LETTERS_PER_INCH = 13  # of the figures' type at 9 points, Latin; a Chinese character takes two
# What stays together on a line: a year, month or quarter in Chinese, one Chinese character, a Latin word (or
# its part up to a hyphen), blanks.
_PIECES = re.compile(r"\d+年|\d+月|第.{1,2}季度|[\u2E80-\uFFEF]|[^\s\u2E80-\uFFEF-]+-?|\s+|-")


def figure_block(draw: Callable[[float], Drawing], alt: str, caption: str) -> Figure:
    """A drawing for a page and for a telephone as one block; `draw` takes the width in inches."""
    return Figure(svg(draw(WIDE), alt), alt, caption, svg(draw(NARROW), alt))


def span(label: str) -> int:
    """A label's width in Latin letters; a Chinese character counts as two."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in label)


def folded(label: str, most: int) -> str:
    """A label over as few lines of at most `most` letters as it takes, of about equal length.

    A Chinese character counts as two letters; Latin words are not broken.

    Examples
    --------
    >>> folded("New-customer conversion", 14)
    'New-customer\\nconversion'
    >>> folded("新客户转化率", 8)
    '新客户\\n转化率'
    """
    count = -(-span(label) // max(2, most))
    aim = -(-span(label) // max(1, count))
    if span(label) > len(label):
        aim += aim % 2  # whole Chinese characters
    lines = [""]
    for piece in _PIECES.findall(label):
        over = span((lines[-1] + piece).rstrip()) - aim
        # A Latin word may stick out by a quarter of the line: better than a line more.
        if lines[-1].strip() and piece.strip() and over > (0 if span(piece) > len(piece) else aim * 0.25):
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.strip() for line in lines)


def words(
    axes: Axes, text: str, at: tuple, offset: tuple[float, float], *, on: Any = "data", **style: Any
) -> None:
    """Words at a place of the data (`on` says otherwise), moved by an offset in points."""
    axes.annotate(text, at, offset, xycoords=on, textcoords="offset points", **{"fontsize": 9, **style})


def row_labels(axes: Axes, labels: Sequence[str], width: float) -> None:
    """Names of rows at the left, the first on top."""
    most = 30 if width == WIDE else 16
    axes.set_yticks(range(len(labels)), [folded(str(label), most) for label in labels])
    axes.tick_params(axis="y", labelcolor=TEXT, labelsize=9.5)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.grid(axis="y", visible=False)
    axes.spines["left"].set_visible(False)


def value_ticks(axis: Axis, value_format: Format, most: int) -> None:
    """Round ticks inside the axis, as many as have labels that differ; call after everything is drawn."""
    low, high = sorted(axis.get_view_interval())
    axis.axes.set_autoscale_on(False)
    for count in range(most, 0, -1):
        at = MaxNLocator(count, steps=[1, 2, 5, 10]).tick_values(low, high)
        at = [value for value in at if low <= value <= high]
        labels = [value_format(value) for value in at]
        if len(set(labels)) == len(labels):
            break
    axis.set_ticks(at, labels)


def period_ticks(axes: Axes, labels: Sequence[str], width: float) -> None:
    """Names of periods below, every one or every second, third, sixth … so that none runs into the next."""
    room = int((width - 1.6) * LETTERS_PER_INCH)
    for every in (1, 2, 3, 4, 6, 12, 24):
        at = range(0, len(labels), every)
        each = room // max(1, len(at)) - 1
        shown = [folded(labels[i], max(each, 4)) for i in at]
        if max((span(line) for label in shown for line in label.split("\n")), default=0) <= each:
            break
    axes.set_xticks(list(at), shown)


def beside(axes: Axes, x: float, y: float, label: str, colour: str = TEXT) -> None:
    """A value just right of the end of a bar."""
    words(axes, label, (x, y), (5, 0), va="center", color=colour)


def bare_values(axes: Axes) -> None:
    """No value axis: every bar has its value beside it."""
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.axvline(0, color="#b8bfcc", linewidth=0.8)

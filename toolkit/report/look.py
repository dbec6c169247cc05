"""How figures look: one style, a font with Chinese, and drawings that come out the same byte for byte."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from html import escape
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure as Drawing

from toolkit.assets import asset
from toolkit.report.font import FAMILY, FONT

WIDE, NARROW = 7.6, 4.3  # inches: a column of 780 px, a telephone of 360 px

INK, TEXT, SOFT, GREY, PALE = "#1f2a44", "#2c3447", "#566074", "#8b93a3", "#e3e7ee"
BLUE, ORANGE, TEAL = "#2f6db5", "#b8660f", "#1d7f74"
SERIES = ("#2f6db5", "#b8660f", "#2a8478", "#7d5fa8", "#b5495b", "#707887")  # told apart by the colour-blind

_STACKS = {"zh": [FAMILY, "DejaVu Sans"], "en": ["DejaVu Sans", FAMILY]}
_COORDINATES = re.compile(r'\b(?:d|x|y|points)="[^"]*"|\btranslate\([^)]*\)')
_NUMBER = re.compile(r"-?\d+\.\d{3,}")


@contextmanager
def styled(language: str) -> Iterator[None]:
    """Draw in the toolkit's style and in a font that has the language's characters.

    matplotlib's settings are the process's own: draw in one thread at a time.

    Parameters
    ----------
    language : str
        en draws in DejaVu Sans and takes Chinese from the toolkit's font; zh draws all in the toolkit's font.
    """
    _register()
    # From a file matplotlib starts at its own defaults, so the user's matplotlibrc changes nothing.
    style = asset("templates", "report", "kpi.mplstyle")
    own: Any = {"font.family": _STACKS[language], "svg.fonttype": "path", "svg.hashsalt": "kpi"}
    with mpl.rc_context(fname=style), mpl.rc_context(own):
        yield


def drawing(width: float, height: float) -> Drawing:
    """An empty matplotlib figure, in inches, that needs no screen and lets its contents fill it."""
    return Drawing(figsize=(width, height), layout="constrained")


def svg(figure: Drawing, alt: str) -> str:
    """A matplotlib figure as one `<svg>` element for a page.

    Its ids are its own (several drawings stand in one page), coordinates are cut to hundredths of a point,
    and comments and dates are left out, so that the same data give the same text.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The drawing.
    alt : str
        What it says, for those who cannot see it; escaped here.
    """
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    raw = buffer.getvalue()
    raw = raw[raw.index("<svg") :].rstrip()
    raw = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", raw, flags=re.DOTALL)
    raw = re.sub(_COORDINATES, lambda found: _NUMBER.sub(_short, found[0]), raw)
    raw = re.sub(r"\s*\n\s*", "\n", raw)
    size = re.search(r'viewBox="[^"]*"', raw)
    body = _own_ids(raw[raw.index(">") + 1 :])
    label = escape(alt, quote=True)
    namespaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<svg {namespaces} {size[0] if size else ""} role="img" aria-label="{label}">{body}'


def missing_glyphs(text: str) -> set[str]:
    """The characters of a text that neither font of the figures has.

    Examples
    --------
    >>> missing_glyphs("达成率 ≥ 80 % 王喆"), missing_glyphs("𠮷")
    (set(), {'𠮷'})
    """
    return {char for char in text if char.isprintable() and ord(char) not in _drawable()}


def _own_ids(body: str) -> str:
    """Prefix the ids in use with the drawing's own mark, and drop those that nothing refers to."""
    mark = "f" + hashlib.sha256(body.encode()).hexdigest()[:8]
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', body))
    body = re.sub(
        r' id="([^"]*)"', lambda found: f' id="{mark}-{found[1]}"' if found[1] in used else "", body
    )
    return re.sub(r'(href="#|url\(#)', rf"\g<1>{mark}-", body)


def _short(found: re.Match[str]) -> str:
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".")


@cache
def _register() -> None:
    font_manager.fontManager.addfont(asset(*FONT))


@cache
def _drawable() -> frozenset[int]:
    _register()
    paths = (font_manager.findfont(family) for family in (FAMILY, "DejaVu Sans"))
    return frozenset(code for path in paths for code in font_manager.get_font(path).get_charmap())

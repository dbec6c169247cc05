"""The toolkit's Chinese font: a subset of Noto Sans CJK SC for figures, cut further down for each page."""

from __future__ import annotations

import base64
import io
from functools import lru_cache

from toolkit.assets import asset

FAMILY = "KPI Noto Sans SC"
FONT = ("templates", "report", "fonts", "NotoSansCJKsc-GB2312.otf")


@lru_cache(maxsize=4)
def font_subset(characters: str) -> str:
    """The repository's font cut down to some characters, as WOFF2 in base64; blank when none is asked for.

    Characters that the font lacks are left out: the reader's own fonts may have them.
    """
    if not characters:
        return ""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(flavor="woff2", hinting=False, layout_features=[], notdef_outline=True)
    with TTFont(asset(*FONT), lazy=True, recalcTimestamp=False) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=characters)
        subsetter.subset(font)
        font.flavor = "woff2"
        buffer = io.BytesIO()
        font.save(buffer)
    return base64.b64encode(buffer.getvalue()).decode("ascii")

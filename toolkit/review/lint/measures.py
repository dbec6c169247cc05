"""M: which measures a scheme has."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.review.lint.look import Hit, Look, rule


@rule("M01")
def too_few_kpis(look: Look) -> Iterator[Hit]:
    """Fewer measures with a weight than the article advises for a scorecard."""
    n, least = sum(m.weight > 0 for m in look.scheme.measures), int(look.limits["least"])
    if n < least:
        yield Hit("measures", {"n": n, "least": least, "most": int(look.limits["most"])})

"""Returned judgements made by hand, as the forms' reader gives them."""

from __future__ import annotations

import pandas as pd

from toolkit.design.ask.weighing import Judgements

SCHEME = "field_sales@2026-01"
MEASURES = ("revenue", "visits", "conversion", "satisfaction")


def judgements(*forms: tuple[str, str, str, object], scheme: str = SCHEME) -> Judgements:
    """Forms as (respondent, role, method, answers): pairs {(a, b): ratio} or values {measure: value}.

    Best-worst answers are two mappings: best to others, others to worst, with the measures' own 1.
    """
    returned, pairs, values = [], [], []
    for who, role, method, answers in forms:
        returned.append((f"{who}.xlsx", who, f"name of {who}", role, method, scheme, 4, 4))
        if method == "pairwise":
            pairs += [(who, method, a, b, float(r), "pair", scheme) for (a, b), r in answers.items()]  # type: ignore[attr-defined]
        elif method == "best_worst":
            over, under = answers  # type: ignore[misc]
            best, worst = _ones(over), _ones(under)
            pairs += [(who, method, best, m, float(r), "best", scheme) for m, r in over.items() if m != best]
            pairs += [
                (who, method, m, worst, float(r), "worst", scheme) for m, r in under.items() if m != worst
            ]
        else:
            values += [(who, method, m, float(v), scheme) for m, v in answers.items()]  # type: ignore[attr-defined]
    heads = ["form", "respondent", "name", "role", "method", "scheme", "asked", "answered"]
    return Judgements(
        returned=pd.DataFrame(returned, columns=heads),
        pairs=pd.DataFrame(
            pairs, columns=["respondent", "method", "first", "second", "ratio", "kind", "scheme"]
        ),
        values=pd.DataFrame(values, columns=["respondent", "method", "measure", "value", "scheme"]),
        forms=(),
        blank=pd.DataFrame(columns=["respondent", "method", "first", "second", "scheme"]),
    )


def _ones(answers: dict[str, float]) -> str:
    return next(m for m, v in answers.items() if v == 1)


def shared_out(*points: float) -> dict[str, float]:
    """100 points over the sample's four measures."""
    return dict(zip(MEASURES, points, strict=True))

"""A screening's findings for many KPIs at once: luck, what follows from others, what is not judged."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from toolkit.design.screen.screen import Screening
from toolkit.design.screen.words import Kpis, named, reason, shown_vif
from toolkit.language import listed, number, text


def lucky(found: Screening, kpis: Kpis, language: str) -> list[str]:
    """KPIs whose differences between people are mostly or partly luck, a line a length of period."""
    tests = found.tests[found.tests["test"].isin(["reliability", "quarterly_reliability"])]
    tests = tests[tests["verdict"].isin(["fail", "warn"])]
    groups: dict[tuple[str, str, tuple[str, ...]], list[pd.DataFrame]] = {}
    for (verdict, grain, _), rows in _by(tests, ["verdict", "grain", "kpi"]):
        tried = tuple(sorted(rows["test"], reverse=True))  # the single period before the mean of a quarter
        groups.setdefault((verdict, grain, tried), []).append(rows)
    lines = []
    for (verdict, grain, tried), parts in sorted(groups.items(), key=lambda g: g[0]):
        rows = pd.concat(parts)
        keys = [f"screen.{'single' if test == 'reliability' else 'mean'}.{grain}" for test in tried]
        people = sorted({number(n, language) for n in rows["people"]}, key=lambda n: (len(n), n))
        span = people[0] if len(people) == 1 else text("screen.to", language, low=people[0], high=people[-1])
        names = listed([named(k, kpis, language) for k in rows["kpi"].unique()], language)
        single = listed([text(key, language) for key in keys], language)
        lines.append(text(f"screen.group.{verdict}", language, single=single, people=span, kpis=names))
    return lines


def following(found: Screening, kpis: Kpis, language: str) -> list[str]:
    """KPIs that follow largely from all the others together, with their VIF."""
    rows = found.vif[found.vif["verdict"].isin(["warn", "fail"])].to_dict("records")
    names = [
        text("screen.group.each", language, kpi=named(r["kpi"], kpis, language), vif=shown_vif(r, language))
        for r in rows
    ]
    return [text("screen.group.vif", language, kpis=listed(names, language))] if names else []


def refusals(found: Screening, kpis: Kpis, language: str) -> list[str]:
    """What was not judged, a line a test and reason, with the KPIs it concerns; of pairs how many."""
    lacking = found.tests[found.tests["verdict"] == "not_enough_data"]
    told = [(text(f"screen.test.{t}", language), w, r["kpi"]) for (t, w), r in _by(lacking, ["test", "why"])]
    alike = found.vif[found.vif["verdict"] == "not_enough_data"]
    told += [(text("screen.test.vif", language), w, rows["kpi"]) for (w,), rows in _by(alike, ["why"])]
    lines = [
        text(
            "screen.bracket",
            language,
            a=test,
            b=listed([named(k, kpis, language) for k in ids.unique()], language),
        )
        for test, _, ids in told
    ]
    pairs = found.pairs[found.pairs["verdict"] == "not_enough_data"]
    counted = [(w, len(rows)) for (w,), rows in _by(pairs, ["why"])]
    lines += [text("screen.test.pairs", language, n=number(n, language)) for _, n in counted]
    reasons = [*(why for _, why, _ in told), *(why for why, _ in counted)]
    return [
        text("screen.because", language, said=line, why=reason(why, language))
        for line, why in zip(lines, reasons, strict=True)
    ]


def _by(frame: pd.DataFrame, columns: list[str]) -> Iterator[tuple[tuple[str, ...], pd.DataFrame]]:
    for key, rows in frame.groupby(columns, sort=False):
        yield tuple(map(str, key if isinstance(key, tuple) else (key,))), rows

"""Appraisals made from plain numbers, and the arithmetic of their statements, computed again."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.appraise.pay_cases import records
from tests.report.client import SCHEME, engagement, person
from tests.scheme.everything import KPIS
from toolkit.appraise.appraisal import Appraisal
from toolkit.appraise.grade import graded
from toolkit.appraise.pay import statements
from toolkit.appraise.records import NONE, Records
from toolkit.appraise.score import score
from toolkit.appraise.targets import set_targets
from toolkit.data.load import load_engagement
from toolkit.report.statement.explain import Explanation, explain
from toolkit.scheme import Schemes, build_scheme

__all__ = ["appraised", "grid", "measure", "person", "plan", "proved", "records", "told"]

Values = Mapping[tuple[str, str], Iterable[float]]
MONTHS = [f"2026-{m:02d}" for m in range(1, 13)]
PROPORTIONAL = {"proportional": {"from": 0.0, "cap": 1.5}}


def measure(
    name: str, kpi: str, weight: float, target: Any = None, scoring: Any = None, **more: Any
) -> dict[str, Any]:
    """A measure as plain data, scored in proportion unless said otherwise."""
    given = {"name": name, "kpi": kpi, "weight": weight, "scoring": scoring or PROPORTIONAL} | more
    return given if target is None else given | {"target": target}


SALES = measure("sales", "net_sales", 0.6, {"fixed": 1000, "per": "month"})
CASH = measure("cash", "collection_rate", 0.4, {"fixed": 0.8})


def plan(*measures: Any, **more: Any) -> dict[str, Any]:
    """A scheme scored and paid by month, on sales and cash unless measures are given."""
    given = {k: v for k, v in SCHEME.items() if k != "pay"} | {
        "measures": list(measures or (SALES, CASH)),
        "pay_every": "month",
        "pay": {"curve": {"x": "score", "points": [[60, 0.0], [100, 1.0], [120, 1.5]]}},
    }
    return given | more


def grid(values: Values, level: str = "individual", first: str = "2026-01") -> pd.DataFrame:
    """A panel of (unit, KPI) → values from the period `first` on; a pair is a division, NaN is missing."""
    start, rows = MONTHS.index(first), []
    for (who, kpi), listed in values.items():
        for at, value in enumerate(listed, start):
            top, bottom = value if isinstance(value, tuple) else (value, np.nan)
            number = value if np.isnan(bottom) else top / bottom if bottom else np.nan
            rows.append((who, level, MONTHS[at], kpi, top, bottom, number))
    columns = ["participant", "level", "period", "kpi", "numerator", "denominator", "value"]
    table = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[4:], "float64"))
    why = np.where(table["denominator"] == 0, "zero_denominator", "no_rows_in_period")
    missing = np.where(table["value"].isna(), why, "")
    names = dict.fromkeys(columns[:4], "str")
    return table.astype(names).assign(exposure=1.0, rows=3.0, missing=pd.Series(missing, dtype="str"))


def appraised(
    folder: Path,
    scheme: dict[str, Any] | list[dict[str, Any]],
    panel: pd.DataFrame,
    people: list[dict[str, Any]] | None = None,
    given: Records = NONE,
    targets: list[tuple[str, str, str, float]] | None = None,
) -> Appraisal:
    """All stages on a panel, roster and records written by hand."""
    roster = people or [person(at) for at in (1, 2)]
    schemes = scheme if isinstance(scheme, list) else [scheme]
    client = load_engagement(engagement(folder / "c", roster))
    client = dataclasses.replace(client, kpis=KPIS | dict(client.kpis))
    if targets is not None:
        table = pd.DataFrame(targets, columns=["participant", "period", "kpi", "target"])
        client = dataclasses.replace(client, targets=table)
    held = Schemes(tuple(build_scheme(one) for one in schemes), client.calendar, client.kpis)
    staff = client.participants
    frozen = set_targets(held, panel, client.targets, staff)
    card = score(held, panel, frozen, staff, given)
    scores, steps = graded(held, card, given, staff)
    paid = statements(held, card, scores, staff, given)
    whole = (panel, frozen, card, steps, scores)
    return Appraisal(client, held, given, *whole, *(getattr(paid, f.name) for f in dataclasses.fields(paid)))


def told(
    appraisal: Appraisal, who: str = "p001", period: str = "2026-01", language: str = "en"
) -> Explanation:
    """A statement whose arithmetic was computed again, and whose page could be made."""
    found = explain(appraisal, who, period, language, rows=False)
    proved(found)
    page = found.page()
    for text in (str(found), page):
        assert not re.search(r"\bnan\b|NaN|<NA>|None\b|NaT", text.partition("<main")[2] or str(found))
    return found


def proved(found: Explanation) -> int:
    """Compute every sum and equation of the steps again; how many there were."""
    count = 0
    for step in found.steps.to_dict("records"):
        chains = _chains(step["how"])
        for at, chain in enumerate(chains):
            last = at == len(chains) - 1 and step["value"] != "–" and "=" not in chain
            sides = [*chain.split("="), *([_plain(step["value"])] if last else [])]
            if len(sides) < 2:
                continue
            worth = [_worth(side) for side in sides]
            for side, left, right in zip(sides[1:], worth, worth[1:], strict=False):
                assert math.isclose(left, right, rel_tol=1e-9, abs_tol=_half(side)), (
                    step,
                    chain,
                    left,
                    right,
                )
                count += 1
    return count


def _plain(words: str) -> str:
    """Numbers and signs as a program writes them; a percentage as its division."""
    words = words.replace("−", "-").replace("\u00a0", " ")
    words = re.sub(r"(?<=\d),(?=\d{3})", "", words)
    return re.sub(r"([\d.]+) ?%", r"(\1/100)", words.replace("×", "*").replace("÷", "/"))


def _chains(how: str) -> list[str]:
    """The stretches of a sentence that hold numbers, operators and brackets alone, at least one operator."""
    found = []
    how = re.sub(r"[\d.,()%×÷+− ]+≈", ";", how)
    for stretch in re.findall(r"[\d.()+\-*/= ]+", _plain(how).replace("（", ";").replace("）", ";")):
        chain = stretch.strip(" .=")
        while chain.count("(") > chain.count(")"):
            chain = (
                chain.rsplit("(", 1)[0].strip() if chain.rstrip().endswith("(") else chain.partition("(")[2]
            )
        while chain.count(")") > chain.count("("):
            chain = chain.rpartition(")")[0].strip()
        if re.search(r"\d\)* [+\-*/=] \(*-?\(*[\d]", chain):
            found.append(chain.strip(" ="))
    return found


def _worth(side: str) -> float:
    return float(eval(side, {"__builtins__": {}}))  # digits, operators and brackets alone


def _half(side: str) -> float:
    """Half of the last digit shown."""
    share = re.fullmatch(r"\s*-?\(([\d.]+)/100\)\s*", side)
    digits = share[1] if share else side.strip()
    return 0.5000001 * 10.0 ** -(len(digits.partition(".")[2]) + (2 if share else 0))

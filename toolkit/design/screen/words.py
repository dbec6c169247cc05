"""A screening in words: a table a KPI, a sentence a finding, and what the data could not tell."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from toolkit.catalogue.kpi import Kpi
from toolkit.design.screen.rows import worst
from toolkit.design.screen.screen import Screening
from toolkit.language import has_text, number, percent, pick, text

COLUMNS = ("kpi", "size", "coverage", "reliability", "months", "control", "leads", "overlap", "vif")
_HALF = {
    (False, 1): 0.05,
    (True, 0): 0.005,
    (False, 0): 0.5,
    (False, 2): 0.005,
}  # what rounds to 0 is under it
_LONGEST = 36  # months beyond which a number would claim more than it knows
Kpis = Mapping[str, Kpi]


def summary(found: Screening, kpis: Kpis, language: str) -> pd.DataFrame:
    """One row a KPI: what each test says, in short.

    Returns
    -------
    DataFrame
        kpi (its name), size (people × periods), coverage, reliability, months, control, leads, overlap, vif:
        all texts; `verdict`, the gravest of coverage, reliability and overlap.
    """
    rows = [_line(found, name, kpis, language) for name in found.tests["kpi"].unique()]
    return pd.DataFrame(rows, columns=[*COLUMNS, "verdict"]).astype("str")


def _line(found: Screening, name: str, kpis: Kpis, language: str) -> dict[str, str]:
    own = found.tests[found.tests["kpi"] == name]
    single = {r["test"]: r for r in own[own["result"] == ""].to_dict("records")}
    inflated = found.vif[found.vif["kpi"] == name].to_dict("records")
    overlap = found.pairs[(found.pairs[["kpi_a", "kpi_b"]] == name).any(axis=1)]
    overlap = overlap[overlap["verdict"].isin(["warn", "fail"])]
    others = [b if a == name else a for a, b in zip(overlap["kpi_a"], overlap["kpi_b"], strict=True)]
    leads = own[(own["test"] == "lead_lag") & (own["verdict"] == "ok")]["result"]
    judged = [single[t]["verdict"] for t in ("coverage", "reliability") if t in single]
    join = text("phrase.join", language)
    return {
        "kpi": named(name, kpis, language),
        "size": _size(single["coverage"], language),
        "coverage": _judged(single["coverage"], _share(single["coverage"]["value"], language), language),
        "reliability": _band(single["reliability"], language),
        "months": _months(single["reliability"], language),
        "control": _control(single["control"], language),
        "leads": join.join(named(r, kpis, language) for r in leads) or "–",
        "overlap": join.join(named(o, kpis, language) for o in others) or "–",
        "vif": shown_vif(inflated[0], language) if inflated else "–",
        "verdict": worst([*judged, *overlap["verdict"]]),
    }


def _size(row: Mapping[Any, Any], language: str) -> str:
    if not row["people"] > 0:
        return "–"
    return text("screen.size", language, **{k: number(row[k], language) for k in ("people", "periods")})


def shown_vif(row: Mapping[Any, Any], language: str) -> str:
    if math.isnan(row["vif"]):
        return "∞" if row["verdict"] == "fail" else "–"
    return number(row["vif"], language, 1)


def _judged(row: Mapping[Any, Any], said: str, language: str) -> str:
    """What was found with its verdict; the verdict alone where there is no number, none where it is fine."""
    verdict = text(f"screen.verdict.{row['verdict']}", language)
    if row["verdict"] == "not_enough_data":
        return verdict
    return said if row["verdict"] == "ok" else text("screen.with_words", language, a=said, b=verdict)


def _share(x: float, language: str) -> str:
    """In per cent, with a decimal where something is lacking: 94.9 % is not the 95 % asked for."""
    return percent(x, language, 0 if x in (0.0, 1.0) else 1)


def _band(row: Mapping[Any, Any], language: str) -> str:
    if row["verdict"] == "not_enough_data":
        return text("screen.verdict.not_enough_data", language)
    band = text(f"screen.band.{row['verdict']}", language)
    return text("screen.bracket", language, a=band, b=_range(row, language, 1))


def _range(row: Mapping[Any, Any], language: str, digits: int = 0, *, shares: bool = False) -> str:
    """From low to high; one number where both are the same, and "under" where both would be shown as 0."""

    def said(x: float, digits: int) -> str:
        return percent(x, language, digits) if shares else number(x, language, digits)

    low, high = (said(row[k], digits) for k in ("low", "high"))
    if low == high:
        nought = low == said(0.0, digits)
        return text("screen.under", language, n=said(_HALF[shares, digits], digits + 1)) if nought else low
    return text("screen.to", language, low=low, high=high)


def _months(row: Mapping[Any, Any], language: str) -> str:
    """How many months a judgement takes, never to a month where the range is open."""
    if row["verdict"] == "not_enough_data":
        return "–"
    middle, low, high = (_ceiled(row[k]) for k in ("months_needed", "months_low", "months_high"))
    if low > _LONGEST:
        return text("screen.beyond", language, n=_LONGEST)
    said = {"n": number(middle, language), "low": number(low, language)}
    if high > _LONGEST:
        return text("screen.about" if middle <= _LONGEST else "screen.least", language, **said)
    span = text("screen.to", language, low=said["low"], high=number(high, language))
    return said["n"] if low == high else text("screen.bracket", language, a=said["n"], b=span)


def _ceiled(months: float) -> float:
    return math.inf if math.isnan(months) else max(math.ceil(months), 1)


def _control(row: Mapping[Any, Any], language: str) -> str:
    if math.isnan(row["value"]):
        return text("screen.verdict.not_enough_data", language)
    said = text(
        "screen.bracket", language, a=percent(row["value"], language), b=_range(row, language, shares=True)
    )
    return said + ("*" if row["why"] == "screen.joint" else "")


def named(name: str, kpis: Kpis, language: str) -> str:
    """A KPI's name in a language, its id where it has none."""
    return pick(kpis[name].name, language) if name in kpis and kpis[name].name else name


def reason(why: str, language: str) -> str:
    """Why a verdict is what it is; '' where nothing is to be said."""
    if not why:
        return ""
    key = why if "." in why else f"screen.blank.{why}"
    return text(key if has_text(key) else "screen.blank.blank", language)


def sentence(row: Mapping[Any, Any], kpis: Kpis, language: str, unit: str = "team") -> str:
    """What a row of `tests` says, with its numbers, its n and the reason of its verdict.

    Parameters
    ----------
    row : mapping
        Of `Screening.tests`.
    unit : str
        What places are: team or region.
    """
    if math.isnan(row["value"]):
        return reason(row["why"], language)
    said = _SAY[row["test"]](row, kpis, language, unit)
    why = reason(row["why"], language)
    return text("screen.because", language, said=said, why=why) if why else said


def _say_coverage(row: Mapping[Any, Any], kpis: Kpis, language: str, unit: str) -> str:
    return text(
        "screen.say.coverage", language, share=_share(row["value"], language), n=number(row["n"], language),
        cells=text(f"screen.cell.{row['grain']}", language), range=_range(row, language, shares=True),
        zero=percent(row["zero"], language),
    )  # fmt: skip


def _say_blanks(row: Mapping[Any, Any], kpis: Kpis, language: str, unit: str) -> str:
    value, side = row["value"] * 100, "lower" if row["value"] < 0 else "higher"
    hundred = {"low": row["low"] * 100, "high": row["high"] * 100}
    return text(
        "screen.say.missing_at_random", language, period=text(f"screen.next.{row['grain']}", language),
        value=number(abs(value), language), side=text(f"screen.say.{side}", language),
        range=_range(hundred, language), n=number(row["n"], language), people=number(row["people"], language),
        p=_chance(row["p_value"], language),
    )  # fmt: skip


def _chance(p: float, language: str) -> str:
    return ("<" if p < 0.001 else "") + number(max(p, 0.001), language, 3)


def _say_reliability(row: Mapping[Any, Any], kpis: Kpis, language: str, unit: str) -> str:
    return text(
        f"screen.say.{row['test']}", language, single=text(f"screen.single.{row['grain']}", language),
        band=text(f"screen.band.{row['verdict']}", language), value=number(row["value"], language, 1),
        range=_range(row, language, 1), people=number(row["people"], language),
        periods=number(row["periods"], language), months=_months(row, language),
    )  # fmt: skip


def _say_control(row: Mapping[Any, Any], kpis: Kpis, language: str, unit: str) -> str:
    shares = {k: percent(row[f"share_{k}"], language) for k in ("place", "period", "rest")}
    key = "screen.say.joint" if row["why"] == "screen.joint" else "screen.say.control"
    return text(
        key, language, person=percent(row["value"], language), range=_range(row, language, shares=True),
        unit=text(f"screen.unit.{unit}", language), people=number(row["people"], language), **shares,
    )  # fmt: skip


def _say_lead(row: Mapping[Any, Any], kpis: Kpis, language: str, unit: str) -> str:
    lags = text(
        f"screen.lag{'s' if row['lags'] > 1 else ''}.{row['grain']}",
        language,
        n=number(row["lags"], language),
    )
    names = {key: named(row[key], kpis, language) for key in ("kpi", "result")}
    return text(
        "screen.say.lead_lag", language, **names, value=number(row["value"], language, 1),
        range=_range(row, language, 1), lags=lags,
        people=number(row["people"], language), periods=number(row["periods"], language),
        p=_chance(row["p_value"], language), adjusted=_chance(row["p_adjusted"], language),
    )  # fmt: skip


_SAY = {
    "coverage": _say_coverage,
    "missing_at_random": _say_blanks,
    "reliability": _say_reliability,
    "quarterly_reliability": _say_reliability,
    "own_trend_reliability": _say_reliability,
    "control": _say_control,
    "lead_lag": _say_lead,
}


def pair_sentence(row: Mapping[Any, Any], kpis: Kpis, language: str) -> str:
    """What a row of `pairs` says: correlations, the link by formula, the reason of the verdict."""
    a, b = (named(row[k], kpis, language) for k in ("kpi_a", "kpi_b"))
    if math.isnan(row["overall"]):
        said = text("screen.say.pair_blank", language, a=a, b=b)
    else:
        numbers = {k: number(row[k], language, 2) for k in ("overall", "between", "within")}
        said = text(
            "screen.say.pair", language, a=a, b=b, range=_range(row, language, 2),
            n=number(row["n"], language), cells=text(f"screen.cell.{row['grain']}", language), **numbers,
        )  # fmt: skip
    third = named(row["third"], kpis, language)
    relation = text(f"screen.relation.{row['relation']}", language, third=third) if row["relation"] else ""
    why = _distinct([relation, reason(row["why"], language)])
    join = "；" if language == "zh" else "; "
    return text("screen.because", language, said=said, why=join.join(why)) if why else said


def _distinct(parts: Iterable[str]) -> list[str]:
    return [part for part in dict.fromkeys(parts) if part]

"""The contract of a report's deliverables, read from the files alone: what other programs may rely on.

Nothing of the toolkit is used here, so that a fault in its tables cannot hide in its own reading of them.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

Row = dict[str, str]
Tables = dict[str, list[Row]]

COLUMNS = {
    "panel": "participant level period kpi numerator denominator value exposure rows",
    "targets": "scheme participant period measure target hit_probability low high basis",
    "scorecard": "scheme participant period measure kpi target actual attainment score weight points missing",
    "scores": "scheme participant period points_total adjustment score grade rank",
    "payouts": "scheme participant period target_incentive payout_ratio credited rate base_payout "
    "adjustments payout",
    "adjustments": "scheme participant period step amount reason",
    "findings": "code severity scheme where message advice",
    "score_steps": "scheme participant period step name quantity value amount",
    "components": "scheme participant period component measure share read ratio credited rate amount",
    "alerts": "participant period kpi probability severity message",
    "recognition": "period award participant evidence",
    "development": "participant kpi gap probability priority action",
    "weights": "scheme measure nominal effective_share calibrated low high",
    "effects": "kpi design estimate low high level p_value evidence n_treated n_comparison claim",
}
KEYS = {
    "weights": "scheme measure",
    "panel": "participant level period kpi",
    "targets": "scheme participant period measure",
    "scorecard": "scheme participant period measure",
    "scores": "scheme participant period",
    "payouts": "scheme participant period",
}
WORDS = """participant level period kpi scheme measure missing basis grade step reason code severity where
message advice design evidence claim group team unit
component name kind severity refused award result priority action owner skill check_on concerns deal author at
item with note rater quantity happened_on
    test grain flag verdict why kind category chosen standing accepted"""
MONEY = re.compile(r"-?\d+\.\d{2}")
PERIOD = re.compile(r"\d{4}(-(0[1-9]|1[0-2])|-Q[1-4]|-H[12])?")
LARGEST_PAGE = 3_000_000


def read(out: Path) -> Tables:
    """The tables of a report's folder, each cell as it stands."""
    tables = {}
    for path in sorted((out / "tables").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            tables[path.stem] = list(csv.DictReader(file, restkey="beyond", restval="short"))
    return tables


def number(cell: str) -> float | None:
    """The number in a cell, None for a blank."""
    return float(cell) if cell else None


def key(row: Row, columns: str) -> tuple[str, ...]:
    return tuple(row[column] for column in columns.split())


def faults(out: Path, engagement: Path, language: str) -> list[str]:
    """Everything in a report's folder that breaks the contract."""
    tables = read(out)
    missing = [f"{name}.csv is missing" for name in COLUMNS if name not in tables]
    if missing:
        return missing
    unreadable = [*_files(out, tables), *_cells(tables)]
    return unreadable or [
        *_panel(tables["panel"]),
        *_scorecards(tables),
        *_payouts(tables),
        *_effects(tables["effects"]),
        *_weights(tables["weights"]),
        *_manifest(out, engagement),
        *_page(out / "report.html", language),
    ]


def _files(out: Path, tables: Tables) -> Iterable[str]:
    """Byte-order mark, the agreed columns in the agreed names, each key once."""
    for name, columns in COLUMNS.items():
        content = (out / "tables" / f"{name}.csv").read_bytes()
        if not content.startswith(b"\xef\xbb\xbf"):
            yield f"{name}: no byte-order mark"
        header = content.decode("utf-8-sig").splitlines()[0].split(",")
        yield from (f"{name}: no column {column}" for column in columns.split() if column not in header)
        keys = [key(row, KEYS[name]) for row in tables[name]] if name in KEYS else []
        if len(keys) != len(set(keys)):
            yield f"{name}: a key stands twice"


def _cells(tables: Tables) -> Iterable[str]:
    """No formula, no number that is none, periods by their names."""
    for name, rows in tables.items():
        for row in rows:
            if "beyond" in row or "short" in row.values():
                yield f"{name}: a row that does not fit the header"
                continue
            if not PERIOD.fullmatch(row.get("period", "2026")):
                yield f"{name}: period {row['period']}"
            for column, cell in row.items():
                is_number = re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", cell) is not None
                if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not is_number:
                    yield f"{name}.{column}: looks like a formula: {cell[:40]}"
                if column not in WORDS.split() and cell and not is_number:
                    yield f"{name}.{column}: no number: {cell[:40]}"


def _panel(rows: list[Row]) -> Iterable[str]:
    """A value is numerator over denominator, or says why there is none."""
    for row in rows:
        top, bottom, value = (number(row[c]) for c in ("numerator", "denominator", "value"))
        if (value is None) == (row["missing"] == ""):
            yield f"panel: a value and a reason why there is none: {key(row, KEYS['panel'])}"
        if value is not None and top is not None:
            expected = top / bottom if bottom else top
            if bottom == 0 or not math.isclose(value, expected, rel_tol=1e-9, abs_tol=1e-9):
                yield f"panel: value is not numerator over denominator: {key(row, KEYS['panel'])}"


def _scorecards(tables: Tables) -> Iterable[str]:
    """Points are score × weight, weights sum to 1, actuals are the panel's, scores the sum of points."""
    measured = {key(row, KEYS["panel"]): row["value"] for row in tables["panel"]}
    targets = {key(row, KEYS["targets"]): row["target"] for row in tables["targets"]}
    weights: dict[tuple[str, ...], float] = defaultdict(float)
    points: dict[tuple[str, ...], float] = defaultdict(float)
    for row in tables["scorecard"]:
        spot = key(row, KEYS["scores"])
        weights[spot] += float(row["weight"])
        points[spot] += float(row["points"] or 0)
        product = float(row["score"] or 0) * float(row["weight"])
        if not row["points"] and not row["missing"]:
            yield f"scorecard: no points and no reason: {spot}"
        if row["points"] and not math.isclose(float(row["points"]), product, abs_tol=1e-7):
            yield f"scorecard: points are not score × weight: {spot} {row['measure']}"
        source = (row["participant"], row["level"], row["period"], row["kpi"])
        if row["actual"] and source in measured and row["actual"] != measured[source]:
            yield f"scorecard: actual is not the panel's value: {spot} {row['measure']}"
        if row["target"] and row["target"] != targets.get((*spot, row["measure"])):
            yield f"scorecard: target is not that of targets.csv: {spot} {row['measure']}"
    yield from (
        f"scorecard: weights of {spot} sum to {w}" for spot, w in weights.items() if abs(w - 1) > 1e-9
    )
    for row in tables["scores"]:
        spot = key(row, KEYS["scores"])
        if row["score"]:
            total = float(row["points_total"])
            if not math.isclose(total, points[spot], abs_tol=1e-6):
                yield f"scores: points_total is not the sum of points: {spot}"
            if not math.isclose(float(row["score"]), total + float(row["adjustment"]), abs_tol=1e-7):
                yield f"scores: score is not points_total + adjustment: {spot}"


def _payouts(tables: Tables) -> Iterable[str]:
    """Money is exact: payout = base + adjustments, adjustments the sum of their detail."""
    detail: dict[tuple[str, ...], float] = defaultdict(float)
    for row in tables["adjustments"]:
        detail[key(row, KEYS["payouts"])] += float(row["amount"])
        if not row["reason"]:
            yield f"adjustments: no reason: {key(row, KEYS['payouts'])}"
    for row in tables["payouts"]:
        spot = key(row, KEYS["payouts"])
        if not all(MONEY.fullmatch(row[c]) for c in ("base_payout", "adjustments", "payout")):
            yield f"payouts: no exact money: {spot}"
            continue
        base, change, payout = (round(float(row[c]) * 100) for c in ("base_payout", "adjustments", "payout"))
        if payout != base + change:
            yield f"payouts: payout is not base + adjustments: {spot}"
        if change != round(detail[spot] * 100):
            yield f"payouts: adjustments are not the sum of their detail: {spot}"
        pairs = [(row["target_incentive"], row["payout_ratio"]), (row["credited"], row["rate"])]
        parts = [float(a) * float(b) for a, b in pairs if a and b]
        if not parts or abs(base / 100 - sum(parts)) > 0.011 * len(parts):
            yield f"payouts: base is not incentive × ratio + credited × rate: {spot}"


def _weights(rows: list[Row]) -> Iterable[str]:
    """Of each scheme agreed weights, shares and calibrated weights sum to 1, or are blank throughout."""
    for column in ("nominal", "effective_share", "calibrated"):
        held: dict[str, list[float | None]] = defaultdict(list)
        for row in rows:
            held[row["scheme"]].append(number(row[column]))
        for scheme, values in held.items():
            known = [value for value in values if value is not None]
            if known and (len(known) < len(values) or abs(sum(known) - 1) > 1e-6):
                yield f"weights: {column} of {scheme} does not sum to 1: {values}"
            if not known and column == "nominal":
                yield f"weights: no agreed weights of {scheme}"
    for row in rows:
        low, share, high = (number(row[c]) for c in ("low", "effective_share", "high"))
        if share is not None and not (low is not None and high is not None and low <= share <= high):
            yield f"weights: a share outside its interval: {row['scheme']} {row['measure']}"


def _effects(rows: list[Row]) -> Iterable[str]:
    """An estimate stands exactly where it is not refused, in its interval, with a sentence."""
    for row in rows:
        low, estimate, high = (number(row[c]) for c in ("low", "estimate", "high"))
        spot = (row["kpi"], row["group"], row["team"])
        if row["evidence"] not in ("strong", "moderate", "descriptive", "refused"):
            yield f"effects: evidence {row['evidence']}: {spot}"
        if (estimate is None) != (row["evidence"] == "refused"):
            yield f"effects: refused with an estimate, or none though not refused: {spot}"
        if low is not None and high is not None and not low <= float(row["estimate"]) <= high:
            yield f"effects: estimate outside its interval: {spot}"
        if low is not None and high is not None and low < 0 < high and row["evidence"] == "strong":
            yield f"effects: strong though the interval holds zero: {spot}"
        if len(row["claim"]) < 10:
            yield f"effects: no claim: {spot}"


def _manifest(out: Path, engagement: Path) -> Iterable[str]:
    """Every file read and written is listed with its checksum, by a path that is no machine's own."""
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    fields = "schema command language parameters seed schemes packages inputs outputs"
    yield from (f"manifest: no {field}" for field in fields.split() if field not in manifest)
    for kind, root in (("inputs", engagement), ("outputs", out)):
        for entry in manifest[kind]:
            path = root / entry["path"]
            if Path(entry["path"]).is_absolute() or ".." in Path(entry["path"]).parts:
                yield f"manifest: {kind} {entry['path']} is no path inside"
            elif hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
                yield f"manifest: {kind} {entry['path']} has another checksum"
    there = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()} - {"manifest.json"}
    listed = {entry["path"] for entry in manifest["outputs"]}
    yield from (f"manifest: {name} is listed or there, not both" for name in there ^ listed)
    if not manifest["inputs"]:
        yield "manifest: no inputs"


def _page(page: Path, language: str) -> Iterable[str]:
    """One file of moderate size in the language asked for, complete without network, readable aloud."""
    content = page.read_text(encoding="utf-8")
    if page.stat().st_size >= LARGEST_PAGE:
        yield f"page: {page.stat().st_size} bytes"
    if not re.search(rf'<html[^>]* lang="{language}"', content):
        yield "page: another lang"
    outside = r"""\ssrc\s*=|url\((?!#|data:|"data:)|@import|<(?:script|link|iframe|object|embed)\b"""
    yield from (f"page: loads {found}" for found in re.findall(outside, content))
    for tag in re.findall(r"<(?:svg|img)\b[^>]*>", content):
        if not re.search(r'(?:aria-label|alt)="[^"]+', tag):
            yield f"page: a picture without a text: {tag[:60]}"
    if re.search(r">\s*(nan|NaN|NaT|None|inf)\s*<|Traceback|[{][{%]", content):
        yield "page: a bare nan, a traceback or a template's mark"

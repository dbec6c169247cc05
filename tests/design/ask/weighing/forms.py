"""Forms about weights for the tests: sent by the toolkit, filled in as people do with another program."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.report.client import SCHEME
from toolkit.data.engagement import Engagement
from toolkit.design.ask import load_judgements, write_weight_forms
from toolkit.errors import DataError, Problem
from toolkit.language import LANGUAGES, describe, text

# As many as a test wants are taken; those after the second are the client's own.
NAMES = {
    "net_sales": ("Net sales", "净销售额"),
    "visits": ("Customer visits", "客户拜访次数"),
    "wins": ("Win rate", "赢单率"),
    "first_orders": ("New customers won", "新增客户数"),
    "phone": ("Phone calls", "电话次数"),
    "quotes": ("Quotations", "报价次数"),
    "deal_size": ("Deal size", "平均单额"),
    "complaints": ("Complaints", "投诉率"),
    "cash": ("Cash collected", "回款额"),
    "pleased": ("Pleased customers", "满意客户数"),
    "service": ("Service", "服务评分"),
    "training": ("Training", "培训学时"),
    "skills": ("Skills", "技能测评"),
}
KPIS = tuple(NAMES)
OWN = {
    kpi: {"name": {"en": en, "zh": zh}, "formula": {"en": f"{en}, counted", "zh": f"{zh}之和"}}
    | {"category": "process", "unit": "count", "direction": "higher"}
    | {"numerator": {"table": "activities", "sql": "count(*)", "date": "done_on"}}
    for kpi, (en, zh) in list(NAMES.items())[2:]
}
FIRST_PAIR, FIRST_VALUE, FIRST_BEST = 8, 8, 11  # rows as a spreadsheet counts them


def scheme(count: int, **changed: Any) -> dict[str, Any]:
    """A scheme of so many measures, m0, m1 and so on, that carry one weight."""
    curve = {"curve": {"x": "actual", "points": [[0, 0], [1, 100]]}}
    weights = [round(1 / count, 6)] * (count - 1)
    weights.append(round(1 - sum(weights), 6))
    measures = [
        {"name": f"m{i}", "kpi": KPIS[i], "weight": weight, "target": {"fixed": 1}, "scoring": curve}
        for i, weight in enumerate(weights)
    ]
    pay = {"curve": SCHEME["pay"]["curve"]}
    return {**SCHEME, "measures": measures, "pay": pay, **changed}


def opened(path: Path) -> Any:
    """The workbook; that openpyxl drops the newer half of a bar is no matter here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*extension is not supported")
        return openpyxl.load_workbook(path)


def sent(client: Engagement, out: Path, method: str, who: str = "p001", language: str = "en") -> Path:
    """One person's form."""
    return write_weight_forms(client, out, who, language, method=method)[0]


def put(path: Path, cells: Mapping[str, Any], sheet: int = 1) -> Path:
    """The form with values in some cells."""

    def edit(book: Any) -> None:
        for at, value in cells.items():
            book.worksheets[sheet][at].value = value

    return edited(path, edit)


def edited(path: Path, edit: Callable[[Any], None]) -> Path:
    """The workbook with something done to it in another program."""
    book = opened(path)
    edit(book)
    book.save(path)
    return path


def pairs_filled(path: Path, ratios: Mapping[tuple[int, int], int], count: int, language: str = "en") -> Path:
    """The form with comparisons: 3 is three times for the first, -3 for the second, 1 equal; others blank."""
    sheet, cells = opened(path).worksheets[1], {}
    for row, pair in enumerate(combinations(range(count), 2), FIRST_PAIR):
        ratio = ratios.get(pair)
        if ratio is None:
            continue
        name = sheet[f"{'C' if ratio > 0 else 'F'}{row}"].value
        cells[f"D{row}"] = text("ask.weights.equal", language) if ratio == 1 else name
        cells[f"E{row}"] = None if ratio == 1 else abs(ratio)
    return put(path, cells)


def best_worst_filled(path: Path, over: list[int | None], under: list[int | None]) -> Path:
    """The form with both columns; the best is where the first has 1, the worst where the second has."""
    sheet = opened(path).worksheets[1]
    best, worst = over.index(1), under.index(1)
    cells: dict[str, Any] = {"D7": sheet[f"C{FIRST_BEST + best}"].value}
    cells["D8"] = sheet[f"C{FIRST_BEST + worst}"].value
    for i, (o, u) in enumerate(zip(over, under, strict=True)):
        cells |= {f"E{FIRST_BEST + i}": o, f"F{FIRST_BEST + i}": u}
    return put(path, cells)


def values_filled(path: Path, values: list[Any]) -> Path:
    """The form with a value a KPI."""
    return put(path, {f"E{row}": value for row, value in enumerate(values, FIRST_VALUE)})


def returned(client: Engagement, path: Path, name: str = "") -> Path:
    """The form put where returned ones lie."""
    folder = client.folder / "answers" / "weights"
    folder.mkdir(parents=True, exist_ok=True)
    return path.rename(folder / (name or path.name))


def refused(client: Engagement) -> list[Problem]:
    """The problems of what came back, each with a wording and a remedy in both languages."""
    with pytest.raises(DataError) as error:
        load_judgements(client)
    for problem in error.value.problems:
        for language in LANGUAGES:
            said = describe(problem, language)
            assert said != describe(problem, language, remedied=False)
            assert "{" not in said and "None" not in said, said
    return list(error.value.problems)

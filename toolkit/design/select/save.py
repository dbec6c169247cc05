"""The choice kept as a decision, `decisions/kpis.yaml`, with the checksums of what it rests on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.data.engagement import Engagement
from toolkit.design.kept import checksums
from toolkit.design.select.brief import WHERE as BRIEF
from toolkit.design.select.selection import RunnerUp, Selection
from toolkit.documents import load_document, write_document
from toolkit.errors import DataError, Problem

WHERE = "decisions/kpis.yaml"
SCHEMA = "kpi-selection/1"
_ANSWERS = "answers/kpis"
_TEXTS = ("kpi", "category", "standing", "criterion", "source", "row")
_FLAGS = ("chosen", "unreliable")


def save_selection(client: Engagement, selection: Selection) -> Path:
    """Keep a choice in the engagement; the report reads it from there and never searches.

    Parameters
    ----------
    client : Engagement
    selection : Selection

    Returns
    -------
    Path
        `decisions/kpis.yaml`, replaced in one step.
    """
    path = client.folder / WHERE
    path.parent.mkdir(parents=True, exist_ok=True)
    write_document(_as_data(selection), path)
    return path


def load_selection(client: Engagement, language: str | None = None) -> Selection | None:
    """The choice kept in an engagement; None where none was saved.

    Parameters
    ----------
    client : Engagement
    language : str, optional
        Of its reasons; the engagement's own by default.

    Returns
    -------
    Selection or None
        `.stale` where the document, the data, the brief or the employees' answers are no longer those that
        the choice rests on.

    Raises
    ------
    DataError
        The file was damaged.
    """
    path = client.folder / WHERE
    if not path.exists():
        return None
    document = load_document(path, WHERE)
    try:
        found = _from_data(document.data, language or client.language)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(Problem("select.not_a_decision", WHERE, value=str(error))) from error
    return replace(found, stale=dict(found.inputs) != inputs_of(client))


def inputs_of(client: Engagement) -> dict[str, str]:
    """The files that a choice rests on, by their path in the engagement, with their sha256.

    The schemes are not among them: what is agreed in a scheme moves no choice of KPIs.
    """
    schemes = client.folder / "schemes"
    own = [path for path in client.inputs if schemes not in path.parents]
    forms = sorted((client.folder / _ANSWERS).glob("*.xlsx"))
    return checksums([*own, client.folder / BRIEF, *forms], client.folder)


def _as_data(selection: Selection) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "best": list(selection.best),
        "value": selection.value,
        "runners_up": [
            {"kpis": list(r.kpis), "value": r.value, "differs_in": list(r.differs_in)}
            for r in selection.runners_up
        ],
        "kpis": _rows(selection.facts, selection.reasons),
        "binding": _rows(selection.costs, selection.wishes),
        "criteria": _rows(selection.criteria),
        "problem": dict(selection.problem),
        "inputs": dict(selection.inputs),
    }


def _rows(table: pd.DataFrame, words: tuple[Mapping[str, str], ...] = ()) -> list[dict[str, Any]]:
    """A table's rows as plain data; a blank number is null."""
    rows = [{str(k): _plain(v) for k, v in row.items()} for row in table.to_dict("records")]
    for row, said in zip(rows, words, strict=False):
        row["words"] = dict(said)
    return rows


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 6)
    return value


def _from_data(data: Any, language: str) -> Selection:
    if data["schema"] != SCHEMA:
        raise ValueError(data["schema"])
    runners = tuple(
        RunnerUp(tuple(r["kpis"]), float(r["value"]), tuple(r["differs_in"])) for r in data["runners_up"]
    )
    return Selection(
        best=tuple(data["best"]),
        value=float(data["value"]),
        runners_up=runners,
        facts=_frame(data["kpis"], ["kpi"]),
        criteria=_frame(data["criteria"], ["kpi"]),
        costs=_frame(data["binding"], ["row", "gain"]),
        reasons=tuple(row["words"] for row in data["kpis"]),
        wishes=tuple(row["words"] for row in data["binding"]),
        problem=data["problem"],
        inputs=data["inputs"],
        language=language,
    )


def _frame(rows: list[dict[str, Any]], columns: list[str]) -> pd.DataFrame:
    plain = [{k: v for k, v in row.items() if k != "words"} for row in rows]
    frame = pd.DataFrame(plain) if plain else pd.DataFrame(columns=columns)
    kinds = {c: "str" if c in _TEXTS else bool if c in _FLAGS else float for c in frame.columns}
    return frame.astype(kinds)

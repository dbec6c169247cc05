"""The study of weights kept as a decision, `decisions/weights.yaml`, with its inputs' checksums."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from toolkit.data.engagement import Engagement
from toolkit.design.kept import checksums
from toolkit.design.weights.study import COLUMNS, SchemeWeights, WeightStudy, kind_of
from toolkit.documents import load_document, write_document
from toolkit.errors import DataError, Problem

WHERE = "decisions/weights.yaml"
SCHEMA = "kpi-weights/1"
BRIEF = "weight_brief.yaml"
_ANSWERS = "answers/weights"
_DIGITS = 6


def save_weights(client: Engagement, study: WeightStudy) -> Path:
    """Keep a study in the engagement; the report reads it from there. No scheme is changed by it.

    Parameters
    ----------
    client : Engagement
    study : WeightStudy

    Returns
    -------
    Path
        `decisions/weights.yaml`, replaced in one step.
    """
    path = client.folder / WHERE
    path.parent.mkdir(parents=True, exist_ok=True)
    write_document(_as_data(study), path)
    return path


def load_weights(client: Engagement, language: str | None = None) -> WeightStudy | None:
    """The study kept in an engagement; None where none was saved.

    Parameters
    ----------
    client : Engagement
    language : str, optional
        Of its sentences; the engagement's own by default.

    Returns
    -------
    WeightStudy or None
        `.stale` where the data, the schemes, the brief or the questionnaires are no longer those that the
        study rests on.

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
        found = _from_data(document.data).told_in(language or client.language)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(Problem("weigh.not_a_study", WHERE, value=str(error))) from error
    return replace(found, stale=dict(found.inputs) != inputs_of(client))


def inputs_of(client: Engagement) -> dict[str, str]:
    """The files that a study rests on, the schemes among them, by their path, with their sha256."""
    forms = sorted((client.folder / _ANSWERS).glob("*.xlsx"))
    return checksums([*client.inputs, client.folder / BRIEF, *forms], client.folder)


def _as_data(study: WeightStudy) -> dict[str, Any]:
    schemes = [{f.name: _plain(_bare(one, f.name)) for f in fields(one)} for one in study.schemes]
    return {"schema": SCHEMA, "seed": study.seed, "inputs": dict(study.inputs), "schemes": schemes}


def _bare(one: SchemeWeights, name: str) -> Any:
    """A part of a study, tables without the words of one language that are kept in both beside them."""
    found = getattr(one, name)
    blank = {"table": ("why",) * bool(one.reasons), "ranges": ("why",) * bool(one.range_reasons)}
    if name == "ranges" and one.range_points:
        blank["ranges"] += ("before", "after")
    return found.assign(**dict.fromkeys(blank[name], "")) if name in blank else found


def _plain(value: Any) -> Any:
    """As YAML holds it: a table by its columns, a number at six decimals, a blank one as null."""
    if isinstance(value, pd.DataFrame):
        return {str(name): [_plain(v) for v in value[name].tolist()] for name in value}
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, tuple | list | np.ndarray):
        return [_plain(v) for v in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float):
        return round(value, _DIGITS) if math.isfinite(value) else None
    return value


def _from_data(data: Any) -> WeightStudy:
    if data["schema"] != SCHEMA:
        raise ValueError(data["schema"])
    schemes = tuple(_scheme(one) for one in data["schemes"])
    return WeightStudy(schemes, data["inputs"], int(data["seed"]))


def _scheme(data: Mapping[str, Any]) -> SchemeWeights:
    tables = {name: _frame(data[name], name) for name in COLUMNS}
    return SchemeWeights(
        scheme=data["scheme"],
        agreement=data["agreement"],
        refused=tuple((part, words) for part, words in data["refused"]),
        words={language: tuple(said) for language, said in data["words"].items()},
        reasons=tuple(data["reasons"]),
        range_reasons=tuple(data["range_reasons"]),
        range_points=tuple(data["range_points"]),
        facts=data["facts"],
        **tables,
    )


def _frame(columns: Mapping[str, list[Any]], name: str) -> pd.DataFrame:
    """A table from its columns; judges have a column a measure beside their own, all of them numbers."""
    if missing := set(COLUMNS[name]) - set(columns):
        raise KeyError(f"{name}: {', '.join(sorted(missing))}")
    known = set(COLUMNS[name])
    kinds = {c: kind_of(c, name) if c in known else "float64" for c in columns}
    return pd.DataFrame({c: pd.Series(values, dtype="object") for c, values in columns.items()}).astype(kinds)

"""The scorecard: actual, attainment, score, weight and points of every measure, every step a column."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.appraise.attainment import attainment
from toolkit.appraise.lookup import at_level, matched, numbers
from toolkit.appraise.roster import KEY, subjects, unit_names
from toolkit.errors import DataError, Problem
from toolkit.scheme.measure import Measure
from toolkit.scheme.scheme import Scheme, Schemes

COLUMNS = [
    *(
        "scheme",
        "participant",
        "period",
        "measure",
        "kpi",
        "target",
        "actual",
        "attainment",
        "score",
        "weight",
    ),
    *("points", "missing", "level", "exposure"),
]


def score(
    schemes: Schemes, panel: pd.DataFrame, targets: pd.DataFrame, participants: pd.DataFrame
) -> pd.DataFrame:
    """Score every participant's measures in every period that is scored or paid.

    A quarter is scored on its own actuals and targets, not from its months. Of a measure at team level a
    person gets the value of the team they belong to on their last employed day.

    Parameters
    ----------
    schemes : Schemes
    panel : DataFrame
        Contract `panel`.
    targets : DataFrame
        As `set_targets` gives them.
    participants : DataFrame
        The standard table.

    Returns
    -------
    DataFrame
        Contract `scorecard`, sorted by scheme, participant, period and the scheme's order of measures.
        `weight` is the weight applied: where a measure has no number and the scheme says `reweight`, the
        others take its weight in proportion; where it says `zero`, the measure scores 0; where no measure
        that counts has a number, the agreed weights stay and points are blank. `missing` says why there is no
        number: no_actual:<the panel's reason>, no_target, target_not_positive, target_at_floor.

    Raises
    ------
    DataError
        `targets` is the client's table, not the one that `set_targets` gives.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> from toolkit.appraise.example import example_panel, example_roster, example_targets
    >>> from toolkit.appraise.targets import set_targets
    >>> schemes, panel, people = example_schemes(), example_panel(), example_roster()
    >>> targets = set_targets(schemes, panel, example_targets(), people)
    >>> card = score(schemes, panel, targets, people)
    >>> january = card[card["period"] == "2026-01"]
    >>> january[["measure", "attainment", "score", "points"]].round(4).values.tolist()
    [['revenue', 0.9, 90.0, 54.0], ['visits', 0.95, 50.0, 10.0], ['satisfaction', 1.05, 100.0, 20.0]]
    """
    if "measure" not in targets:
        raise DataError(Problem("appraise.targets_not_set", where="targets", column="measure"))
    rows = subjects(schemes, participants, panel["period"].unique())
    parts = [_card(scheme, rows[rows["scheme"] == scheme.id], schemes, panel, targets) for scheme in schemes]
    every = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)
    return every.sort_values("scheme", kind="stable", ignore_index=True)[COLUMNS]


def _card(
    scheme: Scheme, rows: pd.DataFrame, schemes: Schemes, panel: pd.DataFrame, targets: pd.DataFrame
) -> pd.DataFrame:
    own = targets[targets["scheme"] == scheme.id]
    found = [_of_measure(scheme, measure, rows, schemes, panel, own) for measure in scheme.measures]
    width, count = len(found), len(rows)
    columns = {
        name: np.stack([f[name] for f in found], axis=1)
        for name in ("target", "actual", "attainment", "score", "missing")
    }
    agreed = np.array([m.weight for m in scheme.measures])
    blank = np.isnan(columns["score"])
    none = ~((~blank & (agreed > 0)).any(axis=1))
    if scheme.missing == "zero":
        weights = np.tile(agreed, (count, 1))
        columns["score"] = np.where(blank & ~none[:, None], 0.0, columns["score"])
    else:
        weights = _rescaled(agreed, ~blank, none)
    columns["weight"], columns["points"] = weights, columns["score"] * weights
    card = rows[[*KEY, "exposure"]].loc[rows.index.repeat(width)].reset_index(drop=True)
    for name in ("name", "kpi"):
        card["measure" if name == "name" else name] = pd.Series(
            [getattr(m, name) for m in scheme.measures] * count, dtype="str"
        )
    card["level"] = pd.Series([m.level or scheme.level for m in scheme.measures] * count, dtype="str")
    for name, values in columns.items():
        card[name] = pd.Series(values.ravel(), dtype="str" if name == "missing" else "float64")
    return card


def _rescaled(agreed: np.ndarray, present: np.ndarray, none: np.ndarray) -> np.ndarray:
    """Weights with those of missing measures given to the others in proportion; a row sums to exactly 1."""
    weights = np.where(present, agreed, 0.0)
    total = np.where(none, 1.0, weights.sum(axis=1))[:, None]
    shares = weights / total
    largest = (np.arange(len(shares)), shares.argmax(axis=1))
    shares[largest] += 1.0 - shares.sum(axis=1)
    keep = none | present.all(axis=1)
    return np.where(keep[:, None], agreed, shares)


def _of_measure(
    scheme: Scheme,
    measure: Measure,
    rows: pd.DataFrame,
    schemes: Schemes,
    panel: pd.DataFrame,
    targets: pd.DataFrame,
) -> dict[str, np.ndarray]:
    """Target, actual, attainment, score and what is missing, for each row."""
    level = measure.level or scheme.level
    actuals = matched(unit_names(rows, scheme, level), rows["period"], at_level(panel, level, measure.kpi))
    own = targets.loc[targets["measure"] == measure.name, ["participant", "period", "target"]]
    frozen = matched(rows["participant"], rows["period"], own.rename(columns={"participant": "unit"}))
    actual = numbers(actuals["value"])
    target = numbers(frozen["target"])
    reached, missing = attainment(actual, target, schemes.kpis[measure.kpi].direction, measure.attainment)
    if measure.scoring.reads == "actual":
        missing = np.where(np.isnan(actual), "no_actual", "").astype(object)
    why = actuals["missing"].fillna("").replace("", "not_measured").to_numpy(dtype=object)
    missing = np.where(missing == "no_actual", "no_actual:" + why, missing)
    read = actual if measure.scoring.reads == "actual" else reached
    scored = np.where(missing == "", measure.curve(read), np.nan)
    return {"target": target, "actual": actual, "attainment": reached, "score": scored, "missing": missing}

"""What a month's numbers are made from, frozen beside them: nothing else is needed to make them again."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import TypeAdapter

from toolkit.appraise.records import COLUMNS, Records
from toolkit.catalogue.kpi import Kpi
from toolkit.data.engagement import Engagement
from toolkit.documents import load_document, write_document
from toolkit.errors import Problem, Problems, ReportError, SchemeError
from toolkit.periods import Calendar
from toolkit.scheme.load import read_schemes, save_scheme
from toolkit.scheme.measure import GRAINS
from toolkit.scheme.scheme import Scheme, Schemes

FOLDER = "frozen"
_SETTING = "setting.yaml"
_FRAMES = ("panel", "targets", "participants")
_KPI = TypeAdapter(Kpi)
# Which column says when a record counts: a period's name, or a day.
_WHEN = {
    "ratings": "period",
    "events": "happened_on",
    "deals": "period",
    "collected": "by",
    "reversed": "by",
    "corrections": "period",
}


@dataclass(frozen=True)
class Inputs:
    """What the numbers of one closing are computed from.

    Parameters
    ----------
    period : str
        The month that is closed.
    schemes : Schemes
        With the calendar and the definitions of their KPIs.
    panel, targets, participants : DataFrame
        Up to the month's end; targets as `set_targets` gives them.
    records : Records
        Up to the month's end.
    """

    period: str
    schemes: Schemes
    panel: pd.DataFrame
    targets: pd.DataFrame
    participants: pd.DataFrame
    records: Records

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods that end with the month and are scored or paid: the month, and its quarter in March."""
        return closing_periods(self.schemes, self.period)


def closing_grain(schemes: Schemes) -> str:
    """The shortest period that any scheme scores: what is opened, closed and published.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> closing_grain(example_schemes())
    'month'
    """
    used = {scheme.score_every for scheme in schemes}
    return next(grain for grain in GRAINS if grain in used)


def closing_periods(schemes: Schemes, period: str) -> tuple[str, ...]:
    """A month and the longer periods, scored or paid by some scheme, that end with it.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> closing_periods(example_schemes(), "2026-02"), closing_periods(example_schemes(), "2026-03")
    (('2026-02',), ('2026-03', '2026-Q1'))
    """
    calendar = schemes.calendar
    end, own = calendar.bounds(period)[1], calendar.grain_of(period)
    used = {grain for scheme in schemes for grain in (scheme.score_every, scheme.pay_every)} - {own}
    found = [period]
    for grain in GRAINS:
        if grain in used and GRAINS.index(grain) > GRAINS.index(own):
            try:
                longer = calendar.within(period, grain)
            except KeyError:  # a year of named quarters that is not whole
                continue
            if calendar.bounds(longer)[1] == end:
                found.append(longer)
    return tuple(found)


def in_force(inputs: Inputs) -> tuple[Scheme, ...]:
    """The schemes that hold on some day of the periods that end with the month."""
    bounds = [inputs.schemes.calendar.bounds(period) for period in inputs.periods]
    start, end = min(first for first, _ in bounds), max(last for _, last in bounds)
    return tuple(
        scheme
        for scheme in inputs.schemes
        if pd.Timestamp(scheme.effective.from_) <= end
        and (scheme.effective.to is None or pd.Timestamp(scheme.effective.to) >= start)
    )


def four_eyes(inputs: Inputs) -> bool:
    """Whether who approves must be another one than who scored: unless every scheme in force says no."""
    return not all(scheme.governance.get("four_eyes") is False for scheme in in_force(inputs))


def refuse_period(client: Engagement, schemes: Schemes, period: str) -> None:
    """Refuse what is no period to close: another length, unknown, or not wholly covered by the data.

    Raises
    ------
    ReportError
    """
    grain, calendar = closing_grain(schemes), client.calendar
    known = list(calendar.between(client.start, client.end, grain)["period"])
    if period not in known:
        span = f"{known[0]} – {known[-1]}" if known else "–"
        values = {"known": span, "start": client.start, "end": client.end}
        raise ReportError(Problem("month.no_period", value=period, values=values))


def until(inputs: Inputs) -> Inputs:
    """The inputs without what lies after the month or belongs to no measure of the schemes."""
    end = inputs.schemes.calendar.bounds(inputs.period)[1]
    kpis = {measure.kpi for scheme in inputs.schemes for measure in scheme.measures}
    panel = inputs.panel[inputs.panel["kpi"].isin(kpis)]
    records = {
        name: _by_then(getattr(inputs.records, name), column, inputs, end) for name, column in _WHEN.items()
    }
    return dataclasses.replace(
        inputs,
        panel=_by_then(panel, "period", inputs, end),
        targets=_by_then(inputs.targets, "period", inputs, end),
        records=Records(**records),
    )


def _by_then(table: pd.DataFrame, column: str, inputs: Inputs, end: pd.Timestamp) -> pd.DataFrame:
    """Rows of periods that end, or days that lie, no later than the month."""
    if column == "happened_on":
        return table[table[column] <= end].reset_index(drop=True)
    calendar = inputs.schemes.calendar
    ended = [name for name in table[column].unique() if calendar.bounds(name)[1] <= end]
    return table[table[column].isin(ended)].reset_index(drop=True)


def save_inputs(inputs: Inputs, folder: Path) -> None:
    """Write the inputs under `folder/frozen/`: schemes and definitions as YAML, tables as parquet.

    Parquet, because it keeps a table's types to the bit; `tables/` has the same rows to read.
    """
    frozen = folder / FOLDER
    (frozen / "schemes").mkdir(parents=True)
    for place, scheme in enumerate(inputs.schemes, 1):  # a version may hold signs that no file name may
        save_scheme(scheme, frozen / "schemes" / f"{place:02d}.yaml")
    used = sorted({measure.kpi for scheme in inputs.schemes for measure in scheme.measures})
    calendar = inputs.schemes.calendar
    setting = {
        "period": inputs.period,
        "calendar": dataclasses.asdict(calendar) | {"starts": dict(calendar.starts)},
        "kpis": {name: _KPI.dump_python(inputs.schemes.kpis[name], mode="json") for name in used},
    }
    write_document(setting, frozen / _SETTING)
    for name, table in _tables(inputs).items():
        pq.write_table(pa.Table.from_pandas(table, preserve_index=False), frozen / f"{name}.parquet")


def _tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    own = {name: getattr(inputs, name) for name in _FRAMES}
    return own | {name: getattr(inputs.records, name) for name in COLUMNS}


def load_inputs(folder: Path) -> Inputs:
    """Read what `save_inputs` wrote.

    Raises
    ------
    ReportError
        A file is gone or cannot be read.
    """
    frozen = folder / FOLDER
    try:
        setting = load_document(frozen / _SETTING, f"{FOLDER}/{_SETTING}").data
        kpis = {name: _KPI.validate_python(said) for name, said in setting["kpis"].items()}
        calendar = _calendar(setting["calendar"])
        tables = {name: _read(frozen / f"{name}.parquet") for name in (*_FRAMES, *COLUMNS)}
    except (OSError, pa.ArrowException, ValueError, KeyError, TypeError) as error:
        problem = Problem("month.frozen_unreadable", folder.name, values={"message": str(error)[:200]})
        raise ReportError(problem) from error
    problems = Problems()
    schemes = read_schemes(sorted((frozen / "schemes").glob("*.yaml")), calendar, kpis, problems)
    problems.raise_as(SchemeError)
    own = {name: tables.pop(name) for name in _FRAMES}
    return Inputs(str(setting["period"]), Schemes(schemes, calendar, kpis), records=Records(**tables), **own)


def _calendar(said: Mapping[str, Any]) -> Calendar:
    ends: dt.date | None = said["ends"]
    return Calendar(said["first_month"], said["named_after"], dict(said["starts"]), ends)


def _read(path: Path) -> pd.DataFrame:
    """A table with the types it was written with; parquet knows no days to the second."""
    content = pq.read_table(path)
    out = content.to_pandas(types_mapper=lambda t: pd.ArrowDtype(t) if pa.types.is_decimal(t) else None)
    days = [f.name for f in content.schema if pa.types.is_timestamp(f.type)]
    return out.astype(dict.fromkeys(days, "datetime64[s]"))

"""A client's engagement, loaded and checked: what every later room works on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from ibis.backends.duckdb import Backend

from toolkit.catalogue.kpi import Kpi
from toolkit.data.relations import Relation
from toolkit.data.sources import TableSource
from toolkit.data.spec import ClientProblem, Objective, Text
from toolkit.errors import Problem
from toolkit.periods import Calendar
from toolkit.scheme.scheme import Scheme


@dataclass(frozen=True)
class Engagement:
    """A client's engagement, loaded and checked.

    `participants` and `targets` are the client's tables as DataFrames; the other tables wait in
    `database` (ibis) to be measured. `filled` says which columns of each table the client's data fill,
    `sources` where they came from, `inputs` every file read, `notes` what was read otherwise than it stands
    and what looks odd.
    """

    folder: Path
    name: str
    client: Text
    language: str
    currency: str
    calendar: Calendar
    start: dt.date
    end: dt.date
    background: Text
    objectives: tuple[Objective, ...]
    problems: tuple[ClientProblem, ...]
    other_changes: tuple[Mapping[str, object], ...]
    kpis: Mapping[str, Kpi]
    measured: tuple[str, ...]
    participants: pd.DataFrame
    targets: pd.DataFrame
    kpi_values: pd.DataFrame
    schemes: tuple[Scheme, ...]
    database: Backend
    filled: Mapping[str, frozenset[str]]
    relations: Mapping[str, Relation]
    sources: Mapping[str, TableSource]
    inputs: tuple[Path, ...]
    notes: tuple[Problem, ...] = ()

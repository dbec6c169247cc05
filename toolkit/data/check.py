"""Checks across tables: people the roster does not know, its rows that contradict each other, targets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from ibis.backends.duckdb import Backend

from toolkit.catalogue.kpi import Kpi
from toolkit.data.convert import ident
from toolkit.data.files.read import SHOWN
from toolkit.data.quality.names import Known, normal
from toolkit.data.sources import TableSource, source_name
from toolkit.data.tables import TABLES
from toolkit.data.typed import note_rest
from toolkit.errors import Problems
from toolkit.faults import near
from toolkit.periods import NAME, Calendar, named_period

_DAY = re.compile(r"\d{4}([-/.])\d{1,2}(\1\d{1,2})?([ T].*)?")  # year first, as everywhere
_EARLY, _LATE = pd.Timestamp("1900-01-01"), pd.Timestamp("2200-01-01")


def check_owners(
    database: Backend, sources: Mapping[str, TableSource], loaded: Iterable[str], problems: Problems
) -> None:
    """Whoever is in the data must be in `participants`; groups may have targets and values of their own."""
    groups = " UNION SELECT team FROM participants UNION SELECT region FROM participants UNION SELECT 'all'"
    for table in loaded:
        if table == "participants" or "participant" not in TABLES[table].columns:
            continue
        known = "SELECT participant FROM participants" + (
            groups if table in ("targets", "kpi_values") else ""
        )
        found: list[tuple[Any, ...]] = database.raw_sql(
            f"SELECT participant, arg_min(_file, (_file, _row)), arg_min(_row, (_file, _row)), "
            f"count(*) AS rows, count(*) OVER () AS people FROM {ident(table)} WHERE participant NOT IN "
            f"(SELECT id FROM ({known}) AS k(id) WHERE id IS NOT NULL) GROUP BY 1 ORDER BY 2, 3 LIMIT {SHOWN}"
        ).fetchall()
        column = sources[table].written("participant")
        roster = _Roster(database) if found else None
        for who, file, row, rows, _ in found:
            where = source_name(table, sources[table], file)
            place: dict[str, Any] = {"where": where, "row": row, "column": column}
            near_id = roster.near(who) if roster else ""
            if near_id:
                at = f"tables.{table}.values.participant"
                problems.add("quality.owner_near", **place, value=who, rows=rows, near=near_id, at=at)
            else:
                problems.add("data.unknown_participant", **place, value=who, rows=rows)
        if found and found[0][4] > SHOWN:
            note_rest(source_name(table, sources[table]), column, found[0][4] - SHOWN, problems)


class _Roster:
    """The people known, to be asked whom a stranger probably means: by id, or by a name that only one has."""

    def __init__(self, database: Backend) -> None:
        people = database.raw_sql(
            "SELECT DISTINCT participant, name FROM participants WHERE participant IS NOT NULL ORDER BY 1, 2"
        ).fetchall()
        self.ids = Known(who for who, _ in people)
        named = {(normal(name), who) for who, name in people if name}
        times = Counter(name for name, _ in named)
        self.by_name = {name: who for name, who in named if times[name] == 1}

    def near(self, who: str) -> str:
        """The id most likely meant; blank if there is none."""
        return self.ids.near(who) or self.by_name.get(normal(who), "")


class _Rows:
    """Faults of a table's rows: each is named by its file, its row and the client's own column."""

    def __init__(self, table: str, frame: pd.DataFrame, source: TableSource, problems: Problems) -> None:
        self.table, self.frame, self.source, self.problems = table, frame, source, problems

    def note(
        self, code: str, at: Iterable[Any], column: str, values: Mapping[Any, Any] | str, **more: Any
    ) -> None:
        """Note the rows at these labels, the first by name; `values` is a column, or the value of each label.

        A value among `more` may be a mapping of labels too.
        """
        labels = list(at)
        written = self.source.written(column)
        for label in labels[:SHOWN]:
            value = self.frame.loc[label, values] if isinstance(values, str) else values[label]
            said = {k: v[label] if isinstance(v, Mapping) else v for k, v in more.items()}
            row = int(self.frame.loc[label, "_row"])
            self.problems.add(code, where=self.file(label), row=row, column=written, value=value, **said)
        if len(labels) > SHOWN:
            note_rest(source_name(self.table, self.source), written, len(labels) - SHOWN, self.problems)

    def file(self, label: Any) -> str:
        """The file that a row stands in."""
        return source_name(self.table, self.source, int(self.frame.loc[label, "_file"]))


def check_roster(people: pd.DataFrame, source: TableSource, problems: Problems) -> None:
    """A person's rows do not overlap nor differ in the day hired or left; their days come in order."""
    rows = _Rows("participants", people, source, problems)
    ordered = people.assign(start=people["valid_from"].fillna(_EARLY), end=people["valid_to"].fillna(_LATE))
    ordered = ordered.sort_values(["participant", "start", "_file", "_row"])
    before = ordered.groupby("participant")[["end", "_row"]].shift()
    overlap = ordered.index[(ordered["start"] <= before["end"]).to_numpy()]
    first = {label: int(before.loc[label, "_row"]) for label in overlap}
    rows.note("data.roster_overlap", overlap, "valid_from", "participant", first=first)
    for column in ("hired_on", "left_on"):
        many = people.groupby("participant")[column].transform(lambda days: days.nunique(dropna=False)) > 1
        last = people[many].drop_duplicates("participant", keep="last").index
        rows.note("data.roster_contradicts", last, column, "participant")
    rows.note(
        "data.left_before_hired",
        people.index[people["left_on"] < people["hired_on"]],
        "left_on",
        "participant",
    )
    backward = people.index[people["valid_to"] < people["valid_from"]]
    rows.note("data.valid_reversed", backward, "valid_to", "participant")


def check_values(table: pd.DataFrame, source: TableSource, problems: Problems) -> None:
    """Each row of `kpi_values` has a value, or numerator and denominator; a KPI is given in one way."""
    rows = _Rows("kpi_values", table, source, problems)
    parts = table["numerator"].notna() & table["denominator"].notna()
    rows.note("data.no_value", table.index[~parts & table["value"].isna()], "value", "kpi")
    mixed = parts.groupby(table["kpi"]).transform("nunique") > 1
    rows.note("data.mixed_values", table[mixed].drop_duplicates("kpi").index, "kpi", "kpi")


def named_periods(
    table: pd.DataFrame,
    name: str,
    source: TableSource,
    calendar: Calendar,
    kpis: Mapping[str, Kpi],
    problems: Problems,
) -> pd.DataFrame:
    """A copy whose `period` holds periods' names; odd periods and unknown KPIs are noted."""
    rows = _Rows(name, table, source, problems)
    names = {value: period_meant(value, calendar) for value in table["period"].unique()}
    odd = table[table["period"].map(names).isna()].drop_duplicates("period")
    rows.note("data.not_a_period", odd.index, "period", "period")
    unknown = table[~table["kpi"].isin(list(kpis))].drop_duplicates("kpi")
    nearest = {label: near(value, kpis) for label, value in unknown["kpi"].items()}
    rows.note("data.unknown_kpi", unknown.index, "kpi", "kpi", near=nearest)
    key = ["participant", "period", "kpi"]
    named = table.assign(period=table["period"].map(names))
    # The same words twice are noted on loading; here one period under two names: 2026-01 and 2026-01-01.
    again = named[named.duplicated(key) & named["period"].notna() & ~table.duplicated(key)]
    firsts = named.drop_duplicates(key).set_index(key)["_row"]
    value = {label: " / ".join(named.loc[label, key]) for label in again.index}
    first = {label: int(firsts.loc[tuple(named.loc[label, key])]) for label in again.index}
    rows.note("data.duplicate_key", again.index, "period", value, first=first)
    return named.drop(columns=["_file", "_row"])


def period_meant(written: str, calendar: Calendar) -> str | None:
    """The period that a client's cell means, by its name or its first day; None if there is none such.

    Examples
    --------
    >>> period_meant("2026-04-01", Calendar()), period_meant("01/04/2026", Calendar())
    ('2026-04', None)
    """
    if not NAME.fullmatch(written) and not _DAY.fullmatch(written):
        return None
    period = named_period(written.replace("/", "-").replace(".", "-"), calendar, calendar.grains[0])
    if period is None:
        return None
    try:
        calendar.bounds(period)
    except (KeyError, ValueError):
        return None
    return period

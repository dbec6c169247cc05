"""The standard tables as pandera contracts: for frames that a consultant builds or a test makes.

Loading checks the same declaration in SQL, where the rows lie: pandera keeps every failure, which takes 13 s
and 1.5 GB over 10 million rows.
"""

from __future__ import annotations

import datetime as dt
import warnings
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import pyarrow as pa

from toolkit.data.quality.compiled import Cover, applying, flags_sql
from toolkit.data.quality.rules import Rule, rules
from toolkit.data.tables import SQL_TYPES, TABLES, Column, StandardTable

if TYPE_CHECKING:
    import pandera.pandas

DTYPES: dict[str, Any] = {
    "text": "str",
    "choice": "str",
    "day": "datetime64[s]",
    "money": pd.ArrowDtype(pa.decimal128(18, 4)),
    "number": "float64",
}


def contract(
    table: str,
    covers: tuple[dt.date, dt.date] | None = None,
    participants: pd.DataFrame | None = None,
) -> pandera.pandas.DataFrameSchema:
    """What a standard table must be: its columns, its key, and the rules of its rows.

    Parameters
    ----------
    table : str
        A standard table's name.
    covers : pair of dates, optional
        The first and the last day covered; rows outside are then looked at too.
    participants : DataFrame, optional
        The roster; rows outside their owner's employment are then looked at too.

    Returns
    -------
    pandera.pandas.DataFrameSchema
        For `validate(frame, lazy=True)`. What is at fault raises SchemaErrors; what only looks odd gives a
        SchemaWarning.

    Raises
    ------
    KeyError
        There is no such table.

    Examples
    --------
    >>> frame = pd.DataFrame({"deal": ["D1"], "participant": ["p1"], "share": [0.5]})
    >>> len(contract("credits").validate(frame, lazy=True))
    1
    """
    pandera = _pandera()
    standard = TABLES[table]
    cover = Cover(*covers) if covers else None
    columns = {name: _column(pandera, spec) for name, spec in standard.columns.items()}
    checks = [
        pandera.Check(
            partial(_passes, table=table, rule=rule, cover=cover, participants=participants),
            name=f"{rule.code}:{rule.column}",
            error=rule.code,
            raise_warning=not rule.error,
        )
        for rule in rules(table)
    ]
    if standard.key:
        key = pandera.Check(partial(_unique, table=standard), name="data.duplicate_key")
        checks.append(key)
    return pandera.DataFrameSchema(columns, checks=checks, name=table, strict=False)


@cache
def _pandera() -> Any:
    with (
        warnings.catch_warnings()
    ):  # where PySpark is installed too, pandera imports it, and it warns of pandas 3
        warnings.simplefilter("ignore", FutureWarning)
        import pandera.pandas

        pandera.pandas.DataFrameSchema({}).validate(
            pd.DataFrame()
        )  # the import is put off until the first one
    return pandera.pandas


def _column(pandera: Any, spec: Column) -> Any:
    words = [pandera.Check.isin(spec.choices)] if spec.choices else None
    return pandera.Column(DTYPES[spec.kind], words, nullable=not spec.required, required=spec.required)


def _unique(frame: pd.DataFrame, table: StandardTable) -> pd.Series:
    """No key twice; a blank in its first column means that the client keeps no key."""
    key = [column for column in table.key if column in frame]
    if not key or key[0] != table.key[0]:
        return pd.Series(True, index=frame.index)
    return ~frame.duplicated(key) | frame[key[0]].isna()


def _passes(
    frame: pd.DataFrame,
    table: str,
    rule: Rule,
    cover: Cover | None,
    participants: pd.DataFrame | None,
) -> pd.Series:
    """Whether each row is free of what the rule flags; the rule's own SQL decides."""
    passed = pd.Series(True, index=frame.index)
    with duckdb.connect() as connection:
        if participants is not None:
            connection.register("participants", _typed("participants", participants))
        if not applying((rule,), frozenset(frame.columns), cover, roster=participants is not None):
            return passed
        connection.register("_frame", _typed(table, frame))
        sql = flags_sql("_frame", rule, cover, roster=participants is not None)
        found = connection.execute(sql).fetchall()
    passed.iloc[[at for (at,) in found]] = False
    return passed


def _typed(table: str, frame: pd.DataFrame) -> pa.Table:
    """The frame as Arrow, every standard column there in its type, and each row's place as `_at`."""
    columns: dict[str, Any] = {}
    types = {"VARCHAR": pa.string(), "DATE": pa.date32(), "DOUBLE": pa.float64()}
    for name, spec in TABLES[table].columns.items():
        kind = types.get(SQL_TYPES[spec.kind], pa.decimal128(18, 4))
        held = pa.Array.from_pandas(frame[name]) if name in frame else pa.nulls(len(frame))
        columns[name] = (held.combine_chunks() if isinstance(held, pa.ChunkedArray) else held).cast(kind)
    columns["_at"] = pa.array(range(len(frame)))
    return pa.table(columns)

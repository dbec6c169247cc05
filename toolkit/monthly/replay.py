"""Make a closed month's numbers again from what was frozen beside them, and say where they differ."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from toolkit.data.engagement import Engagement
from toolkit.errors import Problem, ReportError
from toolkit.monthly.closing import appraised, closing_tables, write_tables
from toolkit.monthly.inputs import load_inputs
from toolkit.monthly.states import month_folder

COLUMNS = ["table", "row", "column", "published", "recomputed"]
CLOSE = 1e-9  # measured numbers may differ so far in size from one machine to another; money not at all
_KEYS = (
    *("scheme", "participant", "level", "period", "measure", "kpi"),
    *("component", "step", "name"),
)
# fmt: off
_MEASURED = frozenset((
    "numerator", "denominator", "value", "exposure", "target", "actual", "attainment", "score", "weight",
    "points", "points_total", "adjustment", "payout_ratio", "rate", "ratio", "read", "share", "quantity",
    "factor",
))
# fmt: on


def replay(client: Engagement | str | Path, period: str) -> pd.DataFrame:
    """Recompute a closed month from its frozen inputs alone and compare it with what was written.

    The client's data are not read: what they say today has no influence.

    Parameters
    ----------
    client : Engagement, str or Path
        The engagement or its folder.
    period : str
        A month that was scored.

    Returns
    -------
    DataFrame
        table, row (its key), column, published, recomputed: a row a cell that differs, none if the month's
        numbers can be made again to the last cent. Rows that stand on one side only have the column `row`.

    Raises
    ------
    ReportError
        The month has no folder, or a frozen file cannot be read.

    Examples
    --------
    >>> replay("nowhere", "2026-03")
    Traceback (most recent call last):
        ...
    toolkit.errors.ReportError: months/2026-03: there are no numbers of this month. ...
    """
    home = client.folder if isinstance(client, Engagement) else Path(client)
    folder = month_folder(home, period)
    if not folder.is_dir():
        raise ReportError(Problem("month.no_folder", f"months/{period}"))
    inputs = load_inputs(folder)
    tables = closing_tables(inputs, appraised(inputs))
    with TemporaryDirectory() as again:
        write_tables(tables, Path(again))
        found = [_compared(name, folder, Path(again)) for name in tables]
    return pd.concat(found, ignore_index=True)[COLUMNS].astype("str")


def _compared(name: str, published: Path, again: Path) -> pd.DataFrame:
    """The cells of one table that differ, by the rows' keys: rows may stand in another order."""
    path = published / "tables" / f"{name}.csv"
    if not path.is_file():
        return _differences(name, [("–", "table", str(path.name), "")])
    before, after = _read(path), _read(again / "tables" / f"{name}.csv")
    both = before.index.intersection(after.index)
    columns = list(dict.fromkeys([*before.columns, *after.columns]))
    old, new = (side.reindex(columns=columns, fill_value="").loc[both] for side in (before, after))
    cells = []
    for column in columns:
        unlike = both[~_same(column, old[column], new[column])]
        cells += list(
            zip(unlike, [column] * len(unlike), old.loc[unlike, column], new.loc[unlike, column], strict=True)
        )
    cells += [(row, "row", "+", "") for row in before.index.difference(after.index)]
    cells += [(row, "row", "", "+") for row in after.index.difference(before.index)]
    return _differences(name, cells)


def _differences(name: str, cells: list[tuple[str, str, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(cells, columns=COLUMNS[1:], dtype="str").assign(table=name)


def _read(path: Path) -> pd.DataFrame:
    """A table's cells as they are written, by key; equal keys are numbered."""
    table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    keys = [column for column in _KEYS if column in table]
    place = table.groupby(keys, sort=False).cumcount() + 1
    name = table[keys].agg(" · ".join, axis=1) if len(table) else pd.Series(dtype="str")
    return table.set_axis(name.where(place == 1, name + " #" + place.astype("str")), axis="index")


def _same(column: str, old: pd.Series, new: pd.Series) -> pd.Series:
    """Whether cells are equal as written; of measured numbers, as near as two machines' arithmetic is."""
    same = old == new
    if column in _MEASURED:
        a, b = (pd.to_numeric(side, errors="coerce") for side in (old, new))
        same |= (a - b).abs() <= CLOSE * a.abs().clip(lower=1.0)
    return same

"""What people recorded about each other's work: ratings for measures with raters, events for items."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import pandas as pd

from toolkit.data.check import period_meant
from toolkit.data.convert import ident
from toolkit.data.engagement import Engagement
from toolkit.data.files.read import SHOWN
from toolkit.data.panel.rows import as_frame, fetched
from toolkit.data.sources import source_name
from toolkit.data.typed import note_rest
from toolkit.errors import Problems
from toolkit.faults import near
from toolkit.scheme.scheme import Scheme

RATINGS = ("participant", "period", "measure", "rater", "kind", "rating", "comment")
EVENTS = ("participant", "item", "quantity", "happened_on", "note")


def rated_measures(schemes: Iterable[Scheme]) -> dict[str, tuple[float, float] | None]:
    """The measures whose actual is given by people, with the scale of their rule; None where it has none.

    Where schemes share a measure's name, the scale is the widest.
    """
    found: dict[str, tuple[float, float] | None] = {}
    for measure in (m for scheme in schemes for m in scheme.measures if m.raters):
        rule, before = measure.scoring.rating, found.get(measure.name)
        if rule is None or (measure.name in found and before is None):
            found[measure.name] = None
        else:
            low, high = rule.points[0][0], rule.points[-1][0]
            found[measure.name] = (min(low, before[0]), max(high, before[1])) if before else (low, high)
    return found


def item_names(schemes: Iterable[Scheme]) -> set[str]:
    """The items that some scheme gives or takes points for, or vetoes by."""
    return {
        name
        for scheme in schemes
        for name in (*(i.name for i in scheme.items), *(v.item for v in scheme.vetoes if v.item))
    }


def load_ratings(client: Engagement, schemes: Iterable[Scheme], problems: Problems) -> pd.DataFrame:
    """The ratings that the schemes' measures read: periods by name, on the rule's scale, each once.

    Returns
    -------
    DataFrame
        participant, period, measure, rater (blank for an anonymous one; of a self rating the person), kind,
        rating, comment. No rows where no scheme has raters or the table is not supplied; rows with problems
        are noted, all at once.
    """
    measures = rated_measures(schemes)
    rows = _read(client, "ratings", RATINGS) if measures else _nothing(RATINGS)
    names = {written: period_meant(written, client.calendar) for written in rows["period"].unique()}
    named = rows.assign(period=rows["period"].map(names))
    note = partial(_note, client, "ratings", rows, problems)
    note("data.not_a_period", named["period"].isna(), "period")
    strange = ~rows["measure"].isin(list(measures))
    note("records.unknown_measure", strange & ~rows.duplicated("measure"), "measure", list(measures))
    for measure, scale in measures.items():
        if scale is not None:
            off = (rows["measure"] == measure) & ~rows["rating"].between(*scale)
            note("records.off_scale", off, "rating", low=f"{scale[0]:g}", high=f"{scale[1]:g}")
    key = ["rater", "participant", "period", "measure"]
    # The same words twice are noted on loading; here one period under two names: 2026-01 and 2026-01-01.
    again = named["rater"].notna() & named["period"].notna() & named.duplicated(key)
    note("records.rated_twice", again & ~rows.duplicated(key), "period")
    is_self = named["rater"].isna() & (named["kind"] == "self")
    filled = named.assign(rater=named["rater"].mask(is_self, named["participant"]).fillna(""))
    filled = filled.assign(comment=filled["comment"].fillna(""))
    return filled[list(RATINGS)]


def load_events(client: Engagement, schemes: Iterable[Scheme], problems: Problems) -> pd.DataFrame:
    """The events that the schemes' items and vetoes read; a blank quantity is 1.

    Returns
    -------
    DataFrame
        participant, item, quantity, happened_on, note. No rows where no scheme has items or the table is not
        supplied; items that no scheme has are noted.
    """
    items = item_names(schemes)
    rows = _read(client, "events", EVENTS) if items else _nothing(EVENTS)
    note = partial(_note, client, "events", rows, problems)
    strange = ~rows["item"].isin(items)
    note("records.unknown_item", strange & ~rows.duplicated("item"), "item", sorted(items))
    rows = rows.assign(quantity=rows["quantity"].fillna(1.0), note=rows["note"].fillna(""))
    return rows[list(EVENTS)]


def _nothing(columns: Iterable[str]) -> pd.DataFrame:
    kinds = {"rating": "float64", "quantity": "float64", "happened_on": "datetime64[s]"}
    empty = {c: pd.Series(dtype=kinds.get(c, "str")) for c in columns}
    numbers = {c: pd.Series(dtype="float64") for c in ("_file", "_row")}
    return pd.DataFrame(empty | numbers)


def _read(client: Engagement, table: str, columns: tuple[str, ...]) -> pd.DataFrame:
    """A table's rows as they stand, wherever it lies; none where it is not supplied."""
    if table not in client.filled:
        return _nothing(columns)
    relation = client.relations[table]
    here = relation.engine is None
    place = "t._file AS _file, t._row AS _row" if here else "0 AS _file, CAST(NULL AS BIGINT) AS _row"
    listed = ", ".join(f"t.{ident(column)} AS {ident(column)}" for column in columns)
    order = "_file, _row" if here else listed.split(" AS ")[0]
    rows = relation.select(columns)
    query = f"SELECT {listed}, {place} FROM {rows} AS t ORDER BY {order}"
    return as_frame(fetched(client.database, relation, query))


def _note(
    client: Engagement,
    table: str,
    rows: pd.DataFrame,
    problems: Problems,
    code: str,
    wrong: pd.Series,
    column: str,
    known: Iterable[str] = (),
    **values: Any,
) -> None:
    """Note the rows at fault: the first ones by file and row, with the names `known` like theirs."""
    if not wrong.any():
        return
    source, found = client.sources[table], rows[wrong]
    written = source.written(column)
    for row in found.head(SHOWN).to_dict("records"):
        where = source_name(table, source, int(row["_file"]))
        line = None if pd.isna(row["_row"]) else int(row["_row"])
        more = values | ({"near": near(row[column], known)} if known else {})
        problems.add(code, where=where, row=line, column=written, value=row[column], **more)
    if len(found) > SHOWN:
        note_rest(source_name(table, source), written, len(found) - SHOWN, problems)

"""Corrections of earlier periods: paid with the period they name; nothing is overwritten."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.appraise.records import Records
from toolkit.appraise.statement.lines import Lines
from toolkit.appraise.statement.roll import Roll
from toolkit.appraise.statement.sheet import Sheet
from toolkit.money import to_minor

_COLUMNS = ["scheme", "participant", "period", "reason"]
_ORDER = ["participant", "period", "at", "concerns", "reason", "author", "amount"]


def corrected(given: Sequence[Sheet], roll: Roll, records: Records, lines: Lines) -> pd.DataFrame:
    """Add every correction to the row it is paid with.

    That is the person's row of the period, under the scheme they are due in then; else under the scheme of
    the period that is corrected, else under their last one.

    Parameters
    ----------
    given : list of Sheet
        Everybody who is due, whether they can be paid or not.

    Returns
    -------
    DataFrame
        scheme, participant, period, reason: corrections of somebody who was never due (not_in_roster), or
        with a period in which nobody was scored (no_pay_period).
    """
    if records.corrections.empty:
        return pd.DataFrame({name: pd.Series(dtype="str") for name in _COLUMNS})
    table = records.corrections.sort_values(_ORDER, kind="stable", ignore_index=True)
    table["sheet"] = _sheets(given, table)
    unknown = table["sheet"].isna()
    periods = {(i, p) for i, sheet in enumerate(given) for p in sheet.periods}
    pairs = zip(table["sheet"].fillna(-1).astype(int), table["period"], strict=True)
    odd = ~unknown & np.array([pair not in periods for pair in pairs])
    sound = table[~unknown & ~odd]
    if len(sound):
        _tell(sound, roll, lines)
    left = table[unknown | odd]
    ids = [given[int(i)].scheme.id if i == i else "" for i in left["sheet"]]
    why = np.where(unknown[left.index], "not_in_roster", "no_pay_period")
    return left[["participant", "period"]].assign(scheme=ids, reason=why)[_COLUMNS].astype("str")


def _sheets(given: Sequence[Sheet], table: pd.DataFrame) -> pd.Series:
    """Which scheme each correction is paid under; blank for who was never due."""
    parts = [
        pd.DataFrame({"participant": s.names, "period": s.rows["period"], "end": s.rows["end"], "sheet": i})
        for i, s in enumerate(given)
    ]
    due = pd.concat(parts, ignore_index=True)
    due = due[due["participant"].isin(table["participant"].unique())].sort_values(["end", "sheet"])
    there = due.drop_duplicates(["participant", "period"]).set_index(["participant", "period"])["sheet"]
    last = due.drop_duplicates("participant", keep="last").set_index("participant")["sheet"]
    places = [pd.MultiIndex.from_frame(table[["participant", when]]) for when in ("period", "concerns")]
    found = [there.reindex(place) for place in places]
    chosen = pd.Series(found[0].to_numpy(dtype=float))
    for other in (found[1], last.reindex(table["participant"])):
        chosen = chosen.fillna(pd.Series(other.to_numpy(dtype=float)))
    return chosen


def _tell(sound: pd.DataFrame, roll: Roll, lines: Lines) -> None:
    sheets = sound["sheet"].astype("int64")
    rows = roll.place(sound["participant"], sound["period"], sheets)
    currency, amounts = roll.currency(sheets), np.zeros(len(sound), dtype=np.int64)
    for name in dict.fromkeys(currency):
        here = currency == name
        amounts[here] = to_minor(sound.loc[here, "amount"], name)
    words = {name: sound[name].fillna("").to_numpy(dtype=object) for name in ("reason", "author", "concerns")}
    at = sound["at"].astype(str).where(sound["at"].notna(), "").to_numpy(dtype=object)
    lines.add(rows, step="correction", amount=amounts, at=at, **words)

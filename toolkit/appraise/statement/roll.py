"""All rows of a payroll over the schemes, and the rows that only what comes later makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.appraise.grid import coded, in_order, words_at
from toolkit.appraise.roster import KEY
from toolkit.appraise.statement.sheet import Sheet
from toolkit.money import minor_digits


@dataclass
class Roll:
    """Every row that is paid, with its place; rows are added for what is paid after somebody was last due.

    Parameters
    ----------
    sheets : list of Sheet
        Payable rows only, in the schemes' order.
    """

    sheets: Sequence[Sheet]
    table: pd.DataFrame = field(init=False)

    def __post_init__(self) -> None:
        parts = [
            pd.DataFrame(
                {
                    "participant": sheet.names,
                    "period": sheet.rows["period"],
                    "sheet": i,
                    "end": sheet.rows["end"],
                    "start": sheet.rows["start"],
                }
            )
            for i, sheet in enumerate(self.sheets)
        ]
        empty = {"participant": "str", "period": "str", "sheet": "int64"}
        first = pd.DataFrame(columns=[*empty, "end", "start"]).astype(empty)
        self.table = pd.concat([p for p in parts if len(p)] or [first], ignore_index=True)
        self.paid = len(self.table)

    def rows_of(self, sheet: int) -> np.ndarray:
        """The rows of one sheet."""
        start = sum(len(s) for s in self.sheets[:sheet])
        return np.arange(start, start + len(self.sheets[sheet]))

    def currency(self, sheets: np.ndarray | pd.Series) -> np.ndarray:
        """The currency that each of some sheets pays in."""
        names = np.array([sheet.scheme.currency for sheet in self.sheets], dtype=object)
        return names[np.asarray(sheets, dtype=np.int64)]

    def place(self, participants: pd.Series, periods: pd.Series, sheets: pd.Series) -> np.ndarray:
        """The row in which each of some amounts is paid.

        That is the person's row of the period, whatever scheme they are under by then, if it pays in the same
        currency; where there is none, a row of the sheet named is added.
        """
        wanted = pd.DataFrame(
            {"participant": participants.array, "period": periods.array, "sheet": sheets.to_numpy()}
        )
        wanted["currency"] = self.currency(wanted["sheet"])
        key = ["participant", "period", "currency"]
        found = wanted.merge(self._known(wanted), on=key, how="left")["row"]
        late = wanted[found.isna().to_numpy()].drop_duplicates(key)
        if len(late):
            self.table = pd.concat([self.table, late[["participant", "period", "sheet"]]], ignore_index=True)
            found = wanted.merge(self._known(wanted), on=key, how="left")["row"]
        return found.to_numpy(dtype=np.int64)

    def _known(self, wanted: pd.DataFrame) -> pd.DataFrame:
        """Rows of the people asked for."""
        own = self.table[self.table["participant"].isin(wanted["participant"].unique())]
        known = own[["participant", "period"]].assign(currency=self.currency(own["sheet"]), row=own.index)
        return known.drop_duplicates(["participant", "period", "currency"])

    def keys(self) -> pd.DataFrame:
        """scheme, participant, period of every row."""
        schemes = words_at([sheet.scheme.id for sheet in self.sheets], self.table["sheet"].to_numpy())
        return self.table[["participant", "period"]].assign(scheme=schemes)[KEY]

    def finer(self, digits: int) -> np.ndarray:
        """For each row, what brings its currency's minor units to so many decimals."""
        scales = [10 ** (digits - minor_digits(sheet.scheme.currency)) for sheet in self.sheets]
        return np.array(scales, dtype=np.int64)[self.table["sheet"].to_numpy()]

    def order(self) -> np.ndarray:
        """The rows in the order of the tables: by scheme, participant and period."""
        codes = [in_order(coded(column)).codes for _, column in self.keys().items()]
        return np.lexsort(codes[::-1])

"""What an alert is: its columns, its kinds, how serious it may be, and what every kind is found from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd

from toolkit.catalogue.kpi import Kpi
from toolkit.data.engagement import Engagement
from toolkit.language import money as short_money
from toolkit.language import number, percent, pick, text
from toolkit.scheme.scheme import Schemes

COLUMNS = [
    *("participant", "period", "kpi", "probability", "severity", "message"),
    *("kind", "expected_false_per_year", "value", "limit", "n", "basis", "level", "scheme", "refused"),
]
KINDS = ("run_rate", "drift", "missed")
SEVERITIES = ("low", "medium", "high", "refused")  # whom they reach: see `toolkit.notify.routes`
LOW, MEDIUM = 0.25, 0.10  # probability of reaching a running target below which it is said to whom
TOLERABLE = 0.9  # true attainment below which there is something to mend (METHODS 9)
TRULY_BELOW = 0.8  # its probability; below that a run of misses carries nothing but a conversation
SCORE = "score"  # in the column kpi: the score of the whole scheme, no KPI of its own


class Appraised(Protocol):
    """The tables that alerts are found in: those of an appraisal or of a report's results."""

    @property
    def schemes(self) -> Schemes: ...
    @property
    def panel(self) -> pd.DataFrame: ...
    @property
    def scorecard(self) -> pd.DataFrame: ...
    @property
    def scores(self) -> pd.DataFrame: ...
    @property
    def names(self) -> dict[str, str]: ...


@dataclass(frozen=True)
class Look:
    """One look at an engagement, on a day, in a language.

    Parameters
    ----------
    client : Engagement
    tables : Appraised
    as_of : Timestamp
        The last day that is known; nothing later is used.
    country : str, optional
        Whose working days count; none: Monday to Friday.
    language : str
    """

    client: Engagement
    tables: Appraised
    as_of: pd.Timestamp
    country: str | None
    language: str

    def ended(self, table: pd.DataFrame) -> pd.DataFrame:
        """Rows of the periods that had ended on the day."""
        calendar = self.client.calendar
        over = [p for p in table["period"].unique() if calendar.bounds(p)[1] <= self.as_of]
        return table[table["period"].isin(over)]

    def name(self, participant: str, level: str = "individual") -> str:
        """A person by name, by id where the name is not unique; a group has its own name."""
        return self.tables.names.get(participant, participant) if level == "individual" else participant

    def kpi(self, kpi: str) -> str:
        """A KPI's name, without the synonyms that the catalogue gives in brackets."""
        if kpi == SCORE:
            return text("alerts.score", self.language)
        return pick(self.client.kpis[kpi].name, self.language).partition("（")[0].partition(" (")[0]

    def shown(self, value: float, kpi: str) -> str:
        """A value as it is read: money in short, shares in per cent, points with digits."""
        definition: Kpi | None = self.client.kpis.get(kpi) if kpi != SCORE else None
        if definition is not None and definition.unit == "currency":
            return short_money(value, self.client.currency, self.language)
        if definition is not None and definition.unit == "ratio":
            return percent(value, self.language, 1)
        whole = abs(value) >= 100 or (definition is not None and definition.unit == "count")
        return number(value, self.language, 0 if whole else 1)


def table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Alerts as a table, every column there and of its kind, also where no alert is."""
    found = pd.DataFrame(rows, columns=COLUMNS)
    numeric = ("probability", "expected_false_per_year", "value", "limit")
    words = [c for c in COLUMNS if c not in (*numeric, "n")]
    found[words] = found[words].fillna("")
    kinds = dict.fromkeys(words, "str") | dict.fromkeys(numeric, "float64")
    return found.astype(kinds).assign(n=found["n"].astype("Int64"))

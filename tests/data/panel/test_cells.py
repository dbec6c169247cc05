"""Days cut into stretches: each belongs to whole periods, and nobody changes place within one."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.data.panel.cells import cells_of
from toolkit.periods import Calendar

FIRST, LAST = pd.Timestamp("2026-01-01"), pd.Timestamp("2026-06-30")
MOVES = st.lists(st.dates(FIRST.date(), LAST.date()), max_size=4, unique=True)


def people(moves: list[object]) -> pd.DataFrame:
    """Two people: one stays, one changes team on each of these days."""
    starts = [pd.NaT, *(pd.Timestamp(day) for day in sorted(moves))]
    ends = [*(day - pd.Timedelta(days=1) for day in starts[1:]), pd.NaT]
    moving = [
        ("p1", f"T{i}", "R", start, end) for i, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]
    return pd.DataFrame(
        [*moving, ("p2", "T9", "R", pd.NaT, pd.NaT)],
        columns=["participant", "team", "region", "valid_from", "valid_to"],
    ).astype({"valid_from": "datetime64[s]", "valid_to": "datetime64[s]"})


def periods() -> pd.DataFrame:
    grains = [Calendar().between(FIRST, LAST, grain) for grain in ("month", "quarter", "half")]
    return pd.concat(grains, ignore_index=True)


@settings(max_examples=30, deadline=None)
@given(moves=MOVES)
def test_every_day_is_in_one_cell_and_every_cell_in_whole_periods_and_places(moves: list[object]) -> None:
    roster, spans = people(moves), periods()
    cells = cells_of(roster, spans)
    days, held = cells.days.to_pandas(), cells.cells.to_pandas()
    assert days["day"].is_unique and len(days) == 181  # January to June 2026
    listed = days.merge(held[["cell", "period"]], on="cell")
    for row in spans.itertuples():
        inside = pd.to_datetime(listed.loc[listed["period"] == row.period, "day"])
        assert sorted(inside) == list(pd.date_range(row.start, row.end))  # each day of it, each once
    looked_up = held.drop_duplicates("cell").set_index("cell")["day"]
    for day, cell in zip(pd.to_datetime(days["day"]), days["cell"], strict=True):
        asked = pd.Timestamp(looked_up[cell])
        assert team_on(roster, day) == team_on(roster, asked)


def team_on(roster: pd.DataFrame, day: pd.Timestamp) -> str:
    """The team of the person who moves."""
    own = roster[roster["participant"] == "p1"]
    there = (own["valid_from"].isna() | (own["valid_from"] <= day)) & (
        own["valid_to"].isna() | (own["valid_to"] >= day)
    )
    assert there.sum() == 1
    return str(own.loc[there, "team"].iloc[0])


def test_ends_are_the_periods_last_days_and_no_flows_cell() -> None:
    cells = cells_of(people([]), periods())
    ends, held = cells.ends.to_pandas(), cells.cells.to_pandas()
    named = ends.merge(held[["cell", "period"]], on="cell")
    assert dict(zip(named["period"], named["day"].astype(str), strict=True))["2026-Q1"] == "2026-03-31"
    assert len(named) == len(periods()) == 6 + 2 + 1
    assert not set(ends["cell"]) & set(cells.days.to_pandas()["cell"])


def test_without_a_period_there_is_nothing_to_cut() -> None:
    cells = cells_of(people([]), periods().iloc[:0])
    assert cells.days.num_rows == cells.ends.num_rows == cells.cells.num_rows == 0

"""The manufacturer sample: ratings and points recorded under the new scheme, as its README says."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.assets import asset
from toolkit.data.load import frame, load_engagement


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    client = load_engagement(asset("templates", "engagements", "manufacturer"))
    return {name: frame(client.database, name) for name in ("participants", "ratings", "events")}


def on_day(participants: pd.DataFrame, day: str) -> pd.DataFrame:
    """The roster's rows that hold on a day."""
    when = pd.Timestamp(day)
    held = participants["valid_from"].le(when) & ~participants["valid_to"].lt(when)
    return participants[held & ~participants["left_on"].lt(when)]


def test_everybody_is_rated_each_quarter_by_themselves_two_colleagues_and_the_manager(tables: dict) -> None:
    found = tables["ratings"]
    assert set(found["period"]) == {"2026-Q1", "2026-Q2"} and set(found["rating"]) <= {1, 2, 3, 4, 5}
    assert not found.duplicated(["participant", "period", "measure", "rater"]).any()
    first = found[(found["period"] == "2026-Q1") & (found["measure"] == "teamwork")]
    assert first["kind"].value_counts().to_dict() == {"peer": 48, "self": 24, "manager": 24}
    second = found[(found["period"] == "2026-Q2") & (found["measure"] == "teamwork")]
    # S017 left in April: 23 people, and the two of that team have one colleague each
    assert second["kind"].value_counts().to_dict() == {"peer": 44, "self": 23, "manager": 23}
    assert "S017" not in set(second["participant"]) | set(second["rater"])
    roster = on_day(tables["participants"], "2026-03-31").set_index("participant")
    for kind, part in first.groupby("kind"):
        team, boss = (
            roster["team"].reindex(part["participant"]),
            roster["manager"].reindex(part["participant"]),
        )
        if kind == "manager":
            assert part["rater"].tolist() == boss.tolist()
        else:
            assert roster["team"].reindex(part["rater"]).tolist() == team.tolist()
            assert ((part["rater"] == part["participant"]) == (kind == "self")).all()


def test_people_praise_themselves_and_managers_differ_in_leniency(tables: dict) -> None:
    means = tables["ratings"].groupby("kind")["rating"].mean()
    assert means["self"] > means["peer"] + 0.15


def test_points_are_recorded_while_people_are_employed(tables: dict) -> None:
    found = tables["events"]
    assert found["happened_on"].between("2026-01-01", "2026-06-30").all() and found["event"].is_unique
    assert found["item"].value_counts()["compliance_breach"] == 1
    assert found.loc[found["item"] == "compliance_breach", "participant"].tolist() == ["S008"]
    assert not ((found["participant"] == "S017") & (found["happened_on"] > "2026-04-30")).any()

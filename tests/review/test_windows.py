"""Which periods are compared and who is changed, on assignments small enough to see through."""

import dataclasses

import pandas as pd

from toolkit.periods import Calendar
from toolkit.review.changes import Windows, windows
from toolkit.scheme.example import example_schemes
from toolkit.scheme.scheme import Schemes

QUARTERS = [f"{year}-Q{q}" for year in (2024, 2025, 2026) for q in (1, 2, 3, 4)]
OLD, NEW = "commission@2024", "field_sales@2026"


def assigned(rows: list[tuple[str, str, str, str | None]]) -> pd.DataFrame:
    """Rows of (person, period, scheme, team) as `assignments` gives them."""
    calendar = Calendar()
    table = pd.DataFrame(rows, columns=["person", "period", "scheme", "team"])
    return table.assign(
        participant=table["person"],
        region="R",
        grain=[calendar.grain_of(p) for p in table["period"]],
        start=[calendar.bounds(p)[0] for p in table["period"]],
    )


def spell(person: str, team: str | None, first: str, last: str, scheme: str) -> list:
    """A person under one scheme from a quarter to another, both included."""
    chosen = QUARTERS[QUARTERS.index(first) : QUARTERS.index(last) + 1]
    return [(person, period, scheme, team) for period in chosen]


def found(*spells: list) -> Windows:
    # Order of rows must not matter: they are handed over from the latest to the earliest.
    rows = sorted((row for one in spells for row in one), key=lambda r: r[1], reverse=True)
    return windows(example_schemes(), assigned(rows), Calendar())


def groups(chosen: Windows) -> dict[str, str]:
    return dict(zip(chosen.people["participant"], chosen.people["group"], strict=True))


CHANGING = [
    *spell("a", "N", "2025-Q1", "2025-Q4", OLD), *spell("a", "N", "2026-Q1", "2026-Q2", NEW),
]  # fmt: skip
STAYING = spell("b", "S", "2025-Q1", "2026-Q2", OLD)


def test_a_change_is_compared_with_the_same_periods_a_year_before() -> None:
    chosen = found(CHANGING, STAYING)
    assert (chosen.before, chosen.after) == (("2025-Q1", "2025-Q2"), ("2026-Q1", "2026-Q2"))
    assert (chosen.basis, chosen.change) == ("same_periods_last_year", "2026-Q1")
    assert chosen.new_schemes == (NEW,) and groups(chosen) == {"a": "changed", "b": "unchanged"}


def test_where_last_year_is_not_covered_as_many_periods_before_are_taken() -> None:
    late = [*spell("a", "N", "2025-Q2", "2025-Q4", OLD), *spell("a", "N", "2026-Q1", "2026-Q2", NEW)]
    chosen = found(late, spell("b", "S", "2025-Q2", "2026-Q2", OLD))
    assert (chosen.before, chosen.basis) == (("2025-Q3", "2025-Q4"), "periods_before")


def test_where_fewer_periods_lie_before_all_of_them_are_taken() -> None:
    early = [*spell("a", "N", "2025-Q4", "2025-Q4", OLD), *spell("a", "N", "2026-Q1", "2026-Q3", NEW)]
    assert found(early).before == ("2025-Q4",)


def test_a_window_longer_than_a_year_cannot_be_its_own_base() -> None:
    long = [*spell("a", "N", "2024-Q1", "2024-Q4", OLD), *spell("a", "N", "2025-Q1", "2026-Q2", NEW)]
    chosen = found(long)
    assert len(chosen.after) == 6 and chosen.before == ("2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4")


def test_without_a_change_the_last_four_periods_stand_against_the_four_before() -> None:
    chosen = found(spell("a", "N", "2024-Q1", "2026-Q2", OLD), spell("b", "S", "2024-Q1", "2026-Q2", OLD))
    assert chosen.after == ("2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2")
    assert chosen.before == ("2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2")
    assert (chosen.change, chosen.new_schemes, chosen.basis) == ("", (), "periods_before")
    assert set(groups(chosen).values()) == {"everyone"}


def test_of_few_periods_the_halves_are_compared_and_of_one_nothing() -> None:
    chosen = found(spell("a", "N", "2025-Q4", "2026-Q2", OLD))
    assert (chosen.before, chosen.after) == (("2026-Q1",), ("2026-Q2",))
    alone = found(spell("a", "N", "2026-Q1", "2026-Q1", OLD))
    assert (alone.before, alone.after) == ((), ()) and alone.people.empty


def test_a_new_version_of_the_same_scheme_is_no_change() -> None:
    bumped = [
        *spell("a", "N", "2025-Q1", "2025-Q4", "commission@2024"),
        *spell("a", "N", "2026-Q1", "2026-Q2", "commission@2026"),
    ]
    assert found(bumped).change == ""


def test_of_several_changes_the_last_is_taken_and_who_changed_before_is_the_comparison() -> None:
    first = [*spell("a", "N", "2025-Q1", "2025-Q2", OLD), *spell("a", "N", "2025-Q3", "2026-Q2", NEW)]
    second = [*spell("b", "S", "2025-Q1", "2025-Q4", OLD), *spell("b", "S", "2026-Q1", "2026-Q2", NEW)]
    chosen = found(first, second, spell("c", "W", "2025-Q1", "2026-Q2", OLD))
    assert chosen.change == "2026-Q1"
    assert groups(chosen) == {"a": "unchanged", "b": "changed", "c": "unchanged"}


def test_one_persons_late_transfer_is_no_change_of_scheme() -> None:
    two = [*CHANGING, *((("c", *row[1:])) for row in CHANGING)]
    moved = [*spell("m", "S", "2025-Q1", "2026-Q1", OLD), ("m", "2026-Q2", NEW, "N")]
    chosen = found(two, STAYING, moved)
    assert (chosen.change, chosen.after) == ("2026-Q1", ("2026-Q1", "2026-Q2"))
    assert groups(chosen) == {"a": "changed", "b": "unchanged", "c": "changed", "m": "changed"}


def test_who_joins_later_belongs_to_the_group_of_the_scheme_also_after_a_new_version() -> None:
    bumped = [*CHANGING[:-1], ("a", "2026-Q2", "field_sales@2026-04", "N")]
    joiners = [("j", "2026-Q2", "field_sales@2026-04", "N"), ("k", "2026-Q2", OLD, "S")]
    with_start = spell("i", "N", "2026-Q1", "2026-Q2", NEW)
    chosen = found(bumped, STAYING, joiners, with_start)
    assert groups(chosen) == {
        "a": "changed",
        "b": "unchanged",
        "i": "changed",
        "j": "changed",
        "k": "unchanged",
    }
    assert chosen.new_schemes == (NEW,)


def test_joining_is_no_change() -> None:
    assert found(STAYING, spell("j", "N", "2026-Q1", "2026-Q2", NEW)).change == ""


def test_who_left_before_the_later_window_is_not_among_its_people() -> None:
    chosen = found(CHANGING, STAYING, spell("x", "N", "2025-Q1", "2025-Q3", OLD))
    assert set(groups(chosen)) == {"a", "b"}
    assert "x" in set(chosen.employed["person"])


def test_people_stand_with_the_team_of_their_last_period_also_if_that_is_none() -> None:
    moved = [*spell("m", "S", "2025-Q1", "2026-Q1", OLD), ("m", "2026-Q2", OLD, "W")]
    loose = [*spell("n", "S", "2025-Q1", "2026-Q1", OLD), ("n", "2026-Q2", OLD, None)]
    people = found(CHANGING, moved, loose).people.set_index("participant")
    assert people.loc["m", "team"] == "W" and pd.isna(people.loc["n", "team"])


def test_the_coarsest_pay_period_is_the_measure_of_all() -> None:
    (quarterly,) = example_schemes()
    yearly = dataclasses.replace(quarterly, name="managers", score_every="quarter", pay_every="year")
    both = Schemes((quarterly, yearly), Calendar(), example_schemes().kpis)
    years = [("a", "2024", OLD, "N"), ("a", "2025", OLD, "N"), ("a", "2026", NEW, "N")]
    chosen = windows(both, assigned([*STAYING, *years]), Calendar())
    assert (chosen.before, chosen.after) == (("2025",), ("2026",))

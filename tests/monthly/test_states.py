"""The states of a month: what may follow what, who may do it, and every move that is refused."""

from pathlib import Path

import pytest

from toolkit.errors import ReportError
from toolkit.language import describe_error
from toolkit.monthly.log import Writer, writing
from toolkit.monthly.states import MOVES, STATES, Month, allow, make, month, months, named, same_person

# From the brief of the month: every pair that is allowed; all others are refused.
ALLOWED = {
    ("", "open"), ("open", "score"), ("scored", "score"), ("scored", "review"), ("reviewed", "approve"),
    ("approved", "publish"), ("published", "lock"), ("reviewed", "reopen"), ("approved", "reopen"),
}  # fmt: skip


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("state", ["", *STATES])
def test_moves(state: str, move: str) -> None:
    now = Month("2026-03", state)
    if (state, move) in ALLOWED:
        allow(now, move)
        assert True
        return
    with pytest.raises(ReportError) as refused:
        allow(now, move)
    problem = refused.value.problems[0]
    assert (problem.code, problem.where, problem.value) == (
        f"month.is_{state or 'new'}",
        "months/2026-03",
        move,
    )
    for language in ("en", "zh"):
        assert move in describe_error(refused.value, language)[0]


def through(log: Writer, *steps: str) -> None:
    for step in steps:
        make(
            log,
            "2026-03",
            step,
            {"approve": "Zhao Lei"}.get(step, "Li Na"),
            reason="r" if step == "reopen" else "",
        )


def test_the_whole_way_and_back_once(tmp_path: Path) -> None:
    with writing(tmp_path) as log:
        states = []
        for step in (
            "open",
            "score",
            "score",
            "review",
            "reopen",
            "score",
            "review",
            "approve",
            "publish",
            "lock",
        ):
            through(log, step)
            states.append(month(log.entries, "2026-03").state)
    assert states == [
        "open",
        "scored",
        "scored",
        "reviewed",
        "scored",
        "scored",
        "reviewed",
        "approved",
        "published",
        "locked",
    ]
    now = month(log.entries, "2026-03")
    assert now.settled and now.last("reopened").data == {"reason": "r"}  # type: ignore[union-attr]
    assert month(log.entries, "2026-04").state == "" and list(months(log.entries)) == ["2026-03"]


def test_who_scored_does_not_approve(tmp_path: Path) -> None:
    with writing(tmp_path) as log:
        through(log, "open", "score", "review")
        for name in ("Li Na", " li  NA", "Ｌｉ Na"):
            with pytest.raises(ReportError) as refused:
                make(log, "2026-03", "approve", name)
            assert refused.value.problems[0].code == "month.four_eyes"
        assert make(log, "2026-03", "approve", "Li Na", four_eyes=False).action == "approved"


def test_the_last_one_who_scored_counts(tmp_path: Path) -> None:
    with writing(tmp_path) as log:
        through(log, "open", "score")
        make(log, "2026-03", "score", "Zhao Lei")
        through(log, "review")
        with pytest.raises(ReportError, match="Zhao Lei"):
            make(log, "2026-03", "approve", "Zhao Lei")
        assert make(log, "2026-03", "approve", "Li Na").who == "Li Na"


@pytest.mark.parametrize("reason", ["", "  "])
def test_reopening_needs_a_reason(reason: str, tmp_path: Path) -> None:
    with writing(tmp_path) as log:
        through(log, "open", "score", "review")
        with pytest.raises(ReportError) as refused:
            make(log, "2026-03", "reopen", "Li Na", reason=reason)
        assert refused.value.problems[0].code == "month.reason" and len(log.entries) == 3


def test_nobody_is_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "root")
    monkeypatch.delenv("KPI_USER", raising=False)
    for nobody in (None, "", "  "):
        with pytest.raises(ReportError, match="KPI_USER"):
            named(nobody)
    monkeypatch.setenv("KPI_USER", "Wang Wei")
    assert named(None) == "Wang Wei" and named("Li Na") == "Li Na"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("李娜", "李娜 ", True),
        ("李娜", "李 娜", True),  # as names of two characters are often typed, to fill three places
        ("李娜", "李　 娜", True),
        ("李娜", "李那", False),
        ("Straße", "STRASSE", True),
    ],
)
def test_names(one: str, other: str, same: bool) -> None:
    assert same_person(one, other) is same

"""Appeals and corrections through the functions: the days, the next pay period, every refusal."""

import datetime as dt
from pathlib import Path

import pytest

from tests.report.client import SCHEME, engagement
from toolkit.data.engagement import Engagement
from toolkit.data.load import load_engagement
from toolkit.errors import ReportError
from toolkit.monthly import (
    advance,
    appeal,
    appeals,
    correct,
    corrections,
    decide,
    publish,
    read_log,
    score_month,
)

PUBLISHED = dt.datetime(2026, 4, 2, 15, 0, tzinfo=dt.UTC)


def on(day: int, hour: int = 12) -> dt.datetime:
    return dt.datetime(2026, 4, day, hour, tzinfo=dt.UTC)


def published(folder: Path, period: str = "2026-03", **scheme: object) -> Engagement:
    """A client with a published month."""
    agreed = {**SCHEME, "governance": {"appeal_days": 10}, **scheme}
    client = load_engagement(engagement(folder, schemes=[agreed]))
    to_publication(client, period)
    return client


def to_publication(client: Engagement, period: str) -> None:
    score_month(client, period, "Li Na")
    advance(client.folder, period, "review", "Wang Wei")
    advance(client.folder, period, "approve", "Zhao Lei")
    publish(client, period, "Li Na", now=PUBLISHED)


def codes(error: pytest.ExceptionInfo[ReportError]) -> list[str]:
    return [problem.code for problem in error.value.problems]


def test_the_last_day_counts_and_the_next_does_not(tmp_path: Path) -> None:
    client = published(tmp_path / "client")
    for at in (PUBLISHED, on(12, 23)):
        assert appeal(client, "2026-03", "p002", "too low", "Ms Wu", now=at).action == "appealed"
    with pytest.raises(ReportError) as refused:
        appeal(client, "2026-03", "p002", "too low", "Ms Wu", now=on(13, 0))
    assert codes(refused) == ["month.appeal_late"] and "2026-04-12" in str(refused.value)
    assert [a.number for a in appeals(read_log(client.folder))] == [6, 7]


def test_without_days_in_the_agreement_there_is_no_last_day(tmp_path: Path) -> None:
    client = published(tmp_path / "client", governance={})
    assert appeal(client, "2026-03", "p002", "too low", "Ms Wu", now=on(30)).period == "2026-03"


@pytest.mark.parametrize(
    ("period", "participant", "claim", "found"),
    [
        ("2026-02", "p002", "too low", ["month.not_published"]),
        ("2026-03", "p099", " ", ["month.no_claim", "month.no_numbers"]),
    ],
)
def test_appeals_refused(period: str, participant: str, claim: str, found: list[str], tmp_path: Path) -> None:
    client = published(tmp_path / "client")
    before = read_log(client.folder)
    with pytest.raises(ReportError) as refused:
        appeal(client, period, participant, claim, "Ms Wu", now=PUBLISHED)
    assert codes(refused) == found and read_log(client.folder) == before


def test_the_evidence_is_named_and_sealed(tmp_path: Path) -> None:
    client = published(tmp_path / "client")
    (tmp_path / "proof.pdf").write_bytes(b"abc")
    data = appeal(client, "2026-03", "p002", "x", "Wu", evidence=tmp_path / "proof.pdf", now=PUBLISHED).data
    # SHA-256 of "abc", FIPS 180-2, appendix B.1
    sealed = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert (data["evidence"], data["sha256"]) == ("proof.pdf", sealed)
    data = appeal(client, "2026-03", "p002", "x", "Wu", evidence="letter in the post", now=PUBLISHED).data
    assert (data["evidence"], "sha256" in data) == ("letter in the post", False)


@pytest.mark.parametrize(
    ("decision", "reason", "amount", "note", "found"),
    [
        ("yes", "r", "", "", ["month.decision"]),
        ("upheld", "r", "", "", ["month.amount_or_note"]),
        ("partly", "r", "5", "measure anew", ["month.amount_or_note"]),
        ("rejected", "r", "5", "", ["month.rejected_amount"]),
        ("upheld", " ", "0.001", "", ["month.reason", "month.amount"]),
    ],
)
def test_decisions_refused(
    decision: str, reason: str, amount: str, note: str, found: list[str], tmp_path: Path
) -> None:
    client = published(tmp_path / "client")
    number = appeal(client, "2026-03", "p002", "x", "Wu", now=PUBLISHED).number
    with pytest.raises(ReportError) as refused:
        decide(client, "2026-03", number, decision, reason, "Zhao Lei", amount=amount, note=note)
    assert codes(refused) == found
    assert not appeals(read_log(client.folder))[0].decision


def test_a_decision_stands(tmp_path: Path) -> None:
    client = published(tmp_path / "client")
    number = appeal(client, "2026-03", "p002", "x", "Wu", now=PUBLISHED).number
    decide(client, "2026-03", number, "rejected", "nothing shows it", "Zhao Lei")
    with pytest.raises(ReportError) as refused:
        decide(client, "2026-03", number, "upheld", "after all", "Zhao Lei", amount="5")
    assert codes(refused) == ["month.decided"] and corrections(read_log(client.folder)).empty
    for period, which in (("2026-03", 99), ("2026-02", number)):
        with pytest.raises(ReportError, match="there is no appeal"):
            decide(client, period, which, "rejected", "r", "Zhao Lei")


def test_a_note_is_a_decision_without_money(tmp_path: Path) -> None:
    client = published(tmp_path / "client")
    number = appeal(client, "2026-03", "p002", "x", "Wu", now=PUBLISHED).number
    decide(
        client, "2026-03", number, "upheld", "the order is theirs", "Zhao Lei", note="revenue of April anew"
    )
    assert corrections(read_log(client.folder)).empty
    assert advance(client.folder, "2026-03", "lock", "Zhao Lei").action == "locked"


def test_it_is_paid_with_the_first_pay_period_not_yet_approved(tmp_path: Path) -> None:
    client = published(tmp_path / "client")
    to_publication(client, "2026-06")  # its quarter is settled too
    number = appeal(client, "2026-03", "p002", "x", "Wu", now=PUBLISHED).number
    data = decide(client, "2026-03", number, "partly", "half of it", "Zhao Lei", amount="7").data
    assert (data["concerns"], data["paid_with"], data["amount"]) == ("2026-Q1", "2026-Q3", "7.00")


def test_an_appeal_on_a_month_that_pays_nothing_is_paid_with_its_quarter(tmp_path: Path) -> None:
    client = published(tmp_path / "client", "2026-02")
    number = appeal(client, "2026-02", "p002", "x", "Wu", now=PUBLISHED).number
    data = decide(client, "2026-02", number, "upheld", "r", "Zhao Lei", amount="7").data
    assert (data["concerns"], data["paid_with"]) == ("2026-02", "2026-Q1")
    (row,) = corrections(read_log(client.folder)).to_dict("records")
    assert (row["participant"], row["period"], row["amount"], row["author"]) == (
        "p002",
        "2026-Q1",
        7.0,
        "Zhao Lei",
    )


def test_a_named_pay_period_must_still_be_open(tmp_path: Path) -> None:
    client = published(tmp_path / "client")
    number = appeal(client, "2026-03", "p002", "x", "Wu", now=PUBLISHED).number
    for pay_with, code in (("2026-Q1", "month.settled"), ("2026-05", "month.no_pay_period")):
        with pytest.raises(ReportError) as refused:
            decide(client, "2026-03", number, "upheld", "r", "Zhao", amount="7", pay_with=pay_with)
        assert code in codes(refused)


@pytest.mark.parametrize(
    ("period", "concerns", "found"),
    [
        ("2026-06", "2026-Q1", []),  # the month that ends the pay period names it too
        ("2026-05", "2026-Q1", ["month.no_pay_period"]),
        ("soon", "2026-Q1", ["month.no_pay_period"]),
        ("2026-Q2", "2026-Q2", ["month.concerns_later"]),
        ("2026-Q2", "long ago", ["month.no_such_period"]),
        ("2026-Q2", "2026-04", ["month.still_open"]),
        ("2026-Q2", "2025-Q4", []),  # before there was a log
    ],
)
def test_what_a_correction_may_concern(period: str, concerns: str, found: list[str], tmp_path: Path) -> None:
    client = published(tmp_path / "client")
    score_month(client, "2026-04", "Li Na")
    if not found:
        assert correct(client, period, "p001", concerns, "5", "r", "Wu").data["paid_with"] == "2026-Q2"
        return
    with pytest.raises(ReportError) as refused:
        correct(client, period, "p001", concerns, "5", "r", "Wu")
    assert codes(refused) == found


def test_amounts_are_exact_to_the_currencys_minor_unit(tmp_path: Path) -> None:
    scheme = {**SCHEME, "currency": "JPY"}
    client = load_engagement(engagement(tmp_path / "yen", schemes=[scheme], currency="JPY"))
    with pytest.raises(ReportError, match="at most 0 decimals, in JPY"):
        correct(client, "2026-Q2", "p001", "2025-Q4", "5.5", "r", "Wu")
    assert correct(client, "2026-Q2", "p001", "2025-Q4", "1e3", "r", "Wu").data["amount"] == "1000"


def test_who_is_paid_by_quarters_gets_no_correction_with_a_month(tmp_path: Path) -> None:
    north = {**SCHEME, "name": "north", "applies_to": {"team": ["North"]}, "pay_every": "month"}
    south = {**SCHEME, "name": "south", "applies_to": {"team": ["South"]}, "pay_every": "quarter"}
    client = load_engagement(engagement(tmp_path / "two", schemes=[north, south]))
    teams = client.participants.set_index("participant")["team"]
    by_month, by_quarter = teams[teams == "North"].index[0], teams[teams == "South"].index[0]
    found = correct(client, "2026-05", by_month, "2026-04", "5", "r", "Wu")
    assert found.data["paid_with"] == "2026-05"
    with pytest.raises(ReportError) as refused:
        correct(client, "2026-05", by_quarter, "2026-Q1", "5", "r", "Wu")
    assert codes(refused) == ["month.no_pay_period"]
    assert "the schemes pay by quarter" in str(refused.value)

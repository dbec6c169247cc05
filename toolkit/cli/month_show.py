"""How the commands of the month say what they did, and where every month stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from rich.console import Console
from rich.table import Table
from rich.text import Text

from toolkit.cli.common import stop
from toolkit.errors import ToolkitError
from toolkit.language import amount, describe_error, number, period_name, text

if TYPE_CHECKING:
    from toolkit.monthly import Closing, Entry, Month

_PIPED = 200  # columns where no terminal says how wide it is
_Done = TypeVar("_Done")
_NEXT = frozenset(("opened", "scored", "reviewed", "approved", "reopened", "appealed"))
_DATA = (
    "reason",
    "participant",
    "claim",
    "evidence",
    "decision",
    "amount",
    "concerns",
    "paid_with",
    "note",
    "file",
)


def tried(work: Callable[[], _Done], language: str) -> _Done:
    """Do it; whatever is wrong is printed and ends the program."""
    try:
        return work()
    except ToolkitError as error:
        stop(describe_error(error, language), language)


def tell(entry: Entry, folder: Path, language: str) -> None:
    """What was done, and what comes next."""
    done = text(f"month.action.{entry.action}", language)
    words: dict[str, Any] = {"number": entry.number, "period": entry.period, "who": entry.who, "done": done}
    paid_with = entry.data.get("paid_with")
    print(text("month.told_paid_with" if paid_with else "month.told", language, **words, paid_with=paid_with))
    if entry.action in _NEXT:
        following = {"folder": folder, "period": entry.period, "number": entry.number}
        print(text(f"month.next_{entry.action}", language, **following))


def tell_closing(done: Closing, folder: Path, currency: str, language: str) -> None:
    """What was scored, what was paid, where it is, what comes next."""
    from toolkit.money import minor_digits
    from toolkit.report.phrases import count

    scores, payouts, unpaid = (done.tables[name] for name in ("scores", "payouts", "unpaid"))
    for period in done.inputs.periods:
        scored, paid = (table[table["period"] == period] for table in (scores, payouts))
        people = count(int(scored["score"].notna().sum()), "participant", language)
        name = period_name(period, language)
        print(text("month.told_scored", language, period=name, people=people))
        if len(paid):
            total = f"{amount(paid['payout'].sum(), language, minor_digits(currency))} {currency}"
            print(
                text(
                    "month.told_paid",
                    language,
                    period=name,
                    n=count(len(paid), "payout", language),
                    total=total,
                )
            )
    if len(unpaid):
        print(text("month.told_unpaid", language, people=count(len(unpaid), "participant", language)))
    print(text("month.told_written", language, path=f"months/{done.inputs.period}"))
    print(text("month.next_scored", language, folder=folder, period=done.inputs.period))


def print_months(folder: Path, language: str) -> None:
    """Where every month stands, and by whose hand."""
    from toolkit.monthly import months, read_log
    from toolkit.monthly.appeals import undecided

    found = tried(lambda: months(read_log(folder)), language)
    if not found:
        print(text("month.none", language, folder=folder))
        return
    columns = ("period", "state", "scored", "reviewed", "approved", "published", "appeals")
    rows = (
        (
            stands.period,
            _state(stands, language),
            *(_by(stands, action) for action in ("scored", "reviewed", "approved", "published")),
            number(len(undecided(stands)), language),
        )
        for stands in found.values()
    )
    _print_table([text(f"month.column_{c}", language) for c in columns], rows)


def print_month(folder: Path, period: str, language: str) -> None:
    """One month's log and appeals."""
    from toolkit.monthly import appeals, month, read_log

    stands = month(tried(lambda: read_log(folder), language), period)
    print(f"{period_name(period, language)} · {_state(stands, language)}")
    rows = (
        (str(e.number), e.at, e.who, text(f"month.action.{e.action}", language), _said(e))
        for e in stands.entries
    )
    _print_table(
        [text(f"month.column_{c}", language) for c in ("number", "at", "who", "action", "data")], rows
    )
    for found in appeals(stands.entries):
        words = {"number": found.number, "participant": found.participant, "claim": found.claim}
        said = text(f"month.decision_{found.decision or 'none'}", language)
        print(text("month.told_appeal", language, decision=said, **words))


def _state(stands: Month, language: str) -> str:
    return text(f"month.state.{stands.state}", language) if stands.state else "–"


def _by(stands: Month, action: str) -> str:
    entry = stands.last(action)
    return f"{entry.who} {entry.at[:10]}" if entry else "–"


def _said(entry: Entry) -> str:
    """What an entry holds that a reader looks for; checksums are for the machine."""
    return " · ".join(str(entry.data[name]) for name in _DATA if entry.data.get(name))


def _print_table(columns: list[str], rows: Iterable[tuple[str, ...]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console = Console()
    (console if console.is_terminal else Console(width=_PIPED)).print(table)

"""`kpi alert`: what needs a look today, who would be told of it, and the telling."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.common import Folder, Language, app, loaded, stop
from toolkit.errors import ToolkitError
from toolkit.language import day, describe_error, text

if TYPE_CHECKING:
    import pandas as pd


@app.command()
def alert(
    folder: Folder,
    as_of: Annotated[
        str,
        typer.Option("--as-of", help="The last day known: 2026-05-20; else the last covered."),
    ] = "",
    language: Language = "",
    country: Annotated[
        str, typer.Option(help="Whose working days count, such as CN; none for Monday to Friday.")
    ] = "",
    to: Annotated[
        list[str] | None, typer.Option("--to", help="An apprise address for all messages; may stand again.")
    ] = None,
    send: Annotated[bool, typer.Option("--send", help="Send; without it nothing leaves.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also what was sent before.")] = False,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write the alerts to this CSV.")] = None,
) -> None:
    """List what needs a look, what to expect by chance, and who would be told; with --send tell them.

    Participants are told first, managers with them, HR only where it is grave. Addresses stand in the
    environment: KPI_ALERT_URLS, or a variable a recipient named in alerts/contacts.csv. What was sent is
    logged in alerts/sent.csv and not sent twice.

    Exit code 0: listed, or all sent. 1: some message was not sent. 2: bad input.

    Example: kpi alert acme --as-of 2026-05-20 --send
    """
    client, said = loaded(folder, language, key="cli.problems")
    from toolkit.appraise.alerts import watch
    from toolkit.appraise.appraisal import settle
    from toolkit.notify import load_channels, routes
    from toolkit.notify import send as tell

    try:
        ways = load_channels(folder, os.environ, to or ())
        tables = settle(client)
        found = watch(client, tables, _day(as_of, said), language=said, country=country)
        heard = found.alerts[found.alerts["severity"] != "refused"]
        names = tables.names
        routed = routes(heard, client.participants, found.as_of)
        told = tell(heard, routed, ways, folder, said, names=names, again=again, dry=not send)
    except ToolkitError as error:
        stop(describe_error(error, said), said, key="cli.problems")
    if out is not None:
        from toolkit.report.tables import write_csv

        out.parent.mkdir(parents=True, exist_ok=True)
        write_csv(found.alerts, out)
    print(text("cli.alerts", said, day=day(found.as_of, said)))
    _print(heard, (*found.notes, *found.unwatched), told, names, said)
    if send and told["status"].isin(["failed", "no_address"]).any():
        raise typer.Exit(1)


def _day(written: str, language: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(written) if written else None
    except ValueError:
        stop([text("cli.no_day", language, value=written)], language, key="cli.problems")


def _print(
    heard: pd.DataFrame,
    notes: tuple[str, ...],
    told: pd.DataFrame,
    names: dict[str, str],
    language: str,
) -> None:
    """The alerts, what to make of them, and who is told."""
    from toolkit.notify.messages import plain

    if heard.empty:
        print(text("cli.no_alerts", language))
    for severity, message in zip(heard["severity"], heard["message"], strict=True):
        print(f"- [{text(f'alerts.severity.{severity}', language)}] {plain(message, None)}")
    print()
    for note in notes:
        print(plain(note, None))
    if len(told):
        print()
    for row in told.to_dict("records"):
        who = (
            text("notify.hr", language)
            if row["role"] == "hr"
            else names.get(row["recipient"], row["recipient"])
        )
        print(_told(row, plain(who), language))


def _told(row: dict[object, str], who: str, language: str) -> str:
    """One message: to whom, through what, and what came of it."""
    role, status = (text(f"notify.{k}.{row[k]}", language) for k in ("role", "status"))
    values = {"status": status, "who": who, "role": role, "n": row["alerts"], "channel": row["channel"]}
    said = text("notify.line", language, **values)
    kind, _, code = row["reason"].partition("ed_")  # answered_500; other reasons have no number
    kind = "no_address" if row["status"] == "no_address" else f"{kind}ed" if code else kind
    if not kind:
        return said
    reason = text(f"notify.reason.{kind}", language, code=code, channel=row["channel"])
    return said + text("notify.because", language, reason=reason)

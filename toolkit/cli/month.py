"""`kpi score`, `kpi month`: a month from open to locked, its corrections, appeals and rating forms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.common import Folder, Language, app, check_language, loaded, stop
from toolkit.cli.month_show import print_month, print_months, tell, tell_closing, tried
from toolkit.data.spoken import own_language
from toolkit.language import number, period_name, text

_SHOWN = 50  # differences on the screen
Period = Annotated[str, typer.Argument(help="The month: 2026-03; 2026-Q1 where quarters are scored.")]
Who = Annotated[str, typer.Option("--who", envvar="KPI_USER", help="Who does this.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in a sentence.")]

month_app = typer.Typer(
    rich_markup_mode="rich",
    help="""Take a month from open to locked; every step by somebody, in a log that is only added to.

  1. kpi month acme open 2026-03 --who "Li Na"         ratings and corrections may come in
  2. kpi score acme --period 2026-03 --who "Li Na"     may be repeated
  3. kpi month acme review 2026-03 --who "Wang Wei"
  4. kpi month acme approve 2026-03 --who "Zhao Lei"   not who scored
  5. kpi month acme publish 2026-03 --who "Li Na"      the days for appeals begin
  6. kpi month acme lock 2026-03 --who "Zhao Lei"      for good
""",
)
app.add_typer(month_app, name="month")


@app.command()
def score(
    folder: Folder,
    period: Annotated[str, typer.Option("--period", "-p", help="The month: 2026-03.")],
    who: Who = "",
    language: Language = "",
    statements: Annotated[
        bool, typer.Option(help="Write a statement page for every participant; skip it for a quick look.")
    ] = True,
) -> None:
    """Score a month and pay what falls due with it: tables, statements and score sheets in months/<period>/.

    What the numbers are made from is frozen beside them, so that they can be made again at any time. Until
    the month is reviewed it may be scored again. Who scores is said with --who or the environment variable
    KPI_USER.

    Example: kpi score acme --period 2026-03 --who "Li Na"
    """
    client, said = loaded(folder, language)
    from toolkit.monthly import score_month
    from toolkit.monthly.extras import write_scorecards, write_statements

    extras = (write_scorecards, write_statements) if statements else (write_scorecards,)
    done = tried(lambda: score_month(client, period, who, said, extras=extras), said)
    tell_closing(done, folder, client.currency, said)


@month_app.callback(invoke_without_command=True)
def month_(context: typer.Context, folder: Folder) -> None:
    """Take a month from open to locked; alone: where every month stands."""
    context.obj = folder
    if not (folder / "engagement.yaml").is_file():
        stop([text("cli.no_engagement", "en", value=folder)], own_language(folder))
    if context.invoked_subcommand is None:
        print_months(folder, own_language(folder))


@month_app.command()
def status(
    context: typer.Context,
    period: Annotated[str, typer.Argument(help="One month, with its log and appeals.")] = "",
    language: Language = "",
) -> None:
    """Show where every month stands, or one month's log and appeals.

    Example: kpi month acme status 2026-03
    """
    folder, said = _place(context, language)
    if period:
        print_month(folder, period, said)
    else:
        print_months(folder, said)


@month_app.command("open")
def open_(context: typer.Context, period: Period, who: Who = "", language: Language = "") -> None:
    """Open a month: ratings and corrections may come in.

    Example: kpi month acme open 2026-03 --who "Li Na"
    """
    from toolkit.monthly import open_month

    client, said = loaded(context.obj, language)
    tell(tried(lambda: open_month(client, period, who), said), context.obj, said)


@month_app.command()
def review(
    context: typer.Context, period: Period, who: Who = "", reason: Reason = "", language: Language = ""
) -> None:
    """Say that the numbers were looked through.

    Example: kpi month acme review 2026-03 --who "Wang Wei"
    """
    _advance(context, period, "review", who, reason, language)


@month_app.command()
def approve(
    context: typer.Context, period: Period, who: Who = "", reason: Reason = "", language: Language = ""
) -> None:
    """Approve the numbers; who scored them cannot.

    Example: kpi month acme approve 2026-03 --who "Zhao Lei"
    """
    _advance(context, period, "approve", who, reason, language)


@month_app.command()
def publish(context: typer.Context, period: Period, who: Who = "", language: Language = "") -> None:
    """Publish the rules, the teams' results and the honours; nobody's score or pay.

    Writes months/<period>/publication.html and .xlsx. The days for appeals count from this day.

    Example: kpi month acme publish 2026-03 --who "Li Na"
    """
    from toolkit.monthly import publish as publish_month
    from toolkit.monthly import read_log

    client, said = loaded(context.obj, language)
    page = tried(lambda: publish_month(client, period, who, said), said)
    tell(read_log(context.obj)[-1], context.obj, said)
    print(text("month.told_page", said, page=page))


@month_app.command()
def lock(
    context: typer.Context, period: Period, who: Who = "", reason: Reason = "", language: Language = ""
) -> None:
    """Close a published month for good, once every appeal is decided.

    Example: kpi month acme lock 2026-03 --who "Zhao Lei"
    """
    _advance(context, period, "lock", who, reason, language)


@month_app.command()
def reopen(
    context: typer.Context, period: Period, who: Who = "", reason: Reason = "", language: Language = ""
) -> None:
    """Send a reviewed or approved month back to be scored again.

    Example: kpi month acme reopen 2026-03 --who "Zhao Lei" --reason "An order of North was missing"
    """
    _advance(context, period, "reopen", who, reason, language)


@month_app.command()
def correct(
    context: typer.Context,
    period: Annotated[str, typer.Argument(help="The pay period it is paid with: 2026-Q2.")],
    participant: Annotated[str, typer.Option(help="The id, as in the roster.")],
    concerns: Annotated[str, typer.Option(help="The period corrected: 2026-Q1.")],
    amount: Annotated[str, typer.Option(help="What is paid, or with a minus taken back: -120.50.")],
    reason: Reason = "",
    who: Who = "",
    language: Language = "",
) -> None:
    """Put down what is paid later for an earlier period, with its reason and author.

    Example: kpi month acme correct 2026-Q2 --participant S001 --concerns 2026-Q1 --amount 350 --reason "…"
    """
    from toolkit.monthly import correct as put_down

    client, said = loaded(context.obj, language)
    given = (period, participant, concerns, amount, reason, who)
    tell(tried(lambda: put_down(client, *given), said), context.obj, said)


@month_app.command()
def appeal(
    context: typer.Context,
    period: Period,
    participant: Annotated[str, typer.Option(help="Whose numbers they are.")] = "",
    claim: Annotated[str, typer.Option(help="What is wrong, in a sentence.")] = "",
    evidence: Annotated[str, typer.Option(help="A file that shows it; its name is kept.")] = "",
    decide: Annotated[int, typer.Option(help="The number of the appeal to decide.")] = 0,
    decision: Annotated[str, typer.Option(help="upheld, partly or rejected.")] = "",
    amount: Annotated[str, typer.Option(help="What is paid for it.")] = "",
    note: Annotated[str, typer.Option(help="What is measured anew instead.")] = "",
    pay_with: Annotated[str, typer.Option(help="The pay period it is paid with; the next by default.")] = "",
    reason: Reason = "",
    who: Who = "",
    language: Language = "",
) -> None:
    """File an appeal against a published month, or decide one.

    Example: kpi month acme appeal 2026-03 --participant S001 --claim "Order 4711 is missing"

    Example: kpi month acme appeal 2026-03 --decide 9 --decision upheld --amount 350 --reason "…"
    """
    from toolkit.monthly import appeal as file_appeal
    from toolkit.monthly import decide as decide_appeal

    client, said = loaded(context.obj, language)
    if decide:
        given = (period, decide, decision, reason, who)
        entry = tried(
            lambda: decide_appeal(client, *given, amount=amount, note=note, pay_with=pay_with), said
        )
    else:
        entry = tried(lambda: file_appeal(client, period, participant, claim, who, evidence=evidence), said)
    tell(entry, context.obj, said)


@month_app.command()
def forms(
    context: typer.Context,
    period: Period,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="An .xlsx with a sheet a rater; or a folder: a file a rater.")
    ],
    who: Who = "",
    language: Language = "",
) -> None:
    """Write the rating forms: each person, colleagues of the team, the superior.

    Example: kpi month acme forms 2026-03 --out forms/
    """
    from toolkit.monthly import write_forms

    client, said = loaded(context.obj, language)
    paths = tried(lambda: write_forms(client, period, out, who, said), said)
    print(text("month.told_forms", said, n=number(len(paths), said), path=out))


@month_app.command()
def ratings(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Forms that came back.")],
    who: Who = "",
    language: Language = "",
) -> None:
    """Read rating forms in: all of them, or none if anything in any of them is wrong.

    Example: kpi month acme ratings forms/*.xlsx --who "Li Na"
    """
    from toolkit.monthly import read_forms

    folder, said = _place(context, language)
    for returned in tried(lambda: read_forms(folder, files, who), said):
        given = {"period": period_name(returned.period, said), "n": number(len(returned.ratings), said)}
        print(text("month.told_ratings", said, blank=number(returned.blank, said), **given))


@month_app.command()
def replay(context: typer.Context, period: Period, language: Language = "") -> None:
    """Make a month's numbers again from what was frozen, and list what differs; exit code 1 if anything does.

    Example: kpi month acme replay 2026-03
    """
    from toolkit.monthly import replay as make_again
    from toolkit.report.phrases import count

    folder, said = _place(context, language)
    found = tried(lambda: make_again(folder, period), said)
    for row in found.head(_SHOWN).to_dict("records"):
        print(text("month.told_difference", said, **{str(name): value for name, value in row.items()}))
    if len(found):
        print(text("month.told_differs", said, n=count(len(found), "difference", said)))
        raise typer.Exit(1)
    print(text("month.told_same", said, period=period_name(period, said)))


def _advance(context: typer.Context, period: str, move: str, who: str, reason: str, language: str) -> None:
    from toolkit.monthly import advance

    folder, said = _place(context, language)
    tell(tried(lambda: advance(folder, period, move, who, reason), said), context.obj, said)


def _place(context: typer.Context, language: str) -> tuple[Path, str]:
    check_language(language)
    return context.obj, language or own_language(context.obj)

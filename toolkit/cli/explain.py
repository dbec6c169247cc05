"""`kpi explain`: how a participant's score and payout of a period came about."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.common import Folder, Language, app, loaded, stop
from toolkit.errors import ToolkitError
from toolkit.language import describe_error, text


@app.command()
def explain(
    folder: Folder,
    participant: Annotated[str, typer.Argument(help="The id, as in the participants table.")],
    period: Annotated[str, typer.Argument(help="A scored or paid period: 2026-03, 2026-Q1.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write the statement as an HTML page instead.")
    ] = None,
    language: Language = "",
) -> None:
    """Explain a score and a payout step by step, zero included, down to the client's records.

    Example: kpi explain acme E03 2026-Q1 --out E03.html
    """
    client, said = loaded(folder, language)
    from toolkit.appraise.appraisal import settle
    from toolkit.monthly.closing import records_of
    from toolkit.report.statement.explain import explain as statement

    try:
        appraisal = settle(client, records=records_of(client))
        found = statement(appraisal, participant, period, said, rows=out is not None)
    except ToolkitError as error:
        stop(describe_error(error, said), said)
    if out is None:
        print(found)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(found.page(), encoding="utf-8")
    print(text("cli.explained", said, page=out))

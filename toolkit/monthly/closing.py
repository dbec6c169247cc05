"""Score a month: freeze what it is made from, make the tables from that alone, write them whole."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toolkit.appraise.appraisal import Appraisal
from toolkit.appraise.grade import grade, score_steps
from toolkit.appraise.pay import statements
from toolkit.appraise.records import Records
from toolkit.appraise.score import score
from toolkit.appraise.targets import set_targets
from toolkit.data.engagement import Engagement
from toolkit.data.panel.measure import measure
from toolkit.data.records.load import load_records
from toolkit.errors import NotEnoughData, Problem, Problems, ReportError
from toolkit.monthly.amounts import corrections
from toolkit.monthly.inputs import Inputs, refuse_period, save_inputs, until
from toolkit.monthly.log import Entry, read_log, writing
from toolkit.monthly.states import allow, make, month, month_folder, named
from toolkit.report.folder import replace_folder
from toolkit.report.manifest import NAME as MANIFEST
from toolkit.report.manifest import sha256, write_manifest
from toolkit.report.save import PANEL
from toolkit.report.tables import write_csv
from toolkit.scheme.load import load_schemes
from toolkit.scheme.scheme import Scheme

PUBLICATION = "publication"  # what publishing adds to a month's folder begins so

Extra = Callable[[Appraisal, Inputs, Path, str], None]


@dataclass(frozen=True)
class Closing:
    """A month as it was scored.

    Parameters
    ----------
    inputs : Inputs
        What it was made from.
    tables : dict
        panel, targets, scorecard, score_steps, scores, payouts, components, adjustments, unpaid: the rows of
        the periods that end with the month.
    folder : Path
        Where it was written.
    """

    inputs: Inputs
    tables: dict[str, pd.DataFrame]
    folder: Path


def score_month(
    client: Engagement,
    period: str,
    who: str | None = None,
    language: str | None = None,
    *,
    extras: Iterable[Extra] = (),
    now: dt.datetime | None = None,
) -> Closing:
    """Measure, score and grade a month, pay what falls due with it, and write `months/<period>/`.

    A month that nobody opened is opened with it. Scored again, its folder is replaced; after it was reviewed
    it must be reopened first.

    Parameters
    ----------
    client : Engagement
    period : str
        2026-03; where quarters are the shortest period scored, 2026-Q1.
    who : str, optional
        Who scores; the environment variable KPI_USER by default.
    language : str, optional
        Of what is written for people; the engagement's own by default.
    extras : iterable of functions
        Called with (appraisal, inputs, folder, language) to write more into the folder.
    now : datetime, optional
        The clock's by default.

    Raises
    ------
    ReportError
        Nobody is named, the month's state does not allow it, it is no period that is scored, or another
        command is writing.
    NotEnoughData
        Nobody is appraised in it.
    """
    who, language = named(who), language or client.language
    with writing(client.folder, now=now) as log:
        stands = month(log.entries, period)
        if stands.state:
            allow(stands, "score")
        inputs = gather(client, period, log.entries)
        found = appraised(inputs)
        tables = closing_tables(inputs, found)
        if tables["scores"].empty:
            raise NotEnoughData(Problem("month.nobody", f"months/{period}", value=period))
        target = month_folder(client.folder, period)
        with replace_folder(target) as folder:
            save_inputs(inputs, folder)
            write_tables(tables, folder)
            whole = Appraisal(client, inputs.schemes, inputs.records, inputs.panel, inputs.targets, **found)
            for extra in extras:
                extra(whole, inputs, folder, language)
            _list_files(client, period, language, folder, inputs)
        if not stands.state:
            make(log, period, "open", who)
        make(log, period, "score", who, digest=digest(target), schemes=[s.id for s in inputs.schemes])
    return Closing(inputs, tables, target)


def gather(client: Engagement, period: str, entries: Iterable[Entry]) -> Inputs:
    """What a month's numbers are made from: measured now, with the log's corrections and the forms' ratings.

    Raises
    ------
    ReportError
        It is no period that the engagement scores, or lies outside the time its data cover.
    """
    schemes = load_schemes(client)
    refuse_period(client, schemes, period)
    records = logged_records(client, schemes, entries)
    panel = measure(client)
    people = client.participants
    targets = set_targets(schemes, panel, client.targets, people)
    return until(Inputs(period, schemes, panel, targets, people, records))


def logged_records(client: Engagement, schemes: Iterable[Scheme], entries: Iterable[Entry]) -> Records:
    """What people recorded, from the client's tables and the rating forms, and the log's corrections."""
    records = Records(**load_records(client, schemes))
    paid = pd.concat([records.corrections, corrections(entries)], ignore_index=True)
    return dataclasses.replace(records, corrections=paid)


def records_of(client: Engagement) -> Records:
    """Everything recorded of a client: `logged_records` with the client's schemes and log."""
    return logged_records(client, client.schemes, read_log(client.folder))


def appraised(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """Every table that follows from the inputs, over all their periods."""
    given = (inputs.schemes, inputs.participants, inputs.records)
    schemes, people, records = given
    card = score(schemes, inputs.panel, inputs.targets, people, records)
    scores = grade(schemes, card, records, people)
    paid = statements(schemes, card, scores, people, records)
    return {
        "scorecard": card,
        "score_steps": score_steps(schemes, card, records, people),
        "scores": scores,
        "payouts": paid.payouts,
        "components": paid.components,
        "adjustments": paid.adjustments,
        "unpaid": paid.unpaid,
    }


def closing_tables(inputs: Inputs, found: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables of a closing: the rows of the periods that end with it."""
    every = {"panel": inputs.panel[PANEL], "targets": inputs.targets, **found}
    return {
        name: table[table["period"].isin(inputs.periods)].reset_index(drop=True)
        for name, table in every.items()
    }


def write_tables(tables: dict[str, pd.DataFrame], folder: Path) -> None:
    """Write tables under `folder/tables/`."""
    (folder / "tables").mkdir()
    for name, table in tables.items():
        write_csv(table, folder / "tables" / f"{name}.csv")


def _list_files(client: Engagement, period: str, language: str, folder: Path, inputs: Inputs) -> None:
    write_manifest(
        folder,
        command="kpi score",
        language=language,
        parameters={"engagement": client.name, "period": period},
        seed=None,
        schemes=[s.id for s in inputs.schemes],
        inputs=client.inputs,
        root=client.folder,
    )


def digest(folder: Path) -> str:
    """One checksum over a month's files as its manifest lists them, without what publishing adds."""
    lines = [f"{e['path']} {e['sha256']}\n" for e in _listed(folder) if not _is_publication(e["path"])]
    return hashlib.sha256("".join(sorted(lines)).encode("utf-8")).hexdigest()


def _listed(folder: Path) -> list[dict[str, str]]:
    try:
        return list(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["outputs"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReportError(Problem("month.no_folder", f"months/{folder.name}")) from error


def _is_publication(path: str) -> bool:
    return path.startswith(f"{PUBLICATION}.")


def refuse_changed(folder: Path, scored: Entry | None) -> None:
    """Refuse to go on with a month whose files are not those that were scored.

    Raises
    ------
    ReportError
        A file was edited or is gone, or the whole folder is another one.
    """
    where, problems = f"months/{folder.name}", Problems()
    for entry in _listed(folder):
        path = folder / entry["path"]
        if _is_publication(entry["path"]):
            continue
        if not path.is_file():
            problems.add("month.file_gone", where=where, value=entry["path"])
        elif sha256(path) != entry["sha256"]:
            problems.add("month.file_changed", where=where, value=entry["path"])
    problems.raise_as(ReportError)
    if scored is None or digest(folder) != scored.data.get("digest"):
        raise ReportError(Problem("month.folder_differs", where))

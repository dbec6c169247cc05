"""`kpi lint`: what is valid in a scheme and still unwise, with evidence, advice and source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from toolkit.cli.common import Language, app, check_language, loaded, stop
from toolkit.cli.lint_show import print_findings, print_json, print_rules
from toolkit.data.spoken import own_language
from toolkit.errors import DataError, Problems, SchemeError, ToolkitError
from toolkit.language import describe_error, text

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.data.engagement import Engagement
    from toolkit.data.spec import Spec
    from toolkit.review.lint.lint import Linted
    from toolkit.scheme.scheme import Schemes

FORMATS = ("table", "json")
_FAILED = "cli.problems"
_DOCUMENT = "engagement.yaml"
_TABLES = (
    *("panel", "targets", "scorecard", "scores"),
    *("payouts", "components", "adjustments"),
)


@dataclass(frozen=True)
class _Looked:
    """What is linted: schemes, and the client and tables where there are data."""

    schemes: Schemes
    client: Engagement | None
    tables: dict[str, pd.DataFrame]
    language: str
    note: str = ""


@app.command()
def lint(
    path: Annotated[
        Path | None, typer.Argument(help="The engagement's folder, or one scheme's YAML file.")
    ] = None,
    scheme: Annotated[
        list[str] | None, typer.Option(help="Only this scheme: its name or name@version; may stand again.")
    ] = None,
    pack: Annotated[
        list[str] | None, typer.Option(help="core, intl or cn; by default core with the currency's own.")
    ] = None,
    select: Annotated[str, typer.Option(help="Only these rules: M,C03.")] = "",
    ignore: Annotated[str, typer.Option(help="Not these rules: W,G07.")] = "",
    limit: Annotated[
        list[str] | None, typer.Option(help="A rule's parameter: M01.least=4; may stand again.")
    ] = None,
    output: Annotated[str, typer.Option("--format", help="table or json.")] = "table",
    explain: Annotated[str, typer.Option(help="Print a rule's page: M01.")] = "",
    rules: Annotated[bool, typer.Option("--rules", help="Print the table of all rules.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="End with exit code 1 for notes too.")] = False,
    design_only: Annotated[
        bool, typer.Option("--design-only", help="Look at the schemes alone, not at the data.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="List the rules that were not run.")] = False,
    language: Language = "",
) -> None:
    """Say what is valid in the schemes and still unwise, each finding with its evidence and advice.

    Everything is computed first, so that rules that need scores or payouts run; an engagement without data,
    or a single file, has its design looked at alone. What a scheme accepts with a reason is shown apart.

    Exit code 0: nothing, or notes only. 1: warnings or errors. 2: bad input.

    Example: kpi lint acme --pack core --pack cn -l zh

    Example: kpi lint acme/schemes/field_sales.yaml --select M,W --limit M01.least=4
    """
    check_language(language)
    own = own_language(path) if path is not None and path.is_dir() else "en"
    said = language or own
    try:
        if explain or rules:
            print_rules(explain, said)
            return
        asked = _asked(path, select, ignore, limit or [], output) | {
            "only": scheme or (),
            "packs": pack or None,
        }
        looked = _look(asked.pop("path"), design_only, said, language)
        found = _linted(looked, asked, said)
    except ToolkitError as error:
        stop(describe_error(error, said), said, key=_FAILED)
    if output == "json":
        print_json(found, said, design_only=looked.client is None)
    else:
        print_findings(found, looked.note, said, verbose)
    counted = found.findings[found.findings["accepted"] == ""]["severity"]
    if (counted != "note").any() or (strict and len(counted)):
        raise typer.Exit(1)


def _linted(looked: _Looked, asked: dict[str, Any], said: str) -> Linted:
    from toolkit.review.lint.lint import linted

    given: dict[str, Any] = asked | looked.tables
    return linted(looked.schemes, client=looked.client, language=said, **given)


def _asked(path: Path | None, select: str, ignore: str, limits: list[str], output: str) -> dict[str, Any]:
    """The options as the linter takes them; everything wrong at once."""
    problems = Problems()
    if path is not None and path.name == _DOCUMENT:
        path = path.parent
    if path is None:
        problems.add("lint.no_folder")
    if output not in FORMATS:
        problems.add("lint.unknown_format", value=output, known=", ".join(FORMATS))
    changed: dict[str, dict[str, float]] = {}
    for written in limits:
        parts = re.fullmatch(r"([A-Za-z]\d+)\.(\w+)=(-?\d+(?:\.\d+)?)", written.strip())
        if parts is None:
            problems.add("lint.limit_form", value=written)
        else:
            changed.setdefault(parts[1].upper(), {})[parts[2]] = float(parts[3])
    problems.raise_as(SchemeError)
    return {"path": path, "select": _codes(select), "ignore": _codes(ignore), "limits": changed}


def _codes(written: str) -> list[str]:
    return [code.upper() for code in re.split(r"[\s,，、]+", written) if code]


def _look(path: Path, design_only: bool, said: str, asked: str) -> _Looked:
    """One file, the design of an engagement, or all of it."""
    from toolkit.scheme.load import FOLDER, load_schemes

    if path.suffix in (".yaml", ".yml") and not path.is_dir():
        return _files([path], said)
    drafts = [] if (path / _DOCUMENT).exists() else sorted((path / FOLDER).glob("*.yaml"))
    if drafts:  # as `kpi new --scheme` leaves it, before the engagement is described
        return _files(drafts, said)
    spec = None if not path.is_dir() else _spec(path)
    if spec is None or not (design_only or _has_no_data(spec[0], path)):
        client, said = loaded(path, asked, key=_FAILED)
        from toolkit.appraise.appraisal import settle

        settled = settle(client)
        tables = {name: getattr(settled, name) for name in _TABLES}
        return _Looked(settled.schemes, client, tables, said)
    note = text("lint.design_only", said)
    if not design_only:
        note = text("lint.no_data_yet", said) + text("phrase.space", said) + note
    return _Looked(load_schemes(_Client(path.resolve(), spec[0].calendar, spec[1])), None, {}, said, note)


def _files(paths: list[Path], said: str) -> _Looked:
    """Schemes' files of one folder, by its engagement's KPIs and periods, else the catalogue's and months."""
    from toolkit.catalogue.load import load_catalogue
    from toolkit.periods import Calendar
    from toolkit.scheme.load import FOLDER, read_schemes
    from toolkit.scheme.scheme import Schemes

    home = paths[0].resolve().parent
    calendar, kpis = Calendar(), load_catalogue()
    if home.name == FOLDER and (home.parent / _DOCUMENT).is_file():
        spec, kpis = _spec(home.parent)
        calendar = spec.calendar or calendar
    problems = Problems()
    items = read_schemes(paths, calendar, kpis, problems)
    problems.raise_as(SchemeError)
    return _Looked(Schemes(items, calendar, kpis), None, {}, said, text("lint.design_only", said))


@dataclass(frozen=True)
class _Client:
    """What schemes are loaded by; the client's data need not be there yet."""

    folder: Path
    calendar: Any
    kpis: Any


def _spec(folder: Path) -> tuple[Spec, Any]:
    """The engagement's document and KPIs."""
    from toolkit.data.kpis import own_kpis
    from toolkit.data.spec import parse_spec
    from toolkit.documents import load_document

    document, problems = load_document(folder / _DOCUMENT, _DOCUMENT), Problems()
    spec = parse_spec(document, problems)
    kpis = own_kpis(spec.document.kpis, document, problems) if spec is not None else {}
    problems.raise_as(DataError)
    assert spec is not None and spec.calendar is not None  # nothing is wrong, so both are there
    return spec, kpis


def _has_no_data(spec: Spec, folder: Path) -> bool:
    """None of the files it names is there, and it asks no database."""
    sources = [*(t.source for t in spec.tables.values() if t.source), *spec.files.values()]
    named = [name for source in sources for name in source.files]
    elsewhere = bool(spec.connections) or any(table.connection for table in spec.tables.values())
    return not elsewhere and not any((folder / name).is_file() for name in named)

"""`kpi scheme`: a scheme into an Excel workbook, and what HR filled in back into the scheme's file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from toolkit.cli.common import Folder, Language, app, check_language, stop
from toolkit.data.spoken import own_language
from toolkit.documents import load_document, write_document
from toolkit.errors import DataError, Problem, Problems, SchemeError, ToolkitError
from toolkit.language import describe, describe_error, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.catalogue.kpi import Kpi
    from toolkit.periods import Calendar
    from toolkit.scheme.scheme import Scheme, Schemes


class _Client(NamedTuple):
    """What schemes are checked against; the client's data need not be there yet."""

    folder: Path
    calendar: Calendar
    kpis: Mapping[str, Kpi]


@app.command()
def scheme(
    folder: Folder,
    to_excel: Annotated[Path | None, typer.Option("--to-excel", help="The workbook to write.")] = None,
    from_excel: Annotated[Path | None, typer.Option("--from-excel", help="The workbook to read.")] = None,
    name: Annotated[str, typer.Option("--scheme", help="Which scheme: its name or name@version.")] = "",
    write: Annotated[bool, typer.Option("--write", help="Change the scheme's file.")] = False,
    language: Language = "",
) -> None:
    """Hand a scheme to HR as an Excel workbook, and read the workbook back.

    Reading shows what would change, `old → new`; a file that is there is changed only with --write.

    Example: kpi scheme acme --to-excel field_sales.xlsx --scheme field_sales

    Example: kpi scheme acme --from-excel field_sales.xlsx --write
    """
    check_language(language)
    said = language or own_language(folder)
    try:
        if (to_excel is None) == (from_excel is None):
            raise SchemeError(Problem("excel.one_direction"))
        client = _client(folder)
        if to_excel is not None:
            _export(client, to_excel, name, said)
        elif from_excel is not None:
            _import(client, from_excel, write, said)
    except ToolkitError as error:
        stop(describe_error(error, said), said)


def _client(folder: Path) -> _Client:
    from toolkit.data.kpis import own_kpis
    from toolkit.data.spec import parse_spec

    document, problems = load_document(folder / "engagement.yaml", "engagement.yaml"), Problems()
    spec = parse_spec(document, problems)
    kpis = own_kpis(spec.document.kpis, document, problems) if spec is not None else {}
    problems.raise_as(DataError)
    assert spec is not None and spec.calendar is not None  # nothing is wrong, so both are there
    return _Client(folder.resolve(), spec.calendar, kpis)


def _export(client: _Client, out: Path, name: str, language: str) -> None:
    from toolkit.scheme.excel import scheme_to_excel
    from toolkit.scheme.load import load_schemes

    schemes = load_schemes(client)
    if not name and len(schemes) > 1:
        known = ", ".join(s.id for s in schemes)
        raise SchemeError(Problem("excel.many_schemes", "schemes", values={"known": known}))
    chosen = schemes[name] if name else schemes.items[0]
    scheme_to_excel(chosen, out, language, client.kpis)
    print(text("excel.exported", language, file=out, schemes=chosen.id))


def _import(client: _Client, book: Path, write: bool, language: str) -> None:
    """Everything is checked, and what would change shown, before the first file is touched."""
    from toolkit.scheme.excel import scheme_file, scheme_from_excel
    from toolkit.scheme.load import FOLDER

    found = scheme_from_excel(book, client.calendar, client.kpis)
    before, files = _present(client)
    _check_together(client, found, before)
    plans = [(new, scheme_file(new, client.folder / FOLDER, files)) for new in found]
    changed = [
        (new, path) for new, path in plans if _shown(new, path, before.get(new.id), client.folder, language)
    ]
    refused = [path for _, path in changed if path.exists() and not write]
    if refused:
        lines = [
            describe(Problem("excel.scheme_exists", f"{FOLDER}/{path.name}"), language) for path in refused
        ]
        stop(lines, language)
    for new, path in changed:
        _write(new, path, language)


def _present(client: _Client) -> tuple[dict[str, Scheme], dict[str, Path]]:
    """The schemes that the engagement has, and the file of each."""
    from toolkit.scheme.load import FOLDER, read_schemes

    schemes: dict[str, Scheme] = {}
    files: dict[str, Path] = {}
    problems = Problems()
    for path in sorted((client.folder / FOLDER).glob("*.yaml")):
        for one in read_schemes([path], client.calendar, client.kpis, problems):
            schemes[one.id], files[one.id] = one, path
    problems.raise_as(SchemeError)
    return schemes, files


def _check_together(client: _Client, found: tuple[Scheme, ...], before: Mapping[str, Scheme]) -> Schemes:
    """The workbook's schemes beside the others of the engagement, by its KPIs and calendar."""
    from toolkit.scheme.scheme import Schemes

    others = [one for name, one in before.items() if name not in {new.id for new in found}]
    return Schemes((*others, *found), client.calendar, client.kpis)


def _shown(new: Scheme, path: Path, old: Scheme | None, folder: Path, language: str) -> bool:
    """Print what a workbook changes of a file; whether it changes anything."""
    from toolkit.scheme.excel import changes

    file = path.relative_to(folder).as_posix()
    if old is None:
        print(text("excel.new_file", language, file=file, scheme=new.id))
        return True
    found = changes(old, new)
    if not found:
        print(text("excel.no_change", language, file=file))
        return False
    print(text("excel.changed", language, file=file, n=len(found)))
    nothing = text("excel.nothing", language)
    for address, was, now in found:
        values = {"old": nothing if was is None else was, "new": nothing if now is None else now}
        print(text("excel.change", language, address=address, **values))
    return True


def _write(new: Scheme, path: Path, language: str) -> None:
    """Replace the file in one step; the one before stays beside it, since its comments are lost."""
    from toolkit.scheme.plain import plain

    path.parent.mkdir(exist_ok=True)
    kept = path.with_name(path.name + ".bak")
    existed = path.exists()
    if existed:
        kept.write_bytes(path.read_bytes())
    write_document(plain(new, short=True), path)
    print(text("excel.written", language, file=path.name))
    if existed:
        print(text("excel.kept", language, file=kept.name))

"""An engagement's report: run notebook 6, make the page, list it all in the manifest; whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

from toolkit.assets import asset
from toolkit.data.spoken import own_language
from toolkit.errors import Problem, ReportError
from toolkit.language import LANGUAGES
from toolkit.report.folder import replace_folder
from toolkit.report.manifest import list_outputs
from toolkit.report.page import page_html
from toolkit.report.run import run_notebook

if TYPE_CHECKING:
    from toolkit.data.engagement import Engagement

NOTEBOOK = "6_evaluation_report.ipynb"
TIMEOUT = 1800  # seconds for a cell: 2,000 people over 30 months take under one minute


def write_report(
    client: Engagement | str | Path,
    out: str | Path,
    language: str | None = None,
    *,
    on_progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write an engagement's deliverables into a folder.

    Parameters
    ----------
    client : Engagement, str or Path
        The engagement, or its folder: the notebook loads its own, so a folder saves loading it twice.
    out : str or Path
        An older report in this folder is replaced when the new one is whole.
    language : str, optional
        en or zh; the engagement's own by default.
    on_progress : function, optional
        Called with (cells done, cells in all).

    Returns
    -------
    Path
        The page, `out/report.html`.

    Raises
    ------
    DataError
        Every problem of the engagement at once, where its folder was given.
    ReportError
        The notebook failed (the cell is named), or `out` holds something that is no part of a report.

    Examples
    --------
    >>> from toolkit.assets import asset
    >>> write_report(asset("templates", "engagements", "adventureworks"), "out/adventureworks", "fr")
    Traceback (most recent call last):
        ...
    toolkit.errors.ReportError: the language «fr» is not known. Choose one of: en, zh.
    """
    source = Path(client).resolve() if isinstance(client, str | Path) else client.folder
    language = language or _own_language(client)
    if language not in LANGUAGES:
        known = {"known": ", ".join(LANGUAGES)}
        raise ReportError(Problem("report.unknown_language", value=language, values=known))
    parameters = {"engagement": str(source), "language": language}
    with replace_folder(Path(out)) as folder:
        notebook, executed = asset("notebooks", NOTEBOOK), folder / "report.ipynb"
        parameters["out"] = str(folder)
        try:
            run_notebook(notebook, executed, parameters, timeout=TIMEOUT, on_cell=on_progress)
        except ReportError:
            if isinstance(client, str | Path):
                _refuse_bad_input(source)
            raise
        page = page_html(nbformat.read(executed, as_version=4), language)
        (folder / "report.html").write_text(page, encoding="utf-8")
        list_outputs(folder)
    return Path(out) / "report.html"


def _own_language(client: Engagement | str | Path) -> str:
    return own_language(Path(client)) if isinstance(client, str | Path) else client.language


def _refuse_bad_input(folder: Path) -> None:
    """Say all that is wrong with the engagement, if that is why the notebook failed."""
    from toolkit.data.load import load_engagement  # only now: what this process holds adds to the peak

    load_engagement(folder)

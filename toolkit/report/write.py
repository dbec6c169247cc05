"""An engagement's report: run notebook 6, make the page, list it all in the manifest; whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat

from toolkit.assets import asset
from toolkit.data.engagement import Engagement
from toolkit.errors import Problem, ReportError
from toolkit.language import LANGUAGES
from toolkit.report.folder import replace_folder
from toolkit.report.page import page_html
from toolkit.report.run import run_notebook

NOTEBOOK = "6_evaluation_report.ipynb"
TIMEOUT = 1800  # seconds for a cell: 2,000 people over 30 months take under one minute


def write_report(
    client: Engagement,
    out: str | Path,
    language: str | None = None,
    *,
    on_progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write an engagement's deliverables into a folder.

    Parameters
    ----------
    client : Engagement
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
    ReportError
        The notebook failed (the cell is named), or `out` holds something that is no part of a report.

    Examples
    --------
    >>> from toolkit.assets import asset
    >>> from toolkit.data.load import load_engagement
    >>> client = load_engagement(asset("templates", "engagements", "adventureworks"))
    >>> write_report(client, "out/adventureworks", "fr")
    Traceback (most recent call last):
        ...
    toolkit.errors.ReportError: the language «fr» is not known. Choose one of: en, zh.
    """
    language = language or client.language
    if language not in LANGUAGES:
        known = {"known": ", ".join(LANGUAGES)}
        raise ReportError(Problem("report.unknown_language", value=language, values=known))
    parameters = {"engagement": str(client.folder), "language": language}
    with replace_folder(Path(out)) as folder:
        notebook, executed = asset("notebooks", NOTEBOOK), folder / "report.ipynb"
        parameters["out"] = str(folder)
        run_notebook(notebook, executed, parameters, timeout=TIMEOUT, on_cell=on_progress)
        page = page_html(nbformat.read(executed, as_version=4), language)
        (folder / "report.html").write_text(page, encoding="utf-8")
        # Loaded now that the kernel has ended: what this process holds adds to the peak.
        from toolkit.report.origin import write_origin

        write_origin(folder, client, language)
    return Path(out) / "report.html"

"""Run a notebook strictly: known parameters, plain values, and every way to fail is a ReportError."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from toolkit.errors import Problem, Problems, ReportError

OnCell = Callable[[int, int], None]
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_LONGEST_MESSAGE = 400


def run_notebook(
    path: Path,
    out_path: Path,
    parameters: Mapping[str, object],
    *,
    timeout: int = 600,
    on_cell: OnCell | None = None,
) -> dict[str, Any]:
    """Run a notebook with parameters and save the run.

    The kernel is this Python with this toolkit, in the caller's folder. Several notebooks may run at once in
    threads.

    Parameters
    ----------
    path, out_path : Path
        The notebook, and where its executed copy is saved (as far as it came, when it fails).
    parameters : mapping
        Names of the cell tagged `parameters` to text, numbers, booleans, None, lists and dictionaries of
        these. A Path is passed as text; a tuple or a date is refused, because it would arrive as something
        else.
    timeout : int
        Seconds that one cell may take.
    on_cell : function, optional
        Called before each code cell with its place, from 1, and the number of code cells of the notebook.

    Returns
    -------
    notebook node
        The executed notebook.

    Raises
    ------
    ReportError
        An unreadable notebook, an unknown parameter, a value of another type, a cell that fails or takes too
        long, a kernel that dies.
    """
    path, out_path = Path(path).resolve(), Path(out_path).resolve()
    walk = _Walk(path, on_cell)
    plain = _checked_parameters(path, parameters)
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    try:
        done = _execute(path, out_path, plain, timeout, walk)
    except PapermillExecutionError as error:
        message = _COLOURS.sub("", f"{error.ename}: {error.evalue}").strip()
        raise walk.failure("report.cell_failed", message=_shortened(message)) from error
    except CellTimeoutError as error:
        raise walk.failure("report.cell_timeout", seconds=timeout) from error
    except DeadKernelError as error:
        raise walk.failure("report.kernel_died") from error
    except RuntimeError as error:
        if walk.place:
            raise
        raise walk.failure("report.kernel_start", message=_shortened(str(error))) from error
    _refuse_early_exit(done, walk)
    return done


def _execute(path: Path, out_path: Path, parameters: dict[str, object], timeout: int, walk: _Walk) -> Any:
    import papermill

    from toolkit.report.kernel import OwnKernel, connection

    with connection() as config:
        return papermill.execute_notebook(
            _literal(path),
            _literal(out_path),
            parameters=parameters,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            request_save_on_cell_execute=False,
            execution_timeout=timeout,
            kernel_manager_class=OwnKernel,
            config=config,
            on_cell_execute=walk.step,
            # Asked politely, a kernel sometimes takes three seconds to go; by then all its cells have ended.
            shutdown_kernel="immediate",
        )


class _Walk:
    """Where a run is, in the notebook's own code cells (papermill adds one for the parameters)."""

    def __init__(self, path: Path, on_cell: OnCell | None) -> None:
        self.name = path.name
        self.on_cell = on_cell
        self.place = 0
        self.line = ""
        self.total = sum(bool("".join(cell["source"]).strip()) for cell in _code_cells(path))

    def step(self, cell: Mapping[str, Any], cell_index: int) -> None:
        """Called before each code cell; the cell added for the parameters is not counted."""
        self.line = next((line for line in cell["source"].splitlines() if line.strip()), "")[:60]
        if "injected-parameters" in cell["metadata"].get("tags", ()):
            return
        self.place += 1
        if self.on_cell is not None:
            self.on_cell(self.place, self.total)

    def failure(self, code: str, **values: object) -> ReportError:
        """A problem at the cell that was running."""
        place = {"cell": self.place, "line": self.line}
        return ReportError(Problem(code, where=self.name, values={**place, **values}))


def _refuse_early_exit(notebook: Mapping[str, Any], walk: _Walk) -> None:
    """A cell that calls sys.exit() ends the run halfway, and papermill calls that a success."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            if output["output_type"] == "error":
                message = f"{output['ename']}: {output['evalue']}".strip()
                raise walk.failure("report.cell_failed", message=_shortened(message))


def _checked_parameters(path: Path, parameters: Mapping[str, object]) -> dict[str, object]:
    """The parameters as plain values; everything unknown or not plain is refused at once."""
    from papermill import inspect_notebook

    try:
        known = inspect_notebook(_literal(path)) if parameters else {}
    except ValueError as error:  # no kernel named in it: nobody ever saved it from JupyterLab
        raise _unreadable(path, error) from error
    problems, plain = Problems(), {}
    for name, value in parameters.items():
        if name not in known:
            listed = ", ".join(known) or "–"
            problems.add("report.unknown_parameter", where=path.name, value=name, known=listed)
        plain[name] = value if not isinstance(value, Path) else str(value)
        odd = _odd_type(plain[name])
        if odd:
            problems.add("report.parameter_type", where=path.name, column=name, value=str(value), kind=odd)
    problems.raise_as(ReportError)
    return plain


def _odd_type(value: object) -> str:
    """The name of the first type inside a value that a notebook would not receive as it is; else blank."""
    if value is None or type(value) in (bool, int, float, str):
        return ""
    if type(value) is list:
        return next(filter(None, map(_odd_type, value)), "")
    if type(value) is dict:
        keys = ("" if type(key) is str else f"dict[{type(key).__name__}]" for key in value)
        return next(filter(None, keys), "") or next(filter(None, map(_odd_type, value.values())), "")
    return type(value).__name__


def _code_cells(path: Path) -> list[dict[str, Any]]:
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        problem = Problem(
            "report.notebook_unreadable", where=path.name, values={"message": _shortened(str(error))}
        )
        raise ReportError(problem) from error
    return [cell for cell in cells if cell["cell_type"] == "code"]


def _unreadable(path: Path, error: Exception) -> ReportError:
    values = {"message": _shortened(str(error))}
    return ReportError(Problem("report.notebook_unreadable", where=path.name, values=values))


def _literal(path: Path) -> str:
    """A path that papermill leaves alone: it fills braces in paths with parameters."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _shortened(message: str) -> str:
    return message if len(message) <= _LONGEST_MESSAGE else f"{message[:_LONGEST_MESSAGE]} …"

"""Where the templates and notebooks lie: beside the package in a checkout, inside it when installed."""

from pathlib import Path

_SHELVES = ("templates", "notebooks")
_PACKAGE = Path(__file__).resolve().parent


def asset(*parts: str) -> Path:
    """Return the path of a file or folder that the toolkit ships.

    Parameters
    ----------
    *parts : str
        The path's parts; the first is ``"templates"`` or ``"notebooks"``.

    Returns
    -------
    Path
        The absolute path of something that exists.

    Raises
    ------
    FileNotFoundError
        If there is no such file or folder, or the parts lead out of the two folders.

    Examples
    --------
    >>> asset("templates").is_dir()
    True
    >>> asset("templates", "no_such_file.css")
    Traceback (most recent call last):
    ...
    FileNotFoundError: the toolkit ships no 'templates/no_such_file.css'
    """
    wanted = "/".join(parts)
    # In the wheel both shelves are under toolkit/_assets (see pyproject.toml).
    inside = _PACKAGE / "_assets"
    root = inside if inside.is_dir() else _PACKAGE.parent
    path = root.joinpath(*parts).resolve()
    shipped = any(path.is_relative_to(root / shelf) for shelf in _SHELVES)
    if not (shipped and path.exists()):
        raise FileNotFoundError(f"the toolkit ships no {wanted!r}")
    return path

"""The checkout as the tests of the repository see it: its root, its files, its Python code."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_LEFT_OUT = {".git", ".venv", "out", "dist", "build", "__pycache__", ".hypothesis"}
_CACHES = ("_cache", ".egg-info", "checkpoints")


@cache
def committed_files() -> tuple[Path, ...]:
    """Return every file that is, or would be, committed; without git every file that is no by-product."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if (ROOT / ".git").exists() and listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        paths = [path for path in ROOT.rglob("*") if not _is_by_product(path.relative_to(ROOT))]
    return tuple(sorted(path for path in paths if path.is_file()))


def python_files(*folders: str) -> list[Path]:
    """Return the committed Python files, of some top folders only if any are named."""
    found = [path for path in committed_files() if path.suffix == ".py"]
    return [path for path in found if not folders or path.relative_to(ROOT).parts[0] in folders]


def name(path: Path) -> str:
    """Return a file's path from the root, for messages."""
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a Python file, methods and nested ones too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _is_by_product(path: Path) -> bool:
    return any(part in _LEFT_OUT or part.endswith(_CACHES) for part in path.parts)

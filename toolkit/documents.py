"""Strict YAML in and out.

YAML quietly overwrites duplicate keys, reads NO as False and 010 as 8, and lets an anchor grow without end; a
percentage or a decimal comma becomes text. Each is refused with its line and a remedy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from toolkit.errors import DataError, Problem, Problems

Address = tuple[str | int, ...]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LARGEST = 4_000_000  # bytes; a hand-written document has a few thousand
_DEEPEST = 50  # levels; an agreed scheme has six, and Python's stack ends somewhere
_ANCHORS_NAMED = 20  # a file made of anchors is told so often enough
_BOOLEANS = {"yes", "no", "on", "off", "y", "n"}  # YAML 1.1 reads these as true and false
_PERCENT = re.compile(r"[-+]?\d+([.,，]\d+)?\s*[%％]")
_COMMA = re.compile(r"[-+]?\d+[,，]\d+")
# Integers as people write them; YAML 1.1 also reads 010 as 8, 1:30 as 90 and 2026_01 as 202601.
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*|[1-9][0-9]{0,2}(_[0-9]{3})+)")


@dataclass(frozen=True)
class Document:
    """A document's data, and the line each address stands on."""

    path: Path
    data: Any
    lines: Mapping[Address, int]

    def line(self, address: Address) -> int | None:
        """The line of an address, or of the nearest one above it."""
        for end in range(len(address), -1, -1):
            if address[:end] in self.lines:
                return self.lines[address[:end]]
        return None


def load_document(path: Path, where: str | None = None) -> Document:
    """Read a YAML document strictly.

    Parameters
    ----------
    path : Path
        The file, UTF-8.
    where : str, optional
        How problems name the file; its name by default.

    Raises
    ------
    DataError
        Missing file, no YAML, duplicate keys, yes/no, `70 %` or `0,7` for numbers, anchors: all at once.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "pay.yaml")
    ...     write_document({"curve": {"points": [[60, 0.0], [100, 1.0]]}}, path)
    ...     document = load_document(path)
    >>> document.data["curve"]["points"], document.line(("curve", "points"))
    ([[60, 0.0], [100, 1.0]], 2)
    """
    where = where or path.name
    problems = Problems()
    try:
        size = path.stat().st_size
        source = path.read_text(encoding="utf-8-sig") if size <= _LARGEST else None
    except FileNotFoundError:
        raise DataError(Problem("document.missing", where)) from None
    except UnicodeDecodeError as error:
        value = hex(error.object[error.start])
        raise DataError(Problem("document.not_utf8", where, value=value)) from None
    except OSError as error:  # a folder, or no right to read it
        raise DataError(Problem("document.unreadable", where, value=error.strerror)) from None
    if source is None:
        raise DataError(Problem("document.too_large", where, value=size))
    return Document(path, *_read(source, where, problems))


def _read(source: str, where: str, problems: Problems) -> tuple[Any, dict[Address, int]]:
    lines: dict[Address, int] = {}
    try:
        _refuse_unfolding(source, where, problems)  # before composing: an anchor can unfold to billions
        root = yaml.compose(source, _LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        value = (getattr(error, "problem", None) or str(error)).splitlines()[0]
        row = mark.line + 1 if mark else None
        raise DataError(Problem("document.not_yaml", where, row, value=value)) from None
    data = _build(root, (), where, problems, lines) if root is not None else None
    problems.raise_as(DataError)
    return data, lines


def _refuse_unfolding(source: str, where: str, problems: Problems) -> None:
    """Raise for anchors, and for nesting that Python's stack would not carry."""
    depth = 0
    for event in yaml.parse(source, _LOADER):
        row = event.start_mark.line + 1 if event.start_mark else None
        anchor = getattr(event, "anchor", None)  # an alias has it too
        if anchor:
            problems.add("document.anchor", where=where, row=row, value=anchor)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            problems.add("document.too_deep", where=where, row=row, value=_DEEPEST)
        if depth > _DEEPEST or len(problems) >= _ANCHORS_NAMED:
            break
    problems.raise_as(DataError)


def _build(
    node: yaml.Node, address: Address, where: str, problems: Problems, lines: dict[Address, int]
) -> Any:
    line = node.start_mark.line + 1
    lines.setdefault(address, line)
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*address, i), where, problems, lines) for i, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _build_mapping(node, address, where, problems, lines)
    return _scalar(node, address, where, problems)


def _build_mapping(
    node: yaml.MappingNode, address: Address, where: str, problems: Problems, lines: dict[Address, int]
) -> dict[Any, Any]:
    built: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            problems.add("document.odd_key", where=where, row=line, column=dotted(address))
            continue
        key = str(key_node.value)  # no, 1 or 2026-01-01 as a key stays as written
        if key in built:
            column = dotted((*address, key))
            problems.add("document.duplicate_key", where=where, row=line, column=column, value=key)
        lines[(*address, key)] = line
        built[key] = _build(value_node, (*address, key), where, problems, lines)
    return built


def _scalar(node: yaml.Node, address: Address, where: str, problems: Problems) -> Any:
    written = str(node.value)
    code = _misread(node, written.strip()) if not getattr(node, "style", None) else ""  # the C parser says ""
    if not code:
        try:
            return yaml.constructor.SafeConstructor().construct_object(node)
        except (yaml.YAMLError, ValueError):
            code = "document.odd_value"
    row = node.start_mark.line + 1
    problems.add(code, where=where, row=row, column=dotted(address), value=written)
    return None


def _misread(node: yaml.Node, written: str) -> str:
    """What is wrong with an unquoted word that YAML reads as something else than its writer; else empty."""
    if written.lower() in _BOOLEANS:
        return "document.boolean_word"
    if _PERCENT.fullmatch(written):
        return "document.percent"
    if _COMMA.fullmatch(written):
        return "document.decimal_comma"
    as_integer = node.tag.endswith(":int") and not _INTEGER.fullmatch(written)
    as_float = node.tag.endswith(":float") and (":" in written or "_" in written)
    return "document.odd_number" if as_integer or as_float else ""


def dotted(address: Address) -> str:
    """An address as it is written: `measures.revenue.weight`, `pay.curve.points.0`.

    Examples
    --------
    >>> dotted(("pay", "curve", "points", 0))
    'pay.curve.points.0'
    """
    return ".".join(str(part) for part in address)


class _Dumper(yaml.SafeDumper):
    """Short lists on one line, as people write curves; what would be refused unquoted is quoted."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write a value out wherever it stands: `load_document` refuses anchors."""
        return True


def _list(dumper: yaml.SafeDumper, data: list[Any]) -> yaml.Node:
    flat = all(not isinstance(item, dict) for item in data) and len(str(data)) < 90
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=flat)


def _text(dumper: yaml.SafeDumper, data: str) -> yaml.Node:
    odd = data.strip().lower() in _BOOLEANS or _PERCENT.fullmatch(data) or _COMMA.fullmatch(data)
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style="'" if odd else None)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)
_Dumper.add_representer(tuple, lambda dumper, data: _list(dumper, list(data)))


def write_new(path: Path, content: str) -> None:
    """Write a text as a new file: whole or not at all.

    Raises
    ------
    FileExistsError
        There is such a file already; it stays as it was.
    """
    with path.open("x", encoding="utf-8", newline="\n") as file:
        try:
            file.write(content)
        except BaseException:
            file.close()
            path.unlink()
            raise


def write_document(data: Any, path: Path) -> None:
    """Write data as YAML that `load_document` reads back equal; comments of an older file are lost.

    Parameters
    ----------
    data : mappings with text keys, lists, text, numbers, true and false, days, None
    path : Path
        Replaced in one step: a reader sees the old document or the new one, never a part.
    """
    source = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    temporary = path.with_name(path.name + ".part")
    temporary.write_text(source, encoding="utf-8", newline="\n")
    temporary.replace(path)

"""Strict YAML in and out.

YAML quietly overwrites duplicate keys, reads NO as False and lets an anchor grow without end; a percentage or a
decimal comma becomes text. Each is refused with its line and a remedy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from toolkit.errors import DataError, Problems

Address = tuple[str | int, ...]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LARGEST = 2_000_000  # characters; a hand-written document is a few thousand
_BOOLEANS = {"yes", "no", "on", "off", "y", "n"}  # YAML 1.1 reads these as true and false
_PERCENT = re.compile(r"[-+]?\d+([.,]\d+)?\s*[%%]")
_COMMA = re.compile(r"[-+]?\d+,\d+")


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
    """
    where = where or path.name
    problems = Problems()
    try:
        source = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        problems.add("document.missing", where=where)
        raise DataError(problems.items) from None
    except UnicodeDecodeError as error:
        problems.add("document.not_utf8", where=where, value=hex(error.object[error.start]))
        raise DataError(problems.items) from None
    if len(source) > _LARGEST:
        problems.add("document.too_large", where=where, value=len(source))
        raise DataError(problems.items)
    return Document(path, *_read(source, where, problems))


def _read(source: str, where: str, problems: Problems) -> tuple[Any, dict[Address, int]]:
    lines: dict[Address, int] = {}
    try:
        for event in yaml.parse(source, _LOADER):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                problems.add("document.anchor", where=where, row=event.start_mark.line + 1, value=event.anchor)
        problems.raise_as(DataError)  # before composing: an anchor can unfold to billions
        root = yaml.compose(source, _LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line + 1 if mark else None
        problems.add("document.not_yaml", where=where, row=row, value=getattr(error, "problem", None) or str(error))
        raise DataError(problems.items) from None
    data = _build(root, (), where, problems, lines) if root is not None else None
    problems.raise_as(DataError)
    return data, lines


def _build(node: yaml.Node, address: Address, where: str, problems: Problems, lines: dict[Address, int]) -> Any:
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
        key = key_node.value if key_node.tag.endswith((":str", ":bool", ":merge")) else _scalar(key_node, address, where, problems)
        key = key if isinstance(key, str) else key_node.value  # 2026-01 or 1 as a key stays as written
        if key in built:
            problems.add("document.duplicate_key", where=where, row=line, column=dotted((*address, key)), value=key)
        lines[(*address, key)] = line
        built[key] = _build(value_node, (*address, key), where, problems, lines)
    return built


def _scalar(node: yaml.Node, address: Address, where: str, problems: Problems) -> Any:
    written = str(node.value)
    plain = not getattr(node, "style", None)  # the C parser says "" for none
    place = {"where": where, "row": node.start_mark.line + 1, "column": dotted(address), "value": written}
    if plain and written.lower() in _BOOLEANS:
        problems.add("document.boolean_word", **place)  # type: ignore[arg-type]
        return None
    if plain and _PERCENT.fullmatch(written.strip()):
        problems.add("document.percent", **place)  # type: ignore[arg-type]
        return None
    if plain and _COMMA.fullmatch(written.strip()):
        problems.add("document.decimal_comma", **place)  # type: ignore[arg-type]
        return None
    try:
        return yaml.constructor.SafeConstructor().construct_object(node)
    except (yaml.YAMLError, ValueError):
        problems.add("document.odd_value", **place)  # type: ignore[arg-type]
        return None


def dotted(address: Address) -> str:
    """An address as it is written: `measures.revenue.weight`, `pay.curve.points.0`.

    Examples
    --------
    >>> dotted(("pay", "curve", "points", 0))
    'pay.curve.points.0'
    """
    return ".".join(str(part) for part in address)


class _Dumper(yaml.SafeDumper):
    """Short lists of numbers on one line, as people write curves."""


def _list(dumper: yaml.SafeDumper, data: list[Any]) -> yaml.Node:
    flat = all(not isinstance(item, dict) for item in data) and len(str(data)) < 90
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=flat)


_Dumper.add_representer(list, _list)
_Dumper.add_representer(tuple, lambda dumper, data: _list(dumper, list(data)))


def write_document(data: Any, path: Path) -> None:
    """Write data as YAML that `load_document` reads back equal; comments of an older file are lost."""
    source = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    temporary = path.with_name(path.name + ".part")
    temporary.write_text(source, encoding="utf-8", newline="\n")
    temporary.replace(path)


_MESSAGES = {
    "missing": "document.missing_key",
    "missing_argument": "document.missing_key",
    "missing_keyword_only_argument": "document.missing_key",
    "unexpected_keyword_argument": "document.unknown_key",
    "extra_forbidden": "document.unknown_key",
    "literal_error": "document.not_one_of",
    "string_type": "document.not_text",
}
_KINDS = (
    (("float", "int", "decimal", "finite", "greater", "less"), "document.not_a_number"),
    (("date",), "document.not_a_date"),
    (("dict", "mapping", "dataclass"), "document.not_a_mapping"),
    (("list", "tuple", "set", "too_short", "too_long"), "document.not_a_list"),
    (("bool",), "document.not_true_false"),
)


def read_as(kind: Any, data: Any, document: Document, where: str, problems: Problems, at: Address = ()) -> Any:
    """Build a pydantic dataclass (or any annotated type) from a document's data; None if something is wrong.

    Every fault that pydantic finds becomes a problem with its line, address and value.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(kind).validate_python(data)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            address = (*at, *(p for p in fault["loc"] if not (isinstance(p, str) and p.startswith("function"))))
            code = _MESSAGES.get(fault["type"]) or next(
                (code for starts, code in _KINDS if fault["type"].startswith(starts)), "document.wrong_value"
            )
            problems.add(
                code,
                where=where,
                row=document.line(address),
                column=dotted(address),
                value=None if code == "document.missing_key" else _short(fault["input"]),
                key=str(address[-1]) if address else "",
                expected=str(fault.get("ctx", {}).get("expected", fault["msg"])),
            )
    return None


def _short(value: Any) -> Any:
    return value if isinstance(value, (str, int, float, bool)) else str(value)[:60]

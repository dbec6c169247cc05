"""Lines put into an `engagement.yaml` that exists: the client's own text and comments stay as they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import yaml


@dataclass(frozen=True)
class Edit:
    """Lines to put in before line `at` (from 0), in place of `drop` lines that stand there."""

    at: int
    lines: tuple[str, ...]
    drop: int = 0


def root_of(source: str) -> yaml.MappingNode:
    """The document's mapping, with the marks of where everything stands."""
    root = yaml.compose(source, yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        raise TypeError(
            "the document is no mapping"
        )  # checked before: load_document and parse_spec refuse it
    return root


def child(node: yaml.Node | None, key: str) -> tuple[yaml.ScalarNode, yaml.Node] | None:
    """A mapping's entry: its key and its value."""
    if not isinstance(node, yaml.MappingNode):
        return None
    return next(((k, v) for k, v in node.value if k.value == key), None)


def keys(node: yaml.Node | None) -> dict[str, yaml.Node]:
    """A mapping's entries by key."""
    return {k.value: v for k, v in node.value} if isinstance(node, yaml.MappingNode) else {}


def is_block(node: yaml.Node) -> bool:
    """Whether a mapping's entries stand on lines of their own."""
    return isinstance(node, yaml.MappingNode) and not node.flow_style


def last_line(node: yaml.Node) -> int:
    """The last line (from 0) on which something of a node stands."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        below = node.value[-1]
        return last_line(below[1] if isinstance(below, tuple) else below)
    end = node.end_mark
    return int(end.line - 1 if end.column == 0 and end.line > node.start_mark.line else end.line)


def after(lines: list[str], node: yaml.Node, indent: int) -> int:
    """Where a block's next entry goes: below its last line and the comments that belong to it."""
    at = last_line(node)
    is_folded = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
    while (at > 0 and not lines[at].strip()) or (is_folded and _indent(lines[at]) < indent):
        at -= 1
    at += 1
    while at < len(lines) and lines[at].lstrip().startswith("#") and _indent(lines[at]) >= indent:
        at += 1
    return at


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def append_entries(
    source: str, path: tuple[str, ...], entries: Iterable[str], step: int = 2
) -> list[Edit] | None:
    """Put entries at the end of the mapping at `path`; None where it is written in braces on one line.

    Parameters
    ----------
    entries : iterable of str
        Lines indented as the first entry of a mapping of depth `len(path)` would be at two blanks a level.

    Examples
    --------
    >>> text = "tables:\\n  deals:\\n    file: a.csv   # ours\\n# end\\n"
    >>> apply(text, append_entries(text, ("tables",), ["  products:", "    file: b.csv"]))
    'tables:\\n  deals:\\n    file: a.csv   # ours\\n  products:\\n    file: b.csv\\n# end\\n'
    """
    lines = source.split("\n")
    node: yaml.Node = root_of(source)
    for key in path:
        found = child(node, key)
        if found is None:
            return None
        node = found[1]
    if not is_block(node) or not node.value:
        return None
    indent = node.value[0][0].start_mark.column
    shift = indent - step * len(path)
    moved = tuple(_moved(line, shift) for line in entries)
    return [Edit(after(lines, node, indent), moved)]


def _moved(line: str, shift: int) -> str:
    return " " * shift + line if shift >= 0 else line[-shift:]


def opened(source: str, path: tuple[str, ...]) -> str:
    """The document with the mapping at `path` on lines of its own, if it stands in braces on one line.

    Each entry's own text is kept.

    Examples
    --------
    >>> print(opened("tables:\\n  deals: {file: 'a.csv', columns: {deal: id}}   # ours", ("tables", "deals")))
    tables:
      deals:   # ours
        file: 'a.csv'
        columns: {deal: id}
    """
    node: yaml.Node = root_of(source)
    key_node: yaml.Node = node
    for key in path:
        found = child(node, key)
        if found is None:
            return source
        key_node, node = found
    one_line = node.start_mark.line == node.end_mark.line
    if is_block(node) or not isinstance(node, yaml.MappingNode) or not one_line:
        return source
    indent = " " * (key_node.start_mark.column + 2)
    inner = [f"{indent}{source[k.start_mark.index : v.end_mark.index]}" for k, v in node.value]
    start, end = node.start_mark.index, node.end_mark.index
    line_end = source.find("\n", end)
    line_end = len(source) if line_end < 0 else line_end
    rest = source[end:line_end]
    head = source[:start].rstrip(" ")
    return head + rest + "".join(f"\n{line}" for line in inner) + source[line_end:]


def apply(source: str, edits: Iterable[Edit] | None) -> str:
    """The document with the edits made, the last first so that lines keep their numbers."""
    lines = source.split("\n")
    for edit in sorted(edits or (), key=lambda e: -e.at):
        lines[edit.at : edit.at + edit.drop] = edit.lines
    return "\n".join(lines)

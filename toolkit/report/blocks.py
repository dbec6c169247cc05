"""A report's story as data: chapters of blocks that a page today, slides and Word later, render alike.

All text is plain text and is escaped where it is rendered; there is no inline emphasis, so that a client's
own words can stand anywhere.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass

EVIDENCE = ("strong", "moderate", "descriptive", "refused")
_ID = re.compile(r"[a-z][a-z0-9-]*")
_TARGET = re.compile(r"#[\w-]+|https://\S+|[\w-]+[\w./-]*", re.ASCII)
_SVG_TAGS = frozenset(
    [
        "svg",
        "g",
        "defs",
        "path",
        "use",
        "rect",
        "circle",
        "line",
        "polyline",
        "polygon",
        "clipPath",
        "image",
        "style",
        "title",
    ]
)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of prose."""

    text: str


@dataclass(frozen=True)
class Heading:
    """A heading inside a chapter, below the chapter's own title."""

    text: str


@dataclass(frozen=True)
class Fact:
    """A number to remember and what it is of.

    Parameters
    ----------
    value, label : str
        The number as shown (`+14 %`) and the words under it.
    evidence : str
        How far the claim is carried: strong, moderate, descriptive or refused; blank where no claim is made.

    Raises
    ------
    ValueError
        The evidence is another word.
    """

    value: str
    label: str
    evidence: str = ""

    def __post_init__(self) -> None:
        if self.evidence and self.evidence not in EVIDENCE:
            raise ValueError(f"evidence must be one of {', '.join(EVIDENCE)} or blank, not {self.evidence!r}")


@dataclass(frozen=True)
class Table:
    """A table of texts as they are shown; numbers come formatted in the page's language.

    Parameters
    ----------
    columns : tuple of str
        The headings.
    rows : tuple of tuples of str
        As many cells a row as there are columns.
    caption : str
        What the table shows.
    first_left : bool
        Whether the first column names the rows (it is then a heading of each row).

    Raises
    ------
    ValueError
        A row is longer or shorter than the header.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    first_left: bool = True

    def __post_init__(self) -> None:
        for at, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(f"row {at} has {len(row)} cells under {len(self.columns)} columns")


@dataclass(frozen=True)
class Figure:
    """A drawing with a text for those who cannot see it.

    Parameters
    ----------
    svg : str
        One `<svg>` element with its text as paths, from `look.svg`.
    alt : str
        What the drawing says, in a sentence.
    caption : str
        Base, period and method, shown below it.
    narrow : str
        The same drawing for a telephone's width; blank: the wide one serves.

    Raises
    ------
    ValueError
        The alt text is blank, or the markup holds anything that is no drawing (a script, a handler, a link).
    """

    svg: str
    alt: str
    caption: str = ""
    narrow: str = ""

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError("a figure needs an alt text")
        for markup in filter(None, (self.svg, self.narrow)):
            _refuse_foreign(markup)


@dataclass(frozen=True)
class Note:
    """A warning or a reservation beside the text."""

    text: str


@dataclass(frozen=True)
class Points:
    """A numbered list under a title."""

    title: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Columns:
    """Two lists side by side, such as risks and next steps."""

    left: Points
    right: Points


@dataclass(frozen=True)
class Details:
    """What only some readers want, folded away under a summary; printed in full."""

    summary: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Code:
    """A definition as the machine reads it: SQL, a formula, a command."""

    text: str


@dataclass(frozen=True)
class Signatures:
    """Two lines to sign on, with the words under them."""

    left: str
    right: str


@dataclass(frozen=True)
class Link:
    """A link to a chapter (`#made`), a file beside the page (`tables/scores.csv`) or an https address.

    Raises
    ------
    ValueError
        The target is of another kind, such as `javascript:`.
    """

    text: str
    target: str

    def __post_init__(self) -> None:
        if not _TARGET.fullmatch(self.target):
            raise ValueError(
                f"a link goes to #chapter, a file beside the page or https://, not {self.target!r}"
            )


@dataclass(frozen=True)
class Answer:
    """The answer in a box: one sentence, up to four facts, and blocks that support them."""

    lead: str
    figures: tuple[Fact, ...] = ()
    blocks: tuple[Block, ...] = ()


Block = (
    Paragraph
    | Heading
    | Answer
    | Table
    | Figure
    | Note
    | Points
    | Columns
    | Details
    | Code
    | Signatures
    | Link
)


@dataclass(frozen=True)
class Chapter:
    """A chapter of the report.

    Parameters
    ----------
    id : str
        Its address on the page: lower-case ASCII letters, digits and hyphens.
    nav : str
        Its line in the contents.
    kicker, title : str
        The line above its title, and the title: what the chapter found. Blank in the answer, which has
        the page's.
    blocks : tuple of blocks
        Its content in order.
    front : bool
        Its title and kicker are the page's own, and stand at its head instead of in the chapter.

    Examples
    --------
    >>> Chapter("cost", "What it costs", "COST", "A year costs 0.98 m CNY", (Paragraph("At the median."),)).id
    'cost'
    """

    id: str
    nav: str
    kicker: str
    title: str
    blocks: tuple[Block, ...]
    front: bool = False

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"a chapter's id is lower-case letters, digits and hyphens, not {self.id!r}")


def _refuse_foreign(markup: str) -> None:
    """Let nothing through but shapes: a figure is the one block whose text is not escaped."""
    try:
        root = ET.fromstring(markup)
    except ET.ParseError as error:
        raise ValueError(f"the figure is no svg element: {error}") from error
    if _local(root.tag) != "svg":
        raise ValueError(f"the figure is no svg element but <{_local(root.tag)}>")
    for element in root.iter():
        if _local(element.tag) not in _SVG_TAGS:
            raise ValueError(f"<{_local(element.tag)}> does not belong in a figure")
        for name, value in element.attrib.items():
            is_link = _local(name) == "href" and not value.startswith(("#", "data:image/png;"))
            if _local(name).lower().startswith("on") or is_link:
                raise ValueError(f"the attribute {_local(name)} does not belong in a figure")


def _local(name: str) -> str:
    return name.rpartition("}")[2]

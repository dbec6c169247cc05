"""What `kpi map` proposes: tables with their columns, words and days, and what it has to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from toolkit.errors import Problem
from toolkit.intake.evidence import ASKED, TAKEN
from toolkit.intake.sources import Source


@dataclass(frozen=True)
class Line:
    """A client's column for a standard column, as it will stand in `engagement.yaml`.

    Parameters
    ----------
    column, header : str
    confidence : float
        0 to 1.
    reasons : tuple of str
        Keys of texts: intake.by_name, intake.by_contents, …
    rivals : tuple of (str, float)
        Other candidates; a line with any is asked.
    words : mapping
        Values of the reasons' texts.
    """

    column: str
    header: str
    confidence: float
    reasons: tuple[str, ...]
    rivals: tuple[tuple[str, float], ...] = ()
    words: Mapping[str, Any] = field(default_factory=dict)

    @property
    def taken(self) -> bool:
        """Sure enough to be written, and no tie."""
        return self.confidence >= TAKEN and not self.rivals

    @property
    def asked(self) -> bool:
        """Likely enough to be put as a question."""
        return not self.taken and self.confidence >= ASKED


@dataclass(frozen=True)
class TableProposal:
    """A standard table from one of the client's files.

    Parameters
    ----------
    table : str
    source : Source
    confidence : float
    lines : tuple of Line
    values : mapping
        Standard column → the client's word → the toolkit's.
    unknown : mapping
        Standard column → the client's words that nothing is known of, each with a proposal or "".
    date_format : str
        Blank where the year stands first.
    date_question : tuple of str
        The formats between which a person has to choose.
    select, files : str and mapping
        Where the table is a SELECT: its text, and the sources by the names it uses.
    reason : str
        Key of the text that says why the table is proposed so.
    rivals : tuple of str
        Tables or files that are as likely; then the whole table is asked.
    missing : tuple of str
        Required columns without any candidate.
    """

    table: str
    source: Source
    confidence: float
    lines: tuple[Line, ...]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unknown: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    date_format: str = ""
    date_question: tuple[str, ...] = ()
    select: str = ""
    files: Mapping[str, Source] = field(default_factory=dict)
    reason: str = "intake.by_columns"
    rivals: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def taken(self) -> bool:
        """Whether the table is written, perhaps with open questions inside, and not asked as a whole."""
        return not self.rivals and not self.missing

    @property
    def columns(self) -> dict[str, str]:
        """Standard column → the client's, of the lines that are taken."""
        return {line.column: line.header for line in self.lines if line.taken}


@dataclass(frozen=True)
class Proposal:
    """Everything that `kpi map` found.

    Parameters
    ----------
    tables : tuple of TableProposal
    covers : tuple of str
        First and last day, ISO; blank where no file has a day.
    currency : str
        Blank where nothing shows it.
    currency_reason : str
        Key of a text.
    measure : tuple of str
        KPIs that the columns taken can carry.
    unused : mapping
        Source's name → key of the text that says why it is no table.
    notes : tuple of Problem
        How files were read, and which could not be.
    looked_at : tuple of Source
    """

    tables: tuple[TableProposal, ...]
    covers: tuple[str, str] = ("", "")
    currency: str = ""
    currency_reason: str = "intake.currency_unknown"
    measure: tuple[str, ...] = ()
    unused: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()
    looked_at: tuple[Source, ...] = ()

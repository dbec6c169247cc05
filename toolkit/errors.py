"""What can be wrong, as data: a code, a place and values; the prose is in `language`.

Every room collects its problems in a `Problems` and raises them together, so that a client mends a file once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where.

    Parameters
    ----------
    code : str
        `room.what_is_wrong`; its wording and remedy stand in `toolkit/texts/`.
    where : str
        File or document, relative to the engagement: `data/deals.csv`.
    row : int, optional
        Row as a spreadsheet shows it (the header is row 1), or line of a YAML file.
    column : str
        The file's own column name, or an address in a document: `measures.revenue.weight`.
    value : object
        What stands there.
    values : mapping
        Whatever else the wording names.
    """

    code: str
    where: str = ""
    row: int | None = None
    column: str = ""
    value: object = None
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def __str__(self) -> str:
        return _wording(self)

    def __reduce__(self) -> tuple[object, ...]:
        # A mapping proxy cannot be pickled, and a problem found in another process must come home.
        place = (self.code, self.where, self.row, self.column, self.value)
        return (Problem, (*place, dict(self.values)))


def _plain(problem: Problem) -> str:
    place = ", ".join(str(p) for p in (problem.where, problem.row, problem.column) if p)
    return f"{problem.code} [{place}] {problem.value if problem.value is not None else ''}".strip()


_wording: Callable[[Problem], str] = _plain


def use_wording(wording: Callable[[Problem], str]) -> None:
    """Let `language`, which stands below this room, lend its prose to the messages of exceptions."""
    global _wording
    _wording = wording


def _key(problem: Problem) -> str:
    """What tells problems apart; text, for values need not be hashable."""
    return repr(problem.__reduce__()[1])


class ToolkitError(Exception):
    """One or more problems; `.problems` has them as data."""

    def __init__(self, problems: tuple[Problem, ...] | list[Problem] | Problem) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return str(self.problems[0])
        return f"{len(self.problems)} problems:\n" + "\n".join(f"- {p}" for p in self.problems)


class DataError(ToolkitError):
    """The client's data or `engagement.yaml` cannot be used as they are."""


class SchemeError(ToolkitError):
    """A scheme is invalid."""


class NotEnoughData(ToolkitError):
    """The data cannot carry what was asked of them."""


class ReportError(ToolkitError):
    """A report could not be made; the old one is untouched."""


class Problems:
    """A list that problems are added to, and that raises them all at once.

    Examples
    --------
    >>> problems = Problems()
    >>> problems.add("data.empty_table", where="data/deals.csv")
    >>> len(problems)
    1
    """

    def __init__(self) -> None:
        self.items: list[Problem] = []
        self.notes: list[Problem] = []
        self._seen: set[str] = set()

    def add(
        self,
        code: str,
        *,
        where: str = "",
        row: int | None = None,
        column: str = "",
        value: object = None,
        **values: object,
    ) -> None:
        """Note a problem, once; keyword arguments beyond the place are values of its wording."""
        if len(self._seen) != len(self.items):  # others put theirs among the items
            self._seen = {_key(item) for item in self.items}
        problem = Problem(code, where, row, column, value, MappingProxyType(values))
        if _key(problem) not in self._seen:
            self._seen.add(_key(problem))
            self.items.append(problem)

    def note(
        self,
        code: str,
        *,
        where: str = "",
        row: int | None = None,
        column: str = "",
        value: object = None,
        **values: object,
    ) -> None:
        """Keep what a reader should know and nothing is stopped by: how a file was read, what looks odd."""
        noted = Problem(code, where, row, column, value, MappingProxyType(values))
        if _key(noted) not in {_key(item) for item in self.notes}:
            self.notes.append(noted)

    def raise_as(self, kind: type[ToolkitError]) -> None:
        """Raise everything noted so far as one error; nothing noted, nothing raised."""
        if self.items:
            raise kind(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.items)

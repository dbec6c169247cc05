"""What helps with which weakness: the table of skills and actions, which a client may copy and change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from toolkit.assets import asset
from toolkit.documents import load_document
from toolkit.errors import DataError, Problems
from toolkit.faults import near, read_as

FILE = "development/actions.yaml"
_STRICT = ConfigDict(extra="forbid")
Both = Annotated[dict[Literal["en", "zh"], str], Field(min_length=1)]


@dataclass(frozen=True, config=_STRICT)
class Skill:
    """A skill and what helps with it.

    Parameters
    ----------
    title, action : dict
        In `en`, `zh` or both.
    trainability : float
        0-1: how much of a gap practice can close within months; a judgement.
    owner : {'line_manager', 'trainer', 'participant', 'process_owner'}
        Who sees to it.
    check_after : int
        Months until the number is looked at again.
    """

    title: Both
    action: Both
    trainability: Annotated[float, Field(strict=True, ge=0, le=1)]
    owner: Literal["line_manager", "trainer", "participant", "process_owner"] = "line_manager"
    check_after: Annotated[int, Field(strict=True, ge=1, le=24)] = 3


@dataclass(frozen=True, config=_STRICT)
class _File:
    """The document as it is written; a client's own may leave out whatever it does not change."""

    skills: dict[str, Skill] = field(default_factory=dict)
    kpis: dict[str, str] = field(default_factory=dict)
    otherwise: str = ""
    process: Skill | None = None
    conversation: Skill | None = None


@dataclass(frozen=True, config=_STRICT)
class Actions:
    """KPI → skill → action.

    Parameters
    ----------
    skills : mapping of str to Skill
    kpis : mapping of str to str
        KPI → skill.
    otherwise : str
        The skill of a KPI that is not listed.
    process, conversation : Skill
        What to do about a gap that more than half of a team has, and about one that no measure explains.
    """

    skills: Mapping[str, Skill]
    kpis: Mapping[str, str]
    otherwise: str
    process: Skill
    conversation: Skill

    def skill_of(self, kpi: str) -> str:
        """The skill that a KPI shows."""
        return self.kpis.get(kpi, self.otherwise)


def load_actions(folder: Path | None = None) -> Actions:
    """The table of skills and actions: the toolkit's, with what the engagement's own file changes.

    Parameters
    ----------
    folder : Path, optional
        The engagement's folder; `development/actions.yaml` in it need not exist.

    Raises
    ------
    DataError
        The client's file cannot be read, has an unknown key, or names a skill that nobody describes: all at
        once, with line and remedy.

    Examples
    --------
    >>> actions = load_actions()
    >>> actions.skill_of("visits"), actions.skills["prospecting"].owner
    ('prospecting', 'line_manager')
    """
    shipped = _read(asset("templates", "development", "actions.yaml"))
    path = folder / FILE if folder is not None else None
    own = _read(path, shipped) if path is not None and path.exists() else _File()
    assert shipped.process is not None and shipped.conversation is not None  # a test holds the template
    return Actions(
        {**shipped.skills, **own.skills},
        {**shipped.kpis, **own.kpis},
        own.otherwise or shipped.otherwise,
        own.process or shipped.process,
        own.conversation or shipped.conversation,
    )


def _read(path: Path, before: _File | None = None) -> _File:
    """A document of actions whose skills are all described, in it or in the one before."""
    problems = Problems()
    document = load_document(path, FILE)
    data: Any = {} if document.data is None else document.data  # a file of comments changes nothing
    found = read_as(_File, data, document, FILE, problems)
    problems.raise_as(DataError)
    known = {**(before.skills if before else {}), **found.skills}
    used: dict[tuple[str, ...], str] = {("kpis", kpi): skill for kpi, skill in found.kpis.items()}
    used |= {("otherwise",): found.otherwise} if found.otherwise else {}
    for address, skill in used.items():
        if skill not in known:
            line, column, alike = document.line(address), ".".join(address), near(skill, known)
            problems.add(
                "development.no_such_skill", where=FILE, row=line, column=column, value=skill, known=alike
            )
    problems.raise_as(DataError)
    return found

"""Which weights of those asked may be shown: none from which the weights of one or two could be computed.

Those asked are promised that others see only what follows from all forms together, and by groups of three or
more people. What is shown beside each other must keep that too: from the mean of all and the means of two
sides follows the mean of whoever is on neither. Page and table ask here, so that both hold back the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from toolkit.design.weights.study import SchemeWeights

FEWEST_JUDGES = 3
# A mean in which two people count for more is all but theirs, however many others there are: the dominance
# rule of official statistics (Hundepool et al. 2012, Statistical Disclosure Control). Three people who count
# alike make two thirds by two; at three quarters one of three may count twice as much as the others.
MOST_OF_TWO = 0.75


def counted(part: SchemeWeights) -> pd.DataFrame:
    """Those who returned a form and count for something, a row each."""
    judges = part.judges.drop_duplicates("respondent")
    return judges[judges["share"] > 0]


def all_shown(part: SchemeWeights) -> bool:
    """Whether the weights of all who count may be shown: of every measure, enough people judged it."""
    return _enough(counted(part), _measures(part))


def sides_shown(part: SchemeWeights) -> bool:
    """Whether either side's weights may stand beside those of all.

    Each side must be large enough; and whoever counts among all but on neither side, or left a measure
    blank that is compared, must be nobody or enough people as well.
    """
    compared = list(part.sides.loc[part.sides["ratio"].notna(), "measure"])
    named, people = side_names(part), counted(part)
    if not named or not compared or not all_shown(part):
        return False
    whole = people[people[compared].notna().all(axis=1)]
    sides = [whole[whole["side"] == name] for name in named]
    rest = people.drop(index=[i for side in sides for i in side.index])
    left = [m for m in _measures(part) if rest[m].notna().any()]
    return all(_enough(side, compared) for side in sides) and (rest.empty or _enough(rest, left))


def reconciled_shown(part: SchemeWeights) -> bool:
    """Whether the reconciled weights may be shown: judgement counts nothing in them, or may be shown itself.

    Where nobody counts, the agreed weights stand for judgement.
    """
    counts = part.facts.get("counts")
    judged = counts.get("expert", 1.0) if isinstance(counts, Mapping) else 1.0
    return judged == 0 or counted(part).empty or all_shown(part)


def side_names(part: SchemeWeights) -> tuple[str, ...]:
    """The two sides compared, as the brief names them; none where it does not name two."""
    held = part.facts.get("side_names")
    own = tuple(str(name) for name in held[:2]) if isinstance(held, list | tuple) else ()
    return own if len(own) == 2 else ()


def _measures(part: SchemeWeights) -> list[str]:
    return [str(measure) for measure in part.table["measure"]]


def _enough(people: pd.DataFrame, measures: Sequence[str]) -> bool:
    """Whether each measure was judged by three or more, no two of whom make nearly all of the mean."""
    judged = people.reindex(columns=list(measures)).notna()
    shares = [people.loc[judged[m], "share"].sort_values(ascending=False) for m in measures]
    return all(len(s) >= FEWEST_JUDGES and s.head(2).sum() <= MOST_OF_TWO * s.sum() + 1e-9 for s in shares)

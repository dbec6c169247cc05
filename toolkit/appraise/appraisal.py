"""Everything an appraisal consists of, computed once in its order: panel, targets, scores, payouts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from toolkit.appraise.grade import graded
from toolkit.appraise.pay import statements
from toolkit.appraise.records import Records
from toolkit.appraise.score import score
from toolkit.appraise.targets import set_targets
from toolkit.data.engagement import Engagement
from toolkit.data.panel.measure import measure
from toolkit.data.records.load import load_records
from toolkit.scheme.load import load_schemes
from toolkit.scheme.scheme import Schemes


@dataclass(frozen=True)
class Appraisal:
    """An engagement's tables, stage by stage; replace any of them before they are explained or reported.

    Parameters
    ----------
    client : Engagement
    schemes : Schemes
    records : Records
        Ratings, events, deals, cash, reversals and corrections.
    panel, targets, scorecard, score_steps, scores : DataFrame
        As `measure`, `set_targets`, `score`, `score_steps` and `grade` give them.
    payouts, components, adjustments, unpaid : DataFrame
        As `statements` gives them.
    """

    client: Engagement
    schemes: Schemes
    records: Records
    panel: pd.DataFrame
    targets: pd.DataFrame
    scorecard: pd.DataFrame
    score_steps: pd.DataFrame
    scores: pd.DataFrame
    payouts: pd.DataFrame
    components: pd.DataFrame
    adjustments: pd.DataFrame
    unpaid: pd.DataFrame

    @cached_property
    def names(self) -> dict[str, str]:
        """Participant → name, the id where there is none or where it is not unique."""
        people = self.client.participants.drop_duplicates("participant")
        unique = people["name"].notna() & ~people["name"].duplicated(keep=False)
        return {
            str(who): str(name if ok else who)
            for who, name, ok in zip(people["participant"], people["name"], unique, strict=True)
        }


def settle(client: Engagement, schemes: Schemes | None = None, records: Records | None = None) -> Appraisal:
    """Measure, set targets, score, grade and pay: every stage of an engagement in its order.

    Parameters
    ----------
    client : Engagement
    schemes : Schemes, optional
        Others than the engagement's own, such as `replace_at` gives.
    records : Records, optional
        Others than the engagement's own, such as those with corrections.

    Examples
    --------
    >>> from toolkit.assets import asset
    >>> from toolkit.data.load import load_engagement
    >>> found = settle(load_engagement(asset("templates", "engagements", "adventureworks")))
    >>> len(found.payouts) + len(found.unpaid)
    163
    """
    schemes = schemes if schemes is not None else load_schemes(client)
    records = records if records is not None else Records(**load_records(client, schemes))
    people = client.participants
    panel = measure(client)
    targets = set_targets(schemes, panel, client.targets, people)
    scorecard = score(schemes, panel, targets, people, records)
    scores, steps = graded(schemes, scorecard, records, people)
    paid = statements(schemes, scorecard, scores, people, records)
    return Appraisal(
        client,
        schemes,
        records,
        panel,
        targets,
        scorecard,
        steps,
        scores,
        paid.payouts,
        paid.components,
        paid.adjustments,
        paid.unpaid,
    )

"""Why somebody who is due cannot be paid."""

from __future__ import annotations

import numpy as np

from toolkit.appraise.lookup import text_array
from toolkit.appraise.statement.base import measured, takes_incentive, yearly
from toolkit.appraise.statement.credit import Credit
from toolkit.appraise.statement.sheet import Sheet
from toolkit.scheme.parts import ShareOfBase


def reasons(sheet: Sheet, credited: list[Credit]) -> np.ndarray:
    """The first reason that applies to each row; `` where it can be paid."""
    plan = sheet.scheme.pay
    checks = [("not_in_roster", sheet.rows["person"].isna().to_numpy(dtype=bool))]
    if takes_incentive(sheet.scheme):
        shared = isinstance(plan.target_incentive, ShareOfBase)
        checks.append(("no_base_salary" if shared else "no_target_incentive", np.isnan(yearly(sheet))))
    if plan.curve is not None or plan.pool is not None:
        checks.append(("no_score", np.isnan(sheet.numbers("score"))))
    if plan.measures:
        checks.append(("no_measures", np.isnan(measured(sheet)[1]).all(axis=0)))
    for credit in credited:
        if credit.plan.rate == "roster":
            checks.append(("no_commission_rate", np.isnan(credit.own_rate)))
        checks.append(("no_credited", np.isnan(sheet.read(credit.plan.of, "actual"))))
        checks.append(("no_attainment", ~credit.counts))
    if any(modifier.grades for modifier in plan.modifiers):
        checks.append(("no_grade", sheet.rows["grade"].isna().to_numpy(dtype=bool)))
    reason = text_array(len(sheet))
    for name, applies in reversed(checks):
        reason[applies] = name
    return reason

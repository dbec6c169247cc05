"""A small field-sales scheme for docstrings, first steps and lessons: three measures, one curve, one gate."""

from __future__ import annotations

import datetime as dt

from toolkit.catalogue.load import load_catalogue
from toolkit.periods import Calendar
from toolkit.scheme.curve import Curve
from toolkit.scheme.grades import Grades
from toolkit.scheme.measure import Measure, Target
from toolkit.scheme.parts import Gate
from toolkit.scheme.pay import PayPlan
from toolkit.scheme.rules import Bands, Deduct, Proportional
from toolkit.scheme.scheme import Effective, Scheme, Schemes
from toolkit.scheme.scoring import Scoring


def example_schemes() -> Schemes:
    """One valid scheme over the catalogue's KPIs, on calendar months.

    Examples
    --------
    >>> example_schemes()["field_sales"].measure("revenue").weight
    0.6
    """
    revenue = Measure(
        name="revenue",
        kpi="net_sales",
        weight=0.6,
        target=Target(table=True),
        scoring=Scoring(proportional=Proportional(0.6, 1.2)),
    )
    visits = Measure(
        name="visits",
        kpi="visits",
        weight=0.2,
        target=Target(fixed=40, per="month"),
        scoring=Scoring(deduct=Deduct(points=2, per=0.01)),
        out_of=20,
    )
    satisfaction = Measure(
        name="satisfaction",
        kpi="customer_satisfaction",
        weight=0.2,
        target=Target(fixed=8.0),
        scoring=Scoring(bands=Bands(((0, 30), (0.8, 60), (1.0, 100)))),
    )
    curve = Curve("score", ((60, 0.0), (80, 0.5), (100, 1.0), (120, 1.5)))
    scheme = Scheme(
        name="field_sales",
        version="2026-01",
        title={"en": "Field sales 2026", "zh": "2026 年外勤销售考核方案"},
        effective=Effective(dt.date(2026, 1, 1)),
        score_every="month",
        pay_every="quarter",
        currency="CNY",
        measures=(revenue, visits, satisfaction),
        grades=Grades(edges={"A": 90, "B": 80, "C": 60, "D": 0}),
        pay=PayPlan(curve=curve, gates=(Gate("revenue", below=0.7, pays=0),)),
    )
    return Schemes((scheme,), Calendar(), load_catalogue())

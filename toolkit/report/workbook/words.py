"""The rules in words on the sheet of rules: who, how scored, how paid, how rounded."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.language import pick, text
from toolkit.report.results import kpi_name
from toolkit.report.rules import scoring_words
from toolkit.report.rules_pay import pay_words
from toolkit.report.workbook.inputs import Tables
from toolkit.report.workbook.lookups import Lookups
from toolkit.scheme.scheme import Scheme


def write_words(lookups: Lookups, schemes: Sequence[Scheme], tables: Tables, language: str) -> None:
    """Put each scheme's rules in words before the tables, and how the workbook rounds."""
    said = []
    for scheme in dict.fromkeys(s.id for s in schemes):
        found = tables.schemes[scheme]
        lines = [f"{pick(found.title, language)} · {found.id}"]
        for measure in found.measures:
            kpi = tables.schemes.kpis[measure.kpi]
            words = scoring_words(measure, found, kpi, language, tables.schemes.kpis)
            lines.append(text("workbook.rule_of", language, kpi=kpi_name(kpi, language), rule=words))
        lines.append(
            text("workbook.rule_pay", language, rule=pay_words(found, tables.schemes.kpis, language))
        )
        said.append("\n".join(lines))
    lookups.tables[:0] = [*said, text("workbook.rounding", language)]

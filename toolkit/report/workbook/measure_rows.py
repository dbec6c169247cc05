"""The rows of a form's measures: what was agreed, and the formulas from the actual to the weighted score."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from xlsxwriter.format import Format

from toolkit.language import pick, text
from toolkit.report.results import kpi_name
from toolkit.report.rules import scoring_words
from toolkit.report.workbook import kpi_words
from toolkit.report.workbook.columns import FILLED, Columns
from toolkit.report.workbook.formulas import in_grid, on_curve
from toolkit.report.workbook.inputs import Card
from toolkit.report.workbook.lookups import Lookups
from toolkit.report.workbook.sheet import NOTHING, Cell, Kind
from toolkit.report.workbook.style import Look, lines
from toolkit.scheme.curve import DECIMALS
from toolkit.scheme.measure import Measure, Range
from toolkit.scheme.rules import UNCAPPED
from toolkit.scheme.scheme import Schemes

SCORE, RATIO = "0.00", "0.00%"
FIRST = 4  # the form's row of its first measure; above it title, two lines of its head, the headings


@dataclass(frozen=True)
class Layout:
    """What the rows of one scheme's forms are made with."""

    card: Card
    schemes: Schemes
    columns: Columns
    look: Look
    lookups: Lookups
    language: str

    def at(self, key: str, row: int) -> str:
        """A cell of the form, as formulas' templates name it."""
        return f"{self.columns.letter(key)}{{{row}}}"

    @property
    def total(self) -> int:
        """The form's row of totals."""
        return FIRST + len(self.card.scheme.measures)

    def span(self, key: str) -> str:
        """A column's cells of all measures."""
        return f"{self.at(key, FIRST)}:{self.at(key, self.total - 1)}"


def measure_row(layout: Layout, i: int) -> list[Cell]:
    """The cells of one measure."""
    made = [*_agreed(layout, i), *_found(layout, i)]
    if layout.card.scheme.missing != "reweight":
        made += _workings(layout, i)
    return sorted(made, key=lambda cell: cell.column)


def height(layout: Layout, i: int) -> float:
    """A row's height, by its longest wrapped text."""
    words = {c.column: c.content for c in _agreed(layout, i) if c.kind is Kind.TEXT}
    widths = {layout.columns[key]: layout.columns.width(key) for key in layout.columns.keys}
    return 4 + 12.5 * max(2, *(lines(str(said), widths[at] * 1.2) for at, said in words.items()))


def _agreed(layout: Layout, i: int) -> list[Cell]:
    """What was agreed: texts, weight, floor, target, stretch."""
    card, look, columns = layout.card, layout.look, layout.columns
    measure = card.scheme.measures[i]
    kpi = layout.schemes.kpis[measure.kpi]
    say = partial(text, language=layout.language)
    rule = scoring_words(measure, card.scheme, kpi, layout.language, layout.schemes.kpis)
    words = {
        "category": say(f"workbook.category.{kpi.category}"),
        "name": kpi_name(kpi, layout.language),
        "definition": kpi_words.definition(measure, card.scheme, kpi, layout.language),
        "formula": kpi_words.formula(measure, kpi, layout.language),
        "unit": kpi_words.unit(kpi, card.scheme.currency, layout.language),
        "direction": say(f"workbook.direction.{kpi.direction}"),
        "rule": rule,
        "source": kpi_words.source(measure, kpi, layout.language),
        "cycle": say(f"grain.{layout.schemes.calendar.grain_of(card.period)}"),
    }
    small = {"definition", "formula", "rule", "source"}
    cells = [
        Cell(columns[key], Kind.TEXT, said, look("small" if key in small else "text"))
        for key, said in words.items()
    ]
    cells.append(Cell(columns["agreed"], Kind.NUMBER, measure.weight, look("number", "0.##%")))
    form = number_format(layout, i, "target")
    for key in ("floor", "target", "stretch"):
        cells.append(Cell(columns[key], Kind.OWN_NUMBER, None, look("number", form), f"{key} {i}"))
    cells.append(Cell(columns["department"], Kind.BLANK, None, look("input_text")))
    return cells


def number_format(layout: Layout, i: int, column: str) -> str:
    """How a measure's targets or actuals are written."""
    card = layout.card
    kpi = layout.schemes.kpis[card.scheme.measures[i].kpi]
    return kpi_words.number_format(kpi, card.scheme.currency, card.numbers[column][:, i])


def _found(layout: Layout, i: int) -> list[Cell]:
    """Actual, attainment, score, weight applied, weighted score; ratings and remark."""
    look, row = layout.look, FIRST + i
    measure = layout.card.scheme.measures[i]
    form = number_format(layout, i, "actual")
    cells = []
    for key in ("self", "peer", "manager"):
        if key in layout.columns.keys:
            cells.append(
                Cell(layout.columns[key], Kind.OWN_NUMBER, None, look("input", "0.0#"), f"{key} {i}")
            )
    cells.append(Cell(layout.columns["remark"], Kind.OWN_TEXT, None, look("input_text"), f"remark {i}"))
    if measure.raters:
        rated = _rated(layout, measure, row)
        cells.append(_formula(layout, "actual", rated, look("number", "0.00##"), f"actual {i}"))
    else:
        shared = measure.level not in (None, layout.card.scheme.level)
        kind = Kind.LINKED if shared else Kind.OWN_NUMBER
        cells.append(Cell(layout.columns["actual"], kind, None, look("input", form), f"actual {i}"))
    reached = _attainment(layout, measure, row)
    cells.append(_formula(layout, "attainment", reached, look("number", RATIO), f"attainment {i}"))
    cells.append(_formula(layout, "score", _applied(layout, i), look("number", SCORE), f"score {i}"))
    cells.append(_formula(layout, "weight", _weight(layout, row), look("number", "0.##%"), f"weight {i}"))
    score, weight = layout.at("score", row), layout.at("weight", row)
    points = f"IF(ISNUMBER({score}),{score}*{weight},{NOTHING})"
    cells.append(_formula(layout, "points", points, look("number", SCORE), f"points {i}"))
    return cells


def _formula(layout: Layout, key: str, said: str, form: Format, slot: str) -> Cell:
    return Cell(layout.columns[key], Kind.FORMULA, said, form, slot)


def _rated(layout: Layout, measure: Measure, row: int) -> str:
    """The groups' mean ratings by their weights; a group without a rating gives its weight to the others."""
    cells = {group: layout.at(group, row) for group in measure.raters}
    there = "+".join(f"ISNUMBER({cells[g]})*{w!r}" for g, w in measure.raters.items())
    given = "+".join(f"N({cells[g]})*{w!r}" for g, w in measure.raters.items())
    return f"IF({there}=0,{NOTHING},ROUND(({given})/({there}),{DECIMALS}))"


def _attainment(layout: Layout, measure: Measure, row: int) -> str:
    """Attainment by the measure's own way; blank where there is none."""
    actual, target = layout.at("actual", row), layout.at("target", row)
    kpi = layout.schemes.kpis[measure.kpi]
    if kpi.direction == "band":
        return NOTHING
    if isinstance(measure.attainment, Range):
        floor = repr(measure.attainment.range)
        ratio = (
            f"IF({target}=({floor}),{NOTHING},ROUND(({actual}-({floor}))/({target}-({floor})),{DECIMALS}))"
        )
        return f"IF(AND(ISNUMBER({actual}),ISNUMBER({target})),{ratio},{NOTHING})"
    if measure.attainment == "inverse":
        ratio = f"IF({actual}>0,MIN({target}/{actual},{UNCAPPED:g}),{UNCAPPED:g})"
    elif kpi.direction == "lower":
        ratio = f"MAX(0,2-{actual}/{target})"
    else:
        ratio = f"{actual}/{target}"
    there = f"AND(ISNUMBER({actual}),ISNUMBER({target}))"
    return f"IF({there},IF({target}>0,ROUND({ratio},{DECIMALS}),{NOTHING}),{NOTHING})"


def _rule(layout: Layout, i: int) -> str:
    """The score by the measure's rule; blank where what it reads is."""
    row, measure = FIRST + i, layout.card.scheme.measures[i]
    factor = 100 / measure.out_of
    title = text(
        "workbook.table_scoring",
        layout.language,
        scheme=pick(layout.card.scheme.title, layout.language),
        measure=kpi_name(layout.schemes.kpis[measure.kpi], layout.language),
    )
    own = layout.at("attainment", row)
    rule = measure.scoring
    if rule.matrix is not None:
        grid = layout.lookups.grid(title, rule.matrix.scaled(factor))
        names = [m.name for m in layout.card.scheme.measures]
        other = layout.at("attainment", FIRST + names.index(rule.matrix.with_))
        found = in_grid(own, other, f"{grid}_rows", f"{grid}_columns", f"{grid}_values")
        return f"IF(AND(ISNUMBER({own}),ISNUMBER({other})),{found},{NOTHING})"
    if rule.rank is not None:
        place, many = f"{{place_{i}}}", f"{{many_{i}}}"  # in the workings
        best, step, worst = (repr(x) for x in (rule.rank.best, rule.rank.step, rule.rank.worst))
        scored = f"ROUND(MAX({best}-{step}*({place}-1),{worst})*{factor!r},{DECIMALS})"
        return f"IF(AND(ISNUMBER({place}),{many}>={rule.rank.least}),{scored},{NOTHING})"
    table = layout.lookups.curve(title, measure.curve)
    if rule.reads == "attainment":
        return f"IF(ISNUMBER({own}),{on_curve(own, table)},{NOTHING})"
    actual = layout.at("actual", row)
    return f"IF(ISNUMBER({actual}),{on_curve(f'ROUND({actual},{DECIMALS})', table)},{NOTHING})"


def _applied(layout: Layout, i: int) -> str:
    """The score that counts: the rule's, or by the scheme's rule for what is missing."""
    missing = layout.card.scheme.missing
    if missing == "reweight":
        return _rule(layout, i)
    raw, counted = layout.at("raw", FIRST + i), layout.at("counted", layout.total)
    carried = layout.at("carried", FIRST + i)
    instead = "0" if missing == "zero" else f"IF(ISNUMBER({carried}),{carried},{NOTHING})"
    return f"IF(ISNUMBER({raw}),{raw},IF({counted}=0,{NOTHING},{instead}))"


def _weight(layout: Layout, row: int) -> str:
    """The agreed weight, or with that of missing measures in proportion."""
    agreed, score = layout.at("agreed", row), layout.at("score", row)
    if layout.card.scheme.missing == "zero":
        return agreed
    counted = layout.at("counted", layout.total if layout.card.scheme.missing == "reweight" else FIRST - 1)
    return f"IF({counted}=0,{agreed},IF(ISNUMBER({score}),{agreed}/{counted},0))"


def _workings(layout: Layout, i: int) -> list[Cell]:
    """Right of the form: the score by the rule alone, and the one to carry."""
    look = layout.look("working", SCORE)
    cells = [_formula(layout, "raw", _rule(layout, i), look, f"raw {i}")]
    if layout.card.scheme.missing == "carry":
        cells.append(Cell(layout.columns["carried"], Kind.OWN_NUMBER, None, look, f"carried {i}"))
    return cells


def heading(layout: Layout) -> list[Cell]:
    """The headings; those of columns to fill in are marked."""
    look, say = layout.look, partial(text, language=layout.language)
    cells = [
        Cell(at, Kind.TEXT, say(f"workbook.head.{key}"), look("head_input" if key in FILLED else "head"))
        for at, key in enumerate(layout.columns.keys)
    ]
    missing = layout.card.scheme.missing
    if missing == "carry":  # the weight that counts once scores are carried
        found = f"SUMPRODUCT(ISNUMBER({layout.span('score')})*{layout.span('agreed')})"
        cells.append(_formula(layout, "counted", found, look("working", RATIO), "carried_weight"))
    if missing != "reweight":
        cells.append(Cell(layout.columns["raw"], Kind.TEXT, say("workbook.head.raw"), look("working_head")))
    if missing == "carry":
        cells.append(
            Cell(layout.columns["carried"], Kind.TEXT, say("workbook.head.carried"), look("working_head"))
        )
    return cells


def total_row(layout: Layout) -> list[Cell]:
    """Weights and weighted scores added up."""
    look, columns = layout.look, layout.columns
    cells = [Cell(at, Kind.BLANK, None, look("strong")) for at in range(columns.last + 1)]
    cells[0] = Cell(0, Kind.TEXT, text("workbook.total", layout.language), look("strong_text"))
    for key, found, form in (
        ("agreed", f"SUM({layout.span('agreed')})", "0.##%"),
        ("weight", f"SUM({layout.span('weight')})", "0.##%"),
        ("points", f"IF({_any(layout)}=0,{NOTHING},SUM({layout.span('points')}))", SCORE),
    ):
        cells[columns[key]] = _formula(layout, key, found, look("strong", form), f"total {key}")
    counted = "score" if layout.card.scheme.missing == "reweight" else "raw"
    found = f"SUMPRODUCT(ISNUMBER({layout.span(counted)})*{layout.span('agreed')})"
    return [*cells, _formula(layout, "counted", found, look("working", RATIO), "counted")]


def _any(layout: Layout) -> str:
    return layout.at("counted", layout.total)

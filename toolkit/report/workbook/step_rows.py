"""The rows below a form's total: difficulty, items, vetoes, score, grade, pay, interview, signatures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from toolkit.language import pick, text
from toolkit.report.results import agreed_number, agreed_percent, kpi_name
from toolkit.report.workbook.columns import RESULTS
from toolkit.report.workbook.formulas import BELOW
from toolkit.report.workbook.measure_rows import FIRST, SCORE, Layout
from toolkit.report.workbook.sheet import NOTHING, Cell, Kind
from toolkit.scheme.curve import DECIMALS
from toolkit.scheme.items import Item, Veto

Row = tuple[float, list[Cell]]  # height and cells


@dataclass(frozen=True)
class Results:
    """Rows of a form, from 0: of its results (in the columns of `RESULTS`), the first veto, the interview."""

    row: int
    vetoes: int
    interview: int
    height: int


class Steps:
    """The rows below the total, made one after the other.

    In formulas `{rank}`, `{shared}` (a grade by rank or shares), `{ratio}` and `{payout}` are cells of other
    sheets, named when a form is written.

    Parameters
    ----------
    layout : Layout
    paid : str
        The number format of the payout; blank where the form is paid nothing by itself.
    """

    def __init__(self, layout: Layout, paid: str) -> None:
        self.layout, self.paid = layout, paid
        self.rows: list[Row] = []
        self.say = partial(text, language=layout.language)
        self._at: dict[str, str] = {}

    @property
    def points(self) -> str:
        """The total of the weighted scores."""
        return self.layout.at("points", self.layout.total)

    @property
    def next(self) -> int:
        """The number of the row to be made."""
        return self.layout.total + 1 + len(self.rows)

    def build(self) -> Results:
        """Make all rows; where the results stand."""
        scheme = self.layout.card.scheme
        # At 8 decimals from the first step on, so that what the steps add is whole units of the last one.
        amounts = [f"ROUND({self.points},{DECIMALS})"]
        self._difficulty(amounts)
        self._items(amounts)
        vetoes = self.next
        for i, veto in enumerate(scheme.vetoes):
            self._veto(i, veto, amounts)
        results = self.next
        self._results(amounts)
        self._interview()
        self._signatures()
        return Results(results, vetoes, self.next - 2, self.next)

    def _line(self, label: str, amount: str, slot: str, amounts: list[str], *more: Cell) -> None:
        """A row with a label and the points it adds, at 8 decimals as the score is."""
        layout, look = self.layout, self.layout.look
        cells = [Cell(at, Kind.BLANK, None, look("line")) for at in range(layout.columns.last + 1)]
        cells[0] = Cell(0, Kind.TEXT, self.say("workbook.step"), look("text"))
        cells[1] = Cell(1, Kind.TEXT, label, look("line"))
        said = f"IF(ISNUMBER({self.points}),ROUND({amount},{DECIMALS}),0)"
        at = layout.columns["points"]
        cells[at] = Cell(at, Kind.FORMULA, said, look("number", f"+{SCORE};-{SCORE};{SCORE}"), slot)
        for cell in more:
            cells[cell.column] = cell
        amounts.append(layout.at("points", self.next))
        self.rows.append((17.0, cells))

    def _difficulty(self, amounts: list[str]) -> None:
        if self.layout.card.scheme.difficulty is None:
            return
        at, look = self.layout.columns["actual"], self.layout.look
        factor = self.layout.at("actual", self.next)
        cell = Cell(at, Kind.OWN_NUMBER, None, look("number", "0.00##"), "factor")
        total = self.points
        amount = f"IF({factor}=1,0,ROUND({total}+{total}*({factor}-1),{DECIMALS})-{amounts[0]})"
        self._line(self.say("workbook.difficulty"), amount, "difficulty", amounts, cell)

    def _items(self, amounts: list[str]) -> None:
        """Items, the limits of what all of them add and take off, and the floor."""
        scheme, before = self.layout.card.scheme, list(amounts)
        first = self.next
        for item in scheme.items:
            self._item(item, amounts)
        if not scheme.items:
            return
        span = f"{self.layout.at('points', first)}:{self.layout.at('points', self.next - 1)}"
        for side, sign in (("up", ">"), ("down", "<")):
            limit = getattr(scheme.item_limits, side, None)
            if limit is not None:
                total = f'SUMIF({span},"{sign}0")'
                over = f"MIN(0,{limit!r}-{total})" if side == "up" else f"MAX(0,-({limit!r})-{total})"
                label = self.say(f"workbook.limit_{side}", points=agreed_number(limit, self.layout.language))
                self._line(label, over, f"item_limit {side}", amounts)
        lowest = f"MIN(0,{_sum(before)})"
        self._line(self.say("workbook.floor"), f"MAX(0,{lowest}-{_sum(amounts)})", "floor", amounts)

    def _item(self, item: Item, amounts: list[str]) -> None:
        """Points for each of an item; the quantity is filled in."""
        layout = self.layout
        quantity = self._at[item.name] = layout.at("actual", self.next)
        number = partial(agreed_number, language=layout.language)
        name = pick(item.title, layout.language) or item.name
        key = "workbook.item" + ("_veto" if item.points == 0 else "_most" if item.most else "")
        label = self.say(key, name=name, points=_signed(number(item.points)), most=number(item.most or 0))
        points = f"{item.points!r}*N({quantity})"
        if item.most is not None:
            points = f"MAX(-{item.most!r},MIN({item.most!r},{points}))"
        cell = Cell(
            layout.columns["actual"],
            Kind.OWN_NUMBER,
            None,
            layout.look("input", "0.##"),
            f"quantity {item.name}",
        )
        self._line(label, points, f"item {item.name}", amounts, cell)

    def _veto(self, i: int, veto: Veto, amounts: list[str]) -> None:
        """A veto: whether it strikes, and the points it takes."""
        layout = self.layout
        struck = self._at[f"veto {i}"] = layout.at("attainment", self.next)
        if veto.item:
            strikes = f"IF(N({self._at[veto.item]})>0,1,0)"
            item = next(item for item in layout.card.scheme.items if item.name == veto.item)
            what = pick(item.title, layout.language) or item.name
        else:
            names = [m.name for m in layout.card.scheme.measures]
            reached = layout.at("attainment", FIRST + names.index(veto.measure))
            edge = repr(round(float(veto.below or 0), DECIMALS))
            strikes = f"IF(ISNUMBER({reached}),IF({reached}<{edge},1,0),0)"
            kpi = layout.schemes.kpis[layout.card.scheme.measure(veto.measure).kpi]
            below = agreed_percent(float(veto.below or 0), layout.language)
            what = self.say("workbook.veto_measure", kpi=kpi_name(kpi, layout.language), below=below)
        shown = '"{}";"{}";"{}"'.format(*(self.say(f"workbook.{k}") for k in ("yes", "no", "no")))
        at = layout.columns["attainment"]
        cell = Cell(at, Kind.FORMULA, strikes, layout.look("number", shown), f"struck {i}")
        taken = "0" if veto.score is None else f"{struck}*MIN(0,{veto.score!r}-{_sum(amounts)})"
        label = self.say("workbook.veto", what=what, then=self._then(veto))
        self._line(label, taken, f"veto {i}", amounts, cell)

    def _then(self, veto: Veto) -> str:
        """What a veto does, in words."""
        language, said = self.layout.language, []
        if veto.score is not None:
            said.append(self.say("workbook.veto_score", score=agreed_number(veto.score, language)))
        if veto.grade:
            said.append(self.say("workbook.veto_grade", grade=veto.grade))
        if veto.pays is not None:
            said.append(self.say("workbook.veto_pays", pays=agreed_percent(veto.pays, language)))
        return self.say("phrase.join").join(said)

    def _grade(self, score: str) -> str:
        """The grade's name: the rule's grade, or a veto's where that is lower."""
        layout, scheme = self.layout, self.layout.card.scheme
        names = scheme.grades.names
        title = self.say("workbook.table_grades", scheme=pick(scheme.title, layout.language))
        listed = layout.lookups.list(
            title, ("number", "grade"), [(float(i), g) for i, g in enumerate(names, 1)]
        )
        bounds = [
            f"{self._at[f'veto {i}']}*{names.index(veto.grade) + 1}"
            for i, veto in enumerate(scheme.vetoes)
            if veto.grade
        ]
        by_score = scheme.grades.by == "score"
        base = f"VLOOKUP({score},{grade_edges(layout)},2)" if by_score else "{shared}"
        worst = f"MAX({','.join([base, *bounds])})" if bounds else base
        found = f"VLOOKUP({worst},{listed},2)"
        if not by_score:
            found = f"IF(ISNUMBER({base}),{found},{NOTHING})"
        return f"IF(ISNUMBER({score}),{found},{NOTHING})"

    def _results(self, amounts: list[str]) -> None:
        """Score, grade and rank, and what they pay, side by side."""
        layout, look, row = self.layout, self.layout.look, self.next
        score = layout.at(RESULTS["score"], row)
        found = {
            "score": (f"IF(ISNUMBER({self.points}),{_sum(amounts)},{NOTHING})", SCORE),
            "grade": (self._grade(score), ""),
            "rank": ("{rank}", "0"),
        }
        if self.paid:
            if layout.card.scheme.pay.by_incentive:
                found["ratio"] = ("{ratio}", "0.00##%")
            found["payout"] = ("{payout}", self.paid)
        cells = [Cell(at, Kind.BLANK, None, look("result")) for at in range(layout.columns.last + 1)]
        for key, (said, form) in found.items():
            at = layout.columns[RESULTS[key]]
            label = at - 3 if key == "payout" else at - 1  # a payout's label is longer than a column
            style = "result_text" if key == "payout" else "result_label"
            cells[label] = Cell(label, Kind.TEXT, self.say(f"workbook.{key}"), look(style))
            cells[at] = Cell(at, Kind.FORMULA, said, look("result", form), key)
        self.rows.append((26.0, cells))

    def _interview(self) -> None:
        look, last = self.layout.look, self.layout.columns.last
        cells = [Cell(0, Kind.TEXT, self.say("workbook.interview"), look("label"))]
        cells += [Cell(at, Kind.BLANK, None, look("input_text")) for at in range(1, last + 1)]
        self.rows.append((52.0, cells))

    def _signatures(self) -> None:
        """Both sign, with the day."""
        look, columns = self.layout.look, self.layout.columns
        cells = {}
        for label, first, last in (
            ("workbook.sign_participant", "category", "direction"),
            ("workbook.sign_manager", "agreed", "source"),
            ("workbook.sign_hr", "department", "remark"),
        ):
            for at in range(columns[first], columns[last] + 1):
                cells[at] = Cell(at, Kind.BLANK, None, look("plain"))
            at = columns[first]
            cells[at] = Cell(at, Kind.TEXT, self.say(label), look("plain"))
        self.rows.append((30.0, [cells[at] for at in sorted(cells)]))


def grade_edges(layout: Layout) -> str:
    """The table of the lowest score of each grade, rising; below the last edge the last grade holds."""
    scheme = layout.card.scheme
    edges = list(scheme.grades.edges.items())
    rows = [(round(edge, DECIMALS), float(i), g) for i, (g, edge) in enumerate(edges, 1)][::-1]
    rows[0] = (BELOW, *rows[0][1:])
    title = text("workbook.table_edges", layout.language, scheme=pick(scheme.title, layout.language))
    return layout.lookups.list(title, ("from_score", "number", "grade"), rows)


def _signed(shown: str) -> str:
    return shown if shown.startswith("−") else f"+{shown}"


def _sum(amounts: list[str]) -> str:
    return f"ROUND({'+'.join(amounts)},{DECIMALS})"

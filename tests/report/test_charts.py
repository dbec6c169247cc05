"""Figures as a reader meets them: at both widths, in both languages, nothing overlaps or is cut off."""

import itertools
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure as Drawing
from matplotlib.text import Text

from toolkit.language import money, number, percent, period_name
from toolkit.report import charts, charts_choice, charts_pay
from toolkit.report.axes import folded, span
from toolkit.report.blocks import Figure
from toolkit.report.look import INK, NARROW, WIDE, styled

MONTHS = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]
QUARTERS = ["2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2"]
WORDS = {
    "en": {
        "groups": ["Teams in the scheme", "Comparison teams", "Key accounts", "Distribution"],
        "kpis": ["New-customer conversion", "Revenue", "Customer satisfaction", "Collection rate"],
        "change": "the scheme starts",
        "people": "Person {}",
    },
    "zh": {
        "groups": ["试点团队", "对照团队", "大客户部", "渠道分销部"],
        "kpis": ["新客户转化率", "销售额", "客户满意度", "回款率"],
        "change": "考核方案开始实施",
        "people": "员工{}号",
    },
}


def people(language: str, count: int) -> list[str]:
    return [WORDS[language]["people"].format(at) for at in range(1, count + 1)]


def draw_trend(language: str) -> object:
    rng = np.random.default_rng(3)
    rows = [
        {"period": month, "group": group, "value": 0.2 + 0.001 * at + rng.normal(0, 0.004)}
        for group in WORDS[language]["groups"]  # the lines end close together
        for at, month in enumerate(MONTHS)
    ]
    return charts.trend(
        pd.DataFrame(rows), "2025-07", WORDS[language]["change"], lambda x: percent(x, language), "alt", "",
        period_format=lambda period: period_name(period, language),
    )  # fmt: skip


def draw_intervals(language: str) -> object:
    frame = pd.DataFrame(
        {
            "label": WORDS[language]["kpis"],
            "estimate": [0.14, 0.09, -0.03, 0.02],
            "low": [0.06, -0.02, -0.12, -0.01],
            "high": [0.23, 0.21, 0.07, 0.05],
            "group": [WORDS[language]["groups"][at] for at in (0, 0, 1, 1)],
        }
    )
    return charts.intervals(frame, "0", lambda x: percent(x, language, signed=True), "alt")


def draw_spread(language: str) -> object:
    rng = np.random.default_rng(4)
    rows = [
        {"label": period_name(quarter, language), "attainment": value}
        for quarter in QUARTERS
        for value in [*rng.lognormal(0, 0.25, 40), np.nan]
    ]
    return charts.attainment_spread(
        pd.DataFrame(rows), WORDS[language]["kpis"][1], lambda x: percent(x, language), "n = {}".format, "alt"
    )


def draw_heat(language: str) -> object:
    matrix = pd.DataFrame(
        np.random.default_rng(5).normal(1, 0.3, (50, 4)), people(language, 50), WORDS[language]["kpis"]
    )
    matrix.iloc[3, 1] = np.nan
    return charts_pay.heat(matrix, lambda x: percent(x, language), "alt")


def draw_waterfall(language: str) -> object:
    parts = pd.DataFrame(
        {"label": WORDS[language]["kpis"], "points": [38.2, 17, -5, np.nan], "possible": [40, 20, np.nan, 20]}
    )
    return charts_pay.waterfall(
        parts, 50.2, WORDS[language]["groups"][0], lambda x: number(x, language, 1), "alt"
    )


def draw_pay_curve(language: str) -> object:
    frame = pd.DataFrame(
        {
            "x": [0.6, 0.7, 0.9, 1.0, 1.3],
            "y": [0, 0, 0.8, 1.0, 1.7],
            "label": ["", people(language, 9)[8], "", "", ""],
        }
    )
    return charts_pay.pay_curve(
        [(0.75, 0), (0.75, 0.5), (1.0, 1.0), (1.2, 1.7)], frame, *WORDS[language]["kpis"][:2],
        lambda x: percent(x, language), lambda x: percent(x, language), "alt",
        watch=(0.72, 0.75), watch_label=WORDS[language]["change"],
    )  # fmt: skip


def draw_payouts(language: str) -> object:
    frame = pd.DataFrame(
        {
            "label": people(language, 50),
            "base": np.linspace(30_000, 0, 50),
            "adjustments": [2000.0, 0, -1500, 0, 0] * 10,
        }
    )
    return charts_pay.payouts_bars(
        frame, *WORDS[language]["kpis"][:2], lambda x: money(x, "CNY", language), "alt"
    )


def draw_frequencies(language: str) -> Figure:
    shares = [1.0, 0.95, 0.6, 0.2, 0.0]
    frame = pd.DataFrame(
        {
            "label": [*WORDS[language]["kpis"], WORDS[language]["groups"][0]],
            "share": shares,
            "low": [max(0.0, s - 0.07) for s in shares],
            "high": [min(1.0, s + 0.07) for s in shares],
            "chosen": [True, True, True, False, False],
        }
    )
    return charts_choice.frequencies(frame, lambda x: percent(x, language), "alt", "caption")


CHARTS = [
    draw_frequencies,
    draw_trend,
    draw_intervals,
    draw_spread,
    draw_heat,
    draw_waterfall,
    draw_pay_curve,
    draw_payouts,
]
every_chart = pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.__name__)
both_languages = pytest.mark.parametrize("language", ["en", "zh"])


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the chart functions give the function that draws, in place of the finished block."""
    for module in (charts, charts_choice, charts_pay):
        monkeypatch.setattr(module, "figure_block", lambda draw, alt, caption: draw)
    yield


def written(figure: Drawing) -> list[Text]:
    """The texts that are seen on a drawing."""
    figure.draw_without_rendering()
    return [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]  # type: ignore[attr-defined]


@every_chart
@both_languages
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_words_overlap_or_leave_the_drawing(
    chart: Callable[[str], Callable[[float], Drawing]], language: str, width: float, undrawn: None
) -> None:
    with styled(language):
        figure = chart(language)(width)
        boxes = [(t.get_text(), t.get_window_extent()) for t in written(figure)]
        frame = figure.bbox
    assert len(boxes) > 5
    outside = [
        words
        for words, box in boxes
        if box.x0 < -1 or box.x1 > frame.x1 + 1 or box.y0 < -1 or box.y1 > frame.y1 + 1
    ]
    assert outside == []
    shrunk = [(words, box.padded(-1)) for words, box in boxes]
    assert [(a, b) for (a, one), (b, two) in itertools.combinations(shrunk, 2) if one.overlaps(two)] == []


@every_chart
@both_languages
def test_a_chart_is_a_block_for_both_widths(chart: Callable[[str], Figure], language: str) -> None:
    with styled(language):
        figure = chart(language)
    assert isinstance(figure, Figure) and figure.alt == "alt"
    widths = [
        float(ET.fromstring(markup).get("viewBox", "").split()[2]) for markup in (figure.svg, figure.narrow)
    ]
    assert widths == pytest.approx([WIDE * 72, NARROW * 72])
    assert len(figure.svg) + len(figure.narrow) < 400_000  # a page of 3 MB holds seven of the largest


def test_a_clients_dollar_is_no_formula() -> None:
    frame = pd.DataFrame({"label": ["$\\frac{a$ & <b>", "a$b$c"], "base": [1.0, 2], "adjustments": [0.0, 0]})
    with styled("en"):
        figure = charts_pay.payouts_bars(frame, "$x^", "y", "{:.0f}".format, "alt <b>")
    assert ET.fromstring(figure.svg).get("aria-label") == "alt <b>"


def test_more_than_fifty_people_are_refused() -> None:
    matrix = pd.DataFrame(np.ones((51, 2)))
    with styled("en"):
        with pytest.raises(ValueError, match="at most 50 people, not 51"):
            charts_pay.heat(matrix, str, "alt")
        with pytest.raises(ValueError, match="at most 50 people, not 51"):
            charts_pay.payouts_bars(
                pd.DataFrame({"label": ["a"] * 51, "base": 1.0, "adjustments": 0.0}), "b", "a", str, "alt"
            )


def test_the_change_is_marked_between_the_last_period_before_it_and_the_first_under_it(undrawn: None) -> None:
    frame = pd.DataFrame({"period": QUARTERS, "group": "a", "value": [1.0, 2, 3, 4]})
    with styled("en"):
        marked = charts.trend(frame, "2026-Q1", "start", str, "alt")(WIDE)  # type: ignore[operator]
        unmarked = charts.trend(frame, "2030-Q1", "start", str, "alt")(WIDE)  # type: ignore[operator]
    assert [list(line.get_xdata()) for line in marked.axes[0].lines[1:]] == [[1.5, 1.5]]
    assert len(unmarked.axes[0].lines) == 1 and "start" not in [t.get_text() for t in written(unmarked)]


def test_a_gap_stays_a_gap_and_a_line_without_values_is_not_named(undrawn: None) -> None:
    frame = pd.DataFrame(
        {
            "period": QUARTERS * 2,
            "group": ["a"] * 4 + ["empty"] * 4,
            "value": [1, np.nan, 3, 4] + [np.nan] * 4,
        }
    )
    with styled("en"):
        figure = charts.trend(frame, None, "", str, "alt")(WIDE)  # type: ignore[operator]
    assert np.isnan(figure.axes[0].lines[0].get_ydata()[1])
    assert "empty" not in [t.get_text() for t in written(figure)]


def test_the_steps_of_a_waterfall_end_at_the_sum_of_points(undrawn: None) -> None:
    parts = pd.DataFrame({"label": ["a", "b", "c"], "points": [40.0, 20.5, -5.5]})
    with styled("en"):
        axes = charts_pay.waterfall(parts, 55.0, "score", str, "alt")(WIDE).axes[0]  # type: ignore[operator]
    steps = [(bar.get_x(), bar.get_width()) for bar in axes.patches]
    assert steps == [(0, 40.0), (40.0, 20.5), (60.5, -5.5), (0, 55.0)]


def test_the_count_of_a_row_leaves_missing_people_out(undrawn: None) -> None:
    frame = pd.DataFrame({"label": ["Q1", "Q1", "Q1", "Q2"], "attainment": [0.9, 1.1, np.nan, np.nan]})
    with styled("en"):
        figure = charts.attainment_spread(frame, "target", str, "n = {}".format, "alt")(WIDE)  # type: ignore[operator]
    assert [t.get_text() for t in written(figure) if t.get_text().startswith("n = ")] == ["n = 2", "n = 0"]


def test_a_curve_that_pays_from_its_first_point_does_not_start_below_it(undrawn: None) -> None:
    with styled("en"):
        axes = charts_pay.pay_curve(
            [(0.5, 0.2), (1.0, 1.0)], pd.DataFrame({"x": [0.6], "y": [0.36]}), "x", "y", str, str, "alt"
        )(WIDE).axes[0]  # type: ignore[operator]
    line = axes.lines[0]
    assert np.interp(0.75, line.get_xdata(), line.get_ydata()) == pytest.approx(0.6)
    assert line.get_ydata()[-1] == 1.0 and line.get_xdata()[-1] > 1.0


def contrast(one: str | tuple[float, ...], two: str | tuple[float, ...]) -> float:
    """Contrast ratio of WCAG 2.1, 1.4.3, written from its definition."""

    def luminance(colour: str | tuple[float, ...]) -> float:
        channels = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgba(colour)[:3]]
        return float(np.dot(channels, [0.2126, 0.7152, 0.0722]))

    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_values_can_be_read_on_every_colour_of_the_heat_map() -> None:
    assert contrast("black", "white") == pytest.approx(21)
    worst = min(contrast(fill, INK) for fill in map(charts_pay.DIVERGING, np.linspace(0, 1, 101)))
    assert worst >= 4.5


def test_labels_fold_without_losing_a_character() -> None:
    for label in ("New-customer conversion", "新客户转化率(90 天内)", "2026年第一季度", "A  b", "x"):
        for most in range(2, 30):
            assert folded(label, most).replace("\n", "").replace(" ", "") == label.replace(" ", "")
    assert max(map(span, folded("新客户开发数量与回款及时率", 10).split("\n"))) <= 10
    assert folded("2026年11月", 7).split("\n") == ["2026年", "11月"]

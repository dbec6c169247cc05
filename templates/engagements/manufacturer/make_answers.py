"""Make the answers of the sample: invented people fill in the forms that `kpi ask` writes.

    python make_answers.py

About KPIs nine employees. Planted: visits and follow-ups are in people's hands and easily written up;
collection depends on others; the complaint rate and skill progress are little understood. An answer is the
planted mean, moved by a step at most.

About weights twelve people: managers and HR, team leaders, and salespeople. Planted: all together come near
40/20/20/20; the salespeople give visits less and satisfaction more than the managers do; S019 stands apart;
the answers of S008 contradict each other. A judgement is the planted ratio with some noise, on Saaty's scale.
"""

import tempfile
import warnings
from itertools import combinations
from pathlib import Path

import numpy as np
import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

import toolkit as tk
from toolkit.design.ask import Respondent, find_respondents, write_forms, write_weight_forms

Weights = tuple[float, ...]
HERE = Path(__file__).parent
RESPONDENTS = "S001,S003,S005,S008,S010,S012,S015,S019,S023"
# KPI: means of influence, clarity and gaming risk, 1 to 5
MEANS = {
    "net_sales": (4, 5, 2),
    "visits": (5, 5, 4),
    "new_customer_win_rate": (4, 4, 2),
    "customer_satisfaction": (4, 4, 3),
    "gross_margin_rate": (3, 3, 2),
    "win_rate": (4, 4, 3),
    "new_customers": (4, 5, 2),
    "average_deal_size": (3, 4, 2),
    "collection_rate": (2, 4, 1),
    "calls": (5, 5, 5),
    "follow_ups": (5, 4, 4),
    "complaint_rate": (3, 2, 2),
    "service_score": (2, 3, 3),
    "knowledge_mastery": (4, 4, 2),
    "training_participation": (4, 5, 3),
    "skill_progress": (4, 2, 3),
}
FIRST_ROW, COLUMNS = 8, "FGH"
COMMENTS = {
    ("S003", "collection_rate"): "账期由公司与客户约定，业务员只能催款",
    ("S010", "complaint_rate"): "投诉多为交付延期，与销售关系不大",
}
PROPOSALS = {
    "S005": ("老客户复购率", "复购最能说明客户是否真正满意", "按客户统计一年内再次下单，数据在订单系统"),
    "S015": ("样机试用转化率", "试用客户成交概率高，值得单独跟踪", "试用登记表与订单对照"),
}


# Measures in the scheme's order: net sales, visits, new-customer conversion, satisfaction.
MANAGERS, LEADERS, SALESPEOPLE = (0.42, 0.27, 0.19, 0.12), (0.40, 0.23, 0.20, 0.17), (0.40, 0.15, 0.21, 0.24)
APART = (0.14, 0.10, 0.16, 0.60)
NOISE = 0.12  # standard deviation of the log of a judgement
# respondent, name, role, method, planted weights; names and roles of the salespeople are those of the roster
JUDGES = (
    ("M01", "郑明远", "销售总监", "pairwise", MANAGERS),
    ("M02", "吴晓岚", "人力资源经理", "best_worst", MANAGERS),
    ("M03", "陆志远", "大区经理", "pairwise", MANAGERS),
    ("L01", "刘佳怡", "班组长", "pairwise", LEADERS),
    ("L02", "李霞", "班组长", "points", LEADERS),
    ("L03", "韩志远", "班组长", "pairwise", LEADERS),
    ("S001", "", "", "pairwise", SALESPEOPLE),
    ("S003", "", "", "points", SALESPEOPLE),
    ("S008", "", "", "pairwise", SALESPEOPLE),
    ("S012", "", "", "points", SALESPEOPLE),
    ("S015", "", "", "pairwise", SALESPEOPLE),
    ("S019", "", "", "points", APART),
)
CONTRADICTS, BLANK = "S008", ("L03", 5)  # who turns a pair round; a pair (from 0) that somebody leaves out
EQUAL, FIRST_PAIR = "同等重要", 8


def main() -> None:
    """Write `answers/kpis/*.xlsx` and `answers/weights/*.xlsx` anew."""
    about_kpis()
    about_weights()


def about_kpis() -> None:
    """The forms about KPIs."""
    client, draw = tk.load_engagement(HERE), np.random.default_rng(20260101)
    kept = HERE / "answers" / "kpis"
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        forms = write_forms(
            client, Path(scratch) / "forms", RESPONDENTS, "zh", by="2025-11-14", to="人力资源部"
        )
        for path, who in zip(forms, RESPONDENTS.split(","), strict=True):
            book = openpyxl.load_workbook(path)
            fill(book["指标"], who, draw)
            if who in PROPOSALS:
                for column, words in zip("CDE", PROPOSALS[who], strict=True):
                    book["我的建议"][f"{column}6"] = words
            book.save(kept / f"{who}.xlsx")


def about_weights() -> None:
    """The forms about weights, each by its method."""
    client, draw = tk.load_engagement(HERE), np.random.default_rng(20260202)
    kept = HERE / "answers" / "weights"
    kept.mkdir(parents=True, exist_ok=True)
    roster = {who.respondent: who for who in find_respondents(client)}
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", message=".*extension is not supported"
        )  # of bars, when openpyxl reads
        for who, name, role, method, planted in JUDGES:
            person = roster.get(who) or Respondent(who, name, role)
            (path,) = write_weight_forms(
                client, Path(scratch) / who, [person], "zh", method=method, by="2025-12-05", to="人力资源部"
            )
            book = openpyxl.load_workbook(path)
            FILL[method](book.worksheets[1], who, planted, draw)
            book.save(kept / f"{who}.xlsx")


def fill_pairs(sheet: Worksheet, who: str, planted: Weights, draw: np.random.Generator) -> None:
    """Say of each pair which counts more and how many times."""
    for p, (i, j) in enumerate(combinations(range(len(planted)), 2)):
        ratio = planted[i] / planted[j] * np.exp(draw.normal(0, NOISE))
        if who == CONTRADICTS and (i, j) == (1, 3):
            ratio = 1 / ratio * 2
        times, row = round(max(ratio, 1 / ratio)), FIRST_PAIR + p
        if (who, p) == BLANK:
            continue
        sheet[f"D{row}"] = EQUAL if times == 1 else sheet[f"{'C' if ratio > 1 else 'F'}{row}"].value
        if times > 1:
            sheet[f"E{row}"] = min(times, 9)


def fill_points(sheet: Worksheet, who: str, planted: Weights, draw: np.random.Generator) -> None:
    """Share out 100 points in fives; what rounding leaves goes to the largest."""
    shares = np.array(planted) * np.exp(draw.normal(0, NOISE, len(planted)))
    points = np.round(shares / shares.sum() * 20) * 5
    points[np.argmax(points)] += 100 - points.sum()
    for row, given in enumerate(points, 8):
        sheet[f"E{row}"] = int(given)


def fill_best_worst(sheet: Worksheet, who: str, planted: Weights, draw: np.random.Generator) -> None:
    """Choose the most and the least important KPI, and compare the others with both."""
    best, worst = int(np.argmax(planted)), int(np.argmin(planted))
    for cell, at in (("D7", best), ("D8", worst)):
        sheet[cell] = sheet[f"C{11 + at}"].value
    widest = round(planted[best] / planted[worst])
    for at, share in enumerate(planted):
        noise = np.exp(draw.normal(0, NOISE / 4, 2))  # few answers, given with care
        over, under = planted[best] / share * noise[0], share / planted[worst] * noise[1]
        if at != best:
            sheet[f"E{11 + at}"] = widest if at == worst else int(np.clip(round(over), 2, 9))
        if at != worst:
            sheet[f"F{11 + at}"] = widest if at == best else int(np.clip(round(under), 2, 9))


FILL = {"pairwise": fill_pairs, "points": fill_points, "best_worst": fill_best_worst}


def fill(sheet: Worksheet, who: str, draw: np.random.Generator) -> None:
    """Answer each question about each KPI; what somebody cannot judge stays blank."""
    for row, (kpi, means) in enumerate(MEANS.items(), FIRST_ROW):
        for column, mean in zip(COLUMNS, means, strict=True):
            answer = int(np.clip(mean + draw.choice([-1, 0, 0, 1]), 1, 5))
            if draw.random() > 0.04:
                sheet[f"{column}{row}"] = answer
        if (who, kpi) in COMMENTS:
            sheet[f"I{row}"] = COMMENTS[who, kpi]


if __name__ == "__main__":
    main()

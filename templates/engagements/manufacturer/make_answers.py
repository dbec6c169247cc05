"""Make the employees' answers of the sample: nine invented people fill in the forms that `kpi ask` writes.

    python make_answers.py

Planted: visits and follow-ups are in people's hands and easily written up; collection depends on others; the
complaint rate and skill progress are little understood. An answer is
the planted mean, moved by a step at most.
"""

import tempfile
from pathlib import Path

import numpy as np
import openpyxl

import toolkit as tk
from toolkit.design.ask import write_forms

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


def main() -> None:
    """Write `answers/kpis/*.xlsx` anew."""
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


def fill(sheet: openpyxl.worksheet.worksheet.Worksheet, who: str, draw: np.random.Generator) -> None:
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

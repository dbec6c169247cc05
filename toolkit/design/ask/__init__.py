"""The employees' part: forms that ask about each KPI, read back by cell, summed up without names."""

from toolkit.design.ask.answers import Answers, collect_answers, load_answers
from toolkit.design.ask.questions import KPIS, Question, Questionnaire, questionnaire
from toolkit.design.ask.respondents import Respondent, find_respondents
from toolkit.design.ask.summary import FEWEST, summary
from toolkit.design.ask.weighing import Judgements, collect_judgements, load_judgements, write_weight_forms
from toolkit.design.ask.write import write_forms

__all__ = [
    "FEWEST",
    "KPIS",
    "Answers",
    "Judgements",
    "Question",
    "Questionnaire",
    "Respondent",
    "collect_answers",
    "collect_judgements",
    "find_respondents",
    "load_answers",
    "load_judgements",
    "questionnaire",
    "summary",
    "write_forms",
    "write_weight_forms",
]

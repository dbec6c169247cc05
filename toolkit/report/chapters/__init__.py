"""The report's chapters, a file each: results in, a `Chapter` of blocks out, in English or Chinese."""

from toolkit.report.chapters.alerts import alerts
from toolkit.report.chapters.answer import answer
from toolkit.report.chapters.background import background
from toolkit.report.chapters.changes import changes
from toolkit.report.chapters.data import data
from toolkit.report.chapters.diagnosis import diagnosis
from toolkit.report.chapters.grades import grades
from toolkit.report.chapters.kpis import kpis
from toolkit.report.chapters.made import made
from toolkit.report.chapters.payouts import payouts
from toolkit.report.chapters.people import people
from toolkit.report.chapters.scheme import scheme
from toolkit.report.chapters.scorecards import scorecards
from toolkit.report.chapters.weights import weights

__all__ = [
    "alerts",
    "answer",
    "background",
    "changes",
    "data",
    "diagnosis",
    "grades",
    "kpis",
    "made",
    "payouts",
    "people",
    "scheme",
    "scorecards",
    "weights",
]

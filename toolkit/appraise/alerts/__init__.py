"""Alerts: running targets out of reach, levels that slide, quarters missed in a row; and what chance does."""

from toolkit.appraise.alerts.drift import drift
from toolkit.appraise.alerts.missed import missed, run_probability
from toolkit.appraise.alerts.rows import Appraised, Look
from toolkit.appraise.alerts.run_rate import run_rate
from toolkit.appraise.alerts.watch import Watch, alerts, watch

__all__ = [
    "Appraised",
    "Look",
    "Watch",
    "alerts",
    "drift",
    "missed",
    "run_probability",
    "run_rate",
    "watch",
]

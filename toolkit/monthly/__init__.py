"""The month: open, scored, reviewed, approved, published, locked; each step logged, replayable."""

from toolkit.monthly.amounts import correct, corrections
from toolkit.monthly.appeals import Appeal, appeal, appeals, decide
from toolkit.monthly.closing import Closing, records_of, score_month
from toolkit.monthly.forms import write_forms
from toolkit.monthly.log import Entry, read_log
from toolkit.monthly.moves import advance, open_month
from toolkit.monthly.publication import publish
from toolkit.monthly.ratings import Returned, read_forms
from toolkit.monthly.replay import replay
from toolkit.monthly.states import Month, month, months

__all__ = [
    "Appeal",
    "Closing",
    "Entry",
    "Month",
    "Returned",
    "advance",
    "appeal",
    "appeals",
    "correct",
    "corrections",
    "decide",
    "month",
    "months",
    "open_month",
    "publish",
    "read_forms",
    "read_log",
    "records_of",
    "replay",
    "score_month",
    "write_forms",
]

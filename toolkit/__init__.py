"""Design, run and evaluate sales-management KPI schemes; the names below are the public face.

Nothing is loaded until it is asked for, so that `import toolkit` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from toolkit import language as _language  # lends errors their words; imports nothing heavy itself

_HOME = {
    "Appraisal": "appraise.appraisal",
    "Curve": "scheme.curve",
    "DataError": "errors",
    "Engagement": "data.engagement",
    "NotEnoughData": "errors",
    "Records": "appraise.records",
    "ReportError": "errors",
    "Scheme": "scheme.scheme",
    "SchemeError": "errors",
    "Schemes": "scheme.scheme",
    "alerts": "appraise.alerts.watch",
    "compare": "review.changes",
    "contract": "data.contracts",
    "develop": "appraise.development.develop",
    "explain": "report.statement.explain",
    "grade": "appraise.grade",
    "integrity": "review.integrity.run",
    "lint": "review.lint.lint",
    "load_catalogue": "catalogue.load",
    "load_engagement": "data.load",
    "load_packs": "catalogue.load",
    "load_schemes": "scheme.load",
    "measure": "data.panel.measure",
    "pay": "appraise.pay",
    "recognise": "appraise.recognition.recognise",
    "replace_at": "scheme.change",
    "replay": "monthly.replay",
    "reweight": "scheme.change",
    "save_scheme": "scheme.load",
    "score": "appraise.score",
    "screen": "design.screen.screen",
    "select": "design.select.choose",
    "set_targets": "appraise.targets",
    "settle": "appraise.appraisal",
    "statements": "appraise.pay",
    "weigh": "design.weights.weigh",
    "write_report": "report.write",
}
__all__ = sorted(_HOME)
_ROOMS = ("design",)  # rooms of specialist methods: tk.design.ahp
__version__ = "0.1.0"
LANGUAGES = _language.LANGUAGES


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"toolkit.{_HOME[name]}"), name)
    if name in _ROOMS:
        return import_module(f"toolkit.{name}")
    raise AttributeError(f"toolkit has no {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted([*__all__, "LANGUAGES", "__version__"])

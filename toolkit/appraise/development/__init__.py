"""Training plans: where somebody is behind comparable colleagues, how sure that is, and what helps."""

from toolkit.appraise.development.actions import Actions, Skill, load_actions
from toolkit.appraise.development.develop import develop
from toolkit.appraise.development.funnel import funnel
from toolkit.appraise.development.gaps import gaps

__all__ = ["Actions", "Skill", "develop", "funnel", "gaps", "load_actions"]

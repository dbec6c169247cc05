"""What a client's own history says for and against each KPI."""

from toolkit.design.screen.links import linked_pairs
from toolkit.design.screen.screen import Screening, screen

__all__ = ["Screening", "linked_pairs", "screen"]

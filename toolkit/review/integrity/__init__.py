"""Tests of the history for what schemes invite people to do: a reason to look, never proof."""

from toolkit.review.integrity.booking import lost_after_booking
from toolkit.review.integrity.bunching import window_test
from toolkit.review.integrity.discounts import discount_near_tier
from toolkit.review.integrity.edges import Edge, edges_of
from toolkit.review.integrity.excess import excess_mass
from toolkit.review.integrity.found import Found
from toolkit.review.integrity.heaping import digit_heaping
from toolkit.review.integrity.hockey import hockey_stick, stretches
from toolkit.review.integrity.run import integrity

__all__ = [
    "Edge",
    "Found",
    "digit_heaping",
    "discount_near_tier",
    "edges_of",
    "excess_mass",
    "hockey_stick",
    "integrity",
    "lost_after_booking",
    "stretches",
    "window_test",
]

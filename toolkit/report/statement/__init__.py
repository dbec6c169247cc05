"""Statements: how each participant's score and payout came about, every step with its arithmetic."""

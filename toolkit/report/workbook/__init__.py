"""`scorecards.xlsx`: a form a participant, a summary and the payouts, with formulas that recompute them."""

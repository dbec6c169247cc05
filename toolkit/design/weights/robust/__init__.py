"""How sure a ranking and a score are when weights, targets and scoring ranges are not."""

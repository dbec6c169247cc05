"""What agreed weights do in scores and in pay, and what brings them to do what was agreed."""

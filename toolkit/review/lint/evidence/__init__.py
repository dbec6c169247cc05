"""What several rules read of the tables: history, attainment, pay, seasons, what was agreed."""

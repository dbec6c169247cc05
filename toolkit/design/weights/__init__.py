"""What each KPI weighs: what people judge, what history says, what a weight does, and how sure it is."""

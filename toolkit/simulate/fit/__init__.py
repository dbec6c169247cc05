"""Attainment fitted to history: margins, persistence, common shock, dependence."""

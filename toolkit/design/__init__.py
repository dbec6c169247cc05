"""Design: screen and choose KPIs, ask the people concerned."""

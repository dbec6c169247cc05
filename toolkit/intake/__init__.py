"""Getting a client's data in: what to ask for (`kpi request`) and what came back (`kpi map`)."""

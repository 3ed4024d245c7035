"""Runs of notebooks: what is planned, what is stale, and making it."""

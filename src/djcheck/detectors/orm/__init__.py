"""Rules about queries that run once per row."""

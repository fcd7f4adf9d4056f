"""Rules about work that the database should do."""

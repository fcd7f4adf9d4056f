"""The project on disk: which files it has, and their text."""

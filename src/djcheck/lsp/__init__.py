"""The language server: a thin shell that keeps an analysis of each workspace folder and tells editors about it."""

"""`python -m djcheck`."""

from djcheck.cli.main import run

run()

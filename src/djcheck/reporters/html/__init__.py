"""A report as one page that needs nothing else: no network, no other file; it works from a `file:` address.

Jinja2 writes it and escapes whatever it is given: it is a core dependency already, and escaping is nothing to do by
hand where paths and code of the analysed project go into a page.
"""

from __future__ import annotations

from djcheck.reporters.html.page import render

__all__ = ["render"]

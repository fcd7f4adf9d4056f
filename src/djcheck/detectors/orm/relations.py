"""When a query belongs to the rows of a loop: it is asked of a related manager of each row."""

from __future__ import annotations

from djcheck.domain.observation import QueryRun, Subject


def of_owner(seen: QueryRun) -> Subject | None:
    """Whose related manager ran the query per row; None for any other query."""
    if seen.is_write or not seen.relation or not seen.per_owner:
        return None
    return seen.subject

"""DJC103: a query is built and run in every pass of a loop."""

from __future__ import annotations

from collections.abc import Iterator

from djcheck.detectors.detector import Detector, Verdict
from djcheck.detectors.doubts import of_loops
from djcheck.detectors.orm.relations import of_owner
from djcheck.detectors.view import ProjectView
from djcheck.domain.observation import QueryRun

# A form field that offers rows: each form of a formset, be it of an inline or an editable list, fetches them anew.
CHOICES = "choices"
INSTEAD_OF_CHOICES = (
    "Each row's form fetches all choices of `{field}` anew. Name it in `autocomplete_fields` or `raw_id_fields`, so"
    " that only the chosen row is fetched, or show it in `readonly_fields` and join it in `get_queryset()`."
)


class QueryInLoop(Detector[QueryRun]):
    code = "DJC103"
    observes = QueryRun

    def judge(self, seen: QueryRun, project: ProjectView) -> Iterator[Verdict]:
        if seen.is_write:
            return
        subject = of_owner(seen)
        if subject is not None and (seen.prefetched or not seen.narrowed):
            return
        choices = seen.method == CHOICES
        yield Verdict(
            seen.place,
            {"expression": f"<select name={seen.detail}>"} if choices else {},
            suggestion=INSTEAD_OF_CHOICES.format(field=seen.detail) if choices else "",
            subject=subject,
            relation="__".join(seen.path) if subject is not None else None,
            model=project.label(seen.model),
            doubt=seen.doubt or of_loops(seen),
        )
